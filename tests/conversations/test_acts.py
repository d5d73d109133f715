"""What a flow may ask of the gateway is declared once: the checks, the run, the terminal and the
page agree on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from helpline.app.acts import ACTIONS, ACTS, BY_NAME
from helpline.base.errors import NotFound
from helpline.base.ports import Store
from helpline.cli.flows import flows
from helpline.conversations import keeping
from helpline.conversations.acting import Action, Call, performing
from helpline.conversations.acts import Act, Answer
from helpline.conversations.files.acts_table import table, written_into
from helpline.conversations.files.book import load_book, shipped_flows_dir
from helpline.conversations.files.facts import CONDITIONS, FACTS
from helpline.conversations.files.lint import check
from helpline.conversations.state import ActResult
from helpline.conversations.types import Do
from helpline.people import callers
from helpline.town import town as town_module
from helpline.town.tx import Tx
from tests.conversations.test_flow_lint import GOOD
from tests.fakes import Phone, Town
from tests.kit.must import must

PAGE = Path(__file__).parents[2] / "docs" / "flows.md"
ASK = 'ask: {{fr: "Quoi?"}}, save: {}, choices: [{{id: x, key: 1, label: {{fr: "Un"}}, go: {}}}]'

Problems = Callable[..., list[str]]


@pytest.fixture
def problems(tmp_path: Path) -> Problems:
    """Return what the checks say of the steps of a flow."""
    for name, text in GOOD.items():
        (tmp_path / name).write_text(text, "utf-8")

    def problems(*steps: str, start: str = "a") -> list[str]:
        lines = "".join(f"  {step}\n" for step in steps)
        (tmp_path / "odd.yaml").write_text(f"flow: odd\nstart: {start}\nsteps:\n{lines}", "utf-8")
        return [str(each) for each in check(ACTS, [tmp_path], ("fr",)).report.problems]

    return problems


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    yield town
    town.stop()


def with_actions(town: town_module.Town, actions: Mapping[str, Action]) -> town_module.Town:
    return replace(town, plugs=replace(town.plugs, actions=actions))


def asks(
    town: Town, number: str, action: str, actions: dict[str, Action] | None = None, **answers: str
) -> ActResult:
    """Have a flow ask for an action in the name of the person with that number."""

    def work(tx: Tx) -> ActResult:
        known = with_actions(town.gateway.town, BY_NAME if actions is None else actions)
        there = Tx(tx.store, known, tx.now)
        return performing(Call(there, callers.who(there, number)))(action, answers)

    return town.change(work)


# --- the declarations and the shipped flows -------------------------------------------------------


def test_each_action_has_a_name_a_sentence_and_an_end() -> None:
    assert len(BY_NAME) == len(ACTIONS)
    for act in ACTS.values():
        assert act.sentence.endswith("."), act.name
        assert act.outcomes, act.name


def test_whatever_a_shipped_flow_asks_for_is_declared_and_whatever_it_says_is_given() -> None:
    loaded = check(ACTS, [shipped_flows_dir()])
    told = [str(each) for each in loaded.report.problems]
    assert loaded.report.errors == []
    assert [each for each in told if "may be empty" in each or "on every way" in each] == []


def test_each_end_of_each_action_of_a_shipped_flow_leads_on() -> None:
    for flow in load_book(ACTS, shipped_flows_dir()).flows.values():
        for step in flow.steps.values():
            if isinstance(step, Do):
                assert step.then.keys() == ACTS[step.action].outcomes.keys(), (flow.name, step.name)


def test_the_facts_said_to_be_always_there_are_those_a_conversation_has(town: Town) -> None:
    def facts(tx: Tx) -> Set[str]:
        caller = callers.who(tx, "+33639980031")
        return keeping.speaker_for(tx, caller, "sms").facts.keys()

    assert town.change(facts) == FACTS | CONDITIONS


# --- what the checks say of a town's own flow -----------------------------------------------------


@pytest.mark.parametrize(
    ("action", "end", "fact"), [("sign_up", "active", "contact_name"), ("pause", "paused", "hours")]
)
def test_a_fact_that_no_action_gives_is_refused(
    problems: Problems, action: str, end: str, fact: str
) -> None:
    said = problems(
        f"a: {{{ASK.format('until', 'b')}}}",
        f"b: {{do: {action}, then: {{{end}: c, refused: d}}}}",
        f'c: {{say: {{fr: "Merci {{{fact}}}."}}, end: true}}',
        "d: {end: true}",
    )
    assert [each for each in said if f"In step `c`, nobody gives `{{{fact}}}`" in each]


def test_a_fact_that_only_another_end_gives_is_pointed_out(problems: Problems) -> None:
    said = problems(
        f"a: {{{ASK.format('ref', 'b')}}}",
        "b: {do: look_up_request, then: {found: c, unknown: c}}",
        'c: {say: {fr: "Demande {ref}: {state}."}, end: true}',
    )
    assert len(said) == 1
    assert "odd.yaml:6: In step `c`, `{state}` may be empty: one way to it gives none." in said[0]


def test_an_answer_that_an_action_must_have_is_asked_for(problems: Problems) -> None:
    said = problems("a: {do: set_language, then: {done: b}}", "b: {end: true}")
    assert [
        each
        for each in said
        if "`set_language` of step `a` reads the answer `language`, which no quest" in each
    ]


def test_an_answer_that_only_one_way_asks_for_is_pointed_out(problems: Problems) -> None:
    said = problems(
        "a: {if: {fact: has_name, is: yes}, go: b, else: c}",
        f"b: {{{ASK.format('language', 'c')}}}",
        "c: {do: set_language, then: {done: d}}",
        "d: {end: true}",
    )
    assert [
        each
        for each in said
        if "Step `c` reads the answer `language`, which is not asked for on every way" in each
    ]


def test_an_answer_that_may_be_missing_need_not_be_asked_for(problems: Problems) -> None:
    assert (
        problems("a: {do: open_request, go: b}", 'b: {say: {fr: "Demande {ref}."}, end: true}')
        == []
    )


def test_a_way_for_all_results_and_one_for_a_single_one_both_count(problems: Problems) -> None:
    steps = ("a: {do: open_request, then: {known: c}, go: b}", "b: {end: true}", "c: {end: true}")
    assert problems(*steps) == []


# --- held to it -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (ActResult("lost"), "odd ends as `lost`, which it does not declare"),
        (ActResult("done"), "odd, ending as `done`, declares the facts ['ref'] and gives []"),
        (
            ActResult("done", {"ref": "1", "x": ""}),
            "odd, ending as `done`, declares the facts ['ref'] and gives ['ref', 'x']",
        ),
    ],
)
def test_an_action_that_does_not_keep_to_its_declaration_is_logged_and_goes_on(
    town: Town, undeclared: list[str], result: ActResult, told: str
) -> None:
    odd = Action(Act("odd", "Odd.", (), {"done": ("ref",)}), lambda call, answers: result)
    assert asks(town, "+33639980031", "odd", {"odd": odd}) == result
    assert undeclared == [f"a flow's action is not as declared: {told}"]
    undeclared.clear()


def test_an_action_reads_no_answer_that_it_does_not_declare(town: Town) -> None:
    reads = (Answer("need", otherwise="other"), Answer("ref"))
    echo = Action(
        Act("echo", "Echo.", reads, {"done": ("said",)}),
        lambda _, said: ActResult("done", {"said": str(said)}),
    )
    found = asks(town, "+33639980031", "echo", {"echo": echo}, need="food", secret="x")
    assert found.facts == {"said": "{'need': 'food', 'ref': ''}"}


def test_an_action_that_an_old_flow_asks_for_in_vain_ends_without_a_way_on(town: Town) -> None:
    assert asks(town, "+33639980031", "no_longer_there") == ActResult("")


@pytest.mark.parametrize("name", BY_NAME)
def test_somebody_unknown_may_ask_for_anything(town: Town, name: str) -> None:
    result = asks(town, "+33639980031", name, until="week", language="fr", answer="help", ref="7")
    assert result.outcome in ACTS[name].outcomes


# --- no hole --------------------------------------------------------------------------------------


def test_somebody_who_is_no_resident_and_answers_help_is_told_the_number_of_a_request(
    town: Town,
) -> None:
    assert asks(town, "+33639980031", "check_in_answer", answer="help").facts["ref"].isdecimal()


def invite(store: Store, town: Town, resident: Phone, contact: Phone) -> None:
    """Write down whom a resident named, before any question is put."""
    row = must(store.one("resident_of_person", person_id=town.id_of(resident.number)))
    person = town.id_of(contact.number)
    store.add("add_contact", resident_id=row["id"], person_id=person, name="", status="invited")


def test_a_contact_of_somebody_without_a_name_is_thanked_without_a_hole(town: Town) -> None:
    rene = town.resident("+33639980001", "")
    lucie = town.person("+33639980002", "Lucie")
    town.change(lambda tx: invite(tx.store, town, rene, lucie))
    lucie.texts("oui")
    lucie.gets("s'il n'y a pas de nouvelles de quelqu'un.")


# --- told to authors ------------------------------------------------------------------------------


def test_the_page_tells_the_actions_as_they_are_declared() -> None:
    assert table(ACTS) in PAGE.read_text("utf-8"), "helpline flows actions docs/flows.md"


def test_the_command_prints_the_actions_or_writes_them_into_a_page(tmp_path: Path) -> None:
    page = tmp_path / "flows.md"
    page.write_text(PAGE.read_text("utf-8").replace("Opens a case", "Does a thing"), "utf-8")
    assert CliRunner().invoke(flows, ["actions"]).output.strip() == table(ACTS)
    assert CliRunner().invoke(flows, ["actions", str(page)]).exit_code == 0
    assert page.read_text("utf-8") == PAGE.read_text("utf-8")


def test_a_page_without_a_place_for_the_actions_is_refused() -> None:
    with pytest.raises(NotFound, match="no place for the table"):
        written_into("# Flows\n", ACTS)
