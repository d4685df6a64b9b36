"""The arithmetic of a score in words, Chinese and English: what a pocket calculator would show at each
step.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from plumbline.catalog.definitions import Text
from plumbline.catalog.ratios import Ratio
from plumbline.catalog.rulebook_tree import GainPerStep

#: Decimals that are shown; what is cut off there is marked ≈.
PLACES = 6
_UNITS = {
    "days": ("天", " days"),
    "cases": ("件", " cases"),
    "events": ("次", " events"),
    "fen": ("分钱", " fen"),
    "persons": ("人", " persons"),
    "points": ("点", " points"),
}
_WAYS = {"fall": ("下降", "lower by"), "rise": ("上升", "higher by")}
_NOT = {
    "fall": ("未下降，不得分", "not lower: no points"),
    "rise": ("未上升，不得分", "not higher: no points"),
}


def number(value: Fraction) -> str:
    """A number with at most six decimals and no idle zeros; ≈ before it where it is rounded (half-even)."""
    scaled = value * 10**PLACES
    text = f"{Decimal(round(scaled)).scaleb(-PLACES):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if scaled.denominator == 1 else f"≈{text}"


def percent(value: Fraction) -> str:
    """A share as a percentage."""
    return f"{number(value * 100)} %"


def in_unit(value: Fraction, unit: str) -> str:
    """A value in its unit, without the unit's word; a percentage has its sign."""
    return percent(value) if unit == "percent" else number(value)


def shown(ratio: Ratio, unit: str) -> str:
    """A figure with its numerator and denominator: 59/721 ≈ 8.183079 %."""
    value = in_unit(ratio.fraction(), unit)
    if ratio.denominator == 1 and unit != "percent":
        return value
    sign = "" if value.startswith("≈") else "= "
    return f"{ratio.numerator}/{ratio.denominator} {sign}{value}"


def points(value: Fraction) -> Text:
    """So many points."""
    return Text(f"{number(value)} 分", f"{number(value)} {'point' if value == 1 else 'points'}")


def gain(
    rule: GainPerStep, unit: str, now: Ratio, base: Ratio, change: Fraction, steps: str, most: Fraction
) -> Text:
    """Points for every step better than last year."""
    head = Text(
        f"上年 {shown(base, unit)}，本年 {shown(now, unit)}",
        f"last year {shown(base, unit)}, this year {shown(now, unit)}",
    )
    if change <= 0:
        zh, en = _NOT[rule.way]
        return _joined(head, Text(zh, en))
    size = number(change * 100) + (" %" if rule.change == "share" else "")
    per = number(rule.per * 100) + (" %" if rule.change == "share" else "")
    of = Text("", "") if rule.change == "share" else Text(" 个百分点", " percentage points")
    single = of.en.removesuffix("s") if per == "1" else of.en
    zh, en = _WAYS[rule.way]
    counted, earned = rule.counted(change, steps), rule.earned(change, steps, most)
    how = Text("只计整步", "whole steps only") if steps == "whole" else Text("按比例", "prorated")
    capped = counted * rule.gain > most
    return _joined(
        head,
        Text(f"{zh} {size}{of.zh}", f"{en} {size}{of.en}"),
        Text(
            f"每 {per}{of.zh} 得 {number(rule.gain)} 分",
            f"{number(rule.gain)} points for every {per}{single}",
        ),
        Text(f"{how.zh} {number(counted)} 步", f"{how.en}: {number(counted)}"),
        Text(
            f"{number(counted)} × {number(rule.gain)} = {number(counted * rule.gain)}"
            + (f"，上限 {number(most)}" if capped else ""),
            f"{number(counted)} × {number(rule.gain)} = {number(counted * rule.gain)}"
            + (f", at most {number(most)}" if capped else ""),
        ),
        _gives(earned),
    )


def held(line: Text, unit: str, now: Ratio, met: bool, given: Fraction, comparison: str) -> Text:
    """A figure against its line."""
    word = Text("达到", "met") if met else Text("未达到", "missed")
    if comparison == "exact":
        how = Text("", "")
    else:
        places = comparison.removeprefix("as_shown_")
        how = Text(f"（按显示的 {places} 位小数比较）", f" (compared as shown, {places} decimals)")
    return _joined(
        Text(f"本期 {shown(now, unit)}", f"now {shown(now, unit)}"),
        Text(f"目标{line.zh}", f"target {line.en}"),
        Text(f"{word.zh}{how.zh}", f"{word.en}{how.en}"),
        _gives(given),
    )


def deducted(count: Fraction, each: Fraction, most: Fraction, given: Fraction) -> Text:
    """Points taken off for every case or step, not below 0."""
    sums = f"{number(most)} - {number(count)} × {number(each)} = {number(most - count * each)}"
    floor = Text("，不低于 0", ", not below 0") if most < count * each else Text("", "")
    return _joined(Text(f"{sums}{floor.zh}", f"{sums}{floor.en}"), _gives(given))


def weighted(
    scores: Sequence[tuple[Fraction, Fraction, Fraction]],
    given: tuple[Fraction, Fraction],
    highest: Fraction,
    most: Fraction,
) -> Text:
    """The mean of scores (low, high, weight) as a share of the highest: plain where all weigh the same."""
    if len(scores) == 1:
        middle = span(*scores[0][:2])
    elif len({share for _, _, share in scores}) == 1:
        middle = f"({' + '.join(span(low, high) for low, high, _ in scores)}) / {len(scores)}"
    else:
        middle = f"({' + '.join(f'{span(low, high)} × {percent(share)}' for low, high, share in scores)})"
    text = f"{middle} / {number(highest)} × {number(most)}"
    end = points(given[0]) if given[0] == given[1] else between(*given)
    return _joined(Text(f"均值 {text}", f"mean {text}"), Text(f"得 {end.zh}", f"gives {end.en}"))


def span(low: Fraction, high: Fraction) -> str:
    """A score, or the range it lies in."""
    return number(low) if low == high else f"[{number(low)}, {number(high)}]"


def added(ranges: Sequence[tuple[Fraction, Fraction]]) -> Text:
    """Scores added up; one that is not available stands as its range."""
    sums = " + ".join(span(low, high) for low, high in ranges)
    low, high = (sum((each[at] for each in ranges), Fraction(0)) for at in (0, 1))
    if low == high:
        end = points(low)
        return Text(f"{sums} = {end.zh}", f"{sums} = {end.en}")
    end = between(low, high)
    return Text(f"{sums}：{end.zh}", f"{sums}: {end.en}")


def between(low: Fraction, high: Fraction) -> Text:
    """A range of points."""
    return Text(f"{number(low)} 至 {number(high)} 分", f"{number(low)} to {number(high)} points")


def joined(*parts: Text) -> Text:
    """Clauses in one sentence."""
    return _joined(*parts)


def counted(unit: str) -> Text:
    """The word for one of a unit."""
    zh, en = _UNITS.get(unit, ("", ""))
    return Text(zh, en.strip())


def _gives(value: Fraction) -> Text:
    said = points(value)
    return Text(f"得 {said.zh}", f"gives {said.en}")


def _joined(*parts: Text) -> Text:
    return Text("，".join(part.zh for part in parts), ", ".join(part.en for part in parts))
