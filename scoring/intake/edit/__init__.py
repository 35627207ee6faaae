"""Put values into cells of a table's file and leave everything else in it as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from scoring.intake.edit.model import Edit, UnfitError, Value
from scoring.intake.edit.references import NewRow
from scoring.intake.grids.kinds import format_of

__all__ = ["Edit", "NewRow", "UnfitError", "Value", "edit_file", "put_row"]


def edit_file(file: str, content: bytes, edits: Mapping[str | None, Sequence[Edit]]) -> bytes:
    """The content of ``file``, a file that was read, with the cells of ``edits`` changed.

    ``edits`` are by sheet (None for a csv and a parquet file). In a workbook every part but the
    edited sheets stays byte for byte, pictures, charts and styles included; sums over changed
    cells are computed again. Raises UnfitError for a value that the file cannot hold
    there, ValueError for an old workbook (.xls), which is only read.
    """
    kind = format_of(content, PurePath(file).suffix)
    if kind == "xlsx":
        from scoring.intake.edit.xlsx import edit_xlsx

        return edit_xlsx(content, {sheet or "": list(some) for sheet, some in edits.items()})
    flat = [edit for some in edits.values() for edit in some]
    if kind == "csv":
        from scoring.intake.edit.delimited import edit_csv

        return edit_csv(content, flat)
    if kind != "parquet":
        raise ValueError("an old workbook cannot be written")
    from scoring.intake.edit.parquet import edit_parquet

    return edit_parquet(content, flat)


def put_row(file: str, content: bytes, sheet: str | None, new: NewRow, like: int | None) -> bytes:
    """The content of a workbook or csv ``file`` with a row put in, empty, that looks like the row
    ``like``. In a workbook what covers the table covers it, and what stands below moves down; every
    other part stays byte for byte. Raises UnfitError where that cannot be done safely."""
    if format_of(content, PurePath(file).suffix) == "xlsx":
        from scoring.intake.edit.row_xml import put_row as put

        return put(content, sheet or "", new, like)
    from scoring.intake.edit.delimited import put_record

    return put_record(content, new.at)
