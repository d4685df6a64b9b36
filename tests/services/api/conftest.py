"""The read API on real books: courts, packs and a few cases loaded once a module, a client for each kind
of reader.
"""

from __future__ import annotations

import shutil
import tempfile
import urllib.parse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from plumbline.catalog import reading
from plumbline.courts import Court
from plumbline.runtime import telemetry
from plumbline.runtime.settings import Settings
from plumbline.store import engine, tokens
from services.api.app import create_app
from tests.keeper import DEFINITIONS, TREE, Keeper, court, record

HERE = Path(__file__).parent
COURTS = (*TREE, court("示25", "示", 5), court("示2501", "示25", 6))

FIRST = "（2025）示2401民初1号"
SECOND = "（2025）示2401民初2号"
OPEN = "（2025）示2401民初3号"
ENFORCED = "（2025）示2401执1号"
SEALED = "（2025）示2401刑初1号"
NEIGHBOUR = "（2025）示2402民初1号"
STRANGE = "（2025）示2501民初1号"
APPEAL = "（2025）示24民终1号"
LINKLESS = "（2025）示24民终2号"
OLD = "（2024）示2401民初9号"


def _figure(measure: str, first: str, until: str, value: int, unit: str) -> dict[str, Any]:
    return {"measure": measure, "from": first, "until": until, "value": value, "unit": unit}


EVENTS: tuple[dict[str, Any], ...] = (
    record(1, "case.filed", FIRST, "2025-01-10", procedure="ordinary", cause="9001"),
    record(2, "case.assigned", FIRST, "2025-01-12", judge="J-1", unit="民一庭"),
    record(3, "case.closed", FIRST, "2025-03-05", method="judgment"),
    record(4, "case.filed", SECOND, "2025-02-01", procedure="summary"),
    record(5, "case.closed", SECOND, "2025-03-20", method="mediation"),
    record(6, "case.filed", OPEN, "2025-02-15", procedure="ordinary"),
    record(7, "case.filed", ENFORCED, "2025-02-10"),
    record(8, "case.closed", ENFORCED, "2025-03-31", method="fully_enforced"),
    record(9, "case.filed", SEALED, "2025-01-05", procedure="ordinary"),
    record(10, "case.sealed", SEALED, "2025-01-06", ground="juvenile"),
    record(11, "case.filed", NEIGHBOUR, "2025-01-20", procedure="ordinary"),
    record(12, "case.closed", NEIGHBOUR, "2025-02-11", method="judgment"),
    record(13, "case.filed", STRANGE, "2025-01-21", procedure="ordinary"),
    record(14, "case.closed", STRANGE, "2025-02-12", method="judgment"),
    record(15, "case.filed", APPEAL, "2025-04-01", links=[{"role": "appealed", "subject": FIRST}]),
    record(16, "appeal.decided", APPEAL, "2025-05-10", outcome="altered"),
    record(17, "case.filed", LINKLESS, "2025-04-02"),
    record(18, "appeal.decided", LINKLESS, "2025-05-12", outcome="altered"),
    record(19, "case.filed", OLD, "2024-01-15", procedure="ordinary"),
    record(20, "case.closed", OLD, "2024-02-20", method="judgment"),
    record(21, "figure.reported", "示2401", "2025-01-31",
           **_figure("staff", "2025-01-01", "2025-01-31", 12, "persons")),
    record(22, "figure.reported", "示2401", "2025-02-28",
           **_figure("surveys", "2025-02-01", "2025-02-28", 7, "number")),
)  # fmt: skip


@dataclass(slots=True)
class Api:
    """The app over a keeper's books, with tokens by the name of their reader."""

    keeper: Keeper
    client: TestClient
    tokens: dict[str, str]

    def get(self, path: str, who: str = "all", **params: Any) -> Any:
        """The answer, decoded; it must be 200."""
        answer = self.ask(path, who, **params)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return answer.json()

    def ask(self, path: str, who: str | None = "all", headers: Any = None, **params: Any) -> Any:
        """The answer as it came. A parameter `first` is sent as `from`."""
        sent = dict(headers or {})
        if who is not None:
            sent["Authorization"] = f"Bearer {self.tokens[who]}"
        query = {
            "from" if name == "first" else name: value for name, value in params.items() if value is not None
        }
        return self.client.get(path, params=query, headers=sent, follow_redirects=False)

    def suppose(self, path: str, body: Any, who: str | None = "all") -> Any:
        """The answer to a body that is posted, as it came; bytes are sent as they are."""
        sent = {} if who is None else {"Authorization": f"Bearer {self.tokens[who]}"}
        given: Any = {"content": body} if isinstance(body, bytes) else {"json": body}
        return self.client.post(path, headers=sent, **given)

    def value(self, name: str, where: str, period: str, scope: str = "own", **params: Any) -> Any:
        """A figure."""
        return self.get(f"/v1/indicators/{name}/value", court=where, period=period, scope=scope, **params)


def quoted(subject: str) -> str:
    """A subject as it stands in an address."""
    return urllib.parse.quote(subject, safe="")


def opened(dsn: str, tree: Sequence[Court] = COURTS) -> Iterator[Api]:
    """The API over fresh books with courts, packs and tokens, and no event yet."""
    shelf = reading.Shelf(DEFINITIONS)
    packs = [
        reading.read_pack(DEFINITIONS / "court-core", shelf),
        reading.read_pack(HERE / "packs" / "lines", shelf),
        reading.read_pack(DEFINITIONS / "yanbian-2019", shelf),
    ]
    keeper = Keeper(dsn, packs, tree, now=datetime.now(UTC))
    readers = {
        "all": ("operator", ("*",)), "province": ("office", ("示",)), "middle": ("reader", ("示24",)),
        "basic": ("reader", ("示2401",)), "sibling": ("reader", ("示2402",)),
        "stranger": ("reader", ("示25",)),
        "feeder": ("feeder", ("示",)), "judge": ("judge", ("示2401",)),
    }  # fmt: skip
    with engine.transaction(keeper.pool) as connection:
        made = {
            name: tokens.create_token(
                connection,
                name,
                role,
                courts,
                ("court",) if role == "feeder" else (),
                person="J-1" if role == "judge" else None,
            )
            for name, (role, courts) in readers.items()
        }
    state = Path(tempfile.mkdtemp(prefix="plumbline-state-"))
    settings = Settings(database_url=dsn, state=state, log_format="json", log_level="error")
    telemetry.configure_logs(settings, "api")
    app = create_app(settings, lambda: datetime.now(UTC))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Api(keeper, client, made)
    keeper.close()
    shutil.rmtree(state)


@pytest.fixture(scope="module")
def api(module_database: str) -> Iterator[Api]:
    """The cases above, scored; shared by the tests of a module, which only read."""
    for one in opened(module_database):
        one.keeper.push(*EVENTS)
        one.keeper.settle()
        yield one


@pytest.fixture
def fresh(database: str) -> Iterator[Api]:
    """Books of one test's own, without an event."""
    yield from opened(database)
