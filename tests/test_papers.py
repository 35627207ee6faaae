"""What the papers that leave the house say: the same everywhere, and nothing that is not so."""

from __future__ import annotations

import io
import re
import shutil
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from docx import Document

from scoring import make_feedback, score_assessment
from scoring.cli.app import app
from scoring.intake import load_assessment
from scoring.intake.assessment import Assessment
from scoring.intake.settings import Settings
from scoring.publish import render
from scoring.publish.circular.content import Circular, compose
from scoring.publish.results.book import workbook
from scoring.publish.results.results_json import results_json
from scoring.scheme import Scheme
from scoring.score import Result, score
from scoring.tables import make_tables
from tests.conftest import SAMPLE
from tests.folders import write_folder

SCHEMES = SAMPLE.parent / "schemes"


def shipped(name: str) -> tuple[Result, Assessment]:
    assessment, problems = load_assessment(SCHEMES / name)
    assert assessment is not None, problems
    return score_assessment(assessment), assessment


def made(
    components: dict[str, Any], scores: dict[str, dict[str, int | None]], **scheme: Any
) -> Any:
    """The result of a scheme of scores that were handed in, by component and unit."""
    document = {
        "name": "made", "title": "某办法", "subject": "政务公开工作", "source": "某市", "clause": "一",
        "groups": ["A类"], "grades": [{"name": "合格", "from": 60}, {"name": "不合格"}],
        "components": {
            key: {"kind": "score", "table": part["title"], "clause": "二", "full": 100, **part}
            for key, part in components.items()
        },
    } | scheme  # fmt: skip
    checked = Scheme.model_validate(document)
    units = list(dict.fromkeys(unit for given in scores.values() for unit in given))
    tables = make_tables({
        "units": [{"unit": u, "group": "A类", "position": i} for i, u in enumerate(units)],
        "scores": [
            {"component": key, "unit": unit, "score": points * 10_000}
            for key, given in scores.items() for unit, points in given.items() if points is not None
        ],
    })  # fmt: skip
    settings = Settings.model_validate({"scheme": "made", "year": 2024, "region": "某市"})
    result = score(tables, checked, 2024, date(2024, 12, 31))
    return result, Assessment("2024", settings, checked, "made.yaml", tables, (), (), ())


def cells_as_shown(sheet: Any) -> list[list[str]]:
    """The cells of a sheet as Excel shows them."""
    return [
        [
            f"{cell.value:.{len(found[1])}f}"
            if (found := re.fullmatch(r"0\.(0+)", cell.number_format))
            and isinstance(cell.value, int | float)
            else str(cell.value)
            for cell in row
            if cell.value is not None
        ]
        for row in sheet.iter_rows()
    ]


def circular_text(circular: Circular) -> str:
    lines = list(circular.opening)
    for section in circular.sections:
        lines += [section.heading, *(p.text for p in section.paragraphs)]
    return "\n".join(lines)


# ---------------------------------------------------------------- scores


@pytest.mark.parametrize("name", ["fangtan", "fenlei", "jiafen", "jidu", "keshi"])
def test_the_annex_and_its_spreadsheet_say_exactly_the_same(name: str) -> None:
    result, assessment = shipped(name)
    files = render(result, assessment)
    annex = compose(result, assessment).annex
    book = openpyxl.load_workbook(io.BytesIO(files["通报附表.xlsx"]))
    document = Document(io.BytesIO(files["通报.docx"]))
    decimals = result.scheme.rounding.decimals
    places = rf"\.\d{{{decimals}}}" if decimals else ""
    score_form = rf"-?\d+{places}\*?|—|未计入"
    for sheet, table, printed in zip(book, annex.tables, document.tables, strict=False):
        shown = cells_as_shown(sheet)
        assert shown[2] == [annex.title]
        assert shown[3] == [table.caption, "单位：分"]
        assert shown[4] == [column.title for column in table.columns]
        assert shown[5 : 5 + len(table.rows)] == [list(row) for row in table.rows]
        notes = [text for row in shown[5 + len(table.rows) :] for text in row]
        assert notes == ["注：" + annex.notes[0], *annex.notes[1:]]
        assert [c.text for c in printed.rows[1].cells] == list(table.rows[0])
        for row in table.rows:
            assert all(re.fullmatch(score_form, text) for text in row[2:-1]), row
    assert "未经舍入" in annex.notes[0]
    assert annex.title in "".join(p.text for p in document.paragraphs)


