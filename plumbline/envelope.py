"""The door: one record in, an `Event` or a `Refusal` with a machine-readable reason out. Nothing here raises
for bad input.

`parse_json` makes a record of a line; `Door.admit` an event of a record.
"""

from __future__ import annotations

import difflib
import functools
import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NoReturn, Protocol

from plumbline import errors, events, fields, refusals, strictjson, subjects, vocabulary
from plumbline.events import Event, Link
from plumbline.refusals import REASONS, Refusal
from plumbline.strictjson import MAX_DEPTH, parse_json

__all__ = ["MAX_DEPTH", "REASONS", "Door", "Refusal", "Source", "parse_json"]

_ATTRIBUTES = frozenset(
    [
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "sequence",
        "replaces",
        "revision",
        "recordedtime",
        "captured",
        "data",
    ]
)
_EXTENSION = re.compile(r"[a-z0-9]{1,32}")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_SEQUENCE = re.compile(r"[0-9]{1,18}")
_ID_LONGEST = 128
_LINKS_MOST = 20
_YEARS = (1900, 2200)
_REVISION_LAST = 10**9


class Source(Protocol):
    """What the door must know of the sender."""

    @property
    def id(self) -> str: ...

    def may_speak_for(self, court: str) -> bool: ...


class Door:
    """Admits records of one vocabulary. `known_court` says whether a court file holds a code.

    `data.ext.classified` true, or any `data.ext.secrecy`, refuses the record as `classified`: classified
    cases never enter, and a sender that marks them is believed before anything else is looked at.
    """

    def __init__(
        self,
        vocabulary: vocabulary.Vocabulary,
        subjects: subjects.SubjectParser,
        known_court: Callable[[str], bool],
        max_ahead: timedelta = timedelta(hours=24),
    ) -> None:
        self._types = {
            name: fields.compiled(each, vocabulary.types) for name, each in vocabulary.types.items()
        }
        self._roles = vocabulary.roles
        self._subject = subjects.parse
        self._known_court = known_court
        self._max_ahead = max_ahead
        self._stranger = functools.lru_cache(maxsize=1024)(_stranger)

    def admit(self, record: object, *, source: Source, now: datetime) -> Event | Refusal:
        """The event a record states, or why it is refused. `now` is aware: later than `now` + `max_ahead` is
        the future."""
        try:
            return self._admit(record, source, now)
        except refusals.Refused as refused:
            key = record.get("id") if isinstance(record, dict) else None
            shown = key if isinstance(key, str) and 0 < len(key) <= 128 else None
            return Refusal(refused.reason, refused.detail, refused.pointer, shown)

    def _admit(self, record: object, source: Source, now: datetime) -> Event:
        if not isinstance(record, dict):
            refusals.refuse("not_an_object", "", "A record is a JSON object.")
        data = _data(record)
        self._attributes(record)
        key = _short(record, "id")
        if _short(record, "source") != source.id:
            refusals.refuse("not_your_source", "/source", f"The token belongs to the source {source.id}.")
        name = record.get("type")
        kind = self._types.get(name) if isinstance(name, str) else None
        if kind is None:
            self._bad_type(name)
        name = kind.type.name
        subject = self._subject_of(record.get("subject"), kind.type, source)
        instant = _instant(record.get("time"), "time")
        if instant > now + self._max_ahead:
            refusals.refuse(
                "from_the_future",
                "/time",
                f"{record['time']} is later than this clock allows ({now.isoformat()}).",
            )
        replaces, revision = _edition(record, key, name)
        clean, unknown = kind.admit(data)
        if "court" in data:
            self._acting_court(data["court"], source)
        links: tuple[Link, ...] = ()
        sent = data
        if "links" in data:
            links, stated, homeless = self._links(data["links"], subject.text)
            sent = {**data, "links": stated}
            unknown += homeless
        return Event(
            source.id, key, name, subject.text, subject.home_court, instant, clean, links, _sequence(record),
            replaces, revision, _recorded(record), _by_hand(record),
            _digest(name, subject.text, instant, sent, replaces, revision), unknown,
        )  # fmt: skip

    def _attributes(self, record: Mapping[str, object]) -> None:
        if not _ATTRIBUTES.issuperset(record):
            for name in record.keys() - _ATTRIBUTES:
                if complaint := self._stranger(name):
                    refusals.refuse("unknown_field", f"/{name}", complaint)
        version = record.get("specversion")
        if version != "1.0":
            if not isinstance(version, str):
                _missing_or_wrong(version, "specversion")
            refusals.refuse("out_of_range", "/specversion", 'specversion is "1.0".')

    def _subject_of(self, text: object, kind: vocabulary.EventType, source: Source) -> subjects.Subject:
        if not isinstance(text, str):
            _missing_or_wrong(text, "subject")
        try:
            subject = self._subject(text)
        except errors.BadSubject as bad:
            refusals.refuse("bad_subject", "/subject", str(bad))
        if kind.subject_kind is not None and (kind.subject_kind == "court") != (subject.kind == "court"):
            wanted = "a court" if kind.subject_kind == "court" else "a case, a register entry or a docket"
            refusals.refuse(
                "bad_subject", "/subject", f"{kind.name} is about {wanted}, not a {subject.kind}."
            )
        court = subject.home_court
        if not court:
            refusals.refuse(
                "unknown_court",
                "/subject",
                f"{subject.text} does not say its court, so no court's books can hold it.",
            )
        if not self._known_court(court):
            refusals.refuse("unknown_court", "/subject", f"No loaded court file holds the court {court}.")
        if not source.may_speak_for(court):
            refusals.refuse(
                "not_your_court", "/subject", f"The source {source.id} may not speak for {court}."
            )
        return subject

    def _acting_court(self, court: object, source: Source) -> None:
        if not isinstance(court, str) or not self._known_court(court):
            refusals.refuse(
                "unknown_court", "/data/court", f"No loaded court file holds the court {court!r:.40}."
            )
        if not source.may_speak_for(court):
            refusals.refuse(
                "not_your_court", "/data/court", f"The source {source.id} may not speak for {court}."
            )

    def _links(
        self, links: object, own: str
    ) -> tuple[tuple[Link, ...], list[dict[str, str]], tuple[tuple[str, str], ...]]:
        """The links; the same as sent but with normalised subjects; and those whose case does not say its
        court."""
        if not isinstance(links, list) or len(links) > _LINKS_MOST:
            refusals.refuse("bad_link", "/data/links", "links is a list of at most 20.")
        found: list[Link] = []
        stated: list[dict[str, str]] = []
        homeless: list[tuple[str, str]] = []
        for index, one in enumerate(links):
            link = self._link(one, f"/data/links/{index}", own)
            stated.append({"role": link.role, "subject": link.subject})
            if not link.home_court and not self._roles[link.role].is_key:
                # An old number of an unknown court: a reader must see the link, but no court's books can
                # follow it.
                homeless.append((f"links/{index}", "unknown_court"))
            elif link not in found:
                found.append(link)
        return tuple(found), stated, tuple(homeless)

    def _link(self, one: object, pointer: str, own: str) -> Link:
        if not isinstance(one, dict) or one.keys() != {"role", "subject"}:
            refusals.refuse("bad_link", pointer, "A link has a role and a subject, and nothing else.")
        name, text = one["role"], one["subject"]
        role = self._roles.get(name) if isinstance(name, str) else None
        if role is None:
            refusals.refuse(
                "bad_link", f"{pointer}/role", f"{name!r:.40} is no role; they are {', '.join(self._roles)}."
            )
        if not isinstance(text, str):
            refusals.refuse("bad_link", f"{pointer}/subject", "The subject is text.")
        if role.is_key:
            key = text.removeprefix(f"{role.name}:")
            if key == text or not 0 < len(key) <= 64 or not key.isprintable() or " " in key:
                refusals.refuse(
                    "bad_link", f"{pointer}/subject", f"Write {role.name}: and a key of 1 to 64 characters."
                )
            return Link(role.name, text, "")
        try:
            subject = self._subject(text)
        except errors.BadSubject as bad:
            refusals.refuse("bad_link", f"{pointer}/subject", str(bad))
        if subject.kind == "court" or subject.text == own:
            refusals.refuse(
                "bad_link", f"{pointer}/subject", "A link leads to another case, not to a court or to itself."
            )
        return Link(role.name, subject.text, subject.home_court)

    def _bad_type(self, name: object) -> NoReturn:
        if not isinstance(name, str):
            _missing_or_wrong(name, "type")
        near = difflib.get_close_matches(name[:64], self._types, n=1)
        refusals.refuse(
            "unknown_type",
            "/type",
            f"{name:.64} is no event type." + (f" Is {near[0]} meant?" if near else ""),
        )


