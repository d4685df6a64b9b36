"""A formula as a sentence, Chinese and English: measures by their titles, every bracket kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from plumbline.catalog import formula_tree as tree
from plumbline.catalog.definitions import Text
from plumbline.catalog.wording import joined

_SIGNS = {"+": ("加", "plus"), "-": ("减", "minus"), "*": ("乘以", "times"), "/": ("除以", "divided by")}
#: Each statistic over a group; {0} is the group, {1} what is taken over it.
STATISTICS: Mapping[str, Text] = {
    "mean": Text("各{0}{1}的平均数", "the mean of {1} over the {0}"),
    "sd": Text("各{0}{1}的标准差", "the standard deviation of {1} over the {0}"),
    "gini": Text("各{0}{1}的基尼系数", "the Gini coefficient of {1} over the {0}"),
    "count_positive": Text("{1}大于零的{0}数", "the number of {0} for which {1} is above 0"),
}
GROUPS: Mapping[str, Text] = {
    "over_months": Text("月", "months"),
    "over_courts": Text("法院", "courts"),
    "over_judges": Text("法官", "judges"),
}


def sentence(node: tree.Node, titles: Callable[[str], Text]) -> Text:
    """A formula in words; `titles` gives a measure's title."""
    match node:
        case tree.Number():
            return Text(node.text, node.text)
        case tree.Amount():
            title = titles(node.measure)
            if node.at_start:
                return Text(f"「{title.zh}」的期初数", f"“{title.en}” at the period's start")
            return Text(f"「{title.zh}」", f"“{title.en}”")
        case tree.Prior():
            inner = _bracketed(node.inner, titles)
            return Text(f"上年同期的{inner.zh}", f"{inner.en} of the same time last year")
        case tree.Reckoning():
            return _reckoning(node, titles)
        case tree.Spread():
            inner, group, said = (
                _bracketed(node.inner, titles),
                GROUPS[node.group],
                STATISTICS[node.statistic],
            )
            return Text(said.zh.format(group.zh, inner.zh), said.en.format(group.en, inner.en))
        case tree.Percentile():
            return _percentile(node, titles(node.measure))
        case tree.Days():
            return Text("本期天数", "the days of the period")


def _reckoning(node: tree.Reckoning, titles: Callable[[str], Text]) -> Text:
    zh, en = _SIGNS[node.sign]
    run = node.sign in "+-" and isinstance(node.left, tree.Reckoning) and node.left.sign in "+-"
    left = sentence(node.left, titles) if run else _bracketed(node.left, titles)
    right = _bracketed(node.right, titles)
    return Text(joined(left.zh, zh, right.zh), f"{left.en} {en} {right.en}")


def _bracketed(node: tree.Node, titles: Callable[[str], Text]) -> Text:
    said = sentence(node, titles)
    return Text(f"（{said.zh}）", f"({said.en})") if isinstance(node, tree.Reckoning) else said


def _percentile(node: tree.Percentile, title: Text) -> Text:
    if node.rank == 50:
        return Text(f"各案「{title.zh}」的中位数", f"the median of “{title.en}” over the cases")
    return Text(
        f"至少 {node.rank} % 的案件不超过的最小「{title.zh}」",
        f"the smallest “{title.en}” that at least {node.rank} % of the cases do not exceed",
    )
