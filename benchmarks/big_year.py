"""An assessment folder of many units and ledger rows, the same each time: an invented province's year up
to the end of November. ``benchmarks/daily.py`` measures with it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from scoring.scheme import Ledger, Rule, Scheme, SelfAssessment

AS_OF = date(2024, 11, 30)
"""The day on which everything is looked at; nothing was found later."""
PERIOD = "上半年"
HEADER = (
    "台账编号", "单位", "扣分项", "问题描述", "发现日期", "提供单位", "整改期限", "整改完成日期",
    "核实结果",
)  # fmt: skip
_MATTERS = (
    "目录更新不及时",
    "政策解读缺失",
    "网站链接失效",
    "办事指南与实际不符",
    "公开电话无人接听",
)


def write_big_year(folder: Path, scheme: Scheme, units: int, rows: int) -> Path:
    """A folder with that many units, that many ledger rows in a workbook for each provider, and the
    verified forms of the first half of the year in one long table."""
    folder.mkdir(parents=True)
    (folder / "assessment.yaml").write_text(
        f"scheme: {scheme.name}\nyear: 2024\nregion: 示例省\n", "utf-8"
    )
    groups = scheme.groups
    names = [f"示例省第{n + 1:04}号机关" for n in range(units)]
    listed = [(name, groups[min(n % 4, len(groups) - 1)]) for n, name in enumerate(names)]
    _csv(folder / "考核对象.csv", [("单位名称", "类别"), *listed])
    for leaf in scheme.leaves().values():
        if isinstance(leaf, Ledger):
            _ledger(folder / leaf.table, leaf, names, rows)
        elif isinstance(leaf, SelfAssessment):
            _csv(folder / f"{leaf.table}.csv", _forms(leaf, listed))
    return folder


def _csv(path: Path, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)


def _ledger(folder: Path, ledger: Ledger, names: Sequence[str], count: int) -> None:
    folder.mkdir()
    # Mostly what counts only where it is not rectified in time, as in a real year.
    usual = [rule for rule in ledger.rules if rule.counts == "overdue"]
    rare = [rule for rule in ledger.rules if rule.counts != "overdue"] or usual
    books: dict[str, list[tuple[Any, ...]]] = {}
    for n in range(count):
        rule = rare[n // 8 % len(rare)] if n % 8 == 0 else usual[n * 7 % len(usual)]
        books.setdefault(rule.provider, []).append(_row(n, names[n * 7919 % len(names)], rule))
    for provider, lines in books.items():
        book = xlsxwriter.Workbook(folder / f"{provider}.xlsx", {"constant_memory": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for at, line in enumerate(lines, 1):
            for column, value in enumerate(line):
                if isinstance(value, date):
                    sheet.write_datetime(at, column, value, day)
                elif value is not None:
                    sheet.write(at, column, value)
        book.close()


def _row(n: int, unit: str, rule: Rule) -> tuple[Any, ...]:
    found = date(2024, 1, 1) + timedelta(days=n * 31 % (AS_OF - date(2024, 1, 1)).days)
    deadline = found + timedelta(days=15 + n % 16) if rule.counts == "overdue" else None
    # One in thirty is late or still waits; of what was reported, a third is found to be true.
    took = 40 + n % 50 if n % 30 == 0 else 3 + n % 12
    rectified = found + timedelta(days=took)
    verified = ("属实", "不属实", "不属实")[n // 8 % 3] if rule.counts == "verified" else None
    return (
        f"TZ2024{n + 1:06}", unit, rule.code, f"{_MATTERS[n % 5]}（{n + 1}）", found, rule.provider,
        deadline, rectified if rectified <= AS_OF else None, verified,
    )  # fmt: skip


def _forms(form: SelfAssessment, units: Iterable[tuple[str, str]]) -> Iterator[tuple[object, ...]]:
    yield ("单位", "期次", "指标编号", "分值", "自评分", "核查得分")
    for u, (unit, group) in enumerate(units):
        for i, item in enumerate(form.items(group)):
            points = item.points / 10_000
            less = (u * 7 + i * i) % 11 == 0
            yield unit, PERIOD, item.code, points, points, points - 1 if less else points
