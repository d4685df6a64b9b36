"""`plumbline conform`: what a file would become at the door, row by row, before anything is sent. It needs no database
and writes nothing."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from plumbline import casenumbers, conformance, courts, envelope, errors, refusal_words, subjects, vocabulary
from plumbline.conformance import ACCEPTED, CLASSES, Examination, Found, Report, Sender
from plumbline.refusals import Refusal
from services.commands import conform_remote, display, feeds
from services.commands.verify import Language
from services.ingest import intake
from services.ingest.translators import Translated

SHOWN: Final = 20
"""Refused rows shown; --rows shows every row."""
_EVERY: Final = "*"
_DEFINITIONS: Final = Path(__file__).resolve().parents[2] / "definitions"
_WORDS: Final = {
    "accepted": ("可接收", "accepted"),
    "duplicate": ("重复", "duplicate"),
    "refused": ("将被隔离", "would be refused"),
    "rows": ("行", "rows"),
    "records": ("条记录", "records"),
    "silent": ("行不产生事件", "rows tell no event"),
    "unknown": ("个选填字段将读作“未知”", "optional fields would read as unknown"),
    "score": ("得分", "score"),
    "in all": ("合计", "in all"),
    "of": ("共", "of"),
    "worklist": ("待映射代码", "to be mapped"),
    "times": ("次，首见于第 {line} 行", "times, first on line {line}"),
    "line": ("第 {line} 行", "line {line}"),
    "more": ("… 另有 {n} 条；--rows 显示全部", "… and {n} more; --rows shows all"),
    "none": ("文件中没有记录。", "The file holds no record."),
    "good": ("结论：全部可接收。", "Result: all of it would be accepted."),
    "bad": ("结论：有记录将被隔离，请核查。", "Result: some records would be refused; see above."),
}


def conform(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|URL",
            help="a file (.gz is unpacked), its http(s) address, or the .yaml of a feed to be pulled",
        ),
    ],
    mapping: Annotated[Path | None, typer.Option(help="the mapping file of a table or log")] = None,
    source: Annotated[
        str, typer.Option(help="the source it would come from; default: what the file or mapping says")
    ] = "",
    format_: Annotated[
        feeds.Format | None, typer.Option("--format", help="how it is written; default: as its name ends")
    ] = None,
    charset: Annotated[
        feeds.Charset | None, typer.Option(help="charset of a CSV file; default: the mapping's")
    ] = None,
    tree: Annotated[
        Path | None, typer.Option(help="the court file; default: every court file of the definitions")
    ] = None,
    speaks_for: Annotated[
        str,
        typer.Option(
            "--courts", help="court codes the source speaks for, comma-separated, each with all below"
        ),
    ] = _EVERY,
    lang: Annotated[Language, typer.Option(help="language of the answer")] = Language.zh,
    rows: Annotated[bool, typer.Option("--rows", help="show every row, the accepted ones too")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="answer in JSON")] = False,
    pages: Annotated[int, typer.Option(min=1, max=1_000, help="of a feed: pages read at most")] = 3,
    mib: Annotated[int, typer.Option(min=1, max=1_024, help="of an address: MiB of one answer at most")] = 64,
    seconds: Annotated[int, typer.Option(min=1, max=3_600, help="of an address: seconds at most")] = 60,
) -> None:
    """Tell row by row what would be accepted or refused and why, with a score per class of rules; send nothing.

    Exit code 0: all would be accepted; 1: something would be refused, or the file holds no record.
    """
    request = feeds.request_for(format_, source, mapping, charset)
    allowed = _allowed(source, tuple(code.strip() for code in speaks_for.split(",") if code.strip()))
    examination = Examination(_door(tree), allowed, lambda: datetime.now(UTC))
    told: list[Found] = []
    show = told.append if as_json else (lambda found: print(_row(found, lang)))
    bounds = conform_remote.Bounds(pages, mib * 1024 * 1024, seconds)
    with _opened(file, request, bounds) as found, display.display(found.size, "checking") as shown:
        _examine(found, examination, shown, show if rows else None)
    if as_json:
        answer = _json(found, examination.report, told if rows else None)
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        _print(found.opened, examination.report, lang, rows=rows)
    if examination.report.refusals or not examination.report.records:
        raise typer.Exit(1)


@contextlib.contextmanager
def _opened(
    given: str, request: intake.Request, bounds: conform_remote.Bounds
) -> Iterator[conform_remote.Found]:
    """What was named: a file here, or what an address or a feed's file leads to."""
    if conform_remote.is_remote(given):
        with conform_remote.opened(given, request, bounds) as found:
            yield found
        return
    path = Path(given)
    if not path.is_file():
        raise typer.BadParameter(f"File '{given}' does not exist.", param_hint="FILE|URL")
    with intake.opened(path, request) as file:
        yield conform_remote.Found(path.name, path.stat().st_size, file)


def _examine(
    found: conform_remote.Found,
    examination: Examination,
    shown: display.Display,
    show: Callable[[Found], object] | None,
) -> None:
    before = 0
    with contextlib.closing(_examined(found.name, found.opened.items, examination)) as looked:
        for number, one in enumerate(looked, 1):
            if show is not None:
                show(one)
            if number % 1_000 == 0:
                done = found.opened.at()
                shown.advance(done - before, f"{number:,}")
                before = done
    shown.advance(found.size - before, f"{examination.report.records:,}")


