"""Try a bundle: unpacked into a folder with Chinese and spaces in its name, it must write the same bytes
as the program that is installed beside the Python which runs this.

    python tools/try_bundle.py dist/kaohe-0.1.0-linux.zip
    python tools/try_bundle.py --time dist/kaohe-0.1.0-linux.zip   # how long it takes to start, to check
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import pyarrow
import pyarrow.parquet

ROOT = Path(__file__).resolve().parent.parent
PLACE = "考核 程序 (1)&新"
COMMANDS = (
    ("--version",),
    ("{year}",),
    ("grade", "{year}", "--out", "{out}/结果"),
    ("bulletin", "{year}", "--period", "month", "--as-of", "2024-06-30", "--out", "{out}/月"),
    ("warnings", "{year}", "--as-of", "2024-06-28", "--out", "{out}/预警"),
    ("forms", "{year}", "--period", "上半年", "--unit", "临溪县", "--out", "{out}/表"),
    ("explain", "{year}", "临溪县"),
    ("ledger", "rectify", "{year}", "BGS2024036", "--date", "2024-07-09", "--by", "试"),
)
"""Run in this order on a copy of the sample year, one of whose ledgers is .parquet."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument(
        "--time", action="store_true", help="how long it takes to start and to check"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch, PLACE)
        with zipfile.ZipFile(given.bundle) as packed:
            packed.extractall(place)
        program = place / "kaohe" / ("kaohe.exe" if os.name == "nt" else "kaohe")
        program.chmod(0o755)
        bundled = _run([str(program)], Path(scratch, "bundled"))
        installed = _run([sys.executable, "-m", "scoring"], Path(scratch, "installed"))
        wrong = [name for name in bundled | installed if bundled.get(name) != installed.get(name)]
        assert not wrong, f"not the same: {wrong}"
        assert "out/结果/results.json" in bundled
        print(f"{len(COMMANDS)} commands, {len(bundled)} files and screens, the same bytes")
        if given.time:
            for line in (("--version",), ("check", str(ROOT / "sample_data" / "2024"))):
                print(f"{line[0]}: {_seconds([str(program), *line]):.2f} s")


def _run(program: list[str], folder: Path) -> dict[str, bytes]:
    """What the commands write and print, by name."""
    shutil.copytree(ROOT / "sample_data" / "2024", folder / "2024")
    _as_parquet(next(folder.glob("2024/平时考核台账/*.csv")))
    found = {}
    for number, command in enumerate(COMMANDS):
        words = [word.format(year="2024", out="out") for word in command]
        done = subprocess.run([*program, *words], cwd=folder, capture_output=True, env=_clean())
        assert done.returncode == 0, f"{words}: {done.stdout.decode()} {done.stderr.decode()}"
        found[f"{number} {command[0]}"] = done.stdout + done.stderr
    files = (path for path in folder.rglob("*") if path.is_file())
    # The journal holds the moment at which it was written.
    kept = {path.relative_to(folder).as_posix(): path for path in files if path.suffix != ".jsonl"}
    return found | {name: path.read_bytes() for name, path in kept.items()}


def _clean() -> dict[str, str]:
    """The bundle must not find the source of the program."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"PYTHONUTF8": "1"}


def _as_parquet(path: Path) -> None:
    """The same cells, all text, as another program may hand them in."""
    with path.open(encoding="gb18030", newline="") as file:
        rows = list(csv.reader(file))
    head = next(i for i, row in enumerate(rows) if "台账编号" in row)
    width = len(rows[head])
    columns = {
        name: [row[at] or None for row in rows[head + 1 :] if len(row) == width and row[1]]
        for at, name in enumerate(rows[head])
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), path.with_suffix(".parquet"))
    path.unlink()


def _seconds(command: list[str]) -> float:
    """The median of five runs."""
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
