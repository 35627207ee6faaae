"""The year's own data, plainly: units, problems, scores. Nothing here knows how a file looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache

from tests import oracle
from tests.folders import POINTS

YEAR = 2024
AS_OF = date(2024, 12, 31)
PERIODS = ("上半年", "下半年")

COUNTIES: dict[str, tuple[str, ...]] = {
    "东篱区人民政府": ("东篱区", "东篱区政府"), "澄湖区人民政府": ("澄湖区", "澄湖区政府"),
    "临溪县人民政府": ("临溪县", "临溪县政府"), "青禾县人民政府": ("青禾县", "青禾县政府"),
    "雁汀县人民政府": ("雁汀县", "雁汀县政府"), "石桥县人民政府": ("石桥县",),
    "南浦县人民政府": ("南浦县",), "云麓县人民政府": ("云麓县", "云麓"), "柳河县人民政府": ("柳河县",),
    "白沙市人民政府": ("白沙市",), "桐岭县人民政府": ("桐岭县",),
    "示例高新技术产业开发区管理委员会（筹）": ("高新区", "高新区管委会"),
}  # fmt: skip
DEPARTMENTS: dict[str, tuple[str, ...]] = {
    "示例市财政局": ("市财政局", "财政局"), "示例市教育局": ("市教育局",), "示例市公安局": ("市公安局",),
    "示例市住房和城乡建设局": ("市住建局", "市住房城乡建设局"),
    "示例市卫生健康委员会": ("市卫健委",), "示例市生态环境局": ("市生态环境局", "市环保局"),
}  # fmt: skip
SUBORDINATES: dict[str, tuple[str, str | None, str]] = {
    # 单位: 简称, 类别 as written, 所属单位 as written
    "临溪县卫生健康局": ("临溪县卫健局", "县区部门", "临溪县人民政府"),
    "青禾县教育和体育局": ("青禾县教体局", None, "青禾县"),
    "东篱区住房和城乡建设局": ("东篱区住建局", "县（市、区）部门", "东篱区人民政府"),
}
PARENTS = {
    "临溪县卫生健康局": "临溪县人民政府",
    "青禾县教育和体育局": "青禾县人民政府",
    "东篱区住房和城乡建设局": "东篱区人民政府",
}
UNITS = (*COUNTIES, *DEPARTMENTS)
GROUPS = dict.fromkeys(COUNTIES, "县区") | dict.fromkeys(DEPARTMENTS, "部门")

EXEMPT = {"示例市教育局": "3.3"}
"""Items that assessment.yaml takes out of a unit's form."""
NOT_APPLICABLE = {"示例市生态环境局": "3.1"}
"""Items of which the verifier says 不适用."""

THIRD = dict(
    zip(
        UNITS,
        [
            "91.25",
            "88",
            "90.35",
            "86.8",
            "79.5",
            "93",
            "84.15",
            "88.88",
            "71.4",
            "95",
            "82.6",
            "90",
            "92.75",
            "87.05",
            "89.9",
            "76.3",
            "85",
            "90.5",
        ],
        strict=True,
    )
)


@dataclass(frozen=True)
class Entry:
    """A problem. ``unit`` is whose it is, ``written`` how the provider calls it."""

    number: str
    unit: str
    written: str
    rule: str
    text: str
    found: date
    deadline: date | None = None
    rectified: date | None = None
    finding: str | None = None
    revoked: date | None = None
    reason: str | None = None


def _day(text: str) -> date | None:
    return date(YEAR, int(text[:2]), int(text[2:])) if text else None


def _entries(block: str, *, sep: str = "|") -> list[Entry]:
    out = []
    for line in block.strip().splitlines():
        number, unit, written, rule, text, *rest = [part.strip() for part in line.split(sep)]
        found, deadline, rectified, finding, revoked, reason = [*rest, *[""] * (6 - len(rest))]
        full = next(
            n for n in (*UNITS, *SUBORDINATES)
            if n.removeprefix("示例市").removeprefix("示例").startswith(unit)
        )  # fmt: skip
        day = _day(found)
        assert day is not None
        out.append(
            Entry(number, full, written, rule, text.replace("/", "\n"), day, _day(deadline),
                  _day(rectified), finding or None, _day(revoked), reason or None)
        )  # fmt: skip
    return out


