"""The stock-flow audit: whether what came and what went explains every stock, and the cases that do not add up."""

from __future__ import annotations

import urllib.parse
from typing import Annotated, Literal

import fastapi
from fastapi import Query

from plumbline import serving, stock_flow, valuation
from plumbline.catalog import scopes
from plumbline.catalog.definitions import Pack
from plumbline.catalog.identities import Balance
from plumbline.catalog.ratios import Missing
from plumbline.periods import Period
from plumbline.stock_flow import Audit, Identity
from plumbline.store import stock_flow as lines
from plumbline.valuation import Cell
from services.api import dimensions, figures, parameters, shapes, words
from services.api import stock_flow_shapes as flow_shapes
from services.api.contract import described
from services.api.desk import AtDesk, Reading

router = fastapi.APIRouter(tags=["figures"])
LEFT_ONLY = shapes.Words(
    zh="计为转出，但不在存量中：未见立案，或结案早于立案，待核实",
    en="counted as gone, but it did not stand in the stock: no filing is known, or it was closed before it; to be checked",
)
ENTERED_ONLY = shapes.Words(
    zh="计为转入，但未进入存量：结案早于立案，待核实",
    en="counted as come, but it does not stand in the stock: it was closed before it was filed; to be checked",
)
UNEVEN = shapes.Words(
    zh="进出次数与存量变化不一致，待核实",
    en="it came and went another number of times than the stock shows; to be checked",
)
BalanceName = Annotated[
    str | None, Query(description="one balance only: `<pack>.<name>` or its bare name", max_length=200)
]


@router.get(
    "/v1/stock-flow",
    **described("read_stock_flow", "Whether stocks and flows add up", flow_shapes.StockFlow),
)
def read_stock_flow(
    desk: AtDesk,
    court: parameters.CourtCode,
    scope: parameters.Scope,
    period: parameters.PeriodText,
    known_at: parameters.KnownAt = None,
    category: parameters.Category = valuation.ALL,
    cause: parameters.Cause = None,
    balance: BalanceName = None,
    limit: parameters.Limit = 50,
) -> fastapi.Response:
    """旧存 + 新收 + 移入 - 已结 - 移出 = 未结, term by term. Sealed cases are counted, never listed."""
    span = Period.parse(period)
    with desk.open(known_at) as reading:
        row = reading.court(court)
        on = min(span.last_day, reading.today(row.code))
        cell = dimensions.cut(reading, on, category, cause, None).cell(row.code, scope, span)
        found = [
            _shape(reading, cell, f"{pack.id}.{one.id}", pack, one, limit)
            for pack, one in stated(reading)
            if balance in (None, one.id, f"{pack.id}.{one.id}")
        ]
        answer = flow_shapes.StockFlow(
            court=row.code,
            court_name=figures.shape_court(reading, row.code),
            scope=scope,
            period=span.text,
            period_from=span.start,
            period_until=span.last_day,
            category=category,
            cause=cause,
            balances=found,
            page=reading.known.page,
            known_at=reading.known_at(row.code),
            computed_at=reading.now,
            demo=reading.know.is_demo(row.code),
        )
    shown = sum(len(each.items) for each in found)
    return desk.answer_cases(answer, "stock_flow.read", f"{row.code} {scope} {span.text}", cases=shown)


def stated(reading: Reading) -> list[tuple[Pack, Balance]]:
    """Every balance of the packs in the books, of each pack the newest edition."""
    newest = {pack.id: pack for pack in reading.know.catalogue.every}
    return [(pack, one) for pack in newest.values() for one in pack.balances.values()]


def bind(reading: Reading, pack: Pack, balance: Balance, cell: Cell) -> Identity | None:
    """A balance with the accounts that answer for the cell's period; None where one of them did not stand then."""
    names = (balance.stock, *balance.entering, *balance.leaving)
    found = [one for name in names if (one := served(reading, pack, name, cell)) is not None]
    if len(found) < len(names):
        return None
    stock, *rest = found
    many = len(balance.entering)
    return Identity(balance, stock, tuple(rest[:many]), tuple(rest[many:]))


def served(reading: Reading, pack: Pack, name: str, cell: Cell) -> serving.Served | None:
    """A measure that a pack names, its own or of one it builds on; None where it did not stand."""
    on = min(cell.period.last_day, reading.today(cell.court))
    owner = next(one for one in scopes.chain(pack) if name in one.measures)
    version = reading.know.answering(f"{owner.id}.{name}", on, None, reading.known.known_at)
    return None if version is None else version.served[name]


