"""Which addresses list courts, how each is asked, and in what order its rows stand: never in that of a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

MIDDLE: dict[str, Any] = {"court": "示24", "period": "2025"}
FIGURE = {**MIDDLE, "scope": "all"}

#: Rows of courts, in the official order whatever their figures: the address as asked, its parameters.
OFFICIAL: dict[str, tuple[str, dict[str, Any]]] = {
    "/v1/courts": ("/v1/courts", {}),
    "/v1/courts/{code}": ("/v1/courts/示24", {}),
    "/v1/board": ("/v1/board", MIDDLE),
    "/v1/directions": ("/v1/directions", MIDDLE),
    "/v1/scorecards/{book}": ("/v1/scorecards/yanbian-2019.enforcement", MIDDLE),
    "/v1/scorecards/{book}/table": ("/v1/scorecards/litigation/table", MIDDLE),
    "/v1/scorecards/{book}/verification": ("/v1/scorecards/yanbian-2019.enforcement/verification", MIDDLE),
    "/v1/sources": ("/v1/sources", {}),
}

#: Rows of something else: the same rows in the same places whatever the figures.
STEADY: dict[str, tuple[str, dict[str, Any]]] = {
    "/v1/indicators": ("/v1/indicators", {}),
    "/v1/indicators/{id}": ("/v1/indicators/court-core.clearance", {}),
    "/v1/indicators/{id}/series": (
        "/v1/indicators/court-core.filed/series",
        {"court": "示24", "scope": "all", "first": "2025-01", "to": "2025-12"},
    ),
    "/v1/courts/{code}/causes": (
        "/v1/courts/示24/causes",
        {"indicator": "court-core.filed", "scope": "all", "period": "2025"},
    ),
    "/v1/causes": ("/v1/causes", {}),
    "/v1/tags": ("/v1/tags", {}),
    "/v1/benchmarks": ("/v1/benchmarks", {}),
    "/v1/scorecards": ("/v1/scorecards", {}),
}

#: Rows of cases, by case number, or by the day they fall due.
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "/v1/indicators/{id}/cases": (
        "/v1/indicators/court-core.filed/cases",
        {**FIGURE, "part": "numerator", "limit": 200},
    ),
    "/v1/cases": ("/v1/cases", {"court": "示24", "scope": "all", "due_within": "300d", "limit": 200}),
}

#: Why rows that name a court are no list of courts with figures.
OTHER: Mapping[str, str] = {
    "/v1/reconciliations": "cases, by kind and case number; feeds in the official order; test_reconciliations.py",
    "/v1/indicators/{id}/inputs": "reports, by measure and court in the official order; test_inputs.py",
    "/v1/cases/{id}": "one case: the courts it has stood with, its postings by day",
    "/v1/openings": "courts in the official order; what was stated, in test_openings.py",
    "/v1/adjustments": "matters, as they came in",
    "/v1/periods": "closings, as they came in",
    "/v1/objections": "matters, as they came in",
    "/v1/indicators/{id}/value": "one figure; `period_reasons` name courts in the official order",
    **dict.fromkeys(("/v1/periods/{period}/close", "/v1/periods/{period}/reopen"), "one closing, its acts in their time"),
    "/v1/acceptances": "matters, as they came in",
    "/v1/departments": "by court in the official order, then by code; no figures",
    "/v1/ballots": "votes, as they were opened; the results of one are tried by themselves",
    **dict.fromkeys(
        ("/v1/ballots/{id}", "/v1/ballots/{id}/close", "/v1/ballots/{id}/publish"),
        "one vote: its results are tried by themselves",
    ),
    **dict.fromkeys(
        (
            "/v1/adjustments/{id}", "/v1/adjustments/{id}/verify", "/v1/adjustments/{id}/decide",
            "/v1/adjustments/{id}/withdraw", "/v1/objections/{id}", "/v1/objections/{id}/decide",
            "/v1/acceptances/{id}", "/v1/acceptances/{id}/show", "/v1/acceptances/{id}/remarks",
            "/v1/acceptances/{id}/decide", "/v1/acceptances/{id}/freeze", "/v1/acceptances/{id}/card",
        ),
        "one matter of one court, its acts in their time",
    ),
    "/v1/deviations": "deviations, newest first",
    "/v1/deviations/cards": "by week, newest first, then in the official order; in test_deviations.py",
    **dict.fromkeys(
        ("/v1/deviations/{id}", *(f"/v1/deviations/{{id}}/{act}" for act in ("acknowledge", "silence", "close"))),
        "one deviation of one court, its changes in their order",
    ),
    "/v1/watches": "watches in the order of the packs, with the patterns of courts they are for",
    **dict.fromkeys(
        ("/v1/watches/{id}", "/v1/watches/{id}/arm", "/v1/watches/{id}/disarm"),
        "one watch with the patterns of courts it is for",
    ),
    **dict.fromkeys(
        ("/v1/watches/{id}/backtests", "/v1/watches/{id}/backtest"),
        "backtests, newest first; in a report what would have been told, by the day it would have been",
    ),
    "/v1/scorecards/{book}/what-if": "one court, with the lines of its scorecard",
    "/v1/openapi.json": "this description",
    **dict.fromkeys(
        (
            "/v1/subscriptions", "/v1/subscriptions/{id}",
            *(f"/v1/subscriptions/{{id}}/{act}" for act in ("change", "pause", "disable", "resume", "rotate")),
        ),
        "the courts a receiver is told of, as they were asked for",
    ),
}  # fmt: skip

_NAMES = {"court", "court_name", "courts", "code"}


def listing(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """By address: where its answer may hold rows of courts, as the description says.

    A row that names a court, a list of court codes, lines that may be courts (the parts of a scorecard), and
    whatever is described as any object at all.
    """
    found: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            content = operation["responses"]["200"].get("content", {})
            for media in content.values():
                spots = list(_spots(media.get("schema", {}), document["components"]["schemas"], "", ()))
                if spots:
                    found.setdefault(path, []).extend(spots)
    return found


def _spots(schema: Any, known: Any, at: str, seen: tuple[str, ...]) -> Iterator[str]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name == "ScoreLine":
            yield f"{at} (lines)"
        if name not in seen:
            yield from _spots(known[name], known, at, (*seen, name))
        return
    for either in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(either, ()):
            yield from _spots(one, known, at, seen)
    if "items" in schema:
        row = _resolved(schema["items"], known)
        codes = row.get("type") == "string" and at.rpartition(".")[2] in ("courts", "children")
        if codes or _NAMES & set(row.get("properties", ())):
            yield f"{at}[]"
        yield from _spots(schema["items"], known, f"{at}[]", seen)
    more = schema.get("additionalProperties")
    if more is True or more == {}:
        yield f"{at} (any object)"
    elif isinstance(more, Mapping):
        yield from _spots(more, known, f"{at}.*", seen)
    for name, one in schema.get("properties", {}).items():
        yield from _spots(one, known, f"{at}.{name}", seen)


def _resolved(schema: Any, known: Any) -> Any:
    while "$ref" in schema:
        schema = known[schema["$ref"].rpartition("/")[2]]
    return schema


def rows(answer: Any, keys: tuple[str, ...], at: str = "") -> Iterator[tuple[str, list[str]]]:
    """Every list in an answer with what its rows are called by the first of these keys that they have."""
    if isinstance(answer, Mapping):
        for name, one in answer.items():
            yield from rows(one, keys, f"{at}.{name}")
    elif isinstance(answer, list):
        yield at, [_called(row, keys) for row in answer]
        for number, row in enumerate(answer):
            yield from rows(row, keys, f"{at}[{number}]")


def _called(row: Any, keys: tuple[str, ...]) -> str:
    if isinstance(row, Mapping):
        return next((str(row[key]) for key in keys if key in row), "")
    return str(row) if isinstance(row, str) else ""
