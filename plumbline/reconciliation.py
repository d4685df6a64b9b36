"""Two lists of the cases behind one figure, held against each other case by case, and adding up exactly.

The other list says which cases another system counts; why a case it has is not in ours is the fold's own answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from plumbline import ledger
from plumbline.catalog.definitions import Text

Field = Literal["day", "method", "court"]
FIELDS: Final[tuple[Field, ...]] = ("day", "method", "court")
Cause = Literal[
    "counted", "differs", "waiting", "another_court", "another_cut", "left", "outside_period", "undecided",
    "excluded", "retracted", "nothing_counts", "not_known", "not_yours",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Other:
    """A row of the other list: its place from 1, its case as normalised, and what else it says (None: nothing)."""

    row: int
    case: str
    day: date | None
    method: str | None
    court: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """A case behind the figure here: the measures it stands in, the days and courts it counts on, how it was closed."""

    case: str
    measures: tuple[str, ...]
    days: tuple[date, ...]
    courts: tuple[str, ...]
    method: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What either list has alone, what both have and say otherwise, and the rows of cases told more than once."""

    only_there: tuple[str, ...]
    only_here: tuple[str, ...]
    differing: Mapping[str, tuple[Field, ...]]
    both: int
    repeated: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Count:
    """One line of the arithmetic from the figure here to the rows there."""

    code: str
    amount: int
    words: Text


def compare(held: Mapping[str, Held], rows: Mapping[str, Sequence[Other]]) -> Comparison:
    """Hold the cases here against the rows there (by case); everything by case number in code-point order."""
    shared = sorted(held.keys() & rows.keys())
    told = {case: _fields(held[case], rows[case]) for case in shared}
    return Comparison(
        only_there=tuple(sorted(rows.keys() - held.keys())),
        only_here=tuple(sorted(held.keys() - rows.keys())),
        differing={case: fields for case, fields in told.items() if fields},
        both=len(shared),
        repeated={
            case: tuple(one.row for one in found) for case, found in sorted(rows.items()) if len(found) > 1
        },
    )


def by_case(rows: Iterable[Other]) -> dict[str, list[Other]]:
    """The rows of each case, in their order."""
    found: dict[str, list[Other]] = {}
    for one in rows:
        found.setdefault(one.case, []).append(one)
    return found


def _fields(here: Held, there: Sequence[Other]) -> tuple[Field, ...]:
    """What both say otherwise: no row of the case that says it agrees. What either does not say is no difference."""
    mine: Mapping[Field, Iterable[object]] = {
        "day": here.days, "court": here.courts, "method": () if here.method is None else (here.method,)
    }  # fmt: skip
    said: Mapping[Field, set[object]] = {
        name: {getattr(one, name) for one in there} - {None} for name in FIELDS
    }
    return tuple(name for name in FIELDS if said[name] and mine[name] and not said[name] & set(mine[name]))


def counts(
    entries: int, not_listed: int, held: Mapping[str, Held], compared: Comparison, rows: int, unreadable: int
) -> tuple[Count, ...]:
    """The lines that lead from the entries here (cases, once in each measure) to the rows there; they add up exactly."""
    several = sum(len(one.measures) - 1 for one in held.values())
    repeated = sum(len(found) - 1 for found in compared.repeated.values())
    lines = (
        Count("entries_here", entries, COUNTS["entries_here"]),
        Count("not_listed", -not_listed, COUNTS["not_listed"]),
        Count("in_several_measures", -several, COUNTS["in_several_measures"]),
        Count("only_here", -len(compared.only_here), COUNTS["only_here"]),
        Count("only_there", len(compared.only_there), COUNTS["only_there"]),
        Count("repeated_rows", repeated, COUNTS["repeated_rows"]),
        Count("unreadable_rows", unreadable, COUNTS["unreadable_rows"]),
    )
    assert sum(line.amount for line in lines) == rows, "every case and every row is counted once"
    return lines


