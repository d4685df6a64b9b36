"""Code maps (代码表): what the words of a court's own system mean in the vocabulary, as definitions with a source."""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from plumbline import vocabulary
from plumbline.catalog import faults
from plumbline.catalog.definitions import Pack, Place, Source, Text

if TYPE_CHECKING:
    from plumbline.catalog.documents import Entry

CAUSE: Final = "cause"
COURT: Final = "court"
CODED: Final = ("choice", "code", "unit", "court")
"""The types of fields that hold a code."""
LONGEST_WORD: Final = 200
_LONGEST: Final = {"code": 32, "unit": 64, "court": 24}


@dataclass(frozen=True, slots=True)
class CodeMap:
    """A map of words to codes. `of` says where it fits: one field (`case.closed.method`), every field of a closed
    list (`METHOD`), or every `cause` or `court`.
    """

    id: str
    title: Text
    of: str
    codes: Mapping[str, str]
    source: Source | None
    place: Place | None = dataclasses.field(default=None, compare=False)


def read(entry: Entry) -> CodeMap | None:
    """One map, or None where its head cannot be read."""
    title, codes = entry.title("title"), entry.codes("codes")
    for word in codes:
        if not word.strip() or word != word.strip() or len(word) > LONGEST_WORD:
            entry.note(
                "codes",
                f"{entry.said()}: a word is blank, has blanks around it, or is longer than {LONGEST_WORD}",
                "write the word as the other system shows it, without the blanks",
            )
    if title is None or not codes:
        return None
    return CodeMap(entry.id(), title, entry.text("of"), codes, entry.source(), entry.place)


def field_of(words: vocabulary.Vocabulary, of: str) -> vocabulary.Field | None:
    """The field that `type.field` names (of a list: what it lists); None where it names none that holds a code."""
    event, _, name = of.rpartition(".")
    kind = words.types.get(event)
    found = kind.fields.get(name) if kind is not None else None
    if kind is not None and name == COURT:
        found = vocabulary.Field(COURT, "court", False)
    item = found.item or found if found is not None else None
    return item if item is not None and item.type in CODED else None


def fits(words: vocabulary.Vocabulary, of: str, field: vocabulary.Field) -> bool:
    """Whether a map `of` a closed list, of causes or of courts speaks of a field."""
    if of == CAUSE:
        return field.type == "code" and field.name == CAUSE
    return field.type == "court" if of == COURT else of in field.lists


def speaks_of(words: vocabulary.Vocabulary, of: str, place: str) -> bool:
    """Whether a map `of` something may be set for a place of a source: the same, or a field it fits."""
    if of == place:
        return True
    field = field_of(words, place)
    if field is None:
        return place == "subject" and of == COURT
    own = field_of(words, of)
    if own is not None:
        return own.type == field.type and own.values == field.values
    return fits(words, of, field)


def places(words: vocabulary.Vocabulary) -> tuple[str, ...]:
    """Every place a source can set a map for: `subject`, cause, court, the closed lists, and each coded field."""
    fields = [f"{event}.{name}" for event, kind in words.types.items() for name in kind.fields]
    coded = (one for one in fields if field_of(words, one) is not None)
    return ("subject", CAUSE, COURT, *words.lists, *coded)


def check(pack: Pack, packs: Iterable[Pack], words: vocabulary.Vocabulary, found: faults.Faults) -> None:
    """Note every map for a field that does not exist, and every code its field cannot hold."""
    every = list(packs)
    causes = {cause.code for one in every for cause in one.causes.values()}
    below = {name: one.id for one in every if one is not pack for name in one.code_maps}
    for one in pack.code_maps.values():
        said = f"code_maps `{one.id}`"
        if one.id in below:
            found.add(
                one.place,
                f"{said} is already a code map of pack {below[one.id]}",
                "use that, or choose another id",
            )
        allowed, longest = _allowed(words, one.of, causes)
        if longest == 0:
            known = [place for place in places(words) if place != "subject"]
            found.add(one.place, f"{said}: `{one.of}` holds no code", faults.nearest(one.of, known))
            continue
        _check_codes(one, said, allowed, longest, found)


def _allowed(
    words: vocabulary.Vocabulary, of: str, causes: Container[str]
) -> tuple[Container[str] | None, int]:
    """The codes a map may lead to (None: any), and how long one may be; 0 where there is no such place."""
    if of == CAUSE:
        return causes, 32
    if of == COURT:
        return None, _LONGEST["court"]
    if of in words.lists:
        return words.lists[of], 32
    field = field_of(words, of)
    if field is None:
        return None, 0
    if field.type == "choice":
        return field.values, 32
    return (causes if fits(words, CAUSE, field) else None), _LONGEST[field.type]


def _check_codes(
    one: CodeMap, said: str, allowed: Container[str] | None, longest: int, found: faults.Faults
) -> None:
    for word, code in one.codes.items():
        if allowed is not None and code not in allowed:
            known = list(allowed) if isinstance(allowed, Iterable) else []
            found.add(
                one.place,
                f"{said}: `{word}` leads to `{code}`, which {one.of} does not hold",
                faults.nearest(code, known),
            )
        elif not code.strip() or len(code) > longest:
            found.add(
                one.place,
                f"{said}: `{word}` leads to a code that is blank or longer than {longest}",
                "write the code as an event carries it",
            )