def _examined(name: str, items: Iterable[Translated], examination: Examination) -> Any:
    """What each item would be; a file damaged half-way is one refused record at its end."""
    line = 0
    try:
        for one in items:
            line = one.line
            if one.record is not None:
                yield examination.look(one.line, one.record)
                continue
            reason, pointer, unmapped = feeds.reason_of(one), "", None
            if isinstance(one, intake.Mapped):
                pointer, unmapped = one.pointer, one.unmapped
            yield examination.refuse(one.line, Refusal(reason, one.problem or "", pointer, one.key), unmapped)
    except intake.DAMAGED as damaged:
        raise errors.BadInput(
            f"{name} is damaged after line {line}", why=str(damaged), next="Pack it again."
        ) from damaged


def _door(tree: Path | None) -> envelope.Door:
    """The door for the courts of a court file, or for every court the definitions name."""
    files = [tree] if tree else sorted(_DEFINITIONS.glob("*/courts.csv"))
    known: set[str] = set()
    invented: set[str] = set()
    for path in files:
        for court in courts.read_courts(path):
            known.add(court.code)
            if court.status == "invented":
                invented.add(court.code[0])
    parser = subjects.SubjectParser(casenumbers.CaseTypes.shipped(), frozenset(invented))
    return envelope.Door(vocabulary.Vocabulary.shipped(), parser, known.__contains__)


def _allowed(source: str, codes: tuple[str, ...]) -> Callable[[str], Sender | Refusal]:
    """The sender for a record's source: only the one that was named, where one was."""
    held = () if _EVERY in codes else codes

    def allowed(named: str) -> Sender | Refusal:
        if source and named != source:
            return Refusal(
                "not_your_source", f"The record names the source {named[:128]!r}, not {source}.", "/source"
            )
        return Sender(named, held)

    return allowed


def _json(found: conform_remote.Found, report: Report, rows: list[Found] | None) -> dict[str, Any]:
    """The answer for machines; percentages are text with two places, cut, so that 100.00 means all."""
    answer: dict[str, Any] = {
        "file": found.name,
        "format": found.opened.format,
        "records": report.records,
        "accepted": report.accepted,
        "duplicates": report.duplicates,
        "refused": report.refusals,
        "rows_without_event": found.opened.silent,
        "unknown_fields": report.unknown_fields,
        "score": conformance.percent(report.refusals, report.records) or None,
        "classes": {
            name: {"broken": report.broken[name], "score": conformance.percent(report.broken[name], report.records) or None}
            for name in CLASSES
        },
        "reasons": dict(sorted(report.reasons.items())),
        "refusals": [_fields(one) for one in report.refused],
        "refusals_left_out": report.refusals - len(report.refused),
        "worklist": [
            {**dataclasses.asdict(one.unmapped), "times": one.times, "line": one.line}
            for one in report.worklist.values()
        ],
    }  # fmt: skip
    return answer if rows is None else {**answer, "rows": [_fields(one) for one in rows]}


def _fields(one: Found) -> dict[str, Any]:
    fields: dict[str, Any] = {"line": one.line, "id": one.key, "outcome": one.outcome}
    if one.rules:
        fields |= {"class": one.rules, "detail": one.detail, "pointer": one.pointer}
    if one.notes:
        fields["unknown"] = [list(note) for note in one.notes]
    return fields


def _print(opened: intake.Opened, report: Report, lang: Language, *, rows: bool) -> None:
    if not rows:
        for one in report.refused[:SHOWN]:
            print(_row(one, lang))
        if report.refusals > SHOWN:
            print(_said("more", lang).format(n=f"{report.refusals - SHOWN:,}"))
    for missing in report.worklist.values():
        value = missing.unmapped
        print(
            f"{_said('worklist', lang)}: {value.codes}: {value.column} = {value.value[:60]} "
            f"({missing.times:,} {_said('times', lang).format(line=missing.line)})"
        )
    counts = [
        ("records", report.records),
        ("accepted", report.accepted),
        ("duplicate", report.duplicates),
        ("refused", report.refusals),
    ]
    counts += [
        (name, count)
        for name, count in (("silent", opened.silent), ("unknown", report.unknown_fields))
        if count
    ]
    print(
        ("，" if lang is Language.zh else ", ").join(
            f"{count:,} {_said(name, lang)}" for name, count in counts
        )
    )
    if not report.records:
        print(_said("none", lang))
        return
    for name in CLASSES:
        words = refusal_words.CLASSES[name]
        label = words.zh if lang is Language.zh else words.en
        print(f"  {conformance.percent(report.broken[name], report.records):>6} %  {label}")
    print(f"  {conformance.percent(report.refusals, report.records):>6} %  {_said('in all', lang)}")
    print(_said("bad" if report.refusals else "good", lang))


def _row(one: Found, lang: Language) -> str:
    place = _said("line", lang).format(line=one.line)
    notes = "".join(f"  ({name}: {reason})" for name, reason in one.notes)
    if one.outcome in (ACCEPTED, conformance.DUPLICATE):
        return f"{place}: {_said(one.outcome, lang)}  {one.key or ''}{notes}"
    words = refusal_words.REASONS[one.outcome]
    named, to_do = (words.zh, words.zh_next) if lang is Language.zh else (words.en, words.en_next)
    return f"{place}: {one.outcome} {named}: {one.detail} [{to_do}]"


def _said(name: str, lang: Language) -> str:
    return _WORDS[name][0 if lang is Language.zh else 1]
