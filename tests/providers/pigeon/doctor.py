"""What `helpline doctor` says of the loft."""

from __future__ import annotations

from pathlib import Path

from helpline.base.ports import Finding
from tests.providers.pigeon import errors


def look_at_token(token: str) -> list[Finding]:
    """Return what is wrong with the secret of who holds the loft."""
    if len(token) >= 8:
        return []
    return [Finding("problem", "Anybody may speak for our pigeons.", "Set [pigeon] token.")]


def of_loft(loft: Path) -> Finding:
    """Return whether the loft is there."""
    if not loft.is_dir():
        return Finding("problem", errors.REASONS["no-loft"], f"Put a loft at {loft}.")
    return Finding("ok", f"Pigeons leave from {loft}.")
