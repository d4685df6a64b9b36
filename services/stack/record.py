"""What the state folder says of a running stack: the lock that only one can hold, and stack.json for
scripts."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from plumbline.runtime import postgres, processes
from plumbline.runtime.settings import ConfigurationError, Settings


class AlreadyRunning(Exception):
    """Another stack holds this state folder; `pid` is its launcher."""

    def __init__(self, pid: int) -> None:
        super().__init__(f"a stack is running in this state folder (pid {pid})")
        self.pid = pid


@dataclasses.dataclass(frozen=True, slots=True)
class Stack:
    """The content of stack.json. `database` holds the password, so the file is readable by its owner only."""

    ingest: str
    api: str
    scoring: str
    database: str
    tokens: str
    demo: dict[str, Any]
    started_at: str
    pid: int

    def write(self, path: Path) -> None:
        """Whole or not at all."""
        postgres.private(path, json.dumps(dataclasses.asdict(self), ensure_ascii=False, indent=2) + "\n")


def read(path: Path) -> Stack | None:
    """The last stack.json, or None; a damaged one counts as none."""
    try:
        return Stack(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def prepare(settings: Settings) -> None:
    """Make the state folder; ConfigurationError says why it cannot be used."""
    try:
        settings.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings.logs.mkdir(exist_ok=True, mode=0o700)
    except OSError as failure:
        raise ConfigurationError(
            f"The state folder {settings.state} cannot be made ({failure.strerror}). "
            "Set PLUMBLINE_STATE to a folder you may write."
        ) from None
    if not os.access(settings.state, os.W_OK) or (
        os.geteuid() != 0 and settings.state.stat().st_uid != os.geteuid()
    ):
        raise ConfigurationError(
            f"The state folder {settings.state} belongs to another user. Start as that user, or "
            "set PLUMBLINE_STATE."
        )


@contextlib.contextmanager
def lock(settings: Settings) -> Iterator[None]:
    """Hold the state folder; raises AlreadyRunning. The kernel lets go of it however the process ends."""
    with (settings.state / "stack.lock").open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(holder(settings) or 0) from None
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield
        handle.truncate(0)


def holder(settings: Settings) -> int | None:
    """The pid of the launcher that holds the state folder, or None."""
    try:
        with (settings.state / "stack.lock").open("r") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(handle.read() or 0)
    except (OSError, ValueError):
        return None
    return None


def note_children(settings: Settings, pids: dict[str, int]) -> None:
    """Remember the children by pid and start, so that a next start can end what a kill -9 left behind."""
    known = {name: [pid, processes.started_at_ticks(pid)] for name, pid in pids.items()}
    postgres.private(settings.state / "children.json", json.dumps(known))


def leftovers(settings: Settings) -> list[int]:
    """Children of an earlier launcher that still run; a pid that now belongs to another program is not one
    of them."""
    try:
        known = json.loads((settings.state / "children.json").read_text(encoding="utf-8"))
        return [pid for pid, ticks in known.values() if ticks and processes.started_at_ticks(pid) == ticks]
    except (OSError, ValueError):
        return []
