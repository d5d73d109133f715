"""What its troubles mean."""

from __future__ import annotations

REASONS = {"no-loft": "The loft is gone."}
