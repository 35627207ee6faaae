"""What a cell shows of the number that it stores: number formats against LibreOffice and by rule."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.intake.cells import CellError, ShownCell, read_date, read_points, read_text, shown
from scoring.intake.grids.formats import built_in, display
from tests.conftest import Office

pytestmark = pytest.mark.fast

NUMBERS = (0, 1, 2.1, 8, 8.5, 8.125, 88.05, 89.6, 90, 100, 1234.5, 0.9, 0.885, -1, -5.25)
FORMATS = (
    "0", "0.0", "0.00", "0.000", "#", "0.##", "#.00", "#,##0", "#,##0.00", "0000", "00.0", "0%",
    "0.0%", "0.00_);(0.00)", "0.00;-0.00", '0"分"', '0.0"分"', '0;-0;"无"', "0;;", '"得"0"分"',
    "[Red]0.0", '[>=60]0"分";0"分（不及格）"', "#,##0_ ;-#,##0", "0_ ", "??0.00", "General",
)  # fmt: skip
DAYS = (45356, 45402, 45413.75, 45657, 36526)
DAY_FORMATS = (
    "yyyy-mm-dd", "yyyy/m/d", 'yyyy"年"m"月"d"日"', 'yyyy"年"m"月"', 'm"月"d"日"', "m/d", "yyyy/m",
    "yyyy", "yy-m-d", "yyyy-mm-dd hh:mm", "h:mm", "mm:ss", "d", "yyyy.mm.dd",
)  # fmt: skip


@pytest.mark.office
def test_what_is_shown_is_what_libreoffice_shows(office: Office, tmp_path: Path) -> None:
    cases: list[tuple[float, str]] = [
        (n, f) for f in FORMATS for n in NUMBERS
        # A place for a digit that is not there is a blank behind the sign.
        if not (n < 0 and "?" in f)
    ]  # fmt: skip
    cases += [(d, f) for f in DAY_FORMATS for d in DAYS]
    book = openpyxl.Workbook()
    for row, (value, code) in enumerate(cases, 1):
        cell = book.active.cell(row, 1, value)
        cell.number_format = code
    path = tmp_path / "formats.xlsx"
    book.save(path)
    lines = csv.reader(io.StringIO(office(path, "csv").read_text("utf-8")))
    rows = [line or [""] for line in lines]
    assert len(rows) == len(cases)
    differ = [
        (value, code, seen, row[0].strip())
        for (value, code), row in zip(cases, rows, strict=True)
        if (seen := _seen(value, code)) != row[0].strip()
    ]
    assert differ == [], "\n".join(map(str, differ))


def _seen(value: float, code: str) -> str:
    cell = display(float(value), code)
    if isinstance(cell, datetime):
        # A whole day is read as one; how it is written does not matter.
        return next(text for text in _written(cell, code))
    return cell.text.strip() if isinstance(cell, ShownCell) else shown(cell)


def _written(day: datetime, code: str) -> list[str]:
    styles = {
        "yyyy-mm-dd": f"{day:%Y-%m-%d}", "yyyy/m/d": f"{day.year}/{day.month}/{day.day}",
        'yyyy"年"m"月"d"日"': f"{day.year}年{day.month}月{day.day}日",
        "yy-m-d": f"{day:%y}-{day.month}-{day.day}", "yyyy-mm-dd hh:mm": f"{day:%Y-%m-%d %H:%M}",
        "yyyy.mm.dd": f"{day:%Y.%m.%d}",
    }  # fmt: skip
    return [styles[code]]


@given(st.integers(0, 1_000_000), st.integers(0, 4))
def test_a_score_is_read_only_where_its_decimals_are_shown(number: int, decimals: int) -> None:
    value = Decimal(number) / 10_000
    code = "0." + "0" * decimals if decimals else "0"
    seen = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    cell = display(float(value), code)
    if seen == value:
        assert read_points(cell) == number
        assert read_text(cell) == f"{value:.{decimals}f}"
    else:
        with pytest.raises(CellError) as error:
            read_points(cell, 0, 1_000_000)
        assert error.value.kind == "value-shown"
        assert str(seen) in error.value.fix


@given(st.integers(1, 120_000), st.sampled_from(["0%", "0.0%", "0.00%", '0"%"', "0‰"]))
def test_a_percentage_is_no_number_of_points(number: int, code: str) -> None:
    with pytest.raises(CellError):
        read_points(display(number / 10_000, code), 0, 1_000_000)


@pytest.mark.parametrize(
    ("value", "code"),
    [(0.0, "0;-0;;@"), (90.0, ";;;"), (90.0, '"无"'), (90_000.0, "0,"), (90.0, "0.00E+00"),
     (8.5, "# ?/?"), (5.0, '"9"0'), (-5.0, "0;0"), (0.0, "#"), (0.0, '0;-0;"-"')],
)  # fmt: skip
def test_what_shows_no_certain_number_is_refused(value: float, code: str) -> None:
    with pytest.raises(CellError) as error:
        read_points(display(value, code))
    assert error.value.kind == "value-shown"


@pytest.mark.parametrize("text", ["85.5¹", "⑨", "9₂", "½", "-0", "−0", "Ⅷ", "90%", "㋀"])
def test_a_text_that_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        read_points(text)


def test_a_code_is_read_as_it_is_shown() -> None:
    assert read_text(display(2.1, "0.00")) == "2.10"
    assert read_text(display(7.0, "0000")) == "0007"
    assert read_text(display(2.1, "General")) == "2.1"


@pytest.mark.parametrize("number", [16, 17, 20, 27, 28, 36, 45, 46, 50, 51, 57])
def test_a_built_in_format_without_year_or_day_shows_no_day(number: int) -> None:
    with pytest.raises(CellError) as error:
        read_date(display(45402.0, built_in(number)))
    assert error.value.kind == "date-unreadable"


@pytest.mark.parametrize("number", [14, 15, 22, 30, 31])
def test_a_built_in_format_with_year_month_and_day_shows_a_day(number: int) -> None:
    assert str(read_date(display(45402.0, built_in(number)))) == "2024-04-20"


@pytest.mark.parametrize(
    ("value", "from_1904", "day"),
    [(1.0, False, "1900-01-01"), (59.0, False, "1900-02-28"), (61.0, False, "1900-03-01"),
     (45402.0, False, "2024-04-20"), (43940.0, True, "2024-04-20"), (0.0, True, "1904-01-01")],
)  # fmt: skip
def test_days_are_counted_as_excel_counts_them(value: float, from_1904: bool, day: str) -> None:
    cell: Any = display(value, "yyyy-mm-dd", from_1904=from_1904)
    assert str(cell.date()) == day
