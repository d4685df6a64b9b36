"""`plumbline catalog pages` and `trace`: pages generated from definitions, and every link from a document to an event."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer
import yaml
from rich import console, progress

from plumbline import errors
from plumbline.catalog import examples, pages, reading, trace_writer, tracing
from plumbline.catalog.collection import Collection
from plumbline.catalog.definitions import Pack

CHECKOUT: Final = Path(__file__).resolve().parents[2]
SHIPPED: Final = CHECKOUT / "definitions"
SPECS: Final = CHECKOUT / "tests" / "spec"
OUT: Final = Path("docs") / "indicators"
#: What this command writes, and so may remove.
OURS: Final = ("README.md", "*.zh.md", "*.en.md", "picture.zh.svg", "picture.en.svg")

Packs = Annotated[
    list[Path] | None, typer.Option("--pack", help="only this pack: a folder, or the name of a shipped one")
]


def write(
    out: Annotated[Path, typer.Option(help="the folder the pages are written into")] = OUT,
    pack: Packs = None,
) -> None:
    """Write a page for each indicator, rule book, clock and pack, in Chinese and English, and the indexes.

    The same definitions give the same bytes. Pages of definitions that are gone are removed.
    """
    named = _named(pack or [])
    written = pages.plan(collection(named), frozenset(one.id for one in named))
    changed = 0
    for path, render in _shown(written):
        text, file = render(), out / path
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
            changed += 1
    gone = stale(out, [path for path, _ in written], [one.id for one in named])
    for file in gone:
        file.unlink()
    typer.echo(f"{out}: {len(written)} files, {changed} changed, {len(gone)} removed")


def trace(
    name: Annotated[
        str, typer.Argument(help="an event type, <pack>.<id>, a document, or a document and a clause of it")
    ],
    kind: Annotated[str | None, typer.Option(help=f"what it is: {', '.join(tracing.KINDS)}")] = None,
    pack: Annotated[
        list[Path] | None, typer.Option("--pack", help="a pack's folder beside the shipped ones")
    ] = None,
) -> None:
    """What a document, clause, indicator, measure, fact or event type leads to, down to events and up to documents."""
    if kind is not None and kind not in tracing.KINDS:
        raise errors.BadInput(f"{kind} is no kind of thing", next=f"Write one of {', '.join(tracing.KINDS)}.")
    found = trace_writer.trace([*shelf_packs(), *_named(pack or [])])
    things = found.find(kind, name)
    for thing in things:
        typer.echo(f"{tracing.KINDS[thing.kind].zh} {thing.id}「{thing.title.zh}」 {thing.title.en}")
    for heading, links in (("↑ 文件 documents", found.above(things)), ("↓ 事件 events", found.below(things))):
        typer.echo(f"\n{heading}")
        for one, title in tracing.KINDS.items():
            reached = [each for each in tracing.ends(links, one) if each not in things]
            if reached:
                typer.echo(
                    f"  {title.zh} {title.en}: {', '.join(f'{each.title.zh} {each.id}' for each in reached)}"
                )
        for link in links:
            typer.echo(f"    {_end(link.above)} → {_end(link.below)}  ({link.how.zh} {link.how.en})")


def collection(named: Sequence[Pack] = ()) -> Collection:
    """The shipped packs, those named beside them, and the worked examples of the checkout, where it has any."""
    return Collection.of([*shelf_packs(), *named], _examples())


def shelf_packs() -> list[Pack]:
    """Every shipped pack, by name."""
    shelf = reading.Shelf(SHIPPED)
    return [shelf.pack(path.parent.name) for path in sorted(SHIPPED.glob("*/pack.yaml"))]


def stale(out: Path, written: Iterable[str], only: Sequence[str]) -> list[Path]:
    """Pages in the folder that nothing writes any more; with `only`, below the folders of these packs."""
    kept = {out / path for path in written}
    roots = [out / name for name in only] or [out]
    found = {file for root in roots for pattern in OURS for file in root.rglob(pattern)}
    return sorted(found - kept)


def _named(paths: Sequence[Path]) -> list[Pack]:
    shelf = reading.Shelf(SHIPPED)
    found = []
    for path in paths:
        folder = path if path.is_dir() else SHIPPED / path
        if not (folder / reading.HEAD).is_file():
            raise errors.NotFound(
                f"{path} is no pack", why="it holds no pack.yaml", next="Name a pack's folder."
            )
        found.append(reading.read_pack(folder, shelf))
    return found


def _examples() -> Iterator[examples.Example]:
    for path in sorted(SPECS.glob("*.yaml")):
        yield examples.read(path.stem, yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader))


def _shown(written: Sequence[pages.Written]) -> Iterator[pages.Written]:
    """The files one by one, with a bar and the time left where there is a terminal to show it."""
    if not sys.stderr.isatty():
        yield from written
        return
    with progress.Progress(console=console.Console(stderr=True)) as bar:
        yield from bar.track(written, description="writing pages")


def _end(thing: tracing.Thing) -> str:
    return f"{tracing.KINDS[thing.kind].zh} {thing.id}「{thing.title.zh}」"
