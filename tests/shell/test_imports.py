"""Registers in CSV files: what offices save is taken line by line, and nobody is texted twice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner, Result

from helpline.cli import cli
from helpline.cli.opening import open_town
from helpline.core.schedule import moment_on
from helpline.desk import conversations, enrolment
from helpline.desk.callers import who
from helpline.desk.imports import Report, import_people
from helpline.desk.register_days import read_days
from helpline.desk.register_files import UnreadableFile, read_register
from helpline.store.sqlite import Row, Store

FILES = Path(__file__).parents[1] / "data" / "csv"
NOW = 1_772_960_400_000  # Sunday 2026-03-08 10:00 in Paris
RENE, PAUL = "+33639980001", "+33639980011"


class Office:
    """A town hall with a database and files to import."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "helpline.toml"
        self.config.write_text('[service]\nname = "Allô Montreuil"\ncountry = "FR"\n', encoding="utf-8")
        _, self.town, self.store = open_town(str(self.config))

    def imports(self, role: str, file: str | bytes, now: int = NOW, **options: Any) -> Report:
        """Import a file of tests/data/csv, or bytes, with the report in English."""
        data = (FILES / file).read_bytes() if isinstance(file, str) else file
        return import_people(self.store, self.town, role, data, now, **{"language": "en", **options})

    def residents(self, *lines: str, **options: Any) -> Report:
        """Import residents of the columns phone, name, contact_phone, consent."""
        data = "\n".join(["phone,name,contact_phone,consent", *lines])
        return self.imports("resident", data.encode(), **options)

    def person(self, phone: str) -> Row:
        """Return a person."""
        row = self.store.one("person_by_phone", phone=phone)
        assert row is not None
        return row

    def resident(self, phone: str) -> Row:
        """Return a resident."""
        row = self.store.one("resident_of_person", person_id=self.person(phone)["id"])
        assert row is not None
        return row

    def texts(self, phone: str) -> list[str]:
        """Return what was ever queued for a number."""
        return [row["body"] for row in self.store.all("report_messages", phone=phone, since=0)]

    def hears(self, phone: str, text: str) -> None:
        """Have somebody answer with a text."""
        with self.store.transaction():
            conversations.speak(self.store, self.town, who(self.store, phone, NOW), text, "sms", NOW + 60_000)

    def says_stop(self, phone: str) -> None:
        """Have somebody text STOP."""
        with self.store.transaction():
            enrolment.stop(self.store, self.town, who(self.store, phone, NOW), NOW)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def run(office: Office) -> Callable[..., Result]:
    """Run `helpline ...` on the office's town."""
    return lambda *words: CliRunner().invoke(cli, ["--config", str(office.config), *words])


def problem(report: Report, line: int = 2) -> str:
    """Return what is wrong with a line."""
    return " ".join(next(each for each in report.lines if each.line == line).problems)


def results(report: Report) -> list[str]:
    return [line.result for line in report.lines]


# --- files as offices save them --------------------------------------------------------------------------


def test_a_resident_who_agreed_on_paper_is_active_and_greeted_the_next_time(office: Office) -> None:
    report = office.imports("resident", "residents.csv")
    rene = office.resident(RENE)
    assert results(report) == ["new", "new"]
    assert (rene["status"], rene["check_in_at"], rene["days"]) == ("active", "09:30", "12345")
    assert rene["address"] == "12 rue des Lilas bâtiment B"
    plan = office.store.all("due_plans", now=NOW + 9e9, count=9)
    assert [(row["phone"], row["local_date"]) for row in plan] == [(RENE, "2026-03-09")]
    assert office.texts(RENE) == []
    consent = office.store.connection.execute("SELECT basis, words, channel FROM consents").fetchall()
    assert [tuple(row) for row in consent] == [("paper", "paper 2026-03-05", "paper")]


def test_a_resident_who_was_not_asked_yet_is_asked_by_one_text(office: Office) -> None:
    report = office.imports("resident", "residents.csv")
    fatima = office.resident("+33639980002")
    assert (fatima["status"], fatima["language"], fatima["timezone"]) == ("invited", "ary-Latn", "Africa/Casablanca")
    assert len(office.texts("+33639980002")) == 1
    assert "nmertkom" in office.texts("+33639980002")[0]
    assert report.texts == 2  # Fatima, and René's contact


