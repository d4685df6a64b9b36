"""Watches (预警规则): what is watched and how, what a watch would have told, and whether it is armed."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

import fastapi
from fastapi import Path

from plumbline import errors
from plumbline.catalog.watch_kinds import KINDS
from plumbline.store import engine, quarantine, watchbooks, watches
from plumbline.store.watchbooks import Owned
from plumbline.store.watches import Armed
from services.api import acting, deviation_shapes, words
from services.api.contract import described
from services.api.desk import AtDesk, Desk, Reading

router = fastapi.APIRouter(tags=["deviations"])
YEARS_MOST: Final = 10
WatchId = Annotated[
    str, Path(description="`<pack>.<watch>`", examples=["court-core.quality_history"], max_length=200)
]
Why = Annotated[deviation_shapes.Reason, fastapi.Depends(acting.body_of(deviation_shapes.Reason))]
Spanned = Annotated[deviation_shapes.Span, fastapi.Depends(acting.body_of(deviation_shapes.Span))]


@router.get("/v1/watches", **described("list_watches", "What is watched", deviation_shapes.Watches))
def list_watches(desk: AtDesk) -> fastapi.Response:
    """Every watch of the packs in the books, with its method's numbers, and whether it looks."""
    with desk.open() as reading:
        armed = {one.watch: one for one in watches.list_armed(reading.connection)}
        items = [_shaped(owned, armed.get(name)) for name, owned in _defined(reading).items()]
        return desk.answer_once(deviation_shapes.Watches(items=items))


@router.get("/v1/watches/{id}", **described("read_watch", "One watch", deviation_shapes.WatchShape))
def read_watch(desk: AtDesk, id: WatchId) -> fastapi.Response:  # noqa: A002 - the address says id
    """As it is defined now."""
    with desk.open() as reading:
        return desk.answer_once(_answer(reading, id))


@router.get(
    "/v1/watches/{id}/backtests",
    **described("list_backtests", "What a watch would have told", deviation_shapes.Backtests),
)
def list_backtests(desk: AtDesk, id: WatchId) -> fastapi.Response:  # noqa: A002 - as above
    """Newest first, with how far each is; those over courts that are all yours to read."""
    with desk.open() as reading:
        owned = _owned(reading, id)
        found = [
            _backtest(one, owned)
            for one in watches.list_backtests(reading.connection, id)
            if len(reading.visible(one.courts)) == len(one.courts)
        ]
        return desk.answer_once(deviation_shapes.Backtests(items=found))


@router.post(
    "/v1/watches/{id}/backtest",
    **acting.acted(
        "ask_backtest", "Replay a watch over history", deviation_shapes.Backtest, deviation_shapes.Span
    ),
)
def ask_backtest(desk: AtDesk, id: WatchId, asked: Spanned) -> fastapi.Response:  # noqa: A002 - as above
    """An office asks; scoring runs it, one at a time. Its report: firings, lead time, how many were borne out, worst day."""
    with desk.open() as reading:
        owned = _owned(reading, id)
        acting.role(desk.who, "office", "operator")
        today = reading.now.date()
        if not asked.first <= asked.last <= today or asked.first < date(today.year - YEARS_MOST, 1, 1):
            raise errors.BadInput(
                f"{asked.first} to {asked.last} cannot be replayed",
                next=f"Choose days up to today, within {YEARS_MOST} years.",
            )
        for code in asked.courts:
            reading.court(code)
        courts = [one for code in asked.courts for one in reading.know.tree.subtree(code, today)]
        looked = tuple(dict.fromkeys(courts)) or _looked(reading, owned)
        seen = reading.visible(looked)
    if not seen:
        raise errors.BadInput("None of these courts is watched by it", next="Name courts that it watches.")

    def work(connection: engine.Connection) -> int:
        made = watches.ask_backtest(
            connection, id, owned.hash, seen, (asked.first, asked.last), desk.who.name
        )
        quarantine.note(connection, desk.who.name, "watch.backtest", f"watch/{id}", {"backtest": made})
        return made

    made = acting.act(desk, work)
    with desk.open() as reading:
        (found,) = [one for one in watches.list_backtests(reading.connection, id) if one.id == made]
        return desk.answer_once(_backtest(found, owned))


