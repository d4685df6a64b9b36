"""The table of what court files say beside the tree: what shows a code, and the courts that have none."""

from __future__ import annotations

import sqlalchemy as sa

from plumbline.store import (
    coverage_tables,
    delivery_tables,
    deviation_tables,
    key_tables,
    opening_tables,
    pull_tables,
    sandbox_tables,
    snapshot_tables,
    source_tables,
    supervision_tables,
)

metadata = supervision_tables.matter.metadata
assert metadata is deviation_tables.deviation.metadata
assert metadata is delivery_tables.outbox.metadata
assert metadata is snapshot_tables.snapshot.metadata
assert metadata is key_tables.crowded_key.metadata
assert metadata is pull_tables.pull.metadata
assert metadata is opening_tables.opening.metadata
assert metadata is sandbox_tables.sandbox_event.metadata
assert metadata is source_tables.unmapped_word.metadata
assert metadata is coverage_tables.coverage_day.metadata
"""Every table there is: what the migrations are held to."""

court_entry = sa.Table(
    "court_entry",
    metadata,
    sa.Column("pack", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False, comment="its place in the file, the official order"),
    sa.Column("code", sa.Text, comment="NULL: the code is unknown, or it is a 人民法庭"),
    sa.Column("parent", sa.Text),
    sa.Column("name_zh", sa.Text, nullable=False),
    sa.Column("name_en", sa.Text, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column(
        "kind", sa.Text, nullable=False, comment="ordinary, development_zone, railway, forestry, tribunal"
    ),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("basis", sa.Text, nullable=False, comment="what shows the code"),
    sa.PrimaryKeyConstraint("pack", "position", name="court_entry_pkey"),
    comment="One row of a court file, as it stands in the file now.",
)
