"""Seven faults to plant in the engine, one at a time. A proof that catches none of them proves nothing."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any
from unittest import mock

from plumbline import events, ledger
from plumbline.catalog import ratios

Plant = Callable[[], contextlib.AbstractContextManager[object]]
_families = events.families
_each = ledger.Writer._each


def _families_with(
    change: Callable[[list[events.Event]], Iterable[events.Event]],
) -> contextlib.AbstractContextManager[object]:
    return mock.patch.object(events, "families", lambda given: _families(change(list(given))))


def dedupe_off() -> contextlib.AbstractContextManager[object]:
    """Every copy of an event counts: each gets a key of its own."""

    def change(given: list[events.Event]) -> Iterator[events.Event]:
        seen: dict[tuple[str, str], int] = {}
        for event in given:
            key = event.source, event.id
            seen[key] = copy = seen.get(key, 0) + 1
            yield event if copy == 1 else dataclasses.replace(event, id=f"{event.id}~{copy}")

    return _families_with(change)


@contextlib.contextmanager
def arrival_order() -> Iterator[None]:
    """A case is folded in the order in which its events came."""
    arrived: dict[tuple[str, str], int] = {}

    def change(given: list[events.Event]) -> list[events.Event]:
        for place, event in enumerate(given):
            arrived[event.source, event.id] = place
        return given

    def in_order(given: Sequence[events.Event], ranks: object, zone: object) -> list[events.Event]:
        return sorted(given, key=lambda one: arrived[one.source, one.id])

    with _families_with(change), mock.patch.object(events, "fold_order", in_order):
        yield


def to_the_deciding_court() -> contextlib.AbstractContextManager[object]:
    """An appeal counts against the court that decides it: its events post to its own case."""

    def each(self: Any, rule: Any, view: Any, pack: Any) -> None:
        if rule.measure.role is None:
            _each(self, rule, view, pack)
            return
        if any(link.role == rule.measure.role for entry in self.own for link in entry.event.links):
            for entry in self.own:
                if entry.event.type in rule.measure.events:
                    env = view.on(entry.day) | ledger.event_names(self.numbers, entry)
                    self._count(rule, env, view, entry)

    return mock.patch.object(ledger.Writer, "_each", each)


def stock_never_ended() -> contextlib.AbstractContextManager[object]:
    """What has entered a stock stays in it."""
    original = ledger.spells

    def spells(
        enters: Sequence[tuple[int, int]], leaves: Sequence[tuple[int, int]]
    ) -> list[tuple[int, int | None]]:
        return [(begun, None) for begun, _ in original(enters, leaves)]

    return mock.patch.object(ledger, "spells", spells)


def retraction_ignored() -> contextlib.AbstractContextManager[object]:
    """A retraction is thrown away."""
    return _families_with(lambda given: [event for event in given if event.type != "event.retracted"])


def first_revision_wins() -> contextlib.AbstractContextManager[object]:
    """Of a family the lowest revision counts."""

    def families(given: Iterable[events.Event]) -> events.Families:
        kept = {(event.source, event.id): event for event in given}
        found = _families(dataclasses.replace(event, revision=-event.revision) for event in kept.values())
        return events.Families(
            [kept[event.source, event.id] for event in found.effective],
            [(kept[event.source, event.id], why) for event, why in found.ignored],
        )

    return mock.patch.object(events, "families", families)


def ratios_rounded_before_summing() -> contextlib.AbstractContextManager[object]:
    """A quotient is rounded to a thousandth before it is added to anything."""
    original = ratios.plus

    def rounded(one: ratios.Ratio) -> ratios.Ratio:
        whole = Fraction(one.numerator, one.denominator)
        return one if whole.denominator == 1 else ratios.Ratio(round(whole * 1000), 1000)

    return mock.patch.object(ratios, "plus", lambda left, right: original(rounded(left), rounded(right)))


PLANTS: Mapping[str, Plant] = {
    "dedupe off": dedupe_off,
    "arrival order": arrival_order,
    "attribution to the deciding court": to_the_deciding_court,
    "stock never ended": stock_never_ended,
    "retraction ignored": retraction_ignored,
    "first revision wins": first_revision_wins,
    "ratios rounded before summing": ratios_rounded_before_summing,
}
