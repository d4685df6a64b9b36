"""Every part of the expression language, of the formula language and of rule books has words in both languages."""

from __future__ import annotations

import re
import typing

import pytest

from plumbline import vocabulary
from plumbline.catalog import (
    compiling,
    definition_words,
    expressions,
    field_words,
    formula_reader,
    formula_tree,
    formula_words,
    formulas,
    keyed,
    keys,
    lexicon,
    reading,
    rule_words,
    rulebook_tree,
    scopes,
    targets,
    wording,
)
from plumbline.catalog.definitions import Text
from tests.keeper import DEFINITIONS

CORE = reading.Shelf(DEFINITIONS).pack("court-core")
NAMES = lexicon.of_events(CORE, ("appeal.decided", "case.filed"))

#: For each class of node: an expression that has it, and its words.
NODES = {
    "Column": ("filed_on", "立案日", "“filed on”"),
    "Null": (
        "case when is_litigation then 1 else null end",
        "若符合「诉讼案件」，取 1；否则取未知",
        "1 if “litigation” holds; otherwise unknown",
    ),
    "Boolean": ("is_litigation = true", "诉讼案件为是", "“litigation” is yes"),
    "Paren": (
        "(is_litigation or is_enforcement) and hearings_held > 1",
        "（符合「诉讼案件」，或者符合「执行实施案件」），且开庭次数大于 1",
        "(“litigation” holds, or “enforcement” holds), and “hearings held” is more than 1",
    ),
    "And": (
        "outcome = 'altered' and part = 'part'",
        "结果为改判，且范围为部分",
        "“outcome” is altered, and “part” is part",
    ),
    "Or": (
        "is_litigation or is_enforcement and hearings_held = 1",
        "符合「诉讼案件」，或者（符合「执行实施案件」，且开庭次数等于 1）",
        "“litigation” holds, or (“enforcement” holds, and “hearings held” equals 1)",
    ),
    "Not": ("not is_litigation", "不符合「诉讼案件」", "“litigation” does not hold"),
    "EQ": ("closing_method = 'judgment'", "结案方式为判决", "“closing method” is judgment"),
    "NEQ": ("closing_method <> 'judgment'", "结案方式不为判决", "“closing method” is not judgment"),
    "LT": ("filed_on < closed_on", "立案日早于结案日", "“filed on” is before “closed on”"),
    "LTE": ("filed_on <= closed_on", "立案日不晚于结案日", "“filed on” is not after “closed on”"),
    "GT": (
        "closed_on > date '2024-01-31'",
        "结案日晚于 2024 年 1 月 31 日",
        "“closed on” is after 2024-01-31",
    ),
    "GTE": ("hearings_held >= 2", "开庭次数不少于 2", "“hearings held” is at least 2"),
    "Between": (
        "hearings_held between 1 and 9",
        "开庭次数在 1 至 9 之间（含两端）",
        "“hearings held” is between 1 and 9, both included",
    ),
    "In": (
        "closing_method in ('withdrawal','deemed_withdrawal')",
        "结案方式为撤诉或按撤诉处理",
        "“closing method” is withdrawal or deemed withdrawal",
    ),
    "Is": ("pronounced_on is not null", "宣判日已知", "“pronounced on” is known"),
    "Case": (
        "case when is_litigation then 10 when is_enforcement then 8 else 5 end",
        "若符合「诉讼案件」，取 10；若符合「执行实施案件」，取 8；否则取 5",
        "10 if “litigation” holds; 8 if “enforcement” holds; otherwise 5",
    ),
    "Add": ("hearings_held + 1", "开庭次数加 1", "“hearings held” plus 1"),
    "Sub": ("closed_on - filed_on", "从立案日到结案日的天数", "the days from “filed on” to “closed on”"),
    "Mul": ("hearings_held * 2", "开庭次数乘以 2", "“hearings held” times 2"),
    "Neg": ("-hearings_held", "负开庭次数", "minus “hearings held”"),
    "Anonymous": ("add_days(filed_on, 30)", "立案日后 30 天", "the day 30 days after “filed on”"),
}
FUNCTIONS = {
    "coalesce": (
        "coalesce(pronounced_on, closed_on)",
        "宣判日（未知时取结案日）",
        "“pronounced on” (where unknown: “closed on”)",
    ),
    "least": (
        "least(pronounced_on, closed_on)",
        "宣判日、结案日中最早的一日",
        "the earliest of “pronounced on” and “closed on”",
    ),
    "greatest": (
        "greatest(hearings_held, 3)",
        "开庭次数、3 中最大的数",
        "the largest of “hearings held” and 3",
    ),
    "abs": (
        "abs(hearings_held)",
        "开庭次数的绝对值",
        "the size of “hearings held”, without its sign",
    ),
    "add_months": (
        "add_months(filed_on, 18)",
        "立案日满 18 个月之日",
        "the day 18 months after “filed on”",
    ),
    "add_days": ("add_days(filed_on, 30)", "立案日后 30 天", "the day 30 days after “filed on”"),
    "has": ("has(tags, 'x')", "案件标签中有“x”", "“tags” hold “x”"),
}


