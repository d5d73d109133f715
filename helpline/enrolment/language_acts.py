"""What flows may do about the language people are written to in."""

from __future__ import annotations

from collections.abc import Mapping

from helpline.conversations.acting import Call, act
from helpline.conversations.acts import Answer
from helpline.conversations.state import ActResult


@act(reads=(Answer("language", "`fr`, `ary`, `ary-Latn`, `en`"),), outcomes={"done": ("language",)})
def set_language(call: Call, answers: Mapping[str, str]) -> ActResult:
    """Writes to the person in this language from now on."""
    language = call.tx.town.language_of(answers["language"])
    call.tx.run("set_language", id=call.caller.id, language=language)
    call.caller.language = language
    return ActResult("done", {"language": language})


ACTIONS = (set_language,)
