"""The portal in the last ten minutes before a deadline: many units save answers, upload evidence and hand in at once.

    python benchmarks/portal_load.py                       # 200 units, SQLite
    python benchmarks/portal_load.py --units 50 --seconds 20
    KAOHE_DATABASE_URL=postgres://… python benchmarks/portal_load.py

Each unit logs in and fills in its form. Then requests come at the rate at which all units together would save 24
answers, upload 2 files and hand in once each in ten minutes; a unit that handed in does nothing more. Prints by kind how long
browsers waited and what failed. At the end everything that was acknowledged must be there: answers in the log, files
and forms in the exported folder, and the log's chain must hold; ends with 1 otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import scoring  # noqa: E402
from tests.portal.web import Visitor, clean_environment, passwords, serving  # noqa: E402

MINUTES = 10
ANSWERS, FILES = 24, 2
"""What each unit does in these minutes, beside handing in once."""
FIRST, SECOND, PART = "上半年", "下半年", "self_assessment"
BROWSERS = 40
"""Requests that are under way at once, at most: others wait, and their waiting counts."""
FILE_BYTES = 300_000


class Sent(NamedTuple):
    """A request: its kind, what it would have put in, whether it was acknowledged, how long it took from the
    moment it was due, and the answer's status."""

    kind: str
    what: str
    done: bool
    seconds: float
    status: int


@dataclass
class Unit:
    """A unit that is logged in: its name, the address of its form."""

    name: str
    form: str
    visitor: Visitor


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=60)
    asked = parser.parse_args()
    database = {k: v for k, v in os.environ.items() if k == "KAOHE_DATABASE_URL"}
    with tempfile.TemporaryDirectory() as scratch:
        folder, config = Path(scratch, "2024"), Path(scratch, "config")
        answers = simulated(folder, asked.units)
        year = scoring.load_assessment(folder, provisional=True).settings.year
        # A Sunday in the last days of the second half.
        variables = {**database, "KAOHE_TODAY": f"{year + 1}-01-14"}
        with serving(folder, config=config, **variables) as address:
            units = logged_in(address, passwords(folder), answers)
            found = loaded(units, asked.seconds)
        run = partial(kaohe, config, database)
        log = Path(scratch, "log.jsonl")
        broken = json.loads(run("log", folder, "--out", log, "--json"))["broken"]
        run("export", folder, scratch + "/exported")
        lost = missing(found, log, Path(scratch, "exported", folder.name))
    report(found, len(units), asked.seconds)
    print(f"lost {len(lost)}, log {broken or 'whole'}")
    return bool(lost or broken or not all(one.done for one in found))


def kaohe(config: Path, database: dict[str, str], *arguments: object) -> str:
    return subprocess.run(
        [sys.executable, "-m", "scoring", "portal", *map(str, arguments)],
        cwd=ROOT, check=True, env=clean_environment(config) | database, capture_output=True,
        encoding="utf-8",
    ).stdout  # fmt: skip


