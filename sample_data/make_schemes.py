"""Write a small sample assessment for each of the other shipped schemes.

Run ``python sample_data/make_schemes.py``: it writes ``sample_data/schemes/NAME``, one folder a
scheme, the same bytes on every run. All units, persons, numbers and events are invented. What the
folders must grade to is in ``tests/test_shipped_schemes.py``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from making_2024.sheets import Book, Cell, row_height

HERE = Path(__file__).resolve().parent
Row = Sequence[Cell]

ASSESSMENT_YAML = """\
# yaml-language-server: $schema=../../../config/assessment.schema.json
# {what}（示例数据，单位和内容均为虚构）
scheme: {scheme}
year: 2024
region: {region}
{more}
circular:
  issuer: {issuer}
  letterhead: {issuer}文件
  number: {number}
  date: 2025-02-20
  recipients: [{recipients}]
"""

WIDTHS = {"单位": 16, "单位名称": 16, "问题描述": 40, "撤销理由": 24, "指标名称": 18, "简称": 12}


def write_table(path: Path, title: str, header: Row, rows: Sequence[Row]) -> None:
    """Write a workbook of one sheet: a merged title, the header, the rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = Book(path)
    sheet = book.file.add_worksheet("Sheet1")
    widths = [WIDTHS.get(str(name), 13) for name in header]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.merge_range(0, 0, 0, len(header) - 1, title, book.title())
    sheet.set_row(0, 34)
    for column, name in enumerate(header):
        book.put(sheet, 1, column, name, book.head())
    for number, row in enumerate(rows, start=2):
        sheet.set_row(number, row_height(zip(row, widths, strict=True)))
        for column, value in enumerate(row):
            wide = widths[column] > 13
            book.put(sheet, number, column, value, book.body("left" if wide else "center"))
    book.page(sheet, header_row=1)
    sheet.freeze_panes(2, 0)
    book.file.close()


def write_assessment(folder: Path, scheme: str, what: str, *, region: str, issuer: str,
                     number: str, recipients: str, more: str = "") -> None:  # fmt: skip
    """Write assessment.yaml."""
    folder.mkdir(parents=True, exist_ok=True)
    text = ASSESSMENT_YAML.format(
        scheme=scheme, what=what, region=region, issuer=issuer, number=number,
        recipients=recipients, more=more,
    )  # fmt: skip
    (folder / "assessment.yaml").write_text(text, encoding="utf-8", newline="\n")


def day(text: str) -> date | None:
    """Read 3-15 as a day of 2024, 2025-1-13 as it stands; None where there is none."""
    if not text:
        return None
    parts = [int(part) for part in text.split("-")]
    return date(*parts) if len(parts) == 3 else date(2024, *parts)


# keshi: 科室


def write_keshi(folder: Path) -> None:
    """Six sections of a bureau; one change is due only next year, one row was revoked."""
    write_assessment(
        folder, "keshi", "示例市住房和城乡建设局2024年度科室政府信息公开工作考核",
        region="示例市", issuer="示例市住房和城乡建设局", number="示建字〔2025〕8号",
        recipients="各科、处、室、所",
    )  # fmt: skip
    units = [
        ("规划科", "科室"), ("建设管理科", "科室"), ("房产管理科", "科室"), ("法规科", "科室"),
        ("市政工程处", "二级机构"), ("房屋登记所", "二级机构"),
    ]  # fmt: skip
    write_table(folder / "考核对象.xlsx", "考核对象", ["单位名称", "类别"], units)
    rows = [
        # 单位, 扣分项, 问题描述, 发现日期, 变更日期, 整改完成日期, 核实结果, 撤销日期, 撤销理由
        ("规划科", "1", "规划许可批后公示缺1项", "3-15", "", "", "", "", ""),
        ("规划科", "1", "控规修改公告缺1项", "3-15", "", "", "", "", ""),
        ("规划科", "2", "办事指南收件材料变更", "5-6", "4-10", "4-30", "", "", ""),
        ("建设管理科", "2", "施工许可收费标准变更", "10-21", "9-20", "10-18", "", "", ""),
        ("建设管理科", "3", "群众举报招标公告不公开，逾期未答复", "6-3", "", "", "属实", "", ""),
        ("房产管理科", "3", "投诉维修资金账目不公开", "6-12", "", "", "不属实", "", ""),
        ("房产管理科", "2", "网签办理地点变更", "12-25", "12-20", "", "", "", ""),
        ("市政工程处", "1", "占道施工公告缺1项", "7-1", "", "", "", "", ""),
        ("市政工程处", "1", "管网改造计划缺1项", "7-1", "", "", "", "7-15", "已在专栏公开"),
        *[
            ("房屋登记所", "1", f"登记业务{name}未公开", "9-2", "", "", "", "", "")
            for name in ("流程", "时限", "收费依据", "申请表格", "监督电话")
        ],
    ]
    header = ["台账编号", "单位", "扣分项", "问题描述", "发现日期", "变更日期", "整改完成日期",
              "核实结果", "撤销日期", "撤销理由"]  # fmt: skip
    write_table(
        folder / "科室考核台账.xlsx",
        "2024年科室政府信息公开考核台账",
        header,
        [
            [f"KS-{i:02}", *row[:3], *map(day, row[3:6]), row[6], day(row[7]), row[8]]
            for i, row in enumerate(rows, 1)
        ],
    )


