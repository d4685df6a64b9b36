"""Why a record is not admitted: the closed list of reasons, and the refusal that carries one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

REASONS = frozenset(
    [
        "not_utf8",
        "not_json",
        "not_an_object",
        "duplicate_key",
        "not_a_number",
        "too_deep",
        "too_long",
        "too_large",
        "nul_character",
        "missing_attribute",
        "unknown_type",
        "unknown_field",
        "missing_field",
        "wrong_type",
        "out_of_range",
        "bad_time",
        "from_the_future",
        "bad_subject",
        "unknown_court",
        "unknown_source",
        "not_your_source",
        "not_your_court",
        "classified",
        "conflict",
        "replaces_a_correction",
        "unmapped_code",
        "bad_link",
    ]
)

Fault = tuple[str, str]
"""What is wrong with one field: a reason of REASONS, and a sentence."""


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A word that a code map does not know: the map, the field (`case.closed.method`) and the word."""

    map: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a record was not admitted: a reason of REASONS, a sentence, where (JSON pointer), its id if readable,
    and the words nobody has mapped."""

    reason: str
    detail: str
    pointer: str = ""
    id: str | None = None
    unmapped: tuple[Unmapped, ...] = ()


class Refused(Exception):
    """Raised by a check inside the door, never seen outside it."""

    def __init__(self, reason: str, pointer: str, detail: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.pointer = pointer
        self.detail = detail


def refuse(reason: str, pointer: str, detail: str) -> NoReturn:
    raise Refused(reason, pointer, detail)
