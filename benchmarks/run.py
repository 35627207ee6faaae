"""Measures ``kaohe`` side by side with what it can be compared with; prints ratios.

    python benchmarks/run.py            # check that both give the same, then measure
    python benchmarks/run.py -n 15      # more runs: medians settle
    python benchmarks/run.py --strict   # exit code 1 where an aim is missed

Every command is a whole process, started in turn with the others (A B C …, A B C …), so that
whatever else the machine does meets all of them alike. What counts are ratios within one run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from html.parser import HTMLParser
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
from openpyxl.worksheet.formula import ArrayFormula

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample_data" / "2024"
PLAIN = ROOT / "benchmarks" / "plain_script.py"

GRADE, PLAIN_SCRIPT, PLAIN_FAST = "kaohe grade", "plain script", "plain script, calamine"
IMPORTS = "import pandas, openpyxl"
HELP, CLICK, TYPER = "kaohe --help", "import click", "import typer"

LIBRARIES = (
    "pandas", "openpyxl", "python-docx", "python-calamine", "xlsxwriter", "pyarrow", "narwhals",
    "numpy", "lxml", "docxtpl", "jinja2", "pydantic", "pyyaml", "rich", "click", "typer",
)  # fmt: skip

PROGRAM = "程序版本"
"""The heading over the one cell that must differ: the name of the program that wrote it."""

_MOST_SHOWN = 12


# ------------------------------------------------------------------ do both give the same?


@dataclass
class Comparison:
    """What was compared, in words, and every difference with its place."""

    compared: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)


def compare(ours: Path, plain: Path) -> Comparison:
    """The five files in two folders, by their content; looks are left out."""
    found = Comparison()
    _compare_json(ours, plain, found)
    for name in ("考核结果.xlsx", "通报附表.xlsx"):
        _compare_workbook(name, ours, plain, found)
    for name, read in (("通报.docx", docx_text), ("通报.html", html_text)):
        _compare_texts(name, read(ours / name), read(plain / name), found)
    return found


def _compare_json(ours: Path, plain: Path, found: Comparison) -> None:
    name = "results.json"
    one, other = (json.loads((folder / name).read_text("utf-8")) for folder in (ours, plain))
    found.compared.append(f"{name}: {len(one['units'])} units")
    if {**one, "units": 0} != {**other, "units": 0} or len(one["units"]) != len(other["units"]):
        found.differences.append(f"{name}: the head or the number of units")
    for a, b in zip(one["units"], other["units"], strict=False):
        if a != b:
            found.differences.append(f"{name}: {a} / {b}")


def _compare_workbook(name: str, ours: Path, plain: Path, found: Comparison) -> None:
    one, other = openpyxl.load_workbook(ours / name), openpyxl.load_workbook(plain / name)
    if one.sheetnames != other.sheetnames:
        found.differences.append(f"{name}: sheets {one.sheetnames} / {other.sheetnames}")
    cells = formulas = 0
    for title in (title for title in one.sheetnames if title in other.sheetnames):
        a, b = sheet_cells(one[title]), sheet_cells(other[title])
        cells += len(a)
        formulas += sum(isinstance(v, str) and v.startswith(("=", "{")) for v in a.values())
        for at in sorted(a.keys() | b.keys()):
            if a.get(at) != b.get(at):
                where = f"{name} {title} row {at[0]} column {at[1]}"
                found.differences.append(f"{where}: {a.get(at)!r} / {b.get(at)!r}")
        if len(one[title]._charts) != len(other[title]._charts):
            found.differences.append(f"{name} {title}: charts")
    names, others = ({n: d.attr_text for n, d in w.defined_names.items()} for w in (one, other))
    for label in sorted(names.keys() | others.keys()):
        if names.get(label) != others.get(label):
            what = f"{names.get(label)} / {others.get(label)}"
            found.differences.append(f"{name} name {label}: {what}")
    named = f", {len(names)} defined names" if names else ""
    found.compared.append(f"{name}: {cells} cells, {formulas} of them formulas{named}")


def sheet_cells(sheet: Any) -> dict[tuple[int, int], Any]:
    """The filled cells by row and column: formulas as they are written, days without a clock."""
    cells = {
        (cell.row, cell.column): _value(cell.value)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value not in (None, "")
    }
    for (row, column), value in list(cells.items()):
        if column == 1 and isinstance(value, str) and value.endswith(PROGRAM):
            cells.pop((row + 1, column), None)
    return cells


def _value(value: Any) -> Any:
    if isinstance(value, ArrayFormula):
        return "{" + f"{value.ref} {value.text}" + "}"
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return value.date()
    if isinstance(value, str | date | bool):
        return value
    return float(value)


def _compare_texts(name: str, ours: Sequence[str], plain: Sequence[str], found: Comparison) -> None:
    found.compared.append(
        f"{name}: {len(ours)} paragraphs and cells, {sum(map(len, ours))} characters"
    )
    if len(ours) != len(plain):
        found.differences.append(f"{name}: {len(ours)} paragraphs and cells / {len(plain)}")
    differing = [(a, b) for a, b in zip(ours, plain, strict=False) if a != b]
    found.differences += [f"{name}: {a!r} / {b!r}" for a, b in differing]


_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def docx_text(path: Path) -> list[str]:
    """The texts of the paragraphs in the order of the file, those in tables and boxes included;
    white space and line breaks are looks."""
    with zipfile.ZipFile(path) as archive:
        body = ElementTree.fromstring(archive.read("word/document.xml"))
    texts: list[list[str]] = []

    def walk(element: ElementTree.Element, paragraph: list[str] | None) -> None:
        if element.tag == _FALLBACK:
            return
        if element.tag == f"{_W}p":
            paragraph = []
            texts.append(paragraph)
        elif element.tag == f"{_W}t" and paragraph is not None:
            paragraph.append(element.text or "")
        for child in element:
            walk(child, paragraph)

    walk(body, None)
    return _filled("".join(parts) for parts in texts)


class _Page(HTMLParser):
    """Gathers the text of a page, one entry for every block."""

    _BLOCKS = frozenset({"title", "h1", "h2", "h3", "p", "caption", "th", "td"})

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._silent = tag == "style"
        if tag in self._BLOCKS:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self._silent = False

    def handle_data(self, data: str) -> None:
        if self.texts and not self._silent:
            self.texts[-1] += data


def html_text(path: Path) -> list[str]:
    page = _Page()
    page.feed(path.read_text("utf-8"))
    return _filled(page.texts)


def _filled(texts: Iterator[str] | Sequence[str]) -> list[str]:
    return [bare for text in texts if (bare := "".join(text.split()))]


# ------------------------------------------------------------------ how long does it take?


@dataclass
class Timing:
    """The runs of one command, in seconds on the clock and of the processor."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def _children_seconds() -> float:
    times = os.times()
    return times.children_user + times.children_system


