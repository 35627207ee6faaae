"""The sample year graded by a plain script of pandas, openpyxl and python-docx.

What ``kaohe grade`` is measured against: what an analyst would write for this one folder and
nothing else. It reads the same files, does the same exact arithmetic and writes the same five
files with the same texts, numbers and formulas. It checks nothing, sets no style, and its
formulas carry no computed values.

    python benchmarks/plain_script.py sample_data/2024 out
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import html
import io
import json
import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pandas as pd
import yaml
from docx import Document
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

ROOT = Path(__file__).resolve().parent.parent
SCALE = 10_000  # points are integers of ten-thousandths
DASH = "—"
ORDINALS = "一二三四五六七八九十"


# ------------------------------------------------------------------ cells


def clean(value):
    """Full-width to half-width, no white space: names, codes and numbers as they are compared."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", str(value)))


def text(value):
    """A text with its line breaks and runs of spaces made one space."""
    return " ".join(str(value).split())


def points(value):
    return int(Decimal(clean(value)) * SCALE)


def day(value):
    if isinstance(value, datetime):
        return value.date()
    numbers = re.findall(r"\d+", clean(value))
    if not numbers:
        return None
    if len(numbers) == 1:
        (digits,) = numbers
        numbers = [digits[:4], digits[4:6], digits[6:]]
    return date(*map(int, numbers[:3]))


def show_day(value):
    return f"{value.year}年{value.month}月{value.day}日"


def half_up(number, divisor):
    return (2 * number + divisor) // (2 * divisor)


def decimal_text(number, divisor):
    exact = Fraction(number) / divisor
    if 10**30 % exact.denominator:
        return str(exact)
    shown = f"{Decimal(exact.numerator) / exact.denominator:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def two_decimals(hundredths):
    return f"{hundredths // 100}.{hundredths % 100:02d}"


# ------------------------------------------------------------------ files


class Files:
    """Reads the files of the folder, and keeps their hashes and the count of their rows."""

    def __init__(self, folder, engine):
        self.folder = folder
        self.engine = engine
        self.hashes = {}
        self.counts = []
        self.no_data = []

    def name(self, path):
        return path.relative_to(self.folder).as_posix()

    def hash(self, path, name):
        self.hashes[name] = hashlib.sha256(path.read_bytes()).hexdigest()

    def sheets(self, path):
        """Every filled sheet as a frame of raw cells, blanks as ""."""
        self.hash(path, self.name(path))
        if path.suffix == ".csv":
            return {None: pd.read_csv(io.StringIO(self.text_of(path)), header=None, dtype=str,
                                      na_filter=False, skip_blank_lines=False)}  # fmt: skip
        sheets = pd.read_excel(
            path, sheet_name=None, header=None, dtype=object, na_filter=False, engine=self.engine
        )
        return {name: frame for name, frame in sheets.items() if not frame.empty}

    def text_of(self, path):
        content = path.read_bytes()
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return content.decode("gb18030")

    def lines(self, path, grid):
        """The number of each row: as Excel shows it, in a csv file that of its first line."""
        if path.suffix != ".csv":
            return range(1, len(grid) + 1)
        text = self.text_of(path)
        reader = csv.reader(io.StringIO(text, newline=""))
        return [1, *(reader.line_num + 1 for _ in reader)]

    def tables(self, path, table, must_have):
        """The table on each sheet of a file: the rows above its header row, and its data rows as
        dicts by the names of the header row."""
        for sheet, raw in self.sheets(path).items():
            grid = raw.values.tolist()
            names = top = None
            head, rows = [], []
            blank = total = note = 0
            lines = self.lines(path, grid)
            for number, cells in zip(lines, grid, strict=False):
                if names is None:
                    if must_have in map(clean, cells):
                        names, top = [clean(cell) for cell in cells], len(head)
                    head.append(cells)
                    continue
                first = next((clean(cell) for cell in cells if clean(cell)), "")
                if not first:
                    blank += 1
                elif first.startswith(("合计", "填表人")):
                    total += first.startswith("合计")
                    note += first.startswith("填表人")
                    words = " ".join(" ".join(text(c) for c in cells if clean(c)).split())
                    self.no_data.append([self.name(path), sheet, number, words])
                else:
                    where = f"工作表“{sheet}” 第{number}行" if sheet else f"第{number}行"
                    rows.append({**dict(zip(names, cells, strict=True)), "来源文件": self.name(path),
                                 "工作表": sheet, "行": number, "来源位置": where})  # fmt: skip
            self.counts.append([
                self.name(path), sheet, table, len(grid) - top - 1, len(rows), 0, blank, total, note, 0,
            ])  # fmt: skip
            yield grid[:top], rows


def read_units(files):
    (_, rows), *_ = files.tables(files.folder / "考核对象.xlsx", "考核对象", "单位名称")
    units = pd.DataFrame({
        "unit": [text(row["单位名称"]) for row in rows],
        "group": [text(row["类别"]) for row in rows],
        "parent": [text(row["所属单位"]) for row in rows],
    })  # fmt: skip
    by_name = {}
    for row in rows:
        for name in [row["单位名称"], *str(row["简称"]).split("、")]:
            by_name[clean(name)] = text(row["单位名称"])
    return units, by_name


