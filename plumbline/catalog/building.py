"""From the parts of a document to the definitions of a pack. Faults of shape are noted; meaning is checked
elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from plumbline import vocabulary
from plumbline.catalog import (
    benchmarks,
    causes,
    code_maps,
    conversions,
    documents,
    expressions,
    faults,
    identities,
    keys,
    limit_reader,
    map_clauses,
    moves,
    rulebook_reader,
    scopes,
    tags,
    targets,
    watches,
)
from plumbline.catalog.causes import Cause
from plumbline.catalog.code_maps import CodeMap
from plumbline.catalog.conversions import Conversion
from plumbline.catalog.definitions import (
    Clock,
    Fact,
    Indicator,
    LimitTable,
    Measure,
    Pack,
    Role,
    Target,
    Text,
    Track,
    Type,
)
from plumbline.catalog.documents import Entry
from plumbline.catalog.identities import Balance
from plumbline.catalog.rulebook_tree import Parameter, RuleBook
from plumbline.catalog.tags import Tag
from plumbline.catalog.watches import Watch

_NO_TITLE = Text("", "")
Made = TypeVar(
    "Made",
    Fact, Track, LimitTable, Clock, Measure, Indicator, Role, Parameter, RuleBook, Conversion, Cause, Tag, CodeMap,
    Balance, Watch,
)  # fmt: skip


class Builder:
    """Builds the definitions of one document over the packs it uses and a vocabulary."""

    def __init__(
        self,
        document: Mapping[str, Any],
        uses: Sequence[Pack],
        words: vocabulary.Vocabulary,
        found: faults.Faults,
    ) -> None:
        self.document = document
        self.uses = uses
        self.words = words
        self.faults = found
        below = [pack for used in uses for pack in scopes.chain(used)]
        self._maps = {name: one for pack in below for name, one in pack.code_maps.items()}

    def pack(self) -> Pack | None:
        """The pack, or None where its head cannot be read."""
        head = Entry("pack", _head(self.document), self.faults, documents.place_of(self.document))
        title, begins = head.title("title"), head.day("in_force_from")
        clocks = self._by_id("clocks", limit_reader.clock)
        maps = self._by_id("code_maps", code_maps.read)
        self._maps |= maps
        facts = self._types(self._by_id("facts", self._fact), clocks)
        document = documents.plain(self.document)
        _ranked(head)
        name, version, issuer = head.id(), head.text("version"), head.text("issuer")
        pack = Pack(
            id=name,
            version=version,
            title=title or _NO_TITLE,
            issuer=issuer,
            in_force_from=begins or date.min,
            source=head.source(),
            ranking=head.text("ranking") or "forbidden",
            uses=tuple(self.uses),
            document=document,
            hash=documents.digest(document),
            facts=facts,
            tracks=self._by_id("tracks", _track),
            limits=self._by_id("limits", limit_reader.table),
            clocks=clocks,
            measures=moves.resolved(
                self._by_id("measures", lambda entry: _measure(entry, self._where(entry))),
                [one for used in self.uses for one in scopes.chain(used)],
                self.faults,
            ),
            indicators=self._by_id("indicators", _indicator),
            targets=tuple(
                target for entry in self._entries("targets") if (target := _target(entry)) is not None
            ),
            roles=self._by_id("roles", _role),
            parameters=self._by_id("parameters", rulebook_reader.parameter),
            rule_books=self._by_id("rule_books", rulebook_reader.rule_book),
            benchmarks=tuple(
                one for entry in self._entries("benchmarks") if (one := benchmarks.read(entry)) is not None
            ),
            conversions=self._by_id("conversions", conversions.read),
            causes=self._by_id("causes", causes.read),
            tags=self._by_id("tags", tags.read),
            watches=self._by_id("watches", watches.read),
            code_maps=maps,
            balances=self._by_id("balances", identities.read),
        )
        return pack if title and begins and name and version and issuer else None

    def _entries(self, section: str) -> list[Entry]:
        listed = self.document.get(section, [])
        if not isinstance(listed, list):
            place = documents.place_of(self.document, section)
            self.faults.add(place, f"`{section}` is not a list", "write each definition as `- {id: …, …}`")
            return []
        return [Entry(section, each, self.faults, documents.place_of(self.document)) for each in listed]

    def _by_id(self, section: str, make: Callable[[Entry], Made | None]) -> dict[str, Made]:
        found: dict[str, Made] = {}
        for entry in self._entries(section):
            made = make(entry)
            if made is None or not made.id:
                continue
            if made.id in found:
                entry.note("id", f"{entry.said()} is defined twice", "give one of them another id")
            found[made.id] = made
        return found

    def _fact(self, entry: Entry) -> Fact | None:
        derived = "derive" in entry
        if derived == ("from" in entry) or derived == ("take" in entry):
            entry.note(
                None,
                f"{entry.said()} needs either `from` and `take`, or `derive`",
                "write one of the two ways",
            )
            return None
        if derived and any(key in entry for key in ("where", "undone_by", "on", "after")):
            entry.note(
                None,
                f"{entry.said()} is derived, so it takes no event",
                "leave where, on, after, undone_by out",
            )
        take, field = entry.take("take")
        events = entry.names("from")
        return Fact(
            id=entry.id(),
            type=self._taken(events, take, field),
            title=entry.title("title"),
            events=events,
            take=take,
            field=field,
            where=self._where(entry),
            undone_by=entry.names("undone_by"),
            values=entry.names("values"),
            derive=entry.text("derive") or None,
            role=entry.text("on") or None,
            after=entry.text("after") or None,
            place=entry.place,
        )

    def _where(self, entry: Entry) -> str | None:
        """The clause, with the code maps it names written out."""
        text = entry.text("where")
        try:
            return map_clauses.written_out(text, self._maps) or None
        except faults.Unreadable as bad:
            entry.note("where", f"{entry.said()}: {bad.what}", bad.instead)
            return None

    def _taken(self, events: Sequence[str], take: str, field: str) -> Type:
        """The type a fact has by what it takes; whether the field exists is checked elsewhere."""
        if take in ("count", "sum"):
            return Type.INTEGER
        if take == "exists":
            return Type.FLAG
        if field == "day":
            return Type.DAY
        for event in events:
            fields = scopes.fields_of(self.words, event)
            if field in fields:
                return scopes.field_type(fields[field]) or Type.TEXT
        return Type.TEXT

    def _types(self, facts: dict[str, Fact], clocks: Mapping[str, Clock]) -> dict[str, Fact]:
        """The facts with the types of the derived ones, in the order in which they rest on each other."""
        below = [pack for used in self.uses for pack in scopes.chain(used)]
        known = {fact.id: fact for pack in below for fact in pack.facts.values()}
        known.update({name: fact for name, fact in facts.items() if fact.derive is None})
        every = [*clocks.values(), *(clock for pack in below for clock in pack.clocks.values())]
        waiting = [fact for fact in facts.values() if fact.derive is not None or fact.after is not None]
        while waiting:
            left = {other.id for other in waiting}
            ready = [
                fact
                for fact in waiting
                if fact.after not in left and (fact.derive is None or not _names_any(fact.derive, left))
            ]
            if not ready:
                for fact in waiting:
                    self.faults.add(
                        fact.place,
                        f"facts {', '.join(f'`{each.id}`' for each in waiting)} are derived from one another",
                        "derive one of them from events",
                    )
                break
            scope = scopes.fact_scope(known.values(), every, self.words)
            for fact in (one for one in ready if one.derive is not None):
                known[fact.id] = facts[fact.id] = self._derived(fact, scope)
            waiting = [fact for fact in waiting if fact not in ready]
        return facts

    def _derived(self, fact: Fact, scope: scopes.Scope) -> Fact:
        kind = Type.TEXT
        try:
            kind = expressions.read_expression(fact.derive or "", scope.types).type
        except faults.Unreadable as bad:
            self.faults.add(fact.place, f"facts `{fact.id}`: {bad.what}", bad.instead)
        return Fact(fact.id, kind, fact.title, values=fact.values, derive=fact.derive, place=fact.place)


def _ranked(head: Entry) -> None:
    """Note a ranking that nobody's document allows."""
    if head.text("ranking") == "allowed" and "source" not in head:
        head.note("ranking", "`ranking: allowed` has no source", "name the document and clause that allow it")


