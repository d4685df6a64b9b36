"""`plumbline watch` and `plumbline backtest`: what is watched, what a watch would have told, and arming it."""

from __future__ import annotations

import getpass
from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer

from plumbline import errors, periods
from plumbline.catalog.watch_kinds import KINDS
from plumbline.runtime import settings as settings_
from plumbline.store import backtests, catalogue, courts, engine, quarantine, watches
from plumbline.store.backtests import Ground
from plumbline.store.watchbooks import Owned, every_watch
from services.commands import courts as command_courts
from services.commands import display

app = typer.Typer(no_args_is_help=True)


def ground_of(pool: engine.Pool, zone: str) -> Ground:
    """The definitions and the tree as they stand, and the court day."""
    import zoneinfo

    now = datetime.now(UTC)
    with engine.transaction(pool) as connection:
        return Ground(
            catalogue.read_catalogue(connection),
            courts.read_tree(connection),
            periods.court_day(now, zoneinfo.ZoneInfo(zone)),
            now,
        )


def owned_of(ground: Ground, name: str) -> Owned:
    """A watch by its name, with or without its pack; errors.NotFound with what there is."""
    defined = every_watch(ground.catalogue, ground.day)
    found = [one for key, one in defined.items() if name in (key, key.partition(".")[2])]
    if len(found) != 1:
        raise errors.NotFound(f"No single watch is called {name}", next="`plumbline watch list` shows them.")
    return found[0]


@app.command("list")
def list_watches() -> None:
    """Every watch, whether it is armed, and the day it last looked."""
    settings = settings_.load()
    pool = command_courts.open_books(settings)
    ground = ground_of(pool, settings.zone)
    with engine.transaction(pool) as connection:
        armed = {one.watch: one for one in watches.list_armed(connection)}
    pool.close()
    for name, owned in every_watch(ground.catalogue, ground.day).items():
        one = armed.get(name)
        state = "not armed"
        if one is not None:
            state = f"armed, looked {one.looked_on or 'never'}"
            if one.hash != owned.hash:
                state = "armed as it was before: arm it anew"
        typer.echo(f"{name:44} {KINDS[owned.watch.kind].title.en:44} {state}")


@app.command()
def arm(
    name: Annotated[str, typer.Argument(help="<pack>.<watch>")],
    why: Annotated[str, typer.Option(help="kept beside it")],
) -> None:
    """Let a watch look. It must have been replayed over history as it is defined now."""
    settings = settings_.load()
    pool = command_courts.open_books(settings)
    owned = owned_of(ground_of(pool, settings.zone), name)
    with engine.transaction(pool) as connection:
        watches.arm(connection, owned.id, owned.hash, getpass.getuser(), why)
        quarantine.note(connection, getpass.getuser(), "watch.arm", f"watch/{owned.id}", {"why": why})
    pool.close()
    typer.echo(f"{owned.id} is armed")


@app.command()
def disarm(
    name: Annotated[str, typer.Argument(help="<pack>.<watch>")],
    why: Annotated[str, typer.Option(help="kept beside it")],
) -> None:
    """Let a watch look no more; its deviations stay as they stand."""
    settings = settings_.load()
    pool = command_courts.open_books(settings)
    owned = owned_of(ground_of(pool, settings.zone), name)
    with engine.transaction(pool) as connection:
        watches.disarm(connection, owned.id, getpass.getuser(), why)
        quarantine.note(connection, getpass.getuser(), "watch.disarm", f"watch/{owned.id}", {"why": why})
    pool.close()
    typer.echo(f"{owned.id} is not armed any more")


def backtest(
    name: Annotated[str, typer.Argument(help="<pack>.<watch>")],
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="the first day")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="the last day")],
    court: Annotated[
        list[str] | None, typer.Option(help="only of this court and all below; may be repeated")
    ] = None,
    lang: Annotated[str, typer.Option(help="zh or en")] = "en",
) -> None:
    """Replay a watch over history: what it would have told, how early, and how often it was borne out."""
    settings = settings_.load()
    pool = command_courts.open_books(settings)
    ground = ground_of(pool, settings.zone)
    owned = owned_of(ground, name)
    chosen = [one for code in court or () for one in ground.tree.subtree(code, ground.day)]
    looked = tuple(dict.fromkeys(chosen)) or tuple(
        code
        for code in ground.tree.codes()
        if (found := ground.tree.get(code, ground.day)) and owned.watch.watches(code, found.level)
    )
    report = replay(pool, ground, owned, (first.date(), last.date()), looked)
    pool.close()
    for line in told(report, lang):
        typer.echo(line)


def replay(
    pool: engine.Pool, ground: Ground, owned: Owned, days: tuple[date, date], looked: tuple[str, ...]
) -> dict[str, Any]:
    """Ask for a backtest and run it here, with a bar; its report."""
    with engine.transaction(pool) as connection:
        made = watches.ask_backtest(connection, owned.id, owned.hash, looked, days, getpass.getuser())
        asked = watches.take_backtest(connection, made)
    if asked is None:
        raise errors.Conflict("Somebody else runs this backtest", next="Read its report by the API.")
    with display.display(1, "replaying") as shown:
        done = 0.0

        def progress(now: int, total: int) -> None:
            nonlocal done
            shown.resize(total)
            shown.advance(now - int(done), f"{now} of {total} looks")
            done = now

        return backtests.perform(pool, ground, asked, progress)


def told(report: dict[str, Any], lang: str) -> list[str]:
    """A report as lines for a terminal."""
    lead = report["lead_days_median"]
    lines = [
        f"{report['looks']} looks at {report['courts']} courts: {report['firings']} deviations, {report['red']} of them red",
        f"{report['firings_a_court_year']:.2f} a court and year",
        f"borne out: {report['borne_out']} of {report['judged_later']} that can be judged by now"
        + (f"; median lead {lead} days" if lead is not None else ""),
        f"could not be judged: {report['insufficient']} of {report['insufficient'] + report['judged']} objects",
    ]
    if report["worst_day"]:
        lines.append(f"most on one day: {report['worst_day_firings']} on {report['worst_day']}")
    lines.append(report["note"][lang])
    lines += [f"{one['opened']}  {one['severity']:5}  {one['text'][lang]}" for one in report["list"]]
    return lines
