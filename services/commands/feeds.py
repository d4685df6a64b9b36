"""`plumbline ingest` and `plumbline source`: files of events into the running service, and the systems they
come from."""

from __future__ import annotations

import contextlib
import enum
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Final, TextIO

import orjson
import typer

from plumbline import errors, mapping_files, refusals, source_terms, vocabulary
from plumbline.mappings import Unmapped
from plumbline.runtime import settings as settings_
from plumbline.runtime.settings import ConfigurationError, Settings
from plumbline.store import code_maps, engine, sources
from services.commands import database, display, openings, snapshots
from services.commands.display import Display
from services.ingest import intake, sender, snapshot_sender
from services.ingest.translators import Translated
from services.stack import record

BATCH: Final = 2_000
HELD: Final = 500
BATCH_BYTES: Final = 8 * 1024 * 1024
SHOWN: Final = 10
"""Refused rows shown at the end; the report holds all of them."""

source = typer.Typer(no_args_is_help=True)

State = Annotated[Path | None, typer.Option(help="the folder for all state (PLUMBLINE_STATE)")]


class Format(enum.StrEnum):
    """How a file may be written; the members are intake.FORMATS."""

    ndjson = "ndjson"
    datajud = "datajud"
    datajud_xml = "datajud-xml"
    csv = "csv"
    xlsx = "xlsx"
    xml = "xml"
    json = "json"
    xes = "xes"
    ocel_json = "ocel-json"
    ocel_xml = "ocel-xml"
    ocel_sqlite = "ocel-sqlite"


class Charset(enum.StrEnum):
    """How the text of a CSV file is written; a byte order mark says more than either."""

    utf8 = "utf-8"
    gb18030 = "gb18030"


class Order(enum.StrEnum):
    """The members are source_terms.SEQUENCES."""

    none = "none"
    increasing = "increasing"
    gapless = "gapless"


Files = Annotated[
    list[Path],
    typer.Argument(help="files to send; .gz is unpacked; with --snapshot also folders", exists=True),
]


def ingest(
    files: Files,
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
    snapshot: snapshots.Whole = False,
    partial: snapshots.Partial = False,
    taken_at: snapshots.TakenAt = "",
    opening: openings.Opening = "",
    stated: openings.Stated = None,
    state: State = None,
) -> None:
    """Send files of events or foreign records. Sending a file again adds nothing; exit code 1 if a row was
    refused."""
    request = request_for(format_, source_id, mapping, charset)
    day = openings.day_of(opening, snapshot=snapshot, stated=stated)
    _check(files, request, snapshot=snapshot, others=partial or bool(taken_at))
    address, key = destination(settings_.load(state=state), url, token)
    closed = []
    with contextlib.ExitStack() as stack:
        sink = stack.enter_context(report.open("w", encoding="utf-8")) if report else None
        shown = stack.enter_context(display.display(sum(map(snapshot_sender.size_of, files)), "sending"))
        client = sender.Sender(address, key, say=shown.say)
        stack.callback(client.close)
        tally = Tally(sink)
        if snapshot:
            closed = snapshots.send(files, request, taken_at, partial, client, shown, tally)
        for path in [] if snapshot else files:
            _send_file(path, request, client, shown, tally, day)
    if day is not None and stated is not None:
        _state_totals(stated, request, day, state)
    _conclude(tally, kept=report is not None)
    if not snapshots.conclude(closed) or tally.refused:
        raise typer.Exit(1)


def _state_totals(stated: Path, request: intake.Request, day: date, state: Path | None) -> None:
    source_id = request.source or (request.mapping.source if request.mapping else "")
    with _connected(state) as connection:
        for line in openings.state(connection, stated, source_id, day):
            print(line)


def _check(files: list[Path], request: intake.Request, *, snapshot: bool, others: bool) -> None:
    """errors.BadInput where a file is not what the options make of it."""
    if snapshot:
        snapshot_sender.check(request)
    elif others:
        raise errors.BadInput(
            "--partial and --taken-at are about whole tables", next="Say --snapshot with them."
        )
    for path in files:
        if not path.is_dir():
            intake.format_of(path, request)
        elif not snapshot:
            raise errors.BadInput(f"{path} is a folder", next="Name files, or say --snapshot.")


