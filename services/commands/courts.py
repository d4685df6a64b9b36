"""`plumbline court`: load the tree of courts from a pack's courts.csv, and show it."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from plumbline import courts as tree
from plumbline import errors, periods
from plumbline.runtime import settings as settings_
from plumbline.store import courts, engine
from services.commands import database

app = typer.Typer(no_args_is_help=True)


def open_books(settings: settings_.Settings) -> engine.Pool:
    """A pool on the running stack's database, or on PLUMBLINE_DATABASE_URL."""
    return engine.open_pool(database.address(settings), name="command", size=2, statement_timeout_ms=600_000)


@app.command()
def load(
    path: Annotated[Path, typer.Argument(help="a courts.csv, or a pack's folder that holds one")],
    pack: Annotated[
        str | None, typer.Option(help="name the rows are kept under; default: the folder's name")
    ] = None,
) -> None:
    """Load courts: a file replaces what an earlier file of the same pack loaded."""
    file = path / "courts.csv" if path.is_dir() else path
    if not file.is_file():
        raise errors.NotFound(f"There is no {file}", next="Name a courts.csv or a folder that holds one.")
    found = tree.read_file(file)
    pool = open_books(settings_.load())
    with engine.transaction(pool) as connection:
        name = pack or file.parent.name
        count = courts.load_courts(connection, found.courts, pack=name, uncoded=found.uncoded)
    pool.close()
    more = f"; {len(found.uncoded)} more without a code" if found.uncoded else ""
    typer.echo(f"{count} courts loaded from {file}{more}")


@app.command()
def show(on: Annotated[str | None, typer.Option(help="a day, YYYY-MM-DD; default today")] = None) -> None:
    """The tree in the official order."""
    settings = settings_.load()
    today = periods.court_day(datetime.now(UTC), zoneinfo.ZoneInfo(settings.zone))
    day = date.fromisoformat(on) if on else today
    pool = open_books(settings)
    with engine.transaction(pool) as connection:
        found = courts.read_tree(connection)
    pool.close()
    for court in found:
        if court.in_force(day):
            depth = len(found.ancestors(court.code, day))
            typer.echo(f"{'  ' * depth}{court.code}  {court.name_zh}  {court.name_en}  ({court.status})")
