"""A verdict: what one look of a watch found of one object, with all it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

WITHIN, AMBER, RED, UNKNOWN = "within", "amber", "red", "insufficient"
LEVELS: Final = (WITHIN, AMBER, RED)
"""From inside the line to gravest; UNKNOWN (数据不足) is none of them: nothing is judged."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One object at one look. `object` names it within its court: a figure, a case, a node or a feed. `period` is the
    one judged. `document` holds the figure, the expectation, the limits, the method and what else it was judged by, as
    plain JSON: enough to judge it again.

    `level` is of LEVELS or UNKNOWN; `side` high, low or line; `score` the tail probability, 0 to 1, where the method
    has one: it is held against the false discovery rate together with others of its look.
    """

    court: str
    object: str
    period: str
    level: str
    side: str = "line"
    score: float | None = None
    subject: str | None = None
    cause: str = "real"
    document: Mapping[str, Any] = field(default_factory=dict)

    @property
    def beyond(self) -> bool:
        return self.level in (AMBER, RED)
