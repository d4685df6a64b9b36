"""Child processes that end with their parent, and the ones an earlier, killed parent may have left behind."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def tied_to_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends `death_signal` to the child when the thread that started it ends.

    Start such children from the main thread only: the kernel watches the thread, not the process.
    """
    parent = os.getpid()

    def prepare() -> None:
        # A shell's background job ignores SIGINT and children inherit that; a server stopped by SIGINT must
        # not.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if sys.platform == "linux":
            _LIBC.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != parent:  # the parent died between fork and prctl
                os._exit(1)

    return prepare


def started_at_ticks(pid: int) -> int | None:
    """When the process began, in kernel ticks; None if there is no such running process. With the pid it is
    an identity."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def working_in(folder: Path) -> list[int]:
    """Pids of running processes whose working folder is `folder`: every process of a PostgreSQL server is
    in its data."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(entry / "cwd") == str(folder) and int(entry.name) != os.getpid():
                found.append(int(entry.name))
        except OSError:  # ended meanwhile, a zombie, or another user's
            continue
    return found


def end(running: Callable[[], Iterable[int]], steps: Iterable[tuple[signal.Signals, float]]) -> bool:
    """Send each signal in turn to what `running` lists and wait up to its seconds; True once nothing is
    left."""
    for number, seconds in steps:
        for pid in running():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not list(running()):
                return True
            time.sleep(0.05)
    return not list(running())
