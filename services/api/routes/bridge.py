"""The same period under two versions of a definition, and what of the difference is data, rule and population."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal

import fastapi
from fastapi import Query

from plumbline import bridging, errors, fold, ledger, serving, valuation
from plumbline.periods import Period
from plumbline.store import bridging as books
from plumbline.store import filling
from services.api import (
    covering,
    crossing,
    cursors,
    figures,
    parameters,
    refolding,
    shapes,
    terms,
    version_shapes,
    words,
)
from services.api.contract import described
from services.api.crossing import Crossing, Pair
from services.api.desk import AtDesk, Desk, Reading, read_instant
from services.api.figures import Asked
from services.api.routes.catalog import shape_filling
from services.api.routes.indicators import titles
from services.api.version_shapes import BridgeName

router = fastapi.APIRouter(tags=["figures"])

FromVersion = Annotated[str, Query(description="the old version: its name, or its hash", max_length=80)]
ToVersion = Annotated[str, Query(description="the new version: its name, or its hash", max_length=80)]
FromKnown = Annotated[
    str | None,
    Query(description="RFC 3339 moment of the old figure; left out: the same as to_known", max_length=40),
]
ToKnown = Annotated[str | None, Query(description="RFC 3339 moment; left out: now", max_length=40)]
PartName = Annotated[BridgeName | None, Query(description="only the cases of this part")]

ORDER: Final = shapes.Words(
    zh="先以旧口径比较两个时点（数据），再在新旧口径同样纳入或同样不纳入的案件上比较两种口径（规则），"
    "最后计入只有一种口径纳入的案件（范围）。三部分之和等于总差额。",
    en="First the old rule at the two moments (data); then both rules over the cases that stand in the population of"
    " both or of neither (rule); last the cases that stand in the population of one alone (population). The three add"
    " up to the difference.",
)
PARTS: Final[Mapping[str, shapes.Words]] = {
    "data": shapes.Words(
        zh="数据：两个时点之间新到或更正的数据，按旧口径计",
        en="data: what arrived or was corrected between the two moments, by the old rule",
    ),
    "rule": shapes.Words(
        zh="规则：同样的案件、同样的数据，条件或公式不同",
        en="rule: the same cases, the same knowledge, another clause or formula",
    ),
    "population": shapes.Words(
        zh="范围：只有一种口径纳入的案件", en="population: cases that only one of the two versions takes in"
    ),
}
STATIONS: Final[Mapping[str, shapes.Words]] = {
    "before": shapes.Words(zh="旧口径，起始时点", en="old rule, as known at the first moment"),
    "moved": shapes.Words(zh="旧口径，截止时点", en="old rule, as known at the second moment"),
    "shared_old": shapes.Words(zh="旧口径，共同范围的案件", en="old rule, over the cases both treat alike"),
    "shared_new": shapes.Words(zh="新口径，共同范围的案件", en="new rule, over the cases both treat alike"),
    "after": shapes.Words(zh="新口径，截止时点", en="new rule, as known at the second moment"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A case of a part, with the measure it differs in."""

    place: int
    part: BridgeName
    pair: Pair
    changed: books.Changed

    @property
    def key(self) -> tuple[int, int, str, str]:
        """Its place in the list."""
        return self.place, self.changed.term, self.changed.subject, self.changed.home_court


@dataclass(frozen=True, slots=True)
class Ends:
    """The two versions of a question and where each is read."""

    first: Asked
    second: Asked
    after: Asked
    reason: str | None

    @property
    def versions(self) -> tuple[serving.Version, serving.Version]:
        """The old one and the new one."""
        assert self.first.version is not None
        assert self.after.version is not None
        return self.first.version, self.after.version


