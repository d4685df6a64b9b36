"""Cursors: where a list goes on, bound to the question it was given for. A cursor grants nothing; every
page checks access anew.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

import orjson

from services.api.problems import BadCursor

LONGEST = 2_000


def write(question: str, *key: object) -> str:
    """The cursor after a key (text, integers) of a question."""
    return base64.urlsafe_b64encode(orjson.dumps([_bound(question), *key])).rstrip(b"=").decode()


def read(question: str, cursor: str | None, start: tuple[Any, ...]) -> tuple[Any, ...]:
    """The key of a cursor, `start` without one; BadCursor unless it was written for this question with
    keys of these types.
    """
    if cursor is None:
        return start
    try:
        if len(cursor) > LONGEST:
            raise ValueError
        bound, *key = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if bound != _bound(question) or [type(part) for part in key] != [type(part) for part in start]:
            raise ValueError
    except (ValueError, TypeError, binascii.Error):
        raise BadCursor(
            "The cursor was not given for this question",
            why="A cursor holds only with the parameters it came from.",
            next="Begin again without `cursor`.",
        ) from None
    return tuple(key)


def _bound(question: str) -> str:
    return hashlib.sha256(question.encode()).hexdigest()[:16]
