"""The cases a case is folded with, those that link to it and those that name a key with it; and the marks by which they
are folded again when it changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg

from plumbline import fold
from plumbline.events import Event
from plumbline.store import journal
from plumbline.store.statements import statement
from plumbline.subjects import SubjectParser

Connection = psycopg.Connection[Any]
Case = tuple[str, str]
"""(home court, subject)"""
AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases of one court by subject: their events, the cases near each, and of the keys each ever named those that
    too many cases name."""

    events: dict[str, list[Event]]
    linked: dict[str, list[fold.Linked]]
    crowded: dict[str, set[str]] = field(default_factory=dict)


def read(connection: Connection, home_court: str, names: Sequence[str], subjects: SubjectParser) -> Cases:
    """Two round trips and one for the links; two more where some case names a key."""
    linking = journal.read_linking(connection, [(home_court, name) for name in names])
    wanted = {(home_court, name) for name in names}.union(*linking.values())
    histories = journal.read_histories(connection, sorted(wanted))
    found = Cases({name: histories.get((home_court, name), []) for name in names}, {})
    near: dict[str, dict[Case, set[str]]] = {
        name: {case: set() for case in cases} for name, cases in linking.items()
    }
    named = {name: keys for name, events in found.events.items() if (keys := keys_of(name, events))}
    if named:
        _follow(connection, home_court, named, near, found)
        missing = sorted({case for cases in near.values() for case in cases} - histories.keys())
        for start in range(0, len(missing), AT_ONCE):
            histories |= journal.read_histories(connection, missing[start : start + AT_ONCE])
    for name, cases in near.items():
        found.linked[name] = [
            fold.Linked(subjects.parse(case[1]), histories.get(case, []), frozenset(cases[case]))
            for case in sorted(cases)
        ]
    return found


def keys_of(name: str, events: Iterable[Event]) -> set[str]:
    """The keys that a case has ever named, in events that count or not."""
    return {
        link.subject
        for event in events
        if event.links and event.subject == name
        for link in event.links
        if not link.home_court
    }


def _follow(
    connection: Connection,
    home_court: str,
    named: Mapping[str, set[str]],
    near: dict[str, dict[Case, set[str]]],
    found: Cases,
) -> None:
    """Add to `near` the cases that name a key with each, and to `found` the keys that are not followed."""
    by_key = read_keyed(connection, set().union(*named.values()))
    over = {key for key, cases in by_key.items() if len(cases) > fold.KEY_MOST}
    for name, keys in named.items():
        if keys & over:
            found.crowded[name] = keys & over
        for key in keys - over:
            for case in by_key.get(key, ()):
                if case != (home_court, name):
                    near.setdefault(name, {}).setdefault(case, set()).add(key)


def read_keyed(connection: Connection, keys: Iterable[str]) -> dict[str, list[Case]]:
    """By key, the cases that ever named it: all, or one more than are followed."""
    found: dict[str, list[Case]] = {}
    asked = {"keys": sorted(keys), "most": fold.KEY_MOST + 1}
    for key, from_court, from_subject in connection.execute(statement("read_keyed"), asked):
        found.setdefault(key, []).append((from_court, from_subject))
    return found


def mark(connection: Connection, home_court: str, cases: Cases, touched: Mapping[str, int]) -> None:
    """Mark the cases that name a key with those touched (by subject, with the receipt), but for those just read.

    A case read in this step was folded with these events in view. A key found to be named by too many cases marks all
    of them, once: whichever of them were folded by it are folded again without it.
    """
    marked: dict[Case, int] = {}
    crowded: dict[str, int] = {}
    for name, reference in touched.items():
        for other in cases.linked.get(name, ()):
            case = other.subject.home_court, other.subject.text
            if other.keys and not (case[0] == home_court and case[1] in cases.events):
                marked[case] = max(reference, marked.get(case, 0))
        for key in cases.crowded.get(name, ()):
            crowded[key] = max(reference, crowded.get(key, 0))
    if marked:
        every = sorted(marked.items())
        asked: dict[str, list[Any]] = {
            "home_courts": [case[0] for case, _ in every],
            "subjects": [case[1] for case, _ in every],
            "references": [reference for _, reference in every],
        }
        connection.execute(statement("mark_keyed"), asked)
    if crowded:
        rows = connection.execute(statement("find_crowded"), {"keys": sorted(crowded)}).fetchall()
        if new := [row[0] for row in rows]:
            newest = max(crowded[key] for key in new)
            connection.execute(statement("mark_crowded"), {"keys": new, "reference": newest})
