"""Where pulling from a source stands: its cursor, its last runs.

Revision ID: 2026_11_22_0008
Revises: 2026_11_22_0007
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_22_0008"
down_revision: str | None = "2026_11_22_0007"
branch_labels: str | None = None
depends_on: str | None = None

TABLE = """
CREATE TABLE pull (
    source TEXT NOT NULL,
    feed TEXT NOT NULL,
    version BIGINT NOT NULL,
    cursor JSONB,
    state TEXT NOT NULL,
    holder TEXT,
    held_until TIMESTAMP WITH TIME ZONE,
    rows BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    duplicates BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    withheld BIGINT NOT NULL,
    losses BIGINT NOT NULL,
    lost_at TIMESTAMP WITH TIME ZONE,
    error TEXT,
    moved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    caught_up_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pull_pkey PRIMARY KEY (source, feed),
    CONSTRAINT pull_source_fkey FOREIGN KEY (source) REFERENCES source (id),
    CONSTRAINT pull_state_check CHECK (state IN ('reading', 'caught_up', 'position_lost', 'failing'))
);
COMMENT ON TABLE pull IS 'One feed that is pulled; its cursor moves only after the events are acknowledged.';
COMMENT ON COLUMN pull.feed IS 'the name its file gives it';
COMMENT ON COLUMN pull.version IS 'counts every move; a move names the one before';
COMMENT ON COLUMN pull.cursor IS 'where reading stands, and the rows it stands on';
COMMENT ON COLUMN pull.holder IS 'the puller that moved it last';
COMMENT ON COLUMN pull.held_until IS 'no other puller may move it before';
COMMENT ON COLUMN pull.refused IS 'in quarantine';
COMMENT ON COLUMN pull.withheld IS 'rows never sent, such as classified ones';
COMMENT ON COLUMN pull.losses IS 'how often its position was lost';
COMMENT ON COLUMN pull.error IS 'why the last run failed';
COMMENT ON COLUMN pull.caught_up_at IS 'when its end was last reached'
"""


def upgrade() -> None:
    """Make the table."""
    op.execute(TABLE)


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP TABLE pull")
