"""JSON as a court can keep it: valid UTF-8, no key twice, no NaN, no NUL, bounded in depth, integers of 64
bits."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

import orjson

from plumbline import refusals
from plumbline.refusals import Refusal

MAX_DEPTH = 16

_SMALLEST, _LARGEST = -(2**63), 2**64 - 1
_QUOTED = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_BRACKET = re.compile(rb"[][{}]")


def parse_json(line: bytes, max_depth: int = MAX_DEPTH, *, arrays: bool = False) -> object | Refusal:
    """The object a line holds (with `arrays`, or the list), or why it is refused. Never raises.

    The fast parser keeps the last of two equal keys and turns integers beyond 64 bits into floats, so its
    answer is taken only when `_is_faithful`; otherwise the slow parser looks at every pair.
    """
    try:
        return _parse(line, max_depth, arrays)
    except refusals.Refused as refused:
        return Refusal(refused.reason, refused.detail, refused.pointer)


def holds_nul(written: bytes) -> bool:
    """Whether JSON holds the escape of U+0000, and not only a backslash before u0000."""
    return rb"\u0000" in written and _ESCAPED_NUL.search(written) is not None


def _parse(line: bytes, max_depth: int, arrays: bool) -> object:
    if b"\0" in line:
        refusals.refuse("nul_character", "", "The record holds a NUL byte.")
    # Before any parser sees it: brackets bound the depth, and counting them is enough for nearly every
    # record.
    if line.count(b"{") + line.count(b"[") > max_depth and _depth(line) > max_depth:
        refusals.refuse("too_deep", "", f"The record is nested deeper than {max_depth}.")
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError as bad:
        found = _slowly(line, str(bad))
    else:
        if not _is_faithful(line, found):
            found = _slowly(line, "")
    if not isinstance(found, dict) and not (arrays and isinstance(found, list)):
        refusals.refuse("not_an_object", "", "A record is a JSON object.")
    if holds_nul(line):
        refusals.refuse("nul_character", "", "The record holds the character U+0000, which no text may.")
    return found


def _is_faithful(line: bytes, found: object) -> bool:
    """Whether the fast parser surely lost nothing: no key came twice, and no number is a float.

    Length: written back without floats, nothing grows (no blanks, shortest escapes), and a lost key makes it
    shorter, so equal length means nothing was lost. Quotes: where neither side holds `\\"`, every quote
    opens or closes a text, so equal counts mean that no text, hence no key, was lost, whatever blanks or
    other escapes the sender wrote.
    """
    if _has_float(found):
        return False
    try:
        written = orjson.dumps(found)
    except TypeError:  # deeper than the writer goes
        return False
    if len(written) == len(line):
        return True
    return rb"\"" not in line and rb"\"" not in written and line.count(b'"') == written.count(b'"')


def _has_float(value: object) -> bool:
    waiting = [value]
    for one in waiting:
        parts = one.values() if isinstance(one, dict) else one if isinstance(one, list) else (one,)
        for part in parts:
            kind = type(part)
            if kind is float:
                return True
            if kind is dict or kind is list:
                waiting.append(part)
    return False


def _slowly(line: bytes, complaint: str) -> object:
    """Parse pair by pair and say what is wrong; `complaint` is the fast parser's, if it had one."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as bad:
        refusals.refuse("not_utf8", "", f"Byte {bad.start} is not UTF-8.")
    try:
        found = json.loads(
            text, object_pairs_hook=_pairs, parse_constant=_constant, parse_int=_integer, parse_float=_float
        )
    except (ValueError, RecursionError) as bad:
        refusals.refuse("not_json", "", f"The record is not JSON: {complaint or bad}.")
    if complaint:
        if _lone_surrogate(found):
            refusals.refuse(
                "not_utf8", "", "The record holds half of a surrogate pair, which is no character."
            )
        refusals.refuse("not_json", "", f"The record is not JSON: {complaint}.")
    return found


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        refusals.refuse("duplicate_key", "", f"The key {twice[:64]!r} stands twice in one object.")
    return found


def _constant(name: str) -> NoReturn:
    refusals.refuse("not_a_number", "", f"{name} is no number.")


def _integer(digits: str) -> int:
    if len(digits) > 20 or not _SMALLEST <= int(digits) <= _LARGEST:
        refusals.refuse("out_of_range", "", f"The integer {digits[:24]} does not fit in 64 bits.")
    return int(digits)


def _float(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        refusals.refuse("not_a_number", "", f"{digits[:24]} is beyond every number.")
    return number


def _depth(line: bytes) -> int:
    """How deep brackets nest outside quoted text."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(_QUOTED.sub(b"", line)):
        if bracket in b"{[":
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    return deepest


def _texts(value: object) -> list[str]:
    """Every text and key of a parsed value."""
    waiting, texts = [value], []
    for one in waiting:
        if isinstance(one, str):
            texts.append(one)
        elif isinstance(one, dict):
            texts += one.keys()
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return texts


def _lone_surrogate(value: object) -> bool:
    return any("\ud800" <= letter <= "\udfff" for text in _texts(value) for letter in text)
