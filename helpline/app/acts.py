"""Everything flows may ask of the gateway: the one list; each action is declared where it is
done."""

from __future__ import annotations

from collections.abc import Mapping

from helpline.cases import acts as case_acts
from helpline.check_ins import acts as check_in_acts
from helpline.check_ins import doubt_acts
from helpline.conversations.acting import Action, declarations
from helpline.enrolment import acts as enrolment_acts
from helpline.enrolment import language_acts

ACTIONS: tuple[Action, ...] = (
    *case_acts.ACTIONS,
    *check_in_acts.ACTIONS,
    *enrolment_acts.ACTIONS,
    *language_acts.ACTIONS,
    *doubt_acts.ACTIONS,
)
BY_NAME: Mapping[str, Action] = {action.act.name: action for action in ACTIONS}
ACTS = declarations(ACTIONS)
