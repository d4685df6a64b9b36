"""What is served: every indicator and measure of the packs in the books, by version, bound to its accounts."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from plumbline import errors, rules
from plumbline.catalog import formulas, meanings, scopes
from plumbline.catalog.definitions import Indicator, Measure, Pack, Text


@dataclass(frozen=True, slots=True)
class Account:
    """An account as served: its number, kind, and whether it is still being filled."""

    id: int
    kind: str
    status: str


@dataclass(frozen=True, slots=True)
class Served:
    """A measure bound to its accounts by kind; `main` is the account its amount is read from."""

    id: str
    measure: Measure
    hash: str
    accounts: Mapping[str, Account]

    @property
    def main(self) -> Account:
        """The account of the measure itself (of observed flows: the finest grain)."""
        kind = self.measure.observed if self.measure.kind == "observed" else self.measure.kind
        return self.accounts["day" if kind == "flow" and self.measure.kind == "observed" else str(kind)]

    @property
    def filling(self) -> bool:
        """Whether some case has not been folded under this version yet."""
        return any(account.status == "filling" for account in self.accounts.values())


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """One version of an indicator, or of a measure read as an indicator (its formula is itself)."""

    id: str
    version: str
    hash: str
    pack: Pack
    indicator: Indicator | None
    measure: Measure | None
    title: Text
    unit: str
    formula: formulas.Formula
    served: Mapping[str, Served]
    in_force_from: date
    in_force_until: date | None
    minimum: int
    lever: str
    retired_at: datetime | None

    @property
    def filling(self) -> bool:
        """Whether any account it reads is still being filled."""
        return any(one.filling for one in self.served.values())

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.in_force_from <= day and (self.in_force_until is None or day < self.in_force_until)

    def same_as(self, other: Version) -> bool:
        """Whether another version means the same, from the same day, and stands as this one does."""
        mine = (self.hash, self.in_force_from, self.retired_at is None)
        return mine == (other.hash, other.in_force_from, other.retired_at is None)

    @property
    def waits_for(self) -> Text | None:
        """What it waits for: until then it has no value."""
        return None if self.indicator is None else self.indicator.waits_for

    @property
    def carries(self) -> bool:
        """Whether a change moves later periods too: it reads a level."""
        return bool(levels_of(self))

    @property
    def compares(self) -> bool:
        """Whether it reads the year before."""
        return "prior" in self.formula.functions

    @property
    def counts_days(self) -> bool:
        """Whether every day of a running period moves it."""
        return "days_in_period" in self.formula.functions


def in_force(versions: Sequence[Version], day: date) -> Version | None:
    """Of versions, oldest first, the one that answers for a day; None only of none.

    The newest in force on it; else the one that was in force last before it; before the first, the first.
    """
    holding = [one for one in versions if one.holds_on(day)]
    begun = [one for one in versions if one.in_force_from <= day]
    return holding[-1] if holding else begun[-1] if begun else versions[0] if versions else None


@functools.lru_cache(maxsize=4096)
def levels_of(version: Version) -> frozenset[int]:
    """The accounts a version reads as levels: a change carries on into later periods."""
    return frozenset(
        account.id
        for one in version.served.values()
        if one.measure.kind == "stock" or one.measure.observed == "level"
        for account in one.accounts.values()
    )


class Catalogue:
    """The versions in the books of a generation, by id."""

    def __init__(
        self,
        generation: int,
        packs: Sequence[Pack],
        accounts: Mapping[tuple[str, str], Account],
        order: Mapping[str, int],
        retired: Mapping[str, tuple[Pack, datetime]] | None = None,
    ) -> None:
        self.generation = generation
        self.filling = sum(account.status == "filling" for account in accounts.values())
        self.packs = tuple(packs)
        self._versions: dict[str, list[Version]] = {}
        self._labels: dict[tuple[str, str], Version] = {}
        self.by_account: dict[int, list[Version]] = {}
        every: dict[str, Pack] = {}
        for pack in packs:
            for one in scopes.chain(pack):
                every.setdefault(one.hash, one)
        self.every = tuple(
            sorted(every.values(), key=lambda one: (one.in_force_from, order.get(one.hash, 0)))
        )
        gone = {digest: one for digest, one in (retired or {}).items() if digest not in every}
        older = sorted(gone.values(), key=lambda one: (one[0].in_force_from, order.get(one[0].hash, 0)))
        for pack, moment in (*older, *((one, None) for one in self.every)):
            for version in _versions(pack, accounts, moment):
                self._add(version)

    def _add(self, version: Version) -> None:
        known = self._versions.setdefault(version.id, [])
        same = next((one for one in known if one.same_as(version)), None)
        self._labels[version.id, version.version] = same or version
        if same is not None:
            return
        known.append(version)
        if version.retired_at is not None:
            return
        for served in version.served.values():
            for account in served.accounts.values():
                self.by_account.setdefault(account.id, []).append(version)

    def versions(self, name: str) -> list[Version]:
        """Every version of an indicator or measure, oldest first; NotFound when there is none."""
        found = self._versions.get(name) or self._bare(name)
        if not found:
            raise errors.NotFound(
                f"No indicator or measure is called “{name}”.", next="GET /v1/indicators lists what there is."
            )
        return found

    def _bare(self, name: str) -> list[Version]:
        matches = [key for key in self._versions if key.partition(".")[2] == name]
        if len(matches) > 1:
            raise errors.BadInput(
                f"“{name}” is defined by several packs.",
                why=", ".join(sorted(matches)),
                next="Write <pack>.<name>.",
            )
        return self._versions[matches[0]] if matches else []

    def serving(self, name: str, on: date, version: str | None = None) -> Version:
        """The version that answers for a day: the newest complete one in force; asked for by version, that one."""
        if version is not None:
            return self.named(name, version)
        found = self.versions(name)
        standing = [one for one in found if one.retired_at is None] or found
        complete = [one for one in standing if not one.filling] or standing
        chosen = in_force(complete, on)
        assert chosen is not None
        return chosen

    def named(self, name: str, version: str) -> Version:
        """A version by its label or its hash (whole, or the first twelve); NotFound with the labels there are.

        An edition that left the definition as it was goes by its own label too.
        """
        found = self.versions(name)
        labelled = self._labels.get((found[0].id, version))
        for one in (labelled, *reversed(found)):
            if one is not None and (one is labelled or version in (one.hash, one.hash[:12])):
                return one
        labels = dict.fromkeys(label for known, label in self._labels if known == found[0].id)
        raise errors.NotFound(f"{name} has no version “{version}”.", next="Versions: " + ", ".join(labels))

    def moved_daily(self) -> list[int]:
        """The accounts of indicators that every day of a running period moves."""
        return sorted(
            account
            for account, versions in self.by_account.items()
            if any(one.counts_days and one.indicator is not None for one in versions)
        )

    def kept_up(self, version: Version) -> bool:
        """Whether its accounts are posted to: it stands, or what stands posts to all of them."""
        accounts = (account for one in version.served.values() for account in one.accounts.values())
        return version.retired_at is None or all(account.id in self.by_account for account in accounts)

    def indicators(self) -> Iterator[Version]:
        """The newest version of every indicator, in the order of the packs."""
        for versions in self._versions.values():
            if versions[-1].indicator is not None and versions[-1].retired_at is None:
                yield versions[-1]

    def everything(self) -> Iterator[Version]:
        """Every version of every indicator and measure."""
        for versions in self._versions.values():
            yield from versions


def _versions(
    pack: Pack, accounts: Mapping[tuple[str, str], Account], retired_at: datetime | None
) -> Iterator[Version]:
    hashes = meanings.definition_hashes(pack)
    measures = {measure.id: (one, measure) for one in scopes.chain(pack) for measure in one.measures.values()}
    plain = {name: measure for name, (_, measure) in measures.items()}
    served = {name: _served(one, measure, accounts) for name, (one, measure) in measures.items()}
    for measure in pack.measures.values():
        formula = formulas.read_formula(measure.id, plain)
        title = measure.title or Text(measure.id, measure.id)
        yield Version(
            f"{pack.id}.{measure.id}", pack.version, hashes[measure.id], pack, None, measure, title, measure.unit,
            formula, {measure.id: served[measure.id]}, pack.in_force_from, None, 0, measure.lever, retired_at,
        )  # fmt: skip
    for indicator in pack.indicators.values():
        formula = formulas.read_formula(indicator.formula, plain)
        reads = {name: served[name] for name in sorted(formula.measures)}
        levers = {one.measure.lever for one in reads.values()}
        yield Version(
            f"{pack.id}.{indicator.id}", pack.version, hashes[indicator.id], pack, indicator, None, indicator.title,
            indicator.unit, formula, reads, indicator.in_force_from or pack.in_force_from, indicator.in_force_until,
            indicator.minimum, "process" if levers == {"process"} else "outcome", retired_at,
        )  # fmt: skip


def _served(pack: Pack, measure: Measure, accounts: Mapping[tuple[str, str], Account]) -> Served:
    digest = meanings.definition_hashes(pack)[measure.id]
    kinds = [measure.kind]
    if measure.kind == "observed":
        spans = rules.GRAINS if measure.observed == "flow" else ("level",)
        kinds = [twin for kind in spans for twin in (kind, rules.reports_of(kind))]
    found = {kind: accounts[digest, kind] for kind in kinds}
    if measure.role is not None:
        found["unattributed"] = accounts[digest, "unattributed"]
    if measure.where is not None and measure.kind != "moves":
        trigger = meanings.trigger_hash(pack, measure)
        found["trigger"] = next(
            accounts[trigger, k] for k in (*rules.PLAIN, "trigger") if (trigger, k) in accounts
        )
    return Served(f"{pack.id}.{measure.id}", measure, digest, found)
