"""证明材料 in the assessment's folder: whose each file is, and what the verifiers are told of it."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from scoring.evidence.folder import Known, read_evidence
from tests.evidence_files import SOUND_2017, word_2017
from tests.folders import FORM_HEADER, POINTS, write_folder, write_sheet
from tests.program import kaohe
from tests.test_holidays import YEAR_2027

BLANK = dict.fromkeys(POINTS)
NO_WORDS = "（有自评分，没有写证明材料）"
FORM = "自我考核/上半年/甲县.xlsx"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    units = {
        "甲县": {"上半年": BLANK, "下半年": 90, "第三方": 90, "简称": "甲"},
        "乙县": {"上半年": BLANK, "下半年": 90, "第三方": 90},
    }
    return write_folder(tmp_path / "2024", units)


def say(folder: Path, code: str, column: str, value: Any) -> None:
    """Write into the form of 甲县."""
    book = openpyxl.load_workbook(folder / FORM)
    sheet = book.active
    header = next(row for row in sheet.iter_rows() if row[0].value == "指标编号")
    at = [c.value for c in header].index(column) + 1
    row = next(r for r in sheet.iter_rows(min_row=header[0].row) if str(r[0].value) == code)
    sheet.cell(row[0].row, at).value = value
    book.save(folder / FORM)


def sheet_of(folder: Path) -> tuple[Any, dict[tuple[str, str], dict[str, Any]], Any]:
    """The workbook, its rows by unit and indicator, and what the command said."""
    path = folder.parent / "核查表.xlsx"
    done = kaohe("verification", "sheet", folder, "--period", "上半年", "--out", path, "--json")
    assert done.returncode == 0, done.stderr
    book = openpyxl.load_workbook(path)
    header = [c.value for c in book["核查表"][3]]
    rows = [
        dict(zip(header, line, strict=False))
        for line in book["核查表"].iter_rows(min_row=4, values_only=True)
    ]
    found = {(row["单位"], str(row["指标编号"])): row for row in rows}
    return book, found, json.loads(done.stdout)


def files_of(book: Any) -> list[Sequence[Any]]:
    return list(book["证明材料"].iter_rows(min_row=4, values_only=True))


# ---------------------------------------------------------------- no folder


def test_points_without_evidence_are_shown_to_the_verifier(folder: Path) -> None:
    say(folder, "1.1", "证明材料", "甲政办发〔2024〕3号")
    say(folder, "2.1", "自评分", 0)
    book, rows, document = sheet_of(folder)
    assert rows["甲县", "1.1"]["证明材料"] == "甲政办发〔2024〕3号"
    assert rows["甲县", "2.1"]["证明材料"] is None
    assert rows["甲县", "2.2"]["证明材料"] == NO_WORDS
    assert document["without_evidence"] == 2 * len(POINTS) - 2
    assert "材料核对" not in rows["甲县", "1.1"]
    assert "证明材料" not in book.sheetnames
    assert document["evidence"] == []


def test_an_empty_folder_of_evidence_is_none(folder: Path) -> None:
    (folder / "证明材料" / "甲县").mkdir(parents=True)
    book, rows, _ = sheet_of(folder)
    assert "证明材料" not in book.sheetnames
    assert "材料核对" not in rows["甲县", "1.1"]


# ---------------------------------------------------------------- whose a file is


def evidence(folder: Path, way: str, content: bytes = b"x") -> Path:
    path = folder / "证明材料" / way
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_files_belong_to_the_item_that_their_way_says(folder: Path) -> None:
    evidence(folder, "甲县/上半年/2.2 年度报告/年报.pdf", b"report")
    evidence(folder, "甲/上半年/4.2申请台账.jpg")
    evidence(folder, "上半年/乙县/2.21 别的.pdf")
    evidence(folder, "甲县/下半年/2.2/年报.pdf")
    evidence(folder, "丙县/上半年/2.2/年报.pdf")
    say(folder, "6.1", "证明材料", "部署会纪要.docx、现场照片")
    evidence(folder, "甲县/上半年/部署会纪要.docx.pdf")
    evidence(folder, "甲县/上半年/部署会纪要.pdf")
    book, rows, document = sheet_of(folder)
    assert rows["甲县", "2.2"]["材料核对"] == "1个文件"
    assert rows["甲县", "4.2"]["材料核对"] == "1个文件"
    assert rows["甲县", "6.1"]["材料核对"] == "2个文件"
    assert rows["乙县", "2.2"]["材料核对"] == "没有材料文件"
    files = {row[3]: row for row in files_of(book)}
    # That of the other half-year is not shown in this one.
    assert "证明材料/甲县/下半年/2.2/年报.pdf" not in files
    report = files["证明材料/甲县/上半年/2.2 年度报告/年报.pdf"]
    assert report[:3] == ("甲县", "上半年", "2.2")
    assert report[4:6] == (6, hashlib.sha256(b"report").hexdigest())
    assert files["证明材料/丙县/上半年/2.2/年报.pdf"][6] == "从文件夹和文件名看不出单位"
    assert files["证明材料/上半年/乙县/2.21 别的.pdf"][6] == "从文件夹和文件名看不出指标编号"
    unclear = [f["file"] for f in document["evidence"] if not f["items"]]
    assert len(unclear) == 2


def test_evidence_beside_the_forms_belongs_to_their_period(folder: Path) -> None:
    path = folder / "自我考核/上半年/证明材料/甲县/5.1 网站.png"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"png")
    _, rows, _ = sheet_of(folder)
    assert rows["甲县", "5.1"]["材料核对"] == "1个文件"


def test_a_link_is_listed_and_not_followed(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "别处.txt"
    secret.write_text("不在考核文件夹中", "utf-8")
    (folder / "证明材料/甲县/上半年/2.2").mkdir(parents=True)
    (folder / "证明材料/甲县/上半年/2.2/链接.txt").symlink_to(secret)
    book, _, _ = sheet_of(folder)
    ((*_, size, sha, said),) = files_of(book)
    assert (size, sha, said) == (0, None, "快捷方式（链接），没有读入")


def test_a_link_to_a_folder_is_listed_and_not_followed(folder: Path, tmp_path: Path) -> None:
    evidence(tmp_path / "别处", "材料.txt", b"x")
    (folder / "证明材料/甲县/上半年").mkdir(parents=True)
    (folder / "证明材料/甲县/上半年/2.2 年报").symlink_to(tmp_path / "别处")
    book, rows, _ = sheet_of(folder)
    ((*_, name, size, sha, said),) = files_of(book)
    assert name == "证明材料/甲县/上半年/2.2 年报"
    assert (size, sha, said) == (0, None, "快捷方式（链接），没有读入")
    assert rows["甲县", "2.2"]["材料核对"] == "1个文件"


def test_a_folder_that_cannot_be_opened_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence(tmp_path, "甲县/1.1/报告.pdf")
    evidence(tmp_path, "甲县/1.2/报告.pdf")
    scandir = os.scandir

    def refused(path: Any) -> Any:
        if str(path).endswith("1.1"):
            raise PermissionError(errno.EACCES, "denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refused)
    known = Known(lambda n: n if n == "甲县" else None, ["全年"], ["1.1", "1.2"])
    files = read_evidence(tmp_path, ["证明材料"], known).files
    assert [(f.file, f.remark) for f in files] == [
        ("证明材料/甲县/1.2/报告.pdf", ""),
        ("证明材料/甲县/1.1", "打不开，没有读入"),
    ]


def test_of_too_many_files_the_first_left_out_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in (1, 2, 3, 4):
        evidence(tmp_path, f"甲县/1.1/{n}.pdf")
    monkeypatch.setattr("scoring.evidence.folder.MOST_FILES", 2)
    known = Known(lambda n: n if n == "甲县" else None, ["全年"], ["1.1"])
    found = read_evidence(tmp_path, ["证明材料"], known)
    assert len(found.of("甲县", "全年", "1.1")) == 2
    assert [(f.file, f.remark) for f in found.files[2:]] == [
        ("证明材料/甲县/1.1/3.pdf", "证明材料超过2个文件，从这个文件起没有列入")
    ]


def test_codes_are_read_whole(tmp_path: Path) -> None:
    """1.1 is not 1.10, 1.1.2 is its own."""
    ways = {
        "1.1报告.pdf": "1.1",
        "1.10报告.pdf": "1.10",
        "1.1.2.pdf": "1.1.2",
        "1.1.3.pdf": "",
        "1.12.pdf": "",
        "1.1 无后缀的报告": "1.1",
        "1.1.4": "",
        "1.1.7z": "1.1",
    }
    for way in ways:
        evidence(tmp_path, f"甲县/{way}")
    known = Known(lambda n: n if n == "甲县" else None, ["全年"], ["1.1", "1.10", "1.1.2"])
    found = read_evidence(tmp_path, ["证明材料"], known)
    said = {f.file.rsplit("/", 1)[1]: (f.items[0][2] if f.items else "") for f in found.files}
    assert said == ways


# ---------------------------------------------------------------- what is in it


def test_contradictions_of_statistics_reach_the_verifier(folder: Path) -> None:
    path = evidence(folder, "甲县/上半年/2.2/统计表.docx")
    word_2017(path, {**SOUND_2017, "三.一": "13", "六": ""})
    book, rows, document = sheet_of(folder)
    assert rows["甲县", "2.2"]["材料核对"] == "1个文件，矛盾1处，缺数1处"
    (row,) = files_of(book)
    assert "政府信息公开情况统计表：矛盾1处，缺数1处" in row[6]
    assert "[矛盾] “（一）收到申请数”13" in row[6]
    assert "第1个表格 第23行第3列" in row[6]
    (file,) = document["evidence"]
    assert [f["weight"] for f in file["tables"][0]["findings"]] == ["contradiction", "unchecked"]


def test_late_items_of_a_list_are_shown_to_the_verifier(folder: Path) -> None:
    path = folder / "证明材料/乙县/上半年/2.1 目录/清单.xlsx"
    rows = [["标题", "生成日期", "公开日期"], ["a", date(2024, 1, 5), date(2024, 1, 9)],
            ["b", date(2024, 1, 5), date(2024, 5, 9)], ["c", "不明", date(2024, 5, 9)]]  # fmt: skip
    write_sheet(path, rows)
    book, found, _ = sheet_of(folder)
    assert found["乙县", "2.1"]["材料核对"] == "1个文件，超期公开1条"
    ((*_, said),) = files_of(book)
    assert said == "公开时效：2条中1条超过20个工作日，另有1行有错误未计"


def test_a_list_is_counted_by_the_holidays_of_the_assessment(folder: Path) -> None:
    write_sheet(folder / "节假日.xlsx", [["日期", "类型"], *YEAR_2027])
    rows = [["标题", "生成日期", "公开日期"], ["a", date(2027, 1, 25), date(2027, 2, 26)],
            ["b", date(2027, 1, 25), date(2027, 2, 27)]]  # fmt: skip
    write_sheet(folder / "证明材料/乙县/上半年/2.1 目录/清单.xlsx", rows)
    book, _, _ = sheet_of(folder)
    ((*_, said),) = files_of(book)
    assert said == "公开时效：2条中1条超过20个工作日"


def test_a_file_that_cannot_be_read_stops_nothing(folder: Path) -> None:
    evidence(folder, "甲县/上半年/2.2/坏.docx", b"PK\x03\x04 word/document")
    evidence(folder, "甲县/上半年/2.2/坏.xlsx", b"PK\x03\x04 xl/workbook.xml")
    evidence(folder, "甲县/上半年/2.2/空.txt", b"")
    book, rows, _ = sheet_of(folder)
    assert rows["甲县", "2.2"]["材料核对"] == "3个文件"
    assert [row[6] for row in files_of(book)] == ["文件打不开"] * 3


# ---------------------------------------------------------------- the main job


def test_evidence_changes_nothing_in_check_grade_and_merge(folder: Path) -> None:
    for unit in ("甲县", "乙县"):
        path = folder / f"自我考核/上半年/{unit}.xlsx"
        book = openpyxl.load_workbook(path)
        header = next(r[0].row for r in book.active.iter_rows() if r[0].value == "指标编号")
        score = FORM_HEADER.index("核查得分") + 1
        for row in range(header + 1, header + 1 + len(POINTS)):
            book.active.cell(row, score).value = POINTS[str(book.active.cell(row, 1).value)]
        book.save(path)
    assert kaohe("grade", folder, "--out", folder.parent / "a").returncode == 0
    before = (folder.parent / "a" / "results.json").read_bytes()
    word_2017(evidence(folder, "甲县/上半年/2.2/统计表.docx"), {**SOUND_2017, "三.一": "13"})
    shutil.copy(folder / "第三方评估.xlsx", folder / "证明材料/甲县/第三方评估.xlsx")
    done = kaohe("check", folder, "--json")
    assert (done.returncode, json.loads(done.stdout)["problems"]) == (0, [])
    assert kaohe("grade", folder, "--out", folder.parent / "b").returncode == 0
    assert (folder.parent / "b" / "results.json").read_bytes() == before
    sheet_of(folder)
    merged = kaohe("verification", "merge", folder, folder.parent / "核查表.xlsx", "--json")
    document = json.loads(merged.stdout)
    assert (merged.returncode, document["problems"], document["changes"]) == (0, [], [])
