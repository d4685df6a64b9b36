"""Access tokens and who holds them: only digests are kept, and a revocation holds within five seconds
everywhere.

A token reads `plk_<id>_<secret>`: the id finds the row, the secret (256 bits) is compared by its digest in
constant time.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from plumbline import errors
from plumbline.store import engine
from plumbline.store.statements import statement

if TYPE_CHECKING:
    from plumbline.courts import CourtTree

JUDGE: Final = "judge"
ROLES: Final = ("reader", "feeder", "office", "command", "decider", "operator", JUDGE)
"""Reads books; pushes events; also decides quarantined records and adds sources (审判管理办公室); reads and
verifies (执行指挥中心); reads and decides what offices have verified (院党组); also runs the service; sees nothing but
the due dates of his own cases in his one court (承办法官)."""

FEEDS: Final = frozenset({"feeder", "office", "operator"})
"""Roles that may be given sources to feed."""
EVERY: Final = "*"
REMEMBERED_SECONDS: Final = 5.0
REMEMBERED_MOST: Final = 10_000

_PERSON = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_TOKEN = re.compile(r"plk_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a name, one of ROLES, the courts seen with all below them (`*`: every court), the sources
    fed; of a judge the one court, without those below, and the key he bears in the cases."""

    name: str
    role: str
    courts: tuple[str, ...]
    sources: tuple[str, ...]
    person: str | None = None

    def sees(self, court: str, tree: CourtTree, on: date | None = None) -> bool:
        """Whether a court is one of the principal's or stands below one on a day (default today; closed
        courts: their last)."""
        if self.role == JUDGE:
            return court in self.courts
        if EVERY in self.courts or court in self.courts:
            return True
        row = tree.get(court)
        if row is None:
            return False
        day = on or datetime.now(UTC).date()
        if row.valid_until is not None and day >= row.valid_until:
            day = row.valid_until - timedelta(days=1)
        return any(above in self.courts for above in tree.ancestors(court, day))

    def may_feed(self, source: str) -> bool:
        """Whether the principal may push events as this source."""
        return self.role in FEEDS and (source in self.sources or EVERY in self.sources)

    @property
    def may_decide(self) -> bool:
        """Whether the principal may decide quarantined records and change sources."""
        return self.role in ("office", "operator")


@dataclass(frozen=True, slots=True)
class Issued:
    """A token as it is listed: never with its secret."""

    id: str
    principal: str
    role: str
    courts: tuple[str, ...]
    sources: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    person: str | None = None


def create_token(
    connection: engine.Connection,
    principal: str,
    role: str,
    courts: Sequence[str],
    sources: Sequence[str] = (),
    expires: datetime | None = None,
    person: str | None = None,
) -> str:
    """Issue a token and return its text, which is shown this once; `person`: of a judge alone, the key he
    bears in the cases. errors.BadInput where the role, the person or a list is wrong."""
    if role not in ROLES:
        raise errors.BadInput(f"{role!r} is no role", next=f"Choose one of {', '.join(ROLES)}.")
    if not principal or len(principal) > 128:
        raise errors.BadInput("A token needs the name of who holds it, 1 to 128 characters")
    if role == "feeder" and not sources:
        raise errors.BadInput("A feeder needs the sources it may feed", next="Name at least one source.")
    _fits_a_judge(role, courts, sources, person)
    if expires is not None and expires.tzinfo is None:
        raise errors.BadInput("The expiry has no offset", next="Write it as 2027-01-31T00:00:00+08:00.")
    token_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    connection.execute(
        statement("insert_token"),
        {
            "id": token_id,
            "digest": _digest(secret),
            "principal": principal,
            "role": role,
            "courts": list(courts),
            "sources": list(sources),
            "expires_at": expires,
            "person": person,
        },
    )
    return f"plk_{token_id}_{secret}"


def _fits_a_judge(role: str, courts: Sequence[str], sources: Sequence[str], person: str | None) -> None:
    """BadInput unless a judge has exactly one court, a key and no source, and nobody else has a key."""
    if role != JUDGE:
        if person is not None:
            raise errors.BadInput(
                f"A token of the role {role} is of no single person",
                next="Leave the person out, or choose the role judge.",
            )
        return
    if person is None or _PERSON.fullmatch(person) is None:
        raise errors.BadInput(
            "A judge's token needs the key he bears in the cases",
            why="It is pseudonymous: 1 to 64 of A-Z a-z 0-9 _ . : -, never a name.",
            next="Write it as events do in `judge`, as J-0412.",
        )
    if len(courts) != 1 or courts[0] == EVERY:
        raise errors.BadInput(
            "A judge's token is bound to exactly one court",
            why="He sees his own cases there, and neither other courts nor those below.",
            next="Name one court; a judge of two courts needs two tokens.",
        )
    if sources:
        raise errors.BadInput("A judge feeds no source", next="Leave the sources out.")


def revoke_token(connection: engine.Connection, token_id: str) -> bool:
    """End a token, named by its id or its whole text; False when there is none that still holds."""
    whole = _TOKEN.fullmatch(token_id)
    return (
        connection.execute(statement("revoke_token"), {"id": whole[1] if whole else token_id}).rowcount == 1
    )


def list_tokens(connection: engine.Connection) -> list[Issued]:
    """Every token ever issued, oldest first."""
    rows = connection.execute(statement("list_tokens")).fetchall()
    return [
        Issued(row[0], row[1], row[2], tuple(row[3]), tuple(row[4]), row[5], row[6], row[7], row[8])
        for row in rows
    ]


def find_principal(connection: engine.Connection, token: str) -> Principal | None:
    """Who holds the token; None when it is malformed, unknown, expired or revoked: the four are not told
    apart."""
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        return None
    row = connection.execute(statement("read_token"), {"id": parts[1]}).fetchone()
    if row is None or not hmac.compare_digest(bytes(row[0]), _digest(parts[2])):
        return None
    return Principal(row[1], row[2], tuple(row[3]), tuple(row[4]), row[5])


class Doorkeeper:
    """Finds the principals of tokens, remembering each for five seconds; safe to share between threads."""

    def __init__(self, pool: engine.Pool, remembered_s: float = REMEMBERED_SECONDS) -> None:
        self._pool = pool
        self._remembered_s = remembered_s
        self._known: dict[bytes, tuple[float, Principal]] = {}
        self._lock = threading.Lock()

    def recall(self, token: str) -> Principal | None:
        """The principal if it was found in the last seconds; touches no database."""
        found = self._known.get(hashlib.sha256(token.encode()).digest())
        return found[1] if found and found[0] > time.monotonic() else None

    def find(self, token: str) -> Principal | None:
        """The principal of a token, from memory or from the database; errors.Unavailable when that is
        away."""
        if (known := self.recall(token)) is not None:
            return known
        if not _TOKEN.fullmatch(token):
            return None
        asked = time.monotonic()  # before the question: what is remembered is never older than the promise
        with engine.transaction(self._pool) as connection:
            principal = find_principal(connection, token)
        if principal is not None:
            with self._lock:
                if len(self._known) >= REMEMBERED_MOST:
                    self._known.clear()
                self._known[hashlib.sha256(token.encode()).digest()] = (asked + self._remembered_s, principal)
        return principal


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
