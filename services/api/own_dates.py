"""A judge's due dates as he is shown them: the stage that the court's watch would find some days later, were nothing to
happen, so that he sees it first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, cast

from plumbline import fold
from plumbline.catalog.watch_kinds import KINDS
from plumbline.catalog.watches import Watch
from plumbline.store import owndates, watchbooks
from plumbline.store.owndates import OwnDate
from plumbline.warning import casework
from plumbline.warning.casework import Running
from services.api import file_shapes, folder, own_date_shapes, refolding
from services.api.desk import Reading
from services.api.shapes import Words

STAGES: Final[Mapping[str, Words]] = {
    "running": Words(zh="期限计算中", en="the limit runs"),
    "likely": Words(zh="预计可能超期，请核查", en="may pass its limit; please check"),
    "soon": Words(zh="期限将届满，请核查", en="due soon; please check"),
    "passed": Words(zh="已过期限日，请核查", en="past its limit day; please check"),
    "paused": Words(zh="扣除、中止中，暂无期限日", en="paused: no limit day for now"),
}
PAUSES: Final = frozenset({"paused", "resumed", "pause_not_deducted", "paused_after_the_limit"})
LIMITS: Final = frozenset({"started", "converted", "restarted"})
"""The steps of a clock that name where its limit stands."""
AHEAD: Final = int(KINDS["clock"].settings["judge_days"].shipped)
"""Days before its limit from which a clock that no watch of cases looks at is shown as due soon."""


@dataclass(slots=True)
class Diary:
    """The due dates of one judge in one court, as of a court day."""

    reading: Reading
    court: str
    person: str
    today: date
    clocks: Mapping[str, owndates.Kept] = field(init=False)
    watches: list[Watch] = field(init=False)
    _durations: Mapping[tuple[str, str], Sequence[int]] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        catalogue, tree = self.reading.know.catalogue, self.reading.know.tree
        self.clocks = owndates.kept(catalogue, self.today)
        row = tree.get(self.court, self.today) or tree.get(self.court)
        level = row.level if row else ""
        self.watches = [
            one.watch
            for one in watchbooks.every_watch(catalogue, self.today).values()
            if one.watch.kind == "clock" and one.watch.watches(self.court, level)
        ]

    def dates(self) -> list[OwnDate]:
        """All of them, sealed cases too, the soonest first. A case that came from another court is his once he was named
        for it here: the same key may mean somebody else there.
        """
        found = owndates.list_own(self.reading.connection, self.clocks, self.court, self.person, self.today)
        came = {(one.home_court, one.subject) for one in found if one.moved}
        folded = refolding.refold(self.reading, came)
        named = {case for case, one in folded.items() if self._named_here(one)}
        return [one for one in found if not one.moved or (one.home_court, one.subject) in named]

    def _named_here(self, folded: fold.Folded) -> bool:
        """Whether a judge was named after the case came to the court it stands with."""
        tracks = {
            track.id: track.events
            for pack in self.reading.know.book(self.reading.connection).packs
            for track in pack.tracks
        }
        named = False
        for entry in folded.entries:
            if entry.day > self.today.toordinal():
                break
            stated = {
                name: entry.event.data.get(events.get(entry.event.type, ""))
                for name, events in tracks.items()
            }
            named = stated.get("judge") is not None or (named and stated.get("court") is None)
        return named

    def shaped(
        self, found: Sequence[OwnDate]
    ) -> tuple[list[own_date_shapes.OwnDate], dict[str, list[file_shapes.Clock]]]:
        """Those as they are shown, and by case all its clocks. A clock without a limit day is shown while it is paused."""
        folded = refolding.refold(self.reading, ((one.home_court, one.subject) for one in found))
        binder = folder.Folder(self.reading, {})
        clocks = {case[1]: binder.clocks(one) for case, one in folded.items()}
        items = []
        for one in found:
            clock = _clock(one, clocks[one.subject])
            resting = clock is not None and bool(clock.steps) and clock.steps[-1].what == "paused"
            if one.limit_day is not None or resting:
                items.append(self._item(one, clock))
        return items, clocks

    def _item(self, one: OwnDate, clock: file_shapes.Clock | None) -> own_date_shapes.OwnDate:
        stage, chance = self._stage(one)
        steps = clock.steps if clock else []
        return own_date_shapes.OwnDate(
            case=one.subject,
            clock=one.clock,
            title=clock.title if clock else None,
            stage=cast(own_date_shapes.Stage, stage),
            stage_words=STAGES[stage],
            limit_day=one.limit_day,
            days_left=(one.limit_day - self.today).days if one.limit_day else None,
            court_told_from=self._told_from(one),
            days_paused=clock.days_paused if clock else 0,
            pauses=[step for step in steps if step.what in PAUSES],
            article=next((x.article for x in reversed(steps) if x.what in LIMITS and x.article), ""),
            chance=_chance(chance) if stage == "likely" else None,
            page=one.page,
        )

    def _watching(self, one: OwnDate) -> list[Watch]:
        return [watch for watch in self.watches if one.clock in watch.of]

    def _told_from(self, one: OwnDate) -> date | None:
        """A look judges the day before it, so the court is told on the day after."""
        soon = [int(watch.setting("soon")) for watch in self._watching(one)]
        if one.limit_day is None or not soon:
            return None
        return one.limit_day - timedelta(days=max(soon) - 1)

    def _stage(self, one: OwnDate) -> tuple[str, dict[str, Any] | None]:
        """The gravest stage of all watches of its clock."""
        if one.limit_day is None:
            return "paused", None
        found = [
            casework.standing(
                watch,
                self._running(one, one.limit_day),
                self.today,
                self._lasted(one, watch),
                int(watch.setting("judge_days")),
            )
            for watch in self._watching(one)
        ]
        if not found:
            left = (one.limit_day - self.today).days
            return ("passed" if left < 0 else "soon" if left <= AHEAD else "running"), None
        return max(found, key=lambda each: list(casework.LEVELS).index(each[0]))

    def _running(self, one: OwnDate, limit_day: date) -> Running:
        return Running(self.court, one.subject, one.category, limit_day, one.begun_on)

    def _lasted(self, one: OwnDate, watch: Watch) -> Sequence[int]:
        """How long closed cases like it took; read once, and only for a case that may be likely to be late."""
        assert one.limit_day is not None
        left = (one.limit_day - self.today).days - int(watch.setting("judge_days"))
        if not int(watch.setting("soon")) < left <= casework.horizon(watch):
            return ()
        if self._durations is None:
            books = watchbooks.WatchBooks(
                self.reading.connection, self.reading.know.catalogue, self.reading.know.tree, self.reading.known,
                self.today, lambda day: True,
            )  # fmt: skip
            self._durations = books.durations((self.court,))
        return self._durations.get((self.court, one.category), ())


def _clock(one: OwnDate, clocks: Sequence[file_shapes.Clock]) -> file_shapes.Clock | None:
    """The clock of a date: of several of the name, the one with this limit day."""
    named = [clock for clock in clocks if clock.id == one.clock]
    fits = [clock for clock in named if one.limit_day in {run.limit_day for run in clock.runs}]
    return next(iter(fits or named), None)


def _chance(found: Mapping[str, Any] | None) -> own_date_shapes.Chance | None:
    if found is None:
        return None
    band = found["band"]
    return own_date_shapes.Chance(
        probability=round(found["probability"], 6), alike=found["alike"], band=(band[0], band[1])
    )
