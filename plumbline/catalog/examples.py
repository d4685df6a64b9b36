"""Worked examples: small histories of cases with figures worked by hand, as the files of tests/spec write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plumbline import vocabulary
from plumbline.catalog import field_words, lexicon, scopes
from plumbline.catalog.definitions import Text
from plumbline.catalog.wording import joined

_DAY = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?\Z")
_QUESTION = re.compile(
    r"(?P<name>[a-z0-9_.]+) (?P<court>\S+) (?P<scope>own|all) (?P<rest>.+?) = (?P<figure>.+)\Z"
)
_ENVELOPE = {
    "replaces": Text("更正或撤回", "replaces"),
    "revision": Text("版次", "revision"),
    "sequence": Text("来源内次序", "sequence"),
    "source": Text("来源", "source"),
}
_REASONS = {
    "zero_denominator": Text("无数值：分母为零", "no value: the denominator is 0"),
    "not_reported": Text("无数值：尚未上报", "no value: not reported yet"),
    "not_in_books": Text("无数值：账上没有", "no value: not in the books"),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of an example, as its parts were written."""

    id: str
    when: str
    type: str
    subject: str
    fields: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A figure worked by hand: of what, for which court, scope and period, and the remark before it."""

    name: str
    court: str
    scope: str
    period: str
    figure: str
    remark: str


@dataclass(frozen=True, slots=True)
class Example:
    """An example, whole. `name` is its file's, without the ending."""

    name: str
    title: Text
    pack: str
    happenings: tuple[Happening, ...]
    answers: tuple[Answer, ...]

    def about(self, figure: str) -> tuple[Answer, ...]:
        """The answers that speak of a figure."""
        return tuple(one for one in self.answers if one.name.removesuffix(".unattributed") == figure)


def read(name: str, given: Mapping[str, Any]) -> Example:
    """An example from its file's mapping; lines that cannot be read are left out."""
    title = given["title"]
    happenings = tuple(
        one for line in str(given.get("events") or "").splitlines() if (one := _happening(line)) is not None
    )
    return Example(
        name,
        Text(title["zh"], title["en"]),
        str(given["pack"]),
        happenings,
        _answers(str(given.get("questions") or "")),
    )


def content(one: Happening, types: vocabulary.Vocabulary) -> Text:
    """What an event says, in words: its fields, its links, what it corrects."""
    fields = scopes.fields_of(types, one.type)
    zh, en = [], []
    for name, value in one.fields:
        title = _ENVELOPE.get(name) if name not in fields else None
        title = title or field_words.field(name, one.type)
        known = lexicon.field_values(types, fields[name]).get(value) if name in fields else None
        said = known or _FLAGS.get(value) or Text(value, value)
        zh.append(joined(f"{title.zh}：", said.zh))
        en.append(f"{title.en}: {said.en}")
    for role, subject in one.links:
        word = types.roles.get(role)
        zh.append(f"{word.zh if word else role}：{subject}")
        en.append(f"{word.en if word else role}: {subject}")
    return Text("；".join(zh), "; ".join(en))


def figure(answer: Answer) -> Text:
    """The figure, or why there is none."""
    if answer.figure.startswith("none: "):
        reason = answer.figure.removeprefix("none: ")
        return _REASONS.get(reason) or Text(f"无数值：{reason}", f"no value: {reason}")
    shown = answer.figure.removeprefix("~ ")
    shown = f"≈ {shown}" if shown != answer.figure else shown
    if answer.name.endswith(".unattributed"):
        return Text(f"未能归属 {shown}", f"unattributed {shown}")
    return Text(shown, shown)


_FLAGS = {"true": Text("是", "yes"), "false": Text("否", "no")}


def _happening(line: str) -> Happening | None:
    words = line.partition(" #")[0].split()
    if not words or words[0].startswith("#"):
        return None
    name = "" if _DAY.match(words[0]) else words.pop(0)
    if len(words) < 3 or not _DAY.match(words[0]):
        return None
    fields, links = [], []
    for word in words[3:]:
        role, arrow, subject = word.partition("->")
        if arrow:
            links.append((role, subject))
        else:
            key, _, value = word.partition("=")
            fields.append((key, value))
    return Happening(name, words[0], words[1], words[2], tuple(fields), tuple(links))


def _answers(text: str) -> tuple[Answer, ...]:
    found: list[Answer] = []
    remark, fresh = "", True
    for line in (one.strip() for one in text.splitlines()):
        if line.startswith("#"):
            said = line.lstrip("# ")
            remark, fresh = (said if fresh else f"{remark} {said}"), False
        elif match := _QUESTION.match(line):
            value, _, aside = match["figure"].partition(" #")
            why = f"{remark} {aside.strip()}".strip()
            found.append(
                Answer(match["name"], match["court"], match["scope"], match["rest"], value.strip(), why)
            )
            fresh = True
    return tuple(found)