# 台账编号 | 单位 | 写法 | 扣分项 | 问题 | 发现 | 期限 | 完成 | 核实 | 撤销 | 理由
OFFICE = _entries(
    """
BGS-001|东篱区|东篱区|1|国办第一季度通报:首页"政务要闻"栏目两周未更新|0116
BGS-002|东篱区|东篱区|2.1|年度报告未公布附表|0118|0202|0203
BGS-003|临溪县卫|临溪县卫健局|1|省办通报:空白栏目3个|0123|0207|0205
BGS-004|财政局|市财政局|2.1|预决算公开专栏链接失效|0206|0221|0221
BGS-005|青禾县教|青禾县教体局|2.1|义务教育专栏未更新|0207|0222
BGS-006|澄湖区|澄湖区政府|2.2|群众举报依申请公开逾期未答复|0305|||属实
BGS-007|柳河县|柳河县|2.2|群众举报政策解读缺失|0306|||不属实
BGS-008|高新|示例高新区管委会|1|国办通报:互动留言未公开答复|0308
BGS-009|柳河县|柳河县人民政府|2.1|领导信息未及时调整|0410|0425|0430
BGS-010|白沙市|白沙市|2.1|规范性文件未标注有效性|0411|0426|0424
BGS-011|柳河县|柳河县|1|省办通报:附件无法下载|0412
BGS-012|公安局|市公安局|2.1|办事指南要素不全|0613|0628|0702
BGS-013|卫生健康委|市卫健委|2.2|群众举报电话无人接听|0614|||属实|0701|经复核,号码系群众误拨
BGS-014|雁汀县|雁汀县|2.1|公报目录缺第3期|1216|20250110
BGS-015|东篱区住|东篱区住建局|1|省办通报:保障房分配结果未公开|1218
""".replace("20250110", "1231").replace("示例高新区管委会", "高新区管委会")
)
# The last deadline but one lies after the year's last day.
OFFICE[13] = replace(OFFICE[13], deadline=date(2025, 1, 10))

INSPECTORS = _entries("""
001|石桥县|石桥县人民政府|3|专项督查:乡镇公开目录/未编制，/共涉及3个乡镇|0228|0329|0416
002|住房|市住建局|3|所属事业单位"公开指南"未公布|0228|0329|0329
003|南浦县|南浦县|3|政务公开专区;无人值守|0229|0330
004|桐岭县|桐岭县|3|专区设备无法开机|0520|0620|0619
005|教育局|市教育局|3|学校信息公开年报未汇总|0521|0621|0625
006|云麓县|云麓|3|重大项目批准结果公开不全,/缺少招投标信息|0522|0622|0701
007|青禾县|青禾县|3|行政处罚决定未按期公示|0909|1009|1009
008|柳河县|柳河县|3|村务公开栏内容陈旧|0910|1010|1105
009|生态环境局|市环保局|3|环评审批公示不足5个工作日|0911|1011
010|临溪县|临溪县政府|3|督查"回头看":问题反弹|1121|1221|1220|||
""")

PRESS = _entries("""
XWB-01|青禾县|青禾县|4|青禾县幼儿园收费舆情未在48小时内回应|0305|||属实
XWB-02|财政局|市财政局|4|惠农补贴舆情回应迟缓|0308|||不属实
XWB-03|南浦县|南浦县|4|河道垃圾舆情|0507|||属实
XWB-04|澄湖区|澄湖区|4|停水舆情未发布通告|0509|||属实
XWB-05|桐岭县|桐岭县人民政府|4|校车事故舆情首发迟于24小时|0524|||属实
XWB-06|教育局|示例市教育局|4|中考加分政策热点问题未回应|0630|||属实|0708|教育局已按时答复,系登记有误
XWB-07|白沙市|白沙市|4|农贸市场改造舆情|1015|||属实
XWB-08|石桥县|石桥县|4|供暖热点问题|1118|||不属实
XWB-09|高新|高新区|4|企业搬迁舆情|1120|||属实
""")

