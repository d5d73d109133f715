"""The door of the desk: who gets in, who does not, and what a thief of a form or a cookie can
do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

import pytest

from helpline.web.login.throttle import PAUSE, Attempts, Busy, Gate, paused_until
from helpline.web.shared.pages import local_path
from tests.desk_town import EMAIL, PASSWORD, Visitor, add_login, on_loopback, quiet_town
from tests.fakes import Town

WRONG = "Cette adresse et ce mot de passe ne vont pas ensemble"
WAIT = "Attendez 15 minutes"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town with one login."""
    town = quiet_town(tmp_path)
    yield town
    town.stop()


@pytest.fixture
def claire(town: Town) -> Visitor:
    """The coordinator, in front of the door."""
    return Visitor(town)


def test_the_right_password_opens_the_page_of_the_day(claire: Visitor) -> None:
    answer = claire.logs_in()
    assert (answer.status_code, answer.location) == (303, "/desk/today")
    assert claire.opens("/desk/today").status_code == 200


def test_the_address_may_be_typed_in_any_case(claire: Visitor) -> None:
    assert claire.logs_in(email="  Claire@MAIRIE.example ").status_code == 303


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(claire: Visitor) -> None:
    one, other = claire.logs_in("wrong"), claire.logs_in(email="nobody@mairie.example")
    assert (one.status_code, other.status_code) == (401, 401)
    assert WRONG in one.text
    assert one.text.replace(EMAIL, "") == other.text.replace("nobody@mairie.example", "")


@pytest.mark.parametrize(
    "path",
    ["/desk", "/desk/", "/desk/today", "/desk/cases/1", "/desk/nowhere", "/desk/today?date=x"],
)
def test_without_a_session_every_page_leads_to_the_login(claire: Visitor, path: str) -> None:
    answer = claire.opens(path)
    assert answer.status_code == 303
    assert answer.location.startswith("/desk/login?next=")


def test_after_the_login_one_is_where_one_wanted_to_be(claire: Visitor) -> None:
    assert claire.logs_in(next="/desk/cases/42").location == "/desk/cases/42"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "/desk//evil.example",
        "javascript:alert(1)",
        "/desk/\\evil", "/desk/login", "/desk/logout", "/desk/\r\nSet-Cookie: a=b", "/deskevil", "",
    ],
)  # fmt: skip
def test_the_login_leads_to_no_other_site(elsewhere: str) -> None:
    assert local_path(elsewhere) == "/desk/today"


@pytest.mark.scenario("R-G39")
def test_with_https_the_cookie_is_bound_to_host_and_line(claire: Visitor) -> None:
    (cookie,) = [
        each
        for each in claire.logs_in().headers.getlist("Set-Cookie")
        if each.startswith("__Host-helpline=")
    ]
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_on_the_machine_itself_the_cookie_works_without_https(town: Town) -> None:
    visitor = Visitor(on_loopback(town))
    (cookie,) = [
        each
        for each in visitor.logs_in().headers.getlist("Set-Cookie")
        if each.startswith("helpline=")
    ]
    assert "Secure" not in cookie
    assert "HttpOnly" in cookie
    assert visitor.opens("/desk/today").status_code == 200


def test_the_database_holds_no_token_that_opens_anything(town: Town, claire: Visitor) -> None:
    answer = claire.logs_in()
    kept = str(town.rows("SELECT * FROM login_sessions"))
    value = (
        next(each for each in answer.headers.getlist("Set-Cookie") if "helpline=" in each)
        .split("=")[1]
        .split(";")[0]
    )
    assert len(value) > 40
    assert value not in kept


def test_logging_in_again_ends_the_session_before(town: Town, claire: Visitor) -> None:
    claire.logs_in()
    claire.logs_in()
    assert len(town.rows("SELECT * FROM login_sessions")) == 1


@pytest.mark.scenario("R-G39")
def test_after_logging_out_the_cookie_opens_nothing(town: Town, claire: Visitor) -> None:
    claire.logs_in()
    stolen = claire.client.get_cookie("__Host-helpline", "aide.example.org")
    assert stolen is not None
    assert (
        claire.sends("/desk/logout", csrf=claire.token_of("/desk/today")).location == "/desk/login"
    )
    claire.client.set_cookie("__Host-helpline", stolen.value, domain="aide.example.org")
    assert claire.opens("/desk/today").status_code == 303


def test_nobody_else_can_log_one_out(town: Town, claire: Visitor) -> None:
    claire.logs_in()
    assert claire.sends("/desk/logout", csrf="guessed").status_code == 400
    assert claire.opens("/desk/today").status_code == 200


def test_a_session_ends_after_two_hours_without_a_click(town: Town, claire: Visitor) -> None:
    claire.logs_in()
    town.clock.forward(119 * 60_000)
    assert claire.opens("/desk/today").status_code == 200
    town.clock.forward(119 * 60_000)
    assert claire.opens("/desk/today").status_code == 200
    town.clock.forward(121 * 60_000)
    assert claire.opens("/desk/today").status_code == 303


