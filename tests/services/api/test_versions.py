"""Versions as a reader meets them: in force from a day, filling while services run, retired."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from plumbline.store import engine, proof
from services.scoring.scorer import Scorer
from tests.keeper import Keeper, record
from tests.services.api.conftest import Api
from tests.services.api.test_bridge import NOT_WITHDRAWN, bridge, case, edition, started

RATE = "rates.judged_rate"


def figure(api: Api, period: str, **params: Any) -> Any:
    return api.value(RATE, "示2401", period, **params)


def test_the_definition_in_force_on_the_last_day_answers_for_a_period_that_straddles_a_change(
    fresh: Api, tmp_path: Path
) -> None:
    fresh.keeper.publish(
        edition(tmp_path, "1"), edition(tmp_path, "2", disposed=NOT_WITHDRAWN, since="2025-03-15")
    )
    started(fresh)  # everything was closed on 5 March
    for period, version, day in (
        ("2025-02", "1", "2025-02-28"),
        ("2025-03-01..2025-03-14", "1", "2025-03-14"),
        ("2025-03-01..2025-03-15", "2", "2025-03-15"),
        ("2025-03", "2", "2025-03-31"),
        ("2025", "2", "2025-12-31"),
    ):
        found = figure(fresh, period)
        assert (found["version"], found["version_day"]) == (version, day), period
    found = figure(fresh, "2025-03")
    assert (found["in_force_from"], found["in_force_until"], found["denominator"]) == ("2025-03-15", None, 3)
    other = figure(fresh, "2025-03", version="1")
    assert (other["version"], other["version_day"], other["denominator"]) == ("1", None, 5)
    assert other["in_force_from"] == "2015-01-01"


def test_a_measure_too_changes_on_the_day_its_edition_comes_into_force(fresh: Api, tmp_path: Path) -> None:
    fresh.keeper.publish(
        edition(tmp_path, "1"), edition(tmp_path, "2", disposed=NOT_WITHDRAWN, since="2025-03-15")
    )
    started(fresh)
    before = fresh.value("rates.disposed", "示2401", "2025-03-01..2025-03-10")
    after = fresh.value("rates.disposed", "示2401", "2025-03")
    assert [(one["version"], one["numerator"]) for one in (before, after)] == [("1", 5), ("2", 3)]


def test_a_series_takes_each_point_by_its_own_days(fresh: Api, tmp_path: Path) -> None:
    fresh.keeper.publish(
        edition(tmp_path, "1"), edition(tmp_path, "2", since="2025-04-01", disposed=NOT_WITHDRAWN)
    )
    started(fresh)
    found = fresh.get(
        f"/v1/indicators/{RATE}/series", court="示2401", scope="own", first="2025-02", to="2025-05"
    )
    assert [point["version"] for point in found["points"]] == ["1", "1", "2", "2"]


def test_a_definition_that_ended_is_answered_by_what_was_in_force_last(fresh: Api, tmp_path: Path) -> None:
    ended = (
        edition(tmp_path, "1", until="2024-01-01"),
        edition(tmp_path, "2", since="2024-01-01", until="2025-01-01"),
    )
    fresh.keeper.publish(*ended)
    started(fresh)
    assert [figure(fresh, period)["version"] for period in ("2014", "2023", "2024", "2025")] == [
        "1",
        "1",
        "2",
        "2",
    ]


def test_a_retired_version_is_read_at_moments_before_its_retirement_and_not_after(
    fresh: Api, tmp_path: Path
) -> None:
    own = """ , where: "closing_method <> 'transfer'\""""
    fresh.keeper.publish(edition(tmp_path, "1", disposed=own), edition(tmp_path, "2", disposed=NOT_WITHDRAWN))
    started(fresh)
    stood = str(fresh.keeper.query("SELECT clock_timestamp()")[0][0].isoformat())
    assert figure(fresh, "2025", version="1")["denominator"] == 5
    fresh.keeper.retire("rates", "1")
    fresh.keeper.push(
        record(900, "case.filed", case(90), "2025-01-10"),
        record(901, "case.closed", case(90), "2025-02-10", method="judgment"),
    )
    fresh.keeper.settle()
    then = figure(fresh, "2025", version="1", known_at=stood)
    assert (then["denominator"], then["version"], then["reason"]) == (5, "1", None)
    now = figure(fresh, "2025", version="1")
    assert (now["value"], now["reason"]) == (None, "not_in_books")
    assert figure(fresh, "2025")["denominator"] == 4
    states = {one["version"]: one for one in fresh.get(f"/v1/indicators/{RATE}")["versions"]}
    assert (states["1"]["state"], states["2"]["state"], states["2"]["retired_at"]) == (
        "retired",
        "complete",
        None,
    )


