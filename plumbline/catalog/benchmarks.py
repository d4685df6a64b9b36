"""Benchmarks (标杆值): figures from outside that a court is held against, each with issuer and document; the
exact gap to one, and what a target leaves below it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from plumbline import periods
from plumbline.catalog import documents, faults, targets
from plumbline.catalog.definitions import Indicator, Measure, Pack, Place, Source, Stage, Target, Text
from plumbline.catalog.ratios import Ratio

if TYPE_CHECKING:
    from plumbline.catalog.documents import Entry

#: What each kind of benchmark is called.
KINDS: Mapping[str, Text] = {
    "required": Text("最高人民法院要求", "required by the Supreme People's Court"),
    "advanced_court": Text("先进法院", "an advanced court"),
    "national_mean": Text("全国平均", "the national mean"),
    "higher_court": Text("上级法院要求", "required by a higher court"),
}
#: Both of these are always answered for: with a benchmark, or with the word that none is kept.
BOTH = ("required", "advanced_court")
_BOUNDS = ("at_least", "at_most", "between")
_POSITIONS: Mapping[str, Text] = {
    "inside": Text("达到", "reached"),
    "below": Text("低于", "below"),
    "above": Text("高于", "above"),
}


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One benchmark as a pack states it. `value` is as written; `until` is the first day it no longer holds.

    `court` is the code of the court whose figure it is, `whose` says it in words; one of the two is given.
    """

    figure: str
    kind: str
    value: Any
    issuer: str
    source: Source
    whose: Text | None
    court: str
    category: str
    begins: date | None
    until: date | None
    place: Place | None = dataclasses.field(default=None, compare=False)

    def in_force(self, span: periods.Period) -> bool:
        """Whether it holds on any day of a period."""
        begun = self.begins is None or self.begins < span.end
        return begun and (self.until is None or span.start < self.until)


@dataclass(frozen=True, slots=True)
class Mark:
    """A benchmark's value, read: kind figure, at_least, at_most or between; both bounds inside."""

    kind: str
    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True, slots=True)
class Gap:
    """How far a value is from a benchmark: `distance` is the value less the benchmark (of a band: less the
    end it lies beyond, 0 inside), exactly; a percentage as a share of 1.
    """

    position: str
    distance: Fraction
    words: Text


def read(entry: Entry) -> Benchmark | None:
    """One benchmark, or None where it cannot be read."""
    figure = [entry.text(key) for key in ("indicator", "measure") if key in entry]
    if len(figure) != 1:
        entry.note(
            None, "a benchmark is for one indicator or one measure", "write `indicator:` or `measure:`"
        )
        return None
    if ("of" in entry) == ("court" in entry):
        entry.note(
            None, "a benchmark is the figure of somebody", "write either `of: {zh: …, en: …}` or `court:`"
        )
    begins, until = _days(entry)
    source = entry.source()
    if source is None or not entry.whole:
        return None
    return Benchmark(
        figure=figure[0],
        kind=entry.text("kind"),
        value=documents.plain(entry.written.get("value")),
        issuer=entry.text("issuer"),
        source=source,
        whose=entry.title("of"),
        court=entry.text("court"),
        category=entry.text("category"),
        begins=begins,
        until=until,
        place=entry.place,
    )


def _days(entry: Entry) -> tuple[date | None, date | None]:
    if ("period" in entry) == ("from" in entry):
        entry.note(None, "a benchmark is in force for a time", "write either `period:` or `from:`")
        return None, None
    if "period" in entry:
        if "until" in entry:
            entry.note("until", "a period has its own end", "leave `until` out")
        text = entry.period("period")
        span = periods.Period.parse(text) if text else None
        return (span.start, span.end) if span else (None, None)
    begins, until = entry.day("from"), entry.day("until")
    if begins and until and begins >= until:
        entry.note("until", "this benchmark is in force on no day", "write an `until` later than `from`")
    return begins, until


def read_stage(entry: Entry) -> Stage | None:
    """The stage a target is a step of, or None; its period must lie in it."""
    if "stage" not in entry:
        return None
    inner = entry.inner("stage", "stage")
    first, last, title = inner.integer("from"), inner.integer("until"), inner.title("title")
    if title is None or not inner.whole:
        return None
    if not 1900 <= first <= last < 2200:
        inner.note("until", "this stage has no years", "write, for example, {from: 2019, until: 2021, …}")
        return None
    text = entry.period("period")
    if text and not first <= periods.Period.parse(text).start.year <= last:
        entry.note(
            "stage", f"{text} is no step of a stage from {first} to {last}", "write the years it lies in"
        )
    return Stage(first, last, title)


