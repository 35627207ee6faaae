"""Assessments in memory: one of any rows, and an invented year of an invented city with 52 units, a
ledger, two forms each, a third-party score.

The year is counted off by fixed steps, so that the same numbers come out every time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from scoring.intake.assessment import Assessment
from scoring.intake.settings import Settings
from scoring.lookup.text import fold
from scoring.lookup.units import Unit, UnitList
from scoring.scheme import Ledger, Scheme, Score, SelfAssessment, load_scheme
from scoring.score import Result, score
from scoring.tables import make_tables

CONFIG = Path(__file__).resolve().parent.parent / "config"

Rows = dict[str, list[dict[str, Any]]]


def assessment_of(scheme: Scheme, rows: Rows, year: int = 2024) -> Assessment:
    """An assessment in memory, of the rows of its tables."""
    settings = Settings.model_validate({"scheme": scheme.name, "year": year, "region": "示例市"})
    listed = [
        Unit(r["unit"], r["group"], (), r.get("parent"), r["position"]) for r in rows["units"]
    ]
    units = UnitList(listed, {fold(u.name): u for u in listed})
    return Assessment(
        "2024", settings, scheme, "s.yaml", make_tables(rows), (), (), (), units=units
    )


_HEADS = "东西南北中上下长安平"
_COUNTIES = [f"示例市{head}河县" for head in _HEADS] + [
    "示例市临湖区",
    "示例市经济技术开发区管理委员会",
    "示例市高新技术产业开发区管理委员会",
    "示例市现代农业与生态旅游融合发展示范区管理委员会",
]
_MATTERS = [
    "发展和改革", "教育", "科学技术", "工业和信息化", "公安", "民政", "司法", "财政",
    "人力资源和社会保障", "自然资源和规划", "生态环境", "住房和城乡建设", "交通运输", "水务",
    "农业农村", "商务", "文化和旅游", "卫生健康", "退役军人事务", "应急管理", "审计", "行政审批服务",
    "市场监督管理", "体育", "统计", "医疗保障", "乡村振兴", "信访", "城市管理", "大数据发展",
    "地方金融监督管理", "国有资产监督管理", "林业", "机关事务", "投资促进", "住房公积金管理",
    "人民防空", "供销合作",
]  # fmt: skip
_DEPARTMENTS = [
    f"示例市{matter}{'委员会' if matter in ('发展和改革', '卫生健康') else '局'}"
    for matter in _MATTERS
]

FULL: dict[str, Any] = {
    "issuer": "示例市人民政府办公室",
    "number": "示政办字[2025]6号",
    "date": "2025-02-20",
    "recipients": ["各县区人民政府", "市政府各部门、各直属单位"],
    "copies": [
        "市委办公室",
        "市人大常委会办公室",
        "市政协办公室",
        "市监察委员会",
        "市委组织部",
        "市委宣传部",
    ],
}
"""What a careful office gives for its circular."""


def units() -> list[dict[str, Any]]:
    listed = [(name, "县区") for name in _COUNTIES] + [(name, "部门") for name in _DEPARTMENTS]
    return [{"unit": unit, "group": group, "position": i} for i, (unit, group) in enumerate(listed)]


def year(
    circular: Mapping[str, Any] | None = None,
    *,
    lacking: int = 0,
    scheme: Scheme | None = None,
    graded: list[dict[str, Any]] | None = None,
    rows: int = 70,
) -> tuple[Result, Assessment]:
    """The year's result and assessment; the first ``lacking`` units have no third-party score, the ledger
    has so many ``rows``."""
    if scheme is None:
        loaded, problems = load_scheme(CONFIG / "heze.yaml")
        assert loaded is not None, problems
        scheme = loaded
    graded = graded or units()
    names = [unit["unit"] for unit in graded]
    entries: list[dict[str, Any]] = []
    forms: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    scores: list[dict[str, Any]] = []
    for key, component in scheme.components.items():
        if isinstance(component, Ledger):
            entries += _entries(key, component, names, rows)
        elif isinstance(component, SelfAssessment):
            for u, unit in enumerate(names):
                for p, period in enumerate(component.periods):
                    here = {"component": key, "unit": unit, "period": period.name}
                    forms.append(here)
                    items += [
                        here
                        | {
                            "indicator": item.code,
                            "self_score": item.points,
                            "verified_score": item.points
                            * (40 - (u * 7 + p + i * i) % 11 * (1 + u // 3 % 2))
                            // 40,
                        }
                        for i, item in enumerate(component.items())
                    ]
        elif isinstance(component, Score):
            scores += [
                {"component": key, "unit": unit, "score": 1_000_000 - (u * 37 % 53) * 6_125}
                for u, unit in enumerate(names)
                if u >= lacking
            ]
    tables = make_tables(
        {"units": graded, "entries": entries, "forms": forms, "items": items, "scores": scores}
    )
    settings = Settings.model_validate(
        {"scheme": scheme.name, "year": 2024, "circular": dict(circular or {})}
    )
    result = score(tables, scheme, 2024, settings.as_of_day())
    return result, Assessment("2024", settings, scheme, "heze.yaml", tables, (), (), ())


def _entries(key: str, ledger: Ledger, names: list[str], rows: int) -> list[dict[str, Any]]:
    return [
        {
            "component": key,
            "entry": f"台账{n:03}",
            "unit": names[(n * n * 7 % 61 + n // 70 * 52) % len(names)],
            "rule": (rule := ledger.rules[n * 5 % 17 % len(ledger.rules)]).code,
            "description": "目录更新不及时",
            "found": date(2024, 1 + n % 12, 1 + n % 28),
            "deadline": date(2024, 12, 1) if rule.counts == "overdue" else None,
            "rectified": date(2024, 12, 1) if n % 4 == 0 else None,
            "verification": "true" if rule.counts == "verified" else None,
            "file": "台账.xlsx",
            "sheet": "Sheet1",
            "row": n + 2,
        }
        for n in range(rows)
    ]
