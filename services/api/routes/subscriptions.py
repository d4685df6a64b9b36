"""Who is told of deviations: subscriptions with their secrets, what is owed to each, and sending anew what was given up."""

from __future__ import annotations

import re
import uuid
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import fastapi
from fastapi import Path, Query

from plumbline import errors, webhooks
from plumbline.runtime import outward, sealing
from plumbline.store import deliveries, engine, quarantine, subscriptions
from plumbline.store.subscriptions import SUBSCRIBERS, Terms
from plumbline.store.tokens import EVERY, Principal
from services.api import acting, credentials, cursors, parameters
from services.api import subscription_shapes as shapes
from services.api.contract import described
from services.api.desk import AtDesk, Desk, Reading

router = fastapi.APIRouter(tags=["subscriptions"])

FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
HERE: Final = ("file", "stdout")
"""Kinds that write on the machine of scoring: for operators only."""
SubscriptionId = Annotated[uuid.UUID, Path(description="the id its making answered")]
DeliveryId = Annotated[uuid.UUID, Path(description="the id its list gives")]
State = Annotated[
    Literal["waiting", "delivered", "dead", "withheld"] | None, Query(description="only those in this state")
]
New = Annotated[shapes.NewSubscription, fastapi.Depends(acting.body_of(shapes.NewSubscription))]
Changed = Annotated[shapes.Asked, fastapi.Depends(acting.body_of(shapes.Asked))]
Said = Annotated[shapes.Why, fastapi.Depends(acting.body_of(shapes.Why))]
Turned = Annotated[shapes.Rotation, fastapi.Depends(acting.body_of(shapes.Rotation))]


@router.get(
    "/v1/subscriptions",
    **described("list_subscriptions", "Who is told of deviations", shapes.Subscriptions),
)
def list_subscriptions(desk: AtDesk) -> fastapi.Response:
    """Subscriptions whose courts are all yours."""
    acting.role(desk.who, *SUBSCRIBERS)
    with desk.open() as reading:
        found = [
            one for one in subscriptions.list_all(reading.connection) if _sees(reading, one.terms.courts)
        ]
        return desk.answer_once(shapes.Subscriptions(items=[_shape(reading, one) for one in found]))


@router.post(
    "/v1/subscriptions",
    **acting.acted(
        "make_subscription", "Ask to be told of deviations", shapes.MadeSubscription, shapes.NewSubscription
    ),
)
def make_subscription(desk: AtDesk, asked: New) -> fastapi.Response:
    """The answer shows the secret that signs, this once. Nothing is told beyond what you see, now and later."""
    terms = _terms(desk, asked, asked.kind)
    made = uuid.uuid4()
    sealed = _new_secret(desk, made, asked.kind)
    shown = credentials.sealed(desk.request.app.state.settings, made, asked.kind, asked.credentials)

    def work(connection: engine.Connection) -> None:
        subscriptions.create(connection, made, asked.kind, terms, desk.who.name)
        for one in (shown, None if sealed is None else sealed[1]):
            if one is not None:
                subscriptions.add_secret(connection, made, one)
        _note(connection, desk, made, "make", kind=asked.kind, **_plain(terms))

    acting.act(desk, work)
    return _answer_made(desk, made, sealed)


@router.get(
    "/v1/subscriptions/{id}", **described("read_subscription", "One subscription", shapes.Subscription)
)
def read_subscription(desk: AtDesk, id: SubscriptionId) -> fastapi.Response:  # noqa: A002 - the address says id
    """As it stands, with why it is paused or disabled."""
    with desk.open() as reading:
        return desk.answer_once(_shape(reading, _find(reading, id)))