def surroundings(scratch: Path) -> dict[str, str]:
    """The environment of every command: the package from this folder, and compiled modules kept
    (in ``scratch``), as an installed program has them."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    paths = [str(ROOT), own.get("PYTHONPATH", "")]
    return own | {
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "PYTHONPYCACHEPREFIX": str(scratch / "compiled"),
        "PYTHONIOENCODING": "utf-8",
    }


def run(command: Sequence[str], environment: Mapping[str, str]) -> None:
    """One process; its output is kept from the screen and shown where it fails."""
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def measure(
    commands: Mapping[str, Sequence[str]], runs: int, environment: Mapping[str, str]
) -> dict[str, Timing]:
    """Every command once to warm up, then all of them in turn, ``runs`` times."""
    for command in commands.values():
        run(command, environment)
    timings = {name: Timing() for name in commands}
    for number in range(runs):
        if sys.stderr.isatty():
            print(f"\rrun {number + 1} of {runs} ", end="", file=sys.stderr, flush=True)
        for name, command in commands.items():
            before, start = _children_seconds(), time.perf_counter()
            run(command, environment)
            timings[name].clock.append(time.perf_counter() - start)
            timings[name].processor.append(_children_seconds() - before)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return timings


def programs(out: Path) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The commands that work on the sample, and the short ones."""
    python = sys.executable
    plain = [python, str(PLAIN), str(SAMPLE)]
    long = {
        GRADE: [python, "-m", "scoring", "grade", str(SAMPLE), "--out", str(out / "kaohe")],
        PLAIN_SCRIPT: [*plain, str(out / "plain")],
        PLAIN_FAST: [*plain, str(out / "plain-calamine"), "--engine", "calamine"],
        IMPORTS: [python, "-c", "import pandas, openpyxl"],
    }
    short = {
        HELP: [python, "-m", "scoring", "--help"],
        CLICK: [python, "-c", "import click"],
    }
    if find_spec("typer"):
        short[TYPER] = [python, "-c", "import typer"]
    return long, short


