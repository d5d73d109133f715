"""What can go wrong, said in two halves: what happened, and what to do now."""


class HelplineError(Exception):
    """A problem a person can act on.

    `problem` says what happened in the reader's words, `remedy` what to do now. Both are whole
    sentences.
    """

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(f"{problem} {remedy}".strip())
        self.problem = problem
        self.remedy = remedy


class NotFound(HelplineError):
    """What was asked for is not there."""


class InvalidNumber(HelplineError):
    """A phone number cannot be used."""


class InvalidFlow(HelplineError):
    """A flow file or a ladder file cannot be used."""


class InvalidSettings(HelplineError):
    """Settings are missing or wrong; `problem` lists all of them together."""


class NotSaved(HelplineError):
    """The database could not take a change. Nothing of it was kept; the caller may try again."""


def not_saved(error: Exception) -> NotSaved:
    """Return `error` of the database as a NotSaved in words."""
    return NotSaved(
        f"The database could not take this: {error}.",
        "Nothing of it was kept. Check the disk's free space and rights; the sender will try "
        "again.",
    )
