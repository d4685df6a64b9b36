"""Between a document (plain lists and mappings, as in YAML or JSON) and the parts of a pack, shape by shape.

What does not have its shape is noted as a fault at its line and left out; what the parts mean together is
checked elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from plumbline import errors, periods
from plumbline.catalog import faults, keyed, keys
from plumbline.catalog.definitions import Place, Source, Text
from plumbline.catalog.rulebook_tree import Figures, Open

LONGEST_TEXT, LONGEST_EXPRESSION = 2_000, 10_000
#: Texts that may look like a whole number.
_NUMBERS_TOO = ("version", "formula", "where", "sum", "derive", "number")

_ID = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
_PACK_ID = re.compile(r"[a-z][a-z0-9_-]{0,63}\Z")
_NAME = re.compile(r"\S{1,128}\Z")
_AMOUNT = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")
_TAKE = re.compile(r"(first|last|sum|max|min|all)\(([a-z][a-z0-9_]*)\)\Z|(count|exists)\Z")


class Written(dict[str, Any]):
    """A mapping as written in a file: where it begins, and the line of each of its keys."""

    def __init__(self, file: str, line: int) -> None:
        super().__init__()
        self.file = file
        self.line = line
        self.lines: dict[str, int] = {}


def place_of(entry: Mapping[str, Any], key: str | None = None) -> Place | None:
    """Where an entry, or one key of it, stands; None for a document that has no lines."""
    if not isinstance(entry, Written):
        return None
    return Place(entry.file, entry.lines.get(key or "", entry.line))


def plain(value: Any) -> Any:
    """The same without lines: plain dicts, lists, strings, integers and booleans."""
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def digest(value: Any) -> str:
    """The SHA-256, in hexadecimal, of the canonical JSON (sorted keys, no spaces, UTF-8) of a plain value."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Entry:
    """One entry of a section, read key by key; every fault is noted and gives None or an empty value."""

    def __init__(
        self, section: str, written: object, found: faults.Faults, near: Place | None = None
    ) -> None:
        self.section = section
        self.faults = found
        self.written: Mapping[str, Any] = written if isinstance(written, Mapping) else {}
        self.place = place_of(self.written) or near
        self.whole = isinstance(written, Mapping)
        if not self.whole:
            found.add(near, f"an entry of {section} is not a mapping", "write `{id: …, …}`")
            return
        table = keys.KEYS[section]
        for key in self.written:
            if key not in table:
                hint = "put the text before it in quotes: a comma ends it" if " " in key.strip() else ""
                self.note(key, f"`{key}` is not a key of {section}", hint or faults.nearest(key, table))
                self.whole = False
        for key, wanted in table.items():
            if wanted.needed and self.written.get(key) is None:
                self.note(None, f"`{key}` is missing in {self.said()}", f"write `{key}:` {_shape(wanted)}")
                self.whole = False

    def __contains__(self, key: str) -> bool:
        return self.written.get(key) is not None

    def said(self) -> str:
        """What to call this entry in a message."""
        name = self.written.get("id")
        return f"{self.section} `{name}`" if isinstance(name, str) else self.section

    def note(self, key: str | None, what: str, instead: str) -> None:
        """Note a fault at the line of a key."""
        self.faults.add(place_of(self.written, key) or self.place, what, instead)

    def id(self, key: str = "id") -> str:
        value = self._text(key)
        pattern = _PACK_ID if keys.KEYS[self.section][key].shape == "pack id" else _ID
        if value and pattern.match(value) is None:
            self._misshapen(key)
            return ""
        return value

    def text(self, key: str) -> str:
        """Words, a name, an expression or one of a closed list."""
        value, wanted = self._text(key), keys.KEYS[self.section][key]
        if value and wanted.choices and value not in wanted.choices:
            self.note(
                key,
                f"`{key}: {value}` is not allowed in {self.said()}",
                faults.nearest(value, wanted.choices),
            )
            return ""
        if value and wanted.shape == "name" and _NAME.match(value) is None:
            self._misshapen(key)
            return ""
        return value

    def names(self, key: str) -> tuple[str, ...]:
        value = self.written.get(key)
        if value is None:
            return ()
        listed = value if isinstance(value, list | tuple) else [value]
        if not listed or not all(isinstance(name, str) and _NAME.match(name) for name in listed):
            self._misshapen(key)
            return ()
        if len(set(listed)) < len(listed):
            self.note(key, f"`{key}` of {self.said()} names something twice", "name each once")
        return tuple(listed)

    def integer(self, key: str) -> int:
        value = self.written.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10**9:
            self._misshapen(key)
            return 0
        return value

    def day(self, key: str) -> date | None:
        value = self.written.get(key)
        if value is None:
            return None
        try:
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(value)):
                return date.fromisoformat(str(value))
        except ValueError:
            pass
        self._misshapen(key)
        return None

    def period(self, key: str) -> str:
        value = str(self.written.get(key, ""))
        try:
            periods.Period.parse(value)
        except errors.PlumblineError:
            self._misshapen(key)
            return ""
        return value

    def title(self, key: str) -> Text | None:
        value = self.written.get(key)
        return None if value is None else self._title(key, value)

    def titles(self, key: str) -> tuple[Text, ...]:
        value = self.written.get(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self._misshapen(key)
            return ()
        return tuple(title for each in value if (title := self._title(key, each)) is not None)

    def source(self, key: str = "source") -> Source | None:
        if key not in self:
            return None
        inner = self.inner("source", key)
        words = [inner.text(part) for part in ("document", "clause", "provenance")]
        return Source(*words) if inner.whole and all(words) else None

    def inner(self, section: str, key: str) -> Entry:
        """The mapping under a key, as an entry of its own section."""
        return Entry(section, self.written.get(key), self.faults, place_of(self.written, key) or self.place)

    def rows(self, section: str, key: str) -> Iterator[Entry]:
        """The list of mappings under a key."""
        value = self.written.get(key)
        if not isinstance(value, list) or not value:
            if value is not None:
                self._misshapen(key)
            return
        for each in value:
            yield Entry(section, each, self.faults, place_of(self.written, key) or self.place)

    def fields(self, key: str) -> dict[str, str]:
        value = self.written.get(key)
        if (
            not isinstance(value, Mapping)
            or not value
            or not all(isinstance(name, str) for name in value.values())
        ):
            if value is not None:
                self._misshapen(key)
            return {}
        return dict(value)

    def codes(self, key: str) -> dict[str, str]:
        """A mapping of words to codes; a whole number on either side is the text it looks like."""
        value = self.written.get(key)
        pairs = list(value.items()) if isinstance(value, Mapping) else []
        if any(isinstance(part, bool) or not isinstance(part, str | int) for pair in pairs for part in pair):
            pairs = []
        if not pairs and value is not None:
            self._misshapen(key)
        return {str(word): str(code) for word, code in pairs}

    def take(self, key: str) -> tuple[str, str]:
        """`last(method)` as (last, method); `count` as (count, '')."""
        value = self._text(key)
        match = _TAKE.match(value)
        if match is None:
            if value:
                self._misshapen(key)
            return "", ""
        return match[1] or match[3], match[2] or ""

    def amount(self, key: str) -> Fraction | None:
        """A number above 0, exactly."""
        return self._number(key, self.written.get(key), percent=False)

    def share(self, key: str) -> Fraction | None:
        """A percentage above 0 as a fraction of 1."""
        return self._number(key, self.written.get(key), percent=True)

    def step(self, key: str) -> tuple[Fraction, bool] | None:
        """A step, and whether it is a percentage: (1/100, True) of `1 %`, (1, False) of `1`."""
        percent = str(self.written.get(key)).endswith("%")
        number = self._number(key, self.written.get(key), percent=percent)
        return None if number is None else (number, percent)

    def points(self, key: str) -> Fraction | dict[str, Fraction] | None:
        """One amount, or one for each level of court."""
        value = self.written.get(key)
        if not isinstance(value, Mapping):
            return self.amount(key)
        for level in value:
            if level not in keyed.LEVELS:
                self.note(key, f"`{level}` is not a level of court", faults.nearest(str(level), keyed.LEVELS))
        found = {
            level: self._number(key, given, percent=False)
            for level, given in value.items()
            if level in keyed.LEVELS
        }
        return {level: number for level, number in found.items() if number is not None} or None

    def option(self, key: str) -> str | Open:
        """One of the words of an option, or the parameter that decides; '' where nothing is said."""
        value = self.written.get(key)
        if isinstance(value, Mapping):
            if set(value) == {"open"} and isinstance(value["open"], str) and _ID.match(value["open"]):
                return Open(value["open"])
            self._misshapen(key)
            return ""
        return self.text(key)

    def figure(self, key: str) -> Figures | None:
        """One figure's name, or one for each reading of a parameter."""
        value = self.written.get(key)
        if value is None:
            return None
        names = dict(value) if isinstance(value, Mapping) else {"": value}
        parameter = names.pop("open", "") if isinstance(value, Mapping) else ""
        fits = all(
            isinstance(name, str) and _NAME.match(name) for name in (*names, *names.values()) if name != ""
        )
        if (
            not fits
            or not names
            or (isinstance(value, Mapping) and not (isinstance(parameter, str) and parameter))
        ):
            self._misshapen(key)
            return None
        return Figures(names, parameter)

    def _number(self, key: str, value: object, *, percent: bool) -> Fraction | None:
        if value is None:
            return None
        text = "" if isinstance(value, bool) else str(value).strip()
        bare = text.removesuffix("%").rstrip() if percent else text
        if (bare == text and percent) or _AMOUNT.fullmatch(bare) is None or Fraction(bare) == 0:
            self._misshapen(key)
            return None
        return Fraction(bare) / (100 if percent else 1)

    def _text(self, key: str) -> str:
        value = self.written.get(key)
        if value is None:
            return ""
        if isinstance(value, int) and not isinstance(value, bool) and key in _NUMBERS_TOO:
            return str(value)
        shape = keys.KEYS[self.section][key].shape
        longest = LONGEST_EXPRESSION if shape in ("expression", "formula") else LONGEST_TEXT
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            self._misshapen(key)
            return ""
        return value.strip()

    def _title(self, key: str, value: object) -> Text | None:
        inner = Entry("title", value, self.faults, place_of(self.written, key) or self.place)
        zh, en = inner.text("zh"), inner.text("en")
        return Text(zh, en) if zh and en else None

    def _misshapen(self, key: str) -> None:
        wanted = keys.KEYS[self.section][key]
        self.note(key, f"`{key}` of {self.said()} does not have its shape", f"write {_shape(wanted)}")
        self.whole = False


def _shape(wanted: keyed.Key) -> str:
    if wanted.choices:
        words = "one of " + ", ".join(wanted.choices)
        return f"{words}, or {{open: parameter}}" if wanted.shape == "option" else words
    return keyed.SHAPES[wanted.shape]
