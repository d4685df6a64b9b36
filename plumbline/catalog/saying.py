"""What a definition holds, said for people: the name of each of its keys, and each value in Chinese and English.

A key or a value that has no words here stands for itself, so that whatever a pack may come to say is told.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from plumbline.catalog.definitions import Source, Text
from plumbline.catalog.rulebook_tree import Figures, Open

_LABELS = """
title|名称|title
source|依据|source
formula_source|公式出处|source of the formula
meaning|指标价值|meaning
dimension|评价维度|dimension
key_points|关键点|key points
department|部门|department
waits_for|所待条件|what it waits for
values|可能取值|possible values
type|类型|type
events|事件|events
take|取值方式|which of them is taken
field|所取内容|field
undone_by|作废的情形|what cancels it
derive|推导|derivation
role|案件关联|link role
after|起自|from which day on
rows|各行|rows
sum|计入的量|amount it counts
observed|上报方式|how it is reported
formula|公式|formula
starts|起算|start
stops|停止计算的情形|what stops it
ends|终止计算的情形|what ends it
limits|所用期限表|table of limits
due|直接给出期限日的要素|fact that holds the last day
restarts|重新计算的情形|what makes it run anew
times|连续计算次数|how many times it runs
returns|是否可恢复原归属|whether it may return
lever|可否以管理影响|lever
unit|单位|unit
direction|方向|direction
nature|性质|nature
origin|来源类别|origin
domain|所属领域|domain
minimum|最小样本量|minimum sample
in_force_from|施行日|in force from
in_force_until|失效日|no longer in force from
number|编号|number
expected_of|应有此关联的案件|cases that should have such a link
months|月数|months
days|日数|days
article|条款|article
none|法律未规定期限|no limit by law
back|倒算|counted back
holiday_moves|届满日遇休息日顺延|moves to the next working day
extensions|可延长|extensions
pauses|扣除、中止的事由|grounds that pause it
grounds|事由|grounds
by|批准主体|approved by
on|起算日|from the day of
when|适用情形|cases
where|条件|condition
valid_from|适用起始日|from
valid_until|适用截止日（不含）|until, not on
readings|读法|readings
shipped|默认读法|shipped reading
settled|法院确定的读法|reading set by the court
clause|条文|clause
levels|适用法院层级|levels of courts
period|计分期间|period
points|分值|points
items|计分项|items
bases|上年基数|figures of the year before
scope|范围|scope
cases|案件类别|cases
rule|计分办法|rule
figure|指标|figure
change|比较方式|change
way|得分方向|direction that earns
moves|所计移动的存量|stock whose moves it counts
movement|移动方向|way in which they move
stock|存量|stock
entering|计入项|what comes to it
leaving|转出项|what goes from it
opening|期初存量|opening stock
marked|期初案件|cases of the opening stock
per|每一步|one step
gain|每步得分|points for one step
deduct|扣分|points taken off
steps|不足一步的|part of a step
zero_base|上年为零的|zero base
in_year|年中计分|running year
target|目标|target
earns|未达到的|a miss
comparison|比较精度|comparison
side|所在一侧|side
book|考核办法|rule book
item|考核项|item
mean|均值口径|mean
ballot|投票|ballot
highest|最高分|highest mark
conditions|条件|conditions
no_less_than|不低于另一指标|no less than
given|多个条件的|several conditions
share|占比|share
numerator|分子|numerator
denominator|分母|denominator
court|法院|court
value|数值|value
issuer|制定机关|issuer
whose|所属|whose figure
begins|起始日|from
until|截止日（不含）|until, not on
category|案件类别|category
kind|类别|kind
into|折算为|converted into
pack|所折算的指标包|pack converted
lines|折算项|lines
table|折算表|table
from|不低于|from
above|高于|above
to|不高于|to
below|低于|below
low|下限|lower end
high|上限|upper end
low_inside|含下限|lower end inside
high_inside|含上限|upper end inside
parent|上级案由|parent
code|代码|code
carried|携带期间的统计量|measure that carries it
of|对象|what it watches
courts|法院|courts
level|法院层级|level of courts
every|查看频率|how often it looks
grain|判断周期|periods it judges
settings|方法参数|settings of the method
hold|成立所需次数|looks beyond before it opens
release|解除所需次数|looks inside before it is resolved
severity|最高程度|gravest severity
tell|告知对象|who is told
escalate|逐级报告的日数|days before the court above is told
base|基数|base
headroom|预留空间|headroom
stage|阶段|stage
first|首年|first year
last|末年|last year
courts|法院|courts
of|对象|what it is for
codes|代码对照|codes
"""
LABELS: Mapping[str, Text] = {
    key: Text(zh, en) for key, zh, en in (line.split("|") for line in _LABELS.strip().splitlines())
}
_WORDS = """
process|流程类|process
outcome|裁判结果类|outcome
lower|越低越好|lower is better
higher|越高越好|higher is better
band|区间|inside an interval
binding|约束性|binding
anticipatory|预期性|anticipatory
basic|基础|basic
created|创设|created
trial|审判|trial
enforcement|执行|enforcement
reform|改革|reform
smart_court|智慧法院|smart court
management|管理|management
service|服务|service
satisfaction|满意度|satisfaction
percent|百分比|percent
ratio|比值|ratio
days|天|days
cases|件|cases
persons|人|persons
points|百分点|percentage points
supreme|最高法院|supreme
high|高级法院|high
intermediate|中级法院|intermediate
basic_court|基层法院|basic
own|本院|own cases
all|辖区|with all courts below
year|年|year
quarter|季度|quarter
month|月|month
never|不恢复|never
fall|下降|fall
rise|上升|rise
in|移入|in
out|移出|out
within|院内|within a court
"""
WORDS: Mapping[str, Text] = {
    key: Text(zh, en) for key, zh, en in (line.split("|") for line in _WORDS.strip().splitlines())
}
_CODED = (
    "lever", "direction", "nature", "origin", "domain", "unit", "levels", "scope", "period", "returns", "change",
    "way", "points", "movement",
)  # fmt: skip
"""The keys whose values are words of a closed list (of `points`: the levels)."""


def label(key: str) -> Text:
    """What a key is called."""
    return LABELS.get(key) or Text(f"「{key}」", f"“{key}”")


def value(given: object, key: str = "") -> Text | None:
    """A value in words; None where nothing is said."""
    if given is None or given in ("", (), {}) or (given == 0 and key in ("months", "days", "minimum")):
        return None
    return _said(given, key)


def _said(given: Any, key: str) -> Text:
    match given:
        case Text():
            return given
        case bool():
            return Text("是", "yes") if given else Text("否", "no")
        case date():
            return day(given)
        case Fraction():
            return share(given) if key == "share" else Text(amount(given), amount(given))
        case Source():
            return Text(f"《{given.document}》{given.clause}", f"{given.document}, {given.clause}")
        case Open():
            return Text(f"口径「{given.parameter}」所定", f"as parameter `{given.parameter}` is read")
        case Figures():
            return _listed([_pair(reading, name) for reading, name in given.names.items()])
        case Mapping():
            return _listed([_pair(str(name), inner, key) for name, inner in given.items()])
        case str():
            return _word(given, key)
    return _whole(given, key)


def _whole(given: Any, key: str) -> Text:
    if isinstance(given, tuple | list | frozenset):
        parts = sorted(given) if isinstance(given, frozenset) else given
        comma = "；" if any(isinstance(each, Mapping) for each in parts) else "、"
        return _listed([_said(each, key) for each in parts], comma)
    if dataclasses.is_dataclass(given):
        return _listed(
            [_field(name, inner) for name, inner in held(given) if value(inner, name) is not None], "，"
        )
    return Text(str(given), str(given))


def held(definition: Any) -> list[tuple[str, Any]]:
    """The keys of a definition with what they hold; not where it is written."""
    return [
        (each.name, getattr(definition, each.name))
        for each in dataclasses.fields(definition)
        if each.name != "place"
    ]


def _field(name: str, given: Any) -> Text:
    said, named = _said(given, name), label(name)
    return Text(f"{named.zh} {said.zh}", f"{named.en} {said.en}")


def _pair(name: str, given: Any, key: str = "") -> Text:
    said = _said(given, "")
    named = LABELS.get(name) or _word(name, key)
    return said if not name else Text(f"{named.zh} {said.zh}", f"{named.en} {said.en}")


def _listed(parts: list[Text], comma: str = "、") -> Text:
    return Text(comma.join(part.zh for part in parts), ", ".join(part.en for part in parts))


def _word(text: str, key: str) -> Text:
    if key in ("levels", "points") and text == "basic":
        text = "basic_court"
    return WORDS.get(text, Text(text, text)) if key in _CODED else Text(text, text)


def day(on: date) -> Text:
    """A day."""
    return Text(f"{on.year}年{on.month}月{on.day}日", on.isoformat())


def amount(number: Fraction) -> str:
    """A number without idle zeros; one that no decimal of six places holds, as a fraction."""
    if number.denominator == 1:
        return str(number.numerator)
    scaled = number * 10**6
    if scaled.denominator != 1:
        return f"{number.numerator}/{number.denominator}"
    whole, part = divmod(abs(scaled.numerator), 10**6)
    return f"{'-' if number < 0 else ''}{whole}.{part:06}".rstrip("0")


def share(number: Fraction) -> Text:
    """A share as a percentage."""
    return Text(f"{amount(number * 100)}%", f"{amount(number * 100)} %")


def changed(named: Text, before: Text | None, after: Text | None) -> Text:
    """A change as a sentence: from what to what, what is new, or what is dropped."""
    was, becomes = _quoted(before), _quoted(after or Text("（空）", "(nothing)"))
    if before is None:
        return Text(f"新增{named.zh}{becomes.zh}", f"{named.en} is new: {becomes.en}")
    if after is None:
        return Text(f"取消{named.zh}（原为{was.zh}）", f"{named.en} is dropped (it was {was.en})")
    return Text(f"{named.zh}由{was.zh}改为{becomes.zh}", f"{named.en} changes from {was.en} to {becomes.en}")


def _quoted(said: Text | None) -> Text:
    """A value in quotation marks, other ones where it holds some itself; a title alone keeps its own."""
    if said is None:
        return Text("", "")
    inner = said.zh.startswith("「") and said.zh.find("」") == len(said.zh) - 1
    zh = said.zh if inner else f"“{said.zh}”" if "「" in said.zh else f"「{said.zh}」"
    alone = said.en.startswith("“") and said.en.find("”") == len(said.en) - 1
    en = said.en if alone else f"‘{said.en}’" if "“" in said.en else f"“{said.en}”"
    return Text(zh, en)
