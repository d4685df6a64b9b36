"""Waiting until the books hold what was sent: the cases that scoring still has to fold, shown as they go.

Every answer of the API is reckoned from the books, so it is whole then; the kept values that charts read follow.
"""

from __future__ import annotations

import re
import time
from typing import Final

import httpx2

from services.stack.progress import Progress

WAIT_S: Final = 300.0
POLL_S: Final = 0.5
WHAT: Final = "books: cases folded"
_MARKS: Final = re.compile(r"^plumbline_scoring_case_marks (\S+)$", re.MULTILINE)


def await_books(scoring: str, progress: Progress, *, wait_s: float = WAIT_S) -> bool:
    """Return True when no case waits; False when the time is up or scoring does not answer (it goes on by itself)."""
    until = time.monotonic() + wait_s
    most = 0
    while time.monotonic() < until:
        waiting = read_marks(scoring)
        if waiting is None:
            return False
        most = max(most, waiting)
        progress.advance(most - waiting, most, WHAT)
        if waiting == 0:
            return True
        time.sleep(POLL_S)
    return False


def read_marks(scoring: str) -> int | None:
    """How many marks of cases wait (counted to a bound); None when scoring does not say."""
    try:
        found = _MARKS.findall(httpx2.get(f"{scoring}/metrics", timeout=10).text)
    except httpx2.HTTPError:
        return None
    return round(sum(map(float, found))) if found else None
