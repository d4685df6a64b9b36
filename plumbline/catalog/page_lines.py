"""What stands about a figure outside its own definition: clocks, targets, benchmarks, scores, examples worked by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from plumbline.catalog import benchmarks as marks
from plumbline.catalog import definition_words, rulebook_tree, scopes, trace_writer
from plumbline.catalog import examples as worked
from plumbline.catalog.collection import Collection
from plumbline.catalog.definitions import Indicator, LimitTable, Measure, Pack, Target, Text
from plumbline.catalog.page_frame import Frame, plain
from plumbline.catalog.tracing import Thing

#: Examples shown whole on one page, the events and answers they may have, and titles of further ones.
SHOWN, EVENTS_MAX, ANSWERS_MAX, NAMED = 2, 30, 12, 12
_HAPPENING = (Text("日", "day"), Text("案件", "case"), Text("事件", "event"), Text("内容", "content"))
_ANSWER = (
    Text("法院", "court"), Text("范围", "scope"), Text("期间", "period"), Text("手算结果", "figure by hand"),
    Text("算法", "how"),
)  # fmt: skip
SCOPES = {"own": Text("本院", "own cases"), "all": Text("辖区", "with all courts below")}


def clocks(collection: Collection, things: Iterable[Thing], frame: Frame) -> list[str]:
    """The clocks a figure rests on, each with its table and the articles in it."""
    lines = []
    for thing in things:
        pack, clock = collection.clock(thing)
        said = frame.pick(f"- 期限：{frame.link(thing)}", f"- clock: {frame.link(thing)}")
        if clock.limits:
            table = collection.table(pack, clock.limits)
            articles = frame.pick("、", ", ").join(plain(one) for one in _articles(table))
            said += frame.pick(f"，期限表 `{table.id}`：{articles}", f", table `{table.id}`: {articles}")
        lines.append(said)
    return lines


def targets(collection: Collection, pack: Pack, one: Indicator | Measure, frame: Frame) -> list[str]:
    """The targets of a figure: court, period, line and document; like ones of several years in one row."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for user in collection.users(pack):
        for target in user.targets:
            if target.of == one.id:
                rows.setdefault(_target(target, one, frame), []).append(target.period)
    heads = (
        Text("法院", "courts"), Text("范围", "scope"), Text("期间", "period"), Text("目标", "target"),
        Text("基数等", "base and more"), Text("文件", "document"),
    )  # fmt: skip
    shown = [
        (courts, scope, _periods(periods), line, more, source)
        for (courts, scope, line, more, source), periods in rows.items()
    ]
    return frame.table(heads, shown)


def benchmarks(collection: Collection, pack: Pack, one: Indicator | Measure, frame: Frame) -> list[str]:
    """The benchmarks of a figure, each with whose it is and where it stands."""
    rows = []
    for user in collection.users(pack):
        for mark in user.benchmarks:
            if mark.figure != one.id:
                continue
            whose = plain(frame.say(mark.whose)) if mark.whose is not None else mark.court
            if mark.category:
                named = scopes.words_of(user).lists.get("CATEGORY", {}).get(mark.category)
                whose += frame.pick("；", "; ") + (frame.say(Text(*named)) if named else mark.category)
            kind = frame.say(marks.KINDS[mark.kind])
            last = mark.until - timedelta(days=1) if mark.until else None
            span = (
                f"{mark.begins or ''} – {last or ''}".strip(" –")
                if last
                else f"{mark.begins or ''} –".strip()
            )
            value = frame.say(definition_words.benchmark(mark.value, one.unit))
            rows.append((kind, whose, value, span, plain(mark.issuer), frame.source(mark.source)))
    heads = (
        Text("标杆值", "benchmark"), Text("所属", "whose"), Text("值", "value"), Text("施行", "in force"),
        Text("发布", "issuer"), Text("文件", "document"),
    )  # fmt: skip
    return frame.table(heads, rows)


def scores(collection: Collection, thing: Thing, frame: Frame) -> list[str]:
    """The items of rule books, and the conversions, that read a figure."""
    lines = []
    for link in collection.trace.above([thing]):
        if link.below != thing:
            continue
        if link.above.kind == "item":
            full, _, name = link.above.id.partition("/")
            book = collection.trace.find("rule_book", full)[0]
            item = _number(collection, book, name)
            title = plain(frame.say(link.above.title))
            lines.append(
                frame.pick(
                    f"- {frame.link(book)} 第 {item} 项：{title}",
                    f"- {frame.link(book)}, item {item}: {title}",
                )
            )
        elif link.above.kind == "conversion":
            title = plain(frame.say(link.above.title))
            lines.append(frame.pick(f"- 换算办法：{title}", f"- conversion: {title}"))
    return lines


