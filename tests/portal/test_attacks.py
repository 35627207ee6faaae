"""What was tried against the portal, as ``docs/security.md`` tells it: each attack as somebody would make it."""

from __future__ import annotations

import html
import io
import re
import socket
import struct
import time
import uuid
import zipfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import docx
import openpyxl
import pytest
from django.contrib.auth import SESSION_KEY
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import scoring
from scoring.intake.edit.delimited import edit_csv
from scoring.intake.edit.model import Edit
from scoring.portal.access import ALLOWED
from scoring.portal.accounts.models import Account, Role
from scoring.portal.assessments.exchange import import_zip
from scoring.portal.assessments.folder import (
    FolderError,
    LogText,
    files_of,
    put_out,
    save,
    write_folder,
)
from scoring.portal.assessments.models import Assessment, Content
from scoring.portal.evidence.models import Attachment
from scoring.portal.ledger.models import Proof
from scoring.portal.log.chain import By
from scoring.portal.log.models import LogLine
from tests.portal.conftest import ASSESSOR, OTHER, PASSWORD, UNIT, YEAR, Login
from tests.portal.matrix import OTHER_ROW, OTHER_UNIT_ROW, PROVIDER, ROW, UNIT_ROW, VERIFIER
from tests.portal.test_access import MATRIX
from tests.portal.test_access import address as address_of
from tests.portal.web import Visitor, serving
from tests.thorough import LONG

pytestmark = LONG

FORM = (YEAR, UNIT, "self_assessment", "下半年")
PDF = b"%PDF-1.7\nx"
SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
BY = By("测试")


def page(response: Any) -> str:
    return str(response.content.decode())


def lines() -> int:
    return LogLine.objects.exclude(what__in=("登录", "退出", "登录失败")).count()


# A01: the objects of others, by their numbers


def test_a_number_of_another_s_object_opens_nothing(login: Login, assessment: Assessment) -> None:
    """Beside the matrix of ``test_access``: under one's own address the number of another's thing."""
    staff, unit, provider = login(Role.STAFF), login(Role.UNIT), login(Role.PROVIDER)
    other = Account.objects.create(name="other", role=Role.UNIT, body=OTHER, must_change=False)
    theirs = Client()
    theirs.force_login(other, "django.contrib.auth.backends.ModelBackend")
    where = reverse("rectify", args=(YEAR, OTHER, OTHER_UNIT_ROW))
    said = {"day": "2025-09-12", "note": "已改", "file": SimpleUploadedFile("1.pdf", PDF)}
    assert "已上报" in page(theirs.post(where, said, follow=True))
    proof = Proof.objects.get()
    attempts = [
        unit.get(reverse("unit-entry", args=(YEAR, UNIT, OTHER_UNIT_ROW))),
        unit.get(reverse("unit-entry-file", args=(YEAR, UNIT, UNIT_ROW, proof.pk))),
        unit.get(reverse("unit-entry-file", args=(YEAR, UNIT, OTHER_UNIT_ROW, proof.pk))),
        unit.post(reverse("rectify", args=(YEAR, UNIT, OTHER_UNIT_ROW)), said),
        provider.get(reverse("entry", args=(YEAR, PROVIDER, OTHER_ROW))),
        provider.get(reverse("entry-file", args=(YEAR, PROVIDER, ROW, proof.pk))),
        provider.post(reverse("entry-revoke", args=(YEAR, PROVIDER, OTHER_ROW)), {"reason": "x"}),
        provider.post(
            reverse("rectification-decide", args=(YEAR, PROVIDER, ROW, proof.report.pk)),
            {"decision": "confirm"},
        ),
        staff.get(reverse("paper", args=(YEAR, "证明材料", "1.pdf"))),
        staff.get(reverse("paper", args=(YEAR, "结果", "..∕assessment.yaml"))),
        unit.get(reverse("unit-paper", args=(YEAR, UNIT, f"{OTHER}反馈单.docx"))),
    ]
    assert {answer.status_code for answer in attempts} <= {403, 404}
    # What falls to this verifier: nothing of 2.1.
    verifier = login(Role.VERIFIER)
    for file in Attachment.objects.filter(indicator="2.1"):
        mine = reverse("verification-file", args=(YEAR, VERIFIER, file.pk))
        assert verifier.get(mine).status_code == 404
    unknown = reverse("attachment", args=(uuid.uuid4(),))
    assert unit.get(unknown).status_code == 403


