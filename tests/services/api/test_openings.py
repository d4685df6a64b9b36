"""Opening stocks: stated by an office, held against the books of the day before, and on the board until they balance."""

from __future__ import annotations

from typing import Any

from tests.keeper import record
from tests.services.api.conftest import Api

DAY = "2025-06-01"
ONE, TWO, BARE = (f"（2024）示2401民初{n}号" for n in (1, 2, 3))
LATE, GONE, ENFORCED, AWAY = (
    "（2025）示2401民初4号",
    "（2024）示2401民初5号",
    "（2024）示2401执6号",
    "（2024）示2402民初7号",
)


def _filed(number: int, case: str, day: str, *, marked: bool = True, **more: Any) -> dict[str, Any]:
    return record(number, "case.filed", case, day, **({"opening_stock": True} if marked else {}), **more)


OPENED = (
    _filed(1, ONE, "2024-03-01"),
    _filed(2, TWO, "2024-11-12"),
    _filed(3, ENFORCED, "2024-12-01"),
    # Came from another court before the day: it is part of what 示2401 had.
    _filed(4, AWAY, "2024-10-01"),
    record(5, "case.transferred", AWAY, "2025-02-01", to_court="示2401", ground="jurisdiction"),
    # After the day: filed and closed as ever.
    record(6, "case.filed", "（2025）示2401民初9号", "2025-06-03"),
    record(7, "case.closed", ONE, "2025-07-01", method="judgment"),
)
WRONG = (
    _filed(11, BARE, "2024-05-05", marked=False),
    _filed(12, LATE, "2025-06-02"),
    _filed(13, GONE, "2024-04-01"),
    record(14, "case.closed", GONE, "2025-05-20", method="judgment"),
)


def body(**stated: int) -> dict[str, Any]:
    return {"court": "示2401", "source": "court", "day": DAY, "stated": stated, "why": "2025年5月末报表"}


def test_a_stock_that_is_what_was_stated_balances_and_the_board_is_silent(fresh: Api) -> None:
    fresh.keeper.push(*OPENED)
    fresh.keeper.settle()
    answer = fresh.suppose("/v1/openings", body(civil=3, enforcement=1), "province")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["balanced"]
    assert found["items"] == []
    assert found["cases"] == 0
    assert [(one["category"], one["stated"], one["pending"], one["marked"]) for one in found["lines"]] == [
        ("civil", 3, 3, 3), ("enforcement", 1, 1, 1),
    ]  # fmt: skip
    assert fresh.get("/v1/board", court="示24", period="2025-07")["opening"] is None
    # 旧存 of the first period is the opening stock.
    audit = fresh.get("/v1/stock-flow", court="示2401", scope="own", period="2025-06", balance="litigation")
    assert (audit["balances"][0]["opening"], audit["balances"][0]["balanced"]) == (3, True)
    # Original dates: nothing of it was filed in the first period.
    assert fresh.value("filed", "示2401", "2025-06")["numerator"] == 1
    assert fresh.value("filed", "示2401", "2024-03")["numerator"] == 1


def test_what_differs_is_named_and_the_board_says_so_until_it_balances(fresh: Api) -> None:
    fresh.keeper.push(*OPENED, *WRONG)
    fresh.keeper.settle()
    found = fresh.suppose("/v1/openings", body(civil=3), "province").json()
    assert not found["balanced"]
    assert [(one["category"], one["stated"], one["pending"], one["marked"], one["difference"]) for one in found["lines"]] == [
        ("civil", 3, 4, 3, 1), ("enforcement", None, 1, 1, None),
    ]  # fmt: skip
    assert {one["case"]: one["why"] for one in found["items"]} == {
        BARE: "unmarked", LATE: "filed_after", GONE: "closed_before",
    }  # fmt: skip
    assert all(one["words"]["zh"] for one in found["items"])
    board = fresh.get("/v1/board", court="示24", period="2025-07")
    assert board["opening"]["balanced"] is False
    assert [one["court"] for one in board["opening"]["courts"]] == ["示2401"]
    assert "待核实" in board["opening"]["words"]["zh"]
    # The feed is put right, and the figures are stated anew: the board is silent again.
    fresh.keeper.push(
        _filed(21, BARE, "2024-05-05") | {"replaces": "e11", "revision": 1},
        _filed(22, LATE, "2025-06-02", marked=False) | {"replaces": "e12", "revision": 1},
        _filed(23, GONE, "2024-04-01", marked=False) | {"replaces": "e13", "revision": 1},
    )
    fresh.keeper.settle()
    found = fresh.suppose("/v1/openings", body(civil=4, enforcement=1), "province").json()
    assert found["balanced"]
    assert found["items"] == []
    assert fresh.get("/v1/board", court="示24", period="2025-07")["opening"] is None


def test_a_correction_keeps_the_old_figure_and_saying_it_again_adds_nothing(fresh: Api) -> None:
    fresh.keeper.push(*OPENED)
    fresh.keeper.settle()
    fresh.suppose("/v1/openings", body(civil=9), "province")
    before = fresh.get("/v1/openings/示2401")
    for _ in range(2):
        after = fresh.suppose(
            "/v1/openings", body(civil=3, enforcement=1) | {"why": "更正"}, "province"
        ).json()
    assert [(one["number"], one["stated"]) for one in after["statements"]] == [
        (1, {"civil": 9}), (2, {"civil": 3, "enforcement": 1}),
    ]  # fmt: skip
    known = fresh.get("/v1/openings/示2401", known_at=before["known_at"])
    assert [one["stated"] for one in known["statements"]] == [{"civil": 9}]
    assert not known["balanced"]
    assert after["balanced"]
    audit = fresh.keeper.query("SELECT act FROM audit WHERE act = 'opening.state'")
    assert len(audit) == 2
    assert [one["court"] for one in fresh.get("/v1/openings")["items"]] == ["示2401"]


def test_a_period_before_the_books_were_opened_says_so(fresh: Api) -> None:
    fresh.keeper.push(*OPENED)
    fresh.keeper.settle()
    fresh.suppose("/v1/openings", body(civil=3, enforcement=1), "province")
    opening = fresh.get("/v1/board", court="示24", period="2025")["opening"]
    assert (opening["balanced"], opening["before_opening"], opening["courts"]) == (True, ["示2401"], [])
    assert "建账前" in opening["words"]["zh"]
    assert fresh.get("/v1/board", court="示25", period="2025")["opening"] is None


def test_only_an_office_states_and_only_what_can_be_held_against_the_books(fresh: Api) -> None:
    given = body(civil=1)
    assert fresh.suppose("/v1/openings", given, "basic").status_code == 403
    assert fresh.suppose("/v1/openings", given, "stranger").status_code == 404
    assert fresh.suppose("/v1/openings", given | {"day": "2099-01-01"}, "province").status_code == 400
    assert fresh.suppose("/v1/openings", given | {"source": "nobody"}, "province").status_code == 404
    assert fresh.suppose("/v1/openings", given | {"stated": {}}, "province").status_code == 400
    assert fresh.suppose("/v1/openings", given | {"stated": {"civil": -1}}, "province").status_code == 400
    assert fresh.suppose("/v1/openings", given | {"stated": {"robots": 1}}, "province").status_code == 400
    assert fresh.ask("/v1/openings/示2401").status_code == 404
