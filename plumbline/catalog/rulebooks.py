"""Whether rule books and their parameters mean something, with what to write instead; and what nobody can
fill.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from plumbline.catalog import faults, keys, scopes, targets
from plumbline.catalog import rulebook_tree as tree
from plumbline.catalog.definitions import Indicator, Measure, Pack, Place
from plumbline.catalog.rulebook_tree import Item, Open, Parameter, RuleBook

Figure = Measure | Indicator
#: The parts of a rule in which each option stands: where the words of an option are the same for all.
_OPTIONS = {
    name: key for rule in keys.KEYS["rule"] for name, key in keys.KEYS[rule].items() if key.shape == "option"
}


def figures(pack: Pack) -> Mapping[str, Figure]:
    """Every indicator and measure a rule book of the pack can name, by id."""
    found: dict[str, Figure] = {}
    for each in scopes.chain(pack):
        found.update(each.measures)
        found.update(each.indicators)
    return found


def parameters(pack: Pack) -> Mapping[str, Parameter]:
    """Every parameter of the pack and of all it builds on, by id."""
    return {name: one for each in scopes.chain(pack) for name, one in each.parameters.items()}


def books(pack: Pack) -> Mapping[str, RuleBook]:
    """Every rule book of the pack and of all it builds on, by id."""
    return {name: one for each in scopes.chain(pack) for name, one in each.rule_books.items()}


def check(pack: Pack, found: faults.Faults) -> None:
    """Note everything wrong with the pack's parameters and rule books."""
    _Checker(pack, found).check()


def cautions(pack: Pack) -> tuple[faults.Fault, ...]:
    """What is allowed and yet worth saying: items that nobody, or a court with its base, can fill. Never
    a refusal.
    """
    found = faults.Faults()
    for book in pack.rule_books.values():
        for item in tree.every_item(book.items):
            _caution(pack, book, item, found)
    return found.in_order()


