"""The first content of a database: the shipped packs, the demonstration's courts, its source, and tokens to try."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from plumbline import courts as tree
from plumbline.catalog import reading
from plumbline.runtime.settings import Settings
from plumbline.store import catalogue, courts, engine, sources, tokens, workdays
from plumbline.workdays import read_table

DEFINITIONS = Path(__file__).resolve().parents[2] / "definitions"
PACKS = ("court-core", "yanbian-2019", "jilin-44-reconstructed", "spc-2024", "national-figures", "demo")
CALENDAR = "working-days.csv"
SOURCE = "demo-ecourt"
RHYTHM_MINUTES = 1_440  # played at each start
PRINCIPALS = (
    ("office", "office", ("示",), ()),
    ("reader-示2401", "reader", ("示2401",), ()),
    ("feeder", "feeder", ("示",), (SOURCE,)),
)


def run(settings: Settings, dsn: str, progress: Callable[[str], None]) -> dict[str, str] | None:
    """Load what a fresh database lacks; on a later start nothing changes. Returns new tokens by name, None where kept."""
    pool = engine.open_pool(dsn, name="bootstrap", size=1, statement_timeout_ms=120_000)
    try:
        with engine.transaction(pool) as connection:
            shelf = reading.Shelf(DEFINITIONS)
            packs = [reading.read_pack(DEFINITIONS / name, shelf) for name in PACKS]
            done = catalogue.publish(connection, packs, by="bootstrap")
            progress(
                f"  definitions: {', '.join(done.packs) or 'as they were'} (generation {done.generation})"
            )
            count = courts.load_courts(
                connection, tree.read_courts(DEFINITIONS / "demo" / "courts.csv"), pack="demo"
            )
            progress(f"  courts: {count} of the demonstration prefecture 示例州 (演示数据)")
            days = read_table((DEFINITIONS / "calendar" / CALENDAR).read_text("utf-8"), CALENDAR)
            progress(f"  calendar: {workdays.load_workdays(connection, days)} lines new or changed")
            sources.add_source(
                connection,
                sources.Source(SOURCE, "示例州电子法院（演示数据）", ("示",), settings.zone, RHYTHM_MINUTES),
            )
            if settings.tokens_file.exists():
                return None
            return {
                name: tokens.create_token(connection, name, role, courts_, sources_, None)
                for name, role, courts_, sources_ in PRINCIPALS
            }
    finally:
        pool.close()
