"""Writes the trace of packs: every thing they define, the clauses it stands in, and what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from plumbline.catalog import expressions, formulas, lexicon, rulebook_tree, scopes
from plumbline.catalog.definitions import Clock, Fact, Indicator, LimitTable, Measure, Pack, Source, Text
from plumbline.catalog.tracing import Thing, Trace

_NUMBERED = re.compile(r"第[0-9一二三四五六七八九十百零〇]+[条项款]")
#: A clause of another document, named after a ；: 长春市…实施方案（2019）第4项.
_ELSEWHERE = re.compile(
    r"(?P<document>[^第]*(?:〔[0-9]{4}〕[^第]*号|（[0-9]{4}）|要点|办法|规定|意见|方案|法\([0-9]{4}\)))"
    r"(?P<clause>第[0-9一二三四五六七八九十百零〇]+[条项款].*)"
)
_ARTICLE = re.compile(r"(?P<document>.+?[^第])(?P<clause>第[0-9一二三四五六七八九十百零〇]+条.*)")


def trace(packs: Iterable[Pack]) -> Trace:
    """The trace of some packs and of all they build on; of two editions of a pack the later one given."""
    given = list(packs)
    every = {one.id: one for pack in given for one in scopes.chain(pack)} | {one.id: one for one in given}
    found = Trace()
    for _, pack in sorted(every.items()):
        _Writer(found, pack).write()
    return found


def standings(article: str) -> list[tuple[str, str]]:
    """The documents and clauses of an article as a table names it: 民事诉讼法(2023), 第152条."""
    found: list[tuple[str, str]] = []
    for part in _parts(article):
        match = _ARTICLE.fullmatch(part)
        if match is not None and match["document"] != "解释":
            found.append((match["document"], match["clause"]))
        else:
            found.append((found[-1][0] if found else part, part))
    return found


def _parts(article: str) -> list[str]:
    """An article cut after each clause; a comma within a document's name or within brackets cuts nothing."""
    found: list[str] = []
    open_part = ""
    for part in re.split(r"、(?![^（]*）)", article):
        open_part = f"{open_part}、{part}" if open_part else part
        if _NUMBERED.search(open_part):
            found.append(open_part)
            open_part = ""
    return [*found, open_part] if open_part else found


