"""Causes (案由、罪名): dated lists with levels of their own, joined from packs, and what each code takes in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from plumbline.catalog import faults
from plumbline.catalog.definitions import Pack, Place, Source, Text

if TYPE_CHECKING:
    from plumbline.catalog.documents import Entry

LONGEST = 32
"""The longest code an event can carry."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause as a list has it during a span: from `valid_from` up to, not including, `valid_until`.

    One `code` may have several rows, one after the other, where its name or its parent changed. `category` and
    `source` stand on the first level and hold for all below.
    """

    id: str
    code: str
    title: Text
    parent: str | None
    category: str
    valid_from: date | None
    valid_until: date | None
    source: Source | None
    place: Place | None = dataclasses.field(default=None, compare=False)

    def in_force(self, day: date) -> bool:
        """Whether the row stands on a day."""
        return (self.valid_from or date.min) <= day < (self.valid_until or date.max)


def read(entry: Entry) -> Cause | None:
    """One row of a list, or None where it cannot be read."""
    begins, until = entry.day("from"), entry.day("until")
    if begins and until and begins >= until:
        entry.note("until", f"{entry.said()} stands on no day", "write an `until` later than `from`")
    code, title = entry.text("id"), entry.title("title")
    if len(code) > LONGEST:
        entry.note("id", f"{entry.said()} is longer than an event can carry", f"write at most {LONGEST}")
    if not code or title is None:
        return None
    return Cause(
        id=code if begins is None else f"{code} {begins}",
        code=code,
        title=title,
        parent=entry.text("parent") or None,
        category=entry.text("category"),
        valid_from=begins,
        valid_until=until,
        source=entry.source(),
        place=entry.place,
    )


def check(pack: Pack, packs: Iterable[Pack], found: faults.Faults) -> None:
    """Note everything wrong with a pack's causes; `packs` are all it builds on, itself too."""
    every = [(one, cause) for one in packs for cause in one.causes.values()]
    known = {cause.code for _, cause in every}
    for cause in pack.causes.values():
        said = f"causes `{cause.code}`"
        if cause.parent is None:
            _check_first(cause, said, found)
        elif cause.parent not in known:
            found.add(
                cause.place,
                f"{said}: parent `{cause.parent}` does not exist",
                faults.nearest(cause.parent, known),
            )
        elif cause.category:
            found.add(
                cause.place, f"{said} has a parent, so it has its category", "leave `category` out here"
            )
        _check_span(cause, [other for _, other in every], said, found)
    _check_circles(pack, [cause for _, cause in every], found)


def _check_first(cause: Cause, said: str, found: faults.Faults) -> None:
    if not cause.category:
        found.add(cause.place, f"{said} has neither parent nor category", "write `category:`, or its parent")
    if cause.source is None:
        found.add(
            cause.place, f"{said} is of the first level and has no source", "name the list it stands in"
        )


def _check_span(cause: Cause, every: Iterable[Cause], said: str, found: faults.Faults) -> None:
    """A code has one row on a day: the later of two that overlap is at fault."""
    for other in every:
        later = (cause.valid_from or date.min) >= (other.valid_from or date.min)
        again = other.code == cause.code and other is not cause
        if again and later and other.in_force(cause.valid_from or date.min):
            found.add(
                cause.place,
                f"{said} stands twice in the list on {cause.valid_from or 'every day'}",
                "end the earlier row with `until`, or choose another code",
            )
            return


def _check_circles(pack: Pack, every: Iterable[Cause], found: faults.Faults) -> None:
    above: dict[str, set[str]] = {}
    for cause in every:
        if cause.parent is not None:
            above.setdefault(cause.code, set()).add(cause.parent)
    for cause in pack.causes.values():
        waiting, seen = [*above.get(cause.code, ())], set[str]()
        while waiting:
            code = waiting.pop()
            if code == cause.code:
                found.add(cause.place, f"causes `{cause.code}` stands below itself", "name another `parent`")
                break
            if code not in seen:
                seen.add(code)
                waiting += above.get(code, ())


class CauseList:
    """Every cause of some packs, in the order of their lists. An unknown code is a value here: None or empty."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        newest = {pack.id: pack for pack in packs}
        self._rows: dict[str, list[Cause]] = {}
        for pack in newest.values():
            for cause in pack.causes.values():
                self._rows.setdefault(cause.code, []).append(cause)
        for rows in self._rows.values():
            rows.sort(key=lambda one: one.valid_from or date.min)
        self.order = {code: place for place, code in enumerate(self._rows)}

    def known(self, code: str) -> bool:
        """Whether any list has ever had the code."""
        return code in self._rows

    def row(self, code: str, on: date) -> Cause | None:
        """The row that speaks for a code on a day: the one that stands; else the last before; else the first."""
        rows = self._rows.get(code)
        if rows is None:
            return None
        begun = [row for row in rows if (row.valid_from or date.min) <= on]
        return begun[-1] if begun else rows[0]

    def standing(self, on: date, parent: str | None = None) -> tuple[Cause, ...]:
        """What the lists hold on a day directly below a code (None: the first level), in their own order."""
        found = (row for rows in self._rows.values() for row in rows if row.in_force(on))
        return tuple(row for row in found if row.parent == parent)

    def walk(self, on: date, parent: str | None = None) -> Iterator[Cause]:
        """The same with all levels: each cause before those below it."""
        for row in self.standing(on, parent):
            yield row
            yield from self.walk(on, row.code)

    def below(self, code: str, on: date) -> tuple[str, ...]:
        """The code and every code below it, those no longer or not yet in the list too: a case keeps its code."""
        children = self._children(on)
        found, waiting = dict[str, None](), [code] if code in self._rows else []
        while waiting:
            one = waiting.pop()
            if one not in found:
                found[one] = None
                waiting += children.get(one, ())
        return tuple(sorted(found, key=self.order.__getitem__))

    def path(self, code: str, on: date) -> tuple[Cause, ...]:
        """The rows from the first level down to the code."""
        found: list[Cause] = []
        row = self.row(code, on)
        while row is not None and row not in found:
            found.append(row)
            row = None if row.parent is None else self.row(row.parent, on)
        return tuple(reversed(found))

    def first(self, code: str, on: date) -> Cause | None:
        """The row of the first level that a code stands under."""
        return next(iter(self.path(code, on)), None)

    def source(self, code: str, on: date) -> Source | None:
        """Where a code stands: its own source, or that of the nearest above."""
        return next((row.source for row in reversed(self.path(code, on)) if row.source is not None), None)

    def names(self, on: date) -> tuple[str, ...]:
        """The documents of the lists that stand on a day."""
        roots = (row.source for row in self.standing(on))
        return tuple(dict.fromkeys(source.document for source in roots if source is not None))

    def _children(self, on: date) -> Mapping[str, list[str]]:
        children: dict[str, list[str]] = {}
        for code in self._rows:
            row = self.row(code, on)
            if row is not None and row.parent is not None:
                children.setdefault(row.parent, []).append(code)
        return children
