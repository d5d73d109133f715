"""Sending by pigeon."""

from __future__ import annotations

from helpline.base.ports import Accepted, Finding, NotSent, OutboundText, Outcome
from helpline.providers.listless import Listless
from tests.providers.pigeon import doctor, errors
from tests.providers.pigeon.settings import PigeonSettings


class PigeonTransport(Listless):
    """Ties each text to a pigeon."""

    name = "pigeon"

    def __init__(self, settings: PigeonSettings) -> None:
        assert settings.loft is not None
        self.sender, self._loft = settings.number, settings.loft

    def send(self, text: OutboundText) -> Outcome:
        """Let a pigeon go, and return what became of it."""
        if not self._loft.is_dir():
            return NotSent("no-loft", errors.REASONS["no-loft"])
        letter = self._loft / "out" / str(text.id)
        letter.parent.mkdir(exist_ok=True)
        letter.write_text(f"{text.receiver}\n{text.body}", encoding="utf-8")
        return Accepted(f"P{text.id}")

    def examine(self) -> list[Finding]:
        """Look whether the loft is there; no pigeon leaves."""
        return [doctor.of_loft(self._loft)]
