"""`plumbline ingest` and `plumbline source`: files of events into the running service, and the systems they
come from."""

from __future__ import annotations

import contextlib
import enum
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final, TextIO

import orjson
import typer
from rich import console, progress

from plumbline import mapping_files, vocabulary
from plumbline.mappings import Unmapped
from plumbline.runtime import settings as settings_
from plumbline.runtime.settings import ConfigurationError, Settings
from plumbline.store import engine, sources
from services.commands import database
from services.ingest import intake, sender
from services.ingest.translators import Translated
from services.stack import record

BATCH: Final = 2_000
BATCH_BYTES: Final = 8 * 1024 * 1024
SHOWN: Final = 10
"""Refused rows shown at the end; the report holds all of them."""
SAID_EVERY_SECONDS: Final = 5.0

source = typer.Typer(no_args_is_help=True)

State = Annotated[Path | None, typer.Option(help="the folder for all state (PLUMBLINE_STATE)")]


class Format(enum.StrEnum):
    """How a file may be written; the members are intake.FORMATS."""

    ndjson = "ndjson"
    datajud = "datajud"
    csv = "csv"
    xlsx = "xlsx"
    xes = "xes"
    ocel_json = "ocel-json"
    ocel_xml = "ocel-xml"
    ocel_sqlite = "ocel-sqlite"


class Charset(enum.StrEnum):
    """How the text of a CSV file is written; a byte order mark says more than either."""

    utf8 = "utf-8"
    gb18030 = "gb18030"


def ingest(
    files: Annotated[
        list[Path], typer.Argument(help="files to send; .gz is unpacked", exists=True, dir_okay=False)
    ],
    format_: Annotated[
        Format | None, typer.Option("--format", help="how the files are written; default: as their names end")
    ] = None,
    source_id: Annotated[
        str, typer.Option("--source", help="source the records come from, for foreign formats")
    ] = "",
    mapping: Annotated[
        Path | None, typer.Option(help="the mapping file of a table or log: which events its rows tell")
    ] = None,
    charset: Annotated[
        Charset | None, typer.Option(help="charset of a CSV file; default: the mapping's")
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="address of the ingest service; default: the running stack")
    ] = None,
    token: Annotated[
        str | None, typer.Option(help="a feeder's token; default: the stack's", envvar="PLUMBLINE_TOKEN")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="write each refused row there, one JSON object a line")
    ] = None,
    state: State = None,
) -> None:
    """Send files of events or foreign records. Sending a file again adds nothing; exit code 1 if a row was
    refused."""
    request = request_for(format_, source_id, mapping, charset)
    for path in files:
        intake.format_of(path, request)
    address, key = _destination(settings_.load(state=state), url, token)
    with contextlib.ExitStack() as stack:
        sink = stack.enter_context(report.open("w", encoding="utf-8")) if report else None
        shown = stack.enter_context(display(sum(path.stat().st_size for path in files), "sending"))
        client = sender.Sender(address, key, say=shown.say)
        stack.callback(client.close)
        tally = Tally(sink)
        for path in files:
            _send_file(path, request, client, shown, tally)
    _conclude(tally, kept=report is not None)
    if tally.refused:
        raise typer.Exit(1)


def _conclude(tally: Tally, *, kept: bool) -> None:
    print(f"{tally.accepted:,} accepted, {tally.duplicates:,} duplicates, {tally.refused:,} refused")
    for line in tally.first:
        print(f"  {line}")
    if tally.refused > len(tally.first):
        print(
            f"  … and {tally.refused - len(tally.first):,} more"
            + ("" if kept else "; --report FILE keeps them all")
        )
    for value, times in sorted(tally.unmapped.items(), key=lambda one: -one[1]):
        print(f"  to be mapped: {value.codes}: {value.column} = {value.value[:60]} ({times:,} times)")


def request_for(
    format_: Format | None, source_id: str, mapping: Path | None, charset: Charset | None
) -> intake.Request:
    """What was asked for on the command line, with its mapping file read and checked."""
    return intake.Request(
        source_id,
        format_.value if format_ else "",
        charset.value if charset else "",
        mapping_files.read(mapping, vocabulary.Vocabulary.shipped()) if mapping else None,
    )


@source.command()
def add(
    source_id: Annotated[str, typer.Argument(metavar="ID", help="1 to 128 characters; events name it")],
    title: Annotated[str, typer.Option(help="what people call it")],
    courts: Annotated[
        str, typer.Option(help="court codes, comma-separated, each with all below; * for every court")
    ],
    zone: Annotated[str, typer.Option(help="IANA zone of its days")] = sources.DEFAULT_ZONE,
    rhythm: Annotated[int | None, typer.Option(help="minutes within which something is expected")] = None,
    state: State = None,
) -> None:
    """Register a court system that feeds us. Safe to repeat; another content under the same id is refused."""
    codes = tuple(code.strip() for code in courts.split(",") if code.strip())
    with _connected(state) as connection:
        added = sources.add_source(connection, sources.Source(source_id, title, codes, zone, rhythm))
    print(f"{source_id}: {'registered' if added else 'was registered already'}")


@source.command("list")
def list_(state: State = None) -> None:
    """The registered court systems."""
    with _connected(state) as connection:
        for one in sources.list_sources(connection):
            rhythm = f"every {one.rhythm_minutes} min" if one.rhythm_minutes else "no rhythm"
            print(f"{one.id}\t{','.join(one.courts)}\t{one.zone}\t{rhythm}\t{one.title}")


