"""The bench's table: ratios round by round, and none at all where the results of the two sides differ."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
import typer

from services.bench import cases, stage, table
from services.commands import bench

ABOUT = table.Circumstances(1, 3, "2026-01-01T00:00:00+00:00", "abc", "a machine", "a server", 0.1)


def row(*, equal: bool = True) -> table.Row:
    given = table.Row(
        "R1", "one / other", "events/s", (50.0, 40.0, 60.0), (100.0, 100.0, 80.0), True, True, "hash", "disk"
    )
    return dataclasses.replace(given, equal=equal)


def test_a_ratio_is_taken_round_by_round_and_shown_with_its_spread() -> None:
    told = row().describe()
    assert told["ratio"] == {"median": 0.5, "min": 0.4, "max": 0.75, "rounds": [0.5, 0.4, 0.75]}
    assert any("0.5" in line and "0.75" in line for line in table.lines([row()], ABOUT))


def test_a_row_whose_results_differ_shows_no_ratio_and_no_rate() -> None:
    wrong = row(equal=False)
    assert wrong.ratios == []
    assert not {"ratio", "ours", "baseline"} & wrong.describe().keys()
    text = "\n".join(table.lines([wrong], ABOUT))
    assert "RESULTS DIFFER" in text
    assert "0.5" not in text


def test_the_json_holds_seed_date_commit_machine_and_every_round(tmp_path: Path) -> None:
    told = json.loads(table.write("x", [row()], ABOUT, tmp_path).read_text(encoding="utf-8"))
    assert {"seed", "date", "commit", "machine", "server", "rounds"} <= told["circumstances"].keys()
    assert len(told["rows"][0]["ratio"]["rounds"]) == 3


def test_the_hash_of_results_ignores_their_order_and_sees_one_item_doubled_or_changed() -> None:
    assert table.digest([b"a", b"b"]) == table.digest([b"b", b"a"])
    assert (
        len({table.digest(items) for items in ([b"a", b"b"], [b"a", b"b", b"b"], [b"a", b"c"], [b"ab"])}) == 4
    )


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50.0), (0.99, 99.0), (1.0, 100.0), (0.0, 1.0)])
def test_percentiles_are_nearest_rank(share: float, expected: float) -> None:
    assert table.percentile([float(number) for number in range(1, 101)], share) == expected


def test_the_invented_records_are_the_same_for_a_seed_never_repeat_and_have_the_stated_size() -> None:
    first, again, other = (cases.Maker(*key).records(2_000) for key in ((1, "a"), (1, "a"), (1, "b")))
    assert first == again
    ids = {record["id"] for record in first}
    assert len(ids) == 2_000
    assert not ids & {record["id"] for record in other}
    assert 280 <= len(cases.body(first)) / 2_000 <= 360


def test_the_command_ends_with_one_when_a_row_is_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Place:
        class server:  # noqa: N801 - stands for an attribute
            class binaries:  # noqa: N801 - the same
                version = "none"

        def __enter__(self) -> Place:
            return self

        def __exit__(self, *told: object) -> None:
            pass

    monkeypatch.setattr(stage, "Stage", Place)
    monkeypatch.setattr(table, "write", lambda name, rows, about: tmp_path)
    monkeypatch.setattr(bench, "_measured", lambda *told: [("x", [row(), row(equal=False)])])
    with pytest.raises(typer.Exit) as ended:
        bench.bench(rounds=1, only="R1", seed=1)
    assert ended.value.exit_code == 1
    monkeypatch.setattr(bench, "_measured", lambda *told: [("x", [row()])])
    bench.bench(rounds=1, only="R1", seed=1)
