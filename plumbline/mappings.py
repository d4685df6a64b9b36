"""A mapping: how one row of a court's own table becomes events. It only rewrites; whether an event may enter is
the door's answer.

What cannot be rewritten (a time in another form, a word where a number belongs) is handed to the door as it stood, so
the refusal is the vocabulary's own. Only two things are refused here: a code nobody has mapped, and a row marked as
classified.
"""

from __future__ import annotations

import difflib
import re
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from plumbline import casenumbers, errors, refusals
from plumbline.refusals import Fault, Refusal

ISO: Final = "iso"
UNITS: Final[Mapping[str, int]] = {"fen": 0, "yuan": 2, "wan_yuan": 6}
"""How money may be written (分、元、万元), with the decimal places down to 分."""

Cell = str | date | datetime
"""What stands in a cell: text, or a day or a moment where the file's own format says it is one."""

_ISO = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_MONEY = re.compile(r"([+-]?)([0-9]{1,15})(?:\.([0-9]{1,6}))?")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: the line (or place) it stands on, its cells by column, or the fault that spoils it
    whole."""

    line: int
    cells: Mapping[str, Cell]
    fault: Fault | None = None

    def text(self, column: str) -> str:
        """The cell as text; empty where there is none."""
        cell = self.cells.get(column, "")
        return cell.strip() if isinstance(cell, str) else cell.isoformat()


@dataclass(frozen=True, slots=True)
class Template:
    """Text with columns in braces, `{案号}/filed`: `parts` are text and column by turns, text first."""

    parts: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return self.parts[1::2]

    def of(self, row: Row) -> str:
        """The text for a row; empty as soon as one of its columns is. Case numbers in one spelling, so that an id
        holds."""
        cells = [_spelled(row.text(column)) for column in self.columns]
        if not all(cells):
            return ""
        return "".join(part if place % 2 == 0 else cells[place // 2] for place, part in enumerate(self.parts))


@dataclass(frozen=True, slots=True)
class CodeMap:
    """What the words of a court's table mean: value to code; `where` it is written, for the worklist."""

    name: str
    where: str
    codes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TimeOf:
    """A moment from one column, or from a day's and a clock's. Without an offset of its own it is local time
    in `zone`."""

    columns: tuple[str, ...]
    formats: tuple[str, ...]
    zone: zoneinfo.ZoneInfo

    def of(self, row: Row) -> str:
        """RFC 3339 with offset; the text as it stood where no format fits; empty where nothing stands."""
        cells = [row.cells.get(column, "") for column in self.columns]
        first = cells[0]
        if isinstance(first, date) and not any(cells[1:]):
            return self._with_offset(_moment(first))
        text = " ".join(filter(None, (row.text(column) for column in self.columns)))
        if not text:
            return ""
        formats = self.formats if all(isinstance(cell, str) for cell in cells) else (*self.formats, ISO)
        for form in formats:
            found = parse_moment(text, form)
            if found is not None:
                return self._with_offset(found)
        return text

    def _with_offset(self, moment: datetime) -> str:
        aware = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
        offset = aware.utcoffset()
        if offset is None or offset.seconds % 60:  # local mean time, which RFC 3339 cannot write
            aware = aware.astimezone(UTC)
        return aware.isoformat()


@dataclass(frozen=True, slots=True)
class FieldOf:
    """One field of the data: a `constant`, or a column read as `kind` (a type of the vocabulary's fields)."""

    name: str
    kind: str
    column: str = ""
    constant: Any = None
    codes: CodeMap | None = None
    formats: tuple[str, ...] = (ISO,)
    unit: str = "fen"
    split: str = ""


@dataclass(frozen=True, slots=True)
class LinkOf:
    """A link of a role to the case a template names; none where one of its columns is empty."""

    role: str
    subject: Template


@dataclass(frozen=True, slots=True)
class Condition:
    """A column is not empty, or holds one of `values`."""

    column: str
    values: tuple[str, ...] = ()

    def holds(self, row: Row) -> bool:
        text = row.text(self.column)
        return text in self.values if self.values else bool(text)