def _shape(
    reading: Reading, cell: Cell, name: str, pack: Pack, balance: Balance, limit: int
) -> flow_shapes.FlowBalance:
    identity = bind(reading, pack, balance, cell)
    today = reading.today(cell.court)
    wanted = frozenset(one.main.id for one in identity.every) if identity else frozenset[int]()
    shelf = figures.shelf(reading, today, ())
    shelf.wanted = wanted
    found: Audit | Missing = Missing("not_in_books")
    if identity is not None:
        found = stock_flow.audit(identity, cell, shelf, today)
    if identity is None or isinstance(found, Missing):
        return _missing(name, balance, found.reason if isinstance(found, Missing) else "not_in_books")
    parts = stock_flow.pieces(cell, shelf, today)
    courts = tuple(dict.fromkeys(code for piece in parts for code in piece.courts))
    breaks = lines.list_breaks(
        reading.connection, identity, cell, parts, reading.visible(courts), reading.known.page, limit
    )
    inside = _inside(reading, identity, cell, parts)
    flows = (*identity.entering, *identity.leaving)
    return flow_shapes.FlowBalance(
        balance=name,
        title=words.of(balance.title),
        stock=identity.stock.id,
        unit=identity.stock.measure.unit,
        opening=found.opening,
        joined=found.joined,
        parted=found.parted,
        terms=[
            _term(identity, cell, one, amount, inside.get(one.id))
            for one, amount in zip(flows, found.amounts, strict=True)
        ],
        closing=found.closing,
        difference=found.difference,
        balanced=found.difference == 0,
        reason=None,
        cases=breaks.cases,
        not_listed=breaks.hidden,
        items=[_break(identity, one) for one in breaks.listed],
    )


def _inside(
    reading: Reading, identity: Identity, cell: Cell, parts: list[stock_flow.Piece]
) -> dict[str, int]:
    """By measure of moves, how many of them stayed inside the cell."""
    ways = {one.measure.movement: one for one in identity.every if one.measure.kind == "moves"}
    if not {"in", "out"} <= ways.keys():
        return {}
    into, out_of = ways["in"], ways["out"]
    count = lines.count_inside(
        reading.connection, into.main.id, out_of.main.id, cell, parts, reading.known.page
    )
    return {into.id: count, out_of.id: count}


def _term(
    identity: Identity, cell: Cell, one: serving.Served, amount: int, inside: int | None
) -> flow_shapes.FlowTerm:
    way: Literal["in", "out"] = "in" if one in identity.entering else "out"
    title = one.measure.title
    asked = {"court": cell.court, "scope": cell.scope, "period": cell.period.text, "category": cell.category}
    if cell.cause is not None:
        asked["cause"] = cell.cause
    return flow_shapes.FlowTerm(
        measure=one.id,
        title=words.of(title) if title else shapes.Words(zh=one.measure.id, en=one.measure.id),
        way=way,
        amount=amount,
        inside=inside,
        across=amount - (inside or 0),
        cases=f"/v1/indicators/{one.id}/cases?{urllib.parse.urlencode(asked)}",
    )


def _break(identity: Identity, one: lines.Break) -> flow_shapes.FlowBreak:
    many = len(identity.entering)
    stood, came = one.amounts.get(0), sum(one.amounts.get(place, 0) for place in range(1, many + 1))
    why = UNEVEN if stood else ENTERED_ONLY if came > 0 else LEFT_ONLY
    return flow_shapes.FlowBreak(
        case=one.subject,
        difference=one.difference,
        day=one.day,
        why=why,
        terms=[
            flow_shapes.TermAmount(measure=identity.every[place].id, amount=amount)
            for place, amount in one.amounts.items()
        ],
    )


def _missing(name: str, balance: Balance, reason: str) -> flow_shapes.FlowBalance:
    return flow_shapes.FlowBalance(
        balance=name, title=words.of(balance.title), stock=balance.stock, unit="cases", opening=None, joined=None,
        parted=None, terms=[], closing=None, difference=None, balanced=None, reason=reason, cases=None,
        not_listed=None, items=[],
    )  # fmt: skip
