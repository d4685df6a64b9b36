"""`plumbline doctor`: what really runs here, and what to do about each thing that is not as it should be."""

from __future__ import annotations

import dataclasses
import datetime
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import psycopg
import sqlalchemy
import typer

from plumbline import errors
from plumbline.runtime import binaries, postgres, schema
from plumbline.runtime import settings as settings_
from plumbline.runtime.settings import Settings
from services.stack import launcher, record

OLDEST_SERVER = 150_000
CLOCK_DRIFT_S_MAX = 5.0


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: fine, not fine (with what to do), or only told (`fine` is None)."""

    name: str
    fine: bool | None
    detail: str
    advice: str = ""


def doctor(
    state: Annotated[Path | None, typer.Option(help="the folder for all state (PLUMBLINE_STATE)")] = None,
    show_settings: Annotated[
        bool, typer.Option(help="print every effective setting, secrets masked")
    ] = False,
) -> None:
    """Check this machine, the database that really runs, and the settings. Exit code 1 if a check fails."""
    settings = settings_.load(state=state)
    if show_settings:
        for name, value in settings.describe().items():
            print(f"{name}={value}")
    failed = 0
    for finding in examine(settings):
        mark = {True: "ok  ", False: "FAIL", None: "info"}[finding.fine]
        print(f"{mark}  {finding.name:<14} {finding.detail}")
        if finding.fine is False:
            failed += 1
            print(f"      {'':<14} -> {finding.advice}")
    if failed:
        raise typer.Exit(1)


def examine(settings: Settings) -> Iterator[Finding]:
    """Every finding, in the order in which a failing one would explain the later ones."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(
        "python", sys.version_info >= (3, 11), f"{version} at {sys.executable}", "use Python 3.11 or later"
    )
    yield _state(settings)
    yield _disk(settings)
    running = record.holder(settings)
    yield from _ports(settings, running)
    yield from _database(settings, running)


def _state(settings: Settings) -> Finding:
    nearest = next(place for place in (settings.state, *settings.state.parents) if place.exists())
    return Finding(
        "state folder",
        os.access(nearest, os.W_OK),
        str(settings.state),
        "make it writable, or set PLUMBLINE_STATE",
    )


def _disk(settings: Settings) -> Finding:
    nearest = next(place for place in (settings.state, *settings.state.parents) if place.exists())
    free = shutil.disk_usage(nearest).free // (1024 * 1024)
    return Finding(
        "disk",
        free > settings.free_disk_mb_min,
        f"{free:,} MB free, ingest stops below {settings.free_disk_mb_min:,} MB",
        "free some space or move the state folder (PLUMBLINE_STATE)",
    )


def _ports(settings: Settings, running: int | None) -> Iterator[Finding]:
    stack = record.read(settings.stack_file) if running else None
    for service in launcher.SERVICES:
        told = urlsplit(getattr(stack, service)).port if stack else None
        port = told or settings.port_of(service)
        with socket.socket() as probe:
            probe.settimeout(1)
            busy = probe.connect_ex(("127.0.0.1", port)) == 0
        if running:
            yield Finding(
                f"port {port}",
                busy,
                f"{service}, held by the running stack (pid {running})",
                f"{service} does not listen: see {settings.logs}/{service}.log",
            )
        else:
            yield Finding(
                f"port {port}",
                not busy,
                f"for {service}: {'in use' if busy else 'free'}",
                f"stop what uses it, or set PLUMBLINE_{service.upper()}_PORT",
            )


def _database(settings: Settings, running: int | None) -> Iterator[Finding]:
    dsn = _address(settings, running)
    if settings.database_url is None:
        yield _programs(settings)
    else:
        yield Finding("programs", None, "external server, named by PLUMBLINE_DATABASE_URL")
    if dsn is None:
        yield Finding("database", None, "not running; `plumbline up` starts it, then ask again")
        return
    try:
        with psycopg.connect(dsn, connect_timeout=5, autocommit=True) as connection:
            yield from _server(connection, external=settings.database_url is not None)
            yield from _schema(dsn)
    except psycopg.OperationalError as failure:
        yield Finding(
            "database",
            False,
            f"{settings_.masked(dsn)}: {str(failure).strip()}",
            "start it, or correct PLUMBLINE_DATABASE_URL",
        )