def test_a_third_is_published_rounded_and_kept_exact() -> None:
    """Three assessors, 89, 89 and 90: 268/3."""
    assessed = {"title": "专家评审", "weight": 100}
    result, assessment = made({"review": assessed}, {"review": {"甲县": 89}})
    unit = result.units[0]
    exact = replace(result, units=(unit._replace(components={"review": Fraction(268, 3)}),))
    assert compose(exact, assessment).annex.tables[0].rows[0][2] == "89.33"
    assert '"review": "268/3"' in results_json(exact)


def test_the_summary_shows_scores_with_the_schemes_decimals() -> None:
    result, assessment = shipped("fenlei")
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(result, assessment)))["汇总"]
    for row in sheet.iter_rows(min_row=5, min_col=4, max_col=9):
        assert {cell.number_format for cell in row} == {"0.00"}


def test_a_feedback_compares_scores_of_the_same_decimals() -> None:
    result, assessment = shipped("fenlei")
    content = make_feedback(result, assessment, ["教育局"])["教育局反馈单.docx"]
    rows = [[c.text for c in row.cells] for row in Document(io.BytesIO(content)).tables[0].rows]
    for row in rows[1:]:
        assert all(re.fullmatch(r"\d+\.\d\d|—", text) for text in row[2:]), row


# ---------------------------------------------------------------- what did not count


BONUS = {
    "base": {"title": "基本", "weight": 100},
    "bonus": {"title": "加分", "adds": True, "enters": {"above": 80}, "full": 10},
}


def test_a_bonus_that_did_not_enter_is_not_shown_as_earned() -> None:
    result, assessment = made(
        BONUS, {"base": {"甲县": 90, "乙县": 80}, "bonus": {"甲县": 5, "乙县": 5}}
    )
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(result, assessment)), data_only=True)["汇总"]
    header = [cell.value for cell in sheet[4]]
    rows = {
        row[1]: dict(zip(header, row, strict=True)) for row in sheet.iter_rows(5, values_only=True)
    }
    assert (rows["甲县"]["加分"], rows["甲县"]["备注"]) == (5, None)
    assert rows["乙县"]["加分"] == "未计入"
    assert rows["乙县"]["备注"] == "加分5分未计入（其余部分合计不高于80分）"
    annex = compose(result, assessment).annex
    assert [row[3] for row in annex.tables[0].rows] == ["5.00", "未计入"]
    assert any("未计入" in note for note in annex.notes)
    assert "另计加分" in "".join(compose(result, assessment).opening)


def test_a_closed_gate_is_named_and_not_called_a_missing_score() -> None:
    result, assessment = made(
        {
            "site": {"title": "网站", "weight": 60, "gate": 60},
            "other": {"title": "其他", "weight": 40},
        },
        {"site": {"甲县": 50, "乙县": 90}, "other": {"甲县": None, "乙县": 80}},
    )
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(result, assessment)), data_only=True)["汇总"]
    remarks = {row[1]: row[-1] for row in sheet.iter_rows(5, values_only=True)}
    assert remarks == {"乙县": None, "甲县": "网站低于60分，其余部分不计分"}
    annex = compose(result, assessment).annex
    assert not any("*" in text for row in annex.tables[0].rows for text in row)
    assert "网站低于60分的，其余部分不计分：甲县。" in annex.notes


# ---------------------------------------------------------------- wording


