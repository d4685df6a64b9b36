"""One real PostgreSQL for the whole run; each test that asks gets a migrated database of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import hypothesis
import psycopg
import pytest

from plumbline.runtime import postgres, schema

pytest_plugins = ("tests.faults.tally",)

os.environ.setdefault(
    "OPENBLAS_NUM_THREADS", "1"
)  # as plumbline.warning has it, where a test reads numpy first
SERVER = "PLUMBLINE_TEST_SERVER"  # the controlling process tells its workers the server's address by it
EXTERNAL = "PLUMBLINE_TEST_DATABASE_URL"
TIMESCALE = "PLUMBLINE_TEST_TIMESCALE_URL"  # PLUMBLINE_TIMESCALE_URL, moved out of the way of the settings
TEMPLATE_LOCK = 0x7465737473
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
}

hypothesis.settings.register_profile(
    "fixed",
    derandomize=True,
    deadline=None,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile(
    "wide",
    parent=hypothesis.settings.get_profile("fixed"),
    derandomize=False,
    database=None,
    max_examples=1000,
)
PROFILE = os.environ.get("PLUMBLINE_TEST_PROFILE", "fixed")
hypothesis.settings.load_profile(PROFILE)

_started: list[postgres.Server] = []
_folders: list[Path] = []


def new_server(*, durable: bool) -> postgres.Server:
    """A server with a fresh state folder that PostgreSQL's own user can enter, also when the tests run as
    root."""
    folder = Path(tempfile.mkdtemp(prefix="plumbline-test-"))
    _folders.append(folder)
    server = postgres.Server(
        folder, folder / "postgres.log", durable=durable, options={} if durable else FAST
    )
    if server.binaries.origin != "embedded":
        pytest.exit(
            f"the tests must run on the embedded PostgreSQL, found {server.describe()}: run make again", 3
        )
    server.start()
    return server


def pytest_configure(config: pytest.Config) -> None:
    """The controlling process starts the server before any worker; it ends with that process, however it
    ends."""
    if hasattr(config, "workerinput"):
        return
    if named := os.environ.get("PLUMBLINE_TIMESCALE_URL"):
        os.environ[TIMESCALE] = named
    for name in [name for name in os.environ if name.startswith("PLUMBLINE_") and "_TEST_" not in name]:
        del os.environ[name]  # a developer's settings must not reach the tests
    if config.option.collectonly:
        return
    if os.environ.get(EXTERNAL):
        os.environ[SERVER] = os.environ[EXTERNAL]
        return
    server = new_server(durable=False)
    _started.append(server)
    os.environ[SERVER] = server.dsn


def pytest_unconfigure(config: pytest.Config) -> None:
    for server in _started:
        server.stop()
    for folder in _folders:
        shutil.rmtree(folder, ignore_errors=True)


def pytest_report_header(config: pytest.Config) -> list[str]:
    origin = _started[0].describe() if _started else f"external ({EXTERNAL})"
    fixed = (
        "examples fixed by each test's own text"
        if PROFILE == "fixed"
        else "seed: --hypothesis-seed=N, printed on failure"
    )
    return [f"database: {origin}", f"hypothesis: profile {PROFILE} ({fixed})"]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a test that did not run is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("CI") or hasattr(session.config, "workerinput"):
        return
    skipped = len(reporter.stats.get("skipped", []))
    if skipped and session.exitstatus == 0:
        session.exitstatus = 1
        reporter.write_line(f"CI: {skipped} skipped, which counts as failed", red=True)


def address(dsn: str, database: str) -> str:
    """The same server's address with another database."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{database}"))


@pytest.fixture(scope="session")
def server_dsn() -> str:
    """The address of the run's server, for tests that make databases themselves."""
    return os.environ[SERVER]


@pytest.fixture(scope="session")
def template(server_dsn: str) -> str:
    """The name of a migrated database to copy; the first worker that comes makes it."""
    name = f"plumbline_template_{os.environ.get('PYTEST_XDIST_TESTRUNUID', str(os.getpid()))[:12]}"
    with psycopg.connect(server_dsn, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        known = connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
        if known is None:
            connection.execute(f'create database "{name}_making"')
            schema.upgrade(address(server_dsn, f"{name}_making"))
            connection.execute(f'alter database "{name}_making" rename to "{name}"')
    return name


@contextlib.contextmanager
def copied(server_dsn: str, template: str) -> Iterator[str]:
    """A fresh copy of the template, dropped afterwards with whatever is still connected to it."""
    name = f"test_{uuid.uuid4().hex[:16]}"
    with psycopg.connect(server_dsn, autocommit=True) as connection:
        connection.execute(f'create database "{name}" template "{template}"')
    try:
        yield address(server_dsn, name)
    finally:
        with psycopg.connect(server_dsn, autocommit=True) as connection:
            connection.execute(f'drop database if exists "{name}" with (force)')


@pytest.fixture
def database(server_dsn: str, template: str) -> Iterator[str]:
    """The dsn of a fresh migrated database for one test."""
    with copied(server_dsn, template) as dsn:
        yield dsn


@pytest.fixture(scope="module")
def module_database(server_dsn: str, template: str) -> Iterator[str]:
    """The dsn of a fresh migrated database shared by the tests of one module."""
    with copied(server_dsn, template) as dsn:
        yield dsn


@pytest.fixture
def durable_server() -> Iterator[postgres.Server]:
    """A server of its own with fsync on, to be killed; `server.dsn` is an empty database."""
    server = new_server(durable=True)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(_folders.pop(), ignore_errors=True)
