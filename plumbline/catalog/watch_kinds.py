"""The kinds of watches: what each looks at, how often, and the settings it takes, with their shipped values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from plumbline.catalog.definitions import Text

DAY, WEEK, MONTH = "day", "week", "month"


@dataclass(frozen=True, slots=True)
class Setting:
    """One number a method takes: its shipped value and its bounds, both inside."""

    shipped: Fraction
    low: Fraction
    high: Fraction
    meaning: Text


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of watch. `of` says what its `of` names: figures, flows (measures), clocks, balances or nothing (feeds);
    `every` how often it may look, the shipped one first; `forecast`: it speaks of what is to come; `grains`: the periods it
    may judge, the shipped one first, where there is a choice.
    """

    id: str
    title: Text
    of: str
    every: tuple[str, ...]
    sides: tuple[str, ...]
    settings: Mapping[str, Setting]
    forecast: bool = False
    grains: tuple[str, ...] = ()


def _number(shipped: str, low: str, high: str, zh: str, en: str) -> Setting:
    return Setting(Fraction(shipped), Fraction(low), Fraction(high), Text(zh, en))


_RED = _number("0.95", "0.5", "1", "红色所需概率", "probability from which it is red")
_AMBER = _number("0.87", "0.5", "1", "黄色所需概率", "probability from which it is amber")
_RATE = _number("0.1", "0.001", "0.5", "错误发现率", "false discovery rate over courts and figures")

KINDS: Final[Mapping[str, Kind]] = {
    kind.id: kind
    for kind in (
        Kind(
            "target", Text("偏离目标", "away from its target"), "figures", (MONTH, DAY), ("line",),
            {
                "amber": _AMBER,
                "red": _RED,
                "least": _number("5", "1", "1000", "样本下限", "below this many cases: too few to judge"),
                "strength": _number(
                    "200", "0", "100000", "同级法院经验的最大权重（件）", "most weight of the courts of the level, in cases"
                ),
            },
        ),
        Kind(
            "history", Text("偏离自身历史", "away from its own history"), "figures", (MONTH, WEEK), ("both", "high", "low"),
            {
                "years": _number("5", "3", "10", "回看年数", "years looked back at"),
                "cut": _number("0.01", "0.00001", "0.1", "报警所需的单侧概率", "chance of a side from which it is beyond"),
                "spike": _number("10", "1", "100", "单期尾概率的加权", "weight of the tail of one period alone"),
                "least": _number("3", "0", "1000", "两期件数下限", "fewer cases in two periods are never too many"),
                "lag": _number(
                    "6", "0", "12", "迟报折算的月数（0 为不折算）", "months until all is known, judged by what usually is (0 off)"
                ),
                "rate": _RATE,
            },
            grains=(MONTH, WEEK),
        ),
        Kind(
            "drift", Text("缓慢漂移", "a slow drift"), "figures", (MONTH,), ("both", "high", "low"),
            {"rate": _number("0.075", "0.001", "0.5", "错误发现率", "false discovery rate over courts and figures")},
        ),
        Kind(
            "peers", Text("偏离同级法院", "away from courts of its level"), "figures", (MONTH,), ("both", "high", "low"),
            {
                "amber": _number("1.96", "1", "6", "黄色所需标准差数", "standard deviations from which it is amber"),
                "red": _number("3.09", "1", "6", "红色所需标准差数", "standard deviations from which it is red"),
                "rate": _RATE,
            },
        ),
        Kind(
            "year_end", Text("预计难达年度目标", "heading to miss the year's target"), "figures", (MONTH, WEEK), ("line",),
            {
                "red": _number(
                    "0.75", "0.5", "1", "红色所需概率（连续两次）", "probability, twice running, from which it is red"
                ),
                "amber": _number("0.5", "0.1", "1", "黄色所需概率", "probability from which it is amber"),
                "first_month": _number("2", "1", "11", "最早在此月末之后", "not before the end of this month"),
                "years": _number("4", "2", "10", "回看年数", "years looked back at"),
            },
            forecast=True,
        ),
        Kind(
            "burn", Text("年度额度消耗过快", "the year's budget goes too fast"), "flows", (WEEK, MONTH), ("high",),
            {},
            forecast=True,
        ),
        Kind(
            "balance", Text("收结案不均衡", "closings and filings out of balance"), "flows", (MONTH,), ("both",),
            {},
        ),
        Kind(
            "clock", Text("案件期限", "the limit of a case"), "clocks", (DAY,), ("line",),
            {
                "soon": _number("15", "1", "365", "提前天数", "days ahead"),
                "likely": _number("0.8", "0.5", "1", "预计超期的概率", "probability of passing the limit"),
                "judge_days": _number("5", "0", "60", "承办法官先知天数", "days the judge of the case sees it before"),
            },
        ),
        Kind(
            "node", Text("流程节点", "a node of the process"), "clocks", (DAY,), ("line",),
            {"grace": _number("0", "0", "60", "宽限天数", "days of grace")},
        ),
        Kind(
            "feed", Text("数据来源", "a feed"), "nothing", (DAY,), ("line",),
            {
                "late": _number("2", "1", "100", "超过约定间隔的倍数", "times its rhythm without a word"),
                "short": _number("0.98", "0.1", "1", "覆盖率下限", "coverage below which it is short"),
                "loss": _number("0.2", "0.01", "1", "较平日突降的比例", "sudden loss against its usual days, as a share"),
            },
        ),
        Kind(
            "pattern", Text("异常情形（疑似、待核实）", "an unusual pattern, to be verified"), "flows", (MONTH, WEEK), ("high",),
            {
                "least": _number("3", "1", "1000", "件数下限", "at least so many"),
                "tail": _number("0.01", "0.00001", "0.2", "尾概率", "tail probability against its own months before"),
                "rate": _RATE,
            },
        ),
        Kind(
            "stock_flow", Text("收结存勾稽", "carried over, filed, closed and pending"), "balances", (DAY, MONTH), ("line",),
            {"least": _number("0", "0", "1000", "允许的差额", "the difference that is let pass")},
        ),
    )
}  # fmt: skip
