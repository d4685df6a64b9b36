"""Reads the file of a feed to be pulled: YAML that a court can write; every fault names file, line, what and what
instead. A secret never stands in it, only where it is kept.
"""

from __future__ import annotations

import pathlib
import re
import urllib.parse
from typing import Final

import yaml

from plumbline import pulls, sheets
from plumbline.pulls import Feed, Header, Pages, Secret, Since, Way

EDITION: Final = "1"
SAMPLE: Final = "samples/pulls/next-page.yaml"

_TOP = (
    "pull", "source", "feed", "url", "headers", "pages", "since", "rows", "events", "overlap", "timeout",
    "every", "retries", "lease", "answer_mib", "gone",
)  # fmt: skip
_FEED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")
_SECRET_NAME = re.compile(r"authorization|cookie|token|secret|password|key|auth", re.IGNORECASE)
_SPAN = re.compile(r"([0-9]{1,6}) ?(s|min|h|d)")
_SECONDS: Final = {"s": 1, "min": 60, "h": 3600, "d": 86400}


def read(path: pathlib.Path) -> Feed:
    """The feed a file describes; errors.BadDefinition with file and line."""
    sheet = sheets.opened(path, SAMPLE)
    needed = ("pull", "source", "feed", "url", "rows", "events")
    parts = sheet.closed(sheet.root, _TOP, needed=needed)
    if sheet.text(parts["pull"]) != EDITION:
        sheet.fail(parts["pull"], "This edition of the file is not known", f"Write pull: {EDITION}")
    at, lines, key = _rows(sheet, parts["rows"])
    pages = _pages(sheet, parts["pages"]) if "pages" in parts else Pages()
    since = _since(sheet, parts["since"]) if "since" in parts else None
    if pages.by == "position" and since is None:
        sheet.fail(parts["pages"], "Pages by position need since", "Write since: {parameter: …, field: …}")
    if lines and pages.at:
        sheet.fail(parts["pages"], "Lines of JSON have no place beside their rows", "Use a Link header")
    content, mapping = events_of(sheet, parts["events"], path.parent)
    return Feed(
        source=sheet.text(parts["source"]), name=name_of(sheet, parts["feed"]), url=_url(sheet, parts["url"]),
        key=key, content=content, rows=at, lines=lines, pages=pages, since=since,
        headers=tuple(_header(sheet, name, node) for name, node in sheet.pairs(parts["headers"]))
        if "headers" in parts else (),
        mapping=mapping, **_numbers(sheet, parts),
        gone=tuple(sheet.number(one, 400, 499) for one in sheet.listed(parts["gone"]))
        if "gone" in parts else pulls.GONE,
    )  # fmt: skip


def _numbers(sheet: sheets.Sheet, parts: dict[str, yaml.Node]) -> dict[str, int]:
    found: dict[str, int] = {}
    if "overlap" in parts:
        inside = sheet.closed(parts["overlap"], ("rows",), needed=("rows",))
        found["overlap_rows"] = sheet.number(inside["rows"], 0, 1_000_000)
    for name, field, least, most in (
        ("timeout", "timeout_s", 1, 3600),
        ("every", "every_s", 1, 7 * 86400),
        ("lease", "lease_s", 1, 3600),
    ):
        if name in parts:
            found[field] = span(sheet, parts[name], least, most)
    if "retries" in parts:
        found["retries"] = sheet.number(parts["retries"], 0, 100)
    if "answer_mib" in parts:
        found["answer_bytes"] = sheet.number(parts["answer_mib"], 1, 1024) * 1024 * 1024
    return found


def name_of(sheet: sheets.Sheet, node: yaml.Node) -> str:
    """The name of a feed: it stands in addresses."""
    name = sheet.text(node)
    if not _FEED.fullmatch(name):
        sheet.fail(node, f"{name[:70]} is no name of a feed", "Write up to 64 letters, digits, dots, - or _")
    return name


def span(sheet: sheets.Sheet, node: yaml.Node, least: int, most: int) -> int:
    """A span of time in seconds."""
    found = _SPAN.fullmatch(sheet.text(node))
    seconds = int(found[1]) * _SECONDS[found[2]] if found else -1
    if not least <= seconds <= most:
        sheet.fail(
            node, f"{sheet.text(node)} is no span of time that fits here",
            f"Write such as 30 s, 5 min, 2 h or 1 d, from {least} s to {most:,} s",
        )  # fmt: skip
    return seconds


def secret_of(sheet: sheets.Sheet, node: yaml.Node) -> Secret:
    """Where a secret stands; relative files are taken beside the file that names them by whoever reads them."""
    parts = sheet.closed(node, ("env", "file", "prefix"))
    if ("env" in parts) == ("file" in parts):
        sheet.fail(node, "A secret stands in one place", "Write {env: NAME} or {file: /path/of/a/file}")
    prefix = parts["prefix"].value if "prefix" in parts else ""
    if not isinstance(prefix, str):
        sheet.fail(parts["prefix"], "The prefix is no text", 'Write such as "Bearer "')
    return Secret(
        sheet.text(parts["env"]) if "env" in parts else "",
        sheet.text(parts["file"]) if "file" in parts else "",
        prefix,
    )