@dataclass(frozen=True, slots=True)
class EventOf:
    """One event a row may tell, when every condition holds."""

    type: str
    id: Template
    subject: Template
    time: TimeOf
    when: tuple[Condition, ...] = ()
    fields: tuple[FieldOf, ...] = ()
    links: tuple[LinkOf, ...] = ()
    sequence: str = ""
    replaces: Template | None = None
    revision: str = ""
    recorded: TimeOf | None = None
    captured: str = ""

    @property
    def columns(self) -> set[str]:
        """Every column it reads."""
        templates = [self.id, self.subject, *(link.subject for link in self.links)]
        templates += [self.replaces] if self.replaces else []
        times = [self.time, *([self.recorded] if self.recorded else [])]
        named = {self.sequence, self.revision, *(field.column for field in self.fields)}
        named |= {condition.column for condition in self.when}
        named |= {column for template in templates for column in template.columns}
        named |= {column for time in times for column in time.columns}
        return named - {""}


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A value no code map knows."""

    codes: str
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class Told:
    """What one event of a row became: a raw `record` for the door, or the `refusal`. Where a code is missing,
    `unmapped` is the first such value, `held` the record with the words still in place, and `words` are all of them."""

    line: int
    key: str
    record: dict[str, Any] | None = None
    refusal: Refusal | None = None
    unmapped: Unmapped | None = None
    held: dict[str, Any] | None = None
    words: tuple[refusals.Unmapped, ...] = ()


@dataclass(frozen=True, slots=True)
class FileShape:
    """How the file is written: `format` empty means by its name; `header` is the line of the column names; `row` the
    element a row is (xml), or the member that lists the rows (json)."""

    format: str = ""
    charset: str = "utf-8"
    delimiter: str = ","
    sheet: str = ""
    header: int = 1
    row: str = ""


@dataclass(frozen=True, slots=True)
class SnapshotOf:
    """How a table is sent whole: its name, and what finds a row again the next night."""

    table: str
    key: Template


@dataclass(frozen=True, slots=True)
class TableMapping:
    """A mapping file, read: `events` in the order they are told for each row."""

    name: str
    source: str
    shape: FileShape
    events: tuple[EventOf, ...]
    classified: Condition | None = None
    snapshot: SnapshotOf | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column it reads, sorted."""
        named = {column for event in self.events for column in event.columns}
        named |= set(self.snapshot.key.columns) if self.snapshot else set()
        return tuple(sorted(named | ({self.classified.column} if self.classified else set())))

    def check_header(self, header: Iterable[str], file: str) -> None:
        """errors.BadInput when the file lacks a column the mapping reads."""
        held = list(header)
        missing = [column for column in self.columns if column not in held]
        if not missing:
            return
        near = difflib.get_close_matches(missing[0], held, n=1)
        raise errors.BadInput(
            f"{file} has no column {'、'.join(missing)}, which the mapping {self.name} reads",
            why=f"Its columns are {'、'.join(one[:40] for one in held[:40])}.",
            next=(f"Is {near[0]} meant? " if near else "")
            + "Correct the names; where they look scrambled, say the charset (utf-8 or gb18030).",
        )

    def translate(self, rows: Iterable[Row], source: str = "") -> Iterator[Told]:
        """Every event of every row; `source` stands for the mapping's own where it is given."""
        named = source or self.source
        for row in rows:
            if row.fault is not None:
                yield Told(row.line, "", refusal=Refusal(*row.fault))
            elif self.classified is not None and self.classified.holds(row):
                # Nothing of a classified case leaves its file, not even its number.
                yield Told(row.line, "", refusal=Refusal("classified", "The row is marked as classified."))
            else:
                for event in self.events:
                    if all(condition.holds(row) for condition in event.when):
                        yield _tell(event, row, named)


def _spelled(text: str) -> str:
    normal = casenumbers.normalise(text)
    return normal if normal[:1] == "（" else text


def parse_moment(text: str, form: str) -> datetime | None:
    """The moment a text states in a format (`iso` or as of strptime), naive without an offset; None when it
    states none."""
    try:
        if form != ISO:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the mapping's zone is put on by the caller
        found = _ISO.fullmatch(text)
        if found is None:
            return None
        day, clock, offset = found.groups()
        return datetime.fromisoformat(f"{day}T{clock or '00:00'}{offset or ''}")
    except ValueError:
        return None


