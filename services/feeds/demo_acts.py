"""What a plant of the demonstration does to a family of cases: pure, on the events as they would have been told."""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from services.feeds import demo_disputes, seasons
from services.feeds.histories import Event

MOVED_BLOCK: Final = 10_000
"""A case that is filed in another year takes a number so much higher there."""
UNDONE: Final = (
    "event.retracted",
    "case.reopened",
    "case.transferred",
    "case.renamed",
    "procedure.converted",
)
_FIRST: Final = re.compile(r"（([0-9]{4})）(示[0-9]*)([民刑行])初([0-9]+)号")
_NUMBER: Final = re.compile(r"（([0-9]{4})）(示[0-9]*[^0-9]+)([0-9]+)号")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Act:
    """Where, when, to what share, by how many days, and the chance it draws from."""

    court: str
    span: tuple[date, date]
    share: float
    days: int
    chance: random.Random

    def holds(self, day: date) -> bool:
        """Whether a day lies in its span."""
        return self.span[0] <= day <= self.span[1]

    def drawn(self, weight: float = 1.0) -> bool:
        """Whether this family is of the share."""
        return self.chance.random() < self.share * weight


@dataclass(frozen=True, slots=True)
class Family:
    """A family with its first case of first instance (None: it has none); `even`: that case is closed once, and nothing is
    corrected or undone; `plain`: nothing follows from it either.
    """

    events: list[Event]
    case: str | None
    court: str
    kind: str
    filed: date | None
    closed: date | None
    even: bool
    plain: bool

    @classmethod
    def of(cls, events: list[Event]) -> Family:
        """What a family is, from its events."""
        filing = next((one for one in events if one["type"] == "case.filed"), None)
        found = _FIRST.fullmatch(filing["subject"]) if filing else None
        if filing is None or found is None:
            return cls(events, None, "", "", None, None, False, False)
        mine = [one for one in events if one["subject"] == filing["subject"]]
        closings = [day_of(one) for one in mine if one["type"] == "case.closed"]
        odd = any("replaces" in one or one["type"] in UNDONE for one in events)
        even = not odd and len(closings) == 1
        closed = closings[0] if closings else None
        court, kind = found[2], found[3]
        return cls(
            events,
            filing["subject"],
            court,
            kind,
            day_of(filing),
            closed,
            even,
            even and len(mine) == len(events),
        )


def day_of(event: Event) -> date:
    """The day an event happened on."""
    return date.fromisoformat(event["time"][:10])


def on(event: Event, day: date) -> Event:
    """An event on another day; the days its data state move with it."""
    moved = day - day_of(event)
    data = {
        name: (date.fromisoformat(value) + moved).isoformat()
        if isinstance(value, str) and _DAY.fullmatch(value)
        else value
        for name, value in event["data"].items()
    }
    return {**event, "time": day.isoformat() + event["time"][10:], "data": data}


def told(event: Event, kind: str, day: date, data: Mapping[str, Any]) -> Event:
    """A new event of the same case, known by the day alone."""
    at = datetime.time(0)
    more = {"type": kind, "time": day.isoformat() + f"T{at.isoformat()}+08:00"}
    data = {**data, "ext": event["data"]["ext"]}
    return {**_bare(event), **more, "id": f"{event['id']}-{kind}-{day.isoformat()}", "data": data}


def _bare(event: Event) -> Event:
    return {name: event[name] for name in ("specversion", "source", "subject")}


def _ordered(events: list[Event]) -> list[Event]:
    return sorted(events, key=lambda one: one["time"])


def _closing_on(family: Family, day: date) -> list[Event]:
    """The closing on another day, later or earlier: what follows it moves along, what would come after it comes before."""
    assert family.closed is not None
    found, before = [], seasons.working_day_before(day - timedelta(1))
    for event in family.events:
        mine = day_of(event)
        if mine >= family.closed:
            event = on(event, seasons.working_day(mine + (day - family.closed)))
        elif mine > before and event["type"] not in ("case.filed", "filing.received"):
            event = on(event, before)
        found.append(event)
    return found


def _without(events: list[Event], *kinds: str) -> list[Event]:
    return [event for event in events if event["type"] not in kinds]


def slow(act: Act, family: Family) -> list[Event] | None:
    """Closed so many days later, and nothing stops the clock."""
    if not family.even or family.court != act.court or not _filed_in(act, family) or not act.drawn():
        return None
    assert family.closed is not None
    told_ = _closing_on(family, seasons.working_day(family.closed + timedelta(act.days)))
    return _without(told_, "clock.paused", "clock.resumed", "clock.extended")