# A01: from elsewhere, elsewhere to


@pytest.mark.parametrize(
    "route", sorted(r for r, (method, _) in MATRIX.items() if method == "POST")
)
def test_a_form_from_elsewhere_changes_nothing(
    route: str, assessment: Assessment, login: Login
) -> None:
    """Every address that takes a post, with the session of whoever may, without the token."""
    before, count = files_of(assessment), lines()
    client = Client(enforce_csrf_checks=True)
    role = next(iter(ALLOWED[route]))
    client.cookies = login(role).cookies
    where = address_of(route, UNIT)
    headers = {"origin": "https://evil.example"}
    for answer in (client.post(where, {}), client.post(where, {}, headers=headers)):
        assert answer.status_code == 403
        assert "页面已过期" in page(answer)
    assert (files_of(assessment), lines()) == (before, count)


@pytest.mark.parametrize(
    "after",
    ["https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
     "javascript:alert(1)", "http:evil.example", " //evil.example", "https://testserver@evil.example/",
     "https://testserver.evil.example"],
)  # fmt: skip
def test_the_way_after_the_login_stays_here(client: Client, after: str) -> None:
    shown = client.get(reverse("login"), {"next": after})
    assert "evil" not in page(shown).split("<form")[1]
    data = {"username": "unit", "password": PASSWORD, "next": after}
    assert client.post(reverse("login"), data)["Location"] == "/"


# A02, A07: sessions and passwords


def test_a_session_given_beforehand_is_not_the_one_after(client: Client) -> None:
    client.get(reverse("login"))
    session = client.session
    session["planted"] = 1
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    client.post(reverse("login"), {"username": "unit", "password": PASSWORD})
    assert client.cookies["sessionid"].value != planted
    victim = Client()
    victim.cookies["sessionid"] = planted
    assert victim.get(reverse("home"))["Location"].startswith(reverse("login"))


def test_a_session_ends_with_the_logout(client: Client) -> None:
    client.post(reverse("login"), {"username": "unit", "password": PASSWORD})
    taken = client.cookies["sessionid"].value
    client.post(reverse("logout"))
    thief = Client()
    thief.cookies["sessionid"] = taken
    assert thief.get(reverse("inbox", args=(YEAR,))).status_code == 302


def test_a_made_up_session_is_none(client: Client) -> None:
    client.cookies["sessionid"] = "a" * 32
    assert client.get(reverse("home")).status_code == 302
    assert SESSION_KEY not in client.session


