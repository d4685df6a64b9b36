"""How an item of a rule book gives points, as a sentence, Chinese and English; what the document leaves open is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from plumbline.catalog import definition_words, rulebooks, scopes
from plumbline.catalog import rulebook_tree as tree
from plumbline.catalog.definitions import Pack, Text
from plumbline.catalog.rulebook_tree import Figures, Open, Option

#: The words of each option a rule may take.
OPTIONS: Mapping[tuple[str, str], Text] = {
    ("steps", "whole"): Text("只计整步", "whole steps only"),
    ("steps", "prorated"): Text("不足一步按比例计", "a part of a step in proportion"),
    ("zero_base", "not_applicable"): Text("上年、本年均为零的不可得", "from 0 to 0 no points can be said"),
    ("zero_base", "full_if_zero_now"): Text("上年、本年均为零得满分", "from 0 to 0 gives all points"),
    ("in_year", "same_time"): Text("年中与上年同期比", "a running year against the same time last year"),
    ("in_year", "share_of_ceiling"): Text(
        "年中与上年全年按已过时间折算比", "a running year against last year's whole in proportion"
    ),
    ("in_year", "not_scored"): Text("年底前不计分", "a running year is not scored"),
    ("comparison", "exact"): Text("按精确值比较", "compared exactly"),
    ("earns", "met"): Text("达到才得分", "points only where it is met"),
    ("earns", "proportional"): Text("未达到按完成比例得分", "a miss earns in proportion"),
    ("mean", "each_court"): Text("每院计一次", "every court counts once"),
    ("mean", "by_cases"): Text("按案件数加权", "courts weigh by their cases"),
    ("given", "both"): Text("全部满足才得分", "all points only if all are met"),
    ("given", "half_each"): Text("各占等份", "an equal part for each"),
    **{
        ("comparison", f"as_shown_{places}"): Text(
            f"四舍五入到 {places} 位小数后比较", f"compared as shown with {places} decimals"
        )
        for places in range(5)
    },
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says the rules of one pack's books: figures by their titles, parameters by theirs."""

    pack: Pack

    def say(self, rule: tree.Rule) -> Text:
        """How a rule gives points."""
        said = RULES[type(rule)](self, rule)
        options = [self._option(name, option) for name, option in tree.options_of(rule).items()]
        if not options:
            return said
        return Text(
            f"{said.zh}。{'；'.join(each.zh for each in options)}",
            f"{said.en}. {'; '.join(each.en for each in options)}",
        )

    def figure(self, figures: Figures) -> Text:
        """The figure a rule reads, or one for each reading of a parameter."""
        if not figures.parameter:
            return self._title(figures.names[""])
        parameter = rulebooks.parameters(self.pack)[figures.parameter]
        parts = [(reading.title, self._title(figures.names[reading.id])) for reading in parameter.readings]
        return Text(
            f"（口径未定·{parameter.title.zh}："
            + "；".join(f"{said.zh}取{of.zh}" for said, of in parts)
            + "）",
            f"(left open, {parameter.title.en}: "
            + "; ".join(f"{said.en}: {of.en}" for said, of in parts)
            + ")",
        )

    def unit(self, figures: Figures) -> str:
        """The unit of the figure."""
        return rulebooks.figures(self.pack)[next(iter(figures.names.values()))].unit

    def line(self, figures: Figures, rule: Mapping[str, Any] | None) -> Text:
        """The line of a rule, or that of the packs' targets."""
        if rule is None:
            return Text("达到已定的目标", "within the target that is set")
        return definition_words.target(rule, self.unit(figures))

    def book(self, name: str) -> Text:
        """A rule book's title."""
        return rulebooks.books(self.pack)[name].title

    def gain(self, rule: tree.GainPerStep) -> Text:
        figure, way = self.figure(rule.figure), _WAYS[rule.way]
        if rule.change == "share":
            step = Text(_percent(rule.per), _percent(rule.per))
            basis = Text("（占上年数的比例）", " of last year's figure")
        else:
            shown = definition_words.number(rule.per * 100)
            step, basis = Text(f"{shown} 个百分点", f"{shown} percentage points"), Text("", "")
        return Text(
            f"{figure.zh}比上年每{way.zh} {step.zh}{basis.zh}，得 {_plain(rule.gain)} 分，至满分为止",
            f"{_plain(rule.gain)} points for every {step.en}{basis.en} by which {figure.en} is {way.en},"
            f" up to the item's points",
        )

    def meets(self, rule: tree.MeetsTarget) -> Text:
        figure, line = self.figure(rule.figure), self.line(rule.figure, rule.target)
        return Text(f"{figure.zh}{line.zh}，得满分", f"all points where {figure.en} is {line.en}")

    def threshold(self, rule: tree.ThresholdThenDeduction) -> Text:
        figure, line = self.figure(rule.figure), self.line(rule.figure, rule.target)
        percent = self.unit(rule.figure) == "percent"
        per = _plain(rule.per * (100 if percent else 1)) + (" 个百分点" if percent else "")
        per_en = _plain(rule.per * (100 if percent else 1)) + (" percentage points" if percent else "")
        return Text(
            f"{figure.zh}{line.zh}，得满分；每差 {per} 扣 {_plain(rule.deduct)} 分，扣完为止",
            f"all points where {figure.en} is {line.en}; {_plain(rule.deduct)} less for every {per_en} short, not below 0",
        )

    def per_case(self, rule: tree.PerCase) -> Text:
        figure = self.figure(rule.figure)
        return Text(
            f"{figure.zh}每有一件扣 {_plain(rule.deduct)} 分，扣完为止",
            f"{_plain(rule.deduct)} less for each of {figure.en}, not below 0",
        )

    def group(self, rule: tree.GroupMean) -> Text:
        figure = self.figure(rule.figure)
        zh, en = ("不低于", "at least") if rule.side == "at_least" else ("不高于", "at most")
        return Text(
            f"{figure.zh}{zh}同一上级法院下同级各院的均值，得满分（每院计一次）",
            f"all points where {figure.en} is {en} the mean of the courts of the same level under the same court",
        )

    def band(self, rule: tree.Band) -> Text:
        figure, line = self.figure(rule.figure), self.line(rule.figure, rule.target)
        return Text(f"{figure.zh}{line.zh}，得满分", f"all points where {figure.en} is {line.en}")

    def subordinates(self, rule: tree.SubordinatesMean) -> Text:
        title = self.book(rule.book)
        cases = self.figure(rule.cases) if rule.cases is not None else Text("", "")
        return Text(
            f"直接下级各院「{title.zh}」得分的均值，按满分折算"
            + (f"；案件数取{cases.zh}" if cases.zh else ""),
            f"the mean of what the courts directly below score under “{title.en}”, as a share of its points"
            + (f"; cases are {cases.en}" if cases.en else ""),
        )

    def panel(self, rule: tree.PanelMean) -> Text:
        highest = _plain(rule.highest)
        return Text(
            f"不记名投票的平均分（最高 {highest} 分），按满分折算；公布前不可得",
            f"the mean mark of an anonymous vote (highest {highest}) as a share; not available before it is published",
        )

    def several(self, rule: tree.MeetsAll) -> Text:
        parts = []
        for one in rule.conditions:
            figure = self.figure(one.figure)
            if one.no_less_than is not None:
                other = self.figure(one.no_less_than)
                parts.append(Text(f"{figure.zh}不低于{other.zh}", f"{figure.en} is at least {other.en}"))
            else:
                line = self.line(one.figure, one.target)
                parts.append(Text(f"{figure.zh}{line.zh}", f"{figure.en} is {line.en}"))
        return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))

    def share(self, rule: tree.ShareOfBooks) -> Text:
        title, share = self.book(rule.book), _percent(rule.share)
        return Text(f"「{title.zh}」得分的 {share}", f"{share} of the points of “{title.en}”")

    def sums(self, rule: tree.WeightedSum) -> Text:
        return Text(f"以下 {len(rule.items)} 个分项之和", f"the sum of the {len(rule.items)} items below")

    def _option(self, name: str, option: Option) -> Text:
        if isinstance(option, Open):
            title = rulebooks.parameters(self.pack)[option.parameter].title
            return Text(f"口径未定：{title.zh}", f"left open: {title.en}")
        return OPTIONS[name, option]

    def _title(self, name: str) -> Text:
        figure = rulebooks.figures(self.pack)[name]
        title = figure.title or Text(name, name)
        return Text(f"「{title.zh}」", f"“{title.en}”")


def home(pack: Pack, name: str) -> Pack:
    """The pack of the chain in which a figure is defined."""
    return next(one for one in scopes.chain(pack) if name in one.indicators or name in one.measures)


def _plain(value: Fraction) -> str:
    return definition_words.number(value)


def _percent(value: Fraction) -> str:
    return definition_words.number(value, "percent")


_WAYS = {"fall": Text("下降", "lower than last year's"), "rise": Text("上升", "higher than last year's")}
#: The words of each rule.
RULES: Mapping[type[Any], Callable[[Speaker, Any], Text]] = {
    tree.GainPerStep: Speaker.gain,
    tree.MeetsTarget: Speaker.meets,
    tree.ThresholdThenDeduction: Speaker.threshold,
    tree.PerCase: Speaker.per_case,
    tree.GroupMean: Speaker.group,
    tree.Band: Speaker.band,
    tree.SubordinatesMean: Speaker.subordinates,
    tree.PanelMean: Speaker.panel,
    tree.MeetsAll: Speaker.several,
    tree.ShareOfBooks: Speaker.share,
    tree.WeightedSum: Speaker.sums,
}