def test_a_version_asked_for_by_name_does_not_answer_for_moments_before_it_was_complete(
    fresh: Api, tmp_path: Path
) -> None:
    before = started(fresh)
    fresh.keeper.publish(edition(tmp_path, "1", disposed=NOT_WITHDRAWN))
    fresh.keeper.settle()
    found = figure(fresh, "2025", version="1", known_at=before)
    assert (found["value"], found["reason"]) == (None, "not_in_books")


@contextmanager
def running(*loops: Callable[[], object]) -> Iterator[None]:
    """Loops in threads of their own until the block ends; what one of them raises fails the test."""
    done, failures = threading.Event(), list[BaseException]()

    def run(step: Callable[[], object]) -> None:
        try:
            while not done.is_set():
                if not step():
                    done.wait(0.002)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(step,)) for step in loops]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join(30)
    assert not failures, failures


class Feed:
    """A court that files and closes a case at every step."""

    def __init__(self, keeper: Keeper) -> None:
        self.keeper = keeper
        self.cases = 0

    def step(self) -> bool:
        """One more case; a few of them withdrawn."""
        number = 1_000 + self.cases
        method = "withdrawal" if number % 3 == 0 else "judgment"
        self.keeper.push(
            record(10 * number, "case.filed", case(number), "2025-01-10"),
            record(10 * number + 1, "case.closed", case(number), "2025-03-05", method=method),
        )
        self.cases += 1
        return False


def test_the_old_version_answers_without_a_gap_until_the_new_one_is_complete(
    fresh: Api, tmp_path: Path
) -> None:
    fresh.keeper.publish(edition(tmp_path, "1"))
    started(fresh)
    feed = Feed(fresh.keeper)
    for _ in range(120):
        feed.step()
    fresh.keeper.settle()
    scorer = Scorer(fresh.keeper.pool, lambda: datetime.now(UTC), "Asia/Shanghai", most=5)
    progress: list[dict[str, Any]] = []
    versions: list[str] = []

    def score() -> bool:
        return bool(scorer.post() or scorer.complete() or scorer.value(most=50))

    with running(feed.step, score):
        fresh.keeper.publish(edition(tmp_path, "2", disposed=NOT_WITHDRAWN))
        deadline = datetime.now(UTC).timestamp() + 60
        while (versions[-3:] != ["2", "2", "2"]) and datetime.now(UTC).timestamp() < deadline:
            found = figure(fresh, "2025")
            assert (found["reason"], found["value"] is None) == (None, False)
            versions.append(found["version"])
            progress += fresh.get("/v1/catalog/filling")["items"]
            for side in bridge(fresh)["filling"]:
                assert 0 <= side["percent"] <= 100
    fresh.keeper.settle()
    assert versions == sorted(versions)
    assert set(versions) == {"1", "2"}
    assert len({one["cases_left"] for one in progress}) > 1
    assert any(one["complete_at"] for one in progress)
    whole = figure(fresh, "2025", version="1")
    kept = figure(fresh, "2025", version="2")
    withdrawn = 2 + sum((1_000 + number) % 3 == 0 for number in range(feed.cases))
    assert (whole["denominator"], kept["denominator"]) == (feed.cases + 5, feed.cases + 5 - withdrawn)
    assert prove(fresh.keeper) == ()


def prove(keeper: Keeper) -> tuple[str, ...]:
    """What `plumbline rebuild --check` finds: every case folded again from the journal, line by line."""
    known = keeper.scorer.fresh()
    with engine.transaction(keeper.pool) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        found = proof.prove(connection, known.book, known.subjects, keeper.scorer.zone_of)
    assert found.cases > 100
    return found.differences


@pytest.mark.parametrize("day", [date(2025, 3, 14), date(2025, 3, 15)])
def test_the_board_stands_on_the_same_definitions_as_the_value(day: date, fresh: Api, tmp_path: Path) -> None:
    fresh.keeper.publish(
        edition(tmp_path, "1"), edition(tmp_path, "2", disposed=NOT_WITHDRAWN, since="2025-03-15")
    )
    started(fresh)
    period = f"2025-03-01..{day}"
    board = fresh.get("/v1/board", court="示2401", period=period)
    assert f"'indicator': '{RATE}'" in str(board)
    one = figure(fresh, period)
    cells = [cell for cell in _cells(board) if cell.get("indicator") == RATE and "denominator" in cell]
    assert [cell["denominator"] for cell in cells if cell.get("scope", "own") == "own"][:1] == [
        one["denominator"]
    ]


def _cells(found: Any) -> Iterator[dict[str, Any]]:
    if isinstance(found, dict):
        yield found
        for inner in found.values():
            yield from _cells(inner)
    elif isinstance(found, list):
        for inner in found:
            yield from _cells(inner)
