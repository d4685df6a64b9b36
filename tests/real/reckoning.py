"""The books of a list of events in memory: the real door, packs and fold, and a sum; no database."""

from __future__ import annotations

import collections
import dataclasses
import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from plumbline import casenumbers, courts, envelope, events, fold, rules, subjects, vocabulary
from plumbline.catalog import reading

ROOT = Path(__file__).resolve().parents[2]
DEFINITIONS = ROOT / "definitions"
NOW = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)
UNATTRIBUTED = "unattributed"


@dataclasses.dataclass(frozen=True, slots=True)
class Sender:
    """A source that may speak for every court."""

    id: str

    def may_speak_for(self, court: str) -> bool:
        return bool(court)


class Books:
    """What the packs make of the events. `refused` holds what the door did not let in."""

    def __init__(
        self,
        records: Iterable[Mapping[str, Any]],
        packs: Sequence[str],
        court_file: Path,
    ) -> None:
        self.tree = courts.CourtTree(courts.read_courts(court_file))
        self.refused: list[envelope.Refusal] = []
        self.parser = subjects.SubjectParser(casenumbers.CaseTypes.shipped(), self.tree.invented_provinces())
        self.events = list(self._admitted(records))
        self.accounts: dict[tuple[str, str], int] = {}
        self.names: dict[str, dict[str, int]] = {}
        shelf = reading.Shelf(DEFINITIONS)
        read = [reading.read_pack(DEFINITIONS / name, shelf) for name in packs]
        for need in rules.needs(read):
            self.accounts.setdefault((need.hash, need.kind), len(self.accounts))
            self.names.setdefault(need.measure, {})[need.kind] = self.accounts[need.hash, need.kind]
        self.rules = rules.compile_rules(1, read, self.accounts)
        self.folded: dict[str, fold.Folded] = dict(self._folded())

    def figure(self, measure: str, court: str, scope: str, year: int, kind: str | None = None) -> int:
        """The sum of a measure's lines in a year; of a stock, its level at the end of the year."""
        return sum(self._lines(measure, court, scope, year, kind).values())

    def cases(self, measure: str, court: str, scope: str, year: int) -> set[str]:
        """The cases whose lines do not cancel out."""
        return {case for case, value in self._lines(measure, court, scope, year, None).items() if value}

    def _lines(self, measure: str, court: str, scope: str, year: int, kind: str | None) -> dict[str, int]:
        accounts = self.names[measure]
        stock = "stock" in accounts
        account = accounts[kind or next(name for name in accounts if name not in (UNATTRIBUTED, "trigger"))]
        last = datetime.date(year, 12, 31).toordinal()
        first = 0 if stock else datetime.date(year, 1, 1).toordinal()
        there = {court} if scope == "own" else set(self.tree.subtree(court, datetime.date(year, 12, 31)))
        lines: dict[str, int] = collections.Counter()
        for case, folded in self.folded.items():
            for key, value in folded.postings.items():
                if key.account == account and key.court in there and first <= key.day <= last:
                    lines[case] += value
        return lines

    def _admitted(self, records: Iterable[Mapping[str, Any]]) -> Iterator[events.Event]:
        door = envelope.Door(vocabulary.Vocabulary.shipped(), self.parser, self.tree.known)
        kept: dict[tuple[str, str], bytes] = {}
        for record in records:
            admitted = door.admit(record, source=Sender(str(record.get("source"))), now=NOW)
            if isinstance(admitted, envelope.Refusal):
                self.refused.append(admitted)
                continue
            known = kept.setdefault((admitted.source, admitted.id), admitted.digest)
            assert known == admitted.digest, f"{admitted.id} was sent with two contents"
            yield admitted

    def _folded(self) -> Iterator[tuple[str, fold.Folded]]:
        by_case: dict[str, list[events.Event]] = collections.defaultdict(list)
        near: dict[str, set[str]] = collections.defaultdict(set)
        for event in self.events:
            by_case[event.subject].append(event)
            for link in event.links:
                near[link.subject].add(event.subject)
        for case, history in by_case.items():
            others = [fold.Linked(self.parser.parse(name), by_case[name]) for name in sorted(near[case])]
            yield case, fold.fold(self.parser.parse(case), history, others, self.rules, self.tree.zone)
