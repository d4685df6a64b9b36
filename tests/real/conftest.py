"""A feed played into real books and read through the real API."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from plumbline import courts
from plumbline.catalog import reading
from plumbline.runtime.settings import Settings
from plumbline.store import engine, tokens
from services.api.app import create_app
from tests.keeper import DEFINITIONS, Keeper

BATCH = 2_000

Play = Callable[[Iterable[Mapping[str, Any]], str, Sequence[str]], "Played"]


@dataclasses.dataclass(frozen=True, slots=True)
class Played:
    """The API over books that hold a feed."""

    client: TestClient
    token: str

    def get(self, path: str, **params: str) -> Any:
        answer = self.client.get(path, params=params, headers={"Authorization": f"Bearer {self.token}"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def value(self, name: str, court: str, scope: str, period: str) -> Any:
        """A figure as the API answers it."""
        return self.get(f"/v1/indicators/{name}/value", court=court, scope=scope, period=period)

    def cases(self, name: str, court: str, scope: str, period: str, part: str = "numerator") -> set[str]:
        """The cases behind a figure, through all pages."""
        found: set[str] = set()
        more: dict[str, str] = {"limit": "200"}
        while True:
            page = self.get(
                f"/v1/indicators/{name}/cases", court=court, scope=scope, period=period, part=part, **more
            )
            found |= {one["case"] for one in page["items"]}
            if not page.get("next"):
                return found
            more["cursor"] = page["next"]


@pytest.fixture(scope="module")
def play(module_database: str) -> Iterator[Play]:
    """Plays events of one source under a pack and the pack's courts; they are scored when it returns."""
    closing: list[Callable[[], object]] = []

    def played(events: Iterable[Mapping[str, Any]], source: str, packs: Sequence[str]) -> Played:
        shelf = reading.Shelf(DEFINITIONS)
        read = [reading.read_pack(DEFINITIONS / name, shelf) for name in packs]
        tree = courts.read_courts(DEFINITIONS / packs[-1] / "courts.csv")
        keeper = Keeper(module_database, read, tree, now=datetime.now(UTC), sources=[source])
        closing.append(keeper.close)
        waiting = iter(events)
        while batch := list(itertools.islice(waiting, BATCH)):
            keeper.push(*batch)
        keeper.settle()
        with engine.transaction(keeper.pool) as connection:
            token = tokens.create_token(connection, "reader", "operator", ("*",), ())
        settings = Settings(database_url=module_database, log_format="json", log_level="error")
        client = TestClient(create_app(settings, lambda: datetime.now(UTC)), raise_server_exceptions=False)
        client.__enter__()
        closing.insert(0, lambda: client.__exit__(None, None, None))
        return Played(client, token)

    yield played
    for close in closing:
        close()
