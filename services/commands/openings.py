"""`plumbline ingest --opening DAY`: the cases pending at go-live, marked 期初; and the totals an office states for them."""

from __future__ import annotations

import contextlib
import dataclasses
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from plumbline import errors, periods
from plumbline.opening_files import Screen, read_stated
from plumbline.store import courts, engine, openings, sources
from services.ingest import intake
from services.ingest.translators import Translated

Opening = Annotated[
    str, typer.Option(help="the files hold the cases pending at the beginning of this day (期初)")
]
Stated = Annotated[
    Path | None, typer.Option(help="of these the totals: a CSV of court,category,stated", exists=True)
]


def day_of(text: str, *, snapshot: bool, stated: Path | None) -> date | None:
    """The opening day; None where none is asked for. errors.BadInput where the options do not go together."""
    if not text:
        if stated is not None:
            raise errors.BadInput("--stated is about an opening stock", next="Say --opening DAY with it.")
        return None
    if snapshot:
        raise errors.BadInput(
            "--opening and --snapshot do not go together",
            why="A table sent whole is compared with the one before; an opening stock is sent once.",
            next="Send the pending cases with --opening first.",
        )
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise errors.BadInput(f"{text[:40]!r} is no day", next="Write it as 2026-01-01.") from None


@contextlib.contextmanager
def opened(path: Path, request: intake.Request, day: date | None) -> Iterator[intake.Opened]:
    """A file as `intake.opened`; of an opening stock read twice: first whole, then with its marks and refusals."""
    if day is None:
        with intake.opened(path, request) as file:
            yield file
        return
    screen = Screen(day, zoneinfo.ZoneInfo(sources.DEFAULT_ZONE))
    with intake.opened(path, request) as first:
        for one in first.items:
            if (record := _record(one)) is not None:
                screen.note(record)
    with intake.opened(path, request) as file:
        file.items = _screened(file.items, screen)
        yield file


def _screened(items: Iterator[Translated], screen: Screen) -> Iterator[Translated]:
    for one in items:
        record = _record(one)
        if record is None:
            yield one
        elif one.record is None:
            # It waits in quarantine for a word to be mapped, and is to come back with its mark.
            yield (
                dataclasses.replace(one, held=screen.marked(record))
                if isinstance(one, intake.Mapped)
                else one
            )
        elif (why := screen.why_not(record)) is not None:
            key = one.key or str(record.get("id", "")) or None
            yield intake.Mapped(one.line, None, why, key, reason="opening_stock")
        else:
            yield dataclasses.replace(one, record=screen.marked(record))


def _record(one: Translated) -> dict[str, Any] | None:
    """The record as an object; None where it is none, which the door says better."""
    if isinstance(one, intake.Mapped) and one.held is not None:
        return one.held
    if isinstance(one.record, dict):
        return one.record
    if one.record is None:
        return None
    with contextlib.suppress(orjson.JSONDecodeError):
        found = orjson.loads(one.record)
        return found if isinstance(found, dict) else None
    return None


def state(connection: engine.Connection, path: Path, source: str, day: date) -> list[str]:
    """Keep the totals of a table for each of its courts, and say in a line each what became of them."""
    if not source or sources.get_source(connection, source) is None:
        raise errors.BadInput(
            f"There is no source {source!r}", next="Name it by --source; `plumbline source list` lists them."
        )
    tree = courts.read_tree(connection)
    said = []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        stated = read_stated(lines, path.name)
    for court, counts in stated.items():
        if not tree.known(court):
            raise errors.BadInput(
                f"{path.name}: there is no court {court!r}", next="GET /v1/courts lists them."
            )
        today = periods.court_day(datetime.now(UTC), tree.zone(court))
        new = openings.state(
            connection, court=court, source=source, day=day, stated=counts, why=f"plumbline ingest --stated {path.name}",
            who="command", today=today,
        )  # fmt: skip
        total = sum(counts.values())
        said.append(f"{court}: {total:,} stated for {day}" + ("" if new else ", as before"))
    return said
