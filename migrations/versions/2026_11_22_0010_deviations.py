"""Early warning: armed watches, their memory, deviations with every change.

Revision ID: 2026_11_22_0010
Revises: 2026_11_22_0009
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_22_0010"
down_revision: str | None = "2026_11_22_0009"
branch_labels: str | None = None
depends_on: str | None = None

TABLES = """
CREATE TABLE backtest (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    watch TEXT NOT NULL,
    hash TEXT NOT NULL,
    courts TEXT[] NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    state TEXT NOT NULL,
    done INTEGER DEFAULT 0 NOT NULL,
    total INTEGER DEFAULT 0 NOT NULL,
    page BIGINT,
    report JSONB,
    made_by TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    moved_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT backtest_pkey PRIMARY KEY (id)
);
CREATE INDEX backtest_waiting ON backtest (id) WHERE state = 'waiting';
CREATE INDEX backtest_watch ON backtest (watch, hash);
COMMENT ON TABLE backtest IS 'A watch replayed over history: without one it is not armed.';
COMMENT ON COLUMN backtest.watch IS '<pack>.<watch>';
COMMENT ON COLUMN backtest.hash IS 'of the watch and all it rests on';
COMMENT ON COLUMN backtest.courts IS 'of whose history: each with all below';
COMMENT ON COLUMN backtest.state IS 'waiting, running, done, failed';
COMMENT ON COLUMN backtest.done IS 'looks done';
COMMENT ON COLUMN backtest.total IS 'looks there are';
COMMENT ON COLUMN backtest.page IS 'the books it was replayed over';

CREATE TABLE watch_arming (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    watch TEXT NOT NULL,
    hash TEXT NOT NULL,
    backtest BIGINT NOT NULL,
    armed_by TEXT NOT NULL,
    armed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    why TEXT NOT NULL,
    disarmed_by TEXT,
    disarmed_at TIMESTAMP WITH TIME ZONE,
    disarmed_why TEXT,
    CONSTRAINT watch_arming_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX watch_armed ON watch_arming (watch) WHERE disarmed_at IS NULL;

CREATE TABLE watch_look (
    watch TEXT NOT NULL,
    hash TEXT NOT NULL,
    day DATE NOT NULL,
    page BIGINT NOT NULL,
    looked_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    objects INTEGER NOT NULL,
    beyond INTEGER NOT NULL,
    CONSTRAINT watch_look_pkey PRIMARY KEY (watch, hash, day)
);
COMMENT ON TABLE watch_look IS 'One look of one watch: a day is looked at once.';
COMMENT ON COLUMN watch_look.day IS 'the court day looked at';
COMMENT ON COLUMN watch_look.page IS 'the books it looked into';
COMMENT ON COLUMN watch_look.objects IS 'cells, cases or feeds looked at';

CREATE TABLE watch_memory (
    watch TEXT NOT NULL,
    court TEXT NOT NULL,
    object TEXT NOT NULL,
    memory JSONB NOT NULL,
    day DATE NOT NULL,
    CONSTRAINT watch_memory_pkey PRIMARY KEY (watch, court, object)
);
COMMENT ON COLUMN watch_memory.object IS 'the cell, case, node or feed within the court';
COMMENT ON COLUMN watch_memory.memory IS 'what hysteresis and running sums must know';
COMMENT ON COLUMN watch_memory.day IS 'the look that wrote it';

CREATE TABLE deviation (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    watch TEXT NOT NULL,
    kind TEXT NOT NULL,
    court TEXT NOT NULL,
    object TEXT NOT NULL,
    subject TEXT,
    state TEXT NOT NULL,
    severity TEXT NOT NULL,
    cause TEXT NOT NULL,
    level TEXT NOT NULL,
    group_key TEXT NOT NULL,
    begun_on DATE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    silent_until TIMESTAMP WITH TIME ZONE,
    change BIGINT NOT NULL,
    CONSTRAINT deviation_pkey PRIMARY KEY (id)
);
CREATE INDEX deviation_court ON deviation (court, state, id);
CREATE UNIQUE INDEX deviation_standing ON deviation (watch, court, object) WHERE state <> 'resolved';
CREATE INDEX deviation_subject ON deviation (subject) WHERE subject IS NOT NULL;
COMMENT ON TABLE deviation IS 'One departure from the line, as it stands; its changes are its life.';
COMMENT ON COLUMN deviation.subject IS 'the case, where it is about one';
COMMENT ON COLUMN deviation.state IS 'pending, open, acknowledged, resolved';
COMMENT ON COLUMN deviation.severity IS 'amber, red, none (数据不足)';
COMMENT ON COLUMN deviation.cause IS 'which of the possible causes it is put down to';
COMMENT ON COLUMN deviation.level IS 'the court it has been escalated to';
COMMENT ON COLUMN deviation.group_key IS 'court and week: one card';
COMMENT ON COLUMN deviation.change IS 'number of its last change';

CREATE TABLE deviation_clock (
    "only" BOOLEAN DEFAULT true NOT NULL,
    number BIGINT NOT NULL,
    CONSTRAINT deviation_clock_pkey PRIMARY KEY ("only"),
    CONSTRAINT deviation_clock_only CHECK ("only")
);
COMMENT ON TABLE deviation_clock IS 'The one row changes are numbered by, held to commit: commit order is the order of numbers.';

CREATE TABLE deviation_change (
    number BIGSERIAL NOT NULL,
    deviation BIGINT NOT NULL,
    act TEXT NOT NULL,
    state TEXT NOT NULL,
    severity TEXT NOT NULL,
    court TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    day DATE NOT NULL,
    page BIGINT NOT NULL,
    hash TEXT NOT NULL,
    document JSONB NOT NULL,
    principal TEXT,
    why TEXT,
    CONSTRAINT deviation_change_pkey PRIMARY KEY (number)
);
CREATE INDEX deviation_change_of ON deviation_change (deviation, number);
COMMENT ON TABLE deviation_change IS 'One change of one deviation. INSERT only, held by a trigger.';
COMMENT ON COLUMN deviation_change.act IS 'seen, opened, worse, eased, acknowledged, silenced, escalated, resolved, closed';
COMMENT ON COLUMN deviation_change.day IS 'the court day looked at';
COMMENT ON COLUMN deviation_change.hash IS 'of the watch that spoke';
COMMENT ON COLUMN deviation_change.document IS 'all it rests on: enough to judge it again';
COMMENT ON COLUMN deviation_change.principal IS 'who acted; NULL: the watch';
"""

GUARDS = """
INSERT INTO deviation_clock ("only", number) VALUES (true, 0);
CREATE TRIGGER deviation_change_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON deviation_change
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

BACK = """
DROP TABLE deviation_change, deviation_clock, deviation, watch_memory, watch_look, watch_arming, backtest
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)
    op.execute(GUARDS)


def downgrade() -> None:
    """Take them away."""
    op.execute(BACK)
