"""`plumbline bench`: the stages beside the least they could cost, measured in turns in one run; a wrong
result has no ratio."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import typer

from services.bench import fold, ingest, lag, series, stage, table

KNOWN: Final = ("R1", "R4", "R5", "R8")
SEED: Final = 20261122


def bench(
    rounds: Annotated[int, typer.Option(min=1, help="rounds after the warm-up")] = 5,
    only: Annotated[str, typer.Option(help=f"rows, comma-separated, of {', '.join(KNOWN)}")] = ",".join(
        KNOWN
    ),
    seed: Annotated[int, typer.Option(help="seed of the invented cases")] = SEED,
) -> None:
    """Measure ratios in one run and write them to build/bench/. Exit code 1 if the results of a row's two
    sides differ."""
    wanted = [name.strip() for name in only.split(",") if name.strip()]
    if unknown := set(wanted) - set(KNOWN):
        raise typer.BadParameter(
            f"{', '.join(sorted(unknown))} is none of {', '.join(KNOWN)}", param_hint="--only"
        )
    rows: list[table.Row] = []
    with stage.Stage() as place:
        about = table.Circumstances.now(seed, rounds, place.server.binaries.version)
        for name, found in _measured(place, wanted, seed, rounds):
            table.write(name, found, about)
            typer.echo(f"{name} measured", err=True)
            rows += found
    for line in table.lines(rows, about):
        typer.echo(line)
    typer.echo(f"as JSON: {table.write('bench', rows, about)}")
    if not all(row.equal for row in rows):
        raise typer.Exit(1)


def _measured(
    place: stage.Stage, wanted: Sequence[str], seed: int, rounds: int
) -> list[tuple[str, list[table.Row]]]:
    found: list[tuple[str, list[table.Row]]] = []
    if "R1" in wanted:
        found.append(("ingest", ingest.measure(place, seed, rounds)))
    if "R4" in wanted:
        found.append(("lag", lag.measure(place, seed, rounds)))
    if "R5" in wanted or "R8" in wanted:
        rows, database = fold.measure(place, seed, rounds if "R5" in wanted else 1)
        if "R5" in wanted:
            found.append(("fold", rows))
        if "R8" in wanted:
            found.append(("series", series.measure(place, database, rounds)))
    return found
