"""Measures the making of forms side by side with writing the same cells as plain workbooks.

    python benchmarks/forms.py             # 200 units, three runs of each
    python benchmarks/forms.py -u 50 -n 5

Both run in one process, in turn (A B, A B, …). The plain workbooks hold the same values and formulas
in the same cells, written with openpyxl without any look, note, check or lock.
"""

from __future__ import annotations

import argparse
import io
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scoring import make_forms  # noqa: E402
from scoring.intake import load_assessment  # noqa: E402

warnings.filterwarnings("ignore", module="openpyxl")

Cells = list[tuple[str, list[tuple[int, int, Any]]]]


def folder_of(units: int, folder: Path) -> Path:
    """An assessment of which only the list of units is there."""
    (folder / "assessment.yaml").write_text("scheme: heze\nyear: 2024\n", "utf-8")
    book = openpyxl.Workbook()
    book.active.append(["单位名称", "类别"])
    for number in range(units):
        book.active.append([f"示例市第{number + 1}局", "部门"])
    book.save(folder / "考核对象.xlsx")
    return folder


def cells_of(content: bytes) -> Cells:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [
        (sheet.title, [(c.row, c.column, c.value) for line in sheet.iter_rows() for c in line
                       if c.value is not None])
        for sheet in book
    ]  # fmt: skip


def plain(cells: Cells) -> bytes:
    """The same cells, without anything else."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, filled in cells:
        sheet = book.create_sheet(title)
        for row, column, value in filled:
            sheet.cell(row, column, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def seconds(action: Callable[[], Any]) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-u", type=int, default=200, metavar="UNITS")
    parser.add_argument("-n", type=int, default=3, metavar="RUNS")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kaohe-forms-") as scratch:
        assessment, _ = load_assessment(folder_of(arguments.u, Path(scratch)))
    assert assessment is not None
    forms = make_forms(assessment, "上半年").files
    cells = [cells_of(content) for content in forms.values()]
    count = sum(len(filled) for _, filled in cells[0])
    ours, theirs = [], []
    for _ in range(arguments.n):
        ours.append(seconds(lambda: make_forms(assessment, "上半年")))
        theirs.append(seconds(lambda: [plain(c) for c in cells]))
    one, other = statistics.median(ours), statistics.median(theirs)
    print(
        f"{len(forms)} forms, {count} filled cells each; processor seconds, median of {arguments.n}"
    )
    print(f"forms {one:.2f}, plain workbooks {other:.2f}, ratio {one / other:.2f}")


if __name__ == "__main__":
    main()