def read_ledger(files, by_name, rules):
    rows = [
        row
        for path in sorted((files.folder / "平时考核台账").iterdir())
        for _, found in files.tables(path, "平时考核台账", "台账编号")
        for row in found
    ]
    by_rule = {clean(name): rule for rule in rules for name in (rule["code"], rule["title"])}
    for row in rows:
        row["单位"] = by_name[clean(row["单位"])]
        row["规则"] = by_rule[clean(row["扣分项"])]
        for column in ("发现日期", "整改期限", "整改完成日期", "撤销日期"):
            row[column] = day(row.get(column, ""))
        for column in ("台账编号", "问题描述", "核实结果", "撤销理由", "提供单位", "来源文号",
                       "备注"):  # fmt: skip
            row[column] = text(row.get(column, ""))
    rows.sort(key=lambda row: (row["来源文件"], row["工作表"] or "", row["行"]))
    return pd.DataFrame(rows, dtype=object)


def read_forms(files, by_name):
    items = []
    for path in sorted((files.folder / "自我考核").rglob("*.xlsx")):
        for head, rows in files.tables(path, "自我考核", "指标编号"):
            header = {}
            for cells in head:
                filled = [clean(cell) for cell in cells if clean(cell)]
                for cell, following in zip(filled, [*filled[1:], ""], strict=False):
                    label, _, value = cell.partition(":")
                    if label in ("单位", "期次"):
                        header[label] = value or following
            for row in rows:
                item = {"unit": by_name[header["单位"]], "period": header["期次"],
                        "code": clean(row["指标编号"])}  # fmt: skip
                for column in ("自评分", "核查得分"):
                    item[column] = points(row[column])
                for column in ("核查单位", "核查说明", "自评说明", "证明材料"):
                    item[column] = text(row[column])
                items.append({**item, "来源文件": row["来源文件"], "来源位置": row["来源位置"]})
    return pd.DataFrame(items)


def read_third_party(files, by_name):
    (_, rows), *_ = files.tables(files.folder / "第三方评估.xlsx", "第三方评估", "得分")
    return pd.DataFrame({
        "unit": [by_name[clean(row["单位"])] for row in rows],
        "third": [points(row["得分"]) for row in rows],
        "assessor": [text(row["评估机构"]) for row in rows],
        "note": [text(row["备注"]) for row in rows],
        "来源文件": [row["来源文件"] for row in rows],
        "来源位置": [row["来源位置"] for row in rows],
    })  # fmt: skip


# ------------------------------------------------------------------ scores


def judge(row, parents, as_of):
    """What becomes of a ledger row: the unit that it concerns, its result, its reason."""
    rule, unit = row["规则"], row["单位"]
    parent = parents[unit]
    charged = parent or unit
    deadline, rectified = row["整改期限"], row["整改完成日期"]
    due = f"整改期限{show_day(deadline)}，" if deadline else ""
    also = f"，{unit}的问题计入{charged}" if parent else ""
    if row["撤销日期"] and row["撤销日期"] <= as_of:
        why = row["撤销理由"].rstrip("。")
        return charged, "已撤销", f"{show_day(row['撤销日期'])}由{row['提供单位']}撤销，理由：{why}"
    if row["核实结果"] == "不属实":
        return charged, "不属实", "经核实不属实"
    if parent and rule.get("subordinates") != "charged":
        reason = f"属{parent}所属单位{unit}的问题，依{rule['clause']}不计入"
        return charged, "所属单位问题，不计入", reason
    if rule["counts"] == "notified":
        return charged, "计入", f"检查通报{also}"
    if rule["counts"] == "verified":
        return charged, "计入", f"经核实属实{also}"
    if deadline > as_of:
        return charged, "未到期", f"{due}截至{show_day(as_of)}未到期"
    if rectified and rectified <= deadline:
        return charged, "按期整改", f"{due}{show_day(rectified)}完成整改"
    if rectified and rectified <= as_of:
        return charged, "计入", f"{due}{show_day(rectified)}才完成整改{also}"
    return charged, "计入", f"{due}截至{show_day(as_of)}未完成整改{also}"


def score_ledger(ledger, units, as_of):
    parents = dict(zip(units["unit"], units["parent"], strict=True))
    judged = [judge(row, parents, as_of) for row in ledger.to_dict("records")]
    ledger["计入单位"], ledger["处理结果"], ledger["理由"] = zip(*judged, strict=True)
    ledger["扣分"] = [
        int(Decimal(str(rule["points"])) * SCALE) if result == "计入" else 0
        for rule, result in zip(ledger["规则"], ledger["处理结果"], strict=True)
    ]


def expected_items(units, forms, component, not_applicable):
    """Every item of every unit and period, with what the forms say about it."""
    items = pd.DataFrame([
        {"code": item["code"], "area": area["area"], "title": item["title"],
         "points": item["points"] * SCALE}
        for area in component["indicators"] for item in area["items"]
    ])  # fmt: skip
    periods = pd.DataFrame({"period": [period["name"] for period in component["periods"]]})
    graded = units.loc[units["parent"] == "", ["unit"]]
    items = graded.merge(periods, how="cross").merge(items, how="cross")
    items = items.merge(forms, on=["unit", "period", "code"], how="left")
    exempt = {(unit, code) for unit, codes in not_applicable.items() for code in codes}
    pairs = zip(items["unit"], items["code"], strict=True)
    items["applies"] = [pair not in exempt for pair in pairs]
    return items


