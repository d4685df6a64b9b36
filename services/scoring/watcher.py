"""The loop that looks: every armed watch once a court day, week or month; deviations and deliveries in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import structlog

from plumbline import errors
from plumbline.courts import CourtTree
from plumbline.store import backtests, deviations, engine, evidence, health, looks, watches
from plumbline.store.backtests import Ground
from plumbline.store.deviations import Watching
from plumbline.store.watchbooks import Owned, every_watch
from plumbline.warning import casework
from plumbline.warning.life import Terms
from plumbline.warning.verdicts import Verdict
from services.scoring.scorer import Scorer, reach

LAG_S: Final = 300.0
"""Books that lag by more are not looked into."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look did: the watch, how many objects it judged, how many were beyond, how many changes it wrote."""

    watch: str
    objects: int
    beyond: int
    changes: int


class Watcher:
    """Looks with the armed watches, one at a time, feeds first: what stands on a feed that is off is not judged. While
    the books lag behind what was accepted nobody looks: what only waits to be counted is not missing.
    """

    def __init__(self, scorer: Scorer) -> None:
        self.scorer = scorer

    def look(self) -> Looked | None:
        """One look of one watch that is due; None when none is, or somebody else looks."""

        def work() -> Looked | None:
            known = self.scorer.fresh()
            day, now = self.scorer.today(), self.scorer.clock()
            with engine.transaction(self.scorer.pool) as connection:
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                if not watches.try_alone(connection):
                    return None
                defined = every_watch(known.catalogue, day)
                waiting = [
                    (armed, defined[armed.watch])
                    for armed in watches.list_armed(connection)
                    if armed.watch in defined
                    and defined[armed.watch].hash == armed.hash
                    and looks.due(defined[armed.watch].watch.every, day, armed.looked_on)
                ]
                if not waiting or health.books_lag(connection) > LAG_S:
                    return None
                waiting.sort(key=lambda one: (one[1].watch.kind != "feed", one[0].watch))
                owned = waiting[0][1]
                rests = evidence.stand(connection, known.edition)
                looker = looks.looker(connection, known.catalogue, known.tree, day, now, evidence=rests)
                verdicts = looker.look(owned)
                watching = Watching(
                    owned.id, owned.watch.kind, owned.hash, day, looker.books.known.page, now, terms_of(owned),
                    told(owned, known.tree, tuple({one.court for one in verdicts}), looker), rests,
                )  # fmt: skip
                changes = deviations.take(connection, watching, verdicts, ending(owned, looker))
                changes += deviations.escalate(connection, watching, parents(known.tree, looker))
                beyond = sum(one.beyond for one in verdicts)
                watches.note_look(
                    connection, owned.id, owned.hash, day, looker.books.known.page, len(verdicts), beyond
                )
                reach("before_look_commit")
            reach("after_look_commit")
            return Looked(owned.id, len(verdicts), beyond, changes)

        try:
            found = engine.retrying(work)
        except errors.StaleGeneration:
            self.scorer.forget()
            found = engine.retrying(work)
        if found is not None:
            log.info(
                "looked", watch=found.watch, objects=found.objects, beyond=found.beyond, changes=found.changes
            )
        return found

    def replay(self) -> bool:
        """Run one backtest that was asked for; False when none waits."""
        with engine.transaction(self.scorer.pool) as connection:
            asked = watches.take_backtest(connection)
        if asked is None:
            return False
        known = self.scorer.fresh()
        ground = Ground(known.catalogue, known.tree, self.scorer.today(), self.scorer.clock())
        try:
            report = backtests.perform(self.scorer.pool, ground, asked, lambda done, total: None)
        except errors.PlumblineError as stopped:
            log.warning("backtest stopped", watch=asked.watch, backtest=asked.id, what=stopped.what)
        else:
            log.info("replayed", watch=asked.watch, backtest=asked.id, firings=report["firings"])
        return True


def ending(owned: Owned, looker: looks.Looker) -> Callable[[str, str], Verdict] | None:
    """What is said of a case that the look no longer met; None for watches whose objects do not come and go."""
    if owned.watch.kind != "clock":
        return None

    def ended(court: str, thing: str) -> Verdict:
        name = looker.books.names((court,))[court]
        return casework.ended(owned.watch, court, thing, name, looker.books.yesterday)

    return ended


def terms_of(owned: Owned) -> Terms:
    """What a watch says of the life of its deviations."""
    watch = owned.watch
    return Terms(watch.hold, watch.release, watch.severity, watch.escalate)


def told(
    owned: Owned, tree: CourtTree, courts: tuple[str, ...], looker: looks.Looker
) -> Mapping[str, tuple[str, ...]]:
    """By court, who is told of it."""
    found = {}
    for court in courts:
        above = tree.parent(court, looker.books.yesterday)
        who = [court] if "court" in owned.watch.tell else []
        who += [above] if "above" in owned.watch.tell and above else []
        found[court] = tuple(who) or (court,)
    return found


def parents(tree: CourtTree, looker: looks.Looker) -> Mapping[str, str]:
    """By court, the court above it."""
    day = looker.books.yesterday
    return {code: above for code in tree.codes() if (above := tree.parent(code, day)) is not None}
