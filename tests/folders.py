"""Assessment folders of real files, from a few plain values."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import yaml

POINTS: dict[str, int] = {
    "1.1": 10,
    "2.1": 5, "2.2": 5, "2.3": 5, "2.4": 5, "2.5": 5,
    "3.1": 5, "3.2": 5, "3.3": 5, "3.4": 5, "3.5": 5,
    "4.1": 4, "4.2": 6, "4.3": 4, "4.4": 3, "4.5": 3,
    "5.1": 3, "5.2": 3, "5.3": 3, "5.4": 3, "5.5": 3,
    "6.1": 2, "6.2": 1, "6.3": 2,
}  # fmt: skip
"""The example table of 100 points."""


def records(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """The typed rows of a table as values by column."""
    return [row._asdict() for row in rows]


LEDGER_HEADER = [
    "台账编号", "单位", "扣分项", "问题描述", "发现日期", "来源文号", "提供单位", "整改期限",
    "整改完成日期", "核实结果", "撤销日期", "撤销理由", "备注",
]  # fmt: skip
FORM_HEADER = [
    "指标编号", "一级指标", "二级指标", "评分标准", "分值", "自评分", "自评说明", "证明材料",
    "核查得分", "核查单位", "核查说明",
]  # fmt: skip


def spread(total: Any, skip: Iterable[str] = ()) -> dict[str, Decimal]:
    """Verified item scores that add up to ``total``: full points from the top until it is used up."""
    left = Decimal(str(total))
    out = {}
    for code, points in POINTS.items():
        if code in set(skip):
            continue
        out[code] = min(left, Decimal(points))
        left -= out[code]
    assert left == 0, f"{total} is more than the points"
    return out


def write_sheet(path: Path, rows: Iterable[Sequence[Any]], sheet: str = "Sheet1") -> Path:
    """A workbook of one sheet. Decimals are written as numbers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    values = [[float(v) if isinstance(v, Decimal) else v for v in row] for row in rows]
    # By what is written, not by equality: 1, 1.0 and True are three different cells.
    key = (sheet, repr(values))
    content = _written.get(key)
    if content is None:
        content = _written[key] = _workbook(values, sheet)
    path.write_bytes(content)
    return path


_written: dict[tuple[str, str], bytes] = {}
"""Workbooks of this process. Most tests change a cell or two of the same few files, and making a
workbook takes longer than reading and scoring it."""


def _workbook(values: Iterable[Sequence[Any]], sheet: str) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in values:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def write_table(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """A workbook of one sheet, of rows by column name."""
    head = list(dict.fromkeys(key for row in rows for key in row))
    return write_sheet(path, [head, *([row.get(key) for key in head] for row in rows)])


def form_rows(
    unit: str,
    period: str,
    verified: Mapping[str, Any],
    year: Any = 2024,
    points: Mapping[str, Any] = POINTS,
) -> list[list[Any]]:
    """A 考核表 whose self-scores are the ``points`` of the items and whose verified scores are given."""
    rows: list[list[Any]] = [
        ["政府信息公开工作考核表"],
        ["单位", unit, None, "考核年度", year, "期次", period],
        FORM_HEADER,
    ]
    for code, full in points.items():
        if code in verified:
            rows.append(
                [code, None, None, None, full, full, None, None, verified[code], None, None]
            )
    rows.append(["合计", None, None, None, sum(points.values())])
    return rows


def write_settings(folder: Path, **settings: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    values = {"scheme": "heze", "year": 2024, **settings}
    text = yaml.safe_dump(values, allow_unicode=True, sort_keys=False)
    (folder / "assessment.yaml").write_text(text, "utf-8")


def write_folder(
    folder: Path,
    units: Mapping[str, Mapping[str, Any]],
    ledger: Sequence[Mapping[str, Any]] = (),
    settings: Mapping[str, Any] | None = None,
) -> Path:
    """An assessment folder. ``units`` maps a name to 类别, 所属单位, 上半年, 下半年 (verified sums
    or items), 第三方; what is not given is not handed in. ``ledger`` rows are by column name."""
    write_settings(folder, **(settings or {}))
    listed = [
        [name, u.get("类别", "县区"), u.get("简称"), u.get("所属单位")] for name, u in units.items()
    ]
    write_sheet(folder / "考核对象.xlsx", [["单位名称", "类别", "简称", "所属单位"], *listed])
    rows = [[row.get(name) for name in LEDGER_HEADER] for row in ledger]
    write_sheet(folder / "平时考核台账" / "台账.xlsx", [LEDGER_HEADER, *rows])
    given: list[list[Any]] = []
    for name, unit in units.items():
        if unit.get("第三方") is not None:
            given.append([name, unit["第三方"]])
        for period in ("上半年", "下半年"):
            verified = unit.get(period)
            if verified is None:
                continue
            exempt = (settings or {}).get("not_applicable", {}).get(name, ())
            if not isinstance(verified, Mapping):
                verified = spread(verified, exempt)
            path = folder / "自我考核" / period / f"{name}.xlsx"
            write_sheet(path, form_rows(name, period, verified))
    write_sheet(folder / "第三方评估.xlsx", [["单位", "得分"], *given])
    return folder
