"""The loop of every worker: it backs off when a tick fails, and stops between ticks."""

from __future__ import annotations

import threading
import time

import prometheus_client
import pytest

from plumbline.runtime import loop


def test_a_failing_tick_is_counted_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "FIRST_PAUSE_S", 0.001)
    registry = prometheus_client.CollectorRegistry()
    failures = prometheus_client.Counter("failures", "x", registry=registry)
    beat = prometheus_client.Gauge("beat", "x", registry=registry)
    calls: list[int] = []
    recovered = threading.Event()

    def tick() -> bool:
        calls.append(1)
        if len(calls) <= 3:
            raise RuntimeError("no database")
        recovered.set()
        return False

    running = loop.Loop("test", tick, heartbeat=beat, failures=failures)
    running.start()
    assert recovered.wait(5)
    assert running.stop(5)
    assert registry.get_sample_value("failures_total") == 3
    assert abs((registry.get_sample_value("beat") or 0) - time.time()) < 10
    assert running.failed_in_row == 0


def test_stop_waits_for_the_tick_in_hand_and_starts_no_other() -> None:
    begun, let_go = threading.Event(), threading.Event()
    finished: list[bool] = []

    def tick() -> bool:
        begun.set()
        let_go.wait(5)
        finished.append(True)
        return True

    running = loop.Loop("test", tick)
    running.start()
    assert begun.wait(5)
    assert not running.stop(0.01)
    let_go.set()
    assert running.stop(5)
    assert finished == [True]


def test_a_wake_cuts_the_idle_wait_short() -> None:
    ticked: list[float] = []
    running = loop.Loop("test", lambda: bool(ticked.append(time.monotonic())), idle_s=30)
    running.start()
    deadline = time.monotonic() + 5
    while len(ticked) < 2 and time.monotonic() < deadline:
        running.wake()
        time.sleep(0.01)
    assert running.stop(5)
    assert len(ticked) >= 2


def test_the_pause_grows_and_is_bounded() -> None:
    for failures in range(1, 200):
        assert 0 < loop.back_off(failures) <= loop.LONGEST_PAUSE_S
