"""The command: see ``tests/fuzz/__init__.py``."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from tests.fuzz.run import SHARES, Finding, Run, file_name, kinds


def main() -> int:
    """Try inputs until the time is over. 1 where there were findings."""
    options = argparse.ArgumentParser(prog="python -m tests.fuzz")
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--kind", choices=SHARES, help="only inputs of this kind")
    options.add_argument("--only", metavar="KIND:NUMBER", help="only this input")
    options.add_argument("--save", type=Path, metavar="FOLDER", help="where inputs of findings go")
    chosen = options.parse_args()
    with Run(chosen.seed) as run:
        if chosen.only:
            kind, _, number = chosen.only.partition(":")
            found = run.one(kind, int(number))
            return _report(found, chosen.save) if found else 0
        return _until(run, chosen.seconds, chosen.kind, chosen.save)


def _until(run: Run, seconds: float, only: str | None, save: Path | None) -> int:
    end = time.monotonic() + seconds
    counts: Counter[str] = Counter()
    findings = 0
    for kind in kinds():
        if time.monotonic() > end:
            break
        if only in (None, kind):
            found = run.one(kind, counts[kind])
            findings += _report(found, save) if found else 0
            counts[kind] += 1
    print(f"{sum(counts.values())} inputs {dict(counts)}, {findings} findings")
    return 1 if findings else 0


def _report(found: Finding, save: Path | None) -> int:
    print(found, flush=True)
    if save is not None:
        save.mkdir(parents=True, exist_ok=True)
        (save / file_name(found)).write_bytes(found.content)
    return 1


if __name__ == "__main__":
    sys.exit(main())
