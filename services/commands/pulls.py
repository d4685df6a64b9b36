"""`plumbline pull`: feeds that are asked for, into the running service."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Final, TextIO

import typer
from rich import console, progress

from plumbline import errors, pull_files
from plumbline.pulls import Feed
from plumbline.runtime import settings as settings_
from services.commands import feeds
from services.ingest import sender, telling
from services.ingest.pulling import fetching, keeping
from services.ingest.pulling.keeping import Counts
from services.ingest.pulling.puller import Ear, Puller
from services.ingest.sender import Refused

SAID_EVERY_SECONDS: Final = 5.0

Config = Annotated[Path, typer.Argument(help="the file that describes it", exists=True, dir_okay=False)]
Address = Annotated[
    str | None, typer.Option(help="address of the ingest service; default: the running stack")
]
Token = Annotated[
    str | None, typer.Option(help="a feeder's token; default: the stack's", envvar="PLUMBLINE_TOKEN")
]
Report = Annotated[
    Path | None, typer.Option(help="write each refused or withheld record there, one JSON object a line")
]


def pull(
    config: Config,
    once: Annotated[bool, typer.Option("--once", help="read to the end and leave; the default")] = False,
    follow: Annotated[bool, typer.Option("--follow", help="read again and again, every so often")] = False,
    from_beginning: Annotated[
        bool, typer.Option(help="forget where reading stood; what is there already adds nothing")
    ] = False,
    take_over: Annotated[bool, typer.Option(help="do not wait for another puller's lease to end")] = False,
    url: Address = None,
    token: Token = None,
    report: Report = None,
    state: feeds.State = None,
) -> None:
    """Pull a REST feed into the running service, from where the last reading stood. Exit code 1 if a record was
    refused."""
    if once and follow:
        raise errors.BadInput("--once and --follow exclude each other")
    feed = pull_files.read(config)
    teller = telling.teller(feed.source, feed.name, feed.content, feed.mapping)
    address, key = feeds.destination(settings_.load(state=state), url, token)
    with shown(f"pulling {feed.source}/{feed.name}", report) as ear, contextlib.ExitStack() as stack:
        fetcher = fetching.Fetcher(feed, say=ear.say, folder=config.parent)
        stack.callback(fetcher.close)
        client = sender.Sender(address, key, say=ear.say)
        stack.callback(client.close)
        keeper = keeping.Keeper(address, key, feed.source, feed.name, lease_s=feed.lease_s, say=ear.say)
        stack.callback(keeper.close)
        puller = Puller(feed, teller, fetcher, client, keeper, ear)
        puller.claim(take_over=take_over, anew=from_beginning)
        if follow:
            _follow(puller, feed, ear.say)
        else:
            puller.read()
    print(told(puller.total))
    if puller.total.refused or puller.total.withheld:
        raise typer.Exit(1)


def _follow(puller: Puller, feed: Feed, say: Callable[[str], None]) -> None:
    """Read until told to end; a reading that fails is told, kept as the feed's error, and tried again."""
    hold = feed.every_s + feed.lease_s

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    try:
        while True:
            try:
                puller.read(hold_s=hold)
            except keeping.Fenced:
                raise
            except errors.PlumblineError as failure:
                say(f"failed: {failure}")
            time.sleep(feed.every_s)
    except KeyboardInterrupt:
        puller.release()


@contextlib.contextmanager
def shown(doing: str, report: Path | None) -> Iterator[Ear]:
    """Counts on a terminal as they grow, else a plain line every few seconds; refused records into the report."""
    with contextlib.ExitStack() as stack:
        sink = stack.enter_context(report.open("a", encoding="utf-8")) if report else None
        if not sys.stderr.isatty():
            yield _plain(sink)
            return
        columns = (
            progress.SpinnerColumn(),
            "{task.description}",
            progress.TimeElapsedColumn(),
            "{task.fields[told]}",
        )
        bar = stack.enter_context(progress.Progress(*columns, console=console.Console(stderr=True)))
        task = bar.add_task(doing, total=None, told="")
        yield Ear(
            bar.console.print,
            lambda counts: bar.update(task, told=told(counts)),
            lambda one: _report(one, sink, bar.console.print),
        )


def _plain(sink: TextIO | None) -> Ear:
    last = time.monotonic()

    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    def counted(counts: Counts) -> None:
        nonlocal last
        if time.monotonic() - last >= SAID_EVERY_SECONDS:
            last = time.monotonic()
            say(told(counts))

    return Ear(say, counted, lambda one: _report(one, sink, say))


def _report(one: Refused, sink: TextIO | None, say: Callable[[str], None]) -> None:
    if sink is None:
        say(f"  {one.id or one.line}: {one.reason}: {one.detail}")
        return
    row = {"id": one.id, "place": one.line, "reason": one.reason, "detail": one.detail}
    sink.write(json.dumps(row, ensure_ascii=False) + "\n")
    sink.flush()


def told(counts: Counts, doing: str = "rows read") -> str:
    """The counts as one line."""
    text = (
        f"{counts.rows:,} {doing}: {counts.accepted:,} events accepted, {counts.duplicates:,} duplicates, "
        f"{counts.refused:,} refused, {counts.withheld:,} withheld"
    )
    return f"{text}; position lost {counts.losses} times" if counts.losses else text
