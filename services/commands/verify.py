"""`plumbline verify`: check a verification file without the books, and the keys that sign such files."""

from __future__ import annotations

import enum
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from plumbline import errors, verification, verification_checks
from plumbline.catalog.definitions import Text
from plumbline.runtime import settings as settings_
from plumbline.runtime import signing

UNREADABLE = 2
_PUBLIC = re.compile(r"[0-9a-f]{64}")
_END = {
    0: Text("结论：全部一致，签名可信。", "Result: all of it agrees, and the signature is by a trusted key."),
    1: Text(
        "结论：有不一致或不能证明之处，请核查。",
        "Result: something does not agree or cannot be shown; see above.",
    ),
    UNREADABLE: Text("结论：不是可读的核验文件。", "Result: this is no verification file that can be read."),
}
_MARKS = {True: Text("一致", "agrees"), False: Text("不一致", "differs")}


class Language(enum.StrEnum):
    """The language of the answer."""

    zh = "zh"
    en = "en"


def verify(
    file: Annotated[Path | None, typer.Argument(help="a verification file")] = None,
    key: Annotated[
        list[Path] | None,
        typer.Option(
            help="a file of public keys to trust: what --public-key prints, or one key in hexadecimal"
        ),
    ] = None,
    trust: Annotated[
        list[str] | None, typer.Option(help="a public key to trust, 64 hexadecimal digits")
    ] = None,
    lang: Annotated[Language, typer.Option(help="language of the answer")] = Language.en,
    public_key: Annotated[
        bool, typer.Option("--public-key", help="print this installation's public keys")
    ] = False,
    rotate_key: Annotated[
        bool, typer.Option("--rotate-key", help="make a new key; files signed by the old one stay good")
    ] = False,
    state: Annotated[Path | None, typer.Option(help="the folder for all state (PLUMBLINE_STATE)")] = None,
) -> None:
    """Check a verification file offline. Exit 0: all agrees and the key is trusted; 1: something does not;
    2: unreadable.

    Without --key and --trust, this installation's own keys are trusted.
    """
    if public_key or rotate_key:
        _keys(settings_.load(state=state), rotate=rotate_key)
        return
    if file is None:
        raise typer.BadParameter("name a FILE, or ask with --public-key")
    try:
        content = file.read_bytes()
        trusted = _trusted(key or [], trust or [], state)
    except (OSError, errors.PlumblineError) as away:
        typer.echo(f"{away}", err=True)
        raise typer.Exit(UNREADABLE) from away
    report = verification_checks.check(content, trusted)
    for one in report.findings:
        typer.echo(f"{_in(lang, _MARKS[one.agrees])}  {one.part}: {_in(lang, one.said)}")
    typer.echo(_in(lang, _END[report.code]))
    raise typer.Exit(report.code)


def _in(lang: Language, said: Text) -> str:
    return said.zh if lang is Language.zh else said.en


def _keys(settings: settings_.Settings, *, rotate: bool) -> None:
    """Print every public key with its id and dates, as GET /v1/verification-keys gives them."""
    now = datetime.now(UTC)
    path = settings.signing_keys_file
    ring = signing.rotate(path, now) if rotate else signing.open_ring(path, now)
    items = [
        {
            "id": verification.key_id(bytes.fromhex(one.public_key)),
            "algorithm": verification.ALGORITHM,
            "public_key": one.public_key,
            "made_at": one.made_at.isoformat(),
            "retired_at": None if one.retired_at is None else one.retired_at.isoformat(),
        }
        for one in ring.keys
    ]
    typer.echo(json.dumps({"items": items}, indent=1))


def _trusted(files: list[Path], given: list[str], state: Path | None) -> dict[str, datetime | None]:
    """The keys to trust with the moment each was retired; this installation's own where none are named."""
    found: dict[str, datetime | None] = {}
    for path in files:
        found |= _published(path)
    found |= {_public(text, "--trust"): None for text in given}
    if files or given:
        return found
    own = signing.public_keys(settings_.load(state=state).signing_keys_file)
    return {one.public_key: one.retired_at for one in own}


def _published(path: Path) -> dict[str, datetime | None]:
    text = path.read_text(encoding="utf-8").strip()
    if not text.startswith("{"):
        return {_public(text, str(path)): None}
    try:
        said: Any = json.loads(text)
        return {_public(one["public_key"], str(path)): _retired(one) for one in said["items"]}
    except (ValueError, LookupError, TypeError, AttributeError) as bad:
        raise errors.BadInput(
            f"{path} holds no public keys: {bad}", next="Give what `plumbline verify --public-key` printed."
        ) from bad


def _retired(said: dict[str, Any]) -> datetime | None:
    if said.get("retired_at") is None:
        return None
    found = datetime.fromisoformat(said["retired_at"])
    if found.tzinfo is None:
        raise ValueError("retired_at has no offset")
    return found


def _public(text: Any, where: str) -> str:
    found = str(text).strip().lower()
    if _PUBLIC.fullmatch(found) is None:
        raise errors.BadInput(
            f"{where}: {str(text)[:80]!r} is no public key", next="Write its 64 hexadecimal digits."
        )
    return found
