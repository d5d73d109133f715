"""The campaign itself: which faults it thinks of, how it plants them, and that it tells the
truth."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpline.settings.database import File
from helpline.store.opening import open_store
from tests.mutation import toy
from tests.mutation.equivalents import Equivalent, apart
from tests.mutation.mutants import Edit, Mutant, SqlEdit, diff, mutants_of
from tests.mutation.planting import Town, look_around
from tests.mutation.rooms import HOUSE, ROOMS, sql_loader
from tests.mutation.sql_mutants import mutants_of_sql

FILE = "tests/mutation/toy.py"
SOURCE = Path(toy.__file__).read_text(encoding="utf-8")


def faults(source: str) -> set[tuple[str, str]]:
    """Return what stood there and what stands there instead, for each mutant."""
    return {(mutant.original, mutant.mutated) for mutant in mutants_of("toy", FILE, source)}


def statements(sql: str) -> list[tuple[str, str]]:
    """Return the kind of each fault of a statement, and the statement with it."""
    edits = ((mutant.kind, mutant.edit) for mutant in mutants_of_sql("toy", "t.sql", "t", sql))
    return [(kind, edit.after) for kind, edit in edits if isinstance(edit, SqlEdit)]


@pytest.mark.parametrize(
    ("source", "original", "mutated"),
    [
        ("def f(a):\n return a < 3", "a < 3", "a <= 3"),
        ("def f(a):\n return a < 3", "3", "4"),
        ("def f(a, b):\n if a and b:\n  g()", "a and b", "a or b"),
        ("def f(a, b):\n if a and b:\n  g()", "a and b", "b"),
        ("def f(a, b):\n if a and b:\n  g()", "a and b", "False"),
        ("def f(a, b):\n if a and b:\n  g()", "g()", "pass"),
        ("def f(a):\n return not a", "not a", "a"),
        ("def f(a) -> bool:\n return a", "a", "True"),
        ("def f(a) -> int | None:\n return a", "a", "None"),
        ("def f(a):\n return a == 'yes' or a == 'no'", "a == 'yes'", "a == 'no'"),
        ("def f(a):\n return a is None", "a is None", "a is not None"),
        ("def f(a):\n match a:\n  case 1 if a.b:\n   return 2", "a.b", "True"),
        ("def f(a):\n match a:\n  case 1 | 2:\n   return 2", "1 | 2", "2"),
        ("def f(a):\n for b in a:\n  continue", "continue", "break"),
        ("def f(a):\n return sorted(a, key=lambda b: -b)", "-b", "b"),
        ("def f(a, b=True):\n return a", "True", "False"),
        ("NAMES = frozenset({'a', 'b'})", "{'a', 'b'}", "{'b'}"),
    ],
)
def test_a_fault_that_is_easily_made_is_planted(source: str, original: str, mutated: str) -> None:
    assert (original, mutated) in faults(source)


@pytest.mark.parametrize(
    "source",
    [
        'def f():\n """Said 1 time."""',
        "def f(a):\n log.info('%s', a + 1)",
        "def f(a):\n raise ValueError(a + 1)",
        "def __repr__(self):\n return self.a + 1",
        "def f(a: int | None = None) -> A | B: ...",
        "class A(StrEnum):\n B = 'b'\n C = 1",
        "__all__ = ['a', 'b']",
        "Event = A | B",
    ],
)
def test_what_decides_nothing_is_left_alone(source: str) -> None:
    assert not faults(source)


def test_a_statement_loses_a_condition_a_name_and_its_order() -> None:
    sql = "SELECT id FROM t WHERE a = :a AND b IN ('x', 'y') AND c <= :now ORDER BY id LIMIT 1"
    texts = {after for _, after in statements(sql)}
    assert sql.replace("a = :a AND ", "") in texts
    assert sql.replace("('x', 'y')", "('y')") in texts
    assert sql.replace("<=", "<") in texts
    assert sql.replace("ORDER BY id", "ORDER BY id DESC") in texts


def test_the_two_sides_of_between_stay_together() -> None:
    sql = "SELECT id FROM t WHERE a BETWEEN 1 AND 2 AND b = :b"
    dropped = [after.strip() for kind, after in statements(sql) if kind == "dropped"]
    assert dropped == ["SELECT id FROM t WHERE b = :b", "SELECT id FROM t WHERE a BETWEEN 1 AND 2"]


def test_a_diff_can_be_applied(tmp_path: Path) -> None:
    (mutant,) = (each for each in mutants_of("toy", FILE, SOURCE) if each.mutated == "age <= CHILD")
    changed = tmp_path / FILE
    changed.parent.mkdir(parents=True)
    changed.write_text(SOURCE, encoding="utf-8")
    subprocess.run(
        ["git", "apply"], input=diff(mutant, SOURCE), text=True, cwd=tmp_path, check=True
    )
    assert "if age <= CHILD:" in changed.read_text(encoding="utf-8")


# --- planting -------------------------------------------------------------------------------------


@pytest.fixture
def town() -> Iterator[Town]:
    """What is alive; the toy is as it was afterwards."""
    town = look_around()
    yield town
    tree = ast.parse(SOURCE)
    for statement in tree.body:
        town.plant(FILE, tree, statement)


def plant(town: Town, original: str, mutated: str) -> None:
    """Plant the first mutant of the toy with these texts."""
    mutants = mutants_of("toy", FILE, SOURCE)
    mutant = next(each for each in mutants if (each.original, each.mutated) == (original, mutated))
    assert isinstance(mutant.edit, Edit)
    with mutant.edit.made():
        town.plant(FILE, mutant.edit.tree, mutant.edit.top)


def test_a_planted_fault_acts_in_functions_that_live_already(town: Town) -> None:
    price = toy.price
    plant(town, "age < CHILD", "age <= CHILD")
    assert (price(11), price(12), price(13)) == (4, 4, 8)


def test_a_constant_is_changed_together_with_what_was_made_of_it(town: Town) -> None:
    plant(town, "CHILD // 2", "CHILD * 2")
    assert (toy.CHILD, toy.HALF, toy.Ticket().price) == (12, 24, 24)


def test_a_name_left_out_is_out(town: Town) -> None:
    plant(town, "('baby', 'dog')", "('baby',)")
    assert toy.price(40, "dog") == 8


def test_the_tree_is_whole_again_after_planting(town: Town) -> None:
    mutants = list(mutants_of("toy", FILE, SOURCE))
    edit = mutants[0].edit
    assert isinstance(edit, Edit)
    before = ast.unparse(edit.tree)
    for mutant in mutants:
        assert isinstance(mutant.edit, Edit)
        with mutant.edit.made():
            assert ast.unparse(edit.tree) != before
    assert ast.unparse(edit.tree) == before


# --- judging --------------------------------------------------------------------------------------

TRIES_THE_TOY = """
from pathlib import Path
from tests.mutation.campaign import Wishes, run
from tests.mutation.mutants import mutants_of
from tests.mutation.record import Record, Test

