"""The tree of courts as it stood on a day: who stands above whom, in the official order, and the zone of
each court's days."""

from __future__ import annotations

import bisect
import csv
import functools
import pathlib
import re
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from plumbline import errors

DEFAULT_ZONE = "Asia/Shanghai"

STATUSES = ("confirmed", "derived", "unsourced", "unknown", "tribunal", "real", "official", "invented")
"""How sure a court's code is: shown by a real case number; by the rule only; by the rule, with days nobody has
sourced; unknown; a 人民法庭, which has none; taken with real figures; from an official list; invented."""
UNCODED = ("unknown", "tribunal")
"""The statuses of courts that have no code here: they are in a list of their own, never in the tree."""

_COLUMNS = ("code", "parent", "name_zh", "name_en", "level", "from", "until", "status", "zone")
_MORE = ("kind", "basis")
_CODE = re.compile(r"[^\s:（）()]{1,24}")
_WORD = re.compile(r"[a-z][a-z0-9_-]{0,31}")


@dataclass(frozen=True, slots=True)
class Court:
    """A court during a span: from `valid_from` up to, not including, `valid_until`; None leaves that end
    open.

    `order` is its place in the official order, the order of the file. A court that changes its parent has a
    row for each span. `kind` is ordinary, development_zone, railway or forestry; `basis` is what shows the code.
    """

    code: str
    parent: str | None
    name_zh: str
    name_en: str
    level: str
    valid_from: date | None
    valid_until: date | None
    status: str
    zone: str
    order: int
    kind: str = ""
    basis: str = ""

    def in_force(self, day: date) -> bool:
        return (self.valid_from or date.min) <= day < (self.valid_until or date.max)


@dataclass(frozen=True, slots=True)
class Uncoded:
    """A court whose code is unknown, or a 人民法庭, which is a unit of the court above it (`parent`, a code)."""

    parent: str | None
    name_zh: str
    name_en: str
    level: str
    kind: str
    status: str
    basis: str
    order: int


@dataclass(frozen=True, slots=True)
class CourtFile:
    """A court file, read: the courts that have a code, and those that have none here."""

    courts: tuple[Court, ...]
    uncoded: tuple[Uncoded, ...]


@dataclass(frozen=True, slots=True)
class _Stand:
    """The tree during a span in which it does not change."""

    parents: Mapping[str, str | None]
    children: Mapping[str | None, tuple[str, ...]]