def test_the_circular_repeats_nothing_and_no_bonus_is_a_problem() -> None:
    for name in ("fangtan", "fenlei", "jiafen", "jidu", "keshi"):
        result, assessment = shipped(name)
        circular = compose(result, assessment)
        text = circular_text(circular)
        assert "成绩成绩" not in text
        assert not re.search(r"个单位。指", text)
        problems = [s for s in circular.sections if s.heading.endswith("存在问题")]
        said = [p.text for s in problems for p in s.paragraphs]
        assert not any("加分方面" in line for line in said)


def test_groups_that_are_only_letters_are_counted_as_units() -> None:
    result, assessment = made(
        {"a": {"title": "甲", "weight": 100}}, {"a": {"某局": 90, "某县": 70}}
    )
    opening = "".join(compose(result, assessment).opening)
    assert "对2个A类单位2024年度政务公开工作进行了考核" in opening


def test_what_the_data_do_not_support_is_not_said() -> None:
    """Scores alone: no problems were found, no indicators are weak, and nothing is said of either."""
    result, assessment = made({"a": {"title": "甲", "weight": 100}}, {"a": {"某局": 90}})
    circular = compose(result, assessment)
    headings = [s.heading for s in circular.sections]
    assert headings == ["一、总体情况", "二、考核结果", "三、下一步工作要求"]
    text = circular_text(circular)
    for word in ("问题", "薄弱", "得分率", "整改"):
        assert word not in text


# ---------------------------------------------------------------- feedback, forms, screen


def test_no_problem_and_no_reason_is_cut() -> None:
    assessment, _ = load_assessment(SAMPLE)
    assert assessment is not None
    result = score_assessment(assessment)
    unit = "示例市供销合作社联合社"
    content = make_feedback(result, assessment, [unit])[f"{unit}反馈单.docx"]
    tables = Document(io.BytesIO(content)).tables
    cells = {cell.text for table in tables for row in table.rows for cell in row.cells}
    charged = [e for e in result.entries if e.charged_unit == unit and e.deduction]
    assert any(len(e.description) > 30 for e in charged)
    for entry in charged:
        assert entry.description.rstrip("。") in cells
    assert not any("…" in text for text in cells)


def test_a_final_result_on_sample_indicators_says_so(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "2024"))
    done = CliRunner().invoke(app, ["grade", str(folder)], standalone_mode=False)
    assert done.return_value == 0
    assert "自我考核的指标和分值是示例" in done.stdout
    book = openpyxl.load_workbook(folder / "结果" / "考核结果.xlsx", read_only=True)
    notes = [value for row in book["数据说明"].iter_rows(values_only=True) for value in row]
    assert any("自我考核的指标和分值是示例" in str(value) for value in notes)


def test_a_form_shows_no_english_code_and_has_a_place_to_stamp(
    tmp_path: Path,
) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": {}})
    shutil.rmtree(folder / "平时考核台账")
    done = CliRunner().invoke(
        app, ["forms", str(folder), "--period", "上半年"], standalone_mode=False
    )
    assert done.return_value == 0
    (path,) = (folder / "空白表").rglob("甲县.xlsx")
    book = openpyxl.load_workbook(path, data_only=True)
    texts = []
    for sheet in book:
        if sheet.sheet_state != "visible":
            continue
        hidden = {
            column
            for dimension in sheet.column_dimensions.values()
            if dimension.hidden
            for column in range(dimension.min, dimension.max + 1)
        }
        texts += [str(c.value) for row in sheet.iter_rows() for c in row
                  if c.value is not None and c.column not in hidden]  # fmt: skip
    assert not [text for text in texts if re.search(r"[A-Za-z]{3}", text)]
    assert any("单位（盖章）" in text for text in texts)
    # A ledger that is not there yet holds no row with an error.
    assert any("还没有台账，按预置分计" in text for text in texts)
    assert not any("有误" in text for text in texts)
    # Areas are not cut by the end of a page.
    form = book["考核表"]
    firsts = {
        r for r in range(7, form.max_row) if form.cell(r - 1, 1).value in ("小计", "指标编号")
    }
    breaks = {brk.id + 1 for brk in form.row_breaks.brk}
    assert breaks
    assert breaks <= firsts


