"""年度衔接: next year's folder, two results side by side, and the correction of a published one."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from docx import Document

from scoring.cli.app import app
from scoring.steps.grade import load_assessment
from tests.conftest import ROOT
from tests.folders import write_folder, write_sheet
from tests.program import kaohe

pytestmark = pytest.mark.fast

LEDGER = "平时考核台账/台账.xlsx"


def entry(number: str, unit: str = "甲县", **more: Any) -> dict[str, Any]:
    row = {"台账编号": number, "单位": unit, "扣分项": "1", "问题描述": f"{unit}的{number}"}
    return {**row, "发现日期": "2024-03-05", **more}


def whole(half: float = 90, **more: Any) -> dict[str, Any]:
    return {"上半年": half, "下半年": half, "第三方": half, **more}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    units = {
        "甲县": whole(),
        "乙县": whole(),
        "财政局": whole(类别="部门"),
        "档案局": whole(类别="部门"),
    }
    circular = {
        "issuer": "示例市人民政府办公室", "letterhead": "示例市人民政府办公室文件",
        "number": "示政办字〔2025〕6号", "date": "2025-02-20", "title": "旧标题",
    }  # fmt: skip
    ledger = [entry("TZ-1"), entry("TZ-2", "乙县"), entry("TZ-3", "乙县")]
    return write_folder(tmp_path / "2024", units, ledger, {"circular": circular})


def files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def put(folder: Path, file: str, **cells: Any) -> None:
    book = openpyxl.load_workbook(folder / file)
    for cell, value in cells.items():
        book.active[cell] = value
    book.save(folder / file)


# Next year's folder


def test_next_year_begins_with_what_stays_the_same(folder: Path) -> None:
    before = files(folder)
    run = kaohe("year", "new", folder, folder.parent / "2025")
    assert run.returncode == 0, run.stderr
    assert "示例" in run.stdout
    made = files(folder.parent / "2025")
    assert files(folder) == before
    assert made["考核对象.xlsx"] == before["考核对象.xlsx"]
    assert "空白表/上半年/甲县.xlsx" in made
    assert "空白表/下半年/财政局.xlsx" in made
    settings = made["assessment.yaml"].decode()
    assert "year: 2025" in settings
    assert "示例市人民政府办公室文件" in settings
    assert "# 示例" in settings
    # What is of the old year stays there.
    assert not any(word in settings for word in ("6号", "2025-02-20", "旧标题"))
    assert not any(p.name.startswith(".kaohe") for p in folder.parent.iterdir())


def test_the_new_folder_lacks_only_what_the_year_will_bring(folder: Path) -> None:
    kaohe("year", "new", folder, folder.parent / "2025")
    document = json.loads(kaohe("check", folder.parent / "2025", "--json").stdout)
    assert {(p["kind"], p["file"]) for p in document["problems"]} == {
        ("table-missing", "自我考核"), ("table-missing", "第三方评估"),
    }  # fmt: skip
    assessment, _ = load_assessment(folder.parent / "2025")
    assert assessment is not None
    assert assessment.settings.year == 2025
    assert not assessment.tables.entries
    ledgers = sorted(p.name for p in (folder.parent / "2025" / "平时考核台账").iterdir())
    assert ledgers == ["市公安局.xlsx", "市政府办公室.xlsx", "市政府新闻办.xlsx", "督查组.xlsx"]


def test_the_offices_own_scheme_and_templates_go_along(folder: Path) -> None:
    shutil.copy(ROOT / "config" / "heze.yaml", folder / "本市办法.yaml")
    settings = folder / "assessment.yaml"
    settings.write_text(
        settings.read_text("utf-8").replace("scheme: heze", "scheme: 本市办法.yaml")
    )
    (folder / "模板").mkdir()
    (folder / "模板" / "下一步工作要求.txt").write_text("要求。", "utf-8")
    assert kaohe("year", "new", folder, folder.parent / "2025").returncode == 0
    made = files(folder.parent / "2025")
    assert made["本市办法.yaml"] == (folder / "本市办法.yaml").read_bytes()
    assert made["模板/下一步工作要求.txt"].decode() == "要求。"


def test_a_folder_that_is_there_is_not_touched(folder: Path) -> None:
    other = folder.parent / "2025"
    other.mkdir()
    run = kaohe("year", "new", folder, other)
    assert run.returncode == 2
    assert "已经存在" in run.stderr
    assert not list(other.iterdir())


def test_nothing_is_left_of_a_folder_that_cannot_be_made(folder: Path) -> None:
    put(folder, "考核对象.xlsx", B2="没有的类别")
    run = kaohe("year", "new", folder, folder.parent / "2025")
    assert run.returncode == 1
    assert "没有的类别" in run.stderr
    assert [p.name for p in folder.parent.iterdir()] == ["2024"]


# Two results


@pytest.fixture
def next_year(folder: Path) -> Path:
    """甲县 is better and first, 乙县 is renamed 乙区 and lost its grade, 档案局 is gone, 大数据局 new."""
    units = {
        "甲县": whole(92), "乙区": whole(88, 简称="乙县"), "财政局": whole(类别="部门"),
        "大数据局": whole(95, 类别="部门"),
    }  # fmt: skip
    ledger = [entry("A-1", "乙区", 发现日期="2025-03-05")]
    made = write_folder(folder.parent / "2025", units, ledger, {"year": 2025})
    for path in (made / "自我考核").rglob("*.xlsx"):
        put(made, path.relative_to(made).as_posix(), E2=2025)
    return made


def compared(old: Path, new: Path, *more: object) -> dict[str, Any]:
    run = kaohe("compare", old, new, *more, "--json")
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def compared_here(old: Path, new: Path) -> dict[str, Any]:
    """As ``compared``, in this process."""
    run = CliRunner().invoke(app, ["compare", str(old), str(new), "--json"], standalone_mode=False)
    assert run.return_value == 0, run.output
    return json.loads(run.stdout)


def test_last_year_and_this_year_side_by_side(folder: Path, next_year: Path) -> None:
    found = compared(folder, next_year)
    moves = {
        u["after"]["unit"]: (
            u["before"]["composite"],
            u["after"]["composite"],
            u["rank_up"],
            u["grade_up"],
        )
        for u in found["units"]
    }
    # By hand: 0.3·98.5+0.7·90; 0.3·100+0.7·92; 0.3·97+0.7·90; 0.3·98.5+0.7·88.
    assert moves["甲县"] == ("92.55", "94.4", 0, 0)
    assert moves["乙区"] == ("92.1", "91.15", 0, 0)
    assert moves["财政局"] == ("93", "93", -1, 0)
    assert [u["unit"] for u in found["added"]] == ["大数据局"]
    assert [u["unit"] for u in found["gone"]] == ["档案局"]
    said = "".join(found["notes"])
    assert "更名的单位：乙县→乙区" in said
    assert "新增的单位：大数据局" in said
    assert "不再考核的单位：档案局" in said


def test_results_json_alone_is_enough(folder: Path, next_year: Path, tmp_path: Path) -> None:
    assert kaohe("grade", folder, "--out", tmp_path / "甲").returncode == 0
    assert kaohe("grade", next_year, "--out", tmp_path / "乙").returncode == 0
    found = compared(tmp_path / "甲", tmp_path / "乙")
    # Without the unit list nobody knows that 乙县 became 乙区.
    assert sorted(u["unit"] for u in found["gone"]) == ["乙县", "档案局"]
    assert compared(tmp_path / "甲", next_year)["units"] == compared(folder, next_year)["units"]


def test_the_papers_say_what_the_screen_says(folder: Path, next_year: Path, tmp_path: Path) -> None:
    run = kaohe("compare", folder, next_year, "--out", tmp_path / "比较")
    assert run.returncode == 0, run.stderr
    book = openpyxl.load_workbook(tmp_path / "比较" / "比较.xlsx")
    assert book.sheetnames == ["汇总", "县区", "部门"]
    rows = {row[0]: row for row in book["部门"].iter_rows(min_row=4, values_only=True)}
    assert {"大数据局（新增）", "档案局（不再考核）"} <= rows.keys()
    assert "下降1位" in rows["财政局"]
    assert "乙区（原乙县）" in [row[0] for row in book["县区"].iter_rows(values_only=True)]
    page = (tmp_path / "比较" / "比较.html").read_text("utf-8")
    assert "下降1位" in page
    assert "乙区（原乙县）" in page
    first = files(tmp_path / "比较")
    kaohe("compare", folder, next_year, "--out", tmp_path / "比较")
    assert files(tmp_path / "比较") == first


def test_other_schemes_are_said(folder: Path) -> None:
    other = shutil.copytree(folder, folder.parent / "other")
    shutil.copy(ROOT / "config" / "heze.yaml", other / "own.yaml")
    scheme = (other / "own.yaml").read_text("utf-8").replace("name: heze", "name: own", 1)
    (other / "own.yaml").write_text(scheme, "utf-8")
    settings = other / "assessment.yaml"
    settings.write_text(
        settings.read_text("utf-8").replace("scheme: heze", "scheme: own.yaml"), "utf-8"
    )
    assert any("考核办法不同" in note for note in compared(folder, other)["notes"])


RESULT = (
    '{"scheme": "heze", "year": %s, "as_of": "2024-12-31", "final": true, "units": [{"unit": "甲",'
    ' "group": "县区", "components": {}, "composite": "90", "grade": "优秀", "rank": %s}]}'
)


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"units": [{"unit": "甲"}]}', "[" * 100_000,
     RESULT % ("Infinity", "1"), RESULT % ("2024", '"一"'), RESULT % ("2024", "[]")],
)  # fmt: skip
def test_what_is_no_result_is_said(folder: Path, tmp_path: Path, content: str) -> None:
    (tmp_path / "x").mkdir()
    assert kaohe("compare", tmp_path / "x", folder).returncode == 2
    (tmp_path / "x" / "results.json").write_text(content, "utf-8")
    run = kaohe("compare", tmp_path / "x", folder)
    assert run.returncode == 2
    assert "results.json" in run.stderr


def test_what_is_a_result_is_read(tmp_path: Path) -> None:
    """So that the wrong ones above are wrong by what they say."""
    (tmp_path / "results.json").write_text(RESULT % ("2024", "1"), "utf-8")
    assert compared(tmp_path, tmp_path)["units"][0]["rank_up"] == 0
    number = (RESULT % ("2024", "1")).replace('"90"', "90.5")
    (tmp_path / "results.json").write_text(number, "utf-8")
    assert compared(tmp_path, tmp_path)["units"][0]["before"]["composite"] == "90.5"


def test_a_provisional_side_is_marked(folder: Path, next_year: Path, tmp_path: Path) -> None:
    (next_year / "自我考核" / "下半年" / "甲县.xlsx").unlink()
    run = kaohe("compare", folder, next_year, "--out", tmp_path / "比较")
    assert run.returncode == 0
    assert "暂定" in run.stdout
    assert "→—" not in run.stdout
    assert "暂定结果" in (tmp_path / "比较" / "比较.html").read_text("utf-8")


def test_a_year_that_has_not_ended_counts_to_the_day(folder: Path, next_year: Path) -> None:
    """Before, it counted what falls due until 31 December."""
    put(next_year, LEDGER, C2="2.1", H2="2025-10-10")
    found = compared(folder, next_year, "--as-of", "2025-09-12")
    assert (found["old"]["as_of"], found["new"]["as_of"]) == ("2024-12-31", "2025-09-12")
    assert not found["new"]["final"]
    scores = {u["after"]["unit"]: u["after"]["components"]["ledger"] for u in found["units"]}
    assert scores["乙区"] == "100"
    (row,) = [
        u["after"] for u in compared(folder, next_year)["units"] if u["after"]["unit"] == "乙区"
    ]
    assert row["components"]["ledger"] == "98.5"
    assert any("2025年度计到2025年9月12日" in note for note in found["notes"])
    assert not any("时间长短不同" in note for note in compared(folder, next_year)["notes"])
    early = kaohe("compare", folder, next_year, "--as-of", "2024-09-12")
    assert early.returncode == 2
    assert "早于考核年度" in early.stderr


def test_without_a_day_a_year_counts_to_today(
    folder: Path, next_year: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scoring.cli.compare.today", lambda: date(2025, 9, 12))
    found = compared_here(folder, next_year)
    assert (found["old"]["as_of"], found["new"]["as_of"]) == ("2024-12-31", "2025-09-12")


def test_a_folder_counts_to_the_day_of_the_result_beside_it(folder: Path, tmp_path: Path) -> None:
    run = kaohe(
        "grade", folder, "--as-of", "2024-06-30", "--provisional", "--out", tmp_path / "暂定"
    )
    assert run.returncode == 0, run.stderr
    found = compared(tmp_path / "暂定", folder)
    assert (found["old"]["as_of"], found["new"]["as_of"]) == ("2024-06-30", "2024-06-30")
    assert compared(folder, tmp_path / "暂定")["old"]["as_of"] == "2024-06-30"
    assert (
        compared(tmp_path / "暂定", folder, "--as-of", "2024-12-31")["new"]["as_of"] == "2024-12-31"
    )


# A correction


def appeals(folder: Path, *rows: list[Any]) -> None:
    head = ["编号", "单位", "涉及", "理由", "提出日期", "结果", "决定日期"]
    write_sheet(folder / "申诉.xlsx", [head, *rows])


@pytest.fixture
def published(folder: Path) -> Path:
    """A final result in 结果; after it an appeal of 乙县 was granted, and another of 财政局."""
    assert kaohe("grade", folder).returncode == 0
    granted = ["支持", "2025-03-05"]
    appeals(
        folder,
        ["SS01", "乙县", "TZ-3", "不实", "2025-03-01", *granted],
        ["SS02", "财政局", "上半年 6.3", "漏评", "2025-03-01", *granted],
    )
    put(folder, LEDGER, K4="2025-03-05", L4="查无此事")
    put(folder, "自我考核/上半年/财政局.xlsx", I27=2, K27="经申诉SS02复核")
    return folder


def correct(folder: Path, *options: Any) -> Any:
    return kaohe("grade", folder, "--corrects", folder / "结果", *options)


def test_a_correction_says_what_changed_and_why(published: Path) -> None:
    before = files(published / "结果")
    run = correct(published)
    assert run.returncode == 0, run.stderr
    assert files(published / "结果") == before
    made = files(published / "更正结果")
    assert {
        "考核结果.xlsx",
        "通报.docx",
        "更正通报.docx",
        "results.json",
        "manifest.json",
    } <= made.keys()
    document = Document(published / "更正结果" / "更正通报.docx")
    text = "\n".join(p.text for p in document.paragraphs)
    assert "示政办字〔2025〕6号" in text
    assert "2025年2月20日印发" in text
    # By hand: 0.3·97 → 0.3·98.5, and both counties are equal then.
    assert "乙县：综合考核成绩由92.10分更正为92.55分，排名由第2名更正为第1名。" in text
    assert (
        "申诉SS01经审查予以支持，台账编号TZ-3原计入，现不扣分（2025年3月5日撤销，理由：查无此事）"
        in text
    )
    assert "财政局：综合考核成绩由93.00分更正为93.40分。" in text
    assert "申诉SS02经审查予以支持，上半年指标6.3核查得分由0分更正为2分（经申诉SS02复核）" in text
    # 档案局 scored the same and is second now.
    assert "档案局由第1名变为第2名" in text
    assert "甲县" not in text
    cells = [c.text for table in document.tables for row in table.rows for c in row.cells]
    assert "92.10" in cells
    assert "92.55" in cells
    assert "更正通报.docx" in json.loads(made["manifest.json"])["outputs"]


def corrected_text(folder: Path) -> str:
    run = correct(folder)
    assert run.returncode == 0, run.stderr
    return "\n".join(p.text for p in Document(folder / "更正结果" / "更正通报.docx").paragraphs)


def test_a_number_of_another_provider_is_another_row(folder: Path) -> None:
    """TZ-3 is gone from the office's workbook, and 督查组 has given its number to another problem."""
    assert kaohe("grade", folder).returncode == 0
    put(folder, LEDGER, A4="TZ-4", B4="甲县")
    late = {"扣分项": "3", "整改期限": "2024-04-05"}
    rows = [entry("TZ-3", "乙县", **late), entry("D-1", "乙县", **late)]
    write_sheet(
        folder / "平时考核台账/督查组.xlsx", [list(rows[0]), *(list(row.values()) for row in rows)]
    )
    text = corrected_text(folder)
    assert (
        "乙县：补记台账编号TZ-3，扣1.5分；补记台账编号D-1，扣1.5分；台账编号TZ-3不再列入台账。"
        in text
    )


