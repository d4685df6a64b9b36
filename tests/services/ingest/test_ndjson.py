"""The translator of event lines: numbers them, skips blank ones, and holds no endless line in memory."""

from __future__ import annotations

import io

from services.ingest.translators import Translated, ndjson


def test_lines_keep_their_numbers_and_bytes() -> None:
    stream = io.BytesIO(b"\xef\xbb\xbf{1}\r\n\n \n{2}\n{3}")
    assert list(ndjson.translate(stream, source="")) == [
        Translated(1, b"{1}"),
        Translated(4, b"{2}"),
        Translated(5, b"{3}"),
    ]


def test_a_line_beyond_the_bound_is_a_problem_and_the_next_is_read() -> None:
    long = b"x" * (3 * ndjson.LONGEST)
    found = list(ndjson.translate(io.BytesIO(b"a\n" + long + b"\nb\n" + long), source=""))
    assert [(one.line, one.record) for one in found] == [(1, b"a"), (2, None), (3, b"b"), (4, None)]
    assert "1,048,576 bytes" in (found[1].problem or "")


def test_a_line_at_the_bound_is_a_record() -> None:
    line = b"x" * ndjson.LONGEST
    assert list(ndjson.translate(io.BytesIO(line + b"\n" + line), source="")) == [
        Translated(1, line),
        Translated(2, line),
    ]
