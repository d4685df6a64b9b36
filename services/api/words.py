"""What the API says in words, Chinese and English: states, reasons, verdicts, the steps of a clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from plumbline import ledger, vocabulary
from plumbline.catalog.definitions import Text
from services.api.shapes import Words

STATUS: Final[Mapping[str, Words]] = {
    "within": Words(zh="区间内", en="inside the line"),
    "beyond": Words(zh="区间外", en="outside the line"),
    "insufficient": Words(zh="数据不足", en="not enough data"),
    "no_target": Words(zh="未设目标", en="no target is set"),
    "small_sample": Words(zh="样本过少", en="too small a sample"),
}
REASONS: Final[Mapping[str, Words]] = {
    "zero_denominator": Words(zh="分母为零", en="the denominator is 0"),
    "not_reported": Words(zh="尚未上报", en="not reported yet"),
    "filling": Words(zh="该版本正在补算", en="this version is still being filled"),
    "not_in_books": Words(zh="账上没有", en="not in the books"),
    "retired": Words(
        zh="该版本已停用，此后的数据不再按它入账",
        en="this version was retired: nothing is posted under it any more",
    ),
    "not_begun": Words(zh="期间尚未开始", en="the period has not begun"),
    "no_target": Words(zh="未设目标", en="no target is set"),
    "not_available": Words(zh="尚无参照值", en="no benchmark is kept yet"),
    "small_sample": Words(zh="样本过少", en="too small a sample"),
}
MOVEMENTS: Final[Mapping[str, Words]] = {
    "better": Words(zh="趋优", en="better"),
    "worse": Words(zh="趋差，请核查", en="worse; please check"),
    "unchanged": Words(zh="持平", en="unchanged"),
    "not_comparable": Words(zh="不可比", en="cannot be compared"),
}
IGNORED: Final[Mapping[str, Words]] = {
    "corrected_by": Words(zh="已被更正", en="corrected by a later edition"),
    "retracted": Words(zh="已撤回", en="retracted"),
    "waits_for_original": Words(zh="等待原事件", en="waits for its original"),
    "replaces_a_correction": Words(zh="更正的对象本身是更正", en="replaces what is itself a correction"),
    "another_type": Words(zh="类型与原事件不同", en="of another type than its original"),
}
STEPS: Final[Mapping[str, Words]] = {
    "not_started": Words(zh="尚未起算", en="has not started"),
    "not_concerned": Words(zh="该期限不适用于此类案件", en="not a limit of this kind of case"),
    "no_limit_applies": Words(zh="无适用期限", en="no limit applies"),
    "no_limit_by_law": Words(zh="法律未规定期限", en="the law sets no limit"),
    "started": Words(zh="起算（次日计）", en="started; counted from the next day"),
    "converted": Words(zh="程序转换", en="procedure converted"),
    "restarted": Words(zh="重新计算", en="runs anew"),
    "extended": Words(zh="延长", en="extended"),
    "extended_in_part": Words(zh="延长（超出可延期限的部分不计）", en="extended, as far as it may be"),
    "extension_not_allowed": Words(
        zh="延长未计入：批准主体与规定不符，待核实",
        en="extension not counted: not by who may approve it; to be checked",
    ),
    "extension_after_the_limit": Words(
        zh="延长未计入：批准时期限已届满，待核实",
        en="extension not counted: the limit had passed; to be checked",
    ),
    "pause_not_deducted": Words(zh="该事由不扣除", en="this ground does not pause it"),
    "paused_after_the_limit": Words(
        zh="期限届满后的扣除、中止，不计入", en="a pause after the limit, not counted"
    ),
    "moved_to_a_working_day": Words(
        zh="届满日为休息日，顺延至其后第一个工作日",
        en="the last day is a day off; moved to the next working day",
    ),
    "ended": Words(zh="终止，不再计算", en="over; no longer counted"),
    "paused": Words(zh="扣除、中止开始", en="paused"),
    "resumed": Words(zh="扣除、中止结束", en="resumed"),
    "stopped": Words(zh="停止计算", en="stopped"),
}
FLAGS: Final[Mapping[str, Words]] = {
    "waiting": Words(zh="有新事件待入账", en="new events wait to be posted"),
    "parked": Words(zh="无法入账，已搁置，请核查", en="could not be folded and is set aside; please check"),
    "never_posted": Words(zh="尚未入账", en="not posted yet"),
    "unknown_fields": Words(zh="有字段缺失或格式不符", en="some fields are missing or ill-typed"),
    "by_hand": Words(zh="含手工填报", en="some events were entered by hand"),
    "paused": Words(zh="期限暂停中", en="a clock is paused"),
    "overdue": Words(zh="已过期限日，请核查", en="past its limit day; please check"),
}
COURT_STATUS: Final[Mapping[str, Words]] = {
    "confirmed": Words(zh="代字已由真实案号证实", en="the code is shown by a real case number"),
    "derived": Words(zh="代字按规则推得，尚未证实", en="the code follows from the rule; not confirmed"),
    "unsourced": Words(
        zh="代字按规则推得；起止日为一般知识，未核实",
        en="the code follows from the rule; its days are general knowledge, not sourced",
    ),
    "unknown": Words(zh="不可得：代字未知", en="not available: the code is unknown"),
    "tribunal": Words(
        zh="人民法庭：案件以所属基层法院的代字立案，法庭见于案件事件的部门（unit）",
        en="a tribunal: its cases bear the code of its basic court and name it as the unit of their events",
    ),
    "real": Words(zh="真实法院", en="a real court"),
    "official": Words(zh="官方名录", en="from an official list"),
    "invented": Words(zh="虚构（演示数据）", en="invented (demonstration data)"),
}
NO_CASE_ADVICE: Final = Words(
    zh="裁判结果类指标不提供个案建议：当改则改，依法裁判",
    en="No advice on single cases for measures of outcome: a judgment that should be altered is altered,"
    " by law",
)


def of(text: Text) -> Words:
    """A definition's text."""
    return Words(zh=text.zh, en=text.en)


def reason(code: str | None) -> Words | None:
    """A reason in words; a code without words stands for itself."""
    return None if code is None else REASONS.get(code, Words(zh=code, en=code))


def event_title(types: Mapping[str, vocabulary.EventType], name: str) -> Words:
    """An event type's name."""
    kind = types.get(name)
    return Words(zh=kind.zh, en=kind.en) if kind is not None else Words(zh=name, en=name)


def verdict(found: ledger.Reason, title: Text | None) -> Words:
    """Why a case is, or is not, in a measure, as a sentence."""
    zh = title.zh if title else found.measure
    en = title.en if title else found.measure
    clause = found.clause or ""
    if found.verdict == "counted":
        ground = (
            Words(zh=f"，因符合条件「{clause}」", en=f", because `{clause}` is true")
            if clause
            else Words(zh="", en="")
        )
        return Words(
            zh=f"计入「{zh}」，计 {found.amount}{ground.zh}",
            en=f"counted in {en} as {found.amount}{ground.en}",
        )
    if found.verdict == "unknown":
        names = "、".join(found.unknown), ", ".join(found.unknown)
        return Words(
            zh=f"未计入「{zh}」：无法判断，缺少 {names[0]}",
            en=f"not counted in {en}: it cannot be decided, {names[1]} is unknown",
        )
    return Words(zh=f"未计入「{zh}」：不符合条件「{clause}」", en=f"not counted in {en}: `{clause}` is false")