def test_a_page_that_refreshes_itself_is_no_click(town: Town, claire: Visitor) -> None:
    claire.logs_in()
    town.clock.forward(90 * 60_000)
    assert claire.opens("/desk/today?auto=1").status_code == 200
    town.clock.forward(40 * 60_000)
    assert claire.opens("/desk/today?auto=1").status_code == 303


def test_a_session_ends_after_twelve_hours_whatever_one_does(town: Town, claire: Visitor) -> None:
    claire.logs_in()
    for _ in range(11):
        town.clock.forward(60 * 60_000)
        assert claire.opens("/desk/today").status_code == 200
    town.clock.forward(61 * 60_000)
    assert claire.opens("/desk/today").status_code == 303


@pytest.mark.scenario("R-G39")
def test_a_removed_login_is_out_at_once(town: Town, claire: Visitor) -> None:
    claire.logs_in()
    town.change(lambda tx: tx.run("remove_login", login_id=1))
    assert claire.opens("/desk/today").status_code == 303


# --- forms of others ------------------------------------------------------------------------------


def test_a_login_form_without_its_token_is_refused(claire: Visitor) -> None:
    claire.opens("/desk/login")
    assert (
        claire.sends("/desk/login", email=EMAIL, password=PASSWORD, csrf="guessed").status_code
        == 400
    )
    assert (
        Visitor(claire.town)
        .sends("/desk/login", email=EMAIL, password=PASSWORD, csrf="")
        .status_code
        == 400
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://aide.example.org"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_from_another_site_is_refused_even_with_a_token(
    claire: Visitor, headers: dict[str, str]
) -> None:
    assert claire.logs_in(headers=headers).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://aide.example.org"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {},
    ],
)
def test_a_form_of_ours_is_taken(claire: Visitor, headers: dict[str, str]) -> None:
    assert claire.logs_in(headers=headers).status_code == 303


# --- guessing -------------------------------------------------------------------------------------


def test_after_ten_wrong_passwords_one_waits_a_quarter_of_an_hour(
    town: Town, claire: Visitor
) -> None:
    assert {claire.logs_in("wrong").status_code for _ in range(10)} == {401}
    refused = claire.logs_in()
    assert refused.status_code == 429
    assert WAIT in refused.text
    town.clock.forward(PAUSE + 1)
    assert claire.logs_in().status_code == 303
    assert town.rows("SELECT failures, locked_until FROM logins") == [
        {"failures": 0, "locked_until": None}
    ]


@pytest.mark.scenario("R-G41")
def test_many_addresses_guess_slowly_and_the_owner_still_gets_in(
    town: Town, claire: Visitor
) -> None:
    checked = 0
    for place in range(20):
        guesser = Visitor(town, f"203.0.113.{place}")
        checked += sum(guesser.logs_in(f"guess {n}").status_code == 401 for n in range(5))
    assert checked == 10 + 18  # once the account pauses, each address may try once
    assert claire.logs_in().status_code == 303


def test_guessing_one_account_leaves_others_alone(town: Town, claire: Visitor) -> None:
    add_login(town, "denis@mairie.example")
    for _ in range(11):
        claire.logs_in("wrong")
    assert claire.logs_in(email="denis@mairie.example").status_code == 303


def test_an_unknown_account_is_slowed_as_a_known_one(claire: Visitor) -> None:
    answers = [claire.logs_in("x", email="nobody@mairie.example").status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]


def test_an_account_pauses_from_the_tenth_failure_on() -> None:
    assert [paused_until(9, 1000), paused_until(10, 1000), paused_until(11, 1000)] == [
        None,
        1000 + PAUSE,
        1000 + PAUSE,
    ]


def test_attempts_remember_only_so_many_addresses() -> None:
    attempts = Attempts()
    for place in range(10_050):
        attempts.failed("a@b.example", str(place), 0)
    slowed = [
        n
        for n in range(10_050)
        if not attempts.may_try("a@b.example", str(n), account_paused_until=1, now=0)
    ]
    assert slowed == list(range(50, 10_050))


@pytest.mark.scenario("R-G41")
def test_passwords_are_checked_one_at_a_time_and_only_so_many_wait() -> None:
    gate, done, told = Gate(queue=1), threading.Event(), Queue[str]()

    def check() -> None:
        try:
            with gate.passage():
                told.put("in")
                done.wait(20)
        except Busy:
            told.put("busy")

    with ThreadPoolExecutor(3) as pool:
        for _ in range(3):
            pool.submit(check)
        assert {told.get(timeout=20), told.get(timeout=20)} == {"in", "busy"}
        assert told.empty(), "one waits"
        done.set()
    assert told.get(timeout=20) == "in"
    with gate.passage():
        pass
