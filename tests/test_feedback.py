"""反馈单: at most three pages a unit, in the official format, with numbers that stand elsewhere too."""

from __future__ import annotations

import io
import subprocess
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from docx import Document

from scoring import Assessment, Result, make_feedback, score_assessment
from scoring.cli.app import app
from scoring.intake import load_assessment
from tests.conftest import SAMPLE, Office
from tests.folders import write_folder

FULL = {"上半年": 90, "下半年": 90, "第三方": 90}


@pytest.fixture(scope="module")
def sample() -> tuple[Assessment, Result, dict[str, bytes]]:
    assessment, _ = load_assessment(SAMPLE)
    assert assessment is not None
    result = score_assessment(assessment)
    return assessment, result, make_feedback(result, assessment)


def texts(content: bytes) -> list[str]:
    document = Document(io.BytesIO(content))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    return [p.text for p in document.paragraphs] + cells


def test_every_unit_gets_its_own_numbers(
    sample: tuple[Assessment, Result, dict[str, bytes]],
) -> None:
    _, result, files = sample
    assert len(files) == 53
    for unit in result.units[::9]:
        said = texts(files[f"{unit.unit}反馈单.docx"])
        whole = "\n".join(said)
        assert f"{unit.unit}：" in said
        assert f"综合考核成绩{result.composite_text(unit)}分，等次{unit.grade}" in whole
        for entry in result.entries:
            if entry.charged_unit == unit.unit and entry.deduction:
                assert entry.entry in said
        group = result.in_group(unit.group)
        mean = Fraction(sum(u.composite or 0 for u in group), len(group))
        assert f"{int(mean + Fraction(1, 2)) / 100:.2f}" in said
        lowered = {
            i.indicator for i in result.items
            if i.unit == unit.unit and (i.self_score or 0) > (i.verified_score or 0)
        }  # fmt: skip
        for code in lowered:
            assert code in whole


def test_the_overview_has_a_row_for_every_unit(
    sample: tuple[Assessment, Result, dict[str, bytes]],
) -> None:
    _, result, files = sample
    page = openpyxl.load_workbook(io.BytesIO(files["反馈总览.xlsx"])).active
    header = [c.value for c in page[3]]
    rows = {row[2].value: dict(zip(header, (c.value for c in row), strict=True))
            for row in page.iter_rows(min_row=4)}  # fmt: skip
    for unit in result.units:
        row = rows[unit.unit]
        assert (row["等次"], row["排名"]) == (unit.grade, unit.rank)
        assert row["综合成绩"] == pytest.approx((unit.composite or 0) / 100)
        counted = [e for e in result.entries if e.charged_unit == unit.unit and e.deduction]
        assert row["扣分件数"] == len(counted)


@pytest.mark.office
def test_no_unit_needs_more_than_three_pages(
    sample: tuple[Assessment, Result, dict[str, bytes]], office: Office, tmp_path: Path
) -> None:
    """The longest ones: most problems, most items lowered."""
    _, result, files = sample

    def length(unit: str) -> int:
        counted = sum(e.charged_unit == unit and e.deduction > 0 for e in result.entries)
        lowered = sum(
            i.unit == unit and (i.self_score or 0) > (i.verified_score or 0) for i in result.items
        )
        return counted * 2 + lowered

    longest = sorted((u.unit for u in result.units), key=length)[-4:]
    for unit in longest:
        path = tmp_path / f"{unit}.docx"
        path.write_bytes(files[f"{unit}反馈单.docx"])
        pdf = office(path, "pdf")
        info = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, text=True, check=True)
        pages = next(line.split()[1] for line in info.stdout.splitlines() if "Pages" in line)
        assert int(pages) <= 3, unit


def test_the_same_year_gives_the_same_bytes(
    sample: tuple[Assessment, Result, dict[str, bytes]],
) -> None:
    assessment, result, files = sample
    again = make_feedback(result, assessment, ["临溪县人民政府"])
    assert again["临溪县人民政府反馈单.docx"] == files["临溪县人民政府反馈单.docx"]


def test_the_note_of_one_unit_leaves_the_overview_of_all(tmp_path: Path) -> None:
    """And units whose names differ by a stroke have a note each."""
    units = ("社保*医保科", "社保_医保科", "CON", "县.")
    folder = write_folder(tmp_path / "2024", dict.fromkeys(units, FULL))
    done = CliRunner().invoke(app, ["feedback", str(folder)], standalone_mode=False)
    assert done.return_value == 0, done.stderr
    assert "反馈单 4 份和 反馈总览.xlsx" in done.stdout
    before = {p.name: p.read_bytes() for p in (folder / "反馈").iterdir()}
    assert len(before) == 6
    again = ["feedback", str(folder), "--unit", "CON"]
    assert CliRunner().invoke(app, again, standalone_mode=False).return_value == 0
    assert {p.name: p.read_bytes() for p in (folder / "反馈").iterdir()} == before
    assert {p.name for p in tmp_path.iterdir()} == {"2024"}


def test_gaps_stop_it_unless_it_is_provisional(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": FULL, "乙县": {**FULL, "第三方": None}})
    refused = CliRunner().invoke(app, ["feedback", str(folder)], standalone_mode=False)
    assert refused.return_value == 1
    assert "没有得分" in refused.stderr
    assert not (folder / "反馈").exists()
    done = CliRunner().invoke(
        app, ["feedback", str(folder), "--provisional", "--unit", "乙"], standalone_mode=False
    )
    assert done.return_value == 0
    written = {p.name for p in (folder / "反馈").iterdir()}
    assert written == {"乙县反馈单.docx", "manifest.json"}
    said = "\n".join(texts((folder / "反馈" / "乙县反馈单.docx").read_bytes()))
    assert "暂定" in said
    assert "成绩因缺项未定" in said
    # What it wrote is left alone by the next reading.
    assert load_assessment(folder)[1] == []
