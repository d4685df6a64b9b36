"""The two lists of a reconciliation: ours from the ledger, the other read as the door reads; what each case comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from plumbline import coverage, errors, events, fold, reconciliation, valuation, vocabulary
from plumbline.catalog import scopes
from plumbline.catalog.definitions import Text
from plumbline.reconciliation import Comparison, Held, Other
from plumbline.store import case_facts, dossier, drilldown
from plumbline.store.dossier import Case
from services.api import access, figures, reconciliation_shapes, refolding, terms
from services.api.desk import Reading

HERE_MAX = 50_000
METHOD = "METHOD"
FACT = "closing_method"


@dataclass(frozen=True, slots=True)
class Ours:
    """The cases behind a part here: what each term adds up to, and every case that may be named."""

    terms: tuple[terms.Term, ...]
    questions: tuple[drilldown.Asked, ...]
    totals: tuple[drilldown.Totals, ...]
    held: Mapping[str, Held]
    places: Mapping[str, Case]

    @property
    def entries(self) -> int:
        """Cases, once in each measure."""
        return sum(one.cases for one in self.totals)

    @property
    def not_listed(self) -> int:
        """Of these, what is never named."""
        return sum(one.cases - one.listed_cases for one in self.totals)


@dataclass(frozen=True, slots=True)
class Theirs:
    """The other list as it was read."""

    rows: Mapping[str, Sequence[Other]]
    unread: tuple[reconciliation_shapes.Unread, ...]
    unreadable: int


def ours(asked: figures.Asked, part: str) -> Ours:
    """The cases here; errors.BadInput where the part has none to list, or too many."""
    wanted = _terms(asked, part)
    connection = asked.reading.connection
    questions = [terms.lines_of(asked, term) for term in wanted]
    totals = [drilldown.read_totals(connection, one) for one in questions]
    if sum(one.listed_cases for one in totals) > HERE_MAX:
        raise errors.BadInput(
            f"More than {HERE_MAX:,} cases stand behind this figure",
            next="Ask for one court, or a shorter period.",
        )
    nets: dict[str, list[tuple[terms.Term, drilldown.CaseNet]]] = {}
    for term, question in zip(wanted, questions, strict=True):
        for net in drilldown.list_cases(connection, question, drilldown.START, HERE_MAX):
            nets.setdefault(net.subject, []).append((term, net))
    places = {subject: (found[0][1].home_court, subject) for subject, found in nets.items()}
    methods = _methods(asked, places.values())
    held = {
        subject: Held(
            subject,
            tuple(term.served.id for term, _ in found),
            tuple(sorted({line.day for _, net in found for line in net.lines})),
            tuple(sorted({line.court for _, net in found for line in net.lines})),
            methods.get(places[subject]),
        )
        for subject, found in nets.items()
    }
    return Ours(tuple(wanted), tuple(questions), tuple(totals), held, places)


def _terms(asked: figures.Asked, part: str) -> list[terms.Term]:
    if asked.version is None:
        raise errors.BadInput(
            "No version of this definition stood complete then", next="Ask for another moment or period."
        )
    found = [term for term in terms.terms(asked.version) if term.part == part]
    if any(term.served.filling for term in found):
        raise errors.Unavailable("This version is still being filled", next="GET /v1/catalog/filling.")
    if not found or any(term.served.measure.kind == "observed" for term in found):
        raise errors.BadInput(
            f"No cases stand behind the {part} of {asked.shown.id}",
            why="It has none, or courts report it themselves.",
            next="GET /v1/indicators/{id}/inputs shows what was reported.",
        )
    return found


def _methods(asked: figures.Asked, cases: Iterable[Case]) -> dict[Case, str]:
    """How each case was closed, as known at the moment: from its state, folded again where that is newer."""
    fact = _fact(asked)
    if fact is None:
        return {}
    stored = case_facts.read_fact(asked.reading.connection, cases, fact)
    newer = [case for case, (_, page) in stored.items() if page > asked.reading.known.page]
    found = {case: value for case, (value, _) in stored.items()}
    if newer:
        folded = refolding.refold(asked.reading, newer)
        found |= {case: _text(one.facts.get(fact)) for case, one in folded.items()}
    return {case: value for case, value in found.items() if value is not None}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _fact(asked: figures.Asked) -> str | None:
    """The closing method of the pack's cases: its own, or that of a pack it builds on."""
    packs = () if asked.version is None else scopes.chain(asked.version.pack)
    return next((f"{pack.id}.{FACT}" for pack in reversed(packs) if FACT in pack.facts), None)


@dataclass
class Dictionary:
    """What the words of the other list mean here."""

    reading: Reading

    @cached_property
    def methods(self) -> dict[str, str]:
        """Closing methods by code, by name, and by every word of the packs' code maps."""
        known = vocabulary.Vocabulary.shipped().lists.get(METHOD, {})
        found = {
            word: code
            for pack in self.reading.know.catalogue.every
            for each in scopes.chain(pack)
            for one in each.code_maps.values()
            if one.of == METHOD
            for word, code in one.codes.items()
        }
        return found | {code: code for code in known}

    @cached_property
    def courts(self) -> dict[str, str]:
        """Courts of the reader's by code and by name; a name that two share is not read."""
        found: dict[str, str] = {}
        doubled: set[str] = set()
        for code in self.reading.visible(self.reading.know.tree.codes()):
            row = self.reading.know.tree.get(code)
            assert row is not None
            for name in {code, row.name_zh, row.name_en}:
                if found.setdefault(name, code) != code:
                    doubled.add(name)
        return {name: code for name, code in found.items() if name not in doubled}


