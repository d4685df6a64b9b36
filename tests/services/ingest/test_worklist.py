"""What waits for a code: tried again once a map knows it, handed in by a feeder; and the gaps in a source's numbering."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.services.ingest.conftest import Desk, record
from tests.services.ingest.test_source_terms import OURS, change, closed, kept, publish, words


def test_a_map_published_afterwards_mends_what_waited(
    database: str, tmp_path: Path, open_desk: Callable[..., Any]
) -> None:
    publish(database, words(tmp_path / "packs", "1"))
    with open_desk() as desk:
        change(desk, **OURS)
        waiting = [closed(f"m{n}", "和解", subject=f"（2019）吉2401民初{n}号") for n in range(1, 6)]
        desk.push(
            *waiting, closed("other", "劝退"), closed("m1", "判决结案", subject="（2019）吉2401民初9号")
        )
        asked = {"source": "ecourt", "value": "和解", "why": "代码表第2版"}
        before = desk.ask("POST", "/v1/quarantine/replay", json=asked).json()
        assert (before["tried"], before["refused"], before["reasons"]) == (5, 5, {"unmapped_code": 5})
        publish(database, words(tmp_path / "packs", "2", "和解: mediation,"))
        told = desk.ask("POST", "/v1/quarantine/replay", json=asked | {"limit": 3}).json()
        rest = desk.ask("POST", "/v1/quarantine/replay", json=asked | {"after": told["next"]}).json()
        assert (told["tried"], rest["tried"], rest["next"]) == (3, 2, None)
        # m1 came meanwhile with another content: that one is a conflict, and stays for a person.
        assert (told["accepted"] + rest["accepted"], told["reasons"] | rest["reasons"]) == (
            4,
            {"conflict": 1},
        )
        assert kept(desk, "m3") == {"method": "mediation"}
        assert [
            (one["value"], one["mapped"])
            for one in desk.ask("GET", "/v1/quarantine/worklist").json()["items"]
        ] == [
            ("劝退", False),
            ("和解", True),
        ]
        done = desk.rows(
            "SELECT event_id, decided_by, why FROM quarantine WHERE decision = 'as_is' ORDER BY event_id"
        )
        assert done == [(f"m{n}", "office", "代码表第2版") for n in range(2, 6)]
        assert desk.rows("SELECT count(*) FROM audit WHERE act = 'quarantine.as_is'") == [(4,)]
        assert desk.push(*waiting[1:])["duplicates"] == 4


def deposit(
    desk: Desk, *records: dict[str, Any], who: str = "feeder", field: str = "case.filed.cause"
) -> Any:
    words_ = [{"map": "m.yaml codes.causes", "field": field, "value": "买卖"}]
    body = {"records": [{"record": one, "unmapped": words_} for one in records]}
    return desk.ask("POST", "/v1/quarantine", who, json=body)


def test_a_feeder_hands_in_what_its_own_map_lacks_and_no_open_field_swallows_the_word(
    database: str, tmp_path: Path, open_desk: Callable[..., Any]
) -> None:
    publish(database, words(tmp_path / "packs", "1"))
    with open_desk() as desk:
        one = record("d1", data={"cause": "买卖"})
        assert deposit(desk, one).json() == {"kept": 1}
        assert deposit(desk, one).status_code == 202
        assert desk.rows("SELECT reason, times, event_id FROM quarantine") == [("unmapped_code", 2, "d1")]
        asked = {"source": "ecourt", "why": "x"}
        told = desk.ask("POST", "/v1/quarantine/replay", json=asked).json()
        assert (told["accepted"], told["reasons"]) == (0, {"unmapped_code": 1})
        change(desk, code_maps={"cause": "yb-words.causes"})
        assert desk.ask("GET", "/v1/quarantine/worklist").json()["items"][0]["mapped"] is False
        assert desk.ask("POST", "/v1/quarantine/replay", json=asked).json()["accepted"] == 0
        assert desk.count("event") == 0
        for who, status in (("reader", 403), ("other", 403)):
            assert deposit(desk, one, who=who).status_code == status
        assert deposit(desk, record("d2", source="siping")).status_code == 403
        assert deposit(desk, record("d3", data={"ext": {"classified": 1}})).status_code == 422
        assert desk.count("quarantine") == 1


def test_a_numbered_source_shows_its_gaps(shared: Desk) -> None:
    new = {"id": "numbered", "title": "n", "courts": ["吉24"], "settings": {"sequence": "gapless"}}
    assert shared.ask("POST", "/v1/sources", json=new).json()["numbers"] is None

    def numbers() -> Any:
        listed = shared.ask("GET", "/v1/sources").json()["sources"]
        return next(one["numbers"] for one in listed if one["id"] == "numbered")

    def push(*sequence: int) -> None:
        told = [record(f"q{n}", source="numbered", sequence=str(n)) for n in sequence]
        body = "\n".join(json.dumps(one) for one in told).encode()
        assert shared.post(body, who="operator").json()["rejected"] == []

    push(12, 10, 11, 15, 20)
    assert numbers() == {
        "lowest": 10, "highest": 20, "held": 5, "gaps": 2, "missing": 6, "first": [[13, 14], [16, 19]],
    }  # fmt: skip
    push(*range(12, 20))
    assert numbers() == {"lowest": 10, "highest": 20, "held": 11, "gaps": 0, "missing": 0, "first": []}
    push(*range(100, 999, 3))
    assert (numbers()["gaps"], len(numbers()["first"])) == (300, 10)
