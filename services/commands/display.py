"""How far a long command is: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from typing import Final

from rich import console, progress

SAID_EVERY_SECONDS: Final = 5.0


class Display:
    """How far it is: a bar with the time left on a terminal, else a plain line every few seconds."""

    def __init__(self, total: int, bar: progress.Progress | None, doing: str = "sending") -> None:
        self._total = max(1, total)
        self._bar = bar
        self._task = bar.add_task(doing, total=self._total, told="") if bar else None
        self._done = 0
        self._began = time.monotonic()
        self._said = self._began

    def advance(self, size: int, told: str) -> None:
        self._done += size
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, advance=size, told=told)
            return
        now = time.monotonic()
        if now - self._said >= SAID_EVERY_SECONDS:
            self._said = now
            share = self._done / self._total
            left = f", about {(now - self._began) * (1 - share) / share:.0f} s left" if share else ""
            print(f"{told}, {share:.0%}{left}", file=sys.stderr, flush=True)

    def resize(self, total: int) -> None:
        """Say how much there is, once that is known."""
        self._total = max(1, total)
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, total=self._total)

    def say(self, text: str) -> None:
        if self._bar is not None:
            self._bar.console.print(text)
        else:
            print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def display(total: int, doing: str) -> Iterator[Display]:
    """A display on standard error for `total` bytes; `doing` is the word before the bar."""
    if not sys.stderr.isatty():
        yield Display(total, None)
        return
    columns: list[str | progress.ProgressColumn] = [
        "{task.description}",
        progress.BarColumn(),
        progress.TaskProgressColumn(),
        progress.TimeRemainingColumn(),
        "{task.fields[told]}",
    ]
    with progress.Progress(*columns, console=console.Console(stderr=True)) as bar:
        yield Display(total, bar, doing)
