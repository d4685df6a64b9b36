"""The how-to "Change a rule from a day on" says what the program does: its two packs are read and compared."""

from __future__ import annotations

import re
from pathlib import Path

from plumbline.catalog import comparing
from plumbline.catalog.definitions import Pack
from tests.unit.catalog import folders

PAGE = (folders.CHECKOUT / "docs/how-to/change-a-rule.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def editions(folder: Path) -> tuple[Pack, Pack]:
    first, second = (
        {"pack.yaml": head, "definitions.yaml": body} for head, body in (BLOCKS[0:2], BLOCKS[2:4])
    )
    return (
        folders.pack_of(folder / "old", first, name="ours"),
        folders.pack_of(folder / "new", second, name="ours"),
    )


def test_both_packs_of_the_page_are_good_and_their_days_are_those_of_the_text(tmp_path: Path) -> None:
    old, new = editions(tmp_path)
    assert len(BLOCKS) == 4
    assert (old.version, new.version, str(new.in_force_from)) == ("1", "2", "2026-07-01")


def test_the_sentence_the_page_shows_is_what_the_program_says(tmp_path: Path) -> None:
    said = [change.said.zh for change in comparing.compare(*editions(tmp_path))]
    (shown,) = re.findall(r"^```text\n(.*?)\n```$", PAGE, re.MULTILINE | re.DOTALL)
    assert any(each.endswith(shown) for each in said), said
    kinds = {(change.section, change.id): change.kind for change in comparing.compare(*editions(tmp_path))}
    assert kinds["measures", "with_limit"] == "meaning"
    assert kinds["indicators", "in_own_time_rate"] == "meaning"
