"""Histories of watches on the real store: a court merged mid-year, means with their cases, and the reporting triangle."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from plumbline import courts, periods
from plumbline.catalog import targets
from plumbline.catalog.definitions import Text
from plumbline.store import engine, looks
from plumbline.store.statements import statement
from plumbline.store.watchbooks import Owned, every_watch
from plumbline.warning import means_now, years
from plumbline.warning.verdicts import UNKNOWN, Verdict
from tests.keeper import Keeper, court, pack, record

MERGED = date(2025, 7, 1)
HERE, GONE = "示2401", "示2402"
APART = (court("示", None, 1), court("示24", "示", 2), court(HERE, "示24", 3))
TREE = (*APART, court(GONE, "示24", 4, valid_until=MERGED))
EACH, SHIFTED = 8, 30
"""Filings a month of each court; of the one that is left from December 2025 on."""
LAST = date(2026, 2, 1)


def filings() -> list[dict[str, Any]]:
    """Both courts' filings from 2021 on, all of them here after the merger, more from December 2025; closings since 2024."""
    chance, found, number = random.Random(7), [], 0
    month = date(2021, 1, 1)
    while month < LAST:
        following = periods.add_months(month, 1)
        for code in (HERE, GONE) if month < MERGED else (HERE, HERE):
            for _ in range(EACH if month < date(2025, 12, 1) else SHIFTED // 2):
                number += 1
                day = month + timedelta(days=chance.randrange((following - month).days))
                case = f"（{day.year}）{code}民初{number}号"
                found.append(record(number, "case.filed", case, day.isoformat()))
                closed = day + timedelta(days=1 + int(chance.lognormvariate(3.4, 0.7)))
                if day.year >= 2024 and closed < LAST and number % 2:
                    told = record(50_000 + number, "case.closed", case, closed.isoformat(), method="judgment")
                    found.append(told)
        month = following
    return found


@pytest.fixture(scope="module")
def keeper(module_database: str) -> Iterator[Keeper]:
    found = Keeper(module_database, [pack("court-core")], TREE, now=datetime(2026, 2, 1, 4, tzinfo=UTC))
    found.push(*filings())
    found.settle()
    yield found
    found.close()


def look(
    keeper: Keeper, day: date, tree: Sequence[courts.Court] = TREE, name: str = "workload_history"
) -> dict[str, Verdict]:
    """One look at filings, over the books' tree or another, by court."""
    known = keeper.scorer.fresh()
    owned = every_watch(known.catalogue, day)[f"court-core.{name}"]
    owned = Owned(owned.pack, dataclasses.replace(owned.watch, of=("filed",)))
    with engine.transaction(keeper.pool) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        at = looks.looker(connection, known.catalogue, courts.CourtTree(tree), day, keeper.now)
        found = at.figures(owned, [HERE])
    return {one.court: one for one in found}


def test_a_court_that_received_another_is_judged_by_the_history_of_both(keeper: Keeper) -> None:
    one = look(keeper, date(2025, 11, 1))[HERE]
    assert not one.beyond
    assert one.level != UNKNOWN
    assert one.document["expected"] == pytest.approx(2 * EACH, rel=0.2)
    assert one.document["united"] == [HERE, GONE]
    careless = look(keeper, date(2025, 11, 1), APART)[HERE]
    assert careless.beyond, "by its own months alone it would alarm"
    assert careless.side == "high"


def test_a_true_shift_after_a_merger_is_found(keeper: Keeper) -> None:
    one = look(keeper, LAST)[HERE]
    assert one.beyond
    assert one.side == "high"


def test_where_it_is_not_sure_who_received_nothing_more_is_told_for_a_year(keeper: Keeper) -> None:
    doubtful = (*TREE, court("示2403", "示24", 5))
    one = look(keeper, date(2025, 11, 1), doubtful)[HERE]
    assert one.level == UNKNOWN
    assert one.document["reason"] == "court_changed"
    assert one.document["changed_on"] == MERGED.isoformat()


def test_a_new_court_has_no_history_yet(keeper: Keeper) -> None:
    tree = (
        *APART[:2],
        court(HERE, "示24", 3, valid_from=MERGED),
        court("示2403", "示24", 5),
        court("示2404", "示24", 6),
    )
    assert look(keeper, date(2025, 11, 1), tree)[HERE].level == UNKNOWN


def test_the_scatter_of_a_mean_is_that_of_its_cases(keeper: Keeper) -> None:
    known, day = keeper.scorer.fresh(), date(2025, 10, 1)
    owned = every_watch(known.catalogue, day)["court-core.line_now"]
    with engine.transaction(keeper.pool) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        books = looks.looker(connection, known.catalogue, courts.CourtTree(APART), day, keeper.now).books
        year = books.year(owned.pack, "mean_trial_days", [HERE], "own")
        rows = connection.execute(
            "SELECT sum(days * days), sum(days) FROM (SELECT sum(value) AS days FROM posting WHERE account = %s"
            " AND court = %s AND day >= '2025-01-01' AND day < '2025-10-01' GROUP BY subject) each",
            (books.version(owned.pack, "mean_trial_days").served["trial_days"].main.id, HERE),
        ).fetchone()
    assert year.cases is not None
    assert rows is not None
    assert year.cases.year.tolist() == [float(rows[0])]
    assert year.numerators.tolist() == [float(rows[1])]
    assert np.nansum(year.cases.squares[0, year.begins :]) == float(rows[0])
    line = targets.Line("at_most", None, Fraction(20), Text("不超过 20 日", "at most 20 days"))
    (one,) = years.standing(owned.watch, dataclasses.replace(year, lines=(line,)))
    assert one.document["method"] == means_now.METHOD
    assert one.document["scatter"] == "cases"
    assert one.beyond, "its cases take about 38 days"
    assert one.document["assurance"]["state"] in ("fails", "hit_or_miss")
    (bare,) = years.standing(owned.watch, dataclasses.replace(year, lines=(line,), cases=None))
    assert bare.document["scatter"] == "months", "a figure reported without its cases"


def test_the_triangle_counts_what_became_known_when(database: str) -> None:
    pool = engine.open_pool(database, name="test", size=2, statement_timeout_ms=20_000)
    known = [("2025-03-31 17:00+00", "2025-03-30", 5), ("2025-04-02 01:00+00", "2025-03-31", 2),
             ("2025-05-10 01:00+00", "2025-03-02", 1), ("2025-04-20 01:00+00", "2025-04-19", 4),
             ("2025-05-20 01:00+00", "2025-04-01", 8)]  # fmt: skip
    with engine.transaction(pool) as connection:
        for number, (closed, day, value) in enumerate(known, 9_001):
            row = connection.execute(
                "INSERT INTO page (number, closed_at, cause, generation, cases) VALUES (%s, %s, 'test', 1, 1) RETURNING id",
                (number, closed),
            ).fetchone()
            assert row is not None
            connection.execute(
                "INSERT INTO posting (account, court, category, day, value, page, subject, home_court)"
                " VALUES (77, %s, 'civil', %s, %s, %s, 'x', %s)",
                (HERE, day, value, row[0], HERE),
            )
        # Looked at in the first hour after nine of 2 May, China's time: what was known by then of each month at its end.
        asked = {
            "accounts": [77], "courts": [HERE], "newest": date(2025, 4, 1), "zone": "Asia/Shanghai",
            "span": timedelta(days=1, hours=9, minutes=30), "known_at": datetime(2025, 5, 15, tzinfo=UTC),
            "first": date(2024, 1, 1), "until": date(2025, 5, 1),
        }  # fmt: skip
        rows = connection.execute(statement("list_reporting_triangle"), asked).fetchall()
    pool.close()
    assert [(row[1], row[2], int(row[3])) for row in rows] == [(0, 0, 4), (1, 0, 7), (1, 2, 1)]


def test_a_look_judges_the_last_month_by_what_is_usually_known_of_it(keeper: Keeper) -> None:
    """Two of three filings come in their month, the third forty days after it; looked at early on 1 November 2025."""
    known, day = keeper.scorer.fresh(), date(2025, 11, 1)
    owned = every_watch(known.catalogue, day)["court-core.workload_history"]
    owned = Owned(owned.pack, dataclasses.replace(owned.watch, of=("filed",)))
    looked = datetime(2025, 10, 31, 16, 30, tzinfo=UTC)
    with keeper.pool.connection() as connection:
        found = {}
        with connection.transaction(force_rollback=True):
            connection.execute("SET LOCAL session_replication_role = replica")
            rows = connection.execute(
                "INSERT INTO page (number, closed_at, cause, generation, cases)"
                " SELECT 90000 + row_number() OVER (), (m + CASE WHEN late THEN interval '1 month 40 days'"
                " ELSE interval '1 month - 1 minute' END) AT TIME ZONE 'Asia/Shanghai', to_char(m, 'YYYY-MM') || late, 1, 1"
                " FROM generate_series(timestamp '2021-01-01', timestamp '2026-01-01', interval '1 month') m,"
                " unnest(ARRAY[true, false]) late RETURNING id"
            ).fetchall()
            assert len(rows) == 2 * 61
            connection.execute(
                "UPDATE posting p SET page = g.id FROM page g WHERE g.number > 90000 AND g.cause ="
                " to_char(date_trunc('month', p.day), 'YYYY-MM') || (substring(p.subject from '([0-9]+)号')::int % 3 = 0)"
            )
            last = connection.execute(
                "SELECT number FROM page WHERE closed_at < %s ORDER BY closed_at DESC", (looked,)
            )
            row = last.fetchone()
            assert row is not None
            tree = courts.CourtTree(TREE)
            for lag in (0, 6):
                settings = {**owned.watch.settings, "lag": Fraction(lag)}
                asked = Owned(owned.pack, dataclasses.replace(owned.watch, settings=settings))
                at = looks.looker(connection, known.catalogue, tree, day, looked, page=row[0])
                (found[lag],) = at.figures(asked, [HERE])
    assert "completeness" not in found[0].document
    assert found[6].document["completeness"]["share"] == pytest.approx(2 / 3, abs=0.06)
    assert found[6].document["expected"] == pytest.approx(found[0].document["expected"] * 2 / 3, rel=0.12)
    assert found[6].score is not None
    assert found[0].score is not None
    assert found[6].score > 10 * found[0].score
    assert not found[6].beyond
