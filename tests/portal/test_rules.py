"""A scheme or settings changed in the middle of a year: recorded with its reason, or refused; never silently."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import scoring
from scoring.portal import clock, start
from scoring.portal.accounts.models import Account, Role
from scoring.portal.assessments.exchange import import_year
from scoring.portal.assessments.folder import FolderError, contents_of, files_of, sha_of
from scoring.portal.assessments.models import Assessment, Correction
from scoring.portal.assessments.rules import WITH_PROGRAM, change_rules, look_at_rules
from scoring.portal.assessments.state import load
from scoring.portal.log.chain import By, check_log
from scoring.portal.log.models import LogLine
from scoring.portal.steps import RefusedError
from tests.conftest import ROOT
from tests.portal.conftest import FOLDER, UNIT, YEAR, Login

BY = By("王某", "10.0.0.1")
HEZE = (ROOT / "config" / "heze.yaml").read_bytes()
SETTINGS = (FOLDER / "assessment.yaml").read_bytes()
OWN = SETTINGS.replace(b"scheme: heze", b"scheme: own.yaml")
STRICTER = HEZE.replace(b"name: heze", b"name: own", 1)


def post(login: Login, files: dict[str, bytes], reason: str, role: Role = Role.ADMIN) -> str:
    some = [SimpleUploadedFile(name, content) for name, content in files.items()]
    where = reverse("rules-change", args=(YEAR,))
    answer = login(role).post(where, {"file": some, "reason": reason}, follow=True)
    page: str = answer.content.decode()
    return page


def test_changed_settings_are_recorded_and_shown(login: Login, assessment: Assessment) -> None:
    new = SETTINGS.replace("region: 示例市".encode(), "region: 示例新市".encode())
    page = post(login, {"assessment.yaml": new}, "更名")
    assert "已更改，记入日志" in page
    assert load(assessment).assessment.settings.region == "示例新市"
    line = LogLine.objects.get(what="更改考核办法或设置")
    assert (line.who, line.reason, line.about) == ("admin", "更名", "assessment.yaml")
    said = ["assessment.yaml的region由“示例市”改为“示例新市”"]
    assert line.after["said"] == {"改动": said}
    assert set(line.after["files"]) == {"assessment.yaml"}
    for role in (Role.STAFF, Role.LEADER):
        shown = login(role).get(reverse("results", args=(YEAR,))).content.decode()
        assert "本年度考核办法或设置改过（1次）" in shown
        assert said[0] in shown
        assert "理由：更名" in shown
    assert check_log() is None


def test_another_scheme_is_described_clause_by_clause(login: Login, assessment: Assessment) -> None:
    import re

    text = STRICTER.decode()
    stricter, count = re.subn(r"(?m)^(\s+)points: 1\.5$", r"\1points: 2", text, count=1)
    if not count:
        stricter, count = re.subn(r"1\.5", "2", text, count=1)
    assert count == 1
    files = {"assessment.yaml": OWN, "own.yaml": stricter.encode()}
    look_at_rules(assessment, BY)
    page = post(login, files, "市里修订了办法")
    assert "已更改，记入日志" in page
    line = LogLine.objects.get(what="更改考核办法或设置")
    sentences = line.after["said"]["改动"]
    assert any("1.5" in one and "2" in one for one in sentences), sentences
    assert load(assessment).assessment.scheme.name == "own"
    # What was seen is what was put in: the next start finds nothing new.
    found = Assessment.objects.get(year=YEAR)
    assert look_at_rules(found, BY) == []


@pytest.mark.parametrize(
    ("files", "reason", "said"),
    [
        ({"assessment.yaml": OWN}, "x", "own.yaml"),
        ({"own.yaml": STRICTER}, "x", "没有用到own.yaml"),
        ({"assessment.yaml": b"scheme: ["}, "x", "assessment.yaml"),
        ({"assessment.yaml": SETTINGS.replace(b"2025", b"2026")}, "x", "年度应是2025"),
        ({"assessment.yaml": SETTINGS + b"\n# x\n"}, " ", "请写明更改的理由"),
        ({"assessment.yaml": SETTINGS + b"\n# x\n"}, "长" * 501, "理由最多500字"),
        ({"assessment.yaml": SETTINGS}, "x", "与现在用的文件相同"),
        ({"考核对象.xlsx": b"PK"}, "x", "只能上传"),
        ({}, "x", "请选择文件"),
        ({f"{n}.yaml": b"a: 1" for n in "abc"}, "x", "每次最多2个文件"),
        ({"a.yaml": b"#" * 1_000_001}, "x", "文件太大"),
    ],
)
def test_what_is_refused_changes_nothing(
    login: Login, assessment: Assessment, files: dict[str, bytes], reason: str, said: str
) -> None:
    before = files_of(assessment)
    page = post(login, files, reason)
    assert "没有更改" in page
    assert said in page
    assert files_of(assessment) == before
    assert not LogLine.objects.filter(what="更改考核办法或设置").exists()


def test_a_scheme_that_makes_errors_of_rows_is_refused(
    login: Login, assessment: Assessment
) -> None:
    """Rows of the ledger are under rules that the new scheme does not have."""
    cut = STRICTER.decode().replace("2.1", "7.1")
    page = post(login, {"assessment.yaml": OWN, "own.yaml": cut.encode()}, "x")
    assert "没有更改" in page
    assert "own.yaml" not in files_of(assessment)


def test_a_frozen_year_keeps_its_rules(login: Login, assessment: Assessment) -> None:
    """In a correction too."""
    Assessment.objects.update(frozen=True)
    Correction.objects.create(
        assessment=assessment, number=1, reason="x", units=[UNIT], files={},
        opened_by=Account.objects.get(name="admin"), opened_at=clock.now(),
    )  # fmt: skip
    assert "本年度已定稿" in post(login, {"assessment.yaml": SETTINGS + b"\n# x\n"}, "x")
    for within in (BY, By("王某", correction=1)):
        with pytest.raises(RefusedError, match="定稿"):
            change_rules(assessment, within, {"assessment.yaml": SETTINGS + b"\n# x\n"}, "x")


def test_an_import_over_a_running_year_is_refused(assessment: Assessment, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "2025"))
    (folder / "assessment.yaml").write_bytes(SETTINGS + b"\n# x\n")
    before = files_of(assessment)
    with pytest.raises(FolderError, match="已经导入过了"):
        import_year(folder, BY)
    assert files_of(assessment) == before


def test_a_scheme_changed_with_the_program_is_recorded(
    login: Login, assessment: Assessment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert look_at_rules(assessment, BY) == []
    assessment.refresh_from_db()
    assert look_at_rules(assessment, BY) == []
    newer = tmp_path / "heze.yaml"
    newer.write_bytes(HEZE.replace(b"title: ", "title: 新".encode(), 1))
    monkeypatch.setattr(scoring, "scheme_path", lambda folder: newer)
    said = look_at_rules(assessment, By("kaohe serve"))
    assert len(said) >= 1
    line = LogLine.objects.get(what=WITH_PROGRAM)
    assert line.after["改动"] == said
    page = login(Role.STAFF).get(reverse("results", args=(YEAR,))).content.decode()
    assert WITH_PROGRAM in page
    assessment.refresh_from_db()
    assert look_at_rules(assessment, BY) == []


def test_the_start_says_what_the_portal_does_not_see(
    assessment: Assessment, tmp_path: Path
) -> None:
    """The folder on the disk was edited after the import."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "2025"))
    assert start._year(folder, tmp_path).differing == ()
    (folder / "assessment.yaml").write_bytes(SETTINGS + b"\n# x\n")
    assert start._year(folder, tmp_path).differing == ("assessment.yaml",)
    assert files_of(assessment)["assessment.yaml"] == sha_of(SETTINGS)


def test_the_files_come_out_as_they_are(login: Login, assessment: Assessment) -> None:
    where = reverse("rules-file", args=(YEAR, "assessment.yaml"))
    assert login(Role.STAFF).get(where).content == SETTINGS
    for name in ("考核对象.xlsx", "nothing.yaml", "../assessment.yaml"):
        where = reverse("rules-file", args=(YEAR, name))
        assert login(Role.STAFF).get(where).status_code == 404
    ((_, content),) = contents_of(
        assessment, {"assessment.yaml": files_of(assessment)["assessment.yaml"]}
    )
    assert content == SETTINGS


def test_who_sees_what(login: Login, assessment: Assessment) -> None:
    page: Any = login(Role.ADMIN).get(reverse("rules", args=(YEAR,))).content.decode()
    assert 'type="file"' in page
    assert "菏泽市政府信息公开工作考核办法" in page
    for role in (Role.STAFF, Role.LEADER):
        page = login(role).get(reverse("rules", args=(YEAR,))).content.decode()
        assert 'type="file"' not in page
