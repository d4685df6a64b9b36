"""Acceptance (验收): a scorecard is drafted, shown for objection until a day, decided, and frozen as known at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from plumbline import errors, proceedings
from plumbline.proceedings import Act

VERDICTS = ("accepted", "returned")
STATES = ("none", "drafted", "shown", "accepted", "returned", "frozen")
COMPARED = (
    "points",
    "low",
    "high",
    "numerator",
    "denominator",
    "baseline",
    "target",
    "adjusted",
    "objected",
    "reason",
)
"""The parts of a line that a difference names. What a line is called and how it is said are not compared."""

_NEXT = {
    "none": "Draft it first.",
    "drafted": "Show it for objection until a day.",
    "shown": "It is decided when the last day for objections is over.",
    "accepted": "It is frozen as it stood when it was decided.",
    "returned": "Draft another.",
    "frozen": "What changes later stands beside it; read the scorecard.",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an acceptance stands: who drafted it, the last day for objections, what was said, the decision."""

    state: str = "none"
    drafted_by: str = ""
    until: date | None = None
    remarks: tuple[Act, ...] = ()
    decision: Act | None = None
    done: tuple[Act, ...] = ()

    def after(self, act: Act) -> Standing:
        """The standing after an act; errors.Conflict or errors.NotAllowed where it does not follow.

        `today` in the detail of an act is the court day it was done on.
        """
        match act.name:
            case "draft" if self.state == "none":
                after = replace(self, state="drafted", drafted_by=act.who)
            case "show" if self.state == "drafted":
                after = self._shown(act)
            case "remark" if self.state == "shown":
                after = self._remarked(act)
            case "decide" if self.state == "shown":
                after = self._decided(act)
            case "freeze" if self.state == "accepted":
                after = replace(self, state="frozen")
            case _:
                raise proceedings.refused(
                    f"The acceptance cannot take “{act.name}” now", self.state, _NEXT[self.state]
                )
        return replace(after, done=(*self.done, act))

    def repeats(self, act: Act) -> bool:
        """Whether the act says again what its doer has done already; the day it is said on does not matter."""
        plain = replace(act, detail=_undated(act))
        return proceedings.repeated((replace(one, detail=_undated(one)) for one in self.done), plain)

    def _shown(self, act: Act) -> Standing:
        until, today = (date.fromisoformat(act.detail[name]) for name in ("until", "today"))
        if until < today:
            raise errors.BadInput(
                f"The last day for objections, {until}, is over", next="Name a day from today on."
            )
        return replace(self, state="shown", until=until)

    def _remarked(self, act: Act) -> Standing:
        assert self.until is not None
        if date.fromisoformat(act.detail["today"]) > self.until:
            raise errors.Conflict(
                "The days for objections are over",
                why=f"The last was {self.until}.",
                next="Object to the attribution of a case, or apply for an adjustment.",
            )
        return replace(self, remarks=(*self.remarks, act))

    def _decided(self, act: Act) -> Standing:
        assert self.until is not None
        if date.fromisoformat(act.detail["today"]) <= self.until:
            raise errors.Conflict(
                "The days for objections are not over",
                why=f"The last is {self.until}.",
                next="Decide after it.",
            )
        proceedings.not_own(act, self.drafted_by, *(remark.who for remark in self.remarks))
        return replace(self, state=act.detail["verdict"], decision=act)


def standing(acts: Iterable[Act]) -> Standing:
    """What acts fold to."""
    found = Standing()
    for act in acts:
        found = found.after(act)
    return found


@dataclass(frozen=True, slots=True)
class Difference:
    """A line of a frozen scorecard that would read otherwise now: the parts that differ, then and now.

    `then` or `now` is None for a line the other card does not have.
    """

    path: tuple[str, ...]
    then: Mapping[str, Any] | None
    now: Mapping[str, Any] | None


def differences(
    then: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]
) -> tuple[Difference, ...]:
    """The lines (as they are sent, with their `parts`) that differ, in the order of the frozen card, new ones last."""
    return tuple(_differing((), then, now))


def _differing(
    above: tuple[str, ...], then: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]
) -> Iterator[Difference]:
    were, are = ({line["id"]: line for line in lines} for lines in (then, now))
    for name in dict.fromkeys((*were, *are)):
        old, new, path = were.get(name), are.get(name), (*above, name)
        if old is None or new is None:
            yield Difference(path, None if old is None else _told(old), None if new is None else _told(new))
            continue
        parts = [part for part in COMPARED if old.get(part) != new.get(part)]
        if parts:
            yield Difference(
                path, {part: old.get(part) for part in parts}, {part: new.get(part) for part in parts}
            )
        yield from _differing(path, old["parts"], new["parts"])


def _told(line: Mapping[str, Any]) -> dict[str, Any]:
    return {part: line.get(part) for part in COMPARED}


def _undated(act: Act) -> dict[str, Any]:
    return {name: value for name, value in act.detail.items() if name not in ("today", "page", "known_at")}
