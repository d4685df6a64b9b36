"""`plumbline token`: create, revoke and list access tokens."""

from __future__ import annotations

import contextlib
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from plumbline import errors
from plumbline.runtime import settings as settings_
from plumbline.store import courts as courts_
from plumbline.store import engine, tokens
from services.commands import database

app = typer.Typer(no_args_is_help=True)

State = Annotated[Path | None, typer.Option(help="the folder for all state (PLUMBLINE_STATE)")]


@app.command()
def create(
    principal: Annotated[str, typer.Argument(help="who will hold it; stands in the audit")],
    role: Annotated[str, typer.Option(help=f"one of {', '.join(tokens.ROLES)}")] = "reader",
    courts: Annotated[
        str,
        typer.Option(
            "--courts",
            "--court",
            help="court codes, comma-separated, each with all below; * for every court; of a judge one",
        ),
    ] = "",
    sources: Annotated[str, typer.Option(help="sources it may feed, comma-separated")] = "",
    person: Annotated[
        str | None, typer.Option(help="role judge: the pseudonymous key he bears in the cases, never a name")
    ] = None,
    days: Annotated[
        int | None, typer.Option(help="days it holds; default: until revoked", min=1, max=3660)
    ] = None,
    state: State = None,
) -> None:
    """Issue a token. It is printed this once; only its digest is kept."""
    expires = datetime.now(UTC) + timedelta(days=days) if days else None
    with _connected(state) as connection:
        if role == tokens.JUDGE:
            _known(connection, _split(courts))
        text = tokens.create_token(
            connection, principal, role, _split(courts), _split(sources), expires, person
        )
    print(text)
    print("Keep it: it is not shown again.", file=sys.stderr)


@app.command()
def revoke(
    token: Annotated[str, typer.Argument(help="its id (plk_<id>_…), or the whole token")], state: State = None
) -> None:
    """End a token; the services stop taking it within five seconds."""
    with _connected(state) as connection:
        if not tokens.revoke_token(connection, token):
            raise errors.NotFound("No such token holds", next="See `plumbline token list`.")
    print("revoked")


@app.command("list")
def list_(state: State = None) -> None:
    """Every token ever issued, without its secret."""
    with _connected(state) as connection:
        for one in tokens.list_tokens(connection):
            now = datetime.now(UTC)
            standing = (
                "revoked"
                if one.revoked_at
                else "expired"
                if one.expires_at and one.expires_at <= now
                else "holds"
            )
            until = f"{one.expires_at:%Y-%m-%d}" if one.expires_at else "-"
            print(
                "\t".join(
                    [
                        one.id,
                        one.principal,
                        one.role,
                        ",".join(one.courts),
                        ",".join(one.sources),
                        until,
                        standing,
                        one.person or "-",
                    ]
                )
            )


def _known(connection: engine.Connection, codes: list[str]) -> None:
    """BadInput for a court nobody knows: a judge's token there would show nothing and never say why."""
    tree = courts_.read_tree(connection)
    for code in codes:
        if code != tokens.EVERY and tree.get(code) is None:
            raise errors.BadInput(f"There is no court {code[:24]!r}", next="See `plumbline court show`.")


def _connected(state: Path | None) -> contextlib.AbstractContextManager[engine.Connection]:
    settings = settings_.load(state=state)
    return engine.single(
        database.address(settings), name="command", statement_timeout_ms=settings.statement_timeout_ms
    )


def _split(codes: str) -> list[str]:
    return [code.strip() for code in codes.split(",") if code.strip()]
