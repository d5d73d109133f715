"""The plug list: everything that rooms add to the town stands here by name, one line each."""

from __future__ import annotations

from helpline.app.acts import BY_NAME
from helpline.base.spans import HOUR
from helpline.cases import purposes as of_cases
from helpline.check_ins import purposes as of_check_ins
from helpline.enrolment import losses, membership
from helpline.enrolment import purposes as of_enrolment
from helpline.inbound import purposes as of_inbound
from helpline.messaging import purposes as of_messaging
from helpline.reports import purposes as of_reports
from helpline.town.plugs import Plugs
from helpline.town.purpose import Priority, Purpose, Purposes

# what the auditor says of itself; its room lies above this one
OF_OPS = (
    Purpose("breach", Priority.ALARM, lasts=HOUR, followed=True, lost=of_messaging.once_more),
    Purpose("breach_mail", Priority.STATUS, twice_rather_than_lost=False),
)

PURPOSES = (
    *of_messaging.PURPOSES,
    *of_cases.PURPOSES,
    *of_check_ins.PURPOSES,
    *of_enrolment.PURPOSES,
    *of_inbound.PURPOSES,
    *of_reports.PURPOSES,
    *OF_OPS,
)

PLUGS = Plugs(
    purposes=Purposes(PURPOSES),
    actions=BY_NAME,
    opted_out=membership.opted_out,
    unreachable=losses.unreachable,
)
