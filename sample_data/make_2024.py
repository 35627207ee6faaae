"""Write the sample year 2024 of an invented city, and what it must grade to.

Run ``python sample_data/make_2024.py``: it writes the folder ``sample_data/2024`` (an assessment
as an office keeps it: unit list, ledgers, forms, third-party scores) and the file
``tests/data/sample_2024_expected.json`` (the scores, grades and ranks that follow from it).
Every run writes the same bytes: no clock, one seeded random generator.

The scores are planned in ``making_2024/plan.csv`` and ``plan.py``, not drawn. The generator only
decides which words of ``phrases.yaml``, which days and which items fill them. All names, numbers
and events are invented.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

from making_2024.entries import make_ledger
from making_2024.form_files import write_forms
from making_2024.ledger_files import write_ledgers
from making_2024.lists import write_assessment, write_third_party, write_units
from making_2024.oracle import expected
from making_2024.words import Writer, read_phrases

HERE = Path(__file__).resolve().parent
SEED = 20240104


def main() -> None:
    """Write the sample and what is expected of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE / "2024", help="the folder to write")
    parser.add_argument(
        "--expected",
        type=Path,
        default=HERE.parent / "tests" / "data" / "sample_2024_expected.json",
        help="the file of expected results to write",
    )
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    options.expected.parent.mkdir(parents=True, exist_ok=True)

    writer = Writer(random.Random(SEED), read_phrases())
    write_assessment(options.out / "assessment.yaml")
    write_units(options.out / "考核对象.xlsx")
    entries = write_ledgers(options.out / "平时考核台账", make_ledger(writer), writer.rng)
    write_forms(options.out / "自我考核", writer)
    write_third_party(options.out / "第三方评估.xlsx", writer.rng)
    text = json.dumps(expected(entries), ensure_ascii=False, indent=2)
    options.expected.write_text(text + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
