"""The table of opening stocks: what a court stated to be pending when its books were opened."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from plumbline.store import supervision_tables

metadata = supervision_tables.matter.metadata

opening = sa.Table(
    "opening",
    metadata,
    sa.Column("court", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False, comment="the court system the stock was taken from"),
    sa.Column(
        "number", sa.Integer, nullable=False, comment="1, 2, …: a correction is the next; the last one holds"
    ),
    sa.Column("day", sa.Date, nullable=False, comment="go-live: what was pending at its beginning"),
    sa.Column("stated", pg.JSONB, nullable=False, comment="pending cases by category"),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("principal", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="the closing moment of its page"),
    sa.Column(
        "page", sa.BigInteger, nullable=False, comment="number of the page it closed: what is known when"
    ),
    sa.PrimaryKeyConstraint("court", "source", "number", name="opening_pkey"),
    comment="One statement of an opening stock. INSERT only, held by a trigger.",
)
