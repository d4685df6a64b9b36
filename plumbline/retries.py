"""When a delivery that failed is tried again: the schedule of the Standard Webhooks specification, with jitter."""

from __future__ import annotations

from typing import Final

SCHEDULE_S: Final = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""After the first attempt at once: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h; three days in all."""
ATTEMPTS_MOST: Final = len(SCHEDULE_S) + 1
LONGEST_ASKED_S: Final = 86_400
LONGEST_REST_S: Final = 300
JITTER: Final = 0.2
"""Up to a fifth is added, never taken away, so that receivers that come back are not met by all at once."""


def next_pause(attempts: int, chance: float, scale: float, asked_s: int | None = None) -> float | None:
    """Seconds until the next attempt after so many (from 1); None when there is none left.

    `chance` is in [0, 1), `scale` shortens the schedule, `asked_s` is what the receiver asked for (Retry-After).
    """
    if attempts >= ATTEMPTS_MOST:
        return None
    planned = SCHEDULE_S[attempts - 1] * scale * (1 + JITTER * chance)
    return max(planned, min(asked_s or 0, LONGEST_ASKED_S) * scale)


def rest(failing: int, chance: float, scale: float) -> float:
    """Seconds for which a receiver that failed so often in a row is left alone altogether, whatever is due."""
    return float(min(LONGEST_REST_S, 2 ** min(failing, 12)) * scale * (1 + JITTER * chance))
