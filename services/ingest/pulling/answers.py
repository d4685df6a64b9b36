"""Reads an answer of a feed: its rows, and what the next page is asked for by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from plumbline import pulls
from plumbline.pulls import Feed, Row
from services.ingest.pulling.fetching import Body, Broken

LINES: Final = (
    "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "text/plain",
)  # fmt: skip
CHARSETS: Final = ("utf-8", "utf8", "gb18030", "gbk", "gb2312")
DEEPEST: Final = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """A page: its rows, and the page after it (None at the end)."""

    rows: tuple[Row, ...]
    following: str | None


def read(feed: Feed, page: str, body: Body) -> Answer:
    """The page an answer holds; Broken where it is not JSON, not of the right type, or not whole."""
    wanted = LINES if feed.lines else ("application/json",)
    if body.media not in wanted and not (body.media.endswith("+json") and not feed.lines):
        raise Broken(f"The answer is {body.media or 'of no type'}, not {wanted[0]}")
    if body.charset not in CHARSETS:
        raise Broken(f"The charset {body.charset[:40]} is not read here")
    try:
        text = body.content.decode("gb18030" if body.charset.startswith("gb") else "utf-8-sig")
    except UnicodeDecodeError as bad:
        raise Broken(f"The answer is no {body.charset} text at byte {bad.start}") from None
    whole: object = None
    if feed.lines:
        listed: object = [_parse(line, feed) for line in text.split("\n") if line.strip()]
    else:
        whole = _parse(text, feed)
        listed = pulls.at(whole, feed.rows)
    if not isinstance(listed, list):
        raise Broken(f"Where the rows should stand ({'/'.join(feed.rows) or 'the whole answer'}) is no list")
    if not all(isinstance(one, Mapping) for one in listed):
        raise Broken("A row of the answer is no JSON object")
    rows = tuple(pulls.row_of(feed, one) for one in listed)
    return Answer(rows, pulls.following(feed, page, rows, whole, body.link))


def _parse(text: str, feed: Feed) -> Any:
    """JSON with each name once; for a mapping, numbers stay the text that was written."""
    kept: dict[str, Any] = {"parse_float": str, "parse_int": str} if feed.content == "mapping" else {}
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_refuse, **kept)
    except json.JSONDecodeError as bad:
        raise Broken(f"The answer is no whole JSON: {bad.msg} at character {bad.pos}") from None
    except (RecursionError, ValueError) as bad:
        raise Broken(f"The answer is no JSON that is read here: {bad}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")
