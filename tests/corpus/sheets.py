"""Workbooks as other programs write them: formulas never computed, errors, prefixes, part names,
styles, cells that stand twice; and forms with other headers."""

from __future__ import annotations

import re
import shutil
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.corpus.base import FORM, LEDGER, LEDGER_ROWS, SCORE_ROWS, SCORES, UNITS, form_rows
from tests.corpus.changes import (
    MAIN,
    SHEET,
    STYLES,
    both,
    cell,
    cells,
    changed,
    insert,
    merge,
    parts,
    raw,
    row_xml,
    rows_xml,
    table,
    xml,
)
from tests.corpus.model import add

KIND = "公式和工作簿内部"
LEDGER_XML = rows_xml(LEDGER_ROWS)
"""The base ledger, in the least XML that Excel opens."""
NEVER = "<c><f>F3-5</f></c>"
"""A formula that no program computed."""


def ledger(values: dict[str, object], **more: object) -> Callable[[Path], object]:
    return raw(LEDGER, rows_xml(changed(LEDGER_ROWS, values)), **more)  # type: ignore[arg-type]


def scores(values: dict[str, object], **more: object) -> Callable[[Path], object]:
    return raw(SCORES, rows_xml(changed(SCORE_ROWS, values)), **more)  # type: ignore[arg-type]


# The least workbook is sound

add(KIND, "最简的工作簿", ledger({}))
add(
    KIND,
    "行和单元格不写位置",
    both(
        ledger({}),
        parts(LEDGER, lambda name, content: (name, content if name != SHEET else _bare(content))),
    ),
)


def _bare(content: bytes) -> bytes:
    """Without the places of rows and cells: blank cells are written instead."""
    rows = []
    for row in LEDGER_ROWS:
        full = [*row, *[None] * (11 - len(row))]
        rows.append("<row>" + "".join(_unplaced(v) for v in full) + "</row>")
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'.encode()


def _unplaced(value: object) -> str:
    return cell("A1", value).replace(' r="A1"', "") or "<c/>"


# Formulas never computed

ANY = "formula-uncomputed"
add(KIND, "整改完成日期的公式从未计算", ledger({"G3": NEVER}), f"{ANY} {LEDGER} G3")
add(KIND, "公式的结果是空的", ledger({"G3": "<c><f>F3-5</f><v></v></c>"}), f"{ANY} {LEDGER} G3")
add(KIND, "公式的结果是空白", ledger({"G3": "<c><f>F3-5</f><v> </v></c>"}), f"{ANY} {LEDGER} G3")
add(KIND, "结果是空文字的公式，照空白读", ledger({"G2": '<c t="str"><f>""</f><v></v></c>'}))
add(
    KIND,
    "共享公式没有结果",
    ledger(
        {
            "G3": '<c><f t="shared" ref="G3:G5" si="0">F3-5</f></c>',
            "G4": "<c/>",
            "G5": '<c><f t="shared" si="0"/></c>',
        }
    ),
    f"{ANY} {LEDGER} G3",
    f"{ANY} {LEDGER} G5",
)
add(
    KIND,
    "数组公式没有结果",
    ledger({"G3": '<c><f t="array" ref="G3">F3-5</f></c>'}),
    f"{ANY} {LEDGER} G3",
)
add(
    KIND,
    "模拟运算表没有结果",
    ledger({"G3": '<c><f t="dataTable" ref="G3" dt2D="0" r1="F3"/></c>'}),
    f"{ANY} {LEDGER} G3",
)
add(
    KIND,
    "无关的列有从未计算的公式",
    raw(LEDGER, rows_xml(changed(LEDGER_ROWS, {"L1": "联络员", "L2": "<c><f>A2</f></c>"}))),
    f"column-unknown {LEDGER} L1",
)
add(KIND, "备注列的公式从未计算", ledger({"K3": "<c><f>A3</f></c>"}), f"{ANY} {LEDGER} K3")
add(KIND, "提供单位等不计分的列也不读空", ledger({"J3": "<c><f>A3</f></c>"}), f"{ANY} {LEDGER} J3")
add(KIND, "单位的公式从未计算", ledger({"B3": "<c><f>名单!A4</f></c>"}), f"{ANY} {LEDGER} B3")
add(
    KIND,
    "得分的公式从未计算",
    scores({f"B{n}": "<c><f>AVERAGE(E2:G2)</f></c>" for n in (2, 3, 4)}),
    *(f"{ANY} {SCORES} B{n}" for n in (2, 3, 4)),
)