@router.post(
    "/v1/subscriptions/{id}/change",
    **acting.acted("change_subscription", "Ask for something else", shapes.Subscription, shapes.Asked),
)
def change_subscription(desk: AtDesk, id: SubscriptionId, asked: Changed) -> fastapi.Response:  # noqa: A002 - as above
    """The whole of what is asked for, anew. Of what was told before, the end is told whatever is asked for now.

    Credentials are shown to the address they were given for: with another, they are forgotten and must be given anew.
    """
    found = _own(desk, id)
    terms = _terms(desk, asked, found.kind, owner=found.owner)

    def work(connection: engine.Connection) -> None:
        subscriptions.change(connection, id, terms)
        if found.kind == "alertmanager" and terms.address != found.terms.address:
            subscriptions.drop_secrets(connection, id)
        _note(connection, desk, id, "change", **_plain(terms))

    acting.act(desk, work)
    return _answer(desk, id)


@router.post(
    "/v1/subscriptions/{id}/pause",
    **acting.acted("pause_subscription", "Send nothing for now", shapes.Subscription, shapes.Why),
)
def pause_subscription(desk: AtDesk, id: SubscriptionId, said: Said) -> fastapi.Response:  # noqa: A002 - as above
    """What happens meanwhile is owed, and sent when it is resumed."""
    return _move(desk, id, "paused", said.why)


@router.post(
    "/v1/subscriptions/{id}/disable",
    **acting.acted("disable_subscription", "End a subscription", shapes.Subscription, shapes.Why),
)
def disable_subscription(desk: AtDesk, id: SubscriptionId, said: Said) -> fastapi.Response:  # noqa: A002 - as above
    """Nothing more is owed, but the end of what was told. It stays in the list, and can be resumed."""
    return _move(desk, id, "disabled", said.why)


@router.post(
    "/v1/subscriptions/{id}/resume",
    **acting.acted("resume_subscription", "Send again", shapes.Subscription),
)
def resume_subscription(desk: AtDesk, id: SubscriptionId) -> fastapi.Response:  # noqa: A002 - as above
    """From now on, and what is owed."""
    return _move(desk, id, "active", None)


@router.post(
    "/v1/subscriptions/{id}/rotate",
    **acting.acted("rotate_secret", "A new secret", shapes.MadeSubscription, shapes.Rotation),
)
def rotate_secret(desk: AtDesk, id: SubscriptionId, turned: Turned) -> fastapi.Response:  # noqa: A002 - as above
    """The one before signs beside it for `overlap_s` seconds; any older one no longer. An Alertmanager takes `credentials`."""
    found = _own(desk, id)
    sealed = _new_secret(desk, id, found.kind)
    shown = credentials.sealed(desk.request.app.state.settings, id, found.kind, turned.credentials)
    if sealed is None and shown is None:
        raise errors.Conflict(
            f"A subscription of the kind {found.kind} has no secret of its own",
            next="Give an Alertmanager its `credentials`.",
        )

    def work(connection: engine.Connection) -> None:
        if sealed is not None:
            subscriptions.add_secret(connection, id, sealed[1], turned.overlap_s)
        elif shown is not None:
            subscriptions.add_secret(connection, id, shown)
        _note(connection, desk, id, "rotate", overlap_s=turned.overlap_s)

    acting.act(desk, work)
    return _answer_made(desk, id, sealed)


@router.post(
    "/v1/subscriptions/{id}/test",
    **acting.acted("test_subscription", "Send a test", shapes.Delivery),
)
def test_subscription(desk: AtDesk, id: SubscriptionId) -> fastapi.Response:  # noqa: A002 - as above
    """The delivery it became; its attempts stand in the list of deliveries."""
    found = _own(desk, id)
    if found.state != "active":
        raise errors.Conflict(f"The subscription is {found.state}", next="Resume it first.")

    def work(connection: engine.Connection) -> uuid.UUID:
        made = deliveries.owe_test(connection, id)
        _note(connection, desk, id, "test", delivery=str(made))
        return made

    return _answer_delivery(desk, acting.act(desk, work))


