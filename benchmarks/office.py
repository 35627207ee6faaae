"""Measures what an office would otherwise do with 3,000 units and 100,000 ledger rows, beside ``kaohe grade``.

    python benchmarks/office.py            # one run of each
    python benchmarks/office.py -n 3

- a workbook of formulas (COUNTIFS, SUMIFS over the rows, ROUND, IF and a rank), computed by LibreOffice and saved:
  the workbook is written beforehand and its writing is not timed;
- a plain pandas script that reads the same workbooks and writes a workbook of results;
- ``kaohe grade`` of the same workbooks, with all its papers;
- ``kaohe grade --engine polars`` of the same data as parquet, with its files.

The composites of all four are compared.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pandas as pd
import polars as pl
import xlsxwriter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.scale import Run, machine, timed  # noqa: E402

UNITS, ROWS = 3000, 100_000
FORMULAS, SCRIPT = "workbook of formulas, LibreOffice", "plain pandas script"
OURS, ENGINE = "kaohe grade, workbooks", "kaohe grade --engine polars, parquet"


def simulate(folder: Path, kind: str) -> Path:
    timed(
        [sys.executable, "-m", "scoring", "simulate", "--units", str(UNITS), "--rows", str(ROWS),
         "--scheme", "heze", "--seed", "1", "--format", kind, "--out", folder]
    )  # fmt: skip
    return folder


def formulas(folder: Path, path: Path) -> None:
    """The workbook that an office would build: the rows of the parquet files as values, everything else live."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": False})
    ledger = pl.read_parquet(folder / "平时考核台账" / "*.parquet")
    units = pl.read_parquet(folder / "考核对象.parquet")
    forms = pl.read_parquet(folder / "自我考核" / "**" / "*.parquet")
    given = pl.read_parquet(folder / "第三方评估.parquet")
    home = dict(units.select("单位名称", "所属单位").iter_rows())
    rows, items, scores, out = (book.add_worksheet(n) for n in ("台账", "考核表", "第三方", "汇总"))
    days = book.add_format({"num_format": "yyyy-mm-dd"})
    for at, row in enumerate(ledger.iter_rows(named=True), 1):
        number, unit, rule = row["台账编号"], row["单位"], row["扣分项"]
        rows.write_row(at, 0, [number, unit, rule])
        for column, name in enumerate(("整改期限", "整改完成日期", "撤销日期"), 3):
            if row[name] is not None:
                rows.write_datetime(at, column, row[name], days)
        rows.write_string(at, 6, row["核实结果"] or "")
        rows.write_string(at, 7, home[unit] or unit)
        n = at + 1
        counts = (
            f'IF(OR(F{n}<>"",G{n}="不属实",AND(H{n}<>B{n},C{n}<>"1")),0,IF(C{n}="1",1,'
            f'IF(OR(C{n}="2.2",C{n}="4"),IF(G{n}="属实",1,0),'
            f'IF(AND(D{n}<=DATE(2024,12,31),OR(E{n}="",E{n}>D{n})),1,0))))'
        )
        rows.write_formula(at, 8, counts, None, "")
    for at, (unit, score) in enumerate(forms.select("单位", "核查得分").iter_rows(), 1):
        items.write_row(at, 0, [unit, float(score)])
    for at, (unit, score) in enumerate(given.select("单位", "得分").iter_rows(), 1):
        scores.write_row(at, 0, [unit, float(score)])
    graded = units.filter(pl.col("所属单位").is_null())
    last_row, last_item, last = len(ledger) + 1, len(forms) + 1, len(graded) + 1
    for at, (unit, group) in enumerate(graded.select("单位名称", "类别").iter_rows(), 1):
        n = at + 1
        out.write_row(at, 0, [unit, group])
        for column, formula in enumerate(
            (
                f"MAX(0,100-1.5*SUMIFS(台账!I$2:I${last_row},台账!H$2:H${last_row},A{n}))",
                f"SUMIFS(考核表!B$2:B${last_item},考核表!A$2:A${last_item},A{n})/2",
                f"SUMIFS(第三方!B$2:B${last},第三方!A$2:A${last},A{n})",
                f"ROUND(C{n}*0.3+D{n}*0.4+E{n}*0.3,2)",
                f'IF(F{n}>=90,"优秀",IF(F{n}>=80,"良好",IF(F{n}>=60,"合格","不合格")))',
                f'COUNTIFS(B$2:B${last},B{n},F$2:F${last},">"&F{n})+1',
            ),
            2,
        ):
            out.write_formula(at, column, formula, None, "")
    book.close()