def test_a_workbook_of_another_name_holds_the_same_rows(published: Path) -> None:
    (published / LEDGER).rename(published / "平时考核台账/台账（更正）.xlsx")
    text = corrected_text(published)
    assert "台账编号TZ-3原计入，现不扣分（2025年3月5日撤销，理由：查无此事）" in text
    assert "补记" not in text
    assert "不再列入" not in text


def test_scores_are_rounded_as_the_scheme_rounds(folder: Path, tmp_path: Path) -> None:
    """四舍六入五成双: 90.125 is 90.12, and 90.135 is 90.14."""
    text = (ROOT / "config/heze.yaml").read_text("utf-8").replace("name: heze", "name: even")
    assert "method: half_up" in text
    (folder / "even.yaml").write_text(text.replace("method: half_up", "method: half_even"), "utf-8")
    settings = (folder / "assessment.yaml").read_text("utf-8")
    (folder / "assessment.yaml").write_text(
        settings.replace("scheme: heze", "scheme: even.yaml"), "utf-8"
    )
    put(folder, "自我考核/上半年/甲县.xlsx", I27=0.25)
    other = Path(shutil.copytree(folder, tmp_path / "other" / "2024"))
    put(other, "自我考核/上半年/甲县.xlsx", I27=0.27)
    run = kaohe("compare", folder, other)
    assert run.returncode == 0, run.stderr
    (line,) = (line for line in run.stdout.splitlines() if line.split()[:1] == ["甲县"])
    assert line.split()[3:5] == ["90.12", "90.14"]