@router.get(
    "/v1/subscriptions/{id}/deliveries",
    **described("list_deliveries", "What is owed to a receiver, and was tried", shapes.Deliveries),
)
def list_deliveries(
    desk: AtDesk,
    id: SubscriptionId,  # noqa: A002 - as above
    state: State = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = 50,
) -> fastapi.Response:
    """Newest first, each with its attempts and what the last one met."""
    (before,) = cursors.read(desk.question, cursor, (deliveries.LAST,))
    with desk.open() as reading:
        _find(reading, id)
        found = deliveries.list_deliveries(reading.connection, id, state=state, before=before, most=limit + 1)
        after = cursors.write(desk.question, found[limit - 1].id) if len(found) > limit else None
        return desk.answer_once(
            shapes.Deliveries(items=[_shape_delivery(one) for one in found[:limit]], next=after)
        )


@router.post(
    "/v1/deliveries/{id}/replay",
    **acting.acted("replay_delivery", "Send anew what was given up", shapes.Delivery),
)
def replay_delivery(desk: AtDesk, id: DeliveryId) -> fastapi.Response:  # noqa: A002 - as above
    """A dead delivery, under the id it had, from the first attempt on."""
    with desk.open() as reading:
        found = deliveries.read_delivery(reading.connection, id)
        known = None if found is None else subscriptions.read(reading.connection, found.subscription)
        if known is None or not _sees(reading, known.terms.courts):
            raise errors.NotFound(
                "There is no such delivery", next="GET /v1/subscriptions/{id}/deliveries lists them."
            )
        _may(desk.who, known)

    def work(connection: engine.Connection) -> None:
        deliveries.replay(connection, id)
        _note(connection, desk, known.id, "replay", delivery=str(id))

    acting.act(desk, work)
    return _answer_delivery(desk, id)


def _find(reading: Reading, wanted: uuid.UUID) -> subscriptions.Subscription:
    """A subscription whose courts are all the reader's; errors.NotFound, the same for any other."""
    found = subscriptions.read(reading.connection, wanted)
    if found is None or not _sees(reading, found.terms.courts):
        raise errors.NotFound(
            "There is no such subscription",
            why="It does not exist, or it is not yours to read.",
            next="GET /v1/subscriptions lists them.",
        )
    acting.role(reading.who, *SUBSCRIBERS)
    return found


def _own(desk: Desk, wanted: uuid.UUID) -> subscriptions.Subscription:
    """A subscription the asker may change."""
    with desk.open() as reading:
        found = _find(reading, wanted)
    _may(desk.who, found)
    return found


def _may(who: Principal, found: subscriptions.Subscription) -> None:
    acting.role(who, *SUBSCRIBERS)
    if who.name != found.owner and who.role != "operator":
        raise errors.NotAllowed(
            f"Only {found.owner}, who made it, and operators may do this", next="Make one of your own."
        )


def _sees(reading: Reading, courts: tuple[str, ...]) -> bool:
    return all(
        EVERY in reading.who.courts if code == EVERY else reading.who.sees(code, reading.know.tree)
        for code in courts
    )


def _terms(desk: Desk, asked: shapes.Asked, kind: str, *, owner: str | None = None) -> Terms:
    """What is asked for, checked: courts the asker and the owner see, an address that can be asked."""
    with desk.open() as reading:
        holder = desk.who if owner is None else subscriptions.read_owner(reading.connection, owner)
        for code in asked.courts:
            if code == EVERY:
                if EVERY not in desk.who.courts:
                    raise errors.NotAllowed("Only who sees every court may ask for every court")
                continue
            reading.court(code)
            if holder is None or not holder.sees(code, reading.know.tree):
                raise errors.BadInput(f"{owner}, who made it, does not see {code}", next="Leave it out.")
    acting.role(desk.who, *SUBSCRIBERS)
    _check_address(desk, kind, asked.address)
    return Terms(
        asked.title, asked.address, tuple(dict.fromkeys(asked.courts)), asked.scope, asked.least,
        tuple(dict.fromkeys(asked.kinds)), asked.language, asked.heartbeat_s,
    )  # fmt: skip


