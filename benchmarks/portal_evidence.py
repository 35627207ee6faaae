"""What a change of the portal costs beside evidence of a given size: a ledger row entered, a page read anew, a
file of evidence put beside a claim, the folder given out, the database copied.

    python benchmarks/portal_evidence.py [MEGABYTES]
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILE_BYTES = 5_000_000


def timed(what: str, work: Callable[[], object]) -> None:
    start = time.perf_counter()
    work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{what:<42}{time.perf_counter() - start:8.2f} s   peak so far {peak:5.0f} MB", flush=True
    )


def add_evidence(folder: Path, megabytes: int) -> None:
    """Made-up pictures that nothing can make smaller, beside the items of one unit."""
    for number in range(megabytes * 1_000_000 // FILE_BYTES):
        at = folder / "证明材料" / "青禾县" / "上半年" / f"2.{number % 5 + 1} 材料"
        at.mkdir(parents=True, exist_ok=True)
        (at / f"照片{number}.jpg").write_bytes(b"\xff\xd8\xff" + os.urandom(FILE_BYTES))


def main(megabytes: int) -> None:
    with tempfile.TemporaryDirectory(prefix="kaohe-evidence-") as place:
        folder = Path(shutil.copytree(ROOT / "sample_data" / "2025", Path(place, "2025")))
        add_evidence(folder, megabytes)
        os.environ["KAOHE_TODAY"] = "2025-09-12"
        os.environ["XDG_CONFIG_HOME"] = place
        from scoring.portal import start

        home = Path(place, start.DATA_FOLDER)
        timed(f"first start, {megabytes} MB of evidence", lambda: start.prepare(folder, home))
        run(Path(place))


def run(place: Path) -> None:
    import scoring
    from scoring.portal.assessments.folder import LogText, change, files_of, put_out, save
    from scoring.portal.assessments.models import Assessment
    from scoring.portal.assessments.state import load
    from scoring.portal.keeping import backup
    from scoring.portal.log.chain import By

    assessment, by = Assessment.objects.get(), By("测量")

    def entered() -> None:
        row = {
            "单位": "临溪县", "扣分项": "2.1", "问题描述": f"测量{time.time()}",
            "发现日期": date(2025, 9, 11), "整改期限": date(2025, 9, 25),
        }  # fmt: skip
        who = scoring.By("测量", datetime(2025, 9, 12, 9, 0))  # noqa: DTZ001
        change(
            assessment, by, lambda at: scoring.add_entry(at, row, who), lambda _: LogText("测量")
        )

    def uploaded() -> None:
        content = b"%PDF-" + os.urandom(FILE_BYTES)
        way = f"证明材料/临溪县/上半年/2.1 材料/{time.time()}.pdf"
        assert save(assessment, by, files_of(assessment), {way: content}, LogText("测量"))

    def written() -> None:
        (place / "out").mkdir()
        put_out(assessment, place / "out")

    load(assessment)
    timed("a ledger row entered", entered)
    timed("the next page, which reads the year anew", lambda: load(assessment))
    timed("another ledger row", entered)
    load(assessment)
    timed("a file of 5 MB put beside a claim", uploaded)
    timed("the next page", lambda: load(assessment))
    timed("the folder written out", written)
    timed("the database copied", lambda: backup(place / "copy.sqlite3"))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
