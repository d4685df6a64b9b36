"""What the routes of pulled feeds take and give, as OpenAPI shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from services.ingest.shapes import Shape

PLAIN: Final = r"^[^\x00-\x1f]*$"
Count = Annotated[int, Field(ge=0, le=2**53)]
State = Literal["reading", "caught_up", "position_lost", "failing"]


class PullMove(Shape):
    """One move of a feed's cursor, after its events were acknowledged."""

    version: Count = Field(description="the version that was read; 0 for a feed nobody has pulled yet")
    holder: Annotated[str, Field(min_length=1, max_length=128, pattern=PLAIN)] = Field(
        description="who moves it"
    )
    lease_seconds: Annotated[int, Field(ge=0, le=3600)] = Field(
        description="for so long nobody else may move it; 0 gives it free"
    )
    take_over: bool = Field(default=False, description="move it although another holds it")
    state: State
    cursor: dict[str, Any] | None = Field(description="where reading stands; at most 64 KiB")
    rows: Count = Field(default=0, description="rows read since the move before; the other counts likewise")
    accepted: Count = 0
    duplicates: Count = 0
    refused: Count = 0
    withheld: Count = 0
    losses: Count = 0
    error: Annotated[str, Field(max_length=1000, pattern=PLAIN)] | None = None


class PullShown(Shape):
    """A feed that is pulled; counts are over its whole life."""

    source: str
    feed: str
    version: int
    state: State
    holder: str | None
    held_until: datetime | None
    rows: int
    accepted: int
    duplicates: int
    refused: int = Field(description="in quarantine")
    withheld: int = Field(description="never sent: classified, or of no event")
    losses: int = Field(description="how often its position was gone")
    lost_at: datetime | None
    error: str | None
    moved_at: datetime
    caught_up_at: datetime | None
    lag_seconds: int | None = Field(description="since its end was last reached; null: never yet")


class PullKept(PullShown):
    """The same with its cursor."""

    cursor: dict[str, Any] | None


class PullList(Shape):
    pulls: list[PullShown]


SHOWN: Final[dict[str, Any]] = {
    "source": "jilin-ecourt",
    "feed": "cases",
    "version": 418,
    "state": "caught_up",
    "holder": "feed-host:4711:9f2c",
    "held_until": "2026-11-22T03:05:05Z",
    "rows": 208400,
    "accepted": 208112,
    "duplicates": 281,
    "refused": 7,
    "withheld": 0,
    "losses": 1,
    "lost_at": "2026-11-20T19:00:12Z",
    "error": None,
    "moved_at": "2026-11-22T03:04:05Z",
    "caught_up_at": "2026-11-22T03:04:05Z",
    "lag_seconds": 31,
}
CURSOR: Final = {
    "since": None,
    "high": None,
    "high_row": None,
    "last": None,
    "met": False,
    "marks": [{"page": "c418", "key": "A-208400", "digest": "9f2c…", "rows": 400}],
}
KEPT: Final = {**SHOWN, "cursor": CURSOR}
MOVE: Final = {
    "version": 417,
    "holder": "feed-host:4711:9f2c",
    "lease_seconds": 60,
    "state": "caught_up",
    "cursor": CURSOR,
    "rows": 400,
    "accepted": 400,
}
