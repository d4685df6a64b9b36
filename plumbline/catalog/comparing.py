"""What changed between two editions of a pack, in words, Chinese and English: what a court must know before
it takes effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plumbline.catalog import amendments, expressions, keys, meanings, saying, scopes
from plumbline.catalog.amendments import Sides
from plumbline.catalog.definitions import Clock, Fact, Indicator, Measure, Pack, Target, Text

#: What each section is called.
SECTIONS: Mapping[str, Text] = {
    "facts": Text("案件要素", "fact"),
    "tracks": Text("归属", "track"),
    "limits": Text("期限表", "table of limits"),
    "clocks": Text("期限", "clock"),
    "measures": Text("基础统计量", "measure"),
    "indicators": Text("指标", "indicator"),
    "targets": Text("目标", "target"),
    "benchmarks": Text("标杆值", "benchmark"),
    "conversions": Text("换算办法", "conversion"),
    "causes": Text("案由、罪名", "cause"),
    "tags": Text("特殊类别", "tag"),
    "code_maps": Text("代码表", "code map"),
    "balances": Text("存量平衡", "balance of stock and flow"),
    "roles": Text("案件关联", "role"),
    "parameters": Text("口径参数", "parameter"),
    "rule_books": Text("考核办法", "rule book"),
    "watches": Text("预警规则", "watch"),
}
#: What each kind of change is called.
KINDS: Mapping[str, Text] = {
    "added": Text("新增", "new"),
    "removed": Text("删除", "removed"),
    "meaning": Text("口径变更", "the meaning changed"),
    "filing": Text("归类变更", "filed differently, the numbers stay"),
    "words": Text("文字变更", "words changed"),
}
_WORDS = (
    "title", "source", "formula_source", "meaning", "dimension", "key_points", "department", "waits_for", "issuer",
)  # fmt: skip
_BESIDE = ("base", "headroom", "stage")
"""Keys of a target beside its line: no number is held otherwise because of them."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `kind` is added, removed, meaning (口径变更: numbers may differ), filing or words.

    filing: numbers stay, what they are held to be (lever, nature, domain) differs; words: only words changed.
    """

    kind: str
    section: str
    id: str
    said: Text


def compare(old: Pack, new: Pack) -> list[Change]:
    """Every change from one edition to the next, by section and id; empty where they say the same."""
    changes = list(_head(old, new))
    sides = Sides(old, new)
    for section in dict.fromkeys([*keys.SECTIONS, *SECTIONS]):
        before, after = _held(old, section), _held(new, section)
        for name in sorted(before.keys() | after.keys()):
            changes += _one(sides, section, before.get(name), after.get(name), name)
    return changes + list(_events(old, new))


def _events(old: Pack, new: Pack) -> Iterator[Change]:
    """Event types and closed lists of a pack's own."""
    for part, named in (("types", Text("事件类型", "event type")), ("lists", Text("取值表", "closed list"))):
        before, after = ((pack.document.get("events") or {}).get(part) or {} for pack in (old, new))
        for name in sorted(before.keys() | after.keys()):
            one, other = before.get(name), after.get(name)
            if one == other:
                continue
            kind = "added" if one is None else "removed" if other is None else "meaning"
            told = [] if one is None or other is None else _entries(one, other)
            yield Change(kind, "events", name, _sentence(kind, named, Text(f"「{name}」", f"“{name}”"), told))


def _entries(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Text]:
    return [
        saying.changed(saying.label(key), saying.value(old.get(key)), saying.value(new.get(key)))
        for key in dict.fromkeys([*old, *new])
        if old.get(key) != new.get(key)
    ]


def _held(pack: Pack, section: str) -> Mapping[str, Any]:
    """The definitions of a section by id; those that have none by what they are for."""
    given = getattr(pack, section, {})
    if isinstance(given, Mapping):
        return given
    found: dict[str, Any] = {}
    for one in given:
        name = key = _key(one)
        times = 1
        while key in found:
            times += 1
            key = f"{name} ({times})"
        found[key] = one
    return found


def _key(one: Any) -> str:
    if isinstance(one, Target):
        return "|".join((one.of, ", ".join(one.courts), one.scope, one.period))
    whose = getattr(one, "whose", None)
    parts = [getattr(one, "figure", ""), getattr(one, "kind", ""), getattr(one, "court", "")]
    parts += [
        whose.zh if whose else "",
        getattr(one, "category", ""),
        str(getattr(one, "begins", None) or ""),
    ]
    return "|".join(str(part) for part in parts)


def _one(sides: Sides, section: str, old: Any, new: Any, name: str) -> Iterator[Change]:
    shown = getattr(new or old, "id", None) or name.partition("|")[0]
    head = SECTIONS.get(section) or Text(f"「{section}」", f"“{section}”")
    whose = _whose(sides.new if new is not None else sides.old, new or old, shown)
    if old is None or new is None:
        kind = "added" if old is None else "removed"
        detail = amendments.content(sides.new if old is None else sides.old, new or old)
        yield Change(kind, section, shown, _sentence(kind, head, whose, [detail] if detail else []))
        return
    counted = section in ("measures", "indicators")
    moved = counted and _hash(sides.old, name) != _hash(sides.new, name)
    said = amendments.sentences(sides, old, new) if old != new else []
    if not said and not moved:
        return
    differing = {key for key, before in saying.held(old) if before != getattr(new, key)}
    if moved and differing <= {*_WORDS, "lever", "nature", "origin", "domain", "number"}:
        said.append(_ground(sides, old, new))
    kind = "meaning" if moved else _kind(differing, counted=counted)
    yield Change(kind, section, shown, _sentence(kind, head, whose, said))