# fangtan: 网上访谈

# Every second Wednesday; a 27th in the last week of the year.
HELD = {"青禾县": 25, "青禾县教育局": 1, "望岭县": 27, "雁汀县": 24, "高新区": 26, "经开区": 20}
FIRST = date(2024, 1, 3)
TOPICS = ("义务教育招生", "医保报销", "老旧小区改造", "营商环境", "城乡供水", "春耕农资")


def write_fangtan(folder: Path) -> None:
    """Five districts: a ledger of the interviews held, and one of what was due when."""
    write_assessment(
        folder, "fangtan", "示例市2024年度网上访谈工作考核",
        region="示例市", issuer="示例市人民政府办公室", number="示政办字〔2025〕9号",
        recipients="各县区人民政府, 各开发区管委会",
    )  # fmt: skip
    units = [
        ("青禾县", "县区", ""), ("望岭县", "县区", ""), ("雁汀县", "县区", ""),
        ("高新区", "开发区", ""), ("经开区", "开发区", ""), ("青禾县教育局", "县区", "青禾县"),
    ]  # fmt: skip
    write_table(folder / "考核对象.xlsx", "考核对象", ["单位名称", "类别", "所属单位"], units)
    ledger = folder / "网上访谈台账"
    held: list[Row] = []
    for unit, number in HELD.items():
        # What the department held is the county's last one.
        first = HELD["青禾县"] if unit == "青禾县教育局" else 0
        for i in range(first, first + number):
            on = FIRST + timedelta(days=min(14 * i, 357))
            topic = f"第{i + 1}期：{TOPICS[i % len(TOPICS)]}"
            held.append([f"FT-{len(held) + 1:03}", unit, "13.1", topic, on])
    header = ["台账编号", "单位", "扣分项", "问题描述", "发现日期"]
    write_table(ledger / "各期访谈.xlsx", "2024年各期网上访谈", header, held)
    rows = [
        # 单位, 扣分项, 问题描述, 发现日期, 开始, 结束, 完成, 核实结果
        ("青禾县教育局", "11", "义务教育招生访谈内容告知", "5-15", "5-15", "", "4-23", ""),
        ("青禾县", "15", "9月13日访谈汇总报告", "9-25", "", "9-13", "9-20", ""),
        ("望岭县", "14.2", "6月12日访谈人员名单", "6-12", "6-12", "", "6-10", ""),
        ("望岭县", "12.1", "10月16日访谈预告", "10-16", "10-16", "", "9-20", ""),
        ("雁汀县", "12.2", "3月13日访谈征集的意见", "3-13", "3-13", "", "", ""),
        ("高新区", "4", "对征地补偿标准的提问避而不答", "4-24", "", "", "", "属实"),
        ("高新区", "13.2", "访谈提前20分钟结束", "8-7", "", "", "", "不属实"),
        ("经开区", "13.3", "11月20日访谈改期", "11-20", "11-20", "", "10-25", ""),
    ]
    header = [*header, "访谈开始日期", "访谈结束日期", "整改完成日期", "核实结果"]
    write_table(
        ledger / "时限和质量.xlsx",
        "2024年网上访谈时限和质量台账",
        header,
        [[f"SX-{i}", *row[:3], *map(day, row[3:7]), row[7]] for i, row in enumerate(rows, start=1)],
    )


# jidu: 季度抽查