name = "tests/mutation/toy_checks.py::test_{}"
names = [name.format(each) for each in ("a_child_pays_less", "a_dog_travels_free")]
tests = [Test(name, 0.01, {{"{file}": 2**99 - 1}}, frozenset(), 99) for name in names]
mutants = [each for each in mutants_of("toy", "{file}", Path("{file}").read_text()) if each.lines]
for verdict in run(mutants, Record(tests, {{}}, {{}}), Wishes(), lambda words: None):
    print("|".join((verdict.fate, verdict.mutant.original, verdict.mutant.mutated)))
""".format("{}", file=FILE)


@pytest.mark.slow
def test_what_lived_is_told_and_what_was_caught_too() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TRIES_THE_TOY], cwd=HOUSE, capture_output=True, text=True, check=True
    )
    verdicts = [line for line in done.stdout.splitlines() if line.count("|") == 2]
    assert "lived|age < CHILD|age <= CHILD" in verdicts
    assert "killed|age < CHILD|False" in verdicts
    assert {line for line in verdicts if line.startswith("lived")} == {
        "lived|age < CHILD|age <= CHILD"
    }


def test_equivalent_ones_are_counted_apart_and_an_entry_without_a_mutant_is_told() -> None:
    mutants = list(mutants_of("toy", FILE, SOURCE))
    known = Equivalent("toy", "price", "age < CHILD", "age <= CHILD", "nobody is twelve")
    gone = Equivalent("toy", "fee", "a", "b", "was there once")
    others, same, idle = apart(mutants, [known, gone])
    assert [mutant.mutated for mutant in same] == ["age <= CHILD"]
    assert (len(others), idle) == (len(mutants) - 1, [gone])


def test_a_sample_is_always_the_same_and_about_as_large_as_asked() -> None:
    def sample(source: str) -> list[Mutant]:
        return [each for each in mutants_of("toy", FILE, source) if each.is_sampled(1, 3)]

    source = "".join(f"def f{n}(a):\n return a < {n} and a > 0\n" for n in range(40))
    first, second = sample(source), sample(source)
    assert [each.key for each in first] == [each.key for each in second]
    assert 0.2 < len(first) / len(list(mutants_of("toy", FILE, source))) < 0.5


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_pattern_of_a_room_finds_a_file(room: object) -> None:
    assert isinstance(room, type(ROOMS[0]))
    for pattern in room.files:
        assert list(HOUSE.glob(pattern)), f"{pattern} finds nothing: was it moved?"


def test_a_fault_of_sql_is_planted_in_the_very_table_that_a_store_reads(tmp_path: Path) -> None:
    store = open_store(File(tmp_path / "town.db"))
    table = sql_loader()("sqlite")
    right = table["zones"]
    table["zones"] = "SELECT 'planted' AS zone"
    try:
        assert [row["zone"] for row in store.all("zones")] == ["planted"]
    finally:
        table["zones"] = right
        store.close()
