"""``kaohe regions`` over an engine: the figures, ranks and papers of the ordinary way."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scoring.authoring.draft import shipped_schemes
from scoring.cli.app import app
from scoring.engines import EngineName
from scoring.intake.folder import inspect_folder
from scoring.regions.model import Rollup, Run
from scoring.regions.rollup import roll_up, run_of
from scoring.steps.bulk import BulkResult, grade_bulk
from scoring.steps.grade import score_assessment
from tests.endings import ended
from tests.test_bulk_workbooks import region_in
from tests.test_engines import FAST, edit, simulated

SCHEMES = sorted(shipped_schemes())


def ordinary(folder: Path) -> Run:
    assessment = inspect_folder(folder).assessment
    assert assessment is not None
    return run_of(score_assessment(assessment), assessment.units)


def over(folder: Path, engine: EngineName) -> Run:
    got = grade_bulk(folder, engine, final=False, with_regions=True)
    assert isinstance(got, BulkResult)
    return got.run()


def said(found: Rollup) -> tuple[Any, ...]:
    """All that a roll-up says; rules that counted nowhere are left out."""
    rows = [
        (row.region, row.whole, dict(row.groups), row.entries, {k: n for k, n in row.counted.items() if n})
        for row in found.rows
    ]  # fmt: skip
    units = [
        (one.unit._replace(counted={}), dict(one.unit.counted), one.ranks) for one in found.units
    ]
    return rows, units


@pytest.mark.parametrize("mess", [0, 20_000])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_roll_up_is_that_of_the_ordinary_way(scheme: str, mess: int, tmp_path: Path) -> None:
    folder = simulated(tmp_path / "2024", scheme, 40, 300, mess)
    region_in(folder)
    (want,) = roll_up([ordinary(folder)])
    (got,) = roll_up([over(folder, FAST[(SCHEMES.index(scheme) + bool(mess)) % len(FAST)])])
    assert said(got) == said(want)
    assert len(got.rows) > 5
    inner = ("甲省", "子市")
    (part,) = roll_up([over(folder, "polars")], inner)
    assert said(part) == said(roll_up([ordinary(folder)], inner)[0])


def run(*arguments: str) -> Any:
    return ended(CliRunner().invoke(app, list(arguments), standalone_mode=False))


@pytest.mark.parametrize("engine", ["pandas", *FAST])
def test_the_papers_are_the_same_bytes(engine: EngineName, tmp_path: Path) -> None:
    folder = simulated(tmp_path / "2024", "heze", 40, 300)
    region_in(folder)
    for by in ("rules", engine):
        done = run("regions", str(folder), "--engine", by, "--out", str(tmp_path / by))
        assert done.return_value == 0, done.output
    names = {path.name for path in (tmp_path / "rules").iterdir()}
    assert names == {"地区汇总.xlsx", "地区通报.docx", "地区汇总.json"}
    for name in names:
        assert (tmp_path / engine / name).read_bytes() == (tmp_path / "rules" / name).read_bytes()


def test_folders_of_many_offices_each_by_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is large and goes over an engine, the other is read as ever; the figures are of both."""
    top = tmp_path / "国"
    for province, rows in (("甲省", 300), ("乙省", 60)):
        simulated(top / province / "2024", "heze", 12, rows)
    by_rules = run("regions", str(top), "--engine", "rules", "--out", str(tmp_path / "a"))
    assert by_rules.return_value == 0, by_rules.output
    monkeypatch.setattr("scoring.steps.engine_choice.BULK_ROWS", 900)
    mixed = run("regions", str(top), "--out", str(tmp_path / "b"))
    assert mixed.return_value == 0, mixed.output
    assert mixed.stderr.count("用 polars 计算。") == 1
    document = json.loads((tmp_path / "b" / "地区汇总.json").read_text("utf-8"))
    assert document == json.loads((tmp_path / "a" / "地区汇总.json").read_text("utf-8"))


def test_what_is_wrong_is_said_with_its_folder(tmp_path: Path) -> None:
    folder = shutil.copytree(simulated(tmp_path / "a", "heze", 12, 60), tmp_path / "国/甲省/2024")
    edit(folder / "第三方评估.parquet", lambda rows: rows[:-1])
    done = run("regions", str(tmp_path / "国"), "--engine", "polars")
    assert done.return_value == 1
    assert "甲省/2024/第三方评估" in done.stderr
    assert "缺项 1 条" in done.stderr
    assert not (tmp_path / "国/地区汇总").exists()
    provisional = run("regions", str(tmp_path / "国"), "--engine", "polars", "--provisional")
    assert provisional.return_value == 0, provisional.output


def test_the_list_of_many_units_is_a_file_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scoring.steps.regions.REGION_UNITS", 30)
    monkeypatch.setattr("scoring.publish.regions.workbook.REGION_UNITS", 30)
    folder = simulated(tmp_path / "2024", "heze", 40, 60)
    monkeypatch.setattr("scoring.cli.regions._MOST_LISTED", 2)
    done = run("regions", str(folder), "--engine", "duckdb")
    assert done.return_value == 0, done.output
    assert "个下级地区，见 地区汇总.xlsx。" in done.output
    lines = (folder / "地区汇总/单位排名.csv").read_text("utf-8-sig").splitlines()
    assert len(lines) == 41
