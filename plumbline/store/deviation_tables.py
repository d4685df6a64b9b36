"""The tables of early warning: which watches are armed, what each has in memory, deviations and every change of one."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from plumbline.store.tables import metadata

_now = sa.text("clock_timestamp()")
_instant = sa.DateTime(timezone=True)

backtest = sa.Table(
    "backtest",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("watch", sa.Text, nullable=False, comment="<pack>.<watch>"),
    sa.Column("hash", sa.Text, nullable=False, comment="of the watch and all it rests on"),
    sa.Column("courts", pg.ARRAY(sa.Text), nullable=False, comment="of whose history: each with all below"),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("state", sa.Text, nullable=False, comment="waiting, running, done, failed"),
    sa.Column("done", sa.Integer, nullable=False, server_default="0", comment="looks done"),
    sa.Column("total", sa.Integer, nullable=False, server_default="0", comment="looks there are"),
    sa.Column("page", sa.BigInteger, comment="the books it was replayed over"),
    sa.Column("report", pg.JSONB),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("asked_at", _instant, nullable=False, server_default=_now),
    sa.Column("moved_at", _instant, nullable=False, server_default=_now),
    sa.PrimaryKeyConstraint("id", name="backtest_pkey"),
    sa.Index("backtest_watch", "watch", "hash"),
    sa.Index("backtest_waiting", "id", postgresql_where=sa.text("state = 'waiting'")),
    comment="A watch replayed over history: without one it is not armed.",
)

watch_arming = sa.Table(
    "watch_arming",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("watch", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("backtest", sa.BigInteger, nullable=False),
    sa.Column("armed_by", sa.Text, nullable=False),
    sa.Column("armed_at", _instant, nullable=False, server_default=_now),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("disarmed_by", sa.Text),
    sa.Column("disarmed_at", _instant),
    sa.Column("disarmed_why", sa.Text),
    sa.PrimaryKeyConstraint("id", name="watch_arming_pkey"),
    sa.Index("watch_armed", "watch", unique=True, postgresql_where=sa.text("disarmed_at IS NULL")),
)

watch_look = sa.Table(
    "watch_look",
    metadata,
    sa.Column("watch", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False, comment="the court day looked at"),
    sa.Column("page", sa.BigInteger, nullable=False, comment="the books it looked into"),
    sa.Column("looked_at", _instant, nullable=False, server_default=_now),
    sa.Column("objects", sa.Integer, nullable=False, comment="cells, cases or feeds looked at"),
    sa.Column("beyond", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("watch", "hash", "day", name="watch_look_pkey"),
    comment="One look of one watch: a day is looked at once.",
)

watch_memory = sa.Table(
    "watch_memory",
    metadata,
    sa.Column("watch", sa.Text, nullable=False),
    sa.Column("court", sa.Text, nullable=False),
    sa.Column("object", sa.Text, nullable=False, comment="the cell, case, node or feed within the court"),
    sa.Column("memory", pg.JSONB, nullable=False, comment="what hysteresis and running sums must know"),
    sa.Column("day", sa.Date, nullable=False, comment="the look that wrote it"),
    sa.PrimaryKeyConstraint("watch", "court", "object", name="watch_memory_pkey"),
)

deviation = sa.Table(
    "deviation",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("watch", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("court", sa.Text, nullable=False),
    sa.Column("object", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, comment="the case, where it is about one"),
    sa.Column("state", sa.Text, nullable=False, comment="pending, open, acknowledged, resolved"),
    sa.Column("severity", sa.Text, nullable=False, comment="amber, red, none (数据不足)"),
    sa.Column("cause", sa.Text, nullable=False, comment="which of the possible causes it is put down to"),
    sa.Column("level", sa.Text, nullable=False, comment="the court it has been escalated to"),
    sa.Column("group_key", sa.Text, nullable=False, comment="court and week: one card"),
    sa.Column("begun_on", sa.Date, nullable=False),
    sa.Column("changed_at", _instant, nullable=False),
    sa.Column("silent_until", _instant),
    sa.Column("change", sa.BigInteger, nullable=False, comment="number of its last change"),
    sa.PrimaryKeyConstraint("id", name="deviation_pkey"),
    sa.Index(
        "deviation_standing",
        "watch",
        "court",
        "object",
        unique=True,
        postgresql_where=sa.text("state <> 'resolved'"),
    ),
    sa.Index("deviation_court", "court", "state", "id"),
    sa.Index("deviation_subject", "subject", postgresql_where=sa.text("subject IS NOT NULL")),
    comment="One departure from the line, as it stands; its changes are its life.",
)

deviation_clock = sa.Table(
    "deviation_clock",
    metadata,
    sa.Column("only", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("only", name="deviation_clock_pkey"),
    sa.CheckConstraint('"only"', name="deviation_clock_only"),
    comment="The one row changes are numbered by, held to commit: commit order is the order of numbers.",
)

deviation_change = sa.Table(
    "deviation_change",
    metadata,
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("deviation", sa.BigInteger, nullable=False),
    sa.Column(
        "act",
        sa.Text,
        nullable=False,
        comment="seen, opened, worse, eased, acknowledged, silenced, escalated, resolved, closed",
    ),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
    sa.Column("court", sa.Text, nullable=False),
    sa.Column("at", _instant, nullable=False),
    sa.Column("day", sa.Date, nullable=False, comment="the court day looked at"),
    sa.Column("page", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.Text, nullable=False, comment="of the watch that spoke"),
    sa.Column("document", pg.JSONB, nullable=False, comment="all it rests on: enough to judge it again"),
    sa.Column("principal", sa.Text, comment="who acted; NULL: the watch"),
    sa.Column("why", sa.Text),
    sa.Column(
        "inputs",
        pg.JSONB,
        comment="what its look read that no page tells; NULL: an act, or older than this column",
    ),
    sa.PrimaryKeyConstraint("number", name="deviation_change_pkey"),
    sa.Index("deviation_change_of", "deviation", "number"),
    comment="One change of one deviation. INSERT only, held by a trigger.",
)

working_day_edition = sa.Table(
    "working_day_edition",
    metadata,
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("known_from", _instant, nullable=False, server_default=_now),
    sa.Column("working", sa.Boolean, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("note", sa.Text),
    sa.PrimaryKeyConstraint("day", "known_from", name="working_day_edition_pkey"),
    comment="Every line the calendar ever had, and since when. Kept by a trigger, INSERT only.",
)
