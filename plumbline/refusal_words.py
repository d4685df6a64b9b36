"""The names of the reasons of refusal and of the classes of rules, and what to do about each, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from plumbline import refusals


class Said(NamedTuple):
    """A name and what to do, in both languages."""

    zh: str
    en: str
    zh_next: str = ""
    en_next: str = ""


CLASSES: Final[Mapping[str, Said]] = {
    "shape": Said("格式", "shape"),
    "vocabulary": Said("词汇表（类型与字段）", "vocabulary (types and fields)"),
    "time": Said("时间", "time"),
    "subject": Said("案号、对象与法院", "subject and court"),
    "code": Said("代码", "code"),
    "links": Said("关联", "links"),
    "order": Said("次序与重复", "order and repetition"),
}
REASONS: Final[Mapping[str, Said]] = {
    "not_utf8": Said("不是所称字符集的文本", "bytes that are no text",
        "确认字符集后重新导出", "export it again, or say its charset"),
    "not_json": Said("不是合法的 JSON", "not JSON",
        "查看说明所指位置", "look at the place the detail names"),
    "not_an_object": Said("不成一条记录", "not one record",
        "每行的单元格数与表头一致", "let its cells fit under the header"),
    "duplicate_key": Said("键重复", "a key stands twice", "保留正确的一个", "keep the right one"),
    "not_a_number": Said("不是数", "not a number", "该字段留空", "leave the field out"),
    "too_deep": Said("嵌套过深", "nested too deep", "减少嵌套", "flatten it"),
    "too_long": Said("过长", "too long", "缩短", "shorten it"),
    "too_large": Said("过大", "too large", "减少条目", "send fewer"),
    "nul_character": Said("含空字符", "holds a NUL character", "删除空字符", "remove it"),
    "missing_attribute": Said("缺少信封属性", "an attribute is missing",
        "补上该属性（时间、编号等）", "fill it"),
    "unknown_type": Said("未知事件类型", "unknown event type",
        "改为词汇表中的类型", "write a type of the vocabulary"),
    "unknown_field": Said("未知字段", "unknown field", "改正字段名", "correct its name"),
    "missing_field": Said("缺少必填字段", "a required field is missing", "补上该字段", "fill it"),
    "wrong_type": Said("字段类型错误", "a field of another type",
        "按词汇表的类型填写", "send the type the vocabulary names"),
    "out_of_range": Said("超出范围", "out of range", "改正该值", "correct the value"),
    "bad_time": Said("时间有误", "no such time",
        "按所定格式填写时间，或在映射文件中写明格式", "correct it, or say its format in the mapping"),
    "from_the_future": Said("时间在未来", "in the future", "改正时间", "correct it"),
    "bad_subject": Said("案号或对象有误", "no such subject", "改正案号", "correct the number"),
    "unknown_court": Said("未知法院", "unknown court",
        "改正案号，或载入该法院", "correct the number, or load the court"),
    "unknown_source": Said("未登记的来源", "unknown source", "先登记数据源", "register the source"),
    "not_your_source": Said("来源不符", "another source", "改正来源", "name the right source"),
    "not_your_court": Said("越权法院", "not a court of this source",
        "改正案号，或扩大数据源的法院范围", "correct it, or widen the source"),
    "classified": Said("涉密", "classified", "不要报送", "do not send it"),
    "conflict": Said("内容冲突", "the same id with another content",
        "用更正（replaces、revision）报送", "send a correction"),
    "replaces_a_correction": Said("更正的对象本身是更正", "replaces a correction",
        "指向原事件", "name the original"),
    "unmapped_code": Said("代码未映射", "a code nobody has mapped",
        "在代码表中加上它", "add it to the code map"),
    "bad_link": Said("关联有误", "a link that is none", "改正关联的案号或类型", "correct the link"),
    "not_translated": Said("不能转换", "cannot be translated",
        "查看说明", "look at the detail"),
}  # fmt: skip

assert set(REASONS) >= refusals.REASONS