def _head(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The head of a pack, without its lists."""
    head = documents.Written(getattr(document, "file", "document"), getattr(document, "line", 0))
    head.lines = getattr(document, "lines", {})
    own = ("events", "used", *keys.SECTIONS)
    head.update({key: value for key, value in document.items() if key not in own})
    return head


def _names_any(text: str, names: set[str]) -> bool:
    try:
        return bool(expressions.names_in(text) & names)
    except faults.Unreadable:
        return False


def _track(entry: Entry) -> Track:
    return Track(
        entry.id(),
        Type.TEXT,
        entry.fields("from"),
        entry.title("title"),
        returns=entry.text("returns"),
        place=entry.place,
    )


def _measure(entry: Entry, where: str | None) -> Measure | None:
    kinds = [kind for kind in ("flow", "stock", "each", "observed", "moves") if kind in entry]
    moves.check_shape(entry)
    if len(kinds) != 1:
        entry.note(
            None,
            f"{entry.said()} needs one of flow, stock, each, observed, moves",
            "write exactly one of them",
        )
        return None
    kind = kinds[0]
    if "on" in entry and kind != "each":
        entry.note(
            "on", f"`on` of {entry.said()} belongs to `each`", "count events with `each`, or leave `on` out"
        )
    if kind == "observed":
        return _observed(entry)
    if "sum" in entry and "unit" not in entry:
        entry.note(
            "sum", f"{entry.said()} adds up something and does not say what", "write `unit: days`, fen, …"
        )
    stock = entry.inner("stock", "stock") if kind == "stock" else None
    return Measure(
        id=entry.id(),
        kind=kind,
        lever=entry.text("lever"),
        unit=entry.text("unit") or ("events" if kind == "each" else "cases"),
        title=entry.title("title"),
        starts=stock.names("from") if stock else entry.names("flow") if kind == "flow" else (),
        until=stock.names("until") if stock else (),
        events=entry.names("each"),
        role=entry.text("on") or None,
        where=where,
        sum=entry.text("sum") or None,
        moves=entry.text("moves"),
        movement=entry.text("way"),
        source=entry.source(),
        place=entry.place,
    )


def _observed(entry: Entry) -> Measure:
    for key in ("where", "sum", "unit"):
        if key in entry:
            entry.note(
                key, f"`{key}` of {entry.said()} cannot be applied to a reported figure", "leave it out"
            )
    inner = entry.inner("observed", "observed")
    return Measure(
        id=entry.id(),
        kind="observed",
        lever=entry.text("lever"),
        unit=inner.text("unit"),
        title=entry.title("title"),
        observed=inner.text("as"),
        source=entry.source(),
        place=entry.place,
    )


def _indicator(entry: Entry) -> Indicator | None:
    if "formula" not in entry and "waits_for" not in entry:
        entry.note(
            None,
            f"{entry.said()} has no formula and waits for none",
            "write `formula:`, or `waits_for:` what is not there yet",
        )
    title, meaning, source = entry.title("title"), entry.title("meaning"), entry.source()
    if title is None or meaning is None or source is None:
        return None
    return Indicator(
        id=entry.id(),
        title=title,
        formula=entry.text("formula"),
        unit=entry.text("unit"),
        direction=entry.text("direction"),
        nature=entry.text("nature"),
        origin=entry.text("origin"),
        domain=entry.text("domain"),
        meaning=meaning,
        source=source,
        minimum=entry.integer("minimum"),
        dimension=entry.title("dimension"),
        key_points=entry.titles("key_points"),
        department=entry.title("department"),
        in_force_from=entry.day("in_force_from"),
        in_force_until=entry.day("in_force_until"),
        number=entry.integer("number") if "number" in entry else None,
        formula_source=entry.source("formula_source"),
        waits_for=entry.title("waits_for"),
        place=entry.place,
    )


def _target(entry: Entry) -> Target | None:
    of = [entry.text(key) for key in ("indicator", "measure") if key in entry]
    if len(of) != 1:
        entry.note(None, "a target is for one indicator or one measure", "write `indicator:` or `measure:`")
        return None
    try:
        rule = documents.plain(targets.as_document(entry.written.get("target", {})))
    except faults.Unreadable as bad:
        entry.note("target", bad.what, bad.instead)
        return None
    return Target(
        of[0],
        entry.names("courts"),
        entry.text("scope"),
        entry.period("period"),
        rule,
        entry.source(),
        entry.place,
        base=documents.plain(entry.written.get("base")),
        headroom=documents.plain(entry.written.get("headroom")),
        stage=benchmarks.read_stage(entry),
        department=entry.title("department"),
    )


def _role(entry: Entry) -> Role:
    return Role(entry.id(), entry.title("title") or _NO_TITLE, entry.text("expected_of") or None, entry.place)
