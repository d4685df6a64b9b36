"""No rank anywhere: other figures never move a row, nothing is named for a place among courts, nothing sorts."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from plumbline.catalog import keys, reading
from plumbline.store import tables
from services.api.app import create_app
from tests.keeper import DEFINITIONS, court, record
from tests.services.api import listings, offices
from tests.services.api.conftest import Api, opened
from tests.services.api.listings import CASES, OFFICIAL, OTHER, STEADY

#: The official order, which is neither that of the codes nor that of any figures below.
ORDER = ("示", "示24", "示2403", "示2401", "示2402")
TREE = (
    court("示", None, 1, level="high"),
    court("示24", "示", 2, level="intermediate"),
    court("示2403", "示24", 3),
    court("示2401", "示24", 4),
    court("示2402", "示24", 5),
)
BELOW = ORDER[2:]
#: Of a court: cases filed and judged, of which appealed and altered, last year and this, and days pending.
COUNTS = ((20, 20, 19, 10), (6, 5, 4, 40), (4, 2, 2, 70))
TURNS = tuple(itertools.permutations(range(3)))[::2]

WORDS = {"rank", "ranks", "ranked", "ranking", "rankings", "percentile", "percentiles", "top", "bottom"}
CHINESE = re.compile("排名|名次|末位|倒数")
SORTS = re.compile(r"(^|_)(order|sort|sorted|sorting|orderby|sortby|direction|desc|asc)(_|$)|orderBy|sortBy")


def cases(code: str, number: int, counts: tuple[int, int, int, int]) -> Iterator[dict[str, Any]]:
    """The events of one court."""
    filed, past, now, pending = counts
    for year, altered in ((2024, past), (2025, now)):
        for each in range(1, filed + 1):
            first, second = f"（{year}）{code}民初{each}号", f"（{year}）示24民终{number * 1000 + each}号"
            at = year * 100_000 + number * 10_000 + each * 10
            yield record(at, "case.filed", first, f"{year}-01-10", procedure="ordinary")
            yield record(at + 1, "case.closed", first, f"{year}-02-{10 + each % 9}", method="judgment")
            links = [{"role": "appealed", "subject": first}]
            yield record(at + 2, "case.filed", second, f"{year}-03-10", links=links)
            outcome = "altered" if each <= altered else "upheld"
            yield record(at + 3, "appeal.decided", second, f"{year}-04-10", outcome=outcome)
    day = (datetime.now(UTC) - timedelta(days=pending)).date()
    waiting = f"（{day.year}）{code}民初{900 + filed}号"
    yield record(number, "case.filed", waiting, day.isoformat(), procedure="ordinary")


def answers(api: Api) -> dict[str, Any]:
    """What every address of the tables says."""
    return {
        path: api.get(asked, **params) for path, (asked, params) in {**OFFICIAL, **STEADY, **CASES}.items()
    }


@pytest.fixture(scope="module")
def turned(server_dsn: str, template: str) -> list[dict[str, Any]]:
    """The answers of three books in which the same counts belong to other courts."""
    from tests.conftest import copied

    found: list[dict[str, Any]] = []
    for turn in TURNS:
        with copied(server_dsn, template) as dsn:
            for api in opened(dsn, TREE):
                for place, code in enumerate(BELOW):
                    api.keeper.push(*cases(code, place + 1, COUNTS[turn[place]]))
                api.keeper.settle()
                found.append(answers(api))
    return found


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    from plumbline.runtime.settings import Settings

    found: dict[str, Any] = create_app(Settings()).openapi()
    return found


def courts_in(answer: Any) -> list[tuple[str, list[str]]]:
    """Every list of an answer that names two or more courts, with the courts in the order of its rows."""
    found = []
    for at, names in listings.rows(answer, ("court", "code", "id")):
        codes = [name for name in names if name in ORDER]
        if len(set(codes)) > 1:
            found.append((at, codes))
    return found


@pytest.mark.parametrize("path", OFFICIAL)
def test_rows_of_courts_stand_in_the_official_order_whatever_their_figures(
    turned: list[dict[str, Any]], path: str
) -> None:
    for found in turned:
        lists = courts_in(found[path])
        assert any(set(BELOW) <= set(codes) for _, codes in lists), f"{path} lists no courts"
        for at, codes in lists:
            assert codes == sorted(codes, key=ORDER.index), (path, at)


@pytest.mark.parametrize("path", {**OFFICIAL, **STEADY})
def test_the_same_figures_of_other_courts_move_no_row(turned: list[dict[str, Any]], path: str) -> None:
    names = ("court", "code", "id", "indicator", "item", "book", "cause", "period", "from", "title")
    shapes = [list(listings.rows(found[path], names)) for found in turned]
    assert any(len(called) > 1 for _, called in shapes[0]) or path in (
        "/v1/tags",
        "/v1/causes",
        "/v1/benchmarks",
    )
    first = dict(shapes[0])
    for other in map(dict, shapes[1:]):
        for at in first.keys() & other.keys():
            if set(first[at]) == set(other[at]):
                assert first[at] == other[at], (path, at)


def test_the_figures_did_change(turned: list[dict[str, Any]]) -> None:
    def points(found: dict[str, Any]) -> list[Any]:
        return [row["low"] for row in found["/v1/scorecards/{book}/table"]["rows"][1:]]

    def figures(found: dict[str, Any]) -> list[str]:
        return [str(row["cells"]) for row in found["/v1/board"]["rows"][1:]]

    for read in (points, figures):
        seen = [read(found) for found in turned]
        assert len({str(one) for one in seen}) == len(TURNS)
        for one in seen:
            assert len(set(map(str, one))) == len(BELOW)
    orders = {tuple(sorted(range(3), key=points(found).__getitem__)) for found in turned}
    assert len(orders) == len(TURNS)


def test_cases_stand_by_their_number_or_the_day_they_fall_due(turned: list[dict[str, Any]]) -> None:
    for found in turned:
        listed = [row["case"] for row in found["/v1/indicators/{id}/cases"]["items"]]
        assert len({re.sub("民.*", "", one) for one in listed}) >= len(BELOW)
        assert listed == sorted(listed)
        due = [(row["limit_day"], row["case"]) for row in found["/v1/cases"]["items"]]
        assert len(due) == len(BELOW)
        assert due == sorted(due)


def test_the_results_of_a_vote_stand_in_the_official_order_whatever_the_marks(
    server_dsn: str, database: str
) -> None:
    name = offices.scored(database)
    for marks in ((12, 6), (6, 12)):
        for town in offices.prefecture(server_dsn, name):
            ballot = town.done("ballots", town.ballot(), "office")
            for paper in ballot["papers"]:
                town.vote(ballot, paper, *marks)
            town.later(hours=2)
            town.done(f"ballots/{ballot['ballot']['id']}/close", {}, "office")
            found = town.done(f"ballots/{ballot['ballot']['id']}/publish", {}, "office")
            assert [(one["court"], one["mean"]) for one in found["results"]] == list(
                zip(("示2401", "示2402"), marks, strict=True)
            )


def test_every_address_that_lists_courts_is_in_a_table(document: dict[str, Any]) -> None:
    """A new one fails here until it is said in listings.py in what order its rows stand, and tried."""
    listed, known = listings.listing(document), {**OFFICIAL, **STEADY, **CASES, **OTHER}
    new = {path: spots for path, spots in listed.items() if path not in known}
    assert not new, "say in tests/services/api/listings.py in what order the rows of these stand"
    gone = set(known) - set(document["paths"])
    assert not gone
    assert set(OTHER) <= set(listed)
    for path in OFFICIAL:
        assert path in listed, path


def test_a_new_address_that_lists_courts_is_seen(document: dict[str, Any]) -> None:
    known = document["components"]["schemas"]
    row = {"type": "object", "properties": {"court": {"type": "string"}}}
    for schema in (
        {"type": "array", "items": row},
        {"type": "object", "properties": {"rows": {"anyOf": [{"type": "array", "items": row}]}}},
        {"type": "object", "properties": {"children": {"type": "array", "items": {"type": "string"}}}},
        {"$ref": "#/components/schemas/ScoreTable"},
        {"$ref": "#/components/schemas/Courts"},
        {"type": "object", "additionalProperties": True},
    ):
        content = {"application/json": {"schema": schema}}
        paths = {"/v1/new": {"get": {"responses": {"200": {"content": content}}}}}
        assert listings.listing({"paths": paths, "components": {"schemas": known}}) != {}, schema


def ranks(name: str) -> bool:
    """Whether a name is one of a place among others."""
    parts = re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())
    return bool(WORDS & set(parts)) or CHINESE.search(name) is not None


def names_in(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Every key in a document with where it stands."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield f"{at}.{name}", str(name)
            yield from names_in(one, f"{at}.{name}")
    elif isinstance(value, list | tuple):
        for one in value:
            yield from names_in(one, f"{at}[]")


@pytest.mark.parametrize(
    "name", ["rank", "court_rank", "topCourts", "bottom", "percentile_90", "本月排名", "名次"]
)
def test_a_name_that_ranks_is_seen(name: str) -> None:
    assert ranks(name)


@pytest.mark.parametrize("name", ["stop", "stopped_on", "topic", "frank", "order_of_court", "次序"])
def test_a_name_that_does_not_rank_is_left_alone(name: str) -> None:
    assert not ranks(name)


def test_no_schema_path_or_parameter_of_the_api_ranks_or_sorts(document: dict[str, Any]) -> None:
    assert not [at for at, name in names_in(document) if ranks(name)]
    for path, operations in document["paths"].items():
        assert not ranks(path)
        for operation in operations.values():
            given = [one["name"] for one in operation.get("parameters", ())]
            assert not [name for name in given if ranks(name) or SORTS.search(name)], path


def test_no_value_of_a_closed_list_of_the_api_ranks(document: dict[str, Any]) -> None:
    def closed(value: Any) -> Iterator[str]:
        if isinstance(value, Mapping):
            listed = value.get("enum", ()) if isinstance(value.get("enum", ()), list) else ()
            yield from map(str, [*listed, value.get("const", "")])
            for one in value.values():
                yield from closed(one)
        elif isinstance(value, list):
            for one in value:
                yield from closed(one)

    assert not [word for word in closed(document) if ranks(word)]


def test_no_address_takes_a_parameter_that_sorts(document: dict[str, Any], api: Api) -> None:
    for path, operations in document["paths"].items():
        if "get" not in operations or not path.startswith("/v1"):
            continue
        asked = re.sub(r"\{[a-z]+\}", "x", path)
        for name in ("sort", "order", "order_by", "top"):
            who = "judge" if path.startswith("/v1/due") else "all"
            answer = api.ask(asked, who, **{name: "value"})
            assert (answer.status_code, answer.json()["code"]) == (400, "unknown_parameter"), (path, name)


def packs() -> Iterator[Any]:
    """Every pack that is shipped."""
    shelf = reading.Shelf(DEFINITIONS)
    for head in sorted(DEFINITIONS.glob("*/pack.yaml")):
        yield shelf.pack(head.parent.name)


def test_no_pack_has_a_key_that_ranks_but_the_switch_that_forbids_it() -> None:
    """`rank` of an event type is its place within a court day (事件次序): it places events, never courts."""
    seen = 0
    for pack in packs():
        seen += 1
        assert pack.ranking == "forbidden"
        found = [at for at, name in names_in(pack.document) if ranks(name)]
        assert not [
            at for at in found if at != ".ranking" and not re.fullmatch(r"\.events\.types\..*\.rank", at)
        ]
        texts = [one.get("formula", "") for one in pack.document.get("indicators", ())]
        for text in texts:
            assert not ranks(re.sub(r"\bpercentile\(", "(", text)), (pack.id, text)
        parts = (pack.measures, pack.indicators, pack.facts, pack.tracks, pack.parameters, pack.rule_books)
        for name in itertools.chain(*parts):
            assert not ranks(name), (pack.id, name)
    assert seen >= 4


def test_no_table_of_keys_ranks_but_the_switch_that_forbids_it() -> None:
    found = {
        (section, name) for section, table in keys.KEYS.items() for name in (section, *table) if ranks(name)
    }
    assert found == {("pack", "ranking")}
    assert set(keys.KEYS["pack"]["ranking"].choices) == {"forbidden", "allowed"}


def test_no_sheet_and_no_table_of_the_books_has_a_column_that_ranks() -> None:
    sheets = sorted(Path(DEFINITIONS).rglob("*.csv"))
    assert sheets
    for path in sheets:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            header = next(csv.reader(lines), [])
        assert not [name for name in header if ranks(name)], path
    assert not [
        str(one) for table in tables.metadata.tables.values() for one in table.columns if ranks(one.name)
    ]
