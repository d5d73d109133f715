"""A pytest plugin for the same examples at every run: what caught a fault once catches it again."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings


def settle_chance() -> None:
    """Have Hypothesis try the same examples each time, keep none and make none smaller."""
    settings.register_profile(
        "mutation",
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutation")


def pytest_configure() -> None:
    """Take no chances in a pytest that is told `-p tests.mutation.chance`."""
    settle_chance()
