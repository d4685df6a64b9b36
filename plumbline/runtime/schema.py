"""Brings a database to the newest migration, one process at a time, and tells whether it is there."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import alembic.command
import alembic.config
import alembic.migration
import alembic.script
import sqlalchemy

from plumbline import errors

CHECKOUT = Path(__file__).resolve().parents[2]
LOCK = 0x706C756D62  # "plumb": the advisory lock of migrations


class SchemaError(errors.PlumblineError):
    """The database cannot be migrated, or its schema is not the one this release needs."""

    code = "schema"


@dataclasses.dataclass(frozen=True, slots=True)
class Position:
    """Where a database stands: its revisions, and those this release ends with."""

    current: tuple[str, ...]
    heads: tuple[str, ...]

    @property
    def at_head(self) -> bool:
        return set(self.current) == set(self.heads)


def engine(dsn: str) -> sqlalchemy.Engine:
    """An engine without a pool on a plain `postgresql://` address."""
    return sqlalchemy.create_engine(
        "postgresql+psycopg://" + dsn.partition("://")[2], poolclass=sqlalchemy.NullPool
    )


def upgrade(dsn: str, *, revision: str = "head") -> Position:
    """Run the migrations that are missing; a second process doing the same waits, then finds nothing to
    do."""
    config = _config()
    with engine(dsn).connect() as guard, engine(dsn).connect() as connection:
        guard.exec_driver_sql("select pg_advisory_lock(%s)", (LOCK,))
        guard.commit()
        unknown = set(_current(connection)) - _known()
        if unknown:
            raise SchemaError(
                f"The database is at revision {', '.join(sorted(unknown))}, which this release "
                "does not know: a newer "
                "release has used it. Run that release, or restore a backup made before it."
            )
        connection.rollback()
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, revision)
    return position(dsn)


def position(dsn: str) -> Position:
    """Where the database stands; changes nothing."""
    with engine(dsn).connect() as connection:
        return Position(current=_current(connection), heads=heads())


def heads() -> tuple[str, ...]:
    """The newest revisions of this release."""
    return tuple(sorted(_script().get_heads()))


def _config() -> alembic.config.Config:
    config = alembic.config.Config()
    config.set_main_option("script_location", str(CHECKOUT / "migrations").replace("%", "%%"))
    return config


def _script() -> alembic.script.ScriptDirectory:
    return alembic.script.ScriptDirectory.from_config(_config())


def _known() -> set[str]:
    return {revision.revision for revision in _script().walk_revisions()}


def _current(connection: sqlalchemy.Connection) -> tuple[str, ...]:
    return tuple(sorted(alembic.migration.MigrationContext.configure(connection).get_current_heads()))
