"""Whatever people type, a conversation neither raises nor exceeds its bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpline.app.acts import ACTS
from helpline.conversations.files.book import load_book, shipped_flows_dir
from helpline.conversations.turns import (
    MAX_DEPTH,
    MAX_TEXTS,
    ActResult,
    Speaker,
    advance,
    begin,
    from_json,
)
from helpline.conversations.types import Book
from helpline.language.answers import Lexicon
from tests.kit.flow_town import BOOK, RENE, Gateway
from tests.kit.must import must

ANYTHING = st.text(max_size=60) | st.sampled_from(
    [
        "0",
        "1",
        "2",
        "9",
        "oui",
        "non",
        "menu",
        "aide",
        "retour",
        "encore",
        "25/12",
        "9h",
        "06 39 98 00 00",
        "",
        "\0",
        "\ud800",
    ]
)
SHIPPED = (shipped_flows_dir() / "menu.yaml").is_file()


@cache
def shipped() -> tuple[Book, Speaker]:
    book = load_book(ACTS, shipped_flows_dir())
    return book, replace(RENE, lexicon=Lexicon(book.words, book.spoken))


def walk(book: Book, speaker: Speaker, flow: str, texts: list[str], results: st.DataObject) -> None:
    def act(action: str, answers: Mapping[str, str]) -> ActResult:
        outcomes = ACTS[action].outcomes
        outcome = results.draw(st.sampled_from(list(outcomes)))
        return ActResult(outcome, dict.fromkeys(outcomes[outcome], "x"))

    turn = begin(book, flow, speaker, act)
    for text in texts:
        assert len(turn.said) <= MAX_TEXTS
        if turn.conversation is None:
            turn = begin(book, "menu", speaker, act)
            continue
        assert len(turn.conversation.frames) <= MAX_DEPTH
        assert turn.said
        stored = from_json(turn.conversation.to_json())
        assert stored == turn.conversation
        assert not turn.stopped
        turn = advance(book, stored, text, speaker, act)


@settings(deadline=None)
@given(
    st.sampled_from(sorted(BOOK.flows)),
    st.lists(ANYTHING, max_size=12),
    st.sampled_from(["sms", "ussd"]),
    st.data(),
)
def test_on_small_flows(flow: str, texts: list[str], channel: str, results: st.DataObject) -> None:
    walk(BOOK, replace(RENE, channel=channel), flow, texts, results)


@pytest.mark.skipif(not SHIPPED, reason="no flows are shipped yet")
@settings(deadline=None)
@given(st.data(), st.lists(ANYTHING, max_size=12), st.sampled_from(["fr", "ary", "ary-Latn", "en"]))
def test_on_the_shipped_flows(results: st.DataObject, texts: list[str], language: str) -> None:
    book, speaker = shipped()
    flow = results.draw(st.sampled_from(sorted(book.flows)))
    walk(book, replace(speaker, language=language), flow, texts, results)


@pytest.mark.skipif(not SHIPPED, reason="no flows are shipped yet")
def test_a_very_long_text_is_read_in_a_moment() -> None:
    book, speaker = shipped()
    conversation = must(begin(book, "menu", speaker, Gateway()).conversation)
    assert not advance(book, conversation, "x€ " * 100_000, speaker, Gateway()).understood
