"""What a check of a verification file found: each thing that was looked at, in words, and the end of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from plumbline.catalog.definitions import Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: which part of the file, whether it agrees, and that in words."""

    part: str
    agrees: bool
    said: Text


@dataclass(slots=True)
class Report:
    """All findings. `readable`: the bytes are a verification file at all; `signed`: its signature is valid."""

    readable: bool = True
    signed: bool = False
    trusted: bool = False
    findings: list[Finding] = field(default_factory=list)

    @property
    def code(self) -> int:
        """0: all agrees and the key is trusted; 1: something does not; 2: it cannot be read."""
        if not self.readable:
            return 2
        return 0 if all(one.agrees for one in self.findings) else 1

    def add(self, part: str, zh: str, en: str, *, agrees: bool) -> None:
        """Note a finding."""
        self.findings.append(Finding(part, agrees, Text(zh, en)))
