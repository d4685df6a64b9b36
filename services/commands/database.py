"""`plumbline db`: migrate, check, back up and restore the database that the settings or the running stack
name."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit, urlunsplit

import typer

from plumbline.runtime import binaries, schema
from plumbline.runtime import settings as settings_
from plumbline.runtime.settings import ConfigurationError, Settings
from services.stack import record

app = typer.Typer(no_args_is_help=True)

State = Annotated[Path | None, typer.Option(help="the folder for all state (PLUMBLINE_STATE)")]


@app.command()
def upgrade(state: State = None) -> None:
    """Run the migrations that are missing; safe to repeat and from several places at once."""
    stands = schema.upgrade(address(settings_.load(state=state)))
    print(f"at {', '.join(stands.current)}")


@app.command()
def check(state: State = None) -> None:
    """Whether the database is at the newest migration; exit code 1 if not."""
    stands = schema.position(address(settings_.load(state=state)))
    print(f"at {', '.join(stands.current) or 'no revision'}; newest {', '.join(stands.heads)}")
    if not stands.at_head:
        raise typer.Exit(1)


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="file to write")], state: State = None) -> None:
    """One consistent copy of the whole database, while it runs (pg_dump, custom format)."""
    side = file.with_name(file.name + ".part")
    side.unlink(missing_ok=True)
    side.touch(mode=0o600)
    _run(settings_.load(state=state), "pg_dump", "--format=custom", f"--file={side}")
    side.rename(file)
    print(f"{file}: {file.stat().st_size:,} bytes")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="file that `db backup` wrote", exists=True)],
    state: State = None,
) -> None:
    """Fill an empty database from a backup: all or nothing. A database that holds tables is refused."""
    settings = settings_.load(state=state)
    if schema.position(address(settings)).current:
        raise ConfigurationError(
            "The database already holds our tables, and a restore never overwrites. Name an empty one: "
            "PLUMBLINE_DATABASE_URL=postgresql://.../empty plumbline db restore FILE"
        )
    _run(settings, "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", str(file))
    print("restored; now run `plumbline db upgrade`")


def address(settings: Settings) -> str:
    """The database of the settings, else of the stack that runs in the state folder."""
    if settings.database_url is not None:
        return settings.dsn
    stack = record.read(settings.stack_file) if record.holder(settings) else None
    if stack is None:
        raise ConfigurationError(
            f"No database: nothing runs in {settings.state}. Start it by `plumbline up`, or set "
            "PLUMBLINE_DATABASE_URL."
        )
    return stack.database


def _run(settings: Settings, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; the password goes by environment, where `ps` does not show it."""
    parts = urlsplit(address(settings))
    bare = urlunsplit(parts._replace(netloc=f"{parts.username or ''}@{parts.netloc.rpartition('@')[2]}"))
    environment = {**os.environ, "PGPASSWORD": unquote(parts.password or "")}
    path = binaries.find(settings.state).program(program)
    command = str(path) if path.exists() else shutil.which(program) or program
    done = subprocess.run(
        [command, f"--dbname={bare}", *arguments], env=environment, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise binaries.ServerError(f"{program} failed: {done.stderr.strip()[-800:]}")
