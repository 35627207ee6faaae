"""Where every unit would stand on a day of the year, while parts of it are still to come.

The scheme's own rules score what is there; what is not there yet is left out and the rest is weighed
as if it were all (折算), whatever the scheme says of a part that is missing at the end. So the grades
are provisional (暂定), and of a unit with nothing to go by there is none.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from scoring.enums import Missing
from scoring.monitoring.known import without_later_forms
from scoring.rules.ledger import PENDING, UNDATED
from scoring.scheme import Scheme
from scoring.scheme.components import AnyComponent, with_leaves
from scoring.score import Result, score
from scoring.tables import Tables


def seen_on(tables: Tables, day: date, known: date) -> Tables:
    """What was there on a day: no row found later, no rectification after it, no form handed in after
    ``known``."""
    return replace(
        without_later_forms(tables, known),
        entries=tuple(
            row._replace(rectified=None) if row.rectified and row.rectified > day else row
            for row in tables.entries
            if row.found <= day
        ),
    )


def standing(tables: Tables, scheme: Scheme, year: int, as_of: date, known: date) -> Result:
    """The provisional result of ``tables`` (``seen_on`` a day) as of ``as_of``: without rows that nobody
    can decide yet (待核实, no deadline), and by the parts that are there."""
    open_ended = without_missing(scheme)
    found = score(tables, open_ended, year, as_of, known=known, final=False)
    undecided = {
        (e.component, e.entry, e.unit) for e in found.entries if e.status in (PENDING, UNDATED)
    }
    if not undecided and not tables.refused:
        return found
    decided = tuple(
        row for row in tables.entries if (row.component, row.entry, row.unit) not in undecided
    )
    kept = replace(tables, entries=decided, refused=())
    return score(kept, open_ended, year, as_of, known=known, final=False)


def without_missing(scheme: Scheme) -> Scheme:
    """The scheme in which a part that is not there yet is left out."""

    def change(_: str, component: AnyComponent) -> AnyComponent:
        return component.model_copy(update={"missing": None})

    return scheme.model_copy(
        update={
            "missing": Missing.REWEIGHT,
            "components": with_leaves(scheme.components, change),
        }
    )
