"""How one source writes, and its records read by that: its charset, its naive times, its own words by code maps.

Reading never raises: what cannot be read stays as it stood, for the door to judge.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from plumbline import errors, vocabulary
from plumbline.catalog import code_maps, faults
from plumbline.catalog.code_maps import CodeMap
from plumbline.refusals import Refusal, Unmapped

UTF8: Final = "utf-8"
GB18030: Final = "gb18030"
CHARSETS: Final = (UTF8, GB18030)
REFUSE: Final = "refuse"
SOURCE_ZONE: Final = "source_zone"
NAIVE_TIMES: Final = (REFUSE, SOURCE_ZONE)
NONE: Final = "none"
INCREASING: Final = "increasing"
GAPLESS: Final = "gapless"
SEQUENCES: Final = (NONE, INCREASING, GAPLESS)
SUBJECT: Final = "subject"

_NAIVE: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?))?"
)
_SHOWN: Final = 200
"""The most characters of a word that are kept for the worklist."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a source writes. `code_maps`: by place (`case.closed.method`, a closed list, `cause`, `court`, `subject`) the
    map its words are read by, `<pack>.<id>`; `sequence` says what the numbers of its records promise. The records of a
    `sandbox` are judged as all are, and never reach a figure.
    """

    charset: str = UTF8
    naive_times: str = REFUSE
    code_maps: Mapping[str, str] = field(default_factory=dict)
    sequence: str = NONE
    sandbox: bool = False

    @staticmethod
    def of(document: Mapping[str, Any]) -> Settings:
        """The settings as stored; what is not said there stands as it is without settings."""
        known = {name: document[name] for name in Settings.__slots__ if name in document}
        return Settings(**known)

    @property
    def plain(self) -> bool:
        """Whether records are taken as they stand."""
        return self.naive_times == REFUSE and not self.code_maps


@dataclass(frozen=True, slots=True)
class Codes:
    """What is published: the code maps in force by `<pack>.<id>`, and every code of a list of causes."""

    maps: Mapping[str, CodeMap] = field(default_factory=dict)
    causes: frozenset[str] = frozenset()


def check(settings: Settings, codes: Codes, words: vocabulary.Vocabulary) -> None:
    """errors.BadInput where a word is not known, a map is not published, or it is not for its place."""
    for name, known in (("charset", CHARSETS), ("naive_times", NAIVE_TIMES), ("sequence", SEQUENCES)):
        if (given := getattr(settings, name)) not in known:
            raise errors.BadInput(
                f"{given[:40]!r} is no {name} of a source", next=f"Write one of {', '.join(known)}."
            )
    places = code_maps.places(words)
    for place, name in settings.code_maps.items():
        if place not in places:
            raise errors.BadInput(
                f"{place[:80]!r} is no place that holds a code", next=_sentence(faults.nearest(place, places))
            )
        found = codes.maps.get(name)
        if found is None:
            raise errors.BadInput(
                f"No code map {name[:80]!r} is published",
                why="A source is read by the maps of packs in force.",
                next=f"{_sentence(faults.nearest(name, codes.maps))} Or publish the pack that holds it.",
            )
        if not code_maps.speaks_of(words, found.of, place):
            raise errors.BadInput(
                f"The code map {name} is for {found.of}, not for {place}",
                next="Name a map for that place, or set this one for its own.",
            )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


@dataclass(frozen=True, slots=True)
class Read:
    """A record as its source meant it, and the words in it that nobody has mapped (they stand as they came)."""

    record: object
    unmapped: tuple[Unmapped, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """A field of an event type that is read by a map."""

    name: str
    shown: str
    map: str
    codes: Mapping[str, str]
    allowed: Callable[[str], bool]


class Reader:
    """Reads the records of one source; safe to share between threads."""

    def __init__(
        self,
        settings: Settings,
        zone: str,
        codes: Codes,
        words: vocabulary.Vocabulary,
        known_court: Callable[[str], bool],
    ) -> None:
        self._zone = zoneinfo.ZoneInfo(zone) if settings.naive_times == SOURCE_ZONE else None
        self._set = {
            place: (name, codes.maps[name])
            for place, name in settings.code_maps.items()
            if name in codes.maps
        }
        self._causes = codes.causes
        self._words = words
        self._known_court = known_court
        self._of_type: dict[str, tuple[_Place, ...]] = {}

    def read(self, record: object) -> Read:
        """The record with aware times and codes. `time` and `recordedtime` without offset are local in the source's
        zone; of an hour the clock shows twice the first is meant, and a day alone is its midnight.
        """
        if not isinstance(record, dict):
            return Read(record)
        found: dict[str, Any] = dict(record)
        if self._zone is not None:
            for name in ("time", "recordedtime"):
                if isinstance(text := found.get(name), str):
                    found[name] = _aware(text, self._zone)
        unmapped: list[Unmapped] = []
        if self._set:
            self._subject(found, unmapped)
            kind, data = found.get("type"), found.get("data")
            if isinstance(kind, str) and isinstance(data, dict):
                clean = dict(data)
                for place in self._places(kind):
                    if place.name in clean:
                        clean[place.name] = _mapped(place, clean[place.name], unmapped)
                found["data"] = clean
        return Read(found, tuple(dict.fromkeys(unmapped)))

    def knows(self, field: str, word: str) -> bool:
        """Whether the map of a field knows a word, or it is a code already; False where the field has no map."""
        if field == SUBJECT:
            held = self._set.get(SUBJECT)
            return held is not None and (word in held[1].codes or self._known_court(word))
        kind, _, name = field.rpartition(".")
        places = (one for one in self._places(kind) if one.name == name)
        return any(word in one.codes or one.allowed(word) for one in places)

    def _subject(self, record: dict[str, Any], unmapped: list[Unmapped]) -> None:
        """The court's name before a register, or alone, as its code; a case number says its court itself."""
        given, text = self._set.get(SUBJECT), record.get("subject")
        if given is None or not isinstance(text, str) or text.lstrip()[:1] in ("（", "("):
            return
        name, held = given
        court, colon, rest = text.partition(":")
        place = _Place(SUBJECT, SUBJECT, name, held.codes, self._known_court)
        record["subject"] = f"{_word(place, court, unmapped)}{colon}{rest}"

    def _places(self, kind: str) -> tuple[_Place, ...]:
        found = self._of_type.get(kind)
        if found is None and kind in self._words.types:
            fields = dict(self._words.types[kind].fields)
            fields[code_maps.COURT] = vocabulary.Field(code_maps.COURT, "court", False)
            places = (self._place(kind, name, one.item or one) for name, one in fields.items())
            found = self._of_type[kind] = tuple(one for one in places if one is not None)
        return found or ()

    def _place(self, kind: str, name: str, one: vocabulary.Field) -> _Place | None:
        """The map of a field: the one set for it, else one set for all of its kind."""
        shown = f"{kind}.{name}"
        wide = (place for place in self._set if code_maps.fits(self._words, place, one))
        place = shown if shown in self._set else next(wide, None)
        if place is None:
            return None
        of, held = self._set[place]
        return _Place(name, shown, of, held.codes, self._allowed(one, held))

    def _allowed(self, one: vocabulary.Field, held: CodeMap) -> Callable[[str], bool]:
        """Whether a word is a code already."""
        if one.type == "choice":
            return frozenset(one.values).__contains__
        if one.type == "court":
            return self._known_court
        reached = frozenset(held.codes.values())
        if code_maps.fits(self._words, code_maps.CAUSE, one):
            reached |= self._causes
        return reached.__contains__


