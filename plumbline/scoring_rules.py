"""The closed set of scoring rules: values in, points with their arithmetic out. Exact fractions; a line
that is just
reached is met.

What cannot be scored gives the range its points lie in, with the reason: never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from plumbline import scoring_curves
from plumbline import scoring_words as words
from plumbline.adjustments import Adjusted
from plumbline.catalog import rulebook_tree as tree
from plumbline.catalog.definitions import Text
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.catalog.targets import Line
from plumbline.scorebooks import About
from plumbline.scoring_curves import NOTHING, Case

#: Why an item cannot be scored, in words.
REASONS = {
    "no_target": Text("缺少目标值", "no target is known"),
    "not_yours": Text("同组法院不全在可读范围内", "not all courts of the group are yours to read"),
    "not_reported": Text("数据未上报", "the figure has not been reported"),
    "zero_denominator": Text("分母为零", "the denominator is 0"),
    "zero_base": Text(
        "上年同期为零，无从计算升降幅度", "last year's figure is 0, so a change cannot be reckoned"
    ),
    "not_over": Text("期间未结束，按口径暂不计分", "the period is not over and is not scored before"),
    "no_vote": Text("尚无评议结果", "there is no result of a vote"),
    "vote_open": Text("评议正在投票", "the vote is still open"),
    "vote_not_published": Text("评议结果尚未公布", "the vote is closed and not published yet"),
    "too_few_votes": Text("有效票数不足，不公布结果", "too few votes were given, and nothing is published"),
    "no_courts_below": Text("没有下级法院得分", "no court below has a score"),
    "filling": Text("统计口径正在补算", "the figure is still being filled"),
    "not_begun": Text("期间尚未开始", "the period has not begun"),
    "not_in_books": Text("账上没有数据", "the books hold no figure"),
}


@dataclass(frozen=True, slots=True)
class Award:
    """What an item gives: points from `low` to `high`, equal where they are known.

    `one_case` is 单案分值: what one case in the numerator moves (of steps: pro rata). `reachable` is the
    most that can be
    reached. `step` is how many steps were counted.
    """

    low: Fraction
    high: Fraction
    reachable: Fraction
    arithmetic: Text
    reason: str = ""
    detail: str = ""
    figure: About | None = None
    value: Ratio | None = None
    baseline: Ratio | None = None
    line: Line | None = None
    step: Fraction | None = None
    one_case: Fraction | None = None


def award(case: Case) -> Award:
    """What an item's rule gives. Not for sums, shares of books and means of courts, which are made of
    other scores.
    """
    rule = case.item.rule
    match rule:
        case tree.PanelMean():
            return _voted(case, rule)
        case tree.MeetsAll():
            return _all_met(case, rule)
        case tree.WeightedSum() | tree.ShareOfBooks() | tree.SubordinatesMean():
            raise AssertionError(f"{case.item.id} is made of other scores")
    (figures,) = tree.figures_of(rule)
    about, now = case.about(figures), case.figure(figures).now
    found = scoring_curves.curve(case)
    if isinstance(now, Missing) or isinstance(found, Missing):
        lacking = now if isinstance(now, Missing) else found
        assert isinstance(lacking, Missing)
        return missing(case.most, lacking, about, None if isinstance(now, Missing) else now)
    given = found.points(now.fraction())
    return Award(
        low=given,
        high=given,
        reachable=found.reachable,
        arithmetic=found.said(now),
        figure=about,
        value=now,
        baseline=found.baseline,
        line=found.line,
        step=found.step(now.fraction()) if found.step is not None else None,
        one_case=min(found.one_case(now), case.most),
    )


def adjusted(case: Case, computed: Award, decided: Adjusted) -> Award:
    """An item scored separately: by the points decided, or by its own rule with the figure decided instead."""
    head = Text(
        f"经决定单独评分（{decided.document}）", f"scored separately by decision ({decided.document})"
    )
    if decided.figure is not None:
        (figures,) = tree.figures_of(case.item.rule)
        key = (case.about(figures).name, case.item.scope)
        moved = {**case.inputs.figures, key: replace(case.inputs.figure(key), now=decided.figure)}
        again = award(replace(case, inputs=replace(case.inputs, figures=moved)))
        return replace(again, arithmetic=words.joined(head, again.arithmetic))
    assert decided.points is not None
    said = words.points(decided.points)
    return replace(
        computed,
        low=decided.points,
        high=decided.points,
        arithmetic=words.joined(head, Text(f"得 {said.zh}", f"gives {said.en}")),
        reason="",
        detail="",
        one_case=None,
        step=None,
    )


def missing(most: Fraction, why: Missing, about: About | None = None, now: Ratio | None = None) -> Award:
    """An item that cannot be scored: anything from nothing to all of it."""
    said = REASONS.get(why.reason, Text(why.reason, why.reason))
    span = Text(f"得分在 0 至 {words.number(most)} 分之间", f"between 0 and {words.number(most)} points")
    parts = [Text(f"{said.zh}，不可得", f"{said.en}: not available"), span]
    if now is not None and about is not None:
        shown = words.shown(now, about.unit)
        parts.insert(0, Text(f"本期 {shown}", f"now {shown}"))
    return Award(NOTHING, most, most, words.joined(*parts), why.reason, why.detail, about, now)


def _voted(case: Case, rule: tree.PanelMean) -> Award:
    mean = case.inputs.votes.get(rule.ballot, Missing("no_vote", rule.ballot))
    if isinstance(mean, Missing):
        return missing(case.most, mean)
    given = min(case.most * mean.fraction() / rule.highest, case.most)
    said = words.weighted(
        [(mean.fraction(), mean.fraction(), Fraction(1))], (given, given), rule.highest, case.most
    )
    return Award(given, given, case.most, said, value=mean)


def _all_met(case: Case, rule: tree.MeetsAll) -> Award:
    """Each condition is met, missed or unknown; a missed one settles `both` whatever is unknown."""
    found = [_condition(case, one, rule.comparison) for one in rule.conditions]
    sure, maybe = (sum(each is True for each, _ in found), sum(each is not False for each, _ in found))
    if case.said(rule.given) == "both":
        low, high = (case.most if count == len(found) else NOTHING for count in (sure, maybe))
    else:
        low, high = (case.most * count / len(found) for count in (sure, maybe))
    lacking = [each for each, _ in found if isinstance(each, Missing)] if low < high else []
    end = words.points(low) if low == high else words.between(low, high)
    said = [text for _, text in found]
    return Award(
        low,
        high,
        case.most,
        Text(
            f"{'；'.join(each.zh for each in said)}；得 {end.zh}",
            f"{'; '.join(each.en for each in said)}; gives {end.en}",
        ),
        lacking[0].reason if lacking else "",
        lacking[0].detail if lacking else "",
    )


def _condition(case: Case, one: tree.Condition, comparison: tree.Option) -> tuple[bool | Missing, Text]:
    """Whether one condition is met, with its words."""
    about, now, line = case.about(one.figure), case.figure(one.figure).now, _condition_line(case, one)
    for each in (now, line):
        if isinstance(each, Missing):
            why = REASONS.get(each.reason, Text(each.reason, each.reason))
            return each, Text(
                f"{about.title.zh}：{why.zh}，不可得", f"{about.title.en}: {why.en}: not available"
            )
    assert isinstance(now, Ratio)
    assert isinstance(line, Line)
    met = scoring_curves.inside(
        line, scoring_curves.compared(now.fraction(), about.unit, case.said(comparison))
    )
    word, shown = Text("达到", "met") if met else Text("未达到", "missed"), words.shown(now, about.unit)
    return met, Text(
        f"{about.title.zh} {shown}，{line.arithmetic.zh}：{word.zh}",
        f"{about.title.en} {shown}, {line.arithmetic.en}: {word.en}",
    )


def _condition_line(case: Case, one: tree.Condition) -> Line | Missing:
    """A condition's own line, or the value of the figure it must reach."""
    if one.no_less_than is None:
        return scoring_curves.line_of(case, one.figure, one.target)
    about, other = case.about(one.no_less_than), case.figure(one.no_less_than).now
    if isinstance(other, Missing):
        return other
    shown = words.shown(other, about.unit)
    said = Text(f"不低于{about.title.zh} {shown}", f"not below {about.title.en}, {shown}")
    return Line("at_least", other.fraction(), None, said)
