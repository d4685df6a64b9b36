"""Backpressure: looks every second at what waits to be folded and at the free disk, and says when to come
back later."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from plumbline import errors
from plumbline.runtime import loop
from plumbline.runtime.settings import Settings
from plumbline.store import engine, marks
from services.ingest.metrics import Metrics

EVERY_SECONDS: Final = 1.0
RETRY_SECONDS: Final = 5
MIB: Final = 1024 * 1024


class Pressure:
    """The last look; `refuse` raises when the service should take nothing in."""

    def __init__(self, settings: Settings, pool: engine.Pool, metrics: Metrics) -> None:
        self._settings = settings
        self._pool = pool
        self._metrics = metrics
        self._marks = 0
        self._free = 0
        self._away = False
        self._loop = loop.Loop("pressure", self._tick, idle_s=EVERY_SECONDS)

    def start(self) -> None:
        self.look()
        self._loop.start()

    def stop(self) -> None:
        self._loop.stop(EVERY_SECONDS)

    def refuse(self) -> None:
        """errors.Unavailable while the database is away, errors.Overloaded beyond a limit of the settings."""
        if self._away:
            raise errors.Unavailable(
                "The database does not answer", next="Send the same body again in a few seconds."
            )
        if self._marks >= self._settings.marks_max:
            raise errors.Overloaded(
                f"{self._marks:,} cases wait to be folded",
                retry_after=RETRY_SECONDS,
                next="Send the same body again later.",
            )
        if self._free < self._settings.free_disk_mb_min * MIB:
            raise errors.Overloaded(
                "The disk is nearly full",
                retry_after=12 * RETRY_SECONDS,
                next="Send the same body again later.",
            )

    @property
    def away(self) -> bool:
        """Whether the database did not answer the last time it was asked."""
        return self._away

    def database_away(self) -> None:
        """A request has just found the database away; the next look says when it is back."""
        self._away = True

    def look(self) -> None:
        """Look now."""
        self._free = shutil.disk_usage(_existing(self._settings.state)).free
        self._metrics.free_bytes.set(self._free)
        try:
            with engine.transaction(self._pool) as connection:
                self._marks = marks.count(connection, self._settings.marks_max)
        except errors.Unavailable:
            self._away = True
        else:
            self._away = False
            self._metrics.marks.set(self._marks)

    def _tick(self) -> bool:
        self.look()
        return False


def _existing(folder: Path) -> Path:
    return next(one for one in (folder, *folder.parents) if one.exists())