class CourtTree:
    """Every court by code. An unknown code is a value here (None or empty), never an error, except where it
    says so."""

    def __init__(self, courts: Iterable[Court]) -> None:
        self._rows: dict[str, list[Court]] = {}
        for court in sorted(courts, key=lambda one: (one.valid_from or date.min, one.order)):
            self._rows.setdefault(court.code, []).append(court)
        if fault := _fault(self._rows):
            raise errors.BadInput(fault[1], next="Correct the court file.")
        self._changes = _changes(self._rows)
        self._stand = functools.cache(self._stand_of)
        self._subtree = functools.cache(self._subtree_of)
        self._ancestors = functools.cache(self._ancestors_of)
        self._zones = {code: zoneinfo.ZoneInfo(rows[-1].zone) for code, rows in self._rows.items()}

    def __iter__(self) -> Iterator[Court]:
        return iter(sorted((row for rows in self._rows.values() for row in rows), key=lambda one: one.order))

    def get(self, code: str, on: date | None = None) -> Court | None:
        """The court on a day, or as its latest row has it; None when it is unknown or has no row on that
        day."""
        rows = self._rows.get(code, [])
        if on is None:
            return rows[-1] if rows else None
        return next((row for row in rows if row.in_force(on)), None)

    def known(self, code: str) -> bool:
        return code in self._rows

    def parent(self, code: str, on: date) -> str | None:
        return self._stand(self._span(on)).parents.get(code)

    def children(self, code: str, on: date) -> tuple[str, ...]:
        """The courts directly below on a day, in the official order."""
        return self._stand(self._span(on)).children.get(code, ())

    def ancestors(self, code: str, on: date) -> tuple[str, ...]:
        """The courts above on a day, nearest first."""
        return self._ancestors(code, self._span(on))

    def subtree(self, code: str, on: date) -> tuple[str, ...]:
        """The court and all below it on a day: itself first, each court before those below it, in the
        official order."""
        return self._subtree(code, self._span(on))

    def codes(self) -> tuple[str, ...]:
        """Every court ever known, in the official order."""
        return tuple(dict.fromkeys(row.code for row in self))

    def every_ancestor(self, code: str) -> tuple[str, ...]:
        """The courts that have ever stood above; none for an unknown code."""
        spans = range(len(self._changes) + 1)
        return tuple(dict.fromkeys(above for span in spans for above in self._ancestors(code, span)))

    def changes(self, first: date, until: date) -> list[date]:
        """The days after `first` and before `until` on which the tree changes."""
        return [day for day in self._changes if first < day < until]

    def invented_provinces(self) -> frozenset[str]:
        """The province characters of invented courts (status `invented`): accepted while their file is
        loaded."""
        return frozenset(row.code[0] for row in self if row.status == "invented")

    def zone(self, code: str) -> zoneinfo.ZoneInfo:
        """The zone whose midnight parts this court's days; UnknownCourt when no row has the code."""
        try:
            return self._zones[code]
        except KeyError:
            raise errors.UnknownCourt(
                f"The court {code!r} is not known",
                why="No loaded court file holds it.",
                next="Load one that does.",
            ) from None

    def _span(self, on: date) -> int:
        return bisect.bisect_right(self._changes, on)

    def _stand_of(self, span: int) -> _Stand:
        day = self._changes[span - 1] if span else date.min
        rows = [row for rows in self._rows.values() for row in rows if row.in_force(day)]
        children: dict[str | None, list[str]] = {}
        for row in sorted(rows, key=lambda one: one.order):
            children.setdefault(row.parent, []).append(row.code)
        return _Stand(
            {row.code: row.parent for row in rows},
            {parent: tuple(codes) for parent, codes in children.items()},
        )

    def _ancestors_of(self, code: str, span: int) -> tuple[str, ...]:
        parents = self._stand(span).parents
        found = []
        above = parents.get(code)
        while above is not None:
            found.append(above)
            above = parents.get(above)
        return tuple(found)

    def _subtree_of(self, code: str, span: int) -> tuple[str, ...]:
        if code not in self._rows:
            return ()
        below = self._stand(span).children.get(code, ())
        return (code, *(each for child in below for each in self._subtree(child, span)))


def read_courts(path: pathlib.Path) -> list[Court]:
    """The courts of a file that have a code. BadDefinition with file and line."""
    return list(read_file(path).courts)


