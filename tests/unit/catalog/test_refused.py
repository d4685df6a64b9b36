"""Every file of tests/spec/refused is a definition with one fault, named for it, and says at its head what an
author is told.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline.catalog import faults
from tests.unit.catalog import folders, refused

SPECS = refused.SPECS


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.stem)
def test_a_bad_definition_is_refused_with_the_file_the_line_and_what_to_write(
    spec: Path, tmp_path: Path
) -> None:
    found = refused.refuse(spec, tmp_path / "packs")
    assert found, "it is accepted"
    assert [(f"{one.file}:{one.line}", one.what, one.instead) for one in found] == refused.wanted(spec)


def test_there_are_enough_of_them_to_mean_something() -> None:
    assert len(SPECS) > 200


def test_all_faults_of_a_pack_are_told_at_once(tmp_path: Path) -> None:
    bad = "measures:\n" + "".join(
        f"  - {{id: m{number}, title: {{zh: 甲, en: A}}, lever: process, flow: closed_at}}\n"
        for number in range(5)
    )
    with pytest.raises(faults.BadPack) as turned_down:
        folders.pack_of(tmp_path, {"definitions.yaml": bad, "more.yaml": "facts:\n  - {id: A}\n"})
    assert [(one.file, one.line) for one in turned_down.value.faults if one.file == "definitions.yaml"] == [
        ("definitions.yaml", line) for line in range(2, 7)
    ]
    assert any(one.file == "more.yaml" for one in turned_down.value.faults)
    assert str(turned_down.value).count("\n") == len(turned_down.value.faults) - 1
