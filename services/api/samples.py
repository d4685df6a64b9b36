"""Examples of answers, one for each operation, as the service gave them for invented courts (演示数据);
long lists are cut."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson

SAMPLES: Final[Mapping[str, Any]] = orjson.loads((Path(__file__).parent / "samples.json").read_bytes())
"""By operation id."""

MODELS: Final[Mapping[str, str]] = {
    "list_courts": "Courts",
    "read_court": "CourtDetail",
    "list_indicators": "Indicators",
    "read_indicator": "IndicatorDetail",
    "read_value": "Figure",
    "read_series": "Series",
    "list_figure_cases": "CaseList",
    "read_restatement": "Restatement",
    "read_board": "Board",
    "list_scorecards": "ScoreBooks",
    "read_scorecard": "Scorecard",
    "read_score_table": "ScoreTable",
    "ask_what_if": "WhatIf",
    "list_due_cases": "DueCases",
    "read_case": "CaseFile",
    "list_sources": "Feeds",
}
"""The shape of each example; a test holds them to it."""

CACHED: Final = frozenset(
    {
        "list_courts",
        "read_court",
        "list_indicators",
        "read_indicator",
        "read_value",
        "read_series",
        "read_board",
        "list_scorecards",
        "read_scorecard",
        "read_score_table",
    }
)
"""Operations that answer 304 to a copy that still stands."""
