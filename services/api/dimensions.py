"""What a figure is taken by besides court and period: one category (条线), a cause with all below it, a tag."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from plumbline import errors, valuation
from plumbline.catalog.ratios import Missing
from plumbline.periods import Period
from plumbline.valuation import Cell
from services.api.desk import Reading

CATEGORIES = (valuation.ALL, *valuation.CATEGORIES)
NOT_STOOD = Missing("not_in_books", "no version of it was complete at that moment")


@dataclass(frozen=True, slots=True)
class Cut:
    """The cases a question is about. `account` is the stock of the cases that carry the tag; `missing` is why it
    cannot be read.
    """

    category: str = valuation.ALL
    cause: str | None = None
    causes: tuple[str, ...] = ()
    tag: str | None = None
    account: int | None = None
    missing: Missing | None = None

    def cell(self, court: str, scope: str, period: Period) -> Cell:
        """The cell of these cases."""
        return Cell(court, scope, self.category, period, self.cause, causes=self.causes, tag=self.account)


EVERY_CASE: Final = Cut()


def cut(reading: Reading, on: date, category: str, cause: str | None, tag: str | None) -> Cut:
    """The cases meant; `on` is the day whose lists speak. BadInput for a category, cause or tag there is none of."""
    if category not in CATEGORIES:
        raise errors.BadInput(
            f"{category[:40]!r} is no category", next=f"Write one of {', '.join(CATEGORIES)}."
        )
    causes = () if cause is None else _codes(reading, cause, on)
    if tag is None:
        return Cut(category, cause, causes)
    account, missing = _stock(reading, tag, on)
    return Cut(category, cause, causes, tag, account, missing)


def _codes(reading: Reading, cause: str, on: date) -> tuple[str, ...]:
    causes = reading.know.causes
    if not causes.known(cause):
        raise errors.BadInput(
            f"{cause[:40]!r} is in no list of causes",
            why=f"The lists are: {'; '.join(causes.names(on)) or 'none'}.",
            next="GET /v1/causes lists the codes; leave it out for every cause.",
        )
    return causes.below(cause, on)


def _stock(reading: Reading, tag: str, on: date) -> tuple[int, Missing | None]:
    found = reading.know.tags.get(tag)
    if found is None:
        raise errors.BadInput(
            f"{tag[:40]!r} is no tag",
            why=f"The tags are: {', '.join(reading.know.tags) or 'none'}.",
            next="GET /v1/tags lists them with their names; leave it out for every case.",
        )
    pack, one = found
    version = reading.know.answering(f"{pack.id}.{one.carried}", on, None, reading.known.known_at)
    if version is None:
        return -1, NOT_STOOD
    (served,) = version.served.values()
    missing = Missing("filling", f"{served.id} is still being filled") if served.filling else None
    return served.main.id, missing
