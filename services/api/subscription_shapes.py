"""The shapes of subscriptions: what is asked for, what is owed and was tried. No answer but the making holds a secret."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr

from services.api.shapes import Shape, Words

Kind = Literal["webhook", "alertmanager", "file", "stdout"]
Short = Annotated[str, Field(min_length=1, max_length=200)]
CourtCode = Annotated[str, Field(min_length=1, max_length=24)]
WatchKind = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Asked(Shape):
    """What a subscription asks for."""

    title: Short
    address: Annotated[
        str, Field(max_length=500, description="https://…; of a file its name, without ending; stdout: empty")
    ]
    courts: Annotated[
        list[CourtCode], Field(min_length=1, max_length=200, description="`*`: every court (operators)")
    ]
    scope: Literal["own", "all"] = Field(description="own: those courts; all: each with all below")
    least: Literal["none", "amber", "red"] = Field(
        default="amber", description="least severity; none: 数据不足 too"
    )
    kinds: Annotated[list[WatchKind], Field(max_length=40, description="kinds of watches; empty: every kind")]
    language: Literal["zh", "en", "both"] = "both"
    heartbeat_s: Annotated[int, Field(ge=30, le=86_400)] | None = Field(
        default=None, description="seconds between heartbeats; null: none"
    )


class Credentials(Shape):
    """What an Alertmanager behind a login asks for. Never shown again, by any answer."""

    scheme: Literal["bearer", "basic"]
    user: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        default=None, description="of basic authentication"
    )
    secret: Annotated[SecretStr, Field(min_length=1, max_length=2000)] = Field(
        description="the token, or the password"
    )


class NewSubscription(Asked):
    """A subscription to be made."""

    kind: Kind
    credentials: Credentials | None = Field(default=None, description="of an Alertmanager; null: none")


class Why(Shape):
    """Why it is paused or disabled."""

    why: Short


class Rotation(Shape):
    """How long the secret before holds beside the new one, in seconds."""

    overlap_s: Annotated[int, Field(ge=0, le=7 * 86_400)] = 86_400
    credentials: Credentials | None = Field(
        default=None, description="of an Alertmanager, which takes one at a time: the ones before end at once"
    )


class HeldSecret(Shape):
    """A secret that signs, or the credentials given; `ends_at` null: the newest. A secret that signs is shown once, when it
    is made; credentials never.
    """

    made_at: datetime
    ends_at: datetime | None


class Subscription(Shape):
    """A subscription as it stands; `address` is shown whole to its owner and to operators."""

    id: str
    kind: Kind
    title: str
    address: str
    courts: list[str]
    scope: Literal["own", "all"]
    least: Literal["none", "amber", "red"]
    kinds: list[str]
    language: Literal["zh", "en", "both"]
    heartbeat_s: int | None
    owner: str
    state: Literal["active", "paused", "disabled"]
    why: str | None
    failing: int = Field(description="attempts that failed in a row")
    secrets: list[HeldSecret]
    made_at: datetime
    changed_at: datetime


class MadeSubscription(Shape):
    """A subscription with its newest secret, which is shown this once (null: this kind is not signed)."""

    subscription: Subscription
    secret: str | None


class Subscriptions(Shape):
    """Subscriptions of your courts, in the order they were made."""

    items: list[Subscription]


class Attempt(Shape):
    """One attempt; `ended_at` null: under way, or its sender died; `error` null in one that ended: taken."""

    number: int
    begun_at: datetime
    ended_at: datetime | None
    status: int | None
    error: str | None


class Delivery(Shape):
    """One delivery; its id is that of the message, in `webhook-id` with msg_ before it and no hyphens."""

    id: str
    subscription: str
    number: int | None = Field(description="of the change it tells; null: a test")
    deviation: str | None
    state: Literal["waiting", "delivered", "dead", "withheld"]
    owed_at: datetime
    next_at: datetime | None
    done_at: datetime | None
    error: str | None
    attempts: list[Attempt]


class Deliveries(Shape):
    """Deliveries of a subscription, newest first."""

    items: list[Delivery]
    next: str | None


class ToldChange(Shape):
    """The data of one event of the stream; `text` and `document` null where nothing may be said or was kept."""

    number: int
    deviation: str
    act: str
    state: str
    severity: str
    court: str
    at: datetime
    watch: str
    kind: str
    subject: str | None
    text: Words | None
    document: dict[str, Any] | None


BODIES = (NewSubscription, Asked, Why, Rotation)
