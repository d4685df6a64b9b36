"""The feeds of the reader's courts: what each has sent, when it was last heard of, and how whole it is."""

from __future__ import annotations

from datetime import timedelta

import fastapi

from plumbline import freshness, periods
from plumbline.store import coverage, sources
from services.api import covering, file_shapes
from services.api.contract import described
from services.api.desk import AtDesk, Reading

router = fastapi.APIRouter(tags=["feeds"])
WINDOW_DAYS = 30


@router.get("/v1/sources", **described("list_sources", "Feeds with their state", file_shapes.Feeds))
def list_sources(desk: AtDesk) -> fastapi.Response:
    """Feeds that may speak for a court of the reader's; counts are of those courts alone. Records refused:
    see ingest.
    """
    with desk.open() as reading:
        every = sources.EVERY in reading.who.courts
        mine = reading.visible(reading.know.tree.codes())
        sent = coverage.list_feeds(reading.connection, None if every else mine)
        found = [
            _feed(reading, source, sent.get(source.id), mine)
            for source in sources.list_sources(reading.connection)
            if every or any(source.may_speak_for(code) for code in mine)
        ]
    return desk.answer_cases(
        file_shapes.Feeds(items=found, page=reading.known.page), "sources.list", "sources"
    )


def _feed(
    reading: Reading, source: sources.Source, sent: coverage.Feed | None, mine: tuple[str, ...]
) -> file_shapes.Feed:
    courts = tuple(code for code in mine if source.may_speak_for(code))
    today = max((reading.today(code) for code in courts), default=reading.now.date())
    first = today - timedelta(days=WINDOW_DAYS)
    covered = covering.of_courts(reading, courts, periods.between(first, today - timedelta(days=1)), today)
    fresh = freshness.of_feed(source.rhythm_minutes, sent.last_received_at if sent else None, reading.now)
    return file_shapes.Feed(
        id=source.id,
        title=source.title,
        courts=list(courts),
        zone=source.zone,
        rhythm_minutes=source.rhythm_minutes,
        events=sent.events if sent else 0,
        last_event_at=sent.last_event_at if sent else None,
        last_received_at=fresh.last_received_at,
        state=fresh.state,
        fresh_until=fresh.fresh_until,
        coverage=covered.share,
        coverage_detail=covered.detail,
    )
