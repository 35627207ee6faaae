"""Evidence: which files are taken, where they go, who opens them, and what a browser does with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import scoring
from scoring.portal.accounts.models import Role
from scoring.portal.assessments.folder import files_of, put_out
from scoring.portal.assessments.models import Assessment
from scoring.portal.evidence.attachments import EvidenceError, checked_name
from scoring.portal.evidence.models import Attachment
from scoring.portal.log.models import LogLine
from tests.portal.conftest import FOLDER, UNIT, YEAR, Login
from tests.portal.test_form import FIRST, PART, SECOND

PDF = b"%PDF-1.7\nx"


def put(client: Client, name: str, content: bytes, period: str = SECOND, item: str = "2.1") -> Any:
    where = reverse("upload", args=(YEAR, UNIT, PART, period, item))
    return client.post(where, {"file": SimpleUploadedFile(name, content)}, follow=True)


def mine() -> Any:
    return Attachment.objects.filter(period=SECOND)


def test_a_file_lies_in_the_folder_beside_its_item(
    login: Login, assessment: Assessment, tmp_path: Path
) -> None:
    client = login(Role.UNIT)
    before = files_of(assessment)
    page = put(client, "目录截图.pdf", PDF).content.decode()
    assert "已上传1个文件" in page
    way = f"证明材料/{UNIT}/{SECOND}/2.1 目录和指南/目录截图.pdf"
    assert files_of(assessment).keys() - before.keys() == {way}
    put_out(assessment, tmp_path)
    found = scoring.evidence_of(scoring.load_assessment(tmp_path, provisional=True))
    assert found is not None
    assert [file.file for file in found.of(UNIT, SECOND, "2.1")] == [way]
    file = mine().get()
    assert (file.size, file.indicator, file.path) == (len(PDF), "2.1", way)
    # The form names it.
    assert "目录截图.pdf</textarea>" in page
    response = client.get(reverse("attachment", args=(file.pk,)))
    assert response.content == PDF
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    said = list(LogLine.objects.order_by("number").values_list("what", flat=True))
    assert said[-2:] == ["上传证明材料", "填写考核表"]


def test_evidence_that_came_with_the_folder_is_there(login: Login) -> None:
    file = Attachment.objects.filter(unit=UNIT, period=FIRST, indicator="2.1").get()
    response = login(Role.LEADER).get(reverse("attachment", args=(file.pk,)))
    assert response.content == (FOLDER / file.path).read_bytes()
    # A workbook is saved, not opened by the browser.
    assert response.headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.exe", b"MZ", "不能上传这种文件"),
        ("x.html", b"<script>", "不能上传这种文件"),
        ("x.svg", b"<svg/>", "不能上传这种文件"),
        ("x.pdf.js", b"x", "不能上传这种文件"),
        ("x", b"x", "不能上传这种文件"),
        ("x.pdf", b"MZ\x90", "文件内容与扩展名不符"),
        ("x.png", PDF, "文件内容与扩展名不符"),
        ("x.txt", b"<html><script>", "不是文本文件"),
        ("x.txt", b"a\x00b", "不是文本文件"),
        ("x.pdf", b"", "空"),
        (".pdf", PDF, "不能上传这种文件"),
        ("con.pdf", PDF, "请换一个文件名"),
    ],
)
def test_what_is_not_taken(
    login: Login, assessment: Assessment, name: str, content: bytes, said: str
) -> None:
    before = files_of(assessment)
    page = put(login(Role.UNIT), name, content).content.decode()
    assert said in page
    assert files_of(assessment) == before
    assert not mine().exists()


def test_a_file_that_is_too_large(login: Login, settings: Any) -> None:
    settings.EVIDENCE_MAX_BYTES = 1_000_000
    page = put(login(Role.UNIT), "大.pdf", PDF + b"0" * 1_000_000).content.decode()
    assert "文件超过1 MB：大.pdf" in page
    assert not mine().exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/x.pdf", "x.pdf"), ("C:\\a\\材料.PDF", "材料.PDF"), ("a\x00b\u202e.pdf", "ab.pdf"),
        ("a:b*c?.pdf", "abc.pdf"), ("长" * 200 + ".docx", "长" * 100 + ".docx"), (" a .pdf", "a .pdf"),
    ],
)  # fmt: skip
def test_names_are_made_safe(given: str, kept: str) -> None:
    assert checked_name(given) == kept


def test_names_that_cannot_be_made_safe() -> None:
    for name in ("~$x.docx", "..", "", "nul.txt"):
        with pytest.raises(EvidenceError):
            checked_name(name)


def test_two_files_of_one_name_both_stay(login: Login, assessment: Assessment) -> None:
    client = login(Role.UNIT)
    put(client, "a.pdf", PDF)
    put(client, "a.pdf", PDF + b"2")
    assert "已经上传过了" in put(client, "b.pdf", PDF).content.decode()
    assert [file.name for file in mine()] == ["a.pdf", "a（2）.pdf"]


def test_taking_a_file_away(login: Login, assessment: Assessment) -> None:
    client = login(Role.UNIT)
    put(client, "a.pdf", PDF)
    file = mine().get()
    client.post(reverse("attachment-remove", args=(file.pk,)))
    assert not mine().exists()
    assert file.path not in files_of(assessment)
    assert client.get(reverse("attachment", args=(file.pk,))).status_code == 403
    line = LogLine.objects.last()
    assert line is not None
    assert line.before == {"文件": file.path, "SHA-256": file.sha256}


def test_a_form_that_was_handed_in_keeps_its_evidence(login: Login, assessment: Assessment) -> None:
    client = login(Role.UNIT)
    before = files_of(assessment)
    assert "已报送，不能再增减" in put(client, "a.pdf", PDF, FIRST).content.decode()
    file = Attachment.objects.filter(unit=UNIT, period=FIRST).first()
    assert file is not None
    page = client.post(reverse("attachment-remove", args=(file.pk,)), follow=True)
    assert "已报送，不能再增减" in page.content.decode()
    assert files_of(assessment) == before


def test_an_item_that_there_is_not(login: Login) -> None:
    assert put(login(Role.UNIT), "a.pdf", PDF, item="9.9").status_code == 404
