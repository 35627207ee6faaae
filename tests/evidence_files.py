"""Filled statistics tables as real files of every kind, from their numbers by key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import openpyxl
from docx import Document

from scoring.evidence import form_2017, form_annual

Numbers = Mapping[str, str]

# A year of a county in which every number fits: 30 items, each on the website, 6 of them also elsewhere.
SOUND_2017: dict[str, str] = {
    **{item.key: "0" for item in form_2017.ITEMS if item.unit},
    "一.一": "30", "一.一.其中": "4", "一.一.制发": "5", "一.二.1": "2", "一.二.2": "30", "一.二.4": "4",
    "二.一": "3", "二.二.1": "4", "二.二.1.其中": "1", "二.二.2": "3", "二.二.2.其中": "2", "二.二.3": "7",
    "三.一": "12", "三.一.1": "1", "三.一.2": "2", "三.一.3": "5", "三.一.4": "4",
    "三.二": "11", "三.二.1": "9", "三.二.2": "2",
    "三.三": "22", "三.三.1": "1", "三.三.2": "2", "三.三.3": "3", "三.三.4": "9", "三.三.5": "1",
    "三.三.6": "2", "三.三.7": "1", "三.三.8": "3",
    "三.三.4.1": "1", "三.三.4.2": "1", "三.三.4.3": "2", "三.三.4.4": "1", "三.三.4.5": "3",
    "三.三.4.6": "1",
    "四": "6", "四.一": "3", "四.二": "2", "四.三": "1", "五": "7", "五.一": "4", "五.二": "1", "五.三": "2",
    "六": "1", "七": "0.25", "八.一": "1", "八.二": "2", "八.三": "9", "八.三.1": "4", "八.三.2": "5",
    "八.四": "3.5", "九.一": "2", "九.二": "3", "九.三": "120",
}  # fmt: skip


def write_evidence(
    folder: Path, numbers: Numbers = SOUND_2017, published: str = "2024-05-07"
) -> None:
    """A statistics table and a list of published items in the folder's 证明材料."""
    (folder / "证明材料").mkdir(exist_ok=True)
    text_2017(folder / "证明材料" / "统计表.txt", numbers)
    lines = f"标题,生成日期,公开日期\n通知,2024-05-06,{published}\n"
    (folder / "证明材料" / "清单.csv").write_text(lines, "utf-8")


_ROWS = {
    "三.一": (3, 1, 0, 0, 1, 1), "三.二": (1, 0, 1, 0, 0, 0), "三.三.1": (1, 0, 0, 1, 0, 0),
    "三.三.5": (2, 1, 0, 0, 0, 0), "三.四.1": (4, 0, 0, 2, 0, 1), "三.五.1": (1, 0, 0, 0, 0, 0),
    "三.六.3": (0, 1, 0, 0, 0, 2), "上年结转": (1, 0, 0, 0, 1, 0), "结转": (2, 0, 1, 0, 0, 0),
}  # fmt: skip


def sound_requests() -> dict[str, str]:
    """The table of requests in which every sum is right (the form of 2021)."""
    rows = {line.key: list(_ROWS.get(line.key, (0,) * 6)) for line in form_annual.NUMBERED}
    outcomes = [key for key in form_annual.OUTCOMES if key != "三.六"]
    rows["三.七"] = [sum(rows[key][n] for key in outcomes) for n in range(6)]
    rows["新收"] = [rows["三.七"][n] + rows["结转"][n] - rows["上年结转"][n] for n in range(6)]
    del rows["三.六"]
    return {
        form_annual.cell(key, column): str(number)
        for key, numbers in rows.items()
        for column, number in zip(form_annual.COLUMNS, [*numbers, sum(numbers)], strict=True)
    }


def sound_reviews() -> dict[str, str]:
    numbers = (2, 1, 0, 1, 4, 1, 0, 2, 0, 3, 3, 1, 1, 1, 6)
    keys = [(kind, name) for kind in form_annual.KINDS for name in form_annual.OUTCOME_NAMES]
    return {form_annual.cell(*key): str(n) for key, n in zip(keys, numbers, strict=True)}


def rows_2017(numbers: Numbers) -> list[tuple[str, str, str]]:
    return [("统计指标", "单位", "统计数")] + [
        (item.label, item.unit or "—", numbers.get(item.key, "")) for item in form_2017.ITEMS
    ]


TITLE = "政府信息公开情况统计表\n（2017年度）\n填报单位（盖章）：甲县人民政府办公室"


