"""What looks rested on: kept with each change, the calendar as it was known; and the way to deliveries that are over.

Revision ID: 2026_11_22_0014
Revises: 2026_11_22_0013
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_22_0014"
down_revision: str | None = "2026_11_22_0013"
branch_labels: str | None = None
depends_on: str | None = None

INPUTS = """
ALTER TABLE deviation_change ADD COLUMN inputs JSONB;
COMMENT ON COLUMN deviation_change.inputs IS 'what its look read that no page tells; NULL: an act, or older than this column';

CREATE TABLE working_day_edition (
    day DATE NOT NULL,
    known_from TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    working BOOLEAN NOT NULL,
    status TEXT NOT NULL,
    note TEXT,
    CONSTRAINT working_day_edition_pkey PRIMARY KEY (day, known_from)
);
COMMENT ON TABLE working_day_edition IS 'Every line the calendar ever had, and since when. Kept by a trigger, INSERT only.';

INSERT INTO working_day_edition (day, known_from, working, status, note)
SELECT day, '1900-01-01', working, status, note FROM working_day;

CREATE FUNCTION keep_working_day() RETURNS trigger LANGUAGE plpgsql AS $keep$
BEGIN
    INSERT INTO working_day_edition (day, working, status, note) VALUES (NEW.day, NEW.working, NEW.status, NEW.note);
    RETURN NEW;
END
$keep$;
CREATE TRIGGER working_day_kept AFTER INSERT OR UPDATE ON working_day
    FOR EACH ROW EXECUTE FUNCTION keep_working_day();
CREATE TRIGGER working_day_edition_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON working_day_edition
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

INDEXES = """
CREATE INDEX coverage_line_heard ON coverage_line (source, received_at) WHERE received_at IS NOT NULL;
CREATE INDEX outbox_over ON outbox (done_at) WHERE state IN ('delivered', 'withheld');
"""

BACK = """
DROP INDEX outbox_over;
DROP INDEX coverage_line_heard;
DROP TRIGGER working_day_kept ON working_day;
DROP FUNCTION keep_working_day();
DROP TABLE working_day_edition;
ALTER TABLE deviation_change DROP COLUMN inputs;
"""


def upgrade() -> None:
    """Make them."""
    op.execute(INPUTS)
    op.execute(INDEXES)


def downgrade() -> None:
    """Take them away."""
    op.execute(BACK)
