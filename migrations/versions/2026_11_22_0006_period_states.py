"""How whole a figure is: what was declared and what came, by day, on pages.

What is in the books already is counted here; events whose marks still wait are counted when they are folded.

Revision ID: 2026_11_22_0006
Revises: 2026_11_22_0005
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_22_0006"
down_revision: str | None = "2026_11_22_0005"
branch_labels: str | None = None
depends_on: str | None = None

TABLES = """
CREATE TABLE coverage_day (
    court TEXT NOT NULL,
    day DATE NOT NULL,
    source TEXT NOT NULL,
    type TEXT NOT NULL,
    declared BIGINT NOT NULL,
    received BIGINT NOT NULL,
    CONSTRAINT coverage_day_pkey PRIMARY KEY (court, day, source, type)
);
CREATE INDEX coverage_day_closed ON coverage_day (court, day) WHERE type = '';
COMMENT ON TABLE coverage_day IS 'Events of a day by source and type as they stand now; the sum of its coverage lines.';
COMMENT ON COLUMN coverage_day.type IS 'empty: the closing of the day itself, declared 1';
COMMENT ON COLUMN coverage_day.received IS 'originals; corrections count nothing';

CREATE TABLE coverage_month (
    court TEXT NOT NULL,
    month DATE NOT NULL,
    type TEXT NOT NULL,
    declared BIGINT NOT NULL,
    received BIGINT NOT NULL,
    surplus BIGINT NOT NULL,
    unclosed BIGINT NOT NULL,
    CONSTRAINT coverage_month_pkey PRIMARY KEY (court, month, type)
);
COMMENT ON TABLE coverage_month IS 'The closed days of a month, added up; made anew whenever one of its days moves.';
COMMENT ON COLUMN coverage_month.type IS 'empty: how many days are closed, in declared';
COMMENT ON COLUMN coverage_month.received IS 'of the declared, day by day never more than it';
COMMENT ON COLUMN coverage_month.surplus IS 'received beyond the declared';
COMMENT ON COLUMN coverage_month.unclosed IS 'from a source that left a closed day open';

CREATE TABLE coverage_line (
    page BIGINT NOT NULL,
    court TEXT NOT NULL,
    day DATE NOT NULL,
    source TEXT NOT NULL,
    type TEXT NOT NULL,
    declared BIGINT NOT NULL,
    received BIGINT NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE
);
CREATE INDEX coverage_line_ledger ON coverage_line (court, day);
COMMENT ON TABLE coverage_line IS
    'One change of a day''s counts, written on a page: what was known when. Never updated, never deleted.';
COMMENT ON COLUMN coverage_line.page IS '0: before coverage was kept';
COMMENT ON COLUMN coverage_line.declared IS 'the change';
COMMENT ON COLUMN coverage_line.received IS 'the change';
COMMENT ON COLUMN coverage_line.received_at IS 'of the last receipt counted in it';

CREATE TABLE feed_heard (
    court TEXT NOT NULL,
    source TEXT NOT NULL,
    last_received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT feed_heard_pkey PRIMARY KEY (court, source)
);
COMMENT ON TABLE feed_heard IS 'When a source last said anything of a court, as far as it is in the books.';

ALTER TABLE coverage_day SET (fillfactor = 80);
CREATE TRIGGER coverage_line_append_only BEFORE UPDATE OR DELETE ON coverage_line
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
COMMENT ON COLUMN value.coverage IS 'received of declared, rounded down; NULL: unknown';
COMMENT ON COLUMN dirty_value.account IS '0: the coverage of a court''s month';
"""

COUNTED = """
INSERT INTO coverage_line (page, court, day, source, type, declared, received, received_at)
SELECT 0, e.home_court, (e.occurred_at AT TIME ZONE coalesce(c.zone, 'Asia/Shanghai'))::date, e.source, e.type, 0,
       count(*) FILTER (WHERE e.replaces IS NULL AND e.type <> 'source.day_closed'), max(r.received_at)
FROM event e
JOIN receipt r ON r.id = e.receipt
LEFT JOIN (SELECT DISTINCT ON (code) code, zone FROM court ORDER BY code, valid_from DESC NULLS LAST) c
       ON c.code = e.home_court
WHERE NOT EXISTS (
    SELECT FROM dirty_case d
    WHERE d.home_court = e.home_court AND d.subject = e.subject AND d.cause = 'event' AND d.reference = e.receipt
)
GROUP BY 2, 3, 4, 5;
INSERT INTO coverage_day (court, day, source, type, declared, received)
SELECT court, day, source, type, sum(declared), sum(received)
FROM coverage_line
GROUP BY court, day, source, type
HAVING sum(received) <> 0;
INSERT INTO feed_heard (court, source, last_received_at)
SELECT court, source, max(received_at) FROM coverage_line GROUP BY court, source;
INSERT INTO dirty_case (home_court, subject, priority, cause, reference)
SELECT DISTINCT home_court, home_court, 1, 'rebuild', 0 FROM event WHERE type = 'source.day_closed';
"""


def upgrade() -> None:
    """Make the tables and count what is in the books; the days that were closed are read when the marks are taken."""
    op.execute(TABLES)
    op.execute(COUNTED)


def downgrade() -> None:
    """Take them away."""
    for table in ("feed_heard", "coverage_line", "coverage_month", "coverage_day"):
        op.execute(f"DROP TABLE {table}")
    op.execute("COMMENT ON COLUMN value.coverage IS NULL")
    op.execute("COMMENT ON COLUMN dirty_value.account IS NULL")
