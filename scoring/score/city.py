"""From tables and a scheme to the results of a city: every unit by the rules, then grades and ranks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import chain, groupby, zip_longest
from typing import TypeVar

from scoring.rules.grading import Placed, Standing, count_of, grade_and_rank, standing_of
from scoring.scheme import Scheme
from scoring.score.result import Gap, ItemResult, PeriodResult, Result, UnitResult
from scoring.score.unit import (
    Course,
    GroupCourse,
    UnitYear,
    course,
    entry_results,
    points_of,
    rows_by_unit,
    score_unit,
)
from scoring.tables import Tables


def score(
    tables: Tables,
    scheme: Scheme,
    year: int,
    as_of: date,
    *,
    known: date | None = None,
    final: bool = True,
    groups: Mapping[str, GroupCourse] | None = None,
) -> Result:
    """Score an assessment: the same input gives the same result, in the same order.

    ``tables`` holds what the assessment's files say, ``as_of`` is the day as of which ledger rows
    are judged, ``known`` (资料截止日) the last day of which a revocation is known, None for no limit.
    Nothing is rounded but as the scheme says. ``final`` says what the run was asked to be; a result
    with blocking gaps is never final, and a unit without a composite always has one. ``groups`` is what
    each group has of the scheme (``group_courses``), for a caller that scores by it again and again.
    """
    run = course(scheme, year, as_of, known, groups)
    years = [score_unit(run, rows) for rows in rows_by_unit(tables).values()]
    return gathered(run, tables, years, final=final)


def gathered(run: Course, tables: Tables, scored: Iterable[UnitYear], *, final: bool) -> Result:
    """The result of a city whose units were ``scored`` on one course, from the rows of ``tables``; ``final``
    as in ``score``."""
    scheme, leaves = run.scheme, run.scheme.leaves()
    years = sorted(scored, key=lambda y: y.unit.position)
    order = {y.unit.unit: y.unit.position for y in years}
    listed = {row.unit: row.position for row in tables.units}
    gaps = _sorted_gaps(scheme, years)
    return Result(
        scheme=scheme,
        year=run.year,
        as_of=run.as_of,
        known=run.known,
        final=final and not any(gap.blocking for gap in gaps),
        units=tuple(_in_print_order(scheme, years, gaps)),
        entries=tuple(
            sorted(
                (e for key in leaves for y in years for e in entry_results(y, key)),
                key=lambda e: (
                    e.place.file, e.place.sheet or "", e.place.row or 0, listed.get(e.unit, 0),
                ),
            )
        ),
        items=tuple(_by_period(y.items for y in years)),
        periods=tuple(_by_period(y.periods for y in years)),
        scores=tuple(y.given[key] for y in years for key in leaves if key in y.given),
        rules=tuple(
            sorted(
                (r for key in leaves for y in years for r in y.rules.get(key, ())),
                key=lambda r: (order[r.unit], r.rule),
            )
        ),
        gaps=tuple(gaps),
    )  # fmt: skip


def _gap_order(
    leaves: Iterable[str], order: Mapping[str, int]
) -> Callable[[Gap], tuple[object, ...]]:
    """Gaps by unit in the list's order, by component, then by what is missing."""
    positions = {key: i for i, key in enumerate(leaves)}
    return lambda gap: (
        order[gap.unit], positions[gap.component], gap.kind, gap.period or "",
        gap.indicator or "", gap.assessor or "", str(gap.place),
    )  # fmt: skip


OfPeriod = TypeVar("OfPeriod", ItemResult, PeriodResult)


def _by_period(units: Iterable[Mapping[str, Sequence[OfPeriod]]]) -> Iterator[OfPeriod]:
    """What stands by component and period, unit by unit: the first period of every component first,
    then the second."""
    for by_component in units:
        columns = [
            [list(found) for _, found in groupby(rows, key=lambda r: r.period)]
            for rows in by_component.values()
        ]
        for same_period in zip_longest(*columns, fillvalue=[]):
            for row in zip_longest(*same_period):
                yield from (one for one in row if one is not None)


def standing(scheme: Scheme, year: UnitYear) -> Standing:
    """What grading needs to know of a unit's year."""
    count = count_of(scheme, year.composite.value)
    return standing_of(scheme, year.unit.group, count, year.held, settled=year.settled)


def units_of(scheme: Scheme, scored: Iterable[UnitYear]) -> tuple[UnitResult, ...]:
    """The units' results from their years, in print order: where every unit stands, without the rows and
    items behind it."""
    years = sorted(scored, key=lambda y: y.unit.position)
    return tuple(_in_print_order(scheme, years, _sorted_gaps(scheme, years)))


def _sorted_gaps(scheme: Scheme, years: Sequence[UnitYear]) -> list[Gap]:
    order = {y.unit.unit: y.unit.position for y in years}
    gaps = chain.from_iterable(y.gaps for y in years)
    return sorted(gaps, key=_gap_order(scheme.leaves(), order))


def _in_print_order(
    scheme: Scheme, years: Sequence[UnitYear], gaps: Iterable[Gap]
) -> list[UnitResult]:
    """The units' results: groups as in the scheme, then by rank, equal ones as in the unit list."""
    gaps_of: dict[str, list[Gap]] = {}
    for gap in gaps:
        gaps_of.setdefault(gap.unit, []).append(gap)
    out: list[UnitResult] = []
    for group in scheme.groups:
        members = [year for year in years if year.unit.group == group]
        standings = [standing(scheme, year) for year in members]
        placed = grade_and_rank(scheme, group, standings)
        results = [
            _unit(scheme, year, stands, place, gaps_of.get(year.unit.unit, ()))
            for year, stands, place in zip(members, standings, placed, strict=True)
        ]
        out += sorted(results, key=lambda u: (u.rank is None, u.rank or 0))
    return out


def _unit(
    scheme: Scheme, year: UnitYear, stands: Standing, placed: Placed, gaps: Iterable[Gap]
) -> UnitResult:
    names = [grade.name for grade in scheme.grades_in(year.unit.group)]
    points: dict[str, Fraction | None] = {k: points_of(score) for k, score in year.scores.items()}
    return UnitResult(
        unit=year.unit.unit,
        group=year.unit.group,
        components={key: points[key] for key in scheme.components if key in points},
        composite=stands.composite,
        grade=None if placed.grade is None else names[placed.grade],
        rank=placed.rank,
        gaps=tuple(gaps),
        parts={key: value for key, value in points.items() if key not in scheme.components},
        held=year.held,
        ranked=stands.ranked,
        counted=year.counted,
        exact=points_of(year.exact),
        closed=year.closed,
        entered=frozenset(year.entered),
        settled=stands.settled,
    )