# Placeholder values

ZERO = "<c><f>AVERAGE(E2:G2)</f><v>0</v></c>"
ASKS = '<calcPr fullCalcOnLoad="1"/>'
add(
    KIND,
    "公式占位0，工作簿要求打开时计算",
    scores({"B2": ZERO, "B3": ZERO, "B4": ZERO}, book=ASKS),
    *(f"{ANY} {SCORES} B{n}" for n in (2, 3, 4)),
)
add(
    KIND,
    "公式占位0，没有写要求计算",
    scores({"B2": ZERO, "B3": ZERO, "B4": ZERO}),
    *(f"{ANY} {SCORES} B{n}" for n in (2, 3, 4)),
)
add(
    KIND,
    "一个公式占位0，另一个有结果，工作簿要求计算",
    scores({"B2": ZERO, "B3": "<c><f>88+0.5</f><v>88.5</v></c>"}, book=ASKS),
    f"{ANY} {SCORES} B2",
)
add(
    KIND,
    "占位0写成0.0",
    scores({"B2": ZERO.replace(">0<", ">0.0<")}, book=ASKS),
    f"{ANY} {SCORES} B2",
)
add(
    KIND,
    "占位0写成0E0",
    scores({"B2": ZERO.replace(">0<", ">0E0<")}, book=ASKS),
    f"{ANY} {SCORES} B2",
)
CHAIN = {
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="s" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" '
    'Target="styles.xml"/><Relationship Id="c" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/calcChain" Target="calcChain.xml"/></Relationships>',
    "xl/calcChain.xml": f'<calcChain xmlns="{MAIN}"><c r="B2" i="1"/></calcChain>',
}
add(
    KIND, "Excel算出来确是0分", scores({"B2": ZERO}, more=CHAIN), scores={"甲山县人民政府": "68.75"}
)

# Errors

for word in ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!"):
    add(
        KIND,
        f"整改完成日期是{word}",
        ledger({"G3": f'<c t="e"><f>X1</f><v>{word}</v></c>'}),
        f"value-error {LEDGER} G3",
    )
add(
    KIND, "撤销日期是#REF!", ledger({"I2": '<c t="e"><v>#REF!</v></c>'}), f"value-error {LEDGER} I2"
)
add(KIND, "错误值是文字", ledger({"G3": "#N/A"}), f"date-unreadable {LEDGER} G3")
add(
    KIND, "得分是#DIV/0!", scores({"B2": '<c t="e"><v>#DIV/0!</v></c>'}), f"value-error {SCORES} B2"
)
add(
    KIND,
    "不认识的单元格类型",
    ledger({"G3": '<c t="x"><v>45418</v></c>'}),
    f"value-error {LEDGER} G3",
)
add(KIND, "数字单元格里不是数字", scores({"B2": "<c><v>九十</v></c>"}), f"value-error {SCORES} B2")
add(KIND, "数字是无穷大", scores({"B2": "<c><v>INF</v></c>"}), f"value-error {SCORES} B2")
add(KIND, "数字是NaN", scores({"B2": "<c><v>NaN</v></c>"}), f"value-error {SCORES} B2")
add(KIND, "数字带下划线", scores({"B2": "<c><v>9_0</v></c>"}), f"value-error {SCORES} B2")
add(KIND, "数字是十六进制", scores({"B2": "<c><v>0x5A</v></c>"}), f"value-error {SCORES} B2")
add(KIND, "数字是-0", scores({"B2": "<c><v>-0</v></c>"}), f"number-unreadable {SCORES} B2")
add(KIND, "数字是科学计数", scores({"B2": "<c><v>9E1</v></c>"}))
add(KIND, "数字是二进制的全部位数", scores({"B3": "<c><v>88.499999999999986</v></c>"}))
add(
    KIND,
    "日期用ISO写",
    ledger(
        {"F3": '<c t="d"><v>2024-04-30</v></c>', "G3": '<c t="d"><v>2024-05-06T00:00:00Z</v></c>'}
    ),
)
add(
    KIND,
    "ISO日期写错",
    ledger({"F3": '<c t="d"><v>2024-04-31</v></c>'}),
    f"value-error {LEDGER} F3",
)
add(
    KIND,
    "工作表不显示零值，得分为0",
    scores(
        {"B2": 0}, before='<sheetViews><sheetView workbookViewId="0" showZeros="0"/></sheetViews>'
    ),
    f"value-shown {SCORES} B2",
)
RAISED = (
    '<c t="inlineStr"><is><r><t>85.5</t></r><r><rPr><vertAlign val="superscript"/></rPr>'
    "<t>1</t></r></is></c>"
)
add(KIND, "得分后有上标注码", scores({"B2": RAISED}), f"number-unreadable {SCORES} B2")
add(
    KIND,
    "得分后有下标注码",
    scores({"B2": RAISED.replace("superscript", "subscript")}),
    f"number-unreadable {SCORES} B2",
)
add(
    KIND,
    "扣分项后有上标注码",
    ledger({"C3": RAISED.replace("85.5", "2.")}),
    f"rule-unknown {LEDGER} C3",
)
add(
    KIND,
    "文字分成几段，照合起来的读",
    ledger(
        {
            "B3": '<c t="inlineStr"><is><r><t>丙市</t></r><r><rPr><b/></rPr><t>财政局</t></r></is></c>'
        }
    ),
)
add(
    KIND,
    "拼音不读",
    ledger(
        {
            "B3": '<c t="inlineStr"><is><t>丙市财政局</t><rPh sb="0" eb="1"><t>bing</t></rPh></is></c>'
        }
    ),
)
add(
    KIND,
    "转义的字符",
    ledger({"D3": "链接_x000D_打不开", "B3": "丙市_x005F_财政局"}),
    f"unit-unknown {LEDGER} B3",
)
FROM_1904 = xml(LEDGER, {"<sheets>": '<workbookPr date1904="1"/><sheets>'}, "xl/workbook.xml")
add(
    KIND,
    "日期从1904年起算，照显示的读",
    both(
        raw(
            LEDGER,
            re.sub(r' s="1"><v>(\d+)<', lambda m: f' s="1"><v>{int(m[1]) - 1462}<', LEDGER_XML),
        ),
        FROM_1904,
    ),
)
add(
    KIND,
    "日期从1904年起算，整年都晚了四年",
    both(ledger({}), FROM_1904),
    *(f"found-outside-year {LEDGER} E{row}" for row in (2, 3, 4, 5)),
)

