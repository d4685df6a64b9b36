"""The shapes of a pack: one frozen dataclass for each kind of definition. Nothing here reads, checks or evaluates."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plumbline.catalog.benchmarks import Benchmark
    from plumbline.catalog.causes import Cause
    from plumbline.catalog.code_maps import CodeMap
    from plumbline.catalog.conversions import Conversion
    from plumbline.catalog.identities import Balance
    from plumbline.catalog.rulebook_tree import Parameter, RuleBook
    from plumbline.catalog.tags import Tag
    from plumbline.catalog.watches import Watch


class Type(enum.Enum):
    """The type of a fact, track, event field or expression."""

    DAY = "day"
    INTEGER = "integer"
    TEXT = "text"
    FLAG = "flag"
    CODES = "codes"


@dataclass(frozen=True, slots=True)
class Text:
    """Words for people, in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule stands: the document, its clause, and whether seed, sourced or our own (project)."""

    document: str
    clause: str
    provenance: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a definition is written: file and line, for messages a jurist can act on."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Fact:
    """One property of a case, taken from its events or derived from other facts.

    `take` is one of first, last, count, sum, max, min, exists, all; `field` is `day` or a field of the event.
    `undone_by` names event types which, when they come later in the order of the case, cancel what was taken before.
    With `role` the events are those of the cases that link to this one by that role; of a role that leads to a key, those
    of the other cases that name the key. With `after` only events from the day of that fact on are read.
    A derived fact has `derive` and neither `events` nor `take`. `all` is allowed for days only (spells of a stock).
    """

    id: str
    type: Type
    title: Text | None
    events: tuple[str, ...] = ()
    take: str = ""
    field: str = ""
    where: str | None = None
    undone_by: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    derive: str | None = None
    role: str | None = None
    after: str | None = None
    place: Place | None = dataclasses.field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Track:
    """An attribution in force from a day: which event types set it, each by which of its fields.

    Reserved ids that a posting carries: court, division, judge, category, cause. `procedure` steers clocks.
    `returns` never: a value that was left is not taken up again, whatever later events say.
    """

    id: str
    type: Type
    events: Mapping[str, str]
    title: Text | None = None
    returns: str = ""
    place: Place | None = dataclasses.field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Extension:
    """Who may extend a limit, and by how much in all (0 and 0: as far as he approves)."""

    by: tuple[str, ...]
    months: int
    days: int
    article: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Grounds on which days do not count, in which cases, for how long at most (0 and 0: as long as it lasts).

    `restarts`: the limit runs anew when it is resumed, or from its last day.
    """

    grounds: tuple[str, ...]
    when: Mapping[str, tuple[str, ...]]
    months: int
    days: int
    restarts: bool
    article: str
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Limit:
    """One row of a dated table of limits: to which cases it applies, how long, by which article, in force when.

    `none`: the law sets no limit for them. `back`: counted back from the start. `holiday_moves`: a limit on a day off
    ends on the next working day. `extensions` None: any extension counts as approved; empty: nobody may extend it.
    """

    when: Mapping[str, tuple[str, ...]]
    months: int
    days: int
    article: str
    valid_from: date | None
    valid_until: date | None
    where: str | None = None
    none: bool = False
    back: bool = False
    holiday_moves: bool = False
    extensions: tuple[Extension, ...] | None = None


@dataclass(frozen=True, slots=True)
class LimitTable:
    """A dated table of statutory limits; the first row that fits the case on its starting day holds.

    `pauses` None: every ground pauses.
    """

    id: str
    rows: tuple[Limit, ...]
    source: Source | None
    pauses: tuple[Pause, ...] | None = None
    place: Place | None = dataclasses.field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Restart:
    """A day from which a clock runs anew, for the cases of a clause, by which article."""

    on: str
    where: str | None
    article: str