def _address(settings: Settings, running: int | None) -> str | None:
    if settings.database_url is not None:
        return settings.dsn
    stack = record.read(settings.stack_file) if running else None
    return stack.database if stack else None


def _programs(settings: Settings) -> Finding:
    try:
        found = binaries.find(settings.state)
    except (errors.PlumblineError, OSError) as failure:
        return Finding(
            "programs", False, str(failure), "run `make run`, which installs the embedded PostgreSQL"
        )
    return Finding(
        "programs",
        found.origin == "embedded",
        f"{found.version}, {found.origin}, {found.folder}",
        "the embedded wheel is missing and the system's PostgreSQL hides it: run make again",
    )


def _server(connection: psycopg.Connection, *, external: bool) -> Iterator[Finding]:
    told = _one(connection, "select version()")
    number = int(_one(connection, "show server_version_num"))
    where = "external" if external else _executable(connection)
    yield Finding(
        "server", number >= OLDEST_SERVER, f"{told.split(' on ')[0]}; {where}", "use PostgreSQL 15 or later"
    )
    wrong = {name: value for name in postgres.DURABLE if (value := _one(connection, f"show {name}")) != "on"}
    yield Finding(
        "durability",
        not wrong,
        f"{wrong} " if wrong else "fsync, full_page_writes, synchronous_commit on",
        "set them to on: an acknowledged event must be on disk",
    )
    encoding = _one(connection, "show server_encoding")
    yield Finding("encoding", encoding == "UTF8", encoding, "make the database with encoding UTF8")
    yield extension(connection)
    drift = abs(
        float(_one(connection, "select date_part('epoch', clock_timestamp())::text"))
        - datetime.datetime.now(datetime.UTC).timestamp()
    )
    yield Finding(
        "clock",
        drift < CLOCK_DRIFT_S_MAX,
        f"{drift:.2f} s between this machine and the server; "
        f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M} UTC",
        "set both clocks by NTP",
    )


def extension(connection: psycopg.Connection) -> Finding:
    """Whether TimescaleDB is there, under which license, and whether `value` is a hypertable; only told."""
    row = connection.execute(
        "select installed_version, default_version from pg_available_extensions where name = 'timescaledb'"
    ).fetchone()
    if row is None:
        return Finding("timescaledb", None, "absent (used if there, never required)")
    installed, available = row
    plain = "value is a plain table (docs/how-to/operate.md, Which PostgreSQL)"
    if installed is None:
        return Finding("timescaledb", None, f"{available} available, not created here: {plain}")
    license_ = _one(connection, "select current_setting('timescaledb.license', true)")
    told = connection.execute(
        "select num_chunks, (select count(*) from timescaledb_information.chunks c"
        " where c.hypertable_schema = h.hypertable_schema and c.hypertable_name = h.hypertable_name"
        " and is_compressed) from timescaledb_information.hypertables h"
        " where hypertable_schema = current_schema() and hypertable_name = 'value'"
    ).fetchone()
    shape = f"value is a hypertable of {told[0]} chunks, {told[1]} compressed" if told else plain
    return Finding("timescaledb", None, f"{installed}, license {license_}: {shape}")


def _executable(connection: psycopg.Connection) -> str:
    """The program that answers us, as the kernel names it."""
    try:
        return os.readlink(f"/proc/{connection.info.backend_pid}/exe")
    except OSError:
        return "program not visible to this user"


def _schema(dsn: str) -> Iterator[Finding]:
    stands = schema.position(dsn)
    yield Finding(
        "migrations",
        stands.at_head,
        f"{', '.join(stands.current) or 'none'}, newest {', '.join(stands.heads)}",
        "run `plumbline db upgrade`",
    )
    if not stands.at_head:
        return
    from plumbline.store import tables

    year = datetime.datetime.now(datetime.UTC).year
    day = tables.metadata.tables["working_day"].c.day
    with schema.engine(dsn).connect() as connection:
        last = connection.execute(sqlalchemy.select(sqlalchemy.func.max(day))).scalar()
    covered = last is not None and last.year >= year
    yield Finding(
        "working days",
        covered if last else None,
        f"known until {last or 'no day yet: weekends only'}",
        f"load the calendar of {year}: limits counted in working days fall back to weekends",
    )


def _one(connection: psycopg.Connection, question: str) -> str:
    row = connection.execute(question.encode()).fetchone()
    return str(row[0]) if row else ""
