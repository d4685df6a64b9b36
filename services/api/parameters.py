"""The parameters that several addresses share, each with its meaning and an example."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Query

from services.api import shapes

EXAMPLE_COURT = "示24"
EXAMPLE_ID = "court-core.clearance"

IndicatorId = Annotated[
    str,
    Path(
        description="`<pack>.<name>` of an indicator or measure, or its bare name where only one pack has it",
        examples=[EXAMPLE_ID],
        max_length=200,
    ),
]
CourtCode = Annotated[str, Query(description="a court's code", examples=[EXAMPLE_COURT], max_length=24)]
Scope = Annotated[
    shapes.Scope,
    Query(
        description="own 本院: the court's own cases; all 辖区: its own and all courts below. Always said."
    ),
]
PeriodText = Annotated[
    str,
    Query(
        description="2019, 2019-Q2, 2019-06, 2019-01-01..2019-06-30 (both days counted), 2019-06@20"
        " (21 May to 20 June)",
        examples=["2019-06"],
        max_length=40,
    ),
]
KnownAt = Annotated[
    str | None,
    Query(description="RFC 3339 moment: answer as it was known then; not in the future", max_length=40),
]
Category = Annotated[
    str,
    Query(
        description="all, criminal, civil, administrative, enforcement, compensation, insolvency or other",
        max_length=40,
    ),
]
Cause = Annotated[
    str | None,
    Query(
        description="only cases of this cause (案由、罪名): a code of any level, with all below it",
        max_length=64,
    ),
]
Tag = Annotated[
    str | None,
    Query(
        description="only cases that carry this tag (特殊类别): flows on the days on which they carry it, levels of"
        " those that carry it on the day asked",
        max_length=64,
    ),
]
VersionName = Annotated[
    str | None,
    Query(description="a version of the definition, or its hash; else the one in force", max_length=80),
]
Compare = Annotated[
    Literal["prior_year", "prior_period", "benchmark"] | None, Query(description="what to compare with")
]
Cursor = Annotated[str | None, Query(description="`next` of the page before", max_length=2_000)]
Limit = Annotated[int, Query(description="items on a page", ge=1, le=200)]
