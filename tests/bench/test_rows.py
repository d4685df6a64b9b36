"""Every row of the bench in short form: it runs, its results are equal, its two sides are there. No speed
is asserted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.bench import fold, ingest, lag, series, stage, table

pytestmark = pytest.mark.xdist_group("bench")


@pytest.fixture(scope="module")
def place() -> Iterator[stage.Stage]:
    with stage.Stage() as made:
        yield made


def sound(rows: list[table.Row]) -> None:
    for row in rows:
        assert row.equal, row.describe()
        assert len(row.ratios) == 1
        assert row.ratios[0] > 0
        assert row.bound


def test_ingest_beside_a_raw_copy_with_every_check_on(place: stage.Stage) -> None:
    rows = ingest.measure(place, 1, 1, batch=300, batches=2)
    sound(rows)
    assert set(rows[0].more["checks_refused_as_they_should"]) == set(ingest.BAD)


def test_an_event_that_copy_did_not_store_takes_the_ratio_away(
    place: stage.Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = ingest._stored

    def forgetful(dsn: str, *, whole: bool = False) -> Iterator[bytes]:
        rows = list(honest(dsn, whole=whole))
        yield from rows[1:] if dsn.endswith("_raw") else rows

    monkeypatch.setattr(ingest, "_stored", forgetful)
    monkeypatch.setattr(place, "database", renamed(place))
    assert not any(row.ratios for row in ingest.measure(place, 1, 1, batch=300, batches=1))


def renamed(place: stage.Stage) -> object:
    make = place.database
    return lambda name: make(f"again_{name}")


def test_posting_beside_the_fold_and_a_series_beside_its_select(place: stage.Stage) -> None:
    rows, database = fold.measure(place, 1, 1, count=30)
    sound(rows)
    sound(series.measure(place, database, 1, asked=6))


def test_lag_beside_two_commits(place: stage.Stage) -> None:
    rows = lag.measure(place, 1, 1, samples=3, cases_a_second=2)
    sound(rows)
    assert rows[0].more["probes_counted"] == rows[0].more["probes_sent"]


def test_a_ledger_that_differs_from_the_fold_takes_the_ratio_away(
    place: stage.Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line more in the fold's own tally, and the row has no ratio."""
    honest = fold._add

    def padded(tally: fold.Tally, folded: object) -> None:
        honest(tally, folded)  # type: ignore[arg-type]
        key = next(iter(tally.lines))
        tally.lines[key] += 1

    monkeypatch.setattr(fold, "_add", padded)
    monkeypatch.setattr(place, "database", renamed(place))
    rows, _ = fold.measure(place, 3, 1, count=12)
    assert not any(one.equal for one in rows)
