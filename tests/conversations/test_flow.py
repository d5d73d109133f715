"""A conversation, one reply at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpline.conversations.turns import MAX_DEPTH, Conversation, Frame, advance, begin, repeat
from tests.kit.flow_town import BOOK, HELP, MENU, PERSON, RENE, SIGN_UP, Gateway, Phone, book_of
from tests.kit.must import must


def test_a_menu_is_the_question_and_its_lines() -> None:
    assert Phone().opens("menu").read == [
        "Bonjour René. Que voulez-vous?\n1 De l'aide\n2 Un bonjour"
    ]


def test_ussd_has_its_shorter_words() -> None:
    assert Phone(speaker=replace(RENE, channel="ussd")).opens("menu").read == [
        "Choix?\n1 De l'aide\n2 Un bonjour"
    ]


def test_a_request_from_menu_to_receipt_comes_back_to_the_menu() -> None:
    phone = Phone().opens("menu").texts("1").texts("j'ai faim").texts("Croix-Rousse")
    assert phone.read == ["Manger, Croix-Rousse?\n1 Oui\n2 Changer"]
    phone.texts("oui")
    assert phone.gateway.done == [("open_request", {"need": "food", "place": "z2"})]
    assert phone.read == [
        "Demande 42 notée.",
        "Bonjour René. Que voulez-vous?\n1 De l'aide\n2 Un bonjour",
    ]
    assert [said.receipt for said in phone.turn.said] == [True, False]


def test_an_answer_is_shown_in_the_reader_s_language() -> None:
    phone = Phone().opens("help").texts("1")
    phone.speaker = replace(RENE, language="ary")
    assert phone.texts("وسط البلاد").read == ["ماكلة، وسط البلاد؟\n1 نعم\n2 نبدل"]


def test_a_free_place_is_kept_as_typed_and_says_more_than_a_zone() -> None:
    phone = Phone().opens("help").texts("7").texts("Croix-Rousse,\n  près de l'école")
    assert (
        must(phone.turn.conversation).answers["place"] == "Croix-Rousse, près d"
    )  # at most 20 characters


def test_a_sentence_and_a_question_share_a_text_when_it_costs_no_more() -> None:
    phone = Phone(open_request="known").opens("menu").texts("1").texts("1").texts("1").texts("1")
    assert phone.read == ["Déjà notée.\nBonjour René. Que voulez-vous?\n1 De l'aide\n2 Un bonjour"]
    assert phone.turn.said[0].name == "help.known+menu.choose"


def test_the_end_of_a_flow_ends_the_conversation() -> None:
    turn = Phone().opens("help").texts("1").texts("1").texts("1").turn
    assert turn.conversation is None
    assert [said.name for said in turn.said] == ["help.receipt"]


@pytest.mark.parametrize("text", ["menu", "MENU", "0", "aide", "quelqu'un", "encore", "retour"])
def test_a_free_answer_does_not_swallow_a_whole_keyword(text: str) -> None:
    turn = Phone().opens("help").texts("1").texts(text).turn
    assert "place" not in (turn.conversation.answers if turn.conversation else {})


@pytest.mark.parametrize(
    "text", ["menuisier", "la rue du menu", "hôpital", "3 rue de l'aide sociale"]
)
def test_a_free_answer_may_hold_such_a_word(text: str) -> None:
    assert (
        must(Phone().opens("help").texts("1").texts(text).turn.conversation).answers["place"]
        == text[:20]
    )


@pytest.mark.parametrize("text", ["0", "quelqu'un"])
def test_zero_brings_a_person_from_any_question(text: str) -> None:
    phone = Phone().opens("help").texts(text)
    assert phone.read == ["Une personne vous appelle."]
    assert phone.turn.opened == "person"
    assert not phone.turn.handed_over


def test_a_choice_of_the_question_wins_over_a_word_that_opens_a_flow() -> None:
    phone = Phone().opens("menu").texts("aide")
    assert phone.turn.opened is None
    assert [frame.flow for frame in must(phone.turn.conversation).frames] == ["menu", "help"]


def test_a_word_opens_its_flow_from_another_question() -> None:
    turn = Phone().opens("sign_up").texts("aide").turn
    assert turn.opened == "help"
    assert [frame.flow for frame in must(turn.conversation).frames] == ["help"]


def test_back_goes_to_the_question_before_and_stays_there_at_the_first() -> None:
    phone = Phone().opens("help").texts("1").texts("1")
    assert phone.texts("retour").asked == "help.place"
    assert phone.texts("retour").asked == "help.need"
    assert phone.texts("retour").asked == "help.need"


def test_what_is_done_is_not_undone_by_going_back() -> None:
    phone = Phone(open_request="known").opens("menu").texts("1").texts("1").texts("1").texts("1")
    assert phone.texts("retour").asked == "menu.choose"


def test_encore_asks_again() -> None:
    phone = Phone().opens("help").texts("1").texts("1")
    before = phone.read
    assert phone.texts("encore").read == before


def test_two_misses_in_a_row_bring_a_person() -> None:
    phone = Phone().opens("help").texts("blabla")
    assert (phone.read, phone.turn.understood) == (["Pardon?"], False)
    phone.texts("")
    assert (phone.turn.handed_over, phone.turn.understood) == (True, False)
    assert phone.gateway.done == [("call_person", {})]


def test_an_understood_answer_forgets_the_miss_before() -> None:
    phone = Phone().opens("help").texts("blabla").texts("1").texts("x")
    assert phone.read == ["Un lieu, en deux mots."]
    assert not phone.turn.handed_over


def test_on_ussd_the_question_stands_again_below_what_was_not_understood() -> None:
    phone = Phone(speaker=replace(RENE, channel="ussd")).opens("menu").texts("blabla")
    assert phone.read == ["Pardon?\nChoix?\n1 De l'aide\n2 Un bonjour"]


@pytest.mark.parametrize("text", ["oui", "OUI !", "1", "نعم"])
def test_a_clear_yes_gives_consent_and_the_words_shown_are_kept(text: str) -> None:
    turn = Phone().opens("sign_up").texts(text).turn
    assert turn.consent == ("check_ins", True, "On garde votre prénom. D'accord?\n1 Oui\n2 Non")


@pytest.mark.parametrize("text", ["oiu", "ouii mais je ne sais pas", "1 ou 2", "peut-être"])
def test_a_doubtful_yes_gives_none(text: str) -> None:
    turn = Phone().opens("sign_up").texts(text).turn
    assert turn.consent is None
    assert not turn.understood


def test_a_no_is_kept_too() -> None:
    turn = Phone().opens("sign_up").texts("non").turn
    assert must(turn.consent)[:2] == ("check_ins", False)


def test_each_kind_of_answer_is_read_as_what_it_is() -> None:
    phone = Phone().opens("sign_up")
    for text in ("oui", "11h30", "+33 1 23 45 67 89", "25/12", "3", "non"):
        phone.texts(text)
    answers = {
        "hour": "11:30",
        "contact": "+33123456789",
        "until": "2026-12-25",
        "count": "3",
        "sure": "no",
    }
    assert phone.gateway.done == [("sign_up", answers)]
    assert phone.read == ["A demain, 11:30."]


def test_a_choice_may_save_something_else_than_its_name() -> None:
    phone = Phone().opens("sign_up").texts("oui").texts("9h").texts("1")
    assert must(phone.turn.conversation).answers["contact"] == ""


def test_a_phone_number_is_read_as_the_gateway_reads_it() -> None:
    phone = (
        Phone(speaker=replace(RENE, read_phone=lambda text: None))
        .opens("sign_up")
        .texts("oui")
        .texts("9h")
    )
    assert not phone.texts("06 39 98 00 00").turn.understood


@pytest.mark.parametrize("text", ["1", "12", "rien"])
def test_a_number_outside_its_bounds_is_not_understood(text: str) -> None:
    phone = Phone().opens("sign_up").texts("oui").texts("9h").texts("1").texts("25/12").texts(text)
    assert not phone.turn.understood


def test_the_language_changes_in_the_middle_of_a_turn() -> None:
    change = (
        "flow: menu\nstart: a\nsteps:\n  a: {do: set_language, then: {done: b}}\n  b: {run: help}\n"
    )
    phone = Phone(book_of(change, PERSON, HELP))
    phone.gateway.facts = {"language": "ary"}
    assert phone.opens("menu").read == ["شنو خاصك؟\n1 ماكلة\n7 حاجة خرى"]


def test_a_conversation_goes_on_in_the_version_it_began_in() -> None:
    phone = Phone().opens("help")
    old = BOOK.flows["help"]
    edited = (
        HELP.replace("Manger", "Repas")
        .replace("food, key: 1", "food, key: 2")
        .replace("Où?", "Quel lieu?")
    )
    book = book_of(MENU, PERSON, edited, SIGN_UP)
    phone.book = book.remembering({old.hash: old}.get)
    assert phone.texts("1").read == ["Où?\n1 Gratte-Ciel\n2 Croix-Rousse"]


def test_a_version_nobody_remembers_leads_to_the_menu() -> None:
    phone = Phone().opens("help")
    phone.book = book_of(MENU, PERSON, SIGN_UP, HELP.replace("Manger", "Repas"))
    assert phone.texts("1").asked == "menu.choose"


def test_an_interrupted_question_is_asked_again() -> None:
    phone = Phone().opens("help").texts("1")
    turn = begin(BOOK, "person", RENE, phone.gateway, phone.turn.conversation)
    assert [said.text for said in turn.said] == [
        "Une personne vous appelle.\nOù?\n1 Gratte-Ciel\n2 Croix-Rousse"
    ]
    assert must(turn.conversation).answers == {"need": "food"}


def test_a_question_can_be_repeated_without_changing_anything() -> None:
    conversation = must(Phone().opens("help").texts("1").turn.conversation)
    turn = repeat(BOOK, conversation, RENE)
    assert turn.said[0].text == "Où?\n1 Gratte-Ciel\n2 Croix-Rousse"
    assert turn.conversation == conversation


def test_a_flow_that_says_too_much_is_stopped_with_the_menu() -> None:
    steps = "".join(f'  s{at}: {{say: {{fr: "{at}"}}, go: s{at + 1}}}\n' for at in range(7))
    chatty = f"flow: chatty\nstart: s0\nsteps:\n{steps}  s7: {{end: true}}\n"
    phone = Phone(book_of(MENU, chatty)).opens("chatty")
    assert len(phone.turn.said) <= 5
    assert phone.asked == "menu.choose"
    assert phone.turn.stopped == "more than 5 texts in one turn, at chatty.s5"


def test_a_flow_that_turns_in_circles_is_stopped() -> None:
    loop = "flow: loop\nstart: a\nsteps:\n  a: {run: loop}\n"
    phone = Phone(book_of(MENU, loop)).opens("loop")
    assert phone.turn.stopped.startswith("more than 100 steps in one turn")
    assert len(must(phone.turn.conversation).frames) == 1


def test_an_unforeseen_result_is_stopped_with_the_menu() -> None:
    phone = Phone(open_request="exploded").opens("help").texts("1").texts("1").texts("1")
    assert phone.turn.stopped == "no way on from help.send for exploded"
    assert phone.asked == "menu.choose"


def test_without_any_menu_the_conversation_is_over_and_nothing_is_raised() -> None:
    gone = Conversation((Frame("x", "0" * 16, "y"),))
    turn = advance(book_of(PERSON), gone, "1", RENE, Gateway())
    assert (turn.conversation, turn.said) == (None, ())


def test_an_empty_conversation_is_written_without_empty_parts() -> None:
    assert (
        Conversation((Frame("menu", "ab", "choose"),)).to_json() == '{"f":[["menu","ab","choose"]]}'
    )


def test_an_unknown_flow_is_the_menu() -> None:
    assert Phone().opens("nothing_such").asked == "menu.choose"


def test_if_looks_at_facts_and_answers() -> None:
    source = 'flow: menu\nstart: a\nsteps:\n  a: {if: {fact: name, is: ""}, go: b, else: c}\n'
    source += '  b: {say: {fr: "Qui?"}, end: true}\n'
    source += '  c: {say: {fr: "Bonjour {name}."}, end: true}\n'
    phone = Phone(book_of(source))
    assert phone.opens("menu").read == ["Bonjour René."]
    phone.speaker = replace(RENE, facts={})
    assert phone.opens("menu").read == ["Qui?"]


def test_repeating_a_question_that_is_gone_says_the_menu() -> None:
    gone = Conversation((Frame("x", "0" * 16, "y"),))
    turn = repeat(BOOK, gone, RENE)
    assert turn.said[0].name == "menu.choose"
    assert must(turn.conversation).frames[0].flow == "menu"


def test_a_fact_given_by_an_action_wins_over_the_answer_until_asked_again() -> None:
    phone = Phone().opens("sign_up").texts("oui").texts("9h").texts("1").texts("25/12").texts("3")
    phone.gateway.facts = {"hour": "9 h 00"}
    assert phone.texts("oui").read == ["A demain, 9 h 00."]


def test_a_flow_over_another_one_never_piles_up_beyond_its_bound() -> None:
    conversation = Phone().opens("help").turn.conversation
    for _ in range(20):
        conversation = begin(BOOK, "sign_up", RENE, Gateway(), conversation).conversation
    assert len(must(conversation).frames) == MAX_DEPTH
