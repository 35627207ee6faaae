"""What one unit's form holds, as data: its items, and what is known of its other scores."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from scoring.intake import Assessment
from scoring.lookup.units import Unit
from scoring.points import SCALE
from scoring.rules import forms
from scoring.rules import ledger as status
from scoring.rules.composite import watched
from scoring.rules.exact import EXACT, Exact
from scoring.scheme import Leaf, Ledger, Period, Scheme, Score, SelfAssessment
from scoring.scheme.forms import Area
from scoring.score import Result, UnitResult, score
from scoring.tables import RefusedRow, Tables, where
from scoring.wording.numbers import day


@dataclass(frozen=True)
class Item:
    """A row of the form: ``levels`` are the titles from its 一级指标 down to the level above it,
    ``evidence`` says what evidence it wants."""

    leaf: Leaf
    levels: tuple[str, ...]
    evidence: str


@dataclass(frozen=True)
class AreaPlan:
    """A 一级指标 with the items that apply to the unit. ``points`` is what they are worth together;
    ``cap`` is the most that the area gives, where it has a cap of its own; ``spared`` are the points
    of its items that do not apply. In ten-thousandths."""

    title: str
    items: tuple[Item, ...]
    points: int
    cap: int | None = None
    spared: int = 0


@dataclass(frozen=True)
class PeriodKnown:
    """A period's score on the scale of the component's full points, and what it rests on."""

    score: Fraction
    source: str


@dataclass(frozen=True)
class LedgerKnown:
    """A ledger's score as of the day, what it rests on, and why it is not certain, if it is not."""

    score: Fraction
    source: str
    doubts: str = ""


@dataclass(frozen=True)
class Known:
    """What the folder says of a unit's scores, by component key. ``counts``: how often the rules counted
    that conditions look at, by (component, rule)."""

    periods: Mapping[tuple[str, str], PeriodKnown]
    ledgers: Mapping[str, LedgerKnown]
    scores: Mapping[str, Fraction]
    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True)
class FormPlan:
    """Everything that one unit's form says."""

    scheme: Scheme
    region: str
    year: int
    as_of: date
    unit: Unit
    key: str
    component: SelfAssessment
    period: Period
    areas: tuple[AreaPlan, ...]
    known: Known

    @property
    def title(self) -> str:
        """The form's heading."""
        return f"{self.region}{self.year}年度{self.scheme.subject}考核表（{self.period.name}）"

    @property
    def due(self) -> date:
        return self.period.due.on(self.year)

    @property
    def applicable(self) -> int:
        """The points of all items that apply, in ten-thousandths."""
        return sum(self.area_worth(area) for area in self.areas)

    def area_worth(self, area: AreaPlan) -> int:
        """The points that apply in a 一级指标, in ten-thousandths."""
        _, applies = forms.area_points(
            EXACT, self.component, area.cap, Exact(0), Exact(area.points), Exact(area.spared)
        )
        return int(applies.value or 0)

    def items(self) -> list[Item]:
        return [item for area in self.areas for item in area.items]


class NothingAppliesError(ValueError):
    """A unit to which no item of the form applies."""


@dataclass(frozen=True)
class FolderScores:
    """The folder scored as of a day: as it stands, and with every item that is not yet verified
    taken at the unit's own score."""

    verified: Result
    own: Result
    refused: tuple[RefusedRow, ...]
    exempt: frozenset[tuple[str, str, str]]
    missing_tables: frozenset[str]
    units: dict[str, UnitResult] = field(default_factory=dict)
    periods: dict[tuple[str, str, str], PeriodKnown] = field(default_factory=dict)


def score_folder(
    assessment: Assessment, as_of: date, known: date | None = None, units: Collection[str] = ()
) -> FolderScores:
    """What the folder says of every unit, or of ``units``, as of a day."""
    scheme, year = assessment.scheme, assessment.settings.year
    until = assessment.settings.known_day(as_of, known)
    tables = assessment.tables
    if units:
        # A form says nothing of other units: their rows are not scored for it.
        own_rows = {row.unit for row in tables.units if {row.unit, row.parent} & set(units)}
        tables = where(tables, lambda row: row.unit is None or row.unit in own_rows)
    verified = score(tables, scheme, year, as_of, known=until, final=False)
    own = score(_self_scored(tables), scheme, year, as_of, known=until, final=False)
    absent = {p.place.file for p in assessment.problems if p.kind == "table-missing"}
    out = FolderScores(
        verified,
        own,
        assessment.tables.refused,
        frozenset((r.component, r.unit, r.indicator) for r in assessment.tables.exemptions),
        frozenset(absent),
    )  # fmt: skip
    out.units.update({u.unit: u for u in verified.units})
    # What was verified stands before what the unit says itself.
    for result, source in ((own, "按自评分计，尚未全部核查"), (verified, "已核查")):
        came = {(i.component, i.unit, i.period) for i in result.items if i.place}
        lacking = {
            (i.component, i.unit, i.period)
            for i in result.items
            if i.status not in (forms.SCORED, forms.NOT_APPLICABLE)
        }
        for p in result.periods:
            at = (p.component, p.unit, p.period)
            if p.score is not None and at in came - lacking:
                out.periods[at] = PeriodKnown(Fraction(p.score, SCALE), source)
    return out


