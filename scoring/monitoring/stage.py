"""平时考核, and 自我考核 of a part of the year, scored by the scheme's own rules before the year is over.

A stage is the scheme with fewer parts: the engine scores, adds up and ranks it as it does the whole. It
has no grades, gates, vetoes or other conditions: these are of the year.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from scoring.monitoring.known import without_later_forms
from scoring.monitoring.windows import Window, WindowKind, window_of
from scoring.scheme import Ledger, Scheme, SelfAssessment
from scoring.scheme.components import AnyComponent, Combined
from scoring.scheme.forms import Period
from scoring.score import Result, score
from scoring.tables import Tables, UnitRow


class Records(NamedTuple):
    """An assessment as far as bulletins read it."""

    tables: Tables
    scheme: Scheme
    year: int


Keep = Callable[[AnyComponent], AnyComponent | None]


def ledgers_of(scheme: Scheme) -> Scheme | None:
    """The scheme with its ledgers alone; None where it has none."""
    return _stage(scheme, lambda part: part if isinstance(part, Ledger) else None)


def with_forms(scheme: Scheme, year: int, window: Window) -> Scheme | None:
    """The scheme with its ledgers, and with its forms of the periods that end in a window; None where
    neither is there."""

    def keep(part: AnyComponent) -> AnyComponent | None:
        if isinstance(part, SelfAssessment):
            periods = tuple(p for p in part.periods if period_end(p, year) in window)
            return part.model_copy(update={"periods": periods}) if periods else None
        return part if isinstance(part, Ledger) else None

    return _stage(scheme, keep)


def period_end(period: Period, year: int) -> date:
    """The last day of what a period reports on: the end of the last quarter before its due date."""
    quarter = window_of(WindowKind.QUARTER, period.due.on(year))
    return quarter.first - timedelta(days=1)


def _stage(scheme: Scheme, keep: Keep) -> Scheme | None:
    components = _kept(scheme.components, keep)
    whole = {"conditions": (), "grades": (), "components": components}
    stage = scheme.model_copy(update=whole)
    groups = tuple(g for g in scheme.groups if stage.seen_from(g).components)
    return stage.model_copy(update={"groups": groups}) if groups else None


def _kept(components: Mapping[str, AnyComponent], keep: Keep) -> dict[str, AnyComponent]:
    found: dict[str, AnyComponent] = {}
    for key, component in components.items():
        if isinstance(component, Combined):
            parts = _kept(component.parts, keep)
            inner: AnyComponent | None = (
                component.model_copy(update={"parts": parts}) if parts else None
            )
        else:
            inner = keep(component)
        if inner is not None:
            found[key] = inner.model_copy(update={**_FREE, **_rules(inner)})
    if all(part.adds for part in found.values()):
        # Nothing is left to which they would be added: they are the sum.
        return {k: part.model_copy(update={"adds": False}) for k, part in found.items()}
    return found


_FREE = {"gate_by": None, "enters": None}


def _rules(part: AnyComponent) -> dict[str, object]:
    if not isinstance(part, Ledger):
        return {}
    return {"rules": tuple(rule.model_copy(update={"veto": None}) for rule in part.rules)}


def score_stage(records: Records, stage: Scheme, as_of: date, known: date) -> Result:
    """The result of a stage as of a day. A form that came in after ``known`` is not there yet."""
    seen = without_later_forms(graded_tables(records, stage), known)
    return score(seen, stage, records.year, as_of, known=known, final=False)


def graded_tables(records: Records, stage: Scheme) -> Tables:
    """The tables as far as a stage looks at them: of the units that it grades, without scores."""
    return replace(listed_in(stage, records.tables), scores=())


def listed_in(stage: Scheme, tables: Tables) -> Tables:
    """The tables with the units of those groups that a stage has, and their departments."""
    group_of = {row.unit: row.group for row in tables.units if row.parent is None}

    def graded(row: UnitRow) -> bool:
        return group_of.get(row.parent or row.unit) in stage.groups

    return replace(tables, units=tuple(filter(graded, tables.units)))
