"""Facts, measures, targets and benchmarks as sentences, Chinese and English: what counts, where it counts, what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from plumbline.catalog import expressions, field_words, lexicon, scopes, targets, wording
from plumbline.catalog.definitions import Fact, Measure, Pack, Text, Type
from plumbline.catalog.wording import joined

UNITS: Mapping[str, Text] = {
    "percent": Text("百分比（%）", "percent"),
    "ratio": Text("比值", "ratio"),
    "days": Text("天", "days"),
    "cases": Text("件", "cases"),
    "events": Text("次", "events"),
    "fen": Text("分（人民币）", "fen (0.01 yuan)"),
    "persons": Text("人", "persons"),
    "points": Text("点", "points"),
    "number": Text("数", "number"),
}
LEVERS: Mapping[str, Text] = {
    "process": Text("流程类：管理可以着力", "process: management may act on it"),
    "outcome": Text(
        "裁判结果类：不提供个案建议，当改则改，依法裁判",
        "outcome: a decision of law; no single case is ever advised on",
    ),
}
TAKES: Mapping[str, Text] = {
    "first": Text("最早一次{0}{1}", "{1} of the first {0}"),
    "last": Text("最近一次{0}{1}", "{1} of the last {0}"),
    "max": Text("各次{0}{1}中最大（最晚）者", "the largest (latest) {1} of {0}"),
    "min": Text("各次{0}{1}中最小（最早）者", "the smallest (earliest) {1} of {0}"),
    "sum": Text("各次{0}{1}之和", "the sum of {1} over all {0}"),
    "all": Text("每一次{0}之日", "the day of every {0}"),
    "count": Text("{0}的次数", "how many {0} there are"),
    "exists": Text("是否有{0}", "whether there is {0}"),
}
_BOUNDS = {"at_least": ("不低于", "at least"), "at_most": ("不高于", "at most")}
ROUNDED: Mapping[str, Text] = {
    "up": Text("向上取整", "rounded up"),
    "down": Text("向下取整", "rounded down"),
    "half_even": Text("四舍六入五成双", "rounded half to even"),
}


def fact(pack: Pack, one: Fact) -> Text:
    """What a fact is taken or derived from."""
    if one.derive is not None:
        said = wording.clause(one.derive, lexicon.of_events(pack))
        return Text(f"推导：{said.zh}", f"derived: {said.en}")
    types = scopes.words_of(pack)
    events = _quoted(lexicon.event_title(types, event) for event in one.events)
    if one.field in ("", "day"):
        field = Text("之日", "the day")
    else:
        title = field_words.field(one.field, one.events[0])
        field = Text(f"所载{title.zh}", f"“{title.en}”")
    taken = TAKES[one.take]
    zh, en = taken.zh.format(events.zh, field.zh), taken.en.format(events.en, field.en)
    if one.role is not None:
        near = _near(pack, one.role)
        zh, en = f"{near.zh}：{zh}", f"of {near.en}: {en}"
    if one.after is not None:
        since = lexicon.of_events(pack).word(one.after).title
        zh, en = f"{zh}，只看{since.zh}当日及以后的", f"{en}, from the day {since.en} on"
    if one.where is not None:
        only = wording.clause(one.where, lexicon.of_events(pack, one.events))
        zh, en = f"{zh}；只取{only.zh}的", f"{en}; only where {only.en}"
    if one.undone_by:
        undone = _quoted(lexicon.event_title(types, event) for event in one.undone_by)
        zh, en = f"{zh}；此后发生{undone.zh}的，前者作废", f"{en}; a later {undone.en} cancels it"
    return Text(zh, en)


def counted(pack: Pack, measure: Measure) -> Text:
    """How a measure counts: on which day, what, and how much."""
    names = lexicon.of_measure(pack, measure)
    if measure.kind == "observed":
        if measure.observed == "level":
            return Text(
                "由法院上报的水平值：自所报之日起有效，直到下一次上报",
                "a level that courts report: it holds from the day reported until the next report",
            )
        return Text(
            "由法院上报、归属于一段期间的数",
            "a figure that courts report, belonging to the span it speaks of",
        )
    unit = UNITS[measure.unit]
    what = Text("计 1", "counts 1")
    if measure.sum is not None:
        amount = wording.clause(measure.sum, names)
        what = Text(f"计入{amount.zh}（单位：{unit.zh}）", f"counts {amount.en} (in {unit.en})")
    if measure.kind == "each":
        events = _quoted(lexicon.event_title(scopes.words_of(pack), event) for event in measure.events)
        if measure.role is not None:
            role = _role(pack, measure.role)
            if _leads_to_key(pack, measure.role):
                near = _near(pack, measure.role)
                return Text(
                    f"{near.zh}每发生一次{events.zh}，在当日{what.zh}",
                    f"each {events.en} of {near.en} {what.en} on its day",
                )
            return Text(
                f"本案是另一案件的「{role.zh}」的，该另一案件每发生一次{events.zh}，在当日{what.zh}",
                f"where this case is “{role.en}” of another, each {events.en} of that other case {what.en} on its day",
            )
        return Text(f"每发生一次{events.zh}，在当日{what.zh}", f"each {events.en} {what.en} on its day")
    if measure.kind == "moves":
        return _moved(pack, measure, what)
    starts = wording.listed([_named(names, name) for name in measure.starts])
    if measure.kind == "flow":
        return Text(f"以{starts.zh}为准，在该日{what.zh}", f"each case {what.en} on its day {starts.en}")
    until = wording.listed([_named(names, name) for name in measure.until])
    return Text(
        joined("自", starts.zh, "起计入，至", until.zh, f"当日转出；在册期间每件{what.zh}"),
        f"a case stands in it from {starts.en} until, not on, {until.en}; while it does, it {what.en}",
    )


def _moved(pack: Pack, measure: Measure, what: Text) -> Text:
    stocks = {name: one for each in scopes.chain(pack) for name, one in each.measures.items()}
    stock = stocks[measure.moves].title or Text(measure.moves, measure.moves)
    if measure.movement == "within":
        return Text(
            f"「{stock.zh}」在册期间，案件类别、案由改变或条件的成立与否改变而法院未变的，改变当日在改变后{what.zh}、在改变前减去同数",
            f"where a case stands in “{stock.en}” and changes category, cause or whether the condition holds, but not its"
            f" court: on that day it {what.en} where it came to, and as much less where it came from",
        )
    into = measure.movement == "in"
    zh, en = ("移入", "comes to") if into else ("移出", "goes from")
    return Text(
        f"「{stock.zh}」在册期间案件更换法院的，更换当日在{zh}的法院{what.zh}；在册的起讫本身不计",
        f"where a case stands in “{stock.en}” and changes its court: on that day it {what.en} in the court it {en};"
        " the beginning and the end of its standing there do not count",
    )


def condition(pack: Pack, measure: Measure) -> Text | None:
    """The clause of a measure, None where it has none."""
    if measure.where is None:
        return None
    return wording.clause(measure.where, lexicon.of_measure(pack, measure))


def attribution(pack: Pack, measure: Measure) -> Text:
    """To which court, judge and category it counts."""
    if measure.kind == "observed":
        return Text(
            "上报的法院；辖区为各院之和", "the court that reports; a district is the sum of its courts"
        )
    if measure.role is not None:
        role = _role(pack, measure.role)
        if _leads_to_key(pack, measure.role):
            role = Text("本案", "this case")
        return Text(
            f"{role.zh}所在的法院、条线、庭室和法官，不是审理另一案件的法院",
            f"court, category, division and judge of {role.en}, not those of the other case",
        )
    return Text(
        "案件当日所在的法院、条线、庭室和法官；以后移送或更换的，已计的不变",
        "court, category, division and judge of the case on that day; what was counted stays when it moves later",
    )


def left_out(pack: Pack, measure: Measure) -> list[Text]:
    """What a measure does not count, and why."""
    found: list[Text] = []
    names = lexicon.of_measure(pack, measure)
    things = Text("事件", "events") if measure.kind == "each" else Text("案件", "cases")
    if measure.where is not None:
        needed = sorted(expressions.names_in(measure.where))
        listed = wording.listed([_named(names, name) for name in needed], "、", "or")
        found.append(
            Text(
                f"不符合条件的{things.zh}；无法判断的（{listed.zh}未知），列明所缺，也不计",
                f"{things.en} for which the condition is false; where it cannot be judged"
                f" ({listed.en} unknown) what is missing is listed, and nothing counts",
            )
        )
    if measure.role is not None and _leads_to_key(pack, measure.role):
        role = _role(pack, measure.role)
        found.append(Text(f"没有注明「{role.zh}」的案件", f"cases that do not state the key of “{role.en}”"))
    elif measure.role is not None:
        role = _role(pack, measure.role)
        found.append(
            Text(
                f"没有注明「{role.zh}」的，不归给任何法院，在数值旁列为“未能归属”",
                f"where the link to “{role.en}” is missing it goes to no court, and is shown beside as unattributed",
            )
        )
    found += _undone(pack, measure)
    return found


def _undone(pack: Pack, measure: Measure) -> Iterable[Text]:
    types = scopes.words_of(pack)
    facts = {name: one for each in scopes.chain(pack) for name, one in each.facts.items()}
    for name in (*measure.starts, *measure.until):
        if name in facts and facts[name].undone_by:
            title = lexicon.fact_title(facts[name], types)
            events = _quoted(lexicon.event_title(types, event) for event in facts[name].undone_by)
            yield Text(
                f"发生{events.zh}的，此前的{title.zh}作废，账上随之冲回",
                f"after {events.en} the earlier “{title.en}” no longer stands, and its posting is taken back",
            )


def target(rule: Mapping[str, Any], unit: str) -> Text:
    """A target in words."""
    read = targets.read_target(rule, unit)
    if read.kind == "sum_of_courts":
        return Text("所辖各院目标之和", "the sum of the targets of the courts directly below")
    if read.kind == "between":
        low, high = (number(bound or Fraction(0), unit) for bound in (read.low, read.high))
        return Text(f"在 {low} 与 {high} 之间（含两端）", f"between {low} and {high}, both included")
    zh, en = _BOUNDS[read.kind]
    fixed = read.low if read.kind == "at_least" else read.high
    if fixed is not None:
        return Text(f"{zh} {number(fixed, unit)}", f"{en} {number(fixed, unit)}")
    if read.change is None:
        return Text(f"{zh}上年同期", f"{en} last year's")
    less = read.change.sign < 0
    way_zh, way_en = ("减去", "less") if less else ("加上", "plus")
    if read.change.share is None:
        points = number((read.change.points or Fraction(0)) * (100 if unit == "percent" else 1), "number")
        of = Text("个百分点", "percentage points") if unit == "percent" else UNITS[unit]
        return Text(f"{zh}上年同期{way_zh} {points} {of.zh}", f"{en} last year's {way_en} {points} {of.en}")
    share = number(read.change.share, "percent")
    rounded = ROUNDED.get(read.change.rounded or "")
    return Text(
        f"{zh}上年同期{way_zh}其 {share}" + (f"（{rounded.zh}）" if rounded else ""),
        f"{en} last year's {way_en} {share} of it" + (f", {rounded.en}" if rounded else ""),
    )


def benchmark(value: Any, unit: str) -> Text:
    """A benchmark's value in words."""
    if isinstance(value, Mapping):
        return target(value, unit)
    return Text(str(value), str(value))


