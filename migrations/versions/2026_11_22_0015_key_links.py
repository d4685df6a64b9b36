"""From a key (案件码) to the cases that name it, and the keys too many cases name.

Revision ID: 2026_11_22_0015
Revises: 2026_11_22_0014
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_22_0015"
down_revision: str | None = "2026_11_22_0014"
branch_labels: str | None = None
depends_on: str | None = None

INDEX = "CREATE INDEX case_link_key ON case_link (to_subject, from_court, from_subject) WHERE to_court = ''"
TABLE = """
CREATE TABLE crowded_key (
    key TEXT NOT NULL,
    found_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT crowded_key_pkey PRIMARY KEY (key)
);
COMMENT ON TABLE crowded_key IS
    'Keys that more cases have named than a key may have: followed by none. Nothing leaves it.';
"""


def upgrade() -> None:
    """Make the index and the table."""
    op.execute(INDEX)
    op.execute(TABLE)


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP TABLE crowded_key")
    op.execute("DROP INDEX case_link_key")
