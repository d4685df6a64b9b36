"""The lines of a batch of rows: what each says of its key, its events, and what its sender could not tell."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from plumbline import envelope, refusals, snapshots
from plumbline.refusals import Refusal

KEY_LONGEST: Final = 512
EVENTS_MOST: Final = 200
DETAIL_LONGEST: Final = 1000

_NAMES = frozenset({"key", "key_digest", "events", "refused"})
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its place in the table, its key (empty where only its digest came), its events, and what is withheld.

    `offered` is the digest of the line, by which the same again is known. Without `records` and `refused` it only says
    that the row is there.
    """

    place: int
    digest: bytes
    key: str
    records: tuple[dict[str, Any], ...]
    refused: tuple[Refusal, ...]
    offered: bytes
    raw: bytes

    @property
    def closed(self) -> bool:
        """Whether the row may not be told at all (classified): known by its digest alone."""
        return not self.key


def read(raw: bytes, place: int, *, depth: int, longest: int) -> Line | Refusal:
    """A line, or why it says nothing of any key."""
    if len(raw) > longest:
        return Refusal("too_long", f"The row has {len(raw):,} bytes, more than the {longest:,} one may have.")
    # A row holds events, which may each be as deep as one that is pushed.
    found = envelope.parse_json(raw, depth + 2)
    if isinstance(found, Refusal):
        return found
    try:
        return _line(found, raw, place)
    except refusals.Refused as bad:
        return Refusal(bad.reason, bad.detail, bad.pointer)


def _line(found: object, raw: bytes, place: int) -> Line:
    if not isinstance(found, dict):
        refusals.refuse("not_an_object", "", 'A row is an object: {"key": …, "events": […]}.')
    strange = sorted(found.keys() - _NAMES)
    if strange:
        refusals.refuse("unknown_field", f"/{strange[0]}", f"A row has {', '.join(sorted(_NAMES))} only.")
    offered = hashlib.sha256(orjson.dumps(found, option=orjson.OPT_SORT_KEYS)).digest()
    if "key_digest" in found:
        digest = found["key_digest"]
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest) or len(found) > 1:
            refusals.refuse(
                "wrong_type", "/key_digest", "key_digest is 64 of 0-9 and a-f, and stands alone in its row."
            )
        return Line(place, bytes.fromhex(digest), "", (), (), offered, raw)
    key = found.get("key")
    if not isinstance(key, str) or not 0 < len(key) <= KEY_LONGEST or not key.isprintable():
        refusals.refuse(
            "missing_attribute" if not key else "wrong_type",
            "/key",
            f"A row has a key of 1 to {KEY_LONGEST} printable characters.",
        )
    records = found.get("events", [])
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        refusals.refuse("wrong_type", "/events", "events is a list of records.")
    if len(records) > EVENTS_MOST:
        refusals.refuse("too_long", "/events", f"A row tells at most {EVENTS_MOST} events.")
    withheld = found.get("refused", [])
    if not isinstance(withheld, list):
        refusals.refuse("wrong_type", "/refused", "refused is a list of refusals.")
    told = tuple(_refusal(one, f"/refused/{place}") for place, one in enumerate(withheld))
    return Line(place, snapshots.digest_of(key), key, tuple(records), told, offered, raw)


def _refusal(one: object, pointer: str) -> Refusal:
    """What the sender itself could not tell of the row."""
    if not isinstance(one, dict) or one.keys() - {"id", "reason", "detail", "pointer"}:
        refusals.refuse("wrong_type", pointer, "A refusal has id, reason, detail and pointer only.")
    reason, detail, event = one.get("reason"), one.get("detail", ""), one.get("id")
    if reason not in refusals.REASONS:
        refusals.refuse("out_of_range", f"{pointer}/reason", f"{reason!r:.40} is no reason of a refusal.")
    at = one.get("pointer", "")
    if not all(isinstance(text, str) for text in (detail, at)) or not isinstance(event, str | None):
        refusals.refuse("wrong_type", pointer, "id, detail and pointer are texts.")
    return Refusal(reason, detail[:DETAIL_LONGEST], at[:DETAIL_LONGEST], event or None)


def withheld(line: Line, refusal: Refusal, table: str) -> bytes:
    """The bytes by which a refusal of the sender's own is kept: the same every night, so that it is kept once."""
    told = {
        "table": table,
        "key": line.key,
        "id": refusal.id,
        "reason": refusal.reason,
        "detail": refusal.detail,
    }
    return orjson.dumps(told)


def split(
    raws: Sequence[bytes], first: int, *, depth: int, longest: int
) -> tuple[list[Line], list[tuple[int, bytes, Refusal]]]:
    """The lines of a batch that begins with row `first`, and those without a key: place, bytes, why."""
    lines: list[Line] = []
    unread: list[tuple[int, bytes, Refusal]] = []
    for place, raw in enumerate(raws, first):
        found = read(raw, place, depth=depth, longest=longest)
        if isinstance(found, Line):
            lines.append(found)
        else:
            unread.append((place, raw, found))
    return lines, unread
