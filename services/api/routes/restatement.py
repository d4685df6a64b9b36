"""What moved a figure between two moments: by case, with the events, the definition or the day that caused
it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

import fastapi
from fastapi import Query

from plumbline import errors, valuation
from plumbline.events import Event
from plumbline.periods import Period
from plumbline.store import dossier, pages, restatement
from plumbline.store.dossier import Case
from plumbline.valuation import Value
from services.api import access, case_shapes, covering, cursors, figures, parameters, shapes, terms, words
from services.api.contract import described
from services.api.desk import AtDesk, Reading, read_instant

router = fastapi.APIRouter(tags=["figures"])

PartName = Literal["numerator", "denominator", "both"]
FromKnown = Annotated[
    str, Query(description="RFC 3339 moment: the figure as it was known then", max_length=40)
]
ToKnown = Annotated[str | None, Query(description="RFC 3339 moment; left out: now", max_length=40)]


@dataclass(frozen=True, slots=True)
class Moving:
    """One measure of the figure on both sides, and the cases whose part differs."""

    part: PartName
    before: terms.Term | None
    after: terms.Term | None
    moved: list[restatement.Moved]
    waits: bool

    @property
    def term(self) -> terms.Term:
        """The term as it is now, or as it was."""
        found = self.after or self.before
        assert found is not None
        return found


@router.get(
    "/v1/indicators/{id}/restatement",
    **described("read_restatement", "What moved a figure", case_shapes.Restatement),
)
def read_restatement(
    desk: AtDesk,
    id: parameters.IndicatorId,  # noqa: A002 - the address says id
    court: parameters.CourtCode,
    scope: parameters.Scope,
    period: parameters.PeriodText,
    from_known: FromKnown,
    to_known: ToKnown = None,
    category: parameters.Category = valuation.ALL,
    cause: parameters.Cause = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = 50,
) -> fastapi.Response:
    """Both figures, what each part changed by, and the cases that changed it, page by page."""
    span, since = Period.parse(period), read_instant(from_known)
    after_key = cursors.read(desk.question, cursor, (0, "", ""))
    with desk.open(to_known, since=since) as reading:
        if since > reading.moment:
            raise errors.BadInput("from_known lies after to_known", next="Exchange the two.")
        before = figures.ask(reading.at(since), id, court, scope, span, category, cause)
        after = figures.ask(reading, id, court, scope, span, category, cause)
        movings = _movings(before, after)
        rows = [(index, moved) for index, one in enumerate(movings) for moved in one.moved if moved.listed]
        rows = [row for row in rows if (row[0], row[1].subject, row[1].home_court) > after_key]
        chosen = rows[:limit]
        last = chosen[-1] if len(rows) > limit else None
        values = before.value, after.value
        found = case_shapes.Restatement(
            indicator=after.shown.id,
            title=words.of(after.shown.title),
            court=after.cell.court,
            scope=scope,
            period=span.text,
            unit=after.shown.unit,
            before=_side(before, values[0], since),
            after=_side(after, values[1], reading.known_at(after.cell.court)),
            difference=None if None in (values[0].value, values[1].value) else _less(values[1], values[0]),
            difference_unit="points" if after.shown.unit == "percent" else after.shown.unit,
            parts=[_part(one) for one in movings],
            items=_items(reading, movings, chosen),
            next=cursors.write(desk.question, last[0], last[1].subject, last[1].home_court) if last else None,
            demo=reading.know.is_demo(after.cell.court),
        )
    thing = f"{found.indicator} {found.court} {scope} {span.text}"
    return desk.answer_cases(found, "restatement.read", thing, cases=len(found.items))


def _less(now: Value, then: Value) -> shapes.Number:
    assert now.value is not None
    assert then.value is not None
    return now.value - then.value


def _side(asked: figures.Asked, value: Value, known_at: datetime) -> case_shapes.Side:
    return case_shapes.Side(
        known_at=known_at,
        page=asked.reading.known.page,
        version=None if asked.version is None else asked.version.version,
        value=value.value,
        numerator=value.numerator,
        denominator=value.denominator,
        reason=value.reason,
        coverage=covering.share(asked),
    )


def _movings(before: figures.Asked, after: figures.Asked) -> list[Moving]:
    """Every measure that either version reads, with the cases whose part differs."""
    were = [] if before.version is None else terms.terms(before.version)
    are = [] if after.version is None else terms.terms(after.version)
    found = []
    for key in dict.fromkeys(term.key for term in (*are, *were)):
        old = next((term for term in were if term.key == key), None)
        new = next((term for term in are if term.key == key), None)
        parts = {term.part for term in (are if new else were) if term.key == key}
        part: PartName = "both" if len(parts) > 1 else parts.pop()
        sides = _side_of(before, old, after), _side_of(after, new, before)
        category = None if after.cell.category == valuation.ALL else after.cell.category
        moved = restatement.list_moved(
            after.reading.connection,
            *sides,
            after.reading.visible(tuple({*sides[0].courts, *sides[1].courts})),
            category,
            after.cell.codes,
        )
        found.append(Moving(part, old, new, moved, sides[0].until != sides[1].until))
    return found


def _side_of(asked: figures.Asked, term: terms.Term | None, other: figures.Asked) -> restatement.Side:
    if term is None:
        first = asked.cell.period.start
        return restatement.Side(None, other.courts, first, first, asked.reading.known.page)
    lines = terms.lines_of(asked, term)
    return restatement.Side(lines.account, lines.courts, lines.first, lines.until, lines.page)


def _part(one: Moving) -> case_shapes.MovedPart:
    hidden = [moved for moved in one.moved if not moved.listed]
    before, after = sum(m.before for m in one.moved), sum(m.after for m in one.moved)
    return case_shapes.MovedPart(
        part=one.part,
        measure=one.term.served.id,
        unit=one.term.served.measure.unit,
        before=before,
        after=after,
        change=after - before,
        cases=len(one.moved),
        not_listed=len(hidden),
        not_listed_change=sum(m.after - m.before for m in hidden),
    )


def _items(
    reading: Reading, movings: Sequence[Moving], rows: Sequence[tuple[int, restatement.Moved]]
) -> list[case_shapes.MovedCase]:
    wanted = [(page, moved.subject) for _, moved in rows for page in moved.pages]
    causes: dict[str, list[restatement.PageCause]] = {}
    for one in restatement.list_page_causes(reading.connection, sorted(set(wanted))):
        causes.setdefault(one.subject, []).append(one)
    items = []
    news = _news(reading, [(moved.home_court, moved.subject) for _, moved in rows])
    for index, moved in rows:
        moving = movings[index]
        written = [one for one in causes.get(moved.subject, []) if one.page in moved.pages]
        events = _events(reading, moved, written, news)
        listed = [event for event in events if event is not None]
        items.append(
            case_shapes.MovedCase(
                part=moving.part,
                measure=moving.term.served.id,
                case=moved.subject,
                before=moved.before,
                after=moved.after,
                change=moved.after - moved.before,
                causes=_causes(reading, moving, written),
                events=listed,
                events_not_listed=len(events) - len(listed),
            )
        )
    return items


def _causes(
    reading: Reading, moving: Moving, written: Sequence[restatement.PageCause]
) -> list[case_shapes.Cause]:
    """The pages that wrote the change; a change of version is its generation's; without a page, a day has
    come.
    """
    old, new = moving.before, moving.after
    if old is None or new is None or old.served.main.id != new.served.main.id:
        account = (new or old or moving.term).served.main.id
        closed_at, generation = reading.know.moments[account]
        return [case_shapes.Cause(page=None, closed_at=closed_at, generation=generation, cause="definition")]
    if not written:
        return [
            case_shapes.Cause(
                page=None, closed_at=None, generation=None, cause="day" if moving.waits else "court"
            )
        ]
    return [
        case_shapes.Cause(page=one.page, closed_at=one.closed_at, generation=one.generation, cause=one.cause)
        for one in written
    ]


@dataclass(frozen=True, slots=True)
class News:
    """The events that may have moved some cases: by case, with when each was received; and what may be
    listed.
    """

    events: Mapping[Case, list[Event]]
    received: Mapping[tuple[str, str], tuple[int, datetime]]
    standing: Mapping[Case, tuple[bool, frozenset[str]]]


def _news(reading: Reading, cases: Sequence[Case]) -> News:
    """Every event of these cases, of their families, and of the cases that link to them."""
    by_court: dict[str, list[str]] = {}
    for home_court, subject in sorted(set(cases)):
        by_court.setdefault(home_court, []).append(subject)
    events: dict[Case, list[Event]] = {}
    for home_court, names in by_court.items():
        own, linked = pages.read_cases(reading.connection, home_court, names, reading.know.subjects)
        for name in names:
            near = [event for other in linked.get(name, []) for event in other.events]
            events[home_court, name] = [*own.get(name, []), *near]
    every = [event for found in events.values() for event in found]
    return News(
        events,
        dossier.read_receipts(reading.connection, ((event.source, event.id) for event in every)),
        dossier.read_standing(reading.connection, ((event.home_court, event.subject) for event in every)),
    )


def _events(
    reading: Reading, moved: restatement.Moved, written: Sequence[restatement.PageCause], news: News
) -> list[case_shapes.Received | None]:
    """The events whose marks the pages consumed, in order of receipt; None for one of a case that is not
    listed.
    """
    receipts = {receipt for one in written if one.cause in ("event", "linked") for receipt in one.receipts}
    closed = max((one.closed_at for one in written), default=None)
    found: dict[tuple[str, str], case_shapes.Received | None] = {}
    for event in news.events[moved.home_court, moved.subject]:
        receipt, received_at = news.received[event.source, event.id]
        if receipt in receipts and closed is not None and received_at <= closed:
            found[event.source, event.id] = _received(reading, event, received_at, news)
    return sorted(
        found.values(), key=lambda one: (one is None, one.received_at if one else None, one.id if one else "")
    )


def _received(
    reading: Reading, event: Event, received_at: datetime, news: News
) -> case_shapes.Received | None:
    sealed, posted = news.standing.get((event.home_court, event.subject), (False, frozenset()))
    case = event.home_court, event.subject
    if not access.sees_case(reading.know.tree, reading.who, case, posted, sealed=sealed):
        return None
    what: Literal["new", "correction", "retraction"] = "new"
    if event.type == "event.retracted":
        what = "retraction"
    elif event.replaces is not None:
        what = "correction"
    return case_shapes.Received(
        case=event.subject,
        source=event.source,
        id=event.id,
        type=event.type,
        title=words.event_title(reading.know.types, event.type),
        time=event.time,
        received_at=received_at,
        what=what,
        replaces=event.replaces,
    )
