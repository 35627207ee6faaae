"""The words in which a fault of a YAML file is explained: what every key means, how it is written,
where it belongs, and what an author may have written in its place."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import BaseModel

CHINESE_KEYS: Mapping[str, str] = {
    "权重": "weight", "分值": "points", "名称": "title", "标题": "title", "编号": "code",
    "等次": "grades", "类别": "groups", "考核对象": "groups", "满分": "full", "期次": "periods",
    "指标": "indicators", "上限": "cap", "依据": "clause", "条款": "clause", "扣分项": "rules",
    "下限": "from", "预置分": "start", "期限": "due", "原文": "text", "提供单位": "provider",
    "出处": "source", "舍入": "rounding", "缺项": "missing", "名额": "quota", "门槛": "gate",
    "最低分": "floor", "最高分": "ceiling", "组成": "components", "评分标准": "criteria",
    "证明材料": "evidence", "责任单位": "verifier", "办法": "scheme", "年度": "year",
    "条件": "conditions", "先后": "precedence", "并列": "ranks", "同分": "ranks",
}  # fmt: skip
"""Keys by the word that an author may write in their place."""

FORMER_KEYS: Mapping[str, str] = {"gates": "precedence"}
"""Keys of schemes that were written for an earlier version, by what they are called now."""

CHINESE_WORDS: Mapping[str, str] = {
    "都不列入": "exclude", "都列入": "include", "四舍六入": "half_even", "五成双": "half_even",
    "四舍五入": "half_up", "逾期": "overdue", "属实": "verified", "核实": "verified",
    "通报": "notified", "登记": "notified", "不少于": "minimum", "少一": "minimum",
    "扣分": "deduct", "加分": "bonus", "工作日": "working", "自然日": "calendar", "日历": "calendar",
    "后": "after", "前": "before", "其余": "reweight", "折算": "rescale", "不出": "refuse",
    "零": "zero", "满分": "full", "只列": "listed", "不计": "listed",
    "计入": "charged", "去掉": "trimmed", "平均": "mean", "一个": "one", "台账": "ledger",
    "自我考核": "self_assessment", "考核表": "self_assessment", "指标": "self_assessment",
    "合成": "combined", "打分": "score", "得分": "score", "评估": "score",
    "跳过": "skip", "顺延": "skip", "接着": "next", "连续": "next",
}  # fmt: skip
"""Words of a scheme by what an author may write in their place; the first that fits."""

SHORT_FORMS: Mapping[str, str] = {
    "quota": "{{share: {0}}}（不超过{0}%），或 {{count: {0}}}（前{0}名）",
    "enters": "{{above: {0}}}（高于{0}分），或 {{from: {0}}}（{0}分以上）",
    "repeat": "{{factor: {0}}}",
    "late": "{{each_day: {0}}}",
    "rounding": "{{decimals: {0}}}",
    "deadline": "{{count: {0}, days: working}}（{0}个工作日），或 {{count: {0}}}（{0}日）",
}
"""How a part is written of which an author gave only the number."""

_MEANINGS: Mapping[str, str] = {
    "title": "名称", "clause": "依据条款", "code": "编号", "name": "名称", "area": "指标名称",
    "kind": "种类", "periods": "期次", "parts": "组成部分", "items": "下级指标", "cap": "上限",
    "rounding": "怎样舍入", "timetable": "时间安排", "what": "做什么", "when": "什么时候",
    "gate": "门槛", "precedence": "门槛和条件的先后", "enters": "达到多少分才计入", "adds": "直接加减分",
    "rules": "扣分项和加分项", "full": "满分", "weight": "权重", "start": "预置分", "share": "百分之几",
    "fraction": "按比例得分", "options": "按等级打分", "overrun": "本级封顶", "points": "分值",
    "groups": "类别", "text": "办法原文", "provider": "提供单位", "quota": "名额", "ties": "末位同分怎么办",
    "情形": "一句话，说明是什么情形", "单位": "各单位的成绩", "结果": "各单位应得的结果",
    "扣分项": "编号或名称", "发现日期": "日期", "scheme": "考核办法", "year": "考核年度",
    "table": "考核文件夹中的表名", "Scheme.title": "办法名称", "Scheme.name": "办法的英文代号",
    "Scheme.groups": "考核对象的类别", "Repeat.from": "从第几次起", "Grade.from": "下限，含本数",
    "Enters.from": "多少分以上，含本数", "Enters.above": "高于多少分，不含本数",
    "Range.from": "最少", "Range.to": "最多", "Period.weight": "本期权重",
    "Score.assessors": "几名评委", "assessors": "几名评委", "ranks": "同分以后的名次",
    "conditions": "条件及其后果", "Condition.name": "条件的名称", "Condition.part": "看哪个部分的得分",
    "composite": "看综合成绩", "Condition.rule": "看哪个扣分项", "times": "计入几次以上", "below": "低于多少分",
    "Condition.above": "高于多少分，不含本数", "Condition.from": "多少分以上，含本数",
    "Condition.grade": "等次最高为", "Condition.score": "综合成绩定为", "ranked": "是否参加排名",
    "without": "哪些部分不计分", "stops": "其余部分不再计分",
}  # fmt: skip
"""What a key means, by ``Model.key`` or by the key alone; else its description begins with it."""

_EXAMPLES: Mapping[str, str] = {
    # 办法
    "Scheme.name": "name: shili",
    "Scheme.title": "title: 某市政府信息公开工作考核办法",
    "subject": "subject: 政府信息公开工作",
    "source": "source: 某市《政府信息公开工作考核办法》",
    "Scheme.groups": "groups: [县区, 部门]",
    "group_names": "group_names: {县区: [县（市、区）]}",
    "clause": "clause: 四（一）",
    "components": "components: {ledger: {kind: ledger, …}, survey: {kind: score, …}}",
    "Scheme.full": "full: 130",
    "grades": "grades: [{name: 优秀, from: 90}, {name: 合格, from: 60}, {name: 不合格, from: 0}]",
    "conditions": "conditions: [{name: 网站不达标, part: site, below: 21, grade: 不合格}]",
    "Condition.name": "name: 网站不达标",
    "Condition.part": "part: site",
    "composite": "composite: true",
    "Condition.rule": 'rule: "1"',
    "times": "times: 3",
    "below": "below: 21",
    "Condition.above": "above: 100",
    "Condition.from": "from: 44",
    "Condition.grade": "grade: 不合格",
    "Condition.score": "score: 59",
    "ranked": "ranked: false",
    "without": "without: [bonus]",
    "stops": "stops: true",
    "precedence": "precedence: [online, onsite]",
    "ranks": "ranks: next",
    "rounding": "rounding: {decimals: 2, method: half_up}",
    "decimals": "decimals: 2",
    "method": "method: half_up",
    "vetoed": "vetoed: unranked",
    "missing": "missing: refuse",
    "timetable": "timetable: [{what: 印发通报, when: 次年2月底前}]",
    "what": "what: 印发通报",
    "when": "when: 次年2月底前",
    "copies": "copies: [市委组织部]",
    # 部分
    "kind": "kind: ledger",
    "title": "title: 平时考核",
    "table": "table: 平时考核台账",
    "weight": "weight: 30",
    "adds": "adds: true",
    "enters": "enters: {above: 80}",
    "Enters.from": "from: 80",
    "above": "above: 80",
    "gate": "gate: 60",
    "full": "full: 100",
    "parts": "parts: {online: {kind: score, …}, onsite: {kind: score, …}}",
    "assessors": "assessors: mean",
    # 台账
    "start": "start: 100",
    "floor": "floor: 0",
    "ceiling": "ceiling: 120",
    "categories": "categories: [{code: A, title: 内容更新, cap: 10}]",
    "Category.code": "code: A",
    "Category.title": "title: 内容更新",
    "cap": "cap: 10",
    "rules": 'rules: [{code: "1", title: 专项督查通报问题, points: 1.5, counts: notified, clause: 四（一）}]',
    "code": 'code: "1"',
    "Rule.title": "title: 专项督查通报问题",
    "text": "text: 专项督查中通报的问题，每个扣1.5分",
    "effect": "effect: bonus",
    "points": "points: 1.5",
    "Range.from": "from: 1",
    "Range.to": "to: 3",
    "counts": "counts: notified",
    "deadline": "deadline: {count: 15, days: working, event: 变更日期}",
    "Deadline.count": "count: 15",
    "days": "days: working",
    "direction": "direction: before",
    "event": "event: 变更日期",
    "minimum": "minimum: 26",
    "category": "category: A",
    "repeat": "repeat: {factor: 2, from: 2}",
    "factor": "factor: 2",
    "Repeat.from": "from: 2",
    "veto": "veto: 不合格",
    "subordinates": "subordinates: charged",
    "groups": "groups: [县区]",
    "provider": "provider: 督查组",
    # 考核表
    "periods": "periods: [{name: 上半年, due: 7月15日}, {name: 下半年, due: 次年1月15日}]",
    "Period.name": "name: 上半年",
    "due": "due: 7月15日",
    "late": "late: {each_day: 1, cap: 5}",
    "each_day": "each_day: 1",
    "step": "step: 0.5",
    "evidence": "evidence: 文件、会议纪要、照片等证明材料",
    "not_applicable": "not_applicable: rescale",
    "Settings.not_applicable": 'not_applicable: {甲县: ["3.3"]}',
    "example": "example: true",
    "indicators": 'indicators: [{area: 主动公开, points: 100, items: [{code: "1.1", …}]}]',
    "area": "area: 主动公开",
    "items": 'items: [{code: "1.1", title: 年度报告, points: 20}]',
    "overrun": "overrun: true",
    "verifier": "verifier: 市大数据局",
    "Indicator.code": 'code: "1.1"',
    "Indicator.title": "title: 年度报告",
    "Indicator.points": "points: 20",
    "Area.points": "points: 60",
    "options": "options: {优: 10, 良: 8, 差: 0}",
    "fraction": "fraction: true",
    "each": "each: 2",
    "criteria": "criteria: 缺一件扣5分",
    # 等次
    "Grade.name": "name: 优秀",
    "Grade.from": "from: 90",
    "quota": "quota: {share: 20}",
    "share": "share: 20",
    "Quota.count": "count: 3",
    "ties": "ties: exclude",
    # assessment.yaml 和用例
    "scheme": "scheme: heze",
    "year": "year: 2024",
    "as_of": "as_of: 2024-12-31",
    "known": "known: 2025-01-31",
    "region": "region: 示例市",
    "circular": "circular: {issuer: 示例市人民政府办公室}",
    "requirements": "requirements: [{title: 加强整改, text: 各单位要限期整改。}]",
    "recipients": "recipients: [各县区人民政府]",
    "情形": "情形: 两个问题扣3分",
    "单位": "单位: {甲县: {上半年: 100, 第三方评估: 100}}",
    "台账": '台账: [{扣分项: "1", 发现日期: 2024-03-05}]',
    "结果": '结果: {甲县: {综合: "99.10"}}',
    "扣分项": '扣分项: "1"',
    "发现日期": "发现日期: 2024-03-05",
    "年度": "年度: 2024",
    "截至": "截至: 2024-06-30",
    "次数": "次数: 2",
}
"""How a key is written, by ``Model.key`` or by the key alone."""

_WORDS: Mapping[str, str] = {
    "kind": "ledger 台账；self_assessment 考核表；score 整个打一个分；combined 由几部分合成",
    "missing": "refuse 不出正式结果；zero 计零分；reweight 其余按权重折算",
}
"""What the words mean that a key takes, where its description does not say."""

PLACES: Mapping[str, str] = {
    "Scheme": "办法最外层",
    "Ledger": "kind: ledger 的部分",
    "SelfAssessment": "kind: self_assessment 的部分",
    "Score": "kind: score 的部分",
    "Combined": "kind: combined 的部分",
    "Rule": "扣分项（rules 的一项）",
    "Category": "扣分项的类别（categories 的一项）",
    "Range": "扣分项的 points",
    "Deadline": "扣分项的 deadline",
    "Repeat": "扣分项的 repeat",
    "Late": "考核表的 late",
    "Period": "期次（periods 的一项）",
    "Indicator": "最末一级指标",
    "Area": "有下级的指标（area）",
    "Grade": "等次（grades 的一项）",
    "Quota": "等次的 quota",
    "Enters": "部分的 enters",
    "Condition": "条件（conditions 的一项）",
    "Rounding": "rounding",
    "Milestone": "timetable 的一项",
    "Case": "用例",
    "Row": "用例“台账”的一行",
}
"""What the mapping is called that a model is written as."""

PARTS = frozenset({"Ledger", "SelfAssessment", "Score", "Combined"})


def meaning(model: type[BaseModel] | None, key: str) -> str:
    """What a key means there, in a few words; empty where nobody says."""
    owner = model.__name__ if model is not None else ""
    known = _MEANINGS.get(f"{owner}.{key}") or _MEANINGS.get(key)
    if known or model is None:
        return known or ""
    described = (field_of(model, key) or "").partition("；")[0]
    return re.split("[：:；，（]", described)[0]


def example(model: type[BaseModel] | None, key: str) -> str:
    """How a key is written there: ``weight: 30``; empty where there is no example."""
    owner = model.__name__ if model is not None else ""
    return _EXAMPLES.get(f"{owner}.{key}") or _EXAMPLES.get(key, "")


def field_of(model: type[BaseModel], key: str) -> str | None:
    """The description of a model's field, by its name in the file."""
    for name, info in model.model_fields.items():
        if key == (info.alias or name):
            return info.description
    return None


def described_words(model: type[BaseModel] | None, key: str) -> str:
    """What each of the words means that a key takes: ``deduct 扣分；bonus 加分``."""
    return _WORDS.get(key) or (field_of(model, key) if model is not None else None) or ""


def places_of(models: list[type[BaseModel]]) -> str:
    """Where a key belongs, by the models that take it: 扣分项（rules 的一项）."""
    names = [model.__name__ for model in models]
    if set(names) >= PARTS:
        names = ["", *(name for name in names if name not in PARTS)]
    said = [
        "某一部分（components 下的一段）" if not name else PLACES.get(name, "") for name in names
    ]
    return "、".join(dict.fromkeys(text for text in said if text))
