"""The tables of the snapshot door: sendings of tables, what each row last told, and what vanished rows ask."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from plumbline.store.tables import metadata

_instant = sa.DateTime(timezone=True)

snapshot_sending = sa.Sequence("snapshot_sending", metadata=metadata)

snapshot = sa.Table(
    "snapshot",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("table_name", sa.Text, nullable=False),
    sa.Column("taken_at", _instant, nullable=False),
    sa.Column("partial", sa.Boolean, nullable=False),
    sa.Column("state", sa.Text, nullable=False, comment="open, closed, suspect, superseded, abandoned"),
    sa.Column("reason", sa.Text, nullable=False, comment="why it is suspect, or was; else empty"),
    sa.Column(
        "sending", sa.BigInteger, nullable=False, comment="begun again after a break, it gets a new number"
    ),
    sa.Column("deadline_days", sa.Integer, nullable=False),
    sa.Column("gone_percent", sa.Integer, nullable=False),
    sa.Column("rows_expected", sa.BigInteger),
    sa.Column(
        "received", pg.INT8MULTIRANGE, nullable=False, comment="the numbers of the rows received, from 1"
    ),
    sa.Column("counts", pg.JSONB, nullable=False),
    sa.Column(
        "absent",
        sa.BigInteger,
        comment="rows of an earlier whole table it lacked; NULL until it is closed",
    ),
    sa.Column("opened_by", sa.Text, nullable=False),
    sa.Column("begun_at", _instant, nullable=False),
    sa.Column("ended_at", _instant),
    sa.PrimaryKeyConstraint("id", name="snapshot_pkey"),
    sa.Index(
        "snapshot_open", "source", "table_name", unique=True, postgresql_where=sa.text("state = 'open'")
    ),
    sa.Index("snapshot_table", "source", "table_name", "taken_at"),
    comment="One sending of a table of a source, whole or in part.",
)

snapshot_row = sa.Table(
    "snapshot_row",
    metadata,
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("table_name", sa.Text, nullable=False),
    sa.Column("key_digest", sa.LargeBinary, nullable=False, comment="SHA-256 of the key"),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("courts", pg.ARRAY(sa.Text), nullable=False, comment="home courts of the events it told"),
    sa.Column(
        "told",
        pg.JSONB,
        nullable=False,
        comment="by original id: id, revision, digest and whether it is retracted",
    ),
    sa.Column("offered", sa.LargeBinary, nullable=False, comment="SHA-256 of the row as it last came"),
    sa.Column(
        "settled",
        sa.Boolean,
        nullable=False,
        comment="nothing of it was refused, so the same again needs no look",
    ),
    sa.Column("seen", sa.BigInteger, nullable=False, comment="the last sending that held it"),
    sa.Column("first_full", sa.BigInteger, comment="the first sending of a whole table that held it"),
    sa.Column("last_full", sa.BigInteger),
    sa.Column(
        "standing", sa.Text, nullable=False, comment="in the table; asked after; or out of it, by an answer"
    ),
    sa.PrimaryKeyConstraint("source", "table_name", "key_digest", name="snapshot_row_pkey"),
    comment="What a table last told under one key.",
)

snapshot_question = sa.Table(
    "snapshot_question",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("table_name", sa.Text, nullable=False),
    sa.Column("key_digest", sa.LargeBinary, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("courts", pg.ARRAY(sa.Text), nullable=False),
    sa.Column("snapshot", sa.BigInteger, nullable=False, comment="the table that lacked it"),
    sa.Column("asked_at", _instant, nullable=False),
    sa.Column("deadline", _instant, nullable=False),
    sa.Column(
        "answer", sa.Text, comment="left_the_table, not_happened, entered_under, reappeared; NULL: open"
    ),
    sa.Column("entered_under", sa.Text),
    sa.Column("why", sa.Text),
    sa.Column("answered_by", sa.Text),
    sa.Column("answered_at", _instant),
    sa.PrimaryKeyConstraint("id", name="snapshot_question_pkey"),
    sa.Index(
        "snapshot_question_open",
        "source",
        "table_name",
        "key_digest",
        unique=True,
        postgresql_where=sa.text("answer IS NULL"),
    ),
    sa.Index("snapshot_question_source", "source", "id"),
    comment="A row a whole table no longer holds: where has its case gone?",
)
