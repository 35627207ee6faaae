"""The row account as a theorem: every line and row of every file is read, refused, or named as no data,
for every table and format; and no row that says what it is about is taken for a footer."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import xlrd
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.intake import inspect_folder
from scoring.intake.table import FileReport
from tests.conftest import SAMPLE
from tests.corpus.base import LEDGER_HEADER, UNIT_ROWS
from tests.folders import POINTS, write_settings, write_sheet
from tests.thorough import examples

UNITS = ["甲山县", "乙水县", "丙市财政局", "市财政局", "甲山县卫健局", "甲山具", "办公室", "合计"]
WORDS = [
    "栏目空白",
    "链接失效",
    "备注栏没有公开",
    "合计数不符",
    "答复没有签字（盖章）",
    "说明：见附件",
    "两行\n的描述",
]


@dataclass
class Table:
    """A table's file name, its header, its rows above, its rows of data as strategies."""

    name: str
    header: list[str]
    data: st.SearchStrategy[list[Any]]
    above: list[list[Any]] = field(default_factory=list)


def fixed(*values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.tuples(*values).map(list)


_some = st.sampled_from
_day = _some(["2024-03-05", "2024年4月", "20240506", "5月6日", None])
_code = st.integers(1, 99999).map(lambda n: f"T{n}")
_score = _some([90, 88.5, "90%", None, 101, "九十"])

TABLES = [
    Table(
        "平时考核台账/甲", LEDGER_HEADER,
        fixed(_code, _some(UNITS), _some(["1", "2.1", "9"]), _some(WORDS), _day, _day, _day,
              _some(["属实", None, "大概"]), st.none(), st.none(), _some([None, "合计", "备注：无"])),
        [["2024年度平时考核台账"], ["填报单位：市政府办公室"]],
    ),
    Table(
        "考核对象", ["单位名称", "类别", "简称", "所属单位"],
        fixed(_some(["丁市水利局", "办公室", "合计中心", "联系电话管理处"]),
              _some(["部门", "县区", "县"]), st.none(), _some([None, "甲山县", "丙市"])),
        [["机构序列"]],
    ),
    Table(
        "第三方评估", ["单位", "得分", "评估机构"],
        fixed(_some(UNITS[:5]), _score, _some(["某大学", None])),
        [["第三方评估得分表"]],
    ),
    Table(
        "自我考核/上半年/甲", ["指标编号", "二级指标", "分值", "自评分", "核查得分"],
        fixed(_some([*POINTS, "9.9"]), _some(["目录", "合计", None]), _some([5, 10, None]), _score, _score),
        [["单位：甲山县", None, "考核年度：2024", None, "期次：上半年"]],
    ),
    Table(
        "自我考核/长表", ["单位", "期次", "指标编号", "自评分", "核查得分"],
        fixed(_some(UNITS), _some(["上半年", "下半年", "一季度"]), _some([*POINTS, "9.9"]), _score, _score),
        [["自我考核汇总表"]],
    ),
    Table(
        "节假日", ["日期", "类型", "节日"],
        fixed(_some(["2024-01-01", "2027-01-01", "1月1日", "2024年2月"]), _some(["放假", "上班", "休息"]),
              _some(["元旦", None])),
        [["节假日安排"]],
    ),
]  # fmt: skip

JUNK: list[list[Any]] = [
    [], [None, None], [""], ["　"], ["合计", None, 3], ["小计：", 2], ["填表人：张三", None, "审核人：李四"],
    ["（盖章）"], [None, None, "2024年12月31日"], ["以下空白"], ["注：本表一式两份"], ["最高分", 90],
    [None, "平均分", 88.2], ["单位主要负责人（签字）："], [None, "年  月  日"], ["第1页，共2页"], ["本月无"],
]  # fmt: skip
HEADER, DATA, OTHER = "header", "data", "other"


@st.composite
def contents(draw: st.DrawFn) -> tuple[Table, list[tuple[str, list[Any]]]]:
    """A table, and the rows of its file from the top, each with what it is."""
    table = draw(st.sampled_from(TABLES))
    rows: list[tuple[str, list[Any]]] = []
    if draw(st.booleans()):
        rows += [(OTHER, row) for row in [*table.above, []]]
    elif "自我考核/上" in table.name:
        rows += [(OTHER, row) for row in table.above]
    rows.append((HEADER, list(table.header)))
    body = st.one_of(
        table.data.map(lambda row: (DATA, row)), table.data.map(lambda row: (DATA, row)),
        st.sampled_from(JUNK).map(lambda row: (OTHER, list(row))),
        st.just((HEADER, list(table.header))),
    )  # fmt: skip
    rows += draw(st.lists(body, max_size=14))
    return table, rows


# Writing, and counting by other means than the program's


def as_xlsx(rows: list[list[Any]], path: Path) -> int:
    write_sheet(path, rows)
    page = openpyxl.load_workbook(path).active
    return max((c.row for row in page.iter_rows() for c in row if c.value is not None), default=0)


def as_csv(rows: list[list[Any]], path: Path) -> int:
    out = io.StringIO()
    width = max(map(len, rows))
    csv.writer(out, lineterminator="\r\n").writerows(
        [[*r, *[None] * (width - len(r))] for r in rows]
    )
    path.write_bytes(out.getvalue().encode("gb18030"))
    return len(re.split(rb"\r\n|\r|\n", path.read_bytes())) - 1


def as_xls(rows: list[list[Any]], path: Path) -> int:
    book = xlwt.Workbook()
    page = book.add_sheet("表")
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            if value is not None:
                page.write(i, j, value)
    book.save(str(path))
    return int(xlrd.open_workbook(path).sheet_by_index(0).nrows)


def as_parquet(rows: list[list[Any]], path: Path) -> int:
    """The header is the names of the columns and counts as one row more."""
    names, body = rows[0], rows[1:]
    columns = {
        name: pa.array([None if i >= len(r) or r[i] is None else str(r[i]) for r in body], pa.string())
        for i, name in enumerate(names)
    }  # fmt: skip
    pq.write_table(pa.table(columns), path)
    return int(pq.ParquetFile(path).metadata.num_rows) + 1


WRITERS: dict[str, Callable[[list[list[Any]], Path], int]] = {
    "xlsx": as_xlsx, "csv": as_csv, "xls": as_xls, "parquet": as_parquet,
}  # fmt: skip


def account(folder: Path, file: str) -> list[FileReport]:
    return [report for report in inspect_folder(folder).reports if report.file == file]


@given(contents(), st.sampled_from(list(WRITERS)))
@settings(
    max_examples=examples(250),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
def test_lines_and_rows_are_read_named_or_refused(
    made: tuple[Table, list[tuple[str, list[Any]]]], suffix: str
) -> None:
    table, rows = made
    if suffix == "parquet":
        # Its header is the columns' names: nothing stands above it.
        if "上半年" in table.name:
            suffix = "xls"
        else:
            rows = rows[next(i for i, (what, _) in enumerate(rows) if what == HEADER) :]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "2024"
        write_settings(folder)
        if table.name != "考核对象":
            write_sheet(folder / "考核对象.xlsx", UNIT_ROWS)
        file = f"{table.name}.{suffix}"
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        counted = WRITERS[suffix]([row for _, row in rows], path)
        reports = account(folder, file)
    assert reports, "a file without an account"
    for report in reports:
        assert report.adds_up()
    assert sum(r.above + r.rows + r.unused for r in reports) == counted
    first = 0 if suffix == "parquet" else 1
    numbers = _numbers(rows, suffix, first)
    identified = {n for n, (what, _) in zip(numbers, rows, strict=True) if what == DATA}
    named = {row.row for report in reports for row in report.no_data}
    assert not identified & named
    assert sum(r.read + r.refused for r in reports) >= len(identified)


def _numbers(rows: list[tuple[str, list[Any]]], suffix: str, first: int) -> list[int]:
    """The number of each row: in a csv file that of its first line."""
    out, at = [], first
    for _, row in rows:
        out.append(at)
        lines = max((str(v).count("\n") for v in row if v is not None), default=0)
        at += 1 + (sum(str(v).count("\n") for v in row) if suffix == "csv" and lines else 0)
    return out


def test_the_whole_sample_adds_up() -> None:
    reports = inspect_folder(SAMPLE).reports
    by_file: dict[str, int] = {}
    for report in reports:
        assert report.adds_up()
        by_file[report.file] = (
            by_file.get(report.file, 0) + report.above + report.rows + report.unused
        )
    for file, total in by_file.items():
        if not file.endswith(".xlsx"):
            continue
        book = openpyxl.load_workbook(SAMPLE / file, read_only=False)
        last = [
            max((c.row for row in page.iter_rows() for c in row if c.value is not None), default=0)
            for page in book
        ]
        assert total == sum(last), file