def test_a_few_rows_have_no_page_of_their_own() -> None:
    """The last page is spared where the others become only a little smaller."""

    def fitted(count: int) -> int:
        given = {"a": {f"第{n}单位": 90 for n in range(count)}}
        result, assessment = made({"a": {"title": "甲", "weight": 100}}, given)
        sheet = openpyxl.load_workbook(io.BytesIO(workbook(result, assessment)))["汇总"]
        return int(sheet.page_setup.fitToHeight if sheet.page_setup.fitToHeight is not None else 1)

    assert [fitted(count) for count in (10, 24, 45)] == [0, 1, 0]


# ---------------------------------------------------------------- only what the data support


def note_lines(result: Result, assessment: Assessment, unit: str) -> list[str]:
    (content,) = (
        content for name, content in make_feedback(result, assessment, [unit]).items()
        if name.endswith(".docx")
    )  # fmt: skip
    return [p.text for p in Document(io.BytesIO(content)).paragraphs if p.text]


def below(lines: list[str], heading: str) -> str:
    return lines[lines.index(heading) + 1]


def test_a_feedback_says_why_something_is_not_there(tmp_path: Path) -> None:
    """Neither a part that the scheme lacks nor one that has not come in is a year without faults."""
    note = note_lines(*shipped("fenlei"), "教育局")
    assert below(note, "二、扣分事项") == "考核办法没有按台账扣分的部分。"
    note = note_lines(*shipped("jiafen"), "发展改革委")
    assert below(note, "三、核减事项") == "考核办法没有自评的部分。"
    # 99.9 of 100: points were lost, where no rule and no indicator says.
    assert below(note, "四、提升重点") == "没有可单独提高综合成绩的扣分项或指标。"
    folder = write_folder(tmp_path / "2024", {"甲县": {"上半年": 88}})
    shutil.rmtree(folder / "平时考核台账")
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    result = score_assessment(assessment)
    note = note_lines(result, assessment, "甲县")
    assert below(note, "二、扣分事项") == "台账有缺项，扣分未定。"
    assert below(note, "四、提升重点") == "综合成绩因缺项未定，没有测算。"
    assert "台账有缺项，扣分的问题未定。" in circular_text(compose(result, assessment))
    shutil.rmtree(folder / "自我考核")
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    note = note_lines(score_assessment(assessment), assessment, "甲县")
    assert below(note, "三、核减事项") == "没有已核查的指标。"


def test_a_list_of_problems_is_as_wide_as_a_page(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": {"上半年": 88}})
    target = tmp_path / "问题清单.xlsx"
    CliRunner().invoke(app, ["check", str(folder), "--problems", str(target)])
    sheet = openpyxl.load_workbook(target).active
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$1"


# ---------------------------------------------------------------- nothing cut, nothing broken


def test_a_letterhead_keeps_to_its_line_with_some_room() -> None:
    """13 characters; a line as long as the text to the last point breaks before 文件."""
    document = Document(io.BytesIO(render(*shipped("keshi"))["通报.docx"]))
    size = document.styles["公文发文机关标志"].font.size
    section = document.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    letterhead = "示例市住房和城乡建设局文件"
    assert letterhead in {p.text for p in document.paragraphs}
    assert 0.96 * room < len(letterhead) * size < 0.99 * room


def test_annex_columns_hold_wider_digits_beside_short_names() -> None:
    """（100%） under 网上访谈, in a font whose digits are two thirds of a character wide."""
    document = Document(io.BytesIO(render(*shipped("fangtan"))["通报.docx"]))
    score = document.tables[0].columns[2]
    assert score.cells[0].text == "网上访谈\n（100%）"
    assert score.width.pt >= (2 + 4 * 2 / 3) * 12 + 8.5


def test_weights_of_each_group_are_not_cut() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(*shipped("fenlei"))))["汇总"]
    (row,) = {cell.row for line in sheet for cell in line if "70%" in str(cell.value)}
    assert sheet.row_dimensions[row].height >= 2 * 13
