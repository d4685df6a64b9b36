"""The code map of a pack for a mapping file: of a pack whose folder lies beside the file, or of one that is shipped."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Mapping
from typing import Final

from plumbline import errors
from plumbline.catalog import faults, reading

_DEFINITIONS: Final = pathlib.Path(__file__).resolve().parent.parent / "definitions"
_NAMED: Final = re.compile(r"[a-z][a-z0-9_-]*\.(?!ya?ml$)[a-z][a-z0-9_]*")


def is_named(text: str) -> bool:
    """Whether a text reads as `<pack>.<id>`, and not as the name of a file."""
    return _NAMED.fullmatch(text) is not None


def read(folder: pathlib.Path, name: str) -> Mapping[str, str]:
    """What each word means by the map `<pack>.<id>`; errors.BadDefinition where there is none."""
    pack, _, wanted = name.partition(".")
    own, shelf = folder / pack, reading.Shelf(_DEFINITIONS)
    found = reading.read_pack(own, shelf) if (own / reading.HEAD).is_file() else shelf.pack(pack)
    if wanted not in found.code_maps:
        near = faults.nearest(wanted, found.code_maps)
        raise errors.BadDefinition(f"{pack} has no code map {wanted}", next=near)
    return found.code_maps[wanted].codes
