"""OCEL 2.0, as JSON, XML or SQLite: a row an event.

Columns: `event:id`, `event:type`, `event:time`; the event's attributes by name; the ids of its objects by type
(`object:案件`) and by qualifier (`qualifier:原审`), several parted by `;`; and, where it has one object of a type, that
object's attributes as they stood at the event's time (`object:案件:procedure`).
"""

from __future__ import annotations

import sqlite3
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from plumbline import errors, mappings
from plumbline.mappings import Cell, FileShape, Row
from services.ingest import readers
from services.ingest.readers import Table, markup

_FIRST = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Item:
    """An event or an object: `attributes` are (name, time as written or empty, value), `related` (object, qualifier)."""

    place: int
    id: str
    type: str
    time: str = ""
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    related: list[tuple[str, str]] = field(default_factory=list)


def read_json(stream: BinaryIO, shape: FileShape, name: str) -> Table:
    """The events of an OCEL 2.0 JSON file; errors.BadInput when it is none."""
    content = stream.read(readers.WHOLE_MOST + 1)
    if len(content) > readers.WHOLE_MOST:
        raise _bad(name, f"it has more than {readers.WHOLE_MOST:,} bytes")
    try:
        log: Any = orjson.loads(content)
        objects = [_from_json(place, one) for place, one in enumerate(log["objects"], 1)]
        events = [_from_json(place, one) for place, one in enumerate(log["events"], 1)]
    except (orjson.JSONDecodeError, LookupError, TypeError, AttributeError) as bad:
        raise _bad(name, f"{type(bad).__name__}: {bad}") from bad
    return _table(objects, events)


def read_xml(stream: BinaryIO, shape: FileShape, name: str) -> Table:
    """The events of an OCEL 2.0 XML file; errors.BadInput when it is none."""
    objects: list[Item] = []
    events: list[Item] = []
    item: Item | None = None
    attribute = ("", "")
    for tag in markup.tags(stream, name, readers.WHOLE_MOST):
        given = tag.attributes
        if tag.begins and tag.depth == 3 and tag.name in ("event", "object"):
            item = Item(tag.line, given.get("id", ""), given.get("type", ""), given.get("time", ""))
            (events if tag.name == "event" else objects).append(item)
        elif item is None:
            continue
        elif not tag.begins and tag.depth == 3:
            item = None
        elif tag.begins and "object-id" in given:
            item.related.append((given["object-id"], given.get("qualifier", "")))
        elif tag.begins and tag.name == "attribute":
            attribute = (given.get("name", ""), given.get("time", ""))
        elif tag.name == "attribute":
            item.attributes.append((*attribute, tag.text))
    return _table(objects, events)


def read_sqlite(path: Path) -> Table:
    """The events of an OCEL 2.0 SQLite file, opened read-only; errors.BadInput when it is none."""
    if path.stat().st_size > readers.WHOLE_MOST:
        raise _bad(path.name, f"it has more than {readers.WHOLE_MOST:,} bytes")
    uri = f"file:{urllib.parse.quote(str(path.resolve()))}?mode=ro&immutable=1"
    try:
        connection = sqlite3.connect(uri, uri=True)
        try:
            connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA trusted_schema = OFF")
            items = {kind: _from_tables(connection, kind) for kind in ("object", "event")}
            for row in _table_rows(connection, "event_object"):
                if (item := items["event"].get(row["ocel_event_id"])) is not None:
                    item.related.append((row["ocel_object_id"], row["ocel_qualifier"] or ""))
        finally:
            connection.close()
    except (sqlite3.Error, LookupError) as bad:
        raise _bad(path.name, str(bad)) from bad
    return _table(list(items["object"].values()), list(items["event"].values()))


def _from_json(place: int, one: Mapping[str, Any]) -> Item:
    return Item(
        place, str(one["id"]), str(one["type"]), str(one.get("time") or ""),
        [(str(each["name"]), str(each.get("time") or ""), readers.text_of(each.get("value")))
         for each in one.get("attributes") or ()],
        [(str(each["objectId"]), str(each.get("qualifier") or "")) for each in one.get("relationships") or ()],
    )  # fmt: skip


def _from_tables(connection: sqlite3.Connection, kind: str) -> dict[str, Item]:
    """The items of one kind, with the rows of the table of each of their types."""
    items = {
        row["ocel_id"]: Item(place, row["ocel_id"], row["ocel_type"])
        for place, row in enumerate(_table_rows(connection, kind), 1)
    }
    for type_row in _table_rows(connection, f"{kind}_map_type"):
        for row in _table_rows(connection, f"{kind}_{type_row['ocel_type_map']}"):
            item = items.get(row["ocel_id"])
            if item is None:
                continue
            time = readers.text_of(row["ocel_time"]) if "ocel_time" in row.keys() else ""  # noqa: SIM118 - a sqlite3.Row is no mapping
            item.time = time if kind == "event" else ""
            item.attributes += [
                (name, time, readers.text_of(row[name]))
                for name in row.keys()  # noqa: SIM118 - a sqlite3.Row is no mapping
                if not name.startswith("ocel_") and row[name] is not None
            ]
    return items


def _table_rows(connection: sqlite3.Connection, name: str) -> list[sqlite3.Row]:
    """The rows of a table of the foreign file; a view would be a statement of the sender's, so none is asked."""
    known = connection.execute("SELECT 1 FROM \"sqlite_master\" WHERE type = 'table' AND name = ?", (name,))
    if known.fetchone() is None:
        raise LookupError(f"it has no table {name}")
    quoted = name.replace('"', '""')
    return list(connection.execute(f'SELECT * FROM "{quoted}"'))  # noqa: S608 - the name of a table that stands there, quoted


def _table(objects: list[Item], events: list[Item]) -> Table:
    by_id = {one.id: one for one in objects}
    return Table((Row(one.place, _cells(one, by_id)) for one in events), total=len(events))


def _cells(event: Item, objects: Mapping[str, Item]) -> dict[str, Cell]:
    cells: dict[str, Cell] = {name: value for name, _, value in event.attributes}
    cells |= {"event:id": event.id, "event:type": event.type, "event:time": event.time}
    ids: dict[str, list[str]] = {}
    of_type: dict[str, list[Item]] = {}
    for key, qualifier in event.related:
        ids.setdefault(f"qualifier:{qualifier}", []).append(key)
        if (one := objects.get(key)) is not None:
            ids.setdefault(f"object:{one.type}", []).append(key)
            of_type.setdefault(one.type, []).append(one)
    cells |= {column: ";".join(dict.fromkeys(keys)) for column, keys in ids.items()}
    moment = _instant(event.time)
    for kind, related in of_type.items():
        if len({one.id for one in related}) == 1:
            cells |= {f"object:{kind}:{name}": value for name, value in _standing(related[0], moment).items()}
    return cells


def _standing(one: Item, moment: datetime) -> dict[str, str]:
    """An object's attributes as they stood at a moment."""
    told = sorted(
        ((_instant(time), name, value) for name, time, value in one.attributes), key=lambda each: each[0]
    )
    return {name: value for time, name, value in told if time <= moment}


def _instant(text: str) -> datetime:
    """For comparing only, where a time without an offset stands beside others without one."""
    found = mappings.parse_moment(text, mappings.ISO)
    if found is None:
        return _FIRST
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _bad(name: str, why: str) -> errors.BadInput:
    return errors.BadInput(f"{name} is no OCEL 2.0 file", why=why, next="Export it as OCEL 2.0, or send CSV.")
