"""Inputs that would take the machine's memory or minutes, if they were read without limits."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pyarrow as pa
from pyarrow import parquet

from tests.corpus.base import FORM, LEDGER, LEDGER_ROWS, SCORES, UNIT_ROWS, UNITS
from tests.corpus.changes import (
    MAIN,
    SHEET,
    STYLES,
    both,
    changed,
    csv,
    csv_lines,
    raw,
    raw_parts,
    rows_xml,
    write,
)
from tests.corpus.model import Input

HEAVY: list[Input] = []
TOO_LARGE = f"file-too-large {LEDGER}"
BROKEN = f"file-unreadable {LEDGER}"
ROWS = rows_xml(LEDGER_ROWS)


def heavy(name: str, change: Callable[[Path], object], *problems: str) -> None:
    HEAVY.append(Input("限度", name, change, problems))


def declared(part: str, size: int, content: str = "") -> Callable[[Path], object]:
    """A workbook whose directory says that ``part`` unpacks to ``size`` bytes."""

    def make(folder: Path) -> None:
        with zipfile.ZipFile(folder / LEDGER, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in raw_parts(ROWS, "", "", "", 1, STYLES, {}).items():
                archive.writestr(name, content if name == part and content else text)
            next(m for m in archive.filelist if m.filename == part).file_size = size

    return make


def swollen(
    part: str, beginning: str, piece: str, count: int, end: str
) -> Callable[[Path], object]:
    """A workbook one part of which is a long repetition, which packs to little."""

    def make(folder: Path) -> None:
        with zipfile.ZipFile(
            folder / LEDGER, "w", zipfile.ZIP_DEFLATED, compresslevel=1
        ) as archive:
            for name, text in raw_parts(ROWS, "", "", "", 1, STYLES, {}).items():
                if name != part:
                    archive.writestr(name, text)
            with archive.open(part, "w") as out:
                out.write(beginning.encode())
                block = (piece * 1000).encode()
                for _ in range(count // 1000):
                    out.write(block)
                out.write(end.encode())

    return make


SPACE = f'<worksheet xmlns="{MAIN}"><sheetData>{ROWS}'
END = "</sheetData></worksheet>"

heavy("声明的大小有四百多兆", declared(SHEET, 450_000_000), TOO_LARGE)
heavy("声明的大小有四千兆", declared("xl/styles.xml", 4_000_000_000), TOO_LARGE)
heavy("实际比声明的大得多", declared(SHEET, 1_000, SPACE + " " * 60_000_000 + END), BROKEN)
heavy(
    "三十万行有格式的空行和一个算错的公式",
    swollen(
        SHEET,
        f'<worksheet xmlns="{MAIN}"><sheetData>'
        + rows_xml(changed(LEDGER_ROWS, {"G3": '<c t="e"><f>X1</f><v>#N/A</v></c>'})),
        '<row s="1" customFormat="1"><c s="1"/><c s="1"/><c s="1"/><c s="1"/></row>',
        300_000,
        END,
    ),
    f"value-error {LEDGER} G3",
)
heavy(
    "合并整个工作表",
    raw(LEDGER, ROWS, after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
)
heavy(
    "十处合并整个工作表",
    raw(
        LEDGER,
        ROWS,
        after="<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 10 + "</mergeCells>",
    ),
)
heavy(
    "十万处合并",
    raw(
        LEDGER,
        ROWS,
        after="<mergeCells>"
        + "".join(f'<mergeCell ref="A{n}:K{n}"/>' for n in range(10, 100_010))
        + "</mergeCells>",
    ),
)
heavy(
    "一百万处合并",
    swollen(
        SHEET,
        SPACE + "</sheetData><mergeCells>",
        '<mergeCell ref="M1:N2"/>',
        1_000_000,
        "</mergeCells></worksheet>",
    ),
    TOO_LARGE,
)
heavy(
    "一百万个工作表",
    swollen(
        "xl/workbook.xml",
        f'<workbook xmlns="{MAIN}"><sheets>',
        '<sheet name="a" sheetId="1"/>',
        1_000_000,
        "</sheets></workbook>",
    ),
    TOO_LARGE,
)
heavy(
    "四百行各有最后一列的一格",
    raw(
        LEDGER,
        ROWS + "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(6, 406)),
    ),
    TOO_LARGE,
)
heavy("最后一行有一格", raw(LEDGER, ROWS + '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'))
heavy("元素嵌套十万层", swollen(SHEET, SPACE, "<row>", 100_000, END), BROKEN)
heavy(
    "一个属性有二十兆",
    swollen(SHEET, f'<worksheet xmlns="{MAIN}" a="', "x" * 1000, 20_000, f'">{END}'),
    BROKEN,
)
heavy(
    "一格文字有二十兆",
    swollen(
        SHEET,
        SPACE + '<row r="6"><c r="A6" t="inlineStr"><is><t>',
        "x" * 1000,
        20_000,
        "</t></is></c></row>" + END,
    ),
    BROKEN,
)
heavy(
    "数字格式有十万个字",
    raw(
        SCORES,
        rows_xml(
            [
                ["单位", "得分"],
                ["甲山县", '<c s="1"><v>90</v></c>'],
                ["乙水县", 88.5],
                ["丙市财政局", 85],
            ]
        ),
        styles=f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="170" '
        f'formatCode="{"[&gt;1]0;" * 15_000}"/></numFmts><cellXfs><xf/><xf numFmtId="170"/></cellXfs></styleSheet>',
    ),
)
heavy("压缩包里有五万个文件", raw(LEDGER, ROWS, more={f"x/{n}": "" for n in range(50_000)}))
heavy(
    "csv有七十兆",
    csv("\n".join(csv_lines()) + "\n" + "," * 70_000_000),
    "file-too-large 平时考核台账/办公室.csv",
)
heavy(
    "csv一行有两百万列",
    csv("\n".join(csv_lines()) + "\n" + "," * 2_000_000 + "\n"),
    "file-too-large 平时考核台账/办公室.csv 6",
)
heavy("csv有五十万个空行", csv("\n".join(csv_lines()) + "\n" * 500_000))
heavy(
    "csv有一百万个引号",
    csv("\n".join(csv_lines()) + "\n" + '"' * 1_000_001 + "\n"),
    "csv-quote 平时考核台账/办公室.csv A6",
)
heavy(
    "csv有二十万行开着的引号",
    csv("\n".join(csv_lines()) + "\n" + 'T9,"甲山县,1,空白,2024-03-05\n' * 200_000),
    "csv-quote 平时考核台账/办公室.csv B6",
)
heavy(
    "assessment.yaml有两兆",
    write("assessment.yaml", "scheme: heze\nyear: 2024\n" + "#" * 2_000_000),
    "yaml-limit assessment.yaml",
    "unchecked assessment.yaml",
)
heavy(
    "表头有一万六千列",
    both(
        raw(
            LEDGER,
            "<row>"
            + "".join(
                f'<c t="inlineStr"><is><t>{v}</t></is></c>'
                for v in [*LEDGER_ROWS[0], *["x"] * 16_000]
            )
            + "</row>"
            + rows_xml(LEDGER_ROWS[1:], 2),
        )
    ),
    f"column-unknown {LEDGER} L1",
)

# Long texts


def later(make: Callable[[], Callable[[Path], object]]) -> Callable[[Path], object]:
    """A change that is synthetic when it is wanted: it would take memory from all other tests."""
    return lambda folder: make()(folder)


_LONG = "政府网站，栏目更新 " * 2_999


def _long(n: int) -> str:
    """30,000 characters, different ones for every number."""
    return f"{_LONG}第{n:08}号"


heavy(
    "一千个三万字的备注",
    later(
        lambda: raw(LEDGER, ROWS + rows_xml([[*[None] * 10, _long(n)] for n in range(1_000)], 6))
    ),
)
heavy(
    "一千行各有一格三万字",
    later(lambda: raw(LEDGER, ROWS + rows_xml([[_long(n)] for n in range(1_000)], 6))),
)
heavy(
    "一千个问题的描述各有三万字",
    later(
        lambda: raw(
            LEDGER,
            ROWS
            + rows_xml(
                [
                    [f"L{n}", "甲山县", "1", _long(n), f"2024-{n % 12 + 1:02}-05"]
                    for n in range(1_000)
                ],
                6,
            ),
        )
    ),
    *(f"entry-similar {LEDGER} D{n}" for n in range(18, 1_006)),
)
heavy(
    "考核表中有一千格三万字",
    later(lambda: raw(FORM, rows_xml([[_long(n)] for n in range(1_000)]))),
    f"header-missing {FORM}",
)
heavy(
    "一千个单位的名称各有三万字",
    later(lambda: raw(UNITS, rows_xml([*UNIT_ROWS, *([_long(n), "县区"] for n in range(1_000))]))),
    *(f"name-long {UNITS} A{n}" for n in range(6, 1_006)),
    f"unchecked {UNITS}",
)

# Many rows

CSV = LEDGER.removesuffix(".xlsx") + ".csv"


def _words(n: int) -> str:
    """A description of its own, of the same words as the others."""
    words = "网站 栏目 更新 及时 链接 错误 文件 公开 指南 目录 年报 政策 解读 回应 信箱 平台 专栏 空白 打开 缺失"
    return "".join(Random(n).choices(words.split(), k=60))


def _lines(count: int, line: Callable[[int], str]) -> str:
    return "".join([*(f"{one}\n" for one in csv_lines()), *map(line, range(count))])


def _parquet(folder: Path) -> None:
    count = 2_000_000
    columns = {
        "台账编号": [f"T{n}" for n in range(count)],
        "单位": [f"未知局{n}" for n in range(count)],
        "扣分项": ["1"] * count,
        "问题描述": ["空白"] * count,
        "发现日期": ["2024-03-05"] * count,
    }
    (folder / LEDGER).unlink()
    parquet.write_table(pa.table(columns), (folder / LEDGER).with_suffix(".parquet"))


heavy(
    "csv有六十万个两行的单元格",
    later(lambda: csv(_lines(55_000, lambda _: ",".join(['"空\n白"'] * 11) + "\n"))),
    f"file-too-large {CSV}",
)
heavy(
    "csv有六万个两行的单元格",
    later(
        lambda: csv(
            _lines(
                15_000, lambda n: f'"U\n{n}","甲山\n县",1,"空\n白{n}",2024-04-05,,,,,,"见\n附件"\n'
            )
        )
    ),
)
heavy(
    "csv有二百万个未知单位",
    later(lambda: csv(_lines(2_000_000, lambda n: f"T{n},未知局{n},1,空白,2024-03-05\n"))),
    f"file-too-large {CSV}",
)
heavy(
    "csv有十九万个未知单位",
    later(lambda: csv(_lines(190_000, lambda n: f"T{n},未知局{n},1,空白,2024-03-05\n"))),
    f"file-too-large {CSV}",
)
heavy(
    "parquet有二百万个未知单位", _parquet, f"file-too-large {LEDGER.removesuffix('.xlsx')}.parquet"
)
heavy(
    "csv有两万个未知单位",
    later(lambda: csv(_lines(19_000, lambda n: f"T{n},未知局{n},1,空白,2024-03-05\n"))),
    *(f"unit-unknown {CSV} B{n}" for n in range(6, 19_006)),
)
heavy(
    "两万个同日的问题各用二十个词写成",
    later(lambda: csv(_lines(19_000, lambda n: f"U{n},甲山县,1,{_words(n)},2024-04-05\n"))),
)


# Many of what is not looked at

heavy(
    "一百万行有格式的空行",
    swollen(
        SHEET, SPACE, '<row s="1" customFormat="1"><c s="1"/><c s="1"/><c s="1"/></row>',
        1_000_000, END,
    ),
)  # fmt: skip
heavy(
    "一百万种单元格格式",
    swollen(
        "xl/styles.xml", f'<styleSheet xmlns="{MAIN}"><cellXfs>', '<xf numFmtId="14"/>', 1_000_000,
        "</cellXfs></styleSheet>",
    ),
    TOO_LARGE,
)  # fmt: skip


def _with_part(
    name: str, kind: str, content: str, of: str = "xl/_rels/workbook.xml.rels"
) -> Callable[[Path], object]:
    """A workbook with one part more, to which the workbook or the sheet refers."""
    relation = (
        '<Relationship Id="m" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships/{kind}" Target="{"../" * of.count("worksheets")}{name}"/></Relationships>'
    )
    parts = raw_parts(ROWS, "", "", "", 1, STYLES, {})
    before = parts.get(of, parts["_rels/.rels"].split("<Relationship ")[0] + "</Relationships>")
    return raw(
        LEDGER, ROWS, more={of: before.replace("</Relationships>", relation), f"xl/{name}": content}
    )


def _repeated(count: int, piece: Callable[[int], str]) -> str:
    return "".join(map(piece, range(1, count + 1)))


heavy(
    "一百万条共享文字",
    later(lambda: _with_part(
        "sharedStrings.xml", "sharedStrings",
        f'<sst xmlns="{MAIN}">{_repeated(1_000_000, lambda n: f"<si><t>文字{n}</t></si>")}</sst>',
    )),
    TOO_LARGE,
)  # fmt: skip
heavy(
    "二十万条批注",
    later(lambda: _with_part(
        "comments1.xml", "comments",
        f'<comments xmlns="{MAIN}"><authors><author>a</author></authors><commentList>'
        + _repeated(200_000, lambda n: f'<comment ref="A{n}" authorId="0"><text><t>{n}</t></text></comment>')
        + "</commentList></comments>",
        "xl/worksheets/_rels/sheet1.xml.rels",
    )),
)  # fmt: skip
heavy(
    "二十万处超链接",
    later(lambda: raw(
        LEDGER, ROWS,
        after=f'<hyperlinks>{_repeated(200_000, lambda n: f"""<hyperlink ref="A{n}" location="x"/>""")}</hyperlinks>',
    )),
)  # fmt: skip
heavy(
    "二十万处条件格式",
    later(lambda: raw(
        LEDGER, ROWS,
        after=_repeated(
            200_000,
            lambda n: f'<conditionalFormatting sqref="A{n}"><cfRule type="expression" priority="{n}">'
            f"<formula>A{n}=1</formula></cfRule></conditionalFormatting>",
        ),
    )),
)  # fmt: skip
heavy(
    "一万行各有一处合并",
    later(lambda: raw(
        LEDGER,
        rows_xml([LEDGER_ROWS[0], *([f"T{n}", "甲山县", "1", f"第{n}号文件空白", f"2024-{n % 12 + 1:02}-05"] for n in range(10_000))]),
        after=f'<mergeCells>{_repeated(10_000, lambda n: f"""<mergeCell ref="F{n + 1}:G{n + 1}"/>""")}</mergeCells>',
    )),
)  # fmt: skip
