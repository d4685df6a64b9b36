"""What was known at a moment stays so: asked again after late, corrected and retracted events, it answers
the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from plumbline import valuation
from plumbline.store import balances, engine
from tests.keeper import Keeper, record
from tests.properties import books, histories

START = datetime(2020, 4, 20, 4, tzinfo=UTC)
NAMES = ("closed", "pending", "overdue", "altered_rate", "judges", "filed_change")
PLACES = (("示2401", "own"), ("示24", "all"), ("示", "all"))
PERIODS = ("2020", "2020-02@20")


@pytest.fixture
def keeper(database: str) -> Iterator[Keeper]:
    kept = Keeper(database, [books.edition(1)], books.TREE, now=START)
    yield kept
    kept.close()


def answers(kept: Keeper, moment: datetime | None, today: date) -> dict[tuple[str, ...], valuation.Value]:
    return {
        (name, where, scope, period): kept.value(
            f"machine.{name}", where, period, scope=scope, known_at=moment, today=today
        )
        for name in NAMES
        for where, scope in PLACES
        for period in PERIODS
    }


def clock(kept: Keeper) -> datetime:
    (moment,) = kept.query("SELECT clock_timestamp()")[0]
    return moment


def test_answers_about_a_moment_never_change_and_equal_what_was_said_then(keeper: Keeper) -> None:
    said: list[tuple[datetime, date, dict[tuple[str, ...], valuation.Value]]] = []
    number = 0
    kinds = sorted(histories.KINDS)
    for step in range(10):
        made = []
        for n in range(12):
            number += 1
            pick = step * 31 + n * 17
            case = histories.CASES[pick % len(histories.CASES)]
            made.append(
                histories.event(
                    number, kinds[pick % len(kinds)], case, keeper.today() - timedelta(days=pick % 120), pick
                )
            )
        for earlier in range(1, number - 12, 11):
            if (earlier + step) % 4 == 0:
                number += 1
                made.append(
                    record(
                        number,
                        "event.retracted",
                        histories.CASES[0],
                        "2020-01-01",
                        replaces=f"e{earlier}",
                        revision=step + 1,
                    )
                )
        keeper.push(*made)
        keeper.settle()
        moment, today = clock(keeper), keeper.today()
        now = answers(keeper, None, today)
        assert answers(keeper, moment, today) == now
        said.append((moment, today, now))
        keeper.now += timedelta(days=3)
    for moment, today, now in said:
        assert answers(keeper, moment, today) == now


def test_a_moment_between_two_pages_knows_the_first_and_not_the_second(keeper: Keeper) -> None:
    keeper.push(record(1, "case.filed", histories.FIRST[0], "2020-03-02"))
    keeper.settle()
    between = clock(keeper)
    keeper.push(record(2, "case.filed", histories.FIRST[1], "2020-03-03"))
    keeper.settle()
    assert keeper.number("machine.filed", "示2401", "2020-03", known_at=between, today=keeper.today()) == 1
    assert keeper.number("machine.filed", "示2401", "2020-03") == 2
    assert (
        keeper.number(
            "machine.filed", "示2401", "2020-03", known_at=between - timedelta(hours=1), today=keeper.today()
        )
        == 0
    )


def test_what_is_dated_later_is_not_known_before_its_day(keeper: Keeper) -> None:
    keeper.push(record(1, "case.filed", histories.FIRST[0], "2020-04-01", procedure="summary"))
    keeper.settle()
    moment = clock(keeper)
    # The limit, one month in this pack, ends on 1 May: the line of 2 May is written already.
    for today, wanted in ((date(2020, 4, 20), 0), (date(2020, 5, 1), 0), (date(2020, 5, 2), 1)):
        assert keeper.number("machine.overdue", "示2401", "2020", known_at=moment, today=today) == wanted


def test_a_moment_that_has_not_come_cannot_be_asked_about(keeper: Keeper) -> None:
    with pytest.raises(LookupError), engine.transaction(keeper.pool) as connection:
        balances.settle(connection, clock(keeper) + timedelta(days=1))


def test_a_page_being_closed_is_waited_for(keeper: Keeper) -> None:
    """A page takes its moment before it commits: a reader of a later moment must not answer without it."""
    import threading

    keeper.push(record(1, "case.filed", histories.FIRST[0], "2020-03-02"))
    known = keeper.scorer.knowledge()
    found: list[int | None] = []

    def ask(moment: datetime) -> None:
        read = engine.retrying(
            lambda: keeper.number("machine.filed", "示2401", "2020-03", known_at=moment, today=keeper.today())
        )
        found.append(read)

    from plumbline.store import pages

    with engine.transaction(keeper.pool) as connection:
        pages.step(
            connection,
            known.book,
            known.subjects,
            keeper.scorer.zone_of,
            tree_mark=known.edition.tree,
            most=9,
        )
        reader = threading.Thread(target=ask, args=(clock(keeper),))
        reader.start()
        reader.join(0.3)
        assert not found
    reader.join(10)
    assert found == [1]
