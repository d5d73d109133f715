"""What flows may do about alarms held in doubt; only a coordinator moves them."""

from __future__ import annotations

from collections.abc import Mapping

from helpline.check_ins import mass_silence
from helpline.conversations.acting import Call, act
from helpline.conversations.state import ActResult


@act(outcomes={"done": ("count",)})
def release_held(call: Call, _: Mapping[str, str]) -> ActResult:
    """Lets held alarms leave, when a coordinator says so; `count` cases."""
    count = mass_silence.release(call.tx) if call.caller.is_coordinator else 0
    return ActResult("done", {"count": str(count)})


@act(outcomes={"done": ("count",)})
def hold_longer(call: Call, _: Mapping[str, str]) -> ActResult:
    """Holds alarms for another hour, when a coordinator says so; `count` cases."""
    count = mass_silence.wait_longer(call.tx) if call.caller.is_coordinator else 0
    return ActResult("done", {"count": str(count)})


ACTIONS = (release_held, hold_longer)
