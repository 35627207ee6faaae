"""From the results of assessments to the figures of their regions. Pure.

Scores of different schemes do not compare, nor do those of different years: each scheme and year is rolled up for itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from scoring.enums import Effect
from scoring.lookup.units import UnitList
from scoring.regions.model import (
    Figures,
    RankedUnit,
    Region,
    RegionRow,
    RegionUnit,
    Rollup,
    RuleKey,
    Run,
)
from scoring.rules.grading import ranks_by_score
from scoring.scheme import Ledger, Scheme
from scoring.score import Result


def run_of(result: Result, units: UnitList, base: Region = (), folder: str = "") -> Run:
    """A result as it is rolled up. A unit lies in ``base``, the path of its assessment among others, and
    there in the region that the unit list gives it."""
    regions = {unit.name: unit.region for unit in units.units}
    losing = losing_rules(result.scheme)
    entries = Counter(e.charged_unit for e in result.entries if (e.component, e.rule) in losing)
    counted: dict[str, Counter[RuleKey]] = defaultdict(Counter)
    for rule in result.rules:
        if rule.counted and (rule.component, rule.rule) in losing:
            counted[rule.unit][rule.component, rule.rule] += rule.counted
    return Run(
        scheme=result.scheme,
        year=result.year,
        as_of=result.as_of,
        known=result.known,
        final=result.final,
        units=tuple(
            RegionUnit(
                region=(*base, *regions.get(unit.unit, ())),
                unit=unit.unit, group=unit.group, composite=unit.composite, grade=unit.grade,
                decided=unit.decided, unranked=unit.unranked,
                entries=entries[unit.unit], counted=counted.get(unit.unit, {}),
            )
            for unit in result.units
        ),
        folder=folder,
    )  # fmt: skip


def losing_rules(scheme: Scheme) -> set[RuleKey]:
    """The rules of problems: one that only wins points counts what was done well."""
    return {
        (key, rule.code)
        for view in scheme.views().values()
        for key, part in view.leaves().items()
        if isinstance(part, Ledger)
        for rule in part.rules
        if rule.effect == Effect.DEDUCT
    }


def roll_up(runs: Iterable[Run], under: Region = ()) -> list[Rollup]:
    """The figures of every region, for each scheme and year that the ``runs`` are of; ``under`` takes only
    the units of that region and what lies in it. Empty where no unit is there.

    >>> from scoring import load_assessment, score_assessment
    >>> assessment = load_assessment("sample_data/2024")
    >>> (all_units,) = roll_up([run_of(score_assessment(assessment), assessment.units, ("某省", "示例市"))])
    >>> [(row.region, row.whole.units, row.problems) for row in all_units.rows]
    [((), 52, 140), (('某省',), 52, 140), (('某省', '示例市'), 52, 140)]
    """
    found = [_rolled_up(own, under) for own in _by_scheme(runs)]
    return [one for one in found if one is not None]


def _by_scheme(runs: Iterable[Run]) -> list[list[Run]]:
    """The runs of each scheme and year: two are of one where every rule is the same."""
    kinds: list[list[Run]] = []
    for run in runs:
        for kind in kinds:
            if kind[0].year == run.year and kind[0].scheme == run.scheme:
                kind.append(run)
                break
        else:
            kinds.append([run])
    return kinds


def _rolled_up(runs: Sequence[Run], under: Region) -> Rollup | None:
    first = runs[0]
    units = [u for run in runs for u in run.units if u.region[: len(under)] == under]
    if not units:
        return None
    rows = _rows(units, under)
    _rank_regions(first, rows)
    return Rollup(
        scheme=first.scheme,
        year=first.year,
        days=tuple(sorted({run.as_of for run in runs})),
        final=all(run.final for run in runs),
        folders=tuple(run.folder for run in runs),
        rows=tuple(rows),
        units=tuple(_ranked(first, units, [row.region for row in rows], len(under))),
    )


def _within(unit: RegionUnit, under: Region) -> Iterator[Region]:
    """The regions that a unit lies in, from ``under`` down."""
    return (unit.region[:depth] for depth in range(len(under), len(unit.region) + 1))


def _rows(units: Iterable[RegionUnit], under: Region) -> list[RegionRow]:
    whole: dict[Region, Figures] = defaultdict(Figures)
    groups: dict[Region, dict[str, Figures]] = defaultdict(lambda: defaultdict(Figures))
    entries: Counter[Region] = Counter()
    counted: dict[Region, Counter[RuleKey]] = defaultdict(Counter)
    for unit in units:
        for region in _within(unit, under):
            _add(whole[region], unit)
            _add(groups[region][unit.group], unit)
            entries[region] += unit.entries
            counted[region].update(unit.counted)
    return [
        RegionRow(region, whole[region], dict(groups[region]), entries[region], dict(counted[region]))
        for region in _in_tree_order(whole, under)
    ]  # fmt: skip


def _add(figures: Figures, unit: RegionUnit) -> None:
    figures.units += 1
    figures.undecided += not unit.decided and not unit.unranked
    figures.kept_out += unit.unranked
    if unit.grade is not None:
        figures.grades[unit.grade] = figures.grades.get(unit.grade, 0) + 1
    if unit.ranked and unit.composite is not None:
        count = unit.composite
        figures.ranked += 1
        figures.total += count
        figures.highest = count if figures.highest is None else max(figures.highest, count)
        figures.lowest = count if figures.lowest is None else min(figures.lowest, count)


def _in_tree_order(regions: Mapping[Region, object], under: Region) -> list[Region]:
    """A region before those in it, beside each other in the order in which they were first met."""
    inside: dict[Region, list[Region]] = defaultdict(list)
    for region in regions:
        if region != under:
            inside[region[:-1]].append(region)
    ordered, waiting = [], [under]
    while waiting:
        region = waiting.pop()
        ordered.append(region)
        waiting += reversed(inside[region])
    return ordered


def _rank_regions(run: Run, rows: Sequence[RegionRow]) -> None:
    """Give every region its place by the mean of its units among the regions beside it, as a whole and in every group."""
    beside: dict[tuple[Region, str | None], list[Figures]] = defaultdict(list)
    for row in rows[1:]:
        beside[row.region[:-1], None].append(row.whole)
        for group, figures in row.groups.items():
            beside[row.region[:-1], group].append(figures)
    for together in beside.values():
        means = Counter(mean for figures in together if (mean := figures.mean) is not None)
        ranks: dict[Fraction, int] = ranks_by_score(run.scheme, means)
        for figures in together:
            figures.rank = None if figures.mean is None else ranks[figures.mean]


def _ranked(
    run: Run, units: Sequence[RegionUnit], regions: Sequence[Region], top: int
) -> Iterator[RankedUnit]:
    """Every unit with its ranks, by region, group and rank."""
    scores: dict[tuple[Region, str], Counter[int]] = defaultdict(Counter)
    for unit in units:
        if unit.ranked and unit.composite is not None:
            for depth in range(top, len(unit.region) + 1):
                scores[unit.region[:depth], unit.group][unit.composite] += 1
    ranks = {key: ranks_by_score(run.scheme, counts) for key, counts in scores.items()}
    place = {region: at for at, region in enumerate(regions)}
    group_at = {group: at for at, group in enumerate(run.scheme.groups)}

    def own(unit: RegionUnit) -> tuple[int | None, ...]:
        depths = range(top, len(unit.region) + 1)
        if not unit.ranked or unit.composite is None:
            return tuple(None for _ in depths)
        return tuple(ranks[unit.region[:depth], unit.group][unit.composite] for depth in depths)

    found = [RankedUnit(unit, own(unit)) for unit in units]
    last = len(units) + 1
    found.sort(
        key=lambda one: (
            place[one.unit.region], group_at[one.unit.group],
            last if one.ranks[-1] is None else one.ranks[-1],
        )
    )  # fmt: skip
    yield from found
