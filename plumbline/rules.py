"""The rules of one generation: every pack in the books, compiled to closures and bound to its accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from plumbline.catalog import checking, expressions, meanings, scopes
from plumbline.catalog.definitions import Clock, Fact, LimitTable, Measure, Pack, Track, Type
from plumbline.clocks import ClockRule
from plumbline.workdays import Workdays

NUMBER_FACTS = scopes.NUMBER_FACTS
ATTRIBUTION = ("court", "category", "division", "judge", "cause")
PLAIN = ("flow", "each")
_NOTHING = {"count": 0, "exists": False}
GRAINS = ("day", "month", "quarter", "year", "other")


@dataclass(frozen=True, slots=True)
class Need:
    """An account the rules post to: the measure's qualified id, the hash of its meaning, the kind of account."""

    measure: str
    hash: str
    kind: str


@dataclass(frozen=True, slots=True)
class MeasureRule:
    """A measure bound to its account, with its clause and amount compiled against its pack's names."""

    id: str
    measure: Measure
    hash: str
    account: int
    trigger: int | None
    posts_trigger: bool
    unattributed: int | None
    grains: Mapping[str, int]
    where: expressions.Expression | None
    amount: expressions.Expression | None


@dataclass(frozen=True, slots=True)
class FactRule:
    """A fact with the key of its meaning (one value for all packs that share it) and its compiled clause or derivation."""

    id: str
    key: int
    fact: Fact
    where: expressions.Expression | None
    derive: expressions.Expression | None
    rests_on_clock: bool


@dataclass(frozen=True, slots=True)
class PackRules:
    """What one pack version computes for a case: its own names, over those of the packs it builds on, then measures.

    Facts are `taken` from the case's events, by type, or `asked` of the cases near it; some rest on other facts
    (`derived`), and of these some only after the clocks (`late`). `nothing` is what counts and flags say where nothing happened.
    """

    pack: Pack
    taken: Mapping[str, tuple[FactRule, ...]]
    asked: tuple[FactRule, ...]
    derived: tuple[FactRule, ...]
    late: tuple[FactRule, ...]
    nothing: Mapping[str, object]
    clocks: tuple[ClockRule, ...]
    tracks: tuple[Track, ...]
    measures: tuple[MeasureRule, ...]
    expected: Mapping[str, expressions.Expression]


@dataclass(frozen=True, slots=True)
class Rules:
    """The compiled catalogue of a generation, with its calendar. `ranks` orders events; `roles` are those anything reads."""

    generation: int
    packs: tuple[PackRules, ...]
    ranks: Mapping[str, int]
    roles: frozenset[str]
    day_fields: Mapping[str, tuple[str, ...]]
    workdays: Workdays

    def measures(self) -> Iterator[MeasureRule]:
        """Every measure rule once."""
        for rules in self.packs:
            yield from rules.measures


def reports_of(kind: str) -> str:
    """The account that counts the reports of an observed figure: a figure of 0 is reported, a retracted one is not."""
    return f"{kind}_reports"


def needs(packs: Sequence[Pack]) -> list[Need]:
    """Every account these packs post to, in a stable order: what publishing must open."""
    found: dict[tuple[str, str], Need] = {}
    for pack in _all(packs):
        for need in _needs(pack):
            found.setdefault((need.hash, need.kind), need)
    plain = {digest for digest, kind in found if kind in PLAIN}
    return [need for need in found.values() if need.kind != "trigger" or need.hash not in plain]


def _all(packs: Sequence[Pack]) -> list[Pack]:
    found: dict[str, Pack] = {}
    for pack in packs:
        for one in scopes.chain(pack):
            found.setdefault(one.hash, one)
    return list(found.values())


def _needs(pack: Pack) -> Iterator[Need]:
    hashes = meanings.definition_hashes(pack)
    for measure in pack.measures.values():
        name, digest = f"{pack.id}.{measure.id}", hashes[measure.id]
        if measure.kind == "observed":
            kinds = GRAINS if measure.observed == "flow" else ("level",)
            yield from (Need(name, digest, twin) for kind in kinds for twin in (kind, reports_of(kind)))
            continue
        yield Need(name, digest, measure.kind)
        if measure.role is not None:
            yield Need(name, digest, "unattributed")
        if measure.where is not None and measure.kind != "moves":
            yield Need(
                f"{pack.id}.{meanings.trigger_of(measure).id}",
                meanings.trigger_hash(pack, measure),
                "trigger",
            )


def compile_rules(
    generation: int,
    packs: Sequence[Pack],
    accounts: Mapping[tuple[str, str], int],
    workdays: Workdays | None = None,
) -> Rules:
    """Compile packs to closures. `accounts` maps (hash, kind) to the account's number; a missing one is a KeyError."""
    every = _all(packs)
    compiler = _Compiler(accounts)
    for pack in every:
        hashes = meanings.definition_hashes(pack)
        plain = [measure for measure in pack.measures.values() if measure.kind in PLAIN]
        compiler.plain |= {accounts[hashes[measure.id], measure.kind] for measure in plain}
    compiled = tuple(compiler.pack(pack) for pack in every)
    roles = frozenset(
        r.measure.role for rules in compiled for r in rules.measures if r.measure.role is not None
    ) | frozenset(
        r.fact.role
        for rules in compiled
        for r in (*rules.asked, *rules.derived, *rules.late)
        if r.fact.role is not None
    )
    kinds = {name: kind for pack in every for name, kind in scopes.words_of(pack).types.items()}
    ranks = {name: kind.rank for name, kind in kinds.items()}
    days = {
        name: tuple(one.name for one in kind.fields.values() if one.type == "day")
        for name, kind in kinds.items()
    }
    return Rules(generation, compiled, ranks, roles, days, workdays or Workdays())


