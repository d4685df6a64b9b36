"""`plumbline ingest --snapshot`: whole tables, or one document a case, into the running service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plumbline import errors, mappings
from services.ingest import sender, snapshot_sender
from services.ingest.intake import Request
from services.ingest.sender import Sender
from services.ingest.snapshot_sender import Part, Terms

if TYPE_CHECKING:
    from services.commands.display import Display
    from services.commands.feeds import Tally

Whole = Annotated[
    bool, typer.Option("--snapshot", help="a table sent whole: what changed is found by comparing")
]
Partial = Annotated[
    bool, typer.Option("--partial", help="with --snapshot: only some rows, or one document a case")
]
TakenAt = Annotated[
    str,
    typer.Option(
        help="with --snapshot: when it was exported, with offset; default: when it was last changed"
    ),
]


def terms(path: Path, taken_at: str, *, partial: bool) -> Terms:
    """What was asked for; without a moment, the table was taken when it was last changed. errors.BadInput."""
    if not taken_at:
        return Terms(datetime.fromtimestamp(int(snapshot_sender.changed_at(path)), UTC), partial)
    moment = mappings.parse_moment(taken_at, mappings.ISO)
    if moment is None or moment.tzinfo is None:
        raise errors.BadInput(
            f"{taken_at:.40} is no moment with an offset", next="Write such as 2026-11-21T02:00:00+08:00."
        )
    return Terms(moment, partial)


def send(
    paths: Sequence[Path],
    request: Request,
    taken_at: str,
    partial: bool,
    client: Sender,
    shown: Display,
    tally: Tally,
) -> list[dict[str, Any]]:
    """Send each table and return the snapshots as they were closed."""
    closed = []
    for path in paths:
        before = 0
        rows = 0

        def heard(part: Part) -> None:
            nonlocal before, rows
            rows += len(part.rows)
            _count(part, tally)
            shown.advance(part.done - before, f"{rows:,} rows, {tally.refused:,} refused")
            before = part.done

        closed.append(
            snapshot_sender.send(path, request, terms(path, taken_at, partial=partial), client, heard)
        )
    return closed


def _count(part: Part, tally: Tally) -> None:
    """The refusals of a batch: by the service, and of rows without a key by their own fault."""
    tally.accepted += sum(part.answer[name] for name in ("originals", "corrections", "retractions"))
    tally.duplicates += part.answer["known_events"]
    for row in part.rows:
        if row.fault is not None:
            tally.refuse(row.path, sender.Refused(row.line, None, *row.fault))
        for value in row.unmapped:
            tally.unmapped[value] = tally.unmapped.get(value, 0) + 1
    for one in part.answer["rejected"]:
        row = part.rows[one["row"] - part.first]
        if row.fault is None:
            tally.refuse(row.path, sender.Refused(row.line, one["id"], one["reason"], one["detail"]))


def conclude(closed: Sequence[dict[str, Any]]) -> bool:
    """Say what became of each table; whether all is well."""
    for one in closed:
        counts = one["counts"]
        print(
            f"{one['table']} of {one['source']}, taken {one['taken_at']}: {one['rows']:,} rows, {counts['new']:,} new, "
            f"{counts['changed']:,} changed, {counts['unchanged']:,} unchanged"
        )
        print(
            f"  {counts['originals']:,} events told, {counts['corrections']:,} corrected, "
            f"{counts['retractions']:,} retracted, {counts['known_events']:,} known already"
        )
        for name, words in (
            ("classified", "rows are classified and were not told"),
            ("unreadable", "rows have no key that can be read"),
            ("doubled", "rows stand in the table more than once"),
            ("reappeared", "rows are back"),
        ):
            if counts[name]:
                print(f"  {counts[name]:,} {words}")
        print(f"  {_ending(one)}")
    return all(one["state"] == "closed" for one in closed)


def _ending(one: dict[str, Any]) -> str:
    if one["state"] == "suspect":
        return (
            f"SUSPECT ({one['reason']}): {one['absent']:,} rows of earlier tables are not in it. Nothing is asked until an "
            f"office says so: POST /v1/snapshots/{one['id']}/confirm, or /abandon; or send a whole table."
        )
    if one["absent"]:
        return (
            f"closed: {one['absent']:,} rows of earlier tables are not in it, and are asked after within "
            f"{one['deadline_days']} days: GET /v1/snapshots/questions"
        )
    return "closed"
