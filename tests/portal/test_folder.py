"""The database and the folder are one: in and out byte for byte, and the same papers on either side."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

import scoring
from scoring.portal import clock
from scoring.portal.accounts.models import Account, Role
from scoring.portal.assessments.exchange import import_zip, write_zip
from scoring.portal.assessments.folder import (
    FolderError,
    FrozenError,
    LogText,
    MovedError,
    change,
    contents_of,
    files_of,
    put_out,
    read_folder,
    save,
    take_in,
    write_folder,
)
from scoring.portal.assessments.models import Assessment, Content
from scoring.portal.assessments.state import Loaded, forget, load, load_lately
from scoring.portal.log.chain import By, check_log
from scoring.portal.log.models import LogLine
from tests.conftest import SAMPLE
from tests.portal.conftest import FOLDER, YEAR, Login
from tests.test_writing import contents

BY = By("王某", "10.0.0.7")
TOLD = LogText("测试")
ADDED = {
    "单位": "临溪县", "扣分项": "2.1", "问题描述": "栏目没有更新", "发现日期": date(2025, 9, 11),
    "整改期限": date(2025, 9, 25),
}  # fmt: skip


def add_row(folder: Path) -> None:
    who = scoring.By("王某", datetime(2025, 9, 12, 9, 0))
    assert not scoring.add_entry(folder, ADDED, who).refused


def test_import_and_export_give_the_same_folder(assessment: Assessment, tmp_path: Path) -> None:
    out = tmp_path / "2025"
    out.mkdir()
    put_out(assessment, out)
    assert contents(out) == contents(FOLDER)
    assert read_folder(out) == read_folder(FOLDER)


def test_the_zip_holds_the_folder(login: Login, tmp_path: Path) -> None:
    response = login(Role.STAFF).get(reverse("export", args=(YEAR,)))
    assert response.headers["Content-Disposition"].startswith("attachment;")
    zipfile.ZipFile(io.BytesIO(response.getvalue())).extractall(tmp_path)
    assert contents(tmp_path / "2025") == contents(FOLDER)
    assert LogLine.objects.last().what == "导出考核文件夹"  # type: ignore[union-attr]


def test_odd_folders_come_out_as_they_went_in(tmp_path: Path, db: None) -> None:
    """Empty folders, names with blanks, files of no bytes, files of no table."""
    folder = tmp_path / "in" / "2031 年"
    write_folder(
        {
            "assessment.yaml": b"scheme: heze\nyear: 2031\n",
            "a b/c d.txt": b"",
            "空": None,
            "空2/空3": None,
        },
        folder,
    )
    (folder / ".kaohe-lock").write_bytes(b"x")
    taken = take_in(folder, 2031, BY)
    out = tmp_path / "out"
    out.mkdir()
    put_out(taken, out)
    (folder / ".kaohe-lock").unlink()
    assert read_folder(out) == read_folder(folder)
    with pytest.raises(FolderError, match="2031年度已经导入过了"):
        take_in(folder, 2031, BY)


def test_a_change_reaches_the_export_and_only_its_file(
    assessment: Assessment, tmp_path: Path
) -> None:
    before = files_of(assessment)
    change(assessment, BY, add_row, lambda _: LogText("登记问题", "BGS2025033"))
    after = files_of(assessment)
    changed = {way for way in after if before.get(way) != after[way]}
    assert changed == {"平时考核台账/市政府办公室平时考核台账.xlsx", "日志.jsonl"}
    by_hand = Path(shutil.copytree(FOLDER, tmp_path / "2025"))
    add_row(by_hand)
    out = tmp_path / "out"
    out.mkdir()
    put_out(assessment, out)
    assert contents(out) == contents(by_hand)
    line = LogLine.objects.last()
    assert line is not None
    assert (line.what, line.about, line.who, line.year) == ("登记问题", "BGS2025033", "王某", YEAR)
    assert set(line.after["files"]) == changed
    assert check_log() is None
    assert "BGS2025033" in {e.entry for e in load(assessment).assessment.tables.entries}


def test_papers_are_those_of_grade_on_the_export(tmp_path: Path, db: None) -> None:
    """The same bytes, whether the library grades the portal's state or the exported folder."""
    year = take_in(SAMPLE, 2024, BY)
    loaded = load(year)
    here = tmp_path / "here" / "2024"
    shutil.copytree(loaded.folder, here)
    scoring.publish_results(
        scoring.score_assessment(loaded.assessment), loaded.assessment, here / "结果"
    )
    packed = io.BytesIO()
    write_zip(year, packed)
    zipfile.ZipFile(packed).extractall(tmp_path / "there")
    from click.testing import CliRunner

    from scoring.cli.app import app

    folder = tmp_path / "there" / "2024"
    done = CliRunner().invoke(app, ["grade", str(folder)], standalone_mode=False)
    assert done.return_value == 0, done.output
    assert contents(here) == contents(folder)