def theirs(reading: Reading, given: Sequence[reconciliation_shapes.OtherRow]) -> Theirs:
    """The rows as the door reads them: numbers normalised, words by the code maps, courts by code or name."""
    words = Dictionary(reading)
    rows: list[Other] = []
    unread: list[reconciliation_shapes.Unread] = []
    unreadable = 0
    for place, row in enumerate(given, 1):
        try:
            subject = reading.know.subjects.parse(row.case.strip())
            if subject.kind == "court":
                raise errors.BadSubject(row.case, why="it is no case number")
        except errors.BadSubject as bad:
            unreadable += 1
            unread.append(_unread(place, "case", row.case, bad.why))
            continue
        method, court = (row.method or "").strip() or None, (row.court or "").strip() or None
        if method is not None and method not in words.methods:
            unread.append(_unread(place, "method", method, "no code map of closing methods holds it"))
            method = None
        if court is not None and court not in words.courts:
            unread.append(_unread(place, "court", court, "no court of yours has this code or name"))
            court = None
        rows.append(
            Other(
                place, subject.text, row.day,
                None if method is None else words.methods[method],
                None if court is None else words.courts[court],
            )
        )  # fmt: skip
    return Theirs(reconciliation.by_case(rows), tuple(unread), unreadable)


def _unread(place: int, name: str, written: str, detail: str) -> reconciliation_shapes.Unread:
    return reconciliation_shapes.Unread.model_validate(
        {"row": place, "field": name, "written": written[:80], "detail": detail}
    )


@dataclass(frozen=True, slots=True)
class Answered:
    """Why one case stands in one list or differs, with what was folded of it (None: nothing that may be said)."""

    case: str
    kind: reconciliation_shapes.Kind
    why: reconciliation.Why
    folded: fold.Folded | None


def order(compared: Comparison) -> list[tuple[reconciliation_shapes.Kind, str]]:
    """Every item in its order: what only they have, what only we have, what differs; each by case number."""
    return [
        *(("only_there", case) for case in compared.only_there),
        *(("only_here", case) for case in compared.only_here),
        *(("differs", case) for case in compared.differing),
    ]  # fmt: skip


def answer(
    asked: figures.Asked, here: Ours, chosen: Sequence[tuple[reconciliation_shapes.Kind, str]]
) -> list[Answered]:
    """Why, for each of some items: by folding the case again."""
    reading = asked.reading
    places = {case: here.places.get(case) or _place(reading, case) for _, case in chosen}
    folded = refolding.refold(reading, places.values())
    standing = dossier.read_standing(reading.connection, places.values())
    frames = [
        _frame(asked, term, question) for term, question in zip(here.terms, here.questions, strict=True)
    ]
    types = _types(asked, here)
    found = []
    for kind, case in chosen:
        one = folded[places[case]]
        if kind != "only_there":
            found.append(Answered(case, kind, _counted(kind, frames, one), one))
            continue
        sealed, posted = standing.get(places[case], (False, frozenset[str]()))
        known = places[case] in standing or one.entries or one.ignored
        seen = access.sees_case(
            reading.know.tree, reading.who, places[case], posted, sealed=sealed or one.sealed
        )
        if not known or not seen:
            found.append(Answered(case, kind, _hidden(reading, places[case][0]), None))
            continue
        gone = [event.id for event, why in one.ignored if why == events.RETRACTED and event.type in types]
        found.append(
            Answered(case, kind, reconciliation.why_absent(frames, one.postings, one.reasons, gone), one)
        )
    return found


def _place(reading: Reading, case: str) -> Case:
    return reading.know.subjects.parse(case).home_court, case


def _hidden(reading: Reading, home_court: str) -> reconciliation.Why:
    """By the number alone: the same for a case that is sealed, of another court, or does not exist."""
    tree = reading.know.tree
    strange = home_court and not reading.who.sees(home_court, tree)
    return reconciliation.Why("not_yours" if strange else "not_known")


def _counted(
    kind: reconciliation_shapes.Kind, frames: Sequence[reconciliation.Frame], one: fold.Folded
) -> reconciliation.Why:
    reasons = tuple(
        reason
        for reason in one.reasons
        if reason.verdict == "counted"
        and any(
            reason.account in frame.accounts and frame.first <= reason.day < frame.until for frame in frames
        )
    )
    return reconciliation.Why("differs" if kind == "differs" else "counted", reasons=reasons)


def _frame(asked: figures.Asked, term: terms.Term, question: drilldown.Asked) -> reconciliation.Frame:
    measure = term.served.measure
    return reconciliation.Frame(
        accounts=frozenset({question.account}),
        first=question.first.toordinal(),
        until=question.until.toordinal(),
        courts=frozenset(question.courts),
        category=None if asked.cell.category == valuation.ALL else asked.cell.category,
        causes=None if question.causes is None else frozenset(question.causes),
        level=measure.kind == "stock",
        tagged=question.tag is not None,
        missing=measure.events or measure.starts,
    )


def _types(asked: figures.Asked, here: Ours) -> frozenset[str]:
    """The events whose retraction takes a case out of the measures: those counted, and those their days come from."""
    assert asked.version is not None
    found: set[str] = set()
    facts = {name: fact for pack in scopes.chain(asked.version.pack) for name, fact in pack.facts.items()}
    for term in here.terms:
        found.update(term.served.measure.events)
        starts = [facts[name] for name in term.served.measure.starts if name in facts]
        found.update(kind for fact in starts for kind in fact.events)
        if any(fact.derive for fact in starts):
            rest = (one for one in coverage.rests(asked.version) if one.measure == term.served.id)
            found.update(kind for one in rest for kind in one.types)
    return frozenset(found)


def titles(reading: Reading, code: str) -> Text:
    """A court's name."""
    row = reading.know.tree.get(code)
    return Text(code, code) if row is None else Text(row.name_zh, row.name_en)
