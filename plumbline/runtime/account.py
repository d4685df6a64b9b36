"""Which user the embedded PostgreSQL runs as: ours, or for root one that PostgreSQL accepts."""

from __future__ import annotations

import dataclasses
import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import Any

from plumbline.runtime import binaries


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    """How to start PostgreSQL's programs: words before the command, Popen's user arguments, and the data's
    owner."""

    name: str
    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments for subprocess that drop to this user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give `path` and all in it to this user, if it is not already; only root may and needs to."""
        if os.geteuid() != 0 or not path.exists():
            return
        uid, gid = self.uid or 0, self.gid or 0
        if path.stat().st_uid == uid:
            return
        for place in [path, *path.rglob("*")]:
            os.chown(place, uid, gid, follow_symlinks=False)


def choose(programs: binaries.Binaries, folder: Path) -> Account:
    """Our own user; for root `nobody`, or where it cannot reach `folder`, a user namespace that needs no
    other user."""
    if os.geteuid() != 0:
        return Account("own user")
    candidates = [*_nobody(), *_namespace()]
    for account in candidates:
        if _reaches(account, programs, folder):
            return account
    tried = " nor ".join(account.name for account in candidates) or "no other user"
    raise binaries.ServerError(
        f"PostgreSQL refuses to run as root, and neither {tried} can use {folder}. "
        "Start as an ordinary user, or set PLUMBLINE_STATE to a folder that others may enter, "
        "such as /var/lib/plumbline."
    )


def _nobody() -> list[Account]:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return []
    return [Account("user nobody", uid=entry.pw_uid, gid=entry.pw_gid)]


def _namespace() -> list[Account]:
    unshare = shutil.which("unshare")
    prefix = (unshare or "", "--user", "--map-user=1000", "--map-group=1000", "--")
    return [Account("a user namespace", prefix=prefix)] if unshare else []


def _reaches(account: Account, programs: binaries.Binaries, folder: Path) -> bool:
    """Try it: list the folder's parent chain and run the server's --version as that user."""
    script = 'test -x "$1" && "$2" --version'
    command = [*account.prefix, "/bin/sh", "-c", script, "sh", str(folder), str(programs.program("postgres"))]
    try:
        tried = subprocess.run(command, capture_output=True, cwd="/", **account.arguments())
    except OSError:
        return False
    return tried.returncode == 0
