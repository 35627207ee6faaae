"""``kaohe statistics``: the two filled copies, sound tables, and single numbers changed in these."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.evidence import form_2017, form_annual
from scoring.evidence.checks import AtMost, Check, NoNumber, Sum, run_check, run_checks
from scoring.evidence.model import Figure, Spot, State, Weight
from scoring.points import SCALE, format_points
from scoring.steps.evidence import check_statistics
from tests.conftest import ROOT
from tests.evidence_files import (
    SOUND_2017,
    WRITERS_2017,
    WRITERS_ANNUAL,
    book_2017,
    sound_requests,
    sound_reviews,
    text_2017,
)
from tests.program import kaohe

DATA = ROOT / "tests" / "data" / "statistics"
Found = list[tuple[str, list[tuple[str, str, int]]]]


def run(*arguments: object) -> tuple[int, Any]:
    done = kaohe("statistics", *arguments, "--json")
    return done.returncode, json.loads(done.stdout)


def findings(document: Any) -> Found:
    """Weight, and the name, text and row of each cell."""
    return [
        (f["weight"], [(c["key"], c["says"], c["row"]) for c in f["cells"]])
        for file in document["files"]
        for table in file["tables"]
        for f in table["findings"]
    ]


# ---------------------------------------------------------------- the two filled copies


def test_the_copy_of_a_city_has_one_contradiction_and_one_doubt() -> None:
    """482 items made public, 436 over all channels; eight people trained in no course (the report says:
    in courses of the province). Nothing else follows from the form."""
    code, document = run(DATA / "格尔木市2017.txt")
    assert code == 1
    (file,) = document["files"]
    (table,) = file["tables"]
    assert (table["unit"], table["year"]) == ("格尔木市人民政府办公室", 2017)
    assert findings(document) == [
        ("contradiction", [
            ("一.一", "482", 19), ("一.二.1", "0", 42), ("一.二.2", "436", 48), ("一.二.3", "0", 54),
            ("一.二.4", "0", 60), ("一.二.5", "0", 66),
        ]),
        ("doubt", [("九.三", "8", 390), ("九.二", "0", 384)]),
    ]  # fmt: skip


def test_the_bureaus_copy_has_two_contradictions_one_doubt() -> None:
    """30 items on the website of 12 in all; 12 normative documents made public of none made; a number
    in a heading, which has no unit."""
    code, document = run(DATA / "昌邑区商务局2018.txt")
    assert code == 1
    assert findings(document) == [
        ("contradiction", [("一.二.2", "30", 27), ("一.一", "12", 12)]),
        ("contradiction", [("一.一.其中", "12", 15), ("一.一.制发", "0", 18)]),
        ("doubt", [("一", "42", 9)]),
    ]
    table = document["files"][0]["tables"][0]
    assert len(table["figures"]) == len(form_2017.ITEMS)


def test_the_screen_names_place_value_and_what_would_fit() -> None:
    done = kaohe("statistics", DATA / "格尔木市2017.txt", DATA / "昌邑区商务局2018.txt")
    assert done.returncode == 1
    said = done.stdout
    assert (
        "“（一）主动公开政府信息数”482，大于各项合计436（“2.政府网站公开政府信息数”436，其余为0）"
        in said
    )
    assert "“（一）主动公开政府信息数”不大于436，或后者合计不小于482" in said
    assert "第19行“（一）主动公开政府信息数”482" in said
    assert "“其中：主动公开规范性文件数”12，大于“制发规范性文件总数”0" in said
    assert "第15行“其中：主动公开规范性文件数”12；第18行“制发规范性文件总数”0" in said
    assert "“（三）接受培训人员数”8，而“（二）举办各类培训班数”为0" in said


# ---------------------------------------------------------------- sound tables


@pytest.mark.parametrize("name", WRITERS_2017)
def test_in_a_sound_table_of_2017_nothing_is_found(name: str, tmp_path: Path) -> None:
    path = WRITERS_2017[name](tmp_path / name, SOUND_2017)
    code, document = run(path)
    assert (code, findings(document), document["problems"]) == (0, [], [])
    (table,) = document["files"][0]["tables"]
    assert (table["unit"], table["year"]) == ("甲县人民政府办公室", 2017)
    assert table["figures"] == SOUND_2017


@pytest.mark.parametrize("name", WRITERS_ANNUAL)
def test_in_sound_tables_of_an_annual_report_nothing_is_found(name: str, tmp_path: Path) -> None:
    path = WRITERS_ANNUAL[name](tmp_path / name, sound_requests(), sound_reviews())
    code, document = run(path)
    assert (code, findings(document), document["problems"]) == (0, [], [])
    requests, reviews = document["files"][0]["tables"]
    assert requests["figures"] == sound_requests()
    assert reviews["figures"] == sound_reviews()


# ---------------------------------------------------------------- single numbers changed


def figures(numbers: dict[str, str]) -> dict[str, Figure]:
    return {
        key: Figure(key, key, State.READ, round(float(n) * SCALE), n, Spot("表", row=at))
        for at, (key, n) in enumerate(numbers.items(), 1)
    }


ANNUAL_LINES = frozenset(key.split("/")[0] for key in sound_requests())
FORMS: dict[str, tuple[dict[str, str], tuple[Check, ...]]] = {
    "2017": (
        {**dict.fromkeys(form_2017.HEADINGS, "0"), "一.二": "36", **SOUND_2017}, form_2017.CHECKS,
    ),
    "申请": (sound_requests(), form_annual.request_checks(ANNUAL_LINES)),
    "复议诉讼": (sound_reviews(), form_annual.REVIEW_CHECKS),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@given(data=st.data())
def test_every_sum_is_found_when_one_of_its_numbers_is_changed(form: str, data: Any) -> None:
    numbers, checks = FORMS[form]
    assert run_checks(checks, figures(numbers)) == []
    check = data.draw(st.sampled_from([c for c in checks if isinstance(c, Sum)]))
    key = data.draw(st.sampled_from([check.total, *check.plus, *check.parts]))
    other = data.draw(st.integers(0, 999).filter(lambda n: str(n) != numbers[key]))
    finding = run_check(check, figures({**numbers, key: str(other)}))
    assert finding is not None
    assert (key, str(other)) in [(c.key, c.said) for c in finding.cells]
    assert {c.key for c in finding.cells} == {check.total, *check.plus, *check.parts}


@pytest.mark.parametrize("check", [c for c in form_2017.CHECKS if not isinstance(c, Sum)], ids=str)
def test_every_other_rule_of_2017_is_found_broken(check: Check) -> None:
    numbers = FORMS["2017"][0]
    if isinstance(check, AtMost):
        whole = sum(float(numbers[key]) for key in check.wholes)
        changed = {check.part: str(int(whole) + 1)}
        named = {check.part, *check.wholes}
    elif isinstance(check, NoNumber):
        changed, named = {check.heading: "7"}, {check.heading}
    else:
        changed = dict.fromkeys(check.others, "0")
        named = {check.figure, *check.others}
    finding = run_check(check, figures({**numbers, **changed}))
    assert finding is not None
    assert {c.key for c in finding.cells} == named


@pytest.mark.parametrize("seed", range(4))
def test_a_changed_cell_of_a_file_is_named_with_its_place(seed: int, tmp_path: Path) -> None:
    """By the command line, in a workbook: the cell is the one that was changed."""
    some = random.Random(seed)
    summed = [c for c in form_2017.CHECKS if isinstance(c, Sum) and c.total != "一.二"]
    check = some.choice(summed)
    key = some.choice([check.total, *check.parts])
    path = book_2017(tmp_path / "表.xlsx", {**SOUND_2017, key: "77"})
    (row,) = (
        r for r, item in enumerate(form_2017.ITEMS, 6) if item.key == key
    )  # title of three lines, a blank one, the header
    _, document = run(path)
    cells = [
        (c["key"], c["cell"], c["table"])
        for table in document["files"][0]["tables"]
        for finding in table["findings"]
        if finding["rule"] == check.rule
        for c in finding["cells"]
    ]
    assert (key, f"C{row}", "工作表“统计表”") in cells


def test_a_changed_number_breaks_its_row_and_its_column(tmp_path: Path) -> None:
    numbers = {**sound_requests(), "三.五.1/科研机构": "5"}
    path = WRITERS_ANNUAL["年报.html"](tmp_path / "年报.html", numbers, sound_reviews())
    code, document = run(path)
    assert code == 1
    found = document["files"][0]["tables"][0]["findings"]
    assert [f["cells"][0]["key"] for f in found] == ["三.五.1/总计", "三.七/科研机构"]
    for finding in found:
        cell = next(c for c in finding["cells"] if c["key"] == "三.五.1/科研机构")
        assert (cell["says"], cell["table"]) == ("5", "第1个表格")


# ---------------------------------------------------------------- what is not there


def test_a_blank_is_no_zero(tmp_path: Path) -> None:
    """A blank part is named; the sum is a contradiction only where the others are more already."""
    blank = {**SOUND_2017, "三.一.2": "", "三.一.3": "/"}
    code, document = run(text_2017(tmp_path / "a.txt", blank))
    assert code == 0
    assert [(w, [k for k, _, _ in cells]) for w, cells in findings(document)] == [
        ("unchecked", ["三.一.2", "三.一.3"])
    ]
    code, document = run(text_2017(tmp_path / "b.txt", {**blank, "三.一.4": "50"}))
    assert code == 1
    assert findings(document)[0][0] == "contradiction"


@pytest.mark.parametrize("said", ["若干", "-3", "2.5", "约12"])
def test_what_is_no_count_is_named(said: str, tmp_path: Path) -> None:
    _, document = run(text_2017(tmp_path / "a.txt", {**SOUND_2017, "六": said}))
    (finding,) = document["files"][0]["tables"][0]["findings"]
    assert (finding["weight"], finding["cells"][0]["says"]) == ("unchecked", said)


def test_a_row_that_is_absent_is_named(tmp_path: Path) -> None:
    path = book_2017(tmp_path / "a.xlsx", SOUND_2017)
    book = openpyxl.load_workbook(path)
    sheet = book.active
    sheet.delete_rows(next(c.row for c in sheet["A"] if c.value == "2.传真申请数"))
    book.save(path)
    _, document = run(path)
    assert findings(document) == [("unchecked", [("三.一.2", "", None)])]


def test_pending_reviews_are_only_a_doubt() -> None:
    check = next(c for c in form_2017.CHECKS if isinstance(c, Sum) and c.total == "四")
    numbers = FORMS["2017"][0]
    fewer = run_check(check, figures({**numbers, "四.一": "1"}))
    more = run_check(check, figures({**numbers, "四.一": "9"}))
    assert fewer is not None
    assert more is not None
    assert (fewer.weight, more.weight) == (Weight.DOUBT, Weight.CONTRADICTION)


def test_a_row_with_another_number_of_cells_is_not_guessed(tmp_path: Path) -> None:
    path = WRITERS_ANNUAL["年报.txt"](tmp_path / "年报.txt", sound_requests(), sound_reviews())
    text = path.read_text("utf-8").replace("2.重复申请 | 0 | 0 |", "2.重复申请 | 0 |")
    path.write_text(text, "utf-8")
    _, document = run(path)
    found = findings(document)
    (one,) = found
    assert one[0] == "unchecked"
    assert [key for key, _, _ in one[1]] == [f"三.五.2/{c}" for c in form_annual.COLUMNS]


def test_a_blank_form_is_one_finding(tmp_path: Path) -> None:
    """Of a page copied without its blank cells: a name a line."""
    names = [
        line.label
        for line in form_annual.LINES
        if line.key not in ("三.六.1", "三.六.2", "三.六.3")
    ]
    path = tmp_path / "年报.txt"
    path.write_text("\n".join([*form_annual.COLUMNS, *names]), "utf-8")
    code, document = run(path)
    assert code == 0
    ((weight, cells),) = findings(document)
    assert (weight, len(cells)) == ("unchecked", 7 * 23)


def test_without_other_outcomes_their_sum_may_be_less(tmp_path: Path) -> None:
    numbers = sound_requests()
    numbers = {key: n for key, n in numbers.items() if not key.startswith("三.六")}
    path = WRITERS_ANNUAL["年报.xlsx"](tmp_path / "年报.xlsx", numbers, sound_reviews())
    book = openpyxl.load_workbook(path)
    sheet = book["申请"]
    some = [c.row for c in sheet["C"] if c.value and ("申请人" in c.value or c.value == "3.其他")]
    for row in reversed(some):
        sheet.delete_rows(row)
    book.save(path)
    code, document = run(path)
    assert code == 0
    ((weight, cells),) = findings(document)
    assert (weight, {key.split("/")[0] for key, _, _ in cells}) == ("unchecked", {"三.六"})


# ---------------------------------------------------------------- files


def test_a_file_without_a_table_and_one_that_is_none_are_named(tmp_path: Path) -> None:
    text = tmp_path / "说明.txt"
    text.write_text("本单位一切正常。", "utf-8")
    broken = tmp_path / "坏.docx"
    broken.write_bytes(b"PK\x03\x04word/document")
    other = tmp_path / "扫描.pdf"
    other.write_bytes(b"%PDF-1.4")
    code, document = run(text, broken, other)
    assert code == 1
    assert {p["file"]: p["kind"] for p in document["problems"]} == {
        "说明.txt": "header-missing", "坏.docx": "file-unreadable", "扫描.pdf": "file-type",
    }  # fmt: skip
    done = kaohe("statistics", tmp_path / "没有.xlsx")
    assert (done.returncode, "找不到文件" in done.stderr) == (2, True)


def test_a_file_without_a_table_marks_the_sheet_that_names_it(tmp_path: Path) -> None:
    text = tmp_path / "说明.txt"
    text.write_text("本单位一切正常。", "utf-8")
    sound = WRITERS_2017["统计表.xlsx"](tmp_path / "统计表.xlsx", SOUND_2017)
    kaohe("statistics", sound, text, "--out", tmp_path / "核对")
    book = openpyxl.load_workbook(tmp_path / "核对" / "核对结果.xlsx")
    named = {row[0]: row[5] for row in book["读入的表"].iter_rows(min_row=4, values_only=True)}
    assert named == {"统计表.xlsx": "没有发现矛盾", "说明.txt": "找不到表头"}
    coloured = [sheet.title for sheet in book if sheet.sheet_properties.tabColor is not None]
    assert coloured == ["读入的表"]


def test_the_workbook_holds_every_finding_and_every_number(tmp_path: Path) -> None:
    paths = [DATA / "格尔木市2017.txt", DATA / "昌邑区商务局2018.txt"]
    assert kaohe("statistics", *paths, "--out", tmp_path / "核对").returncode == 1
    path = tmp_path / "核对" / "核对结果.xlsx"
    first = path.read_bytes()
    book = openpyxl.load_workbook(path)
    rows = list(book["核对结果"].iter_rows(min_row=4, values_only=True))
    assert [row[0] for row in rows][:5] == ["矛盾", "可疑", "矛盾", "矛盾", "可疑"]
    assert "第19行：（一）主动公开政府信息数 482" in rows[0][6]
    assert [row[1] for row in rows][:2] == ["格尔木市2017.txt"] * 2
    said = list(book["读入的数"].iter_rows(min_row=4, values_only=True))
    assert len(said) == 2 * len(form_2017.ITEMS)
    assert (
        "格尔木市2017.txt",
        "政府信息公开情况统计表",
        "2.政府网站公开政府信息数",
        "436",
        "第48行",
    ) in said
    kaohe("statistics", *paths, "--out", tmp_path / "核对")
    assert path.read_bytes() == first


def test_a_notebook_gets_the_figures_exactly() -> None:
    (checked,) = check_statistics([DATA / "格尔木市2017.txt"])
    (table,) = checked.tables
    value = table.figures["一.一"].value
    assert value is not None
    assert format_points(value) == "482"
    assert checked.sha256
