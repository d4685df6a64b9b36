"""Verification files: whatever is changed is found, and named by the part of the file it stands in."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from plumbline import transcripts, verification, verification_checks
from plumbline.verification_report import Report
from tests.unit import verifying

KEY = ed25519.Ed25519PrivateKey.from_private_bytes(verifying.SECRET).public_key().public_bytes_raw().hex()
Path = tuple[str | int, ...]


def checked(content: bytes) -> Report:
    """The report of a reader who trusts the key of the tests."""
    return verification_checks.check(content, {KEY: None})


def parts(report: Report) -> list[str]:
    """The parts that do not agree."""
    return [one.part for one in report.findings if not one.agrees]


def opened(name: str = "litigation") -> dict[str, Any]:
    """A signed file as plain data, to be changed."""
    found: dict[str, Any] = orjson.loads(verifying.sealed(name))
    return found


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every leaf with its path; an empty list or mapping is a leaf too."""
    if isinstance(value, dict | list) and value:
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(each, (*path, key))
    else:
        yield path, value


def put(file: Any, path: Path, value: Any) -> None:
    """Another value at a path."""
    for key in path[:-1]:
        file = file[key]
    file[path[-1]] = value


def other(value: Any) -> Any:
    """A value like it, and not it."""
    match value:
        case bool() | None:
            return not value
        case int():
            return value + 1
        case str():
            return re.sub("[0-9]", lambda digit: str((int(digit[0]) + 1) % 10), value, count=1) + (
                "" if re.search("[0-9]", value) else "x"
            )
        case list():
            return [1]
        case _:
            return {"x": 1}


@pytest.mark.parametrize("name", ["litigation", "decided", "enforcement"])
def test_an_untouched_file_agrees_in_every_part(name: str) -> None:
    report = checked(verifying.sealed(name))
    assert (report.code, parts(report), report.signed, report.trusted) == (0, [], True, True)
    assert {"file", "signature", "signature.key", *verification.SECTIONS[:4]} <= {
        one.part for one in report.findings
    }


def is_document(path: Path) -> bool:
    """Whether a leaf stands in a pack's document."""
    return path[:2] == ("definitions", "packs") and "document" in path


