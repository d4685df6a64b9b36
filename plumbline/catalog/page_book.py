"""The page of a rule book: its items with their points and rules in words, what the document leaves open, its bases."""

from __future__ import annotations

from plumbline.catalog import definition_words, page_frame, rule_words, rulebooks, scopes
from plumbline.catalog import rulebook_tree as tree
from plumbline.catalog.collection import Collection
from plumbline.catalog.definitions import Pack, Text
from plumbline.catalog.page_frame import Frame, plain
from plumbline.catalog.rulebook_tree import Item, RuleBook

LEVELS = {
    "supreme": Text("最高法院", "supreme"),
    "high": Text("高级法院", "high"),
    "intermediate": Text("中级法院", "intermediate"),
    "basic": Text("基层法院", "basic"),
}
PERIODS = {"year": Text("年", "year"), "quarter": Text("季", "quarter"), "month": Text("月", "month")}
_SCOPES = {"own": Text("本院", "own cases"), "all": Text("辖区", "all courts below too")}


def render(collection: Collection, pack: Pack, book: RuleBook, frame: Frame) -> str:
    """The page as Markdown."""
    levels = frame.pick("、", ", ").join(
        frame.say(LEVELS.get(each, Text(each, each))) for each in book.levels
    )
    points = definition_words.number(book.points)
    head = [
        f"`{pack.id}.{book.id}`",
        frame.link(collection.thing("pack", pack, "")),
        frame.pick(f"共 {points} 分", f"{points} points"),
        frame.pick(
            f"按{frame.say(PERIODS[book.period])}考核", f"reckoned by {frame.say(PERIODS[book.period])}"
        ),
        frame.pick(f"适用：{levels}", f"for courts: {levels}"),
    ]
    source = frame.pick("来源：", "source: ") + frame.source(book.source)
    lines = [f"# {plain(frame.say(book.title))}", "", " · ".join(head), "", source, ""]
    lines += frame.section(Text("考核项", "Items"), _items(collection, pack, book, frame))
    lines += frame.section(Text("口径未定", "What the document leaves open"), _open(pack, book, frame))
    lines += frame.section(
        Text("文件所载上年数", "The year before, as the document gives it"),
        _bases(pack, book, frame),
    )
    return page_frame.whole(lines)


def _items(collection: Collection, pack: Pack, book: RuleBook, frame: Frame) -> list[str]:
    speaker = rule_words.Speaker(pack)
    rows = []
    for item in tree.every_item(book.items):
        cases = f"<br>{plain(frame.say(item.cases))}" if item.cases is not None else ""
        rows.append(
            (
                item.number,
                plain(frame.say(item.title)) + cases,
                _points(item, frame),
                frame.say(_SCOPES[item.scope]),
                plain(frame.say(speaker.say(item.rule))),
                _figures(collection, pack, item, frame),
                plain(item.clause),
            )
        )
    heads = (
        Text("编号", "no."), Text("项目", "item"), Text("分值", "points"), Text("范围", "scope"),
        Text("得分办法", "how points are given"), Text("读取", "reads"), Text("条款", "clause"),
    )  # fmt: skip
    return frame.table(heads, rows)


def _points(item: Item, frame: Frame) -> str:
    given = {definition_words.number(points) for points in item.points.values()}
    if len(given) == 1:
        return given.pop()
    return "<br>".join(
        f"{frame.say(LEVELS.get(level, Text(level, level)))} {definition_words.number(points)}"
        for level, points in item.points.items()
    )


def _figures(collection: Collection, pack: Pack, item: Item, frame: Frame) -> str:
    names = dict.fromkeys(name for figures in tree.figures_of(item.rule) for name in figures.names.values())
    found = []
    for name in names:
        home = rule_words.home(pack, name)
        kind = "indicator" if name in home.indicators else "measure"
        found.append(collection.thing(kind, home, name))
    other = getattr(item.rule, "book", "")
    if other:
        home = next(one for one in scopes.chain(pack) if other in one.rule_books)
        found.append(collection.thing("rule_book", home, other))
    return frame.links(found) or "—"


def _open(pack: Pack, book: RuleBook, frame: Frame) -> list[str]:
    known = rulebooks.parameters(pack)
    used = dict.fromkeys(
        name for item in tree.every_item(book.items) for name in tree.parameters_of(item.rule)
    )
    rows = []
    for name in used:
        parameter = known[name]
        settled = parameter.settled or ""
        readings = []
        for reading in parameter.readings:
            said = plain(frame.say(reading.title))
            if reading.id == settled:
                said = f"**{said}**{frame.pick('（法院已定）', ' (settled by the court)')}"
            elif reading.id == parameter.shipped and not settled:
                said = f"**{said}**{frame.pick('（暂用）', ' (used until settled)')}"
            readings.append(said)
        rows.append(
            (
                f"`{name}`",
                plain(frame.say(parameter.title)),
                plain(parameter.clause) or "—",
                "<br>".join(readings),
            )
        )
    heads = (
        Text("参数", "parameter"), Text("未定事项", "what is open"), Text("文件原文", "words of the document"),
        Text("读法", "readings"),
    )  # fmt: skip
    return frame.table(heads, rows)


def _bases(pack: Pack, book: RuleBook, frame: Frame) -> list[str]:
    figures = rulebooks.figures(pack)
    rows = [
        (
            base.court,
            plain(frame.say(figures[base.figure].title or Text(base.figure, base.figure))),
            _count(base),
        )
        for base in book.bases
    ]
    return frame.table((Text("法院", "court"), Text("数", "figure"), Text("上年", "the year before")), rows)


def _count(base: tree.Base) -> str:
    return str(base.numerator) if base.denominator == 1 else f"{base.numerator}/{base.denominator}"
