"""`plumbline catalog`: check packs, publish them as immutable versions, show what is in the books, compare versions."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from plumbline import errors
from plumbline.catalog import comparing, reading, rulebooks
from plumbline.catalog.definitions import Pack
from plumbline.runtime import settings as settings_
from plumbline.store import catalogue, code_maps, engine
from services.commands import filling, pages
from services.commands.courts import open_books

app = typer.Typer(no_args_is_help=True)
SHIPPED = Path(__file__).resolve().parents[2] / "definitions"
app.command("pages")(pages.write)
app.command("trace")(pages.trace)


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
    wait: Annotated[
        bool, typer.Option("--wait", help="return when the new accounts are complete, with a bar")
    ] = False,
) -> None:
    """Publish packs, with all they build on, as immutable versions; the books fill while services run."""
    read_packs = [read(path) for path in packs]
    pool = open_books(settings_.load())
    with engine.transaction(pool) as connection:
        done = catalogue.publish(connection, read_packs, by=getpass.getuser())
    typer.echo(
        f"generation {done.generation}: {', '.join(done.packs) or 'nothing new'};"
        f" {done.accounts} accounts opened, {done.cases} cases to refold"
    )
    if wait:
        filling.await_complete(pool, done.generation)
    pool.close()


@app.command()
def retire(pack: str, version: str) -> None:
    """Take a version out of the books; what it posted stays."""
    pool = open_books(settings_.load())
    with engine.transaction(pool) as connection:
        done = catalogue.retire(connection, pack, version)
    pool.close()
    typer.echo(f"generation {done.generation}: {', '.join(done.packs)}")


@app.command()
def show(
    name: Annotated[str | None, typer.Argument(help="an indicator, measure or code map")] = None,
) -> None:
    """What is in the books: every version with its state and every code map, or one definition."""
    pool = open_books(settings_.load())
    with engine.transaction(pool) as connection:
        served = catalogue.read_catalogue(connection)
        maps = code_maps.read_codes(connection, datetime.now(UTC).date()).maps
    pool.close()
    shown = {key: one for key, one in maps.items() if name in (None, key, one.id)}
    for key, one in shown.items():
        typer.echo(f"{key}  code map of {one.of}  {len(one.codes)} words")
        for word, code in one.codes.items() if name else ():
            typer.echo(f"  {word} -> {code}")
    if name and shown:
        return
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
    old: Annotated[str, typer.Argument(help="a pack: its folder, a shipped one's name, or <pack>@<version>")],
    new: Annotated[
        str | None, typer.Argument(help="the same; left out: what publishing the first would change")
    ] = None,
) -> None:
    """What one edition of a pack changes against another, in words, Chinese and English.

    <pack>@<version> is an edition as it was published. With one pack, it is held against the newest published.
    """
    before, after = (_newest(old), _edition(old)) if new is None else (_edition(old), _edition(new))
    if before is None:
        typer.echo(f"{after.id} 尚未发布：全部为新。\n  {after.id} is not published yet: all of it is new.")
        return
    changes = comparing.compare(before, after)
    for change in changes:
        typer.echo(f"{change.said.zh}\n  {change.said.en}")
    if not changes:
        typer.echo("没有差异。\n  No difference.")


def _edition(name: str) -> Pack:
    pack, at, version = name.partition("@")
    if not at:
        return read(Path(name))
    pool = open_books(settings_.load())
    with engine.transaction(pool) as connection:
        found = catalogue.read_edition_of(connection, pack, version)
    pool.close()
    return found


def _newest(name: str) -> Pack | None:
    """The newest published edition of a pack that is not the pack itself; None where there is none."""
    pack = _edition(name)
    pool = open_books(settings_.load())
    with engine.transaction(pool) as connection:
        editions = catalogue.read_editions(connection, pack.id)
    pool.close()
    others = [one for one in editions if one.hash != pack.hash]
    return others[-1] if others else editions[-1] if editions else None
