"""Where the bench plays: a durable PostgreSQL of its own in a temporary folder, databases, services, all
ended afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import psycopg

from plumbline import casenumbers, courts, envelope, subjects, vocabulary
from plumbline.catalog import reading
from plumbline.runtime import postgres, schema
from plumbline.runtime import settings as settings_
from plumbline.store import catalogue, engine, sources, tokens
from plumbline.store import courts as store_courts
from services.bench import cases
from services.stack import child

SOURCE = sources.Source(cases.SOURCE, "bench (演示数据)", ("示",))
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Database:
    """A migrated database with courts, packs, the source and a token that may do everything."""

    dsn: str
    token: str

    def pool(self, size: int = 2) -> engine.Pool:
        return engine.open_pool(self.dsn, name="bench", size=size, statement_timeout_ms=120_000)


class Stage:
    """A context: the server runs inside it. Enter it from the main thread."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="plumbline-bench-"))
        self.server = postgres.Server(self.folder, self.folder / "postgres.log", durable=True)

    def __enter__(self) -> Stage:
        self.server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def database(self, name: str) -> Database:
        """A fresh database."""
        with psycopg.connect(self.server.dsn, autocommit=True) as connection:
            connection.execute(f'create database "{name}"')
        dsn = self.server.dsn.rpartition("/")[0] + f"/{name}"
        schema.upgrade(dsn)
        folder = schema.CHECKOUT / "definitions"
        with engine.single(dsn, name="bench", statement_timeout_ms=120_000) as connection:
            catalogue.publish(
                connection, [reading.read_pack(folder / "court-core", reading.Shelf(folder))], by="bench"
            )
            store_courts.load_courts(connection, cases.tree(), pack="bench")
            sources.add_source(connection, SOURCE)
            token = tokens.create_token(connection, "bench", "operator", ("*",), ("*",))
        return Database(dsn, token)

    @contextlib.contextmanager
    def service(self, name: str, database: Database, label: str) -> Iterator[Running]:
        """A service process on a free port, ready."""
        folder = Path(tempfile.mkdtemp(dir=self.folder, prefix=f"{label}-"))
        (folder / "logs").mkdir()
        ports = _free_ports(3)
        settings = settings_.load(
            state=folder, ingest_port=ports[0], api_port=ports[1], scoring_port=ports[2], log_level="warning"
        )
        one = child.Child(name, settings, database.dsn)
        one.start()
        try:
            one.await_ready()
            assert one.pid is not None
            yield Running(settings.address_of(name), one.pid)
        finally:
            one.ask_to_stop()
            one.stop(20.0)


@dataclass(frozen=True, slots=True)
class Running:
    """A service under way."""

    address: str
    pid: int

    def cpu_s(self) -> float:
        """Seconds of processor it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


def door() -> envelope.Door:
    """The door of ingest for the bench's courts."""
    tree = courts.CourtTree(cases.tree())
    parser = subjects.SubjectParser(casenumbers.CaseTypes.shipped(), tree.invented_provinces())
    return envelope.Door(vocabulary.Vocabulary.shipped(), parser, tree.known)


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports
