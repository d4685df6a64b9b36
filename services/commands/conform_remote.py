"""What `plumbline conform` reads that is no file here: a file behind an address, or the first pages of a feed to be pulled.

Nothing is kept of it, and nothing is told to anybody but the address that was named.
"""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import posixpath
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from typing import Final

import orjson

from plumbline import errors, mappings, pull_files
from plumbline.pulls import Feed, Header, Row
from services.ingest import intake, telling
from services.ingest.pulling import fetching, puller
from services.ingest.pulling.fetching import Body, Fetcher
from services.ingest.translators import Translated

SCHEMES: Final = ("http://", "https://")
CONFIGS: Final = (".yaml", ".yml")
_ENDINGS: Final = {
    "application/x-ndjson": ".ndjson", "application/ndjson": ".ndjson", "application/jsonl": ".ndjson",
    "text/csv": ".csv", "application/xml": ".xml", "text/xml": ".xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}  # fmt: skip
"""What a media type says of a name that says nothing."""


@dataclasses.dataclass(frozen=True, slots=True)
class Bounds:
    """How much is read at most: pages of a feed, bytes of one answer, seconds in all."""

    pages: int
    bytes: int
    seconds: int


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """What is to be examined: its name, how many bytes (or pages) it has, and its records."""

    name: str
    size: int
    opened: intake.Opened


def is_remote(given: str) -> bool:
    """Whether it is an address or the file of a feed, and no file of records."""
    return given.startswith(SCHEMES) or given.endswith(CONFIGS)


@contextlib.contextmanager
def opened(given: str, request: intake.Request, bounds: Bounds) -> Iterator[Found]:
    """The records behind an address or a feed's file; errors.BadInput, fetching.NotFetched, errors.BadDefinition."""
    if given.startswith(SCHEMES):
        with _downloaded(given, request, bounds) as path, intake.opened(path, request) as file:
            yield Found(path.name, path.stat().st_size, file)
    else:
        yield from _feed(pathlib.Path(given), request, bounds)


@contextlib.contextmanager
def _downloaded(url: str, request: intake.Request, bounds: Bounds) -> Iterator[pathlib.Path]:
    """The file behind an address, in a folder that is gone afterwards."""
    parts = urllib.parse.urlsplit(url)
    if parts.username or parts.password:
        raise errors.BadInput(
            "The address holds a name or a password", next="Put secrets into the headers of a feed's file."
        )
    asked = Feed(
        "", "", url, (), "cloudevents", headers=(Header("Accept", "*/*"),), timeout_s=bounds.seconds,
        retries=0, answer_bytes=bounds.bytes,
    )  # fmt: skip
    with contextlib.closing(Fetcher(asked, say=_say, folder=pathlib.Path())) as fetcher:
        body = fetcher.fetch(url, {}, lambda whole: whole, first=True)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / _name(parts.path, body, request)
        path.write_bytes(_lines(body, request))
        yield path


def _name(path: str, body: Body, request: intake.Request) -> str:
    """The last part of the address, with the ending its media type says where it says nothing."""
    name = posixpath.basename(urllib.parse.unquote(path)).replace("\0", "")[-100:].lstrip(".") or "answer"
    plain = name.removesuffix(".gz")
    if request.format or posixpath.splitext(plain)[1]:
        return name
    return plain + _ENDINGS.get(body.media, "")


def _lines(body: Body, request: intake.Request) -> bytes:
    """A list of events, as a batch is sent, as one a line; anything else as it came."""
    if request.mapping is not None or request.format not in ("", "ndjson") or not body.media.endswith("json"):
        return body.content
    try:
        whole = orjson.loads(body.content)
    except orjson.JSONDecodeError:
        return body.content
    listed = whole if isinstance(whole, list) else [whole]
    return b"\n".join(orjson.dumps(one) for one in listed)


def _feed(path: pathlib.Path, request: intake.Request, bounds: Bounds) -> Iterator[Found]:
    if request.mapping is not None or request.format:
        raise errors.BadInput(
            f"{path.name} says itself how its records are read", next="Leave out --mapping and --format."
        )
    feed = pull_files.read(path)
    bounded = dataclasses.replace(
        feed, answer_bytes=min(feed.answer_bytes, bounds.bytes), timeout_s=min(feed.timeout_s, bounds.seconds),
        retries=0,
    )  # fmt: skip
    teller = telling.teller(feed.source, feed.name, feed.content, feed.mapping)
    with contextlib.closing(Fetcher(bounded, say=_say, folder=path.parent)) as fetcher:
        file = intake.Opened(feed.content, iter(()), lambda: 0)
        file.items = _told(bounded, teller, fetcher, bounds, file)
        yield Found(f"{feed.source}/{feed.name}", 1, file)


def _told(
    feed: Feed, teller: telling.Teller, fetcher: Fetcher, bounds: Bounds, file: intake.Opened
) -> Iterator[Translated]:
    """The items of the first pages; the place of a record is its number over all of them."""
    until = time.monotonic() + bounds.seconds
    page: str | None = ""
    seen: set[str] = set()
    for _ in range(bounds.pages):
        if page is None or page in seen:
            return
        if time.monotonic() > until:
            raise fetching.NotFetched(
                f"The feed was not read in {bounds.seconds} s",
                next="Ask for fewer --pages, or more --seconds.",
            )
        seen.add(page)
        answer = puller.asked_for(feed, fetcher, page)
        for row in answer.rows:
            file.rows += 1
            told = list(_items(teller, file.rows, row))
            yield from told
            file.silent += not told
        page = answer.following


def _items(teller: telling.Teller, place: int, row: Row) -> Iterator[Translated]:
    if teller.mapping is None:
        return (dataclasses.replace(one, line=place) for one in teller.tell(place, row.value, row.key))
    cells = mappings.Row(place, dict(telling.cells(row.value)))
    return map(intake.item, teller.mapping.translate((cells,), teller.source))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
