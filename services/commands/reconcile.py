"""`plumbline reconcile`: another system's list of cases held against a figure of the running service, case by case."""

from __future__ import annotations

import contextlib
import csv
import enum
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import httpx2
import typer

from plumbline import errors, freshness
from plumbline.catalog.definitions import Text
from plumbline.runtime import settings as settings_
from plumbline.runtime.settings import ConfigurationError, Settings
from services.commands import display, feeds, lists
from services.commands.verify import Language
from services.stack import record

PAGE: Final = 500
SHOWN: Final = 40
"""Cases shown of each kind; --report keeps all of them."""
_UNSAFE: Final = ("=", "+", "-", "@", "\t", "\r")
_KINDS: Final[Mapping[str, Text]] = {
    "only_there": Text("仅对方有", "Only there"),
    "only_here": Text("仅本系统有", "Only here"),
    "differs": Text("双方都有，内容不同", "In both, and otherwise"),
}
_FIELDS: Final[Mapping[str, Text]] = {
    "case": Text("案号", "case number"),
    "day": Text("日期", "date"),
    "method": Text("结案方式", "closing method"),
    "court": Text("法院", "court"),
}
_COLUMNS: Final = (
    "kind", "case", "why", "words", "here_days", "here_method", "here_courts", "there_rows", "there_days",
    "there_methods", "there_courts", "measure", "verdict", "clause",
)  # fmt: skip


class Part(enum.StrEnum):
    """Which cases of the figure."""

    numerator = "numerator"
    denominator = "denominator"


class Scope(enum.StrEnum):
    """own 本院, all 辖区."""

    own = "own"
    all = "all"


class NotAnswered(errors.PlumblineError):
    """The service did not answer the question."""

    code = "not_answered"


def reconcile(
    file: Annotated[
        Path, typer.Argument(help="the other system's list, CSV or XLSX", exists=True, dir_okay=False)
    ],
    indicator: Annotated[str, typer.Option(help="the indicator or measure, <pack>.<name>")],
    court: Annotated[str, typer.Option(help="the court's code")],
    period: Annotated[str, typer.Option(help="2019, 2019-06, 2019-01-01..2019-06-30 …")],
    scope: Annotated[Scope, typer.Option(help="own 本院, all 辖区")] = Scope.own,
    part: Annotated[Part, typer.Option(help="the cases above or below the line")] = Part.numerator,
    category: Annotated[str, typer.Option(help="only cases of this category")] = "all",
    columns: Annotated[
        str, typer.Option(help="which column holds what: case=案号,day=结案日期,method=结案方式,court=法院")
    ] = "",
    mapping: Annotated[
        Path | None, typer.Option(help="a file that says it: file, columns, words", exists=True)
    ] = None,
    charset: Annotated[feeds.Charset | None, typer.Option(help="of a CSV; default: found out")] = None,
    sheet: Annotated[str, typer.Option(help="of a workbook; default: the first")] = "",
    stated: Annotated[int | None, typer.Option(help="the total the other system publishes", min=0)] = None,
    known_at: Annotated[str | None, typer.Option(help="as the books stood at a moment, with offset")] = None,
    lang: Annotated[Language, typer.Option(help="language of the answer")] = Language.en,
    as_json: Annotated[bool, typer.Option("--json", help="print the whole answer as JSON")] = False,
    report: Annotated[
        Path | None, typer.Option(help="write every case there: CSV, or JSON by its name")
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="address of the read API; default: the running stack")
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(help="a reader's token; default: the stack's office", envvar="PLUMBLINE_TOKEN"),
    ] = None,
    state: feeds.State = None,
) -> None:
    """Hold another system's list of cases against ours. Exit code 0: they agree; 1: something differs; nothing is kept."""
    form = lists.layout(mapping, columns, charset.value if charset else "", sheet)
    address, key = destination(settings_.load(state=state), url, token)
    rows, lines = _rows(file, form)
    question = {
        "indicator": indicator, "court": court, "scope": scope.value, "period": period, "part": part.value,
        "category": category, "stated": stated, "known_at": known_at, "rows": rows,
    }  # fmt: skip
    found = _ask(address, key, question)
    _to_lines(found, lines)
    if report is not None:
        _write(report, found)
    _say(found, lang, as_json=as_json, kept=report is not None)
    if found["items"] or found["unread_rows"] or found["repeated_cases"] or found["stated_less_rows"]:
        raise typer.Exit(1)


