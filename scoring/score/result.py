"""What scoring gives: plain values for every unit, ledger row, item and gap.

A result carries its scheme, its year and its as-of day, so that it can be computed again. An
``Amount`` is exact ten-thousandths of a point, a ``Fraction`` exact points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scoring.enums import Scoring
from scoring.points import Amount, format_decimals
from scoring.problems import Place
from scoring.rules.grading import Standing
from scoring.scheme import Scheme
from scoring.scheme.conditions import Conditional

if TYPE_CHECKING:
    import pandas as pd

    from scoring.score.show import Table

_NONE: Final[Mapping[Any, Any]] = MappingProxyType({})

GAP_FORM: Final = "gap-form"
GAP_ITEM: Final = "gap-item"
GAP_VERIFIED: Final = "gap-verified"
GAP_REFUSED: Final = "gap-refused"
GAP_NOTHING: Final = "gap-nothing"
GAP_SCORE: Final = "gap-score"
GAP_ASSESSOR: Final = "gap-assessor"
GAP_TRIMMED: Final = "gap-trimmed"
GAP_VERIFICATION: Final = "gap-verification"
GAP_DEADLINE: Final = "gap-deadline"
GAP_COMPOSITE: Final = "gap-composite"


class Gap(NamedTuple):
    """缺项: something that a unit's score lacks. ``blocking``: no final grade rests on it.
    ``assessor`` names whose score it is, where several give one."""

    unit: str
    component: str
    kind: str
    blocking: bool
    period: str | None = None
    indicator: str | None = None
    entry: str | None = None
    assessor: str | None = None
    place: Place | None = None

    def let_pass(self) -> Gap:
        """The gap as one that stops nothing."""
        return self._replace(blocking=False)


class EntryResult(NamedTuple):
    """A ledger row and what became of it; ``status`` as in ``scoring.rules.ledger``.
    ``deduction`` is what it costs (or wins, by a bonus rule) before any cap."""

    component: str
    entry: str
    unit: str
    charged_unit: str
    rule: str
    status: str
    deduction: Amount
    description: str
    found: date
    document: str | None
    provider: str | None
    deadline: date | None
    rectified: date | None
    verification: str | None
    revoked: date | None
    revoked_reason: str | None
    note: str | None
    place: Place


class ItemResult(NamedTuple):
    """An item of a form and its ``status`` as in ``scoring.rules.forms``; ``scoring``,
    ``full`` and the counts as in ``scoring.scheme.Leaf`` and ``scoring.tables.ITEMS``."""

    component: str
    unit: str
    period: str
    area: str
    indicator: str
    title: str
    points: int
    full: int
    scoring: Scoring
    status: str
    counted: Amount | None
    self_score: int | None
    verified_score: Amount | None
    self_done: int | None
    self_of: int | None
    self_faults: int | None
    done: int | None
    of: int | None
    faults: int | None
    self_note: str | None
    evidence: str | None
    verifier: str | None
    verified_note: str | None
    place: Place | None


class PeriodResult(NamedTuple):
    """A unit's score in one period: ``score`` is ``raw`` rescaled from ``applicable`` points,
    less the ``late`` points."""

    component: str
    unit: str
    period: str
    raw: Amount
    applicable: Amount
    late: Amount
    score: Amount | None


class RuleResult(NamedTuple):
    """What one rule of a ledger cost or won a unit: ``nominal`` before, ``amount`` after the
    rule's cap; the caps of its category and of the component come after that."""

    component: str
    unit: str
    rule: str
    counted: int
    nominal: Amount
    amount: Amount


class ScoreResult(NamedTuple):
    """A score that was handed in, as 第三方评估."""

    component: str
    unit: str
    given: Amount | None
    assessor: str | None
    note: str | None
    place: Place | None


