"""Case numbers (案号): read by the rule of 法〔2015〕137号 (as amended by 法〔2018〕335号), or by the older
custom before 2016.

A number is normalised to one spelling: full-width brackets, half-width digits, no spaces, no leading zeros.
So `(2019) 吉2401 民初 123 号` and `（2019）吉2401民初１２３号` are one case.

The type code is matched against the whole table, longest first, and must be followed by the number: 行审复
is never read as 行审. Its category is the class (大类) the table puts it in, not its first character: 行保
is preservation, 民辖 is jurisdiction.
"""

from __future__ import annotations

import csv
import functools
import pathlib
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from plumbline import errors

CATEGORIES = ("criminal", "civil", "administrative", "compensation", "enforcement", "insolvency", "other")
INSTANCES = (
    "first", "second", "review", "retrial", "enforcement", "enforcement_review", "special", "preservation",
    "jurisdiction", "mediation", "other",
)  # fmt: skip
PROVINCES = frozenset("京津冀晋内辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔云藏陕甘青宁新兵军")
SUPREME = "最高法"
SPECIALISED = "知"
CURRENT, FORMER = "from_2016", "before_2016"
LONGEST = 80

_SHIPPED = pathlib.Path(__file__).resolve().parent.parent / "definitions" / "court-core" / "case-types.csv"
_COLUMNS = ("type_code", "name", "category", "instance")

_SPELLING = {ord(full): half for full, half in zip("０１２３４５６７８９", "0123456789", strict=True)}
_SPELLING |= {ord(mark): "（" for mark in "([［〔【〈﹙"} | {ord(mark): "）" for mark in ")]］〕】〉﹚"}
_SPELLING |= {ord(blank): "" for blank in " \t\r\n\v\f\u00a0\u2002\u2003\u2009\u200b\u202f\u3000\ufeff"}

# A ruling inside a case is filed as 123号之一: the number before it names the case (one number per case,
# Art. 3), so the suffix of the document is dropped. 123-1号 is refused: it may be such a suffix or a range,
# and a guess would join cases.
_DOCUMENT = r"(?:之(?:[一二三四五六七八九十]{1,3}|[0-9]{1,3}))?"
_YEAR = r"（([0-9]{4})）"
_SEPARATOR = r"[、，,;；和及]"
_SERIES = rf"[0-9]{{1,12}}(?:号?{_SEPARATOR}[0-9]{{1,12}})*"
_OLD = re.compile(rf"{_YEAR}((?:[\u4e00-\u9fff]|（知）){{1,12}}?)字第?({_SERIES})号{_DOCUMENT}")
_OLD_TYPE = re.compile(r"(?:法[委赔]|[委司确刑民行执赔破清商知经海辖减监])")
_NEXT = re.compile(rf"{_SEPARATOR}?(?=（[0-9]{{4}}）)")


@dataclass(frozen=True, slots=True)
class CaseType:
    """A type code (类型代字) with its category, instance and name; several small types may share a code."""

    code: str
    category: str
    instance: str
    name: str


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """One case: `text` is the normalised number; `court` its code, empty where an old number does not say
    which.

    `specialised` is 知 or empty; `grammar` is from_2016 or before_2016.
    """

    text: str
    year: int
    court: str
    specialised: str
    type_code: str
    number: int
    grammar: str
    category: str
    instance: str