# Cells and rows in odd places

add(
    KIND,
    "同一单元格出现两次",
    both(
        ledger({}),
        xml(LEDGER, {'</row><row r="4">': '<c r="G3" s="1"><v>45400</v></c></row><row r="4">'}),
    ),
    f"cell-twice {LEDGER} G3",
)
add(
    KIND,
    "同一行出现两次，各有一半",
    both(
        ledger({}),
        xml(
            LEDGER,
            {
                "</sheetData>": '<row r="3"><c r="K3" t="inlineStr"><is><t>备注</t></is></c></row></sheetData>'
            },
        ),
    ),
)
add(
    KIND,
    "同一行出现两次，单元格重复",
    both(
        ledger({}),
        xml(
            LEDGER,
            {"</sheetData>": '<row r="3"><c r="G3" s="1"><v>45400</v></c></row></sheetData>'},
        ),
    ),
    f"cell-twice {LEDGER} G3",
)
add(
    KIND,
    "行的次序颠倒",
    raw(LEDGER, "".join(row_xml(n, LEDGER_ROWS[n - 1]) for n in (5, 3, 1, 2, 4))),
)
add(
    KIND,
    "单元格的次序颠倒",
    both(
        ledger({}),
        xml(
            LEDGER,
            {
                '<c r="F3" s="1"><v>45412</v></c><c r="G3" s="1"><v>45418</v></c>': '<c r="G3" s="1"><v>45418</v></c><c r="F3" s="1"><v>45412</v></c>'
            },
        ),
    ),
)
add(
    KIND,
    "单元格的位置与行不符",
    both(ledger({}), xml(LEDGER, {'r="G3"': 'r="G4"'})),
    f"file-unreadable {LEDGER}",
)
add(
    KIND,
    "单元格的列名是小写",
    both(ledger({}), xml(LEDGER, {'r="G3"': 'r="g3"'})),
    f"file-unreadable {LEDGER}",
)
add(
    KIND,
    "列在Excel的范围以外",
    both(ledger({}), xml(LEDGER, {'r="G3"': 'r="ZZZ3"'})),
    f"file-unreadable {LEDGER}",
)
add(
    KIND,
    "行在Excel的范围以外",
    both(ledger({}), xml(LEDGER, {"</sheetData>": '<row r="9999999"/></sheetData>'})),
    f"file-unreadable {LEDGER}",
)
add(
    KIND,
    "最后一行最后一列有一格空白",
    both(
        ledger({}),
        xml(
            LEDGER,
            {
                "</sheetData>": '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t> </t></is></c></row></sheetData>'
            },
        ),
    ),
)
add(
    KIND,
    "第一行最后一列有一格",
    both(
        ledger({}),
        xml(
            LEDGER,
            {
                '</row><row r="2">': '<c r="XFD1" t="inlineStr"><is><t>x</t></is></c></row><row r="2">'
            },
        ),
    ),
)
add(
    KIND,
    "最后一行有一格数字",
    both(
        ledger({}),
        xml(
            LEDGER,
            {"</sheetData>": '<row r="1048576"><c r="E1048576"><v>1</v></c></row></sheetData>'},
        ),
    ),
)

