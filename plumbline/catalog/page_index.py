"""The ways in: all packs, by document and clause, by event type; what is read by nothing is listed as not yet read."""

from __future__ import annotations

from plumbline.catalog import page_frame, tracing
from plumbline.catalog.collection import Collection
from plumbline.catalog.definitions import Text
from plumbline.catalog.page_frame import Frame, plain
from plumbline.catalog.tracing import Thing

DOCUMENTS, EVENTS = "documents", "events"
_MADE = (
    "由指标定义自动生成：每个指标、考核办法、期限和指标包各一页，中英文各一。请勿手改：改定义后运行 `plumbline catalog pages`。",
    "",
    (
        "Made from the definitions: a page for each indicator, rule book, clock and pack, in Chinese and in English."
        " Do not edit: change the definition, then run `plumbline catalog pages`."
    ),
)


def front(collection: Collection, linking: page_frame.Linking) -> str:
    """The first page, in both languages."""
    zh, en = Frame("zh", linking), Frame("en", linking)
    lines = ["# 指标说明 Indicators explained", "", *_MADE, ""]
    ways = ((DOCUMENTS, "按文件查找", "by document"), (EVENTS, "按案件事件查找", "by event type"))
    lines += [" · ".join(f"[{said}]({name}.zh.md) [{words}]({name}.en.md)" for name, said, words in ways), ""]
    rows = []
    for pack in collection.packs.values():
        thing = collection.thing("pack", pack, "")
        counts = (len(pack.indicators), len(pack.measures), len(pack.rule_books), len(pack.clocks))
        rows.append((zh.link(thing), en.link(thing), plain(pack.version), *map(str, counts)))
    heads = (
        Text("指标包", ""), Text("pack", ""), Text("版本 version", ""), Text("指标 indicators", ""),
        Text("统计量 measures", ""), Text("考核办法 rule books", ""), Text("期限 clocks", ""),
    )  # fmt: skip
    return page_frame.whole([*lines, *zh.table(heads, rows)])


def by_document(collection: Collection, frame: Frame) -> str:
    """Every document with its clauses and what stands on each."""
    lines = [f"# {frame.pick('按文件查找', 'By document')}", ""]
    lines += [
        frame.pick(
            "文件 → 条款 → 指标、考核项、期限表。从指标到统计量、要素、事件，见各指标页；"
            "命令 `plumbline catalog trace` 与地址 `/v1/trace` 给出全部上下关系。",
            "Document, clause, and what stands on it. What an indicator rests on stands on its own page; `plumbline catalog"
            " trace` and `/v1/trace` give every link both ways.",
        ),
        "",
    ]
    rows = []
    for document in collection.trace.of("document"):
        clauses = []
        for link in collection.trace.below_once(document):
            things = [one.below for one in collection.trace.below_once(link.below)]
            clauses.append(f"{plain(link.below.title.zh)} → {_named(things, frame)}")
        rows.append((plain(document.title.zh), "<br>".join(clauses)))
    lines += frame.table(
        (Text("文件", "document"), Text("条款与所依据者", "clauses and what stands on them")), rows
    )
    return page_frame.whole(lines)


def by_event(collection: Collection, frame: Frame) -> str:
    """Every event type with the indicators that read it, and those that nothing reads yet."""
    trace = collection.trace
    rows, unread = [], set(trace.unread())
    for event in trace.of("event"):
        if event in unread:
            continue
        links = trace.above([event])
        books = tracing.BOOKS.get(event.id)
        nearest = dict.fromkeys(link.above for link in links if link.below == event)
        by = [frame.say(books)] if books is not None else []
        if nearest:
            by.append(_named(list(nearest), frame, linked=False))
        indicators = tracing.ends(links, "indicator")
        rows.append(
            (
                f"{plain(frame.say(event.title))}<br>`{event.id}`",
                "; ".join(by),
                frame.links(indicators) or "—",
            )
        )
    lines = [f"# {frame.pick('按案件事件查找', 'By event type')}", ""]
    heads = (Text("事件", "event type"), Text("直接读取者", "read directly by"), Text("指标", "indicators"))
    lines += frame.table(heads, rows)
    waiting = [
        f"- {plain(frame.say(event.title))} `{event.id}`" for event in trace.of("event") if event in unread
    ]
    lines += frame.section(Text("尚无定义读取", "Not yet read"), waiting)
    return page_frame.whole(lines)


def _named(things: list[Thing], frame: Frame, *, linked: bool = True) -> str:
    """Things by kind, each kind once."""
    found: dict[str, list[Thing]] = {}
    for thing in things:
        found.setdefault(thing.kind, []).append(thing)
    parts = []
    for kind, listed in found.items():
        said = [frame.link(thing) if linked else plain(frame.say(thing.title)) for thing in listed]
        titles = frame.pick("、", ", ").join(dict.fromkeys(said))
        parts.append(f"{frame.say(tracing.KINDS[kind])}{frame.pick('：', ': ')}{titles}")
    return frame.pick("；", "; ").join(parts)