class CaseTypes:
    """The table of type codes; looks a code up and recognises the longest one in a number."""

    def __init__(self, types: Iterable[CaseType]) -> None:
        self._by_code = {one.code: one for one in types}
        longest_first = sorted(self._by_code, key=lambda code: (-len(code), code))
        self._codes = "|".join(re.escape(code) for code in longest_first)
        self.grammar = functools.lru_cache(maxsize=16)(self._grammar)

    @staticmethod
    def read(path: pathlib.Path) -> CaseTypes:
        """Read a table; BadDefinition with file and line where a row does not fit."""
        by_code: dict[str, CaseType] = {}
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines)
            if missing := set(_COLUMNS) - set(rows.fieldnames or ()):
                raise errors.BadDefinition(
                    f"The columns {', '.join(sorted(missing))} are missing", file=str(path), line=1
                )
            for row in rows:
                if row["type_code"]:  # the others are headings of the table
                    _enter(by_code, row, f"{path}", rows.line_num)
        return CaseTypes(by_code.values())

    @staticmethod
    def shipped() -> CaseTypes:
        """The table of the court-core pack."""
        return _shipped()

    def get(self, code: str) -> CaseType | None:
        return self._by_code.get(code)

    @property
    def codes(self) -> Mapping[str, CaseType]:
        return self._by_code

    def prefix_pairs(self) -> list[tuple[str, str]]:
        """The pairs in which one code begins another: where a first match would misread."""
        return [
            (short, long) for short in self._by_code for long in self._by_code
            if short != long and long.startswith(short)
        ]  # fmt: skip

    def _grammar(self, extra_provinces: frozenset[str]) -> re.Pattern[str]:
        provinces = "".join(map(re.escape, sorted(PROVINCES | extra_provinces)))
        court = rf"({SUPREME}|[{provinces}](?:[0-9]{{4}}|[0-9]{{2}})?)"
        return re.compile(rf"{_YEAR}{court}({SPECIALISED})?({self._codes})({_SERIES})号{_DOCUMENT}")


def parse(
    text: str,
    types: CaseTypes,
    courts: Container[str] | None = None,
    *,
    extra_provinces: frozenset[str] = frozenset(),
) -> CaseNumber:
    """The one number a text holds. BadCaseNumber when it is none or several; UnknownCourt when `courts`
    lacks its court."""
    found = parse_all(text, types, courts, extra_provinces=extra_provinces)
    if len(found) != 1:
        raise _bad(text, f"it holds {len(found)} numbers", "Send one event for each case.")
    return found[0]


def parse_all(
    text: str,
    types: CaseTypes,
    courts: Container[str] | None = None,
    *,
    extra_provinces: frozenset[str] = frozenset(),
) -> list[CaseNumber]:
    """Every number in a text that holds nothing else, such as `（2021）粤0111民初30063、30062号`, in its
    order, each once."""
    spelled = normalise(text)
    if len(spelled) > 2000:
        raise _bad(text, "it is longer than 2,000 characters", "Send the numbers one by one.")
    grammar = types.grammar(extra_provinces)
    found: dict[str, CaseNumber] = {}
    start = 0
    while start < len(spelled):
        one = grammar.match(spelled, start)
        if one:
            series = _current(one, types)
        elif one := _OLD.match(spelled, start):
            series = _former(one, extra_provinces)
        else:
            raise _unreadable(text, spelled[start:], types)
        found.update((number.text, number) for number in series)
        start = one.end()
        if start < len(spelled):
            gap = _NEXT.match(spelled, start)
            if not gap:
                raise _bad(
                    text, f"{spelled[start : start + 20]!r} follows the number", "Send the number alone."
                )
            start = gap.end()
    if not found:
        raise _unreadable(text, spelled, types)
    for number in found.values():
        if courts is not None and number.court not in courts:
            raise errors.UnknownCourt(
                f"The court {number.court!r} of {number.text} is not known",
                why="No loaded court file holds it."
                if number.court
                else "A number from before 2016 does not name it.",
                next="Load the court file that holds it, or correct the number.",
            )
    return list(found.values())


def normalise(text: str) -> str:
    """The spelling in which two writings of one number are equal; says nothing about whether it is one."""
    return text.translate(_SPELLING)


def _current(one: re.Match[str], types: CaseTypes) -> list[CaseNumber]:
    year, court, specialised, code, series = one[1], one[2], one[3] or "", one[4], one[5]
    kind = types.codes[code]
    found = []
    for digits in _digits(series, one):
        # 刑核 numbers are eight random digits (Art. 10); all others count from 1, so a leading zero is only
        # a spelling.
        digits = digits if code == "刑核" else digits.lstrip("0")
        text = f"（{year}）{court}{specialised}{code}{digits}号"
        found.append(
            CaseNumber(
                text,
                _year(year, text),
                court,
                specialised,
                code,
                int(digits),
                CURRENT,
                kind.category,
                kind.instance,
            )
        )
    return found


def _former(one: re.Match[str], extra_provinces: frozenset[str]) -> list[CaseNumber]:
    year, letters, series = one[1], one[2], one[3]
    court, code = _old_court(letters, extra_provinces)
    category, instance = _old_kind(code)
    found = []
    for digits in _digits(series, one):
        digits = digits.lstrip("0")
        text = f"（{year}）{letters}字第{digits}号"
        found.append(
            CaseNumber(text, _year(year, text), court, "", code, int(digits), FORMER, category, instance)
        )
    return found