def text_2017(path: Path, numbers: Numbers) -> Path:
    """As copied from a page: each cell ends with |."""
    cells = "".join(f"{cell} |\n" for row in rows_2017(numbers) for cell in row)
    path.write_text(
        f"一、概述\n1.主动公开政府信息9条。\n附件\n{TITLE}\n{cells}单位负责人：张三", "utf-8"
    )
    return path


def page_2017(path: Path, numbers: Numbers) -> Path:
    rows = "".join(
        "<tr>" + "".join(f"<td><p>{c}</p></td>" for c in row) + "</tr>"
        for row in rows_2017(numbers)
    )
    head = TITLE.replace("\n", "<br>")
    page = f"<html><body><p>{head}</p><table><tbody>{rows}</tbody></table></body></html>"
    path.write_bytes(page.encode("gb18030"))
    return path


def word_2017(path: Path, numbers: Numbers) -> Path:
    document = Document()
    for line in TITLE.split("\n"):
        document.add_paragraph(line)
    rows = rows_2017(numbers)
    table = document.add_table(len(rows), 3)
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.save(str(path))
    return path


def book_2017(path: Path, numbers: Numbers) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "统计表"
    for line in TITLE.split("\n"):
        sheet.append([line])
    sheet.append([])
    for label, unit, number in rows_2017(numbers):
        value = float(number) if number.replace(".", "").isdigit() else number
        sheet.append([label, unit, value])
    book.save(path)
    return path


WRITERS_2017 = {
    "统计表.txt": text_2017, "统计表.html": page_2017, "统计表.docx": word_2017, "统计表.xlsx": book_2017,
}  # fmt: skip


def _request_grid(numbers: Numbers) -> list[tuple[list[str], list[str]]]:
    """The label cells (as many as stand in the row) and the numbers of each row."""
    out = []
    group = ""
    for line in form_annual.LINES:
        if line.heading or line.key == "三.六":
            group = line.label
            continue
        labels = [group, line.label] if line.key.count(".") == 2 else [line.label]
        if line.key == "三.一":
            labels = ["三、本年度办理结果", line.label]
        cells = [numbers.get(form_annual.cell(line.key, c), "") for c in form_annual.COLUMNS]
        out.append((labels, cells))
    return out


