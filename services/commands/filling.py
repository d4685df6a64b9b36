"""Waiting until what was published is complete: a bar on a terminal, a line per tenth elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from typing import Final, Protocol

import rich.progress
import typer

from plumbline.store import engine, filling

POLL_S: Final = 0.5
QUIET_S: Final = 15.0
"""After so long without a case reached, somebody should look whether scoring runs."""


class Bar(Protocol):
    """What shows how far it is."""

    def show(self, done: int, total: int) -> None:
        """So many cases of so many."""


class TerminalBar:
    """A bar with the time that is left, by the speed of the last readings."""

    def __init__(self, bar: rich.progress.Progress, generation: int) -> None:
        self._bar = bar
        self._task = bar.add_task(f"filling generation {generation}", total=None)

    def show(self, done: int, total: int) -> None:
        """Move the bar."""
        self._bar.update(self._task, completed=done, total=total)


class Lines:
    """A line for each tenth."""

    def __init__(self, generation: int) -> None:
        self._generation = generation
        self._tenth = -1

    def show(self, done: int, total: int) -> None:
        """Print a line when another tenth is done."""
        tenth = done * 10 // max(total, 1)
        if tenth != self._tenth:
            self._tenth = tenth
            typer.echo(f"filling generation {self._generation}: {done:,} of {total:,} cases")


def await_complete(pool: engine.Pool, generation: int) -> None:
    """Return when no account of a generation fills any more. Ending it early ends only the waiting."""
    with _bar(generation) as bar:
        moved_at, last, total = time.monotonic(), -1, 0
        told = False
        while (found := _read(pool, generation)) is not None:
            bar.show(found.every.cases - found.every.left, found.every.cases)
            if found.every.left != last:
                moved_at, last = time.monotonic(), found.every.left
            elif not told and time.monotonic() - moved_at > QUIET_S:
                told = True
                typer.echo(
                    "No case has been reached for a while: is `plumbline serve scoring` running? "
                    "What was published stays; the books fill when it does.",
                    err=True,
                )
            total = found.every.cases
            time.sleep(POLL_S)
        bar.show(total, total)
    typer.echo(f"generation {generation}: complete")


def _read(pool: engine.Pool, generation: int) -> filling.Filling | None:
    with engine.transaction(pool) as connection:
        every = filling.read_filling(connection)
    return next((one for one in every if one.generation == generation), None)


@contextlib.contextmanager
def _bar(generation: int) -> Iterator[Bar]:
    if not sys.stdout.isatty():
        yield Lines(generation)
        return
    columns = (
        rich.progress.TextColumn("{task.description}"), rich.progress.BarColumn(),
        rich.progress.MofNCompleteColumn(), rich.progress.TimeRemainingColumn(),
    )  # fmt: skip
    with rich.progress.Progress(*columns) as bar:
        yield TerminalBar(bar, generation)
