"""One problem counted twice; somebody's silence; calendars; rule codes of another scheme."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from scoring.resources import resource
from tests.corpus.base import (
    HOLIDAYS,
    ITEMS,
    LEDGER,
    LEDGER_HEADER,
    MORE_BY_ONE,
    REVIEW,
    REVIEW_ROWS,
    ROOMS,
    SURVEY,
)
from tests.corpus.changes import (
    Shown,
    append,
    both,
    cells,
    page,
    remove,
    table,
    write,
)
from tests.corpus.model import add
from tests.folders import write_settings

TWICE = "一事两计"
COUNTY = {"甲山县人民政府": MORE_BY_ONE["甲山县人民政府"]}


def row(
    units: str, rule: str = "1", text: str = "卫健栏目空白", number: str = "T009", **more: Any
) -> Any:
    values = {
        "台账编号": number,
        "单位": units,
        "扣分项": rule,
        "问题描述": text,
        "发现日期": "2024-06-03",
        **more,
    }
    return append(LEDGER, [values.get(name) for name in LEDGER_HEADER])


# A row for a county and its own department costs once.

add(TWICE, "县和本县的局", row("甲山县、甲山县卫健局"), scores=COUNTY)
add(TWICE, "本县的局在前", row("甲山县卫健局、甲山县"), scores=COUNTY)
add(TWICE, "本县的局写全称，用逗号", row("甲山县人民政府，甲山县卫生健康局"), scores=COUNTY)
add(TWICE, "同一单位的全称和简称", row("甲山县人民政府、甲山县"), scores=COUNTY)
add(TWICE, "同一个局的全称和简称", row("甲山县卫生健康局、甲山县卫健局"), scores=COUNTY)
add(
    TWICE,
    "同一个县的两个局",
    both(
        append("名单", ["甲山县教育局", "", "甲山县教体局", "甲山县"]),
        row("甲山县卫健局、甲山县教体局"),
    ),
    scores=COUNTY,
)
add(
    TWICE,
    "两个县，各计一次并提醒",
    row("甲山县、乙水县"),
    f"unit-shared {LEDGER} B6",
    scores={**COUNTY, "乙水县人民政府": MORE_BY_ONE["乙水县人民政府"]},
)
add(
    TWICE,
    "两个县用顿号，其中一个写错",
    row("甲山县、乙水具"),
    f"unit-unknown {LEDGER} B6",
)
add(
    TWICE,
    "局的问题不由县承担的扣分项",
    row("甲山县、甲山县卫健局", "2.2", 核实结果="属实"),
    scores=COUNTY,
)

# One problem under two numbers gets a reminder.

SAME = f"entry-similar {LEDGER} D6"


def again(**more: Any) -> Any:
    return row("甲山县人民政府", **{"text": "栏目长期不更新", "发现日期": "2024-03-05", **more})


add(TWICE, "同一问题两个编号", again(), SAME, scores=COUNTY)
add(TWICE, "同一问题两个编号，标点和空格不同", again(text="栏目 长期不更新。"), SAME, scores=COUNTY)
add(TWICE, "同一问题两个编号，近似的话", again(text="栏目长期未更新"), SAME, scores=COUNTY)
add(
    TWICE,
    "同一问题由两家登记",
    table(
        "平时考核台账/督查组.xlsx",
        [LEDGER_HEADER, ["D1", "甲山县", "1", "栏目长期不更新", "2024-03-05"]],
    ),
    "entry-similar 平时考核台账/督查组.xlsx D2",
    scores=COUNTY,
)
add(TWICE, "同一问题记在县和本县的局", again(单位="甲山县卫健局"), SAME, scores=COUNTY)
add(TWICE, "同一天的另一个问题", again(text="门户网站有三个链接失效"), scores=COUNTY)
add(TWICE, "另一天的同样问题", again(发现日期="2024-03-06"), scores=COUNTY)
add(TWICE, "同一问题，一行已撤销", again(撤销日期="2024-04-01", 撤销理由="重复登记"))
add(TWICE, "同一编号两行", again(number="T001"), f"entry-duplicate {LEDGER} A6")
add(TWICE, "同一编号，全角和空格不同", again(number="Ｔ 001"), f"entry-duplicate {LEDGER} A6")

# Somebody's silence

SILENT = "缺评委"
add(
    SILENT,
    "一位评委缺一个单位的一行",
    page(REVIEW, lambda one: one.delete_rows(5)),
    f"gap-assessor {REVIEW}",
    base="fenlei",
)
add(
    SILENT,
    "评委的得分是横线",
    cells(REVIEW, {"C5": "—"}),
    f"number-unreadable {REVIEW} C5",
    base="fenlei",
)
add(
    SILENT,
    "评委写弃权",
    cells(REVIEW, {"C5": "弃权"}),
    f"number-unreadable {REVIEW} C5",
    base="fenlei",
)
add(
    SILENT,
    "一位评委给同一单位打了两次",
    append(REVIEW, ["东县", "甲评委", 60]),
    f"score-duplicate {REVIEW} A14",
    base="fenlei",
)
add(
    SILENT,
    "评委的名字有空格和全角，仍是同一位",
    cells(REVIEW, {"B2": "甲 评委", "B6": "甲评委 ", "B10": "甲评委"}),
    base="fenlei",
)
add(
    SILENT,
    "评委不足三位",
    table(REVIEW, [r for r in REVIEW_ROWS if r[1] not in ("丙评委", "丁评委")]),
    f"gap-trimmed {REVIEW}",
    base="fenlei",
)
add(
    SILENT,
    "满意度表没有，其余照权重折算",
    remove(SURVEY),
    "table-missing 公众满意度",
    base="fenlei",
)
add(
    SILENT,
    "长表缺一个指标",
    page(ITEMS, lambda one: one.delete_rows(5)),
    "gap-item 指标考核/半年",
    base="fenlei",
)

# Working days

DAYS = "工作日"
LATE = [["台账编号", "单位", "扣分项", "问题描述", "发现日期", "变更日期", "整改完成日期"],
        ["K1", "人事科", "2", "变更未报", "2027-06-01", "2027-05-06", "2027-05-27"]]  # fmt: skip


def of_2027(folder: Path) -> None:
    write_settings(folder, scheme="keshi", year=2027)
    table(ROOMS, LATE)(folder)


add(DAYS, "没有这一年的节假日", of_2027, f"calendar-ends {ROOMS} F2", base="keshi")
add(
    DAYS,
    "没有这一年的节假日，台账写明期限",
    both(of_2027, cells(ROOMS, {"H1": "整改期限", "H2": "2027-05-27"})),
    base="keshi",
    scores={"人事科": "100.0", "法规科": "100.0"},
)
add(
    DAYS,
    "节假日的类型写错",
    table(HOLIDAYS, [["日期", "类型"], ["2024-01-01", "休息"]]),
    f"value-unknown {HOLIDAYS} B2",
    f"holiday-differs {HOLIDAYS}",
    base="keshi",
)
add(
    DAYS,
    "节假日的日期没有年",
    table(HOLIDAYS, [["日期", "类型"], ["2024-01-01", "放假"], ["1月2日", "放假"]]),
    f"date-unreadable {HOLIDAYS} A3",
    f"holiday-differs {HOLIDAYS}",
    base="keshi",
)
add(
    DAYS,
    "写明的期限与推算的不符",
    cells(ROOMS, {"I1": "整改期限", "I3": "2024-04-22"}),
    f"deadline-mismatch {ROOMS} I3",
    base="keshi",
)
add(
    DAYS,
    "变更日期只显示月日",
    cells(ROOMS, {"F3": Shown(45383, 'm"月"d"日"')}),
    f"date-unreadable {ROOMS} F3",
    base="keshi",
)

# Codes of a scheme that has 2.1 and 2.10

CODES = "编号的尾零"
RULES = [*(f"2.{n}" for n in range(1, 11)), "2.11"]


def many_rules(value: Any) -> Any:
    def make(folder: Path) -> None:
        scheme = yaml.load((resource("config") / "heze.yaml").read_text("utf-8"), yaml.BaseLoader)
        first = scheme["components"]["ledger"]["rules"][0]
        scheme["components"]["ledger"]["rules"] += [
            {**first, "code": code, "title": f"事项{code}", "points": 3 if code == "2.10" else 1}
            for code in RULES if code not in ("2.1", "2.2")
        ]  # fmt: skip
        write("办法.yaml", yaml.safe_dump(scheme, allow_unicode=True))(folder)
        write_settings(folder, scheme="办法.yaml")
        cells(LEDGER, {"C2": value})(folder)

    return make


add(
    CODES,
    "显示2.10的数，是2.10",
    many_rules(Shown(2.1, "0.00")),
    scores={"甲山县人民政府": "95.30"},
)
add(CODES, "文字2.10", many_rules("2.10"), scores={"甲山县人民政府": "95.30"})
add(CODES, "文字2.11，1分", many_rules("2.11"), scores={"甲山县人民政府": "95.90"})
add(CODES, "2.1后有上标1，不是2.11", many_rules("2.1¹"), f"rule-unknown {LEDGER} C2")
add(CODES, "2.1后有圈1，不是2.11", many_rules("2.1①"), f"rule-unknown {LEDGER} C2")
add(CODES, "显示2.100", many_rules(Shown(2.1, "0.000")), f"rule-unknown {LEDGER} C2")
add(CODES, "编号和名称", many_rules("2.10 事项2.10"), scores={"甲山县人民政府": "95.30"})
add(CODES, "编号和名称不符", many_rules("2.10 事项2.11"), f"rule-unknown {LEDGER} C2")
