"""What a roll-up takes of results, and what it gives: plain values, a row a unit and a row a region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from scoring.scheme import Scheme

Region = tuple[str, ...]
"""The path of a region from the largest down, as ("甲省", "乙市"); empty for all of them."""

RuleKey = tuple[str, str]
"""A component and the code of one of its rules."""


class RegionUnit(NamedTuple):
    """A graded unit in its region. ``composite`` is the published one, a count of ``10**-decimals``
    points; ``decided`` and ``unranked`` as in ``scoring.score.UnitResult``; ``entries`` are the ledger rows charged to it, ``counted`` how many of them each rule counted."""

    region: Region
    unit: str
    group: str
    composite: int | None
    grade: str | None
    decided: bool
    unranked: bool
    entries: int
    counted: Mapping[RuleKey, int]

    @property
    def ranked(self) -> bool:
        """Whether the unit takes part in ranks and averages: a gap and 否决 keep it out."""
        return self.decided and not self.unranked and self.composite is not None


@dataclass(frozen=True, slots=True)
class Run:
    """One assessment with its result's units. ``folder`` is where it lies in the folder of folders, "" for
    one assessment alone."""

    scheme: Scheme
    year: int
    as_of: date
    known: date | None
    final: bool
    units: tuple[RegionUnit, ...]
    folder: str = ""


@dataclass(slots=True)
class Figures:
    """The units of a region, or of one group in it: how many, how many take part in the averages, how
    many are undecided (缺项) or kept out of the ranking (否决), and the composites of those that take part as counts of
    ``10**-decimals`` points. ``rank`` is the region's place by its mean among the regions beside it."""

    units: int = 0
    ranked: int = 0
    undecided: int = 0
    kept_out: int = 0
    total: int = 0
    highest: int | None = None
    lowest: int | None = None
    grades: dict[str, int] = field(default_factory=dict)
    rank: int | None = None

    @property
    def mean(self) -> Fraction | None:
        """The exact mean of the published composites, as a count of ``10**-decimals`` points."""
        return Fraction(self.total, self.ranked) if self.ranked else None


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region with everything below it. ``whole`` are all its units, ``groups`` those of each group;
    ``entries`` ledger rows charged to them, ``counted`` how many of them each rule counted."""

    region: Region
    whole: Figures
    groups: Mapping[str, Figures]
    entries: int
    counted: Mapping[RuleKey, int]

    @property
    def problems(self) -> int:
        """How many ledger rows counted."""
        return sum(self.counted.values())


class RankedUnit(NamedTuple):
    """A unit with its rank, within its group, in every region that it lies in: ``ranks[0]`` among all,
    the last in the smallest. None where it takes no part in the ranking."""

    unit: RegionUnit
    ranks: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Rollup:
    """The regions of one scheme and year, larger ones before the smaller in them, the first row for all;
    units in the order of their regions, groups and ranks."""

    scheme: Scheme
    year: int
    days: tuple[date, ...]
    final: bool
    folders: tuple[str, ...]
    rows: tuple[RegionRow, ...]
    units: tuple[RankedUnit, ...]

    @property
    def depth(self) -> int:
        """How many levels of regions there are."""
        return max(len(row.region) for row in self.rows)

    def below(self, region: Region) -> list[RegionRow]:
        """The regions directly in one."""
        return [
            row for row in self.rows
            if len(row.region) == len(region) + 1 and row.region[:-1] == region
        ]  # fmt: skip
