"""Events as they are, one JSON object a line: nothing is translated, so this is the neighbour to copy.

A line longer than any record may be is a problem and is never held in memory whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from services.ingest.translators import Translated

LONGEST: Final = 1024 * 1024
_BOM: Final = b"\xef\xbb\xbf"


def translate(stream: BinaryIO, *, source: str) -> Iterator[Translated]:
    """One item a line that is not blank."""
    number = 0
    while line := stream.readline(LONGEST + 2):
        number += 1
        if number == 1:
            line = line.removeprefix(_BOM)
        if len(line) > LONGEST and not line.endswith(b"\n"):
            while (rest := stream.readline(LONGEST)) and not rest.endswith(b"\n"):
                pass
            yield Translated(
                number, problem=f"The line has more than {LONGEST:,} bytes; write one event a line."
            )
        elif not line.isspace():
            yield Translated(number, record=line.rstrip(b"\r\n"))
