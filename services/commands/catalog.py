"""`plumbline catalog`: check packs, publish them as immutable versions, show what is in the books, compare versions."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from plumbline import errors
from plumbline.catalog import comparing, reading, rulebooks
from plumbline.catalog.definitions import Pack
from plumbline.runtime import settings as settings_
from plumbline.store import catalogue, engine
from services.commands.courts import open_books

app = typer.Typer(no_args_is_help=True)
SHIPPED = Path(__file__).resolve().parents[2] / "definitions"


def read(path: Path) -> Pack:
    """A pack from a folder, or by the name of a shipped one."""
    folder = path if path.is_dir() else SHIPPED / path
    if not (folder / "pack.yaml").is_file():
        raise errors.NotFound(f"{path} is no pack", why="it holds no pack.yaml", next="Name a pack's folder.")
    return reading.read_pack(folder, reading.Shelf(SHIPPED))


@app.command()
def check(
    packs: Annotated[list[Path], typer.Argument(help="folders of packs, or names of shipped ones")],
) -> None:
    """Read and check packs; nothing is published. Each fault names its file, line, and what to write instead.

    What is allowed and yet worth saying, such as items nobody can fill, follows as warnings.
    """
    for path in packs:
        pack = read(path)
        typer.echo(
            f"{pack.id} {pack.version}: good. {len(pack.facts)} facts, {len(pack.measures)} measures,"
            f" {len(pack.indicators)} indicators, {len(pack.targets)} targets, {len(pack.rule_books)} rule books."
            f" hash {pack.hash[:12]}"
        )
        for caution in rulebooks.cautions(pack):
            typer.echo(f"warning: {caution}")


@app.command()
def publish(
    packs: Annotated[list[Path], typer.Argument(help="folders of packs, or names of shipped ones")],
) -> None:
    """Publish packs, with all they build on, as immutable versions; the books fill while services run."""
    read_packs = [read(path) for path in packs]
    pool = open_books(settings_.load())
    with engine.transaction(pool) as connection:
        done = catalogue.publish(connection, read_packs, by=getpass.getuser())
    pool.close()
    typer.echo(
        f"generation {done.generation}: {', '.join(done.packs) or 'nothing new'};"
        f" {done.accounts} accounts opened, {done.cases} cases to refold"
    )


@app.command()
def retire(pack: str, version: str) -> None:
    """Take a version out of the books; what it posted stays."""
    pool = open_books(settings_.load())
    with engine.transaction(pool) as connection:
        done = catalogue.retire(connection, pack, version)
    pool.close()
    typer.echo(f"generation {done.generation}: {', '.join(done.packs)}")


@app.command()
def show(name: Annotated[str | None, typer.Argument(help="an indicator or measure")] = None) -> None:
    """What is in the books: every version with its state, or one definition."""
    pool = open_books(settings_.load())
    with engine.transaction(pool) as connection:
        served = catalogue.read_catalogue(connection)
    pool.close()
    for version in served.versions(name) if name else served.everything():
        if name is None and version.indicator is None:
            continue
        state = "filling" if version.filling else "complete"
        typer.echo(
            f"{version.id}  {version.version}  from {version.in_force_from}  {state}  {version.hash[:12]}"
        )
        if name is not None:
            typer.echo(
                f"  {version.title.zh} | {version.title.en}\n  = {version.formula.text}  [{version.unit}]"
            )


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="a pack's folder")],
    new: Annotated[Path, typer.Argument(help="a pack's folder")],
) -> None:
    """What differs between two versions of a pack, in words, Chinese and English."""
    changes = comparing.compare(read(old), read(new))
    for change in changes:
        typer.echo(f"{change.said.zh}\n  {change.said.en}")
    if not changes:
        typer.echo("没有差异。\n  No difference.")
