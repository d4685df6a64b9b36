"""What the fields of event types, the facts of a case number and those of clocks are called, Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from plumbline.catalog.definitions import Text

#: One line a field: its name (or `event type.name`, where one name means another thing there), Chinese, English.
_TABLE = """
act|监管方式|kind of supervision
addressee|发往对象|addressee
adjourned|休庭或延期|adjourned
adopted|被采纳|adopted
amount|金额|amount
case.filed.amount|标的额|amount in dispute
case.described.amount|标的额|amount in dispute
amount_claimed|申请执行标的|amount claimed
amount_recovered|执行到位金额|amount recovered
announced|已公告|announced
answer_until|答辩期限日|last day to answer
appeal_until|上诉期限日|last day to appeal
applied_on|申请日|day applied for
approved_on|批准日|day approved
approver|批准人|approver
article|法律条文|article
assessors|人民陪审员人数|number of people's assessors
body|会议类别|kind of meeting
by|作出人|by whom
by_court|作出法院|court that did it
by_prosecutor|由检察机关提出|by the prosecutor
carried_out_by|执行实施主体|who carries it out
category|案件类别|category of the case
cause|案由|cause
cause_list|案由表|list of causes
change|变动|change
channel|渠道|channel
class_action|群体性案件|a class action
clock|期限名称|clock
code|代码|code
complement|补充说明|complement
confirmed|经司法确认|confirmed by the court
counsel_digest|代理人标识|key of counsel
counter|窗口|counter
counts|各类事件数|counts by type
day|日期|day
days|天数|days
defendants|被告人数|number of defendants
defendants_defended|有辩护人的被告人数|number of defendants with counsel
detained|在押|in custody
digest|文书摘要值|digest
document|文书种类|kind of document
figure.reported.document|依据文件|document
due|到期日|due day
enforceable|有财产可供执行|there is property to enforce on
evidence|佐证|evidence
evidence_rule|佐证要求|rule of evidence
evidence_until|举证期限日|last day for evidence
exhausted|财产查控已穷尽|every search for property made
fast_track|速裁快审|fast track
foreign|涉外|foreign
form|形式|form
panel.formed.form|审判组织形式|kind of panel
found|查到财产|something was found
similar_cases.searched.found|检索到的类案数|similar cases found
from|原程序|procedure before
figure.reported.from|起始日|first day
ground|事由|ground
in_court|当庭|in court
in_time|按时|in time
instance|审级|instance
insured|有担保保险|insured
joint_units|协办部门|joint units
judge|承办法官|judge
judge_role|承办法官职务|office of the judge
kind|种类|kind
last_party|送达最后一名当事人|served on the last party
leader|包案领导|responsible leader
ledger|台账|ledger
level|督办级别|level
local|本地节点|local
marked|全程留痕|marked
measure|统计量|measure
members|合议庭成员|members
method|结案方式|closing method
minutes|时长（分钟）|minutes
mode|分案方式|way of assignment
months|月数|months
movement|环节|movement
must_search|应当类案检索|a similar-case search is due
node|节点|node
notice|已告知|notice given
on|日期|day
hearing.scheduled.on|开庭日|day of the hearing
judgment.effective.on|生效日|day it took effect
retrial.granted.on|启动方式|how it began
online|网上进行|held online
open|公开进行|held in public
opened_by|启动主体|opened by
opening_stock|建账时未结|pending when the books were opened
outcome|结果|outcome
part|范围|part
parties|当事人数|number of parties
party_no|当事人序号|number of the party
person|人员|person
person_no|人员序号|number of the person
presiding|审判长|presiding judge
procedure|审理程序|procedure
proper|终本合格|ended properly
publishable|应当公开|to be published
quota_judge|员额法官|a judge within the quota
quota_share|办案指标（万分比）|quota in ten-thousandths
reason|原因|reason
reason_given|说明理由|reason given
referred_to|提交对象|referred to
reopened|重新打开|opened again
repeated|重复信访|repeated
report|有检索报告|with a report
reported_to|报告对象|reported to
restricted|已限制消费|consumption limited
result|评查结果|result
risk|风险等级|risk
role|职务|office
rule|规则|rule
scheme|编码体系|scheme
score|评分|score
screened|经过筛选|screened
served_digest|送达文书摘要值|digest of what was served
side|当事人一方|side
sought|已查找|sought
stage|阶段|stage
started_on|开始实施日|day it was begun
step|环节|step
streamed|庭审直播|streamed
subject_judge|被评查法官|judge reviewed
tags|案件标签|tags
tags_added|增加的标签|tags added
tags_removed|去除的标签|tags removed
three_months|立案满三个月|three months have passed
to|新程序|procedure after
to_court|接收法院|receiving court
told_parties_on|告知当事人日|day the parties were told
unit|部门|unit
figure.reported.unit|单位|unit
units|工作量|units
until|截止日|last day
value|数值|value
way|送达方式|way of service
what|公开内容|what is published
court|行为法院|acting court
captured|采集方式|how it was captured
"""


def _read(table: str) -> Mapping[str, Text]:
    found: dict[str, Text] = {}
    for line in table.strip().splitlines():
        name, zh, en = line.split("|")
        found[name] = Text(zh, en)
    return found


FIELDS: Mapping[str, Text] = _read(_TABLE)

#: The facts a case number states.
NUMBER: Mapping[str, Text] = {
    "year": Text("案号年份", "year in the number"),
    "home_court": Text("案号法院", "court in the number"),
    "case_type": Text("案件类型代字", "type code in the number"),
    "category": Text("案件类别", "category of the case"),
    "instance": Text("审级", "instance"),
    "court": Text("所在法院", "court"),
    "effective_court": Text("生效裁判案号的法院", "court in the number of the judgment in force"),
    "effective_instance": Text("生效裁判的审级", "instance of the judgment in force"),
}
#: The facts a clock gives, by suffix; {0} is the clock's title.
CLOCK: Mapping[str, Text] = {
    "limit_day": Text("{0}的届满日", "last day of the {0}"),
    "overdue_on": Text("{0}的届满次日", "day after the last day of the {0}"),
    "passed_on": Text("{0}届满而未完成之日", "day the {0} passed unmet"),
    "met_on": Text("{0}按期完成之日", "day the {0} was met"),
    "settled_on": Text("{0}有结果之日（按期完成，或届满次日）", "day it is clear whether the {0} was met"),
    "days_paused": Text("{0}不计入的天数", "days that do not count in the {0}"),
    "stopped_on": Text("{0}停止计算之日", "day the {0} stopped"),
}

#: How an event came to its source.
CAPTURED: Mapping[str, Text] = {
    "machine": Text("自动采集", "by machine"),
    "hand": Text("手工填报", "by hand"),
}


def field(name: str, event: str = "") -> Text:
    """What a field of an event type is called; a field of a pack's own type by its own name."""
    return FIELDS.get(f"{event}.{name}") or FIELDS.get(name) or Text(f"`{name}`", f"`{name}`")
