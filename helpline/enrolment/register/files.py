"""A CSV file as offices save it becomes lines of named cells, whatever its encoding, separator and
order of columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from helpline.base.errors import HelplineError
from helpline.enrolment.register.words import say
from helpline.language.folding import fold

__all__ = ["Line", "RegisterFile", "UnreadableFile", "read_register"]

MOST_BYTES = 64_000_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")

# How offices call a column, folded and without blanks. `first_name` goes in front of `name`.
_SYNONYMS = {
    "phone": (
        "phone telephone tel mobile portable numero numerodetelephone detelephone gsm phonenumber "
        "telephoneportable telportable telephonemobile numerodemobile"
    ),
    "name": (
        "name nom fullname nomcomplet nometprenom nomprenom prenomnom prenometnom lastname "
        "nomdefamille"
    ),
    "other_name": "othername autrenom nomarabe nomenarabe nomlatin nomenlatin arabicname "
    "namearabic latinname namelatin",
    "first_name": "prenom firstname prenoms",
    "language": "language langue lang",
    "zone": "zone quartier secteur area district",
    "zones": "zones quartiers secteurs zone quartier secteur areas",
    "address": "address adresse rue adressepostale",
    "check_in_at": "checkinat heure heurebonjour heuredubonjour hour time",
    "days": "days jours jour",
    "timezone": "timezone fuseau fuseauhoraire",
    "ladder": "ladder echelle protocole",
    "contact_name": (
        "contactname contact contactnom nomcontact nomducontact proche procheaprevenir "
        "personneaprevenir"
    ),
    "contact_phone": (
        "contactphone contacttelephone contacttel telephonecontact telephoneducontact telcontact "
        "telephoneproche contactmobile contactportable"
    ),
    "consent": "consent consentement accord datedaccord dateconsentement",
    "confirmed": "confirmed confirme confirmation accord consentement dateconfirmation",
    "email": "email courriel mail adresseemail adressemail emailaddress",
}


class UnreadableFile(HelplineError):
    """A file cannot be read as a register; nothing of it was kept."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record: the line of the file it begins on, its cells by column, and what is wrong with
    its form."""

    number: int
    cells: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """A file as read. `extra` are the headings that mean nothing to us, `notes` what its reader
    should know."""

    lines: list[Line]
    columns: tuple[str, ...]
    extra: tuple[str, ...]
    notes: tuple[str, ...]


def read_register(data: bytes, columns: Sequence[str], language: str) -> RegisterFile:
    """Return the lines of a CSV file whose known columns are `columns`; `phone` must be among its
    headings.

    UTF-8, UTF-16 or Windows-1252; separated by `;`, `,` or tabs. Raises UnreadableFile, with
    sentences in `language`.
    """
    text, notes = _decoded(data, language)
    text, forced = _without_sep_line(text)
    if not text.strip():
        raise _unreadable("file_empty", language, wanted=", ".join(columns))
    delimiter = forced or _delimiter(text, columns)
    records = _records(text, delimiter, language)
    header = next(records)
    if header.problems:
        raise UnreadableFile(header.problems[0])
    names = _names(header.cells, columns, language)
    extra = tuple(cell for cell, name in zip(header.cells, names, strict=True) if cell and not name)
    if extra:
        notes = [*notes, say("note_extra", language, extra=", ".join(extra))]
    lines = [_line(record, names, language) for record in records]
    return RegisterFile(lines, tuple(name for name in names if name), extra, tuple(notes))


def _unreadable(key: str, language: str, **facts: object) -> UnreadableFile:
    return UnreadableFile(say(key, language, **facts))


# --- bytes to text --------------------------------------------------------------------------------


def _decoded(data: bytes, language: str) -> tuple[str, list[str]]:
    if len(data) > MOST_BYTES:
        raise _unreadable("file_too_big", language, most=MOST_BYTES // 1_000_000)
    if data.startswith(_SPREADSHEETS):
        raise _unreadable("file_is_spreadsheet", language)
    if encoding := _utf_16(data):
        try:
            return data.decode(encoding).removeprefix("\ufeff"), []
        except UnicodeDecodeError:
            raise _unreadable("file_not_text", language) from None
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return _line_by_line(data.removeprefix(b"\xef\xbb\xbf"), language), [
            say("note_windows", language)
        ]


def _utf_16(data: bytes) -> str:
    """Return the UTF-16 codec of `data`, told by its mark or by where its zero bytes stand; "" when
    it is not."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:2000]
    if len(head) > 3 and head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    return "utf-16-be" if len(head) > 3 and head[::2].count(0) > len(head) // 4 else ""


