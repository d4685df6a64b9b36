"""The line a cell is held against: the target set for it, and what follows from that in the books."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from plumbline import serving
from plumbline.catalog import formulas, targets
from plumbline.catalog.definitions import Pack, Target
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.periods import Period
from plumbline.valuation import Cell, CellBooks, Shelf

Children = Callable[[str, date], Sequence[str]]
"""The courts directly below a court on a day, in the official order."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one version's cells: `packs` are those that may set targets for it, `shelf` the books as of `today`."""

    version: serving.Version
    packs: Sequence[Pack]
    shelf: Shelf
    today: date
    children: Children

    def of(self, cell: Cell) -> tuple[Target, targets.Line | Missing] | None:
        """The target set for exactly this cell, and the line that follows (or why it cannot be reckoned); None where
        none is set. Of several, the most exact pattern, the newest pack.
        """
        target = self._target(cell.court, cell.scope, cell.period)
        return None if target is None else (target, self._line(target, cell))

    def _target(self, court: str, scope: str, span: Period) -> Target | None:
        name = self.version.id.partition(".")[2]
        found: Target | None = None
        for pack in self.packs:
            for target in pack.targets:
                if target.of != name or target.scope != scope:
                    continue
                fits = any(targets.covers(pattern, court) for pattern in target.courts)
                whole = Period.parse(target.period)
                if not fits or (whole.start, whole.end) != (span.start, span.end):
                    continue
                if found is None or _exactness(target, court) >= _exactness(found, court):
                    found = target
        return found

    def _line(self, target: Target, cell: Cell) -> targets.Line | Missing:
        rule = targets.read_target(target.rule, self.version.unit)
        if rule.kind == "sum_of_courts":
            return targets.limit_of(rule, None, self._below(cell))
        books = CellBooks(
            self.shelf, self.version, replace(cell, period=cell.period.prior_year()), self.today
        )
        prior = formulas.evaluate(self.version.formula, books)
        return targets.limit_of(rule, prior if isinstance(prior, Ratio) else None, ())

    def _below(self, cell: Cell) -> list[targets.Line | Missing]:
        """The lines of the court itself and of those directly below: of a district where one is set, else of its own
        cases.
        """
        found: list[targets.Line | Missing] = []
        own = self._target(cell.court, "own", cell.period)
        if own is not None:
            found.append(self._line(own, replace(cell, scope="own")))
        for code in self.children(cell.court, min(cell.period.last_day, self.today)):
            for scope in ("all", "own"):
                target = self._target(code, scope, cell.period)
                if target is not None:
                    found.append(self._line(target, replace(cell, court=code, scope=scope)))
                    break
            else:
                found.append(Missing("no_target", f"{code} has no line"))
        return found


def _exactness(target: Target, court: str) -> int:
    return max(2 * len(p) + (p == court) for p in target.courts if targets.covers(p, court))
