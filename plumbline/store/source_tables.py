"""The table of the words in refused records that nobody has mapped: the worklist of the code maps."""

from __future__ import annotations

import sqlalchemy as sa

from plumbline.store.tables import event, metadata

_now = sa.text("clock_timestamp()")
_instant = sa.DateTime(timezone=True)

unmapped_word = sa.Table(
    "unmapped_word",
    metadata,
    sa.Column("quarantine", sa.BigInteger, nullable=False, comment="the refused record that holds it"),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("map", sa.Text, nullable=False, comment="the code map that does not know it"),
    sa.Column("field", sa.Text, nullable=False, comment="type.field, or subject"),
    sa.Column("word", sa.Text, nullable=False),
    sa.Column("first_at", _instant, nullable=False, server_default=_now),
    sa.Column("last_at", _instant, nullable=False, server_default=_now),
    sa.PrimaryKeyConstraint("quarantine", "map", "field", "word", name="unmapped_word_pkey"),
    sa.Index("unmapped_word_value", "source", "map", "field", "word"),
    comment="One word of one refused record that a code map does not know.",
)

event_sequence = sa.Index(
    "event_sequence", event.c.source, event.c.sequence, postgresql_where=sa.text("sequence IS NOT NULL")
)
"""The numbers a source gave its records: what shows a gap."""
