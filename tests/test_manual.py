"""The manual's commands, as they stand there, on a copy of the sample year."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from scoring.cli.app import app
from tests.conftest import ROOT, SAMPLE
from tests.evidence_files import (
    SOUND_2017,
    book_annual,
    sound_requests,
    sound_reviews,
    text_2017,
)
from tests.folders import write_sheet

CHAPTERS = ("九", "十一", "十三", "十四", "十五", "十六", "十七", "十八", "十九", "二十", "二十一")


def commands() -> Iterator[str]:
    manual = (ROOT / "docs" / "使用手册.md").read_text("utf-8")
    for chapter in re.split(r"^## ", manual, flags=re.MULTILINE):
        if chapter.split("、")[0] in CHAPTERS:
            for block in re.findall(r"```sh\n(.*?)```", chapter, flags=re.DOTALL):
                yield from (line for line in block.splitlines() if line.startswith("kaohe "))


@pytest.fixture(scope="module")
def office_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("手册")
    shutil.copytree(SAMPLE, folder / "2024")
    shutil.copytree(ROOT / "sample_data" / "2025", folder / "2025")
    shutil.copytree(SAMPLE, folder / "sample_data" / "2024")
    for city in ("子市/2024", "丑市"):
        shutil.copytree(ROOT / "sample_data" / "schemes" / "keshi", folder / "甲省" / city)
    shutil.copytree(ROOT / "sample_data" / "schemes", folder / "sample_data" / "schemes")
    papers = folder / "核对"
    papers.mkdir()
    text_2017(papers / "统计表.txt", SOUND_2017)
    book_annual(papers / "年报.xlsx", sound_requests(), sound_reviews())
    (papers / "公开清单.csv").write_text(
        "标题,生成日期,公开日期\n通知,2024-05-06,2024-05-14\n", "utf-8"
    )
    head = ["编号", "单位", "涉及", "理由", "提出日期", "结果", "决定日期"]
    appeal = ["SS01", "临溪县", "BGS2024039", "问题不成立", "2025-01-10", "不支持", "2025-01-20"]
    write_sheet(folder / "2024" / "申诉.xlsx", [head, appeal])
    form = next((SAMPLE / "自我考核" / "上半年").glob("临溪县*.xlsx"))
    shutil.copy(form, folder / "2024" / "考核表.xlsx")
    return folder


def test_every_command_of_the_later_chapters_works(
    office_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(office_folder)
    done = 0
    for line in commands():
        arguments = shlex.split(line, comments=True)[1:]
        if "考核表.xlsx" in arguments:
            arguments = [a.replace("考核表.xlsx", "2024/考核表.xlsx") for a in arguments]
        outcome = CliRunner().invoke(app, arguments, standalone_mode=False)
        assert outcome.exception is None, (line, outcome.exception)
        assert outcome.return_value in (0, None), (line, outcome.output)
        done += 1
    assert done >= 15
