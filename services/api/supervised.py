"""What supervision adds to a scorecard, as it was known on a page: votes, items scored separately, cases objected to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from plumbline import adjustments, objections
from plumbline.adjustments import Adjusted
from plumbline.ballots import Subject
from plumbline.catalog.ratios import Missing, Ratio
from plumbline.store import ballots, objected, supervision
from plumbline.store.objected import Left
from services.api.desk import Reading


@dataclass(frozen=True, slots=True)
class Objected:
    """An upheld objection: its matter, the figure by its full name, and the case that is left out."""

    id: str
    figure: str
    left: Left


@dataclass(frozen=True, slots=True)
class Supervised:
    """By (court, vote) the mean mark with the highest there is, or why none; by court what is scored separately;
    and the upheld objections.
    """

    votes: Mapping[tuple[str, str], tuple[Ratio | Missing, int]]
    adjusted: Mapping[str, Mapping[tuple[str, str], Adjusted]]
    objected: tuple[Objected, ...]

    def vote(self, court: str, vote: str, highest: Fraction) -> Ratio | Missing:
        """The mean mark of a court in a vote that a rule book takes up to `highest`."""
        found, most = self.votes.get((court, vote), (Missing("no_vote", vote), 0))
        if isinstance(found, Ratio) and most != highest:
            return Missing("no_vote", f"{vote}: marks up to {most}, not {highest}")
        return found

    def objections(self, figure: str, court: str, scope: str) -> tuple[Objected, ...]:
        """The upheld objections that touch a figure of a court: its own, or of the district any."""
        return tuple(
            one
            for one in self.objected
            if one.figure == figure and (scope == "all" or one.left.court == court)
        )


def read(reading: Reading, courts: Sequence[str], period: str) -> Supervised:
    """What is known of these courts for a period, on the reading's page."""
    connection, page = reading.connection, reading.known.page
    votes: dict[tuple[str, str], tuple[Ratio | Missing, int]] = {}
    for ballot in supervision.list_known(connection, "ballot", courts, page, period):
        most = ballots.terms_of(ballot).highest
        for subject, mean in ballots.means(connection, ballot).items():
            if subject == Subject(subject.court):
                votes[subject.court, ballot.about] = (mean, most)
    adjusted: dict[str, dict[tuple[str, str], Adjusted]] = {}
    decided = [
        (found, one)
        for found in supervision.list_known(connection, "adjustment", courts, page, period)
        if (one := adjustments.adjusted(str(found.id), adjustments.standing(found.acts))) is not None
    ]
    for found, one in sorted(decided, key=lambda pair: pair[1].decided_at or reading.now):
        adjusted.setdefault(found.court, {})[found.about, found.detail["item"]] = one
    return Supervised(votes, adjusted, upheld(reading, courts))


def upheld(reading: Reading, courts: Sequence[str], figure: str | None = None) -> tuple[Objected, ...]:
    """The objections of these courts that are upheld as known on the reading's page; of one figure, or of all."""
    return tuple(
        Objected(str(found.id), found.about, left_of(found))
        for found in supervision.list_known(reading.connection, "objection", courts, reading.known.page)
        if figure in (None, found.about) and objections.standing(found.acts).state == "upheld"
    )


def left_of(found: supervision.Matter) -> Left:
    """The case an objection is about."""
    return objected.Left(found.court, found.detail["home_court"], found.detail["case"])
