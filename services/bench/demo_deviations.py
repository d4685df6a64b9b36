"""What the shipped watches find of what is planted in 示例州: plays the demonstration with a seed of its own into a database
of its own, looks day by day, prints the table and keeps it in the documentation. `python -m services.bench.demo_deviations`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from plumbline.runtime import schema
from services.bench import demo_books, table
from services.bench.demo_books import Books, Played, Progress, Told
from services.feeds import demo, demo_plants
from services.feeds.demo_plants import Plant
from services.feeds.histories import Event

SEED: Final = 90_127
YEAR: Final = 2025
PAPER: Final = schema.CHECKOUT / "docs" / "reference" / "demo-deviations.md"
WARM_MONTH, WARM_DAYS = (10, 1), 14
"""Looks begin before the year, so that what stood already is known: in the October before, daily ones two weeks before."""
AFTER: Final = 100
"""Days after its end for which a departure is still put down to a plant: a year's figure and a month's lag behind it."""
OF_CASES: Final = ("clock", "node", "stock_flow")
"""Kinds that state what stands in the books: nothing they tell can be a false alarm."""


@dataclass(frozen=True, slots=True)
class Run:
    """One playing: what each watch told, what it told while a feed was down (`live`), and the cases each plant changed."""

    played: tuple[Played, ...]
    live: Played
    touched: dict[str, list[str]]
    year: int
    events: int


@dataclass(frozen=True, slots=True)
class Row:
    """A plant and what became of it: the first deviation it is put down to, or the one that stood before; `named`: of its
    cases, those that a look named, each with the day and as what.
    """

    plant: Plant
    cases: int | None
    first: Told | None
    stood: Told | None
    others: int
    named: tuple[tuple[str, date, str], ...]


def play(cases: int, seed: int, year: int, progress: Progress) -> Run:
    """Play the demonstration up to the end of a year; a feed that is down is looked at while it is, then the rest comes."""
    last = date(year, 12, 31)
    loss = next(one for one in demo_plants.PLANTS if one.act == "withheld").span(year)
    with demo_books.Server() as dsn:
        books = Books(dsn, last)
        try:
            events = books.load(_events(demo.Feed(loss[1], cases, seed)), progress)
            feeds = next(one for one in books.watches(last).values() if one.watch.kind == "feed")
            live = demo_books.play(books, feeds, loss[0] - timedelta(days=7), loss[1] + timedelta(days=1))
            feed = demo.Feed(last, cases, seed)
            events += books.load(_events(feed), progress)
            played = []
            for owned in books.watches(last).values():
                daily = owned.watch.every == "day"
                first = date(year, 1, 1) - timedelta(days=WARM_DAYS) if daily else date(year - 1, *WARM_MONTH)
                progress(f"looking: {owned.id}")
                played.append(demo_books.play(books, owned, first, last))
            return Run(tuple(played), live, feed.planter.touched, year, events)
        finally:
            books.close()


def _events(feed: demo.Feed) -> list[Event]:
    return [event for family in feed.told() for event in family]


def rows(run: Run) -> list[Row]:
    """Every plant with what was found of it."""
    return [_row(run, plant) for plant in (*demo_plants.TOLD_BEFORE, *demo_plants.PLANTS)]


def _row(run: Run, plant: Plant) -> Row:
    touched = run.touched.get(plant.id)
    told = run.live.told if plant.act == "withheld" else _told(run)
    mine = [one for one in told if is_of(one, plant, run)]
    begins = plant.span(run.year)[0]
    stood = [
        one
        for one in told
        if fits(one, plant) and one.opened <= begins and (one.ends is None or one.ends > begins)
    ]
    named: list[tuple[str, date, str]] = []
    for played in run.played:
        if plant.kind in ("clock", "node") and played.owned.watch.kind == plant.kind:
            named += [(case, *played.named[case]) for case in touched or () if case in played.named]
    first = min(mine, key=lambda one: one.opened, default=None)
    count = None if touched is None else len(touched)
    return Row(plant, count, first, stood[0] if stood else None, max(0, len(mine) - 1), tuple(named))


def _told(run: Run) -> list[Told]:
    return [one for played in run.played for one in played.told]


def fits(one: Told, plant: Plant) -> bool:
    """Whether a deviation is of a plant's court and of a figure that it may show in."""
    watch, thing = one.watch.partition(".")[2], one.object.partition(".")[2] or one.object
    return one.court == plant.court and any(
        watch == name and figure in ("", thing) for name, figure in plant.seen_by
    )


