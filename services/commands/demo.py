"""演示数据: plays the invented prefecture 示例州 into the ingest service; playing it again adds the days
since.
"""

from __future__ import annotations

import datetime
import json
import zoneinfo
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from plumbline import errors
from plumbline.runtime import postgres
from plumbline.runtime import settings as settings_
from plumbline.runtime.settings import ConfigurationError, Settings
from services.feeds import demo as feed
from services.feeds.histories import Event
from services.ingest import sender
from services.ingest.translators import Translated
from services.stack import hooks, record, settling
from services.stack.progress import Progress

BATCH: Final = 2_000
MALFORMED_AMONG: Final = 1_000
FEEDER: Final = "feeder"
WHAT: Final = "示例州（演示数据）, case families sent"
State = Annotated[Path | None, typer.Option(help="the folder for all state (PLUMBLINE_STATE)")]
Cases = Annotated[int, typer.Option(help="about how many cases; chosen once", min=100, max=feed.CASES_LAST)]


def run(
    settings: Settings,
    addresses: dict[str, str],
    tokens: dict[str, str],
    progress: Progress,
    cases: int | None = None,
) -> dict[str, Any]:
    """Play the demonstration up to yesterday; returns what stack.json says of it: until, cases, events,
    refused.

    Which year, how many cases and whether with plants is kept in the state folder: another choice would tell
    other stories under the same case numbers. Raises ConfigurationError for another choice, NotTaken when the service does not
    answer.
    """
    today = datetime.datetime.now(zoneinfo.ZoneInfo(settings.zone)).date()
    kept = _kept(settings, today, cases)
    until = min(today - datetime.timedelta(1), datetime.date(kept["year"], 12, 31))
    if kept.get("until") == until.isoformat():
        progress(f"  示例州（演示数据）: played up to {until} already")
        return kept
    told = feed.Feed(until, kept["cases"], planted=kept.get("planted", False))
    outcome, families = sender.Outcome(), 0
    client = sender.Sender(addresses["ingest"], _token(tokens), say=progress)
    try:
        for batch, families in _batches(told):
            outcome.add(client.send([Translated(index, one) for index, one in enumerate(batch, 1)]))
            progress.advance(min(families, told.families), told.families, WHAT)
    finally:
        client.close()
    progress.advance(families, families, WHAT)
    _must_be_taken(outcome)
    settling.await_books(addresses["scoring"], progress)
    kept |= {"until": until.isoformat(), "events": outcome.accepted, "refused": len(outcome.refused)}
    _keep(settings, kept)
    return {**kept, "duplicates": outcome.duplicates}


def demo(cases: Cases = feed.CASES, state: State = None) -> None:
    """Play the demonstration of the invented prefecture 示例州; all of it is invented."""
    settings = settings_.load(state=state)
    stack = record.read(settings.stack_file)
    if stack is None:
        raise ConfigurationError(
            "No stack runs in this state folder. Start one with `plumbline up`, then try again."
        )
    addresses = {"ingest": stack.ingest, "api": stack.api, "scoring": stack.scoring}
    told = run(settings, addresses, hooks.kept_tokens(settings), Progress(), cases)
    typer.echo(json.dumps(told, ensure_ascii=False))


def _batches(told: feed.Feed) -> Iterator[tuple[list[Event], int]]:
    """Whole families in batches of about 2,000 events, with the number of families so far."""
    batch: list[Event] = []
    families = 0
    for families, family in enumerate(told.told(), 1):
        batch += family
        if len(batch) >= BATCH:
            yield batch, families
            batch = []
    if batch:
        yield batch, families


def _must_be_taken(outcome: sender.Outcome) -> None:
    """A few records are malformed on purpose; more is a fault that must not pass as played."""
    told = outcome.accepted + outcome.duplicates + len(outcome.refused)
    if len(outcome.refused) > told // MALFORMED_AMONG + 1:
        one = next(refused for refused in outcome.refused if not (refused.id or "").startswith("malformed-"))
        raise sender.NotTaken(
            f"{len(outcome.refused):,} of {told:,} records of the demonstration were refused",
            why=f"The first of them ({one.id}) for: {one.reason}, {one.detail}",
            next="See that definitions/demo/courts.csv is loaded, then start again.",
        )


def _token(tokens: dict[str, str]) -> str:
    if FEEDER not in tokens:
        raise errors.NotFound(
            f"There is no token `{FEEDER}` for the source {feed.SOURCE}",
            why="The tokens file of the state folder does not hold it.",
            next=f"Make one with `plumbline token create`, for the source {feed.SOURCE}.",
        )
    return tokens[FEEDER]


def _kept(settings: Settings, today: datetime.date, cases: int | None) -> dict[str, Any]:
    """What an earlier start chose, or this one's choice, kept before anything is sent."""
    try:
        kept: dict[str, Any] = json.loads(_file(settings).read_text(encoding="utf-8"))
        kept = {**kept, "year": int(kept["year"]), "cases": int(kept["cases"])}
    except (OSError, ValueError, TypeError, KeyError):
        yesterday = today - datetime.timedelta(1)
        kept = {"year": yesterday.year, "cases": cases or feed.CASES, "planted": True}
        _keep(settings, kept)
    if cases is not None and cases != kept["cases"]:
        raise ConfigurationError(
            f"This state folder plays the demonstration with {kept['cases']:,} cases, not {cases:,}. "
            "Take that number, or begin in a new state folder and database."
        )
    return kept


def _keep(settings: Settings, kept: dict[str, Any]) -> None:
    postgres.private(_file(settings), json.dumps(kept, indent=2) + "\n")


def _file(settings: Settings) -> Path:
    return settings.state / "demo.json"
