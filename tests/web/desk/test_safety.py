"""What others try at the desk, and what a coordinator reads when something fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.behind import edit, engines_store
from tests.desk_town import Visitor, words_of
from tests.fakes import Town
from tests.kit.must import below

NASTY = '<script>alert(1)</script>{{7*7}}"><img src=x onerror=alert(1)>'


@pytest.mark.scenario("R-G40")
@pytest.mark.parametrize(
    "path", ["/desk/cases/202/close", "/desk/cases/202/take", "/desk/texts/1/read", "/desk/logout"]
)
@pytest.mark.parametrize("token", ["", "guessed", "é"])
def test_a_form_without_its_token_changes_nothing(
    town: Town, claire: Visitor, path: str, token: str
) -> None:
    before = town.rows("SELECT * FROM cases"), town.rows("SELECT * FROM inbox")
    assert claire.sends(path, csrf=token, outcome="fine", person="1").status_code == 400
    assert (town.rows("SELECT * FROM cases"), town.rows("SELECT * FROM inbox")) == before


@pytest.mark.scenario("R-G40")
def test_a_form_from_another_site_changes_nothing(town: Town, claire: Visitor) -> None:
    token = claire.token_of("/desk/today")
    headers = {"Origin": "https://evil.example"}
    assert (
        claire.sends("/desk/cases/202/close", headers, csrf=token, outcome="fine").status_code
        == 400
    )
    assert town.rows("SELECT status FROM cases WHERE number = 202") == [{"status": "asking"}]


def pages_of(town: Town) -> Iterator[tuple[str, str]]:
    """Every page under /desk, as method and path; not the door, nor the files it needs."""
    for rule in town.client.application.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "1", rule.rule)
        if path.startswith("/desk") and not path.startswith(
            ("/desk/login", "/desk/logout", "/desk/static")
        ):
            yield from ((method, path) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"})


def test_every_page_of_every_group_asks_first_who_is_there(town: Town) -> None:
    stranger = Visitor(town)
    pages = list(pages_of(town))
    assert ("POST", "/desk/texts/1/read") in pages
    for method, path in pages:
        answer = stranger.client.open(path, method=method, base_url=stranger.base)
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/desk/login"), path


@pytest.mark.scenario("R-G40")
def test_every_form_of_every_group_needs_its_token(town: Town, claire: Visitor) -> None:
    for path in {path for method, path in pages_of(town) if method == "POST"}:
        assert claire.sends(path, csrf="guessed").status_code == 400, path


def test_without_a_session_nothing_is_done_and_nothing_shown(town: Town) -> None:
    stranger = Visitor(town)
    answer = stranger.sends("/desk/cases/202/close", csrf="x", outcome="fine")
    assert answer.location == "/desk/login?next=/desk/today"
    assert town.rows("SELECT status FROM cases WHERE number = 202") == [{"status": "asking"}]


@pytest.mark.scenario("R-G33")
def test_what_people_write_is_inert_on_every_page(town: Town, claire: Visitor) -> None:
    edit(town, "UPDATE people SET name = ?", NASTY)
    edit(town, "UPDATE inbox SET body = ?, unread = 1", NASTY)
    edit(town, "UPDATE residents SET zone = ?, address = ?", NASTY, NASTY)
    for path in ("/desk/today", "/desk/cases/202", "/desk/cases/204"):
        page = claire.opens(path).text
        assert "<script" not in page
        assert "<img" not in page
        assert "{{7*7}}" in page
        assert ">49<" not in page


@pytest.mark.scenario("R-G33")
@pytest.mark.parametrize(
    "open_page",
    [
        lambda v: v.opens("/desk/login"),
        lambda v: v.opens("/desk/today"),
        lambda v: v.opens("/desk/nowhere"),
        lambda v: v.opens("/desk/today?date=x"),
        lambda v: v.sends("/desk/cases/1/close", csrf="x"),
        lambda v: v.sends("/desk/cases/1/close", csrf="x" * 100_000),
        lambda v: v.client.delete("/desk/today", base_url=v.base),
        lambda v: Visitor(v.town).opens("/desk/today"),
    ],
)
def test_every_page_errors_too_carries_the_headers(
    claire: Visitor, open_page: Callable[[Visitor], Any]
) -> None:
    headers = open_page(claire).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_no_page_carries_style_or_script_of_its_own(claire: Visitor) -> None:
    for path in ("/desk/login", "/desk/today", "/desk/cases/201"):
        page = claire.opens(path)
        assert page.status_code == 200
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", page.text)


def test_a_form_that_is_too_long_is_refused_in_words(claire: Visitor) -> None:
    answer = claire.sends("/desk/cases/202/close", csrf="x" * 100_000)
    assert answer.status_code == 413
    assert "C'est trop long." in words_of(answer.text)


def test_a_database_that_does_not_answer_is_said_in_words(town: Town, claire: Visitor) -> None:
    token = claire.token_of("/desk/today")
    connection = below(engines_store(town.gateway.engine))
    connection.execute("PRAGMA query_only = ON")
    answer = claire.sends("/desk/cases/202/close", csrf=token, outcome="fine")
    connection.execute("PRAGMA query_only = OFF")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Rien n'a été changé" in words_of(answer.text)


def test_a_bug_is_said_plainly_and_kept_out_of_the_page(town: Town, claire: Visitor) -> None:
    edit(town, "UPDATE cases SET policy = 'not json'")
    answer = claire.opens("/desk/today")
    assert answer.status_code == 500
    assert "JSON" not in answer.text
    assert "Les alertes continuent par SMS" in words_of(answer.text)


@pytest.mark.scenario("R-G40")
def test_reading_a_page_changes_nothing(town: Town, claire: Visitor) -> None:
    def everything() -> list[Any]:
        tables = (
            "cases",
            "asks",
            "outbox",
            "inbox",
            "events",
            "people",
            "check_ins",
            "login_sessions",
            "logins",
        )
        return [town.rows(f"SELECT * FROM {table}") for table in tables]

    before = everything()
    for path in (
        "/desk/today",
        "/desk/today?lang=en",
        "/desk/cases/201",
        "/desk/cases/201/take",
        "/desk/nowhere",
    ):
        assert [claire.opens(path).status_code for _ in range(2)]
    assert everything() == before
