"""What an invented court says of itself: who holds which post, and the figures no case carries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from services.feeds import demo_places as places
from services.feeds import seasons
from services.feeds.histories import Event, Scribe

HEADED = tuple(dict.fromkeys(name for names in places.DIVISIONS.values() for name in names))
QUOTAS = {"president": 500, "vice_president": 3_000, "division_head": 5_000, "judge": 10_000}
STAFF = {"示": 90, places.MIDDLE: 130, "示2401": 95}
STAFF_ELSEWHERE = 55


def told(scribe: Scribe, year: int, *, first: bool) -> Iterator[list[Event]]:
    """Each court's posts as they begin, in the first year of all; then now and then a change. Its figures of
    staff every year.
    """
    for court in places.COURTS:
        day = seasons.working_day(date(year, 1, 2))
        if first:
            for person, role in _posts(court):
                _change(scribe, court, day, person, role, "enters")
        elif scribe.chance.random() < 0.6:
            division = scribe.chance.choice(HEADED)
            person = scribe.chance.choice(places.judges_of(court, division))
            month = scribe.chance.randint(3, 10)
            _change(scribe, court, seasons.working_day(date(year, month, 8)), person, "judge", "leaves")
            _change(scribe, court, seasons.working_day(date(year, month, 20)), person, "judge", "enters")
        _figures(scribe, court, year, day)
        yield scribe.take()


def _posts(court: str) -> Iterator[tuple[str, str]]:
    for division in HEADED:
        yield places.leader_of(court, division, "division_head"), "division_head"
        for person in places.judges_of(court, division):
            yield person, "judge"
    for role in ("president", "vice_president"):
        yield places.leader_of(court, HEADED[0], role), role


def _change(scribe: Scribe, court: str, day: date, person: str, role: str, change: str) -> None:
    data: Event = {"person": person, "role": role, "change": change, "quota_judge": True}
    if change == "enters":
        data["quota_share"] = QUOTAS[role]
    scribe.tell(court, "roster.changed", day, data)


def _figures(scribe: Scribe, court: str, year: int, day: date) -> None:
    """Staff on the first working day of the year; most of it typed in."""
    chance = scribe.chance
    staff = STAFF.get(court, STAFF_ELSEWHERE) + chance.randint(-3, 3)
    posts = staff * chance.randint(13, 17) // 100
    figures = {
        "court_staff": staff,
        "enforcement_staff": posts,
        "enforcement_posts": posts,
        "enforcement_judges": posts * chance.randint(30, 42) // 100,
        "trial_posts": staff * 60 // 100,
        "trial_judges": staff * 60 * chance.randint(32, 40) // 10_000,
    }
    for name, value in figures.items():
        span = {"from": day.isoformat(), "until": day.isoformat()}
        data = {"measure": f"yanbian-2019.{name}", **span, "value": value, "unit": "persons"}
        captured = "hand" if chance.random() < 0.7 else "machine"
        scribe.tell(court, "figure.reported", day, data, captured=captured)
