"""The page of an indicator (or of a measure read as one): everything its definition says, for a judge to check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from plumbline.catalog import (
    definition_words,
    formula_words,
    formulas,
    page_frame,
    page_lines,
    scopes,
    tracing,
)
from plumbline.catalog import formula_tree as tree
from plumbline.catalog.collection import Collection
from plumbline.catalog.definitions import Indicator, Measure, Pack, Text
from plumbline.catalog.page_frame import Frame, cell, plain

DIRECTIONS = {
    "lower": Text("宜低", "lower is better"),
    "higher": Text("宜高", "higher is better"),
    "band": Text("宜在区间内", "inside an interval"),
    "none": Text("只作观察", "observed only"),
}
NATURES = {"binding": Text("约束性", "binding"), "anticipatory": Text("预期性", "anticipatory")}
ORIGINS = {"basic": Text("基础指标", "basic"), "created": Text("创设指标", "created")}
DOMAINS = {
    "trial": Text("审判（执行）", "trial"),
    "enforcement": Text("执行", "enforcement"),
    "reform": Text("司法改革", "reform"),
    "smart_court": Text("智慧法院", "smart court"),
    "management": Text("法院管理", "management"),
    "service": Text("服务保障大局", "service of the public good"),
    "satisfaction": Text("人民群众满意", "public satisfaction"),
    "other": Text("其他", "other"),
}


def render(collection: Collection, pack: Pack, one: Indicator | Measure, frame: Frame) -> str:
    """The page as Markdown."""
    kind = "indicator" if isinstance(one, Indicator) else "measure"
    thing = collection.thing(kind, pack, one.id)
    formula, measures = _read(pack, one)
    lines = [f"# {plain(frame.say(thing.title))}", "", *_head(collection, pack, one, frame)]
    if isinstance(one, Indicator):
        worth = frame.pick("指标价值", "What it is worth knowing for")
        lines += [f"**{worth}**{_colon(frame)}{plain(frame.say(one.meaning))}", ""]
        lines += _formula(one, formula, measures, frame)
        lines += _elements(one, frame)
    counted = [text for each in measures for text in _measure(pack, formula, each, frame)]
    lines += frame.section(Text("基础统计量", "Measures"), counted)
    lines += frame.section(Text("不计入", "What does not count, and why"), _left_out(pack, measures, frame))
    links = collection.trace.below([thing])
    lines += frame.section(Text("所依据的案件要素和期限", "Facts and clocks it rests on"), [
        *_facts(collection, links, frame), *page_lines.clocks(collection, tracing.ends(links, "clock"), frame),
    ])  # fmt: skip
    lines += frame.section(Text("目标与参照", "Targets and what it is held against"), [
        *page_lines.targets(collection, pack, one, frame), *page_lines.benchmarks(collection, pack, one, frame),
    ])  # fmt: skip
    lines += frame.section(Text("计分", "Where it scores"), page_lines.scores(collection, thing, frame))
    lines += frame.section(Text("读取的案件事件", "Event types it reads"), _events(links, frame))
    lines += frame.section(
        Text("手算样例", "Worked by hand"), page_lines.examples(collection, pack, one, frame)
    )
    return page_frame.whole(lines)


def _head(collection: Collection, pack: Pack, one: Indicator | Measure, frame: Frame) -> list[str]:
    pack_thing = collection.trace.thing("pack", pack.id, pack.title)
    parts = [f"`{pack.id}.{one.id}`", frame.link(pack_thing)]
    parts.append(frame.pick(f"版本 {plain(pack.version)}", f"version {plain(pack.version)}"))
    if isinstance(one, Indicator) and one.number is not None:
        parts.insert(0, frame.pick(f"第 {one.number} 项", f"no. {one.number}"))
    begins = getattr(one, "in_force_from", None) or pack.in_force_from
    ends = getattr(one, "in_force_until", None)
    until = frame.pick(f"，至 {ends} 前", f" until {ends}, not counted") if ends else ""
    parts.append(frame.pick(f"{begins} 起施行{until}", f"in force from {begins}{until}"))
    lines = [" · ".join(parts), ""]
    if isinstance(one, Indicator) and one.waits_for is not None:
        waits = plain(frame.say(one.waits_for))
        lines += [frame.pick(f"> 尚不可得：等待{waits}。", f"> Not available yet: it waits for {waits}."), ""]
    return lines


def _formula(
    one: Indicator, formula: formulas.Formula, measures: Sequence[Measure], frame: Frame
) -> list[str]:
    titles = {each.id: _title(each) for each in measures}
    said = formula_words.sentence(formula.root, titles.__getitem__)
    shown = frame.pick("，以百分比表示", ", as a percentage") if one.unit == "percent" else ""
    body = [f"{plain(frame.say(said))}{shown}{frame.pick('。', '.')}", "", f"`{one.formula}`", ""]
    if one.minimum:
        body.append(
            frame.pick(
                f"分母不足 {one.minimum} 的，标明“样本过少”，仍给出数值，但不据以判断或比较。",
                f"With a denominator below {one.minimum} it is marked as too small a sample: given, and neither judged"
                " nor compared.",
            )
        )
    return frame.section(Text("算式", "Formula"), body)


def _elements(one: Indicator, frame: Frame) -> list[str]:
    rows: list[tuple[Text, str]] = [
        (Text("单位", "unit"), frame.say(definition_words.UNITS[one.unit])),
        (Text("方向", "direction"), frame.say(DIRECTIONS[one.direction])),
        (Text("属性", "nature"), frame.say(NATURES[one.nature])),
        (Text("类别", "origin"), frame.say(ORIGINS[one.origin])),
        (Text("领域", "domain"), frame.say(DOMAINS[one.domain])),
    ]
    if one.dimension is not None:
        rows.append((Text("评价维度", "dimension"), plain(frame.say(one.dimension))))
    if one.key_points:
        points = frame.pick("；", "; ").join(plain(frame.say(each)) for each in one.key_points)
        rows.append((Text("关键点", "key points"), points))
    if one.department is not None:
        rows.append((Text("统计部门", "department"), plain(frame.say(one.department))))
    rows.append((Text("来源", "source"), frame.source(one.source)))
    if one.formula_source is not None:
        rows.append((Text("算式来源", "source of the formula"), frame.source(one.formula_source)))
    return frame.section(
        Text("要素", "Elements"),
        frame.table(
            (Text("要素", "element"), Text("内容", "content")),
            [(frame.say(name), said) for name, said in rows],
        ),
    )


def _read(pack: Pack, one: Indicator | Measure) -> tuple[formulas.Formula, list[Measure]]:
    """The formula (a measure's is itself), and the measures it names, in its order."""
    every = {name: each for home in scopes.chain(pack) for name, each in home.measures.items()}
    formula = formulas.read_formula(one.formula if isinstance(one, Indicator) else one.id, every)
    named = [
        node.measure for node in tree.walk(formula.root) if isinstance(node, tree.Amount | tree.Percentile)
    ]
    return formula, [every[name] for name in dict.fromkeys(named)]


def _measure(pack: Pack, formula: formulas.Formula, measure: Measure, frame: Frame) -> list[str]:
    counted = definition_words.counted(pack, measure)
    condition = definition_words.condition(pack, measure)
    stop = frame.pick("。", ".")
    lines = [f"### {plain(frame.say(_title(measure)))} `{measure.id}`{_part(formula, measure, frame)}", ""]
    lines.append(f"- {frame.pick('计法', 'how')}{_colon(frame)}{frame.say(counted)}{stop}")
    if condition is not None:
        lines.append(
            f"- {frame.pick('条件', 'condition')}{_colon(frame)}{frame.say(condition)}{stop} `{_spaced(measure.where)}`"
        )
    where = definition_words.attribution(pack, measure)
    lines.append(f"- {frame.pick('归属', 'counts to')}{_colon(frame)}{frame.say(where)}{stop}")
    lever = frame.say(definition_words.LEVERS[measure.lever])
    lines.append(f"- {frame.pick('可否以管理影响', 'lever')}{_colon(frame)}{lever}{stop}")
    if measure.source is not None:
        lines.append(f"- {frame.pick('来源', 'source')}{_colon(frame)}{frame.source(measure.source)}")
    return [*lines, ""]


def _part(formula: formulas.Formula, measure: Measure, frame: Frame) -> str:
    """In which part of a division it stands."""
    if not formula.denominator:
        return ""
    above, below = measure.id in formula.numerator, measure.id in formula.denominator
    if above and below:
        return frame.pick("：分子、分母", ": above and below the line")
    return frame.pick("：分子", ": above the line") if above else frame.pick("：分母", ": below the line")


def _left_out(pack: Pack, measures: Iterable[Measure], frame: Frame) -> list[str]:
    """What is left out, each reason once with the measures it holds for."""
    reasons: dict[Text, list[str]] = {}
    for measure in measures:
        for text in definition_words.left_out(pack, measure):
            reasons.setdefault(text, []).append(plain(frame.say(_title(measure))))
    lines = [
        f"- {frame.pick('、', ', ').join(titles)}{_colon(frame)}{frame.say(text)}{frame.pick('。', '.')}"
        for text, titles in reasons.items()
    ]
    lines.append(
        frame.pick(
            "- 已撤回的事件、被更正的旧版、重复推送的事件，一律不计。",
            "- Events retracted, editions corrected since and duplicates never count.",
        )
    )
    return lines


def _facts(collection: Collection, links: Iterable[tracing.Link], frame: Frame) -> list[str]:
    rows = []
    for thing in tracing.ends(links, "fact"):
        pack, fact = collection.fact(thing)
        said = plain(frame.say(definition_words.fact(pack, fact)))
        rows.append((plain(frame.say(thing.title)), f"`{fact.id}`", said))
    for thing in tracing.ends(links, "track"):
        events = tracing.ends(collection.trace.below([thing]), "event")
        said = frame.pick("归属，随事件变动：", "a track, set by ") + frame.links(events)
        rows.append((plain(frame.say(thing.title)), f"`{thing.id.partition('.')[2]}`", said))
    return frame.table((Text("要素", "fact"), Text("名称", "name"), Text("含义", "meaning")), rows)


def _events(links: Iterable[tracing.Link], frame: Frame) -> list[str]:
    return [
        frame.pick("；", "; ").join(
            f"{plain(frame.say(thing.title))} `{thing.id}`" for thing in tracing.ends(links, "event")
        )
    ]


def _title(measure: Measure) -> Text:
    return measure.title or Text(measure.id, measure.id)


def _colon(frame: Frame) -> str:
    return frame.pick("：", ": ")


def _spaced(text: str | None) -> str:
    return cell(text or "").replace("\\|", "|")
