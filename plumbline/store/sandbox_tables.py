"""The table of the records of sandbox sources: good ones, held apart from the journal."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from plumbline.store.tables import metadata

_now = sa.text("clock_timestamp()")
_instant = sa.DateTime(timezone=True)

sandbox_event = sa.Table(
    "sandbox_event",
    metadata,
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column(
        "number", sa.BigInteger, sa.Identity(always=True), nullable=False, comment="in the order they came"
    ),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("home_court", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("occurred_at", _instant, nullable=False),
    sa.Column("replaces", sa.Text),
    sa.Column("data", JSONB, nullable=False, comment="as the journal would hold it"),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("times", sa.BigInteger, nullable=False, server_default="1", comment="how often it came"),
    sa.Column("received_at", _instant, nullable=False, server_default=_now),
    sa.Column("last_at", _instant, nullable=False, server_default=_now),
    sa.PrimaryKeyConstraint("source", "event_id", name="sandbox_event_pkey"),
    sa.Index("sandbox_event_number", "source", "number"),
    comment="One event of a sandbox source. Nothing is ever folded, posted or counted from here.",
)
