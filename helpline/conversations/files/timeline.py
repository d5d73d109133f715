"""A ladder told as a timeline in words."""

from __future__ import annotations

from collections.abc import Iterator

from helpline.base.spans import DAY, MINUTE
from helpline.town.ladder import Ladder, Rung

ROUNDS_SHOWN = 3


def timeline(ladder: Ladder, at: str = "09:00") -> Iterator[tuple[str, str]]:
    """Yield (moment, what happens) for a question sent at `at` (HH:MM) that nobody ever answers."""
    hours, minutes = at.split(":")
    start = (int(hours) * 60 + int(minutes)) * MINUTE
    yield _moment(start, 0, ladder), "The resident is asked."
    for reminder in ladder.resident:
        yield (
            _moment(start, reminder.after, ladder),
            f"Silence: the resident is told `check_in_{reminder.say}`.",
        )
    after = ladder.deadline
    yield _moment(start, after, ladder), "Still silence: a case opens."
    for rung in ladder.humans:
        for turn in range(ROUNDS_SHOWN if rung.repeat else 1):
            yield _moment(start, after, ladder), _asked(rung, again=turn > 0)
            after += rung.wait
    yield _moment(start, after, ladder), "And so on, until a person closes the case."
    promise = duration(ladder.promise)
    yield "", f"Whoever takes the case is asked for news after {promise}; then the next are asked."


def duration(milliseconds: int) -> str:
    """Return a time in words: 2 h 30 min, 45 s."""
    seconds = milliseconds // 1000
    parts = (
        (seconds // 86_400, "d"),
        (seconds // 3600 % 24, "h"),
        (seconds // 60 % 60, "min"),
        (seconds % 60, "s"),
    )
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"


def _asked(rung: Rung, *, again: bool) -> str:
    people = [
        f"{rung.at_once} volunteers at once" if group == "volunteers" else f"the {group}"
        for group in rung.ask
    ]
    return (
        f"{' and '.join(people).capitalize()} are asked{' again' if again else ''}; we wait "
        f"{duration(rung.wait)}."
    )


def _moment(start: int, after: int, ladder: Ladder) -> str:
    total = start + after
    day = f"+{total // DAY}d " if total >= DAY else ""
    clock = f"{total // (60 * MINUTE) % 24:02}:{total // MINUTE % 60:02}"
    return f"{day}{clock}:{total // 1000 % 60:02}" if _is_quick(ladder) else f"{day}{clock}"


def _is_quick(ladder: Ladder) -> bool:
    return any(step % MINUTE for step in ladder.steps()) or any(
        rung.wait % MINUTE for rung in ladder.humans
    )
