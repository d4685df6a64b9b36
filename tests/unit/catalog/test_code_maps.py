"""The shipped code maps know every Chinese name the vocabulary has for the lists they speak of."""

from __future__ import annotations

import pytest

from plumbline import vocabulary
from plumbline.catalog import code_maps
from tests.unit.catalog import folders

WORDS = vocabulary.Vocabulary.shipped()
MAPS = folders.court_core().code_maps


@pytest.mark.parametrize("name", MAPS)
def test_every_name_of_the_vocabulary_leads_to_its_code(name: str) -> None:
    one = MAPS[name]
    assert {zh: one.codes.get(zh) for zh, _ in WORDS.lists[one.of].values()} == {
        zh: code for code, (zh, _) in WORDS.lists[one.of].items()
    }


@pytest.mark.parametrize(
    ("of", "place", "fits"),
    [
        ("METHOD", "METHOD", True),
        ("METHOD", "case.closed.method", True),
        ("case.closed.method", "case.closed.method", True),
        ("PROCEDURE", "procedure.converted.to", True),
        ("PROCEDURE", "case.closed.method", False),
        ("cause", "case.filed.cause", True),
        ("cause", "case.filed.cause_list", False),
        ("court", "subject", True),
        ("court", "case.filed.court", True),
        ("court", "case.transferred.to_court", True),
        ("METHOD", "subject", False),
        ("cause", "case.filed.amount", False),
    ],
)
def test_a_map_is_for_the_places_that_hold_its_codes(of: str, place: str, fits: bool) -> None:
    assert code_maps.speaks_of(WORDS, of, place) is fits


def test_every_field_that_holds_a_code_is_a_place() -> None:
    places = code_maps.places(WORDS)
    assert {"subject", "cause", "court", "METHOD", "case.closed.method", "case.filed.tags"} <= set(places)
    assert not {"case.filed.amount", "case.filed.detained", "case.assigned.judge"} & set(places)
