"""What if: other values, targets, weights or readings; and how far each line is from its next step.

Numbers only. For a figure whose lever is outcome no pending case is ever named and nothing is advised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from plumbline import errors, scorebooks, scorecards, scoring_curves
from plumbline.catalog import rulebook_tree as tree
from plumbline.catalog import targets
from plumbline.catalog.definitions import Text
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.catalog.rulebook_tree import Item, RuleBook
from plumbline.scorebooks import Book, Inputs, Key
from plumbline.scorecards import Scorecard
from plumbline.scoring_curves import Case, Curve

NO_CASE_ADVICE = "no_case_advice: outcome"
OUTCOME = Text(
    "裁判结果类指标不提供个案建议：当改则改，依法裁判",
    "No advice on cases is given for figures that only law may decide: what must be altered is altered.",
)
#: Beyond this many cases more a next step is not looked for, where the figure itself sets no bound.
FARTHEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Change:
    """What is supposed: figures of this court by (full name, scope); by item its target or points;
    readings.
    """

    values: Mapping[Key, Ratio] = field(default_factory=dict)
    targets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NextStep:
    """How far a line is from more points: `cases` fewer (negative) or more in the numerator, the
    denominator as it is.

    `cases` is None where nothing more can be gained that way; `one_case` is 单案分值; `reachable` the
    most there is.
    `advice` is `no_case_advice: outcome` with its words for a figure of that lever, else None.
    """

    item: str
    figure: str
    lever: str
    points: Fraction
    maximum: Fraction
    reachable: Fraction
    one_case: Fraction
    cases: int | None
    then: Fraction
    advice: str | None
    advice_words: Text | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The scorecard as it is and as it would be, and the next steps from there, line by line."""

    before: Scorecard
    after: Scorecard
    steps: tuple[NextStep, ...]


def ask(book: Book, inputs: Inputs, change: Change) -> Answer:
    """What would follow; BadInput for an item, target, figure or reading there is not."""
    supposed, moved = _with_rules(book, inputs.level, change), _with_values(book, inputs, change)
    before = scorecards.score(book, inputs)
    after = scorecards.score(supposed, moved, change.readings)
    return Answer(before, after, next_steps(supposed, moved, after.readings))


def next_steps(book: Book, inputs: Inputs, readings: Mapping[str, str]) -> tuple[NextStep, ...]:
    """The next step of every line that one figure decides, in the order of the document."""
    chosen = book.complete(readings)
    found = []
    for item, home in scorebooks.leaves(book, inputs.level):
        case = Case(home, item, inputs, {name: chosen[name] for name in home.parameters})
        step = _next(case)
        if step is not None:
            found.append(step)
    return tuple(found)


def _next(case: Case) -> NextStep | None:
    if isinstance(case.item.rule, tree.PanelMean | tree.MeetsAll | tree.SubordinatesMean):
        return None
    (figures,) = tree.figures_of(case.item.rule)
    about, now, curve = case.about(figures), case.figure(figures).now, scoring_curves.curve(case)
    if isinstance(now, Missing) or isinstance(curve, Missing):
        return None
    given = curve.points(now.fraction())
    cases, then = _distance(curve, now, about.unit)
    outcome = about.lever == "outcome"
    return NextStep(
        item=case.item.id,
        figure=about.name,
        lever=about.lever,
        points=given,
        maximum=case.most,
        reachable=curve.reachable,
        one_case=min(curve.one_case(now), case.most),
        cases=cases,
        then=then,
        advice=NO_CASE_ADVICE if outcome else None,
        advice_words=OUTCOME if outcome else None,
    )


def _distance(curve: Curve, now: Ratio, unit: str) -> tuple[int | None, Fraction]:
    """The fewest cases by which the numerator must change for more points, and the points then; points
    only rise on
    the way, so the first such number is found by halving.
    """
    value = now.fraction()
    given, way = curve.points(value), curve.toward(value)

    def at(cases: int) -> Fraction:
        return curve.points(Fraction(now.numerator + way * cases, now.denominator))

    far = now.numerator if way < 0 else now.denominator - now.numerator if unit == "percent" else FARTHEST
    if curve.line is not None and not curve.way:
        far = min(far, _to_band(curve, now, way))
    if way == 0 or far <= 0 or at(far) <= given:
        return None, given
    near = 0
    while far - near > 1:
        middle = (near + far) // 2
        near, far = (near, middle) if at(middle) > given else (middle, far)
    return way * far, at(far)


