"""Where a question is answered: one snapshot of the books, what is known in it, who asks, and how the
answer is sent.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Final

import fastapi
import psycopg
import pydantic

from plumbline import errors, freshness, periods
from plumbline.courts import Court, CourtTree
from plumbline.store import balances, coverage, dossier, engine, restatement, sources
from plumbline.store import courts as store_courts
from plumbline.store.tokens import EVERY, Principal
from services.api import access, problems
from services.api.knowledge import Knowledge, Library

SNAPSHOT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
PRIVATE: Final = "private, no-cache"
_SPACE_FOR_PLUS: Final = re.compile(r" (?=[0-9]{2}:?[0-9]{2}$)")


class Unchanged(Exception):
    """What the reader holds still stands: answered 304."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


@dataclass(slots=True)
class Reading:
    """One snapshot: the connection, the page stood on, the moment asked about, and who asks."""

    connection: engine.Connection
    marks: restatement.Marks
    known: balances.Known
    moment: datetime
    now: datetime
    know: Knowledge
    who: Principal
    kept: dict[Hashable, Any] = field(default_factory=dict, init=False)
    """What was read once for this snapshot; another moment of it begins with nothing."""

    def court(self, code: str) -> Court:
        """The court, if it is the reader's; errors.NotFound, the same for one that is not and one that
        does not exist.
        """
        return access.court(self.know.tree, self.who, code)

    def today(self, code: str) -> date:
        """The court day of the moment."""
        return periods.court_day(self.moment, self.know.zone(code))

    def known_at(self, code: str) -> datetime:
        """The moment this answer can be asked for again: the one asked about, else the earliest that knew
        as much today.
        """
        if self.known.known_at is not None:
            return self.known.known_at
        zone = self.know.zone(code)
        midnight = datetime.combine(self.today(code), time(0), zone)
        return max(self.known.closed_at, midnight).astimezone(UTC)

    def at(self, moment: datetime) -> Reading:
        """The same snapshot as it was known at an earlier moment."""
        page = restatement.page_at(self.connection, moment)
        return replace(self, known=balances.Known(page, self.known.closed_at, moment), moment=moment)

    def tree(self) -> CourtTree:
        """The court tree as it was known at the moment asked about: what sums a district."""
        if self.known.known_at is None:
            return self.know.tree
        return store_courts.read_tree(self.connection, self.known.known_at)

    def heard(self) -> tuple[coverage.Heard, ...]:
        """When each source was last heard of, by court; of a past moment, of the courts there are now."""
        if "heard" not in self.kept:
            codes = self.know.tree.codes()
            self.kept["heard"] = (
                coverage.read_heard(self.connection)
                if self.known.known_at is None
                else coverage.read_heard_known(self.connection, codes, self.known.page)
            )
        found: tuple[coverage.Heard, ...] = self.kept["heard"]
        return found

    def rhythms(self) -> dict[str, int | None]:
        """How often each source is expected, in minutes."""
        if "rhythms" not in self.kept:
            listed = sources.list_sources(self.connection)
            self.kept["rhythms"] = {one.id: one.rhythm_minutes for one in listed}
        found: dict[str, int | None] = self.kept["rhythms"]
        return found

    def own_courts(self) -> tuple[str, ...] | None:
        """Every court whose cases the reader may see counted; None: all there are."""
        if EVERY in self.who.courts:
            return None
        return access.visible(self.know.tree, self.who, self.know.tree.codes())

    def visible(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the courts whose cases the reader may see listed."""
        return access.visible(self.know.tree, self.who, codes)


@dataclass(frozen=True, slots=True)
class Desk:
    """A request with what answers it."""

    request: fastapi.Request
    who: Principal

    @property
    def question(self) -> str:
        """The address and every parameter but the cursor: what a cursor and a tag are bound to."""
        given = sorted((k, v) for k, v in self.request.query_params.multi_items() if k != "cursor")
        return repr((self.request.url.path, given))

    @contextlib.contextmanager
    def open(
        self, known_at: str | None = None, *, cached: bool = False, since: datetime | None = None
    ) -> Iterator[Reading]:
        """A snapshot of the books, now or as known at a moment; with `cached`, Unchanged when the reader's
        copy stands.

        `since` is an earlier moment that will be read in the same snapshot.
        errors.BadInput for a moment that is none or lies ahead; TooMuch when the database stops the question.
        """
        state = self.request.app.state
        clock: Callable[[], datetime] = state.clock
        asked = None if known_at is None else read_instant(known_at)
        for moment in (asked, since):
            if moment is not None:
                _await_pages(state.pool, moment)
        library: Library = state.library
        try:
            with engine.transaction(state.pool) as connection:
                connection.execute(SNAPSHOT)
                now = clock()
                marks = restatement.read_marks(connection)
                know = library.get(connection, marks)
                known = _known(connection, marks, asked)
                reading = Reading(connection, marks, known, asked or now, now, know, self.who)
                if cached:
                    self._refuse_unchanged(reading)
                yield reading
        except psycopg.errors.QueryCanceled as stopped:
            raise problems.TooMuch(
                "The question took longer than a reader may wait",
                next="Ask for a shorter period or fewer courts.",
            ) from stopped

    def tag(self, reading: Reading) -> str:
        """The weak entity tag of an answer: page, generation, and a digest of all else it rests on."""
        marks = reading.marks
        days = sorted(
            {periods.court_day(reading.now, reading.know.zone(code)) for code in reading.know.tree.codes()}
        )
        beat = freshness.states(reading.heard(), reading.rhythms(), reading.moment)
        rest = (self.question, marks, self.who.courts, self.who.role, days, beat)
        return f'W/"p{marks.page}-g{marks.generation}-{hashlib.sha256(repr(rest).encode()).hexdigest()[:16]}"'

    def _refuse_unchanged(self, reading: Reading) -> None:
        tag = self.tag(reading)
        held = {each.strip() for each in self.request.headers.get("if-none-match", "").split(",")}
        if "*" in held or tag in held or tag.removeprefix("W/") in held:
            raise Unchanged(tag)

    def answer(self, model: pydantic.BaseModel, reading: Reading) -> fastapi.Response:
        """A figure or a definition: may be kept by the reader and asked for again with its tag."""
        return _send(model, {"ETag": self.tag(reading), "Cache-Control": PRIVATE, "Vary": "Authorization"})

    def answer_once(self, model: pydantic.BaseModel) -> fastapi.Response:
        """An answer to what was only supposed: kept by nobody."""
        return _send(model, {"Cache-Control": "no-store"})

    def answer_cases(
        self, model: pydantic.BaseModel, act: str, thing: str, **detail: Any
    ) -> fastapi.Response:
        """An answer about single cases: kept by nobody, and written into the audit before it is sent."""
        with engine.transaction(self.request.app.state.pool) as connection:
            given = {
                "request": self.request.state.request_id,
                "question": dict(self.request.query_params),
                **detail,
            }
            dossier.record_read(connection, self.who.name, act, thing, given)
        return _send(model, {"Cache-Control": "no-store"})


def _send(model: pydantic.BaseModel, headers: dict[str, str]) -> fastapi.Response:
    return fastapi.Response(
        model.model_dump_json(by_alias=True),
        media_type="application/json",
        headers={**headers, "X-Content-Type-Options": "nosniff"},
    )


def unchanged(request: fastapi.Request, failure: Exception) -> fastapi.Response:
    """304, with the tag that still stands."""
    assert isinstance(failure, Unchanged)
    return fastapi.Response(
        status_code=304, headers={"ETag": failure.tag, "Cache-Control": PRIVATE, "Vary": "Authorization"}
    )


def read_instant(text: str) -> datetime:
    """An RFC 3339 moment with its offset, as UTC; errors.BadInput otherwise."""
    try:
        moment = datetime.fromisoformat(
            _SPACE_FOR_PLUS.sub("+", text)
        )  # a bare + in an address arrives as a space
        if moment.tzinfo is None or not 1900 < moment.year < 2200:
            raise ValueError
    except ValueError:
        raise errors.BadInput(
            f"{text[:40]!r} is no moment",
            next="Write it with its offset, as 2026-01-31T08:00:00+08:00 or 2026-01-31T00:00:00Z.",
        ) from None
    return moment.astimezone(UTC)


def _await_pages(pool: engine.Pool, moment: datetime) -> None:
    """Return when no page closed by the moment can still appear: what is then read never changes."""
    try:
        with engine.transaction(pool) as connection:
            balances.settle(connection, moment)
    except LookupError:
        raise errors.BadInput(
            f"known_at lies in the future: {moment.isoformat()}",
            why="What will be known then cannot be said now.",
            next="Leave known_at out for what is known now.",
        ) from None


def _known(connection: engine.Connection, marks: restatement.Marks, asked: datetime | None) -> balances.Known:
    if asked is None:
        return balances.Known(marks.page, marks.closed_at)
    return balances.Known(restatement.page_at(connection, asked), marks.closed_at, asked)


def desk(request: fastapi.Request, who: access.Asker) -> Desk:
    """The dependency every route of the books asks for."""
    return Desk(request, who)


def judges_desk(request: fastapi.Request, who: access.Judge) -> Desk:
    """The dependency of what a judge alone may ask."""
    return Desk(request, who)


AtDesk = Annotated[Desk, fastapi.Depends(desk)]
AtJudgesDesk = Annotated[Desk, fastapi.Depends(judges_desk)]