def _say(found: Mapping[str, Any], lang: Language, *, as_json: bool, kept: bool) -> None:
    told = [json.dumps(found, ensure_ascii=False, indent=1)] if as_json else _told(found, lang, kept=kept)
    for line in told:
        typer.echo(line)


def destination(settings: Settings, url: str | None, token: str | None) -> tuple[str, str]:
    """Where to ask and with which token: what was given, else what the running stack's files say."""
    stack = record.read(settings.stack_file)
    address = url or (stack.api if stack else None)
    if address is None:
        raise ConfigurationError(
            f"No service: {settings.stack_file} is not there. Start one by `plumbline up`, or name it by --url."
        )
    if token is None and stack is not None and url is None:
        with contextlib.suppress(OSError, ValueError):
            token = json.loads(Path(stack.tokens).read_text(encoding="utf-8")).get("office")
    if token is None:
        raise ConfigurationError(
            "No token. Make one by `plumbline token create`, and give it by --token or PLUMBLINE_TOKEN."
        )
    return address, token


def _rows(file: Path, form: lists.Layout) -> tuple[list[dict[str, str]], list[int]]:
    """The rows to be sent, and the line of each in the file."""
    rows: list[dict[str, str]] = []
    lines: list[int] = []
    unread: list[tuple[int, str]] = []
    with display.display(file.stat().st_size, "reading") as shown:
        for one in lists.read(file, form):
            rows.append(one.row)
            lines.append(one.line)
            if one.unread_day:
                unread.append((one.line, one.unread_day))
        shown.advance(file.stat().st_size, f"{len(rows):,} rows")
    for line, written in unread[:10]:
        typer.echo(
            f"{file.name}:{line}: {written[:40]!r} is no day; the row is compared without it", err=True
        )
    if len(unread) > 10:
        typer.echo(f"… and {len(unread) - 10:,} more days", err=True)
    return rows, lines


def _ask(address: str, key: str, question: dict[str, Any]) -> dict[str, Any]:
    """The whole answer, page by page, all of them as the books stood for the first."""
    with (
        httpx2.Client(
            base_url=address, headers={"Authorization": f"Bearer {key}"}, trust_env=False,
            timeout=httpx2.Timeout(120.0, connect=5.0),
        ) as client,
        display.display(1, "comparing") as shown,
    ):  # fmt: skip
        first = found = _page(client, question)
        total = first["only_there"] + first["only_here"] + first["differing"]
        shown.resize(total)
        items, noted = list(first["items"]), {one["court"]: one for one in first["feeds"]}
        shown.advance(len(items), f"{len(items):,} of {total:,} cases told")
        while found["next"] is not None:
            more = {"known_at": first["known_at"], "cursor": found["next"]}
            found = _page(client, {**question, **more})
            items += found["items"]
            noted |= {one["court"]: one for one in found["feeds"]}
            shown.advance(len(found["items"]), f"{len(items):,} of {total:,} cases told")
    return {**first, "items": items, "feeds": list(noted.values()), "next": None}


def _page(client: httpx2.Client, question: Mapping[str, Any]) -> dict[str, Any]:
    try:
        answer = client.post("/v1/reconciliations", json={**question, "limit": PAGE})
    except httpx2.TransportError as away:
        raise NotAnswered(f"{client.base_url} does not answer", why=str(away)) from away
    try:
        found: dict[str, Any] = answer.json()
    except ValueError:
        found = {}
    if answer.status_code != 200:
        raise NotAnswered(
            str(found.get("what") or f"The service answered {answer.status_code}"),
            why="; ".join(
                [
                    str(found.get("why") or ""),
                    *(f"{one['pointer']}: {one['detail']}" for one in found.get("errors", ())),
                ]
            ).strip("; "),
            next=str(found.get("next") or ""),
        )
    return found


def _to_lines(found: dict[str, Any], lines: Sequence[int]) -> None:
    """Rows are named by their line in the file."""
    for one in found["unread"]:
        one["row"] = lines[one["row"] - 1]
    for one in found["repeated"]:
        one["rows"] = [lines[row - 1] for row in one["rows"]]
    for item in found["items"]:
        for row in item["there"]:
            row["row"] = lines[row["row"] - 1]


