"""The page of a pack: what it is, its picture, its indicators, rule books, clocks, targets, and the clauses it stands in."""

from __future__ import annotations

from plumbline.catalog import definition_words, page_figure, page_frame, rule_words, rulebooks, tracing
from plumbline.catalog.collection import Collection
from plumbline.catalog.definitions import Pack, Text
from plumbline.catalog.page_frame import Frame, plain


def render(collection: Collection, pack: Pack, frame: Frame, picture: str | None) -> str:
    """The page as Markdown; `picture` is the file that is shown, where there is one."""
    lines = [f"# {plain(frame.say(pack.title))}", "", *_head(collection, pack, frame)]
    if picture is not None:
        said = frame.pick(
            "指标怎样依据统计量、要素和事件", "How indicators rest on measures, facts and events"
        )
        lines += [f"![{said}]({picture})", ""]
    lines += frame.section(Text("指标", "Indicators"), _indicators(collection, pack, frame))
    books = [collection.thing("rule_book", pack, name) for name in pack.rule_books]
    lines += frame.section(Text("考核办法", "Rule books"), [f"- {frame.link(book)}" for book in books])
    clocks = [collection.thing("clock", pack, name) for name in pack.clocks]
    lines += frame.section(Text("期限", "Clocks"), [f"- {frame.link(clock)}" for clock in clocks])
    lines += frame.section(Text("换算办法", "Conversions"), _conversions(collection, pack, frame))
    lines += frame.section(Text("代码表", "Code maps"), _code_maps(pack, frame))
    lines += frame.section(Text("本包所定目标", "Targets it sets"), _targets(collection, pack, frame))
    lines += frame.section(Text("基础统计量", "Measures it defines"), _measures(collection, pack, frame))
    return page_frame.whole(lines)


def _head(collection: Collection, pack: Pack, frame: Frame) -> list[str]:
    uses = frame.links(collection.thing("pack", used, "") for used in pack.uses) or "—"
    rows = [
        (frame.pick("名称", "name"), f"`{pack.id}`"),
        (frame.pick("版本", "version"), plain(pack.version)),
        (frame.pick("发布", "issuer"), plain(pack.issuer)),
        (frame.pick("施行", "in force from"), str(pack.in_force_from)),
        (frame.pick("依据的指标包", "builds on"), uses),
        (frame.pick("来源", "source"), frame.source(pack.source)),
    ]
    return frame.table((Text("项", "what"), Text("内容", "content")), rows)


def _indicators(collection: Collection, pack: Pack, frame: Frame) -> list[str]:
    numbered = any(one.number is not None for one in pack.indicators.values())
    rows = []
    for name, one in pack.indicators.items():
        row = [
            frame.link(collection.thing("indicator", pack, name)),
            frame.say(page_figure.DOMAINS[one.domain]),
            frame.say(page_figure.NATURES[one.nature]),
            frame.say(page_figure.ORIGINS[one.origin]),
            frame.say(page_figure.DIRECTIONS[one.direction]),
            frame.source(one.source),
        ]
        rows.append([str(one.number or "—"), *row] if numbered else row)
    heads = [
        Text("指标", "indicator"), Text("领域", "domain"), Text("属性", "nature"), Text("类别", "origin"),
        Text("方向", "direction"), Text("来源", "source"),
    ]  # fmt: skip
    return frame.table([Text("编号", "no."), *heads] if numbered else heads, rows)


def _conversions(collection: Collection, pack: Pack, frame: Frame) -> list[str]:
    rows = []
    for one in pack.conversions.values():
        figures = tracing.ends(
            collection.trace.below([collection.thing("conversion", pack, one.id)]), "indicator"
        )
        rows.append(
            (
                plain(frame.say(one.title)),
                plain(frame.say(one.into)),
                frame.links(figures),
                frame.source(one.source),
            )
        )
    heads = (
        Text("换算办法", "conversion"),
        Text("换算为", "into"),
        Text("指标", "indicators"),
        Text("来源", "source"),
    )
    return frame.table(heads, rows)


def _code_maps(pack: Pack, frame: Frame) -> list[str]:
    """Each map with what its words mean, the words of one code together."""
    rows = []
    for one in pack.code_maps.values():
        words: dict[str, list[str]] = {}
        for word, code in one.codes.items():
            words.setdefault(code, []).append(plain(word))
        said = frame.pick("；", "; ").join(f"{'、'.join(each)} → `{code}`" for code, each in words.items())
        rows.append(
            (plain(frame.say(one.title)), f"`{one.id}`", f"`{one.of}`", said, frame.source(one.source))
        )
    heads = (
        Text("代码表", "code map"),
        Text("名称", "name"),
        Text("适用于", "of"),
        Text("词与代码", "words and codes"),
        Text("来源", "source"),
    )
    return frame.table(heads, rows)


def _targets(collection: Collection, pack: Pack, frame: Frame) -> list[str]:
    """The figures for which the pack sets targets; each target stands on the page of its figure."""
    figures = rulebooks.figures(pack)
    counts: dict[str, int] = {}
    for target in pack.targets:
        counts[target.of] = counts.get(target.of, 0) + 1
    lines = []
    for name, count in counts.items():
        title = figures[name].title or Text(name, name)
        home = rule_words.home(pack, name)
        thing = collection.thing("indicator" if name in home.indicators else "measure", home, name)
        said = frame.link(thing) if thing.kind == "indicator" else plain(frame.say(title))
        lines.append(f"- {said}{frame.pick(f'：{count} 条', f': {count}')}")
    return lines


def _measures(collection: Collection, pack: Pack, frame: Frame) -> list[str]:
    parts = []
    for name, measure in pack.measures.items():
        lever = frame.pick("结果", "outcome") if measure.lever == "outcome" else frame.pick("流程", "process")
        unit = frame.say(definition_words.UNITS[measure.unit])
        title = plain(frame.say(measure.title or Text(name, name)))
        parts.append(f"{title} `{name}`{frame.pick(f'（{lever}，{unit}）', f' ({lever}, {unit})')}")
    return [frame.pick("；", "; ").join(parts)] if parts else []