def pandas_script(folder: Path, out: Path) -> None:
    """What an analyst would write; no check, binary fractions."""
    ledger = pd.concat(
        pd.read_excel(path, dtype={"扣分项": str})
        for path in sorted((folder / "平时考核台账").iterdir())
    )
    units = pd.read_excel(folder / "考核对象.xlsx")
    forms = pd.concat(pd.read_excel(path) for path in sorted((folder / "自我考核").rglob("*.xlsx")))
    given = pd.read_excel(folder / "第三方评估.xlsx")
    home = units.set_index("单位名称")["所属单位"]
    parent = ledger["单位"].map(home)
    for name in ("整改期限", "整改完成日期"):
        ledger[name] = pd.to_datetime(ledger[name])
    late = (ledger["整改期限"] <= "2024-12-31") & (
        ledger["整改完成日期"].isna() | (ledger["整改完成日期"] > ledger["整改期限"])
    )
    counts = (ledger["扣分项"] == "1") | late
    verified = ledger["扣分项"].isin(["2.2", "4"])
    counts = counts.where(~verified, ledger["核实结果"] == "属实")
    counts &= ledger["撤销日期"].isna() & (ledger["核实结果"] != "不属实")
    counts &= parent.isna() | (ledger["扣分项"] == "1")
    ledger["计入"] = counts
    lost = ledger[counts].groupby(parent.fillna(ledger["单位"])[counts]).size()
    table = units[units["所属单位"].isna()].set_index("单位名称")[["类别"]]
    table["平时考核"] = (100 - 1.5 * lost.reindex(table.index).fillna(0)).clip(lower=0)
    table["自我考核"] = forms.groupby("单位")["核查得分"].sum() / 2
    table["第三方"] = given.set_index("单位")["得分"]
    total = table["平时考核"] * 0.3 + table["自我考核"] * 0.4 + table["第三方"] * 0.3
    table["综合"] = (total + 1e-9).round(2)
    table["排名"] = table.groupby("类别")["综合"].rank(method="min", ascending=False)
    with pd.ExcelWriter(out) as book:
        table.to_excel(book, sheet_name="汇总")
        ledger.to_excel(book, sheet_name="台账", index=False)
        forms.to_excel(book, sheet_name="考核表", index=False)


def composites(name: str, at: Path) -> dict[str, Decimal]:
    """The composite of every unit, with two decimals."""
    if name == ENGINE:
        frame = pl.read_parquet(at / "engine" / "单位成绩.parquet")
        pairs = frame.select("unit", pl.col("composite").cast(pl.String)).iter_rows()
    elif name == OURS:
        import json

        found = json.loads((at / "rules" / "results.json").read_text("utf-8"))
        pairs = ((one["unit"], one["composite"]) for one in found["units"])
    else:
        path = at / ("computed/formulas.xlsx" if name == FORMULAS else "script.xlsx")
        column = 5
        frame = pd.read_excel(path, sheet_name="汇总", header=None if name == FORMULAS else 0)
        rows = frame.dropna(subset=[frame.columns[column]])
        pairs = zip(rows[rows.columns[0]], rows[rows.columns[column]], strict=True)
    return {str(unit): round(Decimal(str(value)), 2) for unit, value in pairs}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("-n", "--times", type=int, default=1)
    parser.add_argument("--script", nargs=2, type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.script:
        pandas_script(*given.script)
        return 0
    with tempfile.TemporaryDirectory() as home:
        at = Path(home)
        books, columns = simulate(at / "books", "xlsx"), simulate(at / "columns", "parquet")
        formulas(columns, at / "formulas.xlsx")
        grade = [sys.executable, "-m", "scoring", "grade"]
        commands: Mapping[str, list[str | Path]] = {
            FORMULAS: ["soffice", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
                       "--outdir", at / "computed", at / "formulas.xlsx"],
            SCRIPT: [sys.executable, Path(__file__), "--script", books, at / "script.xlsx"],
            OURS: [*grade, books, "--engine", "rules", "--out", at / "rules", "-q"],
            ENGINE: [*grade, columns, "--engine", "polars", "--out", at / "engine", "-q"],
        }  # fmt: skip
        runs: dict[str, list[Run]] = {name: [] for name in commands}
        for _ in range(given.times):
            for name, command in commands.items():
                runs[name].append(timed(command))
                last = runs[name][-1]
                print(f"{name:<40} {last.seconds:7.1f} s {last.memory:6.0f} MiB", flush=True)
        found = {name: composites(name, at) for name in commands}
        for name, own in found.items():
            if own != found[OURS]:
                raise RuntimeError(f"{name} and {OURS} differ")

    def middle(name: str, what: str) -> float:
        return statistics.median(getattr(run, what) for run in runs[name])

    print(machine())
    print("| | seconds | memory, MiB | kaohe grade is faster by |")
    print("|---|---|---|---|")
    for name in commands:
        ratio = middle(name, "seconds") / middle(OURS, "seconds")
        engine = middle(name, "seconds") / middle(ENGINE, "seconds")
        said = f"{ratio:.1f}; with the engine {engine:.1f}"
        print(f"| {name} | {middle(name, 'seconds'):.1f} | {middle(name, 'memory'):.0f} | {said} |")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(str(error))