def test_nothing_to_correct_is_refused(folder: Path) -> None:
    assert kaohe("grade", folder).returncode == 0
    run = correct(folder)
    assert run.returncode == 2
    assert "没有要更正的" in run.stderr
    assert not (folder / "更正结果").exists()


def test_no_result_is_ever_written_over(published: Path) -> None:
    assert correct(published).returncode == 0
    first = files(published / "更正结果")
    put(published, "第三方评估.xlsx", B2=91)
    run = correct(published)
    assert run.returncode == 2
    assert "--out" in run.stderr
    assert files(published / "更正结果") == first
    assert correct(published, "--out", published / "结果").returncode == 2
    # The second correction is of the first one.
    run = kaohe(
        "grade", published, "--corrects", published / "更正结果", "--out", published / "第二次更正"
    )
    assert run.returncode == 0, run.stderr
    text = "\n".join(
        p.text for p in Document(published / "第二次更正" / "更正通报.docx").paragraphs
    )
    assert "第三方评估得分由90.00分更正为91.00分" in text
    assert "TZ-3" not in text
    assert json.loads(kaohe("check", published, "--json").stdout)["problems"] == []


def test_an_edited_or_provisional_result_is_not_corrected(published: Path) -> None:
    path = published / "结果" / "results.json"
    good = path.read_text("utf-8")
    path.write_text(good.replace('"92.10"', '"92.20"'), "utf-8")
    assert "有改动" in correct(published).stderr
    (published / "结果" / "manifest.json").unlink()
    path.write_text(good.replace('"final": true', '"final": false'), "utf-8")
    assert "暂定" in correct(published).stderr
    path.write_text(good.replace('"year": 2024', '"year": 2023'), "utf-8")
    assert "同一年度" in correct(published).stderr
    assert not (published / "更正结果").exists()


def test_without_the_earlier_workbook_the_reason_stays_blank(published: Path) -> None:
    (published / "结果" / "考核结果.xlsx").unlink()
    assert correct(published).returncode == 0
    document = Document(published / "更正结果" / "更正通报.docx")
    assert "乙县：××××。" in [p.text for p in document.paragraphs]


def test_a_corrected_result_can_be_audited(published: Path) -> None:
    assert correct(published).returncode == 0
    run = kaohe("audit", published / "更正结果", "--folder", published)
    assert run.returncode == 0, run.stdout