def postpone(act: Act, family: Family) -> list[Event] | None:
    """Closings of the span come so many days later."""
    if not family.even or family.court != act.court or not _closed_in(act, family) or not act.drawn():
        return None
    assert family.closed is not None
    return _closing_on(family, seasons.working_day(family.closed + timedelta(act.days)))


def rush(act: Act, family: Family) -> list[Event] | None:
    """What would be closed in the three months after the span is closed in its last days."""
    if not family.plain or family.court != act.court or family.closed is None or family.filed is None:
        return None
    first, last = act.span
    soon = last < family.closed <= last + timedelta(90) and family.filed < first - timedelta(12)
    if not soon or not act.drawn():
        return None
    day = first + timedelta(act.chance.randint(0, (last - first).days))
    return _without(
        _closing_on(family, seasons.working_day_before(day)),
        "clock.paused",
        "clock.resumed",
        "clock.extended",
    )


def held_back(act: Act, family: Family) -> list[Event] | None:
    """All of it so many days later; a case that is then filed in the next year takes a number of that year."""
    known = all(_NUMBER.fullmatch(one["subject"]) for one in family.events)
    if (
        not family.even
        or not known
        or family.court != act.court
        or not _filed_in(act, family)
        or not act.drawn()
    ):
        return None
    moved = [on(event, seasons.working_day(day_of(event) + timedelta(act.days))) for event in family.events]
    names = {
        one["subject"]: _numbered(one["subject"], day_of(one).year)
        for one in moved
        if one["type"] == "case.filed"
    }
    found = []
    for event in moved:
        data = event["data"]
        if "links" in data:
            led = [{**link, "subject": names.get(link["subject"], link["subject"])} for link in data["links"]]
            data = {**data, "links": led}
        found.append({**event, "subject": names.get(event["subject"], event["subject"]), "data": data})
    return found


def _numbered(subject: str, year: int) -> str:
    found = _NUMBER.fullmatch(subject)
    if found is None or int(found[1]) == year:
        return subject
    return f"（{year}）{found[2]}{int(found[3]) + MOVED_BLOCK}号"


def adjudged(act: Act, family: Family) -> list[Event] | None:
    """A mediation becomes a judgment, the more often the later in the span."""
    if not family.plain or not _of_method(act, family, "mediation"):
        return None
    assert family.closed is not None
    first, last = act.span
    if not act.drawn((family.closed - first).days / (last - first).days):
        return None
    found = []
    for event in family.events:
        if event["type"] == "case.closed":
            found.append(
                told(event, "judgment.pronounced", family.closed, {"in_court": False, "kind": "judgment"})
            )
            event = _with(event, method="judgment")
        elif event["data"].get("document") == "mediation":
            until = day_of(event) + timedelta(15)
            event = _with(event, document="judgment", appeal_until=until.isoformat())
        found.append(event)
    return found


def withdrawn(act: Act, family: Family) -> list[Event] | None:
    """A judgment or mediation becomes a withdrawal; nothing is pronounced or published, nothing follows."""
    if not _of_method(act, family, "judgment", "mediation") or not act.drawn():
        return None
    return _dropped(family)


def _dropped(family: Family) -> list[Event]:
    """The family with its closing a withdrawal."""
    gone = (
        "judgment.pronounced",
        "judgment.effective",
        "disclosure.made",
        "disclosure.exempted",
        "appeal.lodged",
        "file.moved",
    )
    assert family.closed is not None
    return [
        _with(event, method="withdrawal") if event["type"] == "case.closed" else event
        for event in _without(family.events, *gone)
        if event["data"].get("document") not in ("judgment", "mediation", "ruling")
        and (event["subject"] == family.case or day_of(event) <= family.closed)
    ]


def refiled(act: Act, family: Family) -> list[Event] | None:
    """Withdrawn, and within a month the same dispute (案件码) filed again as another case, which goes as this one would."""
    if not _of_method(act, family, "judgment", "mediation", "withdrawal") or not act.drawn():
        return None
    assert family.closed is not None
    assert family.filed is not None
    filed = seasons.working_day(family.closed + timedelta(act.chance.randint(3, 18)))
    again = [
        on(event, seasons.working_day(day_of(event) + (filed - family.filed)))
        for event in _without(family.events, "appeal.lodged", "file.moved")
        if event["subject"] == family.case
    ]
    return demo_disputes.named([*_dropped(family), *demo_disputes.told_again(again, filed.year)])


def altered(act: Act, family: Family) -> list[Event] | None:
    """What would be upheld on appeal is altered."""
    if family.court != act.court or any("replaces" in one for one in family.events):
        return None
    for place, event in enumerate(family.events):
        upheld = event["type"] == "appeal.decided" and event["data"].get("outcome") == "upheld"
        if upheld and act.holds(day_of(event)) and act.drawn():
            return [*family.events[:place], _with(event, outcome="altered"), *family.events[place + 1 :]]
    return None


