"""Put values into cells of a table's file and leave everything else in it as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from scoring.intake.edit.model import Edit, UnfitError, Value

__all__ = ["Edit", "UnfitError", "Value", "edit_file"]


def edit_file(file: str, content: bytes, edits: Mapping[str | None, Sequence[Edit]]) -> bytes:
    """The content of ``file`` (its name says its kind) with the cells of ``edits`` changed.

    ``edits`` are by sheet (None for a csv and a parquet file). In a workbook every part but the
    edited sheets stays byte for byte, pictures, charts and styles included; sums over changed
    cells are computed again. Raises UnfitError for a value that the file cannot hold there.
    """
    suffix = PurePath(file).suffix.lower()
    if suffix == ".xlsx":
        from scoring.intake.edit.xlsx import edit_xlsx

        return edit_xlsx(content, {sheet or "": list(some) for sheet, some in edits.items()})
    flat = [edit for some in edits.values() for edit in some]
    if suffix == ".csv":
        from scoring.intake.edit.delimited import edit_csv

        return edit_csv(content, flat)
    from scoring.intake.edit.parquet import edit_parquet

    return edit_parquet(content, flat)
