"""The engines that the same seed is played on: how each is found, started and ended.

`postgres15`: Debian's server, started by us. `timescale`: the server of PLUMBLINE_TIMESCALE_URL, else TimescaleDB's code
as WebAssembly. What is not on this machine is a skipped test that says what to do.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config

from plumbline.runtime import binaries, postgres, schema
from tests import conftest
from tests.engines import uncopied
from tests.keeper import ROOT

TOOLS = ROOT / ".plumbline" / "tools"
PLACES_15 = (Path("/"), TOOLS / "postgresql-15")
PAUSE_S = 0.1
"""TimescaleDB as WebAssembly takes one connection at a time, and the next only a moment after the last has gone."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A database of its own without a schema, and whether it only takes one connection at a time."""

    name: str
    dsn: str
    single: bool = False

    def migrate(self, revision: str = "head", *, down: bool = False) -> None:
        """Run the migrations on one connection."""
        with schema.engine(self.dsn).connect() as connection:
            config = alembic_config()
            config.attributes["connection"] = connection
            (command.downgrade if down else command.upgrade)(config, revision)
        self.rest()

    def rest(self) -> None:
        """Wait until another connection may follow."""
        time.sleep(PAUSE_S if self.single else 0)


def alembic_config() -> Config:
    """Our migrations; the address is given by the caller."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


@contextlib.contextmanager
def postgres15() -> Iterator[Engine]:
    """A server of Debian's PostgreSQL 15, as `nobody` for root."""
    root = next((one for one in PLACES_15 if (one / "usr/lib/postgresql/15/bin/postgres").exists()), None)
    if root is None:
        pytest.skip("PostgreSQL 15 is not here: run `make tools`")
    with pytest.MonkeyPatch.context() as patch:
        # The embedded server of the other tests was found before, and nothing else starts one meanwhile.
        if root != Path("/"):
            patch.setenv(
                "LD_LIBRARY_PATH", ":".join(str(one.parent) for one in root.glob("usr/lib/*/libpq.so.5"))
            )
        found = binaries._described(root / "usr/lib/postgresql/15/bin", "system")
        patch.setattr(binaries, "find", lambda state: found)
        folder = Path(tempfile.mkdtemp(prefix="plumbline-test-"))
        server = postgres.Server(folder, folder / "postgres.log", durable=False, options=conftest.FAST)
        try:
            server.start()
            yield Engine("PostgreSQL 15", server.dsn)
        finally:
            server.stop()
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def timescale() -> Iterator[Engine]:
    """A new database on the server that is named, else on one of our own."""
    named = os.environ.get(conftest.TIMESCALE)
    with _on_server(named) if named else on_wasm() as engine:
        yield engine


@contextlib.contextmanager
def _on_server(dsn: str) -> Iterator[Engine]:
    name = f"plumbline_{uuid.uuid4().hex[:16]}"
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
    try:
        yield Engine("TimescaleDB", conftest.address(dsn, name))
    finally:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(f'drop database if exists "{name}" with (force)')


@contextlib.contextmanager
def on_wasm() -> Iterator[Engine]:
    """TimescaleDB's code in a process of our own; its one session keeps what any connection sets."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not here, and PLUMBLINE_TIMESCALE_URL names no server")
    told = subprocess.run([ROOT / "tools/engines.sh", "timescale"], capture_output=True, text=True)
    if not (TOOLS / "timescale" / "ready").exists():
        pytest.skip(f"TimescaleDB for the tests could not be fetched: {told.stderr.strip()[-300:]}")
    child = subprocess.Popen(
        [node, ROOT / "tests/timescale/serve.mjs", TOOLS / "timescale"],
        stdin=subprocess.PIPE,  # it ends when this does, so also when we are killed
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        port = json.loads(child.stdout.readline())["port"]
        with pytest.MonkeyPatch.context() as patch:
            uncopied.replace(patch, port)
            # Any password will do; TLS must not even be asked for.
            dsn = f"postgresql://postgres:any@127.0.0.1:{port}/postgres?sslmode=disable"
            yield Engine("TimescaleDB as WebAssembly", dsn, single=True)
    finally:
        child.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(5)
        child.kill()
        child.wait()
        child.stdout.close()