def test_every_class_of_node_has_words() -> None:
    assert set(wording.NODES) == compiling.NODES == set(NODES)
    assert set(wording.FUNCTIONS) == set(compiling.FUNCTIONS) == set(FUNCTIONS)


@pytest.mark.parametrize(("text", "zh", "en"), [*NODES.values(), *FUNCTIONS.values()])
def test_an_expression_is_said_in_both_languages(text: str, zh: str, en: str) -> None:
    assert wording.clause(text, NAMES) == Text(zh, en)


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("x_unknown = 1", "`x_unknown`等于 1", "“`x_unknown`” equals 1"),
        ("not (is_litigation and hearings_held = 1)", None, None),
        ("closing_method not in ('judgment', 'ruling')", "结案方式不为判决或裁定", None),
        ("hearings_held not between 1 and 2", "开庭次数不在 1 至 2 之间（含两端）", None),
        ("pronounced_on is null", "宣判日未知", "“pronounced on” is unknown"),
        ("case_type = '执'", "案件类型代字为“执”", None),
        ("filed_on - 3 < closed_on", "立案日前 3 天早于结案日", None),
        ("(closed_on - filed_on) - 3 > 0", "（从立案日到结案日的天数）减 3 大于 0", None),
        ("trial_limit_stopped_on < trial_limit_overdue_on", None, None),
    ],
)
def test_harder_ones_are_said_too(text: str, zh: str | None, en: str | None) -> None:
    said = wording.clause(text, NAMES)
    assert said.zh
    assert said.en
    assert zh in (None, said.zh)
    assert en in (None, said.en)


def test_the_words_of_a_clause_do_not_depend_on_its_brackets_where_its_meaning_does_not() -> None:
    assert wording.clause("(is_litigation and (is_enforcement))", NAMES) == wording.clause(
        "is_litigation and is_enforcement", NAMES
    )


#: For each class of node of a formula: one that has it, and its words.
FORMULAS = {
    formula_tree.Number: ("1 - (closed / filed)", "1 减（「A」除以「B」）"),
    formula_tree.Amount: ("closed / (at_start(pending) + filed)", "「A」除以（「C」的期初数加「B」）"),
    formula_tree.Reckoning: ("(closed * 2) / filed", "（「A」乘以 2）除以「B」"),
    formula_tree.Prior: ("(filed / prior(filed)) - 1", "（「B」除以上年同期的「B」）减 1"),
    formula_tree.Spread: ("sd(over_months(closed))", "各月「A」的标准差"),
    formula_tree.Percentile: ("percentile(closed, 50)", "各案「A」的中位数"),
    formula_tree.Days: ("(pending * days_in_period()) / closed", "（「C」乘以本期天数）除以「A」"),
}
_LETTERS = {"closed": "A", "filed": "B", "pending": "C"}


