"""The tables of coverage: what sources declared and what came, by court and day, and each change with its page."""

from __future__ import annotations

import sqlalchemy as sa

from plumbline.store.tables import metadata

_instant = sa.DateTime(timezone=True)

coverage_day = sa.Table(
    "coverage_day",
    metadata,
    sa.Column("court", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False, comment="empty: the closing of the day itself, declared 1"),
    sa.Column("declared", sa.BigInteger, nullable=False),
    sa.Column("received", sa.BigInteger, nullable=False, comment="originals; corrections count nothing"),
    sa.PrimaryKeyConstraint("court", "day", "source", "type", name="coverage_day_pkey"),
    sa.Index("coverage_day_closed", "court", "day", postgresql_where=sa.text("type = ''")),
    comment="Events of a day by source and type as they stand now; the sum of its coverage lines.",
)

coverage_month = sa.Table(
    "coverage_month",
    metadata,
    sa.Column("court", sa.Text, nullable=False),
    sa.Column("month", sa.Date, nullable=False),
    sa.Column("type", sa.Text, nullable=False, comment="empty: how many days are closed, in declared"),
    sa.Column("declared", sa.BigInteger, nullable=False),
    sa.Column(
        "received", sa.BigInteger, nullable=False, comment="of the declared, day by day never more than it"
    ),
    sa.Column("surplus", sa.BigInteger, nullable=False, comment="received beyond the declared"),
    sa.Column("unclosed", sa.BigInteger, nullable=False, comment="from a source that left a closed day open"),
    sa.PrimaryKeyConstraint("court", "month", "type", name="coverage_month_pkey"),
    comment="The closed days of a month, added up; made anew whenever one of its days moves.",
)

coverage_line = sa.Table(
    "coverage_line",
    metadata,
    sa.Column("page", sa.BigInteger, nullable=False, comment="0: before coverage was kept"),
    sa.Column("court", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("declared", sa.BigInteger, nullable=False, comment="the change"),
    sa.Column("received", sa.BigInteger, nullable=False, comment="the change"),
    sa.Column("received_at", _instant, comment="of the last receipt counted in it"),
    sa.Index("coverage_line_ledger", "court", "day"),
    sa.Index(
        "coverage_line_heard", "source", "received_at", postgresql_where=sa.text("received_at IS NOT NULL")
    ),
    comment="One change of a day's counts, written on a page: what was known when. Never updated, never deleted.",
)

feed_heard = sa.Table(
    "feed_heard",
    metadata,
    sa.Column("court", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("last_received_at", _instant, nullable=False),
    sa.PrimaryKeyConstraint("court", "source", name="feed_heard_pkey"),
    comment="When a source last said anything of a court, as far as it is in the books.",
)