@router.get(
    "/v1/indicators/{id}/bridge",
    **described("read_bridge", "A figure under two versions", version_shapes.Bridge),
)
def read_bridge(
    desk: AtDesk,
    id: parameters.IndicatorId,  # noqa: A002 - the address says id
    court: parameters.CourtCode,
    scope: parameters.Scope,
    period: parameters.PeriodText,
    from_version: FromVersion,
    to_version: ToVersion,
    from_known: FromKnown = None,
    to_known: ToKnown = None,
    part: PartName = None,
    category: parameters.Category = valuation.ALL,
    cause: parameters.Cause = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = 50,
) -> fastapi.Response:
    """Both figures with numerator and denominator, the difference as an exact sum of three parts, and the cases
    of each part with the clauses that count or exclude them, page by page.
    """
    span = Period.parse(period)
    since = None if from_known is None else read_instant(from_known)
    after_key = cursors.read(desk.question, cursor, (-1, 0, "", ""))
    with desk.open(to_known, since=since) as reading:
        if since is not None and since > reading.moment:
            raise errors.BadInput("from_known lies after to_known", next="Exchange the two.")
        cell = figures.ask(reading, id, court, scope, span, category, cause).cell
        ends = _ends(reading, since, id, cell, from_version, to_version)
        crossed = None if ends.reason else crossing.cross(ends.first, ends.second, ends.after)
        rows = [] if crossed is None else _rows(crossed, part, after_key)
        chosen = rows[:limit]
        found = _shape(desk, ends, crossed, chosen, more=len(rows) > limit)
    thing = f"{found.indicator} {found.court} {scope} {span.text} {from_version}..{to_version}"
    return desk.answer_cases(found, "bridge.read", thing, cases=len(found.items))


def _ends(
    reading: Reading,
    since: datetime | None,
    name: str,
    cell: valuation.Cell,
    from_version: str,
    to_version: str,
) -> Ends:
    old = reading.know.catalogue.named(name, from_version)
    new = reading.know.catalogue.named(name, to_version)
    earlier = reading if since is None else reading.at(since)
    first, second = (crossing.ask(each, old, cell) for each in (earlier, reading))
    after = crossing.ask(reading, new, cell)
    reasons = (_why_not(first), _why_not(second), _why_not(after))
    return Ends(first, second, after, next((one for one in reasons if one is not None), None))


def _why_not(asked: Asked) -> str | None:
    """Why a version gives no figure at a moment: it fills, its accounts are posted to no more, or it was not
    complete then.
    """
    version, reading = asked.version, asked.reading
    assert version is not None
    if version.filling:
        return "filling"
    if reading.know.answers(version, reading.known.known_at):
        return None
    return "retired" if version.retired_at is not None else "not_in_books"


def _rows(crossed: Crossing, part: str | None, after: tuple[int, int, str, str]) -> list[Row]:
    """The cases that may be listed, part by part, after a place."""
    return [
        row
        for place, name in enumerate(_names())
        if part in (None, name)
        for changed in crossed.rows[name]
        if changed.listed and (row := Row(place, name, crossed.pairs[changed.term], changed)).key > after
    ]


def _names() -> tuple[BridgeName, ...]:
    return "data", "rule", "population"


def _shape(
    desk: Desk, ends: Ends, crossed: Crossing | None, rows: Sequence[Row], *, more: bool
) -> version_shapes.Bridge:
    old, new = ends.versions
    reading, cell = ends.after.reading, ends.after.cell
    split = None if crossed is None else crossed.bridge.split()
    last = rows[-1] if more else None
    why = words.reason(ends.reason)
    fills = filling.read_filling(reading.connection, reading.own_courts()) if ends.reason == "filling" else []
    return version_shapes.Bridge(
        indicator=new.id,
        title=words.of(new.title),
        court=cell.court,
        scope="own" if cell.scope == "own" else "all",
        period=cell.period.text,
        category=cell.category,
        cause=cell.cause,
        unit=new.unit,
        status="not_available" if crossed is None else "available",
        reason=ends.reason,
        reason_detail=why,
        filling=[shape_filling(one) for one in fills],
        before=_side(ends.first),
        after=_side(ends.after),
        difference=split.value if split and old.unit == new.unit else None,
        difference_numerator=split.numerator if split else None,
        difference_denominator=split.denominator if split else None,
        difference_unit="points" if new.unit == "percent" else new.unit,
        order=ORDER,
        parts=[] if crossed is None or split is None else _parts(crossed, split),
        unsplit=split.unsplit if split else None,
        stations=[] if crossed is None else _stations(crossed),
        measures=[] if crossed is None else _measures(crossed),
        items=[] if crossed is None else _items(ends, crossed, rows),
        next=cursors.write(desk.question, *last.key) if last else None,
        demo=reading.know.is_demo(cell.court),
    )


def _side(asked: Asked) -> version_shapes.BridgeSide:
    version, reading = asked.version, asked.reading
    assert version is not None
    reason = _why_not(asked)
    found = bridging.Station(None, None, None, reason)
    if reason is None:
        found = bridging.stand(version, asked.cell, asked.shelf, asked.today)
    state: Literal["filling", "complete", "retired"] = "filling" if version.filling else "complete"
    return version_shapes.BridgeSide(
        version=version.version,
        version_hash=version.hash,
        in_force_from=version.in_force_from,
        in_force_until=version.in_force_until,
        formula=version.formula.text,
        state=state if version.retired_at is None else "retired",
        known_at=reading.known_at(asked.cell.court),
        page=reading.known.page,
        value=found.value,
        numerator=found.numerator,
        denominator=found.denominator,
        reason=found.reason,
        coverage=covering.share(asked),
    )