@dataclass(frozen=True, slots=True)
class Frame:
    """What a measure sums for a figure: days (ordinals, `until` not counted), courts, category and causes (None: any).

    `level`: a stock, of which a case that left before `until` is no part. `tagged`: only cases that carry a tag.
    """

    accounts: frozenset[int]
    first: int
    until: int
    courts: frozenset[str]
    category: str | None
    causes: frozenset[str] | None
    level: bool
    tagged: bool
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """Why a case of the other list is not in the figure here; `reasons` are the fold's, `days` and `courts` where it
    counts instead."""

    cause: Cause
    days: tuple[date, ...] = ()
    courts: tuple[str, ...] = ()
    reasons: tuple[ledger.Reason, ...] = ()
    events: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


NEAREST: Final[tuple[Cause, ...]] = (
    "waiting", "another_court", "another_cut", "left", "undecided", "excluded", "outside_period", "retracted",
    "nothing_counts",
)  # fmt: skip
"""Of several measures, the answer that comes nearest to counting is given."""


def why_absent(
    frames: Sequence[Frame],
    postings: Mapping[ledger.Key, int],
    reasons: Sequence[ledger.Reason],
    retracted: Sequence[str],
) -> Why:
    """Why a known case stands in none of the measures: its own lines and reasons, and its retracted events' ids."""
    found = [_why(frame, postings, reasons, tuple(retracted)) for frame in frames]
    return min(found, key=lambda one: NEAREST.index(one.cause))


def _why(
    frame: Frame,
    postings: Mapping[ledger.Key, int],
    reasons: Sequence[ledger.Reason],
    retracted: tuple[str, ...],
) -> Why:
    lines = _standing(frame, postings) if frame.level else _adding(frame, postings)
    own = [one for one in reasons if one.account in frame.accounts]
    counted = tuple(one for one in own if one.verdict == "counted")
    within = [key for key in lines if frame.first <= key.day < frame.until]
    there = [key for key in within if key.court in frame.courts]
    if there:
        return _within(frame, there, counted)
    if within:
        return _placed("another_court", within, counted)
    left = [key.day for key, value in postings.items() if _takes(frame, key, value)]
    if frame.level and left:
        return Why("left", _days([max(left)]), (), counted)
    kept_out = tuple(one for one in own if one.verdict != "counted" and _in_days(frame, one.day))
    if kept_out:
        undecided = any(one.verdict == "unknown" for one in kept_out)
        return Why("undecided" if undecided else "excluded", _days(one.day for one in kept_out), (), kept_out)
    if lines:
        return _placed("outside_period", lines, counted)
    late = tuple(one for one in own if one.verdict != "counted")
    if late:
        return Why("outside_period", _days(one.day for one in late), (), late)
    if retracted:
        return Why("retracted", events=retracted)
    return Why("nothing_counts", missing=frame.missing)


def _adding(frame: Frame, postings: Mapping[ledger.Key, int]) -> dict[ledger.Key, int]:
    return {key: value for key, value in postings.items() if key.account in frame.accounts and value > 0}


def _takes(frame: Frame, key: ledger.Key, value: int) -> bool:
    return key.account in frame.accounts and value < 0 and key.day < frame.until


def _standing(frame: Frame, postings: Mapping[ledger.Key, int]) -> dict[ledger.Key, int]:
    """Of a stock, the lines that still stand on its last day, or come later: what has left is taken off again."""
    adding = _adding(frame, postings)
    out = {key._replace(day=0) for key, value in postings.items() if _takes(frame, key, value)}
    nets = {
        place: sum(v for k, v in postings.items() if k.day < frame.until and k._replace(day=0) == place)
        for place in out
    }
    return {
        key: value
        for key, value in adding.items()
        if key.day >= frame.until or nets.get(key._replace(day=0), 1) > 0
    }


def _within(frame: Frame, there: Sequence[ledger.Key], counted: tuple[ledger.Reason, ...]) -> Why:
    fits = [
        key
        for key in there
        if (frame.category is None or key.category == frame.category)
        and (frame.causes is None or key.cause in frame.causes)
    ]
    if not fits:
        return _placed("another_cut", there, counted)
    return _placed("another_cut" if frame.tagged else "waiting", fits, counted)


def _in_days(frame: Frame, day: int) -> bool:
    return frame.first <= day < frame.until


