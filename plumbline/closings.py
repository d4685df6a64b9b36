"""Closed periods: an office declares a court's period final or freezes it, and may reopen it; nothing else makes a figure final.

Pure: the same acts in the same order give the same state, at any moment they were known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final, Literal

from plumbline import coverage, errors, proceedings
from plumbline.catalog.definitions import Text
from plumbline.periods import Period
from plumbline.proceedings import Act

State = Literal["provisional", "final", "frozen"]
STATES: Final = ("none", "final", "frozen", "reopened")
LEAST_SHARE: Final = Fraction(98, 100)
"""Below it a period is not closed, unless it is said why it is closed anyway."""
SETTLING_DAYS: Final = 10
"""For so many days after a period corrections are usual: a court's records are completed and appeals entered."""
WORDS: Final[Mapping[State, Text]] = {
    "provisional": Text("暂定数", "provisional"),
    "final": Text("已结账", "final"),
    "frozen": Text("已冻结", "frozen"),
}
STATE_WORDS: Final[Mapping[str, Text]] = {
    "final": WORDS["final"],
    "frozen": WORDS["frozen"],
    "reopened": Text("已重新开启", "reopened"),
}
REASONS: Final[Mapping[str, Text]] = {
    "running": Text("期间未结束", "the period still runs"),
    "days_open": Text("有法院尚未日结全部日期", "not every day of every court is closed"),
    "settling": Text(
        f"期间结束未满{SETTLING_DAYS}日，常有更正",
        f"not {SETTLING_DAYS} days past its end: corrections are usual",
    ),
    "not_closed": Text("主管部门尚未结账", "no office has closed it"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the closing of a period stands, and the act that closed it."""

    state: str = "none"
    closed: Act | None = None
    done: tuple[Act, ...] = ()

    def after(self, act: Act) -> Standing:
        """The standing after an act; errors.Conflict where it does not follow. A final period may still be frozen."""
        frozen = bool(act.detail.get("frozen"))
        match act.name:
            case "close" if self.state in ("none", "reopened") or (self.state == "final" and frozen):
                after = replace(self, state="frozen" if frozen else "final", closed=act)
            case "reopen" if self.state in ("final", "frozen"):
                after = replace(self, state="reopened", closed=None)
            case "close":
                raise proceedings.refused(
                    "The period is closed already", self.state, "Reopen it first, saying why."
                )
            case _:
                raise proceedings.refused(
                    f"The period cannot take “{act.name}” now",
                    self.state,
                    "Only a closed period is reopened.",
                )
        return replace(after, done=(*self.done, act))

    def repeats(self, act: Act) -> bool:
        """Whether the act says the last one again."""
        return proceedings.repeated(self.done[-1:], act)


def standing(acts: Iterable[Act]) -> Standing:
    """What acts fold to."""
    found = Standing()
    for act in acts:
        found = found.after(act)
    return found


@dataclass(frozen=True, slots=True)
class Closing:
    """What closed figures at a moment: an office, for every figure of some courts; or an accepted scorecard, for the figures
    of its book (`figures`) of one court, own and district.
    """

    id: str
    kind: Literal["period", "acceptance"]
    courts: frozenset[str]
    period: Period
    state: Literal["final", "frozen"]
    known_at: datetime
    figures: frozenset[str] | None = None

    def holds(self, span: Period) -> bool:
        """Whether the period lies within the closed one."""
        return self.period.start <= span.start and span.end <= self.period.end


def closing_of(
    closings: Sequence[Closing], figure: str, court: str, courts: Sequence[str], span: Period
) -> Closing | None:
    """What closed a figure of a court that sums `courts`; None: it is provisional.

    A card's figures are frozen by its acceptance; any other only where every court it sums is closed. The figure is as
    frozen as its least closed court; the moment is that of the last closing it took.
    """
    near = [one for one in closings if one.holds(span)]
    for one in near:
        if one.figures is not None and figure in one.figures and court in one.courts:
            return one
    chosen: list[Closing] = []
    for code in courts:
        mine = [one for one in near if one.figures is None and code in one.courts]
        frozen = [one for one in mine if one.state == "frozen"]
        if not mine:
            return None
        # The first freeze holds a figure fast; of closings that let it move, the last says since when.
        chosen.append(
            min(frozen, key=lambda one: one.known_at) if frozen else max(mine, key=lambda one: one.known_at)
        )
    if not chosen:
        return None
    last = max(chosen, key=lambda one: one.known_at)
    state: Literal["final", "frozen"] = "final" if any(one.state == "final" for one in chosen) else "frozen"
    return replace(last, state=state)


def why_provisional(span: Period, today: date, *, days_open: bool) -> tuple[str, ...]:
    """Why the figures of a period that nobody closed are provisional; every reason that holds."""
    found = []
    if today <= span.last_day:
        found.append("running")
    if days_open:
        found.append("days_open")
    if span.last_day < today <= span.last_day + timedelta(days=SETTLING_DAYS):
        found.append("settling")
    return (*found, "not_closed")


def refuse_closing(
    span: Period, today: date, share: Fraction | None, *, anyway: bool, why: str | None
) -> None:
    """errors.Conflict for a period that still runs, or whose coverage is unknown or too low unless it is closed anyway with
    the reason.
    """
    if today <= span.last_day:
        raise errors.Conflict(
            f"{span.text} still runs",
            why=f"Its last day is {span.last_day}.",
            next="Close it when it is over.",
        )
    if share is not None and share >= LEAST_SHARE:
        return
    if anyway and why:
        return
    said = "unknown" if share is None else str(coverage.shown(share))
    raise errors.Conflict(
        f"The coverage of {span.text} is {said}",
        why=f"A period is closed from a coverage of {coverage.shown(LEAST_SHARE)} on.",
        next="Let the days be closed and the missing events be sent, or say `anyway` with `why`.",
    )
