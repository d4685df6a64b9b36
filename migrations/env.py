"""Alembic's environment: the tables of plumbline.store, on the connection or address it is given."""

from __future__ import annotations

import os
from typing import Any

import sqlalchemy
from alembic import context

from plumbline.store import court_tables

LOCK_TIMEOUT = (
    "10s"  # a migration that cannot have its lock gives way instead of stopping every reader behind it
)


def ours(name: str | None, kind: str, parents: Any) -> bool:
    """Only our own schema: TimescaleDB keeps its chunks and catalogues in schemas of its own."""
    return kind != "schema" or name in (None, "public")


def compared(entry: Any, name: str | None, kind: str, reflected: bool, compared_to: Any) -> bool:
    """Skip what an extension made by itself, such as the time index that create_hypertable adds."""
    if kind == "table":
        return not str(name).startswith("_timescaledb")
    return not (kind == "index" and reflected and compared_to is None and str(name).endswith("_time_idx"))


def address() -> str:
    """The database's address as SQLAlchemy writes it."""
    url = context.get_x_argument(as_dictionary=True).get("url") or os.environ.get("PLUMBLINE_DATABASE_URL")
    if not url:
        raise SystemExit("Name the database: alembic -x url=postgresql://..., or set PLUMBLINE_DATABASE_URL.")
    return "postgresql+psycopg://" + url.partition("://")[2]


def configure(**target: Any) -> None:
    context.configure(
        target_metadata=court_tables.metadata,
        include_name=ours,
        include_object=compared,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
        **target,
    )


def run(connection: sqlalchemy.Connection) -> None:
    connection.exec_driver_sql(f"set lock_timeout = '{LOCK_TIMEOUT}'")
    connection.commit()
    configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    configure(dialect_name="postgresql", literal_binds=True, dialect_opts={"paramstyle": "named"})
    with context.begin_transaction():
        context.run_migrations()
elif (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    engine = sqlalchemy.create_engine(address(), poolclass=sqlalchemy.NullPool)
    with engine.connect() as opened:
        run(opened)
