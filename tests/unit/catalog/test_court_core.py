"""The pack that others build on: complete, honest about its sources, and exactly the words of the event
vocabulary.
"""

from __future__ import annotations

import pytest

from plumbline import vocabulary
from plumbline.catalog import checking, formulas, scopes
from tests.unit.catalog import folders

CORE = folders.court_core()

# Event vocabulary 1, section 6: what the annexes of seed 002 read.
ANNEXES = {
    "appeal_altered": ("appeal.decided", "appealed", "outcome = 'altered'"),
    "appeal_remanded": ("appeal.decided", "appealed", "outcome = 'remanded'"),
    "retrial_altered": ("retrial.decided", "effective", "outcome = 'altered'"),
    "retrial_remanded": ("retrial.decided", "effective", "outcome = 'remanded'"),
    "retrial_ordered": ("retrial.granted", "effective", "kind = 'ordered'"),
    "retrial_own_decision": ("retrial.granted", "effective", "kind = 'own_decision'"),
    "retrial_elevated": ("retrial.granted", "effective", "kind = 'elevated'"),
    "retrial_designated": ("retrial.granted", "effective", "kind = 'designated'"),
    "appeals_filed": ("case.filed", "appealed", None),
    "applications_filed": ("case.filed", "effective", "instance = 'review'"),
    "applications_closed": ("case.closed", "effective", "instance = 'review'"),
}


@pytest.mark.parametrize("name", ANNEXES)
def test_the_measures_of_the_annexes_read_the_events_of_the_linked_case(name: str) -> None:
    measure = CORE.measures[name]
    assert (measure.events, measure.role, measure.where) == ((ANNEXES[name][0],), *ANNEXES[name][1:])
    assert measure.kind == "each"
    assert measure.lever == "outcome"


def test_every_role_of_the_vocabulary_is_spoken_of() -> None:
    assert set(CORE.roles) == set(vocabulary.Vocabulary.shipped().roles)


def test_every_event_type_named_exists_and_the_vocabulary_comes_back_from_the_document() -> None:
    words = scopes.words_of(CORE)
    assert words.types == vocabulary.Vocabulary.shipped().types
    assert {event for measure in CORE.measures.values() for event in measure.events} <= set(words.types)


def test_the_names_of_the_case_number_are_those_of_its_closed_lists() -> None:
    choices = scopes.case_scope(CORE, scopes.words_of(CORE)).choices
    assert {"criminal", "civil", "enforcement"} <= choices["category"]
    assert {"first", "second", "review", "retrial"} <= choices["instance"]
    assert choices["procedure"] == {"ordinary", "summary", "small_claims", "fast_track", "special", "other"}


def test_every_indicator_has_its_six_elements_in_both_languages() -> None:
    for indicator in CORE.indicators.values():
        read = formulas.read_formula(indicator.formula, CORE.measures)
        assert read.measures <= set(CORE.measures)
        assert all((indicator.title.zh, indicator.title.en, indicator.meaning.zh, indicator.meaning.en))
        assert indicator.source.document
        assert indicator.source.clause


def test_outcomes_that_the_law_decides_are_never_process() -> None:
    outcome = (
        "altered",
        "remanded",
        "upheld",
        "mediated",
        "withdrawn",
        "ended_for_now",
        "appeals",
        "applications",
        "retrial",
    )
    wrong = [
        name
        for name, measure in CORE.measures.items()
        if name.startswith(outcome) and measure.lever != "outcome"
    ]
    wrong += [
        name
        for name in CORE.measures
        if name.startswith("appeal_") and CORE.measures[name].lever != "outcome"
    ]
    assert not wrong


def test_every_limit_names_its_article() -> None:
    # The text on re-queries was found without its number; of archiving no rule was found, and it says so.
    unnumbered = {"requery-limits", "archive-limits"}
    for table in CORE.limits.values():
        assert table.source is not None
        assert table.source.provenance == ("project" if table.id == "archive-limits" else "sourced")
        assert all("条" in row.article or row.none for row in table.rows) or table.id in unnumbered
        assert all("条" in pause.article for pause in table.pauses or ())
        assert all("条" in one.article for row in table.rows for one in row.extensions or ())
    assert all("条文未查得" in row.article for row in CORE.limits["archive-limits"].rows)


def test_limits_that_the_law_lets_nobody_extend_say_so() -> None:
    nobody = {row.article for row in CORE.limits["trial-limits"].rows if row.extensions == ()}
    assert {
        "行政诉讼法(2017)第83条",
        "刑事诉讼法(2018)第220条",
        "刑事诉讼法(2018)第225条",
        "民事诉讼法(2023)第227条",
    } <= nobody


def test_no_shipped_pack_allows_ranking() -> None:
    heads = [path.read_text(encoding="utf-8") for path in folders.SHIPPED.glob("*/pack.yaml")]
    assert heads
    assert not [head for head in heads if "ranking: allowed" in head]


def test_every_measure_and_indicator_has_a_meaning_of_its_own() -> None:
    hashes = checking.definition_hashes(CORE)
    assert set(hashes) == set(CORE.measures) | set(CORE.indicators)
    assert len(set(hashes.values())) == len(hashes)
