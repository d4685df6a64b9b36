"""GET /v1/due: a judge's own due dates, seen before the court's watch tells of them, and nothing of anybody else."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from plumbline.store import engine, tokens
from services.scoring.watcher import Watcher
from tests.keeper import record
from tests.services.api.conftest import Api, opened, quoted

HIS, HERS, THIRD = "J-1", "J-2", "J-3"
MINE = "（2025）示2401民初1号"
ALSO = "（2025）示2401民初2号"
OTHER = "（2025）示2401民初3号"
ELSEWHERE = "（2025）示2402民初4号"
HIDDEN = "（2025）示2401刑初5号"
RESTING = "（2025）示2401民初6号"
DONE = "（2025）示2401民初7号"
CARRIED = "（2025）示2401执8号"
MOVED = "（2025）示2401民初9号"
LIMITS = "court-core.case_limits"
BEGIN = datetime(2025, 3, 3, 4, tzinfo=UTC)
SOON, FIRST_KNOWN = 15, 5


def judge(api: Api, name: str, person: str, court: str = "示2401") -> None:
    with engine.transaction(api.keeper.pool) as connection:
        api.tokens[name] = tokens.create_token(connection, name, "judge", (court,), person=person)


def stand(api: Api, moment: datetime) -> None:
    """It is that moment, for scoring and for who asks."""
    api.keeper.now = moment
    api.client.app.state.clock = lambda: api.keeper.now  # type: ignore[attr-defined]
    api.keeper.settle()


def filed(number: int, subject: str, day: str, person: str | None, **more: Any) -> list[dict[str, Any]]:
    given = {"procedure": "ordinary"} | more if "执" not in subject else more
    found = [record(number, "case.filed", subject, day, **given)]
    if person is not None:
        found.append(
            record(number + 1, "case.assigned", subject, f"{day}T09:00:00", judge=person, unit="民一庭")
        )
    return found


EVENTS = [
    *filed(100, MINE, "2025-02-17", HIS),
    *filed(110, ALSO, "2025-01-06", HIS),
    *filed(120, OTHER, "2025-01-07", HERS),
    *filed(130, ELSEWHERE, "2025-01-08", HIS),
    *filed(140, HIDDEN, "2025-02-10", HIS),
    record(142, "case.sealed", HIDDEN, "2025-02-11", ground="juvenile"),
    *filed(150, RESTING, "2025-01-09", HIS),
    record(152, "clock.paused", RESTING, "2025-02-20", clock="trial_limit", ground="appraisal"),
    *filed(160, DONE, "2025-01-10", HIS),
    record(162, "case.closed", DONE, "2025-02-28", method="judgment"),
    *filed(170, CARRIED, "2025-01-13", HIS),
    *filed(180, MOVED, "2025-01-14", HIS),
    record(182, "case.transferred", MOVED, "2025-02-03", to_court="示2402", unit="民二庭"),
    *filed(190, "（2025）示2401民初10号", "2025-01-15", None),
]  # fmt: skip


def people(api: Api) -> Api:
    for name, person, court in (
        ("his", HIS, "示2401"), ("hers", HERS, "示2401"), ("third", THIRD, "示2401"),
        ("his there", HIS, "示2402"), ("above", HIS, "示24"),
    ):  # fmt: skip
        judge(api, name, person, court)
    stand(api, BEGIN)
    api.keeper.push(*EVENTS)
    api.keeper.settle()
    return api


@pytest.fixture(scope="module")
def books(module_database: str) -> Iterator[Api]:
    """Cases of two judges, which the tests only read."""
    for one in opened(module_database):
        yield people(one)


@pytest.fixture
def played(fresh: Api) -> Api:
    """The same books for one test, which plays days."""
    return people(fresh)


def due(api: Api, who: str = "his", **params: Any) -> dict[str, Any]:
    found: dict[str, Any] = api.get("/v1/due", who, **params)
    return found


def cases(api: Api, who: str = "his", **params: Any) -> list[str]:
    return [one["case"] for one in due(api, who, **params)["items"]]


def one(api: Api, case: str, who: str = "his") -> dict[str, Any]:
    (found,) = [
        row for row in due(api, who)["items"] if row["case"] == case and row["clock"].endswith("_limit")
    ]
    return dict(found)


def test_a_judge_is_shown_his_own_open_cases_soonest_first(books: Api) -> None:
    found = due(books)
    assert (found["court"], found["today"], found["demo"]) == ("示2401", "2025-03-03", True)
    limits = [row for row in found["items"] if row["clock"].endswith("_limit")]
    assert [row["case"] for row in limits] == [ALSO, CARRIED, MINE, RESTING]
    days = [row["limit_day"] for row in found["items"] if row["limit_day"]]
    assert days == sorted(days)
    first = limits[0]
    assert (first["limit_day"], first["stage"], first["clock"]) == ("2025-07-07", "running", "trial_limit")
    assert first["days_left"] == (date(2025, 7, 7) - date(2025, 3, 3)).days
    assert "民事诉讼法" in first["article"]
    assert first["title"]["zh"] == "审理期限"
    assert first["page"] > 0
    assert [row["clock"] for row in limits] == [
        "trial_limit",
        "enforcement_limit",
        "trial_limit",
        "trial_limit",
    ]


def test_the_cases_of_another_judge_or_court_or_of_nobody_are_not_his(books: Api) -> None:
    assert OTHER in cases(books, "hers")
    assert set(cases(books, "hers")) == {OTHER}
    assert cases(books, "third") == []
    assert set(cases(books, "his there")) == {ELSEWHERE}, "nobody there was named for the case that moved"
    assert cases(books, "above") == [], "a token of the court above opens nothing below"
    assert not {OTHER, ELSEWHERE, MOVED} & set(cases(books))


def test_of_a_closed_case_only_what_still_runs_is_due(books: Api) -> None:
    assert [row["clock"] for row in due(books)["items"] if row["case"] == DONE] == ["archive"]


def test_a_sealed_case_is_counted_and_never_listed(books: Api) -> None:
    assert due(books)["not_listed"] == 1
    assert HIDDEN not in books.ask("/v1/due", "his").text
    assert books.ask(f"/v1/due/{quoted(HIDDEN)}", "his").status_code == 404
    assert due(books, "hers")["not_listed"] == 0


def test_a_paused_clock_is_shown_without_a_day(books: Api) -> None:
    found = one(books, RESTING)
    assert (found["stage"], found["limit_day"], found["days_left"]) == ("paused", None, None)
    assert [(step["what"], step["why"]) for step in found["pauses"]] == [("paused", "appraisal")]
    assert due(books)["items"][-1]["case"] == RESTING
    assert RESTING not in cases(books, within="366d")


def test_within_takes_days_and_clock_one_clock(books: Api) -> None:
    assert cases(books, within="10d") == []
    assert set(cases(books, within="200d", clock="enforcement_limit")) == {CARRIED}
    assert due(books, within="10d")["last_limit_day"] == "2025-03-13"
    for params in ({"within": "7"}, {"within": "999d"}, {"clock": "no"}, {"sort": "case"}, {"judge": HERS},
                   {"court": "示2402"}, {"person": HERS}):  # fmt: skip
        assert books.ask("/v1/due", "his", **params).status_code == 400, params


def test_one_case_is_shown_with_every_step_of_its_clocks(books: Api) -> None:
    found = books.get(f"/v1/due/{quoted(MINE)}", "his")
    (clock,) = [each for each in found["clocks"] if each["id"] == "trial_limit"]
    assert clock["steps"][0]["what"] == "started"
    assert clock["limit_day"] == found["dates"][0]["limit_day"] == one(books, MINE)["limit_day"]
    assert books.get(f"/v1/due/{quoted(MINE.replace('（', '(').replace('）', ')'))}", "his") == found
    assert books.ask(f"/v1/due/{quoted('（x')}", "his").status_code == 400


def test_what_is_not_his_answers_as_what_does_not_exist(books: Api) -> None:
    said = []
    for subject in (
        OTHER,
        ELSEWHERE,
        MOVED,
        HIDDEN,
        "（2025）示2401民初999号",
        "（2025）示2501民初1号",
    ):
        answer = books.ask(f"/v1/due/{quoted(subject)}", "his")
        body = {
            key: str(value).replace(subject, "X")
            for key, value in answer.json().items()
            if key != "request_id"
        }
        said.append((answer.status_code, sorted(set(answer.headers) - {"content-length"}), body))
    assert all(each == said[0] for each in said)
    assert said[0][0] == 404


def test_a_cursor_pages_his_list_and_opens_nothing_to_another(books: Api) -> None:
    whole, seen, cursor = due(books)["items"], [], None
    while True:
        page = due(books, limit=1, cursor=cursor)
        seen += page["items"]
        if (cursor := page["next"]) is None:
            break
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        assert OTHER not in raw
        assert books.ask("/v1/due", "hers", limit=1, cursor=cursor).status_code == 400
        assert books.ask("/v1/due", "his there", limit=1, cursor=cursor).status_code == 400
    assert seen == whole
    assert page["not_listed"] == 1


def test_nothing_in_any_answer_names_another_judge_or_his_cases(books: Api) -> None:
    texts = [books.ask("/v1/due", "his").text, books.ask(f"/v1/due/{quoted(MINE)}", "his").text]
    texts += [books.ask("/v1/due", "his", cursor="x", clock="y").text, books.ask("/v1/courts", "his").text]
    for text in texts:
        for hidden in (HERS, THIRD, OTHER, ELSEWHERE, HIDDEN, "民一庭"):
            assert hidden not in text


def test_every_read_is_audited_one_that_finds_nothing_new_too(books: Api) -> None:
    answer = books.ask("/v1/due", "his", within="30d")
    assert answer.headers["cache-control"] == "no-store"
    held = {"If-None-Match": answer.headers["etag"]}
    assert books.ask("/v1/due", "his", held, within="30d").status_code == 304
    lines = books.keeper.query(
        "SELECT principal, act, object, detail -> 'unchanged' FROM audit ORDER BY id DESC LIMIT 2"
    )
    assert lines == [("his", "due.list", "示2401 30d", True), ("his", "due.list", "示2401 30d", False)]
    books.ask(f"/v1/due/{quoted(MINE)}", "his")
    (last,) = books.keeper.query("SELECT principal, act, object FROM audit ORDER BY id DESC LIMIT 1")
    assert last == ("his", "due.read", MINE)


def test_the_tag_moves_with_his_own_dates_and_with_nothing_else(played: Api) -> None:
    answer = played.ask("/v1/due", "his")
    held = {"If-None-Match": answer.headers["etag"]}
    played.keeper.push(record(500, "case.closed", OTHER, "2025-03-03", method="judgment"))
    played.keeper.push(*filed(510, "（2025）示2402民初20号", "2025-03-03", HIS))
    played.keeper.settle()
    assert played.ask("/v1/due", "his", held).status_code == 304
    assert played.ask("/v1/due", "hers", held).status_code == 200, "a tag is of who asks"
    played.keeper.push(record(520, "case.closed", MINE, "2025-03-03", method="judgment"))
    played.keeper.settle()
    moved = played.ask("/v1/due", "his", held)
    assert (moved.status_code, moved.headers["etag"] == held["If-None-Match"]) == (200, False)


def test_a_case_that_changes_hands_changes_lists_on_that_day(played: Api) -> None:
    assert MINE in cases(played)
    played.keeper.push(record(600, "case.assigned", MINE, "2025-03-03T10:00:00", judge=HERS, unit="民一庭"))
    played.keeper.settle()
    assert MINE not in cases(played)
    assert MINE in cases(played, "hers")
    tomorrow = record(601, "case.assigned", ALSO, "2025-03-04T09:00:00", judge=HERS, unit="民一庭")
    played.keeper.push(tomorrow)
    played.keeper.settle()
    assert (ALSO in cases(played), ALSO in cases(played, "hers")) == (True, False), "from tomorrow"
    stand(played, BEGIN + timedelta(days=1))
    assert (ALSO in cases(played), ALSO in cases(played, "hers")) == (False, True)


def test_a_case_that_came_from_another_court_is_his_once_he_is_named_there(played: Api) -> None:
    assert MOVED not in cases(played, "his there")
    played.keeper.push(record(650, "case.assigned", MOVED, "2025-03-03T10:00:00", judge=HIS, unit="民二庭"))
    played.keeper.settle()
    assert MOVED in cases(played, "his there")
    assert MOVED not in cases(played)


def test_a_case_past_its_limit_keeps_its_day_when_it_changes_hands(played: Api) -> None:
    stand(played, datetime(2025, 7, 20, 4, tzinfo=UTC))
    before = one(played, ALSO)
    assert (before["stage"], before["limit_day"], before["days_left"]) == ("passed", "2025-07-07", -13)
    assert before["case"] in cases(played, within="0d")
    played.keeper.push(record(610, "case.assigned", ALSO, "2025-07-20T09:00:00", judge=HERS, unit="民一庭"))
    played.keeper.settle()
    assert ALSO not in cases(played)
    assert one(played, ALSO, "hers")["limit_day"] == "2025-07-07"
    played.keeper.push(record(611, "case.closed", ALSO, "2025-07-20", method="judgment"))
    played.keeper.settle()
    assert ALSO not in {row["case"] for row in due(played, "hers")["items"] if row["clock"] == "trial_limit"}


def arm(api: Api) -> Watcher:
    day = api.keeper.today().isoformat()
    watcher = Watcher(api.keeper.scorer)
    assert api.suppose(f"/v1/watches/{LIMITS}/backtest", {"from": day, "to": day}).status_code == 200
    assert watcher.replay()
    assert api.suppose(f"/v1/watches/{LIMITS}/arm", {"why": "回放后启用"}).status_code == 200
    return watcher


def told(api: Api, case: str) -> list[dict[str, Any]]:
    return [each for each in api.get("/v1/deviations", court="示2401")["items"] if each["case"] == case]


def test_he_sees_it_first_by_the_days_the_watch_states(played: Api) -> None:
    watcher = arm(played)
    found = one(played, MINE)
    limit = date.fromisoformat(found["limit_day"])
    noon = datetime(limit.year, limit.month, limit.day, 4, tzinfo=UTC)
    stages, severities = {}, {}
    for left in (22, 21, 20, 19, 17, 16, 15, 14, 13, 1, 0, -1, -2, -3):
        stand(played, noon - timedelta(days=left))
        while watcher.look() is not None:
            pass
        stages[left] = one(played, MINE)["stage"]
        severities[left] = [each["severity"] for each in told(played, MINE)]
    first = max(left for left, stage in stages.items() if stage == "soon")
    opened_at = max(left for left, found in severities.items() if found)
    assert first == SOON + FIRST_KNOWN
    assert opened_at == SOON - 1, "a look judges the day before it"
    assert found["court_told_from"] == (limit - timedelta(days=opened_at)).isoformat()
    assert severities[SOON + 1] == severities[SOON] == []
    assert [stages[left] for left in (22, 21)] == ["running", "running"]
    assert (stages[0], stages[-1]) == ("soon", "passed")
    assert (severities[0], severities[-1], severities[-2]) == (["amber"], ["amber"], ["red"])


def test_a_likely_breach_is_shown_to_him_first_with_what_it_is_reckoned_from(played: Api) -> None:
    for number in range(25):
        slow = f"（2024）示2401民初{200 + number}号"
        played.keeper.push(
            *filed(1000 + 10 * number, slow, "2024-01-08", HERS),
            record(1002 + 10 * number, "case.closed", slow, f"2024-11-{1 + number:02d}", method="judgment"),
        )
    watcher = arm(played)
    limit = date.fromisoformat(one(played, MINE)["limit_day"])
    noon = datetime(limit.year, limit.month, limit.day, 4, tzinfo=UTC)
    ahead = 2 * SOON + FIRST_KNOWN
    stages, severities = {}, {}
    for left in (ahead + 1, ahead, 2 * SOON, 2 * SOON - 1):
        stand(played, noon - timedelta(days=left))
        while watcher.look() is not None:
            pass
        found = one(played, MINE)
        stages[left] = found["stage"]
        severities[left] = [(each["severity"], each["document"]["stage"]) for each in told(played, MINE)]
    assert stages == {36: "running", 35: "likely", 30: "likely", 29: "likely"}
    assert severities == {36: [], 35: [], 30: [], 29: [("amber", "likely")]}
    assert (found["chance"]["probability"], found["chance"]["alike"]) == (1.0, 25)
    assert 290 < found["chance"]["band"][0] < found["chance"]["band"][1] < 330


def test_what_is_past_its_limit_without_a_notice_is_told_at_once(played: Api) -> None:
    watcher = arm(played)
    late, short = "（2024）示2401民初77号", "（2025）示2401民初78号"
    played.keeper.push(*filed(700, late, "2024-07-01", HIS), *filed(710, short, "2024-11-20", HIS))
    played.keeper.push(
        record(712, "procedure.converted", short, "2025-03-01", **{"from": "ordinary"}, to="summary")
    )
    stand(played, BEGIN + timedelta(days=1))
    while watcher.look() is not None:
        pass
    for case in (late, short):
        (found,) = told(played, case)
        assert (found["severity"], found["state"]) == ("red", "open")
        assert one(played, case)["stage"] == "passed"


def test_no_deviation_notice_or_metric_names_a_judge(played: Api) -> None:
    watcher = arm(played)
    stand(played, datetime(2025, 8, 20, 4, tzinfo=UTC))
    while watcher.look() is not None:
        pass
    assert told(played, ALSO)
    kept = [
        str(played.keeper.query(f"SELECT * FROM {table}"))
        for table in ("deviation", "deviation_change", "notice", "outbox", "watch_look", "backtest")
    ]
    assert any(ALSO in text for text in kept)
    shown = [played.ask(path).text for path in ("/v1/deviations", "/v1/watches", "/metrics")]
    number = told(played, ALSO)[0]["id"]
    shown.append(played.ask(f"/v1/deviations/{number}").text)
    for text in (*kept, *shown):
        assert not [person for person in (HIS, HERS, THIRD) if person in text]
