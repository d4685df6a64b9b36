"""`plumbline rebuild`: fold every case again from the journal; prove the books, or have them corrected."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import rich.progress
import typer

from plumbline.runtime import settings as settings_
from plumbline.store import engine, proof
from services.commands.courts import open_books
from services.scoring.scorer import Scorer

SHOWN = 20


def rebuild(
    check: Annotated[
        bool, typer.Option("--check", help="only compare: fold all from the journal, change nothing")
    ] = False,
    balances: Annotated[
        bool, typer.Option("--balances", help="sum the balances again from the ledger")
    ] = False,
    engine_: Annotated[str, typer.Option("--engine", help="where the fold runs")] = "local",
) -> None:
    """Compute the books again from the journal. Without options: settle, refold every case, post what differs."""
    if engine_ != "local":
        raise typer.BadParameter("only `local` is part of this release", param_hint="--engine")
    settings = settings_.load()
    pool = open_books(settings)
    scorer = Scorer(pool, lambda: datetime.now(UTC), settings.zone, most=settings.post_batch_cases)
    try:
        if balances:
            with engine.transaction(pool) as connection:
                typer.echo(f"{proof.rebuild_balances(connection)} balance rows summed again from the ledger")
        if not check and not balances:
            with engine.transaction(pool) as connection:
                typer.echo(f"{proof.mark_all(connection)} cases marked")
            scorer.settle()
        found = _prove(pool, scorer)
    finally:
        pool.close()
    typer.echo(
        f"{found.cases} cases folded, {found.lines} lines expected, {len(found.differences)} differences"
    )
    for difference in found.differences[:SHOWN]:
        typer.echo(f"  {difference}")
    if found.differences:
        raise typer.Exit(1)


def _prove(pool: engine.Pool, scorer: Scorer) -> proof.Proof:
    known = scorer.fresh()
    with rich.progress.Progress(transient=True) as bar, engine.transaction(pool) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        task = bar.add_task("folding", total=None)
        return proof.prove(
            connection, known.book, known.subjects, scorer.zone_of,
            lambda done, total: bar.update(task, completed=done, total=total),
        )  # fmt: skip