# Other programs' XML


def _prefixed(name: str, content: bytes) -> tuple[str, bytes]:
    """Every element of the sheet with a prefix, as the OpenXML SDK writes them."""
    if name != SHEET:
        return name, content
    text = content.decode().replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')
    return name, re.sub(r"<(/?)(\w)", r"<\1x:\2", text).encode()


def _indented(name: str, content: bytes) -> tuple[str, bytes]:
    return name, content.replace(b"><", b">\n   <") if name == SHEET else content


def _backslashes(name: str, content: bytes) -> tuple[str, bytes]:
    return name.replace("/", "\\"), content


def _strict(name: str, content: bytes) -> tuple[str, bytes]:
    text = content.decode().replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
    return name, text.replace(
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    ).encode()


def _utf16(name: str, content: bytes) -> tuple[str, bytes]:
    if name != SHEET:
        return name, content
    return name, b"\xff\xfe" + (
        '<?xml version="1.0" encoding="UTF-16"?>' + content.decode()
    ).encode("utf-16-le")


for how, edit in (("带前缀", _prefixed), ("有缩进", _indented), ("部件名用反斜杠", _backslashes),
                  ("严格格式", _strict), ("部件用UTF-16", _utf16)):  # fmt: skip
    add(KIND, f"XML{how}，照常读入", both(ledger({}), parts(LEDGER, edit)))
    add(
        KIND,
        f"XML{how}，有从未计算的公式",
        both(ledger({"G3": NEVER}), parts(LEDGER, edit)),
        f"{ANY} {LEDGER} G3",
    )
    add(KIND, f"XML{how}，有公式错误",
        both(ledger({"G3": '<c t="e"><f>F3-5</f><v>#N/A</v></c>', "I2": '<c t="e"><v>#REF!</v></c>'}),
             parts(LEDGER, edit)),
        f"value-error {LEDGER} G3", f"value-error {LEDGER} I2")  # fmt: skip

