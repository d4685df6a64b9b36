"""Attribution objections (归属异议): a court says a case should not count for it in a figure; an office upholds or refuses.

The ledger is never touched: an upheld objection is shown as the value without the case's own postings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from plumbline import periods, proceedings
from plumbline.columns import Column
from plumbline.proceedings import Act

GROUNDS = {
    "not_ours": ("非本院案件", "the case is not this court's"),
    "wrong_link": ("关联案件有误", "it is linked to the wrong case"),
    "out_of_scope": ("不属该指标统计范围", "it lies outside what the figure counts"),
    "counted_twice": ("重复统计", "it is counted twice"),
    "other": ("其他", "another ground"),
}
VERDICTS = ("upheld", "refused")
STATES = ("none", "raised", "upheld", "refused")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an objection stands: who raised it, and the decision."""

    state: str = "none"
    raised_by: str = ""
    decision: Act | None = None
    done: tuple[Act, ...] = ()

    def after(self, act: Act) -> Standing:
        """The standing after an act; errors.Conflict or errors.NotAllowed where it does not follow."""
        match act.name:
            case "raise" if self.state == "none":
                after = replace(self, state="raised", raised_by=act.who)
            case "decide" if self.state == "raised":
                proceedings.not_own(act, self.raised_by)
                after = replace(self, state=act.detail["verdict"], decision=act)
            case _:
                raise proceedings.refused(
                    f"The objection cannot take “{act.name}” now",
                    self.state,
                    "It is decided once; raise another on another ground.",
                )
        return replace(after, done=(*self.done, act))

    def repeats(self, act: Act) -> bool:
        """Whether the act says again what its doer has done already."""
        return proceedings.repeated(self.done, act)


def standing(acts: Iterable[Act]) -> Standing:
    """What acts fold to."""
    found = Standing()
    for act in acts:
        found = found.after(act)
    return found


def less(column: Column, lines: Iterable[tuple[date, int]]) -> Column:
    """A column without some of the lines it sums: (day, value)."""
    months = dict(column.months)
    days = {start: dict(inside) for start, inside in column.days.items()}
    for day, value in lines:
        start, on = periods.month_start(day).toordinal(), day.toordinal()
        months[start] = months.get(start, 0) - value
        if start in days:
            days[start][on] = days[start].get(on, 0) - value
    return Column(months, days)