@pytest.mark.parametrize(("name", "step"), [("litigation", 4), ("decided", 11), ("enforcement", 17)])
def test_every_leaf_that_is_changed_is_found_and_its_section_named(name: str, step: int) -> None:
    file = opened(name)
    every = list(leaves(file))
    inside = [one for one in every if is_document(one[0])]
    tried = [one for one in every if not is_document(one[0])] + inside[:: max(len(inside) // 60, 1)]
    assert len(tried) > 400
    for path, value in tried[::step]:
        put(file, path, other(value))
        report = checked(transcripts.canonical(file))
        put(file, path, value)
        assert report.code, path
        named = parts(report)
        section = str(path[1] if path[0] == "digests" else path[0])
        assert any(one.startswith((section, f"digests.{section}")) for one in named), (path, named)
        assert report.code == 2 or "signature" in named, path


def resigned(change: Callable[[dict[str, Any]], object], name: str = "litigation") -> Report:
    """The report on a file that was changed, digests and all, and signed anew by a stranger."""
    file = copy.deepcopy(verifying.whole(name))
    change(file)
    known = [name for name in verification.SECTIONS if name in file]
    file["digests"] = {name: transcripts.digest(file[name]) for name in known}
    return checked(verification.seal(file, verifying.ANOTHER))


def test_a_strangers_signature_is_valid_and_not_trusted() -> None:
    report = resigned(lambda file: None)
    assert (report.code, report.signed, report.trusted) == (1, True, False)
    (finding,) = [one for one in report.findings if not one.agrees]
    assert finding.part == "signature.key"
    assert "not trusted" in finding.said.en
    assert "未列入可信密钥" in finding.said.zh


def line(file: dict[str, Any], at: int = 0) -> Any:
    return file["scorecard"]["lines"][at]


def figure(file: dict[str, Any], name: str) -> Any:
    return next(
        row["value"]["now"] for row in file["inputs"]["court"]["figures"] if row["key"][0].endswith(name)
    )


def lead(file: dict[str, Any], key: str) -> Any:
    """A document of a pack in the file."""
    return next(one for one in file["definitions"]["packs"] if one["id"] == key)


#: What a stranger may forge and sign: the change, and the part that must be named.
FORGED: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "points": (lambda file: line(file).update(points="38/1"), "scorecard.lines[fagaizhi].points"),
    "award": (lambda file: line(file)["award"].update(low="38/1"), "scorecard.lines[fagaizhi].award.low"),
    "total": (lambda file: file["scorecard"].update(low="99/1"), "scorecard.low"),
    "words": (
        lambda file: line(file)["award"]["arithmetic"].update(zh="得 40 分"),
        "scorecard.lines[fagaizhi].award.arithmetic.zh",
    ),
    "title": (lambda file: line(file)["title"].update(en="x"), "scorecard.lines[fagaizhi].title.en"),
    "status": (lambda file: line(file, 1).update(status="scored"), "scorecard.lines[appeal_quality].status"),
    "order of lines": (lambda file: file["scorecard"]["lines"].reverse(), "scorecard.lines"),
    "a line left out": (lambda file: file["scorecard"]["lines"].pop(), "scorecard.lines"),
    "a line twice": (lambda file: file["scorecard"]["lines"].append(line(file)), "scorecard.lines"),
    "an added key of a line": (
        lambda file: line(file).update(note="x"),
        "scorecard.lines[fagaizhi].note",
    ),
    "an input": (
        lambda file: figure(file, ".fagaizhi_total").update(numerator=35),
        "scorecard.lines[fagaizhi].award.value.numerator",
    ),
    "a vote": (
        lambda file: file["inputs"]["court"]["votes"]["quality_year"].update(numerator=20),
        "scorecard.low",
    ),
    "an input left out": (
        lambda file: file["inputs"]["court"].update(
            figures=[row for row in file["inputs"]["court"]["figures"] if "fagaizhi" not in row["key"][0]]
        ),
        "scorecard.lines[fagaizhi].award.reason",
    ),
    "an input with no definition": (
        lambda file: file["inputs"]["court"]["figures"].append(
            {"key": ["z.z", "own"], "value": {**file["inputs"]["court"]["figures"][0]["value"]}}
        ),
        "definitions.figures[z.z]",
    ),
    "an input out of its place": (
        lambda file: file["inputs"]["court"]["figures"].reverse(),
        "inputs.court.figures",
    ),
    "a denominator of nothing": (
        lambda file: figure(file, ".altered_or_remanded_rate").update(denominator=0),
        "scorecard",
    ),
    "an added key of an input": (
        lambda file: figure(file, ".fagaizhi_total").update(page=1),
        "inputs.court.figures",
    ),
    "another court": (lambda file: file["about"].update(court="示2402"), "about.court"),
    "another court in the card": (lambda file: file["scorecard"].update(court="示2402"), "scorecard.court"),
    "another level": (
        lambda file: file["inputs"]["court"].update(level="intermediate"),
        "about.level",
    ),
    "a level no book scores": (lambda file: file["inputs"]["court"].update(level="high"), "scorecard"),
    "another period": (lambda file: file["about"].update(period="2024"), "about.period_from"),
    "another reading": (
        lambda file: file["scorecard"]["readings"].update(steps="prorated"),
        "scorecard.readings.steps",
    ),
    "a reading there is not": (lambda file: file["inputs"]["readings"].update(steps="x"), "scorecard"),
    "a title of the book": (lambda file: file["about"]["title"].update(zh="x"), "about.title.zh"),
    "written before it was known": (
        lambda file: file["about"].update(generated_at="2026-01-05T03:00:00Z"),
        "about.generated_at",
    ),
    "a hash of the book": (
        lambda file: file["definitions"]["rule_books"].update({"yanbian-2019.litigation": "0" * 64}),
        "definitions.rule_books.yanbian-2019.litigation",
    ),
    "a hash of a figure": (
        lambda file: file["definitions"]["figures"][0].update(hash="0" * 64),
        "definitions.figures[court-core.acceptance_rate].hash",
    ),
    "a hash of a measure": (
        lambda file: file["definitions"]["figures"][0]["measures"].update(
            {"court-core.appeal_altered": "0" * 64}
        ),
        "definitions.figures[court-core.acceptance_rate].measures.court-core.appeal_altered",
    ),
    "a definition": (
        lambda file: lead(file, "yanbian-2019")["document"]["rule_books"][0]["title"].update(zh="x"),
        "definitions.packs[yanbian-2019].document",
    ),
    "a definition that is none": (
        lambda file: lead(file, "court-core").update(document=7),
        "definitions.packs[court-core].document",
    ),
    "a pack left out": (lambda file: file["definitions"]["packs"].pop(0), "definitions.packs"),
    "packs in another order": (lambda file: file["definitions"]["packs"].reverse(), "definitions.packs"),
    "an added section": (lambda file: file.update(note="x"), "note"),
    "an added key about it": (lambda file: file["about"].update(note="x"), "about.note"),
    "a number as text": (lambda file: file["inputs"].update(page="4711"), "inputs.page"),
    "a fraction not in its lowest terms": (
        lambda file: file["inputs"]["court"].update(elapsed="2/2"),
        "inputs.court.elapsed",
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_a_stranger_forges_and_signs_is_named(name: str) -> None:
    change, part = FORGED[name]
    report = resigned(change)
    named = [one for one in parts(report) if one != "signature.key"]
    assert report.code == 1
    assert any(one.startswith(part) for one in named), named


#: The same of a file with decisions: the change, and the part that must be named.
DECIDED: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "points decided": (
        lambda file: file["inputs"]["court"]["adjusted"][1]["value"].update(points="40/1"),
        "adjusted.lines[fagaizhi].award.low",
    ),
    "a figure decided": (
        lambda file: file["inputs"]["court"]["adjusted"][0]["value"]["figure"].update(numerator=29),
        "adjusted.lines[appeal_quality]",
    ),
    "a decision left out": (lambda file: file["inputs"]["court"].update(adjusted=[]), "adjusted"),
    "the card as decided left out": (lambda file: file.pop("adjusted"), "adjusted"),
    "the card as computed made the card as decided": (
        lambda file: file.update(scorecard=file["adjusted"]),
        "scorecard.lines[fagaizhi].award.low",
    ),
    "an objection left out": (lambda file: file["inputs"].pop("objected"), "objected"),
    "a case objected to": (lambda file: file.pop("objected"), "objected"),
}


@pytest.mark.parametrize("name", DECIDED)
def test_what_a_stranger_forges_of_decisions_is_named(name: str) -> None:
    change, part = DECIDED[name]
    report = resigned(change, "decided")
    named = [one for one in parts(report) if one != "signature.key"]
    assert report.code == 1
    assert any(one.startswith(part) for one in named), named


def test_a_definition_that_was_changed_with_its_hash_gives_other_hashes_and_points() -> None:
    """The whole chain forged: the document, its hash, and every hash of it in the file."""

    def change(file: dict[str, Any]) -> None:
        one = lead(file, "yanbian-2019")
        old = one["hash"]
        item = next(row for row in one["document"]["rule_books"] if row["id"] == "litigation")["items"][0]
        item["rule"]["gain_per_step"]["gain"] = 1
        one["hash"] = transcripts.digest(one["document"])
        text = orjson.dumps(file).replace(old.encode(), one["hash"].encode())
        file.clear()
        file.update(orjson.loads(text))

    named = parts(resigned(change))
    assert "definitions.rule_books.yanbian-2019.litigation" in named
    assert "about.book_hash" in named
    assert any(one.startswith("scorecard.lines[fagaizhi]") for one in named)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "file"),
        (b"\xff\xfe", "file"),
        (b"[]", "file"),
        (b"{}", "format"),
        (b'{"format":"plumbline-verification-1","format":"x"}', "file"),
        (b'{"format":NaN}', "file"),
        (b'{"format":"plumbline-verification-2"}', "format"),
        (b"[" * 100_000, "file"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "file"),
    ],
)
def test_what_is_no_file_is_unreadable(content: bytes, part: str) -> None:
    report = checked(content)
    assert (report.code, parts(report)) == (2, [part])


