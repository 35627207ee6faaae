"""Small years in real files, under schemes that leave out or vary what the shipped ones have: one without
grades, and two whose values differ by group."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.folders import form_rows, write_settings, write_sheet, write_table

Spec = dict[str, Any]
HEAD = {"title": "示例考核办法", "subject": "政务公开工作", "source": "示例", "clause": "一"}
GRADES = [{"name": "优秀", "from": 90}, {"name": "合格", "from": 60}, {"name": "不合格"}]
PERIODS = [{"name": "上半年", "due": "7月15日"}, {"name": "下半年", "due": "次年1月15日"}]


def _rule(code: str, title: str, **more: Any) -> Spec:
    return {"code": code, "title": title, "counts": "notified", "provider": "市公开办",
            "clause": f"二（{code}）", "points": 1.5, **more}  # fmt: skip


def _area(code: str, *points: float) -> Spec:
    items = [
        {"code": f"{code}.{i}", "title": f"指标{code}.{i}", "points": p, "verifier": "市公开办"}
        for i, p in enumerate(points, 1)
    ]
    return {"area": f"一级指标{code}", "points": sum(points), "items": items}


UNGRADED: Spec = {
    "name": "paiming", **HEAD, "groups": ["县区", "部门"], "ranks": "next",
    "components": {
        "ledger": {"kind": "ledger", "title": "日常台账", "table": "台账", "clause": "二", "weight": 40, "start": 100, "floor": 0, "rules": [
            _rule("1", "通报问题"), _rule("2", "逾期问题", counts="overdue")]},
        "form": {"kind": "self_assessment", "title": "自我考核", "table": "考核表", "clause": "三", "weight": 40, "full": 100,
                 "periods": PERIODS, "indicators": [_area("1", 30, 30), _area("2", 40)]},
        "site": {"kind": "score", "title": "网站", "table": "网站", "clause": "四", "weight": 20, "full": 100},
    },
}  # fmt: skip
"""Ranking only, equal ones 1, 1, 2."""

WEIGHTED: Spec = {
    "name": "fenlei2", **HEAD, "groups": ["县区", "部门"],
    "components": {
        "ledger": {"kind": "ledger", "title": "日常台账", "table": "台账", "clause": "二",
            "weight": {"县区": 50, "部门": 40}, "full": {"县区": 50, "部门": 100}, "start": {"县区": 50, "部门": 100},
            "floor": {"县区": 10, "部门": 0}, "ceiling": {"县区": 50, "部门": 102}, "gate": {"县区": 20, "部门": 30},
            "categories": [{"code": "甲", "title": "更新类", "cap": {"县区": 8, "部门": 6}, "clause": "二"}],
            "rules": [
                _rule("1", "通报问题", points={"县区": 2, "部门": 1.5}, cap={"县区": 6, "部门": 4.5}, category="甲"),
                _rule("2", "逾期问题", counts="overdue", points={"县区": {"from": 1, "to": 3}, "部门": 2}),
                _rule("3", "少于规定次数", counts="minimum", points=0.5, minimum={"县区": 3, "部门": 2}),
                _rule("4", "部门专项", groups=["部门"], points=1)]},
        "form": {"kind": "self_assessment", "title": "自我考核", "table": "考核表", "clause": "三", "weight": {"县区": 30, "部门": 60},
            "full": {"县区": 100, "部门": 60}, "periods": PERIODS, "gate": {"县区": 30, "部门": 20},
            "indicators": {"县区": [_area("1", 30, 30), _area("2", 40)], "部门": [_area("1", 20, 40)]}},
        "site": {"kind": "score", "title": "网站", "table": "网站", "clause": "四", "weight": {"县区": 20}, "full": {"县区": 30}, "groups": ["县区"]},
        "plus": {"kind": "score", "title": "加分", "table": "加分", "clause": "五", "adds": True, "full": {"县区": 5, "部门": 3}, "missing": "zero"},
    },
    "precedence": ["form", "ledger"],
    "grades": {"县区": GRADES, "部门": [{"name": "好", "from": 85}, {"name": "差"}]},
}  # fmt: skip
"""Two groups with everything that may differ, weighed out of 100."""

ADDED: Spec = {
    "name": "jiafen2", **HEAD, "groups": ["县区", "部门"], "full": {"县区": 130, "部门": 100},
    "components": {
        "ledger": {"kind": "ledger", "title": "日常台账", "table": "台账", "clause": "二",
            "full": {"县区": 50, "部门": 40}, "start": {"县区": 50, "部门": 40}, "floor": {"县区": 10, "部门": 0},
            "rules": [
                _rule("1", "通报问题", points={"县区": 2, "部门": 1.5}, cap={"县区": 6, "部门": 4.5}),
                _rule("2", "逾期问题", counts="overdue", points={"县区": 3, "部门": 2}),
                _rule("3", "少于规定次数", counts="minimum", points=0.5, minimum={"县区": 3, "部门": 2}),
                _rule("4", "部门专项", groups=["部门"], points=1)]},
        "form": {"kind": "self_assessment", "title": "自我考核", "table": "考核表", "clause": "三",
            "full": {"县区": 50, "部门": 60}, "gate": {"县区": 15, "部门": 20}, "periods": PERIODS,
            "indicators": {"县区": [_area("1", 10, 20), _area("2", 20)], "部门": [_area("1", 20, 40)]}},
        "site": {"kind": "score", "title": "网站", "table": "网站", "clause": "四", "full": 30, "groups": ["县区"]},
        "plus": {"kind": "score", "title": "加分", "table": "加分", "clause": "五", "adds": True, "full": {"县区": 5, "部门": 3}, "missing": "zero"},
    },
    "grades": {"县区": [{"name": "优秀", "from": 117}, {"name": "合格"}], "部门": [{"name": "优秀", "from": 90}, {"name": "合格"}]},
}  # fmt: skip
"""Two groups with everything that may differ, points added up."""

UNITS = {"甲县": "县区", "乙县": "县区", "丙县": "县区", "丁局": "部门", "戊局": "部门"}


def _row(number: str, unit: str, rule: str, **more: Any) -> Spec:
    return {"台账编号": number, "单位": unit, "扣分项": rule, "问题描述": f"问题{number}",
            "发现日期": "2024-03-05", "提供单位": "市公开办", **more}  # fmt: skip


def ledger_rows(scheme: Spec) -> list[Spec]:
    """Rows of the common ledger that hold for the units' groups."""
    late = {"整改期限": "2024-04-01"}
    rows = [_row("1", "甲县", "1"), _row("2", "甲县", "2", **late), _row("3", "丁局", "1"),
            _row("4", "戊局", "2", **late), _row("5", "戊局", "1")]  # fmt: skip
    rules = scheme["components"]["ledger"]["rules"]
    if any(r["code"] == "4" for r in rules):
        rows += [_row("6", "丁局", "4"), _row("7", "甲县", "3"), _row("8", "丁局", "3")]
        rows += [_row(f"1{i}", "乙县", "1") for i in range(4)]
    if isinstance(rules[1]["points"], Mapping) and isinstance(rules[1]["points"]["县区"], Mapping):
        rows[1]["扣分"] = 2
    return rows


