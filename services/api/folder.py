"""The pages of a case's file, each shaped from the fold: events, facts, tracks, clocks, postings, flags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from plumbline import clocks, fold, periods
from plumbline.catalog.definitions import Clock, Type
from plumbline.events import Event
from plumbline.store import dossier
from services.api import access, file_shapes, shapes, words
from services.api.desk import Reading


class Folder:
    """Shapes one case for one reader. `received` says when each event became known."""

    def __init__(self, reading: Reading, received: Mapping[tuple[str, str], tuple[int, datetime]]) -> None:
        self.reading = reading
        self.received = received
        self.book = reading.know.book(reading.connection)
        self.persons = access.sees_persons(reading.who)

    def event(self, event: Event) -> file_shapes.Event:
        """An event as it counts."""
        return file_shapes.Event(**self._event(event))

    def not_counted(self, event: Event, why: str) -> file_shapes.NotCounted:
        """An event that does not count, with the reason."""
        said = words.IGNORED[why]
        return file_shapes.NotCounted(**self._event(event), reason=why, words=said)

    def _event(self, event: Event) -> dict[str, object]:
        received = self.received.get((event.source, event.id))
        return {
            "source": event.source,
            "id": event.id,
            "type": event.type,
            "title": words.event_title(self.reading.know.types, event.type),
            "day": periods.court_day(event.time, self.reading.know.zone(event.home_court)),
            "time": event.time,
            "received_at": received[1] if received else None,
            "recorded_at": event.recorded,
            "by_hand": event.by_hand,
            "revision": event.revision,
            "replaces": event.replaces,
            "data": self._data(event),
            "unknown": [f"{name}: {why}" for name, why in event.unknown],
        }

    def _data(self, event: Event) -> dict[str, object]:
        """The fields the vocabulary knows; persons only for readers who are shown them. Free extensions
        never.
        """
        kind = self.reading.know.types.get(event.type)
        fields = kind.fields if kind is not None else {}
        shown: dict[str, object] = {}
        for name, value in event.data.items():
            field = fields.get(name)
            of_person = field is not None and "person" in (field.type, field.item.type if field.item else "")
            if name != "ext" and (self.persons or not of_person):
                shown[name] = value
        return shown

    def facts(self, folded: fold.Folded) -> list[file_shapes.Fact]:
        """The facts by qualified id: days as dates; those of clocks stand with their clock."""
        types: dict[str, tuple[Type, shapes.Words | None]] = {}
        for pack in self.book.packs:
            for fact in pack.pack.facts.values():
                title = words.of(fact.title) if fact.title else None
                types[f"{pack.pack.id}.{fact.id}"] = (fact.type, title)
        found = []
        for name, value in folded.facts.items():
            kind, title = types.get(name, (None, None))
            if kind is None and "." in name:
                continue
            found.append(file_shapes.Fact(id=name, title=title, value=_plain(value, is_day=kind is Type.DAY)))
        return found

    def tracks(self, folded: fold.Folded) -> list[file_shapes.Track]:
        """Every change of attribution the events state."""
        tracks = {track.id: track for pack in self.book.packs for track in pack.tracks}
        found = []
        for entry in folded.entries:
            for track in tracks.values():
                field = track.events.get(entry.event.type)
                value = None if field is None else entry.event.data.get(field)
                if value is not None and (self.persons or track.id != "judge"):
                    day = fold.as_date(entry.day)
                    assert day is not None
                    found.append(file_shapes.Track(track=track.id, day=day, value=str(value)))
        return found

    def clocks(self, folded: fold.Folded) -> list[file_shapes.Clock]:
        """Every clock of this kind of case that has started, each once, with its steps."""
        defined: dict[str, Clock] = {}
        for pack in self.book.packs:
            defined |= {f"{pack.pack.id}.{rule.clock.id}": rule.clock for rule in pack.clocks}
        found: dict[tuple[object, ...], file_shapes.Clock] = {}
        for name, reading in folded.clock_readings.items():
            if not reading.steps or reading.steps[0].what in ("not_started", "not_concerned"):
                continue
            clock = defined[name]
            steps = [
                file_shapes.Step(
                    what=step.what,
                    words=words.STEPS[step.what],
                    day=fold.as_date(step.day),
                    limit_day=fold.as_date(step.limit),
                    article=step.article,
                    why=step.why,
                )
                for step in reading.steps
            ]
            last = reading.last
            found.setdefault(
                (clock.id, reading),
                file_shapes.Clock(
                    id=clock.id,
                    title=words.of(clock.title) if clock.title else None,
                    limit_day=fold.as_date(last and last.limit_day),
                    overdue_on=fold.as_date(last and last.overdue_on),
                    days_paused=last.days_paused if last else 0,
                    stopped_on=fold.as_date(last.stopped_on if last else reading.stopped),
                    runs=[_run(lap) for lap in reading.laps],
                    steps=steps,
                ),
            )
        return list(found.values())

    def postings(self, state: dossier.State | None) -> list[file_shapes.Posting]:
        """What the case has in the books now, each line with the measures that read its account."""
        readers: dict[int, tuple[dict[str, None], str]] = {}
        for version in self.reading.know.catalogue.everything():
            for served in version.served.values():
                for kind, account in served.accounts.items():
                    readers.setdefault(account.id, ({}, kind))[0].setdefault(served.id)
        return [
            file_shapes.Posting(
                measures=list(readers[line.account][0]),
                account=readers[line.account][1],
                day=line.day,
                amount=line.value,
                court=line.court,
                category=line.category,
                division=line.division,
                judge=line.judge if self.persons else None,
                cause=line.cause,
            )
            for line in (state.posted if state else ())
            if line.account in readers
        ]

    def flags(
        self, case: dossier.Case, state: dossier.State | None, folded: fold.Folded, events: Sequence[Event]
    ) -> list[file_shapes.Flag]:
        """What a reader should know before trusting the file."""
        waiting, parked = dossier.read_waiting(self.reading.connection, case)
        today = self.reading.today(case[0]).toordinal()
        readings = list(folded.clock_readings.values())
        limits = [lap for one in readings for lap in one.laps if lap.passed_on is not None]
        up = {
            "waiting": waiting > 0,
            "parked": parked is not None,
            "never_posted": state is None,
            "unknown_fields": any(event.unknown for event in events),
            "by_hand": any(event.by_hand for event in events),
            "paused": any(
                one.last is not None and one.last.stopped_on is None and one.steps[-1].what == "paused"
                for one in readings
            ),
            "overdue": any(
                lap.stopped_on is None and lap.passed_on is not None and lap.passed_on <= today
                for lap in limits
            ),
        }
        return [file_shapes.Flag(code=code, words=words.FLAGS[code]) for code, is_up in up.items() if is_up]


def _run(lap: clocks.Lap) -> file_shapes.ClockRun:
    days = [fold.as_date(day) for day in (lap.start, lap.limit_day, lap.stopped_on)]
    started, limit_day, stopped_on = days
    state = "met" if lap.met_on is not None else "unknown" if lap.limit_day is None else "missed"
    return file_shapes.ClockRun(
        started_on=started,
        limit_day=limit_day,
        stopped_on=stopped_on,
        days_paused=lap.days_paused,
        outcome=state,
    )


def _plain(value: object, *, is_day: bool) -> object:
    if is_day:
        return fold.as_date(value)
    return list(value) if isinstance(value, tuple) else value
