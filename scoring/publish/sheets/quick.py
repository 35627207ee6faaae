"""A worksheet that writes thousands of cells without what this workbook does not need.

XlsxWriter tries every formula against the names of all newer functions and every attribute
against XML escapes. No formula here uses such a function, and no reference or style number has
anything to escape. Cells of any other kind go XlsxWriter's own way.
"""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import Worksheet


class QuickSheet(Worksheet):  # type: ignore[misc]
    """Writes texts, numbers and blanks with a format straight away."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")

    def _calculate_spans(self) -> None:
        """Spans are a hint to readers, and not required."""
        self.row_spans: dict[int, str] = {}

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind = type(cell).__name__
        if cell.format is None or kind not in ("String", "Number", "Blank"):
            super()._write_cell(row, col, cell)
            return
        start = f'<c r="{xl_rowcol_to_cell_fast(row, col)}" s="{cell.format._get_xf_index()}"'
        if kind == "String":
            self.fh.write(f'{start} t="s"><v>{cell.string}</v></c>')
        elif kind == "Number":
            self.fh.write(f"{start}><v>{cell.number:.16G}</v></c>")
        else:
            self.fh.write(f"{start}/>")
