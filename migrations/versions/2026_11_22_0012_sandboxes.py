"""Sandbox sources: their good records, apart from the journal.

Revision ID: 2026_11_22_0012
Revises: 2026_11_22_0011
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_22_0012"
down_revision: str | None = "2026_11_22_0011"
branch_labels: str | None = None
depends_on: str | None = None

TABLE = """
CREATE TABLE sandbox_event (
    source TEXT NOT NULL,
    event_id TEXT NOT NULL,
    number BIGINT GENERATED ALWAYS AS IDENTITY NOT NULL,
    type TEXT NOT NULL,
    home_court TEXT NOT NULL,
    subject TEXT NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    replaces TEXT,
    data JSONB NOT NULL,
    digest BYTEA NOT NULL,
    times BIGINT DEFAULT 1 NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT sandbox_event_pkey PRIMARY KEY (source, event_id)
);
CREATE INDEX sandbox_event_number ON sandbox_event (source, number);
COMMENT ON TABLE sandbox_event IS 'One event of a sandbox source. Nothing is ever folded, posted or counted from here.';
COMMENT ON COLUMN sandbox_event.number IS 'in the order they came';
COMMENT ON COLUMN sandbox_event.data IS 'as the journal would hold it';
COMMENT ON COLUMN sandbox_event.times IS 'how often it came';
"""


def upgrade() -> None:
    """Make the table."""
    op.execute(TABLE)


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP TABLE sandbox_event")
