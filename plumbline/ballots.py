"""Ballots (无记名投票): marks given with one-time papers to courts or departments; the mean is published once, after closing.

Nothing here, and nothing stored, ties a paper to a mark: marks are added to totals and forgotten.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from plumbline import errors, proceedings
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.proceedings import Act

CRITERIA = {
    "implementation": ("实施", "implementation"),
    "progress": ("推进", "progress"),
    "effect": ("效果", "effect"),
    "summary": ("总结", "summary"),
}
"""The four the document names (seed 002, annex 1, item 7)."""
STATES = ("none", "open", "closed", "published", "failed")
LEAST = 3
"""The smallest minimum number: with two votes each voter could reckon the other's marks."""
PAPERS_MOST = 1_000
PAPER = re.compile(r"plb_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Subject:
    """A court, or a department of it, that is voted on."""

    court: str
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a ballot asks: whole marks from 0 to `highest` by criterion, on so many papers, until a moment."""

    subjects: tuple[Subject, ...]
    criteria: tuple[str, ...]
    highest: int
    papers: int
    minimum: int
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a ballot stands; `count` is how many votes were given, known only once it is published."""

    state: str = "none"
    count: int | None = None
    done: tuple[Act, ...] = ()

    def after(self, act: Act) -> Standing:
        """The standing after an act; errors.Conflict where it does not follow."""
        match act.name:
            case "open" if self.state == "none":
                after = replace(self, state="open")
            case "close" if self.state == "open":
                after = replace(self, state="closed")
            case "publish" if self.state == "closed":
                after = replace(self, state="published", count=act.detail["count"])
            case "fail" if self.state == "closed":
                after = replace(self, state="failed")
            case _:
                raise proceedings.refused(
                    f"The ballot cannot take “{act.name}” now",
                    self.state,
                    "It is opened, closed, and published, each once.",
                )
        return replace(after, done=(*self.done, act))

    def repeats(self, act: Act) -> bool:
        """Whether the act was done already by the same person."""
        return any((one.name, one.who) == (act.name, act.who) for one in self.done if one.name != "open")


def standing(acts: Iterable[Act]) -> Standing:
    """What acts fold to."""
    found = Standing()
    for act in acts:
        found = found.after(act)
    return found


def checked(terms: Terms, now: datetime) -> None:
    """errors.BadInput unless a ballot can be held on these terms."""
    unknown = [name for name in terms.criteria if name not in CRITERIA]
    if unknown or not terms.criteria or len(set(terms.criteria)) < len(terms.criteria):
        raise errors.BadInput(
            "The criteria are not known, or one stands twice", next=f"Choose of: {', '.join(CRITERIA)}."
        )
    if not terms.subjects or len(set(terms.subjects)) < len(terms.subjects):
        raise errors.BadInput("A ballot names its subjects, each once", next="Name courts or departments.")
    if len({one.department is None for one in terms.subjects}) > 1:
        raise errors.BadInput(
            "A ballot is on courts or on departments, not on both", next="Open a ballot for each."
        )
    if not LEAST <= terms.minimum <= terms.papers <= PAPERS_MOST:
        raise errors.BadInput(
            f"{terms.papers} papers with a minimum of {terms.minimum} cannot be",
            why=f"A mean of fewer than {LEAST} votes would tell single marks.",
            next=f"Name a minimum from {LEAST}, and from as many papers to {PAPERS_MOST:,}.",
        )
    if terms.closes_at <= now:
        raise errors.BadInput("The closing time is over", next="Name one that lies ahead.")


def digest_of(paper: str) -> bytes | None:
    """What is kept of a paper; None for a text that is none."""
    return hashlib.sha256(paper.encode()).digest() if PAPER.fullmatch(paper) else None


def counted(terms: Terms, marks: Mapping[tuple[int, str], int]) -> None:
    """errors.BadInput unless a vote marks every subject (by its place) under every criterion, within the marks."""
    asked = {(place, name) for place in range(len(terms.subjects)) for name in terms.criteria}
    if set(marks) != asked:
        raise errors.BadInput(
            "A vote marks every subject under every criterion, and nothing else",
            why=f"{len(asked & set(marks))} of {len(asked)} are marked.",
            next="Complete it and send it again; the paper is not struck.",
        )
    if not all(0 <= mark <= terms.highest for mark in marks.values()):
        raise errors.BadInput(
            "A mark is not within the marks of this ballot",
            next=f"Give whole marks from 0 to {terms.highest}.",
        )


def mean(terms: Terms, totals: Mapping[str, int], count: int) -> Ratio:
    """The mean mark of one subject over all votes and criteria: the sum of its marks over their number."""
    return Ratio(sum(totals[name] for name in terms.criteria), count * len(terms.criteria))


def reason(state: str) -> Missing:
    """Why a ballot gives no mean (yet)."""
    why = {"open": "vote_open", "closed": "vote_not_published", "failed": "too_few_votes"}
    return Missing(why.get(state, "no_vote"))
