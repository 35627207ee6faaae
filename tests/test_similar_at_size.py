"""Ledger rows that may be one problem, registered twice: an engine points out those that the ordinary way does."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scoring.engines import EngineName
from scoring.intake.bulk import recurring
from tests.test_engines import FAST, agree, simulated
from tests.thorough import examples

TEXTS = (
    "网站栏目长期未更新", "栏目长期不更新", "第3号文件未公开", "第4号文件未公开", "机构简介没有公开",
    "网站栏目長期未更新（第３次）",
)  # fmt: skip
PROVIDERS = (None, "督查组", "市政府办公室", "督 查组")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulated(tmp_path_factory.mktemp("similar") / "2024", units=4, rows=20)


entries = st.fixed_dictionaries({
    "file": st.integers(0, 1), "unit": st.integers(0, 3), "rule": st.sampled_from(["1", "5"]),
    "day": st.sampled_from([0, 1, 7, 8, 15]), "text": st.sampled_from(TEXTS), "provider": st.sampled_from(PROVIDERS),
    "revoked": st.integers(0, 5).map(lambda n: n == 0),
    "finding": st.sampled_from([None, None, "不属实", "属实"]),
})  # fmt: skip


def ledger(rows: list[dict[str, Any]], units: list[str], *, named: bool) -> pa.Table:
    """Rows of a ledger as it is handed in; the providers stand in it where they are ``named``."""
    first = date(2024, 3, 1)
    found = [first + timedelta(days=row["day"]) for row in rows]
    columns: dict[str, Any] = {
        "台账编号": [f"{row['file']}-{at:04}" for at, row in enumerate(rows, start=1)],
        "单位": [units[row["unit"]] for row in rows],
        "扣分项": [row["rule"] for row in rows],
        "问题描述": [row["text"] for row in rows],
        "发现日期": found,
        "提供单位": [row["provider"] for row in rows],
        "整改期限": [None if row["rule"] == "1" else day + timedelta(30) for row, day in zip(rows, found, strict=True)],
        "核实结果": [row["finding"] for row in rows],
        "撤销日期": [date(2024, 6, 1) if row["revoked"] else None for row in rows],
        "撤销理由": ["申诉成立" if row["revoked"] else None for row in rows],
    }  # fmt: skip
    if not named:
        del columns["提供单位"]
    days = ("发现日期", "整改期限", "撤销日期")
    return pa.table({
        name: pa.array(values, pa.date32() if name in days else pa.string())
        for name, values in columns.items()
    })  # fmt: skip


def _apart(days: int) -> list[dict[str, Any]]:
    """One problem that two providers wrote down some days after each other, of a unit of which nothing else is odd."""
    row = {"file": 0, "unit": 3, "rule": "1", "day": 0, "text": TEXTS[0], "provider": "督查组",
           "revoked": False, "finding": None}  # fmt: skip
    return [row, {**row, "file": 1, "day": days, "text": TEXTS[1], "provider": "市政府办公室"}]


@pytest.mark.parametrize("engine", FAST)
@example(rows=_apart(7), named=True, at_once=50)
@example(rows=_apart(8), named=True, at_once=50)
@example(rows=_apart(7), named=False, at_once=50)
@given(
    rows=st.lists(entries, min_size=2, max_size=12),
    named=st.booleans(),
    at_once=st.sampled_from([7, 50]),
)
@settings(max_examples=examples(40), deadline=None)
def test_the_same_rows_are_pointed_out(
    engine: EngineName, rows: list[dict[str, Any]], named: bool, at_once: int, sound: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    """Two files of two providers, in shares of few rows as of many."""
    folder = shutil.copytree(sound, tmp_path_factory.mktemp("year") / "2024")
    units = pq.read_table(folder / "考核对象.parquet")["单位名称"].to_pylist()[:4]
    shutil.rmtree(folder / "平时考核台账")
    (folder / "平时考核台账").mkdir()
    for number, name in enumerate(("甲局", "乙局")):
        own = [row for row in rows if row["file"] == number]
        pq.write_table(ledger(own, units, named=named), folder / "平时考核台账" / f"{name}.parquet")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recurring, "AT_ONCE", at_once)
        agree(folder, engine)