def items_of(scheme: Spec, group: str) -> dict[str, float]:
    """The items of a group's form with their points."""
    said = scheme["components"]["form"]["indicators"]
    areas = said[group] if isinstance(said, Mapping) else said
    return {item["code"]: item["points"] for area in areas for item in area["items"]}


def write_form(path: Path, scheme: Spec, unit: str, period: str, less: float) -> None:
    """A verified form: full points but ``less`` off the last item."""
    items = items_of(scheme, UNITS[unit])
    last = list(items)[-1]
    verified = {code: points - (less if code == last else 0) for code, points in items.items()}
    write_sheet(path, form_rows(unit, period, verified, points=items))


def small_year(folder: Path, scheme: Spec, **settings: Any) -> Path:
    """The folder of a year in which every number that differs by group counts for some unit."""
    file = f"{scheme['name']}.yaml"
    write_settings(folder, **{"scheme": file, "region": "示例市", **settings})
    dumped = yaml.safe_dump(scheme, allow_unicode=True, sort_keys=False)
    (folder / file).write_text(dumped, "utf-8")
    write_table(folder / "考核对象.xlsx", [{"单位名称": u, "类别": g} for u, g in UNITS.items()])
    write_table(folder / "台账.xlsx", ledger_rows(scheme))
    for period in ("上半年", "下半年"):
        for i, unit in enumerate(UNITS):
            less = 0 if unit == "丙县" else 4 + i
            write_form(folder / "考核表" / period / f"{unit}.xlsx", scheme, unit, period, less)
    site = scheme["components"]["site"]
    full = site["full"] if isinstance(site["full"], int) else site["full"]["县区"]
    with_site = [u for u, g in UNITS.items() if g in site.get("groups", [g])]
    write_table(
        folder / "网站.xlsx",
        [{"单位": u, "得分": full - 2 - i % 2} for i, u in enumerate(with_site)],
    )
    if "plus" in scheme["components"]:
        write_table(folder / "加分.xlsx", [{"单位": u, "得分": 2} for u in UNITS])
    return folder
