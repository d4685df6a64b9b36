"""The embedded PostgreSQL: made once in the state folder, run as our foreground child on loopback, gone
when we are.

No helper of the wheel is used: readiness is a real query, a killed server's leavings are recognised by what
still
runs in the data folder, and nothing outside the state folder is touched.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

import psycopg

from plumbline.runtime import account, binaries, processes
from plumbline.runtime.binaries import ServerError

ROLE = "plumbline"
DATABASE = "plumbline"
READY_SECONDS = 300.0  # recovery after a crash replays the log; it may take minutes, and says so in the log
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
OPTIONS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "autovacuum_naptime": "5s",  # a feed of a minute fills empty tables: plans made without statistics are slow ones
    "random_page_cost": "1.1",
    "jit": "off",
    "lc_messages": "C",
    "log_line_prefix": "%m [%p] %a ",
    **DURABLE,
}


class Server:
    """One PostgreSQL server whose whole state is `folder` (programs, data, password, port).

    Start it from the main thread: it ends when that thread does, also by kill -9. Not for two owners at
    once; the
    caller holds the lock on the folder.
    """

    def __init__(
        self, state: Path, log: Path, *, durable: bool = True, options: Mapping[str, str] | None = None
    ):
        self.folder = state / "postgres"
        self.log = log
        self.durable = durable
        self.options = {**OPTIONS, **(options or {}), **(DURABLE if durable else {})}
        self.folder.mkdir(parents=True, exist_ok=True)
        for place in (state, self.folder):
            # For root passable, not readable: PostgreSQL's own user must get through.
            place.chmod(0o711 if os.geteuid() == 0 else 0o700)
        self.binaries = binaries.find(state)
        self.account = account.choose(self.binaries, self.folder)
        self.port = 0
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def dsn(self) -> str:
        return self._dsn(DATABASE)

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def start(self) -> str:
        """Bring the server up, making or recovering its data as needed; returns the database's dsn."""
        self._clear_leavings()
        self._initialise()
        self.account.own(self.data)
        self.port = self._free_port()
        with self._log_file() as log:
            self._child = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                preexec_fn=processes.tied_to_parent(signal.SIGINT),
                **self.account.arguments(),
            )
        self._await_ready()
        self._assert_durable()
        return self.dsn

    def stop(self) -> None:
        """Fast shutdown; harder signals only if the server does not answer."""
        if self._child is None:
            return
        for number, seconds in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
            if self._child.poll() is None:
                self._child.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(seconds)
                break
        self._child = None

    def describe(self) -> str:
        """Which programs really run, and as whom."""
        return (
            f"{self.binaries.version}, {self.binaries.origin}, {self.binaries.folder}, as {self.account.name}"
        )

    def _command(self) -> list[str]:
        options = [part for name, value in self.options.items() for part in ("-c", f"{name}={value}")]
        program = str(self.binaries.program("postgres"))
        return [*self.account.prefix, program, "-D", str(self.data), "-p", str(self.port), *options]

    def _dsn(self, database: str) -> str:
        return f"postgresql://{ROLE}:{self._password()}@127.0.0.1:{self.port}/{database}"

    def _password(self) -> str:
        path = self.folder / "password"
        if not path.exists():
            private(path, secrets.token_urlsafe(24))
        return path.read_text(encoding="utf-8")

    def _initialise(self) -> None:
        """initdb into a side folder and rename it, so that a half-made one is never taken for data."""
        made_by = self.data / "PG_VERSION"
        if made_by.exists():
            major = int(made_by.read_text(encoding="utf-8").strip())
            if major != self.binaries.major:
                raise ServerError(
                    f"{self.data} was made by PostgreSQL {major}, but {self.binaries.version} "
                    "would run. Restore a backup "
                    "into a fresh state folder (PLUMBLINE_STATE), or install the wheel of the "
                    "old version again."
                )
            return
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password = self.folder / "initial-password"
        private(password, self._password())
        self.account.own(fresh)
        self.account.own(password)
        locale = ["--locale=C.UTF-8"]
        if self.binaries.major >= 17:
            locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command = [
            *self.account.prefix,
            str(self.binaries.program("initdb")),
            "-D",
            str(fresh),
            "-U",
            ROLE,
            "-E",
            "UTF8",
            *locale,
            "-A",
            "scram-sha-256",
            f"--pwfile={password}",
            "--data-checksums",
            "--no-instructions",
        ]
        made = subprocess.run(command, capture_output=True, text=True, cwd="/", **self.account.arguments())
        password.unlink()
        if made.returncode != 0:
            raise ServerError(
                f"initdb failed in {self.folder}: {(made.stderr or made.stdout).strip()[-800:]}"
            )
        fresh.rename(self.data)

    def _clear_leavings(self) -> None:
        """End a server that outlived a killed launcher; remove its pid file once nothing runs in the data
        folder.

        The file alone proves nothing: its pid may be a zombie or by now another program, and PostgreSQL
        would refuse
        to start. A backend that survived its postmaster would damage the data, so all of them must be gone.
        """
        steps = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))
        if not processes.end(lambda: processes.working_in(self.data), steps):
            raise ServerError(
                f"Processes {processes.working_in(self.data)} still use {self.data}: end them, "
                "then start again."
            )
        if Path("/proc/self/cwd").exists():
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _free_port(self) -> int:
        """The port of the last start if it is free, so that addresses stay valid; else one the system
        gives."""
        remembered = self.folder / "port"
        wanted = int(remembered.read_text(encoding="utf-8")) if remembered.exists() else 0
        for port in (wanted, 0):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    continue
                chosen = int(probe.getsockname()[1])
                remembered.write_text(str(chosen), encoding="utf-8")
                return chosen
        raise ServerError("No free port on 127.0.0.1 for PostgreSQL.")

    @contextlib.contextmanager
    def _log_file(self) -> Iterator[IO[bytes]]:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            yield log

    def _await_ready(self) -> None:
        """Until a query is answered, and our database exists."""
        deadline = time.monotonic() + READY_SECONDS
        pause = 0.02
        while True:
            if not self.alive():
                code = self._child.returncode if self._child else None
                raise ServerError(
                    f"PostgreSQL ended with code {code} while starting:\n{last_lines(self.log)}"
                )
            try:
                with psycopg.connect(self._dsn("postgres"), autocommit=True, connect_timeout=5) as connection:
                    connection.execute("select 1")
                    known = connection.execute(
                        "select 1 from pg_database where datname = %s", [DATABASE]
                    ).fetchone()
                    if known is None:
                        connection.execute(f'create database "{DATABASE}"')
                return
            except psycopg.OperationalError as failure:
                if time.monotonic() > deadline:
                    self.stop()
                    raise ServerError(
                        f"PostgreSQL gave no answer in {READY_SECONDS:.0f} s ({failure}); see {self.log}."
                    ) from None
                time.sleep(pause)
                pause = min(pause * 1.5, 0.5)

    def _assert_durable(self) -> None:
        """An acknowledged event must be on disk: refuse to run otherwise."""
        if not self.durable:
            return
        with psycopg.connect(self.dsn) as connection:
            for name, wanted in DURABLE.items():
                row = connection.execute("select current_setting(%s)", [name]).fetchone()
                if row is None or row[0] != wanted:
                    self.stop()
                    raise ServerError(f"PostgreSQL runs with {name}={row and row[0]}; it must be {wanted}.")


def private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    side = path.with_name(f".{path.name}.new")
    side.unlink(missing_ok=True)
    side.touch(mode=0o600)
    side.write_text(text, encoding="utf-8")
    side.rename(path)


def last_lines(path: Path, count: int = 12) -> str:
    """The end of a log, for an error message."""
    try:
        return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
    except OSError:
        return f"(no log at {path})"
