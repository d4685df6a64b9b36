"""docs/catalog.md is the whole language: its tables are the checker's own, and every block on it is a pack
that is accepted.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plumbline.catalog import compiling, faults, formula_reader, keyed, keys, reading, targets, tokens
from tests.unit.catalog import folders

PAGE = (folders.CHECKOUT / "docs/catalog.md").read_text(encoding="utf-8")


def tables() -> list[list[list[str]]]:
    """Every table of the page as rows of cells, the heading row first."""
    found = []
    for block in re.findall(r"(?:^\|.*\n)+", PAGE, flags=re.MULTILINE):
        rows = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in block.splitlines()]
        found.append(
            [[cell.strip("| ") for cell in row] for row in rows if not set("".join(row)) <= set("-| ")]
        )
    return found


def first_words(heading: str) -> set[str]:
    """The words in the first column of the tables whose first heading this is."""
    return {
        word
        for table in tables()
        if table[0][0] == heading
        for row in table[1:]
        for word in re.findall(r"`([a-z_]+)", row[0])[:1]
    }


@pytest.mark.parametrize("section", keys.KEYS)
def test_every_key_stands_on_the_page_as_the_checker_takes_it_and_no_other(section: str) -> None:
    wanted = [
        [
            f"`{name}`",
            "yes" if key.needed else "no",
            (" or " if len(key.choices) == 2 else ", ").join(f"`{word}`" for word in key.choices)
            or key.shape,
            key.meaning,
        ]
        for name, key in keys.KEYS[section].items()
    ]
    assert [["key", "needed", "takes", "meaning"], *wanted] in tables()


def test_the_page_holds_no_table_of_keys_that_the_checker_does_not_know() -> None:
    shown = [table for table in tables() if table[0] == ["key", "needed", "takes", "meaning"]]
    assert len(shown) == len(keys.KEYS)


def test_every_shape_stands_on_the_page() -> None:
    wanted = [[shape, said] for shape, said in keyed.SHAPES.items() if shape != "choice"]
    assert [["shape", "how it is written"], *wanted] in tables()


def test_the_functions_of_the_page_are_those_of_expressions_and_formulas() -> None:
    shown = first_words("function")
    assert shown == set(compiling.FUNCTIONS) | set(formula_reader.FUNCTIONS)


def test_the_keys_of_a_target_on_the_page_are_those_that_are_read() -> None:
    shown = [table for table in tables() if table[0] == ["key", "takes", "meaning"]]
    assert [row[0].strip("`") for row in shown[0][1:]] == list(targets.KEYS)
    assert all(f"`{way}`" in PAGE for way in targets.ROUNDED)


def test_every_way_to_take_a_fact_stands_on_the_page() -> None:
    assert first_words("take") == set(keyed.TAKES)


def test_the_bounds_of_an_expression_stand_on_the_page() -> None:
    assert f"more than {tokens.MOST_TOKENS} words" in PAGE
    assert f"more than {tokens.MOST_LEVELS} levels" in PAGE


def test_the_words_that_cannot_be_names_stand_on_the_page() -> None:
    (shown,) = re.findall(r"`([a-z ]+)` cannot be names", PAGE)
    assert set(shown.split()) == tokens.KEYWORDS


def packs() -> list[dict[str, str]]:
    """The YAML blocks of the page as packs: a block that begins `# pack.yaml` opens one, named files join it,
    and any other block is a file of its own under a plain head."""
    found: list[dict[str, str]] = []
    for block in re.findall(r"^```yaml\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL):
        named = re.match(r"# (\w+\.yaml)\n", block)
        if named is None:
            found.append({"definitions.yaml": block})
        elif named[1] == "pack.yaml":
            found.append({named[1]: block})
        else:
            found[-1][named[1]] = block
    return found


@pytest.mark.parametrize("files", packs(), ids=lambda files: " ".join(files))
def test_every_block_of_the_page_is_accepted(files: dict[str, str], tmp_path: Path) -> None:
    name = re.search(r"^id: (\S+)", files.get("pack.yaml", "id: tested"), flags=re.MULTILINE)
    assert name is not None
    pack = folders.pack_of(tmp_path, files, name=name[1])
    used = {one.id: one for one in pack.uses}
    assert reading.pack_from_document(pack.document, used) == pack


def test_the_page_has_blocks_of_every_section() -> None:
    shown = "\n".join(text for files in packs() for text in files.values())
    assert all(re.search(rf"^{section}:", shown, flags=re.MULTILINE) for section in keys.SECTIONS)


def test_the_messages_shown_on_the_page_are_those_an_author_gets(tmp_path: Path) -> None:
    with pytest.raises(faults.BadPack) as refused:
        folders.pack_of(
            tmp_path,
            {
                "measures.yaml": folders.measure(
                    "each: appeal.decided\non: appealed\nwhere: \"outcome = 'alterred'\""
                )
            },
        )
    shown = str(refused.value).partition(": ")[2].replace("tested_measure", "appeal_altered")
    assert shown in PAGE
