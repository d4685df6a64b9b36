"""The migrations give the tables the code names, upwards, downwards and upwards again."""

from __future__ import annotations

import psycopg
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from plumbline.runtime import schema
from plumbline.store import court_tables
from tests.keeper import ROOT


def differences(dsn: str) -> list[object]:
    with schema.engine(dsn).connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, court_tables.metadata))


def relations(dsn: str) -> set[str]:
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(
            "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE nspname = 'public' AND relkind IN ('r', 'i', 'S', 'v')"
        ).fetchall()
    return {row[0] for row in rows}


def test_migrated_tables_are_the_tables_of_the_code(database: str) -> None:
    assert differences(database) == []


def test_down_leaves_nothing_and_up_again_gives_the_same(database: str) -> None:
    before = relations(database)
    downgrade(database)
    assert relations(database) <= {"alembic_version", "alembic_version_pkc"}
    schema.upgrade(database)
    assert relations(database) == before
    assert differences(database) == []


def test_upgrading_what_is_up_to_date_changes_nothing(database: str) -> None:
    before = relations(database)
    schema.upgrade(database)
    assert relations(database) == before


def downgrade(dsn: str) -> None:
    """The way back, which only a test takes."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with schema.engine(dsn).connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