class _Writer:
    """Notes the things of one pack and what each rests on."""

    def __init__(self, trace: Trace, pack: Pack) -> None:
        self.trace = trace
        self.pack = pack
        self.types = scopes.words_of(pack)
        packs = scopes.chain(pack)
        self.facts = {name: (one, fact) for one in packs for name, fact in one.facts.items()}
        self.tracks = {name: (one, track) for one in packs for name, track in one.tracks.items()}
        self.limits = {name: (one, table) for one in packs for name, table in one.limits.items()}
        self.measures = {name: (one, each) for one in packs for name, each in one.measures.items()}
        self.indicators = {name: (one, each) for one in packs for name, each in one.indicators.items()}
        self.books = {name: (one, each) for one in packs for name, each in one.rule_books.items()}
        self.clocks = {
            f"{clock.id}_{suffix}": (one, clock)
            for one in packs
            for clock in one.clocks.values()
            for suffix in scopes.CLOCK_FACTS
        }

    def write(self) -> None:
        pack = self.pack
        for name in self.types.types:
            self._event(name)
        self._stands(pack.source, self.trace.thing("pack", pack.id, pack.title), "依据", "source")
        for fact in pack.facts.values():
            self._write_fact(fact)
        for track in pack.tracks.values():
            for event in track.events:
                self.trace.link(self._track(track.id), self._event(event), "改变归属", "set by")
        for table in pack.limits.values():
            self._write_limits(table)
        for clock in pack.clocks.values():
            self._write_clock(clock)
        for measure in pack.measures.values():
            self._write_measure(measure)
        for indicator in pack.indicators.values():
            self._write_indicator(indicator)
        self._write_lines()
        self._write_books()

    def _write_fact(self, fact: Fact) -> None:
        thing = self._fact(fact.id)
        for event in fact.events:
            self.trace.link(thing, self._event(event), "取自", "taken from")
        for event in fact.undone_by:
            self.trace.link(thing, self._event(event), "因之作废", "undone by")
        if fact.after is not None:
            self._name(thing, fact.after, "起自", "from the day of")
        if fact.derive is not None:
            self._clause(thing, fact.derive, (), "推导自", "derived from")
        if fact.where is not None:
            self._clause(thing, fact.where, fact.events, "条件", "condition")

    def _write_limits(self, table: LimitTable) -> None:
        thing = self._limits(table.id)
        self._stands(table.source, thing, "依据", "source")
        for pause in table.pauses or ():
            self._article(pause.article, thing)
        for row in table.rows:
            self._article(row.article, thing)
            for extension in row.extensions or ():
                self._article(extension.article, thing)
            for trait in row.when:
                if trait in self.tracks:
                    self.trace.link(thing, self._track(trait), "按此区分", "tells apart by")
            if row.where is not None:
                self._clause(thing, row.where, (), "条件", "condition")

    def _write_clock(self, clock: Clock) -> None:
        thing = self._clock(clock)
        named = [(clock.starts, "起算", "starts"), *((stop, "停止", "stops") for stop in clock.stops)]
        named += [(clock.due, "届满日", "last day")] if clock.due else []
        named += [(end, "终了", "ends") for end in clock.ends]
        for restart in clock.restarts:
            named.append((restart.on, "重新计算", "runs anew"))
            self._article(restart.article, thing)
            if restart.where is not None:
                self._clause(thing, restart.where, (), "条件", "condition")
        for name, zh, en in named:
            self._name(thing, name, zh, en)
        if clock.limits in self.limits:
            self.trace.link(thing, self._limits(clock.limits), "期限表", "table")
        for event, kind in self.types.types.items():
            if event.startswith("clock.") and "clock" in kind.fields:
                self.trace.link(thing, self._event(event), "延长、扣除", "extended, paused by")

    def _write_measure(self, measure: Measure) -> None:
        thing = self._measure(measure.id)
        self._stands(measure.source, thing, "依据", "source")
        for event in measure.events:
            self.trace.link(thing, self._event(event), "逐件计数", "counts")
        if measure.kind == "observed" and "figure.reported" in self.types.types:
            self.trace.link(thing, self._event("figure.reported"), "上报", "reported by")
        for names, zh, en in (
            (measure.starts, "计入日", "counts on"),
            (measure.until, "转出日", "leaves on"),
        ):
            for name in names:
                self._name(thing, name, zh, en)
        for text, zh, en in ((measure.where, "条件", "condition"), (measure.sum, "计量", "amount")):
            if text is not None:
                self._clause(thing, text, measure.events, zh, en)

    def _write_indicator(self, indicator: Indicator) -> None:
        thing = self._indicator(indicator.id)
        self._stands(indicator.source, thing, "依据", "source")
        self._stands(indicator.formula_source, thing, "算式依据", "source of the formula")
        plain = {name: measure for name, (_, measure) in self.measures.items()}
        formula = formulas.read_formula(indicator.formula, plain)
        for name in sorted(formula.measures):
            self.trace.link(thing, self._measure(name), "算式", "formula")

    def _write_lines(self) -> None:
        """Targets, benchmarks, tags and conversions: what stands in a document about a figure."""
        for tag in self.pack.tags.values():
            if (figure := self._figure(tag.carried)) is not None:
                self._stands(tag.source, figure, "案件标签", "tag")
        for target in self.pack.targets:
            if (figure := self._figure(target.of)) is not None:
                self._stands(target.source, figure, "目标", "target")
        for mark in self.pack.benchmarks:
            if (figure := self._figure(mark.figure)) is not None:
                self._stands(mark.source, figure, "标杆值", "benchmark")
        for conversion in self.pack.conversions.values():
            thing = self.trace.thing("conversion", f"{self.pack.id}.{conversion.id}", conversion.title)
            self._stands(conversion.source, thing, "依据", "source")
            for line in conversion.lines:
                if (figure := self._figure(line.figure)) is not None:
                    self.trace.link(thing, figure, "换算", "converts")

    def _write_books(self) -> None:
        for book in self.pack.rule_books.values():
            thing = self._book(book.id)
            self._stands(book.source, thing, "依据", "source")
            for item in rulebook_tree.every_item(book.items):
                each = self.trace.thing("item", f"{self.pack.id}.{book.id}/{item.id}", item.title)
                self.trace.link(thing, each, "项目", "item")
                if item.clause:
                    self._stands(Source(book.source.document, item.clause, ""), each, "依据", "source")
                for figures in rulebook_tree.figures_of(item.rule):
                    for name in figures.names.values():
                        if (figure := self._figure(name)) is not None:
                            self.trace.link(each, figure, "计分", "scores")
                other = getattr(item.rule, "book", "")
                if other in self.books and other != book.id:
                    self.trace.link(each, self._book(other), "取自", "takes from")

    def _stands(self, source: Source | None, thing: Thing, zh: str, en: str) -> None:
        if source is None:
            return
        document = self.trace.thing("document", source.document, Text(source.document, source.document))
        name = f"{source.document} {source.clause}"
        clause = self.trace.thing("clause", name, Text(source.clause, source.clause))
        self.trace.link(document, clause, "条款", "clause")
        self.trace.link(clause, thing, zh, en)
        for part in source.clause.split("；")[1:]:
            match = _ELSEWHERE.fullmatch(part)
            if match is not None:
                self._stands(Source(match["document"], match["clause"], ""), thing, zh, en)

    def _article(self, article: str, thing: Thing) -> None:
        for document, clause in standings(article):
            self._stands(Source(document, clause, ""), thing, "条文", "article")

    def _clause(self, thing: Thing, text: str, events: Sequence[str], zh: str, en: str) -> None:
        fields = {name for event in events for name in scopes.fields_of(self.types, event)}
        for name in sorted(expressions.names_in(text)):
            if name not in fields:
                self._name(thing, name, zh, en)

    def _name(self, thing: Thing, name: str, zh: str, en: str) -> None:
        """A name of an expression: a track before a fact; what the case number states rests on nothing."""
        if name in self.tracks and thing.kind == "measure":
            self.trace.link(thing, self._track(name), zh, en)
        elif name in self.facts:
            self.trace.link(thing, self._fact(name), zh, en)
        elif name in self.clocks:
            self.trace.link(thing, self._clock(self.clocks[name][1]), zh, en)

    def _event(self, name: str) -> Thing:
        return self.trace.thing("event", name, lexicon.event_title(self.types, name))

    def _fact(self, name: str) -> Thing:
        pack, fact = self.facts[name]
        return self.trace.thing("fact", f"{pack.id}.{name}", lexicon.fact_title(fact, self.types))

    def _track(self, name: str) -> Thing:
        pack, track = self.tracks[name]
        return self.trace.thing("track", f"{pack.id}.{name}", track.title or Text(name, name))

    def _limits(self, name: str) -> Thing:
        return self.trace.thing("limits", f"{self.limits[name][0].id}.{name}", Text(name, name))

    def _clock(self, clock: Clock) -> Thing:
        pack = next(one for one, each in self.clocks.values() if each is clock)
        return self.trace.thing("clock", f"{pack.id}.{clock.id}", clock.title or Text(clock.id, clock.id))

    def _measure(self, name: str) -> Thing:
        pack, measure = self.measures[name]
        return self.trace.thing("measure", f"{pack.id}.{name}", measure.title or Text(name, name))

    def _indicator(self, name: str) -> Thing:
        pack, indicator = self.indicators[name]
        return self.trace.thing("indicator", f"{pack.id}.{name}", indicator.title)

    def _figure(self, name: str) -> Thing | None:
        if name in self.indicators:
            return self._indicator(name)
        return self._measure(name) if name in self.measures else None

    def _book(self, name: str) -> Thing:
        pack, book = self.books[name]
        return self.trace.thing("rule_book", f"{pack.id}.{name}", book.title)
