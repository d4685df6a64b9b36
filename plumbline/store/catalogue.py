"""Published packs: immutable versions, generations of the books, and the accounts their measures post to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import psycopg
from psycopg.types.json import Jsonb

from plumbline import errors, rules, serving
from plumbline.catalog import meanings, reading, scopes
from plumbline.catalog.definitions import Pack
from plumbline.store import workdays
from plumbline.store.statements import statement

Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did: the generation it made, the packs that were new, and how many cases will be refolded."""

    generation: int
    packs: tuple[str, ...]
    accounts: int
    cases: int


def publish(connection: Connection, packs: Sequence[Pack], *, by: str) -> Published:
    """Publish packs (with all they build on) as immutable versions and open their accounts, in the caller's transaction.

    A version that stands with other content is a Conflict. Publishing what stands changes nothing.
    """
    head = connection.execute("SELECT number FROM generation_head FOR UPDATE").fetchone()
    assert head is not None
    new = [pack for pack in _chains(packs) if _keep(connection, pack, by)]
    active = read_packs(connection, _active(connection))
    wanted = {pack.hash for pack in packs} | {pack.hash for pack in active}
    current = connection.execute("SELECT packs FROM generation WHERE number = %s", (head[0],)).fetchone()
    if current is not None and set(current[0]) == wanted:
        return Published(int(head[0]), (), 0, 0)
    number = int(head[0]) + 1
    return _turn(connection, number, sorted(wanted), tuple(f"{pack.id} {pack.version}" for pack in new))


def retire(connection: Connection, pack: str, version: str) -> Published:
    """Take a version out of the books; its postings stay, nothing posts to its accounts any more."""
    head = connection.execute("SELECT number FROM generation_head FOR UPDATE").fetchone()
    assert head is not None
    row = connection.execute(
        "UPDATE pack SET retired_at = clock_timestamp() WHERE id = %s AND version = %s AND retired_at IS NULL RETURNING hash",
        (pack, version),
    ).fetchone()
    if row is None:
        raise errors.NotFound(
            f"{pack} {version} is not in the books.", next="plumbline catalog show lists what is."
        )
    return _turn(connection, int(head[0]) + 1, sorted(_active(connection)), (f"{pack} {version} retired",))


def _turn(connection: Connection, number: int, hashes: Sequence[str], names: tuple[str, ...]) -> Published:
    packs = read_packs(connection, hashes)
    before = connection.execute("SELECT packs FROM generation ORDER BY number DESC LIMIT 1").fetchone()
    assert before is not None
    kept = {(need.hash, need.kind) for need in rules.needs(read_packs(connection, before[0]))}
    connection.execute("INSERT INTO generation (number, packs) VALUES (%s, %s)", (number, list(hashes)))
    connection.execute("UPDATE generation_head SET number = %s", (number,))
    opened = _open_accounts(connection, number, packs, kept)
    cases = 0
    if opened:
        cases = connection.execute(
            statement("mark_every_case"), {"cause": "definition", "reference": number}
        ).rowcount
    if not cases:
        connection.execute(statement("complete_accounts"))
    connection.execute(statement("mark_all_values"))
    return Published(number, names, opened, cases)


def _open_accounts(
    connection: Connection, number: int, packs: Sequence[Pack], kept: set[tuple[str, str]]
) -> int:
    """Open what the generation before did not post to; an account taken up again has missed cases and fills anew."""
    wanted = [need for need in rules.needs(packs) if (need.hash, need.kind) not in kept]
    for need in wanted:
        connection.execute(
            statement("open_account"),
            {"measure": need.measure, "hash": need.hash, "kind": need.kind, "generation": number},
        )
    return len(wanted)


def _chains(packs: Sequence[Pack]) -> list[Pack]:
    found: dict[str, Pack] = {}
    for pack in packs:
        for one in scopes.chain(pack):
            found.setdefault(one.hash, one)
    return list(found.values())


def _keep(connection: Connection, pack: Pack, by: str) -> bool:
    row = connection.execute(
        "SELECT hash, retired_at FROM pack WHERE id = %s AND version = %s", (pack.id, pack.version)
    ).fetchone()
    if row is not None:
        if row[0] == pack.hash:
            connection.execute("UPDATE pack SET retired_at = NULL WHERE hash = %s", (pack.hash,))
            return row[1] is not None
        raise errors.Conflict(
            f"Pack {pack.id} {pack.version} is already published with other content.",
            why="A published version never changes: figures reported under it must stay explainable.",
            next="Raise `version` in pack.yaml and publish again.",
        )
    connection.execute(
        "INSERT INTO pack (id, hash, version, in_force_from, document, uses, published_by) VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (
            pack.id, pack.hash, pack.version, pack.in_force_from,
            Jsonb(dict(pack.document), dumps=lambda value: orjson.dumps(value).decode()),
            [used.hash for used in pack.uses], by,
        ),
    )  # fmt: skip
    hashes = meanings.definition_hashes(pack)
    rows: list[tuple[object, ...]] = [
        (pack.hash, "measure", f"{pack.id}.{name}", hashes[name], None, None) for name in pack.measures
    ]
    rows += [
        (pack.hash, "indicator", f"{pack.id}.{one.id}", hashes[one.id], one.in_force_from, one.in_force_until)
        for one in pack.indicators.values()
    ]
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO definition VALUES (%s, %s, %s, %s, %s, %s)", rows)
    return True


