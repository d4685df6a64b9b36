"""Opening stock: what a court stated to be pending when it went live.

Revision ID: 2026_11_22_0007
Revises: 2026_11_22_0006
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_22_0007"
down_revision: str | None = "2026_11_22_0006"
branch_labels: str | None = None
depends_on: str | None = None

TABLE = """
CREATE TABLE opening (
    court TEXT NOT NULL,
    source TEXT NOT NULL,
    number INTEGER NOT NULL,
    day DATE NOT NULL,
    stated JSONB NOT NULL,
    why TEXT NOT NULL,
    principal TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    page BIGINT NOT NULL,
    CONSTRAINT opening_pkey PRIMARY KEY (court, source, number)
);
COMMENT ON TABLE opening IS 'One statement of an opening stock. INSERT only, held by a trigger.';
COMMENT ON COLUMN opening.source IS 'the court system the stock was taken from';
COMMENT ON COLUMN opening.number IS '1, 2, …: a correction is the next; the last one holds';
COMMENT ON COLUMN opening.day IS 'go-live: what was pending at its beginning';
COMMENT ON COLUMN opening.stated IS 'pending cases by category';
COMMENT ON COLUMN opening.at IS 'the closing moment of its page';
COMMENT ON COLUMN opening.page IS 'number of the page it closed: what is known when';
"""

HELD = """
CREATE TRIGGER opening_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON opening
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    """Make the table, and hold it to INSERT."""
    op.execute(TABLE)
    op.execute(HELD)


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP TABLE opening")
