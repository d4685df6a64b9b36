"""What court files say beside the tree: what shows a code, and the courts whose code is unknown.

Revision ID: 2026_11_22_0003
Revises: 2026_11_22_0002
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_22_0003"
down_revision: str | None = "2026_11_22_0002"
branch_labels: str | None = None
depends_on: str | None = None

TABLE = """
CREATE TABLE court_entry (
    pack TEXT NOT NULL,
    position INTEGER NOT NULL,
    code TEXT,
    parent TEXT,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    level TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    basis TEXT NOT NULL,
    CONSTRAINT court_entry_pkey PRIMARY KEY (pack, position)
);
COMMENT ON TABLE court_entry IS 'One row of a court file, as it stands in the file now.';
COMMENT ON COLUMN court_entry.position IS 'its place in the file, the official order';
COMMENT ON COLUMN court_entry.code IS 'NULL: the code is unknown, or it is a 人民法庭';
COMMENT ON COLUMN court_entry.kind IS 'ordinary, development_zone, railway, forestry, tribunal';
COMMENT ON COLUMN court_entry.basis IS 'what shows the code'
"""


def upgrade() -> None:
    """Make the table."""
    op.execute(TABLE)


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP TABLE court_entry")