def _line_by_line(data: bytes, language: str) -> str:
    """Return text of which some lines are Windows-1252: files put together from two sources hold
    both encodings."""
    return "\n".join(
        _decoded_line(raw, at, language) for at, raw in enumerate(data.split(b"\n"), start=1)
    )


def _decoded_line(raw: bytes, at: int, language: str) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable("file_strange_byte", language, line=at)


# --- text to records ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Record:
    number: int
    cells: list[str]
    problems: tuple[str, ...] = ()


def _without_sep_line(text: str) -> tuple[str, str]:
    """Take off the first line `sep=;` by which Excel names its separator; the line break stays, for
    the numbering."""
    first = text[:6].rstrip("\r\n")
    if len(first) == 5 and first.lower().startswith("sep=") and first[4] in ";,\t":
        return text[5:], first[4]
    return text, ""


def _delimiter(text: str, columns: Sequence[str]) -> str:
    """Return the separator under which the heading line names most columns we know."""

    def known(delimiter: str) -> int:
        try:
            header = next(
                row
                for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
                if any(row)
            )
        except (csv.Error, StopIteration):
            return 0
        return sum(_meant(cell, columns) != "" for cell in header) * 100 + min(len(header), 99)

    return max((";", ",", "\t"), key=known)


def _records(text: str, delimiter: str, language: str) -> Iterator[_Record]:
    """Give every record that is not empty. One whose quotes cannot be understood comes with that as
    its problem."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            key = "line_open_quote" if "end of data" in str(error) else "line_bad_quote"
            yield _Record(
                before + 1, [], (say(key, language, first=before + 1, last=reader.line_num),)
            )
        else:
            if any(cell.strip() for cell in cells):
                yield _Record(before + 1, cells)
        before = reader.line_num


# --- columns --------------------------------------------------------------------------------------


def _key(heading: str) -> str:
    return fold(heading).replace(" ", "")


def _meant(heading: str, columns: Sequence[str]) -> str:
    """Return which column a heading means, `first_name` included, or ""."""
    key = _key(heading)
    known = [*columns, "first_name"] if "name" in columns else columns
    return next((column for column in known if key in _SYNONYMS[column].split()), "")


def _names(header: Sequence[str], columns: Sequence[str], language: str) -> list[str]:
    """Return the column each heading means. The exact name wins over a synonym; two synonyms
    contradict each other."""
    names = [_meant(cell, columns) for cell in header]
    for column in {name for name in names if names.count(name) > 1 and name}:
        spots = [at for at, name in enumerate(names) if name == column]
        exact = [at for at in spots if _key(header[at]) == _key(column)]
        if len(exact) != 1:
            both = ", ".join(header[at].strip() for at in spots)
            raise _unreadable("file_same_column", language, found=both, column=column)
        names = [name if name != column or at == exact[0] else "" for at, name in enumerate(names)]
    if "phone" not in names:
        found = ", ".join(cell.strip() for cell in header if cell.strip())[:300]
        raise _unreadable("file_no_phone", language, found=found, wanted=", ".join(columns))
    if "first_name" in names and "name" not in names:
        names[names.index("first_name")] = "name"
    return names


def _line(record: _Record, names: Sequence[str], language: str) -> Line:
    if record.problems:
        return Line(record.number, problems=record.problems)
    surplus = [cell for cell in record.cells[len(names) :] if cell.strip()]
    if surplus:
        counts = {"count": len(record.cells), "wanted": len(names)}
        return Line(record.number, problems=(say("line_too_many_cells", language, **counts),))
    cells = {name: _plain(cell) for name, cell in zip(names, record.cells, strict=False) if name}
    strange = [name for name, cell in cells.items() if _CONTROL.search(cell)]
    if strange:
        return Line(
            record.number, problems=(say("line_control", language, column=", ".join(strange)),)
        )
    first = cells.pop("first_name", "")
    if first:
        cells["name"] = f"{first} {cells['name']}".strip()
    if len(record.cells) < len(names):
        counts = {"count": len(record.cells), "wanted": len(names)}
        return Line(record.number, cells, warnings=(say("line_few_cells", language, **counts),))
    return Line(record.number, cells)


def _plain(cell: str) -> str:
    """Return a cell on one line, its blanks single."""
    return (
        " ".join(cell.split())
        if not cell.isascii() or " " in cell or "\n" in cell or "\r" in cell
        else cell.strip()
    )
