"""How long to wait before a text that did not leave is tried again."""

STEPS = (2.0, 5.0, 15.0, 45.0, 120.0)


def wait_before(attempts: int) -> float:
    """Return seconds to wait after `attempts` tries: short at first, two minutes in the long
    run."""
    return STEPS[min(max(attempts, 1), len(STEPS)) - 1]