def simulated(folder: Path, units: int) -> dict[str, dict[str, str]]:
    """A year of fictitious units whose forms of the first half lie in it as workbooks, and none of the
    second; gives their answers for that one, by unit."""
    subprocess.run(
        [sys.executable, "-m", "scoring", "simulate", "--units", str(units), "--rows", str(units * 4),
         "--scheme", "heze", "--seed", "1", "--format", "csv", "--out", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    read = scoring.load_assessment(folder, provisional=True)
    names = [unit.name for unit in read.units.graded()]
    keys = {name: scoring.form_key(read, name, PART, FIRST) for name in names}
    answers = {name: scoring.answers_of(read, key) for name, key in keys.items()}
    shutil.rmtree(folder / "自我考核")
    read = scoring.load_assessment(folder, provisional=True)
    for name, key in keys.items():
        made = scoring.hand_in(read, key, answers[name], date(read.settings.year, 7, 10))
        (folder / made.file).parent.mkdir(parents=True, exist_ok=True)
        (folder / made.file).write_bytes(made.content)
    return {
        name: {f"{code}|{column}": text for code, cells in mine.items() for column, text in cells.items()}
        for name, mine in answers.items()
    }  # fmt: skip


def logged_in(
    address: str, handed: dict[str, str], answers: dict[str, dict[str, str]]
) -> list[Unit]:
    """A browser for each unit, with a password of its own by now and every item answered."""

    def enter(account: tuple[str, str]) -> Unit | None:
        visitor = Visitor(address)
        page = visitor.first_login(*account)
        for link in page.split('href="')[1:]:
            path = urllib.parse.unquote(link.split('"')[0])
            if path.endswith(f"/{SECOND}/"):
                unit = Unit(path.split("/")[3], path, visitor)
                if f"<h1>{unit.name}</h1>" not in page:
                    # The office's overview has links to all of them.
                    return None
                status, _ = visitor.post(f"{path}填写", answers[unit.name], script=True)
                assert status == 200, status
                return unit
        return None

    with ThreadPoolExecutor(4) as pool:
        return [unit for unit in pool.map(enter, handed.items()) if unit]


def loaded(units: list[Unit], seconds: int) -> list[Sent]:
    """What was asked for in so many seconds, at random among the units that have not handed in yet."""
    chosen = random.Random(1)
    chosen.shuffle(units)
    count = len(units) * seconds // (MINUTES * 60)
    leaving, staying = units[:count], units[count:]
    begin = time.perf_counter()

    def send(
        due: float, kind: str, what: str, ask: Callable[[], tuple[int, str]], said: str
    ) -> Sent:
        time.sleep(max(0.0, begin + due - time.perf_counter()))
        try:
            status, page = ask()
        except OSError:
            status, page = 0, ""
        return Sent(
            kind, what, status == 200 and said in page, time.perf_counter() - begin - due, status
        )

    def spread(many: int) -> Iterable[tuple[int, float, Unit]]:
        for number in range(many):
            yield number, seconds * (number + chosen.random()) / many, chosen.choice(staying)

    codes = ("1.1", "2.1", "2.2", "2.3", "3.1", "4.1", "5.1", "6.1")
    tasks = []
    for number, due, unit in spread(count * ANSWERS):
        text, code = f"第{number}次", codes[number % len(codes)]
        fields = {f"{code}|自评说明": text}
        ask = partial(unit.visitor.post, f"{unit.form}填写", fields, script=True)
        tasks.append((due, "save", text, ask, '"sentences"'))
    for number, due, unit in spread(count * FILES):
        name, code = f"材料{number}.pdf", codes[number % len(codes)]
        content = b"%PDF-1.7\n" + chosen.randbytes(FILE_BYTES)
        ask = partial(unit.visitor.upload, f"{unit.form}材料/{code}", name, content)
        tasks.append((due, "upload", name, ask, "已上传1个文件。"))
    for unit, (_, due, _) in zip(leaving, spread(count), strict=True):
        ask = partial(unit.visitor.post, f"{unit.form}报送", {})
        tasks.append((due, "hand in", unit.name, ask, "考核表已报送。"))
    tasks.sort(key=lambda task: task[0])
    with ThreadPoolExecutor(BROWSERS) as pool:
        return list(pool.map(lambda task: send(*task), tasks))


def missing(found: list[Sent], log: Path, exported: Path) -> list[Sent]:
    """What was acknowledged and is not there."""
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    said = {line["after"].get("自评说明") for line in lines if line["what"] == "填写考核表"}
    read = scoring.load_assessment(exported, provisional=True)
    there = {
        "save": said,
        "upload": {path.name for path in (exported / "证明材料").rglob("*.pdf")},
        "hand in": {row.unit for row in read.tables.forms if row.period == SECOND},
    }
    return [one for one in found if one.done and one.what not in there[one.kind]]


def report(found: list[Sent], units: int, seconds: int) -> None:
    print(f"{units} units, {len(found)} requests in {seconds} s")
    print("kind      count  failed  50% under  95% under  99% under  longest")
    for kind in ("save", "upload", "hand in", "all"):
        some = [one for one in found if kind in (one.kind, "all")]
        waits = sorted(one.seconds * 1000 for one in some)
        failed = [one.status for one in some if not one.done]
        shares = [
            waits[min(len(waits) - 1, len(waits) * share // 100)] for share in (50, 95, 99, 100)
        ]
        print(
            f"{kind:8}{len(some):7}{len(failed):8}" + "".join(f"{wait:8.0f} ms" for wait in shares)
        )
        if failed:
            print("  statuses of what failed:", sorted(set(failed)))


if __name__ == "__main__":
    sys.exit(main())