def _active(connection: Connection) -> list[str]:
    """The hashes of the versions in the books: published, not retired."""
    return [
        row[0]
        for row in connection.execute(
            "SELECT hash FROM pack WHERE retired_at IS NULL ORDER BY published_at, id"
        )
    ]


def read_packs(connection: Connection, hashes: Sequence[str]) -> list[Pack]:
    """Packs as published, rebuilt from their documents with all they build on."""
    rows = connection.execute("SELECT hash, id, document, uses FROM pack ORDER BY published_at").fetchall()
    stored = {row[0]: row for row in rows}
    built: dict[str, Pack] = {}

    def build(digest: str) -> Pack:
        if digest not in built:
            _, _, document, uses = stored[digest]
            used = {pack.id: pack for pack in map(build, uses)}
            built[digest] = reading.pack_from_document(document, used)
        return built[digest]

    return [build(digest) for digest in hashes]


def read_editions(connection: Connection, pack: str) -> list[Pack]:
    """Every published edition of a pack, retired ones too, in the order of publishing."""
    rows = connection.execute("SELECT hash FROM pack WHERE id = %s ORDER BY published_at, version", (pack,))
    return read_packs(connection, [row[0] for row in rows.fetchall()])


def read_edition_of(connection: Connection, pack: str, version: str) -> Pack:
    """One edition by its version or its hash; NotFound with the versions there are."""
    editions = read_editions(connection, pack)
    for one in editions:
        if version in (one.version, one.hash, one.hash[:12]):
            return one
    raise errors.NotFound(
        f"No pack {pack[:64]!r} was published as version {version[:80]!r}",
        next=f"Versions: {', '.join(one.version for one in editions)}."
        if editions
        else "plumbline catalog show, or GET /v1/indicators, lists what is.",
    )


def read_generation(connection: Connection) -> tuple[int, list[Pack]]:
    """The generation in force and its packs."""
    row = connection.execute(
        "SELECT g.number, g.packs FROM generation_head h JOIN generation g ON g.number = h.number"
    ).fetchone()
    assert row is not None
    return int(row[0]), read_packs(connection, row[1])


def read_rules(connection: Connection) -> rules.Rules:
    """The compiled rules of the generation in force."""
    number, packs = read_generation(connection)
    rows = connection.execute("SELECT hash, kind, id FROM account").fetchall()
    accounts = {(digest, kind): int(account) for digest, kind, account in rows}
    return rules.compile_rules(number, packs, accounts, workdays.read_workdays(connection))


def read_catalogue(connection: Connection) -> serving.Catalogue:
    """What is served: every version in the books, with the state of its accounts."""
    number, packs = read_generation(connection)
    rows = connection.execute("SELECT hash, kind, id, status FROM account").fetchall()
    accounts = {(digest, kind): serving.Account(int(one), kind, status) for digest, kind, one, status in rows}
    gone = dict(
        connection.execute("SELECT hash, retired_at FROM pack WHERE retired_at IS NOT NULL").fetchall()
    )
    return _catalogue(connection, number, packs, accounts, gone)


def read_catalogue_known(
    connection: Connection, generation: int, known_at: datetime, filling: Collection[int]
) -> serving.Catalogue:
    """What was served under a generation, at a moment of it, while some accounts were still being filled."""
    row = connection.execute("SELECT packs FROM generation WHERE number = %s", (generation,)).fetchone()
    if row is None:
        raise errors.NotFound(f"There was no generation {generation}")
    packs = read_packs(connection, row[0])
    rows = connection.execute("SELECT hash, kind, id FROM account").fetchall()
    accounts = {
        (digest, kind): serving.Account(int(one), kind, "filling" if one in filling else "complete")
        for digest, kind, one in rows
    }
    known = connection.execute(
        "SELECT hash, coalesce(retired_at, %(known_at)s) FROM pack WHERE published_at <= %(known_at)s",
        {"known_at": known_at},
    ).fetchall()
    stood = {one.hash for one in _chains(packs)}
    gone = {digest: when for digest, when in known if digest not in stood}
    return _catalogue(connection, generation, packs, accounts, gone)


def _catalogue(
    connection: Connection,
    number: int,
    packs: Sequence[Pack],
    accounts: Mapping[tuple[str, str], serving.Account],
    gone: Mapping[str, datetime],
) -> serving.Catalogue:
    order = connection.execute(
        "SELECT hash, row_number() OVER (ORDER BY published_at, version) FROM pack"
    ).fetchall()
    retired = {pack.hash: (pack, gone[pack.hash]) for pack in read_packs(connection, list(gone))}
    return serving.Catalogue(
        number, packs, accounts, {digest: int(place) for digest, place in order}, retired
    )


def complete(connection: Connection) -> list[int]:
    """Call accounts complete whose generation has no mark left; returns them and marks their cells for valuing."""
    done = [int(row[0]) for row in connection.execute(statement("complete_accounts"))]
    if done:
        connection.execute(statement("mark_all_values"))
    return done
