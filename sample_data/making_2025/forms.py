"""The forms of the first half of the year, from ``forms.csv``: a blank sum is one not verified yet."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from making_2024.form_files import FORM_LAYOUTS, FormHead, write_form
from making_2024.forms import make_form
from making_2024.plan import GRADED, PERIODS
from making_2024.sheets import date_as
from making_2024.words import Writer

from .lists import YEAR

HERE = Path(__file__).resolve().parent
OWN_SUM = "70"
"""What the unverified form's lines are made from."""


def write_forms(folder: Path, writer: Writer) -> None:
    """Write the 52 forms; a unit keeps the layout that it had last year."""
    rng, period = writer.rng, PERIODS[0]
    standards = {code: phrases["standard"] for code, phrases in writer.book["items"].items()}
    text = (HERE / "forms.csv").read_text(encoding="utf-8")
    planned = {key: (total, day) for key, total, day in list(csv.reader(text.splitlines()))[1:]}
    assert set(planned) == {unit.key for unit in GRADED}
    (folder / period).mkdir(parents=True, exist_ok=True)
    for number, unit in enumerate(GRADED, start=1):
        total, day = planned[unit.key]
        lines = make_form(replace(unit, first=total or OWN_SUM), period, writer)
        if total:
            assert sum(line.verified or 0 for line in lines) == Fraction(total)
        else:
            lines = [replace(line, verified=None, reason="") for line in lines]
        head = FormHead(
            unit=unit.key if rng.random() < 0.15 else unit.name,
            year=rng.choice((YEAR, str(YEAR), f"{YEAR}年")),
            period=period,
            sent=date_as(
                date.fromisoformat(day), rng.choice(("excel", "chinese", "dots", "slashes"))
            ),
            title_year=YEAR,
        )
        layout = FORM_LAYOUTS[number % len(FORM_LAYOUTS)]
        path = folder / period / layout.name(number, unit, period, YEAR)
        write_form(path, layout, head, lines, standards, rng)