def events_of(sheet: sheets.Sheet, node: yaml.Node, folder: pathlib.Path) -> tuple[str, pathlib.Path | None]:
    """How a record becomes events: cloudevents, datajud, or {mapping: file beside this one}."""
    if isinstance(node, yaml.ScalarNode):
        return sheet.one_of(node, ("cloudevents", "datajud")), None
    parts = sheet.closed(node, ("mapping",), needed=("mapping",))
    return "mapping", folder / sheet.text(parts["mapping"])


def way(sheet: sheets.Sheet, node: yaml.Node) -> Way:
    """A place in JSON: a pointer (/data/items) or names with dots (data.items); / or . alone is the whole."""
    text = sheet.text(node)
    if text in ("/", "."):
        return ()
    if text.startswith("/"):
        return tuple(part.replace("~1", "/").replace("~0", "~") for part in text[1:].split("/"))
    names = tuple(text.split("."))
    if not all(names):
        sheet.fail(node, f"{text} is no place in JSON", "Write /data/items, or data.items")
    return names


def _url(sheet: sheets.Sheet, node: yaml.Node) -> str:
    text = sheet.text(node)
    try:
        parts = urllib.parse.urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
        parts = urllib.parse.urlsplit("")
    if not good or any(mark in text for mark in (" ", "\\")):
        sheet.fail(node, f"{text[:100]} is no address", "Write http://… or https://… with a host")
    if parts.username or parts.password or parts.fragment:
        sheet.fail(node, "The address holds a name, a password or a #", "Put secrets under headers")
    if any(_SECRET_NAME.search(name) for name, _ in urllib.parse.parse_qsl(parts.query)):
        sheet.fail(node, "The address seems to hold a secret", "Put secrets under headers, {env: NAME}")
    return text


def _header(sheet: sheets.Sheet, name: str, node: yaml.Node) -> Header:
    if not _HEADER.fullmatch(name) or name.lower() in ("host", "content-length", "connection"):
        sheet.fail(node, f"{name} is no header to be set", "Write such as Authorization")
    if not isinstance(node, yaml.ScalarNode):
        return Header(name, secret=secret_of(sheet, node))
    if _SECRET_NAME.search(name):
        sheet.fail(node, f"{name} holds a secret, and the file is no place for one", "Write {env: NAME}")
    return Header(name, sheet.text(node))


def _rows(sheet: sheets.Sheet, node: yaml.Node) -> tuple[Way, bool, tuple[Way, ...]]:
    parts = sheet.closed(node, ("at", "format", "key"), needed=("key",))
    lines = "format" in parts and sheet.one_of(parts["format"], ("json", "ndjson")) == "ndjson"
    at = way(sheet, parts["at"]) if "at" in parts else ()
    if lines and at:
        sheet.fail(parts["at"], "Lines of JSON are the rows themselves", "Leave at out")
    key = tuple(way(sheet, one) for one in sheet.listed(parts["key"]))
    if not key or not all(key):
        sheet.fail(parts["key"], "key names no field", "Write the fields that identify a row")
    return at, lines, key


def _pages(sheet: sheets.Sheet, node: yaml.Node) -> Pages:
    parts = sheet.closed(node, ("by", "parameter", "at", "first", "size"), needed=("by",))
    by = sheet.one_of(parts["by"], pulls.PAGINGS)
    inside = sheet.closed(parts["size"], ("parameter", "rows"), needed=("rows",)) if "size" in parts else {}
    pages = Pages(
        by,
        sheet.text(parts["parameter"]) if "parameter" in parts else "",
        way(sheet, parts["at"]) if "at" in parts else (),
        sheet.number(parts["first"], 0, 1) if "first" in parts else 1,
        sheet.text(inside["parameter"]) if "parameter" in inside else "",
        sheet.number(inside["rows"], 1, 1_000_000) if "rows" in inside else 0,
    )
    if by in ("cursor", "number") and not pages.parameter:
        sheet.fail(node, "Which parameter carries it is not said", "Write parameter: …")
    if by == "cursor" and not pages.at:
        sheet.fail(node, "Where the answer tells the next cursor is not said", "Write at: /meta/next")
    if by in ("number", "position") and not pages.size:
        sheet.fail(node, "How many rows a page has is not said", "Write size: {parameter: …, rows: …}")
    return pages


def _since(sheet: sheets.Sheet, node: yaml.Node) -> Since:
    allowed = ("parameter", "field", "kind", "overlap")
    parts = sheet.closed(node, allowed, needed=allowed)
    kind = sheet.one_of(parts["kind"], pulls.KINDS)
    most = 366 * 86400
    back = (
        sheet.number(parts["overlap"], 1, 10**9)
        if kind == "number"
        else span(sheet, parts["overlap"], 1, most)
    )
    return Since(sheet.text(parts["parameter"]), way(sheet, parts["field"]), kind, back)
