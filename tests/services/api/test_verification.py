"""GET /v1/scorecards/{book}/verification and /v1/verification-keys: a file that stands without the books."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
import rfc8785

from plumbline import transcripts, verification, verification_checks
from plumbline.runtime import signing
from plumbline.verification_report import Report
from services.api import verification_shapes
from tests.keeper import court
from tests.services.api import offices
from tests.services.api.conftest import Api, opened
from tests.services.api.test_scorecards import TREE, appeals

BOOK = "/v1/scorecards/yanbian-2019.litigation"
PATH = BOOK + "/verification"
ASKED: dict[str, Any] = {"court": "示2401", "period": "2025"}


@pytest.fixture(scope="module")
def scores(module_database: str) -> Iterator[Api]:
    """示2401: 20 appeals in 2024, all altered; 19 in 2025, all altered. 示2402: 5 altered, then 4 and 1 not."""
    for one in opened(module_database, TREE):
        one.keeper.push(*appeals("示2401", 2024, 20, 20), *appeals("示2401", 2025, 19, 19))
        one.keeper.push(*appeals("示2402", 2024, 5, 5), *appeals("示2402", 2025, 5, 4))
        one.keeper.settle()
        yield one


def trusted(api: Api) -> dict[str, datetime | None]:
    """The keys the service publishes, as a reader who has kept them trusts them."""
    kept = api.get("/v1/verification-keys")["items"]
    return {
        one["public_key"]: one["retired_at"] and datetime.fromisoformat(one["retired_at"]) for one in kept
    }


def wrong(report: Report) -> list[str]:
    """The parts that do not agree."""
    return [f"{one.part}: {one.said.en}" for one in report.findings if not one.agrees]


def test_a_file_agrees_with_itself_and_with_the_scorecard(scores: Api) -> None:
    answer = scores.ask(PATH, **ASKED)
    assert answer.status_code == 200, answer.text
    report = verification_checks.check(answer.content, trusted(scores))
    assert (report.code, wrong(report)) == (0, [])
    file, card = answer.json(), scores.get(BOOK, **ASKED)
    beside = {"adjusted", "objected"}
    assert set(file) == set(verification_shapes.VerificationFile.model_fields) - beside
    assert (file["about"]["book"], file["about"]["court"], file["about"]["book_hash"]) == (
        card["book"],
        card["court"],
        card["hash"],
    )
    assert (file["inputs"]["page"], file["inputs"]["known_at"]) == (card["page"], card["known_at"])
    assert (file["scorecard"]["low"], file["scorecard"]["high"]) == ("47/2", "149/2")
    assert [line["id"] for line in file["scorecard"]["lines"]] == [line["id"] for line in card["lines"]]
    assert [line["award"]["arithmetic"] for line in file["scorecard"]["lines"]] == [
        line["arithmetic"] for line in card["lines"]
    ]
    figures = {tuple(one["key"]): one["value"] for one in file["inputs"]["court"]["figures"]}
    assert figures["yanbian-2019.fagaizhi_total", "own"]["now"] == {"numerator": 19, "denominator": 1}


def test_every_figure_that_was_read_has_its_definition_and_their_documents_their_hashes(scores: Api) -> None:
    file = scores.get(PATH, **ASKED)
    defined = {one["id"]: one for one in file["definitions"]["figures"]}
    assert {one["key"][0] for one in file["inputs"]["court"]["figures"]} == set(defined)
    rate = defined["court-core.altered_or_remanded_rate"]
    assert rate["kind"] == "indicator"
    assert set(rate["measures"]) == {
        "court-core.appeal_altered",
        "court-core.appeal_remanded",
        "court-core.first_instance_closed",
    }
    described = scores.get("/v1/indicators/court-core.altered_or_remanded_rate")
    assert rate["hash"] in {one["hash"] for one in described["versions"]}
    for one in file["definitions"]["packs"]:
        assert transcripts.digest(one["document"]) == one["hash"]
    assert [one["id"] for one in file["definitions"]["packs"]] == ["court-core", "yanbian-2019"]


def test_the_bytes_are_canonical_and_hold_no_fraction(scores: Api) -> None:
    content = scores.ask(PATH, **ASKED).content
    assert rfc8785.dumps(orjson.loads(content)) == content
    file = orjson.loads(content)
    for one in file["definitions"].pop("packs"):
        assert not [leaf for leaf in leaves(one["document"]) if isinstance(leaf, float)]
    assert {type(leaf) for leaf in leaves(file)} == {str, int}


def leaves(value: Any) -> Iterator[Any]:
    """Every value that is no list and no mapping."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from leaves(each)
    else:
        yield value


def test_the_answer_is_an_attachment_named_for_court_book_and_period(scores: Api) -> None:
    answer = scores.ask(PATH, **ASKED)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    named = urllib.parse.unquote(answer.headers["content-disposition"])
    assert named.startswith("attachment;")
    assert "示2401-yanbian-2019.litigation-2025.verification.json" in named


