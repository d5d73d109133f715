"""/phones: what is typed there goes over the network, what is shown there came over it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import urllib3

from helpline.base.clock import SystemClock
from helpline.providers.africastalking.settings import AfricasTalkingSettings
from helpline.providers.twilio.settings import TwilioSettings
from helpline.settings import Settings
from helpline.settings.schema import ProviderSection
from helpline.settings.sections import WebSettings
from helpline.simulator.beside import phones_beside
from helpline.simulator.demo import CAST, DemoTown, free_port
from helpline.web.phones.words import WORDS
from tests.providers.pigeon.settings import PigeonSettings

FATIMA, RENE, KHADIJA, AMINA = (
    next(person.number for person in CAST if person.name == name)
    for name in ("Fatima", "René", "Khadija", "Amina")
)
STRANGER = "+33639980090"
TWILIO = TwilioSettings("AC" + "0" * 32, ("1" * 32,), "+33639980000")
SHOWN = WebSettings(phones=True)


class Browser:
    """What a browser on /phones asks and is told."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.pool = urllib3.PoolManager(retries=False)

    def ask(self, path: str, content: object = None, **headers: str) -> Any:
        """Ask as the page's script does; return the answer, or its status when that is not 200."""
        method, body = ("GET", None) if content is None else ("POST", json.dumps(content))
        headers = {"Content-Type": "application/json", **headers}
        answer = self.pool.request(
            method, f"{self.address}/phones{path}", body=body, headers=headers
        )
        return answer.json() if answer.status == 200 else answer.status

    def phone(self, number: str, also: str = "") -> Any:
        """What one phone shows."""
        state = self.ask(f"/state?also={also.replace('+', '%2B')}")
        return next((phone for phone in state["phones"] if phone["number"] == number), None)

    def bodies(self, number: str) -> list[str]:
        """The texts on one phone, oldest first."""
        return [text["body"] for text in self.phone(number)["texts"]]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[DemoTown]:
    """A demo town nobody has played in yet."""
    with DemoTown(tmp_path, 0) as town:
        yield town


@pytest.fixture
def browser(town: DemoTown) -> Iterator[Browser]:
    """A browser on its phones."""
    browser = Browser(town.address)
    yield browser
    browser.pool.clear()


def test_every_person_of_the_town_has_a_phone(browser: Browser) -> None:
    phones = browser.ask("/state")["phones"]
    assert [phone["name"] for phone in phones] == [person.name for person in CAST]
    kinds = {phone["name"]: phone["kind"] for phone in phones}
    assert (kinds["Fatima"], kinds["René"], kinds["Amina"], kinds["Claire"]) == (
        "resident",
        "stranger",
        "volunteer",
        "coordinator",
    )


def test_a_text_typed_there_is_answered_there(browser: Browser) -> None:
    assert browser.ask("/text", {"number": FATIMA, "body": "AIDE"}) == {"status": 200}
    mine, answer = browser.phone(FATIMA)["texts"]
    assert (mine["mine"], mine["body"], answer["mine"]) == (True, "AIDE", False)
    assert "0 Une personne" in answer["body"]
    assert answer["at"] == "10:30"
    assert answer["segments"] == 1


def test_a_stranger_can_be_put_on_the_table(browser: Browser) -> None:
    assert browser.phone(STRANGER) is None
    assert browser.phone(STRANGER, also="06 39 98 00 90")["kind"] == "stranger"
    browser.ask("/text", {"number": STRANGER, "body": "bonjour"})
    assert "Français" in browser.bodies(STRANGER)[-1]


def test_nonsense_instead_of_a_number_puts_no_phone_there(browser: Browser) -> None:
    assert len(browser.ask("/state?also=abc&also=&also=12")["phones"]) == len(CAST)


