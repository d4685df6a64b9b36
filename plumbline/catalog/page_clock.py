"""The page of a clock: what starts and stops it, the table of limits with its articles, what pauses and extends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from plumbline import vocabulary
from plumbline.catalog import field_words, lexicon, page_frame, scopes, tracing, wording
from plumbline.catalog.collection import Collection
from plumbline.catalog.definitions import Clock, Extension, Limit, LimitTable, Pack, Text
from plumbline.catalog.page_frame import Frame, plain


def render(collection: Collection, pack: Pack, clock: Clock, frame: Frame) -> str:
    """The page as Markdown."""
    thing = collection.thing("clock", pack, clock.id)
    names = lexicon.of_events(pack)
    title = plain(frame.say(clock.title or thing.title))
    head = [f"`{pack.id}.{clock.id}`", frame.link(collection.thing("pack", pack, ""))]
    lines = [f"# {title}", "", " · ".join(head), ""]
    lines += frame.section(Text("起算与停止", "Start and stop"), _course(clock, names, frame))
    if clock.limits:
        table = collection.table(pack, clock.limits)
        lines += frame.section(Text("期限表", "Table of limits"), _table(pack, table, frame))
        lines += frame.section(
            Text("不计入期限的期间", "Days that do not count"), _pauses(pack, table, frame)
        )
    lines += frame.section(Text("由它得出的要素", "Facts it gives"), _facts(clock, names, frame))
    links = collection.trace.above([thing])
    readers = tracing.ends(links, "indicator") or tracing.ends(links, "measure")
    lines += frame.section(Text("据以计算", "What rests on it"), [frame.links(readers)] if readers else [])
    return page_frame.whole(lines)


def _course(clock: Clock, names: lexicon.Lexicon, frame: Frame) -> list[str]:
    def named(name: str) -> str:
        return f"{plain(frame.say(names.word(name).title))} `{name}`"

    several = frame.pick("；", "; ").join(named(name) for name in clock.stops)
    lines = [
        frame.pick(
            f"- 起算：{named(clock.starts)}，从次日开始计算。",
            f"- starts: {named(clock.starts)}; counting begins on the next day.",
        ),
        frame.pick(
            f"- 停止：{several}（依次取最先已知者）。",
            f"- stops: {several}; the first that is known, in this order.",
        ),
    ]
    if clock.due is not None:
        lines.append(frame.pick(f"- 届满日：{named(clock.due)}。", f"- last day: {named(clock.due)}."))
    for restart in clock.restarts:
        where = ""
        if restart.where is not None:
            said = frame.say(wording.clause(restart.where, names))
            where = frame.pick(f"，{said}的", f", where {said}")
        lines.append(
            frame.pick(
                f"- 重新计算：自{named(restart.on)}{where}（{plain(restart.article)}）。",
                f"- runs anew from {named(restart.on)}{where} ({plain(restart.article)}).",
            )
        )
    if clock.ends:
        ends = frame.pick("；", "; ").join(named(name) for name in clock.ends)
        lines.append(frame.pick(f"- 终了：{ends}。", f"- is over on: {ends}."))
    if clock.times > 1:
        lines.append(
            frame.pick(f"- 连续计 {clock.times} 次。", f"- runs {clock.times} times, one after the other.")
        )
    lines.append(
        frame.pick(
            "- 以月计的，届满于相应月份的同日；该月无此日的，届满于该月末日。",
            "- A limit of months ends on the same day of its month, or on that month's last day.",
        )
    )
    return lines


def _table(pack: Pack, table: LimitTable, frame: Frame) -> list[str]:
    types = scopes.words_of(pack)
    rows = []
    for row in table.rows:
        fits = _fits(types, row.when, frame)
        if row.where is not None:
            said = plain(frame.say(wording.clause(row.where, lexicon.of_events(pack))))
            fits = frame.pick("；", "; ").join(part for part in (fits, said) if part)
        rows.append((fits or "—", _length(row, frame), plain(row.article), _span(row.valid_from, row.valid_until, frame),
                     _extensions(types, row.extensions, frame)))  # fmt: skip
    heads = (
        Text("适用", "for"), Text("期限", "limit"), Text("条文", "article"), Text("施行", "in force"),
        Text("延长", "extension"),
    )  # fmt: skip
    source = frame.pick("来源：", "source: ") + frame.source(table.source)
    first = frame.pick(
        "起算日适用的第一行为准；没有一行适用的，无期限可言，不作推测。",
        "The first row that fits on the starting day holds; where none fits there is no limit, and none is guessed.",
    )
    return [f"`{table.id}` {source}", "", first, "", *frame.table(heads, rows)]


def _pauses(pack: Pack, table: LimitTable, frame: Frame) -> list[str]:
    types = scopes.words_of(pack)
    if table.pauses is None:
        return [
            frame.pick(
                "`clock.paused` 到 `clock.resumed` 之间的天数不计入，各种事由均可；重叠的只扣一次。",
                "Days from `clock.paused` to `clock.resumed` do not count, on any ground; overlapping ones count once.",
            )
        ]
    rows = []
    for pause in table.pauses:
        grounds = frame.pick("、", ", ").join(
            _value(types, "GROUND", ground, frame) for ground in pause.grounds
        )
        most = _amount(pause.months, pause.days, frame) or frame.pick("按实际", "as long as it lasts")
        effect = (
            frame.pick("结束后重新计算", "runs anew after it")
            if pause.restarts
            else frame.pick("扣除", "not counted")
        )
        rows.append((grounds, _fits(types, pause.when, frame) or "—", most, effect, plain(pause.article),
                     _span(pause.valid_from, pause.valid_until, frame)))  # fmt: skip
    heads = (
        Text("事由", "ground"), Text("适用", "for"), Text("最长", "at most"), Text("效果", "effect"),
        Text("条文", "article"), Text("施行", "in force"),
    )  # fmt: skip
    return [*frame.table(heads, rows), frame.pick("重叠的期间只扣一次。", "Overlapping spans count once.")]


def _facts(clock: Clock, names: lexicon.Lexicon, frame: Frame) -> list[str]:
    rows = [
        (f"`{clock.id}_{suffix}`", plain(frame.say(names.word(f"{clock.id}_{suffix}").title)))
        for suffix in scopes.CLOCK_FACTS
    ]
    return frame.table((Text("要素", "fact"), Text("含义", "meaning")), rows)


def _fits(types: vocabulary.Vocabulary, when: Mapping[str, Sequence[str]], frame: Frame) -> str:
    lists = {"category": "CATEGORY", "instance": "INSTANCE", "procedure": "PROCEDURE"}
    parts = []
    for trait, values in when.items():
        said = frame.pick("、", ", ").join(
            _value(types, lists.get(trait, ""), value, frame) for value in values
        )
        title = field_words.NUMBER.get(trait) or field_words.field(trait)
        parts.append(f"{frame.say(title)}{frame.pick('：', ': ')}{said}")
    return frame.pick("；", "; ").join(parts)


def _value(types: vocabulary.Vocabulary, listed: str, value: str, frame: Frame) -> str:
    names = types.lists.get(listed, {}).get(value)
    return frame.say(Text(*names)) if names is not None else value


def _length(row: Limit, frame: Frame) -> str:
    if row.none:
        return frame.pick("法律未定期限", "the law sets none")
    said = _amount(row.months, row.days, frame)
    if row.back:
        said = frame.pick(f"起算日之前 {said}", f"{said} before the start")
    if row.holiday_moves:
        said += frame.pick("（末日为节假日的顺延）", " (moved to the next working day)")
    return said


def _amount(months: int, days: int, frame: Frame) -> str:
    parts = [frame.pick(f"{months} 个月", _plural(months, "month"))] if months else []
    parts += [frame.pick(f"{days} 日", _plural(days, "day"))] if days else []
    return " ".join(parts)


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _extensions(types: vocabulary.Vocabulary, given: Sequence[Extension] | None, frame: Frame) -> str:
    if given is None:
        return frame.pick("按批准", "as approved")
    if not given:
        return frame.pick("不得延长", "none")
    parts = []
    for one in given:
        by = frame.pick("、", ", ").join(_value(types, "APPROVER", name, frame) for name in one.by)
        most = _amount(one.months, one.days, frame)
        said = frame.pick(f"{by}批准", f"by {by}") + (
            frame.pick(f"，合计不超过 {most}", f", {most} in all") if most else ""
        )
        parts.append(
            f"{said}（{plain(one.article)}）" if frame.lang == "zh" else f"{said} ({plain(one.article)})"
        )
    return frame.pick("；", "; ").join(parts)


def _span(begins: date | None, until: date | None, frame: Frame) -> str:
    if begins is None and until is None:
        return "—"
    since = frame.pick(f"{begins} 起", f"from {begins}") if begins else ""
    end = frame.pick(f"{until} 前", f"before {until}") if until else ""
    return " ".join(part for part in (since, end) if part)
