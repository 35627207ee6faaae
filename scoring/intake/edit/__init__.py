"""Put values into cells of a table's file and leave everything else in it as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from scoring.intake.edit.model import Edit, UnfitError, Value
from scoring.intake.grids.kinds import format_of

__all__ = ["Edit", "UnfitError", "Value", "edit_file"]


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
