"""A provider is one folder and a place in the list: settings, texts both ways, webhooks, doctor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from helpline.app.build import Gateway, build
from helpline.app.providers import PROVIDERS
from helpline.app.settings import load_settings
from helpline.base.clock import SteeredClock
from helpline.base.errors import InvalidSettings
from helpline.base.ports import Finding
from helpline.ops.doctor.doctor import examine
from helpline.providers.provider import Providers
from helpline.settings import Settings
from helpline.settings.page import page
from helpline.settings.write import file_text
from helpline.web.app import make_app
from tests.providers import pigeon
from tests.providers.pigeon.settings import PigeonSettings

WITH_PIGEONS = Providers((*PROVIDERS, pigeon.PROVIDER))
NOON = 1_800_000_000_000
RENE, OURS, TOKEN = "+33639980001", "+33639980000", "coo-coo-coo"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The settings of a town whose texts leave by pigeon."""
    (tmp_path / "loft").mkdir()
    file = tmp_path / "town.toml"
    file.write_text(
        '[service]\nlanguages = ["fr"]\npublic_url = "https://aide.example"\n'
        f'[pigeon]\nnumber = "06 39 98 00 00"\nloft = "loft"\ntoken = "{TOKEN}"\n',
        encoding="utf-8",
    )
    return file


@pytest.fixture
def settings(file: Path) -> Settings:
    return load_settings(str(file), {}, WITH_PIGEONS)


@pytest.fixture
def gateway(settings: Settings) -> Iterator[Gateway]:
    carriers = WITH_PIGEONS.transports(settings)
    gateway = build(settings, clock=SteeredClock(NOON), threads=0, carriers=carriers)
    yield gateway
    gateway.close_reader()
    gateway.engine.stop()


@pytest.fixture
def web(gateway: Gateway) -> FlaskClient:
    return make_app(gateway, providers=WITH_PIGEONS).test_client()


def letters(file: Path) -> list[str]:
    """What pigeons carried away, the first one first."""
    left = (file.parent / "loft").glob("out/*")
    return [each.read_text("utf-8") for each in sorted(left, key=lambda each: int(each.name))]


def doctor_says(file: Path, check: str) -> list[Finding]:
    lines = examine(str(file), {}, SteeredClock(NOON), providers=WITH_PIGEONS)
    return [line.finding for line in lines if line.check == check]


# --- settings ---


def test_its_section_tells_the_town_what_it_carries_and_which_number_is_ours(
    settings: Settings, file: Path
) -> None:
    assert settings.can_send
    assert (settings.number, settings.own_numbers) == (OURS, frozenset({OURS}))
    assert settings.paces["pigeon"] == 30.0
    assert settings.of(PigeonSettings).loft == file.parent / "loft"


def test_its_settings_are_read_from_the_environment_too(file: Path) -> None:
    settings = load_settings(str(file), {"HELPLINE_PIGEON_NUMBER": "36123"}, WITH_PIGEONS)
    assert settings.number == "36123"


def test_a_begun_section_names_what_is_missing() -> None:
    with pytest.raises(InvalidSettings, match=r"\[pigeon\] loft .* is missing"):
        load_settings(None, {"HELPLINE_PIGEON_NUMBER": "06 39 98 00 00"}, WITH_PIGEONS)


def test_its_secret_is_not_printed(settings: Settings) -> None:
    assert TOKEN not in repr(settings)


def test_the_written_file_and_the_page_describe_it() -> None:
    assert "[pigeon]  # Texts by pigeon." in file_text(WITH_PIGEONS.schema, {}, "")
    assert "`HELPLINE_PIGEON_LOFT`" in page(WITH_PIGEONS.schema)


def test_a_house_without_it_does_not_know_its_section(file: Path) -> None:
    with pytest.raises(InvalidSettings, match=r"\[pigeon\] is not a setting"):
        load_settings(str(file), {})


# --- texts ---


def test_a_text_that_lands_is_answered_by_pigeon(
    web: FlaskClient, gateway: Gateway, file: Path
) -> None:
    form = {"ring": "FR-1", "from": RENE, "text": "AIDE"}
    assert web.post(f"/pigeon/landed?token={TOKEN}", data=form).status_code == 204
    gateway.engine.settle()
    (letter,) = letters(file)
    assert letter.startswith(f"{RENE}\n")
    with gateway.read() as store:
        row = store.one("text", id=1)
    assert row is not None
    assert (row["state"], row["provider_id"], row["route"]) == ("accepted", "P1", "pigeon")


def test_a_pigeon_that_lands_twice_is_answered_once(
    web: FlaskClient, gateway: Gateway, file: Path
) -> None:
    for _ in range(2):
        form = {"ring": "FR-1", "from": RENE, "text": "AIDE"}
        assert web.post(f"/pigeon/landed?token={TOKEN}", data=form).status_code == 204
        gateway.engine.settle()
    assert len(letters(file)) == 1


def test_only_who_holds_the_loft_may_speak_for_it(web: FlaskClient) -> None:
    assert web.post("/pigeon/landed?token=hawk", data={"ring": "1"}).status_code == 403


def test_a_provider_that_is_not_set_up_has_no_routes(gateway: Gateway) -> None:
    app = make_app(gateway, providers=PROVIDERS)
    assert app.test_client().post("/pigeon/landed").status_code == 404
    assert app.test_client().post("/twilio/sms").status_code == 404


# --- doctor ---


def test_the_doctor_asks_it(file: Path) -> None:
    loft = file.parent / "loft"
    assert doctor_says(file, "provider") == [Finding("ok", f"Pigeons leave from {loft}.")]
    loft.rmdir()
    (finding,) = doctor_says(file, "provider")
    assert (finding.level, finding.remedy) == ("problem", f"Put a loft at {loft}.")


def test_the_doctor_looks_at_how_it_is_set_up(file: Path) -> None:
    assert doctor_says(file, "number") == []
    file.write_text(file.read_text("utf-8").replace(TOKEN, "coo"), encoding="utf-8")
    (finding,) = doctor_says(file, "number")
    assert finding.remedy == "Set [pigeon] token."


def test_a_section_that_is_not_filled_in_is_not_looked_at(file: Path) -> None:
    file.write_text("", encoding="utf-8")
    assert doctor_says(file, "number") == doctor_says(file, "provider") == []
    (said,) = [each for each in doctor_says(file, "settings") if each.level == "problem"]
    assert said.remedy.startswith("Fill in [twilio], [africastalking]")
    assert said.remedy.endswith("] or [pigeon]; docs/providers shows how.")
