"""What the sample is planned to hold: the rules, the units, what becomes of the ledger's rows.

Scores are planned, not drawn: ``plan.csv`` gives each graded unit's counted rows, the verified sums
of its two forms and its third-party score.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).resolve().parent
YEAR = 2024
AS_OF = date(2024, 12, 31)


@dataclass(frozen=True)
class Rule:
    """What costs 1.5 points a problem."""

    title: str
    counts_when: str  # notified, overdue or verified
    provider: str
    charges_parent: bool = False  # a row against a county's department costs the county


RULES = {
    "1": Rule("上级检查通报问题", "notified", "市政府办公室", charges_parent=True),
    "2.1": Rule("电话调度和网上检查问题未按期整改", "overdue", "市政府办公室"),
    "2.2": Rule("举报事项经调查属实", "verified", "市政府办公室"),
    "3": Rule("专项督查问题未按期整改", "overdue", "督查组"),
    "4": Rule("热点问题和重大舆情回应不及时", "verified", "市政府新闻办"),
    "5": Rule("网站安全隐患未按期整改", "overdue", "市公安局"),
}
RULE_CODES = tuple(RULES)
POINTS_A_PROBLEM = Fraction(3, 2)
WEIGHTS = {"ledger": Fraction(3, 10), "self": Fraction(4, 10), "third": Fraction(3, 10)}
GRADES = (("优秀", 90), ("良好", 80), ("合格", 60), ("不合格", 0))


@dataclass(frozen=True)
class Item:
    """One line of the form."""

    code: str
    area: str
    title: str
    points: int


ITEMS = (
    Item("1.1", "基础建设", "制度机制建设", 10),
    Item("2.1", "主动公开", "目录和指南", 5),
    Item("2.2", "主动公开", "年度报告", 5),
    Item("2.3", "主动公开", "重大行政决策", 5),
    Item("2.4", "主动公开", "政策解读", 5),
    Item("2.5", "主动公开", "舆情收集与回应", 5),
    Item("3.1", "重点领域", "行政权力运行", 5),
    Item("3.2", "重点领域", "财政资金", 5),
    Item("3.3", "重点领域", "公共资源配置", 5),
    Item("3.4", "重点领域", "公共服务", 5),
    Item("3.5", "重点领域", "公共监管", 5),
    Item("4.1", "依申请公开和复议诉讼", "受理制度机制", 4),
    Item("4.2", "依申请公开和复议诉讼", "申请答复", 6),
    Item("4.3", "依申请公开和复议诉讼", "协助调查和举报处理", 4),
    Item("4.4", "依申请公开和复议诉讼", "行政复议", 3),
    Item("4.5", "依申请公开和复议诉讼", "行政诉讼", 3),
    Item("5.1", "平台建设", "规范化标准化", 3),
    Item("5.2", "平台建设", "内容建设和安全保障", 3),
    Item("5.3", "平台建设", "服务和互动", 3),
    Item("5.4", "平台建设", "政务新媒体", 3),
    Item("5.5", "平台建设", "公报、发布会、查阅场所", 3),
    Item("6.1", "推进指导和监督检查", "工作部署", 2),
    Item("6.2", "推进指导和监督检查", "业务培训", 1),
    Item("6.3", "推进指导和监督检查", "监督检查", 2),
)

COUNTY, DEPARTMENT = "县区", "部门"


@dataclass(frozen=True)
class Unit:
    """A graded unit with its planned scores.

    counted: how many ledger rows cost it points, for the rules 1, 2.1, 2.2, 3, 4, 5.
    first, second: the verified sums of its two forms. third: the third party's score.
    """

    name: str
    short: str  # 简称, split by 、; the first one is used in file names and texts
    group: str
    counted: tuple[int, ...]
    first: str
    second: str
    third: str

    @property
    def key(self) -> str:
        """The short name by which the tables below speak of the unit."""
        return self.short.split("、")[0]


def read_plan(path: Path) -> tuple[Unit, ...]:
    """Read the graded units with their planned scores, in their official order."""
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    return tuple(
        Unit(name, short, group, tuple(map(int, numbers[:6])), *numbers[6:])
        for name, group, short, *numbers in rows[1:]
    )


GRADED = read_plan(HERE / "plan.csv")
BY_KEY = {unit.key: unit for unit in GRADED}

# 指标 that do not apply: left out of the form, the rest is rescaled to 100.
NOT_APPLICABLE = {"示例市统计局": ("3.3",), "示例市信访局": ("3.3",)}

# Subordinate departments: name, short names, the county they belong to.
SUBORDINATES = (
    ("东篱区城市管理局", "东篱区城管局", "东篱区人民政府"),
    ("青禾县教育和体育局", "青禾县教体局", "青禾县人民政府"),
    ("临溪县卫生健康局", "临溪县卫健局", "临溪县人民政府"),
    ("云陂县自然资源和规划局", "云陂县自规局", "云陂县人民政府"),
    ("望岭县住房和城乡建设局", "望岭县住建局", "望岭县人民政府"),
    ("柏川县农业农村局", "", "柏川县人民政府"),
    ("沙渚县交通运输局", "沙渚县交通局", "沙渚县人民政府"),
    ("示例市经济开发区财政金融局", "经开区财政金融局", "示例市经济开发区管理委员会"),
)
PARENT = {name: parent for name, _, parent in SUBORDINATES}

# One of the county's counted rows of rule 1 is written against this department of it.
CHARGED_THROUGH = {
    "东篱区人民政府": "东篱区城市管理局",
    "青禾县人民政府": "青禾县教育和体育局",
    "云陂县人民政府": "云陂县自然资源和规划局",
    "沙渚县人民政府": "沙渚县交通运输局",
}

# Rows that cost nothing: (what became of it, rule) -> the units.
UNCOUNTED = {
    ("in_time", "2.1"): "市教育局 市工信局 市水务局 市商务局 青禾县 望岭县 市卫健委 市城管局",
    ("in_time", "3"): "市财政局 市民政局 澄湖区 市国资委 市供销社",
    ("in_time", "5"): "市科技局 市体育局 云陂县 市高新区 市文旅局 市大数据局",
    ("on_deadline", "2.1"): "市人社局 东篱区",
    ("on_deadline", "3"): "市农业农村局",
    ("on_deadline", "5"): "市生态环境局",
    ("not_due", "2.1"): "市林业局 沙渚县",
    ("not_due", "3"): "市住房城乡建设局 雁汀县",
    ("not_due", "5"): "市气象局 市经开区 市机关事务局",
    ("untrue", "1"): "市统计局",
    ("untrue", "2.2"): "市退役军人局 市司法局 市自然资源和规划局 柏川县 市公安局",
    ("untrue", "4"): "市高新区 市市场监管局",
    ("untrue", "5"): "市税务局",
    ("revoked", "1"): "市行政审批局 雁汀县",
    ("revoked", "2.1"): "市审计局",
    ("revoked", "2.2"): "临溪县",
    ("revoked", "3"): "市人防办",
    ("revoked", "4"): "市应急局",
    ("revoked", "5"): "市公积金中心",
}
# Rows against a county's department under rules that do not charge the county.
UNCHARGED_SUBORDINATES = (
    ("2.1", "临溪县卫生健康局"),
    ("2.2", "沙渚县交通运输局"),
    ("3", "望岭县住房和城乡建设局"),
    ("5", "柏川县农业农村局"),
    ("5", "示例市经济开发区财政金融局"),
)


@dataclass(frozen=True)
class Batch:
    """One inspection: its document, the days it was made, the deadline it set."""

    document: str
    first: date
    last: date
    deadline: date | None = None


def _batch(document: str, first: str, last: str, deadline: str = "") -> Batch:
    def day(text: str) -> date:
        return date.fromisoformat(text if len(text) > 5 else f"{YEAR}-{text}")

    return Batch(document, day(first), day(last), day(deadline) if deadline else None)


BATCHES = {
    "1": (
        _batch("示政办通报〔2024〕3号", "03-18", "03-22", "04-03"),
        _batch("示政办通报〔2024〕5号", "05-08", "05-10", "05-24"),
        _batch("示政办通报〔2024〕8号", "06-24", "06-28", "07-12"),
        _batch("示政办通报〔2024〕11号", "08-12", "08-14", "08-30"),
        _batch("示政办通报〔2024〕14号", "09-18", "09-24", "10-11"),
        _batch("示政办通报〔2024〕17号", "11-04", "11-06", "11-22"),
        _batch("示政办通报〔2024〕20号", "12-09", "12-11", "12-25"),
    ),
    "2.1": (
        _batch("示政办函〔2024〕18号", "05-20", "05-31", "06-14"),
        _batch("示政办函〔2024〕27号", "06-17", "06-21", "07-05"),
        _batch("示政办函〔2024〕41号", "10-21", "10-31", "11-14"),
        _batch("示政办函〔2024〕46号", "11-11", "11-22", "12-06"),
        _batch("示政办函〔2024〕53号", "12-16", "12-20", "2025-01-10"),
    ),
    "3": (
        _batch("示政督字〔2024〕4号", "02-26", "03-08", "03-29"),
        _batch("示政督字〔2024〕9号", "04-22", "04-30", "05-24"),
        _batch("示政督字〔2024〕15号", "07-08", "07-19", "08-07"),
        _batch("示政督字〔2024〕21号", "09-02", "09-13", "10-18"),
        _batch("示政督字〔2024〕26号", "11-18", "11-29", "12-31"),  # due on the closing day
        _batch("示政督字〔2024〕28号", "12-09", "12-18", "2025-01-24"),
    ),
    "5": (
        _batch("示公网安〔2024〕3号", "01-15", "01-19", "02-05"),
        _batch("示公网安〔2024〕7号", "03-11", "03-15", "03-29"),
        _batch("示公网安〔2024〕12号", "05-13", "05-17", "06-05"),
        _batch("示公网安〔2024〕19号", "07-15", "07-26", "08-16"),
        _batch("示公网安〔2024〕25号", "09-02", "09-13", "09-30"),
        _batch("示公网安〔2024〕31号", "10-28", "11-08", "11-27"),
        _batch("示公网安〔2024〕36号", "12-02", "12-06", "12-20"),
        _batch("示公网安〔2024〕39号", "12-18", "12-25", "2025-01-15"),
    ),
}
# Rules whose rows come one by one over the year: how their documents are numbered.
SCATTERED = {"2.2": "示政公开办〔2024〕{}号", "4": "示新办函〔2024〕{}号"}

# Public holidays in which no office finds or fixes anything (first day, last day).
HOLIDAYS = (
    (date(2024, 1, 1), date(2024, 1, 1)),
    (date(2024, 2, 10), date(2024, 2, 17)),
    (date(2024, 4, 4), date(2024, 4, 6)),
    (date(2024, 5, 1), date(2024, 5, 5)),
    (date(2024, 6, 8), date(2024, 6, 10)),
    (date(2024, 9, 15), date(2024, 9, 17)),
    (date(2024, 10, 1), date(2024, 10, 7)),
    (date(2025, 1, 1), date(2025, 1, 1)),
    (date(2025, 1, 28), date(2025, 2, 4)),
)

PERIODS = ("上半年", "下半年")
ASSESSOR = "衡知公共治理评估中心"


def items_of(unit: Unit) -> tuple[Item, ...]:
    """Give the items of the form that apply to the unit."""
    left_out = NOT_APPLICABLE.get(unit.name, ())
    return tuple(item for item in ITEMS if item.code not in left_out)