def test_a_menu_dialled_is_answered_by_digits(browser: Browser) -> None:
    call = {"number": FATIMA, "session": "session-1"}
    first = browser.ask("/dial", {**call, "typed": ""})
    assert not first["ended"]
    assert "1 Demander de l'aide" in first["screen"]
    second = browser.ask("/dial", {**call, "typed": "1"})
    assert "2 Santé" in second["screen"]
    assert browser.ask("/dial", {**call, "hang_up": True}) == {"screen": "", "ended": True}


def test_a_whole_request_dialled_ends_the_call_and_leaves_a_receipt_as_text(
    browser: Browser,
) -> None:
    for typed in ("", "1", "1*2", "1*2*1", "1*2*1*1", "1*2*1*1*1"):
        last = browser.ask("/dial", {"number": FATIMA, "session": "session-2", "typed": typed})
    assert last["ended"]
    assert browser.bodies(FATIMA) == [last["screen"]]
    assert "Fatima" in browser.bodies(AMINA)[0]


def test_a_day_put_on_brings_the_hello_and_whatever_follows_in_order(browser: Browser) -> None:
    assert browser.ask("/clock", {"minutes": 1440}) == {}
    times = [text["at"] for text in browser.phone(KHADIJA)["texts"]]
    assert times[0] == "09:30"
    assert times == sorted(times)
    assert browser.ask("/state")["clock"] == "10:30"


def test_the_clock_stops_on_the_way_wherever_something_is_due(browser: Browser) -> None:
    browser.ask("/clock", {"minutes": 1440 + 4 * 60})
    at = [text["at"] for text in browser.phone(KHADIJA)["texts"]]
    assert at == ["09:30", "10:30", "11:30"]  # hello, reminder, last word
    assert browser.phone(AMINA)["texts"][0]["at"] == "12:00"


def test_arabic_letters_stay_as_they_were_typed(browser: Browser) -> None:
    browser.ask("/text", {"number": KHADIJA, "body": "مساعدة"})
    assert browser.bodies(KHADIJA)[0] == "مساعدة"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/text", {"number": FATIMA, "body": ""}),
        ("/text", {"number": FATIMA, "body": "x" * 1601}),
        ("/text", {"number": FATIMA, "body": 1}),
        ("/text", {"number": "abc", "body": "AIDE"}),
        ("/text", {"body": "AIDE"}),
        ("/text", ["AIDE"]),
        ("/dial", {"number": FATIMA, "session": "short", "typed": ""}),
        ("/dial", {"number": FATIMA, "session": "session-3", "typed": 1}),
        ("/clock", {"minutes": 0}),
        ("/clock", {"minutes": -30}),
        ("/clock", {"minutes": "30"}),
        ("/clock", {"minutes": 10**9}),
        ("/clock", {}),
    ],
)
def test_what_the_page_never_sends_is_refused(browser: Browser, path: str, content: object) -> None:
    assert browser.ask(path, content) == 400


def test_another_site_cannot_play(browser: Browser) -> None:
    content = {"number": FATIMA, "body": "AIDE"}
    assert browser.ask("/text", content, Origin="https://elsewhere.example") == 400
    assert browser.ask("/text", content, **{"Sec-Fetch-Site": "cross-site"}) == 400
    assert browser.ask("/text", content, **{"Content-Type": "text/plain"}) == 400
    assert not browser.bodies(FATIMA)


def test_the_page_takes_nothing_from_elsewhere(browser: Browser) -> None:
    page = browser.pool.request(
        "GET", f"{browser.address}/phones", headers={"Accept-Language": "fr"}
    )
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    text = page.data.decode()
    assert '<html lang="fr"' in text
    assert "https://" not in text
    assert "*384*20#" in text
    for name in ("phones.css", "phones.js"):
        assert browser.pool.request("GET", f"{browser.address}/phones/static/{name}").status == 200


def test_both_languages_say_everything() -> None:
    assert WORDS["fr"].keys() == WORDS["en"].keys()


# --- where there are phones -----------------------------------------------------------------------