@dataclass(frozen=True, slots=True)
class Clock:
    """A limit that starts, is extended, pauses and stops. It gives the facts of `clocks.SUFFIXES`, `<id>_limit_day` and so on.

    `stops` are facts (days), the first known of them in the order given stops it. `limits` names a table, or `due` a
    fact that holds the last day. `ends` are days on which it is over without being met. `times`: it runs so many
    times, one run after the other.
    """

    id: str
    title: Text | None
    starts: str
    stops: tuple[str, ...]
    limits: str
    due: str | None = None
    restarts: tuple[Restart, ...] = ()
    ends: tuple[str, ...] = ()
    times: int = 1
    place: Place | None = dataclasses.field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Measure:
    """A named count, sum or stock over cases, or an observed figure.

    kind flow: on the days of the facts in `starts`. kind stock: in the stock from a day of `starts` until a day of `until`.
    kind each: every event of `events`, with `role` the events of the cases that link to this one by that role.
    kind observed: `observed` is level (holds until the next report) or flow (belongs to its span).
    kind moves: of the stock named in `moves`, whose days, clause and amount stand here too, what goes one way (`movement`).
    """

    id: str
    kind: str
    lever: str
    unit: str
    title: Text | None
    starts: tuple[str, ...] = ()
    until: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    role: str | None = None
    where: str | None = None
    sum: str | None = None
    observed: str | None = None
    moves: str = ""
    movement: str = ""
    source: Source | None = None
    place: Place | None = dataclasses.field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Indicator:
    """A formula over measures with the six elements: nature, direction, formula, meaning, source, target (in `targets`).

    `number` is its place in a table as issued. One that `waits_for` something has no value until that is there.
    """

    id: str
    title: Text
    formula: str
    unit: str
    direction: str
    nature: str
    origin: str
    domain: str
    meaning: Text
    source: Source
    minimum: int = 0
    dimension: Text | None = None
    key_points: tuple[Text, ...] = ()
    department: Text | None = None
    in_force_from: date | None = None
    in_force_until: date | None = None
    number: int | None = None
    formula_source: Source | None = None
    waits_for: Text | None = None
    place: Place | None = dataclasses.field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Stage:
    """The years, first and last counted, of which a target is a step."""

    first: int
    last: int
    title: Text


@dataclass(frozen=True, slots=True)
class Target:
    """What a court is to reach: an indicator or measure, for courts and a period, as a structure (never an expression).

    `base` (基数) and `headroom` (预留空间) are as written, in the figure's unit; None where left out.
    """

    of: str
    courts: tuple[str, ...]
    scope: str
    period: str
    rule: Mapping[str, Any]
    source: Source | None
    place: Place | None = dataclasses.field(default=None, compare=False)
    base: str | int | None = None
    headroom: str | int | None = None
    stage: Stage | None = None
    department: Text | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A link role: from which cases it is expected (a condition over the number's facts), and what it means."""

    id: str
    title: Text
    expected_of: str | None
    place: Place | None = dataclasses.field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Pack:
    """A versioned set of definitions, whole: its own definitions by id, and the packs it builds on, in order."""

    id: str
    version: str
    title: Text
    issuer: str
    in_force_from: date
    source: Source | None
    ranking: str
    uses: tuple[Pack, ...]
    facts: Mapping[str, Fact]
    tracks: Mapping[str, Track]
    limits: Mapping[str, LimitTable]
    clocks: Mapping[str, Clock]
    measures: Mapping[str, Measure]
    indicators: Mapping[str, Indicator]
    targets: tuple[Target, ...]
    roles: Mapping[str, Role]
    document: Mapping[str, Any]
    hash: str
    parameters: Mapping[str, Parameter] = dataclasses.field(default_factory=dict)
    rule_books: Mapping[str, RuleBook] = dataclasses.field(default_factory=dict)
    benchmarks: tuple[Benchmark, ...] = ()
    conversions: Mapping[str, Conversion] = dataclasses.field(default_factory=dict)
    causes: Mapping[str, Cause] = dataclasses.field(default_factory=dict)
    tags: Mapping[str, Tag] = dataclasses.field(default_factory=dict)
    watches: Mapping[str, Watch] = dataclasses.field(default_factory=dict)
    code_maps: Mapping[str, CodeMap] = dataclasses.field(default_factory=dict)
    balances: Mapping[str, Balance] = dataclasses.field(default_factory=dict)