QUARTERS = {
    "第一季度": "4-8", "第二季度": "7-8", "第三季度": "10-9", "第四季度": "2025-1-8",
}  # fmt: skip
VILLAGE_TITLES = {"1.1": "党务公开", "1.2": "村务公开", "1.3": "财务公开", "2.1": "公开栏更新",
                  "3.1": "抽查问题整改率"}  # fmt: skip
# By quarter: the scores of 1.1 to 1.3, the faults of 2.1, done and due of 3.1 ("" where nothing
# was due), and the day of handing in where it was late. None: nothing was handed in.
VILLAGES: dict[str, tuple[str, Row | None, Row | None, Row | None, Row | None, float]] = {
    "松岗村": ("村", (15, 18, 22, 1, 4, 5), (15, 20, 24, 0, 3, 3), (14, 18, 23, 1, 3, 4),
            (15, 20, 25, 0, 2, 2), 92),
    "竹溪村": ("村", (13, 16, 20, 2, 3, 4), (14, 17, 21, 1, 4, 4), (14, 18, 21, 0, 1, 2, "10-13"),
            (15, 18, 22, 1, 5, 5), 85),
    "柳湾村": ("村", (12, 15, 18, 3, 2, 4), None, (12, 16, 20, 2, 3, 4),
            (13, 16, 20, 1, 3, 3, "2025-1-19"), 72),
    "石桥村": ("村", (10, 12, 15, 6, 1, 4), (10, 14, 16, 4, 1, 2), (12, 14, 18, 3, 2, 4),
            (12, 15, 18, 2, 3, 5), 58),
    "湖滨社区": ("社区", (14, 18, 22, 0, "", ""), (15, 19, 23, 1, 1, 1), (15, 20, 25, 0, "", ""),
             (14, 18, 22, 1, 2, 2), 94),
    "东苑社区": ("社区", (14, 17, 20, 1, 4, 5), (14, 17, 20, 1, 4, 5), (14, 17, 21, 1, 4, 5),
             (14, 17, 21, 1, 4, 5), 80),
}  # fmt: skip


def write_jidu(folder: Path) -> None:
    """Four villages and two communities, a table a quarter; one quarter is missing, two late."""
    write_assessment(
        folder, "jidu", "示例乡2024年度政务公开季度抽查和年底检查",
        region="示例乡", issuer="示例乡人民政府", number="示乡字〔2025〕3号",
        recipients="各村、社区",
    )  # fmt: skip
    units = [(name, plan[0]) for name, plan in VILLAGES.items()]
    write_table(folder / "考核对象.xlsx", "考核对象", ["单位名称", "类别"], units)
    header = ["单位", "期次", "报送日期", "指标编号", "指标名称", "自评分", "核查得分", "核查问题数",
              "核查完成数", "核查应完成数"]  # fmt: skip
    for number, quarter in enumerate(QUARTERS, start=1):
        rows = [row for name in VILLAGES for row in quarter_rows(name, number, quarter)]
        title = f"2024年{quarter}抽查自查表"
        write_table(folder / "季度抽查" / f"{quarter}.xlsx", title, header, rows)
    year_end = [(name, plan[-1]) for name, plan in VILLAGES.items()]
    write_table(folder / "年底检查.xlsx", "2024年年底全面检查", ["单位", "得分"], year_end)


def quarter_rows(village: str, number: int, quarter: str) -> Iterator[Row]:
    """The rows of one village in one quarter."""
    plan = VILLAGES[village][number]
    if not isinstance(plan, tuple):
        return
    sent = day(str(plan[6]) if len(plan) > 6 else QUARTERS[quarter])
    for code, given in zip(("1.1", "1.2", "1.3"), plan, strict=False):
        at = [village, quarter, sent, code, VILLAGE_TITLES[code]]
        yield [*at, given, given, "", "", ""]
    yield [village, quarter, sent, "2.1", VILLAGE_TITLES["2.1"], 20, "", plan[3], "", ""]
    at = [village, quarter, sent, "3.1", VILLAGE_TITLES["3.1"]]
    if plan[5] == "":
        yield [*at, "不适用", "不适用", "", "", ""]
    else:
        yield [*at, 20, "", "", plan[4], plan[5]]


# fenlei: A类, B类