def test_the_line_number_is_the_one_in_the_file_even_after_a_cell_of_two_lines(office: Office) -> None:
    assert [line.line for line in office.imports("resident", "residents.csv").lines] == [2, 4]


def test_a_file_with_bom_semicolons_and_french_headings_is_read(office: Office) -> None:
    report = office.imports("resident", "residents_bom_semicolon.csv")
    assert (office.person(RENE)["name"], office.resident(RENE)["zone"]) == ("René Durand", "Nord")
    assert report.notes == ("Columns not used: Âge.",)


def test_a_windows_1252_file_is_read_and_said_to_be_one(office: Office) -> None:
    report = office.imports("resident", "residents_windows_1252.csv")
    assert office.resident("+33639980003")["zone"] == "Bellevue – Égalité"
    assert "Windows-1252" in report.notes[0]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_utf_16_file_with_tabs_is_read(office: Office, encoding: str) -> None:
    text = (FILES / "residents_utf_16.csv").read_text("utf-16")
    office.imports("resident", text.encode(encoding))
    assert office.person("+33639980004")["name"] == "فاطمة"


def test_a_file_put_together_from_two_encodings_keeps_both_names(office: Office) -> None:
    office.imports("resident", "phone;name\n+33639980001;René\n".encode() + "+33639980002;Zoé\n".encode("cp1252"))
    assert [office.person(phone)["name"] for phone in (RENE, "+33639980002")] == ["René", "Zoé"]


