"""Tells a person what is being done and how long each step took; plain lines where there is no terminal."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator


class Progress:
    """Call it with a text for one line; `step` for a timed step; `advance` for work that can be counted."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.seconds: dict[str, float] = {}
        self._tenth = -1
        self._counting = False

    def __call__(self, text: str) -> None:
        if self._counting:
            print()
            self._counting = False
        print(text, flush=True)

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what happens inside and print it when it is done."""
        began = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - began
        self(f"  {name:<34} {self.seconds[name]:7.2f} s")

    def advance(self, done: int, total: int, what: str) -> None:
        """Show that `done` of `total` are finished: one rewritten line, or a line per tenth."""
        if sys.stdout.isatty():
            self._counting = done < total
            print(f"\r  {what}: {done:,} of {total:,} ", end="" if self._counting else "\n", flush=True)
            return
        tenth = done * 10 // max(total, 1)
        if tenth != self._tenth:
            self._tenth = tenth
            print(f"  {what}: {done:,} of {total:,}", flush=True)
