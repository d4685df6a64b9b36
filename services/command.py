"""`plumbline`: the command line. Only the module of the command that was asked for is imported, so help is
fast."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import sys

import typer

from plumbline import errors

HELP = "Plumbline (准绳): court events in, books kept, explained indicators out."
COMMANDS = "services.commands"


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One word of the command line: the module that holds it, and the names under which it may be found
    there."""

    word: str
    module: str
    help: str
    names: tuple[str, ...] = ("app",)

    @property
    def present(self) -> bool:
        return importlib.util.find_spec(f"{COMMANDS}.{self.module}") is not None

    def add_to(self, line: typer.Typer) -> None:
        """Import the module and register its command or group of commands."""
        module = importlib.import_module(f"{COMMANDS}.{self.module}")
        found = next((getattr(module, name) for name in self.names if hasattr(module, name)), None)
        if found is None:
            raise errors.NotFound(f"services/commands/{self.module}.py holds none of {', '.join(self.names)}")
        if isinstance(found, typer.Typer):
            line.add_typer(found, name=self.word, help=self.help)
        else:
            line.command(self.word, help=found.__doc__ or self.help)(found)


ENTRIES = (
    Entry("up", "stack", "Start PostgreSQL, the three services and the demo feed.", ("up",)),
    Entry("down", "stack", "Stop what `up` started.", ("down",)),
    Entry("status", "stack", "What runs, and where.", ("status",)),
    Entry("serve", "serve", "Run one service: ingest, scoring or api.", ("serve",)),
    Entry("db", "database", "Migrate, check, back up and restore the database."),
    Entry("doctor", "doctor", "Check this machine, the database and the settings.", ("doctor",)),
    Entry("catalog", "catalog", "Check, publish, show and compare definitions."),
    Entry("court", "courts", "Load the tree of courts."),
    Entry("calendar", "calendar", "Load and show the table of working days."),
    Entry("source", "feeds", "Add and list the court systems that feed us.", ("source",)),
    Entry("ingest", "feeds", "Send files of events or foreign records.", ("ingest",)),
    Entry(
        "conform",
        "conform",
        "Tell what of a file would be accepted, refused and why; send nothing.",
        ("conform",),
    ),
    Entry(
        "reconcile",
        "reconcile",
        "Hold another system's list of cases against a figure, case by case.",
        ("reconcile",),
    ),
    Entry("pull", "pulls", "Pull a REST feed from where the last reading stood.", ("pull",)),
    Entry("consume", "brokers", "Take messages from a broker; acknowledge what is committed.", ("consume",)),
    Entry("token", "tokens", "Create, revoke and list access tokens."),
    Entry("verify", "verify", "Check a verification file offline; show signing keys.", ("verify",)),
    Entry("watch", "watching", "What is watched; arm and disarm watches."),
    Entry("backtest", "watching", "Replay a watch over history before it is armed.", ("backtest",)),
    Entry("rebuild", "rebuild", "Compute all books again from the journal.", ("rebuild", "app")),
    Entry("demo", "demo", "Play the demonstration prefecture into the running stack.", ("demo",)),
    Entry("bench", "bench", "Ratios measured side by side in one run.", ("bench", "run", "app")),
)


def line_for(words: list[str]) -> typer.Typer:
    """The command line with the asked-for command whole and the others by name and help only."""
    line = typer.Typer(
        help=HELP,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    line.callback()(_root)
    for entry in ENTRIES:
        if not entry.present:
            continue
        if entry.word in words[:1]:
            entry.add_to(line)
        else:
            line.command(entry.word, help=entry.help)(_elsewhere)
    return line


def _root() -> None:
    """Holds the group together: a single command would otherwise become the whole line."""


def _elsewhere() -> None:
    """Stands for a command that was not asked for."""


def main() -> None:
    """Run the command; an error of ours is a message and exit code 1, never a traceback."""
    try:
        line_for(sys.argv[1:])(prog_name="plumbline")
    except errors.PlumblineError as failure:
        sys.exit(f"plumbline: {failure}")


if __name__ == "__main__":
    main()
