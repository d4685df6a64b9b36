"""The tables of delivery: who asked to be told, what was told, each delivery owed with every attempt at it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from plumbline.store.tables import metadata

_now = sa.text("clock_timestamp()")
_instant = sa.DateTime(timezone=True)

subscription = sa.Table(
    "subscription",
    metadata,
    sa.Column("id", pg.UUID(as_uuid=True), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False, comment="webhook, alertmanager, file, stdout"),
    sa.Column("address", sa.Text, nullable=False, comment="a URL, or the file's name; empty: stdout"),
    sa.Column("courts", pg.ARRAY(sa.Text), nullable=False, comment="* = every court"),
    sa.Column("scope", sa.Text, nullable=False, comment="own: those courts; all: each with all below"),
    sa.Column("least", sa.Text, nullable=False, comment="least severity: none, amber, red"),
    sa.Column("kinds", pg.ARRAY(sa.Text), nullable=False, comment="kinds of watches; empty: every kind"),
    sa.Column("language", sa.Text, nullable=False, comment="zh, en, both"),
    sa.Column("heartbeat_s", sa.Integer, comment="NULL: no heartbeat asked for"),
    sa.Column("owner", sa.Text, nullable=False, comment="the principal beyond whose view nothing is told"),
    sa.Column("state", sa.Text, nullable=False, comment="active, paused, disabled"),
    sa.Column("why", sa.Text, comment="why it is paused or disabled"),
    sa.Column("made_at", _instant, nullable=False, server_default=_now),
    sa.Column("changed_at", _instant, nullable=False, server_default=_now),
    sa.Column("token", sa.BigInteger, nullable=False, comment="fence of the newest lease"),
    sa.Column("leased_until", _instant, comment="NULL: nobody is at it"),
    sa.Column("failing", sa.Integer, nullable=False, comment="attempts failed in a row"),
    sa.Column("not_before", _instant, comment="the rest after a failure, so that others are served"),
    sa.Column(
        "again_at", _instant, nullable=False, server_default=_now, comment="next telling of what stands"
    ),
    sa.Column("beat_at", _instant, nullable=False, server_default=_now, comment="next heartbeat"),
    sa.PrimaryKeyConstraint("id", name="subscription_pkey"),
    comment="One who asked to be told of deviations.",
)

subscription_secret = sa.Table(
    "subscription_secret",
    metadata,
    sa.Column("subscription", pg.UUID(as_uuid=True), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="encrypted under a key outside the database"),
    sa.Column("made_at", _instant, nullable=False, server_default=_now),
    sa.Column("ends_at", _instant, comment="NULL: the newest"),
    sa.PrimaryKeyConstraint("subscription", "number", name="subscription_secret_pkey"),
    comment="Secrets that sign deliveries: at most two hold at a time.",
)

notice = sa.Table(
    "notice",
    metadata,
    sa.Column("number", sa.BigInteger, autoincrement=False, nullable=False, comment="of the change it tells"),
    sa.Column("deviation", sa.BigInteger, nullable=False),
    sa.Column("body", pg.JSONB, nullable=False),
    sa.PrimaryKeyConstraint("number", name="notice_pkey"),
    comment="What a told change says, once for all who are told.",
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("message", pg.UUID(as_uuid=True), nullable=False, comment="the same in every attempt"),
    sa.Column("subscription", pg.UUID(as_uuid=True), nullable=False),
    sa.Column("notice", sa.BigInteger, comment="NULL: a test"),
    sa.Column("deviation", sa.BigInteger, comment="NULL: a test"),
    sa.Column("state", sa.Text, nullable=False, comment="waiting, delivered, dead, withheld"),
    sa.Column("owed_at", _instant, nullable=False, server_default=_now),
    sa.Column("next_at", _instant, nullable=False, server_default=_now),
    sa.Column("attempts", sa.Integer, nullable=False, comment="begun since it was owed or replayed"),
    sa.Column("token", sa.BigInteger, nullable=False, comment="fence of the lease that took it last"),
    sa.Column("done_at", _instant),
    sa.Column("error", sa.Text, comment="what the last attempt that failed met, or why it is withheld"),
    sa.PrimaryKeyConstraint("id", name="outbox_pkey"),
    sa.Index("outbox_message", "message", unique=True),
    sa.Index("outbox_notice", "subscription", "notice", unique=True),
    sa.Index("outbox_waiting", "subscription", "next_at", postgresql_where=sa.text("state = 'waiting'")),
    sa.Index("outbox_deviation", "subscription", "deviation", "notice"),
    sa.Index("outbox_dead", "subscription", postgresql_where=sa.text("state = 'dead'")),
    sa.Index("outbox_over", "done_at", postgresql_where=sa.text("state IN ('delivered', 'withheld')")),
    comment="One delivery owed to one subscription, written in the transaction that changes the deviation.",
)

delivery_attempt = sa.Table(
    "delivery_attempt",
    metadata,
    sa.Column("delivery", sa.BigInteger, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("token", sa.BigInteger, nullable=False),
    sa.Column("begun_at", _instant, nullable=False, server_default=_now),
    sa.Column("ended_at", _instant, comment="NULL: it is under way, or its sender died"),
    sa.Column("status", sa.Integer, comment="HTTP status, where there was one"),
    sa.Column("error", sa.Text, comment="NULL in an attempt that ended: it was delivered"),
    sa.PrimaryKeyConstraint("delivery", "number", name="delivery_attempt_pkey"),
)

standing_alert = sa.Table(
    "standing_alert",
    metadata,
    sa.Column("subscription", pg.UUID(as_uuid=True), nullable=False),
    sa.Column("deviation", sa.BigInteger, nullable=False),
    sa.Column("notice", sa.BigInteger, nullable=False),
    sa.Column("alert", pg.JSONB, nullable=False, comment="as it was sent, without its end"),
    sa.PrimaryKeyConstraint("subscription", "deviation", name="standing_alert_pkey"),
    comment="What an Alertmanager was told and must be told again until it ends.",
)
