"""Files that may be skipped without a word: links, names, folders, other formats; tables in two places."""

from __future__ import annotations

import io
import os
import zipfile
from typing import Any

from tests.corpus.base import LEDGER, MORE_BY_ONE, SCORES, UNITS
from tests.corpus.changes import (
    Change,
    both,
    copy,
    csv_lines,
    link,
    move,
    page,
    remove,
    sheet,
    table,
    write,
    xml,
)
from tests.corpus.model import add
from tests.folders import write_sheet

KIND = "文件和文件夹"
MORE = [csv_lines()[0], "T009,甲山县,1,栏目空白,2024-09-03,,,,,,"]
"""A ledger of one row more."""
ONE_MORE = "\n".join(MORE) + "\n"
COUNTED = {"甲山县人民政府": MORE_BY_ONE["甲山县人民政府"]}


def more(name: str) -> Change:
    return write(f"平时考核台账/{name}", ONE_MORE)


def archive(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as one:
        one.writestr(name, ONE_MORE)
    return out.getvalue()


# Links

add(
    KIND,
    "断开的链接",
    link("平时考核台账/公安.xlsx", "不在/公安.xlsx"),
    "file-unreadable 平时考核台账/公安.xlsx",
)
add(
    KIND,
    "断开的链接，没有扩展名",
    link("平时考核台账/公安", "不在/公安"),
    "file-unreadable 平时考核台账/公安",
)
add(
    KIND,
    "链接到台账外面的文件，照常读入",
    both(write("外面/公安.csv", ONE_MORE), link("平时考核台账/公安.csv", "../外面/公安.csv")),
    "file-unknown 外面",
    scores=COUNTED,
)
add(
    KIND,
    "链接到文件夹，其中的台账照常读入",
    both(write("外面/公安.csv", ONE_MORE), link("平时考核台账/各单位", "../外面")),
    "file-unknown 外面",
    scores=COUNTED,
)
add(
    KIND,
    "链接指回自己所在的文件夹",
    link("平时考核台账/圈", "."),
    "file-unreadable 平时考核台账/圈",
)
add(
    KIND,
    "两个链接互相指",
    both(link("平时考核台账/一.xlsx", "二.xlsx"), link("平时考核台账/二.xlsx", "一.xlsx")),
    "file-unreadable 平时考核台账/一.xlsx",
    "file-unreadable 平时考核台账/二.xlsx",
)
add(
    KIND,
    "表本身是断开的链接",
    both(remove(SCORES), link(SCORES, "不在.xlsx")),
    f"file-unreadable {SCORES}",
)
add(
    KIND,
    "台账文件夹是链接",
    both(move("平时考核台账", "外面"), link("平时考核台账", "外面")),
    "file-unknown 外面",
)

# Names

add(KIND, "文件名以点开头", more(".公安.csv"), "file-hidden 平时考核台账/.公安.csv")
add(
    KIND,
    "工作簿的文件名以点开头",
    both(move(LEDGER, "平时考核台账/.办公室.xlsx")),
    "file-hidden 平时考核台账/.办公室.xlsx",
)
add(KIND, "文件夹名以点开头，其中的台账照常读入", more(".旧/公安.csv"), scores=COUNTED)
add(
    KIND,
    "苹果电脑的附属文件，不是数据",
    both(
        write("平时考核台账/._办公室.xlsx", b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X"),
        write("平时考核台账/.DS_Store", b"\x00\x00\x00\x01Bud1"),
        write("平时考核台账/Thumbs.db", b"\xd0\xcf"),
    ),
)
add(
    KIND,
    "正被打开的标记文件",
    write("平时考核台账/~$办公室.xlsx", b"x"),
    "file-locked 平时考核台账/~$办公室.xlsx",
)
add(KIND, "扩展名是大写", move(LEDGER, "平时考核台账/办公室.XLSX"))
add(KIND, "没有扩展名", more("公安"), "file-unknown 平时考核台账/公安")
add(KIND, "扩展名后面有点", more("公安.csv."), "file-unknown 平时考核台账/公安.csv.")
add(
    KIND,
    "文件名不是UTF-8，照常读入",
    write("平时考核台账/".encode() + "公安".encode("gb18030") + b".csv", ONE_MORE),
    scores=COUNTED,
)
add(KIND, "文件名有换行，照常读入", more("公\n安.csv"), scores=COUNTED)
add(KIND, "文件名有表情和引号，照常读入", more("公安“新”😀'.csv"), scores=COUNTED)
add(
    KIND,
    "备份文件",
    copy(LEDGER, "平时考核台账/办公室.xlsx.bak"),
    "file-unknown 平时考核台账/办公室.xlsx.bak",
)

# Folders

add(KIND, "台账在下一级文件夹里，照常读入", more("第三季度/九月/公安.csv"), scores=COUNTED)
add(KIND, "空的下一级文件夹", lambda folder: (folder / "平时考核台账/空").mkdir())
add(KIND, "台账文件夹下的证明材料不读", more("证明材料/公安.csv"))
add(
    KIND,
    "二十层文件夹",
    more("/".join("一二三四五六七八九十" * 2) + "/公安.csv"),
    "file-unreadable 平时考核台账/一/二/三/四/五/六/七/八/九/十/一/二/三",
)
add(KIND, "文件夹的名字像工作簿", more("公安.xlsx/公安.csv"), scores=COUNTED)
add(
    KIND,
    "表既是文件又是文件夹，一并读入",
    write("平时考核台账.csv", ONE_MORE),
    "table-twice 平时考核台账",
    scores=COUNTED,
)
add(
    KIND,
    "得分有两种格式的两份，单位重复",
    write("第三方评估.csv", "单位,得分\n甲山县,90\n乙水县,88.5\n丙市财政局,85\n"),
    "table-twice 第三方评估.csv",
    *(f"score-duplicate {SCORES} A{row}" for row in (2, 3, 4)),
)
add(
    KIND,
    "另有一份叫副本的得分",
    copy(SCORES, "第三方评估 - 副本.xlsx"),
    "file-unknown 第三方评估 - 副本.xlsx",
)
add(
    KIND,
    "台账文件夹写错一个字",
    move("平时考核台账", "平时考核台帐"),
    "file-unknown 平时考核台帐",
    "table-missing 平时考核台账",
)
add(KIND, "台账文件夹是空的", remove(LEDGER), "table-missing 平时考核台账")
add(KIND, "没有台账", remove("平时考核台账"), "table-missing 平时考核台账")
add(KIND, "没有考核对象", remove(UNITS), "units-missing 考核对象", "unchecked 考核对象")
add(
    KIND,
    "考核表放错期次的文件夹",
    move("自我考核/上半年/甲山县.xlsx", "自我考核/下半年/甲山县上.xlsx"),
    "form-place 自我考核/下半年/甲山县上.xlsx D3",
)
add(
    KIND,
    "考核表不分期次文件夹，照常读入",
    both(
        move("自我考核/上半年/甲山县.xlsx", "自我考核/甲山县上半年.xlsx"),
        move("自我考核/下半年/甲山县.xlsx", "自我考核/甲山县下半年.xlsx"),
    ),
)
add(
    KIND,
    "考核表放在县区文件夹里，照常读入",
    move("自我考核/上半年/甲山县.xlsx", "自我考核/县区/甲山县.xlsx"),
    "folder-period 自我考核/县区",
)

# Other formats

for suffix in (".et", ".ods", ".xlsm", ".xlsb", ".txt", ".tsv", ".dbf", ".zip", ".rar", ".7z", ".lnk",
               ".url", ".numbers", ".ett", ".xltx"):  # fmt: skip
    add(
        KIND,
        f"台账文件夹里的{suffix}",
        more(f"公安{suffix}"),
        f"file-type 平时考核台账/公安{suffix}",
    )
for suffix in (".doc", ".docx", ".pdf", ".jpg", ".md", ".json", ".tmp"):
    add(
        KIND,
        f"台账文件夹里的{suffix}",
        more(f"公安{suffix}"),
        f"file-unknown 平时考核台账/公安{suffix}",
    )
add(
    KIND,
    "压缩包改名为工作簿",
    write("平时考核台账/公安.xlsx", archive("公安.csv")),
    "file-unreadable 平时考核台账/公安.xlsx",
)
add(
    KIND,
    "网页改名为工作簿",
    write("平时考核台账/公安.xls", "<html><table><tr><td>T9</td></tr></table></html>"),
    "file-type 平时考核台账/公安.xls",
)
add(
    KIND,
    "文本改名为工作簿",
    write("平时考核台账/公安.xlsx", ONE_MORE),
    "file-type 平时考核台账/公安.xlsx",
)
add(
    KIND,
    "工作簿改名为csv，照内容读入",
    lambda folder: write_sheet(
        folder / "平时考核台账/公安.xlsx", [line.split(",") for line in MORE]
    ).rename(folder / "平时考核台账/公安.csv"),
    scores=COUNTED,
)
add(
    KIND,
    "0字节的文件",
    write("平时考核台账/公安.xlsx", b""),
    "file-unreadable 平时考核台账/公安.xlsx",
)
add(
    KIND, "0字节的csv", write("平时考核台账/公安.csv", b""), "file-unreadable 平时考核台账/公安.csv"
)
add(
    KIND,
    "工作簿被截断",
    lambda folder: os.truncate(folder / LEDGER, (folder / LEDGER).stat().st_size // 2),
    f"file-unreadable {LEDGER}",
)
add(KIND, "空白的工作簿", table("平时考核台账/公安.xlsx", []), "file-empty 平时考核台账/公安.xlsx")
add(KIND, "只有表头的台账", table("平时考核台账/公安.xlsx", [csv_lines()[0].split(",")]))
add(
    KIND,
    "随机字节",
    write("平时考核台账/公安.xlsx", bytes(range(256)) * 8),
    "file-unreadable 平时考核台账/公安.xlsx",
)

# Sheets

DRAFT = [csv_lines()[0].split(","), MORE[1].split(",")]
add(
    KIND,
    "隐藏的工作表里有台账，计入并提醒",
    sheet(LEDGER, "草稿", DRAFT, "hidden"),
    f"sheet-hidden {LEDGER}",
    scores=COUNTED,
)
add(
    KIND,
    "深度隐藏的工作表里有台账，计入并提醒",
    sheet(LEDGER, "草稿", DRAFT, "veryHidden"),
    f"sheet-hidden {LEDGER}",
    scores=COUNTED,
)
add(KIND, "隐藏的工作表是下拉选项", sheet(LEDGER, "选项", [["属实"], ["不属实"]], "hidden"))
add(
    KIND,
    "隐藏的工作表的表头错一字",
    sheet(LEDGER, "草稿", [[*DRAFT[0][:4], "发现的日子"], DRAFT[1]], "hidden"),
    f"sheet-hidden {LEDGER}",
    f"column-missing {LEDGER} E1",
)
add(KIND, "第二个工作表也是台账", sheet(LEDGER, "下半年", DRAFT), scores=COUNTED)
add(
    KIND,
    "第二个工作表是说明",
    sheet(LEDGER, "说明", [["填写要求"], ["按通知填写"]]),
    f"sheet-unknown {LEDGER}",
)


def _filter(page: Any) -> None:
    page.auto_filter.ref = "A1:K5"
    page.auto_filter.add_filter_column(1, ["甲山县"])
    for row in (3, 4, 5):
        page.row_dimensions[row].hidden = True


add(
    KIND,
    "隐藏的行照常计入并提醒",
    page(LEDGER, lambda one: setattr(one.row_dimensions[2], "hidden", True)),
    f"rows-hidden {LEDGER}",
)
add(KIND, "筛选掉的行照常计入并提醒", page(LEDGER, _filter), f"rows-hidden {LEDGER}")
add(
    KIND,
    "分组折叠的行照常计入并提醒",
    page(LEDGER, lambda one: one.row_dimensions.group(3, 4, hidden=True)),
    f"rows-hidden {LEDGER}",
)

# What makes one fault of several

add(
    KIND,
    "链接到同一个台账，编号重复",
    link("平时考核台账/又一份.xlsx", "办公室.xlsx"),
    *(f"entry-duplicate 平时考核台账/又一份.xlsx A{row}" for row in (2, 3, 4, 5)),
)
add(
    KIND,
    "考核对象是断开的链接",
    both(remove(UNITS), link(UNITS, "不在.xlsx")),
    f"file-unreadable {UNITS}",
    "unchecked 考核对象",
)
add(KIND, "没有得分", remove(SCORES), "table-missing 第三方评估")
add(KIND, "得分是.et", move(SCORES, "第三方评估.et"), "file-type 第三方评估.et")
add(
    KIND,
    "行高为零的行照常计入并提醒",
    xml(LEDGER, {'<row r="3"': '<row r="3" ht="0" customHeight="1"'}),
    f"rows-hidden {LEDGER}",
)
