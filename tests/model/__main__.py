"""`python -m tests.model`: look through every order of events for small sizes, and say how many
states there are."""

from __future__ import annotations

import sys

from tests.model import sending, town
from tests.model.explore import Explored

PROMISES = (
    sending.Rules(1, 1),
    sending.Rules(2, 3),
    sending.Rules(3, 4),
    sending.Rules(2, 3, worth_a_copy=False),
)
NEEDED = {
    "the list lags behind the second look": sending.Rules(
        list_is_up_to_date_at_the_second_look=False
    ),
    "a request arrives after the second look": sending.Rules(
        late_requests_arrive_before_the_second_look=False
    ),
    "a lease ends before its request": sending.Rules(leases_outlive_requests=False),
}
TOWNS = (town.Rules(0, 0, 1), town.Rules(0, 1, 1), town.Rules(1, 0, 1), town.Rules(1, 1, 1))


def main() -> int:
    """Print what was found. Return 0 when nothing is ever lost or sent twice, and each assumption
    is needed."""
    clean = True
    for rules in PROMISES:
        found = sending.explored(rules)
        clean = (
            _tell(f"one text, two senders, {rules.crashes} crashes, {rules.faults} faults", found)
            and clean
        )
    for name, rules in NEEDED.items():
        found = sending.explored(rules)
        print(
            f"{found.states:9d} states  if {name}: {', '.join(found.wrong) or 'nothing goes wrong'}"
        )
        clean = clean and "sent twice" in found.wrong
    for size in TOWNS:
        case = town.explored(size)
        name = (
            f"two volunteers, {size.crashes} crashes, {size.lost_answers} lost answers, "
            f"{size.patience} waits"
        )
        clean = _tell(name, case) and clean
    return 0 if clean else 1


def _tell(name: str, found: Explored[sending.World] | Explored[town.Town]) -> bool:
    print(
        f"{found.states:9d} states, {found.steps} steps  {name}: {len(found.wrong)} ways to go "
        "wrong",
        flush=True,
    )
    for complaint, way in found.wrong.items():
        print(f"  {complaint}: {' > '.join(way)}")
    return not found.wrong


if __name__ == "__main__":
    sys.exit(main())