def test_an_unknown_name_costs_a_hash_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the time of an answer does not say whether there is such an account."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    encoded: list[str] = []
    own = MD5PasswordHasher.encode

    def encode(self: Any, password: str, salt: str) -> str:
        encoded.append(password)
        return own(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", encode)
    counts = []
    Account.objects.filter(name="staff").update(is_active=False)
    for name in ("unit", "nobody", "staff"):
        encoded.clear()
        answer = client.post(reverse("login"), {"username": name, "password": "wrong"})
        assert "用户名或密码不对" in page(answer)
        counts.append(len(encoded))
    assert counts == [1, 1, 1]


def test_nobody_learns_of_an_account_by_locking_it(client: Client) -> None:
    for name in ("unit", "nobody"):
        codes = [
            client.post(reverse("login"), {"username": name, "password": "x"}).status_code
            for _ in range(6)
        ]
        assert codes == [200, 200, 200, 200, 429, 429]


# A03: what is typed


def typed_everywhere(login: Login, text: str) -> None:
    """The text in everything that can be typed."""
    unit, staff = login(Role.UNIT), login(Role.STAFF)
    provider, verifier = login(Role.PROVIDER), login(Role.VERIFIER)
    unit.post(
        reverse("answer", args=FORM),
        {"1.1|自评分": text, "1.1|自评说明": text, "1.1|证明材料": text},
    )
    upload = SimpleUploadedFile(f"{text.replace('/', '')}.pdf", PDF)
    unit.post(reverse("upload", args=(*FORM, "2.1")), {"file": upload})
    unit.post(reverse("rectify", args=(YEAR, UNIT, UNIT_ROW)), {"day": "2025-09-12", "note": text})
    unit.post(
        reverse("appeal-new", args=(YEAR, UNIT)), {"about": f"台账|{UNIT_ROW}", "reason": text}
    )
    unit.post(reverse("contact"), {"mail": text, "phone": text})
    row = {
        "单位": OTHER, "扣分项": "3", "问题描述": text, "发现日期": "2025-09-11", "整改期限": "2025-09-25",
        "来源文号": text, "备注": text,
    }  # fmt: skip
    provider.post(reverse("entry-new", args=(YEAR, PROVIDER)), row)
    provider.post(reverse("entry-revoke", args=(YEAR, PROVIDER, ROW)), {"reason": text})
    first = (YEAR, UNIT, "self_assessment", "上半年")
    staff.post(reverse("return", args=first), {"reason": text})
    said = {f"third_party|{UNIT}|得分": "90", f"third_party|{UNIT}|备注": text}
    login(Role.THIRD_PARTY).post(reverse("scores-save", args=(YEAR, ASSESSOR)), said)
    shown = page(verifier.get(reverse("verification", args=(YEAR, VERIFIER))))
    made = dict(re.findall(r'name="([^"]*)\|made" value="([^"]*)"', shown))
    scores = dict(re.findall(r'name="([^"]*\|核查得分)" value="([^"]*)"', shown))
    fields = {f"{item}|made": html.unescape(value) for item, value in made.items()}
    fields |= {f"{item}|核查说明": text for item in made} | scores
    verifier.post(reverse("verification-save", args=(YEAR, VERIFIER)), fields)
    admin = login(Role.ADMIN)
    admin.post(reverse("account-new"), {"name": text[:100], "role": "unit", "body": text[:100]})
    admin.get(reverse("log"), {"who": text})
    Client().post(reverse("login"), {"username": text, "password": text, "next": text})


def test_a_script_typed_anywhere_is_text_everywhere(login: Login) -> None:
    typed_everywhere(login, SCRIPT)
    pages = 0
    for role in Role:
        client = login(role)
        for route, (method, _) in MATRIX.items():
            if method != "GET" or route in ("log-export", "export"):
                continue
            answer = client.get(address_of(route, UNIT), follow=True)
            if "text/html" not in answer.headers["Content-Type"]:
                continue
            pages += 1
            text = page(answer)
            assert "<script>alert" not in text, (role, route)
            assert "onerror=alert" not in re.sub(r"&lt;img[^<]*", "", text), (role, route)
    assert pages > 100
    unit, staff = login(Role.UNIT), login(Role.STAFF)
    seen = [
        (unit, reverse("form", args=FORM)), (unit, reverse("unit-entry", args=(YEAR, UNIT, UNIT_ROW))),
        (unit, reverse("form", args=(YEAR, UNIT, "self_assessment", "上半年"))),
        (staff, reverse("appeals", args=(YEAR,))), (staff, reverse("ledger", args=(YEAR, PROVIDER))),
        (staff, reverse("log")), (staff, reverse("scores", args=(YEAR, ASSESSOR))),
        (login(Role.ADMIN), reverse("accounts")),
    ]  # fmt: skip
    for client, where in seen:
        # It is there, as text.
        assert "&lt;script&gt;alert(1)" in page(client.get(where)), where
    headers = {"accept": "application/json"}
    answer = unit.post(reverse("answer", args=FORM), {"1.1|自评分": SCRIPT}, headers=headers)
    assert answer.headers["Content-Type"] == "application/json"
    days = login(Role.STAFF).get(reverse("calendar", args=(YEAR,)))
    assert days.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://evil.example")', "@SUM(1)", "+1+1", "-2+3+cmd|' /C calc'!A0"]
)
def test_what_is_typed_is_no_formula_in_a_workbook(
    text: str, login: Login, assessment: Assessment, tmp_path: Path
) -> None:
    before = files_of(assessment)
    typed_everywhere(login, text)
    after = files_of(assessment)
    changed = [way for way in after if before.get(way) != after[way] and way.endswith(".xlsx")]
    assert len(changed) >= 4, changed
    put_out(assessment, tmp_path)
    found = 0
    for way in changed:
        for sheet in openpyxl.load_workbook(tmp_path / way).worksheets:
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                if cell.value == text:
                    found += 1
                    assert cell.data_type == "s", (way, cell.coordinate)
    assert found >= 4


