"""``kaohe serve`` as an office starts it: from a folder to the first password, and many at once."""

from __future__ import annotations

import gc
import json
import shutil
import sqlite3
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from scoring.portal import start
from tests.portal.conftest import FOLDER, UNIT, YEAR
from tests.portal.web import NEW, Visitor, passwords, serving
from tests.program import kaohe

AT_ONCE, SAVES = 20, 200


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "2025"))


def test_from_a_folder_to_a_unit_s_page(folder: Path, tmp_path: Path) -> None:
    with serving(folder, config=tmp_path / "config") as address:
        handed = passwords(folder)
        assert "管理员" in handed
        assert len([name for name in handed if name.endswith("县")]) > 3
        visitor = Visitor(address)
        page = visitor.login("临溪县", handed["临溪县"])
        assert "首次登录请先修改密码" in page
        fields = {"old_password": handed["临溪县"], "new_password1": NEW, "new_password2": NEW}
        assert f"<h1>{UNIT}</h1>" in visitor.post("/密码", fields)[1]
        assert visitor.get(f"/{YEAR}/")[0] == 403
    data = folder.parent / "考核门户"
    if sys.platform != "win32":
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        assert stat.S_IMODE((data / "账号.xlsx").stat().st_mode) == 0o600
    assert not list(folder.rglob("*secret*"))
    with sqlite3.connect(data / "portal.sqlite3") as database:
        assert database.execute("UPDATE django_session SET expire_date = '2000-01-01'").rowcount > 0
    database.close()
    # The second start takes nothing in again, and the password holds; sessions that ended are gone.
    with serving(folder, config=tmp_path / "config") as address:
        visitor = Visitor(address)
        assert f"<h1>{UNIT}</h1>" in visitor.login("临溪县", NEW)
    with sqlite3.connect(data / "portal.sqlite3") as database:
        (old,) = database.execute(
            "SELECT count(*) FROM django_session WHERE expire_date < '2001-01-01'"
        ).fetchone()
    database.close()
    assert old == 0
    assert [path.name for path in data.glob("账号*")] == ["账号.xlsx"]


def test_two_hundred_saves_at_once_lose_none(folder: Path, tmp_path: Path) -> None:
    with serving(folder, config=tmp_path / "config") as address:
        handed = passwords(folder)
        visitor = Visitor(address)
        visitor.login("临溪县", handed["临溪县"])
        fields = {"old_password": handed["临溪县"], "new_password1": NEW, "new_password2": NEW}
        visitor.post("/密码", fields)
        where = f"/{YEAR}/单位/{UNIT}/考核表/self_assessment/下半年/填写"
        codes = ["1.1", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2"]

        def save(number: int) -> int:
            code = codes[number % len(codes)]
            own = Visitor(address)
            own.cookies = visitor.cookies
            own._opener = visitor._opener
            return own.post(where, {f"{code}|自评说明": f"第{number}次"})[0]

        with ThreadPoolExecutor(AT_ONCE) as pool:
            assert set(pool.map(save, range(SAVES))) == {200}
    database = sqlite3.connect(folder.parent / "考核门户" / "portal.sqlite3")
    lines = database.execute(
        "SELECT about, after FROM log_logline WHERE what = '填写考核表' ORDER BY number"
    ).fetchall()
    told = [(about, json.loads(after)["自评说明"]) for about, after in lines]
    assert {text for _, text in told} == {f"第{number}次" for number in range(SAVES)}
    count, last = database.execute("SELECT count(*), max(number) FROM log_logline").fetchone()
    assert count == last
    # The answer that stands is the last one that the log has of its item.
    answers = database.execute("SELECT indicator, cells FROM self_assessment_answer").fetchall()
    database.close()
    stands = {code: json.loads(cells)["自评说明"] for code, cells in answers}
    assert stands == {about.split()[-1]: text for about, text in told}


def test_the_demonstration_shows_its_accounts(tmp_path: Path) -> None:
    own = {"DJANGO_SETTINGS_MODULE": "scoring.portal.settings"}
    with serving("--demo", config=tmp_path / "config", **own) as address:
        visitor = Visitor(address)
        page = visitor.get("/登录")[1]
        assert "数据均为虚构" in page
        for name in ("管理员", "东篱区", "督查组-台账", "市司法局-核查", "第三方", "领导"):
            assert f"<td>{name}</td>" in page
        assert "<h1>2025年度总览</h1>" in visitor.login("管理员", start.DEMO_PASSWORD)
        assert "东篱区人民政府" in visitor.get("/2025/")[1]
    assert not (tmp_path / "config").exists()


def test_what_cannot_be_started_is_said(folder: Path, tmp_path: Path) -> None:
    assert kaohe("serve").returncode == 2
    assert kaohe("serve", folder, "--demo").returncode == 2
    assert kaohe("serve", tmp_path / "没有").returncode == 2
    (folder / "assessment.yaml").unlink()
    with pytest.raises(AssertionError, match=r"缺少 assessment\.yaml"), serving(
        folder, config=tmp_path / "config"
    ):  # fmt: skip
        pass


def test_a_taken_port_is_said(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    def taken(*_: object, **__: object) -> None:
        raise OSError(98, "in use")

    monkeypatch.setattr("waitress.server.create_server", taken)
    with pytest.raises(start.StartError, match="端口8000已被占用"):
        start.serve("127.0.0.1", 8000, browser=False)


def test_the_server_collects_garbage(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    class Server:
        effective_port = 8000

        def run(self) -> None:
            seen.append(gc.isenabled() and gc.get_threshold() == start.COLLECTED)

        def close(self) -> None:
            pass

    seen: list[bool] = []
    given: dict[str, Any] = {}
    monkeypatch.setattr(
        "waitress.server.create_server", lambda *_, **k: given.update(k) or Server()
    )
    before = gc.get_threshold()
    gc.disable()
    try:
        start.serve("127.0.0.1", 0, browser=False)
    finally:
        gc.enable()
    assert seen == [True]
    assert gc.get_threshold() == before
    assert "trusted_proxy" not in given


def test_addresses_hold_names_with_a_slash() -> None:
    where = reverse("unit", args=(YEAR, "甲/乙"))
    assert where.count("/") == 4
