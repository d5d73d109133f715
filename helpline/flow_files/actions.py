"""What flows may ask of the gateway, and the facts and lists it gives them; docs/flows.md tells the same."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """An action's answers read (`reads`), its possible results, and the facts it gives."""

    reads: tuple[str, ...]
    results: tuple[str, ...]
    gives: tuple[str, ...] = ()


ACTIONS = {
    "open_request": Action(("need", "wanted", "place"), ("opened", "known"), ("ref",)),
    "call_person": Action((), ("called", "known"), ("ref",)),
    "sign_up": Action(("hour", "contact", "first_name", "place"), ("active", "refused"), ("hour", "contact_name")),
    "confirm_resident": Action((), ("done",), ("hour",)),
    "decline_resident": Action((), ("done",), ("hour",)),
    "confirm_contact": Action((), ("done",), ("resident",)),
    "decline_contact": Action((), ("done",), ("resident",)),
    "confirm_volunteer": Action((), ("done",)),
    "decline_volunteer": Action((), ("done",)),
    "pause": Action(("until", "pause_for", "reason"), ("paused", "refused"), ("until",)),
    "resume": Action((), ("resumed", "refused"), ("hour",)),
    "set_language": Action(("language",), ("done",)),
    "look_up_request": Action(("ref",), ("found", "unknown"), ("ref", "state")),
    "list_requests": Action((), ("found", "none"), ("requests",)),
    "reopen_request": Action(("ref",), ("done", "unknown"), ("ref",)),
    "check_in_answer": Action(("answer",), ("ok", "soso", "help"), ("ref",)),
    "stop": Action((), ("done",)),
    "start": Action((), ("done",)),
    "leave": Action((), ("done",)),
    "release_held": Action((), ("done",), ("count",)),
    "hold_longer": Action((), ("done",), ("count",)),
}

# Facts always there, for sentences
FACTS = frozenset(("name", "service", "organisation", "emergency", "emergency_sms", "crisis", "number", "time", "date"))
# Facts for `if`, also known to sentences
CONDITIONS = frozenset(("resident_status", "volunteer_status", "hour", "has_line", "has_name"))
LISTS = frozenset(("zones",))
EXPECTS = ("text", "time", "date", "phone", "number", "yes_no")