def _moment(cell: date) -> datetime:
    return cell if isinstance(cell, datetime) else datetime.combine(cell, time())


def _tell(event: EventOf, row: Row, source: str) -> Told:
    key = event.id.of(row)
    record: dict[str, Any] = {
        "specversion": "1.0",
        "id": key,
        "source": source,
        "type": event.type,
        "subject": event.subject.of(row),
    }
    record |= {
        name: text
        for name, text in (
            ("time", event.time.of(row)),
            ("recordedtime", event.recorded.of(row) if event.recorded else ""),
            ("sequence", row.text(event.sequence) if event.sequence else ""),
            ("replaces", event.replaces.of(row) if event.replaces else ""),
            ("captured", event.captured),
        )
        if text
    }
    if event.revision and (text := row.text(event.revision)):
        record["revision"] = _whole(text)
    data: dict[str, Any] = {}
    missing: list[tuple[str, Unmapped]] = []
    for field in event.fields:
        value, unmapped = _value(field, row)
        missing += [(field.name, one) for one in unmapped]
        if value is not None:
            data[field.name] = value
    links = [{"role": link.role, "subject": link.subject.of(row)} for link in event.links]
    if links := [link for link in links if link["subject"]]:
        data["links"] = links
    record["data"] = data
    return (
        Told(row.line, key, record) if not missing else _waiting(event.type, row.line, key, record, missing)
    )


def _waiting(
    kind: str, line: int, key: str, record: dict[str, Any], missing: list[tuple[str, Unmapped]]
) -> Told:
    """A record with words that no code map knows."""
    name, first = missing[0]
    detail = f"{first.column} holds {first.value[:60]!r}, which {first.codes} does not map; add it there."
    words = [refusals.Unmapped(one.codes[:160], f"{kind}.{field}", one.value[:200]) for field, one in missing]
    return Told(
        line,
        key,
        refusal=Refusal("unmapped_code", detail, f"/data/{name}", key or None),
        unmapped=first,
        held=record,
        words=tuple(dict.fromkeys(words)),
    )


def _value(field: FieldOf, row: Row) -> tuple[Any, tuple[Unmapped, ...]]:
    """The value for the data (None: nothing stands there), and the words in it that nobody has mapped."""
    if not field.column:
        return field.constant, ()
    text = row.text(field.column)
    if not text:
        return None, ()
    pieces = [piece.strip() for piece in text.split(field.split)] if field.split else [text]
    values: list[Any] = []
    missing: list[Unmapped] = []
    for piece in filter(None, pieces):
        if field.codes is not None:
            code = field.codes.codes.get(piece)
            if code is None:
                missing.append(Unmapped(field.codes.where, field.column, piece))
            values.append(piece if code is None else _read(field, code))
        else:
            cell = row.cells.get(field.column, "")
            values.append(_read(field, piece, cell))
    return (values if field.split else values[0]), tuple(missing)


def _read(field: FieldOf, text: str, cell: Cell = "") -> Any:
    """The text as the field's kind; as it stood where it does not read so."""
    if field.kind == "flag":
        return {"true": True, "false": False}.get(text, text)
    if field.kind == "fen":
        return _fen(text, UNITS[field.unit])
    if field.kind in ("n", "integer"):
        return _whole(text)
    if field.kind == "day":
        if isinstance(cell, date):
            return _moment(cell).date().isoformat()
        found = (parse_moment(text, form) for form in field.formats)
        return next((one.date().isoformat() for one in found if one is not None), text)
    return text


def _whole(text: str) -> int | str:
    plain = text.replace(",", "")
    return int(plain) if _WHOLE.fullmatch(plain) else text


def _fen(text: str, places: int) -> int | str:
    """Money as 分, exactly; a part of a 分 is no money, so the text stays."""
    found = _MONEY.fullmatch(text.replace(",", ""))
    if found is None:
        return text
    sign, whole, rest = found[1], found[2], (found[3] or "").rstrip("0")
    if len(rest) > places:
        return text
    return int(f"{sign}{whole}{rest.ljust(places, '0')}")
