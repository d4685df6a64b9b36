"""Watches (预警规则): what is watched for departures from the line, by which method, held and released how."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from plumbline.catalog import documents, faults, formula_tree, formulas, meanings, scopes
from plumbline.catalog.definitions import Fact, Indicator, Measure, Pack, Place, Source, Text
from plumbline.catalog.watch_keys import TOLD
from plumbline.catalog.watch_kinds import KINDS, WEEK, Kind

if TYPE_CHECKING:
    from plumbline.catalog.documents import Entry

HOLD, RELEASE, WINDOW, ESCALATE = 2, 2, 3, 14
"""Shipped: looks beyond, of the last WINDOW, before it opens; looks inside before it is resolved; days unheeded."""
FILINGS, CLOSINGS = "case.filed", "case.closed"
_NUMBER = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)( ?%)?")
_COURT = re.compile(r"[^\s*]{1,24}\*?|\*")


@dataclass(frozen=True, slots=True)
class Watch:
    """A watch as a pack states it; `settings` hold what it says itself, `setting` gives the shipped ones too."""

    id: str
    title: Text
    kind: str
    of: tuple[str, ...]
    courts: tuple[str, ...]
    level: str
    scope: str
    every: str
    side: str
    settings: Mapping[str, Fraction]
    hold: int
    release: int
    severity: str
    tell: tuple[str, ...]
    escalate: int
    source: Source
    grain: str = ""
    place: Place | None = dataclasses.field(default=None, compare=False)

    @property
    def weekly(self) -> bool:
        """Whether it judges weeks, not months."""
        return self.grain == WEEK

    def setting(self, name: str) -> Fraction:
        """A number of its method."""
        return self.settings.get(name, KINDS[self.kind].settings[name].shipped)

    def watches(self, court: str, level: str) -> bool:
        """Whether a court of a level is among those it watches."""
        if self.level and self.level != level:
            return False
        return any(
            court.startswith(pattern[:-1]) if pattern.endswith("*") else court == pattern
            for pattern in self.courts
        )


def read(entry: Entry) -> Watch | None:
    """One watch, or None where it cannot be read."""
    title, source, kind = entry.title("title"), entry.source(), KINDS.get(entry.text("kind"))
    name = entry.id()
    if title is None or source is None or kind is None or not name:
        return None
    grain = (entry.text("grain") or kind.grains[0]) if kind.grains else ""
    watch = Watch(
        id=name,
        title=title,
        kind=kind.id,
        of=entry.names("of"),
        courts=_courts(entry),
        level=entry.text("level"),
        scope=entry.text("scope") or "own",
        every=entry.text("every") or _rhythms(kind, grain)[0],
        side=entry.text("side") or kind.sides[0],
        settings=_settings(entry),
        hold=entry.integer("hold") if "hold" in entry else HOLD,
        release=entry.integer("release") if "release" in entry else RELEASE,
        severity=entry.text("severity") or "red",
        tell=entry.names("tell") or ("court",),
        escalate=entry.integer("escalate") if "escalate" in entry else ESCALATE,
        source=source,
        grain=grain,
        place=entry.place,
    )
    _fits(entry, watch)
    return watch


def _rhythms(kind: Kind, grain: str) -> tuple[str, ...]:
    """How often a kind may look: at weeks once a week."""
    return (WEEK,) if grain == WEEK else kind.every


def _courts(entry: Entry) -> tuple[str, ...]:
    given = entry.names("courts") if "courts" in entry else ("*",)
    for pattern in given:
        if _COURT.fullmatch(pattern) is None:
            entry.note("courts", f"`{pattern}` is no court code", "write 吉24, 吉24* or *")
    return given


def _settings(entry: Entry) -> Mapping[str, Fraction]:
    given = entry.written.get("settings")
    if given is None:
        return {}
    known = KINDS[entry.text("kind")].settings
    if not isinstance(given, Mapping):
        entry.note("settings", "`settings` are numbers by name", f"write {{{next(iter(known))}: …}}")
        return {}
    found: dict[str, Fraction] = {}
    for name, value in given.items():
        setting, number = known.get(str(name)), _number(value)
        if setting is None:
            entry.note(
                "settings", f"{entry.said()} has no setting `{name}`", faults.nearest(str(name), known)
            )
        elif number is None or not setting.low <= number <= setting.high:
            entry.note(
                "settings",
                f"`{name}: {value}` of {entry.said()} is out of bounds",
                f"write a number from {_shown(setting.low)} to {_shown(setting.high)}",
            )
        else:
            found[str(name)] = number
    return found


def _number(value: Any) -> Fraction | None:
    text = "" if isinstance(value, bool) else str(value).strip()
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    return Fraction(match[1]) / (100 if match[2] else 1)


def _shown(number: Fraction) -> str:
    return str(number.numerator) if number.denominator == 1 else f"{float(number):g}"


def _fits(entry: Entry, watch: Watch) -> None:
    """Note what does not go with its kind."""
    kind = KINDS[watch.kind]
    if (kind.of == "nothing") != (not watch.of):
        entry.note(
            "of",
            f"{entry.said()} of kind {watch.kind} watches {kind.of}",
            "leave `of` out" if kind.of == "nothing" else f"name its {kind.of} in `of`",
        )
    if "grain" in entry and not kind.grains:
        entry.note(
            "grain",
            f"{entry.said()} of kind {watch.kind} has no `grain`",
            "leave it out: only history takes one",
        )
        return
    named = f"kind {watch.kind}{' by weeks' if watch.weekly else ''}"
    rhythms = _rhythms(kind, watch.grain)
    for key, value, allowed in (("every", watch.every, rhythms), ("side", watch.side, kind.sides)):
        if value and value not in allowed:
            entry.note(key, f"`{key}: {value}` does not go with {named}", f"write {' or '.join(allowed)}")
    if not 1 <= watch.hold <= WINDOW or not 1 <= watch.release <= 60:
        entry.note(
            "hold", f"{entry.said()} could never open or close", f"hold 1 to {WINDOW}, release 1 to 60"
        )
    for word in watch.tell:
        if word not in TOLD:
            entry.note("tell", f"`{word}` is nobody to be told", faults.nearest(word, TOLD))


def check(pack: Pack, packs: Iterable[Pack], found: faults.Faults) -> None:
    """Note every watch of what is not there, and every forecast of what nobody may steer."""
    every = list(packs)
    figures: dict[str, Indicator | Measure] = {}
    for each in every:
        figures |= {**each.measures, **each.indicators}
    known: Mapping[str, Mapping[str, Any]] = {
        "figures": figures,
        "flows": {name: one for name, one in figures.items() if is_flow(pack, one)},
        "clocks": {name: one for each in every for name, one in each.clocks.items()},
        "balances": {name: one for each in every for name, one in getattr(each, "balances", {}).items()},
        "nothing": {},
    }
    below = {name: one.id for one in every if one is not pack for name in one.watches}
    for watch in pack.watches.values():
        said, kind = f"watches `{watch.id}`", KINDS[watch.kind]
        if watch.id in below:
            found.add(
                watch.place, f"{said} is already a watch of pack {below[watch.id]}", "choose another id"
            )
        for name in watch.of if kind.of != "nothing" else ():
            if name not in known[kind.of]:
                found.add(
                    watch.place,
                    f"{said}: there is no `{name}` among the {kind.of}",
                    faults.nearest(name, known[kind.of]),
                )
            elif kind.forecast and of_filings(pack, figures[name]):
                found.add(
                    watch.place,
                    f"{said}: `{name}` counts filings, which nobody may steer",
                    "watch it against its history; no forecast is told of filings",
                )
            elif watch.weekly and not counts_by_day(figures[name]):
                found.add(
                    watch.place,
                    f"{said}: `{name}` is no count of what happens, and only such counts are judged by weeks",
                    "name measures that count cases or events (a flow or each, without a sum), or leave `grain` out",
                )


def counts_by_day(figure: Indicator | Measure) -> bool:
    """Whether a figure is a measure that counts cases or events, each on its day: a share, a mean, a level, an amount and
    what is reported for a month are none.
    """
    return not isinstance(figure, Indicator) and figure.kind in ("flow", "each") and figure.sum is None


def of_filings(pack: Pack, figure: Indicator | Measure) -> bool:
    """Whether what a figure counts (a ratio: its numerator) is nothing but filings."""
    facts = {name: one for each in scopes.chain(pack) for name, one in each.facts.items()}
    counted = _counted(pack, figure)
    return bool(counted) and all(_is_filing(measure, facts) for measure in counted)


def _is_filing(measure: Measure, facts: Mapping[str, Fact]) -> bool:
    """Whether a measure counts on the day of a filing, whatever may set the filing aside later."""
    if measure.kind == "stock" or measure.lever != "outcome":
        return False
    events = {*measure.events, *(event for day in measure.starts for event in _events(day, facts))}
    return FILINGS in events and CLOSINGS not in events


def _events(name: str, facts: Mapping[str, Fact]) -> set[str]:
    """The event types a fact is taken from, through every derived one."""
    fact = facts.get(name)
    if fact is None:
        return set()
    return {*fact.events, *(event for inner in scopes.rests_on(fact) for event in _events(inner, facts))}


def is_flow(pack: Pack, figure: Indicator | Measure) -> bool:
    """Whether a figure counts what happens in a period: no level, and nothing below a line."""
    if not isinstance(figure, Indicator):
        return figure.kind != "stock"
    measures = {name: one for each in scopes.chain(pack) for name, one in each.measures.items()}
    try:
        root = formulas.read_formula(figure.formula, measures).root
    except faults.Unreadable:
        return False
    counted, below = formula_tree.sides(root)
    return not below and all(measures[name].kind != "stock" for name in counted)


def outcome(pack: Pack, figure: Indicator | Measure) -> bool:
    """Whether what a figure counts are decisions (lever outcome): then nothing is said of how to reach a line."""
    return any(measure.lever == "outcome" for measure in _counted(pack, figure))


def _counted(pack: Pack, figure: Indicator | Measure) -> list[Measure]:
    """A measure itself; of an indicator the measures of its numerator, none where it cannot be read."""
    if not isinstance(figure, Indicator):
        return [figure]
    measures = {name: one for each in scopes.chain(pack) for name, one in each.measures.items()}
    try:
        formula = formulas.read_formula(figure.formula, measures)
    except faults.Unreadable:
        return []
    return [measures[name] for name in sorted(formula_tree.sides(formula.root)[0])]


def content_hash(pack: Pack, watch: Watch) -> str:
    """The hash of a watch and of the figures it rests on: another hash must be replayed and armed anew."""
    hashes = meanings.definition_hashes(pack)
    said = [
        watch.kind, watch.of, watch.courts, watch.level, watch.scope, watch.every, watch.side,
        sorted((name, str(watch.setting(name))) for name in KINDS[watch.kind].settings),
        watch.hold, watch.release, watch.severity, watch.escalate,
        [hashes.get(name, name) for name in watch.of],
        *([watch.grain] if watch.weekly else []),
    ]  # fmt: skip
    return documents.digest(said)


def in_force(pack: Pack, today: date) -> bool:
    """Whether a pack's watches are looked with on a day."""
    return pack.in_force_from <= today
