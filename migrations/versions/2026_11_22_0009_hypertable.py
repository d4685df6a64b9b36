"""The metrics store as a hypertable where TimescaleDB is there; on plain PostgreSQL nothing.

The whole step is one block that asks the server what it has, so that it can be printed (`--sql`) and repeated,
for instance after the extension was installed (docs/decisions/0010).

Revision ID: 2026_11_22_0009
Revises: 2026_11_22_0008
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_22_0009"
down_revision: str | None = "2026_11_22_0008"
branch_labels: str | None = None
depends_on: str | None = None

# A server that has the extension's files but did not preload it ends the session that creates it: the loader's own
# setting tells. The license is read last, because no setting of the extension is known before it is loaded.
MAKE = """
DO $make$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb') THEN
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'timescaledb') THEN
        IF current_setting('timescaledb.disable_load', true) IS NULL
           AND current_setting('timescaledb.allow_install_without_preload', true) IS DISTINCT FROM 'on' THEN
            RAISE WARNING USING MESSAGE = 'timescaledb is available but not in shared_preload_libraries: '
                'value stays a plain table';
            RETURN;
        END IF;
        BEGIN
            CREATE EXTENSION IF NOT EXISTS timescaledb;
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE WARNING USING MESSAGE = 'timescaledb is available but this role may not create it: '
                'value stays a plain table';
            RETURN;
        END;
    END IF;
    IF to_regproc('by_range') IS NULL THEN
        RAISE WARNING USING MESSAGE = 'timescaledb is older than 2.13 or not in the search path: '
            'value stays a plain table';
        RETURN;
    END IF;
    PERFORM create_hypertable('value', by_range('valued_on', INTERVAL '91 days'),
                              create_default_indexes => false, if_not_exists => true, migrate_data => true);
    IF current_setting('timescaledb.license', true) IS DISTINCT FROM 'timescale' THEN
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM timescaledb_information.jobs
                   WHERE hypertable_schema = current_schema() AND hypertable_name = 'value'
                     AND proc_name IN ('policy_compression', 'policy_columnstore')) THEN
        ALTER TABLE value SET (
            timescaledb.compress,
            timescaledb.compress_segmentby = 'indicator, court, scope',
            timescaledb.compress_orderby = 'category, period_start, period, version, valued_on');
        PERFORM add_compression_policy('value', INTERVAL '400 days', if_not_exists => true);
    END IF;
END
$make$
"""

# TimescaleDB has no way back of its own: the rows move into a plain table of the same shape. The extension stays,
# because it may have been there before us.
UNDO = """
DO $undo$
DECLARE
    again text[];
    one text;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'timescaledb') THEN
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM timescaledb_information.hypertables
                   WHERE hypertable_schema = current_schema() AND hypertable_name = 'value') THEN
        RETURN;
    END IF;
    SELECT array_agg('ALTER TABLE value ADD CONSTRAINT ' || quote_ident(conname) || ' ' || pg_get_constraintdef(oid))
        INTO again FROM pg_constraint WHERE conrelid = 'value'::regclass AND contype IN ('p', 'u', 'c');
    SELECT again || array_agg(pg_get_indexdef(indexrelid))
        INTO again FROM pg_index WHERE indrelid = 'value'::regclass
        AND indexrelid NOT IN (SELECT conindid FROM pg_constraint WHERE conrelid = 'value'::regclass);
    CREATE TABLE value_plain (LIKE value INCLUDING DEFAULTS INCLUDING COMMENTS);
    INSERT INTO value_plain SELECT * FROM value;
    DROP TABLE value;
    ALTER TABLE value_plain RENAME TO value;
    FOREACH one IN ARRAY again LOOP
        EXECUTE one;
    END LOOP;
END
$undo$
"""


def upgrade() -> None:
    op.execute(MAKE)


def downgrade() -> None:
    op.execute(UNDO)
