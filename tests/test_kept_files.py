"""Small files that stay read in a server: read once, by what is in them, and never the caller's own lists."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

import scoring
import scoring.intake.folder
from scoring.intake import forms
from scoring.intake.folder import inspect_folder
from scoring.intake.form_memory import FormMemory
from scoring.intake.grids import Grid, read_file
from scoring.intake.grids.kept import SMALL, keep_files
from scoring.intake.items import Reading


@pytest.fixture(autouse=True)
def _kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # Not the cache of the tests themselves.
    monkeypatch.setattr(scoring.intake.folder, "read_file", read_file)
    keep_files(2)
    yield
    keep_files(0)


def table(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_a_file_is_read_again_when_it_changed(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "单位,得分\n甲县,1\n")
    first, again = (read_file(path, "a.csv") for _ in range(2))
    assert again == first
    assert again.grids[0] is first.grids[0]
    again.grids.clear()
    assert read_file(path, "a.csv").grids == first.grids
    table(path, "单位,得分\n甲县,2\n")
    assert read_file(path, "a.csv").grids[0].value(1, 1) != first.grids[0].value(1, 1)
    # The same under another name is another file: problems name it.
    other = table(tmp_path / "b.csv", "单位,得分\n甲县,2\n")
    assert read_file(other, "b.csv").grids[0].file == "b.csv"


def test_the_last_used_stay_and_large_ones_do_not(tmp_path: Path) -> None:
    paths = [table(tmp_path / f"{n}.csv", f"单位\n{n}县\n") for n in range(3)]
    first = [read_file(path, path.name).grids[0] for path in paths]
    assert read_file(paths[1], "1.csv").grids[0] is first[1]
    assert read_file(paths[0], "0.csv").grids[0] is not first[0]
    assert read_file(paths[1], "1.csv").grids[0] is first[1]
    assert read_file(paths[2], "2.csv").grids[0] is not first[2]
    large = table(tmp_path / "large.csv", "单位\n" + "甲县\n" * (SMALL // 6))
    assert read_file(large, "large.csv").grids[0] is not read_file(large, "large.csv").grids[0]
    keep_files(0)
    assert read_file(paths[1], "1.csv").grids[0] is not first[1]


def test_an_assessment_is_the_same(tmp_path: Path) -> None:
    keep_files(0)
    expected = scoring.load_assessment("sample_data/2025", provisional=True)
    keep_files(100)
    for _ in range(2):
        found = scoring.load_assessment("sample_data/2025", provisional=True)
        assert (found.tables, found.problems, found.files) == (
            expected.tables, expected.problems, expected.files,
        )  # fmt: skip


def changed(folder: Path, unit: str, change: Callable[[Worksheet], None]) -> None:
    """A form of the first half changed in its workbook."""
    (path,) = (folder / "自我考核" / "上半年").glob(f"{unit}*.xlsx")
    book = openpyxl.load_workbook(path)
    change(book.worksheets[0])
    book.save(path)


def test_a_changed_form_is_read_anew_and_the_others_judged_again(
    tmp_path: Path,
) -> None:
    """After each change the reading with memory says what one without says."""
    folder = Path(shutil.copytree("sample_data/2025", tmp_path / "2025"))
    forms = folder / "自我考核" / "上半年"
    (mine,) = forms.glob("沙渚县*.xlsx")
    changes: list[Callable[[], object]] = [
        lambda: None,
        lambda: changed(folder, "临溪县", lambda sheet: sheet.cell(6, 7).__setattr__("value", 99)),
        lambda: changed(folder, "临溪县", lambda sheet: sheet.cell(6, 7).__setattr__("value", 3)),
        # One form twice, then in the wrong folder, then gone.
        lambda: shutil.copy(mine, forms / "一份.xlsx"),
        lambda: (forms / "一份.xlsx").unlink(),
        lambda: shutil.move(mine, (forms.parent / "下半年").mkdir() or forms.parent / "下半年" / mine.name),
        lambda: shutil.move(forms.parent / "下半年" / mine.name, mine),
        mine.unlink,
        # What forms are held to.
        lambda: (folder / "assessment.yaml").write_text(
            (folder / "assessment.yaml").read_text("utf-8").replace('市统计局: ["3.3"]', '市统计局: ["3.2"]'),
            "utf-8",
        ),
    ]  # fmt: skip
    for number, change in enumerate(changes):
        change()
        keep_files(0 if number == 0 else 200)
        keep_files(200)
        found = inspect_folder(folder)
        again = inspect_folder(folder)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(FormMemory, "recall", lambda *_: False)
            expected = inspect_folder(folder)
        for one in (found, again):
            assert one.assessment is not None
            assert expected.assessment is not None
            assert one.assessment.tables == expected.assessment.tables, number
            assert one.problems == expected.problems, number
            assert one.reports == expected.reports, number
            assert one.assessment.headers == expected.assessment.headers, number


def test_an_unchanged_form_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_files(200)
    inspect_folder(Path("sample_data/2025"))
    read: list[str] = []

    def remember(reading: Reading, grids: Sequence[Grid], period: str | None) -> None:
        read.append(grids[0].file)

    monkeypatch.setattr(forms, "_read_book", remember)
    inspect_folder(Path("sample_data/2025"))
    count = len(list(Path("sample_data/2025/自我考核").rglob("*.xlsx")))
    assert count > 10
    assert len(read) < count / 4