def number(value: Fraction, unit: str = "number") -> str:
    """A number in its unit, at most 6 decimals, without idle zeros."""
    return targets.shown(value, unit)


def _quoted(titles: Iterable[Text]) -> Text:
    return wording.listed([Text(f"「{title.zh}」", f"“{title.en}”") for title in titles])


def _named(names: lexicon.Lexicon, name: str) -> Text:
    word = names.word(name)
    return Text(f"「{word.title.zh}」" if word.type is Type.FLAG else word.title.zh, f"“{word.title.en}”")


def _leads_to_key(pack: Pack, name: str) -> bool:
    role = scopes.words_of(pack).roles.get(name)
    return role is not None and role.is_key


def _near(pack: Pack, name: str) -> Text:
    """The other cases that a role leads to the events of."""
    role = _role(pack, name)
    if _leads_to_key(pack, name):
        return Text(f"与本案属同一{role.zh}的其他案件", f"the other cases of the same key of “{role.en}”")
    return Text(f"以「{role.zh}」关联到本案的案件", f"the cases that link to this one as “{role.en}”")


def _role(pack: Pack, name: str) -> Text:
    for one in scopes.chain(pack):
        if name in one.roles:
            return one.roles[name].title
    role = scopes.words_of(pack).roles.get(name)
    return Text(role.zh, role.en) if role is not None else Text(name, name)
