"""Everything flows may ask of the gateway: the one list; each action is declared where it is done."""

from __future__ import annotations

from collections.abc import Mapping

from helpline.desk import (
    actions_check_ins,
    actions_doubt,
    actions_enrolment,
    actions_language,
    actions_requests,
)
from helpline.desk.act import Action, declarations

ACTIONS: tuple[Action, ...] = (
    *actions_requests.ACTIONS,
    *actions_check_ins.ACTIONS,
    *actions_enrolment.ACTIONS,
    *actions_language.ACTIONS,
    *actions_doubt.ACTIONS,
)
BY_NAME: Mapping[str, Action] = {action.act.name: action for action in ACTIONS}
ACTS = declarations(ACTIONS)
