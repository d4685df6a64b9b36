"""`plumbline calendar`: load the table of working days, and show it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from plumbline import errors
from plumbline import workdays as table
from plumbline.runtime import settings as settings_
from plumbline.store import engine, workdays
from services.commands import courts

app = typer.Typer(no_args_is_help=True)


@app.command()
def load(path: Annotated[Path, typer.Argument(help="a CSV file: day,working,status,note")]) -> None:
    """Load working days: each line takes the place of what stood for its day; a change folds every case again."""
    if not path.is_file():
        raise errors.NotFound(f"There is no {path}", next="Name a CSV file with day,working,status,note.")
    lines = table.read_table(path.read_text(encoding="utf-8-sig"), path.name)
    pool = courts.open_books(settings_.load())
    with engine.transaction(pool) as connection:
        changed = workdays.load_workdays(connection, lines)
    pool.close()
    typer.echo(f"{len(lines)} days read from {path}, {changed} of them new or changed")


@app.command()
def show(year: Annotated[int, typer.Argument(min=1900, max=2199, help="a year")]) -> None:
    """The days of a year that are not what their place in the week says, with how sure that is."""
    pool = courts.open_books(settings_.load())
    with engine.transaction(pool) as connection:
        lines = workdays.list_workdays(connection, date(year, 1, 1), date(year + 1, 1, 1))
    pool.close()
    for line in lines:
        typer.echo(f"{line.day}  {'worked' if line.working else 'off   '}  {line.status:10}  {line.note}")
    if not any(line.status == "official" for line in lines):
        typer.echo(f"{year} has no official line: limits that fall on its feasts are predicted.", err=True)
