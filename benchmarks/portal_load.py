"""The portal in the last ten minutes before a deadline: many units save answers at once.

    python benchmarks/portal_load.py                       # 200 units, SQLite
    python benchmarks/portal_load.py --units 50 --seconds 20
    KAOHE_DATABASE_URL=postgres://… python benchmarks/portal_load.py

Each unit logs in; then answers are saved at the rate at which all units together would send 24 answers each
in ten minutes. Prints the times that browsers waited, how many answers failed,
and whether all that was acknowledged stands in the log. Ends with 1 where one is missing.
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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.portal.web import NEW, Visitor, clean_environment, passwords, serving  # noqa: E402

ANSWERS, MINUTES = 24, 10
BROWSERS = 40
"""Requests that are under way at once, at most: others wait, and their waiting counts."""


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
        simulated(folder, asked.units)
        with serving(folder, config=config, **database) as address:
            visitors = logged_in(address, passwords(folder))
            found = loaded(visitors, asked.units, asked.seconds)
        log = Path(scratch, "log.jsonl")
        subprocess.run(
            [sys.executable, "-m", "scoring", "portal", "log", str(folder), "--out", str(log)],
            cwd=ROOT, check=True, env=clean_environment(config) | database, capture_output=True,
        )  # fmt: skip
        lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    kept = {line["after"]["自评说明"] for line in lines if line["what"] == "填写考核表"
            and "自评说明" in line["after"]}  # fmt: skip
    lost = {text for text, status, _ in found if status == 200} - kept
    waits = sorted(wait for _, _, wait in found)
    failed = [status for _, status, _ in found if status != 200]
    print(
        f"units {len(visitors)}, requests {len(found)} in {asked.seconds} s, failed {failed}, lost {len(lost)}"
    )
    for share in (50, 95, 99, 100):
        print(
            f"{share}% under {waits[min(len(waits) - 1, len(waits) * share // 100)] * 1000:.0f} ms"
        )
    return bool(lost or failed)


def simulated(folder: Path, units: int) -> None:
    """A year of fictitious units in which no form of the second half came in."""
    subprocess.run(
        [sys.executable, "-m", "scoring", "simulate", "--units", str(units), "--rows", str(units * 4),
         "--scheme", "heze", "--seed", "1", "--format", "csv", "--out", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    shutil.rmtree(folder / "自我考核" / "下半年")


def logged_in(address: str, handed: dict[str, str]) -> dict[str, Visitor]:
    """A browser for each unit, with a password of its own by now; by the unit's address."""

    def enter(account: tuple[str, str]) -> tuple[str, Visitor] | None:
        name, password = account
        visitor = Visitor(address)
        visitor.login(name, password)
        fields = {"old_password": password, "new_password1": NEW, "new_password2": NEW}
        page = visitor.post("/密码", fields)[1]
        for link in page.split('href="')[1:]:
            path = urllib.parse.unquote(link.split('"')[0])
            if path.endswith("下半年/"):
                return path, visitor
        return None

    with ThreadPoolExecutor(4) as pool:
        return dict(found for found in pool.map(enter, handed.items()) if found)


def loaded(visitors: dict[str, Visitor], units: int, seconds: int) -> list[tuple[str, int, float]]:
    """What was saved, the status of its answer, and how long it took from the moment it was due."""
    rate = units * ANSWERS / (MINUTES * 60)
    chosen = random.Random(1)
    codes = ("1.1", "2.1", "2.2", "2.3", "3.1", "4.1", "5.1", "6.1")
    begin = time.perf_counter()

    def save(number: int) -> tuple[str, int, float]:
        due = begin + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        path, visitor = places[number % len(places)]
        text, code = f"第{number}次", codes[number % len(codes)]
        try:
            status = visitor.post(f"{path}填写", {f"{code}|自评说明": text}, script=True)[0]
        except OSError:
            status = 0
        return text, status, time.perf_counter() - due

    places = sorted(visitors.items())
    chosen.shuffle(places)
    with ThreadPoolExecutor(BROWSERS) as pool:
        return list(pool.map(save, range(int(rate * seconds))))


if __name__ == "__main__":
    sys.exit(main())
