"""Freshness: whether the feeds behind a figure are heard of as often as they should be. A stale figure says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from plumbline.catalog.definitions import Text

State = Literal["in_rhythm", "late", "silent", "no_rhythm", "nothing_received"]
SILENT_AFTER: Final = 3
"""A feed is late after one rhythm without a word, and silent after so many."""
WORDS: Final[Mapping[State, Text]] = {
    "in_rhythm": Text("按时上报", "heard of as often as expected"),
    "late": Text("上报迟延，待核实", "late; to be checked"),
    "silent": Text(
        "久未上报，数据可能不是最新，请核查", "silent: the figure may be out of date; please check"
    ),
    "no_rhythm": Text("未约定上报频率", "no rhythm is agreed"),
    "nothing_received": Text("尚未收到数据", "nothing received yet"),
}
_WORST: Final = ("silent", "late", "in_rhythm")


@dataclass(frozen=True, slots=True)
class Freshness:
    """The state of a feed, when it was last heard of, and until when it is fresh (None: no rhythm is agreed)."""

    state: State
    last_received_at: datetime | None
    fresh_until: datetime | None


NOTHING: Final = Freshness("nothing_received", None, None)


def of_feed(rhythm_minutes: int | None, last: datetime | None, now: datetime) -> Freshness:
    """The freshness of one feed at a moment."""
    if last is None:
        return NOTHING
    if rhythm_minutes is None:
        return Freshness("no_rhythm", last, None)
    rhythm = timedelta(minutes=rhythm_minutes)
    until = last + rhythm
    if now <= until:
        return Freshness("in_rhythm", last, until)
    return Freshness("silent" if now > last + SILENT_AFTER * rhythm else "late", last, until)


def of_courts(
    courts: Iterable[str],
    heard: Iterable[tuple[str, str, datetime]],
    rhythms: Mapping[str, int | None],
    now: datetime,
) -> Freshness:
    """The freshness of the feed that is furthest behind among those that have spoken of these courts.

    `heard` are (court, source, when last); `rhythms` the minutes by source. Feeds without a rhythm are behind nothing.
    """
    mine = set(courts)
    last: dict[str, datetime] = {}
    for court, source, when in heard:
        if court in mine:
            last[source] = max(when, last.get(source, when))
    found = [of_feed(rhythms.get(source), when, now) for source, when in last.items()]
    timed = [one for one in found if one.fresh_until is not None]
    if timed:
        return min(timed, key=lambda one: (_WORST.index(one.state), one.fresh_until))
    return max(found, key=lambda one: one.last_received_at or now, default=NOTHING)


def states(
    heard: Iterable[tuple[str, str, datetime]], rhythms: Mapping[str, int | None], now: datetime
) -> tuple[State, ...]:
    """The state of every court and source: what moves with time alone in the freshness of any courts."""
    return tuple(of_feed(rhythms.get(source), when, now).state for _, source, when in heard)
