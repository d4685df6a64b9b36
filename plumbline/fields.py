"""The fields of an event, checked: one closure for each, compiled once, since every event passes them all.

A check gives None, or a reason and a sentence. A required field that fails refuses the record; an optional
one becomes unknown.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from plumbline import refusals, vocabulary
from plumbline.refusals import Fault
from plumbline.vocabulary import EventType, Field

Check = Callable[[object], Fault | None]

LONGEST = {"court": 24, "code": 32, "unit": 64, "evidence": 300}
FIRST_DAY, LAST_DAY = "1900-01-01", "2200-12-31"

_EXT_KEY = re.compile(r"[a-z][a-z0-9_]{0,31}")
_PERSON = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_DIGEST = re.compile(r"sha-256:[0-9A-Fa-f]{64}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Fields:
    """The compiled checks of one event type."""

    type: EventType
    checks: Mapping[str, Check]
    required: tuple[str, ...]

    def admit(self, data: dict[str, object]) -> tuple[dict[str, object], tuple[tuple[str, str], ...]]:
        """The fields that fit, without links; and each optional one that does not, with its reason."""
        clean = data.copy()
        unknown: list[tuple[str, str]] = []
        for name, value in data.items():
            check = self.checks.get(name)
            if check is None:
                self._refuse_unknown(name)
            fault = check(value)
            if fault is not None:
                own = self.type.fields.get(name)
                if own is None or own.required:
                    reason = "missing_field" if value is None else fault[0]
                    refusals.refuse(reason, f"/data/{name}", f"{name}: {fault[1]}")
                unknown.append((name, fault[0]))
                del clean[name]
        for name in self.required:
            if name not in data:
                refusals.refuse("missing_field", f"/data/{name}", f"{self.type.name} needs {name}.")
        if self.type.one_of or self.type.ordered:
            self._between_fields(data, clean)
        clean.pop("links", None)
        return clean, tuple(unknown)

    def _between_fields(self, data: Mapping[str, object], clean: Mapping[str, object]) -> None:
        one_of, ordered = self.type.one_of, self.type.ordered
        given = sum(data.get(name) is not None for name in one_of)
        if one_of and given != 1:
            reason = "out_of_range" if given else "missing_field"
            refusals.refuse(reason, "/data", f"{self.type.name} needs exactly one of {', '.join(one_of)}.")
        days = [str(clean[name]) for name in ordered if name in clean]
        if days != sorted(days):
            refusals.refuse(
                "out_of_range", f"/data/{ordered[-1]}", f"{', '.join(ordered)} go forward in time."
            )

    def _refuse_unknown(self, name: object) -> NoReturn:
        shown = str(name)[:64]
        near = difflib.get_close_matches(shown, self.checks, n=1)
        hint = (
            f"Is {near[0]} meant?" if near else "What is not in the vocabulary goes into ext, or stays away."
        )
        refusals.refuse("unknown_field", f"/data/{shown}", f"{self.type.name} has no field {shown!r}. {hint}")


def compiled(kind: EventType, types: Container[str]) -> Fields:
    """The checks of a type; `types` are the event types that may be counted in a `counts` field."""
    checks = {name: _check(each, types) for name, each in kind.fields.items()}
    # What a court or a link names is looked up by the door, which knows courts and roles.
    checks |= {"links": _anything, "court": _string(LONGEST["court"]), "ext": _ext}
    return Fields(kind, checks, tuple(name for name, each in kind.fields.items() if each.required))


def _check(one: Field, types: Container[str]) -> Check:
    if one.type == "choice":
        return _choice(one.values)
    if one.type == "list":
        assert one.item is not None
        return _list(_check(one.item, types))
    if one.type in vocabulary.SPANS:
        return _integer(one.low, one.high)
    if one.type in LONGEST:
        return _string(LONGEST[one.type])
    if one.type == "counts":
        return _counts(types)
    return {"person": _person, "day": _day, "flag": _flag, "text": _text, "digest": _digest}[one.type]


def _anything(_value: object) -> Fault | None:
    return None


def _string(longest: int) -> Check:
    def check(value: object) -> Fault | None:
        if type(value) is not str:
            return "wrong_type", "this is text."
        if not value or not value.isprintable() or value.isspace():
            return "out_of_range", "this is not empty and holds no control characters."
        return None if len(value) <= longest else ("too_long", f"this has at most {longest} characters.")

    return check


def _choice(values: tuple[str, ...]) -> Check:
    known = frozenset(values)

    def check(value: object) -> Fault | None:
        if type(value) is not str:
            return "wrong_type", f"this is one of {', '.join(values)}."
        return None if value in known else ("out_of_range", f"this is one of {', '.join(values)}.")

    return check


def _integer(low: int, high: int) -> Check:
    def check(value: object) -> Fault | None:
        if type(value) is not int:
            return "wrong_type", "this is an integer."
        return None if low <= value <= high else ("out_of_range", f"this lies from {low} to {high}.")

    return check


def _list(item: Check) -> Check:
    def check(value: object) -> Fault | None:
        if type(value) is not list:
            return "wrong_type", "this is a list."
        if len(value) > 50:
            return "too_long", "this holds at most 50."
        return next(filter(None, map(item, value)), None)

    return check


def _counts(types: Container[str]) -> Check:
    def check(value: object) -> Fault | None:
        if type(value) is not dict:
            return "wrong_type", "this is an object of numbers by event type."
        if len(value) > 100:
            return "too_long", "this holds at most 100."
        for name, number in value.items():
            if name not in types:
                return "unknown_type", f"{name!r:.66} is no event type."
            if type(number) is not int or not 0 <= number <= 10**6:
                return "out_of_range", "a number lies from 0 to 1,000,000."
        return None

    return check


def _person(value: object) -> Fault | None:
    if type(value) is not str:
        return "wrong_type", "this is text."
    return (
        None
        if _PERSON.fullmatch(value)
        else ("out_of_range", "this is a key of 1 to 64 of A-Z a-z 0-9 _ . : -, never a name.")
    )


def _day(value: object) -> Fault | None:
    if type(value) is not str:
        return "wrong_type", "this is a day, such as 2019-01-31."
    return (
        None
        if _is_day(value)
        else ("out_of_range", f"this is a day such as 2019-01-31, {FIRST_DAY} to {LAST_DAY}.")
    )


@functools.lru_cache(maxsize=50_000)
def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text) or not FIRST_DAY <= text <= LAST_DAY:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _flag(value: object) -> Fault | None:
    return None if type(value) is bool else ("wrong_type", "this is true or false.")


def _text(value: object) -> Fault | None:
    if type(value) is not str:
        return "wrong_type", "this is text."
    return None if len(value) <= 200 else ("too_long", "this has at most 200 characters.")


def _digest(value: object) -> Fault | None:
    if type(value) is not str:
        return "wrong_type", "this is text."
    return None if _DIGEST.fullmatch(value) else ("out_of_range", "this is sha-256: and 64 hex digits.")


def _ext(value: object) -> Fault | None:
    if type(value) is not dict:
        return "wrong_type", "this is an object."
    if len(value) > 20:
        return "too_long", "this holds at most 20 keys."
    for name, one in value.items():
        if type(name) is not str or not _EXT_KEY.fullmatch(name):
            return (
                "unknown_field",
                f"{name!r:.66} is no key; write a lower-case word of at most 32 characters.",
            )
        if type(one) is str:
            if len(one) > 200:
                return "too_long", "a text has at most 200 characters."
        elif type(one) is not int:
            return "wrong_type", "a value is text or an integer."
        elif not -vocabulary.LARGEST <= one <= vocabulary.LARGEST:
            return "out_of_range", "an integer lies within 10^15."
    return None