def never_closed(act: Act, family: Family) -> list[Event] | None:
    """Filed, and never closed."""
    if not family.plain or family.court != act.court or not _filed_in(act, family) or not act.drawn():
        return None
    assert family.closed is not None
    running = [event for event in family.events if day_of(event) < family.closed]
    return _without(running, "clock.paused", "clock.resumed", "clock.extended")


def nodes(act: Act, family: Family) -> list[Event] | None:
    """The judgment, pronounced in court, served late, never, or after the file was archived."""
    if not family.plain or not _of_method(act, family, "judgment") or not act.drawn():
        return None
    way, found = act.chance.choice(("late", "never", "order")), []
    assert family.closed is not None
    late = seasons.working_day(family.closed + timedelta(25))
    for event in family.events:
        if event["data"].get("document") == "judgment":
            if way == "never":
                continue
            event = on(event, late)
        elif event["type"] == "case.archived" and way == "order":
            event = on(event, seasons.working_day(family.closed + timedelta(10)))
        elif event["type"] == "judgment.pronounced":
            event = {**event, "data": {**event["data"], "in_court": True}}
        found.append(event)
    return found


def reopened(act: Act, family: Family) -> list[Event] | None:
    """The closing undone within a month, and the case closed again."""
    if not family.plain or family.court != act.court or not _closed_in(act, family) or not act.drawn():
        return None
    assert family.closed is not None
    undone = seasons.working_day(family.closed + timedelta(act.chance.randint(8, 14)))
    again = seasons.working_day(undone + timedelta(21))
    found = []
    for event in family.events:
        if event["type"] == "case.archived":
            event = on(event, seasons.working_day(day_of(event) + (again - family.closed)))
        found.append(event)
        if event["type"] == "case.closed":
            data = {name: value for name, value in event["data"].items() if name != "ext"}
            found += [
                told(event, "case.reopened", undone, {"ground": "closed_in_error"}),
                told(event, "case.closed", again, data),
            ]
    return found


def paused(act: Act, family: Family) -> list[Event] | None:
    """Closed later, and the days beyond taken out by a pause."""
    if not family.plain or family.kind != "民" or family.court != act.court or not _closed_in(act, family):
        return None
    if not act.drawn():
        return None
    assert family.closed is not None
    assert family.filed is not None
    long = seasons.working_day(family.closed + timedelta(act.days))
    begun = seasons.working_day(family.filed + timedelta(12))
    ended = seasons.working_day_before(begun + timedelta(act.days + 15))
    found = _without(_closing_on(family, long), "clock.paused", "clock.resumed", "clock.extended")
    if ended >= long:
        return None
    ground = {"clock": "trial_limit", "ground": "settlement"}
    filing = next(event for event in found if event["type"] == "case.filed")
    stops = [told(filing, "clock.paused", begun, ground), told(filing, "clock.resumed", ended, ground)]
    return _ordered([*found, *stops])


def unfiled(act: Act, family: Family) -> list[Event] | None:
    """Closed, and never filed."""
    if not family.plain or family.court != act.court or not _closed_in(act, family) or not act.drawn():
        return None
    return _without(family.events, "case.filed", "filing.received")


def _filed_in(act: Act, family: Family) -> bool:
    return family.filed is not None and act.holds(family.filed)


def _closed_in(act: Act, family: Family) -> bool:
    return family.closed is not None and act.holds(family.closed)


def _of_method(act: Act, family: Family, *methods: str) -> bool:
    """Whether a civil case of the court was closed so within the span."""
    if not family.even or family.kind != "民" or family.court != act.court or not _closed_in(act, family):
        return False
    (closing,) = (
        one for one in family.events if one["type"] == "case.closed" and one["subject"] == family.case
    )
    return closing["data"]["method"] in methods


def _with(event: Event, **data: str) -> Event:
    changed = {**event["data"], **data}
    if data.get("method") == "withdrawal":
        changed.pop("publishable", None)
    return {**event, "data": changed}


ACTS: Final[Mapping[str, Callable[[Act, Family], list[Event] | None]]] = {
    "slow": slow,
    "postpone": postpone,
    "rush": rush,
    "held_back": held_back,
    "adjudged": adjudged,
    "withdrawn": withdrawn,
    "refiled": refiled,
    "altered": altered,
    "never_closed": never_closed,
    "nodes": nodes,
    "reopened": reopened,
    "paused": paused,
    "unfiled": unfiled,
}  # fmt: skip
"""By the word a plant uses; `more` and `withheld` are acts of the feed itself."""
