"""The one list of providers: whole, in its order, and costing nothing to who does not use them."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

import helpline.providers
from helpline.app.providers import PROVIDERS
from helpline.app.settings import load_settings
from helpline.cli import init_providers
from helpline.cli.init import init
from helpline.cli.init_questions import LANGUAGES, QUESTIONS
from helpline.providers.provider import Provider
from helpline.settings.schema import Context, Key

ALL = {
    "HELPLINE_TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "HELPLINE_TWILIO_AUTH_TOKEN": "token",
    "HELPLINE_TWILIO_NUMBER": "+33639980000",
    "HELPLINE_AFRICASTALKING_USERNAME": "sandbox",
    "HELPLINE_AFRICASTALKING_API_KEY": "key",
    "HELPLINE_EMAIL_HOST": "mail.example",
    "HELPLINE_EMAIL_FROM": "town@mail.example",
}
ANSWERS = ("36123", "http://127.0.0.1:9")
ASKING = [each for each in PROVIDERS if each.questions is not None]


def test_every_folder_of_a_provider_is_in_the_list() -> None:
    folders = Path(helpline.providers.__path__[0]).glob("*/__init__.py")
    listed = [each.section.__module__.split(".")[-2] for each in PROVIDERS]
    assert sorted(listed) == sorted(file.parent.name for file in folders)


def test_the_first_of_the_list_that_is_set_up_carries() -> None:
    settings = load_settings(None, ALL)
    assert list(PROVIDERS.transports(settings)) == ["twilio", "africastalking", "mail"]
    later = load_settings(None, {key: ALL[key] for key in ALL if "TWILIO" not in key})
    assert list(PROVIDERS.transports(later)) == ["africastalking", "mail"]


@pytest.mark.parametrize("provider", ASKING, ids=lambda each: each.name)
def test_what_init_asks_is_a_setting_and_is_said_in_every_language(provider: Provider) -> None:
    asked = init_providers.questions(provider.name)
    known = {key.name for key in PROVIDERS.schema.keys if key.section == provider.name}
    assert {question.name for question in asked} <= known
    assert set(init_providers.made(provider.name)) <= known
    for question in asked:
        for language in LANGUAGES:
            assert init_providers.words(language)[f"{provider.name}.{question.name}"]
            assert init_providers.words(language)[f"hint {question.hint}"]


@pytest.mark.parametrize("provider", ASKING, ids=lambda each: each.name)
def test_who_answers_what_must_be_answered_can_send_and_be_answered_the_same_way(
    provider: Provider,
) -> None:
    """A webhook names its provider by the name of the section; a transport must have that name."""
    settings = load_settings(None, answers_to(provider))
    assert settings.providers[provider.name].configured
    assert list(PROVIDERS.transports(settings)) == [provider.name]


def answers_to(provider: Provider) -> dict[str, str]:
    """Return an answer to each question that needs one: a number, a word or an address."""
    keys = {key.name: key for key in PROVIDERS.schema.keys if key.section == provider.name}
    asked = [keys[q.name] for q in init_providers.questions(provider.name) if q.required]
    return {key.variable: next(filter(partial(may_be, key), ANSWERS)) for key in asked}


def may_be(key: Key, answer: str) -> bool:
    try:
        key.reader(answer, Context())
    except ValueError:
        return False
    return True


def test_no_option_of_init_means_two_things() -> None:
    own = {question.option for question in QUESTIONS}
    of_providers = {q.option for each in ASKING for q in init_providers.questions(each.name)}
    assert not own & of_providers
    assert len({option.name for option in init.params}) == len(init.params)


LOADED = """
import sys
from helpline.app.build import build
from helpline.app.settings import load_settings
from helpline.cli.serve import run
from helpline.web.app import make_app
settings = load_settings()
make_app(build(settings))
print(*sorted(name for name in {names} if name in sys.modules))
"""


@pytest.mark.parametrize(
    ("names", "environ"),
    [
        (["twilio", "requests", "helpline.providers.twilio.transport", "smtplib"], {}),
        (
            ["twilio", "requests", "helpline.providers.twilio.webhooks", "smtplib"],
            {key: ALL[key] for key in ALL if "AFRICA" in key},
        ),
        (["twilio", "requests"], ALL),
    ],
    ids=["none", "Africa's Talking alone", "all"],
)
def test_what_a_provider_needs_is_loaded_by_who_uses_it(
    names: list[str], environ: dict[str, str], tmp_path: Path
) -> None:
    program = LOADED.format(names=names)
    here = {"HELPLINE_SERVICE_DATABASE": f"sqlite:///{tmp_path}/town.db"} | environ
    place = {"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": ""}
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, env=place | here, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