def is_of(one: Told, plant: Plant, run: Run) -> bool:
    """Whether a deviation is put down to a plant: it fits, and was opened after the plant's first day (a look on that day
    ends the day before) and while it stood or soon after; of a case, that it is one of the plant's.
    """
    begins, ends = plant.span(run.year)
    if not fits(one, plant) or not begins < one.opened <= ends + timedelta(days=AFTER):
        return False
    if plant.kind == "clock":
        return any(case in one.object for case in run.touched.get(plant.id, ()))
    return True


def beside(one: Told, run: Run) -> bool:
    """Whether something is planted in the deviation's court at that time, though not for what it says: it may follow."""
    for plant in (*demo_plants.TOLD_BEFORE, *demo_plants.PLANTS):
        begins, ends = plant.span(run.year)
        if plant.court == one.court and begins <= one.opened <= ends + timedelta(days=AFTER):
            return plant.kind not in ("feed", "node", "clock")
    return False


def paper(run: Run, cases: int, about: table.Circumstances) -> str:
    """The whole page."""
    found = rows(run)
    return "\n".join(
        [_heading(run, found, cases, about), _plants(found, run), _words(found, run), _watches(run)]
    )


def _heading(run: Run, found: Sequence[Row], cases: int, about: table.Circumstances) -> str:
    large = [one for one in found if one.plant.large]
    seen = [one for one in large if _is_found(one)]
    small = [one for one in found if not one.plant.large]
    also = sum(map(_is_found, small))
    return f"""# What the watches find in the demonstration

`python -m services.bench.demo_deviations` measures and writes this page. Everything in it is invented: the prefecture 示例州 and
its courts do not exist. In its last year ({run.year}) one departure and more is planted for each kind of watch
(services/feeds/demo_plants.py, as data). No setting of a method and no size of a plant was chosen on the feed's
seed {about.seed}, and no figure below was changed by hand. All shipped watches look as they would have: daily, weekly or
monthly, with their own hold and release. They look at the books as known at the end, except the feed that is down for some
days, which is looked at while it is.

Seed {about.seed}, {cases:,} cases asked for, {run.events:,} events; {about.date}, commit {about.commit};
{about.machine}.

**Found: {len(seen)} of {len(large)} plants made to be found, {also} of {len(small)} made small enough to be missed.**
"""


def _is_found(row: Row) -> bool:
    return bool(row.named) if row.plant.kind == "node" else row.first is not None