POLICE = _entries("""
GA24-1|雁汀县|雁汀县|5|网站存在SQL注入漏洞|0118|0201|0131
GA24-2|白沙市|白沙市人民政府|5|网页被篡改|0222|0301|0306
GA24-3|生态环境局|市生态环境局|5|后台弱口令|0319|0402|0402
GA24-4|卫生健康委|市卫健委|5|未完成等级保护测评|0320|0420|0515
GA24-5|云麓县|云麓县|5|日志留存不足6个月|0425|0525|0524
GA24-6|柳河县|柳河县|5|网站挂马|0618|0625|0627
GA24-7|财政局|财政局|5|信息系统端口暴露|0711|0725|0801
GA24-8|青禾县教|青禾县教体局|5|学校网站被植入暗链|0815|0829
GA24-9|东篱区|东篱区|5|网站证书过期|0903|0917|0918
GA24-10|桐岭县|桐岭县|5|移动应用过度收集个人信息|1022|1105
GA24-11|石桥县|石桥县|5|附件泄露身份证号|1105|1112|1112
""")

ENTRIES = (*OFFICE, *INSPECTORS, *PRESS, *POLICE)

_LEVEL = (1, 1, 1, 2, 3, 1, 2, 1, 5, 1, 2, 3, 1, 1, 1, 4, 2, 1)
"""How strictly a unit's items came out."""


def step(unit: str, period: str) -> Fraction:
    """In what steps the unit's form of the period is scored."""
    return (
        Fraction(1, 4) if (UNITS.index(unit) + PERIODS.index(period)) % 3 == 1 else Fraction(1, 2)
    )


def absent(unit: str) -> set[str]:
    return {table[unit] for table in (EXEMPT, NOT_APPLICABLE) if unit in table}


@cache
def verified(unit: str, period: str) -> Mapping[str, Fraction]:
    """The verified score of every item that applies to the unit."""
    i, h = UNITS.index(unit), PERIODS.index(period)
    out = {}
    for j, (code, points) in enumerate(POINTS.items()):
        lost = ((3 * i + 5 * h + 7 * j + i * j) % 4) * step(unit, period) * _LEVEL[i]
        out[code] = max(Fraction(0), points - lost)
    if not absent(unit):
        return out
    for code in absent(unit):
        del out[code]
    # The rest, 95 points, is rescaled to 100: 4.75 points to 5, exactly.
    over = sum(out.values(), Fraction(0)) % Fraction(19, 4)
    for code, points in out.items():
        taken = min(over, points)
        out[code] -= taken
        over -= taken
    return out


@cache
def self_scores(unit: str, period: str) -> Mapping[str, Fraction]:
    """What the unit gave itself."""
    found = verified(unit, period)
    return {
        code: min(Fraction(POINTS[code]), score + (Fraction(1, 2) if j % 3 == 0 else 0))
        for j, (code, score) in enumerate(found.items())
    }


@dataclass(frozen=True)
class Expected:
    """What the year comes to for one unit."""

    ledger: Fraction
    self_assessment: Fraction
    third: Fraction
    composite: Fraction
    grade: str
    rank: int


def expected() -> dict[str, Expected]:
    """The year's results, from the data above alone."""
    counted = dict.fromkeys(UNITS, 0)
    for entry in ENTRIES:
        row = {
            "rule": entry.rule, "found": entry.found, "deadline": entry.deadline,
            "rectified": entry.rectified, "verification": entry.finding, "revoked": entry.revoked,
        }  # fmt: skip
        parent = PARENTS.get(entry.unit)
        counts = oracle.counts(row, AS_OF, subordinate=parent is not None)
        assert counts is not None, entry
        counted[parent or entry.unit] += counts
    points = {code: Fraction(p) for code, p in POINTS.items()}
    parts = {}
    for unit in UNITS:
        ledger = oracle.ledger_score(counted[unit])
        both = [oracle.period_score(verified(unit, p), points, absent(unit)) for p in PERIODS]
        third = Fraction(THIRD[unit])
        mean = sum(both, Fraction(0)) / 2
        parts[unit] = (ledger, mean, third, oracle.composite(ledger, mean, third))
    ranks = {}
    for group in ("县区", "部门"):
        ranks |= oracle.ranks({u: p[3] for u, p in parts.items() if GROUPS[u] == group})
    return {u: Expected(*p, oracle.grade(p[3]), ranks[u]) for u, p in parts.items()}
