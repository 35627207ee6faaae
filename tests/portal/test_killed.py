"""The portal killed (kill -9) in the middle of saves, of uploads and of hand-ins, again and again: what it had
acknowledged is there, and nothing is there by half."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

import scoring
from tests.conftest import ROOT
from tests.portal.conftest import FOLDER, UNIT, YEAR
from tests.portal.postgresql import postgresql
from tests.portal.web import Visitor, clean_environment, passwords, starting
from tests.thorough import LONG, thorough

pytestmark = LONG

SECOND = "下半年"
WHERE = f"/{YEAR}/单位/{UNIT}/考核表/self_assessment/{SECOND}/填写"
CODES = ("1.1", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2")
ROUNDS = 10 if thorough() else 2
"""How often the portal is killed."""
DATABASES = ["sqlite", "postgresql"]


@dataclass
class Office:
    """A portal that is started again and again on one folder, with the variables of its database."""

    folder: Path
    config: Path
    variables: dict[str, str]

    def command(self, *arguments: object) -> str:
        """What ``kaohe portal`` prints."""
        return subprocess.run(
            [sys.executable, "-m", "scoring", "portal", *map(str, arguments)],
            cwd=ROOT, capture_output=True, encoding="utf-8", check=True,
            env=clean_environment(self.config) | self.variables,
        ).stdout  # fmt: skip

    def log(self) -> list[dict[str, Any]]:
        """All lines of the log, whose chain holds."""
        out = self.folder.parent / "日志.jsonl"
        found = json.loads(self.command("log", self.folder, "--json", "--out", out))
        assert found["broken"] is None
        return [json.loads(line) for line in out.read_text("utf-8").splitlines()]

    def check_database(self) -> None:
        """SQLite itself says that its file is sound; PostgreSQL was not killed."""
        if not self.variables:
            path = self.folder.parent / "考核门户" / "portal.sqlite3"
            database = sqlite3.connect(path)
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []
            database.close()


@pytest.fixture(params=DATABASES if thorough() else DATABASES[:1])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    folder = Path(shutil.copytree(FOLDER, tmp_path / str(YEAR)))
    if request.param == "sqlite":
        yield Office(folder, tmp_path / "config", {})
        return
    with postgresql() as address:
        yield Office(folder, tmp_path / "config", {"KAOHE_DATABASE_URL": address})


@dataclass
class Round:
    """One start of the portal, up to its kill. What is under way then gets no answer."""

    server: subprocess.Popen[str]
    killed: threading.Event = field(default_factory=threading.Event)

    def ask(self, send: Callable[[], tuple[int, str]]) -> tuple[int, str]:
        """An answer; (0, "") of a portal that was killed meanwhile."""
        try:
            return send()
        except (OSError, HTTPException):
            assert self.killed.is_set()
            return 0, ""

    def run(self, tasks: list[Callable[[], None]], enough: Callable[[], bool]) -> None:
        """All of them at once, until there is enough; then the portal is killed."""
        with ThreadPoolExecutor(len(tasks)) as pool:
            running = [pool.submit(task) for task in tasks]
            while not enough():
                assert not all(task.done() for task in running), [task.result() for task in running]
                threading.Event().wait(0.002)
            self.killed.set()
            os.kill(self.server.pid, signal.SIGKILL)
            self.server.wait()
            for task in running:
                task.result()


def test_answers_that_were_acknowledged_are_there(office: Office) -> None:
    done = set[str]()
    visitor = Visitor("")
    for number in range(ROUNDS):
        with starting(office.folder, config=office.config, **office.variables) as (address, server):
            visitor.address = address
            if number == 0:
                visitor.first_login("临溪县", passwords(office.folder)["临溪县"])
            saves(Round(server), visitor, number, done)
    kept = {line["after"]["自评说明"] for line in office.log() if line["what"] == "填写考核表"}
    assert len(done) >= 20 * ROUNDS
    assert done - kept == set()
    office.check_database()


def saves(now: Round, visitor: Visitor, number: int, done: set[str]) -> None:
    """Four save at once until twenty more are ``done``."""
    goal = len(done) + 20

    def save(at: int) -> None:
        for count in range(1000):
            text = f"{number}-{at}-{count}"
            fields = {f"{CODES[at]}|自评说明": text}
            status, _ = now.ask(partial(visitor.post, WHERE, fields))
            if status == 200:
                done.add(text)
            elif now.killed.is_set():
                return

    now.run([partial(save, at) for at in range(4)], lambda: len(done) >= goal)


def test_forms_and_files_that_were_acknowledged_are_there(office: Office, tmp_path: Path) -> None:
    handed, files = set[str](), dict[str, bytes]()
    answers, waiting = filled_in(office.folder), iter(names(office.folder))
    uploaders: list[Unit] = []
    for number in range(ROUNDS):
        with starting(office.folder, config=office.config, **office.variables) as (address, server):
            known = passwords(office.folder)
            uploaders = uploaders or [Unit(address, next(waiting), known) for _ in range(2)]
            units = [Unit(address, next(waiting), known) for _ in range(3)]
            for unit in uploaders:
                unit.visitor.address = address
            for unit in units:
                assert unit.visitor.post(f"{unit.form}填写", answers, script=True)[0] == 200
            hand_ins(Round(server), units, uploaders, number, handed, files)
    office.check_database()
    log = office.log()
    office.command("export", office.folder, tmp_path / "导出")
    exported = tmp_path / "导出" / office.folder.name
    assert len(handed) >= ROUNDS
    assert len(files) >= 2 * ROUNDS
    # Of each form that the log has, the folder has a whole file, and of no other.
    read = scoring.load_assessment(exported, provisional=True)
    there = {row.unit for row in read.tables.forms if row.period == SECOND}
    assert there == {line["about"].split()[0] for line in log if line["what"] == "报送考核表"}
    assert handed - there == set()
    items = [row.unit for row in read.tables.items if row.period == SECOND and row.self_score]
    assert Counter(items) == dict.fromkeys(there, len(answers) // 3)
    kept = {path.name: path.read_bytes() for path in (exported / "证明材料").rglob("*.pdf")}
    assert {name for name, content in files.items() if kept.get(name) != content} == set()
    uploaded = [line["after"]["said"]["文件"] for line in log if line["what"] == "上传证明材料"]
    assert [way for way in uploaded if not (exported / way).is_file()] == []


@dataclass(init=False)
class Unit:
    """A unit that is logged in: its name, and the address of its form."""

    name: str
    form: str
    visitor: Visitor

    def __init__(self, address: str, short: str, known: dict[str, str]) -> None:
        self.visitor = Visitor(address)
        page = self.visitor.first_login(short, known[short])
        links = [urllib.parse.unquote(link) for link in re.findall(r'href="([^"]+)"', page)]
        self.form = next(link for link in links if link.endswith(f"/{SECOND}/"))
        self.name = self.form.split("/")[3]


def hand_ins(
    now: Round,
    units: list[Unit],
    uploaders: list[Unit],
    number: int,
    handed: set[str],
    files: dict[str, bytes],
) -> None:
    """``units`` hand in at once while ``uploaders`` upload evidence, until a form and two files more are
    acknowledged."""
    goal = len(handed) + 1, len(files) + 2

    def hand_in(unit: Unit) -> None:
        _, page = now.ask(partial(unit.visitor.post, f"{unit.form}报送", {}))
        if "考核表已报送。" in page:
            handed.add(unit.name)

    def upload(unit: Unit) -> None:
        for count, code in enumerate(CODES * 2):
            name = f"{unit.name}-{number}-{count}.pdf"
            content = f"%PDF-1.7\n{name}".encode()
            where = f"{unit.form}材料/{code}"
            _, page = now.ask(partial(unit.visitor.upload, where, name, content))
            if "已上传1个文件。" in page:
                files[name] = content
            if now.killed.is_set():
                return

    tasks = [partial(hand_in, unit) for unit in units]
    tasks += [partial(upload, unit) for unit in uploaders]
    now.run(tasks, lambda: len(handed) >= goal[0] and len(files) >= goal[1])


def names(folder: Path) -> list[str]:
    """Under which units log in."""
    units = scoring.load_assessment(folder, provisional=True).units.graded()
    return [(*unit.short_names, unit.name)[0] for unit in units]


def filled_in(folder: Path) -> dict[str, str]:
    """A form's answers, as a browser would send them all at once."""
    read = scoring.load_assessment(folder, provisional=True)
    key = scoring.form_key(read, UNIT, "self_assessment", SECOND)
    return {
        f"{question.code}|{column}": question.full if column == "自评分" else "见附件"
        for question in scoring.questions(read, key) for column in question.columns
    }  # fmt: skip
