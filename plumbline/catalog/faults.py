"""What is wrong with a definition and what to write instead; collected, so that an author sees all of it at
once.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from plumbline import errors
from plumbline.catalog.definitions import Place


class Unreadable(errors.BadDefinition):
    """A part of a definition cannot be read: `what` is wrong with it, and `instead` is what to write."""

    def __init__(self, what: str, instead: str) -> None:
        super().__init__(what, next=instead)
        self.instead = instead


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a pack: where, what, and what to write instead."""

    file: str
    line: int
    what: str
    instead: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}; instead: {self.instead}."


class BadPack(errors.BadDefinition):
    """A pack is refused whole. `faults` holds everything wrong with it; the message lists it line by line."""

    def __init__(self, pack: str, found: tuple[Fault, ...]) -> None:
        first = found[0]
        super().__init__(f"pack {pack} is refused, {len(found)} faults", file=first.file, line=first.line)
        self.faults = found

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class Faults:
    """The faults found so far in one pack, in the order of files and lines."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(self, place: Place | None, what: str, instead: str) -> None:
        """Note one fault; a definition without a place is one that came as a document."""
        where = place or Place("document", 0)
        self._found.append(Fault(where.file, where.line, what, instead))

    def in_order(self) -> tuple[Fault, ...]:
        """All faults by file and line, each once."""
        return tuple(sorted(dict.fromkeys(self._found), key=lambda fault: (fault.file, fault.line)))


def nearest(word: str, known: Iterable[str]) -> str:
    """What to say of a word that is not known: the nearest known one, or all of them when few."""
    choices = sorted(known)
    close = difflib.get_close_matches(word, choices, n=1, cutoff=0.65)
    if close:
        return f"write `{close[0]}`"
    if not choices:
        return "leave it out"
    shown = ", ".join(f"`{choice}`" for choice in choices[:24])
    return f"write one of {shown}" + (" …" if len(choices) > 24 else "")