def test_what_is_typed_is_no_formula_in_a_csv_file() -> None:
    content = "编号,说明\r\n1,\r\n2,\r\n3,\r\n4,\r\n".encode()
    given = ("=1+1", "-2+3+cmd|' /C calc'!A0", "-5", "@x")
    done = edit_csv(content, [Edit(n, 1, text) for n, text in enumerate(given, 1)])
    fields = [line.split(",")[1] for line in done.decode().splitlines()[1:]]
    assert fields == [" =1+1", " -2+3+cmd|' /C calc'!A0", "-5", " @x"]


def entered(login: Login, text: str) -> None:
    """A row of the ledger against the unit, which speaks of ``text``."""
    row = {
        "单位": UNIT, "扣分项": "3", "问题描述": text, "发现日期": "2025-09-11", "整改期限": "2025-09-14",
    }  # fmt: skip
    done = login(Role.PROVIDER).post(reverse("entry-new", args=(YEAR, PROVIDER)), row, follow=True)
    assert "已登记" in page(done)


def test_what_is_typed_is_no_template(login: Login, assessment: Assessment, tmp_path: Path) -> None:
    """Word and HTML papers are made from templates: what they are filled with is not looked at again."""
    text = "甲{{ 7*7 }}{% for x in y %}<w:p>&\"'"
    entered(login, text)
    put_out(assessment, tmp_path)
    read = scoring.load_assessment(tmp_path, provisional=True)
    result = scoring.score_assessment(read, read.settings.as_of_day(), final=False)
    scoring.publish_results(result, read, tmp_path / "out", provisional=True)
    scoring.publish_feedback(result, read, tmp_path / "out")
    (note,) = (tmp_path / "out").glob(f"{UNIT}*.docx")
    shown = "\n".join(
        cell.text
        for table in docx.Document(str(note)).tables
        for row in table.rows
        for cell in row.cells
    )
    assert text in shown or text in "\n".join(p.text for p in docx.Document(str(note)).paragraphs)
    assert "甲49" not in shown


def test_what_is_typed_makes_no_appointment_of_its_own(login: Login) -> None:
    entered(login, "乙\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:假的")
    days = login(Role.UNIT).get(reverse("calendar", args=(YEAR,))).content.decode()
    lines = days.replace("\r\n ", "").split("\r\n")
    assert any("乙" in line and "假的" in line for line in lines)
    assert not [line for line in lines if line.startswith("SUMMARY:假的")]
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT")


@pytest.mark.parametrize("text", ["' OR 1=1 --", "%' OR '1'='1", "x'); DROP TABLE log_logline; --"])
def test_what_is_typed_is_no_sql(login: Login, text: str) -> None:
    staff = login(Role.STAFF)
    with CaptureQueriesContext(connection):
        shown = staff.get(reverse("log"), {"who": text, "page": text})
    assert shown.status_code == 200
    assert "没有" in page(shown) or "<tbody></tbody>" in page(shown).replace("\n", "")
    Client().post(reverse("login"), {"username": text, "password": text})
    assert LogLine.objects.filter(what="登录失败", who=text[:150]).count() == 1