def _told(found: Mapping[str, Any], lang: Language, *, kept: bool) -> Iterator[str]:
    """The answer for people."""
    tongue = lang.value
    zh = lang is Language.zh
    yield f"{found['title'][tongue]}（{found['indicator']}） {found['court_name'][tongue]} {found['period']} {found['scope']}"
    yield ("同一案件双方一致：" if zh else "Same in both: ") + f"{found['same']:,}"
    for line in found["arithmetic"]:
        yield f"  {line['amount']:>+10,}  {line['words'][tongue]}"
    yield f"  {found['rows']:>10,}  " + ("对方清单行数" if zh else "rows of the other list")
    if found["stated"] is not None:
        said = (
            "对方公布数，与其清单相差"
            if zh
            else "total the other system publishes; from its own list it differs by"
        )
        yield f"  {found['stated']:>10,}  {said} {found['stated_less_rows']:+,}"
    for one in found["unread"][:SHOWN]:
        name = _in(_FIELDS[one["field"]], zh)
        yield (
            f"第 {one['row']} 行：{name}「{one['written']}」无法识别"
            if zh
            else f"line {one['row']}: the {name} {one['written']!r} cannot be read: {one['detail']}"
        )
    for one in found["repeated"][:SHOWN]:
        rows = ", ".join(map(str, one["rows"]))
        yield f"{one['case']}: " + (f"重复，见第 {rows} 行" if zh else f"told more than once, lines {rows}")
    for kind, words in _KINDS.items():
        yield from _kind(found, kind, words.zh if zh else words.en, tongue, kept=kept)
    for feed in found["feeds"]:
        names, how = ", ".join(feed["sources"]) or "-", _in(freshness.WORDS[feed["freshness"]], zh)
        where, covered = feed["court_name"][tongue], feed["coverage"]
        covered = ("未知" if zh else covered) if covered == "unknown" else covered
        yield (
            f"{where}：应由 {names} 上报；{how}，覆盖率 {covered}"
            if zh
            else f"{where}: told of by {names}; {how}, coverage {covered}"
        )
    yield "请核查。" if zh else "Please check."


def _kind(found: Mapping[str, Any], kind: str, title: str, tongue: str, *, kept: bool) -> Iterator[str]:
    items = [one for one in found["items"] if one["kind"] == kind]
    if not items:
        return
    yield f"{title}: {len(items):,}"
    for one in items[:SHOWN]:
        clause = one["reasons"][0]["words"][tongue] if one["reasons"] else ""
        places = ", ".join(str(row["row"]) for row in one["there"])
        yield f"  {one['case']}" + (f" [{places}]" if places else "") + f"  {one['words'][tongue]}"
        yield from (f"      {line}" for line in (*_sides(one, zh=tongue == "zh"), clause) if line)
    if len(items) > SHOWN:
        yield f"  … {len(items) - SHOWN:,}" + ("" if kept else " (--report FILE)")


def _sides(one: Mapping[str, Any], *, zh: bool) -> Iterator[str]:
    """Of a case that both have: what each says of what differs."""
    held = {"day": "days", "method": "method", "court": "courts"}
    for name in one["differs"]:
        here = one["here"][held[name]]
        mine = here if isinstance(here, str) else ", ".join(here)
        theirs = ", ".join(str(row[name]) for row in one["there"] if row[name] is not None)
        said = _in(_FIELDS[name], zh)
        yield f"{said}：本系统 {mine}，对方 {theirs}" if zh else f"{said}: here {mine}, there {theirs}"


def _in(words: Text, zh: bool) -> str:
    return words.zh if zh else words.en


def _write(path: Path, found: Mapping[str, Any]) -> None:
    """Every case: JSON whole, or a CSV that a spreadsheet opens as it is."""
    if path.suffix.lower() == ".json":
        path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return
    with path.open("w", encoding="utf-8-sig", newline="") as sink:
        writer = csv.writer(sink)
        writer.writerow(_COLUMNS)
        for one in found["items"]:
            writer.writerow([_safe(cell) for cell in _cells(one)])


def _cells(one: Mapping[str, Any]) -> list[str]:
    here, reason = one["here"] or {}, (one["reasons"] or [{}])[0]

    def said(name: str) -> str:
        return " ".join(str(row[name]) for row in one["there"] if row[name] is not None)

    return [
        one["kind"], one["case"], one["why"], one["words"]["zh"], " ".join(here.get("days", ())),
        here.get("method") or "", " ".join(here.get("courts", ())), said("row"), said("day"), said("method"),
        said("court"), reason.get("measure", ""), reason.get("verdict", ""), reason.get("clause") or "",
    ]  # fmt: skip


def _safe(cell: str) -> str:
    """A cell that a spreadsheet takes as text, never as a formula."""
    return f"'{cell}" if cell.startswith(_UNSAFE) else cell
