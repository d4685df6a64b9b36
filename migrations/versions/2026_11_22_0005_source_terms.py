"""How a source writes: the words nobody has mapped, and the numbers of its records in order.

Revision ID: 2026_11_22_0005
Revises: 2026_11_22_0004
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_22_0005"
down_revision: str | None = "2026_11_22_0004"
branch_labels: str | None = None
depends_on: str | None = None

TABLE = """
CREATE TABLE unmapped_word (
    quarantine BIGINT NOT NULL,
    source TEXT NOT NULL,
    map TEXT NOT NULL,
    field TEXT NOT NULL,
    word TEXT NOT NULL,
    first_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT unmapped_word_pkey PRIMARY KEY (quarantine, map, field, word)
);
CREATE INDEX unmapped_word_value ON unmapped_word (source, map, field, word);
COMMENT ON TABLE unmapped_word IS 'One word of one refused record that a code map does not know.';
COMMENT ON COLUMN unmapped_word.quarantine IS 'the refused record that holds it';
COMMENT ON COLUMN unmapped_word.map IS 'the code map that does not know it';
COMMENT ON COLUMN unmapped_word.field IS 'type.field, or subject';
"""

SEQUENCE = "CREATE INDEX event_sequence ON event (source, sequence) WHERE sequence IS NOT NULL"


def upgrade() -> None:
    """Make the table and the index."""
    op.execute(TABLE)
    op.execute(SEQUENCE)


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP INDEX event_sequence")
    op.execute("DROP TABLE unmapped_word")