def test_no_byte_of_nothing_comes_in(login: Login) -> None:
    """PostgreSQL cannot hold it: it would be a fault instead of an answer."""
    staff, unit = login(Role.STAFF), login(Role.UNIT)
    first = (YEAR, UNIT, "self_assessment", "上半年")
    assert staff.get(reverse("log"), {"who": "a\x00b"}).status_code == 400
    assert staff.post(reverse("return", args=first), {"reason": "a\x00b"}).status_code == 400
    told = unit.post(reverse("answer", args=FORM), {"1.1|自评说明": "a\x00b"}, follow=True)
    assert "不能用的字符" in page(told)
    answer = Client().post(reverse("login"), {"username": "a\x00b", "password": "x"})
    assert answer.status_code == 200


# A03, A08: files


@pytest.mark.parametrize(
    "name",
    ["../../../x.pdf", "..\\..\\x.pdf", "/etc/x.pdf", "C:\\x.pdf", "%2e%2e%2fx.pdf", "..%c0%afx.pdf",
     "x.pdf\x00.exe", "....//x.pdf"],
)  # fmt: skip
def test_an_upload_stays_in_its_item_s_folder(
    login: Login, assessment: Assessment, name: str, tmp_path: Path
) -> None:
    before = files_of(assessment)
    file = SimpleUploadedFile("x.pdf", PDF)
    # Past what Django makes of it, as a client of one's own would send it.
    file._name = name
    login(Role.UNIT).post(reverse("upload", args=(*FORM, "2.1")), {"file": file})
    new = files_of(assessment).keys() - before.keys()
    place = f"证明材料/{UNIT}/下半年/2.1 目录和指南/"
    assert all(way.startswith(place) and way.count("/") == 4 for way in new), new
    out = tmp_path / "out"
    out.mkdir()
    put_out(assessment, out)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("way", ["../x", "a/../../x", "/x", "a//x", "", "a/./x"])
def test_no_path_leads_out_of_the_folder(way: str, assessment: Assessment, tmp_path: Path) -> None:
    """Whatever made it: a unit called .., a scheme."""
    with pytest.raises(ValueError, match="not within"):
        save(assessment, BY, {}, {way: b"x"}, LogText("测试"))
    with pytest.raises(ValueError, match="not a path within"):
        write_folder({way: b"x"}, tmp_path / "in")
    assert not (tmp_path / "x").exists()


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def test_a_zip_that_grows_is_refused_before_it_is_unpacked(db: None) -> None:
    """A file of 250 MB, a quarter of a megabyte on the way."""
    out = io.BytesIO()
    archive = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)
    with archive, archive.open("0", "w", force_zip64=True) as entry:
        for _ in range(50):
            entry.write(bytes(5_000_000))
    bomb = out.getvalue()
    assert len(bomb) < 1_000_000
    start = time.monotonic()
    with pytest.raises(FolderError, match="文件太大"):
        import_zip(io.BytesIO(bomb), BY, 200_000_000)
    assert time.monotonic() - start < 1