@pytest.mark.parametrize("key", ["about", "inputs", "definitions", "scorecard", "digests", "signature"])
@pytest.mark.parametrize("value", [None, 1, "x", [], {}, [1], {"x": [1.5]}])
def test_a_file_with_a_part_of_another_kind_is_reported_and_never_raises(key: str, value: Any) -> None:
    file = opened()
    file[key] = value
    report = checked(orjson.dumps(file, option=orjson.OPT_SORT_KEYS))
    assert report.code == 1
    assert any(one.startswith(key) for one in parts(report))
    del file[key]
    assert any(one.startswith(key) for one in parts(checked(transcripts.canonical(file))))


def test_blanks_and_another_order_of_keys_are_found() -> None:
    file = opened()
    for content in (
        orjson.dumps(file, option=orjson.OPT_INDENT_2),
        orjson.dumps(dict(reversed(file.items()))),
    ):
        report = checked(content)
        assert (report.code, parts(report)) == (1, ["file"])
    assert checked(verifying.sealed() + b"\n").code == 0


def test_every_part_of_the_signature_counts() -> None:
    for name, value in (
        ("algorithm", "ed25519"),
        ("key", "0" * 16),
        ("public_key", "0" * 64),
        ("public_key", "zz"),
        ("value", "0" * 128),
        ("value", ""),
    ):
        file = opened()
        file["signature"][name] = value
        report = checked(transcripts.canonical(file))
        assert (report.code, report.signed) == (1, False), name
        assert "signature" in parts(report)
    upper = opened()
    upper["signature"]["value"] = upper["signature"]["value"].upper()
    assert "signature" in parts(checked(transcripts.canonical(upper)))


def test_a_signature_of_another_file_does_not_fit() -> None:
    one, two = opened(), opened("enforcement")
    one["signature"] = two["signature"]
    assert "signature" in parts(checked(transcripts.canonical(one)))


def test_a_file_written_after_its_key_was_retired_is_named() -> None:
    before, after = datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    assert verification_checks.check(verifying.sealed(), {KEY: after}).code == 0
    report = verification_checks.check(verifying.sealed(), {KEY: before})
    assert (report.code, parts(report)) == (1, ["about.generated_at"])


def test_words_are_given_in_both_languages_and_name_the_line() -> None:
    report = resigned(lambda file: line(file).update(points="38/1"))
    (finding,) = [one for one in report.findings if one.part.startswith("scorecard.lines")]
    title = line(verifying.whole())["title"]
    assert title["zh"] in finding.said.zh
    assert "请核查" in finding.said.zh
    assert title["en"] in finding.said.en
    assert "「38/1」" in finding.said.en
    for one in report.findings:
        assert not re.search("违规|造假|错案|消极|不力", one.said.zh)