@router.post(
    "/v1/watches/{id}/arm",
    **acting.acted("arm_watch", "Let a watch look", deviation_shapes.WatchShape, deviation_shapes.Reason),
)
def arm_watch(desk: AtDesk, id: WatchId, asked: Why) -> fastapi.Response:  # noqa: A002 - as above
    """By an office that sees every court it watches, and only after a backtest of the watch as it is defined now."""
    owned = _may_steer(desk, id)

    def work(connection: engine.Connection) -> None:
        watches.arm(connection, id, owned.hash, desk.who.name, asked.why)
        quarantine.note(connection, desk.who.name, "watch.arm", f"watch/{id}", {"why": asked.why})

    acting.act(desk, work)
    with desk.open() as reading:
        return desk.answer_once(_answer(reading, id))


@router.post(
    "/v1/watches/{id}/disarm",
    **acting.acted(
        "disarm_watch", "Let a watch look no more", deviation_shapes.WatchShape, deviation_shapes.Reason
    ),
)
def disarm_watch(desk: AtDesk, id: WatchId, asked: Why) -> fastapi.Response:  # noqa: A002 - as above
    """Its deviations stay as they stand."""
    _may_steer(desk, id)

    def work(connection: engine.Connection) -> None:
        watches.disarm(connection, id, desk.who.name, asked.why)
        quarantine.note(connection, desk.who.name, "watch.disarm", f"watch/{id}", {"why": asked.why})

    acting.act(desk, work)
    with desk.open() as reading:
        return desk.answer_once(_answer(reading, id))


def _may_steer(desk: Desk, name: str) -> Owned:
    with desk.open() as reading:
        owned = _owned(reading, name)
        acting.role(desk.who, "office", "operator")
        looked = _looked(reading, owned)
        if len(reading.visible(looked)) < len(looked):
            raise errors.NotAllowed(
                "The watch looks at courts that are not yours", next="Leave it to the office above them all."
            )
        return owned


def _looked(reading: Reading, owned: Owned) -> tuple[str, ...]:
    tree, today = reading.know.tree, reading.now.date()
    return tuple(
        code
        for code in tree.codes()
        if (court := tree.get(code, today)) is not None and owned.watch.watches(code, court.level)
    )


def _defined(reading: Reading) -> dict[str, Owned]:
    return watchbooks.every_watch(reading.know.catalogue, reading.now.date())


def _owned(reading: Reading, name: str) -> Owned:
    found = _defined(reading).get(name)
    if found is None:
        raise errors.NotFound(
            f"No watch is called {name[:80]!r}", next="GET /v1/watches lists what there is."
        )
    return found


def _answer(reading: Reading, name: str) -> deviation_shapes.WatchShape:
    armed = {one.watch: one for one in watches.list_armed(reading.connection)}
    return _shaped(_owned(reading, name), armed.get(name))


def _shaped(owned: Owned, armed: Armed | None) -> deviation_shapes.WatchShape:
    watch, kind = owned.watch, KINDS[owned.watch.kind]
    arming = None
    if armed is not None:
        arming = deviation_shapes.Arming(
            armed_at=armed.armed_at,
            armed_by=armed.armed_by,
            why=armed.why,
            backtest=armed.backtest,
            last_look=armed.looked_on,
        )
    return deviation_shapes.WatchShape.model_validate(
        {
            "id": owned.id,
            "title": words.of(watch.title),
            "kind": watch.kind,
            "kind_words": words.of(kind.title),
            "of": list(watch.of),
            "courts": list(watch.courts),
            "level": watch.level or None,
            "scope": watch.scope,
            "every": watch.every,
            "grain": watch.grain or None,
            "side": watch.side,
            "settings": {name: float(watch.setting(name)) for name in kind.settings},
            "settings_words": {name: words.of(one.meaning) for name, one in kind.settings.items()},
            "hold": watch.hold,
            "release": watch.release,
            "severity": watch.severity,
            "tell": list(watch.tell),
            "escalate_days": watch.escalate,
            "source": {
                "document": watch.source.document,
                "clause": watch.source.clause,
                "provenance": watch.source.provenance,
            },
            "hash": owned.hash,
            "armed": arming,
            "stale": armed is not None and armed.hash != owned.hash,
        }
    )


def _backtest(one: watches.Backtest, owned: Owned) -> deviation_shapes.Backtest:
    eta = None
    if one.state == "running" and one.done:
        spent = (one.moved_at - one.asked_at).total_seconds()
        eta = round(spent * (one.total - one.done) / one.done)
    return deviation_shapes.Backtest.model_validate(
        {
            "id": one.id,
            "watch": one.watch,
            "hash": one.hash,
            "current": one.hash == owned.hash,
            "courts": list(one.courts),
            "first": one.first,
            "last": one.last,
            "state": one.state,
            "done": one.done,
            "total": one.total,
            "eta_seconds": eta,
            "page": one.page,
            "report": one.report,
            "made_by": one.made_by,
            "asked_at": one.asked_at,
        }
    )
