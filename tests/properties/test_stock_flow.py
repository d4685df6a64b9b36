"""旧存 + 新收 + 移入 - 已结 - 移出 = 未结, exactly and in every cell, whatever happened to the cases and to the courts;
what does not add up are the cases that were closed without having been filed before."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from plumbline import courts, ledger, periods, serving, stock_flow
from plumbline.catalog.ratios import Missing
from plumbline.valuation import CATEGORIES, Cell
from tests import keeper
from tests.keeper import Keeper
from tests.properties import books, histories
from tests.properties.test_fold import histories_of
from tests.referee.evaluator import Court, Referee
from tests.spec import routes

TODAY = date(2020, 5, 1)
PACK = "court-core"
SPANS = ("2020", "2020-Q1", "2020-02", "2020-01-15..2020-03-09", "2020-03@20")
WHERE = (*(("own", code) for code in histories.COURTS), ("all", "示24"), ("all", "示"), ("all", "示25"))
CATEGORY = ("civil", "administrative", "criminal", "enforcement")
CAUSE = ("sale", "private_loan")


def varied(records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Some filings name a category and a cause, so that cases change between them."""
    for place, one in enumerate(records):
        if one["type"] == "case.filed":
            more = {"category": CATEGORY[place % 4]} if place % 3 == 0 else {}
            one["data"] |= more | ({"cause": CAUSE[place % 2]} if place % 5 else {})
    return list(records)


def identities(served: serving.Catalogue) -> Iterator[stock_flow.Identity]:
    """The balances of court-core, bound."""
    pack = next(one for one in served.every if one.id == PACK)
    for balance in pack.balances.values():
        stock, *flows = (
            served.serving(f"{PACK}.{name}", TODAY).served[name]
            for name in (balance.stock, *balance.entering, *balance.leaving)
        )
        many = len(balance.entering)
        yield stock_flow.Identity(balance, stock, tuple(flows[:many]), tuple(flows[many:]))


def cells(causes: dict[str, tuple[str, ...]]) -> Iterator[Cell]:
    """Own and district, each category and all of them, each cause and none, several kinds of period."""
    for scope, code in WHERE:
        for text in SPANS:
            span = periods.Period.parse(text)
            for category in ("all", *CATEGORIES):
                yield Cell(code, scope, category, span)
            for cause, codes in causes.items():
                yield Cell(code, scope, "all", span, cause, causes=codes)


@hypothesis.settings(max_examples=40)
@hypothesis.given(histories_of, st.sampled_from(books.TREES))
def test_every_cell_balances_but_for_cases_closed_before_they_were_filed(
    records: list[dict[str, Any]], rows: tuple[courts.Court, ...]
) -> None:
    tree = courts.CourtTree(rows)
    book, served = routes.compiled(PACK)
    clean: list[tuple[str, ledger.Key, int]] = []
    every: list[tuple[str, ledger.Key, int]] = []
    for case, folded in routes.fold_all(routes.admitted(varied(records), tree), book, tree).items():
        lines = [(case, key, value) for key, value in folded.postings.items()]
        filed, closed = (folded.facts.get(f"{PACK}.{name}") for name in ("filed_on", "closed_on"))
        every += lines
        if closed is None or (isinstance(filed, int) and isinstance(closed, int) and filed <= closed):
            clean += lines
    for identity in identities(served):
        for cell in cells({code: (code,) for code in CAUSE}):
            found = stock_flow.audit(identity, cell, routes.MemoryShelf(clean, tree, TODAY), TODAY)
            assert not isinstance(found, Missing)
            assert found.difference == 0, (identity.balance.id, cell, found)
            whole = stock_flow.audit(identity, cell, routes.MemoryShelf(every, tree, TODAY), TODAY)
            assert not isinstance(whole, Missing)
            left = [one for one in every if one not in clean]
            dirt = stock_flow.audit(identity, cell, routes.MemoryShelf(left, tree, TODAY), TODAY)
            assert not isinstance(dirt, Missing)
            assert whole.difference == dirt.difference


@hypothesis.settings(max_examples=40)
@hypothesis.given(histories_of)
def test_the_fold_and_the_referee_see_the_same_moves(records: list[dict[str, Any]]) -> None:
    tree = [Court(one.code, one.parent, one.valid_from, one.valid_until) for one in books.TREE]
    given = varied(records)
    referee = Referee(keeper.DEFINITIONS / PACK, tree, given)
    ask = routes.by_fold(routes.Spec("property", {}, PACK, tuple(tree), tuple(given), ()))
    for name in ("moved_in", "moved_out", "moved_within"):
        for where, scope, category in (
            ("示2401", "own", "all"), ("示2402", "own", "civil"), ("示2401", "own", "administrative"), ("示24", "all", "all"),
        ):  # fmt: skip
            for period in ("2020", "2020-03"):
                wanted = referee.ask(name, where, scope, period, TODAY, category)
                found = ask(routes.Question("", name, where, scope, period, category, TODAY))
                assert found.value == wanted.value, (name, where, category, period)


@pytest.mark.parametrize("seed", [3, 8])
def test_moves_folded_bit_by_bit_are_those_of_one_batch(database: str, seed: int) -> None:
    dice = random.Random(seed)
    kinds = ("case.filed", "case.closed", "case.transferred", "case.reopened", "case.assigned")
    given = varied(
        [
            histories.event(
                n, kinds[n % 5], dice.choice(histories.FIRST), TODAY - timedelta(days=dice.randrange(150)),
                dice.randrange(10_000),
            )
            for n in range(60)
        ]
    )  # fmt: skip
    pack = keeper.pack(PACK)
    kept = Keeper(database, [pack], books.TREE)
    try:
        for start in range(0, len(given), 7):
            kept.push(*given[start : start + 7])
            kept.settle()
        bit_by_bit = books.read(kept)
        books.check_sums(kept)
        assert [one for one in bit_by_bit.postings if one[1] == "moves"]
        books.check_equal(bit_by_bit, books.from_scratch(kept, [pack], books.TREE, given, kept.now, seed))
    finally:
        kept.close()