def test_the_line_by_which_excel_names_its_separator_is_understood(office: Office) -> None:
    report = office.imports("resident", b"sep=;\r\nphone;name\r\n+33639980001;Ren\r\n")
    assert [(line.line, line.result) for line in report.lines] == [(3, "new")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ((FILES / "wrong_columns.csv").read_bytes(), "Found: Titre, Ville, Date de naissance."),
        (b"+33639980001,Rene\n", "There is no column for the phone"),
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf\r\n", "The file is empty"),
        (b"tel,mobile\n1,2\n", "all mean phone: tel, mobile"),
        (b"PK\x03\x04...", "spreadsheet"),
        (b"phone\n+33639980001\x81\n", "Line 2 holds a byte"),
        (b'"phone', "a quotation mark is opened"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole_in_a_sentence(office: Office, data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        office.imports("resident", data)
    assert words in caught.value.problem
    assert office.store.all("report_people") == []


def test_of_two_columns_for_the_number_the_one_called_phone_counts(office: Office) -> None:
    report = office.imports("resident", "phone,Tél,mobile\n+33639980001,1,2\n".encode())
    assert (report.lines[0].phone, report.notes) == (RENE, ("Columns not used: Tél, mobile.",))


def test_a_hundred_thousand_lines_are_read_in_seconds() -> None:
    data = b"phone;name;zone\n" + b"+33639980001;Ren\xc3\xa9;Nord\n" * 100_000
    assert len(read_register(data, ("phone", "name", "zone"), "en").lines) == 100_000


# --- lines that cannot be taken --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (2, "“klingon” is not spoken here. Write one of: fr, ary, ary-Latn, en."),
        (3, "+33199001234 is a landline, which cannot get texts."),
        (4, "special-rate or service number. Give the person's own number."),
        (5, "“3117” is too short or too long"),
        (6, "the contact has the resident's own number"),
        (7, "2999-01-01 is still to come"),
        (8, "“oui” is not a date"),
        (9, "“25:00” is not an hour"),
        (10, "“lun-xyz” does not name days"),
        (11, "“Europe/Atlantis” is not a time zone"),
        (12, "there is no ladder “snakes”. Write one of: bonjour,"),
        (13, "there is no phone number"),
        (14, "the spreadsheet turned the number"),
        (15, "14 cells, the first line has 12"),
    ],
)
def test_a_line_that_cannot_be_taken_says_why_and_how_to_mend_it(office: Office, line: int, words: str) -> None:
    assert words in problem(office.imports("resident", "residents_troubles.csv"), line)


def test_good_lines_among_bad_ones_are_taken(office: Office) -> None:
    report = office.imports("resident", "residents_troubles.csv")
    assert results(report) == ["refused"] * 14 + ["new"]
    assert [row["phone"] for row in office.store.all("report_people")] == ["+33639980015"]


def test_all_that_is_wrong_with_a_line_is_said_at_once(office: Office) -> None:
    report = office.imports("resident", b"phone,language,consent\n0199001234,klingon,never\n")
    assert len(report.lines[0].problems) == 3


def test_a_resident_with_an_unusable_contact_is_not_half_taken(office: Office) -> None:
    report = office.residents(f"{RENE},René,0199001234,2026-03-05")
    assert problem(report).startswith("contact: +33199001234 is a landline")
    assert office.store.all("report_people") == []


def test_a_number_twice_in_a_file_is_refused_with_the_line_of_the_first(office: Office) -> None:
    report = office.residents("0639980001,René,,", "+33 6 39 98 00 01,Other,,")
    assert problem(report, 3) == "+33639980001 is already on line 2. Keep one line for each number."
    assert office.person(RENE)["name"] == "René"


def test_a_nul_in_a_cell_refuses_its_line_alone(office: Office) -> None:
    report = office.residents("+33639980001,Re\0né,,", "+33639980002,Ann,,")
    assert results(report) == ["refused", "new"]
    assert "name holds a control character" in problem(report)


def test_a_quotation_mark_out_of_place_refuses_its_line_alone(office: Office) -> None:
    report = office.residents('+33639980001,"Ré"né,,', "+33639980002,Ann,,")
    assert results(report) == ["refused", "new"]
    assert "quotation mark" in problem(report)


def test_a_quotation_mark_never_closed_swallows_no_line_in_silence(office: Office) -> None:
    report = office.residents("+33639980002,Ann,,", '+33639980001,"René,,', "+33639980003,Zoé,,")
    assert results(report) == ["new", "refused"]
    assert "lines 3 to 4" in problem(report, 3)


def test_a_line_with_fewer_cells_is_taken_with_a_warning(office: Office) -> None:
    report = office.residents("+33639980001,René")
    assert results(report) == ["new"]
    assert any("2 cells, the first line has 4" in warning for warning in report.lines[0].warnings)


def test_a_name_that_looks_like_a_formula_stays_text(office: Office) -> None:
    office.residents('+33639980001,"=HYPERLINK(""http://evil.example"")",,', "+33639980002,{0.__class__},,")
    assert office.person(RENE)["name"] == '=HYPERLINK("http://evil.example")'
    assert office.person("+33639980002")["name"] == "{0.__class__}"


def test_a_name_of_a_thousand_letters_is_refused(office: Office) -> None:
    assert "name is longer than 60 letters" in problem(office.residents(f"{RENE},{'é' * 1000},,"))


def test_the_number_of_the_service_itself_is_refused(office: Office, tmp_path: Path) -> None:
    with office.config.open("a") as file:
        file.write(f'[twilio]\naccount_sid = "AC{0:032}"\nauth_token = "{1:032}"\nnumber = "{RENE}"\n')
    office.store.close()
    _, office.town, office.store = open_town(str(office.config))
    assert "is the number of the service itself" in problem(office.residents(f"{RENE},René,,"))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1234567", "1234567"),
        ("tous", "1234567"),
        ("lun-ven", "12345"),
        ("du lundi au vendredi", None),
        ("lundi au vendredi", "12345"),
        ("mon,wed,fri", "135"),
        ("Sam-Lun", "167"),
        ("mardis et jeudis", "24"),
        ("week-end", "67"),
        ("1-5", "12345"),
        ("8", None),
        ("jamais", None),
    ],
)
def test_days_are_read_as_offices_write_them(text: str, days: str | None) -> None:
    assert read_days(text) == days


# --- once, and never against somebody's word ------------------------------------------------------------


def test_the_same_file_again_changes_nothing_and_texts_nobody(office: Office) -> None:
    office.imports("resident", "residents.csv")
    before = office.store.connection.execute("SELECT count(*) FROM outbox").fetchone()[0]
    again = office.imports("resident", "residents.csv", now=NOW + 86_400_000)
    assert (results(again), again.texts) == (["unchanged", "unchanged"], 0)
    assert office.store.connection.execute("SELECT count(*) FROM outbox").fetchone()[0] == before


