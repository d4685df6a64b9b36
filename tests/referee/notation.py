"""Spec files as a clerk writes them: events one a line, questions one a line, figures worked by hand in
the comments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.referee import packs
from tests.referee.evaluator import Court

TODAY = date(2020, 12, 31)
COURTS = (
    Court("示", None),
    Court("示24", "示"),
    Court("示2401", "示24"),
    Court("示2402", "示24"),
    Court("示25", "示"),
)
ENVELOPE = ("replaces", "revision", "sequence", "captured")
SOURCE = "court"
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?))?$")
_QUESTION = re.compile(
    r"(?P<name>[a-z0-9_.]+) (?P<court>\S+) (?P<scope>own|all) (?P<period>\S+)"
    r"(?P<more>(?: \w+=\S+)*) = (?P<expected>.+)$"
)
_FACT = re.compile(r"(?P<case>（\S+|[^\s:]+:\S+) (?P<fact>[a-z][a-z0-9_]*) = (?P<expected>.+)$")
_EXPECTED = re.compile(
    r"none: (?P<reason>\w+)|~ (?P<about>-?[0-9.]+)|(?P<numerator>-?\d+)(?:\s*/\s*(?P<denominator>\d+))?$"
)


@dataclass(frozen=True)
class Question:
    """A figure asked for and what it must be: a count, a fraction, a rounded value (`about`), or a reason."""

    line: str
    name: str
    court: str
    scope: str
    period: str
    category: str
    today: date
    numerator: int | None = None
    denominator: int | None = None
    about: Fraction | None = None
    reason: str | None = None
    cause: str | None = None
    tag: str | None = None

    @property
    def unattributed(self) -> bool:
        """Whether it asks for what could not be given to any court."""
        return self.name.endswith(".unattributed")

    @property
    def indicator(self) -> str:
        """The indicator or measure asked for."""
        return self.name.removesuffix(".unattributed")


@dataclass(frozen=True)
class Point:
    """A fact of a case that is asked for, and what it must be: None where there is none, else a value; of days, all it holds."""

    line: str
    case: str
    fact: str
    expected: Any


@dataclass(frozen=True)
class Spec:
    """A spec file, read."""

    name: str
    title: dict[str, str]
    pack: str
    courts: tuple[Court, ...]
    records: tuple[dict[str, Any], ...]
    questions: tuple[Question, ...]
    points: tuple[Point, ...] = ()


def read(path: Path) -> Spec:
    """The spec of a file; AssertionError with the line that cannot be read."""
    given = packs.load(path)
    unknown = set(given) - {"title", "pack", "today", "courts", "events", "questions"}
    assert not unknown, f"{path.name}: unknown keys {unknown}"
    today = given.get("today", TODAY)
    records = tuple(_event(line, place) for place, line in enumerate(_lines(given["events"]), 1))
    asked = _lines(given["questions"])
    points = tuple(_point(line) for line in asked if _FACT.match(line))
    questions = tuple(_question(line, today) for line in asked if not _FACT.match(line))
    courts = tuple(_court(line) for line in _lines(given.get("courts", ""))) or COURTS
    return Spec(path.stem, given["title"], given["pack"], courts, records, questions, points)


def _lines(text: str) -> list[str]:
    stripped = [line.partition(" #")[0].strip() for line in text.splitlines()]
    return [line for line in stripped if line and not line.startswith("#")]


def _event(line: str, place: int) -> dict[str, Any]:
    words = line.split()
    name = f"n{place:03}" if _DAY.match(words[0]) else words.pop(0)
    moment = _DAY.match(words[0])
    wanted = "[id] 2018-05-02[T09:00] type subject field=value role->subject"
    assert moment is not None, f"no event: {line!r}. Write: {wanted}"
    assert len(words) >= 3, f"no event: {line!r}. Write: {wanted}"
    record: dict[str, Any] = {
        "specversion": "1.0", "id": name, "source": SOURCE, "type": words[1], "subject": words[2],
        "time": f"{moment[1]}T{_clock(moment[2])}+08:00",
    }  # fmt: skip
    data: dict[str, Any] = {}
    for word in words[3:]:
        if "->" in word:
            role, _, subject = word.partition("->")
            data.setdefault("links", []).append({"role": role, "subject": subject})
            continue
        key, equals, value = word.partition("=")
        assert equals, f"{word!r} is neither field=value nor role->subject in {line!r}"
        if key == "source":
            record["source"] = value
        elif key in ENVELOPE:
            record[key] = int(value) if key == "revision" else value
        else:
            data[key] = _plain(value)
    if data:
        record["data"] = data
    return record


def _clock(text: str | None) -> str:
    return "00:00:00" if text is None else text if text.count(":") == 2 else f"{text}:00"


def _plain(value: str) -> Any:
    if value in ("true", "false"):
        return value == "true"
    if value.startswith("[") and value.endswith("]"):
        return value[1:-1].split(",")
    if len(value) > 1 and value[0] == value[-1] == '"':
        return value[1:-1]
    return int(value) if re.fullmatch(r"-?\d+", value) else value


def _question(line: str, today: date) -> Question:
    asked = _QUESTION.match(line)
    wanted = (
        "name court own|all period [category=c] [cause=c] [tag=t] [today=day] = 3 | 2/3 | ~ 66.666667 | none: reason;"
        " or of a case: （2020）示2401民初1号 fact = 2020-06-30 | 3 | none"
    )
    assert asked is not None, f"no question: {line!r}. Write: {wanted}"
    expected = _EXPECTED.match(asked["expected"])
    assert expected is not None, f"no figure: {line!r}. Write: {wanted}"
    more = dict(word.split("=") for word in asked["more"].split())
    return Question(
        line, asked["name"], asked["court"], asked["scope"], asked["period"], more.get("category", "all"),
        date.fromisoformat(more["today"]) if "today" in more else today,
        None if expected["numerator"] is None else int(expected["numerator"]),
        None if expected["denominator"] is None else int(expected["denominator"]),
        None if expected["about"] is None else Fraction(expected["about"]),
        expected["reason"], more.get("cause"), more.get("tag"),
    )  # fmt: skip


def _point(line: str) -> Point:
    asked = _FACT.match(line)
    assert asked is not None, line
    text = asked["expected"].strip()
    pieces = [piece.strip() for piece in text.split(",")]
    expected: Any = _plain(text)
    if all(_DAY.match(piece) for piece in pieces):
        expected = [date.fromisoformat(piece) for piece in pieces]
    return Point(line, asked["case"], asked["fact"], None if text == "none" else expected)


def _court(line: str) -> Court:
    words = line.split()
    more = dict(zip(words[1::2], words[2::2], strict=True))
    days = {key: date.fromisoformat(more[key]) for key in ("from", "until") if key in more}
    return Court(words[0], more.get("under"), days.get("from"), days.get("until"))
