"""Opening stock (期初): the cases pending when a court's books were opened, held against what the court stated. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from plumbline import errors


@dataclass(frozen=True, slots=True)
class Statement:
    """What an office stated to be pending at the beginning of `day`, by category, for one court and source. Those of a
    court and source are numbered; the last one holds.
    """

    court: str
    source: str
    number: int
    day: date
    stated: Mapping[str, int]
    why: str
    principal: str
    at: datetime
    page: int


@dataclass(frozen=True, slots=True)
class Line:
    """One category of a court on its opening day: stated (None: nobody has), pending by the books, and marked 期初."""

    category: str
    source: str | None
    day: date
    stated: int | None
    pending: int
    marked: int

    @property
    def difference(self) -> int | None:
        """Pending by the books less stated."""
        return None if self.stated is None else self.pending - self.stated

    @property
    def balanced(self) -> bool:
        """Whether the books, the marks and the statement say the same."""
        return self.stated == self.pending == self.marked


def holding(statements: Iterable[Statement]) -> list[Statement]:
    """Of each court and source the last statement, in the order given."""
    found: dict[tuple[str, str], Statement] = {}
    for one in statements:
        known = found.get((one.court, one.source))
        if known is None or one.number > known.number:
            found[one.court, one.source] = one
    return list(found.values())


def check(new: Mapping[str, int], source: str, day: date, today: date, others: Sequence[Statement]) -> None:
    """errors.BadInput where a statement is of a day to come; errors.Conflict where another source of the court has stated
    a category already, or opened the books on another day.
    """
    if day > today:
        raise errors.BadInput(
            f"{day} is not here yet",
            why="An opening stock is held against the books of the day before, which must be over.",
            next="State it on the day, or later.",
        )
    for other in holding(others):
        if other.source == source:
            continue
        taken = sorted(new.keys() & other.stated.keys())
        if taken:
            raise errors.Conflict(
                f"{', '.join(taken)} was stated by source {other.source} already",
                why="A court states each category once, for one source.",
                next="Leave it out here, or correct the other statement.",
            )
        if other.day != day:
            raise errors.Conflict(
                f"The books of {other.court} were opened on {other.day} by source {other.source}",
                why="A court has one opening day.",
                next="State the same day, or correct the other statement first.",
            )


def reconcile(
    statements: Sequence[Statement], pending: Mapping[str, int], marked: Mapping[str, int]
) -> list[Line]:
    """Every category that a court's statements in force name, or that the books know on its opening day, held together.

    `pending` and `marked` are levels at the end of the day before, by category in the order wanted.
    """
    if not statements:
        return []
    lines = []
    for category in pending:
        one = next((each for each in statements if category in each.stated), None)
        if one is None and not pending[category] and not marked.get(category, 0):
            continue
        source, stated = (None, None) if one is None else (one.source, one.stated[category])
        lines.append(
            Line(category, source, statements[0].day, stated, pending[category], marked.get(category, 0))
        )
    return lines