CODES = {
    "A类县区": "A111 A112 A113 A121 A211 A212 A311",
    "B类部门": "B111 B112 B121 B211 B221 B311 B312",
}
FRACTIONS = {"A121", "A211", "B121"}
FAULTS = {"B111", "B221"}
TITLES = {
    "A111": "重大决策预公开", "A112": "财政预决算", "A113": "公共资源配置",
    "A121": "20个工作日公开率", "A211": "按期答复率", "A212": "答复文书规范", "A311": "培训部署",
    "B111": "政策文件", "B112": "行政许可和处罚", "B121": "20个工作日公开率", "B211": "解读材料",
    "B221": "留言答复", "B311": "经验被市级推广", "B312": "典型案例",
}  # fmt: skip
BEST = {"A212": "好", "A311": "好", "B211": "优", "B111": 15, "B221": 15, "B121": 20}
# By half: what was verified, in the order of the codes; - where an item does not apply.
CLASSED = {
    "青禾县": ("A类县区", "80 90 100 45/50 19/20 较好 好", "90 95 90 47/50 20/20 好 较好",
            (92, 88, 90, 95, 85), 9.1),
    "望岭县": ("A类县区", "60 70 - 30/40 8/10 一般 较好", "70 80 - 33/40 9/10 较好 较好",
            (75, 70, 80, 78, 60), 7.2),
    "财政局": ("B类部门", "2 13 19/20 优 1 8 5", "0 15 20/20 优 0 6 3", (90, 95, 100, 94, 91), 9.5),
    "教育局": ("B类部门", "12 10 9/12 中 3 0 4", "4 12 15/18 良 2 0 6", (70, 72, 68, 75, 80), None),
    "水利局": ("B类部门", "1 14 x 良 0 5 0", "1 14 x 良 0 5 0", (88, 88, 88, 88, 88), 8.8),
}  # fmt: skip


def write_fenlei(folder: Path) -> None:
    """Two counties and three departments, each by the tree of its class, in one long table."""
    write_assessment(
        folder, "fenlei", "示例市2024年度政府信息公开工作分类考核",
        region="示例市", issuer="示例市人民政府办公室", number="示政办字〔2025〕10号",
        recipients="各县区人民政府, 市政府各部门",
        more="\n# 不适用的指标\nnot_applicable:\n  水利局: [B121]\n",
    )  # fmt: skip
    units = [(name, plan[0]) for name, plan in CLASSED.items()]
    write_table(folder / "考核对象.xlsx", "考核对象", ["单位名称", "类别"], units)
    rows = [
        row
        for name, (group, half, whole, _, _) in CLASSED.items()
        for period, marks in (("半年", half), ("全年", whole))
        for code, mark in zip(CODES[group].split(), marks.split(), strict=True)
        if mark != "x"
        for row in [[name, period, code, TITLES[code], *item(code, mark)]]
    ]
    header = ["单位", "期次", "指标编号", "指标名称", "自评分", "核查得分", "核查完成数",
              "核查应完成数", "核查问题数"]  # fmt: skip
    write_table(folder / "指标考核.xlsx", "2024年分类考核指标得分", header, rows)
    reviews = [
        (name, score, f"专家{i}")
        for name, plan in CLASSED.items()
        for i, score in enumerate(plan[3], start=1)
    ]
    write_table(folder / "专家评审.xlsx", "专家评审打分", ["单位", "得分", "评委"], reviews)
    surveys = [(name, plan[4]) for name, plan in CLASSED.items() if plan[4] is not None]
    write_table(folder / "公众满意度.xlsx", "公众满意度（满分10分）", ["单位", "得分"], surveys)


def item(code: str, mark: str) -> list[Cell]:
    """自评分, 核查得分, 核查完成数, 核查应完成数, 核查问题数 of an item."""
    if mark == "-":
        return ["不适用", "不适用", "", "", ""]
    best: Cell = BEST.get(code, 100 if code.startswith("A") else 0)
    if code in FRACTIONS:
        done, of = mark.split("/")
        return [best, "", int(done), int(of), ""]
    if code in FAULTS:
        return [best, "", "", "", int(mark)]
    if mark.isdigit():
        return [int(mark), int(mark), "", "", ""]
    return [best, mark, "", "", ""]


# jiafen: 加分, 一票否决, 名额

DEPARTMENTS = {
    # 现场考核, 社会评议
    "发展改革委": (95, (92, 90, 94)),
    "教育局": (90, (90, 88, 92)),
    "科技局": (92, (85, 86, 87)),
    "民政局": (96, (95, 94, 96)),
    "司法局": (88, (90, 91, 89)),
    "财政局": (80, (82, 81, 83)),
    "人力资源社会保障局": (60, (52, 50, 54)),
    "水利局": (50, (89, 90, 89.5)),
    "商务局": (40, (40, 38, 42)),
    "审计局": (50, (89.5, 89.5, 89.5)),
}


