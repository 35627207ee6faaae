"""The sheet 证明材料 of a 核查表: the files of evidence with their hashes, and what was found in them."""

from __future__ import annotations

from scoring.evidence.folder import Evidence, EvidenceFile
from scoring.evidence.model import WEIGHT_NAMES
from scoring.publish.evidence.words import deciding, places, remark
from scoring.publish.sheets.sheet import Book, Column, Sheet
from scoring.publish.sheets.style import RED
from scoring.verification.model import Gathered

_HEADER = 2


def write_evidence(
    book: Book, name: str, gathered: Gathered, evidence: Evidence, title: str
) -> None:
    """The files of the period, and those of which neither period nor item can be seen."""
    files = evidence.of_period(gathered.period)
    columns = [
        Column("单位", "text", [f.unit for f in files], (14, 24)),
        Column("期次", "centre", [f.period for f in files], (7, 9)),
        Column("所属指标", "centre", [_codes(f, gathered.period) for f in files], (9, 12)),
        Column("文件", "text", [f.file for f in files], (30, 46)),
        Column("字节数", "count", [f.size for f in files], (10, 12)),
        Column("SHA-256", "text", [f.sha256 for f in files], (34, 34)),
        Column("核对情况", "text", [_findings(f) for f in files], (24, 50)),
    ]
    sheet = Sheet(book, name, len(columns))
    sheet.texts_like_numbers()
    sheet.title(0, title, provisional=False)
    unclear = sum(not f.items for f in files)
    said = f"共{len(files)}个文件" + (f"，其中{unclear}个看不出属于哪一项" if unclear else "")
    sheet.line(1, f"{said}。SHA-256 是文件内容的校验值，文件改动后就不同。")
    sheet.widths(column.width() for column in columns)
    after = sheet.table(_HEADER, columns)
    if files:
        sheet.ws.autofilter(_HEADER, 0, after - 1, len(columns) - 1)
    sheet.freeze(_HEADER, 0)
    if unclear:
        sheet.ws.set_tab_color(RED)


def _codes(file: EvidenceFile, period: str) -> str:
    codes = dict.fromkeys(code for _, at, code in file.items if at == period)
    return "、".join(codes)


def _findings(file: EvidenceFile) -> str:
    """The remark, then every finding in a line with its cells."""
    lines = [remark(file)]
    for table in file.statistics.tables if file.statistics else ():
        for finding in table.findings:
            where = places(deciding(finding)[:4])
            lines.append(f"[{WEIGHT_NAMES[finding.weight]}] {finding.said}（{where}）")
    return "\n".join(line for line in lines if line)
