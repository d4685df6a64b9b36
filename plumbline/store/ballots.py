"""Ballot papers and totals: a paper is checked and struck, the marks are added up, and nothing joins the two."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plumbline import ballots, errors
from plumbline.ballots import Subject, Terms
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.proceedings import Act
from plumbline.store import engine, quarantine, supervision
from plumbline.store.statements import statement
from plumbline.store.supervision import Matter, New


@dataclass(frozen=True, slots=True)
class Department:
    """A department (部门) of a court."""

    court: str
    code: str
    title_zh: str
    title_en: str


def add_department(connection: engine.Connection, new: Department, who: str) -> bool:
    """Add a department, and whether it is new; errors.Conflict where the code stands for another."""
    binds = {"court": new.court, "code": new.code, "title_zh": new.title_zh, "title_en": new.title_en}
    if connection.execute(statement("insert_department"), binds).rowcount == 1:
        quarantine.note(connection, who, "department.add", f"{new.court}/{new.code}", binds)
        return True
    if new not in list_departments(connection, (new.court,)):
        raise errors.Conflict(
            f"{new.court} has another department under {new.code!r}", next="Choose another code."
        )
    return False


def list_departments(connection: engine.Connection, courts: Sequence[str]) -> list[Department]:
    """The departments of some courts, by court and code."""
    return [
        Department(*row)
        for row in connection.execute(statement("list_departments"), {"courts": list(courts)})
    ]


def open_ballot(
    connection: engine.Connection, new: New, terms: Terms, who: str
) -> tuple[Matter, tuple[str, ...]]:
    """Open a ballot and make its papers, which are returned this once; none where it was opened already."""
    found, made = supervision.open_matter(connection, new, Act("open", who))
    if not made:
        return found, ()
    _alone(connection, found, terms)
    papers = [f"plb_{secrets.token_urlsafe(32)}" for _ in range(terms.papers)]
    digests = [ballots.digest_of(paper) for paper in papers]
    connection.execute(statement("insert_papers"), {"ballot": found.id, "digests": digests})
    connection.execute(
        statement("insert_totals"),
        {"ballot": found.id, "subjects": len(terms.subjects), "criteria": list(terms.criteria)},
    )
    return found, tuple(papers)


def _alone(connection: engine.Connection, found: Matter, terms: Terms) -> None:
    """errors.Conflict where another ballot puts one of the subjects to the same vote for the same period.

    The page clock is held since the ballot was opened, so two that open at once come one after the other.
    """
    for other in supervision.list_known(connection, "ballot", found.courts, supervision.LAST, found.period):
        if other.id == found.id or other.about != found.about:
            continue
        if other.state != "failed" and set(terms_of(other).subjects) & set(terms.subjects):
            raise errors.Conflict(
                f"The vote “{found.about}” for {found.period} is held already",
                why=f"{other.court} holds it on one of these subjects.",
                next="GET /v1/ballots lists it.",
            )


def cast(
    connection: engine.Connection,
    ballot: uuid.UUID,
    paper: str,
    marks: Mapping[tuple[int, str], int],
    now: datetime,
) -> None:
    """Strike a paper and add its marks, both or neither. No audit line, no page, no time.

    errors.NotFound for a ballot or paper there is not; errors.Conflict after closing or for a paper struck already.
    """
    digest = ballots.digest_of(paper)
    found = supervision.hold(connection, "ballot", ballot)
    terms = terms_of(found)
    row = connection.execute(statement("read_paper"), {"ballot": ballot, "digest": digest}).fetchone()
    if row is None:
        raise errors.NotFound(
            "There is no such paper in this ballot", next="Check the paper you were handed."
        )
    if found.state != "open" or now >= terms.closes_at:
        raise errors.Conflict("The ballot is closed", next="No vote is taken any more.")
    if row[0]:
        raise errors.Conflict(
            "This paper is struck", why="A vote was given with it.", next="If it was yours, it counts."
        )
    ballots.counted(terms, marks)
    connection.execute(statement("strike_paper"), {"ballot": ballot, "digest": digest})
    keys = sorted(marks)
    connection.execute(
        statement("add_marks"),
        {
            "ballot": ballot,
            "subjects": [key[0] for key in keys],
            "criteria": [key[1] for key in keys],
            "marks": [marks[key] for key in keys],
        },
    )


def places(connection: engine.Connection, ballot: uuid.UUID) -> dict[Subject, int]:
    """The subjects of a ballot with their places in it; errors.NotFound where there is none."""
    found = supervision.read_matter(connection, "ballot", ballot)
    if found is None:
        raise errors.NotFound("There is no such ballot", next="Check the address you were handed.")
    return {subject: place for place, subject in enumerate(terms_of(found).subjects)}


def close(connection: engine.Connection, ballot: uuid.UUID, who: str, now: datetime) -> Matter:
    """Close a ballot: after its closing time, or sooner when every paper is struck, or none.

    errors.Conflict before: how many votes there are shall not decide when they end.
    """
    found = supervision.hold(connection, "ballot", ballot)
    used, papers = _count(connection, ballot)
    if found.state == "open" and now < terms_of(found).closes_at and 0 < used < papers:
        raise errors.Conflict(
            "The closing time has not come",
            next=f"Close it from {terms_of(found).closes_at:%Y-%m-%dT%H:%MZ} on.",
        )
    return supervision.perform(connection, "ballot", ballot, Act("close", who))


def publish(connection: engine.Connection, ballot: uuid.UUID, who: str) -> Matter:
    """Publish the means of a closed ballot with the count, once; below the minimum nothing, and the marks are deleted."""
    found = supervision.hold(connection, "ballot", ballot)
    if found.state == "failed":
        return found
    used, _ = _count(connection, ballot)
    if used >= terms_of(found).minimum:
        return supervision.perform(connection, "ballot", ballot, Act("publish", who, detail={"count": used}))
    done = supervision.perform(connection, "ballot", ballot, Act("fail", who))
    connection.execute("DELETE FROM ballot_total WHERE ballot = %s", (ballot,))
    connection.execute("DELETE FROM ballot_paper WHERE ballot = %s", (ballot,))
    return done


def means(connection: engine.Connection, found: Matter) -> dict[Subject, Ratio | Missing]:
    """By subject its mean mark, or why there is none: nothing before the ballot is published."""
    terms, standing = terms_of(found), ballots.standing(found.acts)
    if standing.state != "published" or not standing.count:
        return dict.fromkeys(terms.subjects, ballots.reason(standing.state))
    totals: dict[int, dict[str, int]] = {}
    for place, criterion, total in connection.execute(statement("read_totals"), {"ballot": found.id}):
        totals.setdefault(int(place), {})[criterion] = int(total)
    return {
        subject: ballots.mean(terms, totals[place], standing.count)
        for place, subject in enumerate(terms.subjects)
    }


def terms_of(found: Matter) -> Terms:
    """What a stored ballot asks."""
    detail: Mapping[str, Any] = found.detail
    return Terms(
        subjects=tuple(Subject(one["court"], one["department"]) for one in detail["subjects"]),
        criteria=tuple(detail["criteria"]),
        highest=detail["highest"],
        papers=detail["papers"],
        minimum=detail["minimum"],
        closes_at=datetime.fromisoformat(detail["closes_at"]),
    )


def _count(connection: engine.Connection, ballot: uuid.UUID) -> tuple[int, int]:
    row = connection.execute(statement("count_votes"), {"ballot": ballot}).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])
