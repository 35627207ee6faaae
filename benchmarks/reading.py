"""Reading the sample year's workbooks: our reader beside calamine, which gives values only.

    python benchmarks/reading.py          # median of nine rounds, in turn, in one process

Calamine (Rust) reads values, and dates by their format. Ours reads number formats, formulas, errors,
hidden rows and merged cells as well, from one parse. Both read every sheet of every file.
"""

from __future__ import annotations

import gc
import io
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from python_calamine import CalamineWorkbook

from scoring.intake import inspect_folder
from scoring.intake.grids import read_content

SAMPLE = Path(__file__).resolve().parent.parent / "sample_data" / "2024"
ROUNDS = 9


def ours(contents: list[tuple[str, bytes]]) -> int:
    return sum(
        1
        for name, content in contents
        for grid in read_content(content, name, ".xlsx").grids
        for cells in grid.cells
        for value in cells
        if value not in (None, "")
    )


def calamine(contents: list[tuple[str, bytes]]) -> int:
    count = 0
    for _, content in contents:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python()
            count += sum(value != "" for row in rows for value in row)
    return count


def measured(what: Callable[[], object]) -> float:
    gc.collect()
    start = time.process_time()
    what()
    return time.process_time() - start


def main() -> None:
    paths = sorted(SAMPLE.rglob("*.xlsx"))
    paths = [path for path in paths if "结果" not in path.parts[-2]]
    contents = [(path.name, path.read_bytes()) for path in paths]
    if ours(contents) != calamine(contents):
        raise SystemExit(f"not the same cells: {ours(contents)} / {calamine(contents)}")
    times: dict[str, list[float]] = {"ours": [], "calamine": [], "folder": []}
    gc.disable()
    for _ in range(ROUNDS):
        times["ours"].append(measured(lambda: ours(contents)))
        times["calamine"].append(measured(lambda: calamine(contents)))
        times["folder"].append(measured(lambda: inspect_folder(SAMPLE)))
    middle = {name: statistics.median(values) for name, values in times.items()}
    print(
        f"{len(contents)} workbooks, {ours(contents)} cells, processor seconds, median of {ROUNDS}"
    )
    for name, value in middle.items():
        print(f"  {name:<10}{value:.3f}")
    print(f"  ours / calamine {middle['ours'] / middle['calamine']:.2f}")
    print(f"  ours / whole reading of the folder {middle['ours'] / middle['folder']:.2f}")


if __name__ == "__main__":
    main()