@dataclass(slots=True)
class Tally:
    """The counts over all files; refused rows go to the report as they come, so memory stays small."""

    sink: TextIO | None
    accepted: int = 0
    duplicates: int = 0
    refused: int = 0
    first: list[str] = field(default_factory=list)
    unmapped: dict[Unmapped, int] = field(default_factory=dict)

    def add(self, path: Path, outcome: sender.Outcome) -> None:
        self.accepted += outcome.accepted
        self.duplicates += outcome.duplicates
        for one in outcome.refused:
            self.refuse(path, one)

    def refuse(self, path: Path, one: sender.Refused) -> None:
        self.refused += 1
        if len(self.first) < SHOWN:
            self.first.append(f"{path.name}:{one.line}: {one.reason}: {one.detail}")
        if self.sink is not None:
            row = {
                "file": str(path),
                "line": one.line,
                "id": one.id,
                "reason": one.reason,
                "detail": one.detail,
            }
            self.sink.write(json.dumps(row, ensure_ascii=False) + "\n")

    def __str__(self) -> str:
        return f"{self.accepted + self.duplicates + self.refused:,} sent, {self.refused:,} refused"


def _send_file(
    path: Path, request: intake.Request, client: sender.Sender, shown: Display, tally: Tally
) -> None:
    with intake.opened(path, request) as file:
        before = 0
        try:
            for batch in _batches(file.items, path, tally):
                tally.add(path, client.send(batch))
                done = file.at()
                shown.advance(done - before, str(tally))
                before = done
        except intake.DAMAGED as damaged:
            tally.refuse(path, sender.Refused(0, None, "not_gzip", f"The file is damaged: {damaged}."))


def _batches(items: Iterator[Translated], path: Path, tally: Tally) -> Iterator[list[Translated]]:
    """Groups of records, bounded in number and bytes; rows that could not be translated are refused here."""
    batch: list[Translated] = []
    size = 0
    for one in items:
        if one.record is None:
            tally.refuse(path, sender.Refused(one.line, one.key, reason_of(one), one.problem or ""))
            if isinstance(one, intake.Mapped) and one.unmapped is not None:
                tally.unmapped[one.unmapped] = tally.unmapped.get(one.unmapped, 0) + 1
            continue
        if isinstance(one.record, dict):
            one = Translated(one.line, orjson.dumps(one.record), key=one.key)
        assert isinstance(one.record, bytes)
        if batch and (len(batch) == BATCH or size + len(one.record) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += len(one.record)
    if batch:
        yield batch


def reason_of(one: Translated) -> str:
    """Why a row became no record: the vocabulary's reason where a mapping told it, else `not_translated`."""
    return one.reason if isinstance(one, intake.Mapped) and one.reason else "not_translated"


def _destination(settings: Settings, url: str | None, token: str | None) -> tuple[str, str]:
    """Where to send and with which token: what was given, else what the running stack's files say."""
    stack = record.read(settings.stack_file)
    address = url or (stack.ingest if stack else None)
    if address is None:
        raise ConfigurationError(
            f"No service: {settings.stack_file} is not there. Start one by `plumbline up`, "
            "or name it by --url."
        )
    if token is None and stack is not None:
        with contextlib.suppress(OSError, ValueError):
            kept = json.loads(Path(stack.tokens).read_text(encoding="utf-8"))
            token = kept.get("feeder")
    if token is None:
        raise ConfigurationError(
            "No token. Make one by `plumbline token create`, and give it by --token or PLUMBLINE_TOKEN."
        )
    return address, token


def _connected(state: Path | None) -> contextlib.AbstractContextManager[engine.Connection]:
    settings = settings_.load(state=state)
    return engine.single(
        database.address(settings), name="command", statement_timeout_ms=settings.statement_timeout_ms
    )


class Display:
    """How far it is: a bar with the time left on a terminal, else a plain line every few seconds."""

    def __init__(self, total: int, bar: progress.Progress | None, doing: str = "sending") -> None:
        self._total = max(1, total)
        self._bar = bar
        self._task = bar.add_task(doing, total=self._total, told="") if bar else None
        self._done = 0
        self._began = time.monotonic()
        self._said = self._began

    def advance(self, size: int, told: str) -> None:
        self._done += size
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, advance=size, told=told)
            return
        now = time.monotonic()
        if now - self._said >= SAID_EVERY_SECONDS:
            self._said = now
            share = self._done / self._total
            left = f", about {(now - self._began) * (1 - share) / share:.0f} s left" if share else ""
            print(f"{told}, {share:.0%}{left}", file=sys.stderr, flush=True)

    def say(self, text: str) -> None:
        if self._bar is not None:
            self._bar.console.print(text)
        else:
            print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def display(total: int, doing: str) -> Iterator[Display]:
    """A display on standard error for `total` bytes; `doing` is the word before the bar."""
    if not sys.stderr.isatty():
        yield Display(total, None)
        return
    columns: list[str | progress.ProgressColumn] = [
        "{task.description}",
        progress.BarColumn(),
        progress.TaskProgressColumn(),
        progress.TimeRemainingColumn(),
        "{task.fields[told]}",
    ]
    with progress.Progress(*columns, console=console.Console(stderr=True)) as bar:
        yield Display(total, bar, doing)