def _old_court(letters: str, extra_provinces: frozenset[str]) -> tuple[str, str]:
    """Court and type of an old number. Only a high court is sure: its province stands alone before the type
    (吉刑监, 沪高民终).

    延中民二终 is one of several 延 courts, and 吉中 is the court of 吉林市: no court is guessed from them.
    """
    if letters[0] in PROVINCES | extra_provinces:
        rest = letters[1:].removeprefix("高").removeprefix("院")
        if _OLD_TYPE.match(rest):
            return letters[0], rest
    start = _OLD_TYPE.search(letters, 1 if len(letters) > 1 and letters[1] == "中" else 0)
    return "", letters[start.start() :] if start else letters


def _old_kind(code: str) -> tuple[str, str]:
    """Category and instance by their characters; 刑执 is the commutation of a sentence, not enforcement."""
    signs = (
        ("compensation", "赔"), ("insolvency", "破清"), ("criminal", "刑减"), ("enforcement", "执"),
        ("administrative", "行"), ("civil", "民商知经海"),
    )  # fmt: skip
    category = next((name for name, marks in signs if any(mark in code for mark in marks)), "other")
    if category == "enforcement":
        if any(mark in code for mark in "异复监协议"):
            return category, "enforcement_review"
        return category, "preservation" if "保" in code else "enforcement"
    if "辖" in code:
        return category, "jurisdiction"
    if code[-1] in "申监抗":
        return category, "review"
    if any(mark in code for mark in "再提"):
        return category, "retrial"
    ends = {
        "初": "first",
        "终": "second",
        "特": "special",
        "催": "special",
        "督": "special",
        "保": "preservation",
    }
    return category, next((ends[mark] for mark in reversed(code) if mark in ends), "other")


def _digits(series: str, one: re.Match[str]) -> list[str]:
    numbers = re.findall(r"[0-9]+", series)
    if any(not digits.strip("0") for digits in numbers):
        raise _bad(one[0], "a case cannot have the number 0", "Send the number the court gave.")
    return numbers


def _year(digits: str, text: str) -> int:
    year = int(digits)
    if not 1949 <= year <= 2200:
        raise _bad(text, f"{year} is no year of acceptance", "Write a year from 1949 to 2200.")
    return year


def _enter(by_code: dict[str, CaseType], row: Mapping[str, str], file: str, line: int) -> None:
    code = row["type_code"]
    if row["category"] not in CATEGORIES or row["instance"] not in INSTANCES:
        raise errors.BadDefinition(
            f"The type {code} has the category {row['category']!r} and the instance {row['instance']!r}",
            file=file,
            line=line,
            next=f"Categories: {', '.join(CATEGORIES)}. Instances: {', '.join(INSTANCES)}.",
        )
    known = by_code.get(code)
    if known and (known.category, known.instance) != (row["category"], row["instance"]):
        raise errors.BadDefinition(
            f"The type {code} stands twice with different category or instance",
            file=file,
            line=line,
            why="Which small type a number has cannot be seen from it.",
            next="Give all rows of a code the same two.",
        )
    name = f"{known.name}、{row['name']}" if known else row["name"]
    by_code[code] = CaseType(code, row["category"], row["instance"], name)


def _unreadable(text: str, rest: str, types: CaseTypes) -> errors.BadCaseNumber:
    why = "it is not （year）, court code, type code, number, 号"
    if re.match(rf"{_YEAR}(?:{SUPREME}|[\u4e00-\u9fff][0-9]{{0,4}})[\u4e00-\u9fff]{{1,5}}[0-9]+号", rest):
        why = f"its court code begins with no province, or its type is none of the {len(types.codes)} known"
    return _bad(text, why, "Write it as （2019）吉2401民初123号, or an old one as （2011）吉刑监字第108号.")


def _bad(text: str, why: str, what_next: str) -> errors.BadCaseNumber:
    return errors.BadCaseNumber(
        f"{text[:LONGEST]!r} is no case number", why=f"Because {why}.", next=what_next
    )


@functools.cache
def _shipped() -> CaseTypes:
    return CaseTypes.read(_SHIPPED)
