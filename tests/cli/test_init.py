"""`helpline init`: a coordinator answers a few questions, and a service is ready to run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from helpline.app.providers import PROVIDERS
from helpline.app.settings import load_settings
from helpline.base.errors import HelplineError
from helpline.base.passwords import is_password
from helpline.cli import cli
from helpline.cli.init_questions import QUESTIONS, WORDS
from helpline.providers.africastalking.settings import AfricasTalkingSettings
from helpline.providers.twilio.settings import TwilioSettings
from helpline.settings import Settings
from helpline.settings.database import File
from helpline.store.migrations import open_file as open_store

GOOD = "figue tunnel mardi violon"
Init = Callable[..., Result]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the settings will lie."""
    return tmp_path / "town" / "helpline.toml"


@pytest.fixture
def init(file: Path) -> Init:
    """Run `helpline init`, typing `answers` one by one."""

    def init(*options: str, answers: tuple[str, ...] = (), **environ: str) -> Result:
        typed = "".join(f"{answer}\n" for answer in answers)
        return CliRunner(env=environ).invoke(
            cli, ["--config", str(file), "init", *options], input=typed
        )

    return init


def settings_at(file: Path, **environ: str) -> Settings:
    """Return what the written file says."""
    return load_settings(str(file), environ)


IN_FRENCH = (
    "fr",
    "Allô Montreuil",
    "Ville de Montreuil",
    "FR",
    "",
    "fr, ary-Latn",
    "https://aide.example/",
)
TWILIO = ("twilio", "AC123", "s3cret", "06 44 63 12 34")
LOGIN = ("amina@ville.example", GOOD, GOOD)


def test_the_questions_lead_to_settings_a_database_and_a_login(init: Init, file: Path) -> None:
    result = init(answers=IN_FRENCH + TWILIO + LOGIN)
    assert result.exit_code == 0
    settings = settings_at(file)
    assert settings.service.name == "Allô Montreuil"
    assert settings.service.timezone == "Europe/Paris"
    assert settings.service.languages == ("fr", "ary-Latn")
    assert settings.service.public_url == "https://aide.example"
    assert settings.can_send
    assert settings.number == "+33644631234"
    row = open_store(file.parent / "helpline.db").one("login_by_email", email="amina@ville.example")
    assert row is not None
    assert is_password(row["password_hash"], GOOD)


def test_secrets_typed_are_not_shown(init: Init) -> None:
    output = init(answers=IN_FRENCH + TWILIO + LOGIN).output
    assert "s3cret" not in output
    assert GOOD not in output


def test_the_file_is_for_its_owner_only(init: Init, file: Path) -> None:
    init("--no-input")
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_file_shows_every_setting_with_its_sentence(init: Init, file: Path) -> None:
    init("--no-input")
    text = file.read_text(encoding="utf-8")
    assert all(
        f"{key.name} = " in text and f"# {key.sentence}\n" in text for key in PROVIDERS.schema.keys
    )


def test_the_first_question_is_the_language_of_the_others(init: Init) -> None:
    french = init(answers=("fr",), LANG="en_GB.UTF-8", LC_ALL="en_GB.UTF-8").output
    assert "Français ou English (fr, en) [en]" in french
    assert "Nom du service, tel que les habitants le connaîtront" in french
    assert "Name of the service, as residents will know it" in init(answers=("en",)).output


def test_the_machines_language_is_proposed(init: Init) -> None:
    assert "[fr]" in init(LC_ALL="fr_FR.UTF-8").output


def test_the_time_zone_is_proposed_from_the_country(init: Init, file: Path) -> None:
    answers = ("en", "Salam", "", "ma", "", "", "", "later", "")
    assert "Time zone [Africa/Casablanca]" in init(answers=answers).output
    assert settings_at(file).service.timezone == "Africa/Casablanca"


def test_a_bad_answer_is_asked_again_with_the_reason(init: Init, file: Path) -> None:
    answers = (
        "fr",
        "Allô",
        "",
        "Maroc",
        "MA",
        "ici",
        "",
        "klingon",
        "",
        "aide.example",
        "",
        "later",
        "",
    )
    output = init(answers=answers).output
    assert "« Maroc » ne convient pas. Écrivez ses deux lettres, comme FR ou MA." in output
    assert "« ici » ne convient pas. Écrivez-le comme Europe/Paris ou Africa/Casablanca." in output
    assert "« klingon » ne convient pas. Choisissez parmi fr, ary, ary-Latn, en" in output
    assert "« aide.example » ne convient pas. Écrivez https://" in output
    assert settings_at(file).service.country == "MA"


