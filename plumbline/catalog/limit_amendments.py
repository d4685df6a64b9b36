"""What a change does to a table of limits, row by row: in which cases, from which day, from how long to how long, by
which article.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from plumbline.catalog import lexicon, saying, wording
from plumbline.catalog.definitions import Limit, Pack, Text

_DIGITS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """A whole number from 0 to 99 as it stands in a statute; a larger one in digits."""
    if not 0 <= number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def sentences(old: Sequence[Limit], new: Sequence[Limit], pack: Pack) -> list[Text]:
    """Every row that is new, gone or changed; a change of order alone too, because the first row that fits holds."""
    gone = [row for row in old if row not in new]
    come = [row for row in new if row not in old]
    found: list[Text] = []
    for row in list(gone):
        later = _succession(row, come, pack)
        if later is not None:
            kept, following, said = later
            gone.remove(row)
            come.remove(kept)
            come.remove(following)
            found.append(said)
    for row in list(gone):
        other = next((each for each in come if _cases(each) == _cases(row)), None)
        if other is not None:
            gone.remove(row)
            come.remove(other)
            found.append(_changed(row, other, pack))
    found += [_told(row, pack, Text("删除一行：", "a row is gone: ")) for row in gone]
    found += [_told(row, pack, Text("新增一行：", "a row is new: ")) for row in come]
    if not found and list(old) != list(new):
        found.append(
            Text(
                "各行的先后有变（适用先符合的一行）",
                "the order of the rows changes (the first that fits holds)",
            )
        )
    return found


def _cases(row: Limit) -> tuple[Any, ...]:
    return tuple(sorted(row.when.items())), row.where


def _succession(row: Limit, come: Sequence[Limit], pack: Pack) -> tuple[Limit, Limit, Text] | None:
    """A row that ends on a day, and another for the same cases from that day on: one change, with its day."""
    for kept in come:
        if kept.valid_until is None or dataclasses.replace(kept, valid_until=row.valid_until) != row:
            continue
        for following in come:
            if _cases(following) == _cases(row) and following.valid_from == kept.valid_until:
                day = saying.day(kept.valid_until)
                said = _changed(dataclasses.replace(row, valid_from=following.valid_from), following, pack)
                return kept, following, Text(f"自{day.zh}起，{said.zh}", f"from {day.en} on, {said.en}")
    return None


def _changed(old: Limit, new: Limit, pack: Pack) -> Text:
    where = _where(new, pack)
    parts: list[Text] = []
    if _span(old) != _span(new):
        before, after = _span(old), _span(new)
        parts.append(
            Text(
                f"期限由{before.zh}改为{after.zh}（{new.article}）",
                f"the limit changes from {before.en} to {after.en} ({new.article})",
            )
        )
    for key, before_value in saying.held(old):
        after_value = getattr(new, key)
        told = key in ("months", "days", "none", "back") or (key == "article" and parts)
        if before_value != after_value and not told:
            named = saying.label(key)
            parts.append(
                saying.changed(named, saying.value(before_value, key), saying.value(after_value, key))
            )
    return Text(
        f"{where.zh}，" + "，".join(part.zh for part in parts),
        f"{where.en}, " + ", ".join(part.en for part in parts),
    )


def _told(row: Limit, pack: Pack, head: Text) -> Text:
    where, span = _where(row, pack), _span(row)
    dates = [
        Text(f"自{saying.day(row.valid_from).zh}起", f"from {row.valid_from}") if row.valid_from else None,
        Text(f"至{saying.day(row.valid_until).zh}前", f"before {row.valid_until}")
        if row.valid_until
        else None,
    ]
    zh = "".join(f"{each.zh}，" for each in dates if each)
    en = "".join(f"{each.en}, " for each in dates if each)
    return Text(
        f"{head.zh}{zh}{where.zh}，期限为{span.zh}（{row.article}）",
        f"{head.en}{en}{where.en}, the limit is {span.en} ({row.article})",
    )


def _span(row: Limit) -> Text:
    if row.none:
        return Text("法律未规定", "none by law")
    spans = [(row.months, "个月", "month"), (row.days, "日", "day")]
    zh = "又".join(f"{numeral(count)}{unit}" for count, unit, _ in spans if count)
    en = " and ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, _, unit in spans if count)
    said = Text(zh or "零日", en or "0 days")
    return Text(f"之前{said.zh}", f"{said.en} before") if row.back else said


def _where(row: Limit, pack: Pack) -> Text:
    names = lexicon.of_events(pack)
    parts = []
    for trait, texts in row.when.items():
        word = names.word(trait)
        said = [word.values.get(text) or Text(text, text) for text in texts]
        parts.append(wording.listed(said))
    if row.where is not None:
        parts.append(wording.clause(row.where, names))
    if not parts:
        return Text("在各类情形下", "in every case")
    return Text(
        f"在{'、'.join(part.zh for part in parts)}情形下",
        f"in cases that are {', '.join(part.en for part in parts)}",
    )