def test_what_differs_is_updated_and_an_empty_cell_says_nothing(office: Office) -> None:
    office.imports("resident", "residents.csv")
    report = office.imports("resident", b"phone,name,zone,check_in_at\n+33639980001,,Est,11:00\n")
    rene = office.resident(RENE)
    assert results(report) == ["updated"]
    assert (rene["name"], rene["zone"], rene["status"]) == ("René Durand", "Est", "active")
    plan = office.store.all("due_plans", now=NOW + 9e9, count=9)[0]
    assert plan["ask_at"] == moment_on(date(2026, 3, 9), "11:00", "Europe/Paris")


def test_an_invited_resident_whose_paper_comes_later_becomes_active(office: Office) -> None:
    office.residents(f"{RENE},René,,")
    report = office.residents(f"{RENE},René,,05/03/2026")
    assert (results(report), report.texts, office.resident(RENE)["status"]) == (["updated"], 0, "active")


def test_somebody_who_said_stop_is_neither_texted_nor_taken_back(office: Office) -> None:
    office.residents(f"{RENE},René,,2026-03-05")
    office.says_stop(RENE)
    report = office.residents(f"{RENE},René,{PAUL},2026-03-05")
    assert "said STOP: gets no text and stays out" in report.lines[0].warnings
    assert office.resident(RENE)["status"] == "stopped"
    assert (report.texts, office.texts(PAUL)) == (0, [])


def test_somebody_who_said_stop_before_being_on_the_register_gets_no_text(office: Office) -> None:
    office.says_stop(RENE)
    report = office.residents(f"{RENE},René,,2026-03-05")
    assert (results(report), report.texts, office.resident(RENE)["status"]) == (["new"], 0, "invited")
    assert office.store.all("due_plans", now=NOW + 9e9, count=9) == []


def test_a_no_by_text_outweighs_an_older_paper_but_not_a_newer_one(office: Office) -> None:
    office.residents(f"{RENE},René,,")
    with office.store.transaction():
        person_id = office.person(RENE)["id"]
        told = {
            "purpose": "check_ins",
            "given": 0,
            "basis": "consent",
            "words": "?",
            "language": "fr",
            "channel": "sms",
        }
        office.store.add("add_consent", person_id=person_id, **told, now=NOW)
        office.store.run("set_resident_status", id=office.resident(RENE)["id"], status="declined")
    older = office.residents(f"{RENE},René,,2026-03-05")
    assert office.resident(RENE)["status"] == "declined"
    assert "stays out, unless they agree anew" in " ".join(older.lines[0].warnings)
    office.residents(f"{RENE},René,,2026-03-09", now=NOW + 3 * 86_400_000)
    assert office.resident(RENE)["status"] == "active"


# --- contacts --------------------------------------------------------------------------------------------


def test_a_contact_is_asked_once_and_counts_only_after_a_yes(office: Office) -> None:
    office.imports("resident", "residents.csv")
    contact = office.store.all("contacts_of", resident_id=office.resident(RENE)["id"])[0]
    assert (contact["called"], contact["phone"], contact["status"]) == ("Paul", PAUL, "invited")
    assert "René Durand" in office.texts(PAUL)[0]
    office.store.run("answer_contact", person_id=contact["id"], status="confirmed")
    office.imports("resident", "residents.csv")
    assert len(office.texts(PAUL)) == 1


def test_a_contact_who_said_stop_or_no_is_left_in_peace(office: Office) -> None:
    office.says_stop(PAUL)
    report = office.residents(f"{RENE},René,{PAUL},2026-03-05")
    assert f"the contact {PAUL} said STOP and gets no text" in report.lines[0].warnings
    assert office.texts(PAUL) == []


def test_contacts_and_residents_who_answer_yes_count_from_then_on(office: Office) -> None:
    office.imports("resident", "residents.csv")
    office.hears(PAUL, "oui")
    office.hears("+33639980002", "IYEH")
    assert [row["status"] for row in office.store.all("contacts_of", resident_id=1)] == ["confirmed"]
    assert office.resident("+33639980002")["status"] == "active"
    assert len(office.store.all("due_plans", now=NOW + 9e9, count=9)) == 2


def test_an_import_waits_for_a_gateway_that_is_writing(office: Office) -> None:
    other = Store(office.store.path)
    with other.transaction():
        other.add("add_person", phone="+447700900199", name="", language=None, line="unknown", now=NOW)
        importing = Thread(target=office.residents, args=(f"{RENE},René,,",))
        importing.start()
        importing.join(0.2)
        assert importing.is_alive()
    importing.join(10)
    assert [row["phone"] for row in office.store.all("report_people")] == ["+447700900199", RENE]


