"""An old .xls workbook (Excel 95 to 2003) as grids, read by xlrd after a look at its records."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from scoring.intake.cells import ErrorCell, ShownCell, shown
from scoring.intake.grids.biff import DamagedError, Scan, SheetScan, scan
from scoring.intake.grids.formats import GENERAL, built_in, display
from scoring.intake.grids.model import Grid, Merges, SourceFile, too_large
from scoring.limits import CELLS, GRID_ROWS, MERGED_RANGES, SHEETS
from scoring.problems import Place, Problem

_DAMAGED: Final = "不是完好的 .xls 文件"


class _RefusedError(ValueError):
    """The file is not read; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.kind)
        self.problem = problem


def read_xls(content: bytes, source: SourceFile) -> None:
    """Put the grids of an old workbook's content, or the problem of reading it, into ``source``."""
    try:
        source.grids += _grids(content, source.file)
    except _RefusedError as refused:
        source.problems.append(refused.problem)
    except Exception:
        # xlrd raises whatever a broken file makes it meet: struct.error, AssertionError, IndexError.
        source.problems.append(Problem("file-unreadable", Place(source.file), _DAMAGED))


def _grids(content: bytes, file: str) -> list[Grid]:
    import xlrd

    scanned = scan(_stream(content, file))
    if scanned.encrypted:
        raise _RefusedError(Problem("file-password", Place(file)))
    _check_limits(scanned, file)
    # Sheet by sheet: all of them at once would take several times the memory.
    book = xlrd.open_workbook(
        file_contents=scanned.stream, formatting_info=True, ragged_rows=True, on_demand=True,
        logfile=io.StringIO(),
    )  # fmt: skip
    if book.nsheets > SHEETS:
        raise _RefusedError(too_large(Place(file), "个工作表", book.nsheets, SHEETS))
    opened = _Book(book, file, _format_codes(book), from_1904=book.datemode == 1)
    grids = []
    # xlrd keeps to itself where in the stream each sheet begins.
    for number, position in enumerate(book._sh_abs_posn):
        if position not in scanned.sheets:
            raise DamagedError
        grids.append(_grid(opened, number, scanned.sheets[position]))
        book.unload_sheet(number)
    return grids


@dataclass(frozen=True)
class _Book:
    """xlrd's workbook, the file's name, the number format of every cell style."""

    book: Any
    file: str
    codes: list[str]
    from_1904: bool


def _format_codes(book: Any) -> list[str]:
    own = {form.format_key: form.format_str for form in book.format_list}
    return [own.get(style.format_key, built_in(style.format_key)) for style in book.xf_list]


def _stream(content: bytes, file: str) -> bytes:
    """The workbook's stream: a compound file holds it beside others. (olefile, since xlrd's own
    reading of compound files may go round in a broken one for ever.)"""
    import olefile

    if not content.startswith(olefile.MAGIC):
        if not content.startswith(b"\x09\x08"):
            fix = "用 WPS 打开，另存为 .xlsx"
            raise _RefusedError(Problem("file-type", Place(file), "Excel 5.0 以前的格式", fix=fix))
        return content
    with olefile.OleFileIO(io.BytesIO(content)) as document:
        for name in ("Workbook", "Book"):
            if document.exists(name):
                return bytes(document.openstream(name).read())
        if document.exists("EncryptedPackage"):
            raise _RefusedError(Problem("file-password", Place(file)))
        if document.exists("WordDocument"):
            fix = "把表格复制到 Excel 或 WPS 表格，另存为 .xlsx"
            raise _RefusedError(Problem("file-type", Place(file), "内容是 Word 文档", fix=fix))
    raise DamagedError


def _check_limits(scanned: Scan, file: str) -> None:
    """What one cell at the end of every row, or in the last row of every sheet, would cost."""
    rows = cells = 0
    for sheet in scanned.sheets.values():
        ends: dict[int, int] = {}
        for row, column in sheet.cells:
            ends[row] = max(ends.get(row, 0), column + 1)
        rows += max(ends, default=-1) + 1
        cells += sum(ends.values())
    for what, count, most in (("行", rows, GRID_ROWS), ("个单元格", cells, CELLS)):
        if count > most:
            raise _RefusedError(too_large(Place(file), what, count, most))


def _grid(opened: _Book, number: int, found: SheetScan) -> Grid:
    import xlrd

    sheet = opened.book.sheet_by_index(number)
    merged = sheet.merged_cells
    if len(merged) > MERGED_RANGES:
        place = Place(opened.file, sheet.name)
        raise _RefusedError(too_large(place, "处合并单元格", len(merged), MERGED_RANGES))
    kinds = [sheet.row_types(row) for row in range(sheet.nrows)]
    if sum(len(row) - row.count(xlrd.XL_CELL_EMPTY) for row in kinds) != len(found.cells):
        raise DamagedError
    rows = [list(_row(opened, sheet, row, found)) for row in range(sheet.nrows)]
    hidden = {at for at, info in sheet.rowinfo_map.items() if info.hidden or info.height == 0}
    return Grid(
        opened.file, sheet.name, rows, hidden=sheet.visibility != 0,
        merged=Merges((top, left, below - 1, after - 1) for top, below, left, after in merged),
        hidden_rows={at for at in hidden if at < len(rows) and rows[at]},
    )  # fmt: skip


def _row(opened: _Book, sheet: Any, row: int, found: SheetScan) -> Iterator[Any]:
    cells = zip(
        sheet.row_types(row), sheet.row_values(row), sheet._cell_xf_indexes[row], strict=True
    )
    for column, (kind, value, style) in enumerate(cells):
        if (row, column) in found.twice:
            yield ErrorCell(shown(value), "cell-twice")
        elif (row, column) in found.uncomputed:
            yield ErrorCell("公式", "formula-uncomputed")
        else:
            yield _value(opened, sheet, kind, value, style)


def _value(opened: _Book, sheet: Any, kind: int, value: Any, style: int) -> Any:
    """A cell as it is shown: text, number, day, truth value, error."""
    import xlrd

    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        if value == 0 and not sheet.show_zero_values:
            return ShownCell(0.0, "", certain=False)
        code = opened.codes[style]
        return value if code == GENERAL else display(value, code, from_1904=opened.from_1904)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_ERROR:
        return ErrorCell(xlrd.error_text_from_code.get(value, f"#{value}"))
    return value