def _check_address(desk: Desk, kind: str, address: str) -> None:
    if kind in HERE:
        acting.role(desk.who, "operator")
    if kind == "file" and not FILE_NAME.fullmatch(address):
        raise errors.BadInput(
            "The address of a file is its name: letters, digits, - and _",
            next="The file is deliveries/<name>.ndjson in the state folder of scoring.",
        )
    if kind == "stdout" and address:
        raise errors.BadInput("Standard output has no address", next="Leave it empty.")
    if kind not in HERE:
        outward.check_url(address, plain=desk.request.app.state.settings.delivery_http)


def _new_secret(desk: Desk, subscription: uuid.UUID, kind: str) -> tuple[str, bytes] | None:
    """A new secret and its sealed form; None for a kind that is not signed."""
    if kind != "webhook":
        return None
    secret = webhooks.make_secret()
    return secret, sealing.open_seal(desk.request.app.state.settings).close(secret, str(subscription))


def _move(desk: Desk, wanted: uuid.UUID, state: str, why: str | None) -> fastapi.Response:
    _own(desk, wanted)

    def work(connection: engine.Connection) -> None:
        subscriptions.move(connection, wanted, state, why)
        _note(connection, desk, wanted, state, why=why)

    acting.act(desk, work)
    return _answer(desk, wanted)


def _note(connection: engine.Connection, desk: Desk, wanted: uuid.UUID, act: str, **detail: Any) -> None:
    quarantine.note(connection, desk.who.name, f"subscription.{act}", f"subscription/{wanted}", detail)


def _plain(terms: Terms) -> dict[str, Any]:
    """What the audit keeps of the terms: of the address only where it leads, never what it may hold in secret."""
    return {"courts": list(terms.courts), "scope": terms.scope, "to": _place(terms.address)}


def _place(address: str) -> str:
    parts = urlsplit(address)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}/…" if parts.scheme else address


def _answer(desk: Desk, wanted: uuid.UUID) -> fastapi.Response:
    with desk.open() as reading:
        return desk.answer_once(_shape(reading, _find(reading, wanted)))


def _answer_made(desk: Desk, wanted: uuid.UUID, sealed: tuple[str, bytes] | None) -> fastapi.Response:
    with desk.open() as reading:
        shown = _shape(reading, _find(reading, wanted))
    return desk.answer_once(
        shapes.MadeSubscription(subscription=shown, secret=None if sealed is None else sealed[0])
    )


def _answer_delivery(desk: Desk, message: uuid.UUID) -> fastapi.Response:
    with desk.open() as reading:
        found = deliveries.read_delivery(reading.connection, message)
    assert found is not None
    return desk.answer_once(_shape_delivery(found))


def _shape(reading: Reading, one: subscriptions.Subscription) -> shapes.Subscription:
    terms = one.terms
    whole = reading.who.name == one.owner or reading.who.role == "operator"
    held = subscriptions.held_secrets(reading.connection, one.id)
    return shapes.Subscription.model_validate(
        {
            "id": str(one.id), "kind": one.kind, "title": terms.title,
            "address": terms.address if whole else _place(terms.address),
            "courts": list(terms.courts), "scope": terms.scope, "least": terms.least, "kinds": list(terms.kinds),
            "language": terms.language, "heartbeat_s": terms.heartbeat_s, "owner": one.owner, "state": one.state,
            "why": one.why, "failing": one.failing,
            "secrets": [{"made_at": key.made_at, "ends_at": key.ends_at} for key in held],
            "made_at": one.made_at, "changed_at": one.changed_at,
        }
    )  # fmt: skip


def _shape_delivery(one: deliveries.Delivery) -> shapes.Delivery:
    return shapes.Delivery.model_validate(
        {
            "id": str(one.message), "subscription": str(one.subscription), "number": one.notice,
            "deviation": None if one.deviation is None else str(one.deviation), "state": one.state,
            "owed_at": one.owed_at, "next_at": one.next_at if one.state == "waiting" else None,
            "done_at": one.done_at, "error": one.error,
            "attempts": [
                {
                    "number": each.number, "begun_at": each.begun_at, "ended_at": each.ended_at,
                    "status": each.status, "error": each.error,
                }
                for each in one.tried
            ],
        }
    )  # fmt: skip
