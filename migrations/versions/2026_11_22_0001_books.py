"""The books: journal, marks, pages, ledger, balances, values, definitions, access.

Revision ID: 2026_11_22_0001
Revises:
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_22_0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

TABLES = """
CREATE TABLE account (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    measure TEXT NOT NULL,
    hash TEXT NOT NULL,
    kind TEXT NOT NULL,
    generation BIGINT NOT NULL,
    status TEXT NOT NULL,
    completed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT account_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX account_hash ON account (hash, kind);
COMMENT ON COLUMN account.measure IS '<pack>.<measure> that first opened it';
COMMENT ON COLUMN account.hash IS 'the measure''s meaning and all it rests on';
COMMENT ON COLUMN account.kind IS 'flow, stock, trigger, unattributed, observed grain';
COMMENT ON COLUMN account.status IS 'filling, complete';

CREATE TABLE audit (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    principal TEXT NOT NULL,
    act TEXT NOT NULL,
    object TEXT NOT NULL,
    detail JSONB NOT NULL,
    CONSTRAINT audit_pkey PRIMARY KEY (id)
);
COMMENT ON TABLE audit IS 'Who read or changed what. INSERT only, held by a trigger.';

CREATE TABLE balance_day (
    account INTEGER NOT NULL,
    court TEXT NOT NULL,
    category TEXT NOT NULL,
    day DATE NOT NULL,
    value BIGINT NOT NULL,
    CONSTRAINT balance_day_pkey PRIMARY KEY (account, court, category, day)
);

CREATE TABLE balance_month (
    account INTEGER NOT NULL,
    court TEXT NOT NULL,
    category TEXT NOT NULL,
    month DATE NOT NULL,
    value BIGINT NOT NULL,
    CONSTRAINT balance_month_pkey PRIMARY KEY (account, court, category, month)
);

CREATE TABLE case_link (
    source TEXT NOT NULL,
    event_id TEXT NOT NULL,
    role TEXT NOT NULL,
    from_court TEXT NOT NULL,
    from_subject TEXT NOT NULL,
    to_court TEXT NOT NULL,
    to_subject TEXT NOT NULL,
    CONSTRAINT case_link_pkey PRIMARY KEY (source, event_id, role, to_subject)
);
CREATE INDEX case_link_from ON case_link (from_court, from_subject);
CREATE INDEX case_link_to ON case_link (to_court, to_subject);

CREATE TABLE case_state (
    home_court TEXT NOT NULL,
    subject TEXT NOT NULL,
    generation BIGINT NOT NULL,
    facts JSONB NOT NULL,
    posted BYTEA NOT NULL,
    events INTEGER NOT NULL,
    sealed BOOLEAN DEFAULT false NOT NULL,
    page BIGINT NOT NULL,
    CONSTRAINT case_state_pkey PRIMARY KEY (home_court, subject)
);
COMMENT ON COLUMN case_state.posted IS 'JSON of what the case has posted, net';

CREATE TABLE court (
    code TEXT NOT NULL,
    parent TEXT,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    level TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE,
    status TEXT NOT NULL,
    zone TEXT NOT NULL,
    position INTEGER NOT NULL,
    pack TEXT NOT NULL,
    known_from TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    known_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT court_pkey PRIMARY KEY (code, valid_from, known_from)
);
COMMENT ON COLUMN court.known_until IS 'when another row took its place; NULL: it stands';

CREATE TABLE court_desk (
    home_court TEXT NOT NULL,
    CONSTRAINT court_desk_pkey PRIMARY KEY (home_court)
);
COMMENT ON TABLE court_desk IS 'One row a court: locked by the worker that posts for it, held to commit.';

CREATE TABLE day_closed (
    source TEXT NOT NULL,
    court TEXT NOT NULL,
    day DATE NOT NULL,
    type TEXT NOT NULL,
    declared BIGINT NOT NULL,
    event_id TEXT NOT NULL,
    receipt BIGINT NOT NULL,
    CONSTRAINT day_closed_pkey PRIMARY KEY (source, event_id, court, day, type)
);
CREATE INDEX day_closed_court ON day_closed (court, day);

CREATE TABLE definition (
    pack_hash TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    hash TEXT NOT NULL,
    in_force_from DATE,
    in_force_until DATE,
    CONSTRAINT definition_pkey PRIMARY KEY (pack_hash, kind, id)
);
CREATE INDEX definition_id ON definition (kind, id);
COMMENT ON COLUMN definition.id IS '<pack>.<name>';

CREATE TABLE dirty_case (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    home_court TEXT NOT NULL,
    subject TEXT NOT NULL,
    priority SMALLINT NOT NULL,
    cause TEXT NOT NULL,
    reference BIGINT NOT NULL,
    marked_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT dirty_case_pkey PRIMARY KEY (id)
);
CREATE INDEX dirty_case_desk ON dirty_case (home_court, priority, id);
COMMENT ON TABLE dirty_case IS 'Append-only marks without a unique key; deleted by the page that folds the case.';
COMMENT ON COLUMN dirty_case.priority IS '0 live, 1 linked, 5 refill';
COMMENT ON COLUMN dirty_case.cause IS 'event, family, linked, definition, rebuild';
COMMENT ON COLUMN dirty_case.reference IS 'receipt, or generation';

CREATE TABLE dirty_value (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    account INTEGER NOT NULL,
    court TEXT NOT NULL,
    category TEXT NOT NULL,
    month DATE NOT NULL,
    amount BIGINT,
    page BIGINT NOT NULL,
    marked_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT dirty_value_pkey PRIMARY KEY (id)
);
COMMENT ON COLUMN dirty_value.amount IS 'by which the month''s sum changed; NULL: not said';

CREATE TABLE event (
    source TEXT NOT NULL,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    home_court TEXT NOT NULL,
    subject TEXT NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sequence BIGINT,
    replaces TEXT,
    revision BIGINT DEFAULT '0' NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE,
    by_hand BOOLEAN DEFAULT false NOT NULL,
    data JSONB NOT NULL,
    digest BYTEA NOT NULL,
    receipt BIGINT NOT NULL,
    CONSTRAINT event_pkey PRIMARY KEY (source, event_id)
);
CREATE INDEX event_case ON event (home_court, subject, occurred_at);
CREATE INDEX event_day ON event (home_court, occurred_at);
CREATE INDEX event_family ON event (source, replaces) WHERE replaces IS NOT NULL;
COMMENT ON COLUMN event.receipt IS 'the ingest transaction that stored it';

CREATE TABLE generation (
    number BIGSERIAL NOT NULL,
    packs TEXT[] NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT generation_pkey PRIMARY KEY (number)
);
COMMENT ON COLUMN generation.packs IS 'hashes of the pack versions in the books';

CREATE TABLE generation_head (
    "only" BOOLEAN DEFAULT true NOT NULL,
    number BIGINT NOT NULL,
    tree BIGINT NOT NULL,
    CONSTRAINT generation_head_pkey PRIMARY KEY ("only"),
    CONSTRAINT generation_head_only CHECK ("only")
);
COMMENT ON TABLE generation_head IS 'The one row a page reads in share mode: no page is folded under an older catalogue.';
COMMENT ON COLUMN generation_head.tree IS 'moves when courts or zones change';

CREATE TABLE midnight (
    zone TEXT NOT NULL,
    day DATE NOT NULL,
    CONSTRAINT midnight_pkey PRIMARY KEY (zone)
);
COMMENT ON COLUMN midnight.day IS 'the last court day whose opening has been marked';

CREATE TABLE pack (
    id TEXT NOT NULL,
    hash TEXT NOT NULL,
    version TEXT NOT NULL,
    in_force_from DATE NOT NULL,
    document JSONB NOT NULL,
    uses TEXT[] NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    published_by TEXT NOT NULL,
    retired_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pack_pkey PRIMARY KEY (hash)
);
CREATE UNIQUE INDEX pack_version ON pack (id, version);
COMMENT ON TABLE pack IS 'One published version of a pack: immutable, content-hashed, in force from a day.';
COMMENT ON COLUMN pack.uses IS 'hashes of the packs it builds on';

CREATE TABLE page (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    number BIGINT,
    closed_at TIMESTAMP WITH TIME ZONE,
    home_court TEXT,
    cause TEXT NOT NULL,
    generation BIGINT NOT NULL,
    cases INTEGER NOT NULL,
    CONSTRAINT page_pkey PRIMARY KEY (id)
);
CREATE INDEX page_closed ON page (closed_at);
CREATE UNIQUE INDEX page_number ON page (number);
COMMENT ON COLUMN page.number IS 'in commit order; NULL until closed';

CREATE TABLE page_case (
    page BIGINT NOT NULL,
    subject TEXT NOT NULL,
    cause TEXT NOT NULL,
    receipts BIGINT[] NOT NULL,
    CONSTRAINT page_case_pkey PRIMARY KEY (page, subject)
);
COMMENT ON TABLE page_case IS 'Why a page refolded a case: the marks it consumed.';

CREATE TABLE page_clock (
    "only" BOOLEAN DEFAULT true NOT NULL,
    number BIGINT NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT page_clock_pkey PRIMARY KEY ("only"),
    CONSTRAINT page_clock_only CHECK ("only")
);
COMMENT ON TABLE page_clock IS 'The one clock row: updated as the last act of every page, so commit order is page order.';

CREATE TABLE parked_case (
    home_court TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT NOT NULL,
    parked_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT parked_case_pkey PRIMARY KEY (home_court, subject)
);

CREATE TABLE posting (
    account INTEGER NOT NULL,
    court TEXT NOT NULL,
    category TEXT NOT NULL,
    day DATE NOT NULL,
    value BIGINT NOT NULL,
    page BIGINT NOT NULL,
    subject TEXT NOT NULL,
    home_court TEXT NOT NULL,
    division TEXT,
    judge TEXT,
    cause TEXT
);
CREATE INDEX posting_ledger ON posting (account, court, day);
CREATE INDEX posting_page ON posting (page);
COMMENT ON TABLE posting IS 'One signed ledger line. Never updated, never deleted.';

CREATE TABLE quarantine (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    source TEXT NOT NULL,
    event_id TEXT,
    received_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    raw BYTEA NOT NULL,
    digest BYTEA NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    pointer TEXT,
    times INTEGER DEFAULT '1' NOT NULL,
    decision TEXT,
    decided_by TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    why TEXT,
    outcome JSONB,
    CONSTRAINT quarantine_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX quarantine_record ON quarantine (source, digest, reason);

CREATE TABLE receipt (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    received_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    events INTEGER NOT NULL,
    CONSTRAINT receipt_pkey PRIMARY KEY (id)
);
COMMENT ON TABLE receipt IS 'One row an ingest transaction: when its events became known.';

CREATE TABLE source (
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    courts TEXT[] NOT NULL,
    zone TEXT DEFAULT 'Asia/Shanghai' NOT NULL,
    rhythm_minutes INTEGER,
    settings JSONB DEFAULT '{}'::jsonb NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT source_pkey PRIMARY KEY (id)
);
COMMENT ON COLUMN source.courts IS 'each with all below; * = every court';

CREATE TABLE token (
    id TEXT NOT NULL,
    digest BYTEA NOT NULL,
    principal TEXT NOT NULL,
    role TEXT NOT NULL,
    courts TEXT[] NOT NULL,
    sources TEXT[] NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT token_pkey PRIMARY KEY (id)
);
COMMENT ON COLUMN token.role IS 'reader, feeder, office, operator';
COMMENT ON COLUMN token.courts IS 'each with all below; * = every court';

CREATE TABLE value (
    indicator TEXT NOT NULL,
    version TEXT NOT NULL,
    court TEXT NOT NULL,
    scope TEXT NOT NULL,
    category TEXT NOT NULL,
    period TEXT NOT NULL,
    period_start DATE NOT NULL,
    valued_on DATE NOT NULL,
    numerator NUMERIC,
    denominator NUMERIC,
    value NUMERIC,
    reason TEXT,
    coverage NUMERIC,
    page BIGINT NOT NULL,
    computed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT value_pkey PRIMARY KEY (indicator, version, court, scope, category, period, valued_on)
);
CREATE INDEX value_chart ON value (indicator, court, scope, period_start);
COMMENT ON COLUMN value.category IS 'all, or one of the categories';
COMMENT ON COLUMN value.valued_on IS 'court day; the last of each is kept';

CREATE TABLE working_day (
    day DATE NOT NULL,
    working BOOLEAN NOT NULL,
    status TEXT NOT NULL,
    note TEXT,
    CONSTRAINT working_day_pkey PRIMARY KEY (day)
);
COMMENT ON COLUMN working_day.status IS 'official, predicted, overridden';
"""

EXTRAS = """
ALTER TABLE balance_day SET (fillfactor = 80);
ALTER TABLE balance_month SET (fillfactor = 80);
ALTER TABLE case_state SET (fillfactor = 80);
ALTER TABLE page_clock SET (fillfactor = 10);
ALTER TABLE dirty_case SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE dirty_value SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

INSERT INTO page_clock (number, closed_at) VALUES (0, clock_timestamp());
INSERT INTO generation (number, packs) VALUES (0, '{}');
INSERT INTO generation_head (number, tree) VALUES (0, 0);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: write another row instead', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER posting_append_only BEFORE UPDATE OR DELETE ON posting
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(EXTRAS)


def downgrade() -> None:
    for table in DROPPED:
        op.execute(f'DROP TABLE "{table}" CASCADE')
    op.execute("DROP FUNCTION refuse_change()")


DROPPED = (
    "working_day",
    "value",
    "token",
    "source",
    "receipt",
    "quarantine",
    "posting",
    "parked_case",
    "page_clock",
    "page_case",
    "page",
    "pack",
    "midnight",
    "generation_head",
    "generation",
    "event",
    "dirty_value",
    "dirty_case",
    "definition",
    "day_closed",
    "court_desk",
    "court",
    "case_state",
    "case_link",
    "balance_month",
    "balance_day",
    "audit",
    "account",
)
