"""For a court without a receiver: a line of JSON appended to a file whole, or written to standard output."""

from __future__ import annotations

import fcntl
import os
import sys
import threading
from pathlib import Path
from typing import Final

import orjson

from services.scoring.delivery.parcels import Parcel, Reception

FOLDER: Final = "deliveries"
_stdout: Final = threading.Lock()


class FileSender:
    """Appends to `<folder>/<name>.ndjson`, on disk before it counts as told."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, parcel: Parcel) -> Reception:
        """One line. What a crash cut short is closed by a line end first, so that every later line is whole."""
        line = _line(parcel)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self._folder / f"{parcel.to.address}.ndjson"
            file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                size = os.fstat(file).st_size
                if size and os.pread(file, 1, size - 1) != b"\n":
                    line = b"\n" + line
                if os.write(file, line) != len(line):
                    return Reception(error="The file could not be written whole")
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as failure:
            return Reception(error=f"The file cannot be written: {failure.strerror}")
        return Reception()


class StdoutSender:
    """Writes to the standard output of scoring."""

    def send(self, parcel: Parcel) -> Reception:
        """One line."""
        try:
            with _stdout:
                sys.stdout.write(_line(parcel).decode())
                sys.stdout.flush()
        except (OSError, ValueError):
            return Reception(error="Standard output cannot be written")
        return Reception()


def _line(parcel: Parcel) -> bytes:
    return orjson.dumps({"id": parcel.message, **parcel.body}) + b"\n"
