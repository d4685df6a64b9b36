"""Opening stocks as a reader sees them: statements held against the books of the day before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from plumbline import openings, periods, serving, valuation
from plumbline.openings import Line, Statement
from plumbline.periods import Period
from plumbline.store import openings as statements
from plumbline.valuation import Cell
from services.api import figures, shapes
from services.api.desk import Reading
from services.api.opening_shapes import BoardOpening, OpeningLine, OpeningSummary
from services.api.routes import stock_flow

BALANCED = shapes.Words(zh="期初已核对一致", en="the opening stock balances")
UNEVEN = shapes.Words(
    zh="期初与账面不一致，待核实", en="the opening stock and the books differ; to be checked"
)
UNREADY = shapes.Words(
    zh="账面尚未就绪，无法核对", en="the books are not ready: it cannot be held against them"
)
BEFORE = shapes.Words(
    zh="本期早于建账日：建账前已结的案件不在账内，数值不完整",
    en="the period begins before the books were opened: cases closed before are not in them, so its figures are incomplete",
)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts an opening stock is read from; `reason` is why they cannot be read."""

    stocks: tuple[int, ...] = ()
    opening: tuple[int, ...] = ()
    marks: tuple[int, ...] = ()
    reason: str | None = None


def read(reading: Reading, courts: Sequence[str]) -> dict[str, list[Statement]]:
    """The statements of courts as known in this reading, by court in the order given; courts without any are left out."""
    found = statements.list_statements(reading.connection, courts, reading.known.page)
    by_court = {code: [one for one in found if one.court == code] for code in courts}
    return {code: own for code, own in by_court.items() if own}


def accounts(reading: Reading, cell: Cell) -> Accounts:
    """What every balance of the packs that knows an opening stock counts it by."""
    found: list[list[serving.Served]] = []
    for pack, one in stock_flow.stated(reading):
        if one.opening is None or one.marked is None:
            continue
        bound = [
            stock_flow.served(reading, pack, name, cell) for name in (one.stock, one.opening, one.marked)
        ]
        if None in bound:
            return Accounts(reason="not_in_books")
        found.append([each for each in bound if each is not None])
    if not found:
        return Accounts(reason="not_in_books")
    if any(each.filling for bound in found for each in bound):
        return Accounts(reason="filling")
    stocks, opening, marks = (tuple(each.main.id for each in column) for column in zip(*found, strict=True))
    return Accounts(stocks, opening, marks)


def cell_of(code: str, statement: Statement) -> Cell:
    """The own cases of a court on the day before its opening day."""
    before = statement.day - timedelta(days=1)
    return Cell(code, "own", valuation.ALL, periods.between(before, before))


def lines(reading: Reading, code: str, held: Sequence[Statement]) -> tuple[list[Line], Accounts]:
    """The categories of a court, and the accounts they were read from."""
    cell = cell_of(code, held[0])
    found = accounts(reading, cell)
    if found.reason is not None:
        return [], found
    shelf = figures.shelf(reading, reading.today(code), ())
    shelf.wanted = frozenset((*found.stocks, *found.opening))
    levels = [
        {
            category: sum(
                shelf.column(account, Cell(code, "own", category, cell.period)).through(cell.period.start)
                for account in group
            )
            for category in valuation.CATEGORIES
        }
        for group in (found.stocks, found.opening)
    ]
    return openings.reconcile(held, levels[0], levels[1]), found


def summary(reading: Reading, code: str, told: Sequence[Statement]) -> OpeningSummary:
    """How the opening stock of a court stands."""
    held = openings.holding(told)
    found, read_from = lines(reading, code, held)
    balanced = read_from.reason is None and all(one.balanced for one in found)
    return OpeningSummary(
        court=code,
        court_name=figures.shape_court(reading, code),
        day=held[0].day,
        balanced=balanced,
        state=UNREADY if read_from.reason else BALANCED if balanced else UNEVEN,
        reason=read_from.reason,
        lines=[
            OpeningLine(
                category=one.category,
                source=one.source,
                stated=one.stated,
                pending=one.pending,
                marked=one.marked,
                difference=one.difference,
                balanced=one.balanced,
            )
            for one in found
        ],
    )


def of_board(reading: Reading, courts: Sequence[str], span: Period) -> BoardOpening | None:
    """What a board of these courts must say; None where no opening stock was stated, or nothing is amiss."""
    told = read(reading, reading.visible(tuple(courts)))
    found = [summary(reading, code, own) for code, own in told.items()]
    uneven = [one for one in found if not one.balanced]
    early = [one.court for one in found if span.start < one.day]
    if not uneven and not early:
        return None
    said = [*([UNEVEN] if uneven else []), *([BEFORE] if early else [])]
    return BoardOpening(
        balanced=not uneven,
        words=shapes.Words(zh="；".join(one.zh for one in said), en="; ".join(one.en for one in said)),
        courts=uneven,
        before_opening=early,
    )