def check(pack: Pack, figures: Mapping[str, Indicator | Measure], found: faults.Faults) -> None:
    """Note everything wrong with the pack's benchmarks, and with the bases and headrooms of its targets."""
    for one in pack.benchmarks:
        if one.figure not in figures:
            found.add(
                one.place, f"benchmarks `{one.figure}` does not exist", faults.nearest(one.figure, figures)
            )
            continue
        try:
            read_mark(one.value, figures[one.figure].unit)
        except faults.Unreadable as bad:
            found.add(one.place, f"benchmark of `{one.figure}`: {bad.what}", bad.instead)
    for target in pack.targets:
        for word, given in (("base", target.base), ("headroom", target.headroom)):
            if given is None or target.of not in figures:
                continue
            try:
                targets.read_value(given, figures[target.of].unit)
            except faults.Unreadable as bad:
                found.add(target.place, f"{word} of the target of `{target.of}`: {bad.what}", bad.instead)


def read_mark(value: Any, unit: str) -> Mark:
    """A benchmark's value in the unit of its figure; raises Unreadable with what to write instead."""
    if not isinstance(value, Mapping):
        exact = targets.read_value(value, unit)
        return Mark("figure", exact, exact)
    if len(value) != 1 or next(iter(value)) not in _BOUNDS:
        raise faults.Unreadable(
            "a benchmark is one value or one line",
            "write 53.48 %, {at_least: 90 %} or {between: [10 %, 20 %]}",
        )
    rule = targets.read_target(value, unit)
    if rule.low is None and rule.high is None:
        raise faults.Unreadable(
            "a benchmark does not move with last year's figure", "write the figure itself"
        )
    return Mark(rule.kind, rule.low, rule.high)


def gap(mark: Mark, ratio: Ratio, unit: str) -> Gap:
    """How far a value is from a benchmark, with the arithmetic in words."""
    value = ratio.fraction()
    distance, end = Fraction(0), None
    if mark.kind == "between":
        if mark.low is not None and value < mark.low:
            end = mark.low
        elif mark.high is not None and value > mark.high:
            end = mark.high
        if end is None:
            zh, en = (
                f"{_said(value, unit)} 在 {_band(mark, unit)} 之内",
                f"{_said(value, unit)} is inside {_band(mark, unit)}",
            )
            return Gap("inside", distance, Text(zh, en))
    else:
        end = mark.low if mark.low is not None else mark.high
    distance = value - (end or Fraction(0))
    position = "below" if distance < 0 else "above" if distance > 0 else "inside"
    if (mark.kind == "at_least" and distance >= 0) or (mark.kind == "at_most" and distance <= 0):
        position = "inside"
    sums = f"{_said(value, unit)} - {_said(end or Fraction(0), unit)} = {_points(distance, unit)}"
    said = _POSITIONS[position]
    return Gap(position, distance, Text(f"{sums}，{said.zh}", f"{sums}, {said.en}"))


def headroom(mark: Mark, line: targets.Line) -> Fraction | None:
    """What is left between a target's line and a benchmark on the side the line asks for: above 0 where the
    benchmark asks for more than the line. None where either is an interval.
    """
    bound = line.low if line.kind == "at_least" else line.high if line.kind == "at_most" else None
    end = None if mark.kind == "between" else mark.low if mark.low is not None else mark.high
    if bound is None or end is None:
        return None
    return end - bound if line.kind == "at_least" else bound - end


def of_figure(pack: Pack, name: str) -> tuple[Benchmark, ...]:
    """The benchmarks a pack states for one of its figures, in their order."""
    return tuple(one for one in pack.benchmarks if one.figure == name)


def steps_of(target: Target) -> tuple[str, ...]:
    """The years of a target's stage, as periods; none without a stage."""
    stage = target.stage
    return () if stage is None else tuple(str(year) for year in range(stage.first, stage.last + 1))


def _said(value: Fraction, unit: str) -> str:
    return targets.shown(value, unit)


def _points(distance: Fraction, unit: str) -> str:
    """A difference: of percentages in percentage points."""
    return targets.shown(distance * (100 if unit == "percent" else 1), "")


def _band(mark: Mark, unit: str) -> str:
    return f"[{targets.shown(mark.low, unit)}, {targets.shown(mark.high, unit)}]"
