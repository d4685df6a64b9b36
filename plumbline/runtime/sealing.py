"""Secrets kept in the database are sealed (AES-256-GCM) under a key that is not: from the settings, or a file (0600)."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from plumbline.runtime import settings
from plumbline.runtime.settings import ConfigurationError, Settings

NONCE_BYTES: Final = 12
VERSION: Final = b"\x01"


class Seal:
    """Seals and opens texts; what is sealed for one purpose does not open for another."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, text: str, purpose: str) -> bytes:
        """The text, sealed for a purpose."""
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + nonce + self._cipher.encrypt(nonce, text.encode(), purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> str:
        """The text; ConfigurationError where it was sealed under another key or for another purpose."""
        nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, rest, purpose.encode()).decode()
        except (InvalidTag, ValueError) as bad:
            raise ConfigurationError(
                "A sealed secret does not open",
                why="It was sealed under another key: api and scoring must share PLUMBLINE_DELIVERY_KEY or the state folder.",
                next="Give back the key, or rotate the subscription's secret.",
            ) from bad


def open_seal(given: Settings) -> Seal:
    """The seal of the settings' key, else of the state folder's file, made when it is first needed.

    ConfigurationError for a key that is none, or a file that others may read.
    """
    if given.delivery_key is not None:
        return Seal(read_key(given.delivery_key.get_secret_value()))
    return Seal(_from_file(given.state / "delivery-key"))


def read_key(text: str) -> bytes:
    """The 32 bytes of a key; ConfigurationError for a default, a weak one, or none."""
    try:
        return settings.read_key(text)
    except ValueError as wrong:
        raise ConfigurationError(f"This is no key that seals secrets: {wrong}") from None


def _from_file(path: Path) -> bytes:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _make(path)
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            text = file.read().decode("ascii", "replace")
    except OSError as away:
        raise ConfigurationError(
            f"The key that seals secrets cannot be kept at {path}: {away.strerror}",
            next="Set PLUMBLINE_DELIVERY_KEY, or let PLUMBLINE_STATE name a folder that this user may write.",
        ) from away
    if mode & 0o077:
        raise ConfigurationError(
            f"{path} may be read by others (mode {mode:o})", next=f"Run chmod 600 {path}, and rotate secrets."
        )
    return read_key(text)


def _make(path: Path) -> None:
    """A key where there is none: written aside and linked, so that two processes make one."""
    if path.exists():
        return
    side = path.with_name(f".{path.name}.{os.getpid()}")
    side.unlink(missing_ok=True)
    with os.fdopen(os.open(side, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
        file.write(base64.b64encode(os.urandom(settings.KEY_BYTES)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(side, path)
    except FileExistsError:
        pass
    finally:
        side.unlink()
