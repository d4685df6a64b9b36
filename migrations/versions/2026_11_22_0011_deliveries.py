"""Who is told of deviations, and each delivery owed.

Revision ID: 2026_11_22_0011
Revises: 2026_11_22_0010
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_22_0011"
down_revision: str | None = "2026_11_22_0010"
branch_labels: str | None = None
depends_on: str | None = None

TABLES = """
CREATE TABLE subscription (
    id UUID NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    courts TEXT[] NOT NULL,
    scope TEXT NOT NULL,
    least TEXT NOT NULL,
    kinds TEXT[] NOT NULL,
    language TEXT NOT NULL,
    heartbeat_s INTEGER,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    why TEXT,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    token BIGINT NOT NULL,
    leased_until TIMESTAMP WITH TIME ZONE,
    failing INTEGER NOT NULL,
    not_before TIMESTAMP WITH TIME ZONE,
    again_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    beat_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT subscription_pkey PRIMARY KEY (id)
);
COMMENT ON TABLE subscription IS 'One who asked to be told of deviations.';
COMMENT ON COLUMN subscription.kind IS 'webhook, alertmanager, file, stdout';
COMMENT ON COLUMN subscription.address IS 'a URL, or the file''s name; empty: stdout';
COMMENT ON COLUMN subscription.courts IS '* = every court';
COMMENT ON COLUMN subscription.scope IS 'own: those courts; all: each with all below';
COMMENT ON COLUMN subscription.least IS 'least severity: none, amber, red';
COMMENT ON COLUMN subscription.kinds IS 'kinds of watches; empty: every kind';
COMMENT ON COLUMN subscription.language IS 'zh, en, both';
COMMENT ON COLUMN subscription.heartbeat_s IS 'NULL: no heartbeat asked for';
COMMENT ON COLUMN subscription.owner IS 'the principal beyond whose view nothing is told';
COMMENT ON COLUMN subscription.state IS 'active, paused, disabled';
COMMENT ON COLUMN subscription.why IS 'why it is paused or disabled';
COMMENT ON COLUMN subscription.token IS 'fence of the newest lease';
COMMENT ON COLUMN subscription.leased_until IS 'NULL: nobody is at it';
COMMENT ON COLUMN subscription.failing IS 'attempts failed in a row';
COMMENT ON COLUMN subscription.not_before IS 'the rest after a failure, so that others are served';
COMMENT ON COLUMN subscription.again_at IS 'next telling of what stands';
COMMENT ON COLUMN subscription.beat_at IS 'next heartbeat';

CREATE TABLE subscription_secret (
    subscription UUID NOT NULL,
    number INTEGER NOT NULL,
    sealed BYTEA NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT subscription_secret_pkey PRIMARY KEY (subscription, number)
);
COMMENT ON TABLE subscription_secret IS 'Secrets that sign deliveries: at most two hold at a time.';
COMMENT ON COLUMN subscription_secret.sealed IS 'encrypted under a key outside the database';
COMMENT ON COLUMN subscription_secret.ends_at IS 'NULL: the newest';

CREATE TABLE notice (
    number BIGINT NOT NULL,
    deviation BIGINT NOT NULL,
    body JSONB NOT NULL,
    CONSTRAINT notice_pkey PRIMARY KEY (number)
);
COMMENT ON TABLE notice IS 'What a told change says, once for all who are told.';
COMMENT ON COLUMN notice.number IS 'of the change it tells';

CREATE TABLE outbox (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    message UUID NOT NULL,
    subscription UUID NOT NULL,
    notice BIGINT,
    deviation BIGINT,
    state TEXT NOT NULL,
    owed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    attempts INTEGER NOT NULL,
    token BIGINT NOT NULL,
    done_at TIMESTAMP WITH TIME ZONE,
    error TEXT,
    CONSTRAINT outbox_pkey PRIMARY KEY (id)
);
CREATE INDEX outbox_dead ON outbox (subscription) WHERE state = 'dead';
CREATE INDEX outbox_deviation ON outbox (subscription, deviation, notice);
CREATE UNIQUE INDEX outbox_message ON outbox (message);
CREATE UNIQUE INDEX outbox_notice ON outbox (subscription, notice);
CREATE INDEX outbox_waiting ON outbox (subscription, next_at) WHERE state = 'waiting';
COMMENT ON TABLE outbox IS
    'One delivery owed to one subscription, written in the transaction that changes the deviation.';
COMMENT ON COLUMN outbox.message IS 'the same in every attempt';
COMMENT ON COLUMN outbox.notice IS 'NULL: a test';
COMMENT ON COLUMN outbox.deviation IS 'NULL: a test';
COMMENT ON COLUMN outbox.state IS 'waiting, delivered, dead, withheld';
COMMENT ON COLUMN outbox.attempts IS 'begun since it was owed or replayed';
COMMENT ON COLUMN outbox.token IS 'fence of the lease that took it last';
COMMENT ON COLUMN outbox.error IS 'what the last attempt that failed met, or why it is withheld';

CREATE TABLE delivery_attempt (
    delivery BIGINT NOT NULL,
    number INTEGER NOT NULL,
    token BIGINT NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    status INTEGER,
    error TEXT,
    CONSTRAINT delivery_attempt_pkey PRIMARY KEY (delivery, number)
);
COMMENT ON COLUMN delivery_attempt.ended_at IS 'NULL: it is under way, or its sender died';
COMMENT ON COLUMN delivery_attempt.status IS 'HTTP status, where there was one';
COMMENT ON COLUMN delivery_attempt.error IS 'NULL in an attempt that ended: it was delivered';

CREATE TABLE standing_alert (
    subscription UUID NOT NULL,
    deviation BIGINT NOT NULL,
    notice BIGINT NOT NULL,
    alert JSONB NOT NULL,
    CONSTRAINT standing_alert_pkey PRIMARY KEY (subscription, deviation)
);
COMMENT ON TABLE standing_alert IS 'What an Alertmanager was told and must be told again until it ends.';
COMMENT ON COLUMN standing_alert.alert IS 'as it was sent, without its end';
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Take them away."""
    op.execute(
        "DROP TABLE standing_alert, delivery_attempt, outbox, notice, subscription_secret, subscription"
    )