class _Compiler:
    def __init__(self, accounts: Mapping[tuple[str, str], int]) -> None:
        self.accounts = accounts
        self.keys: dict[object, int] = {}
        self.posted: set[int] = set()
        self.plain: set[int] = set()

    def pack(self, pack: Pack) -> PackRules:
        packs = scopes.chain(pack)
        names = checking.names_of(pack)
        order = checking.facts_in_order(pack)
        late = _resting_on_clocks(order, [clock for one in packs for clock in one.clocks])
        facts = tuple(
            self._fact(pack, fact, names, fact.id in late) for fact in order if fact.id in pack.facts
        )
        limits = {table.id: table for one in packs for table in one.limits.values()}
        clocks = tuple(self._clock(pack, clock, limits, names) for clock in pack.clocks.values())
        tracks = tuple(pack.tracks.values())
        roles = {role.id: role for one in packs for role in one.roles.values()}
        expected = {
            role.id: expressions.read_expression(role.expected_of, NUMBER_FACTS, expected=Type.FLAG)
            for role in roles.values()
            if role.expected_of is not None
        }
        hashes = meanings.definition_hashes(pack)
        measures = tuple(
            rule
            for measure in pack.measures.values()
            if (rule := self._measure(pack, measure, hashes[measure.id])) is not None
        )
        taken: dict[str, tuple[FactRule, ...]] = {}
        for one in facts:
            for event in one.fact.events if one.fact.role is None and one.fact.after is None else ():
                taken[event] = (*taken.get(event, ()), one)
        nothing = {one.id: _NOTHING[one.fact.take] for one in facts if one.fact.take in _NOTHING}
        nothing |= {f"{rule.clock.id}_days_paused": 0 for rule in clocks}
        return PackRules(
            pack,
            taken,
            tuple(rule for rule in facts if rule.fact.role is not None and rule.fact.after is None),
            tuple(rule for rule in facts if scopes.rests_on(rule.fact) and not rule.rests_on_clock),
            tuple(rule for rule in facts if rule.rests_on_clock),
            nothing,
            clocks,
            tracks,
            measures,
            expected,
        )

    def _fact(self, pack: Pack, fact: Fact, names: Mapping[str, Type], late: bool) -> FactRule:
        shared: object = (pack.hash, fact.id) if scopes.rests_on(fact) else fact
        key = self.keys.setdefault(shared, len(self.keys))
        where = None
        if fact.where is not None:
            names = checking.event_names(scopes.words_of(pack), fact.events, {})
            where = expressions.read_expression(fact.where, names, expected=Type.FLAG)
        derive = None if fact.derive is None else expressions.read_expression(fact.derive, names)
        return FactRule(fact.id, key, fact, where, derive, late)

    def _clock(
        self, owner: Pack, clock: Clock, limits: Mapping[str, LimitTable], names: Mapping[str, Type]
    ) -> ClockRule:
        known = {fact.id: fact for one in scopes.chain(owner) for fact in one.facts.values()}
        start = known.get(clock.starts)
        table = limits.get(clock.limits)
        return ClockRule(
            clock,
            tuple((row, _read(row.where, names, Type.FLAG)) for row in (table.rows if table else ())),
            table.pauses if table else None,
            tuple((one.on, _read(one.where, names, Type.FLAG), one.article) for one in clock.restarts),
            repeats=start is not None and start.take == "all",
            key=self.keys.setdefault((owner.hash, clock.id), len(self.keys)),
        )

    def _measure(self, pack: Pack, measure: Measure, digest: str) -> MeasureRule | None:
        first = (
            GRAINS[0]
            if measure.observed == "flow"
            else "level"
            if measure.kind == "observed"
            else measure.kind
        )
        account = self.accounts[digest, first]
        if account in self.posted:
            return None
        self.posted.add(account)
        names = checking.measure_names(pack, measure, scopes.words_of(pack))
        trigger, posts_trigger = self._trigger(pack, measure)
        kinds = () if measure.kind != "observed" else GRAINS if measure.observed == "flow" else ("level",)
        grains = {twin: self.accounts[digest, twin] for kind in kinds for twin in (kind, reports_of(kind))}
        return MeasureRule(
            id=f"{pack.id}.{measure.id}",
            measure=measure,
            hash=digest,
            account=account,
            trigger=trigger,
            posts_trigger=posts_trigger,
            unattributed=self.accounts[digest, "unattributed"] if measure.role is not None else None,
            grains=grains,
            where=_read(measure.where, names, Type.FLAG),
            amount=_read(measure.sum, names, Type.INTEGER),
        )

    def _trigger(self, pack: Pack, measure: Measure) -> tuple[int | None, bool]:
        """The account of the measure's trigger, and whether this measure is the one that posts it."""
        if measure.where is None or measure.kind == "moves":
            return None, False
        digest = meanings.trigger_hash(pack, measure)
        kinds = ("flow", "each", "trigger")
        found = next(self.accounts[digest, kind] for kind in kinds if (digest, kind) in self.accounts)
        if found in self.posted or found in self.plain:
            return found, False
        self.posted.add(found)
        return found, True


def _resting_on_clocks(facts: Sequence[Fact], clocks: Sequence[str]) -> set[str]:
    """The facts that rest on a clock, themselves or through another; `facts` in the order they rest on each other."""
    ours = {f"{clock}_{suffix}" for clock in clocks for suffix in scopes.CLOCK_FACTS}
    for fact in facts:
        if scopes.rests_on(fact) & ours:
            ours.add(fact.id)
    return ours


def _read(text: str | None, names: Mapping[str, Type], kind: Type) -> expressions.Expression | None:
    return None if text is None else expressions.read_expression(text, names, expected=kind)