@dataclass(frozen=True)
class Ratio:
    """One command against another, and the most that it may be; None for no aim."""

    one: str
    other: str
    most: float | None = None

    def of(self, timings: Mapping[str, Timing], value: Callable[[Timing], float]) -> float:
        return value(timings[self.one]) / value(timings[self.other])


RATIOS = (
    Ratio(GRADE, PLAIN_SCRIPT, 0.45),
    Ratio(GRADE, PLAIN_FAST),
    Ratio(GRADE, IMPORTS),
    Ratio(HELP, CLICK, 2.0),
    Ratio(HELP, TYPER),
)


def _median(timing: Timing) -> float:
    return statistics.median(timing.clock)


def _best(timing: Timing) -> float:
    return min(timing.clock)


def _processor(timing: Timing) -> float:
    return statistics.median(timing.processor)


def report(timings: Mapping[str, Timing]) -> bool:
    """Prints times and ratios as Markdown tables; says whether every aim was reached."""
    print("\n| command | median s | best s | processor, median s |\n|---|---|---|---|")
    for name, timing in timings.items():
        print(
            f"| {name} | {_median(timing):.3f} | {_best(timing):.3f} | {_processor(timing):.3f} |"
        )
    print("\n| ratio | medians | best | processor | aim |\n|---|---|---|---|---|")
    reached = True
    for ratio in RATIOS:
        if ratio.other not in timings:
            continue
        values = [ratio.of(timings, value) for value in (_median, _best, _processor)]
        aim = ""
        if ratio.most is not None:
            good = values[0] <= ratio.most
            reached &= good
            aim = f"≤ {ratio.most:g}: {'reached' if good else 'missed'}"
        shown = " | ".join(f"{value:.2f}" for value in values)
        print(f"| {ratio.one} / {ratio.other} | {shown} | {aim} |")
    return reached


def versions() -> str:
    found = []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{python}, {platform.system()}, {os.cpu_count()} cores; {', '.join(found)}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-n", type=int, default=7, metavar="RUNS", help="runs of each (default 7)")
    parser.add_argument("--check", action="store_true", help="compare the files and stop")
    parser.add_argument("--strict", action="store_true", help="exit code 1 where an aim is missed")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kaohe-benchmark-") as scratch:
        out = Path(scratch)
        long, short = programs(out)
        own = surroundings(out)
        for name in (GRADE, PLAIN_SCRIPT, PLAIN_FAST):
            run(long[name], own)
        for folder in ("plain", "plain-calamine"):
            found = compare(out / "kaohe", out / folder)
            if found.differences:
                print(f"kaohe / {folder} differ in {len(found.differences)} places:")
                print("\n".join(found.differences[:_MOST_SHOWN]))
                return 1
        print("Both give the same:", *found.compared, sep="\n- ")
        if arguments.check:
            return 0
        # The short ones are cheap: more of them, so that their medians settle too.
        timings = measure(long, arguments.n, own)
        timings |= measure(short, 5 * arguments.n, own)
    print(f"\n{versions()}")
    reached = report(timings)
    return int(arguments.strict and not reached)


if __name__ == "__main__":
    sys.exit(main())
