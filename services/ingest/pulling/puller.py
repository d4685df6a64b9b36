"""Reads a feed from where it stands to its end: page by page, events first, the cursor after their acknowledgement.

Where the place is gone it goes back: to the newest page of the trail that still ends on the same row, else to the
beginning. Every event has an id, so what is read twice counts once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from plumbline import errors, pulls
from plumbline.pulls import Cursor, Feed
from services.ingest import telling
from services.ingest.pulling import answers
from services.ingest.pulling.answers import Answer
from services.ingest.pulling.fetching import Fetcher, Gone, NotFetched
from services.ingest.pulling.keeping import Counts, Fenced, Keeper
from services.ingest.sender import Refused, Sender
from services.ingest.telling import Teller
from services.ingest.translators import Translated

LOSSES_MOST: Final = 4
"""So often a place may be lost in one reading before the feed counts as one that does not hold still."""


@dataclass(frozen=True, slots=True)
class Ear:
    """Who is told: each sentence, the counts after each page, each row that was refused or withheld."""

    say: Callable[[str], None]
    counted: Callable[[Counts], None]
    refused: Callable[[Refused], None]


class Puller:
    """One feed, its connection, and the service its events go to. `claim` comes first."""

    def __init__(
        self, feed: Feed, teller: Teller, fetcher: Fetcher, sender: Sender, keeper: Keeper, ear: Ear
    ) -> None:
        self._feed, self._teller, self._fetcher = feed, teller, fetcher
        self._sender, self._keeper, self._ear = sender, keeper, ear
        self._cursor = Cursor()
        self._state = "reading"
        self._counts = Counts()
        self._ahead: tuple[str, Answer] | None = None
        self.total = Counts()

    def claim(self, *, take_over: bool = False, anew: bool = False) -> None:
        """Hold the feed and learn where it stands; `anew` forgets that."""
        kept = self._keeper.claim(take_over=take_over)
        self._cursor = Cursor() if anew else Cursor.of(kept)

    def read(self, *, hold_s: int = 0) -> None:
        """Read to the end; then hold the feed for so long. What fails is kept as its error, and raised."""
        try:
            self._sweep_until_held()
        except Fenced:
            raise
        except errors.PlumblineError as failure:
            self._keep("failing", str(failure), hold_s)
            raise
        self._state = "reading"
        self._keep("caught_up", None, hold_s)

    def release(self) -> None:
        """Let another puller have it at once."""
        self._keep(self._state, None, 0)

    def _sweep_until_held(self) -> None:
        for _ in range(LOSSES_MOST):
            try:
                self._follow(self._place())
            except Gone as gone:
                self._lost(f"{gone}; reading again from the beginning")
                self._cursor = Cursor(since=self._cursor.since, last=self._cursor.last)
                continue
            if not self._cursor.lost:
                self._cursor = self._cursor.ended(self._feed.since)
                return
            assert self._cursor.last is not None
            self._lost(
                f"the row {self._cursor.last[0]} at {self._cursor.last[2]} did not come again; "
                "reading again from the beginning"
            )
            self._cursor = Cursor()
        raise NotFetched(
            f"{self._feed.source}/{self._feed.name} lost its place {LOSSES_MOST} times in one reading",
            why="Its pages do not hold still.",
            next="Ask by since, or by a cursor whose pages do not change.",
        )

    def _place(self) -> str:
        """The page to begin with: the newest of the trail that still holds its row, less the overlap."""
        cursor = self._cursor
        newest = len(cursor.marks) - 1
        for index in range(newest, -1, -1):
            mark = cursor.marks[index]
            try:
                answer = self._page(mark.page)
            except Gone:
                continue
            if mark.held_by(answer.rows):
                if index < newest:
                    self._missed(f"going back to the page that ends on {mark.key}")
                    self._cursor = cursor.cut(index + 1)
                self._ahead = (mark.page, answer)
                return cursor.marks[pulls.start(self._cursor, index, self._feed.overlap_rows)].page
        if cursor.marks:
            self._missed("reading again from the beginning")
            self._cursor = Cursor(since=cursor.since, last=cursor.last)
        return ""

    def _missed(self, then: str) -> None:
        """A row of the trail is not where it was. With `since` a changed row may move on, and it comes again
        within the sweep; without, the place is gone."""
        newest = self._cursor.marks[-1]
        if self._feed.since is None:
            self._lost(f"the row {newest.key} is not where it was read, or is another one now; {then}")
        else:
            self._ear.say(f"the row {newest.key} has moved; {then}")

    def _lost(self, why: str) -> None:
        self._state = "position_lost"
        self._counts.losses += 1
        self._ear.say(f"position lost: {why}")

    def _follow(self, first: str) -> None:
        page: str | None = first
        seen: set[str] = set()
        while page is not None:
            if page in seen:
                raise NotFetched(f"The feed asks for the page {page[:100]!r} again and again")
            seen.add(page)
            ahead, self._ahead = self._ahead, None
            answer = ahead[1] if ahead and ahead[0] == page else self._page(page)
            self._deliver(answer)
            self._cursor = self._cursor.after(page, answer.rows, self._feed.since)
            self._keep(self._state, None, None)
            page = answer.following

    def _page(self, page: str) -> Answer:
        return asked_for(self._feed, self._fetcher, page, self._cursor.since)

    def _deliver(self, answer: Answer) -> None:
        """Push the events of a page; when this returns, all of them are on disk."""
        counts = self._counts
        counts.rows += len(answer.rows)
        for batch in telling.batches(self._told(answer)):
            outcome = self._sender.send(batch)
            counts.accepted += outcome.accepted
            counts.duplicates += outcome.duplicates
            counts.refused += len(outcome.refused)
            problems = {one.line: one.problem for one in batch if one.problem}
            for one in outcome.refused:
                self._ear.refused(Refused(one.line, one.id, one.reason, problems.get(one.line) or one.detail))

    def _told(self, answer: Answer) -> Iterator[Translated]:
        for place, row in enumerate(answer.rows, 1):
            for one in self._teller.tell(place, row.value, row.key):
                if one.record is not None:
                    yield one
                    continue
                self._counts.withheld += 1
                self._ear.refused(Refused(one.line, one.key, "withheld", one.problem or ""))

    def _keep(self, state: str, error: str | None, hold_s: int | None) -> None:
        counts, self._counts = self._counts, Counts()
        self._keeper.move(state, self._cursor.document(), counts, error=error, hold_s=hold_s)
        self.total.add(counts)
        self._ear.counted(self.total)


def asked_for(feed: Feed, fetcher: Fetcher, page: str, since: str | None = None) -> Answer:
    """A page of a feed (empty: the first), as its file says it is asked for; `since` is the position to ask from."""
    url, asked = feed.url, {}
    if feed.pages.by == "next" and page:
        url = fetcher.resolve(page, feed.url)
    else:
        if feed.pages.size_parameter:
            asked[feed.pages.size_parameter] = str(feed.pages.size)
        if feed.since is not None and since is not None:
            asked[feed.since.parameter] = since
        if feed.pages.by == "position" and page and feed.since is not None:
            asked[feed.since.parameter] = page
        elif feed.pages.by == "number":
            asked[feed.pages.parameter] = page or str(feed.pages.first)
        elif feed.pages.by == "cursor" and page:
            asked[feed.pages.parameter] = page
    answer = fetcher.fetch(url, asked, lambda body: answers.read(feed, page, body), first=page == "")
    if feed.pages.by != "next" or not answer.following:
        return answer
    # Kept whole, so that a page told relative to another is found again by itself.
    return Answer(answer.rows, fetcher.resolve(answer.following, url))