def _conclude(tally: Tally, *, kept: bool) -> None:
    print(f"{tally.accepted:,} accepted, {tally.duplicates:,} duplicates, {tally.refused:,} refused")
    for line in tally.first:
        print(f"  {line}")
    if tally.refused > len(tally.first):
        print(
            f"  … and {tally.refused - len(tally.first):,} more"
            + ("" if kept else "; --report FILE keeps them all")
        )
    if tally.held:
        print(f"  {tally.held:,} of them wait in quarantine for a code (GET /v1/quarantine/worklist)")
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
    charset: Annotated[
        Charset, typer.Option(help="how its bodies are written where they do not say")
    ] = Charset.utf8,
    naive_times: Annotated[
        bool, typer.Option("--naive-times", help="take a time without offset as local in its zone")
    ] = False,
    code_map: Annotated[
        list[str] | None,
        typer.Option(help="PLACE=PACK.MAP, the map its words are read by: METHOD=court-core.closing_methods"),
    ] = None,
    sequence: Annotated[Order, typer.Option(help="what the numbers of its records promise")] = Order.none,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="to try sending: its records never reach a figure, for ever")
    ] = False,
    state: State = None,
) -> None:
    """Register a court system that feeds us. Safe to repeat; another content under the same id is refused."""
    codes = tuple(code.strip() for code in courts.split(",") if code.strip())
    maps = dict(one.partition("=")[::2] for one in code_map or ())
    naive = source_terms.SOURCE_ZONE if naive_times else source_terms.REFUSE
    terms = source_terms.Settings(charset.value, naive, maps, sequence.value, sandbox)
    with _connected(state) as connection:
        published = code_maps.read_codes(connection, datetime.now(UTC).date())
        source_terms.check(terms, published, vocabulary.Vocabulary.shipped())
        added = sources.add_source(connection, sources.Source(source_id, title, codes, zone, rhythm, terms))
    print(f"{source_id}: {'registered' if added else 'was registered already'}")


@source.command("list")
def list_(state: State = None) -> None:
    """The registered court systems."""
    with _connected(state) as connection:
        for one in sources.list_sources(connection, sandboxes=True):
            rhythm = f"every {one.rhythm_minutes} min" if one.rhythm_minutes else "no rhythm"
            kind = "\tsandbox" if one.settings.sandbox else ""
            print(f"{one.id}\t{','.join(one.courts)}\t{one.zone}\t{rhythm}\t{one.title}{kind}")


@dataclass(slots=True)
class Tally:
    """The counts over all files; refused rows go to the report as they come, so memory stays small."""

    sink: TextIO | None
    accepted: int = 0
    duplicates: int = 0
    refused: int = 0
    held: int = 0
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
    path: Path, request: intake.Request, client: sender.Sender, shown: Display, tally: Tally, day: date | None
) -> None:
    with openings.opened(path, request, day) as file:
        before = 0
        try:
            for batch in _batches(file.items, path, tally, client):
                tally.add(path, client.send(batch))
                done = file.at()
                shown.advance(done - before, str(tally))
                before = done
        except intake.DAMAGED as damaged:
            tally.refuse(path, sender.Refused(0, None, "not_gzip", f"The file is damaged: {damaged}."))


def _batches(
    items: Iterator[Translated], path: Path, tally: Tally, client: sender.Sender
) -> Iterator[list[Translated]]:
    """Groups of records, bounded in number and bytes; rows that could not be translated are refused here, and those
    with a word nobody has mapped are handed in to wait for it."""
    batch: list[Translated] = []
    held: list[tuple[dict[str, Any], tuple[refusals.Unmapped, ...]]] = []
    size = 0
    for one in items:
        if one.record is None:
            tally.refuse(path, sender.Refused(one.line, one.key, reason_of(one), one.problem or ""))
            if isinstance(one, intake.Mapped) and one.unmapped is not None:
                tally.unmapped[one.unmapped] = tally.unmapped.get(one.unmapped, 0) + 1
                if one.held is not None:
                    held.append((one.held, one.words))
            if len(held) == HELD:
                tally.held += client.deposit(held)
                held = []
            continue
        if isinstance(one.record, dict):
            one = Translated(one.line, orjson.dumps(one.record), key=one.key)
        assert isinstance(one.record, bytes)
        if batch and (len(batch) == BATCH or size + len(one.record) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += len(one.record)
    if held:
        tally.held += client.deposit(held)
    if batch:
        yield batch


def reason_of(one: Translated) -> str:
    """Why a row became no record: the vocabulary's reason where a mapping told it, else `not_translated`."""
    return one.reason if isinstance(one, intake.Mapped) and one.reason else "not_translated"


def destination(settings: Settings, url: str | None, token: str | None) -> tuple[str, str]:
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
