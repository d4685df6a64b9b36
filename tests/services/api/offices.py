"""A prefecture with its offices: 示24 above two basic courts, tokens by part, and short ways to do each act."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.testclient import TestClient

from plumbline.runtime.settings import Settings
from plumbline.store import engine, tokens
from services.api.app import create_app
from tests.conftest import copied
from tests.keeper import Keeper, court, record
from tests.services.api.conftest import Api, opened

TREE = (
    court("示", None, 1, level="high"),
    court("示24", "示", 2, level="intermediate"),
    court("示2401", "示24", 3),
    court("示2402", "示24", 4),
    court("示25", "示", 5, level="intermediate"),
)
STAFF = {
    "court": ("reader", ("示2401",)), "colleague": ("reader", ("示2401",)), "neighbour": ("reader", ("示2402",)),
    "own_office": ("office", ("示2401",)), "office": ("office", ("示24",)), "office_two": ("office", ("示24",)),
    "command": ("command", ("示24",)), "decider": ("decider", ("示24",)), "decider_two": ("decider", ("示24",)),
    "own_decider": ("decider", ("示2401",)), "elsewhere": ("office", ("示25",)),
}  # fmt: skip
WATCHERS = {"all": ("operator", ("*",)), "feeder": ("feeder", ("示",)), "stranger": ("reader", ("示25",))}
BOOK = "yanbian-2019.litigation"
CARD = f"/v1/scorecards/{BOOK}"
ASKED: dict[str, Any] = {"court": "示2401", "period": "2025"}
FIGURE = "yanbian-2019.fagaizhi_total"


def appeals(code: str, year: int, count: int, altered: int) -> Iterator[dict[str, Any]]:
    """So many judgments of a court, each appealed at 示24, of which some were altered."""
    number = year * 10_000 + int(code[-1]) * 1_000
    for each in range(1, count + 1):
        first, second = f"（{year}）{code}民初{each}号", f"（{year}）示24民终{int(code[-1]) * 1000 + each}号"
        number += 4
        yield record(number, "case.filed", first, f"{year}-01-10", procedure="ordinary")
        yield record(number + 1, "case.closed", first, f"{year}-02-10", method="judgment")
        links = [{"role": "appealed", "subject": first}]
        yield record(number + 2, "case.filed", second, f"{year}-03-10", links=links)
        outcome = "altered" if each <= altered else "upheld"
        yield record(number + 3, "appeal.decided", second, f"{year}-04-10", outcome=outcome)


class Prefecture:
    """The API over these courts; 示2401: 20 altered in 2024, 19 in 2025."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.now: datetime | None = None
        api.client.app.state.clock = lambda: self.now or datetime.now(UTC)  # type: ignore[attr-defined]

    def later(self, **more: float) -> None:
        """Let the service's clock stand so much later."""
        self.now = datetime.now(UTC) + timedelta(**more)

    def post(self, path: str, body: Any, who: str | None) -> Any:
        """The answer as it came."""
        return self.api.suppose(f"/v1/{path}", body, who)

    def done(self, path: str, body: Any, who: str | None) -> Any:
        """The answer, decoded; it must be 200."""
        answer = self.post(path, body, who)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return answer.json()

    def refused(self, path: str, body: Any, who: str | None) -> tuple[int, str]:
        """The status and code of a problem document, whole."""
        answer = self.post(path, body, who)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        problem = answer.json()
        assert problem["what"]
        assert problem["next"]
        return answer.status_code, problem["code"]

    def card(self, who: str = "office", **more: Any) -> Any:
        """示2401's litigation scorecard of 2025."""
        return self.api.get(CARD, who, **{**ASKED, **more})

    def line(self, item: str, **more: Any) -> Any:
        """One of its lines, also a part of another."""
        return find(self.card(**more)["lines"], item)

    def audit(self, like: str) -> list[tuple[str, str]]:
        """Who did what, in the audit."""
        return [
            (row[0], row[1])
            for row in self.api.keeper.query(
                "SELECT principal, act FROM audit WHERE act LIKE %s ORDER BY id", like
            )
        ]

    # Adjustments

    def apply(self, item: str = "fagaizhi", who: str = "court", **more: Any) -> Any:
        """An application for an item."""
        body = {**ASKED, "book": BOOK, "item": item, "ground": "区划调整", "document": "示法〔2026〕1号"}
        return self.done("adjustments", {**body, **more}, who)

    def verify(self, found: Any, who: str, finding: str = "confirmed") -> Any:
        """An office's finding."""
        return self.done(f"adjustments/{found['id']}/verify", {"finding": finding, "note": "已核实"}, who)

    def approve(self, found: Any, who: str = "decider", **given: Any) -> Any:
        """The party group's decision."""
        body = {"verdict": "approved", "ground": "情况属实", "document": "示党组〔2026〕2号", **given}
        return self.done(f"adjustments/{found['id']}/decide", body, who)

    # Ballots

    def ballot(self, **more: Any) -> dict[str, Any]:
        """What is asked of a ballot on 示2401 and 示2402."""
        return {
            "court": "示24", "vote": "quality_year", "title": {"zh": "综合评价", "en": "Assessment"},
            "period": "2025", "subjects": [{"court": "示2402"}, {"court": "示2401"}],
            "criteria": ["implementation", "progress", "effect", "summary"], "highest": 12,
            "papers": 5, "minimum": 3,
            "closes_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat(), **more,
        }  # fmt: skip

    def vote(self, opened: Any, paper: str, first: int, second: int) -> Any:
        """A whole vote: one mark for 示2401 under every criterion, another for 示2402. The answer as it came."""
        marks = [
            {"court": code, "criterion": name, "mark": mark}
            for code, mark in (("示2401", first), ("示2402", second))
            for name in opened["ballot"]["criteria"]
        ]
        return self.post(f"ballots/{opened['ballot']['id']}/votes", {"paper": paper, "marks": marks}, None)


