"""Lists of cases in files, as other systems export them: which column holds what, and the rows, nothing more."""

from __future__ import annotations

import dataclasses
import io
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import yaml

from plumbline import errors, mappings
from plumbline.mappings import Cell, FileShape
from plumbline.store import sources
from services.ingest.readers import Table, delimited, text_of, workbook

BYTES_MAX: Final = 64 * 1024 * 1024
FIELDS: Final = ("case", "day", "method", "court")
KNOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "case": ("案号", "案件编号", "案件号", "case"),
    "day": ("结案日期", "立案日期", "日期", "统计日期", "day", "date"),
    "method": ("结案方式", "method"),
    "court": ("法院", "经办法院", "承办法院", "法院名称", "court"),
}
"""Column names that are found by themselves, the first of them that the file has."""
DAYS: Final = (
    mappings.ISO,
    "%Y/%m/%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y年%m月%d日",
    "%Y%m%d",
    "%Y.%m.%d",
)
LOCAL: Final = zoneinfo.ZoneInfo(sources.DEFAULT_ZONE)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a list says what: `columns` by field; `words` what a word of a field means; `shape` how it is written."""

    columns: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    shape: FileShape = field(default_factory=lambda: FileShape(charset=""))


@dataclass(frozen=True, slots=True)
class Listed:
    """A row: what is sent of it, and whether its day could not be read."""

    line: int
    row: dict[str, str]
    unread_day: str = ""


def layout(mapping: Path | None, columns: str, charset: str, sheet: str) -> Layout:
    """What the options say, over what the mapping file says. errors.BadInput where they cannot be read."""
    found = _written(mapping) if mapping is not None else Layout()
    given = dict(one.partition("=")[::2] for one in columns.split(",") if one.strip())
    given = {name.strip(): column.strip() for name, column in given.items()}
    _closed(given, FIELDS, "--columns")
    shape = dataclasses.replace(
        found.shape, charset=charset or found.shape.charset, sheet=sheet or found.shape.sheet
    )
    return Layout({**found.columns, **given}, found.words, shape)


def _written(path: Path) -> Layout:
    """A mapping file: `file` (charset, delimiter, header, sheet), `columns`, and `words` by field."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as bad:
        raise errors.BadInput(f"{path} cannot be read", why=str(bad)) from bad
    parts = _closed(content, ("file", "columns", "words"), str(path))
    file = _closed(parts.get("file") or {}, ("charset", "delimiter", "header", "sheet"), f"{path} file")
    columns = _closed(parts.get("columns") or {}, FIELDS, f"{path} columns")
    words = _closed(parts.get("words") or {}, ("method", "court"), f"{path} words")
    header = file.get("header", 1)
    if type(header) is not int or not 1 <= header <= 100:
        raise errors.BadInput(f"{path}: file.header is no line", next="Count it from 1.")
    shape = FileShape(
        charset=str(file.get("charset", "")), delimiter=str(file.get("delimiter", ",")),
        sheet=str(file.get("sheet", "")), header=header,
    )  # fmt: skip
    if len(shape.delimiter) != 1 or shape.charset not in ("", "utf-8", "gb18030"):
        raise errors.BadInput(
            f"{path}: file names no charset or delimiter", next="Write utf-8 or gb18030, and one sign."
        )
    return Layout(
        {name: str(column) for name, column in columns.items()},
        {
            name: {str(word): str(code) for word, code in _mapping(held, f"{path} words.{name}").items()}
            for name, held in words.items()
        },
        shape,
    )


def _mapping(node: Any, where: str) -> dict[str, Any]:
    if not isinstance(node, dict):
        raise errors.BadInput(f"{where} is no list of names with values", next="Write name: value lines.")
    return {str(key): value for key, value in node.items()}


def _closed(node: Any, allowed: tuple[str, ...], where: str) -> dict[str, Any]:
    found = _mapping(node, where)
    strange = next((key for key in found if key not in allowed), None)
    if strange is not None:
        raise errors.BadInput(f"{where} names {strange!r}", next=f"It takes {', '.join(allowed)}.")
    return found


def read(path: Path, form: Layout) -> Iterator[Listed]:
    """The rows of a CSV (UTF-8, with or without a mark, or GB18030) or XLSX file; errors.BadInput where it is neither."""
    content = path.read_bytes()
    if len(content) > BYTES_MAX:
        raise errors.BadInput(f"{path.name} is larger than {BYTES_MAX:,} bytes", next="Split it by court.")
    table = _table(path, content, form)
    columns = _columns(path, table.header or (), form)
    for row in table.rows:
        if row.fault is not None:
            raise errors.BadInput(f"{path.name}:{row.line} cannot be read", why=row.fault[1])
        cells = {name: row.cells.get(column, "") for name, column in columns.items()}
        yield _listed(row.line, cells, form)


def _table(path: Path, content: bytes, form: Layout) -> Table:
    stream = io.BytesIO(content)
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        return workbook.read(stream, form.shape, path.name)
    if path.suffix.lower() not in (".csv", ".txt", ".tsv"):
        raise errors.BadInput(f"{path.name} is neither CSV nor XLSX", next="Export it as one of them.")
    charset = form.shape.charset or ("utf-8" if _is_utf8(content) else "gb18030")
    return delimited.read(stream, dataclasses.replace(form.shape, charset=charset), path.name)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _columns(path: Path, header: tuple[str, ...], form: Layout) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in FIELDS:
        asked = form.columns.get(name)
        if asked is not None and asked not in header:
            raise errors.BadInput(
                f"{path.name} has no column {asked!r}", next=f"Its columns are {', '.join(header)}."
            )
        column = asked or next((one for one in KNOWN[name] if one in header), None)
        if column is not None:
            found[name] = column
    if "case" not in found:
        raise errors.BadInput(
            f"No column of {path.name} is known to hold case numbers",
            next=f"Say --columns case=NAME; its columns are {', '.join(header)}.",
        )
    return found


def _listed(line: int, cells: Mapping[str, Cell], form: Layout) -> Listed:
    row = {"case": text_of(cells["case"]).strip()[:200]}
    for name in ("method", "court"):
        text = text_of(cells.get(name)).strip()
        text = form.words.get(name, {}).get(text, text)
        if text:
            row[name] = text[:80]
    written = cells.get("day")
    day = _day(written)
    if day is not None:
        row["day"] = day.isoformat()
    return Listed(line, row, "" if day is not None else text_of(written).strip())


def _day(cell: Cell | None) -> date | None:
    if isinstance(cell, datetime):
        return _local(cell)
    if isinstance(cell, date):
        return cell
    text = text_of(cell).strip()
    moments = (mappings.parse_moment(text, form) for form in DAYS)
    return next((_local(one) for one in moments if one is not None), None)


def _local(moment: datetime) -> date:
    return (moment if moment.tzinfo is None else moment.astimezone(LOCAL)).date()
