"""The block over the table of a 考核表: labels and their values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from scoring.intake.cells import is_blank, shown
from scoring.intake.form_columns import _ITEM_COLUMNS
from scoring.intake.grids import Grid, column_letter
from scoring.intake.labels import before_next_label, is_measure, wants_value, without_stamp
from scoring.intake.table import (
    Header,
    find_header,
)
from scoring.lookup.text import fold, tidy
from scoring.problems import Place, Problem

ASIDE_LABEL = "办法代号"
"""A label on the sheet 预估 by which it is known under any name."""
LABELS = {
    "单位": (
        "单位", "单位名称", "考核单位", "被考核单位", "填报单位", "填报单位名称", "考核对象", "报送单位",
        "自评单位", "申报单位", "填表单位", "上报单位",
    ),
    "考核年度": ("考核年度", "年度", "考核年份", "年份", "所属年度"),
    "期次": ("期次", "考核期次", "考核期", "考核时段", "考核期间", "所属期次"),
    "报送日期": ("报送日期", "填报日期", "报送时间", "填报时间", "填表日期", "填表时间", "上报日期", "上报时间"),
}  # fmt: skip
_LABEL_OF = {alias: label for label, aliases in LABELS.items() for alias in aliases}
_STAMP = r"(?:[(（][^()（）]{0,8}[)）])"
"""What a label may say of stamps and signatures: （盖章）, （公章）, （全称）."""
INLINE = re.compile(
    "("
    + "|".join(" ?".join(label) for label in sorted(_LABEL_OF, key=len, reverse=True))
    + rf") ?{_STAMP}? ?[:：]"
)
_LONGEST_LABEL = 100
BLOCK_DEPTH = 10
"""Where a form without a header row says its unit and period."""
_BETWEEN = " ;；,，、|"


def find_form_header(grid: Grid) -> Header | None:
    """The header row of a form's table; None where the grid has none."""
    return find_header(grid, _ITEM_COLUMNS)


def header_block(grid: Grid, depth: int) -> dict[str, tuple[Any, Place]]:
    """The labels in the first ``depth`` rows, above the table, with their values: in the next
    filled cell to the right, or after a colon in the same cell, several in one cell included."""
    block: dict[str, tuple[Any, Place]] = {}
    for label, found, place in _block_entries(grid, depth):
        if label not in block or is_blank(block[label][0]):
            block[label] = (found, place)
    return block


def _block_entries(grid: Grid, depth: int) -> Iterator[tuple[str, Any, Place]]:
    """Every label in the first ``depth`` rows with what stands behind it, and where."""
    for index, cells in enumerate(grid.cells[:depth]):
        for column, value in enumerate(cells):
            if is_blank(value) or not isinstance(value, str):
                continue
            for label, inline in _labels_in(value):
                found: Any = inline
                at = column
                if inline == "":
                    found, at = _right_of(cells, column)
                if isinstance(found, str):
                    found = _value_of(label, found)
                    if label == "单位" and is_measure(found or ""):
                        continue
                row = grid.row_number(index)
                yield label, found, Place(grid.file, grid.sheet, row, column_letter(at), label)


def _value_of(label: str, text: str) -> str | None:
    """What a label's text says, without what belongs to the next label, and without what a printed
    form leaves to the pen: （盖章）, 年 月 日."""
    said = before_next_label(tidy(text), _LABEL_OF)
    if label == "单位":
        return without_stamp(said) or None
    return None if label == "报送日期" and fold(said) == "年月日" else said or None


def contradictions(grid: Grid, depth: int) -> Iterator[Problem]:
    """Labels that stand above the table twice with different contents."""
    first: dict[str, tuple[str, Place]] = {}
    for label, found, place in _block_entries(grid, depth):
        if is_blank(found):
            continue
        said = shown(found)
        before, at = first.setdefault(label, (said, place))
        if fold(before) != fold(said):
            yield Problem("form-header-twice", place, said, f"与{at.within_file()}的“{before}”一致")


def _labels_in(text: str) -> list[tuple[str, str | None]]:
    """The labels of a cell with what stands behind each; "" where the next cell may say it, None
    where another label follows at once."""
    if len(text) <= _LONGEST_LABEL:
        bare = re.sub(rf"{_STAMP}$", "", fold(text).rstrip(":"))
        if bare in _LABEL_OF:
            return [(_LABEL_OF[bare], "")]
    spread = tidy(text)
    matches = [
        m for m in INLINE.finditer(spread) if m.start() == 0 or spread[m.start() - 1] in _BETWEEN
    ]
    out: list[tuple[str, str | None]] = []
    ends = [m.start() for m in matches[1:]] + [len(spread)]
    for m, end in zip(matches, ends, strict=False):
        behind = spread[m.end() : end].strip(_BETWEEN)
        nothing = "" if not behind and end == len(spread) else None
        out.append(
            (_LABEL_OF[m[1].replace(" ", "")], before_next_label(behind, _LABEL_OF) or nothing)
        )
    return out


def _right_of(cells: Sequence[Any], column: int) -> tuple[Any, int]:
    """The next filled cell to the right and its index, unless it is a label itself."""
    for index in range(column + 1, len(cells)):
        value = cells[index]
        if is_blank(value):
            continue
        if isinstance(value, str) and (_labels_in(value) or wants_value(fold(value))):
            break
        return value, index
    return None, column