def refusal(record: object, unmapped: tuple[Unmapped, ...]) -> Refusal:
    """Why a record with words of no map is refused."""
    first = unmapped[0]
    key = record.get("id") if isinstance(record, dict) else None
    shown = key if isinstance(key, str) and 0 < len(key) <= 128 else None
    more = f" (and {len(unmapped) - 1} more)" if len(unmapped) > 1 else ""
    name = first.field.rpartition(".")[2]
    return Refusal(
        "unmapped_code",
        f"{first.field} holds {first.value[:60]!r}, which the code map {first.map} does not map{more}; add it there.",
        f"/{SUBJECT}" if first.field == SUBJECT else f"/data/{name}",
        shown,
        unmapped,
    )


def _mapped(place: _Place, value: Any, unmapped: list[Unmapped]) -> Any:
    if isinstance(value, str):
        return _word(place, value, unmapped)
    if isinstance(value, list):
        return [_word(place, one, unmapped) if isinstance(one, str) else one for one in value]
    return value


def _word(place: _Place, word: str, unmapped: list[Unmapped]) -> str:
    code = place.codes.get(word.strip())
    if code is not None:
        return code
    if not place.allowed(word):
        unmapped.append(Unmapped(place.map, place.shown, word.strip()[:_SHOWN]))
    return word


def _aware(text: str, zone: zoneinfo.ZoneInfo) -> str:
    """RFC 3339 with the zone's offset; the text as it stood where it has an offset of its own or is no time."""
    found = _NAIVE.fullmatch(text.strip())
    if found is None:
        return text
    try:
        moment = datetime.fromisoformat(f"{found[1]}T{found[2] or '00:00'}").replace(tzinfo=zone)
        offset = moment.utcoffset()
        # Local mean time has seconds in its offset, which RFC 3339 cannot write.
        return (
            moment if offset is not None and not offset.seconds % 60 else moment.astimezone(UTC)
        ).isoformat()
    except (ValueError, OverflowError):
        return text