def book_annual(path: Path, requests: Numbers, reviews: Numbers) -> Path:
    """Both tables in one workbook, with the merged cells of the form."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "申请"
    sheet.append(
        [
            "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）",
            None,
            None,
            "申请人情况",
        ]
    )
    sheet.append([None, None, None, "自然人", "法人或其他组织", None, None, None, None, "总计"])
    sheet.append([None] * 4 + ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"])
    sheet.merge_cells("D1:J1")
    sheet.merge_cells("E2:I2")
    sheet.merge_cells("J2:J3")
    seen: set[str] = set()
    for labels, cells in _request_grid(requests):
        first = [None if label in seen else label for label in labels]
        seen |= set(labels[:-1])
        lead = first if len(labels) > 1 else [labels[0]]
        row = [*lead, *[None] * (3 - len(lead))]
        if len(labels) > 1:
            row = [None, *lead]
        sheet.append([*row, *[int(c) if c.isdigit() else c for c in cells]])
    other = book.create_sheet("复议诉讼")
    other.append(["行政复议", *[None] * 4, "行政诉讼"])
    names = list(form_annual.OUTCOME_NAMES)
    other.append([*names, "未经复议直接起诉", *[None] * 4, "复议后起诉"])
    other.append([*[None] * 5, *names, *names])
    other.append([int(n) if n.isdigit() else n for n in reviews.values()])
    book.save(path)
    return path


def text_annual(path: Path, requests: Numbers, reviews: Numbers) -> Path:
    """As copied from a page: a row in a line, | between its cells."""
    lines = ["三、收到和处理政府信息公开申请情况", "（本列数据的勾稽关系为：…） | 申请人情况 |",
             "自然人 | 法人或其他组织 | 总计 |",
             "商业 企业 | 科研 机构 | 社会公益组织 | 法律服务机构 | 其他 |"]  # fmt: skip
    seen: set[str] = set()
    for labels, cells in _request_grid(requests):
        there = [label for label in labels if label not in seen or label == labels[-1]]
        seen |= set(labels[:-1])
        lines.append(" | ".join([*there, *cells]) + " |")
    names = " | ".join(form_annual.OUTCOME_NAMES)
    lines += ["四、政府信息公开行政复议、行政诉讼情况", "行政复议 | 行政诉讼 |",
              f"{names} | 未经复议直接起诉 | 复议后起诉 |", f"{names} | {names} |",
              " | ".join(reviews.values()) + " |", "五、存在的主要问题及改进情况"]  # fmt: skip
    path.write_text("\n".join(lines), "utf-8")
    return path


def page_annual(path: Path, requests: Numbers, reviews: Numbers) -> Path:
    """The tables with their spans, as the form has them."""
    rows = ["<tr><td colspan=3 rowspan=3>勾稽关系</td><td colspan=7>申请人情况</td></tr>",
            "<tr><td rowspan=2>自然人</td><td colspan=5>法人或其他组织</td><td rowspan=2>总计</td></tr>",
            "<tr>" + "".join(f"<td>{c}</td>" for c in form_annual.COLUMNS[1:-1]) + "</tr>"]  # fmt: skip
    grid = _request_grid(requests)
    groups = [labels[0] for labels, _ in grid if len(labels) == 2]
    inside = sum(line.key.startswith("三.") and not line.heading for line in form_annual.LINES) - 1
    seen: set[str] = set()
    for labels, cells in grid:
        out = ""
        name = labels[-1]
        if name.startswith("（一）"):
            out += f"<td rowspan={inside}>三、本年度办理结果</td>"
        if len(labels) == 2 and not name.startswith("（一）"):
            if labels[0] not in seen:
                out += f"<td rowspan={groups.count(labels[0])}>{labels[0]}</td>"
                seen.add(labels[0])
            out += f"<td>{name}</td>"
        else:
            out += f"<td colspan={2 if name.startswith('（') else 3}>{name}</td>"
        rows.append("<tr>" + out + "".join(f"<td>{c}</td>" for c in cells) + "</tr>")
    names = "".join(f"<td>{n}</td>" for n in form_annual.OUTCOME_NAMES)
    tall = "".join(f"<td rowspan=2>{n}</td>" for n in form_annual.OUTCOME_NAMES)
    other = (
        "<tr><td colspan=5>行政复议</td><td colspan=10>行政诉讼</td></tr>"
        f"<tr>{tall}<td colspan=5>未经复议直接起诉</td><td colspan=5>复议后起诉</td></tr>"
        f"<tr>{names}{names}</tr><tr>"
        + "".join(f"<td>{n}</td>" for n in reviews.values())
        + "</tr>"
    )
    page = f"<html><body><h1>甲局2023年政府信息公开工作年度报告</h1><table>{''.join(rows)}</table>"
    path.write_text(f"{page}<table>{other}</table></body></html>", "utf-8")
    return path


def word_annual(path: Path, requests: Numbers, reviews: Numbers) -> Path:
    """Both tables in a document: every cell that spans columns or rows is a merged one."""
    document = Document()
    document.add_paragraph("甲局2023年政府信息公开工作年度报告")
    grid = _request_grid(requests)
    table = document.add_table(3 + len(grid), 10)
    table.cell(0, 0).merge(table.cell(2, 2)).text = "勾稽关系"
    table.cell(0, 3).merge(table.cell(0, 9)).text = "申请人情况"
    table.cell(1, 3).merge(table.cell(2, 3)).text = "自然人"
    table.cell(1, 4).merge(table.cell(1, 8)).text = "法人或其他组织"
    table.cell(1, 9).merge(table.cell(2, 9)).text = "总计"
    for at, name in enumerate(form_annual.COLUMNS[1:-1], 4):
        table.cell(2, at).text = name
    groups = [labels[0] for labels, _ in grid]
    for at, (labels, cells) in enumerate(grid, 3):
        last = table.cell(at, 2)
        if len(labels) == 1:
            last = table.cell(at, 0).merge(last)
        elif groups.index(labels[0]) == at - 3:
            below = at + groups.count(labels[0]) - 1
            table.cell(at, 0).merge(table.cell(below, 1)).text = labels[0]
        last.text = labels[-1]
        for column, number in enumerate(cells, 3):
            table.cell(at, column).text = number
    other = document.add_table(4, 15)
    other.cell(0, 0).merge(other.cell(0, 4)).text = "行政复议"
    other.cell(0, 5).merge(other.cell(0, 14)).text = "行政诉讼"
    other.cell(1, 5).merge(other.cell(1, 9)).text = "未经复议直接起诉"
    other.cell(1, 10).merge(other.cell(1, 14)).text = "复议后起诉"
    for at in range(15):
        name = form_annual.OUTCOME_NAMES[at % 5]
        (other.cell(1, at).merge(other.cell(2, at)) if at < 5 else other.cell(2, at)).text = name
        other.cell(3, at).text = list(reviews.values())[at]
    document.save(str(path))
    return path


WRITERS_ANNUAL = {
    "年报.docx": word_annual,
    "年报.xlsx": book_annual,
    "年报.txt": text_annual,
    "年报.html": page_annual,
}
