"""What an event is about: a case, a matter in a register, a docket of another system, or a court; with its
home court.

（2019）吉2401民初123号            case       home court 吉2401
吉2401:visit:2019-12               register   home court 吉2401
TJMMG:docket:G1/20002767520…       docket     home court TJMMG
吉2401                             court      itself
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from plumbline import casenumbers, errors

REGISTERS = ("mediation", "visit", "matter", "proposal", "review", "task")
DOCKET = "docket"
LONGEST = 200
REMEMBERED = 200_000

_FORMS = (
    "（2019）吉2401民初123号, 吉2401:visit:2019-12, TJMMG:docket:G1/20002767520209130001, or a court code"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """`text` is its one spelling and its key; `kind` case, register, docket or court; `register` empty
    unless it has one.

    `home_court` is empty only for a case number from before 2016 that does not say its court.
    `facts` are those the text itself states: for a case number year, home_court, case_type, category,
    instance.
    """

    text: str
    kind: str
    home_court: str
    register: str = ""
    facts: Mapping[str, str | int] = field(default_factory=dict, compare=False)


class SubjectParser:
    """Reads subjects; the last 200,000 distinct ones are remembered, since a case has many events.

    `extra_provinces` are invented province characters, accepted while a demonstration court file is loaded.
    """

    parse: Callable[[str], Subject]
    """The subject a text names; BadSubject when it names none."""

    def __init__(self, types: casenumbers.CaseTypes, extra_provinces: frozenset[str] = frozenset()) -> None:
        self._types = types
        self._extra_provinces = extra_provinces
        self._facts = functools.lru_cache(maxsize=20_000)(_facts)
        self.parse = functools.lru_cache(maxsize=REMEMBERED)(self._parse)

    def _parse(self, text: str) -> Subject:
        if not 0 < len(text) <= LONGEST:
            raise _bad(text, f"it has {len(text)} characters, and a subject 1 to {LONGEST}")
        court, colon, rest = text.partition(":")
        if colon:
            return _entry(text, court, rest)
        if casenumbers.normalise(text)[:1] == "（":
            return self._case(text)
        return Subject(_court(text, text), "court", text, facts={"home_court": text})

    def _case(self, text: str) -> Subject:
        try:
            number = casenumbers.parse(text, self._types, extra_provinces=self._extra_provinces)
        except errors.BadCaseNumber as bad:
            raise errors.BadSubject(bad.what, why=bad.why, next=bad.next) from bad
        # One spelling, one string: a well-written number is not stored twice in the memory of this parser.
        spelled = text if text == number.text else number.text
        facts = self._facts(number.year, number.court, number.type_code, number.category, number.instance)
        return Subject(spelled, "case", number.court, facts=facts)


def _facts(year: int, court: str, code: str, category: str, instance: str) -> Mapping[str, str | int]:
    """Shared by all numbers of a court, year and type."""
    facts: dict[str, str | int] = {
        "year": year,
        "case_type": code,
        "category": category,
        "instance": instance,
    }
    return {**facts, "home_court": court} if court else facts


def _entry(text: str, court: str, rest: str) -> Subject:
    register, colon, key = rest.partition(":")
    _court(text, court)
    if register not in REGISTERS and register != DOCKET:
        raise _bad(text, f"{register!r} is no register; they are {', '.join(REGISTERS)}, and {DOCKET}")
    if not colon or not 0 < len(key) <= 100 or not _plain(key):
        raise _bad(text, "after the register comes a key of 1 to 100 characters without spaces")
    kind = DOCKET if register == DOCKET else "register"
    return Subject(text, kind, court, register if kind == "register" else "", {"home_court": court})


def _court(text: str, code: str) -> str:
    if 0 < len(code) <= 24 and _plain(code) and not set(code) & set("（）()"):
        return code
    raise _bad(text, "a court code has 1 to 24 characters, without spaces, brackets or colons")


def _plain(key: str) -> bool:
    return key.isprintable() and not any(letter.isspace() for letter in key)


def _bad(text: str, why: str) -> errors.BadSubject:
    return errors.BadSubject(
        f"{text[:80]!r} is no subject", why=f"Because {why}.", next=f"Write one of: {_FORMS}."
    )
