"""半年总结: the forms of the half-year, and an order of the units from 平时考核 and 自我考核 so far (阶段性)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from scoring.monitoring.stage import Records, score_stage
from scoring.points import SCALE
from scoring.rules.forms import NO_FORM, NOT_APPLICABLE, SCORED
from scoring.scheme import Scheme, SelfAssessment
from scoring.score import Result, UnitResult


@dataclass(frozen=True)
class Forms:
    """The forms of one period: of how many units they came in, of how many every item is verified, and
    the mean, highest and lowest verified score of these, in points on the scale of the form."""

    title: str
    period: str
    due: date
    units: int
    came: int
    verified: int
    mean: Fraction | None
    highest: Fraction | None
    lowest: Fraction | None
    missing: tuple[str, ...]
    unverified: tuple[str, ...]


@dataclass(frozen=True)
class Stage:
    """``result`` ranks the units by the parts so far; ``forms`` by component and period. ``settled``: all
    forms of the window are there and verified."""

    result: Result
    forms: tuple[Forms, ...]

    @property
    def settled(self) -> bool:
        """Whether nothing of the order can change by verification any more."""
        complete = all(f.came == f.verified == f.units for f in self.forms)
        return complete and all(unit.decided for unit in self.result.units)

    def open(self) -> list[UnitResult]:
        """The units that have no place yet."""
        return [unit for unit in self.result.units if unit.rank is None]


def stage_of(
    records: Records, scheme: Scheme, as_of: date, known: date, order: Sequence[str]
) -> Stage:
    """The stage ``scheme`` (``with_forms``) as of a day; ``order`` is that of the unit list."""
    result = score_stage(records, scheme, as_of, known)
    forms = []
    for key, leaf in scheme.leaves().items():
        if isinstance(leaf, SelfAssessment):
            for period in leaf.periods:
                due = period.due.on(records.year)
                forms.append(_forms(result, key, leaf.title, period.name, due, order))
    return Stage(result, tuple(forms))


def _forms(
    result: Result, key: str, title: str, period: str, due: date, order: Sequence[str]
) -> Forms:
    items: dict[str, list[str]] = {}
    for item in result.items:
        if item.component == key and item.period == period:
            items.setdefault(item.unit, []).append(item.status)
    scores = {
        p.unit: p.score
        for p in result.periods
        if p.component == key and p.period == period and p.score is not None
    }
    units = [name for name in order if name in items]
    missing = [name for name in units if NO_FORM in items[name]]
    open_ = [
        name for name in units
        if name not in missing and not set(items[name]) <= {SCORED, NOT_APPLICABLE}
    ]  # fmt: skip
    done = [name for name in units if name not in missing and name not in open_]
    points = [Fraction(scores[name]) / SCALE for name in done if name in scores]
    return Forms(
        title=title, period=period, due=due, units=len(units), came=len(units) - len(missing),
        verified=len(done),
        mean=sum(points, Fraction(0)) / len(points) if points else None,
        highest=max(points, default=None), lowest=min(points, default=None),
        missing=tuple(missing), unverified=tuple(open_),
    )  # fmt: skip