def test_the_same_moment_gives_the_same_file_but_for_the_time_it_was_written(scores: Api) -> None:
    first = scores.get(PATH, **ASKED)
    again = scores.get(PATH, **ASKED, known_at=first["inputs"]["known_at"])
    for one in (first, again):
        one["about"].pop("generated_at")
        one["digests"].pop("about")
        one.pop("signature")
    assert first == again


def test_a_file_of_a_court_above_holds_what_its_mean_is_drawn_from(scores: Api) -> None:
    path = "/v1/scorecards/yanbian-2019.enforcement/verification"
    answer = scores.ask(path, court="示24", period="2025")
    assert answer.status_code == 200, answer.text
    report = verification_checks.check(answer.content, trusted(scores))
    assert (report.code, wrong(report)) == (0, [])
    below = answer.json()["inputs"]["court"]["below"]
    assert [one["court"] for one in below] == ["示2403", "示2401", "示2402"]


def test_what_was_decided_stands_beside_what_was_computed(server_dsn: str, database: str) -> None:
    for town in offices.prefecture(server_dsn, offices.scored(database)):
        found = town.apply("fagaizhi")
        town.verify(found, "office")
        town.approve(town.verify(found, "command"), points=33.5)
        answer = town.api.ask(PATH, "office", **ASKED)
        report = verification_checks.check(answer.content, trusted(town.api))
        assert (report.code, wrong(report)) == (0, [])
        file, card = answer.json(), town.card()
        assert [file[name]["lines"][0]["points"] for name in ("scorecard", "adjusted")] == ["20/1", "67/2"]
        assert card["lines"][0]["adjusted"]["points"] == 33.5
        (row,) = file["inputs"]["court"]["adjusted"]
        assert row["value"]["matter"] == found["id"]


def test_coverage_is_stated_of_every_court_whose_figures_were_read(scores: Api) -> None:
    file = scores.get(PATH, **ASKED)
    board = scores.get("/v1/board", **ASKED)
    own = board["coverage_detail"]
    (covered,) = file["inputs"]["coverage"]
    names = ("declared", "received", "days_declared", "days")
    assert (covered["court"], covered["scope"]) == ("示2401", "own")
    assert {name: covered[name] for name in names} == {name: own[name] for name in names}


def test_after_a_rotation_old_files_hold_and_new_ones_too(fresh: Api) -> None:
    path = fresh.client.app.state.settings.signing_keys_file  # type: ignore[attr-defined]
    fresh.keeper.move_courts(TREE)
    old = fresh.ask(PATH, **ASKED)
    signing.rotate(path, datetime.now(UTC))
    new = fresh.ask(PATH, **ASKED)
    keys = trusted(fresh)
    assert [one is None for one in keys.values()] == [False, True]
    for answer in (old, new):
        report = verification_checks.check(answer.content, keys)
        assert (report.code, wrong(report)) == (0, [])
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_key_others_may_read_signs_nothing(fresh: Api) -> None:
    fresh.keeper.move_courts(TREE)
    assert fresh.ask(PATH, **ASKED).status_code == 200
    fresh.client.app.state.settings.signing_keys_file.chmod(0o644)  # type: ignore[attr-defined]
    for path, asked in ((PATH, ASKED), ("/v1/verification-keys", {})):
        answer = fresh.ask(path, **asked)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert "signing-keys" not in answer.text


def test_a_file_is_refused_to_one_who_may_not_see_a_court_it_would_hold(scores: Api) -> None:
    path = "/v1/scorecards/yanbian-2019.enforcement/verification"
    for who, status in (("middle", 200), ("basic", 404), ("stranger", 404)):
        assert scores.ask(path, who, court="示24", period="2025").status_code == status, who


def test_a_key_of_an_algorithm_is_published_with_its_id(scores: Api) -> None:
    (key,) = scores.get("/v1/verification-keys")["items"]
    assert key["id"] == verification.key_id(bytes.fromhex(key["public_key"]))
    assert (key["algorithm"], key["retired_at"]) == ("Ed25519", None)


def test_a_court_that_has_moved_away_since_is_not_in_a_file_for_who_may_no_longer_see_it(fresh: Api) -> None:
    moved = date(2026, 1, 1)
    stood = court("示2402", "示24", 5, valid_until=moved)
    stands = court("示2402", "示25", 5, valid_from=moved)
    fresh.keeper.move_courts([*(one for one in TREE if one.code != "示2402"), stood, stands])
    path = "/v1/scorecards/yanbian-2019.enforcement/verification"
    assert fresh.ask(path, "province", court="示24", period="2025").status_code == 200
    answer = fresh.ask(path, "middle", court="示24", period="2025")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert "示2402" not in answer.text