class _Checker:
    def __init__(self, pack: Pack, found: faults.Faults) -> None:
        self.pack = pack
        self.faults = found
        self.figures = figures(pack)
        self.parameters = parameters(pack)
        self.books = books(pack)
        self.used: set[str] = set()
        # An item that could not be read is missing in every sum.
        self.whole = len(found) == 0

    def check(self) -> None:
        for parameter in self.pack.parameters.values():
            self._parameter(parameter)
        for book in self.pack.rule_books.values():
            self._book(book)
        for name, parameter in self.pack.parameters.items():
            if name not in self.used:
                self.faults.add(
                    parameter.place, f"parameters `{name}`: no rule is left open by it", "write {open: "
                    f"{name}}} where it decides, or leave it out",
                )  # fmt: skip

    def _parameter(self, parameter: Parameter) -> None:
        said, names = f"parameters `{parameter.id}`", [reading.id for reading in parameter.readings]
        if len(set(names)) < len(names):
            self.faults.add(parameter.place, f"{said} has a reading twice", "give one of them another id")
        if len(names) == 1:
            self.faults.add(
                parameter.place, f"{said} has one reading, so nothing is open", "write two or more, or none"
            )
        for name in (parameter.shipped, parameter.settled):
            if name and name not in names:
                self.faults.add(
                    parameter.place,
                    f"{said}: `{name}` is not one of its readings",
                    faults.nearest(name, names),
                )

    def _book(self, book: RuleBook) -> None:
        said = f"rule_books `{book.id}`"
        seen: set[str] = set()
        for item in tree.every_item(book.items):
            if item.id in seen:
                self.faults.add(
                    item.place, f"items `{item.id}` stands twice in {said}", "give one of them another id"
                )
            seen.add(item.id)
            self._item(book, item)
        for level in book.levels:
            given = sum((item.points.get(level, Fraction(0)) for item in book.items), Fraction(0))
            if self.whole and given != book.points:
                self.faults.add(
                    book.place,
                    f"{said}: the items of the {level} court give {_number(given)} points, "
                    f"not {_number(book.points)}",
                    "make the points of the items add up",
                )
        for base in book.bases:
            self._known(base.place, f"{said}: figure", base.figure, self.figures)
        if book.id in self._beneath(book.id):
            self.faults.add(book.place, f"{said} is a share of itself", "take one share_of_books away")

    def _beneath(self, name: str) -> set[str]:
        """The books a book takes shares of, through any number of others."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            book = self.books.get(waiting.pop())
            for item in tree.every_item(book.items) if book is not None else ():
                if isinstance(item.rule, tree.ShareOfBooks) and item.rule.book not in found:
                    found.add(item.rule.book)
                    waiting.append(item.rule.book)
        return found

    def _item(self, book: RuleBook, item: Item) -> None:
        said, rule = f"items `{item.id}`", item.rule
        for name, option in tree.options_of(rule).items():
            if isinstance(option, Open):
                self._open(item.place, said, option.parameter, _OPTIONS[name].choices)
        for figure in tree.figures_of(rule):
            self._figures(item.place, said, figure)
        match rule:
            case tree.GainPerStep():
                self._gain(item, said, rule)
            case tree.MeetsTarget() | tree.ThresholdThenDeduction() | tree.Band():
                self._target(item.place, said, rule.figure, rule.target)
                if isinstance(rule, tree.ThresholdThenDeduction) and "between" in (rule.target or {}):
                    self.faults.add(
                        item.place, f"{said}: a deduction has one line", "write at_least or at_most"
                    )
            case tree.MeetsAll():
                for one in rule.conditions:
                    self._target(item.place, said, one.figure, one.target)
                    self._same_unit(item.place, said, one)
            case tree.SubordinatesMean() | tree.ShareOfBooks():
                self._another(item, said, rule)
            case tree.WeightedSum():
                self._parts(item, said, rule)
            case _:
                pass

    def _gain(self, item: Item, said: str, rule: tree.GainPerStep) -> None:
        units = self._units(rule.figure)
        if rule.change == "points" and units and units != {"percent"}:
            self.faults.add(
                item.place,
                f"{said}: percentage points of a figure in {'/'.join(sorted(units))}",
                "write `change: share`",
            )

    def _another(self, item: Item, said: str, rule: tree.SubordinatesMean | tree.ShareOfBooks) -> None:
        if not self._known(item.place, f"{said}: book", rule.book, self.books) or isinstance(
            rule, tree.SubordinatesMean
        ):
            return
        whole = self.books[rule.book].points * rule.share
        for level, points in item.points.items():
            if points != whole:
                self.faults.add(
                    item.place,
                    f"{said} gives the {level} court {_number(points)} points, "
                    f"and {_number(rule.share * 100)} % of `{rule.book}` are {_number(whole)}",
                    f"write `points: {_number(whole)}`",
                )
            if level not in self.books[rule.book].levels:
                self.faults.add(
                    item.place, f"{said}: `{rule.book}` does not score the {level} court", "name another book"
                )

    def _parts(self, item: Item, said: str, rule: tree.WeightedSum) -> None:
        for level, points in item.points.items():
            given = sum((part.points.get(level, Fraction(0)) for part in rule.items), Fraction(0))
            if given != points:
                self.faults.add(
                    item.place,
                    f"{said}: its parts give the {level} court {_number(given)} points, "
                    f"not {_number(points)}",
                    "make the points of the parts add up",
                )

    def _open(self, place: Place | None, said: str, name: str, words: tuple[str, ...]) -> None:
        self.used.add(name)
        if not self._known(place, f"{said}: parameter", name, self.parameters):
            return
        for reading in self.parameters[name].readings:
            if reading.id not in words:
                self.faults.add(
                    place,
                    f"{said}: `{name}` can be read `{reading.id}`, which is none of {', '.join(words)}",
                    "name another parameter, or mend its readings",
                )  # fmt: skip

    def _figures(self, place: Place | None, said: str, given: tree.Figures) -> None:
        for name in given.names.values():
            self._known(place, f"{said}: figure", name, self.figures)
        if given.parameter:
            self.used.add(given.parameter)
            if self._known(place, f"{said}: parameter", given.parameter, self.parameters):
                readings = {reading.id for reading in self.parameters[given.parameter].readings}
                if readings != set(given.names):
                    self.faults.add(
                        place,
                        f"{said}: `{given.parameter}` is read {', '.join(sorted(readings))}, "
                        f"and the figures are for {', '.join(sorted(given.names))}",
                        "name one figure for each reading",
                    )
        if len(self._units(given)) > 1:
            self.faults.add(place, f"{said}: its figures are in different units", "name figures of one unit")

    def _units(self, given: tree.Figures) -> set[str]:
        return {self.figures[name].unit for name in given.names.values() if name in self.figures}

    def _same_unit(self, place: Place | None, said: str, one: tree.Condition) -> None:
        if one.no_less_than is not None and self._units(one.figure) != self._units(one.no_less_than):
            self.faults.add(
                place, f"{said}: what the figure must reach is in another unit", "name figures of one unit"
            )

    def _target(
        self, place: Place | None, said: str, figure: tree.Figures, rule: Mapping[str, object] | None
    ) -> None:
        for unit in self._units(figure) if rule else ():
            try:
                targets.read_target(rule or {}, unit)
            except faults.Unreadable as bad:
                self.faults.add(place, f"{said}: {bad.what}", bad.instead)

    def _known(self, place: Place | None, said: str, name: str, known: Mapping[str, object]) -> bool:
        if name and name not in known:
            self.faults.add(place, f"{said} `{name}` does not exist", faults.nearest(name, known))
        return name in known


def _caution(pack: Pack, book: RuleBook, item: Item, found: faults.Faults) -> None:
    rule, said = item.rule, f"items `{item.id}`"
    if isinstance(rule, tree.MeetsTarget | tree.ThresholdThenDeduction) and rule.target is None:
        given = {target.of for one in scopes.chain(pack) for target in one.targets}
        if not given & set(rule.figure.names.values()):
            found.add(
                item.place,
                f"{said}: there is no target for {', '.join(rule.figure.names.values())}, "
                "so it is not available",
                "write one under `targets:` when it is known",
            )  # fmt: skip
    if not isinstance(rule, tree.GainPerStep) or rule.way != "fall":
        return
    most = max(item.points.values(), default=Fraction(0))
    if rule.change == "share":
        reached = rule.earned(Fraction(1), "prorated", most)
        if reached < most:
            found.add(
                item.place, f"{said}: a fall to 0 gives {_number(reached)} of {_number(most)} points",
                "nothing, if the document says so",
            )  # fmt: skip
        return
    for base in book.bases:
        if base.figure in rule.figure.names.values():
            _reach(item, rule, base, found)


def _reach(item: Item, rule: tree.GainPerStep, base: tree.Base, found: faults.Faults) -> None:
    """What a court can reach from its base, by whole steps and prorated."""
    most = max(item.points.values(), default=Fraction(0))
    rate = Fraction(base.numerator, base.denominator)
    prorated, whole = (rule.earned(rate, steps, most) for steps in ("prorated", "whole"))
    if prorated < most or whole < most:
        found.add(
            item.place,
            f"items `{item.id}`: {base.court} can reach at most {_number(prorated)} of {_number(most)} "
            f"points prorated, {_number(whole)} by whole steps: a fall to 0 from "
            f"{base.numerator}/{base.denominator} is {_number(rate * 100)} percentage points",
            "nothing, if the document says so",
        )


def _number(value: Fraction) -> str:
    text = f"{Decimal(round(value * 100)).scaleb(-2):f}"
    return text.rstrip("0").rstrip(".")