ODD = STYLES.replace(
    "<cellXfs", '<fonts><font><family val="99"/></font></fonts><fills><fill/></fills><cellXfs'
)
add(
    KIND,
    "空的填充和字体族99，别的读法读不了",
    raw(
        LEDGER,
        rows_xml(changed(LEDGER_ROWS, {"L1": "联络员", "L2": "<c><f>A2</f></c>"})),
        styles=ODD,
    ),
    f"column-unknown {LEDGER} L1",
)
add(
    KIND,
    "空的填充，计分的列有从未计算的公式",
    raw(LEDGER, rows_xml(changed(LEDGER_ROWS, {"G3": NEVER})), styles=ODD),
    f"{ANY} {LEDGER} G3",
)
add(KIND, "样式编号超出样式表", both(ledger({}), xml(LEDGER, {'<c r="A2"': '<c r="A2" s="99"'})))
add(
    KIND,
    "内部有两份同名的部件",
    both(ledger({}), lambda folder: _twice(folder)),
    f"file-unreadable {LEDGER}",
)
add(
    KIND,
    "缺少工作表的部件",
    both(ledger({}), parts(LEDGER, lambda n, c: None if n == SHEET else (n, c))),
    f"file-unreadable {LEDGER}",
)
add(
    KIND,
    "工作表的XML断在中间",
    both(ledger({}), parts(LEDGER, lambda n, c: (n, c[: len(c) // 2] if n == SHEET else c))),
    f"file-unreadable {LEDGER}",
)
add(
    KIND,
    "XML里有实体",
    both(ledger({}), xml(LEDGER, {"<worksheet": '<!DOCTYPE x [<!ENTITY a "甲山县">]><worksheet'})),
    f"file-unreadable {LEDGER}",
)
add(
    KIND,
    "共享文字的编号超出",
    both(
        ledger({}),
        xml(
            LEDGER,
            {'<c r="A2" t="inlineStr"><is><t>T001</t></is></c>': '<c r="A2" t="s"><v>7</v></c>'},
        ),
    ),
    f"file-unreadable {LEDGER}",
)


def _twice(folder: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(folder / LEDGER, "a") as archive:
            archive.writestr(SHEET, f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>')


# Merged cells

add(
    KIND,
    "单位竖着合并，照每行读",
    both(table(LEDGER, changed(LEDGER_ROWS, {"B5": None})), merge(LEDGER, "B4:B5")),
)
add(
    KIND,
    "得分竖着合并",
    both(table(SCORES, changed(SCORE_ROWS, {"B3": None})), merge(SCORES, "B2:B3")),
    f"value-merged {SCORES} B3",
)
add(
    KIND,
    "核查得分竖着合并",
    both(
        table(FORM, changed(form_rows("甲山县", "上半年", 98), {"F6": None})), merge(FORM, "F5:F6")
    ),
    f"value-merged {FORM} F6",
)
add(
    KIND,
    "合并整个表，被合并的单元格里都有内容，照常读入",
    both(ledger({}, after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')),
)

# Forms by other hands

HEAD = ["填报单位（盖章）：甲山县", None, "考核年度：2024", None, "期次：上半年"]


def _form(head: list[list[object]], columns: list[list[object]], order: str) -> list[list[object]]:
    """A form whose items stand in the columns that ``order`` names: c code, t title, p points, s own
    score, v verified score, - nothing."""
    rows = []
    for row in form_rows("甲山县", "上半年", 98)[4:]:
        values = {"c": row[0], "t": row[1], "p": row[2], "s": row[3], "v": row[5], "-": None}
        rows.append([values[letter] for letter in order])
    return [*head, *columns, *rows]


add(
    KIND,
    "考核表表头两行，有合并",
    both(
        table(
            FORM,
            _form(
                [["考核表"], HEAD],
                [
                    ["指标编号", "分值", "自评", None, "核查", None],
                    [None, None, "得分", "说明", "得分", "说明"],
                ],
                "cps-v-",
            ),
        ),
        merge(FORM, "A3:A4", "B3:B4", "C3:D3", "E3:F3"),
    ),
)
add(
    KIND,
    "考核表表头两行，没有合并",
    table(
        FORM,
        _form(
            [HEAD],
            [
                ["指标编号", "分值", "自评", None, "核查", None],
                [None, None, "自评分", "自评说明", "核查得分", "核查说明"],
            ],
            "cps-v-",
        ),
    ),
)
add(
    KIND,
    "考核表左边有序号和合并的一级指标",
    both(table(FORM, _form([HEAD], [["序号", "指标编号", "分值", "自评分", "核查得分"]], "-cpsv"))),
)
for number, (name, said) in enumerate(
    [
        ("山:甲局", ["单位：山:甲局", None, "考核年度：2024", None, "期次：上半年"]),
        (
            "甲山:政务局",
            ["填报单位（盖章）：甲山：政务局", "考核年度：2024 期次：上半年 填表人：张三"],
        ),
        ("甲山:政务局", ["单位：甲山:政务局 填表人：张三", None, "考核年度：2024", "期次：上半年"]),
        ("甲山：政务局", ["单位", "甲山:政务局", "考核年度", 2024, "期次：上半年"]),
    ]
):
    add(
        KIND,
        f"单位名称中有冒号，第{number + 1}种写法",
        both(
            cells(UNITS, {"C2": f"甲山县、{name}"}),
            table(FORM, _form([said], [["指标编号", "分值", "自评分", "核查得分"]], "cpsv")),
        ),
    )
add(
    KIND,
    "考核表写了两个单位",
    table(
        FORM, _form([HEAD, ["单位：乙水县"]], [["指标编号", "分值", "自评分", "核查得分"]], "cpsv")
    ),
    f"form-header-twice {FORM} A2",
)
add(
    KIND,
    "考核表的年度写错",
    table(
        FORM,
        _form(
            [[HEAD[0], None, "考核年度：2023", None, HEAD[4]]],
            [["指标编号", "分值", "自评分", "核查得分"]],
            "cpsv",
        ),
    ),
    f"form-year {FORM} C1",
)


def _second(folder: Path) -> None:
    shutil.copy(folder / FORM, folder / "自我考核/上半年/甲山县二.xlsx")


# The unit list

add(
    "考核对象",
    "单位名称写了两行",
    insert(UNITS, 3, ["甲山县人民政府", "县区"]),
    f"unit-duplicate {UNITS} A3",
    f"unchecked {UNITS}",
)
add(
    "考核对象",
    "两个单位同一个简称",
    table(
        UNITS,
        [
            ["单位名称", "类别", "简称"],
            ["甲山县人民政府", "县区", "甲山县、市局"],
            ["乙水县人民政府", "县区", "乙水县"],
            ["丙市财政局", "部门", "市财政局、市局"],
        ],
    ),
    f"unit-duplicate {UNITS} C4",
    f"unchecked {UNITS}",
)
add(
    "考核对象",
    "所属单位是自己",
    table(
        UNITS,
        [
            ["单位名称", "类别", "简称", "所属单位"],
            ["甲山县人民政府", "县区", "甲山县"],
            ["乙水县人民政府", "县区", "乙水县"],
            ["丙市财政局", "部门", "市财政局", "丙市财政局"],
        ],
    ),
    f"unit-parent {UNITS} D4",
    f"unchecked {UNITS}",
)
add(
    "考核对象",
    "所属单位互相指",
    table(
        UNITS,
        [
            ["单位名称", "类别", "简称", "所属单位"],
            ["甲山县人民政府", "县区", "甲山县", "乙水县"],
            ["乙水县人民政府", "县区", "乙水县", "甲山县"],
            ["丙市财政局", "部门", "市财政局"],
        ],
    ),
    f"unit-parent {UNITS} D2",
    f"unit-parent {UNITS} D3",
    f"unchecked {UNITS}",
)
add(
    "考核对象",
    "所属单位是下级单位",
    insert(UNITS, 6, ["卫健监督所", None, None, "甲山县卫生健康局"]),
    f"unit-parent {UNITS} D6",
    f"unchecked {UNITS}",
)
add(
    "考核对象",
    "所属单位不在表中",
    insert(UNITS, 6, ["卫健监督所", None, None, "丁县"]),
    f"unit-parent {UNITS} D6",
    f"unchecked {UNITS}",
)
add(
    "考核对象", "下级单位的类别随意写", insert(UNITS, 6, ["卫健监督所", "县区部门", None, "甲山县"])
)
add(
    "考核对象",
    "类别用另一种写法",
    table(
        UNITS,
        [
            ["单位名称", "类别", "简称", "所属单位"],
            ["甲山县人民政府", "县（市、区）", "甲山县"],
            ["乙水县人民政府", "县市区", "乙水县"],
            ["丙市财政局", "市直部门", "市财政局、财政局"],
            ["甲山县卫生健康局", None, None, "甲山县人民政府"],
        ],
    ),
)
add(
    "考核对象",
    "名称只是编号",
    insert(UNITS, 6, ["12", "县区"]),
    "gap-form 自我考核/上半年",
    "gap-form 自我考核/下半年",
    "gap-score 第三方评估",
)

# What makes one fault of several

add(
    KIND,
    "整改期限竖着合并，照每行读，不合发现日期",
    both(table(LEDGER, changed(LEDGER_ROWS, {"F4": None})), merge(LEDGER, "F3:F4")),
    f"date-order {LEDGER} F4",
)
add(
    KIND,
    "考核表的核查得分没有列名",
    table(FORM, _form([HEAD], [["指标编号", "分值", "自评分"]], "cpsv")),
    *(f"column-unnamed {FORM} D{row}" for row in range(3, 27)),
)
add(
    KIND,
    "考核表没有写单位",
    table(
        FORM,
        _form(
            [["考核年度：2024", None, "期次：上半年"]],
            [["指标编号", "分值", "自评分", "核查得分"]],
            "cpsv",
        ),
    ),
    f"form-header-missing {FORM} 1",
)
add(
    KIND,
    "同一单位同一期次两份考核表",
    _second,
    "form-duplicate 自我考核/上半年/甲山县二.xlsx 4",
)
add(
    "考核对象",
    "名称里有换行，简称、所属单位里有空格",
    table(
        UNITS,
        [
            ["单位名称", "类别", "简称", "所属单位"],
            ["甲山县人民政府", "县区", "甲山县"],
            ["乙水县\n人民政府", "县区", "乙水县"],
            ["丙市财政局", "部门", "市财政局、财\n政局"],
            ["甲山县卫生健康局", "县区", None, "甲山县 人民政府"],
        ],
    ),
)
add(
    "考核对象",
    "只有表头",
    table(UNITS, [["单位名称", "类别"]]),
    f"units-missing {UNITS}",
    f"unchecked {UNITS}",
)
