"""The snapshot door: what each table of a source last said, row by row, and the questions its rows left.

Revision ID: 2026_11_22_0004
Revises: 2026_11_22_0003
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_22_0004"
down_revision: str | None = "2026_11_22_0003"
branch_labels: str | None = None
depends_on: str | None = None

# Each sending of a table has a number of its own, in the order they began; a row remembers the last that held it.
SENDING = "CREATE SEQUENCE snapshot_sending"

SNAPSHOT = """
CREATE TABLE snapshot (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    source TEXT NOT NULL,
    table_name TEXT NOT NULL,
    taken_at TIMESTAMP WITH TIME ZONE NOT NULL,
    partial BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    sending BIGINT NOT NULL,
    deadline_days INTEGER NOT NULL,
    gone_percent INTEGER NOT NULL,
    rows_expected BIGINT,
    received INT8MULTIRANGE NOT NULL,
    counts JSONB NOT NULL,
    absent BIGINT,
    opened_by TEXT NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT snapshot_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX snapshot_open ON snapshot (source, table_name) WHERE state = 'open';
CREATE INDEX snapshot_table ON snapshot (source, table_name, taken_at);
COMMENT ON TABLE snapshot IS 'One sending of a table of a source, whole or in part.';
COMMENT ON COLUMN snapshot.state IS 'open, closed, suspect, superseded, abandoned';
COMMENT ON COLUMN snapshot.reason IS 'why it is suspect, or was; else empty';
COMMENT ON COLUMN snapshot.sending IS 'begun again after a break, it gets a new number';
COMMENT ON COLUMN snapshot.received IS 'the numbers of the rows received, from 1';
COMMENT ON COLUMN snapshot.absent IS 'rows of an earlier whole table it lacked; NULL until it is closed'
"""

ROW = """
CREATE TABLE snapshot_row (
    source TEXT NOT NULL,
    table_name TEXT NOT NULL,
    key_digest BYTEA NOT NULL,
    key TEXT NOT NULL,
    courts TEXT[] NOT NULL,
    told JSONB NOT NULL,
    offered BYTEA NOT NULL,
    settled BOOLEAN NOT NULL,
    seen BIGINT NOT NULL,
    first_full BIGINT,
    last_full BIGINT,
    standing TEXT NOT NULL,
    CONSTRAINT snapshot_row_pkey PRIMARY KEY (source, table_name, key_digest)
) WITH (fillfactor = 70);
COMMENT ON TABLE snapshot_row IS 'What a table last told under one key.';
COMMENT ON COLUMN snapshot_row.key_digest IS 'SHA-256 of the key';
COMMENT ON COLUMN snapshot_row.courts IS 'home courts of the events it told';
COMMENT ON COLUMN snapshot_row.told IS 'by original id: id, revision, digest and whether it is retracted';
COMMENT ON COLUMN snapshot_row.offered IS 'SHA-256 of the row as it last came';
COMMENT ON COLUMN snapshot_row.settled IS 'nothing of it was refused, so the same again needs no look';
COMMENT ON COLUMN snapshot_row.seen IS 'the last sending that held it';
COMMENT ON COLUMN snapshot_row.first_full IS 'the first sending of a whole table that held it';
COMMENT ON COLUMN snapshot_row.standing IS 'in the table; asked after; or out of it, by an answer'
"""

QUESTION = """
CREATE TABLE snapshot_question (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    source TEXT NOT NULL,
    table_name TEXT NOT NULL,
    key_digest BYTEA NOT NULL,
    key TEXT NOT NULL,
    courts TEXT[] NOT NULL,
    snapshot BIGINT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    deadline TIMESTAMP WITH TIME ZONE NOT NULL,
    answer TEXT,
    entered_under TEXT,
    why TEXT,
    answered_by TEXT,
    answered_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT snapshot_question_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX snapshot_question_open ON snapshot_question (source, table_name, key_digest) WHERE answer IS NULL;
CREATE INDEX snapshot_question_source ON snapshot_question (source, id);
COMMENT ON TABLE snapshot_question IS 'A row a whole table no longer holds: where has its case gone?';
COMMENT ON COLUMN snapshot_question.snapshot IS 'the table that lacked it';
COMMENT ON COLUMN snapshot_question.answer IS 'left_the_table, not_happened, entered_under, reappeared; NULL: open'
"""


def upgrade() -> None:
    """Make the tables."""
    for part in (SENDING, SNAPSHOT, ROW, QUESTION):
        op.execute(part)


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP TABLE snapshot_question, snapshot_row, snapshot")
    op.execute("DROP SEQUENCE snapshot_sending")