def test_a_zip_whose_files_together_are_too_large_is_refused(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scoring.portal.assessments.exchange._MOST_IN_ZIP", 2_000)
    monkeypatch.setattr("scoring.portal.assessments.exchange._MOST_ENTRIES", 5)
    with pytest.raises(FolderError, match="压缩包太大"):
        import_zip(io.BytesIO(zipped(("a", bytes(1_500)), ("b", bytes(1_500)))), BY, 10_000)
    with pytest.raises(FolderError, match="文件太多"):
        import_zip(io.BytesIO(zipped(*((f"{n}", b"") for n in range(6)))), BY, 10_000)


def test_a_zip_that_lies_about_its_sizes_is_refused(db: None) -> None:
    """It says ten bytes and holds a megabyte: no more than it says is unpacked, and that does not fit."""
    packed = bytearray(zipped(("2030/assessment.yaml", b"x" * 1_000_000)))
    at = packed.rindex(b"PK\x01\x02")
    struct.pack_into("<L", packed, at + 24, 10)
    with pytest.raises(FolderError, match="不是可以打开的压缩包"):
        import_zip(io.BytesIO(bytes(packed)), BY, 100)


def test_a_zip_with_links_and_clashes_writes_nothing_outside(db: None) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("2030/link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc")
        archive.writestr("2030/link/passwd", "x")
    with pytest.raises(FolderError, match="解不开"):
        import_zip(io.BytesIO(out.getvalue()), BY, 1000)
    with pytest.raises(FolderError, match="解不开"):
        import_zip(io.BytesIO(zipped(("a" * 300, b"x"))), BY, 1000)


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {n} "{f"&{p};" * 10}">' for p, n in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/passwd">]>'


def poisoned(doctype: str) -> bytes:
    """A workbook of scores whose first sheet has entities in it."""
    book = openpyxl.Workbook()
    book.active.append(["单位", "得分", "备注"])
    book.active.append([OTHER, 91, "MARK"])
    out = io.BytesIO()
    book.save(out)
    parts = []
    with zipfile.ZipFile(out) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith(("sheet1.xml", "sharedStrings.xml")):
                content = content.replace(b"MARK", b"&i;")
                head, _, rest = (
                    content.partition(b"?>") if content[:5] == b"<?xml" else (b"", b"", content)
                )
                content = b'<?xml version="1.0"?>' + doctype.encode() + (rest if head else content)
            parts.append((name, content))
    return zipped(*parts)


@pytest.mark.parametrize("doctype", [LAUGHS, OUTSIDE], ids=["laughs", "outside"])
@pytest.mark.parametrize("route", ["scores-upload", "form-workbook"])
def test_entities_in_a_workbook_are_not_followed(
    login: Login, assessment: Assessment, doctype: str, route: str
) -> None:
    before = files_of(assessment)
    file = SimpleUploadedFile("评估.xlsx", poisoned(doctype))
    if route == "scores-upload":
        client, where = (
            login(Role.THIRD_PARTY),
            reverse(route, args=(YEAR, ASSESSOR, "third_party")),
        )
    else:
        client, where = login(Role.UNIT), reverse(route, args=FORM)
    start = time.monotonic()
    answer = client.post(where, {"file": file}, follow=True)
    assert time.monotonic() - start < 5
    assert answer.status_code == 200
    assert "root:" not in page(answer)
    for way, sha in files_of(assessment).items():
        if before.get(way) != sha:
            assert b"root:" not in bytes(Content.objects.get(pk=sha).data)


def test_a_workbook_that_grows_is_refused(login: Login, assessment: Assessment) -> None:
    """400 MB of blanks in a sheet, 400 kB on the way."""
    sheet = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    book = openpyxl.Workbook()
    out = io.BytesIO()
    book.save(out)
    again = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if not name.endswith("sheet1.xml"):
                new.writestr(name, old.read(name))
        with new.open("xl/worksheets/sheet1.xml", "w") as entry:
            entry.write(sheet)
            for _ in range(80):
                entry.write(b" " * 5_000_000)
    assert len(again.getvalue()) < 1_000_000
    before = files_of(assessment)
    where = reverse("scores-upload", args=(YEAR, ASSESSOR, "third_party"))
    start = time.monotonic()
    file = SimpleUploadedFile("评估.xlsx", again.getvalue())
    answer = login(Role.THIRD_PARTY).post(where, {"file": file}, follow=True)
    assert "没有读入" in page(answer)
    assert time.monotonic() - start < 10
    assert files_of(assessment) == before


def test_a_page_dressed_up_as_evidence_runs_nothing(login: Login) -> None:
    unit = login(Role.UNIT)
    dressed = SimpleUploadedFile(
        "x.pdf", b"%PDF-<script>alert(1)</script>", content_type="text/html"
    )
    unit.post(reverse("upload", args=(*FORM, "2.1")), {"file": dressed})
    file = Attachment.objects.get(indicator="2.1", period="下半年")
    answer = unit.get(reverse("attachment", args=(file.pk,)))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    for name, content in (("x.svg", b"<svg onload=alert(1)>"), ("x.html", b"<script>"), ("x.hta", b"x"),
                          ("x.txt", b"\xef\xbb\xbf<html>"), ("x.pdf.exe", b"MZ"), ("x.xlsm", b"PK\x03\x04")):  # fmt: skip
        count = Attachment.objects.count()
        unit.post(
            reverse("upload", args=(*FORM, "2.2")), {"file": SimpleUploadedFile(name, content)}
        )
        assert Attachment.objects.count() == count, name


# A04: slow ones


def test_connections_that_say_nothing_keep_nobody_out(tmp_path: Path) -> None:
    """Browsers keep connections open; somebody who means harm sends a byte now and then. Neither holds a thread,
    nor a place that another one needs."""
    with serving("--demo", config=tmp_path / "config") as address:
        port = urlsplit(address).port
        with ExitStack() as held:
            for number in range(300):
                one = held.enter_context(socket.create_connection(("127.0.0.1", port), 10))
                if number % 2:
                    one.sendall(
                        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nx"
                    )
            start = time.monotonic()
            status, text = Visitor(address).get("/登录")
            assert (status, "用户名" in text) == (200, True)
            assert time.monotonic() - start < 5


# A05: around the program


@pytest.mark.parametrize("where", ["/static/../settings.py", "/static/%2e%2e/settings.py", "/static//etc/passwd",
                                   "/static/portal/../../settings.py", "/.git/config", "/portal.sqlite3"])  # fmt: skip
def test_nothing_but_what_is_meant_is_served(client: Client, where: str) -> None:
    answer = client.get(where)
    assert answer.status_code in (302, 404)
    assert "SECRET_KEY" not in page(answer)


def test_a_host_said_beside_the_host_is_not_believed(client: Client) -> None:
    answer = client.get("/", headers={"x-forwarded-host": "evil.example"})
    assert "evil" not in answer["Location"]
    for host in ("evil.example", "testserver.evil.example", "testserver:80@evil.example", "a,b"):
        assert client.get(reverse("login"), headers={"host": host}).status_code == 400


def test_an_address_said_by_a_browser_is_not_believed(client: Client) -> None:
    headers = {"x-forwarded-for": "1.2.3.4", "forwarded": "for=1.2.3.4", "x-real-ip": "1.2.3.4"}
    data = {"username": "nobody", "password": "x"}
    client.post(reverse("login"), data, headers=headers)
    line = LogLine.objects.last()
    assert line is not None
    assert line.from_where == "127.0.0.1"


# A09: the log


def test_a_name_makes_no_line_of_its_own(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    name = "x\r\n2026-01-01 管理员 登录\x1b[2J"
    client.post(reverse("login"), {"username": name, "password": "x"})
    line = LogLine.objects.last()
    assert line is not None
    assert line.what == "登录失败"
    assert not [r for r in caplog.records if "管理员" in r.getMessage()]
    client.get("/a%0d%0aSet-Cookie:x=1/")
    assert not [r for r in caplog.records if "\n" in r.getMessage()]


def test_no_page_changes_the_log(login: Login) -> None:
    admin = login(Role.ADMIN)
    before = list(LogLine.objects.values_list("hash", flat=True))
    for method in ("post", "put", "patch", "delete"):
        for route in ("log", "log-export"):
            assert getattr(admin, method)(reverse(route)).status_code == 405
    assert list(LogLine.objects.values_list("hash", flat=True))[: len(before)] == before
