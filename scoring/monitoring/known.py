"""What of the tables is known on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from scoring.tables import Tables


def without_later_forms(tables: Tables, known: date) -> Tables:
    """The tables without the forms that came in after ``known`` (资料截止日), and their items. A form that
    does not say when it came in is there."""
    later = {
        (f.component, f.unit, f.period)
        for f in tables.forms
        if f.submitted is not None and f.submitted > known
    }
    return replace(
        tables,
        forms=tuple(f for f in tables.forms if (f.component, f.unit, f.period) not in later),
        items=tuple(i for i in tables.items if (i.component, i.unit, i.period) not in later),
    )