def score_units(units, ledger, items, third, scheme):
    graded = units[units["parent"] == ""].reset_index(drop=True)
    lost = ledger.groupby("计入单位")["扣分"].sum()
    graded["ledger"] = (100 * SCALE - graded["unit"].map(lost).fillna(0).astype(int)).clip(lower=0)
    counted = items[items["applies"]]
    sums = counted.groupby(["unit", "period"])[["核查得分", "points"]].sum().astype(int)
    full = 100 * SCALE
    shares = [
        Fraction(got * full, of) for got, of in zip(sums["核查得分"], sums["points"], strict=True)
    ]
    periods = pd.Series(shares, sums.index, dtype=object).unstack()
    graded["both"] = graded["unit"].map(periods.sum(axis=1))
    graded["third"] = graded["unit"].map(third.set_index("unit")["third"])
    weights = [part["weight"] for part in scheme["components"].values()]
    weighted = (
        2 * weights[0] * graded["ledger"]
        + weights[1] * graded["both"]
        + 2 * weights[2] * graded["third"]
    )
    graded["composite"] = half_up(weighted, 2 * 100 * SCALE // 100).astype(int)  # in hundredths
    graded["grade"] = graded["composite"].map(
        lambda c: next(g["name"] for g in scheme["grades"] if c >= g["from"] * 100)
    )
    by_group = graded.groupby("group")["composite"]
    graded["rank"] = by_group.rank(method="min", ascending=False).astype(int)
    order = {group: i for i, group in enumerate(scheme["groups"])}
    graded["order"] = graded["group"].map(order)
    return graded.sort_values(["order", "rank"], kind="stable", ignore_index=True)


# ------------------------------------------------------------------ 考核结果.xlsx


class Book:
    def __init__(self, year, facts):
        self.book = Workbook()
        self.book.remove(self.book.active)
        self.year = year
        self.facts = facts

    def sheet(self, name, what, columns, right=""):
        ws = self.book.create_sheet(name)
        ws.append([f"{self.facts['region']}{self.year}年度{self.facts['subject']}{what}"])
        ws.merge_cells(start_row=1, end_row=1, start_column=1, end_column=columns)
        ws["A2"] = f"截至日期：{show_day(self.facts['as_of'])}"
        if right:
            ws.cell(2, columns, right)
        return ws

    @staticmethod
    def append(ws, row):
        ws.append([None if value == "" else value for value in row])

    def name(self, name, ws, column, first, last=None):
        cells = f"${column}${first}" + (f":${column}${last}" if last else "")
        self.book.defined_names[name] = DefinedName(name, attr_text=f"{ws.title}!{cells}")


def half(unit, period, applicable, counted, r, name):
    chosen = f'{unit},$B{r},{period},"{name}"'
    applies = f"SUMIFS({applicable},{chosen})"
    return (
        f'IF(AND(NOT(COUNTIFS({counted},"—",{chosen})>0),ROUND({applies},10)>0),'
        f'SUMIFS({counted},{chosen})*满分_自我考核/{applies},"—")'
    )


def blocks_of(items):
    """The first and the last row of every unit on the sheet of items."""
    rows = items.reset_index(drop=True).reset_index().groupby("unit", sort=False)["index"]
    return {unit: (low + 4, high + 4) for unit, (low, high) in rows.agg(["min", "max"]).iterrows()}


def write_blocks(book, blocks):
    ws = book.sheet("明细核对", "考核明细核对", 5, "计数单位：行")
    last = 7 + len(blocks)
    ws.append(["序号", "明细表", "在本单位位置上的行数", "全部行数", "核对"])
    ws.append([1, "自我考核", f"=SUMIFS(D$8:D${last},C$8:C${last},B4)", "=COUNTA(单位_自我考核)",
               '=IF(C4=D4,"相符","不符")'])  # fmt: skip
    ws.append(["核对相符时，汇总表只对每个单位自己的明细行求和，重算快。"])
    ws.append(["明细表重新排序、增加行或者改动单位名称后，核对变为不符，汇总表即改为对全部明细行求和，"
               "结果仍然正确，只是重算较慢。"])  # fmt: skip
    ws.append(["序号", "单位", "明细表", "行数"])
    for number, (unit, (low, high)) in enumerate(blocks.items(), 1):
        ws.append([number, unit, "自我考核",
                   f"=COUNTIFS(自我考核!$A${low}:$A${high},B{number + 7})"])  # fmt: skip
    book.name("核对_自我考核", ws, "E", 4)


def write_summary(book, graded, blocks):
    ws = book.sheet("汇总", "考核结果", 12, "单位：分")
    ws.append([None, "权重（%）", None, "=权重_平时考核", None, None, "=权重_自我考核",
               "=权重_第三方评估"])  # fmt: skip
    ws.append(["序号", "单位", "类别", "平时考核", "自我考核\n（上半年）", "自我考核\n（下半年）",
               "自我考核", "第三方评估", "综合成绩", "等次", "排名", "备注"])  # fmt: skip
    for r, unit in enumerate(graded.itertuples(), 5):
        first, last = blocks[unit.unit]
        own = {c: f"自我考核!${c}${first}:${c}${last}" for c in "ABIJ"}
        halves = []
        for period in ("上半年", "下半年"):
            block = half(own["A"], own["B"], own["I"], own["J"], r, period)
            every = half(
                "单位_自我考核",
                "期次_自我考核",
                "适用分值_自我考核",
                "计入得分_自我考核",
                r,
                period,
            )
            halves.append(f'=IF(核对_自我考核="相符",{block},{every})')
        ws.append([
            r - 4, unit.unit, unit.group,
            f"=MAX(最低分_平时考核,预置分_平时考核-SUMIFS(扣分_平时考核,计入单位_平时考核,$B{r}))",
            *halves,
            f'=IF(AND(ISNUMBER($E{r}),ISNUMBER($F{r})),($E{r}+$F{r})/2,"—")',
            f"=INDEX(得分_第三方评估,MATCH($B{r},单位_第三方评估,0))",
            f"=IF(AND(ISNUMBER($D{r}),ISNUMBER($G{r}),ISNUMBER($H{r})),"
            f"ROUND(ROUND(($D{r}*权重_平时考核+$G{r}*权重_自我考核+$H{r}*权重_第三方评估)"
            '/100*100,9),0)/100,"—")',
            f'=IF(OR(NOT(ISNUMBER($I{r})),COUNTIFS(缺项_单位,$B{r},缺项_影响等次,"是")>0),"—",'
            f'IF($I{r}>=下限_优秀,"优秀",IF($I{r}>=下限_良好,"良好",'
            f'IF($I{r}>=下限_合格,"合格","不合格"))))',
            f'=IF($J{r}="—","—",COUNTIFS(汇总_类别,$C{r},汇总_等次,"<>—",汇总_综合成绩,">"&$I{r})+1)',
        ])  # fmt: skip
    for name, column in (("汇总_类别", "C"), ("汇总_综合成绩", "I"), ("汇总_等次", "J")):
        book.name(name, ws, column, 5, ws.max_row)


def write_ledger(book, ledger):
    ws = book.sheet("平时考核台账", "平时考核台账", 14, "单位：分")
    ws.append(["合计", "=SUBTOTAL(103,台账编号_平时考核)", "件（随筛选）", *[None] * 9,
               "=SUBTOTAL(109,扣分_平时考核)"])  # fmt: skip
    ws.append(["台账编号", "单位", "计入单位", "扣分项", "扣分项名称", "依据条款", "问题描述",
               "发现日期", "整改期限", "整改完成日期", "核实结果", "处理结果", "扣分", "理由",
               "撤销日期", "撤销理由", "提供单位", "来源文号", "备注", "来源文件",
               "来源位置"])  # fmt: skip
    for row in ledger.to_dict("records"):
        rule = row["规则"]
        book.append(ws, [
            row["台账编号"], row["单位"], row["计入单位"], rule["code"], rule["title"],
            rule["clause"], row["问题描述"], row["发现日期"], row["整改期限"],
            row["整改完成日期"], row["核实结果"], row["处理结果"], row["扣分"] / SCALE,
            row["理由"], row["撤销日期"], row["撤销理由"], row["提供单位"], row["来源文号"],
            row["备注"], row["来源文件"], row["来源位置"],
        ])  # fmt: skip
    for name, column in (("计入单位", "C"), ("台账编号", "A"), ("扣分", "M")):
        book.name(f"{name}_平时考核", ws, column, 5, ws.max_row)


def write_items(book, items):
    ws = book.sheet("自我考核", "自我考核得分明细", 15, "单位：分")
    ws.append(["单位", "期次", "指标编号", "一级指标", "二级指标", "分值", "自评分", "核查得分",
               "适用分值", "计入得分", "状态", "核查单位", "核查说明", "自评说明", "证明材料",
               "来源文件", "来源位置"])  # fmt: skip
    items = items.astype(object).where(items.notna(), None)
    for r, row in enumerate(items.to_dict("records"), 4):
        applies = row["applies"]
        book.append(ws, [
            row["unit"], row["period"], row["code"], row["area"], row["title"],
            row["points"] / SCALE,
            row["自评分"] / SCALE if applies else DASH,
            row["核查得分"] / SCALE if applies else DASH,
            row["points"] / SCALE if applies else 0,
            f'=IF(I{r}=0,0,IF(ISNUMBER(H{r}),H{r},"—"))',
            "已核查" if applies else "不适用",
            row["核查单位"], row["核查说明"], row["自评说明"], row["证明材料"], row["来源文件"],
            row["来源位置"],
        ])  # fmt: skip
    for name, column in (("单位", "A"), ("期次", "B"), ("适用分值", "I"), ("计入得分", "J"),
                         ("状态", "K")):  # fmt: skip
        book.name(f"{name}_自我考核", ws, column, 4, ws.max_row)


def write_third_party(book, graded_units, third):
    ws = book.sheet("第三方评估", "第三方评估得分", 7, "单位：分")
    ws.append(["序号", "单位", "得分", "评估机构", "备注", "来源文件", "来源位置"])
    rows = third.set_index("unit").loc[graded_units].reset_index()
    for number, row in enumerate(rows.itertuples(index=False), 1):
        book.append(ws, [number, row[0], row[1] / SCALE, *row[2:]])
    book.name("单位_第三方评估", ws, "B", 4, ws.max_row)
    book.name("得分_第三方评估", ws, "C", 4, ws.max_row)


def write_distribution(book, scheme):
    ws = book.sheet("等次分布", "考核等次分布", 7, "计数单位：个")
    groups, grades = scheme["groups"], [grade["name"] for grade in scheme["grades"]]
    ws.append(["类别", *grades, "未定等次", "合计"])
    for r, group in enumerate(groups, 4):
        ws.append([
            group,
            *[f"=COUNTIFS(汇总_类别,$A{r},汇总_等次,{column}$3)" for column in "BCDE"],
            f'=COUNTIFS(汇总_类别,$A{r},汇总_等次,"—")',
            f"=SUM(B{r}:F{r})",
        ])  # fmt: skip
    ws.append(["合计", *[f"=SUM({column}4:{column}5)" for column in "BCDEFG"]])
    ws.append([])
    ws.append(["类别", *[f"{name}占比" for name in grades]])
    for r, group in enumerate([*groups, "合计"], 4):
        ws.append([group, *[f"=IF($G{r}=0,0,{column}{r}/$G{r})" for column in "BCDE"]])
    ws.append([])
    ws.append(["类别", "有成绩的单位", "平均成绩", "最高", "最低"])
    for r, group in enumerate([*groups, "全部"], 14):
        own = f"(汇总_类别=$A{r})*ISNUMBER(汇总_综合成绩)"
        count, mean = f"SUMPRODUCT({own})", f"AVERAGEIFS(汇总_综合成绩,汇总_类别,$A{r})"
        score = f"IF({own},汇总_综合成绩)"
        if group == "全部":
            count, mean, score = "COUNT(汇总_综合成绩)", "AVERAGE(汇总_综合成绩)", "汇总_综合成绩"
        ws.append([group, f"={count}",
                   f'=IF($B{r}=0,"—",ROUND(ROUND({mean}*100,8),0)/100)'])  # fmt: skip
        for column, function in (("D", "MAX"), ("E", "MIN")):
            formula = f'=IF($B{r}=0,"—",{function}({score}))'
            ws[f"{column}{r}"] = ArrayFormula(f"{column}{r}", formula)
    chart = BarChart()
    chart.grouping, chart.overlap, chart.title = "stacked", 100, "各类别等次分布"
    chart.add_data(Reference(ws, min_col=2, max_col=5, min_row=3, max_row=5), titles_from_data=True)
    chart.set_categories(Reference(ws, min_col=1, min_row=4, max_row=5))
    ws.add_chart(chart, "A18")


COUNTS = {"notified": "通报即扣", "verified": "核实属实才扣", "overdue": "逾期未整改才扣"}
MISSING = {"refuse": "缺少任何一部分成绩的，补齐以前不出正式结果"}


def write_rules(book, scheme, year, graded):
    ws = book.sheet("考核办法", "考核办法要点", 8, "分值单位：分")
    ledger, own, third = scheme["components"].values()
    missing = MISSING[scheme["missing"]]
    counts = graded["group"].value_counts()
    ws.append(["蓝色数字（权重、预置分、最低分、满分、等次下限，以及各明细表中的扣分、得分）"
               "可以改动，汇总表随之重新计算"])  # fmt: skip
    ws.append(["一、基本情况"])
    ws.append(["考核办法", scheme["title"]])
    ws.append(["出处", scheme["source"]])
    ws.append(["考核年度", f"{year}年"])
    ws.append(["截至日期", show_day(book.facts["as_of"])])
    ws.append(["资料截止日", "不限（截至日期以后作出的撤销、核实也计）"])
    ws.append(["考核对象", "、".join(f"{group}{counts[group]}个" for group in scheme["groups"])])
    ws.append(["办法文件", "heze.yaml"])
    ws.append([])
    ws.append([f"二、综合考核（{scheme['clause']}）"])
    ws.append(["序号", "组成部分", "计算方法", "权重（%）", "预置分或满分", "最低分", "缺项处理",
               "依据条款"])  # fmt: skip
    periods = "、".join(period["name"] for period in own["periods"])
    first = ws.max_row + 1
    ws.append([1, ledger["title"], f"预置分减去“{ledger['table']}”中计入的扣分，不低于最低分",
               ledger["weight"], ledger["start"], ledger["floor"], missing,
               ledger["clause"]])  # fmt: skip
    ws.append([2, own["title"], f"{periods}经核查成绩的平均值；不适用的指标不计，其余折算为满分",
               own["weight"], own["full"], None, missing, own["clause"]])  # fmt: skip
    ws.append([3, third["title"], f"“{third['table']}”中报送的得分", third["weight"],
               third["full"], None, missing, third["clause"]])  # fmt: skip
    for r, part in enumerate((ledger, own, third), first):
        book.name(f"权重_{part['title']}", ws, "D", r)
        book.name(f"{'预置分' if part is ledger else '满分'}_{part['title']}", ws, "E", r)
    book.name(f"最低分_{ledger['title']}", ws, "F", first)
    last = ws.max_row
    ws.append(["合计", None,
               f'=IF(ROUND(D{last + 1},4)=100,"权重合计为100","权重合计不是100，请核对")',
               f"=SUM(D{first}:D{last})"])  # fmt: skip
    ws.append([])
    ws.append([f"三、{ledger['title']}扣分项（{ledger['clause']}）"])
    ws.append(["扣分项", "名称", "办法原文", "每个问题分值", "何时计入", "提供单位",
               "所属单位的问题", "依据条款"])  # fmt: skip
    for rule in ledger["rules"]:
        charged = rule.get("subordinates") == "charged"
        ws.append([rule["code"], rule["title"], rule["text"], rule["points"],
                   COUNTS[rule["counts"]], rule["provider"],
                   "计入其所属的考核对象" if charged else "只列出、不计分", rule["clause"]])  # fmt: skip
    ws.append([])
    ws.append([f"四、{own['title']}期次（{own['clause']}）"])
    ws.append(["序号", "期次", "报送期限", "依据条款"])
    for number, period in enumerate(own["periods"], 1):
        due = period["due"]
        full_date = f"{year + 1}年{due[2:]}" if due.startswith("次年") else f"{year}年{due}"
        ws.append([number, period["name"], f"{due}前（{full_date}前）", period["clause"]])
    ws.append([])
    ws.append([f"五、{own['title']}指标和分值（满分{own['full']}分）"])
    ws.append(["示例：本指标表不是印发的正式指标体系，应换成本年度印发的考核指标体系和计分标准"])
    ws.append(["指标编号", "一级指标", "指标", "分值", "依据条款"])
    for area in own["indicators"]:
        for item in area["items"]:
            ws.append([item["code"], f"{area['area']}（{area['points']}分）", item["title"],
                       item["points"], area["clause"]])  # fmt: skip
    ws.append([])
    ws.append(["六、等次"])
    ws.append(["序号", "等次", "范围", "下限", "依据条款"])
    for number, grade in enumerate(scheme["grades"], 1):
        r = ws.max_row + 1
        own_bound, upper = f'D{r}&"分以上（含本数）"', f'D{r - 1}&"分以下（不含本数）"'
        if number == 1:
            bounds = f"={own_bound}"
        elif number == len(scheme["grades"]):
            bounds = f"={upper}"
        else:
            bounds = f'=D{r}&"分以上（含本数）、"&{upper}'
        ws.append([number, grade["name"], bounds, grade["from"], grade["clause"]])
        book.name(f"下限_{grade['name']}", ws, "D", r)
    ws.append([])
    ws.append(["七、取整、排名和缺项"])
    ws.append(["取整", "综合成绩只在最后四舍五入一次，保留2位小数；等次和排名按舍入后的成绩确定。"
               "此前的折算、平均都不舍入"])  # fmt: skip
    ws.append(["排名", "各类别分别排名；成绩相同的排名并列，其后排名顺延（如1、1、3）"])
    ws.append(["截至日期", "截至日期之后的发现、整改和到期，视为尚未发生"])
    ws.append(
        ["资料截止日", "正式结果中撤销、核实不论何时作出都计，写明资料截止日的，此日以后的撤销不计"]
    )
    ws.append(["缺项", missing])
    ws.append([])
    ws.append(["八、时间安排"])
    ws.append(["序号", "时间", "工作", "依据条款"])
    for number, step in enumerate(scheme["timetable"], 1):
        ws.append([number, step["when"], step["what"], step["clause"]])


def write_notes(book, files, blocks):
    ws = book.sheet("数据说明", "考核数据说明", 8)
    ws.append([])
    ws.append(["正式结果：没有影响等次的缺项"])
    ws.append(["资料截止日：不限（截至日期以后作出的撤销、核实也计）"])
    ws.append(["自我考核的指标和分值是示例，不是印发的正式指标体系；本结果按示例算出，"
               "印发通报前应换成本年度印发的考核指标体系和计分标准"])  # fmt: skip
    ws.append([])
    ws.append(["一、缺项（0处）"])
    ws.append(["序号", "单位", "缺项", "组成部分", "影响等次", "处理", "位置"])
    ws.append([None, "无"])
    book.name("缺项_单位", ws, "B", ws.max_row)
    book.name("缺项_影响等次", ws, "E", ws.max_row)
    ws.append([])
    ws.append(["二、数据问题（0处）"])
    ws.append(["无"])
    ws.append([])
    ws.append(["三、未使用的文件（0个）"])
    ws.append(["无"])
    ws.append([])
    ws.append(["四、程序版本"])
    ws.append([Path(__file__).name])

    ws = book.sheet("行数核对", "考核数据行数核对", 12, f"共{len(files.counts)}张表")
    ws.append(["序号", "文件", "工作表", "数据表", "表头以下行数", "读入", "有误未读入", "空行",
               "合计行", "说明行", "重复表头", "核对"])  # fmt: skip
    counts = sorted(files.counts, key=lambda row: (row[0], row[1] or ""))
    for number, row in enumerate(counts, 1):
        r = ws.max_row + 1
        ws.append([number, *row, f'=IF(E{r}=SUM(F{r}:K{r}),"相符","不符")'])

    write_blocks(book, blocks)

    ws = book.sheet("不作为数据的行", "考核资料中不作为数据的行", 5, f"共{len(files.no_data)}行")
    ws.append(["序号", "文件", "工作表", "行", "内容"])
    for number, row in enumerate(sorted(files.no_data, key=lambda r: (r[0], r[1] or "", r[2])), 1):
        ws.append([number, *row])

    ws = book.sheet("原始文件", "考核原始文件", 3, f"共{len(files.hashes)}个文件")
    ws.append(["序号", "文件", "SHA-256"])
    for number, (name, sha256) in enumerate(sorted(files.hashes.items()), 1):
        ws.append([number, name, sha256])


# ------------------------------------------------------------------ 通报附表.xlsx, results.json


def write_annex(path, year, graded, scheme, region):
    book = Workbook()
    book.remove(book.active)
    for group in scheme["groups"]:
        units = graded[graded["group"] == group]
        ws = book.create_sheet(group)
        ws.append(["附件"])
        ws.append([])
        ws.append([f"{region}{year}年度{scheme['subject']}考核结果"])
        ws.merge_cells("A3:G3")
        ws.append([f"{group}（{len(units)}个）", *[None] * 5, "单位：分"])
        head, rows = annex_table(scheme, units)
        ws.append(head)
        for rank, name, *scores, grade in rows:
            ws.append([int(rank), name, *map(float, scores), grade])
        for note in NOTES:
            ws.append([note])
            ws.merge_cells(start_row=ws.max_row, end_row=ws.max_row, start_column=1, end_column=7)
    book.save(path)


def component_texts(unit):
    return (
        decimal_text(unit.ledger, SCALE),
        decimal_text(unit.both, 2 * SCALE),
        decimal_text(unit.third, SCALE),
    )


def write_json(path, year, as_of, graded, scheme):
    units = [
        {
            "unit": unit.unit,
            "group": unit.group,
            "components": dict(zip(scheme["components"], component_texts(unit), strict=True)),
            "composite": two_decimals(unit.composite),
            "grade": unit.grade,
            "rank": unit.rank,
            "gaps": [],
        }
        for unit in graded.itertuples()
    ]
    document = {"scheme": scheme["name"], "year": year, "as_of": as_of.isoformat(), "known": None, "final": True,
                "units": units}  # fmt: skip
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")


# ------------------------------------------------------------------ 通报


def circular_text(year, as_of, scheme, graded, ledger, items):
    """The text of the circular: (kind, text), kinds as h1, h2 and p."""
    sizes = {group: int((graded["group"] == group).sum()) for group in scheme["groups"]}
    parts = list(scheme["components"].values())
    weights = "、".join(f"{part['title']}（占{part['weight']}%）" for part in parts)
    grades = scheme["grades"]
    bounds = [f"{grades[0]['name']}（{grades[0]['from']}分以上）"]
    for upper, grade in pairwise(grades[:-1]):
        bounds.append(f"{grade['name']}（{grade['from']}分以上不满{upper['from']}分）")
    bounds.append(f"{grades[-1]['name']}（不满{grades[-2]['from']}分）")
    yield (
        "p",
        (
            f"根据《{scheme['title']}》，对{'、'.join(f'{n}个{g}' for g, n in sizes.items())}{year}年度"
            f"{scheme['subject']}进行了考核。现将考核情况通报如下。"
        ),
    )
    yield (
        "p",
        (
            f"综合考核成绩由{weights}组成。{parts[0]['title']}截至{show_day(as_of)}。"
            f"考核等次分为{'、'.join(bounds)}。"
        ),
    )

    def grade_counts(units):
        counts = units["grade"].value_counts()
        have = [f"{g['name']}{counts[g['name']]}个" for g in grades if g["name"] in counts]
        return f"考核等次为{'、'.join(have)}。"

    yield "h1", "一、总体情况"
    each = "、".join(f"{group}{count}个" for group, count in sizes.items())
    yield "p", f"本次共考核{len(graded)}个单位，其中{each}。{grade_counts(graded)}"
    for group, count in sizes.items():
        units = graded[graded["group"] == group]
        scores = units["composite"]
        yield (
            "p",
            (
                f"{group}{count}个，综合考核平均成绩{two_decimals(half_up(int(scores.sum()), count))}分，"
                f"最高{two_decimals(scores.max())}分，最低{two_decimals(scores.min())}分。"
                f"{grade_counts(units)}"
            ),
        )

    yield "h1", "二、考核结果"
    present = [grade["name"] for grade in grades if (graded["grade"] == grade["name"]).any()]
    for number, name in enumerate(present):
        units = graded[graded["grade"] == name]
        yield "h2", f"（{ORDINALS[number]}）{name}（{len(units)}个）"
        for group in sizes:
            members = units.loc[units["group"] == group, "unit"]
            if len(members):
                yield "p", f"{group}（{len(members)}个）：{'、'.join(members)}。"
    yield "p", "各单位综合考核成绩、各部分成绩和排名见附件。"

    yield "h1", "三、存在问题"
    yield "h2", f"（一）{parts[0]['title']}方面"
    counted = ledger[ledger["处理结果"] == "计入"]
    charged = counted["计入单位"].nunique()
    yield "p", f"计入扣分的问题共{len(counted)}个，涉及{charged}个单位。按问题数量排列如下："
    codes = counted["规则"].map(lambda rule: rule["code"])
    found = [(rule, counted[codes == rule["code"]]) for rule in parts[0]["rules"]]
    found = sorted((pair for pair in found if len(pair[1])), key=lambda pair: -len(pair[1]))
    for number, (rule, rows) in enumerate(found, 1):
        involved = rows["计入单位"].nunique()
        yield (
            "p",
            f"{number}.{rule['title']}：{len(rows)}个，涉及{involved}个单位。",
        )
    yield "h2", f"（二）{parts[1]['title']}方面"
    yield "p", "从核查情况看，得分率（核查得分占应得分值的比例）最低的内容依次是："
    weak = weak_areas(items)
    for number, (area, share, item, least) in enumerate(weak, 1):
        lowest = f"，其中{item}最低，为{percent(least)}" if least < share else ""
        yield "p", f"{number}.{area}：得分率{percent(share)}{lowest}。"

    yield "h1", "四、下一步工作要求"
    words = {
        "{工作}": scheme["subject"],
        "{年度}": str(year),
        "{下一年度}": str(year + 1),
        "{问题}": f"考核中发现的{len(counted)}个问题",
        "{薄弱内容}": "、".join(area for area, *_ in weak) + "等得分率相对较低的内容",
    }
    wording = (ROOT / "templates" / "下一步工作要求.txt").read_text("utf-8")
    for word, value in words.items():
        wording = wording.replace(word, value)
    lines = [line.strip() for line in wording.splitlines() if not line.startswith("#")]
    blocks = [block for block in "\n".join(lines).split("\n\n") if block.strip()]
    for number, block in enumerate(blocks):
        title, *rest = block.strip().split("\n")
        yield "h2", f"（{ORDINALS[number]}）{title}"
        for line in rest:
            yield "p", line


def weak_areas(items):
    """The three areas with the lowest share of their points, each with its weakest item."""
    counted = items[items["applies"]]

    def shares(keys):
        sums = counted.groupby(keys, sort=False)[["核查得分", "points"]].sum().astype(int)
        return [
            (name, Decimal(got) / Decimal(most))
            for name, got, most in zip(sums.index, sums["核查得分"], sums["points"], strict=True)
        ]

    by_item = shares(["area", "title"])
    found = []
    for area, share in shares("area"):
        own = [(title, value) for (of, title), value in by_item if of == area]
        item, least = min(own, key=lambda pair: pair[1])
        if share < 1:
            found.append((area, share, item, least))
    return sorted(found, key=lambda row: row[1])[:3]


def percent(share):
    return f"{int(share * 1000 + Decimal('0.5')) / 10:.1f}%"


def annex_table(scheme, units):
    parts = scheme["components"].values()
    head = ["排名", "单位", *[f"{part['title']}\n（{part['weight']}%）" for part in parts],
            "综合成绩", "等次"]  # fmt: skip
    rows = [
        [
            str(u.rank),
            u.unit,
            *map(
                two_decimals, (half_up(u.ledger, 100), half_up(u.both, 200), half_up(u.third, 100))
            ),
            two_decimals(u.composite),
            u.grade,
        ]
        for u in units.itertuples()
    ]
    return head, rows


NOTES = (
    "注：各部分成绩四舍五入保留2位小数列出；综合成绩由未经舍入的各部分成绩按权重计算，四舍五入保留2位小数。",
    "等次和排名按综合成绩确定，成绩相同的排名并列。",
)


def write_circular(docx, page, year, scheme, settings, graded, body):
    given = settings["circular"]
    annex_title = f"{settings['region']}{year}年度{scheme['subject']}考核结果"
    title = f"{given['issuer']}关于{year}年度{scheme['subject']}考核情况的通报"
    recipients = "，".join(given["recipients"]) + "："
    issued = show_day(given["date"])
    copies = f"抄送：{'，'.join(given['copies'])}。"
    printed = f"{given['issuer']}{show_day(given['printed_on'])}印发"
    tables = []
    for group in scheme["groups"]:
        units = graded[graded["group"] == group]
        tables.append((f"{group}（{len(units)}个）", *annex_table(scheme, units)))

    document = Document()
    for line in (given["letterhead"], given["number"]):
        document.add_paragraph(line)
    document.add_heading(title, 0)
    document.add_paragraph(recipients)
    for kind, line in body:
        if kind == "p":
            document.add_paragraph(line)
        else:
            document.add_heading(line, int(kind[1]))
    for line in (f"附件：{annex_title}", given["issuer"], issued):
        document.add_paragraph(line)
    document.add_page_break()
    document.add_paragraph("附件")
    document.add_heading(annex_title, 1)
    for caption, head, rows in tables:
        document.add_paragraph(caption)
        table = document.add_table(rows=1, cols=len(head))
        for cell, value in zip(table.rows[0].cells, head, strict=True):
            cell.text = value
        for row in rows:
            for cell, value in zip(table.add_row().cells, row, strict=True):
                cell.text = value
    for line in (NOTES[0], f"　　{NOTES[1]}", copies, printed):
        document.add_paragraph(line)
    document.save(docx)

    out = [f"<p>{html.escape(line)}</p>" for line in (given["letterhead"], given["number"])]
    out.append(f"<h1>{html.escape(title)}</h1><p>{html.escape(recipients)}</p>")
    for kind, line in body:
        tag = {"h1": "h2", "h2": "h3", "p": "p"}[kind]
        out.append(f"<{tag}>{html.escape(line)}</{tag}>")
    closing = (f"附件：{annex_title}", given["issuer"], issued, "附件")
    out += [f"<p>{html.escape(line)}</p>" for line in closing]
    out.append(f"<h2>{html.escape(annex_title)}</h2>")
    for caption, head, rows in tables:
        out.append(f"<table><caption>{html.escape(caption)}</caption>")
        for tag, row in [("th", head), *(("td", row) for row in rows)]:
            cells = "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in row)
            out.append(f"<tr>{cells}</tr>")
        out.append("</table>")
    out += [f"<p>{html.escape(line)}</p>" for line in (*NOTES, copies, printed)]
    head = f'<meta charset="utf-8"/><title>{html.escape(title)}</title>'
    page.write_text(
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head>{head}</head><body>\n'
        + "\n".join(out)
        + "\n</body></html>\n",
        "utf-8",
    )


# ------------------------------------------------------------------ the run


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--engine", default="openpyxl", help="what pd.read_excel reads with")
    arguments = parser.parse_args()
    folder, out = arguments.folder, arguments.out
    out.mkdir(parents=True, exist_ok=True)

    scheme_file = ROOT / "config" / "heze.yaml"
    scheme = yaml.safe_load(scheme_file.read_text("utf-8"))
    settings = yaml.safe_load((folder / "assessment.yaml").read_text("utf-8"))
    year = settings["year"]
    as_of = date(year, 12, 31)
    ledger_rules = scheme["components"]["ledger"]["rules"]

    files = Files(folder, arguments.engine)
    units, by_name = read_units(files)
    ledger = read_ledger(files, by_name, ledger_rules)
    forms = read_forms(files, by_name)
    third = read_third_party(files, by_name)
    files.hash(folder / "assessment.yaml", "assessment.yaml")
    files.hash(scheme_file, "heze.yaml")

    score_ledger(ledger, units, as_of)
    component = scheme["components"]["self_assessment"]
    items = expected_items(units, forms, component, settings["not_applicable"])
    graded = score_units(units, ledger, items, third, scheme)

    region = settings["region"]
    book = Book(year, {"region": region, "subject": scheme["subject"], "as_of": as_of})
    blocks = blocks_of(items)
    write_summary(book, graded, blocks)
    write_ledger(book, ledger)
    write_items(book, items)
    write_third_party(book, units.loc[units["parent"] == "", "unit"], third)
    write_distribution(book, scheme)
    write_rules(book, scheme, year, graded)
    write_notes(book, files, blocks)
    book.book.save(out / "考核结果.xlsx")

    write_annex(out / "通报附表.xlsx", year, graded, scheme, region)
    write_json(out / "results.json", year, as_of, graded, scheme)
    body = list(circular_text(year, as_of, scheme, graded, ledger, items))
    write_circular(
        out / "通报.docx", out / "通报.html", year, scheme, settings, graded, body
    )  # fmt: skip
    print(f"{len(graded)} units, {len(ledger)} ledger rows: {out}")


if __name__ == "__main__":
    main()