def _data(record: Mapping[str, object]) -> dict[str, object]:
    """The data as sent; absent or null is empty, as CloudEvents has it."""
    data = record.get("data")
    if data is None:
        return {}
    if not isinstance(data, dict):
        refusals.refuse("wrong_type", "/data", "data is an object.")
    if is_classified(record):
        refusals.refuse(
            "classified", "/data/ext", "The sender marks the case as classified; such cases never enter."
        )
    return data


def is_classified(record: Mapping[str, object]) -> bool:
    """Whether a sender marks the case of a record as classified."""
    data = record.get("data")
    ext = data.get("ext") if isinstance(data, dict) else None
    return isinstance(ext, dict) and bool(ext.get("classified") or "secrecy" in ext)


def _stranger(name: object) -> str:
    """What to say of an attribute that is not ours, or nothing where it may pass as a CloudEvents extension
    (traceparent…).

    A name close to one of ours is refused: `replace` for `replaces` would count a correction as a second
    event.
    """
    if not isinstance(name, str) or not _EXTENSION.fullmatch(name) or name == "data_base64":
        return f"{name!r:.66} is no attribute of an event; an extension has 1 to 32 of a-z and 0-9."
    near = difflib.get_close_matches(name, _ATTRIBUTES, n=1, cutoff=0.85)
    return f"{name!r} is no attribute of an event. Is {near[0]} meant?" if near else ""


