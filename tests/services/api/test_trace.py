"""The trace and the pages of definitions, from what is published."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from plumbline.catalog import page_figure, page_frame, reading
from plumbline.catalog.collection import Collection
from tests.keeper import DEFINITIONS
from tests.services.api.conftest import Api

LINES = Path(__file__).parent / "packs" / "lines"


def ids(way: Any, kind: str) -> list[str]:
    return [thing["id"] for thing in way["things"] if thing["kind"] == kind]


def test_which_indicators_read_an_event_type_is_one_call(api: Api) -> None:
    found = api.get("/v1/trace", first="event", id="service.made")
    assert [thing["title"] for thing in found["asked"]] == [{"zh": "送达", "en": "served"}]
    assert "court-core.closed_within_limit" in ids(found["above"], "indicator")
    assert "court-core.served_on" in ids(found["above"], "fact")
    assert "吉林法院审判绩效考核" in ids(found["above"], "document")
    assert found["below"] == {"things": [], "links": []}
    for link in found["above"]["links"]:
        assert link["above"]["title"]["zh"]
        assert link["below"]["title"]["en"]
        assert link["how"]["zh"]


def test_what_a_clause_becomes_is_one_call(api: Api) -> None:
    found = api.get("/v1/trace", first="clause", id="延中法〔2019〕14号 附件1第二部分第6项")
    assert len(found["asked"]) > 1
    assert all(thing["id"].startswith("延中法〔2019〕14号 附件1第二部分第6项") for thing in found["asked"])
    assert "yanbian-2019.retrials_started" in ids(found["below"], "indicator")
    assert "yanbian-2019.litigation/retrials_rate" in ids(found["below"], "item")
    assert "court-core.retrial_ordered" in ids(found["below"], "measure")
    assert "retrial.granted" in ids(found["below"], "event")
    assert ids(found["above"], "document") == ["延中法〔2019〕14号"]


def test_an_indicator_leads_both_ways(api: Api) -> None:
    found = api.get("/v1/trace", first="indicator", id="court-core.clearance")
    assert {"case.filed", "case.closed"} <= set(ids(found["below"], "event"))
    assert ids(found["above"], "clause") == ["吉林法院审判绩效考核 结收比：结案除以新收"]


@pytest.mark.parametrize(
    ("kind", "name", "status", "code"),
    [
        ("event", "service.mode", 404, "not_found"),
        ("clause", "延中法〔2019〕14号 第九百条", 404, "not_found"),
        ("judge", "x", 400, "invalid"),
        (None, "service.made", 400, "invalid"),
        ("event", None, 400, "invalid"),
    ],
)
def test_what_cannot_be_traced_says_why(
    api: Api, kind: str | None, name: str | None, status: int, code: str
) -> None:
    answer = api.ask("/v1/trace", first=kind, id=name)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["next"]


@pytest.mark.parametrize("lang", page_frame.LANGUAGES)
def test_a_page_says_what_the_published_definition_says(api: Api, lang: str) -> None:
    found = api.get("/v1/indicators/court-core.closed_within_limit/page", lang=lang)
    shelf = reading.Shelf(DEFINITIONS)
    core, others = shelf.pack("court-core"), [shelf.pack("yanbian-2019"), reading.read_pack(LINES, shelf)]
    written = page_figure.render(
        Collection.of([core, *others]),
        core,
        core.indicators["closed_within_limit"],
        page_frame.Frame(lang, lambda thing, of: None),
    )
    assert re.sub(r"(?<!\\)\[([^]]+)\]\([^)]+\)", r"\1", found["markdown"]) == written
    assert (found["lang"], found["version"], found["pack"]) == (lang, core.version, "court-core")


def test_a_page_speaks_chinese_unless_asked_otherwise_and_leads_on_to_other_pages(api: Api) -> None:
    found = api.get("/v1/indicators/yanbian-2019.fagaizhi_total/page")
    assert found["markdown"].startswith("# 发改指总量\n")
    assert "延中法〔2019〕14号 附件1第二部分第1项、附件2（给定文件）" in found["markdown"]
    assert "手算样例" not in found["markdown"]
    assert "诉讼案件考核（100分） 第 1 项" in found["markdown"]


def test_a_measure_has_a_page_too(api: Api) -> None:
    found = api.get("/v1/indicators/court-core.withdrawn_closed/page", lang="en")
    assert found["markdown"].startswith("# Closed by withdrawal")
    assert "“closing method” is withdrawal or deemed withdrawal" in found["markdown"]


def test_a_version_that_does_not_exist_has_no_page(api: Api) -> None:
    answer = api.ask("/v1/indicators/court-core.clearance/page", version="none")
    assert answer.status_code == 404
    assert api.ask("/v1/indicators/court-core.clearance/page", version="1").status_code == 200


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/v1/trace", {"first": "event", "id": "service.made"}),
        ("/v1/indicators/court-core.clearance/page", {}),
    ],
)
def test_a_copy_that_still_stands_is_not_sent_again(api: Api, path: str, params: dict[str, str]) -> None:
    first = api.ask(path, **params)
    again = api.ask(path, "all", {"If-None-Match": first.headers["etag"]}, **params)
    assert again.status_code == 304


def test_no_token_no_trace(api: Api) -> None:
    assert api.ask("/v1/trace", None, first="event", id="service.made").status_code == 401
    assert api.ask("/v1/trace", "feeder", first="event", id="service.made").status_code == 403
