"""Inputs that would take the machine's memory or minutes, if they were read without limits."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.corpus.base import LEDGER, LEDGER_ROWS, SCORES
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
