"""What a helper texts about a case."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from helpline.language.answers import Lexicon, read_case_reply
from tests.kit.flow_town import SPOKEN

WORDS = Path(__file__).parents[2] / "flows/words.yaml"
LEXICON = Lexicon(yaml.load(WORDS.read_text(encoding="utf-8"), yaml.BaseLoader)["words"], SPOKEN)
PARTS = st.sampled_from(
    ["1", "2", "42", "oui", "non", "moi", "pas", "dans", "svp", "لا", "stop", "heures"]
)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("OUI 42", ("yes", 42, "")), ("42 oui", ("yes", 42, "")), ("42", ("", 42, "")),
        ("oui", ("yes", None, "")), ("NON 42 desole", ("no", 42, "")), ("42 1", ("digit1", 42, "")),
        ("1 42", ("digit1", 42, "")), ("1", ("digit1", None, "")), ("إييه 42", ("yes", 42, "")),
        ("YES 42", ("yes", 42, "")), ("لا ٤٢", ("no", 42, "")), ("42 MOI", ("take", 42, "")),
        ("oui j arrive dans 2 heures", ("yes", None, "dans 2 heures")),
        ("oui 42 dans 15 minutes", ("yes", 42, "dans 15 minutes")), ("OUI 1", ("yes", 1, "")),
        ("7 OUI", ("yes", 7, "")), ("7 1", ("digit1", 7, "")), ("1 1", ("digit1", 1, "")),
        ("2 3", ("", None, "2 3")), ("OUI42", ("yes", 42, "")), ("42 1 heure", ("", 42, "1 heure")),
        ("42 1 il va bien", ("digit1", 42, "il va bien")), ("oui n°42", ("yes", 42, "")),
        ("42 6", ("", 42, "")), ("ok 42", ("", 42, "ok")), ("je ne peux pas 42", ("no", 42, "")),
        ("moi", ("take", None, "")), ("3 42 pompiers", ("digit3", 42, "pompiers")),
        ("42 jouj", ("digit2", 42, "")), ("0", ("", None, "")),
        ("oui 2 heures", ("yes", None, "2 heures")),
        ("42 1 ou 2", ("", 42, "1 ou 2")), ("", ("", None, "")),
        ("oui mais pas avant 18h", ("", None, "oui mais pas avant 18h")),
        ("non oui 42", ("", 42, "non oui")),
        ("oui elle est malade 42", ("yes", 42, "elle est")), ("ouu 42", ("", 42, "ouu")),
    ],
)  # fmt: skip
def test_a_helper_s_reply_names_a_verb_and_a_case(
    text: str, reply: tuple[str, int | None, str]
) -> None:
    assert read_case_reply(LEXICON, text) == reply


@given(st.integers(min_value=10, max_value=999_999))
def test_a_case_number_survives_any_verb(number: int) -> None:
    assert read_case_reply(LEXICON, f"OUI {number}") == ("yes", number, "")
    assert read_case_reply(LEXICON, f"{number} 4") == ("digit4", number, "")


@given(st.text() | st.lists(PARTS, max_size=6).map(" ".join))
def test_whatever_is_typed_there_is_one_verb_or_none(text: str) -> None:
    verb, number, _ = read_case_reply(LEXICON, text)
    assert verb in {"", "yes", "no", "take", "digit1", "digit2", "digit3", "digit4", "digit5"}
    assert number is None or number >= 0
