"""One invented history through every door, shuffled, duplicated and cut into other batches, gives the books of one batch
in order: the same postings, balances and values, to the last digit."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest
import typer

from plumbline.runtime import settings, telemetry
from plumbline.store import engine, tokens
from services.commands import feeds, pulls
from services.ingest import app, snapshot_sender
from tests import keeper
from tests.doors import serving
from tests.keeper import Keeper, record
from tests.properties import books
from tests.services.ingest import feedserver

CASES = 60
COURTS = ("示2401", "示2402", "示24")
WORDS = {"judgment": "判决", "mediation": "调解", "withdrawal": "撤诉"}
CODES = "codes: {closing: {判决: judgment, 调解: mediation, 撤诉: withdrawal}}"
TELLS = """
events:
  - {type: case.filed, id: "{案号}/filed", subject: "{案号}", time: 立案日期, data: {procedure: ordinary}}
  - {type: case.closed, when: 结案日期, id: "{案号}/closed", subject: "{案号}", time: 结案日期,
     data: {method: {column: 结案方式, codes: closing}}}
"""
CHANGES = """
events:
  - {type: case.closed, when: 结案日期, id: "{案号}/changed", subject: "{案号}", time: 结案日期,
     replaces: "{案号}/closed", revision: 次, data: {method: {column: 结案方式, codes: closing}}}
  - {type: event.retracted, when: 撤回日期, id: "{案号}/undone", subject: "{案号}", time: 撤回日期,
     replaces: "{案号}/closed", revision: 次, data: {reason: entered_twice}}
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A case as told first, and what is told of its closing later: another day, or (None) that there was none."""

    number: str
    filed: date
    closed: date | None
    method: str
    change: tuple[date | None] | None

    def later(self) -> date | None:
        """Its closing when everything is told."""
        return self.change[0] if self.change else self.closed

    def events(self) -> Iterator[dict[str, Any]]:
        """Everything told of it, as events."""
        yield self._event("filed", "case.filed", self.filed, procedure="ordinary")
        if self.closed is None:
            return
        yield self._event("closed", "case.closed", self.closed, method=self.method)
        if self.change is None:
            return
        change = {"replaces": f"{self.number}/closed", "revision": 1}
        if self.change[0]:
            yield self._event("changed", "case.closed", self.change[0], method=self.method) | change
        else:
            yield self._event("changed", "event.retracted", self.closed, reason="entered_twice") | change

    def _event(self, key: str, kind: str, day: date, **data: Any) -> dict[str, Any]:
        return record(0, kind, self.number, day.isoformat(), **data) | {"id": f"{self.number}/{key}"}


def history() -> list[Case]:
    """Sixty cases of three courts: two thirds closed, a third of those closings changed later, some taken back."""
    chance = random.Random(20200630)
    made = []
    for number in range(1, CASES + 1):
        court = COURTS[number % 3]
        filed = date(2019, 11, 1) + timedelta(chance.randrange(200))
        closed = filed + timedelta(chance.randrange(1, 40)) if number % 3 else None
        change: tuple[date | None] | None = None
        if closed and chance.random() < 0.4:
            change = (closed + timedelta(chance.randrange(1, 9)),) if number % 5 else (None,)
        kind = "民终" if court == "示24" else "民初"
        made.append(
            Case(f"（2019）{court}{kind}{number}号", filed, closed, chance.choice(sorted(WORDS)), change)
        )
    return made


HISTORY = history()
RECORDS = [one for case in HISTORY for one in case.events()]


@dataclass(slots=True)
class Hall:
    """The books, an ingest service on a socket, the feeder's token, and a folder."""

    keeper: Keeper
    url: str
    token: str
    folder: Path

    def ingest(self, files: list[Path], mapping: Path, **more: Any) -> None:
        """`plumbline ingest`; nothing may be refused."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(feeds, "BATCH", 7)
            patch.setattr(snapshot_sender, "ROWS", 7)
            feeds.ingest(
                files, None, mapping=mapping, url=self.url, token=self.token, state=self.folder, **more
            )


@pytest.fixture(scope="module")
def hall(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    folder = tmp_path_factory.mktemp("doors")
    kept = Keeper(module_database, [keeper.pack("court-core")])
    with engine.transaction(kept.pool) as connection:
        token = tokens.create_token(connection, "feeder", "feeder", ["示"], ["court"])
    given = settings.load(database_url=module_database, state=folder, log_level="error")
    telemetry.configure_logs(given, "ingest")
    with serving.served(app.create_app(given)) as url:
        yield Hall(kept, url, token, folder)
    kept.close()


@pytest.fixture(scope="module")
def wanted(hall: Hall) -> books.Books:
    """The books of one batch in order, from scratch."""
    hall.keeper.push(*RECORDS)
    hall.keeper.settle()
    found = books.read(hall.keeper)
    assert len(found.postings) > CASES
    assert found.values
    assert {case.change for case in HISTORY} > {None, (None,)}, (
        "the history must hold changes and retractions"
    )
    return found


def dirty(rows: list[Any], chance: random.Random) -> list[Any]:
    """The rows in another order, a third of them twice."""
    made = rows + chance.sample(rows, len(rows) // 3)
    chance.shuffle(made)
    return made


def push(hall: Hall, chance: random.Random) -> None:
    """POST /v1/events in bodies of other sizes."""
    waiting = dirty(RECORDS, chance)
    while waiting:
        size = chance.randrange(1, 25)
        body, waiting = waiting[:size], waiting[size:]
        headers = {"Authorization": f"Bearer {hall.token}", "Content-Type": "application/x-ndjson"}
        lines = b"\n".join(map(orjson.dumps, body))
        answer = httpx2.post(f"{hall.url}/v1/events", content=lines, headers=headers, timeout=30)
        assert answer.status_code == 202, answer.text
        assert not answer.json()["rejected"]


def table(path: Path, header: str, rows: list[tuple[Any, ...]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows(rows)
    return path


def mapping(path: Path, tells: str, more: str = "") -> Path:
    path.write_text(f"mapping: 1\nsource: court\n{more}\n{CODES}\n{tells}", "utf-8")
    return path


def rows(told: Callable[[Case], date | None]) -> list[tuple[Any, ...]]:
    """A row a case: number, filed, closed, method, by what is told of its closing."""
    return [
        (case.number, case.filed, told(case) or "", WORDS[case.method] if told(case) else "")
        for case in HISTORY
    ]


def files(hall: Hall, chance: random.Random) -> None:
    """Two tables by two mappings, cut into files of other sizes; the changes come before what they change."""
    changed = [
        (case.number, case.change[0] or "", WORDS[case.method], 1, "" if case.change[0] else case.closed)
        for case in HISTORY
        if case.change
    ]
    name = hall.folder / f"files-{chance.randrange(10**9)}"
    changes = table(
        name.with_suffix(".changes.csv"), "案号,结案日期,结案方式,次,撤回日期", dirty(changed, chance)
    )
    hall.ingest([changes], mapping(name.with_suffix(".changes.yaml"), CHANGES))
    waiting, parts = dirty(rows(lambda case: case.closed), chance), []
    while waiting:
        size = chance.randrange(5, 30)
        part = name.with_suffix(f".{len(parts)}.csv")
        parts.append(table(part, "案号,立案日期,结案日期,结案方式", waiting[:size]))
        waiting = waiting[size:]
    hall.ingest(parts, mapping(name.with_suffix(".yaml"), TELLS))


def snapshot(hall: Hall, chance: random.Random) -> None:
    """A part of the table, the whole of it, and the whole of it as it is when all is told; the last one twice."""
    name = hall.folder / f"table-{chance.randrange(10**9)}"
    form = mapping(name.with_suffix(".yaml"), TELLS, f'snapshot: {{table: "{name.name}", key: "{{案号}}"}}')
    first, last = rows(lambda case: case.closed), rows(Case.later)
    nights = ((chance.sample(first, 20), True), (first, False), (last, False), (last, False))
    for night, (told, partial) in enumerate(nights):
        path = table(
            name.with_suffix(f".{night}.csv"), "案号,立案日期,结案日期,结案方式", dirty(list(told), chance)
        )
        hall.ingest(
            [path],
            form,
            snapshot=True,
            partial=partial,
            taken_at=f"2020-06-{min(night, 2) + 1:02}T02:00:00+08:00",
        )


def pull(hall: Hall, chance: random.Random) -> None:
    """A feed that pages otherwise, repeats and breaks off, read until nothing is left."""
    kept = feedserver.Source(dirty(RECORDS, chance), size=chance.randrange(3, 12))
    kept.faults = [None, feedserver.dropped, None, feedserver.status(503, Retry_After="0"), feedserver.cut]
    config = hall.folder / f"pull-{chance.randrange(10**9)}.yaml"
    with feedserver.served(kept) as source:
        config.write_text(
            f"pull: 1\nsource: court\nfeed: '{config.stem}'\nurl: {source.url}/cursor\nevents: cloudevents\n"
            "pages: {by: cursor, parameter: after, at: /meta/next}\nrows: {at: /data/items, key: id}\n"
            "retries: 5\ntimeout: 5 s\nlease: 2 s\nevery: 1 s\n",
            "utf-8",
        )
        for _ in range(2):
            pulls.pull(
                config, url=hall.url, token=hall.token, state=hall.folder, once=False, follow=False,
                from_beginning=False, take_over=False, report=None,
            )  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("door", [push, files, snapshot, pull])
def test_the_same_history_through_a_door_gives_the_same_books(
    hall: Hall, wanted: books.Books, door: Callable[[Hall, random.Random], None], seed: int
) -> None:
    chance = random.Random(seed)
    hall.keeper.empty()
    try:
        door(hall, chance)
    except typer.Exit as end:
        pytest.fail(f"the command ended with {end.exit_code}")
    hall.keeper.settle()
    found = books.read(hall.keeper)
    assert not hall.keeper.query("SELECT reason, event_id FROM quarantine")
    for part in ("postings", "days", "months", "values"):
        assert getattr(found, part) == getattr(wanted, part), (door.__name__, part)