def _self_scored(tables: Tables) -> Tables:
    """The tables with the unit's own values where the verifier's are not there yet."""
    return replace(tables, items=tuple(map(forms.verified_or_own, tables.items)))


def plan_form(
    assessment: Assessment, scores: FolderScores, unit: Unit, key: str, period: Period
) -> FormPlan:
    """The form of ``unit`` for a period of self-assessment ``key``.

    Raises NothingAppliesError where no item applies to the unit.
    """
    scheme = assessment.scheme.seen_from(unit.group)
    component = scheme.leaves()[key]
    assert isinstance(component, SelfAssessment)
    exempt = {code for k, name, code in scores.exempt if (k, name) == (key, unit.name)}
    areas = tuple(_areas(component, unit.group, exempt))
    if not areas:
        raise NothingAppliesError(f"各指标对{unit.name}都不适用")
    return FormPlan(
        scheme=scheme,
        region=assessment.settings.region or "",
        year=assessment.settings.year,
        as_of=scores.verified.as_of,
        unit=unit,
        key=key,
        component=component,
        period=period,
        areas=areas,
        known=_known(scheme, scores, unit),
    )


def _areas(component: SelfAssessment, group: str, exempt: set[str]) -> Iterator[AreaPlan]:
    tree = component.areas(group)
    by_area: dict[int, list[Leaf]] = {}
    for leaf in component.items(group):
        by_area.setdefault(int(leaf.path[0]), []).append(leaf)
    for position, leaves in by_area.items():
        top = tree[position]
        applying = [leaf for leaf in leaves if leaf.code not in exempt]
        if not applying:
            continue
        items = tuple(
            Item(leaf, tuple(_levels(tree, leaf)), leaf.indicator.evidence or component.evidence)
            for leaf in applying
        )
        points = sum(leaf.points for leaf in applying)
        spared = sum(leaf.points for leaf in leaves) - points
        yield AreaPlan(top.area, items, points, forms.area_cap(top, component), spared)


def _levels(tree: tuple[Area, ...], leaf: Leaf) -> Iterator[str]:
    """The titles of the levels above an indicator; its path alternates positions and "items"."""
    areas: Any = tree
    for position in leaf.path[:-1]:
        if position == "items":
            continue
        yield areas[position].area
        areas = areas[position].items


def _known(scheme: Scheme, scores: FolderScores, unit: Unit) -> Known:
    result = scores.units[unit.name]
    periods = {(k, p): v for (k, name, p), v in scores.periods.items() if name == unit.name}
    ledgers, given = {}, {}
    for key, leaf in scheme.leaves().items():
        if isinstance(leaf, Ledger):
            ledgers[key] = _ledger(scores, result, key, leaf)
        elif isinstance(leaf, Score):
            found = next(
                (s for s in scores.verified.scores if (s.component, s.unit) == (key, unit.name)),
                None,
            )
            if found is not None and found.given is not None:
                given[key] = Fraction(found.given, SCALE)
    counts = {watch: result.counted.get(watch, 0) for watch in watched(scheme)}
    return Known(periods, ledgers, given, counts)


def _ledger(scores: FolderScores, result: UnitResult, key: str, ledger: Ledger) -> LedgerKnown:
    own = [
        e for e in scores.verified.entries if (e.component, e.charged_unit) == (key, result.unit)
    ]
    count = {name: sum(e.status == name for e in own) for name in (status.COUNTED, status.NOT_DUE)}
    source = f"截至{day(scores.verified.as_of)}，计入{count[status.COUNTED]}件"
    if count[status.NOT_DUE]:
        source += f"，另有{count[status.NOT_DUE]}件未到整改期限"
    doubts = []
    pending = sum(e.status == status.PENDING for e in own)
    undated = sum(e.status == status.UNDATED for e in own)
    unread = sum(row.component == key and row.unit in (None, result.unit) for row in scores.refused)
    if ledger.table in scores.missing_tables:
        # That a ledger is not there yet is no row with an error.
        doubts.append("考核文件夹中还没有台账，按预置分计")
        unread = 0
    if pending:
        doubts.append(f"{pending}件尚未核实")
    if undated:
        doubts.append(f"{undated}件没有整改期限")
    if unread:
        doubts.append(f"台账中{unread}行有误未读入")
    exact = result.score_of(key)
    assert exact is not None
    return LedgerKnown(exact, source, "、".join(doubts))
