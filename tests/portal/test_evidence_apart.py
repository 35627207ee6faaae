"""Evidence stays out of the copies on which steps run: what a change costs does not grow with it, and the folder
is the same as if it were there."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import scoring
from scoring.portal.assessments.exchange import import_year, write_zip
from scoring.portal.assessments.folder import (
    FolderError,
    LogText,
    MovedError,
    change,
    files_of,
    put_out,
    read_folder,
    save,
    take_in,
)
from scoring.portal.assessments.models import Assessment, SourceFile
from scoring.portal.assessments.state import load
from scoring.portal.log.chain import By
from tests.portal.conftest import FOLDER
from tests.portal.test_folder import TOLD, add_row
from tests.test_writing import contents

BY = By("王某", "10.0.0.7")


def is_evidence(way: str) -> bool:
    return "证明材料" in way.split("/")[:-1]


@contextmanager
def contents_read() -> Iterator[list[str]]:
    """The statements by which contents of files are read while the block lasts."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield found
    found += [q["sql"] for q in queries.captured_queries if '"data"' in q["sql"].split("FROM")[0]]


def test_a_step_sees_the_folders_of_evidence_empty(assessment: Assessment) -> None:
    seen: dict[str, bytes | None] = {}

    def work(folder: Path) -> None:
        seen.update(read_folder(folder))
        (folder / "甲.txt").write_bytes(b"1")

    before = files_of(assessment)
    change(assessment, BY, work, lambda _: TOLD)
    assert any(is_evidence(way) for way in before)
    assert not any(is_evidence(way) for way in seen)
    assert seen["证明材料"] is None
    assert files_of(assessment).keys() == before.keys() | {"甲.txt"}
    assert set(load(assessment).assessment.ignored) == {"证明材料"}


def test_more_evidence_is_not_more_work(assessment: Assessment) -> None:
    def costs() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries, contents_read() as read:
            change(assessment, BY, add_row, lambda _: TOLD)
            load(assessment)
        return len(queries.captured_queries), len(read)

    load(assessment)
    costs()
    before = costs()
    for number in range(20):
        way = f"证明材料/青禾县/上半年/1.1 材料/{number}.pdf"
        assert save(assessment, BY, {}, {way: b"%PDF-" + bytes([number])}, TOLD)
    assert costs() == before


def test_evidence_makes_no_page_read_the_year_anew(assessment: Assessment) -> None:
    loaded = load(assessment)
    assert save(assessment, BY, {}, {"证明材料/青禾县/1.pdf": b"%PDF-1"}, TOLD)
    assert load(assessment) is loaded


def test_what_is_there_already_is_not_read_again(assessment: Assessment) -> None:
    content = b"%PDF-" + b"x" * 1000
    assert save(assessment, BY, {}, {"证明材料/甲/1.pdf": content}, TOLD)
    with contents_read() as read:
        assert save(assessment, BY, {}, {"证明材料/乙/1.pdf": content}, TOLD)
    assert read == []


def test_a_step_never_replaces_evidence(assessment: Assessment) -> None:
    way = next(way for way in files_of(assessment) if is_evidence(way))
    before = files_of(assessment)

    def work(folder: Path) -> None:
        (folder / way).parent.mkdir(parents=True)
        (folder / way).write_bytes(b"other")

    with pytest.raises(MovedError):
        change(assessment, BY, work, lambda _: TOLD)
    assert files_of(assessment) == before


def test_evidence_that_comes_meanwhile_repeats_no_step(assessment: Assessment) -> None:
    tries = []

    def work(folder: Path) -> None:
        tries.append(1)
        assert save(assessment, BY, {}, {f"证明材料/{len(tries)}.pdf": b"%PDF-"}, TOLD)
        add_row(folder)

    change(assessment, BY, work, lambda _: LogText("测试"))
    assert len(tries) == 1
    assert "证明材料/1.pdf" in files_of(assessment)


def test_evidence_among_the_tables_is_evidence_too(tmp_path: Path, db: None) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "2025"))
    Assessment.objects.update(year=1999)
    own = folder / "自我考核" / "上半年" / "证明材料" / "1.pdf"
    own.parent.mkdir()
    own.write_bytes(b"%PDF-")
    year = take_in(folder, 2025, BY)
    wanted = scoring.load_assessment(folder, provisional=True)
    read = load(year)
    assert read.assessment.ignored == wanted.ignored
    assert not (read.folder / "自我考核" / "上半年" / "证明材料" / "1.pdf").exists()
    assert SourceFile.objects.get(
        assessment=year, path="自我考核/上半年/证明材料/1.pdf"
    ).evidence == ("自我考核/上半年/证明材料")
    # The papers of both name the same files as not read.
    out = {}
    for name, found in (("wanted", wanted), ("read", read.assessment)):
        result = scoring.score_assessment(
            found, read.result(wanted.settings.as_of_day()).as_of, final=False
        )
        scoring.publish_results(result, found, tmp_path / name, provisional=True)
        out[name] = contents(tmp_path / name)
    assert out["wanted"] == out["read"]
    copy = tmp_path / "out"
    copy.mkdir()
    put_out(year, copy)
    assert contents(copy) == contents(folder)


def test_the_zip_of_a_folder_is_the_same_each_time(
    assessment: Assessment,
) -> None:
    assert save(assessment, BY, {}, {"证明材料/甲/1.jpg": b"\xff\xd8\xff" + b"0" * 5000}, TOLD)
    first, second = io.BytesIO(), io.BytesIO()
    write_zip(assessment, first)
    write_zip(assessment, second)
    assert first.getvalue() == second.getvalue()
    packed = zipfile.ZipFile(first).getinfo("2025/证明材料/甲/1.jpg")
    assert packed.compress_type == zipfile.ZIP_STORED
    assert packed.compress_size == packed.file_size


def test_tables_that_lie_in_a_folder_of_evidence_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    """No scheme that ships can want it; one that did would lose its table without a word."""
    Assessment.objects.update(year=1999)
    monkeypatch.setattr(
        "scoring.portal.assessments.exchange.evidence_folder", lambda way: "申诉" in way
    )
    with pytest.raises(FolderError, match="证明材料"):
        import_year(FOLDER, BY)
    assert not Assessment.objects.filter(year=2025).exists()


def test_a_file_that_no_database_takes_is_named(tmp_path: Path, db: None) -> None:
    Assessment.objects.update(year=1999)
    folder = Path(shutil.copytree(FOLDER, tmp_path / "2025"))
    (folder / "证明材料" / "录像.pdf").write_bytes(b"%PDF-" + b"x" * 200_000)
    with pytest.raises(FolderError, match=r"文件太大：证明材料/录像\.pdf"):
        take_in(folder, 2025, BY, most=200_000)