def _placed(cause: Cause, keys: Iterable[ledger.Key], reasons: tuple[ledger.Reason, ...]) -> Why:
    found = list(keys)
    return Why(cause, _days(key.day for key in found), tuple(sorted({key.court for key in found})), reasons)


def _days(ordinals: Iterable[int]) -> tuple[date, ...]:
    return tuple(date.fromordinal(each) for each in sorted(set(ordinals)))


COUNTS: Final[Mapping[str, Text]] = {
    "entries_here": Text("本系统计入（件次）", "counted here (cases, once in each measure)"),
    "not_listed": Text(
        "本系统计入但不列明（依法封存，或属您无权查阅的法院）", "counted here and never named (sealed, or of courts not yours)"
    ),
    "in_several_measures": Text("同一案件计入多个基础统计量", "cases that stand in more than one measure"),
    "only_here": Text("仅本系统有", "only here"),
    "only_there": Text("仅对方有", "only there"),
    "repeated_rows": Text("对方重复行", "rows there of a case told before"),
    "unreadable_rows": Text("对方案号无法识别的行", "rows there whose case number cannot be read"),
}  # fmt: skip
_CAUSES: Final[Mapping[str, Text]] = {
    "counted": Text("本系统计入，对方清单没有", "counted here; the other list does not have it"),
    "differs": Text("双方都有，内容不同", "both have it and say otherwise"),
    "waiting": Text("本系统已收到，待入账", "received here and waiting to be posted"),
    "another_court": Text("本系统计入其他法院", "counted here, for another court"),
    "another_cut": Text("本系统计入，但类别、案由或特殊类别不同", "counted here, under another category, cause or tag"),
    "left": Text("期末已不在存量内", "had left the stock by the last day"),
    "outside_period": Text("本系统已知，但不在本期间", "known here, outside the period"),
    "undecided": Text("本系统已知，条件无法判断，未计入", "known here and not counted: a clause cannot be decided"),
    "excluded": Text("本系统已知，按条件不计入", "known here and excluded by a clause"),
    "retracted": Text("本系统原已收到，来源已撤回", "received here and retracted by its source"),
    "nothing_counts": Text("本系统已知，但没有收到应计入的事项", "known here; nothing that counts was received"),
    "not_known": Text(
        "本系统没有可列明的记录：从未上报，或不予列明",
        "nothing here that may be named: never reported, or not to be listed",
    ),
    "not_yours": Text(
        "案号所示法院不在您的查阅范围，本系统是否持有不作答复",
        "its number names a court that is not yours to read; whether it is held is not said",
    ),
}  # fmt: skip
_FIELD_WORDS: Final[Mapping[Field, Text]] = {
    "day": Text("日期", "date"), "method": Text("结案方式", "closing method"), "court": Text("法院", "court")
}  # fmt: skip


def words(why: Why, fields: Sequence[Field], titles: Callable[[str], Text]) -> Text:
    """The sentence of an item: its cause, with days, courts and what is missing. `titles` gives a court's name."""
    base = _CAUSES[why.cause]
    zh: list[str] = []
    en: list[str] = []
    if fields:
        zh.append("、".join(_FIELD_WORDS[name].zh for name in fields))
        en.append(", ".join(_FIELD_WORDS[name].en for name in fields))
    if why.cause != "counted" and why.days:
        zh.append("、".join(map(str, why.days)))
        en.append(", ".join(map(str, why.days)))
    if why.cause == "another_court" and why.courts:
        zh.append("、".join(titles(code).zh for code in why.courts))
        en.append(", ".join(titles(code).en for code in why.courts))
    if why.missing:
        zh.append("缺 " + "、".join(why.missing))
        en.append("without " + ", ".join(why.missing))
    tail = [reason.clause for reason in why.reasons if reason.clause and reason.verdict != "counted"]
    if tail:
        zh.append(f"「{tail[0]}」")
        en.append(f"`{tail[0]}`")
    if not zh:
        return base
    return Text(f"{base.zh}（{'；'.join(zh)}）", f"{base.en} ({'; '.join(en)})")
