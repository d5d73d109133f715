"""Each mistake in a flow file is named with its file, its line, and how to mend it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from helpline.app.acts import ACTS
from helpline.base.errors import InvalidFlow
from helpline.conversations.files.book import load_book, shipped_flows_dir
from helpline.conversations.files.lint import check

BROKEN = Path(__file__).parents[1] / "data" / "flows_broken"
GOOD = {
    "menu.yaml": (
        "flow: menu\n"
        "opens_on: menu\n"
        "start: a\n"
        "steps:\n"
        "  a:\n"
        '    ask: {fr: "Quoi?"}\n'
        "    choices:\n"
        '      - {id: help, key: 1, label: {fr: "Aide"}, go: b}\n'
        "  b: {end: true}\n"
    ),
    "person.yaml": "flow: person\nstart: a\nsteps:\n"
    "  a: {do: call_person, then: {called: b, known: b}}\n  b: {end: true}\n",
    "phrases.yaml": (
        'phrases:\n  not_understood: {fr: "Pardon?"}\n  check_in_reminder: {fr: "Bonjour?"}\n'
    ),
    "words.yaml": "words:\n  menu: {fr: [menu]}\n  help: {fr: [aide]}\n  yes: {fr: [oui]}\n"
    "  no: {fr: [non]}\n  stop: {fr: [arret]}\n",
}


@pytest.fixture
def good(tmp_path: Path) -> Path:
    directory = tmp_path / "good"
    directory.mkdir()
    for name, text in GOOD.items():
        (directory / name).write_text(text, "utf-8")
    return directory


@pytest.fixture
def town(tmp_path: Path) -> Path:
    directory = tmp_path / "town"
    directory.mkdir()
    return directory


def expected(text: str) -> list[tuple[int, str]]:
    """Return (line, beginning of the sentence) for each `# !` comment."""
    return [
        (at, sentence.strip())
        for at, line in enumerate(text.splitlines(), start=1)
        for sentence in re.findall(r"# ! (.*?)(?=  # ! |$)", line)
    ]


def without_marks(text: str) -> str:
    return re.sub(r"\s+# ! .*", "", text)


def assert_named(directory: Path, name: str, text: str, good: Path) -> None:
    (directory / name).write_text(without_marks(text), "utf-8")
    found = [
        e for e in check(ACTS, [good, directory], ("fr",)).report.errors if e.file == f"town/{name}"
    ]
    wanted = sorted(expected(text))
    assert sorted(problem.line for problem in found) == [line for line, _ in wanted], list(
        map(str, found)
    )
    for line, sentence in wanted:
        assert any(str(e).startswith(f"town/{name}:{line}: {sentence}") for e in found), (
            sentence,
            list(map(str, found)),
        )


@pytest.mark.parametrize(
    "path", sorted((BROKEN / "flows").glob("*.yaml")), ids=lambda path: path.stem
)
def test_a_mistake_in_a_flow_is_named_where_it_stands(path: Path, good: Path, town: Path) -> None:
    assert_named(town, path.name, path.read_text("utf-8"), good)


@pytest.mark.parametrize(
    "kind", ["counted", "countries", "ladders", "letters", "phrases", "spoken", "words"]
)
def test_a_mistake_in_a_companion_file_is_named_where_it_stands(
    kind: str, good: Path, town: Path
) -> None:
    assert_named(town, f"{kind}.yaml", (BROKEN / kind / "broken.yaml").read_text("utf-8"), good)


def test_a_number_counted_in_a_word_that_is_not_there_is_named(good: Path, town: Path) -> None:
    (town / "counted.yaml").write_text('counted:\n  hello: {fr: "{n} bonjour"}\n', "utf-8")
    (town / "phrases.yaml").write_text('phrases:\n  many: {fr: "{count:helo}"}\n', "utf-8")
    (problem,) = check(ACTS, [good, town], ("fr",)).report.errors
    assert str(problem).startswith("town/phrases.yaml:2: In phrase `many`, something is counted in")
    assert "Did you mean `hello`?" in str(problem)


def test_a_town_may_count_in_words_of_its_own(good: Path, town: Path) -> None:
    (town / "counted.yaml").write_text(
        'plurals:\n  fr: {one: "1"}\n'
        'counted:\n  hello: {fr: {one: "un bonjour", other: "{n} bonjours"}}\n',
        "utf-8",
    )
    (town / "phrases.yaml").write_text('phrases:\n  many: {fr: "{count:hello}."}\n', "utf-8")
    phrases = load_book(ACTS, good, town, ("fr",)).phrases
    said = [phrases.say("many", "fr", {"count": count}) for count in ("0", "1", "2")]
    assert said == ["0 bonjours.", "un bonjour.", "2 bonjours."]


def warnings(good: Path, town: Path, sentence: str, letters: str = "") -> list[str]:
    (town / "phrases.yaml").write_text(f'phrases:\n  thanks: {{fr: "{sentence}"}}\n', "utf-8")
    if letters:
        (town / "letters.yaml").write_text(letters, "utf-8")
    found = check(ACTS, [good, town], ("fr",)).report.warnings
    return [str(each) for each in found if each.file == "town/phrases.yaml"]


def test_a_sentence_is_measured_with_a_name_of_twenty_letters(good: Path, town: Path) -> None:
    letters = "letters: {ع: a, ب: b, د: d, ا: a, ل: l, ر: r, ح: h, م: m, ن: n, س: s}\n"
    assert warnings(good, town, "x" * 139 + "{name}", letters) == []  # spelt, it has one more
    (found,) = warnings(good, town, "x" * 140 + "{name}", letters)
    assert "2 segments with long values, 161 GSM-7 characters" in found


def test_the_marks_of_a_name_are_not_told_as_a_fault_of_the_sentence(
    good: Path, town: Path
) -> None:
    letters = "letters: {ع: a, ب: b, د: d, ا: a, ل: l, ر: r, ح: h, م: m, ن: n, س: s}\n"
    assert warnings(good, town, "Merci {name}. " + "x" * 80, letters) == []
    (found,) = warnings(good, town, "Reçu {name}. " + "x" * 80, letters)
    assert "ç would make" in found


def test_an_arabic_name_that_nothing_spells_makes_a_latin_text_two(good: Path, town: Path) -> None:
    (found,) = warnings(good, town, "x" * 60 + "{name}")
    assert "2 segments with long values, 80 UCS-2 characters" in found


def test_with_the_longest_names_only_arabic_script_takes_a_second_text() -> None:
    found = check(ACTS, [shipped_flows_dir()]).report.warnings
    dear = [str(each) for each in found if "segments" in str(each)]
    assert [each for each in dear if ", ary: 2 segments" not in each] == []


def test_every_remedy_is_a_whole_sentence(good: Path, town: Path) -> None:
    for path in (BROKEN / "flows").glob("*.yaml"):
        (town / path.name).write_text(path.read_text("utf-8"), "utf-8")
    for problem in check(ACTS, [good, town], ("fr",)).report.errors:
        assert problem.text.endswith(("?", ".", "!")), problem
        assert problem.remedy.endswith((".", "}.", "!")), problem


def test_all_problems_are_told_together(good: Path, town: Path) -> None:
    (town / "one.yaml").write_text("flow: one\nstart: x\nsteps:\n  a: {end: true}\n", "utf-8")
    (town / "two.yaml").write_text("flow: two\nstart: y\nsteps:\n  b: {end: true}\n", "utf-8")
    with pytest.raises(InvalidFlow) as raised:
        load_book(ACTS, good, town, ("fr",))
    assert "town/one.yaml:2: The flow starts at `x`" in raised.value.problem
    assert "town/two.yaml:2: The flow starts at `y`" in raised.value.problem
    assert raised.value.remedy == "Mend them, then run `helpline flows check`."


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("menu.yaml", "good/menu.yaml:1: There is no flow `menu`."),
        ("person.yaml", "good/person.yaml:1: There is no flow `person`."),
        ("phrases.yaml", "good/phrases.yaml:1: There is no phrase `not_understood`."),
    ],
)
def test_what_every_conversation_needs_must_be_there(
    good: Path, missing: str, sentence: str
) -> None:
    (good / missing).unlink()
    assert any(
        str(problem).startswith(sentence) for problem in check(ACTS, [good], ("fr",)).report.errors
    )


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (
            'say: {fr: "' + "Bonne journée à tous. " * 8 + '"}',
            "In `a`, fr: 2 segments with long values, 176 GSM-7 characters.",
        ),
        (
            'say: {fr: "' + "Message reçu, merci. " * 5 + '"}',
            "In `a`, fr: ç would make 2 segments.",
        ),
        (
            'say: {fr: "' + "Merci 🙏 beaucoup. " * 5 + '"}',
            "In `a`, fr: 2 segments with long values, 95 UCS-2 characters (🙏 forces UCS-2).",
        ),
        (
            'say: {fr: "Bonjour {name}", en: "Hello"}',
            "In step `a`, `{name}` is in fr but not in en.",
        ),
    ],
)
def test_words_that_cost_more_are_pointed_out(
    good: Path, town: Path, step: str, sentence: str
) -> None:
    (town / "dear.yaml").write_text(
        f"flow: dear\nstart: a\nsteps:\n  a: {{{step}, end: true}}\n", "utf-8"
    )
    loaded = check(ACTS, [good, town], ("fr",))
    assert not loaded.report.errors
    assert [
        str(w) for w in loaded.report.warnings if str(w).startswith(f"town/dear.yaml:4: {sentence}")
    ]


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        (
            'label: {fr: "Cancel"}',
            "In step `a`, who types the label `Cancel` is signed out by Twilio.",
        ),
        (
            'label: {fr: "Un"}, accept: {en: [yes]}',
            "In step `a`, `yes` may be answered by Twilio itself; the key 1 always arrives.",
        ),
        (
            'label: {fr: "Une ligne bien trop longue pour un menu"}',
            "In step `a` the label `Une ligne bien trop longue pour un menu` has 39",
        ),
    ],
)
def test_answers_that_may_surprise_are_pointed_out(
    good: Path, town: Path, choice: str, sentence: str
) -> None:
    text = 'flow: odd\nstart: a\nsteps:\n  a:\n    ask: {fr: "Un?"}\n    choices:\n'
    text += f"      - {{id: x, key: 1, {choice}, go: b}}\n  b: {{end: true}}\n"
    (town / "odd.yaml").write_text(text, "utf-8")
    loaded = check(ACTS, [good, town], ("fr",))
    assert not loaded.report.errors
    assert [
        str(w) for w in loaded.report.warnings if str(w).startswith(f"town/odd.yaml:7: {sentence}")
    ]


def test_a_missing_directory_and_a_file_that_is_not_text_are_named(good: Path, town: Path) -> None:
    (town / "latin.yaml").write_bytes("flow: latin\n# é\n".encode("latin-1"))
    problems = list(map(str, check(ACTS, [good, town, town / "none"], ("fr",)).report.errors))
    assert any("There is no such directory." in problem for problem in problems)
    assert any(
        problem.startswith("town/latin.yaml:2: The file is not UTF-8 text.") for problem in problems
    )


@pytest.mark.skipif(
    not (shipped_flows_dir() / "menu.yaml").is_file(), reason="no flows are shipped yet"
)
def test_the_shipped_flows_have_no_error() -> None:
    assert check(ACTS, [shipped_flows_dir()]).report.errors == []


@pytest.mark.parametrize("text", ["", "- one\n- two\n", "just words\n"])
def test_a_file_that_holds_no_names_is_told_so(good: Path, town: Path, text: str) -> None:
    (town / "odd.yaml").write_text(text, "utf-8")
    problems = list(map(str, check(ACTS, [good, town], ("fr",)).report.errors))
    assert problems == [
        "town/odd.yaml:1: This is not a list of `name: value` lines. Begin as docs/flows.md shows."
    ]


def test_a_word_of_distress_as_an_answer_and_an_unusual_fact_are_pointed_out(
    good: Path, town: Path
) -> None:
    (town / "distress.yaml").write_text(
        'classes: {medical: {queue: "1", fr: ["tomb*", "malaise"]}}\n', "utf-8"
    )
    (town / "odd.yaml").write_text(
        "flow: odd\nstart: a\nsteps:\n  a:\n    if: {fact: weather, is: hot}\n"
        "    go: b\n    else: b\n  b:\n"
        '    ask: {fr: "Un?"}\n    choices:\n      - {id: x, key: 1, label: {fr: "Malaise"}, '
        "go: c}\n"
        "  c: {end: true}\n",
        "utf-8",
    )
    warnings = [str(w) for w in check(ACTS, [good, town], ("fr",)).report.warnings]
    assert any(
        w.startswith("town/odd.yaml:5: Step `a` looks at the fact `weather`") for w in warnings
    )
    assert any(
        "town/odd.yaml:11: In step `b`, `Malaise` of choice `x` is a word of distress" in w
        for w in warnings
    )


def test_a_menu_of_too_many_screens_is_pointed_out(good: Path, town: Path) -> None:
    choices = "".join(
        f'      - {{id: c{key}, key: {key}, label: {{fr: "Choix numéro {key}, assez long"}}, go: '
        "b}\n"
        for key in range(1, 9)
    )
    text = (
        "flow: odd\n"
        "start: a\n"
        "steps:\n"
        "  a:\n"
        f'    ask: {{fr: "{"Question longue. " * 30}"}}\n'
        "    choices:\n"
        f"{choices}"
    )
    (town / "odd.yaml").write_text(text + "  b: {end: true}\n", "utf-8")
    warnings = [str(w) for w in check(ACTS, [good, town], ("fr",)).report.warnings]
    assert any(
        w.startswith("town/odd.yaml:5: In step `a`, fr takes 5 USSD screens.") for w in warnings
    )
    assert any(w.startswith("town/odd.yaml:6: Step `a` offers 8 choices") for w in warnings)


def test_a_file_that_holds_itself_is_told_so(good: Path, town: Path) -> None:
    (town / "odd.yaml").write_text("flow: odd\nsteps: &a {b: *a}\n", "utf-8")
    problems = list(map(str, check(ACTS, [good, town], ("fr",)).report.errors))
    assert problems
    assert all(problem.startswith("town/odd.yaml:") for problem in problems)


READING = """
reading:
  families:
    fr: {{home: ["maison", "chambre"]}}
  says:
    help:
      fr:
        - "{phrase}"
"""


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("{hom} brûle", "names the family of words `hom`, which fr does not have. Did you mean"),
        ("la maison (qui brûle", "a bracket does not close"),
        ("la [maison (qui) brûle]", "a bracket does not close, or one stands in another"),
    ],
)
def test_a_phrase_that_cannot_be_looked_for_is_named_with_its_line(
    phrase: str, said: str, good: Path, town: Path
) -> None:
    (town / "reading.yaml").write_text(READING.format(phrase=phrase), "utf-8")
    (problem,) = check(ACTS, [good, town], ("fr",)).report.errors
    assert str(problem).startswith("town/reading.yaml:8: ")
    assert said in str(problem)


def test_a_list_that_nobody_reads_with_is_named(good: Path, town: Path) -> None:
    (town / "reading.yaml").write_text('reading:\n  frame: {fr: ["si"]}\n', "utf-8")
    (problem,) = check(ACTS, [good, town], ("fr",)).report.errors
    assert "`frame` is no list we read with. Did you mean `frames`?" in str(problem)
