"""A look waits while the books are behind what was accepted, and comes as soon as they have caught up."""

from __future__ import annotations

from datetime import timedelta

from services.scoring.watcher import LAG_S, Watcher
from tests.keeper import record
from tests.services.api.conftest import Api

LIMITS = "court-core.case_limits"


def test_nobody_looks_into_books_that_lag(fresh: Api) -> None:
    last = fresh.keeper.today()
    asked = {"from": (last - timedelta(days=2)).isoformat(), "to": last.isoformat()}
    assert fresh.suppose(f"/v1/watches/{LIMITS}/backtest", asked, "all").status_code == 200
    watcher = Watcher(fresh.keeper.scorer)
    assert watcher.replay()
    assert fresh.suppose(f"/v1/watches/{LIMITS}/arm", {"why": "回放后启用"}, "all").status_code == 200
    fresh.keeper.push(record(900, "case.filed", "（2025）示2401民初900号", "2025-05-06"))
    late = f"UPDATE dirty_case SET marked_at = marked_at - interval '{LAG_S + 60} seconds' RETURNING id"
    assert fresh.keeper.query(late)
    assert watcher.look() is None
    fresh.keeper.settle()
    looked = watcher.look()
    assert looked is not None
    assert looked.watch == LIMITS