def read_file(path: pathlib.Path) -> CourtFile:
    """Read `courts.csv`; `until` is the first day the row no longer holds. BadDefinition with file and
    line."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        if missing := [name for name in _COLUMNS if name not in (rows.fieldnames or ())]:
            raise errors.BadDefinition(
                f"The columns {', '.join(missing)} are missing",
                file=str(path),
                line=1,
                next=f"Begin the file with: {','.join(_COLUMNS)}.",
            )
        courts: list[Court] = []
        uncoded: list[Uncoded] = []
        places: list[int] = []
        for row in rows:
            order = len(courts) + len(uncoded)
            one = _court(row, order, str(path), rows.line_num)
            places.append(rows.line_num)
            if isinstance(one, Court):
                courts.append(one)
            else:
                uncoded.append(one)
    by_code: dict[str, list[Court]] = {}
    for court in sorted(courts, key=lambda one: one.valid_from or date.min):
        by_code.setdefault(court.code, []).append(court)
    if fault := _fault(by_code):
        raise errors.BadDefinition(
            fault[1], file=str(path), line=places[fault[0].order], next="Correct the row."
        )
    for one in uncoded:
        if one.parent is not None and one.parent not in by_code:
            raise errors.BadDefinition(
                f"The court above {one.name_zh}, {one.parent}, has no row of its own",
                file=str(path),
                line=places[one.order],
                next="Correct the row.",
            )
    return CourtFile(tuple(courts), tuple(uncoded))


def _court(row: Mapping[str, str | None], order: int, file: str, line: int) -> Court | Uncoded:
    cell = {name: (row.get(name) or "").strip() for name in (*_COLUMNS, *_MORE)}

    def bad(what: str, what_next: str) -> errors.BadDefinition:
        return errors.BadDefinition(what, file=file, line=line, next=what_next)

    def day(name: str) -> date | None:
        try:
            return date.fromisoformat(cell[name]) if cell[name] else None
        except ValueError:
            raise bad(
                f"{cell[name]!r} in {name} is no day", "Write it as 2019-01-31, or leave it empty."
            ) from None

    if fault := _status_fault(cell):
        raise bad(*fault)
    uncoded = cell["status"] in UNCODED
    if not uncoded and not _CODE.fullmatch(cell["code"]):
        raise bad(
            f"{cell['code']!r} is no court code",
            "Write 1 to 24 characters without spaces, brackets or colons.",
        )
    if not cell["name_zh"] or not cell["name_en"]:
        raise bad(f"The court {cell['code']} lacks a name", "Fill name_zh and name_en.")
    for name in ("level", "kind"):
        if (cell[name] or name == "level") and not _WORD.fullmatch(cell[name]):
            raise bad(f"{cell[name]!r} is no {name}", "Write one lower-case English word.")
    if uncoded:
        return Uncoded(
            cell["parent"] or None, cell["name_zh"], cell["name_en"], cell["level"], cell["kind"],
            cell["status"], cell["basis"], order,
        )  # fmt: skip
    zone = cell["zone"] or DEFAULT_ZONE
    try:
        zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise bad(f"{zone!r} is no time zone", f"Write an IANA name such as {DEFAULT_ZONE}.") from None
    return Court(
        cell["code"], cell["parent"] or None, cell["name_zh"], cell["name_en"], cell["level"],
        day("from"), day("until"), cell["status"], zone, order, cell["kind"], cell["basis"],
    )  # fmt: skip


def _status_fault(cell: Mapping[str, str]) -> tuple[str, str] | None:
    """What is wrong with a row's status, and what to write instead: no court comes in without one."""
    said, status = cell["code"] or cell["name_zh"] or "the row", cell["status"]
    if status not in STATUSES:
        what = f"{status!r} is no status" if status else f"The court {said} has no status"
        return what, f"Say how sure its code is: {', '.join(STATUSES)}."
    if status in UNCODED and cell["code"]:
        return f"The court {said} is {status}, and has a code", "Leave the code out, or say what shows it."
    if status not in UNCODED and not cell["code"]:
        return f"The court {said} has no code", "Write it; where nobody knows it, write the status unknown."
    if status in ("confirmed", "derived", "unsourced", "unknown") and not cell["basis"]:
        return f"Nothing shows that {said} is {status}", "Fill basis: a case number, the rule, a document."
    return None


def _changes(rows: Mapping[str, list[Court]]) -> list[date]:
    """The days on which the tree is not what it was the day before."""
    edges = {
        day for each in rows.values() for row in each for day in (row.valid_from, row.valid_until) if day
    }
    return sorted(edges)


def _fault(rows: Mapping[str, list[Court]]) -> tuple[Court, str] | None:
    """The first row that cannot stand, and why: empty or overlapping spans, an unknown parent, a circle."""
    for each in rows.values():
        for row, following in zip(each, [*each[1:], None], strict=True):
            if row.valid_from and row.valid_until and row.valid_until <= row.valid_from:
                return row, f"The span of {row.code} ends before it begins"
            if following and (row.valid_until or date.max) > (following.valid_from or date.min):
                return following, f"Two spans of {row.code} overlap"
            if row.parent is not None and row.parent not in rows:
                return row, f"The court above {row.code}, {row.parent}, has no row of its own"
    return _circle(rows)


def _circle(rows: Mapping[str, list[Court]]) -> tuple[Court, str] | None:
    for day in [date.min, *_changes(rows)]:
        above = {row.code: row for each in rows.values() for row in each if row.in_force(day)}
        cleared: set[str] = set()
        for code in above:
            path: set[str] = set()
            at: str | None = code
            while at is not None and at in above and at not in cleared:
                if at in path:
                    return above[at], f"The court {at} stands above itself on {max(day, date(1900, 1, 1))}"
                path.add(at)
                at = above[at].parent
            cleared |= path
    return None
