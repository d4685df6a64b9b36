"""The statements that run at every step use their index once there is something to search in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest

from plumbline.store import statements
from tests.keeper import Keeper, pack

ROWS = 20_000
MANY = f"FROM generate_series(1, {ROWS}) n"
CELLS = "SELECT DISTINCT n % 30, 'c' || n % 40, 'civil'"
FILL = f"""
INSERT INTO event (source, event_id, type, home_court, subject, occurred_at, revision, by_hand, data, digest,
                   receipt)
SELECT 'court', 'x' || n, 'case.filed', 'c' || n % 40, 's' || n / 4, now(), 0, false, '{{}}', '\\x00', 1
{MANY};
INSERT INTO dirty_case (home_court, subject, priority, cause, reference)
SELECT 'c' || n % 40, 's' || n, n % 2, 'event', 1 {MANY};
INSERT INTO court_desk (home_court) SELECT 'c' || n FROM generate_series(0, 39) n;
INSERT INTO page (number, closed_at, cause, generation, cases)
SELECT n, now() - (100000 - n) * interval '1 s', 'event', 1, 1 {MANY};
INSERT INTO posting (account, court, category, day, value, page, subject, home_court)
SELECT n % 30, 'c' || n % 40, 'civil', date '2020-01-01' + n % 700, 1, n, 's' || n, 'c' || n % 40
{MANY};
INSERT INTO balance_month (account, court, category, month, value)
{CELLS}, date '2020-01-01' + (n % 50) * interval '1 month', 1 {MANY};
INSERT INTO balance_day (account, court, category, day, value)
{CELLS}, date '2020-01-01' + n % 500, 1 {MANY};
INSERT INTO case_link (source, event_id, role, from_court, from_subject, to_court, to_subject)
SELECT 'court', 'x' || n, 'appealed', 'c' || n % 40, 's' || n, 'c' || n % 39, 't' || n {MANY};
INSERT INTO case_link (source, event_id, role, from_court, from_subject, to_court, to_subject)
SELECT 'court', 'k' || n, 'dispute', 'c' || n % 40, 's' || n, '', 'dispute:' || n / 3 {MANY};
INSERT INTO case_link (source, event_id, role, from_court, from_subject, to_court, to_subject)
SELECT 'court', 'z' || n, 'dispute', 'c' || n % 40, 's' || n, '', 'dispute:filler' {MANY};
"""
DAY = {"first": date(2020, 3, 1), "until": date(2020, 4, 1)}
CELL = {"accounts": [3], "courts": ["c3"]}
WEEKS = DAY | {"account": 3, "courts": ["c3"], "cuts": [date(2020, 3, 11)]}
PLANS: list[tuple[str, Mapping[str, Any], str, str]] = [
    ("claim_desk", {}, "dirty_case_desk", "dirty_case"),
    ("take_marks", {"home_court": "c3", "most": 50}, "dirty_case_desk", "dirty_case"),
    ("read_histories", {"home_court": ["c3"], "subject": ["s1"]}, "event_case", "event"),
    ("read_linking", {"home_court": ["c3"], "subject": ["t3"]}, "case_link_to", "case_link"),
    ("read_keyed", {"keys": ["dispute:7", "dispute:filler"], "most": 51}, "case_link_key", "case_link"),
    ("read_balance_months", CELL, "balance_month_pkey", "balance_month"),
    ("read_balance_days", CELL | DAY, "balance_day_pkey", "balance_day"),
    (
        "read_postings_known",
        CELL | {"known_at": datetime(2030, 1, 1, tzinfo=UTC), "cause": None},
        "posting_ledger",
        "posting",
    ),
    (
        "list_own_cases",
        {"accounts": [3], "court": "c3", "person": "J-1", "today": date(2020, 3, 1), "facts": []},
        "posting_ledger",
        "posting",
    ),
    ("sum_balance_weeks", WEEKS, "balance_day_pkey", "balance_day"),
    (
        "sum_posting_weeks_known",
        WEEKS | {"known_at": datetime(2030, 1, 1, tzinfo=UTC)},
        "posting_ledger",
        "posting",
    ),
]


@pytest.fixture(scope="module")
def filled(module_database: str) -> Iterator[psycopg.Connection[Any]]:
    Keeper(module_database, [pack("small")]).close()
    with psycopg.connect(module_database, autocommit=True) as connection:
        connection.execute(FILL)
        connection.execute("VACUUM ANALYZE")
        yield connection


def nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


@pytest.mark.parametrize(("name", "binds", "index", "table"), PLANS, ids=[plan[0] for plan in PLANS])
def test_a_statement_uses_its_index(
    filled: psycopg.Connection[Any], name: str, binds: Mapping[str, Any], index: str, table: str
) -> None:
    with filled.transaction(force_rollback=True):
        (found,) = filled.execute(
            f"EXPLAIN (FORMAT JSON) {statements.statement(name)}", binds
        ).fetchone() or ([],)
    every = list(nodes(found[0]["Plan"]))
    assert index in {node.get("Index Name") for node in every}, found
    scanned = {node.get("Relation Name") for node in every if node["Node Type"] == "Seq Scan"}
    assert table not in scanned, found


def test_a_key_that_half_a_court_names_is_not_read_whole(filled: psycopg.Connection[Any]) -> None:
    asked = {"keys": ["dispute:7", "dispute:filler"], "most": 51}
    (found,) = filled.execute(
        f"EXPLAIN (ANALYZE, FORMAT JSON) {statements.statement('read_keyed')}", asked
    ).fetchone() or ([],)
    read = [node for node in nodes(found[0]["Plan"]) if node.get("Relation Name") == "case_link"]
    assert {node["Index Name"] for node in read} == {"case_link_key"}
    assert found[0]["Plan"]["Actual Rows"] == 51 + 3
    assert max(node["Actual Rows"] for node in read) <= 1
