"""What changed between two editions of a pack, in words, Chinese and English: what a court must know before
it takes effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from plumbline.catalog import documents, meanings
from plumbline.catalog.definitions import Limit, Pack, Target, Text

#: What each section is called.
SECTIONS: Mapping[str, Text] = {
    "facts": Text("案件要素", "fact"),
    "tracks": Text("归属", "track"),
    "limits": Text("期限表", "table of limits"),
    "clocks": Text("期限", "clock"),
    "measures": Text("基础统计量", "measure"),
    "indicators": Text("指标", "indicator"),
    "roles": Text("案件关联", "role"),
    "parameters": Text("口径参数", "parameter"),
    "rule_books": Text("考核办法", "rule book"),
}
#: What each kind of change is called.
KINDS: Mapping[str, Text] = {
    "meaning": Text("口径变更", "the meaning changed"),
    "filing": Text("归类变更", "filed differently, the numbers stay"),
    "words": Text("文字变更", "words changed"),
}
_PLACES = ("place", "id")
#: Lists of which only what differs is shown.
_LISTS = ("items", "readings", "bases")
_WORDS = ("title", "source", "meaning", "dimension", "key_points", "department")


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
    meant = _meanings(old), _meanings(new)
    for section, said in SECTIONS.items():
        before: Mapping[str, Any] = getattr(old, section)
        after: Mapping[str, Any] = getattr(new, section)
        for name in sorted(before.keys() | after.keys()):
            changes += _one(section, said, name, before.get(name), after.get(name), meant)
    return changes + list(_targets(old, new))


def _meanings(pack: Pack) -> Mapping[str, str]:
    return meanings.definition_hashes(pack)


def _one(
    section: str,
    said: Text,
    name: str,
    old: Any,
    new: Any,
    meant: tuple[Mapping[str, str], Mapping[str, str]],
) -> Iterator[Change]:
    if old is None or new is None:
        kind = "added" if old is None else "removed"
        zh, en = ("新增", "new") if old is None else ("删除", "removed")
        title = _title(new or old)
        words = Text(
            f"{zh}{said.zh}：{title.zh or name}（{name}）", f"{en} {said.en}: {title.en or name} ({name})"
        )
        yield Change(kind, section, name, words)
        return
    counted = section in ("measures", "indicators")
    moved = counted and meant[0].get(name) != meant[1].get(name)
    differences = list(_differences(old, new))
    if not differences and not moved:
        return
    title = _title(new)
    zh = "；".join(f"{key}：{before} → {after}" for key, before, after in differences) or "所依据的定义有变"
    en = (
        "; ".join(f"{key}: {before} -> {after}" for key, before, after in differences)
        or "what it rests on changed"
    )
    kind = "words" if _words_only(differences) else "filing" if counted else "meaning"
    kind = "meaning" if moved else kind
    head = KINDS[kind]
    yield Change(
        kind,
        section,
        name,
        Text(
            f"{head.zh}：{said.zh}「{title.zh or name}」（{name}）：{zh}",
            f"{head.en}: {said.en} “{title.en or name}” ({name}): {en}",
        ),
    )


def _differences(old: Any, new: Any) -> Iterator[tuple[str, str, str]]:
    """The fields of two definitions that differ, each with both contents in words."""
    for each in fields(old):
        before, after = getattr(old, each.name), getattr(new, each.name)
        if each.name in _PLACES or before == after:
            continue
        if each.name in _LISTS:
            before, after = (
                tuple(one for one in mine if one not in others)
                for mine, others in ((before, after), (after, before))
            )
        yield each.name, _shown(before), _shown(after)


def _words_only(differences: list[tuple[str, str, str]]) -> bool:
    return all(key in _WORDS for key, _, _ in differences)


def _title(definition: Any) -> Text:
    return getattr(definition, "title", None) or Text("", "")


def _shown(value: object) -> str:
    if value is None or value == () or value == "":
        return "—"
    for kind, show in _SHOWN.items():
        if isinstance(value, kind):
            return show(value)
    return _parts(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


def _parts(value: Any) -> str:
    """A part of a rule book: its fields that say something, by name."""
    said = [(each.name, getattr(value, each.name)) for each in fields(value) if each.name != "place"]
    return (
        "{"
        + ", ".join(f"{name}: {_shown(given)}" for name, given in said if given not in (None, "", ()))
        + "}"
    )


def _limit(row: Limit) -> str:
    when = ", ".join(f"{trait} {'/'.join(texts)}" for trait, texts in row.when.items()) or "all"
    spans = [f"{row.months} months"] if row.months else []
    spans += [f"{row.days} days"] if row.days else []
    dated = (
        f" [{_shown(row.valid_from)}, {_shown(row.valid_until)})" if row.valid_from or row.valid_until else ""
    )
    return f"({when}: {' '.join(spans)}, {row.article}{dated})"


_SHOWN: Mapping[Any, Callable[[Any], str]] = {
    Text: lambda text: f"{text.zh} / {text.en}",
    Limit: _limit,
    date: lambda day: day.isoformat(),
    tuple: lambda values: ", ".join(_shown(value) for value in values),
    Mapping: lambda pairs: ", ".join(f"{key}: {_shown(value)}" for key, value in pairs.items()),
}


def _head(old: Pack, new: Pack) -> Iterator[Change]:
    if (old.version, old.in_force_from) != (new.version, new.in_force_from):
        zh = f"版本 {old.version}（{old.in_force_from} 起）→ {new.version}（{new.in_force_from} 起）"
        en = f"version {old.version} (from {old.in_force_from}) -> {new.version} (from {new.in_force_from})"
        yield Change("words", "pack", new.id, Text(zh, en))
    if old.ranking != new.ranking:
        yield Change(
            "meaning",
            "pack",
            new.id,
            Text(f"排名：{old.ranking} → {new.ranking}", f"ranking: {old.ranking} -> {new.ranking}"),
        )
    before, after = ({used.id: used for used in pack.uses} for pack in (old, new))
    for name in sorted(before.keys() | after.keys()):
        one, other = before.get(name), after.get(name)
        if (one and one.hash) != (other and other.hash):
            shown = [f"{used.id} {used.version}" if used else "—" for used in (one, other)]
            words = Text(f"所依据的指标包：{shown[0]} → {shown[1]}", f"builds on {shown[0]} -> {shown[1]}")
            yield Change("meaning", "uses", name, words)


def _targets(old: Pack, new: Pack) -> Iterator[Change]:
    before, after = ({_key(target): target for target in pack.targets} for pack in (old, new))
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        rules = [_rule(target) for target in (one, other)]
        if rules[0] == rules[1]:
            continue
        kind = "added" if one is None else "removed" if other is None else "meaning"
        of, courts, scope, period = key
        held = "本院" if scope == "own" else "辖区"
        zh = f"目标变更：{of}，{courts}（{held}），{period}：{rules[0]} → {rules[1]}"
        en = f"target changed: {of}, {courts} ({scope}), {period}: {rules[0]} -> {rules[1]}"
        yield Change(kind, "targets", of, Text(zh, en))


def _key(target: Target) -> tuple[str, str, str, str]:
    return target.of, ", ".join(target.courts), target.scope, target.period


def _rule(target: Target | None) -> str:
    return "—" if target is None else _shown_rule(documents.plain(target.rule))


def _shown_rule(rule: Any) -> str:
    if isinstance(rule, dict):
        pairs = rule.items()
        return ", ".join(key if value is True else f"{key} {_shown_rule(value)}" for key, value in pairs)
    return f"[{', '.join(map(str, rule))}]" if isinstance(rule, list) else str(rule)