def _to_band(curve: Curve, now: Ratio, way: int) -> int:
    """The cases that just bring a value into its band, so that the search does not run through it."""
    assert curve.line is not None
    end = curve.line.low if way > 0 else curve.line.high
    assert end is not None
    distance = way * (end - now.fraction()) * now.denominator
    return int(-(-distance // 1))


def _with_values(book: Book, inputs: Inputs, change: Change) -> Inputs:
    needed = {(need.figure, need.scope) for need in scorebooks.needs(book, inputs.level)}
    for key in change.values:
        if key not in needed:
            raise errors.BadInput(
                f"{book.id} does not read {key[0]} with scope {key[1]}.",
                next="It reads: " + ", ".join(f"{name} ({scope})" for name, scope in sorted(needed)),
            )
    moved = {key: replace(inputs.figure(key), now=value) for key, value in change.values.items()}
    return replace(inputs, figures={**inputs.figures, **moved})


def _with_rules(book: Book, level: str, change: Change) -> Book:
    """The book, and those it takes shares of, with other targets and points."""
    known = {item.id: home for item, home in scorebooks.leaves(book, level)}
    for name in (*change.targets, *change.weights):
        if name not in known:
            raise errors.BadInput(
                f"{book.id} has no item “{name}” of its own.", next=f"It has: {', '.join(known)}."
            )
    return _changed(book, level, change)


def _changed(book: Book, level: str, change: Change) -> Book:
    items = tuple(_item(book, item, level, change) for item in book.rules.items)
    rules: RuleBook = replace(book.rules, items=items)
    shared = {item.rule.book for item in tree.every_item(items) if isinstance(item.rule, tree.ShareOfBooks)}
    books = {
        name: _changed(one, level, change) if name in shared else one for name, one in book.books.items()
    }
    return replace(book, rules=rules, books=books)


def _item(book: Book, item: Item, level: str, change: Change) -> Item:
    if isinstance(item.rule, tree.WeightedSum):
        parts = tuple(_item(book, part, level, change) for part in item.rule.items)
        given = {
            **item.points,
            level: sum((part.points.get(level, Fraction(0)) for part in parts), Fraction(0)),
        }
        return replace(
            item, rule=tree.WeightedSum(parts), points=given if level in item.points else item.points
        )
    if item.id in change.targets:
        item = replace(item, rule=_targeted(book, item, change.targets[item.id]))
    if item.id in change.weights and level in item.points:
        item = _weighed(item, level, change.weights[item.id])
    return item


def _targeted(book: Book, item: Item, target: Mapping[str, Any]) -> tree.Rule:
    rule = item.rule
    if not isinstance(rule, tree.MeetsTarget | tree.ThresholdThenDeduction | tree.Band):
        raise errors.BadInput(
            f"{item.id} has no target.", next="Suppose another value or other points for it."
        )
    for name in rule.figure.names.values():
        read = targets.read_target(target, book.figures[name].unit)
        if read.kind == "sum_of_courts" or (
            read.kind != "between" and read.low is None and read.high is None
        ):
            raise errors.BadInput(
                "A supposed target is a fixed line.", next="Write, for example, {at_least: 90 %}."
            )
    return replace(rule, target=dict(target))


def _weighed(item: Item, level: str, points: Fraction) -> Item:
    """The item with other points: what a step or case gives grows with them."""
    if points <= 0:
        raise errors.BadInput(f"{item.id} cannot give {points} points.", next="Suppose more than 0.")
    scale, rule = points / item.points[level], item.rule
    if isinstance(rule, tree.GainPerStep):
        rule = replace(rule, gain=rule.gain * scale)
    elif isinstance(rule, tree.ThresholdThenDeduction | tree.PerCase):
        rule = replace(rule, deduct=rule.deduct * scale)
    return replace(item, points={**item.points, level: points}, rule=rule)
