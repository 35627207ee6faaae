"""A form filled in answer by answer: the same as its workbook, checked, previewed and handed in."""

from __future__ import annotations

import io
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest

import scoring
from tests.conftest import SAMPLE

UNIT, PART = "临溪县人民政府", "self_assessment"
DAY, SENT = date(2024, 12, 31), date(2024, 7, 12)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "2024"))


@pytest.fixture(scope="module")
def year() -> scoring.Assessment:
    return scoring.load_assessment(SAMPLE)


@pytest.mark.parametrize("period", ["上半年", "下半年"])
def test_answers_give_what_the_workbook_with_them_gives(
    year: scoring.Assessment, period: str
) -> None:
    (file,) = (row.file for row in year.tables.forms if (row.unit, row.period) == (UNIT, period))
    assert file is not None
    found, _ = scoring.preview_form(SAMPLE / file)
    assert found is not None
    form = scoring.form_key(year, UNIT, PART, period)
    answers = scoring.answers_of(year, form)
    checked = scoring.check_answers(year, form, answers, DAY, SENT)
    assert checked.sound
    # The workbook is verified already, the answers are what the unit said: areas add up self-scores.
    own = sum(float(cells["自评分"]) for cells in answers.values())
    got = sum(area.got for area in checked.preview.areas)
    assert got == round(own * 10_000)
    assert [area.points for area in checked.preview.areas] == [area.points for area in found.areas]


def test_a_form_handed_in_first_is_read_as_it_was_answered(folder: Path) -> None:
    year = scoring.load_assessment(folder)
    form = scoring.form_key(year, UNIT, PART, "上半年")
    (old,) = (row.file for row in year.tables.forms if (row.unit, row.period) == (UNIT, "上半年"))
    assert old is not None
    answers = scoring.answers_of(year, form)
    answers["2.1"] = {"自评分": "3.5", "自评说明": "目录已更新", "证明材料": "截图.png"}
    (folder / old).unlink()
    year = scoring.load_assessment(folder)
    made = scoring.hand_in(year, form, answers, SENT)
    assert made.problems == ()
    assert made.file == f"自我考核/上半年/{UNIT}考核表.xlsx"
    (folder / made.file).write_bytes(made.content)
    again = scoring.load_assessment(folder)
    assert scoring.answers_of(again, form) == answers
    (row,) = (row for row in again.tables.forms if (row.unit, row.period) == (UNIT, "上半年"))
    assert row.submitted == SENT
    assert again.problems == ()


def test_a_form_that_came_in_keeps_all_but_changed_cells(folder: Path) -> None:
    year = scoring.load_assessment(folder)
    form = scoring.form_key(year, UNIT, PART, "上半年")
    answers = scoring.answers_of(year, form)
    answers["1.1"] = {**answers["1.1"], "自评分": "7.25"}
    made = scoring.hand_in(year, form, answers, date(2024, 7, 20))
    assert made.problems == ()
    old = _cells((folder / made.file).read_bytes())
    new = _cells(made.content)
    assert {at: (old.get(at), new[at]) for at in new if new[at] != old.get(at)}.keys() <= new.keys()
    changed = {new[at] for at in new if new[at] != old.get(at)}
    assert 7.25 in changed
    # The score, the day, and sums over the score.
    assert len(changed) <= 4
    (folder / made.file).write_bytes(made.content)
    again = scoring.load_assessment(folder)
    (row,) = (row for row in again.tables.forms if (row.unit, row.period) == (UNIT, "上半年"))
    assert (row.submitted, row.days_late) == (date(2024, 7, 20), 5)


def _cells(content: bytes) -> dict[tuple[str, str], object]:
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
        if cell.value is not None
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"自评分": "11"}, "应为0到10的数字"),
        ({"自评分": "很好"}, "现为“很好”"),
        ({"自评分": ""}, "自评分"),
        ({"自评分": "-1"}, "应为0到10的数字"),
        ({"自评分": "50%"}, "现为“50%”"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_as_check_says_it(
    year: scoring.Assessment, cells: dict[str, str], said: str
) -> None:
    form = scoring.form_key(year, UNIT, PART, "上半年")
    answers = {**scoring.answers_of(year, form), "1.1": cells}
    checked = scoring.check_answers(year, form, answers, DAY, SENT)
    assert not checked.sound
    assert said in " ".join(problem.message() for problem in checked.by_item["1.1"])
    assert set(checked.by_item) == {"1.1"}


def test_a_form_that_there_is_not(year: scoring.Assessment) -> None:
    with pytest.raises(scoring.NoFormError):
        scoring.form_key(year, UNIT, PART, "第三季度")