def test_a_name_is_needed_and_a_provider_must_be_known(init: Init) -> None:
    output = init(answers=("en", " ", "Salam", "", "", "", "", "", "pigeon", "later", "")).output
    assert "An answer is needed here." in output
    assert "“pigeon” will not do. Answer twilio, africastalking" in output
    assert " or later.\n" in output


def test_passwords_that_differ_or_are_weak_are_asked_again(init: Init) -> None:
    answers = (
        "en",
        "Salam",
        "",
        "",
        "",
        "",
        "",
        "later",
        "amina",
        "amina@v.example",
        "short",
        GOOD,
        "other",
        GOOD,
        GOOD,
    )
    output = init(answers=answers).output
    assert "Write it as amina@ville.example." in output
    assert "Too short or too easy to guess." in output
    assert "The two are not the same." in output
    assert "amina@v.example may open the coordinators' page." in output


def test_without_a_password_one_is_made_and_shown_once(init: Init, file: Path) -> None:
    output = init(
        answers=("en", "Salam", "", "", "", "", "", "later", "amina@v.example", "")
    ).output
    made = output.split("shown this once: ")[1].split()[0]
    row = open_store(file.parent / "helpline.db").one("login_by_email", email="amina@v.example")
    assert row is not None
    assert is_password(row["password_hash"], made)


def test_africas_talking_gets_a_long_secret_for_its_addresses(init: Init, file: Path) -> None:
    init(
        answers=(
            "en",
            "Salam",
            "",
            "",
            "",
            "",
            "",
            "africastalking",
            "sandbox",
            "key",
            "",
            "*384*123#",
            "",
        )
    )
    settings = settings_at(file)
    assert settings.of(AfricasTalkingSettings).configured
    assert settings.of(AfricasTalkingSettings).service_code == "*384*123#"
    assert len(settings.of(AfricasTalkingSettings).token) >= 24


def test_a_file_that_is_there_is_never_overwritten_unasked(init: Init, file: Path) -> None:
    init("--no-input", "--name", "First")
    refused = init("--no-input", "--name", "Second")
    assert isinstance(refused.exception, HelplineError)
    assert "Give --force" in refused.exception.remedy
    assert settings_at(file).service.name == "First"
    init("--no-input", "--name", "Second", "--force")
    assert settings_at(file).service.name == "Second"


def test_a_script_gives_all_answers_as_options(init: Init, file: Path, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(GOOD + "\n", encoding="utf-8")
    options = (
        "--no-input --name Salam --country MA --languages ary,fr --provider twilio --account-sid "
        "AC1 --number 36123"
    )
    login = ["--email", "amina@v.example", "--password-file", str(tmp_path / "password")]
    result = init(*options.split(), *login, HELPLINE_TWILIO_AUTH_TOKEN="s3cret")
    assert result.exit_code == 0
    assert settings_at(file).of(TwilioSettings).auth_tokens == ("s3cret",)
    assert settings_at(file).service.timezone == "Africa/Casablanca"


def test_a_script_hears_of_all_wrong_options_and_nothing_is_written(init: Init, file: Path) -> None:
    options = (
        "--no-input --questions en --country Maroc --provider twilio --account-sid SK1 --email "
        "amina"
    )
    result = init(*options.split())
    assert isinstance(result.exception, HelplineError)
    for said in (
        "--country: “Maroc” will not do",
        "--account-sid:",
        "--auth-token: An answer is needed",
        "--email:",
    ):
        assert said in result.exception.problem
    assert not file.exists()


def test_the_data_may_live_elsewhere(init: Init, file: Path, tmp_path: Path) -> None:
    init("--no-input", "--database", f"sqlite:///{tmp_path}/data/town.db")
    assert (tmp_path / "data/town.db").is_file()
    assert settings_at(file).service.database == File(tmp_path / "data/town.db")
    refused = init("--no-input", "--questions", "en", "--force", "--database", "town.db")
    assert "--database: “town.db” will not do. Write sqlite:///" in str(refused.exception)


def test_secrets_may_stay_out_of_the_file(init: Init, file: Path) -> None:
    output = init("--secrets-in-environment", answers=IN_FRENCH + TWILIO + ("",)).output
    assert "export HELPLINE_TWILIO_AUTH_TOKEN=s3cret" in output
    assert "s3cret" not in file.read_text(encoding="utf-8")
    assert settings_at(file, HELPLINE_TWILIO_AUTH_TOKEN="s3cret").can_send


def test_both_languages_say_everything() -> None:
    assert WORDS["fr"].keys() == WORDS["en"].keys()
    asked = {f"{question.section}.{question.name}" for question in QUESTIONS}
    hinted = {f"hint {question.hint}" for question in QUESTIONS}
    assert asked | hinted <= WORDS["fr"].keys()
