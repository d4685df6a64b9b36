"""GET /v1/courts over the courts of Jilin: what has no code is listed as such, and only to who may read its parent."""

from __future__ import annotations

import pytest

from plumbline import courts
from plumbline.store import courts as store_courts
from plumbline.store import engine, tokens
from tests.keeper import DEFINITIONS
from tests.services.api.conftest import Api


@pytest.fixture
def jilin(fresh: Api) -> Api:
    """Books that hold the courts of Jilin beside the invented ones, and a reader of Fusong and of Yanbian."""
    found = courts.read_file(DEFINITIONS / "jilin" / "courts.csv")
    with engine.transaction(fresh.keeper.pool) as connection:
        for _ in range(2):
            assert (
                store_courts.load_courts(connection, found.courts, pack="jilin", uncoded=found.uncoded) == 75
            )
        for name, code in (("fusong", "吉0621"), ("yanbian", "吉24"), ("jilin", "吉")):
            fresh.tokens[name] = tokens.create_token(connection, name, "reader", (code,), ())
    return fresh


def test_courts_without_a_code_are_not_available_and_never_in_the_tree(jilin: Api) -> None:
    found = jilin.get("/v1/courts", "jilin")
    assert len(found["items"]) == 74
    assert len(found["without_code"]) == 19
    for one in found["without_code"]:
        assert one["code"] is None
        assert one["not_available"]["zh"] == "不可得：代字未知"
        assert one["basis"]
    names = [one["name"]["zh"] for one in found["without_code"]]
    assert names[:4] == [
        "长春经济技术开发区人民法院",
        "长春净月高新技术产业开发区人民法院",
        "长春高新技术产业开发区人民法院",
        "长春汽车经济技术开发区人民法院",
    ]
    assert "汪清林区基层法院" in names
    assert len(found["tribunals"]) == 4


def test_each_court_says_what_shows_its_code(jilin: Api) -> None:
    by_code = {one["code"]: one for one in jilin.get("/v1/courts", "jilin")["items"]}
    assert (by_code["吉04"]["status"], by_code["吉2404"]["status"]) == ("confirmed", "derived")
    assert by_code["吉04"]["basis"].startswith("（2020）吉04行初2号")
    assert by_code["吉0381"]["status_words"]["zh"] == "代字按规则推得；起止日为一般知识，未核实"
    spans = jilin.get("/v1/courts/吉0381", "jilin")["spans"]
    assert [(one["parent"], one["valid_until"]) for one in spans] == [("吉03", "2020-06-01"), ("吉01", None)]
    assert {one["demo"] for one in by_code.values()} == {False}


def test_a_reader_sees_what_has_no_code_only_below_his_courts(jilin: Api) -> None:
    fusong = jilin.get("/v1/courts", "fusong")
    assert [one["code"] for one in fusong["items"]] == ["吉0621"]
    assert fusong["without_code"] == []
    assert [one["name"]["zh"] for one in fusong["tribunals"]] == [
        "长白山景区法庭",
        "抚松法庭",
        "露水河法庭",
        "泉阳法庭",
    ]
    yanbian = jilin.get("/v1/courts", "yanbian")
    assert (yanbian["without_code"], yanbian["tribunals"]) == ([], [])
    assert jilin.get("/v1/courts", "stranger")["without_code"] == []