def test_every_class_of_node_of_a_formula_has_words() -> None:
    assert set(FORMULAS) == set(typing.get_args(formula_tree.Node))
    assert set(formula_words.STATISTICS) == set(formula_reader.STATISTICS)
    assert set(formula_words.GROUPS) == set(formula_reader.GROUPS)


@pytest.mark.parametrize(("text", "zh"), FORMULAS.values())
def test_a_formula_is_said_with_titles(text: str, zh: str) -> None:
    formula = formulas.read_formula(text, CORE.measures)
    said = formula_words.sentence(formula.root, lambda name: Text(_LETTERS[name], name))
    assert said.zh == zh
    assert said.en
    assert not re.search(r"[一-鿿]", said.en)


@pytest.mark.parametrize("statistic", formula_reader.STATISTICS)
@pytest.mark.parametrize("group", formula_reader.GROUPS)
def test_every_statistic_goes_with_every_group_in_words(statistic: str, group: str) -> None:
    formula = formulas.read_formula(f"{statistic}({group}(closed))", CORE.measures)
    said = formula_words.sentence(formula.root, lambda name: Text("甲", "A"))
    assert "甲" in said.zh
    assert "“A”" in said.en
    assert "{" not in said.zh + said.en


def test_every_formula_function_has_words() -> None:
    known = {
        "prior",
        "at_start",
        "percentile",
        "days_in_period",
        *formula_words.STATISTICS,
        *formula_words.GROUPS,
    }
    assert set(formula_reader.FUNCTIONS) == known


def test_no_words_rank_anything() -> None:
    formula = formulas.read_formula("percentile(closed, 90)", CORE.measures)
    said = formula_words.sentence(formula.root, lambda name: Text("甲", "A"))
    assert said == Text(
        "至少 90 % 的案件不超过的最小「甲」", "the smallest “A” that at least 90 % of the cases do not exceed"
    )


def test_every_field_of_the_shipped_vocabulary_has_a_name() -> None:
    types = vocabulary.Vocabulary.shipped().types.values()
    unnamed = {field for each in types for field in each.fields if field not in field_words.FIELDS}
    assert not unnamed


def test_every_fact_of_a_number_and_of_a_clock_has_words() -> None:
    assert set(scopes.NUMBER_FACTS) <= set(field_words.NUMBER)
    assert set(scopes.CLOCK_FACTS) == set(field_words.CLOCK)
    assert set(scopes.CAPTURED) == set(field_words.CAPTURED)


def test_every_unit_lever_and_take_has_words() -> None:
    assert set(keyed.UNITS) == set(definition_words.UNITS)
    assert set(keys.KEYS["measures"]["lever"].choices) == set(definition_words.LEVERS)
    assert set(keyed.TAKES) == set(definition_words.TAKES)
    assert set(targets.ROUNDED) == set(definition_words.ROUNDED)


def test_every_rule_and_every_option_of_a_rule_has_words() -> None:
    assert set(rule_words.RULES) == set(rulebook_tree.KINDS.values())
    offered = {
        (name, word)
        for rule in keys.KEYS["rule"]
        for name, key in keys.KEYS[rule].items()
        if key.shape == "option"
        for word in key.choices
    }
    assert offered == set(rule_words.OPTIONS)


@pytest.mark.parametrize("name", sorted(path.parent.name for path in DEFINITIONS.glob("*/pack.yaml")))
def test_every_clause_of_a_shipped_pack_is_said_without_a_name_or_code_left_over(name: str) -> None:
    pack = reading.Shelf(DEFINITIONS).pack(name)
    texts = [
        (text, lexicon.of_measure(pack, measure))
        for measure in pack.measures.values()
        for text in (measure.where, measure.sum)
        if text is not None
    ]
    texts += [
        (text, lexicon.of_events(pack, fact.events))
        for fact in pack.facts.values()
        for text in (fact.where, fact.derive)
        if text is not None
    ]
    for text, names in texts:
        said = wording.clause(text, names)
        left = [word for word in expressions.names_in(text) if "_" in word and word in said.zh]
        assert not left, (text, said.zh)
