"""Clauses that read a field by a code map: `means(code, 'situations', 'suspended')` stands for the codes the map gives.

The codes are written out when a pack is read, so that a measure's meaning holds them and a changed map is a new meaning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from plumbline.catalog import faults
from plumbline.catalog.code_maps import CodeMap

FUNCTION: Final = "means"

_CALL: Final = re.compile(rf"\b{FUNCTION}\s*\(([^()]*)\)")
_ARGUMENTS: Final = re.compile(r"\s*([a-z][a-z0-9_]*)\s*((?:,\s*'[^']*'\s*)+)")
_TEXT: Final = re.compile(r"'([^']*)'")
_EXAMPLE: Final = "write, for example, `means(code, 'situations', 'suspended')`"


def written_out(text: str, maps: Mapping[str, CodeMap]) -> str:
    """The clause with every `means(field, 'map', 'meaning', …)` as `field in (…)`; raises faults.Unreadable."""
    return _CALL.sub(lambda call: _listed(call[1], maps), text)


def _listed(given: str, maps: Mapping[str, CodeMap]) -> str:
    found = _ARGUMENTS.fullmatch(given)
    named = _TEXT.findall(found[2]) if found is not None else []
    if found is None or len(named) < 2:
        raise faults.Unreadable(f"`{FUNCTION}({given})` does not name a field, a map and a meaning", _EXAMPLE)
    wanted, *meanings = named
    held = maps.get(wanted)
    if held is None:
        raise faults.Unreadable(f"there is no code map `{wanted}`", faults.nearest(wanted, maps))
    if held.of.rpartition(".")[2] != found[1]:
        raise faults.Unreadable(
            f"the code map `{wanted}` is for {held.of}, not for `{found[1]}`", "name a map of that field"
        )
    reached = set(held.codes.values())
    for meaning in meanings:
        if meaning not in reached:
            raise faults.Unreadable(
                f"nothing in the code map `{wanted}` means `{meaning}`", faults.nearest(meaning, reached)
            )
    words = sorted(word for word, code in held.codes.items() if code in meanings)
    quoted = ("'" + word.replace("'", "''") + "'" for word in words)
    return f"{found[1]} in ({', '.join(quoted)})"
