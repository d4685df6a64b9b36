"""Transcripts (抄本): typed values as plain JSON data and back, exactly; and the canonical bytes of such data.

Text and integers only: a fraction is "n/d", a day or a moment its ISO text, what there is not is left out.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import re
import types
import typing
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any, TypeVar

import orjson

from plumbline import errors

#: Beyond these an integer is written as text: other readers of JSON would lose digits.
LARGEST = 2**53 - 1

_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
_FRACTION = re.compile(r"(-?(?:0|[1-9][0-9]*))/([1-9][0-9]*)")
_FOUR_BYTES = re.compile(rb"[\xf0-\xf4]")
Wanted = TypeVar("Wanted")


class BadTranscript(errors.BadInput):
    """A part of a transcript does not have its shape; `path` says which."""

    code = "bad_transcript"

    def __init__(self, path: str, what: str) -> None:
        super().__init__(f"{path or 'the transcript'}: {what}")
        self.path = path


def plain(value: object) -> Any:
    """A value as mappings, lists, text and integers. TypeError for what has no transcript, such as a float."""
    match value:
        case bool() | float():
            raise TypeError(f"{value!r} has no transcript")
        case str():
            return value
        case int():
            return value if abs(value) <= LARGEST else str(value)
        case Fraction():
            return f"{value.numerator}/{value.denominator}"
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): plain(one) for key, one in value.items() if one is not None}
        case list() | tuple():
            return [plain(each) for each in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        hints = _hints(type(value))
        given = {each.name: getattr(value, each.name) for each in _parts(type(value))}
        return {
            name: _rows(one) if _several_words(hints[name]) else plain(one)
            for name, one in given.items()
            if one is not None
        }
    raise TypeError(f"{type(value).__name__} has no transcript")


def _rows(value: Mapping[Any, object]) -> list[Any]:
    """A mapping whose keys are several words each: rows of key and value, in the order of the keys."""
    return [{"key": list(key), "value": plain(value[key])} for key in sorted(value)]


def _several_words(kind: Any) -> bool:
    """Whether a type is a mapping by other keys than text."""
    origin = typing.get_origin(kind)
    return isinstance(origin, type) and issubclass(origin, Mapping) and typing.get_args(kind)[0] is not str


def read(kind: type[Wanted], data: object, path: str = "") -> Wanted:
    """The value of a type that a transcript states; BadTranscript with the path of what is added, missing
    or wrong.
    """
    return typing.cast(Wanted, _read(kind, data, path))


def canonical(data: object) -> bytes:
    """The canonical JSON (RFC 8785) of plain data: keys by UTF-16 code units, no blanks, UTF-8."""
    try:
        # By code points, which is by UTF-16 code units too while no key holds a character of four bytes.
        quick = orjson.dumps(data, option=orjson.OPT_SORT_KEYS)
        return orjson.dumps(_sorted(data)) if _FOUR_BYTES.search(quick) else quick
    except (TypeError, RecursionError) as bad:
        raise BadTranscript("", f"it has no canonical form: {bad}") from bad


def digest(data: object) -> str:
    """SHA-256, in hexadecimal, of the canonical JSON."""
    return hashlib.sha256(canonical(data)).hexdigest()


def differences(expected: object, found: object, path: str = "") -> Iterator[tuple[str, object, object]]:
    """Every leaf in which two transcripts differ: its path, what was expected, what was found; None: nothing.

    A row of a list is named by its id, key or court. Where rows are missing, added or in another order, the
    list itself is the difference.
    """
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key in dict.fromkeys([*expected, *found]):
            yield from differences(expected.get(key), found.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(expected, list) and isinstance(found, list):
        names, other = _names(expected), _names(found)
        if names != other:
            yield path, names, other
            return
        for name, one, two in zip(names, expected, found, strict=True):
            yield from differences(one, two, f"{path}[{name}]")
    elif type(expected) is not type(found) or expected != found:
        yield path, expected, found


def _names(rows: list[Any]) -> list[str]:
    found: list[str] = []
    for at, row in enumerate(rows):
        name = (
            next((row[key] for key in ("id", "key", "court") if key in row), None) if _is_map(row) else None
        )
        found.append(
            f"{at}" if name is None else ", ".join(map(str, name)) if isinstance(name, list) else str(name)
        )
    return found


def _is_map(value: object) -> bool:
    return isinstance(value, Mapping)


def _sorted(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {key: _sorted(data[key]) for key in sorted(data, key=_utf16)}
    if isinstance(data, list | tuple):
        return [_sorted(each) for each in data]
    return data


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _parts(kind: Any) -> tuple[dataclasses.Field[Any], ...]:
    """The fields that make a value what it is: those that only say where it was written are left out."""
    return tuple(each for each in dataclasses.fields(kind) if each.compare)


@functools.cache
def _hints(kind: type) -> Mapping[str, Any]:
    return typing.get_type_hints(kind)


def _read(kind: Any, data: object, path: str) -> Any:
    origin = typing.get_origin(kind)
    if kind is Any:
        return data
    if origin in (typing.Union, types.UnionType):
        return _read_union([each for each in typing.get_args(kind) if each is not type(None)], data, path)
    if origin is tuple:
        return _read_row(typing.get_args(kind), data, path)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        key_kind, value_kind = typing.get_args(kind)
        return _read_mapping(key_kind, value_kind, data, path)
    if dataclasses.is_dataclass(kind):
        return _read_parts(kind, data, path)
    return _read_leaf(kind, data, path)


def _read_union(kinds: list[Any], data: object, path: str) -> Any:
    """The one kind whose keys these are; of two that are no records, the first that can be read."""
    if len(kinds) == 1:
        return _read(kinds[0], data, path)
    for kind in kinds:
        if not dataclasses.is_dataclass(kind) or not isinstance(data, Mapping):
            continue
        names = {each.name for each in _parts(kind)}
        if (
            {name for name in names if not _optional(_hints(typing.cast(type, kind))[name])}
            <= set(data)
            <= names
        ):
            return _read_parts(kind, data, path)
    said = " or ".join(getattr(kind, "__name__", str(kind)) for kind in kinds)
    raise BadTranscript(path, f"it is no {said}")


def _read_row(kinds: tuple[Any, ...], data: object, path: str) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise BadTranscript(path, "it is no list")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(
            _read(kinds[0], each, f"{path}[{name}]") for name, each in zip(_names(data), data, strict=True)
        )
    if len(data) != len(kinds):
        raise BadTranscript(path, f"it has {len(data)} parts, not {len(kinds)}")
    return tuple(
        _read(kind, each, f"{path}[{at}]") for at, (kind, each) in enumerate(zip(kinds, data, strict=True))
    )


def _read_mapping(key_kind: Any, kind: Any, data: object, path: str) -> dict[Any, Any]:
    if key_kind is str:
        if not isinstance(data, Mapping):
            raise BadTranscript(path, "it is no mapping")
        return {key: _read(kind, one, f"{path}.{key}") for key, one in data.items()}
    if not isinstance(data, list):
        raise BadTranscript(path, "it is no list of keys and values")
    found: dict[Any, Any] = {}
    for name, row in zip(_names(data), data, strict=True):
        here = f"{path}[{name}]"
        if not isinstance(row, Mapping) or set(row) != {"key", "value"}:
            raise BadTranscript(here, "a row has a key and a value, and nothing else")
        key = _read(key_kind, row["key"], f"{here}.key")
        if key in found or (found and key < next(reversed(found))):
            raise BadTranscript(here, "its place is not that of its key")
        found[key] = _read(kind, row["value"], f"{here}.value")
    return found


def _read_parts(kind: Any, data: object, path: str) -> Any:
    if not isinstance(data, Mapping):
        raise BadTranscript(path, "it is no mapping")
    named, hints = _parts(kind), _hints(kind)
    for key in data:
        if key not in {each.name for each in named}:
            raise BadTranscript(_at(path, str(key)), "no such key belongs here")
    given: dict[str, Any] = {}
    for each in named:
        here = _at(path, each.name)
        if each.name in data:
            given[each.name] = _read(hints[each.name], data[each.name], here)
        elif _optional(hints[each.name]):
            given[each.name] = None
        else:
            raise BadTranscript(here, "it is missing")
    return kind(**given)


def _read_leaf(kind: Any, data: object, path: str) -> Any:
    if kind is str and isinstance(data, str):
        return data
    if kind is int and type(data) is int:
        return data
    if not isinstance(data, str):
        raise BadTranscript(path, f"it is no {getattr(kind, '__name__', kind)}")
    try:
        if kind is int and _WHOLE.fullmatch(data) and abs(int(data)) > LARGEST:
            return int(data)
        if kind is Fraction and (parts := _FRACTION.fullmatch(data)):
            value: object = Fraction(int(parts[1]), int(parts[2]))
        elif kind is date:
            value = date.fromisoformat(data)
        elif kind is datetime:
            value = datetime.fromisoformat(data)
        else:
            raise BadTranscript(path, f"{data[:40]!r} is no {getattr(kind, '__name__', kind)}")
        if plain(value) != data:
            raise BadTranscript(path, f"{data[:40]!r} is not written as it must be")
    except ValueError as bad:
        raise BadTranscript(path, f"{data[:40]!r}: {bad}") from bad
    return value


def _at(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _optional(kind: Any) -> bool:
    return type(None) in typing.get_args(kind)