# --- volunteers and coordinators -------------------------------------------------------------------------


def test_volunteers_count_when_they_agreed_and_are_asked_when_not(office: Office) -> None:
    report = office.imports("volunteer", "volunteers.csv")
    rows = [office.store.one("volunteer_of_person", person_id=n) for n in (1, 2, 3)]
    kept = [(row["zones"], row["status"]) for row in rows if row]
    assert kept == [("Nord|Sud", "confirmed"), ("Nord|Est", "confirmed"), ("Centre|Ouest", "invited")]
    assert [len(office.texts(f"+3363998002{n}")) for n in (1, 2, 3)] == [0, 0, 1]
    assert "“peut-être” in confirmed is neither a date nor yes" in problem(report, 5)


def test_a_resident_may_be_a_volunteer_too(office: Office) -> None:
    office.imports("resident", "residents.csv")
    report = office.imports("volunteer", b"phone,confirmed\n+33639980001,oui\n")
    assert results(report) == ["new"]
    assert office.person(RENE)["name"] == "René Durand"


def test_coordinators_are_taken_with_their_address(office: Office) -> None:
    report = office.imports("coordinator", "coordinators.csv")
    assert [row["email"] for row in office.store.all("coordinators")] == ["amina@ville.example"]
    assert "“not an address” is not an e-mail address" in problem(report, 3)
    assert results(office.imports("coordinator", "coordinators.csv")) == ["unchanged", "refused"]


# --- the command -----------------------------------------------------------------------------------------


def test_the_report_names_each_line_and_the_totals(run: Callable[..., Result]) -> None:
    result = run("residents", "import", str(FILES / "residents_troubles.csv"), "--language", "en")
    assert result.exit_code == 1
    assert "line 2: refused: the language “klingon”" in result.output
    assert "line 16: taken (new), +33639980015, warning: +33639980015 is not known" in result.output
    assert "Taken: 1 (1 new, 0 updated, 0 unchanged). Refused: 14. Texts to send: 1." in result.output


def test_the_report_speaks_the_first_language_of_the_service(run: Callable[..., Result]) -> None:
    result = run("residents", "import", str(FILES / "residents.csv"))
    assert result.exit_code == 0
    assert "ligne 2 : prise (nouvelle), +33639980001, attention : " in result.output
    assert "SMS à envoyer : 2." in result.output


def test_programs_get_one_object_a_line(run: Callable[..., Result]) -> None:
    result = run("residents", "import", str(FILES / "residents_bom_semicolon.csv"), "--json")
    line = json.loads(result.stdout)
    assert (line["line"], line["result"], line["phone"], line["problems"]) == (2, "new", RENE, [])
    assert "Colonnes non utilisées : Âge." in result.stderr


def test_all_or_nothing_takes_nothing_when_a_line_is_wrong(run: Callable[..., Result], office: Office) -> None:
    result = run("residents", "import", str(FILES / "residents_troubles.csv"), "--all-or-nothing", "--language", "en")
    assert result.exit_code == 1
    assert "line 16: not taken, because another line is refused" in result.output
    assert office.store.all("report_people") == []


def test_a_dry_run_reports_and_keeps_nothing(run: Callable[..., Result], office: Office) -> None:
    result = run("residents", "import", str(FILES / "residents.csv"), "--dry-run", "--language", "en")
    assert "line 2: taken (new)" in result.output
    assert "nothing was kept and nobody is texted" in result.output
    assert office.store.all("report_people") == []
    assert office.store.all("report_messages", phone="", since=0) == []


def test_a_file_that_cannot_be_read_ends_with_status_2(run: Callable[..., Result]) -> None:
    result = run("volunteers", "import", str(FILES / "wrong_columns.csv"))
    assert result.exit_code == 2
    assert "Il n'y a pas de colonne pour le téléphone. Trouvé : Titre, Ville, Date de naissance." in result.stderr


def test_every_sentence_stands_in_both_languages() -> None:
    from helpline.desk.import_words import WORDS

    assert WORDS["fr"].keys() == WORDS["en"].keys()
    fields = {key: set(re.findall(r"\{\w+\}", text)) for key, text in WORDS["en"].items()}
    assert fields == {key: set(re.findall(r"\{\w+\}", text)) for key, text in WORDS["fr"].items()}
