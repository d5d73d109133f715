"""What the gateway gives to sentences and questions by itself; what its actions give, each of them
declares."""

from __future__ import annotations

# Facts always there, for sentences
FACTS = frozenset(
    (
        "name",
        "service",
        "organisation",
        "emergency",
        "emergency_sms",
        "crisis",
        "number",
        "time",
        "date",
    )
)
# Facts for `if`, also known to sentences
CONDITIONS = frozenset(("resident_status", "volunteer_status", "hour", "has_line", "has_name"))
# Facts that come with the first question of a flow which the gateway puts by itself
OPENED_WITH = {
    "confirm_contact": frozenset(("resident",)),
    "doubt": frozenset(("count",)),
    "deaf": frozenset(("count",)),
}
LISTS = frozenset(("zones",))
EXPECTS = ("text", "time", "date", "phone", "number", "yes_no")