def _parts(crossed: Crossing, split: bridging.Split) -> list[version_shapes.BridgePart]:
    found = []
    for name, part in zip(_names(), split.parts, strict=True):
        cases = {row.case: False for row in crossed.rows[name]}
        cases |= {row.case: True for row in crossed.rows[name] if row.listed}
        found.append(
            version_shapes.BridgePart(
                part=name,
                words=PARTS[name],
                value=part.value,
                numerator=part.numerator,
                denominator=part.denominator,
                cases=len(cases),
                not_listed=sum(not listed for listed in cases.values()),
            )
        )
    return found


def _stations(crossed: Crossing) -> list[version_shapes.BridgeStation]:
    bridge = crossed.bridge
    named: list[tuple[Literal["before", "moved", "shared_old", "shared_new", "after"], bridging.Station]] = [
        ("before", bridge.before), ("moved", bridge.moved), ("shared_old", bridge.shared_old),
        ("shared_new", bridge.shared_new), ("after", bridge.after),
    ]  # fmt: skip
    return [
        version_shapes.BridgeStation(
            station=name,
            words=STATIONS[name],
            value=each.value,
            numerator=each.numerator,
            denominator=each.denominator,
            reason=each.reason,
        )
        for name, each in named
    ]


def _measures(crossed: Crossing) -> list[version_shapes.BridgeMeasure]:
    moved = {
        (name, index): sum(row.after - row.before for row in crossed.rows[name] if row.term == index)
        for name in _names()
        for index in range(len(crossed.pairs))
    }
    return [
        version_shapes.BridgeMeasure(
            measure=pair.term.served.id,
            unit=pair.term.served.measure.unit,
            moment=pair.moment,
            stands_before=pair.stands_before,
            stands_after=pair.stands_after,
            clause_before=pair.old.served.measure.where if pair.old else None,
            clause_after=pair.new.served.measure.where if pair.new else None,
            before=crossed.sums.get((books.BEFORE, index), 0),
            data=moved["data", index],
            rule=moved["rule", index],
            population=moved["population", index],
            after=crossed.sums.get((books.AFTER, index), 0),
        )
        for index, pair in enumerate(crossed.pairs)
    ]


def _items(ends: Ends, crossed: Crossing, rows: Sequence[Row]) -> list[version_shapes.BridgeCase]:
    """Rows with their reasons: of the data the old rule at both moments, of the others both rules at the second."""
    reading = ends.after.reading
    now = refolding.refold(reading, (row.changed.case for row in rows))
    earlier = [row.changed.case for row in rows if row.part == "data"]
    then = refolding.refold(ends.first.reading, earlier) if earlier else {}
    named = titles(reading)
    items = []
    for row in rows:
        data, changed = row.part == "data", row.changed
        before = _reasons(
            (then if data else now)[changed.case], ends.first if data else ends.second, row.pair.old
        )
        after = _reasons(
            now[changed.case], ends.second if data else ends.after, row.pair.old if data else row.pair.new
        )
        items.append(
            version_shapes.BridgeCase(
                part=row.part,
                population=_population(crossed, row),
                measure=row.pair.term.served.id,
                moment=row.pair.moment,
                case=changed.subject,
                before=changed.before,
                after=changed.after,
                change=changed.after - changed.before,
                reasons_before=[refolding.shape_reason(one, named) for one in before],
                reasons_after=[refolding.shape_reason(one, named) for one in after],
            )
        )
    return items


def _population(crossed: Crossing, row: Row) -> Literal["old", "new"] | None:
    if row.part != "population":
        return None
    return "old" if row.changed.case in crossed.only_old else "new"


def _reasons(folded: fold.Folded, asked: Asked, term: terms.Term | None) -> list[ledger.Reason]:
    """What counted or excluded the case in a term, on the days it sums."""
    if term is None:
        return []
    days = terms.days_of(asked, term)
    accounts = {account.id for kind, account in term.served.accounts.items() if kind != "trigger"}
    first, until = days.first.toordinal(), days.until.toordinal()
    return [one for one in folded.reasons if one.account in accounts and first <= one.day < until]
