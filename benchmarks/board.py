"""Measures how quickly Chromium opens, sorts, filters and prints a dashboard page.

    python benchmarks/daily.py --keep FOLDER             # makes one of 3,000 units
    python benchmarks/board.py FOLDER/看板/看板.html

Milliseconds from the click until the next picture can be painted, script and layout; the median of some
runs. Needs Playwright and a Chromium on the path.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

CLICK = "[...document.querySelectorAll('#units thead button')].find(b => b.textContent === '{}').click()"
WRITE = (
    "const field = document.getElementById('{}'); field.value = '{}';"
    " field.dispatchEvent(new Event('input', {{bubbles: true}}))"
)
ACTS = {
    "sort by 综合成绩": CLICK.format("综合成绩"),
    "sort by 单位": CLICK.format("单位"),
    "filter by a word that one unit has": WRITE.format("words", "第0123号"),
    "no filter again": WRITE.format("words", ""),
    "filter by 类别": WRITE.format("group", "县区"),
    "filter by 预警": WRITE.format("level", "red"),
    "全部显示": "document.getElementById('filter').reset()",
}
UNTIL_PAINTED = """async act => {
  const run = new Function(act), from = performance.now();
  run();
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - from;
}"""


def measure(page: Page, runs: int) -> dict[str, float]:
    """The median milliseconds of each act."""
    taken: dict[str, list[float]] = {}
    for _ in range(runs):
        for name, act in ACTS.items():
            taken.setdefault(name, []).append(page.evaluate(UNTIL_PAINTED, act))
    return {name: statistics.median(times) for name, times in taken.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as started, tempfile.TemporaryDirectory() as scratch:
        browser = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for width, height in ((1280, 900), (390, 844)):
            page = browser.new_page(viewport={"width": width, "height": height})
            start = time.monotonic()
            page.goto(given.page.resolve().as_uri())
            page.evaluate("document.body.getBoundingClientRect()")
            print(f"{width} x {height}: open {1000 * (time.monotonic() - start):.0f} ms")
            for name, took in measure(page, given.runs).items():
                print(f"  {name}: {took:.0f} ms")
            if width > 1000:
                start = time.monotonic()
                page.pdf(path=str(Path(scratch) / "board.pdf"), prefer_css_page_size=True)
                print(f"  print as PDF: {time.monotonic() - start:.0f} s")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
