"""Examples of answers, one for each operation, as the service gave them for invented courts (演示数据);
long lists are cut."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson

SAMPLES: Final[Mapping[str, Any]] = {
    name: sample
    for file in ("samples.json", "supervision_samples.json", "trace_samples.json")
    for name, sample in orjson.loads((Path(__file__).parent / file).read_bytes()).items()
}
"""By operation id."""

MODELS: Final[Mapping[str, str]] = {
    "list_courts": "Courts",
    "list_causes": "CauseLists",
    "list_tags": "TagList",
    "read_cause_figures": "CauseFigures",
    "read_court": "CourtDetail",
    "list_indicators": "Indicators",
    "read_indicator": "IndicatorDetail",
    "read_page": "DefinitionPage",
    "read_trace": "Trace",
    "list_benchmarks": "Benchmarks",
    "read_value": "Figure",
    "read_series": "Series",
    "list_figure_cases": "CaseList",
    "read_restatement": "Restatement",
    "read_bridge": "Bridge",
    "list_filling": "Fillings",
    "read_catalog_diff": "CatalogDiff",
    "read_board": "Board",
    "read_directions": "Directions",
    "list_conversions": "Conversions",
    "read_conversion": "Converted",
    "list_scorecards": "ScoreBooks",
    "read_scorecard": "Scorecard",
    "read_score_table": "ScoreTable",
    "ask_what_if": "WhatIf",
    "read_verification_file": "VerificationFile",
    "list_verification_keys": "VerificationKeys",
    "list_adjustments": "Adjustments",
    "apply_for_adjustment": "Adjustment",
    "read_adjustment": "Adjustment",
    "verify_adjustment": "Adjustment",
    "decide_adjustment": "Adjustment",
    "withdraw_adjustment": "Adjustment",
    "list_objections": "Objections",
    "raise_objection": "Objection",
    "read_objection": "Objection",
    "decide_objection": "Objection",
    "read_objected_value": "ObjectedFigure",
    "list_acceptances": "Acceptances",
    "draft_acceptance": "Acceptance",
    "read_acceptance": "Acceptance",
    "show_acceptance": "Acceptance",
    "remark_acceptance": "Acceptance",
    "decide_acceptance": "Acceptance",
    "freeze_acceptance": "Acceptance",
    "export_frozen_card": "FrozenCard",
    "list_departments": "Departments",
    "add_department": "Department",
    "list_ballots": "Ballots",
    "open_ballot": "OpenedBallot",
    "read_ballot": "Ballot",
    "cast_vote": "VoteTaken",
    "close_ballot": "Ballot",
    "publish_ballot": "Ballot",
    "list_due_cases": "DueCases",
    "read_case": "CaseFile",
    "list_sources": "Feeds",
}
"""The shape of each example; a test holds them to it."""

CACHED: Final = frozenset(
    {
        "list_courts",
        "list_causes",
        "list_tags",
        "read_cause_figures",
        "read_court",
        "list_indicators",
        "read_indicator",
        "read_page",
        "read_trace",
        "read_value",
        "read_series",
        "read_catalog_diff",
        "read_board",
        "list_benchmarks",
        "read_directions",
        "list_conversions",
        "read_conversion",
        "list_scorecards",
        "read_scorecard",
        "read_score_table",
        "read_objected_value",
    }
)
"""Operations that answer 304 to a copy that still stands."""
