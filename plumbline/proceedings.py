"""Proceedings: a matter of supervision is what its acts fold to; an act that does not follow is refused with the reason.

Pure: the same acts in the same order give the same standing, at any moment they were known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, Self

from plumbline import errors


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its name, who did it, when, and the page it closed; `detail` as the act needs it (plain JSON)."""

    name: str
    who: str
    at: datetime | None = None
    page: int = 0
    detail: Mapping[str, Any] = field(default_factory=dict)


class Standing(Protocol):
    """Where a matter stands: `state`, and what the next act makes of it."""

    @property
    def state(self) -> str:
        """The state in one word."""

    def after(self, act: Act) -> Self:
        """The standing after an act; errors.Conflict or errors.NotAllowed where it does not follow."""

    def repeats(self, act: Act) -> bool:
        """Whether the act says again what its doer has done already: then it changes nothing."""


def repeated(done: Iterable[Act], act: Act) -> bool:
    """Whether one of the acts done is the same act of the same person with the same content."""
    return any((one.name, one.who, one.detail) == (act.name, act.who, act.detail) for one in done)


def refused(what: str, state: str, taken: str) -> errors.Conflict:
    """An act that does not follow from the state; `taken` says what may be done now."""
    return errors.Conflict(what, why=f"It is {state}.", next=taken)


def not_own(act: Act, *others: str) -> None:
    """errors.NotAllowed where the doer had a part in the matter that excludes this one."""
    if act.who in others:
        raise errors.NotAllowed(
            "Nobody verifies or decides where he has acted already",
            why=f"{act.who} has had another part in this matter.",
            next="Leave it to another person.",
        )
