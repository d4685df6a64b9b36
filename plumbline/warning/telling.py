"""What a deviation says to people, zh and en: one template for each kind. It describes a figure, never a fault of
anybody; it states figure, line, period, data state and possible causes, and ends 「请核查」.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

from plumbline.catalog.definitions import Text

Document = Mapping[str, Any]
ASK: Final = Text("请核查。", "Please check.")
CAUSES: Final[Mapping[str, Text]] = {
    "real": Text("实际情况变化", "a real change"),
    "coverage": Text("数据未收全", "data not received"),
    "definition": Text("口径调整", "a changed definition"),
    "mix": Text("案件构成变化", "a changed mix of cases"),
    "bulk": Text("一次批量办理", "one act in bulk"),
    "correction": Text("历史数据更正", "a correction of older data"),
}
"""What a departure may be put down to."""
WHOLE: Final = 0.995
"""From this share of a month on it is called whole."""
ACTS: Final[Mapping[str, Text]] = {
    "seen": Text("发现", "seen"),
    "dropped": Text("未成立", "did not hold"),
    "opened": Text("成立", "opened"),
    "worse": Text("程度加重", "more severe"),
    "eased": Text("程度减轻", "less severe"),
    "acknowledged": Text("已知悉", "acknowledged"),
    "silenced": Text("暂停告知", "silenced"),
    "escalated": Text("逐级报告", "told to the court above"),
    "resolved": Text("已解除", "resolved"),
    "closed": Text("人工关闭", "closed by hand"),
}


def tell(kind: str, document: Document) -> Text:
    """The sentences for one deviation; `document` is that of its verdict (see `judging`)."""
    court, title = document["court_name"], document["title"]
    line = _LINES[kind](document)
    causes = [CAUSES[one] for one in document["causes"]]
    state = document["data_state"]
    zh = f"{court['zh']}：{title['zh']}。{line.zh}。数据状态：{state['zh']}。"
    en = f"{court['en']}: {title['en']}. {line.en}. State of the data: {state['en']}. "
    if causes:
        zh += f"可能原因：{'、'.join(one.zh for one in causes)}。"
        en += f"Possible causes: {', '.join(one.en for one in causes)}. "
    return Text(zh + ASK.zh, en + ASK.en)


def listed(document: Document) -> Sequence[Document]:
    """The cases a document names beside each other: those of a node of the process."""
    return document.get("cases", ()) if document.get("kind") == "node" else ()


def without(document: Document, hidden: Collection[str]) -> dict[str, Any]:
    """A document that no longer names some of its cases, told anew where its text named one."""
    kept = [one for one in listed(document) if one["case"] not in hidden]
    if len(kept) == len(listed(document)):
        return dict(document)
    found = {**document, "cases": kept, **(kept[0] if kept else {"case": "", "limit_day": ""})}
    text = tell("node", found)
    return {**found, "text": {"zh": text.zh, "en": text.en}}


def shown(number: Any, unit: str) -> str:
    """A number in its unit, cut to what a reader needs: shares with two decimals, counts whole."""
    if number is None:
        return "—"
    value = float(number)
    if unit == "percent":
        return f"{value:.2f} %"
    return (
        f"{value:.0f}"
        if value == round(value) or abs(value) >= 1000
        else f"{value:.2f}".rstrip("0").rstrip(".")
    )


def _figure(document: Document) -> tuple[str, str, str]:
    """The beginning of most templates: what stands, zh and en, and the unit."""
    unit = document["unit"]
    value = shown(document["value"], unit)
    of = document["figure_title"]
    parts = document.get("numerator"), document.get("denominator")
    sums = f"（{parts[0]} / {parts[1]}）" if None not in parts and parts[1] != 1 else ""
    english = f" ({parts[0]} / {parts[1]})" if sums else ""
    when = _period(document)
    zh = f"{when.zh} {of['zh']}为 {value}{sums}"
    return zh, f"{of['en']} in {when.en} is {value}{english}", unit


def _period(document: Document) -> Text:
    """The period as people say it: a week by its first and last day."""
    period = str(document["period"])
    if document.get("grain") != "week":
        return Text(period, period)
    first, _, last = period.partition("..")
    return Text(f"{first} 至 {last} 一周", f"the week {first} to {last}")


def _target(document: Document) -> Text:
    zh, en, unit = _figure(document)
    line, beyond = document["line"], shown(100 * document["probability"], "percent")
    zh += f"，目标为{line['zh']}；样本 {document['sample']} 件，未达目标的概率 {beyond}"
    en += f"; the target is {line['en']}; of {document['sample']} cases, probability of missing it {beyond}"
    if document.get("shrunken") is not None:
        eased = shown(document["shrunken"], unit)
        zh += f"（参照同级法院后估计为 {eased}，同级经验权重 {shown(100 * document['prior_weight'], 'percent')}）"
        en += f" (estimated beside courts of its level {eased}, their weight {shown(100 * document['prior_weight'], 'percent')})"
    if document.get("assurance") is not None:
        zh, en = f"{zh}；{document['assurance']['zh']}", f"{en}; {document['assurance']['en']}"
    return Text(zh, en)


def _history(document: Document) -> Text:
    zh, en, unit = _figure(document)
    low, high = shown(document["low"], unit), shown(document["high"], unit)
    expected = shown(document["expected"], unit)
    late = document.get("completeness")
    if late is not None and late["share"] < WHOLE:
        known = shown(100 * late["share"], "percent")
        zh, en = (
            f"{zh}（按以往迟报情况，此时通常已知 {known}）",
            f"{en} (usually {known} of it is known by now)",
        )
    zh += f"，往年同期预期 {expected}，通常在 {low} 至 {high} 之间，{_side(document).zh}"
    return Text(
        zh, f"{en}; by its own history {expected} was expected, usually {low} to {high}: {_side(document).en}"
    )


def _drift(document: Document) -> Text:
    zh, en, unit = _figure(document)
    expected, periods = shown(document["expected"], unit), document["periods"]
    zh += f"，基准 {expected}，近 {periods} 期持续{_side(document).zh}"
    return Text(
        zh, f"{en}; its base is {expected}, and over {periods} periods it has kept {_side(document).en}"
    )


def _peers(document: Document) -> Text:
    zh, en, unit = _figure(document)
    low, high = shown(document["low"], unit), shown(document["high"], unit)
    zh += f"，同级 {document['courts']} 个法院的区间为 {low} 至 {high}，{_side(document).zh}"
    return Text(
        zh,
        f"{en}; of {document['courts']} courts of its level the interval is {low} to {high}: {_side(document).en}",
    )


def _year_end(document: Document) -> Text:
    zh, en, unit = _figure(document)
    mean = shown(document["expected"], unit)
    low, high = shown(document["low"], unit), shown(document["high"], unit)
    miss = shown(100 * document["probability"], "percent")
    zh += (
        f"，全年预计 {mean}（八成可能在 {low} 至 {high}），目标为{document['line']['zh']}，未达的概率 {miss}"
    )
    en += f"; the year is heading for {mean} (four in five: {low} to {high}); the target is {document['line']['en']}, "
    en += f"probability of missing it {miss}"
    if document.get("reachable") is False:
        zh += "；按余下的预计件数已不能达到"
        en += "; with the cases still expected it can no longer be met"
    elif document.get("needed") is not None:
        zh += f"；此后需为 {shown(document['needed'], unit)}"
        en += f"; needed from now on: {shown(document['needed'], unit)}"
    return Text(zh, en)


def _burn(document: Document) -> Text:
    zh, en, unit = _figure(document)
    budget, times = shown(document["budget"], unit), f"{document['rate']:.1f}"
    zh += f"，年度额度 {budget}，{document['window']['zh']}的消耗为应有进度的 {times} 倍"
    return Text(zh, f"{en}; of a budget of {budget}, {document['window']['en']} used {times} times its share")


def _balance(document: Document) -> Text:
    zh, en, _ = _figure(document)
    share, days = shown(100 * document["share"], "percent"), shown(100 * document["days_share"], "percent")
    zh += f"，十二月结案占全年 {share}，工作日占 {days}"
    en += f"; December holds {share} of the year's closings and {days} of its working days"
    if document.get("dip") is not None:
        zh += f"；年末月均收案为此前月均的 {shown(100 * document['dip'], 'percent')}"
        en += f"; filings a month at the end of the year are {shown(100 * document['dip'], 'percent')} of those before"
    return Text(
        f"{zh}，疑似收结案不均衡，待核实", f"{en}: closings and filings may be out of balance, to be verified"
    )


def _clock(document: Document) -> Text:
    case, clock, day = document["case"], document["clock_title"], document["limit_day"]
    left = document["days_left"]
    if document["stage"] == "passed":
        return Text(
            f"{case} {clock['zh']}已于 {day} 届满，超过 {-left} 日",
            f"{case}: {clock['en']} ended on {day}, {-left} days ago",
        )
    if document["stage"] == "likely":
        likely = shown(100 * document["probability"], "percent")
        return Text(
            f"{case} {clock['zh']}将于 {day} 届满（还有 {left} 日），按同类案件进度超期的概率 {likely}",
            f"{case}: {clock['en']} ends on {day} (in {left} days); by the pace of cases alike, "
            f"probability of passing it {likely}",
        )
    return Text(
        f"{case} {clock['zh']}将于 {day} 届满，还有 {left} 日",
        f"{case}: {clock['en']} ends on {day}, in {left} days",
    )


def _node(document: Document) -> Text:
    case, clock, stage = document["case"], document["clock_title"], _NODES[document["stage"]]
    day = document["limit_day"]
    if not case:
        count = document["value"]
        return Text(
            f"{clock['zh']} {count} 件，案件已封存，不列名",
            f"{clock['en']}: {count}, sealed cases that are not named",
        )
    return Text(
        f"{case} {clock['zh']}（应于 {day} 前）：{stage.zh}", f"{case}: {clock['en']} (due {day}): {stage.en}"
    )


_NODES: Final[Mapping[str, Text]] = {
    "late": Text("逾期完成", "done late"),
    "open": Text("逾期未完成", "not done in time"),
    "skipped": Text("未见记录而案件已进入后续环节", "no record, and the case has moved on"),
    "order": Text("先后顺序与流程不一致", "not in the order of the process"),
}


def _feed(document: Document) -> Text:
    source, stage = document["source"], document["stage"]
    if stage == "silent":
        return Text(
            f"来源 {source} 自 {document['last']} 起没有数据（约定间隔 {document['rhythm']} 分钟）",
            f"the source {source} has sent nothing since {document['last']} (expected every {document['rhythm']} minutes)",
        )
    if stage == "loss":
        return Text(
            f"来源 {source} {document['period']} 送来 {document['received']} 条，平日约 {document['expected']:.0f} 条",
            f"the source {source} sent {document['received']} on {document['period']}, usually about {document['expected']:.0f}",
        )
    share = shown(100 * document["coverage"], "percent")
    counts = f"{document['received']} / {document['declared']}"
    return Text(
        f"来源 {source} {document['period']} 覆盖率 {share}（收到 {counts}），其间各指标按此覆盖率理解",
        f"the source {source}: coverage {share} for {document['period']} (received {counts}); figures are to be read so",
    )


def _pattern(document: Document) -> Text:
    zh, en, unit = _figure(document)
    expected = shown(document["expected"], unit)
    zh += f"，以往每月约 {expected}，疑似异常，待核实"
    return Text(zh, f"{en}; earlier months had about {expected}: perhaps unusual, to be verified")


def _stock_flow(document: Document) -> Text:
    terms = document["terms"]
    return Text(
        f"{document['period']} {terms['zh']}，相差 {document['difference']} 件，待核实",
        f"{document['period']}: {terms['en']}, {document['difference']} cases apart, to be verified",
    )


def _side(document: Document) -> Text:
    return Text("偏高", "high") if document["side"] == "high" else Text("偏低", "low")


_LINES: Final[Mapping[str, Callable[[Document], Text]]] = {
    "target": _target,
    "history": _history,
    "drift": _drift,
    "peers": _peers,
    "year_end": _year_end,
    "burn": _burn,
    "balance": _balance,
    "clock": _clock,
    "node": _node,
    "feed": _feed,
    "pattern": _pattern,
    "stock_flow": _stock_flow,
}