def _short(record: Mapping[str, object], name: str) -> str:
    """A text attribute of 1 to 128 characters without control characters."""
    value = record.get(name)
    if type(value) is not str:
        _missing_or_wrong(value, name)
    if not value:
        refusals.refuse("missing_attribute", f"/{name}", f"{name} is empty.")
    if len(value) > _ID_LONGEST:
        refusals.refuse("too_long", f"/{name}", f"{name} has at most {_ID_LONGEST} characters.")
    if not value.isprintable() and any(unicodedata.category(letter) in ("Cc", "Cs") for letter in value):
        reason = "nul_character" if "\0" in value else "out_of_range"
        refusals.refuse(reason, f"/{name}", f"{name} holds a control character.")
    return value


def _missing_or_wrong(value: object, name: str) -> NoReturn:
    if value is None:
        refusals.refuse("missing_attribute", f"/{name}", f"The record has no {name}.")
    refusals.refuse("wrong_type", f"/{name}", f"{name} is text.")


def _instant(value: object, name: str) -> datetime:
    if type(value) is not str:
        _missing_or_wrong(value, name)
    if not _TIME.fullmatch(value):
        refusals.refuse(
            "bad_time", f"/{name}", f"{value:.40} is no time with offset; write 2019-01-31T09:10:00+08:00."
        )
    try:
        written = datetime.fromisoformat(value.upper())
    except ValueError as bad:
        refusals.refuse("bad_time", f"/{name}", f"{value:.40} is no time: {bad}.")
    if written.year < _YEARS[0]:
        refusals.refuse("bad_time", f"/{name}", f"{value:.40} lies before 1900.")
    if written.year > _YEARS[1]:
        refusals.refuse("from_the_future", f"/{name}", f"{value:.40} lies after 2200.")
    return written.astimezone(UTC)


def _edition(record: Mapping[str, object], key: str, name: str) -> tuple[str | None, int]:
    """What the record replaces, and its revision."""
    revision = record.get("revision")
    if revision is not None and type(revision) is not int:
        refusals.refuse("wrong_type", "/revision", "revision is an integer.")
    if record.get("replaces") is None:
        if name == vocabulary.RETRACTED:
            refusals.refuse("missing_attribute", "/replaces", "A retraction says which event it takes back.")
        replaces, least = None, 0
    else:
        replaces, least = _short(record, "replaces"), 1
        if replaces == key:
            refusals.refuse(
                "replaces_a_correction", "/replaces", "An event cannot replace itself; name the original."
            )
        if revision is None:
            refusals.refuse(
                "missing_attribute", "/revision", "A record with replaces has a revision of at least 1."
            )
    edition = revision or 0
    if not least <= edition <= _REVISION_LAST:
        refusals.refuse("out_of_range", "/revision", f"revision lies from {least} to {_REVISION_LAST} here.")
    return replaces, edition


def _recorded(record: Mapping[str, object]) -> datetime | None:
    value = record.get("recordedtime")
    return None if value is None else _instant(value, "recordedtime")


def _by_hand(record: Mapping[str, object]) -> bool:
    captured = record.get("captured")
    if captured is not None and captured not in ("machine", "hand"):
        refusals.refuse("out_of_range", "/captured", "captured is machine or hand.")
    return captured == "hand"


def _sequence(record: Mapping[str, object]) -> int | None:
    value = record.get("sequence")
    if value is None:
        return None
    digits = str(value) if type(value) is int else value
    if type(digits) is not str:
        refusals.refuse("wrong_type", "/sequence", "sequence is decimal digits.")
    if not _SEQUENCE.fullmatch(digits):
        refusals.refuse("out_of_range", "/sequence", "sequence is 1 to 18 decimal digits.")
    return int(digits)


def _digest(
    name: str,
    subject: str,
    instant: datetime,
    sent: Mapping[str, object],
    replaces: str | None,
    revision: int,
) -> bytes:
    try:
        content = events.canonical(name, subject, instant, sent, replaces, revision)
    except TypeError:
        # Only records that did not come through parse_json get here: a half character, an integer beyond 64
        # bits.
        refusals.refuse("not_json", "/data", "data holds something that JSON in UTF-8 cannot say.")
    if strictjson.holds_nul(content):
        refusals.refuse("nul_character", "/data", "data holds the character U+0000, which no text may.")
    return hashlib.sha256(content).digest()
