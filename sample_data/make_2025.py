"""Write the half-finished sample year 2025 of the invented city of ``make_2024.py``.

Run ``python sample_data/make_2025.py``: it writes the folder ``sample_data/2025``, an assessment as an
office has it on 12 September 2025: ledgers as far as they have come, the forms of the first half of the
year, appeals, evidence. Every run writes the same bytes: no clock, one seeded random generator.

Every row of the ledgers stands in ``making_2025/ledger.csv``, every form's sum and day in
``making_2025/forms.csv``; the generator only chooses how names and dates are typed and which words and
items fill a form. What the year shows on which day is pinned in ``tests/test_sample_2025.py``. All
names, numbers and events are invented.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from making_2024.lists import write_units
from making_2024.words import Writer, read_phrases
from making_2025.evidence import write_evidence
from making_2025.forms import write_forms
from making_2025.ledgers import write_ledgers
from making_2025.lists import YEAR, write_appeals, write_assessment, write_holidays

HERE = Path(__file__).resolve().parent
SEED = 20250912


def main() -> None:
    """Write the sample."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE / "2025", help="the folder to write")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)

    writer = Writer(random.Random(SEED), read_phrases(YEAR), YEAR)
    write_assessment(out / "assessment.yaml")
    write_units(out / "考核对象.xlsx", YEAR)
    write_holidays(out / "节假日.xlsx")
    write_ledgers(out / "平时考核台账", writer.rng)
    write_forms(out / "自我考核", writer)
    write_appeals(out / "申诉.xlsx")
    write_evidence(out / "证明材料")


if __name__ == "__main__":
    main()
