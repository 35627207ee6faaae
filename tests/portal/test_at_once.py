"""Many at once, at a server of its own: no row of the ledger is lost, and none gets another one's number."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scoring.portal.start import DEMO_PASSWORD
from tests.portal.web import Visitor, serving

PEOPLE = ("督查组-台账", "市政府办公室-台账", "办公室", "管理员")
ROWS = 3
"""Rows that each of them enters."""


def enter(address: str, name: str) -> list[str]:
    visitor = Visitor(address)
    visitor.login(name, DEMO_PASSWORD)
    provider, rule = ("市政府办公室", "2.1") if "办公室" in name else ("督查组", "3")
    found = []
    for number in range(ROWS):
        fields = {
            "单位": "柏川县人民政府", "扣分项": rule, "发现日期": "2025-09-11", "整改期限": "2025-09-25",
            "问题描述": f"{name}发现的第{number}个问题", "similar": "ok",
        }  # fmt: skip
        status, page = visitor.post(f"/2025/台账/{provider}/登记", fields)
        assert status == 200, page
        said = re.search(r"已登记(\S+)。", page)
        assert said is not None, page
        found.append(said[1])
    return found


def test_rows_entered_at_once_are_all_there(tmp_path: Path) -> None:
    with serving("--demo", config=tmp_path) as address:
        with ThreadPoolExecutor(len(PEOPLE)) as pool:
            made = [n for some in pool.map(lambda name: enter(address, name), PEOPLE) for n in some]
        assert len(set(made)) == len(PEOPLE) * ROWS
        office = Visitor(address)
        office.login("办公室", DEMO_PASSWORD)
        _, shown = office.get("/2025/台账/")
        assert [number for number in made if number not in shown] == []
        assert "日志完整" in office.get("/日志?check=1")[1]
