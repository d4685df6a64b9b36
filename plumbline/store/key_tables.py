"""What links to keys need beside the table of links: a way from a key to its cases, and the keys too many cases name."""

from __future__ import annotations

import sqlalchemy as sa

from plumbline.store import tables

sa.Index(
    "case_link_key",
    tables.case_link.c.to_subject,
    tables.case_link.c.from_court,
    tables.case_link.c.from_subject,
    postgresql_where=sa.text("to_court = ''"),
)

crowded_key = sa.Table(
    "crowded_key",
    tables.metadata,
    sa.Column("key", sa.Text, nullable=False),
    sa.Column(
        "found_at",
        sa.DateTime(timezone=True),
        nullable=False,
        server_default=sa.text("clock_timestamp()"),
    ),
    sa.PrimaryKeyConstraint("key", name="crowded_key_pkey"),
    comment="Keys that more cases have named than a key may have: followed by none. Nothing leaves it.",
)