def _kind(differing: set[str], *, counted: bool) -> str:
    if differing <= set(_WORDS):
        return "words"
    return "filing" if counted or differing <= {*_WORDS, *_BESIDE} else "meaning"


def _sentence(kind: str, head: Text, whose: Text, said: Iterable[Text]) -> Text:
    parts = list(said)
    word = KINDS[kind]
    zh, en = "；".join(part.zh for part in parts), "; ".join(part.en for part in parts)
    colon = ("：", ": ") if parts else ("", "")
    return Text(
        f"{word.zh}：{head.zh}{whose.zh}{colon[0]}{zh}", f"{word.en}: {head.en} {whose.en}{colon[1]}{en}"
    )


def _whose(pack: Pack, one: Any, shown: str) -> Text:
    """The definition by its title and id; a target or a benchmark by its figure, courts and period."""
    figure = getattr(one, "of", None) or getattr(one, "figure", None)
    title = getattr(one, "title", None) or (_title(pack, figure) if isinstance(figure, str) else None)
    title = title or Text(shown, shown)
    if not isinstance(one, Target):
        more = f"（{shown}）" if shown != title.zh else ""
        return Text(
            f"「{title.zh}」{more}", f"“{title.en}” ({shown})" if shown != title.en else f"“{title.en}”"
        )
    scope, courts = saying.WORDS[one.scope], ", ".join(one.courts)
    return Text(
        f"「{title.zh}」（{shown}，{courts}，{scope.zh}，{one.period}）",
        f"“{title.en}” ({shown}, {courts}, {scope.en}, {one.period})",
    )


def _title(pack: Pack, figure: str) -> Text | None:
    for one in reversed(scopes.chain(pack)):
        for held in (one.indicators, one.measures):
            if figure in held:
                return held[figure].title
    return None


def _hash(pack: Pack, name: str) -> str | None:
    return meanings.definition_hashes(pack).get(name)


def _ground(sides: Sides, old: Any, new: Any) -> Text:
    """What a definition rests on that changed, by name."""
    names = _measures(sides, new) if not isinstance(new, Measure) else _facts(sides, new)
    if not names:
        return Text("所依据的定义有变", "what it rests on changed")
    zh, en = "、".join(f"「{each.zh}」" for each in names), ", ".join(f"“{each.en}”" for each in names)
    return Text(f"所依据的定义有变：{zh}", f"what it rests on changed: {en}")


def _measures(sides: Sides, indicator: Indicator) -> list[Text]:
    before, after = (meanings.definition_hashes(pack) for pack in (sides.old, sides.new))
    read = amendments.formula_of(sides.new, indicator).measures
    moved = [name for name in sorted(read) if before.get(name) != after[name]]
    return [_title(sides.new, name) or Text(name, name) for name in moved]


def _facts(sides: Sides, measure: Measure) -> list[Text]:
    """Facts, clocks and tracks that a measure names, itself or through another, and that are not what they were."""
    were, are = _ground_of(sides.old), _ground_of(sides.new)
    waiting = [*measure.starts, *measure.until, *scopes.ATTRIBUTION]
    waiting += [name for text in (measure.where, measure.sum) if text for name in expressions.names_in(text)]
    found, seen = list[Text](), set[str]()
    while waiting:
        name = waiting.pop(0)
        if name in seen or name not in are:
            continue
        seen.add(name)
        one = are[name][0]
        if were.get(name) != are[name]:
            found.append(getattr(one, "title", None) or Text(one.id, one.id))
        waiting += _rests(one)
    return list(dict.fromkeys(found))


def _rests(one: Any) -> list[str]:
    if isinstance(one, Fact):
        return sorted(scopes.rests_on(one))
    return [one.starts, *one.stops] if isinstance(one, Clock) else []


def _ground_of(pack: Pack) -> dict[str, tuple[Any, ...]]:
    """By name what a clause may name: facts, the facts of clocks (with their tables), tracks."""
    packs = scopes.chain(pack)
    limits = {table.id: table for one in packs for table in one.limits.values()}
    found: dict[str, tuple[Any, ...]] = {}
    for one in packs:
        found |= {fact.id: (fact,) for fact in one.facts.values()}
        for clock in one.clocks.values():
            given = (clock, limits.get(clock.limits))
            found |= {f"{clock.id}_{suffix}": given for suffix in scopes.CLOCK_FACTS}
        found |= {track.id: (track,) for track in one.tracks.values()}
    return found


def _head(old: Pack, new: Pack) -> Iterator[Change]:
    if (old.version, old.in_force_from) != (new.version, new.in_force_from):
        zh = f"版本 {old.version}（{old.in_force_from} 起）→ {new.version}（{new.in_force_from} 起）"
        en = f"version {old.version} (from {old.in_force_from}) -> {new.version} (from {new.in_force_from})"
        yield Change("words", "pack", new.id, Text(zh, en))
    for key, kind in (("ranking", "meaning"), ("title", "words"), ("issuer", "words"), ("source", "words")):
        before, after = (saying.value(getattr(pack, key), key) for pack in (old, new))
        if before != after:
            named = Text("排名", "ranking") if key == "ranking" else saying.label(key)
            yield Change(kind, "pack", new.id, saying.changed(named, before, after))
    before_uses, after_uses = ({used.id: used for used in pack.uses} for pack in (old, new))
    for name in sorted(before_uses.keys() | after_uses.keys()):
        one, other = before_uses.get(name), after_uses.get(name)
        if (one and one.hash) != (other and other.hash):
            shown = [f"{used.id} {used.version}" if used else "—" for used in (one, other)]
            words = Text(f"所依据的指标包：{shown[0]} → {shown[1]}", f"builds on {shown[0]} -> {shown[1]}")
            yield Change("meaning", "uses", name, words)