def beside(*providers: ProviderSection, web: WebSettings = SHOWN) -> tuple[bool, str]:
    """Whether a gateway with these settings gets phones, and what is said when it does not."""
    found = phones_beside(Settings(web=web).having(*providers), SystemClock())
    if found.phones is not None:
        found.phones.carrier.stop()
    return found.phones is not None, found.why_not


def test_a_gateway_on_a_simulated_network_gets_phones_when_asked() -> None:
    ours = replace(TWILIO, api_base=f"http://127.0.0.1:{free_port(0)}")
    assert beside(ours) == (True, "")
    assert beside(ours, web=WebSettings()) == (False, "")


def test_a_real_gateway_never_gets_phones() -> None:
    has, why_not = beside(TWILIO)
    assert not has
    assert "real provider" in why_not
    mixed = replace(TWILIO, api_base="http://127.0.0.1:9")
    assert not beside(mixed, AfricasTalkingSettings("name", "key"))[0]


def test_a_provider_whose_network_is_not_played_leaves_phones_closed() -> None:
    """Also when it is on this machine: what it carries would not be seen on the screen."""

    class Homing(PigeonSettings):
        api_base = "http://127.0.0.1:9"

    pigeons = Homing(number="+33639980000", loft=Path("loft"))
    assert "real provider" in beside(pigeons)[1]


def test_without_phones_the_reason_is_said() -> None:
    assert "no provider" in beside()[1]
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        port = door.getsockname()[1]
        assert f"port {port}" in beside(replace(TWILIO, api_base=f"http://127.0.0.1:{port}"))[1]
    two = AfricasTalkingSettings("name", "key", api_base="http://127.0.0.1:9")
    assert "one api_base" in beside(replace(TWILIO, api_base="http://127.0.0.1:8"), two)[1]


@contextmanager
def serving(folder: Path, api_base: str) -> Iterator[tuple[Browser, list[str]]]:
    """`helpline serve` with [web] phones on, once it listens, and what it said until then."""
    port = free_port(0)
    environ = {
        "HELPLINE_SERVICE_DATABASE": f"sqlite:///{folder / 'town.db'}",
        "HELPLINE_SERVICE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "HELPLINE_WEB_PORT": str(port),
        "HELPLINE_WEB_PHONES": "true",
        "HELPLINE_TWILIO_ACCOUNT_SID": TWILIO.account_sid,
        "HELPLINE_TWILIO_AUTH_TOKEN": TWILIO.auth_tokens[0],
        "HELPLINE_TWILIO_NUMBER": TWILIO.number,
        "HELPLINE_TWILIO_API_BASE": api_base,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    command = [sys.executable, "-m", "helpline", "serve"]
    with subprocess.Popen(
        command, env=environ, cwd=folder, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        said: list[str] = []
        while not any("listens on" in line for line in said):
            said.append(process.stderr.readline())
            assert said[-1], said
        browser = Browser(f"http://127.0.0.1:{port}")
        try:
            yield browser, said
        finally:
            browser.pool.clear()
            process.terminate()
            rest = process.communicate(timeout=30)[1]
            assert process.returncode == 0, rest


def test_serve_says_that_a_real_gateway_has_no_phones(tmp_path: Path) -> None:
    with serving(tmp_path, "https://api.twilio.com") as (browser, said):
        assert any("texts leave by a real provider" in line for line in said)
        assert browser.ask("") == 404
        assert browser.ask("/text", {"number": FATIMA, "body": "AIDE"}) == 404


def test_serve_opens_phones_on_a_simulated_network_at_the_pace_of_the_world(tmp_path: Path) -> None:
    with serving(tmp_path, f"http://127.0.0.1:{free_port(0)}") as (browser, _):
        assert browser.ask("/text", {"number": FATIMA, "body": "AIDE"}) == {"status": 200}
        assert browser.bodies(FATIMA)[0] == "AIDE"
        assert browser.ask("/clock", {"minutes": 30}) == 400
        assert b"data-minutes" not in browser.pool.request("GET", f"{browser.address}/phones").data