def write_jiafen(folder: Path) -> None:
    """Ten departments: vetoes, caps, repeats, a bonus that does not enter, a full quota."""
    write_assessment(
        folder, "jiafen", "示例市2024年度政府信息公开工作绩效考核",
        region="示例市", issuer="示例市人民政府办公室", number="示政办字〔2025〕11号",
        recipients="市政府各部门",
    )  # fmt: skip
    units = [(name, "部门", "人社局" if name.startswith("人力") else "") for name in DEPARTMENTS]
    write_table(folder / "考核对象.xlsx", "考核对象", ["单位名称", "类别", "简称"], units)
    rows = [
        # 单位, 扣分项, 问题描述, 发现日期, 同一问题, 分值, 事件的列, 事件日期, 完成日期, 核实
        *[
            ("教育局", "1.1", "要闻栏目超过两周没有更新", on, "要闻栏目", "", "", "", "", "")
            for on in ("3-4", "6-3", "9-2")
        ],
        ("科技局", "2.1", "咨询项目申报留言", "6-3", "", "", "留言日期", "4-30", "5-10", ""),
        ("民政局", "3.1", "公开文件含未解密内容", "7-8", "", "", "", "", "", "属实"),
        ("司法局", "3.2", "2023年年度报告2月5日才公布", "2-6", "", "", "应公布日期", "1-31", "2-5", ""),
        *[
            ("财政局", "2.2", f"对第{i}件留言答非所问", "8-5", "", 3, "", "", "", "属实")
            for i in range(1, 6)
        ],
        ("财政局", "2.1", "咨询退税留言", "8-5", "", "", "留言日期", "7-1", "", ""),
        *[
            ("商务局", "1.1", f"{name}栏目没有更新", "5-6", name, "", "", "", "", "")
            for name in ("外贸", "外资", "电商", "会展")
        ],
        *[
            ("商务局", "1.2", f"第{i}处链接失效", "5-6", "", "", "", "", "", "")
            for i in range(1, 4)
        ],
    ]  # fmt: skip
    header = ["台账编号", "单位", "扣分项", "问题描述", "发现日期", "同一问题", "分值", "留言日期",
              "应公布日期", "整改完成日期", "核实结果"]  # fmt: skip
    write_table(
        folder / "网上考核台账.xlsx",
        "2024年网上考核台账",
        header,
        [
            [
                f"WS-{i:02}", *row[:3], day(str(row[3])), row[4], row[5],
                *(day(str(row[7])) if row[6] == event else "" for event in header[7:9]),
                day(str(row[8])), row[9],
            ]
            for i, row in enumerate(rows, start=1)
        ],
    )  # fmt: skip
    bonus = [
        ("发展改革委", "J1", "经验做法获国务院办公厅通报表扬", "9-10"),
        *[("教育局", "J3", f"信息被省政府网站采用第{i}条", "10-8") for i in range(1, 4)],
        ("财政局", "J2", "获省政府办公厅通报表扬", "11-4"),
        ("人社局", "J2", "获省政府办公厅通报表扬", "11-4"),
    ]
    write_table(
        folder / "加分台账.xlsx",
        "2024年加分台账",
        [*header[:5], "核实结果"],
        [[f"JF-{i}", *row[:3], day(row[3]), "属实"] for i, row in enumerate(bonus, start=1)],
    )
    onsite = [(name, score) for name, (score, _) in DEPARTMENTS.items()]
    write_table(folder / "现场考核.xlsx", "2024年现场考核", ["单位", "得分"], onsite)
    reviews = [
        (name, score, who)
        for name, (_, scores) in DEPARTMENTS.items()
        for who, score in zip(("人大代表", "政协委员", "市民代表"), scores, strict=True)
    ]
    write_table(folder / "社会评议.xlsx", "2024年社会评议", ["单位", "得分", "评委"], reviews)


WRITERS = {
    "keshi": write_keshi,
    "fangtan": write_fangtan,
    "jidu": write_jidu,
    "fenlei": write_fenlei,
    "jiafen": write_jiafen,
}


def main() -> None:
    """Write the folder of every scheme."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE / "schemes", help="the folder to write")
    out = parser.parse_args().out
    for name, write in WRITERS.items():
        write(out / name)


if __name__ == "__main__":
    main()
