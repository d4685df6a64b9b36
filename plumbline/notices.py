"""A notice: what one change of a deviation tells those who asked to be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

SEVERITIES: Final = ("amber", "red")
"""From the lighter to the graver; a deviation may also stand without one (数据不足)."""
TOLD: Final = ("opened", "worse", "acknowledged", "silenced", "escalated", "resolved", "closed")
"""The acts that are told to receivers; the others only stand in the deviation's history."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One change. `number` is that of the change (in commit order), `begun_at` when the deviation began, `ended_at`
    when it was resolved or closed (None: it stands). `courts` are the court it is about and, escalated, those it has
    been taken up to. `text` is the same for everybody: zh and en. `document` is the deviation as the API shows it
    after the change.
    """

    number: int
    deviation: int
    act: str
    state: str
    severity: str
    watch: str
    kind: str
    court: str
    courts: tuple[str, ...]
    subject: str | None
    begun_at: datetime
    ended_at: datetime | None
    at: datetime
    text: Mapping[str, str]
    document: Mapping[str, Any]
