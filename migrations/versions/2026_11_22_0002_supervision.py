"""Supervision: matters and their acts, departments, ballots, frozen scorecards; two roles more.

Revision ID: 2026_11_22_0002
Revises: 2026_11_22_0001
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_22_0002"
down_revision: str | None = "2026_11_22_0001"
branch_labels: str | None = None
depends_on: str | None = None

TABLES = """
CREATE TABLE ballot_paper (
    ballot UUID NOT NULL,
    digest BYTEA NOT NULL,
    used BOOLEAN NOT NULL,
    CONSTRAINT ballot_paper_pkey PRIMARY KEY (ballot, digest)
);
COMMENT ON TABLE ballot_paper IS 'A ballot paper, struck or not: no time, no order; each strike rewrites all of a ballot.';
COMMENT ON COLUMN ballot_paper.digest IS 'SHA-256 of the paper''s token';

CREATE TABLE ballot_total (
    ballot UUID NOT NULL,
    subject INTEGER NOT NULL,
    criterion TEXT NOT NULL,
    total BIGINT NOT NULL,
    CONSTRAINT ballot_total_pkey PRIMARY KEY (ballot, subject, criterion)
);
COMMENT ON TABLE ballot_total IS 'Running totals; every row of a ballot is rewritten with each vote.';
COMMENT ON COLUMN ballot_total.subject IS 'its place in the ballot, from 0, in the official order';
COMMENT ON COLUMN ballot_total.total IS 'the sum of all marks; no mark is kept';

CREATE TABLE department (
    court TEXT NOT NULL,
    code TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    CONSTRAINT department_pkey PRIMARY KEY (court, code)
);

CREATE TABLE frozen_card (
    acceptance UUID NOT NULL,
    card BYTEA NOT NULL,
    digest BYTEA NOT NULL,
    page BIGINT NOT NULL,
    known_at TIMESTAMP WITH TIME ZONE NOT NULL,
    frozen_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT frozen_card_pkey PRIMARY KEY (acceptance)
);
COMMENT ON TABLE frozen_card IS 'A scorecard as it was accepted. INSERT only, held by a trigger.';
COMMENT ON COLUMN frozen_card.card IS 'canonical JSON';
COMMENT ON COLUMN frozen_card.digest IS 'SHA-256 of card';
COMMENT ON COLUMN frozen_card.page IS 'number of the page the card stands on';

CREATE TABLE matter (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    court TEXT NOT NULL,
    courts TEXT[] NOT NULL,
    about TEXT NOT NULL,
    period TEXT NOT NULL,
    detail JSONB NOT NULL,
    state TEXT NOT NULL,
    claim TEXT,
    opened_by TEXT NOT NULL,
    request TEXT NOT NULL,
    digest BYTEA NOT NULL,
    page BIGINT NOT NULL,
    CONSTRAINT matter_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX matter_claim ON matter (kind, claim) WHERE claim IS NOT NULL;
CREATE INDEX matter_courts ON matter USING gin (courts);
CREATE INDEX matter_page ON matter (kind, page);
CREATE UNIQUE INDEX matter_request ON matter (kind, opened_by, request);
COMMENT ON TABLE matter IS 'One matter of supervision; what became of it are its acts.';
COMMENT ON COLUMN matter.kind IS 'ballot, adjustment, objection, acceptance';
COMMENT ON COLUMN matter.court IS 'whose it is; of a ballot, whose office opened it';
COMMENT ON COLUMN matter.courts IS 'every court it speaks of, each once';
COMMENT ON COLUMN matter.about IS 'the rule book, indicator or vote';
COMMENT ON COLUMN matter.period IS 'empty where it speaks of none';
COMMENT ON COLUMN matter.state IS 'what its acts fold to';
COMMENT ON COLUMN matter.claim IS 'what only one matter at a time may be about; NULL: let go';
COMMENT ON COLUMN matter.request IS 'the key the opener chose: the same again opens nothing';
COMMENT ON COLUMN matter.digest IS 'of what was asked under the key';
COMMENT ON COLUMN matter.page IS 'number of the page of its first act';

CREATE TABLE matter_act (
    matter UUID NOT NULL,
    number INTEGER NOT NULL,
    act TEXT NOT NULL,
    principal TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    page BIGINT NOT NULL,
    detail JSONB NOT NULL,
    CONSTRAINT matter_act_pkey PRIMARY KEY (matter, number)
);
CREATE UNIQUE INDEX matter_act_page ON matter_act (page);
COMMENT ON TABLE matter_act IS 'One act on a matter. INSERT only, held by a trigger. Never a cast vote.';
COMMENT ON COLUMN matter_act.at IS 'the closing moment of its page';
COMMENT ON COLUMN matter_act.page IS 'number of the page it closed: what is known when';
"""

EXTRAS = """
CREATE TRIGGER matter_act_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON matter_act
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER frozen_card_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON frozen_card
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
COMMENT ON COLUMN token.role IS 'reader, feeder, office, command, decider, operator';
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(EXTRAS)


def downgrade() -> None:
    for table in DROPPED:
        op.execute(f'DROP TABLE "{table}" CASCADE')
    op.execute("COMMENT ON COLUMN token.role IS 'reader, feeder, office, operator'")


DROPPED = ("frozen_card", "ballot_total", "ballot_paper", "department", "matter_act", "matter")
