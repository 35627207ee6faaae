"""Measures how long LibreOffice takes to compute 考核结果.xlsx anew, for years of many units.

    python benchmarks/recalculation.py                     # 1,000 and 3,000 units
    python benchmarks/recalculation.py -u 200 -u 400
    python benchmarks/recalculation.py --keep FOLDER       # keep the workbooks, to open them

The year is synthetic (``tests/synthetic.py``, five rows of the ledger a unit). Its workbook is written, its
formulas are emptied of the values that they carry, and LibreOffice converts it: what stands in the
cells afterwards was computed there, and must be what the program computed. An empty workbook is converted
too, whose time is the start of LibreOffice.
"""

from __future__ import annotations

import argparse
import io
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scoring.publish.results.book import workbook  # noqa: E402
from scoring.score import Result  # noqa: E402
from tests.synthetic import year as synthetic_year  # noqa: E402

LONGEST = 1800
"""Seconds after which LibreOffice is ended."""
_FIRST, _UNIT, _COMPOSITE, _GRADE, _RANK = 5, 2, 9, 10, 11
"""Of 汇总 in Heze's scheme: the first row of a unit, and columns."""


def made(units: int) -> tuple[Result, bytes]:
    """A year of so many units, and its workbook."""
    graded = [
        {"unit": f"示例市第{i}局", "group": "部门" if i % 4 else "县区", "position": i}
        for i in range(units)
    ]
    result, assessment = synthetic_year(graded=graded, rows=5 * units)
    return result, workbook(result, assessment)


def emptied(content: bytes) -> bytes:
    """The workbook without the values that its formulas carry."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            part = old.read(info)
            if info.filename.startswith("xl/worksheets/sheet"):
                part = re.sub(rb"</f><v>[^<]*</v>", b"</f>", part)
            new.writestr(info, part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def recalculated(path: Path, out: Path, profile: Path) -> float:
    """The processor's seconds in which LibreOffice converts ``path``; the file is then in ``out``."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        sys.exit("needs LibreOffice")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [
        program, "--headless", f"-env:UserInstallation={profile.as_uri()}",
        "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(path),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=LONGEST)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def differing(result: Result, path: Path) -> int:
    """For how many units composite, grade or rank in the workbook are not the program's."""
    sheet = openpyxl.load_workbook(path, read_only=True, data_only=True)["汇总"]
    rows: dict[Any, Any] = {
        row[_UNIT - 1]: (row[_COMPOSITE - 1], row[_GRADE - 1], row[_RANK - 1])
        for row in sheet.iter_rows(min_row=_FIRST, values_only=True)
    }
    wrong = 0
    for unit in result.units:
        composite, *other = rows.get(unit.unit, (None, None, None))
        close = (
            isinstance(composite, int | float)
            and abs(composite * 100 - (unit.composite or 0)) < 1e-6
        )
        wrong += not close or tuple(other) != (unit.grade, unit.rank)
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-u", type=int, action="append", metavar="UNITS")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="kaohe-recalculation-") as scratch:
        at = arguments.keep or Path(scratch)
        profile, out = Path(scratch) / "profile", at / "recalculated"
        out.mkdir(parents=True, exist_ok=True)
        empty = at / "empty.xlsx"
        openpyxl.Workbook().save(empty)
        recalculated(empty, out, profile)
        start = recalculated(empty, out, profile)
        print(f"LibreOffice starts in {start:.1f} s of the processor, left out below")
        print("| units | MB | workbook written, s | recalculated, s | units that differ |")
        print("|---|---|---|---|---|")
        for units in arguments.u or [1000, 3000]:
            clock = time.process_time()
            result, content = made(units)
            wrote = time.process_time() - clock
            path = at / f"{units}.xlsx"
            path.write_bytes(emptied(content))
            took = f"over {LONGEST}"
            wrong = len(result.units)
            try:
                took = f"{recalculated(path, out, profile) - start:.1f}"
                wrong = differing(result, out / path.name)
            except subprocess.TimeoutExpired:
                pass
            failed += wrong
            print(
                f"| {units} | {len(content) / 1e6:.1f} | {wrote:.1f} | {took} | {wrong} |",
                flush=True,
            )
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
