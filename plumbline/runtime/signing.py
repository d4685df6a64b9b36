"""The key that signs verification files: made when it is first needed, kept in the state folder (0600).

Rotation makes a new key and forgets the private half of the old one; every public half is kept with its dates.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519

from plumbline.runtime.settings import ConfigurationError


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key in hexadecimal, and from when until when it signed (`retired_at` None: it signs)."""

    public_key: str
    made_at: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class Ring:
    """Every public key, oldest first, and the 32 bytes of the private key that signs now."""

    keys: tuple[PublicKey, ...]
    secret: bytes = field(repr=False)


def open_ring(path: Path, now: datetime) -> Ring:
    """The ring of a file, made with a first key where there is none.

    ConfigurationError for a file that cannot be read or made, or that others may read.
    """
    known = _read(path)
    if known is not None:
        return known
    with _held(path):
        found = _read(path)
        return found if found is not None else _write(path, (), now)


def rotate(path: Path, now: datetime) -> Ring:
    """The ring with a new key: the one that signed until now is retired, and its private half forgotten."""
    with _held(path):
        found = _read(path)
        old = () if found is None else found.keys
        retired = tuple(PublicKey(k.public_key, k.made_at, k.retired_at or now) for k in old)
        return _write(path, retired, now)


def public_keys(path: Path) -> tuple[PublicKey, ...]:
    """The public keys of a file, none where there is no file; nothing is made."""
    found = _read(path)
    return () if found is None else found.keys


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Alone with the file, whichever process comes: two first starts make one key."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as away:
        raise ConfigurationError(
            f"The signing key cannot be kept at {path}: {away.strerror}",
            next="Let PLUMBLINE_STATE name a folder that this user may write.",
        ) from away
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _read(path: Path) -> Ring | None:
    try:
        with path.open(encoding="utf-8") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                raise ConfigurationError(
                    f"{path} may be read by others (mode {mode:o})",
                    why="Whoever reads the key can sign in this court's name.",
                    next=f"Run chmod 600 {path}, and plumbline verify --rotate-key if others had access.",
                )
            said = json.load(file)
        keys = tuple(_key(one) for one in said["keys"])
        secret = bytes.fromhex(said["private_key"])
        public = ed25519.Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
        if keys[-1].public_key != public.hex() or keys[-1].retired_at is not None:
            raise ValueError("the private key is not that of the newest public key")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, LookupError, TypeError) as bad:
        raise ConfigurationError(
            f"The signing key in {path} cannot be read: {bad}",
            next="Restore the file from a copy, or move it away: a new key is then made.",
        ) from bad
    return Ring(keys, secret)


def _key(said: dict[str, Any]) -> PublicKey:
    retired = said.get("retired_at")
    made = datetime.fromisoformat(said["made_at"])
    return PublicKey(said["public_key"], made, None if retired is None else datetime.fromisoformat(retired))


def _write(path: Path, retired: Sequence[PublicKey], now: datetime) -> Ring:
    """A new key after the retired ones, on disk whole or not at all."""
    key = ed25519.Ed25519PrivateKey.generate()
    keys = (*retired, PublicKey(key.public_key().public_bytes_raw().hex(), now.astimezone(UTC), None))
    said = {"keys": [_said(one) for one in keys], "private_key": key.private_bytes_raw().hex()}
    side = path.with_name(f".{path.name}.new")
    side.unlink(missing_ok=True)
    with os.fdopen(os.open(side, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "w") as file:
        file.write(json.dumps(said, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    side.replace(path)
    return Ring(keys, key.private_bytes_raw())


def _said(key: PublicKey) -> dict[str, str | None]:
    return {
        "public_key": key.public_key,
        "made_at": key.made_at.isoformat(),
        "retired_at": None if key.retired_at is None else key.retired_at.isoformat(),
    }