def test_a_refused_step_changes_nothing(assessment: Assessment) -> None:
    before, lines = files_of(assessment), LogLine.objects.count()

    def work(folder: Path) -> None:
        row = {**ADDED, "单位": "没有的县"}
        assert scoring.add_entry(folder, row, scoring.By("王某", datetime(2025, 9, 12))).refused

    change(assessment, BY, work, lambda _: TOLD)

    def fails(folder: Path) -> None:
        add_row(folder)
        raise ValueError("half-way")

    with pytest.raises(ValueError, match="half-way"):
        change(assessment, BY, fails, lambda _: TOLD)
    assert (files_of(assessment), LogLine.objects.count()) == (before, lines)


def test_a_frozen_year_does_not_change(assessment: Assessment) -> None:
    assessment.frozen = True
    assessment.save()
    with pytest.raises(FrozenError):
        change(assessment, BY, add_row, lambda _: TOLD)


def test_of_two_changes_at_once_the_second_is_made_on_the_first(assessment: Assessment) -> None:
    tries = []

    def work(folder: Path) -> None:
        tries.append(len(tries))
        if len(tries) == 1:
            change(assessment, BY, lambda f: (f / "甲.txt").write_bytes(b"1"), lambda _: TOLD)
        names = sorted(path.name for path in folder.glob("?.txt"))
        (folder / "乙.txt").write_text(",".join(names), "utf-8")

    change(assessment, BY, work, lambda _: TOLD)
    assert tries == [0, 1]
    files = files_of(assessment)
    assert bytes(Content.objects.get(pk=files["乙.txt"]).data).decode() == "甲.txt"


def test_whoever_never_gets_his_turn_is_told(assessment: Assessment) -> None:
    count = []

    def work(folder: Path) -> None:
        count.append(1)
        name = f"{len(count)}.txt"
        change(assessment, BY, lambda f: (f / name).write_bytes(b"1"), lambda _: TOLD)
        (folder / "乙.txt").write_bytes(b"2")

    with pytest.raises(MovedError):
        change(assessment, BY, work, lambda _: TOLD)
    assert "乙.txt" not in files_of(assessment)


def test_a_change_of_its_own_file_alone_is_not_held_up(assessment: Assessment) -> None:
    before = files_of(assessment)
    assert save(assessment, BY, before, {"甲.txt": b"1"}, TOLD)
    assert save(assessment, BY, before, {"乙.txt": b"2"}, TOLD)
    assert not save(assessment, BY, before, {"甲.txt": b"3"}, TOLD)
    assert not save(assessment, BY, before, {}, TOLD, gone=["甲.txt"])


def test_rows_and_files_change_together_or_not_at_all(assessment: Assessment) -> None:
    def also() -> None:
        Account.objects.make("新人", Role.STAFF, "", "x")
        raise RuntimeError

    before = files_of(assessment)
    with pytest.raises(RuntimeError), transaction.atomic():
        save(assessment, BY, before, {"甲.txt": b"1"}, TOLD, also=also)
    assert files_of(assessment) == before
    assert not Account.objects.filter(name="新人").exists()


# Zip files


def zipped(**files: bytes) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    out.seek(0)
    return out


