"""Registers as offices save them: what can be read is, and what cannot is said line by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpline.cli.opening import open_town
from helpline.enrolment.register.days import read_days
from helpline.enrolment.register.files import UnreadableFile, read_register
from tests.enrolment.register_office import FILES, NOW, RENE, Office, problem, results
from tests.kit.must import below


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


# --- files as offices save them -------------------------------------------------------------------


def test_a_resident_who_agreed_on_paper_is_active_and_greeted_the_next_time(office: Office) -> None:
    report = office.imports("resident", "residents.csv")
    rene = office.resident(RENE)
    assert results(report) == ["new", "new"]
    assert (rene["status"], rene["check_in_at"], rene["days"]) == ("active", "09:30", "12345")
    assert rene["address"] == "12 rue des Lilas bâtiment B"
    plan = office.store.all("due_plans", now=NOW + 9e9, count=9)
    assert [(row["phone"], row["local_date"]) for row in plan] == [(RENE, "2026-03-09")]
    assert office.texts(RENE) == []
    consent = below(office.store).execute("SELECT basis, words, channel FROM consents").fetchall()
    assert [tuple(row) for row in consent] == [("paper", "paper 2026-03-05", "paper")]


def test_a_resident_who_was_not_asked_yet_is_asked_by_one_text(office: Office) -> None:
    report = office.imports("resident", "residents.csv")
    fatima = office.resident("+33639980002")
    assert (fatima["status"], fatima["language"], fatima["timezone"]) == (
        "invited",
        "ary-Latn",
        "Africa/Casablanca",
    )
    assert len(office.texts("+33639980002")) == 1
    assert "Nmertkom" in office.texts("+33639980002")[0]
    assert report.texts == 2  # Fatima, and René's contact


def test_the_line_number_is_the_one_in_the_file_even_after_a_cell_of_two_lines(
    office: Office,
) -> None:
    assert [line.line for line in office.imports("resident", "residents.csv").lines] == [2, 4]


def test_a_file_with_bom_semicolons_and_french_headings_is_read(office: Office) -> None:
    report = office.imports("resident", "residents_bom_semicolon.csv")
    assert (office.person(RENE)["name"], office.resident(RENE)["zone"]) == ("René Durand", "Nord")
    assert report.notes == ("Columns not used: Âge.",)


def test_a_name_in_other_letters_is_kept_beside_the_first_and_an_empty_cell_keeps_it(
    office: Office,
) -> None:
    office.imports("resident", f"phone;nom;nom arabe\n{RENE};Khadija;خديجة\n".encode())
    assert office.person(RENE)["other_name"] == "خديجة"
    report = office.imports("resident", f"phone;name;other_name\n{RENE};Khadija;\n".encode())
    assert [line.result for line in report.lines] == ["unchanged"]
    assert office.person(RENE)["other_name"] == "خديجة"
    report = office.imports("resident", f"phone;other_name\n{RENE};خدوج\n".encode())
    assert [line.result for line in report.lines] == ["updated"]
    assert (office.person(RENE)["name"], office.person(RENE)["other_name"]) == ("Khadija", "خدوج")


def test_who_is_invited_reads_their_name_in_their_own_letters(office: Office) -> None:
    office.imports(
        "resident", f"phone;name;other_name;language\n{RENE};خديجة;Khadija;fr\n".encode()
    )
    assert "bonjour Khadija" in office.texts(RENE)[0]


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
    office.imports(
        "resident",
        "phone;name\n+33639980001;René\n".encode() + "+33639980002;Zoé\n".encode("cp1252"),
    )
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
def test_a_file_that_cannot_be_read_is_refused_whole_in_a_sentence(
    office: Office, data: bytes, words: str
) -> None:
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


# --- lines that cannot be taken -------------------------------------------------------------------


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
def test_a_line_that_cannot_be_taken_says_why_and_how_to_mend_it(
    office: Office, line: int, words: str
) -> None:
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


@pytest.mark.scenario("R-G32")
def test_a_name_that_looks_like_a_formula_stays_text(office: Office) -> None:
    office.residents(
        '+33639980001,"=HYPERLINK(""http://evil.example"")",,', "+33639980002,{0.__class__},,"
    )
    assert office.person(RENE)["name"] == '=HYPERLINK("http://evil.example")'
    assert office.person("+33639980002")["name"] == "{0.__class__}"


def test_a_name_of_a_thousand_letters_is_refused(office: Office) -> None:
    assert "name is longer than 60 letters" in problem(office.residents(f"{RENE},{'é' * 1000},,"))


def test_the_number_of_the_service_itself_is_refused(office: Office, tmp_path: Path) -> None:
    with office.config.open("a") as file:
        file.write(
            f'[twilio]\naccount_sid = "AC{0:032}"\nauth_token = "{1:032}"\nnumber = "{RENE}"\n'
        )
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
