"""The day's summary reaches every coordinator once a day, quiet days too, as a text, an e-mail and
on the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from helpline.base.ports import Store
from helpline.cli import cli
from helpline.language import segments
from helpline.messaging.outbox import first_text_since
from helpline.reports import day as today
from helpline.reports import digest
from helpline.town.tx import Tx
from tests.desk_town import busy_town, quiet_town
from tests.fakes import Town

SIX = "2026-05-04 18:00"


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[Town]:
    """A town where nothing happens."""
    town = quiet_town(tmp_path)
    yield town
    town.stop()


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Town]:
    """A town with a busy day."""
    town = busy_town(tmp_path)
    yield town
    town.stop()


def send(town: Town, moment: str) -> int:
    """Look at `moment` whether a summary should leave; return how many letters were queued now."""
    return int(town.change(lambda tx: digest.send_due(tx.at(town.at(moment)))))


def letters(town: Town, channel: str = "sms") -> list[dict[str, Any]]:
    return town.rows(
        "SELECT * FROM outbox WHERE name = 'digest' AND channel = ? ORDER BY id", channel
    )


def test_before_the_set_time_nothing_leaves(quiet: Town) -> None:
    assert send(quiet, "2026-05-04 17:59") == 0


def test_at_the_set_time_each_coordinator_gets_a_text_and_an_email(quiet: Town) -> None:
    quiet.coordinator("+33639980022", "Denis")
    assert send(quiet, SIX) == 3
    assert [each["receiver"] for each in letters(quiet)] == ["+33639980021", "+33639980022"]
    assert [each["receiver"] for each in letters(quiet, "email")] == ["claire@mairie.example"]


def test_a_quiet_day_is_told_too(quiet: Town) -> None:
    send(quiet, SIX)
    assert (
        letters(quiet)[0]["body"] == "Bonjour Belleville 04/05: rien à signaler. Le service tourne."
    )


def test_a_summary_leaves_once_however_often_one_looks(quiet: Town) -> None:
    assert [send(quiet, SIX), send(quiet, SIX), send(quiet, "2026-05-04 23:59")] == [2, 0, 0]


def test_the_next_day_has_its_own(quiet: Town) -> None:
    assert [send(quiet, SIX), send(quiet, "2026-05-05 17:00"), send(quiet, "2026-05-05 18:01")] == [
        2,
        0,
        2,
    ]


def test_after_days_of_downtime_only_the_latest_leaves(quiet: Town) -> None:
    send(quiet, SIX)
    assert send(quiet, "2026-05-08 09:00") == 2
    assert [
        row["local_date"] for row in quiet.rows("SELECT local_date FROM digests ORDER BY 1")
    ] == [
        "2026-05-04",
        "2026-05-07",
    ]


def test_the_engine_sends_it_by_itself(quiet: Town) -> None:
    quiet.pass_until("2026-05-04 18:01")
    quiet.pass_until("2026-05-04 18:02")
    assert [text.receiver for text in quiet.network.sent] == ["+33639980021"]
    assert "04/05" in quiet.network.sent[0].body


def test_who_said_stop_gets_no_text_but_the_email(quiet: Town) -> None:
    quiet.change(lambda tx: tx.run("set_stopped", id=quiet.id_of("+33639980021"), at=tx.now))
    assert send(quiet, SIX) == 1
    assert letters(quiet) == []


def test_without_a_mail_server_only_texts_leave(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.coordinator("+33639980021", "Claire", email="claire@mairie.example")
    assert send(town, SIX) == 1
    town.stop()


def test_the_text_names_what_is_overdue_first(busy: Town) -> None:
    with busy.gateway.read() as store:
        said = digest.digest_text(Tx(store, busy.gateway.town, busy.clock.now()), "fr")
    assert said.startswith(
        "URGENT 3 en retard, 201 Lucien 3h. 04/05: 8 bonjours, 4 bien, 1 moyen, 0 aide, 3 sans "
        "réponse."
    )


@pytest.mark.parametrize("language", ["fr", "ary", "ary-Latn", "en", None, "xx"])
def test_in_every_language_the_text_is_one_segment_of_plain_letters(
    busy: Town, language: str | None
) -> None:
    with busy.gateway.read() as store:
        said = digest.digest_text(Tx(store, busy.gateway.town, busy.clock.now()), language)
    assert segments.units(said)[0] == "GSM-7"
    assert segments.segments(said) == 1


def test_the_figures_of_the_day_are_right(busy: Town) -> None:
    with busy.gateway.read() as store:
        day = today.read_day(Tx(store, busy.gateway.town, busy.clock.now()), "2026-05-04")
    assert (day.asked, day.ok_first, day.ok_reminded, day.soso, day.silent) == (8, 3, 1, 1, 3)
    assert [case.number for case in day.overdue] == [201, 202, 203]
    assert [case.owner for case in day.open_cases] == ["", "", "", "Amina Rahmouni"]
    assert (day.opened, day.closed, day.unread, day.residents, day.invited) == (4, 0, 2, 8, 1)
    assert (day.on_duty, day.volunteers, [hole.zone for hole in day.holes]) == (
        2,
        3,
        ["Ménilmontant"],
    )
    assert day.undelivered == 1
    assert day.segments > 8


def test_another_day_does_not_count(busy: Town) -> None:
    with busy.gateway.read() as store:
        day = today.read_day(Tx(store, busy.gateway.town, busy.clock.now()), "2026-05-03")
    assert (day.asked, day.opened, day.segments, day.open_cases) == (0, 0, 0, ())


def test_looking_up_the_first_text_of_a_day_reads_few_rows(busy: Town) -> None:
    texts = busy.rows("SELECT id, created_at FROM outbox ORDER BY id")
    with busy.gateway.read() as store:
        for moment in (
            0,
            texts[5]["created_at"],
            texts[-1]["created_at"],
            texts[-1]["created_at"] + 1,
        ):
            expected = next(
                (each["id"] for each in texts if each["created_at"] >= moment), texts[-1]["id"] + 1
            )
            assert first_text_since(Tx(store, busy.gateway.town, 0), moment) == expected


def test_a_volunteer_without_zones_covers_all(busy: Town) -> None:
    busy.volunteer("+33639980015", "Omar", zones="")
    with busy.gateway.read() as store:
        assert (
            today.read_day(Tx(store, busy.gateway.town, busy.clock.now()), "2026-05-04").holes == ()
        )


def mail(town: Town, store: Store, language: str = "fr") -> dict[str, str]:
    now = town.clock.now()
    day = today.read_day(Tx(store, town.gateway.town, now), "2026-05-04")
    return dict(digest.mail_of(town.gateway.town, day, language, now))


def test_the_email_has_names_and_no_phone_number(busy: Town) -> None:
    with busy.gateway.read() as store:
        letter = mail(busy, store)
    assert letter["subject"] == "Bonjour Belleville, lundi 4 mai 2026 : 3 cas en retard"
    for form in ("text", "html"):
        assert "René Delcourt" in letter[form]
        assert "+336" not in letter[form]
        assert letter[form].index("201") < letter[form].index("204")
    assert "https://aide.example.org/desk/today" in letter["text"]
    assert "3 sans nouvelles" in letter["text"]
    assert "Quartiers sans bénévole : Ménilmontant (1 personne)" in letter["text"]


def test_the_email_speaks_english_to_who_reads_it(busy: Town) -> None:
    with busy.gateway.read() as store:
        letter = mail(busy, store, "en")
    assert letter["subject"] == "Bonjour Belleville, Monday 4 May 2026: 3 cases overdue"
    assert "Nobody has taken it yet." in letter["text"]


@pytest.mark.scenario("R-G33")
def test_what_people_wrote_is_inert_in_the_email(busy: Town) -> None:
    nasty = '<script>alert(1)</script>{{7*7}}"><img src=x onerror=1>'
    busy.change(lambda tx: tx.run("set_name", id=busy.id_of("+33639980100"), name=nasty))
    with busy.gateway.read() as store:
        letter = mail(busy, store)

    class Tags(HTMLParser):
        seen: set[str] = set()  # noqa: RUF012

        def handle_starttag(self, tag: str, attrs: Any) -> None:
            self.seen.add(tag)

    tags = Tags()
    tags.feed(letter["html"])
    assert not tags.seen & {"script", "img"}
    assert "{{7*7}}" in letter["html"]
    assert "\n" not in letter["subject"]


def test_the_queued_email_carries_subject_and_html(busy: Town) -> None:
    busy.pass_until("2026-05-04 18:01")
    extra = json.loads(letters(busy, "email")[0]["extra"])
    assert "lundi 4 mai 2026" in extra["subject"]
    assert extra["html"].startswith("<!doctype html>")


def run(town: Town, tmp_path: Path, *arguments: str) -> Any:
    config = tmp_path / "helpline.toml"
    config.write_text(
        "[service]\n"
        'name = "Bonjour Belleville"\n'
        f'database = "{town.settings.service.database.address}"\n',
        "utf-8",
    )
    return CliRunner().invoke(cli, ["--config", str(config), "digest", *arguments])


def test_the_command_prints_a_day_as_text_email_or_page(busy: Town, tmp_path: Path) -> None:
    as_sms = run(busy, tmp_path, "--date", "2026-05-04", "--format", "sms").output
    assert as_sms.startswith("URGENT 4 en retard, 201 Lucien")
    assert "EN RETARD" in run(busy, tmp_path, "--date", "2026-05-04").output
    assert (
        "<!doctype html>" in run(busy, tmp_path, "--date", "2026-05-04", "--format", "html").output
    )
    assert letters(busy) == []


def test_the_command_says_how_a_date_is_written(busy: Town, tmp_path: Path) -> None:
    assert "Write it as 2026-11-21." in str(run(busy, tmp_path, "--date", "4 mai").exception)