@pytest.mark.parametrize("name", ["../x", "/etc/x", "C:/x", "a/../../x", "..\\x"])
def test_a_zip_that_reaches_outside_is_refused(name: str, db: None) -> None:
    with pytest.raises(FolderError, match="不安全"):
        import_zip(zipped(**{name: b"x"}), BY, 100)


def test_other_zips_that_are_refused(db: None) -> None:
    with pytest.raises(FolderError, match=r"缺少 assessment\.yaml"):
        import_zip(zipped(a=b"x"), BY, 100)
    with pytest.raises(FolderError, match="文件太大"):
        import_zip(zipped(a=b"x" * 101), BY, 100)
    with pytest.raises(FolderError, match="不是可以打开的压缩包"):
        import_zip(io.BytesIO(b"PK nothing"), BY, 100)
    with pytest.raises(FolderError, match="kaohe check"):
        import_zip(zipped(**{"2030/assessment.yaml": b"scheme: heze\nyear: 2030\n"}), BY, 100)


def test_a_year_taken_in_by_its_zip_makes_the_accounts_it_needs(
    login: Login, tmp_path: Path
) -> None:
    shutil.make_archive(str(tmp_path / "2024"), "zip", SAMPLE.parent, "2024")
    with (tmp_path / "2024.zip").open("rb") as file:
        response = login(Role.ADMIN).post(reverse("import"), {"file": file})
    page = response.content.decode()
    assert "已导入2024年度" in page
    units = Account.objects.filter(role=Role.UNIT)
    # 临溪县 had its account already.
    assert units.count() == 52
    assert units.filter(must_change=True).count() == 51
    year = Assessment.objects.get(year=2024)
    out = tmp_path / "out"
    out.mkdir()
    put_out(year, out)
    assert contents(out) == contents(SAMPLE)


# Read a little late


@pytest.fixture
def reading(settings: Any, assessment: Assessment) -> Loaded:
    settings.READING_LAG = 30
    forget()
    return load(assessment)


def test_a_unit_s_form_does_not_wait_for_others(assessment: Assessment, reading: Loaded) -> None:
    before = files_of(assessment)
    assert save(assessment, BY, before, {"说明.txt": b"x"}, LogText("x"))
    assert load_lately(assessment, None) is reading
    assert load_lately(assessment, clock.now() - timedelta(minutes=1)) is reading
    assert load(assessment) is not reading
    # What is newest counts.
    assert load_lately(assessment, None) is load(assessment)


@pytest.mark.parametrize("seconds", [0, 10, -10])
def test_but_never_as_it_was_before_its_own_hand_in(
    assessment: Assessment, reading: Loaded, seconds: int
) -> None:
    before = files_of(assessment)
    assert save(assessment, BY, before, {"说明.txt": b"x"}, LogText("x"))
    found = load_lately(assessment, clock.now() - timedelta(seconds=seconds))
    assert found is not reading
    assert "说明.txt" in found.files


def test_nor_longer_than_the_setting_says(
    settings: Any, assessment: Assessment, reading: Loaded
) -> None:
    before = files_of(assessment)
    assert save(assessment, BY, before, {"说明.txt": b"x"}, LogText("x"))
    reading.current_at -= 31
    assert load_lately(assessment, None) is not reading
    reading.current_at += 31
    settings.READING_LAG = 0
    assert load_lately(assessment, None) is not reading


def test_a_reading_has_every_file_whatever_it_keeps(
    assessment: Assessment, reading: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise OSError

    for number, link in enumerate((os.link, none)):
        monkeypatch.setattr(os, "link", link)
        before = files_of(assessment)
        gone = next(way for way in before if way.startswith("自我考核/"))
        changed = {"assessment.yaml": f"scheme: heze\nyear: {YEAR}\n# {number}\n".encode()}
        assert save(assessment, BY, before, changed, LogText("x"), gone=[gone])
        found = load(assessment)
        assert found is not reading
        there = contents(found.folder)
        expected = {way: c for way, c in contents_of(assessment, found.files) if c is not None}
        assert there == expected
        assert gone not in there
        assert there["assessment.yaml"].endswith(f"# {number}\n".encode())
