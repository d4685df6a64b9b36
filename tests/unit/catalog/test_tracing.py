"""The trace: from a document by its clauses down to event types, and from an event type up to every document."""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline import errors
from plumbline.catalog import scopes, trace_writer, tracing
from plumbline.catalog.definitions import Pack, Text
from services.commands import pages as command
from tests.unit.catalog import folders

DEFINED = """
measures:
  - id: served_first
    title: {zh: 一审已送达, en: Served at first instance}
    lever: process
    flow: served_on
    where: "instance = 'first'"
  - id: in_time
    title: {zh: 审限内送达, en: Served in time}
    lever: process
    flow: served_on
    where: "served_on < trial_limit_overdue_on"
indicators:
  - id: served_share
    title: {zh: 送达率, en: Share served}
    formula: served_first / first_instance_closed
    unit: percent
    direction: higher
    nature: anticipatory
    origin: basic
    domain: trial
    meaning: {zh: 是否送达, en: Whether it is served}
    source: {document: 某中院〔2024〕1号, clause: 第六条、第八条, provenance: project}
targets:
  - indicator: served_share
    courts: 示24*
    scope: own
    period: 2024
    target: {at_least: 90 %}
    source: {document: 某中院〔2024〕1号, clause: 第六条第二款, provenance: project}
  - measure: in_time
    courts: 示24*
    scope: own
    period: 2024
    target: {at_least: 3}
    source: {document: 某中院〔2024〕1号, clause: 第六十条, provenance: project}
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return folders.pack_of(tmp_path_factory.mktemp("packs"), {"definitions.yaml": DEFINED}, name="served")


@pytest.fixture(scope="module")
def trace(pack: Pack) -> tracing.Trace:
    return trace_writer.trace([pack])


@pytest.fixture(scope="module")
def shipped() -> tracing.Trace:
    return trace_writer.trace(command.shelf_packs())


def reached(links: tuple[tracing.Link, ...], kind: str) -> list[str]:
    return [thing.id for thing in tracing.ends(links, kind)]


def test_an_event_type_leads_up_to_every_indicator_and_clause_that_reads_it(trace: tracing.Trace) -> None:
    links = trace.above(trace.find("event", "service.made"))
    assert "served.served_share" in reached(links, "indicator")
    assert "court-core.closed_within_limit" in reached(links, "indicator")
    assert "court-core.served_on" in reached(links, "fact")
    assert "served.served_first" in reached(links, "measure")
    assert "某中院〔2024〕1号" in reached(links, "document")
    assert "court-core.filed_change" not in reached(links, "indicator")


def test_a_clause_leads_down_to_what_it_becomes(trace: tracing.Trace) -> None:
    asked = trace.find("clause", "某中院〔2024〕1号 第六条")
    assert [one.id for one in asked] == ["某中院〔2024〕1号 第六条、第八条", "某中院〔2024〕1号 第六条第二款"]
    links = trace.below(asked)
    assert reached(links, "indicator") == ["served.served_share"]
    assert "served.served_first" in reached(links, "measure")
    assert "court-core.served_on" in reached(links, "fact")
    assert "service.made" in reached(links, "event")
    assert [link.how.zh for link in links if link.below.id == "served.served_share"] == ["依据", "目标"]


def test_a_part_of_a_clause_is_found_and_a_number_that_only_begins_alike_is_not(trace: tracing.Trace) -> None:
    assert [one.id for one in trace.find("clause", "某中院〔2024〕1号 第八条")] == [
        "某中院〔2024〕1号 第六条、第八条"
    ]
    found = trace.find("clause", "某中院〔2024〕1号 第六十条")
    assert reached(trace.below(found), "measure") == ["served.in_time"]


def test_a_document_leads_down_and_an_indicator_leads_both_ways(trace: tracing.Trace) -> None:
    document = trace.find("document", "某中院〔2024〕1号")
    assert reached(trace.below(document), "indicator") == ["served.served_share"]
    assert len(reached(trace.below(document), "clause")) == 3
    indicator = trace.find("indicator", "served_share")
    assert reached(trace.above(indicator), "document") == ["某中院〔2024〕1号"]
    assert "case.closed" in reached(trace.below(indicator), "event")
    assert trace.find(None, "served.served_share") == indicator


def test_both_ways_hold_the_same_links(shipped: tracing.Trace) -> None:
    for indicator in shipped.of("indicator")[:20]:
        for event in tracing.ends(shipped.below([indicator]), "event"):
            assert indicator in tracing.ends(shipped.above([event]), "indicator"), (indicator.id, event.id)


def test_a_clock_leads_to_its_table_its_articles_and_the_events_that_move_it(trace: tracing.Trace) -> None:
    clock = trace.find("clock", "court-core.trial_limit")
    down = trace.below(clock)
    assert "court-core.trial-limits" in reached(down, "limits")
    assert {"clock.extended", "clock.paused", "clock.resumed", "service.made"} <= set(reached(down, "event"))
    assert "served.in_time" in reached(trace.above(clock), "measure")
    articles = trace.above(trace.find("limits", "court-core.trial-limits"))
    assert "民事诉讼法(2023)" in reached(articles, "document")


@pytest.mark.parametrize(
    ("article", "found"),
    [
        ("民事诉讼法(2023)第152条", [("民事诉讼法(2023)", "第152条")]),
        ("刑事诉讼法(2018)第208条（至迟三个月）", [("刑事诉讼法(2018)", "第208条（至迟三个月）")]),
        ("甲法第1条、乙法第2条", [("甲法", "第1条"), ("乙法", "第2条")]),
        ("甲法第1条、第2条", [("甲法", "第1条"), ("甲法", "第2条")]),
        ("甲法第1条、解释第2条", [("甲法", "第1条"), ("甲法", "解释第2条")]),
        ("关于减刑、假释案件的规定第1条", [("关于减刑、假释案件的规定", "第1条")]),
        ("甲法未规定期限", [("甲法未规定期限", "甲法未规定期限")]),
        ("甲法第1条（一、二、三）", [("甲法", "第1条（一、二、三）")]),
    ],
)
def test_an_article_is_cut_into_documents_and_clauses(article: str, found: list[tuple[str, str]]) -> None:
    assert trace_writer.standings(article) == found


def test_an_unknown_name_says_what_may_be_meant(trace: tracing.Trace) -> None:
    with pytest.raises(errors.NotFound, match=r"service\.made"):
        trace.find("event", "service.mode")
    with pytest.raises(errors.NotFound):
        trace.find("indicator", "service.made")


def test_a_bare_id_that_stands_for_several_things_is_refused() -> None:
    one = tracing.Trace()
    for pack in ("a", "b"):
        one.thing("fact", f"{pack}.same", Text("同", "same"))
    with pytest.raises(errors.BadInput, match=r"fact a\.same, fact b\.same"):
        one.find("fact", "same")
    assert one.find("fact", "a.same") == (one.of("fact")[0],)


def test_every_event_type_is_read_by_a_shipped_definition_or_the_books_or_is_listed_as_unread(
    shipped: tracing.Trace,
) -> None:
    types = set(scopes.words_of(command.shelf_packs()[0]).types)
    assert types <= {event.id for event in shipped.of("event")}
    unread = {event.id for event in shipped.unread()}
    for event in shipped.of("event"):
        read = bool(shipped.above([event])) or event.id in tracing.BOOKS
        assert read is (event.id not in unread), event.id
    assert not unread & {"case.filed", "case.closed", "appeal.decided", "service.made", "clock.paused"}


def test_a_clause_that_names_another_document_stands_under_both(tmp_path: Path) -> None:
    text = DEFINED.replace("clause: 第六条、第八条,", "clause: 第六条；某市法院实施方案（2019）第4项,")
    trace = trace_writer.trace([folders.pack_of(tmp_path, {"definitions.yaml": text})])
    found = trace.find("clause", "某市法院实施方案（2019） 第4项")
    assert reached(trace.below(found), "indicator") == ["tested.served_share"]
    assert reached(trace.above(trace.find("indicator", "tested.served_share")), "document") == [
        "某中院〔2024〕1号",
        "某市法院实施方案（2019）",
    ]