def examples(collection: Collection, pack: Pack, one: Indicator | Measure, frame: Frame) -> list[str]:
    """Small histories that ask for the figure: the events, and the figure as worked by hand."""
    names = {user.id for user in collection.users(pack)}
    found = [each for each in collection.examples if each.pack in names and each.about(one.id)]
    found.sort(key=lambda each: (len(each.happenings) > EVENTS_MAX, len(each.happenings), each.name))
    lines: list[str] = []
    for each in found[:SHOWN]:
        lines += _example(collection.packs[each.pack], each, one, frame)
    if others := found[SHOWN:]:
        titles = frame.pick("；", "; ").join(
            f"{plain(frame.say(each.title))} `{each.name}`" for each in others[:NAMED]
        )
        more = (
            frame.pick(f"等 {len(others)} 例", f" and others, {len(others)} in all")
            if len(others) > NAMED
            else ""
        )
        lines += ["", frame.pick(f"另见：{titles}{more}。", f"See also: {titles}{more}.")]
    return lines


def _example(pack: Pack, one: worked.Example, figure: Indicator | Measure, frame: Frame) -> list[str]:
    types = scopes.words_of(pack)
    happenings = []
    for each in one.happenings[:EVENTS_MAX]:
        kind = types.types.get(each.type)
        title = frame.pick(kind.zh, kind.en) if kind is not None else each.type
        mark = frame.pick(f"（{each.id}）", f" ({each.id})") if each.id else ""
        said = plain(frame.say(worked.content(each, types)))
        happenings.append((each.when.replace("T", " "), each.subject, f"{title}{mark}", said))
    left = len(one.happenings) - len(happenings)
    lines = [f"### {plain(frame.say(one.title))} `{one.name}`", "", *frame.table(_HAPPENING, happenings)]
    if left:
        lines += [frame.pick(f"（另有 {left} 个事件。）", f"({left} more events.)"), ""]
    answers = [
        (
            each.court,
            frame.say(SCOPES[each.scope]),
            each.period,
            frame.say(worked.figure(each)),
            plain(each.remark),
        )
        for each in one.about(figure.id)[:ANSWERS_MAX]
    ]

    return [*lines, *frame.table(_ANSWER, answers)]


def _target(target: Target, one: Indicator | Measure, frame: Frame) -> tuple[str, ...]:
    more = []
    if target.base is not None:
        more.append(frame.pick(f"基数 {target.base}", f"base {target.base}"))
    if target.headroom is not None:
        more.append(frame.pick(f"预留空间 {target.headroom}", f"headroom {target.headroom}"))
    if target.stage is not None:
        title = plain(frame.say(target.stage.title))
        more.append(f"{title} {target.stage.first}–{target.stage.last}")
    if target.department is not None:
        more.append(plain(frame.say(target.department)))
    return (
        _courts(target.courts, frame),
        frame.say(SCOPES[target.scope]),
        frame.say(definition_words.target(target.rule, one.unit)),
        frame.pick("；", "; ").join(more) or "—",
        frame.source(target.source),
    )


def _courts(courts: Iterable[str], frame: Frame) -> str:
    return frame.pick("、", ", ").join(
        frame.pick(f"代码以 {court[:-1]} 开头的法院", f"courts whose code begins with {court[:-1]}")
        if court.endswith("*")
        else court
        for court in courts
    )


def _periods(periods: list[str]) -> str:
    """Periods in a row; years that follow each other as first–last."""
    if len(periods) > 2 and all(one.isdecimal() for one in periods):
        years = sorted(int(one) for one in periods)
        if years == list(range(years[0], years[-1] + 1)):
            return f"{years[0]}–{years[-1]}"
    return ", ".join(periods)


def _articles(table: LimitTable) -> list[str]:
    """The articles of a table's rows, each document once with its clauses."""
    found: dict[str, list[str]] = {}
    for row in table.rows:
        for document, clause in trace_writer.standings(row.article):
            clauses = found.setdefault(document, [])
            if clause not in clauses:
                clauses.append(clause)
    return [
        document if clauses == [document] else f"{document}{'、'.join(clauses)}"
        for document, clauses in found.items()
    ]


def _number(collection: Collection, book: Thing, name: str) -> str:
    _, rules = collection.book(book)
    return next(item.number for item in rulebook_tree.every_item(rules.items) if item.id == name)