class UnitResult(NamedTuple):
    """A graded unit. ``components`` are exact points on the scale of 100 (those that add: as they
    are), None where missing; ``parts`` those inside combined components. ``composite`` counts
    ``10**-decimals`` points; ``grade`` and ``rank`` are None where a gap forbids them; ``settled``: none
    does (in a scheme without grades ``grade`` is always None).
    ``held`` are the conditions of the scheme that took effect, in the order in which they are looked
    at; ``ranked``: none of them keeps the unit out of the ranking; ``counted``: how often the rules
    counted that conditions look at, by (component, rule). ``exact`` is the composite before its
    rounding, and before a condition set it; ``closed`` names, for the composite ``""`` and for combined
    components by key, the part whose gate closed; ``entered`` are the parts that add and did so."""

    unit: str
    group: str
    components: Mapping[str, Fraction | None]
    composite: int | None
    grade: str | None
    rank: int | None
    gaps: tuple[Gap, ...]
    parts: Mapping[str, Fraction | None] = _NONE
    held: tuple[Conditional, ...] = ()
    ranked: bool = True
    counted: Mapping[tuple[str, str], int] = _NONE
    exact: Fraction | None = None
    closed: Mapping[str, str] = _NONE
    entered: frozenset[str] = frozenset()
    settled: bool = True

    @property
    def decided(self) -> bool:
        """Whether the unit's place is known: it has a composite and no gap forbids a grade or a rank."""
        return self.settled and self.composite is not None

    @property
    def unranked(self) -> bool:
        """Whether a condition keeps the unit out of the ranking, as 一票否决: it has a score and no rank."""
        return not self.ranked and self.composite is not None

    @property
    def set_to(self) -> Conditional | None:
        """The condition that set the composite, if one did."""
        return next((c for c in self.held if c.fixes), None)

    def score_of(self, key: str) -> Fraction | None:
        """The score of a component, or of a part of a combined one, by its key."""
        return self.components[key] if key in self.components else self.parts.get(key)


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """What all units of a group come to: how many they are, how many have each standing, and of every
    component the mean and the highest score of those that take part in the ranking."""

    count: int
    stands: Mapping[Standing, int]
    means: Mapping[str, Fraction | None]
    highest: Mapping[str, Fraction | None]


@dataclass(frozen=True, slots=True)
class Whole:
    """The result that another one is a part of: its groups, and what the part is called (甲省乙市)."""

    part: str
    groups: Mapping[str, GroupFigures]


@dataclass(frozen=True, repr=False)
class Result:
    """The scores of an assessment as of a day. ``units`` stand in print order: groups as in the
    scheme, then by rank, equal ones as in the unit list, those without a rank last. ``known``
    (资料截止日) is the last day of which a revocation is known, None for no limit. A result of some of the
    units that were graded together has the grades and ranks among all of them, and their ``whole``.

    >>> from scoring import load_assessment, score_assessment
    >>> result = score_assessment(load_assessment("sample_data/2024"))
    >>> result
    <Result heze 2024，截至2024-12-31，52个单位，正式>
    """

    scheme: Scheme
    year: int
    as_of: date
    final: bool
    units: tuple[UnitResult, ...]
    entries: tuple[EntryResult, ...]
    items: tuple[ItemResult, ...]
    periods: tuple[PeriodResult, ...]
    scores: tuple[ScoreResult, ...]
    gaps: tuple[Gap, ...]
    rules: tuple[RuleResult, ...] = ()
    known: date | None = None
    whole: Whole | None = None

    def composite_text(self, unit: UnitResult) -> str | None:
        """The published composite, with all its decimals."""
        if unit.composite is None:
            return None
        return format_decimals(unit.composite, self.scheme.rounding.decimals, pad=True)

    def __repr__(self) -> str:
        from scoring.score.show import line

        return line(self)

    def _repr_html_(self) -> str:
        from scoring.score.show import html

        return html(self)

    def to_frame(self, table: Table = "units") -> pd.DataFrame:
        """The graded units in print order, the ledger rows (``"entries"``) or the items of the forms
        (``"items"``) as a frame of pandas, a row each.

        Nothing is a float. Points (``score_<part>``, ``deduction``, ``counted``, …) are Fractions, on
        the scale of the scheme: they add up and compare exactly. ``composite`` is the published
        number, a Decimal with all its decimals. Days are datetime64, counts and ranks Int64,
        everything else text; what is not there is None, NaT or NA. For a picture or for
        statistics, ``frame["composite"].astype(float)``.

        >>> from scoring import load_assessment, score_assessment
        >>> frame = score_assessment(load_assessment("sample_data/2024")).to_frame()
        >>> frame.loc[2, ["unit", "score_self_assessment", "composite", "grade"]].to_list()
        ['临溪县人民政府', Fraction(853, 10), Decimal('90.00'), '优秀']
        """
        from scoring.score.show import frame

        return frame(self, table)

    def in_group(self, group: str) -> list[UnitResult]:
        """The units of a group, in print order."""
        return [unit for unit in self.units if unit.group == group]