def find(lines: list[Any], item: str) -> Any:
    """The line of an item, or of a part."""
    for line in lines:
        if line["id"] == item:
            return line
        if (below := find(line["parts"], item)) is not None:
            return below
    return None


def scored(dsn: str) -> str:
    """The books of the prefecture, scored: a database to copy. Returns its name."""
    for api in opened(dsn, TREE):
        api.keeper.push(*appeals("示2401", 2024, 20, 20), *appeals("示2401", 2025, 20, 19))
        api.keeper.push(*appeals("示2402", 2024, 5, 5), *appeals("示2402", 2025, 5, 4))
        api.keeper.settle()
    return urlsplit(dsn).path.removeprefix("/")


def prefecture(server_dsn: str, books: str) -> Iterator[Prefecture]:
    """A copy of the scored books of one test's own."""
    with copied(server_dsn, books) as dsn:
        yield from (Prefecture(api) for api in reopened(dsn))


def reopened(dsn: str) -> Iterator[Api]:
    """The API over books that are there already."""
    readers = {name: STAFF.get(name) or WATCHERS[name] for name in (*STAFF, *WATCHERS)}
    keeper = Keeper(dsn, [], TREE, now=datetime.now(UTC))
    with engine.transaction(keeper.pool) as connection:
        made = {
            name: tokens.create_token(connection, name, role, courts, ("court",) if role == "feeder" else ())
            for name, (role, courts) in readers.items()
        }
    state = Path(tempfile.mkdtemp(prefix="plumbline-state-"))
    settings = Settings(database_url=dsn, state=state, log_format="json", log_level="error")
    app = create_app(settings, lambda: datetime.now(UTC))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Api(keeper, client, made)
    keeper.close()
    shutil.rmtree(state)


def key() -> str:
    """A request key nobody has chosen."""
    return uuid.uuid4().hex