def _plants(found: Sequence[Row], run: Run) -> str:
    lines = [
        "## Every plant",
        "",
        "`cases`: cases the plant changed or added (—: planted by the histories themselves, or days of a feed). `after`: days",
        "from its beginning to the day it was told. A plant marked small may well be missed.",
        "",
        "| kind | court | from | until | cases | planted | found by | on | after |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in found:
        plant = row.plant
        begins, ends = plant.span(run.year)
        size = "—" if plant.act in ("told", "withheld") else str(row.cases or 0)
        lines.append(
            f"| {plant.kind} | {plant.court} | {begins} | {ends} | {size} |"
            f" {plant.en}{'' if plant.large else ' (small)'} | {' | '.join(_outcome(row, begins))} |"
        )
    return "\n".join([*lines, ""])


def _outcome(row: Row, begins: date) -> tuple[str, str, str]:
    if row.plant.kind == "node":
        if not row.named:
            return "**not found**", "", ""
        first = min(day for _, day, _ in row.named)
        stages = ", ".join(dict.fromkeys(stage for _, _, stage in row.named))
        return (
            f"trial_nodes, {len(row.named)} of {row.cases} cases named ({stages})",
            str(first),
            _days(first, begins),
        )
    if row.first is not None:
        more = f", and {row.others} more" if row.others else ""
        seen = f"{row.first.watch.partition('.')[2]}: {row.first.object.partition('.')[2] or row.first.object}{more}"
        if row.plant.kind == "clock":
            seen = f"case_limits, {len(row.named)} of {row.cases} cases"
        return seen, str(row.first.opened), _days(row.first.opened, begins)
    if row.stood is not None:
        return (
            f"**not told apart**: {row.stood.watch.partition('.')[2]} stood since {row.stood.opened}",
            "",
            "",
        )
    return "**not found**", "", ""


def _days(day: date, begins: date) -> str:
    return str((day - begins).days)


def _words(found: Sequence[Row], run: Run) -> str:
    lines = ["## What was told", ""]
    for row in found:
        if row.first is not None:
            lines += [
                f"- {row.plant.id}, {row.first.opened} ({row.first.severity}): {row.first.text['zh']}",
                "",
            ]
    missed = [row for row in found if not _is_found(row)]
    if missed:
        lines += ["Not found:", ""]
        lines += [f"- {row.plant.id} ({row.plant.court}): {row.plant.zh}；{row.plant.en}." for row in missed]
        lines.append("")
    return "\n".join(lines)


def _watches(run: Run) -> str:
    plants = (*demo_plants.TOLD_BEFORE, *demo_plants.PLANTS)
    lines = [
        "## What was told though nothing was planted for it",
        "",
        f"Deviations opened in {run.year}, by watch: those put down to a plant; those of a court where something else is",
        "planted at that time, from which they may follow; and the rest. Watches over single cases, nodes and balances state",
        "what stands in the books, so what they tell beyond the plants is no false alarm: the demonstration has late cases and",
        "nodes everywhere. A court can miss a year's line without a plant too: `stood` counts, of what the watches of a year's",
        "line told elsewhere, what still stood at the year's end.",
        "",
        "| watch | looks | objects judged | could not be judged | told | of a plant | beside one | elsewhere | stood |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for played in run.played:
        watch = played.owned.watch
        told = [one for one in played.told if one.opened.year == run.year]
        mine = [one for one in told if any(is_of(one, plant, run) for plant in plants)]
        rest = [one for one in told if one not in mine]
        near = [one for one in rest if beside(one, run)]
        far = [one for one in rest if one not in near]
        last = str(len(far)) if watch.kind not in OF_CASES else f"{len(rest)} (facts)"
        stood = (
            str(sum(one.ends is None for one in far)) if watch.kind in ("target", "year_end", "burn") else ""
        )
        lines.append(
            f"| {played.owned.id} | {played.looks} | {played.judged:,} | {played.unknown:,} | {len(told)} | {len(mine)}"
            f" | {len(near) if watch.kind not in OF_CASES else ''} | {last} | {stood} |"
        )
    lines += ["", *_alarms(run, plants)]
    return "\n".join([*lines, ""])


def _alarms(run: Run, plants: Sequence[Plant]) -> list[str]:
    """Every alarm elsewhere, watch by watch, in its own words."""
    lines = ["### Each of those elsewhere", ""]
    for played in run.played:
        if played.owned.watch.kind in OF_CASES:
            continue
        for one in played.told:
            planted = any(is_of(one, plant, run) for plant in plants)
            if one.opened.year == run.year and not planted and not beside(one, run):
                lines.append(f"- {one.opened} {played.owned.watch.id} ({one.severity}): {one.text['zh']}")
    return lines


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=demo.CASES)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--year", type=int, default=YEAR)
    parser.add_argument("--to", type=Path, default=PAPER, help="where the page is kept")
    asked = parser.parse_args(arguments)

    def progress(line: str) -> None:
        if sys.stderr.isatty():
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)

    about = table.Circumstances.now(asked.seed, 1, "")
    text = paper(play(asked.cases, asked.seed, asked.year, progress), asked.cases, about)
    asked.to.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
