"""Migrations: at most one process runs them, a newer database is refused, the position is told."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator

import psycopg
import pytest

from plumbline.runtime import schema
from tests import conftest


@pytest.fixture
def empty(server_dsn: str) -> Iterator[str]:
    name = f"empty_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_dsn, autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
        yield conftest.address(server_dsn, name)
        connection.execute(f'drop database "{name}" with (force)')


def test_several_processes_may_migrate_at_once(empty: str) -> None:
    assert not schema.position(empty).at_head
    results: list[object] = []

    def migrate() -> None:
        try:
            results.append(schema.upgrade(empty))
        except Exception as failure:
            results.append(failure)

    threads = [threading.Thread(target=migrate) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [schema.position(empty)] * 3
    assert schema.position(empty).at_head


def test_a_database_of_a_newer_release_is_refused(database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("update alembic_version set version_num = 'from_the_future'")
    with pytest.raises(schema.SchemaError, match="newer release"):
        schema.upgrade(database)
    assert not schema.position(database).at_head
