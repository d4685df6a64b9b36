"""The watches of the demonstration: each replayed over its last months by scoring, then armed. Only here: where a court's
books are real, an office reads the replay and arms.
"""

from __future__ import annotations

import datetime
import json
import time
import zoneinfo
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from plumbline import errors, periods
from plumbline.catalog.watch_kinds import DAY
from plumbline.runtime import postgres
from plumbline.runtime.settings import Settings
from plumbline.store import catalogue, engine, quarantine, watches
from plumbline.store.watchbooks import Owned, every_watch

BY: Final = "demo"
WHY: Final = "演示数据：回放后由演示程序启用"
MONTHS: Final = 6
DAYS: Final = 14
WAIT_S: Final = 900.0
POLL_S: Final = 1.0


def run(settings: Settings, dsn: str, progress: Callable[[str], None]) -> int:
    """Ask for the replays, wait for scoring to run them, arm; how many were armed now. What was armed once and somebody
    disarmed stays so (the state folder keeps which were), and so does a watch whose replay fails. errors.Unavailable when
    scoring does not come to it in time.
    """
    today = datetime.datetime.now(zoneinfo.ZoneInfo(settings.zone)).date()
    kept = _kept(settings)
    pool = engine.open_pool(dsn, name="demo watches", size=1, statement_timeout_ms=30_000)
    count, until = 0, time.monotonic() + WAIT_S
    try:
        waiting = _asked(pool, today, kept)
        while waiting:
            if time.monotonic() > until:
                raise errors.Unavailable(
                    f"{len(waiting)} watches of the demonstration are not replayed yet",
                    why="Scoring has other work first.",
                    next="They are armed at the next start; `plumbline watch list` shows them.",
                )
            for number, owned in list(waiting.items()):
                state = _state(pool, owned, number)
                if state == "done" and _arm(pool, owned):
                    count += 1
                    kept[owned.id] = owned.hash
                    postgres.private(_file(settings), json.dumps(kept, indent=2) + "\n")
                if state in ("done", "failed"):
                    del waiting[number]
            time.sleep(POLL_S if waiting else 0)
    finally:
        pool.close()
    if count:
        progress(f"  watches: {count} replayed and armed; GET /v1/deviations tells what they find")
    return count


def _kept(settings: Settings) -> dict[str, str]:
    """The watches an earlier start armed, with their hashes."""
    try:
        return dict(json.loads(_file(settings).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _file(settings: Settings) -> Path:
    return settings.state / "demo-watches.json"


def span(every: str, today: date) -> tuple[date, date]:
    """The days a watch is replayed over: two weeks for one that looks daily, else half a year."""
    if every == DAY:
        return today - timedelta(days=DAYS), today
    return periods.add_months(periods.month_start(today), -MONTHS), today


def _asked(pool: engine.Pool, today: date, kept: dict[str, str]) -> dict[int, Owned]:
    """The replays to wait for, by number: of watches that are not armed and, as they are defined now, never were here."""
    waiting = {}
    with engine.transaction(pool) as connection:
        armed = {one.watch for one in watches.list_armed(connection)}
        for name, owned in every_watch(catalogue.read_catalogue(connection), today).items():
            if name in armed or kept.get(name) == owned.hash:
                continue
            made = watches.list_backtests(connection, name, owned.hash)
            usable = [one.id for one in made if one.made_by == BY and one.state != "failed"]
            if not usable:
                days = span(owned.watch.every, today)
                usable = [watches.ask_backtest(connection, name, owned.hash, (), days, BY)]
            waiting[usable[0]] = owned
    return waiting


def _state(pool: engine.Pool, owned: Owned, number: int) -> str:
    with engine.transaction(pool) as connection:
        made = watches.list_backtests(connection, owned.id, owned.hash)
    return next((one.state for one in made if one.id == number), "failed")


def _arm(pool: engine.Pool, owned: Owned) -> bool:
    try:
        with engine.transaction(pool) as connection:
            watches.arm(connection, owned.id, owned.hash, BY, WHY)
            quarantine.note(connection, BY, "watch.arm", f"watch/{owned.id}", {"why": WHY})
    except errors.Conflict:
        return False  # somebody was quicker
    return True
