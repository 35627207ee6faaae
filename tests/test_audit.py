"""Papers and what they came from: what was changed since is named, cell by cell in a workbook."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from docx import Document

from scoring import score_assessment
from scoring.cli.app import app
from scoring.intake import load_assessment
from scoring.papers import ALL_PAPERS
from scoring.steps.audit import MAKERS
from scoring.steps.grade import write_papers
from tests.folders import write_folder, write_sheet

UNITS = {
    "甲县": {"上半年": 95, "下半年": 94, "第三方": 92},
    "乙县": {"上半年": 90, "下半年": 88, "第三方": 85.5},
    "丙县": {"上半年": 80, "下半年": 82, "第三方": 71},
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_folder(tmp_path_factory.mktemp("audit") / "2024", UNITS)
    assert kaohe("grade", folder)[0] == 0
    return folder


@pytest.fixture
def folder(graded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(graded, tmp_path / "2024"))


def kaohe(*arguments: Any) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(map(str, arguments)), standalone_mode=False)
    assert done.exception is None, done.exception
    return done.return_value, done.output


def audit(folder: Path, *more: Any) -> tuple[int, dict[str, Any]]:
    code, text = kaohe("audit", folder / "结果", "--json", *more)
    return code, json.loads(text)


def edited(found: dict[str, Any]) -> dict[str, str]:
    return {p["file"]: p["state"] for p in found["papers"] if p["state"] != "same"}


def test_the_manifest_says_what_belongs_together(folder: Path) -> None:
    import hashlib

    manifest = json.loads((folder / "结果/manifest.json").read_text("utf-8"))
    assert (manifest["year"], manifest["as_of"], manifest["known"], manifest["final"]) == (
        2024, "2024-12-31", None, True,
    )  # fmt: skip
    assert manifest["scheme"]["name"] == "heze"
    papers = {p.name for p in (folder / "结果").iterdir()} - {"manifest.json"}
    assert set(manifest["outputs"]) == papers
    for name, found in manifest["outputs"].items():
        assert hashlib.sha256((folder / "结果" / name).read_bytes()).hexdigest() == found
    for name in ("assessment.yaml", "考核对象.xlsx", "平时考核台账/台账.xlsx"):
        assert manifest["inputs"][name] == hashlib.sha256((folder / name).read_bytes()).hexdigest()
    forms = [row for row in manifest["rows"] if row["table"] == "自我考核"]
    assert len(forms) == 6
    assert all(
        row["rows"] == row["read"] + row["blank"] + row["total"] + row["note"] for row in forms
    )


def test_papers_as_they_were_written_agree(folder: Path) -> None:
    assert audit(folder) == (0, {**audit(folder)[1], "agrees": True, "inputs": [], "grades": []})
    code, text = kaohe("audit", folder / "结果")
    assert code == 0
    assert "资料：11 个文件，与计算时一致。" in text
    assert "结果文件：5 个，与生成时一致。" in text
    assert "成绩：3 个单位，与按资料重新计算的一致。\n核对结果：一致。" in text


def test_a_changed_score_changes_the_grades_that_follow(folder: Path) -> None:
    write_sheet(
        folder / "第三方评估.xlsx", [["单位", "得分"], ["甲县", 92], ["乙县", 85.5], ["丙县", 95]]
    )
    code, found = audit(folder)
    assert code == 1
    assert found["inputs"] == [{"file": "第三方评估.xlsx", "state": "changed"}]
    assert edited(found) == {}
    changes = {(g["unit"], g["what"]): (g["published"], g["now"]) for g in found["grades"]}
    assert changes["丙县", "综合成绩"] == ("83.70", "90.90")
    assert changes["丙县", "等次"] == ("良好", "优秀")
    assert changes["丙县", "第三方评估"] == ("71", "95")
    assert ("甲县", "综合成绩") not in changes
    _, text = kaohe("audit", folder / "结果")
    assert "丙县 综合成绩：结果文件 83.70，重新计算 90.90" in text
    assert "核对结果：不一致。" in text


def test_new_and_missing_files_are_named(folder: Path) -> None:
    (folder / "自我考核/上半年/甲县.xlsx").rename(folder / "自我考核/上半年/甲.xlsx")
    _, found = audit(folder)
    assert found["inputs"] == [
        {"file": "自我考核/上半年/甲.xlsx", "state": "new"},
        {"file": "自我考核/上半年/甲县.xlsx", "state": "missing"},
    ]
    assert found["grades"] == []


def test_a_cell_that_was_edited_by_hand_is_named(folder: Path) -> None:
    at = folder / "结果/考核结果.xlsx"
    book = openpyxl.load_workbook(at)
    sheet = book["第三方评估"]
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == 71)
    cell.value = 79
    book.save(at)
    code, found = audit(folder)
    assert code == 1
    assert edited(found) == {"考核结果.xlsx": "changed"}
    (paper,) = (p for p in found["papers"] if p["state"] == "changed")
    # openpyxl keeps no computed values: of formulas only the value is another one.
    named = {(c["sheet"], c["cell"]): (c["written"], c["found"]) for c in paper["cells"]}
    assert named["第三方评估", cell.coordinate] == ("71", "79")
    assert found["grades"] == []
    _, text = kaohe("audit", folder / "结果")
    assert "考核结果.xlsx：有改动" in text


def test_a_workbook_that_was_only_saved_again_is_no_other(folder: Path) -> None:
    at = folder / "结果/通报附表.xlsx"
    book = openpyxl.load_workbook(at)
    book.save(at)
    code, found = audit(folder)
    assert edited(found) == {"通报附表.xlsx": "saved"}
    assert code == 0


def test_edited_and_missing_papers_are_named(folder: Path) -> None:
    (folder / "结果/通报.docx").write_bytes(b"other")
    (folder / "结果/通报.html").unlink()
    code, found = audit(folder)
    assert code == 1
    assert edited(found) == {"通报.docx": "changed", "通报.html": "missing"}


def test_edited_results_differ_from_what_follows(folder: Path) -> None:
    at = folder / "结果/results.json"
    at.write_text(at.read_text("utf-8").replace('"83.70"', '"93.70"'), "utf-8")
    code, found = audit(folder)
    assert code == 1
    assert found["grades"] == [
        {"unit": "丙县", "what": "综合成绩", "published": "93.70", "now": "83.70"}
    ]


def test_without_the_files_only_the_papers_are_checked(folder: Path, tmp_path: Path) -> None:
    away = shutil.copytree(folder / "结果", tmp_path / "备份")
    code, text = kaohe("audit", away)
    assert code == 0
    assert "没有找到考核文件夹" in text
    assert kaohe("audit", away, "--folder", folder)[0] == 0


def test_files_with_errors_are_no_ground_to_compare(folder: Path) -> None:
    (folder / "考核对象.xlsx").write_bytes(b"nothing")
    code, text = kaohe("audit", folder / "结果")
    assert code == 1
    assert "考核对象.xlsx：有改动" in text
    assert "成绩：资料现在有错误，不能重新计算" in text


def test_papers_of_one_state_share_a_manifest(folder: Path) -> None:
    """sensitivity writes beside the grades; after the files changed it stands alone."""
    assert kaohe("sensitivity", folder)[0] == 0
    _, found = audit(folder)
    assert len(found["papers"]) == 7
    assert found["agrees"]
    write_sheet(
        folder / "第三方评估.xlsx", [["单位", "得分"], ["甲县", 92], ["乙县", 85.5], ["丙县", 72]]
    )
    assert kaohe("sensitivity", folder)[0] == 0
    _, found = audit(folder)
    assert len(found["papers"]) == 2


def test_an_edit_of_sensitivity_papers_is_named_by_place(folder: Path) -> None:
    """With the options that they were made with, which a later grading keeps."""
    assert kaohe("sensitivity", folder, "--weights", "3", "--error", "1.5")[0] == 0
    assert kaohe("grade", folder)[0] == 0
    manifest = json.loads((folder / "结果/manifest.json").read_text("utf-8"))
    assert manifest["options"] == {"sensitivity": {"weights": "3", "error": "1.5"}}
    assert audit(folder)[1]["agrees"]
    at = folder / "结果/稳健性分析.xlsx"
    book = openpyxl.load_workbook(at)
    book.save(at)
    # openpyxl keeps no computed values: only the formulas that the bars are drawn from differ.
    (paper,) = (p for p in audit(folder)[1]["papers"] if p["file"] == at.name)
    assert {c["sheet"] for c in paper["cells"]} == {"名次图"}
    cell = next(c for row in book["名次区间"].iter_rows() for c in row if c.value == 83.7)
    cell.value = 84.7
    book.save(at)
    page = folder / "结果/稳健性分析.html"
    text = page.read_text("utf-8")
    assert text.count("权重±3个百分点") > 1
    page.write_text(text.replace("权重±3个百分点", "权重±9个百分点", 1), "utf-8")
    code, found = audit(folder)
    assert (code, edited(found)) == (1, {at.name: "changed", page.name: "changed"})
    (paper,) = (p for p in found["papers"] if p["file"] == at.name)
    named = {(c["sheet"], c["cell"]): (c["written"], c["found"]) for c in paper["cells"]}
    assert named["名次区间", cell.coordinate] == ("83.70", "84.70")
    assert "权重±9个百分点" in "".join(found for _, _, found, _ in texts_of(found, page.name))
    _, said = kaohe("audit", folder / "结果")
    assert f"工作表“名次区间” {cell.coordinate}：原为“83.70”，现为“84.70”" in said


@pytest.mark.parametrize("options", [None, {}, {"sensitivity": {"weights": "9999", "error": "2"}}])
def test_without_options_an_edit_is_of_the_whole_paper(folder: Path, options: Any) -> None:
    assert kaohe("sensitivity", folder)[0] == 0
    at = folder / "结果/manifest.json"
    manifest = json.loads(at.read_text("utf-8"))
    del manifest["options"]
    at.write_text(json.dumps(manifest | ({"options": options} if options else {})), "utf-8")
    edit = folder / "结果/稳健性分析.html"
    edit.write_text(edit.read_text("utf-8").replace("甲县", "丁县", 1), "utf-8")
    code, text = kaohe("audit", folder / "结果")
    assert code == 1
    assert "稳健性分析.html：有改动；只知与生成时不是同一份，不能指明改在哪里" in text


def test_papers_that_stay_from_an_earlier_state_are_named(folder: Path) -> None:
    _, text = kaohe("sensitivity", folder)
    assert "以前生成的" not in text
    write_sheet(
        folder / "第三方评估.xlsx", [["单位", "得分"], ["甲县", 92], ["乙县", 85.5], ["丙县", 72]]
    )
    for _ in range(2):
        _, text = kaohe("sensitivity", folder)
        (said,) = (line for line in text.splitlines() if "以前生成的" in line)
        for name in ("results.json", "考核结果.xlsx", "通报.docx", "通报.html", "通报附表.xlsx"):
            assert name in said
        assert "请运行 kaohe grade 重新生成" in said
    _, text = kaohe("grade", folder)
    assert "以前生成的" not in text
    assert audit(folder)[1]["agrees"]


def edit_docx(path: Path, old: str, new: str | None) -> None:
    """Change ``old`` in the paragraph or cell that holds it; None: the paragraph is taken out."""
    document = Document(str(path))
    cells = [p for t in document.tables for row in t.rows for c in row.cells for p in c.paragraphs]
    (paragraph, *_) = (p for p in [*document.paragraphs, *cells] if old in p.text)
    if new is None:
        paragraph._element.getparent().remove(paragraph._element)
    else:
        paragraph.text = paragraph.text.replace(old, new)
    document.save(str(path))


def texts_of(found: dict[str, Any], file: str) -> list[tuple[str, str, str, str]]:
    (paper,) = (paper for paper in found["papers"] if paper["file"] == file)
    return [(t["place"], t["written"], t["found"], t["before"]) for t in paper["texts"]]


def test_an_edit_of_a_circular_is_named_with_its_place(folder: Path) -> None:
    at = folder / "结果/通报.docx"
    # A sentence, a cell of the annex, a paragraph taken out.
    edit_docx(at, "最低83.70分", "最低85.00分")
    edit_docx(at, "83.70", "85.00")
    edit_docx(at, "各单位综合考核成绩、各部分成绩和排名见附件", None)
    code, found = audit(folder)
    assert (code, edited(found)) == (1, {"通报.docx": "changed"})
    sentence, gone, cell = texts_of(found, "通报.docx")
    assert "最低83.70分" in sentence[1]
    assert "最低85.00分" in sentence[2]
    assert sentence[0].startswith("第")
    assert sentence[3].startswith("本次共考核3个单位")
    assert gone[1:3] == ("各单位综合考核成绩、各部分成绩和排名见附件。", "")
    assert cell == ("表1第4行第6格", "83.70", "85.00", "71.00")
    _, text = kaohe("audit", folder / "结果")
    assert "通报.docx：有改动，3 处" in text
    assert "表1第4行第6格（“71.00”之后）：原为“83.70”，现为“85.00”" in text
    assert "最低83.70分" in text
    assert "删去“各单位综合考核成绩、各部分成绩和排名见附件。”" in text


def test_an_edit_of_the_web_page_is_named_with_its_place(folder: Path) -> None:
    at = folder / "结果/通报.html"
    page = at.read_text("utf-8")
    assert page.count("<td>83.70</td>") == 1
    page = page.replace("<td>83.70</td>", "<td>85.00</td>")
    page = page.replace("<h2>一、总体情况</h2>", "<h2>一、总体情况</h2><p>成绩喜人。</p>")
    at.write_text(page, "utf-8")
    code, found = audit(folder)
    assert (code, edited(found)) == (1, {"通报.html": "changed"})
    added, cell = texts_of(found, "通报.html")
    assert added[1:] == ("", "成绩喜人。", "一、总体情况")
    assert cell == ("表1第4行第6格", "83.70", "85.00", "71.00")
    _, text = kaohe("audit", folder / "结果")
    assert "（“一、总体情况”之后）：新增“成绩喜人。”" in text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<article>", "<article>成绩喜人。"), ("</table>", "</table>成绩喜人。"),
        ("<footer class=\"end\">", "<footer class=\"end\"><div>成绩喜人。</div>"),
    ],
)  # fmt: skip
def test_text_outside_every_paragraph_is_found_too(folder: Path, old: str, new: str) -> None:
    at = folder / "结果/通报.html"
    at.write_text(at.read_text("utf-8").replace(old, new, 1), "utf-8")
    code, found = audit(folder)
    assert code == 1
    assert [t[1:3] for t in texts_of(found, "通报.html")] == [("", "成绩喜人。")]


def test_a_page_whose_looks_were_edited_is_not_called_the_same(folder: Path) -> None:
    at = folder / "结果/通报.html"
    page = at.read_text("utf-8")
    at.write_text(page.replace("<h2>", "<h2 hidden>", 1), "utf-8")
    assert edited(audit(folder)[1]) == {"通报.html": "changed"}
    at.write_bytes(page.replace("\n", "\r\n").encode())
    assert edited(audit(folder)[1]) == {"通报.html": "saved"}


def damaged(content: bytes, how: str) -> bytes:
    """A Word file whose body is no XML, has a cell outside a row, or does not unpack."""
    if how == "cut":
        return content[: len(content) // 2]
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "word/document.xml":
                body = {
                    "no xml": b"<",
                    "cells": body.replace(b"w:tr>", b"w:tx>").replace(b"83.70", b"85.00"),
                }[how]
            new.writestr(name, body)
    return out.getvalue()


@pytest.mark.parametrize("how", ["cut", "no xml", "cells"])
def test_a_damaged_document_is_one_that_was_changed(folder: Path, how: str) -> None:
    at = folder / "结果/通报.docx"
    at.write_bytes(damaged(at.read_bytes(), how))
    code, found = audit(folder)
    assert (code, edited(found)) == (1, {"通报.docx": "changed"})


def test_a_document_that_was_only_saved_again_is_no_other(folder: Path) -> None:
    at = folder / "结果/通报.docx"
    Document(str(at)).save(str(at))
    code, found = audit(folder)
    assert (code, edited(found)) == (0, {"通报.docx": "saved"})


def test_an_edit_of_a_feedback_of_one_unit_is_found(folder: Path) -> None:
    assert kaohe("feedback", folder, "--unit", "甲县")[0] == 0
    edit_docx(folder / "反馈/甲县反馈单.docx", "等次优秀", "等次良好")
    code, text = kaohe("audit", folder / "反馈")
    assert code == 1
    assert "等次优秀" in text
    assert "等次良好" in text


def test_feedback_has_a_manifest_too(folder: Path) -> None:
    assert kaohe("feedback", folder)[0] == 0
    code, text = kaohe("audit", folder / "反馈")
    assert code == 0, text
    assert "结果文件：4 个，与生成时一致。" in text
    (folder / "反馈/甲县反馈单.docx").write_bytes(b"x")
    assert kaohe("audit", folder / "反馈")[0] == 1


def test_a_folder_without_a_manifest_is_wrong_usage(tmp_path: Path) -> None:
    from click import UsageError

    done = CliRunner().invoke(app, ["audit", str(tmp_path)], standalone_mode=False)
    assert isinstance(done.exception, UsageError)
    (tmp_path / "manifest.json").write_text("[1]", "utf-8")
    done = CliRunner().invoke(app, ["audit", str(tmp_path)], standalone_mode=False)
    assert "没有完好的 manifest.json" in str(done.exception)


def test_papers_of_every_command_are_made_again_to_find_an_edit() -> None:
    assert set(MAKERS) == {papers.command for papers in ALL_PAPERS}


def test_a_paper_that_is_not_listed_is_not_written(folder: Path) -> None:
    """Else intake would take it for data and an audit could not say what was edited in it."""
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    result = score_assessment(assessment)
    out = folder.parent / "aside"
    for name in ("甲县函.docx", "甲县反馈单.docx"):
        with pytest.raises(ValueError, match="papers of kaohe grade"):
            write_papers(result, assessment, out, {name: b""}, "kaohe grade")
    assert not out.exists()
