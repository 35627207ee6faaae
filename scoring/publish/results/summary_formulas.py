"""The columns of 汇总, and the formulas of one of its rows: the rules of scoring over its cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from xlsxwriter.utility import xl_col_to_name

from scoring.enums import Missing
from scoring.points import SCALE, Amount
from scoring.publish.results.live import may_be_unranked
from scoring.publish.results.notes import NO, YES
from scoring.publish.results.report import (
    IN_PLACE,
    GapNames,
    ItemNames,
    LedgerNames,
    RuleNames,
    ScoreNames,
    SummaryNames,
)
from scoring.rules import forms
from scoring.rules import ledger as rules_of_ledgers
from scoring.rules.arithmetic import Setting
from scoring.rules.cells import NO as NO_CONDITION
from scoring.rules.cells import CellArithmetic, Live, Value, compare, constant, quoted, when
from scoring.rules.composite import (
    combined_score,
    composite,
    conditions_of,
    limit_holds,
    rounded_part,
    watched,
)
from scoring.rules.forms import NO_FORM
from scoring.rules.grading import best_open, takes_part
from scoring.rules.ledger import COUNTED
from scoring.scheme import Combined, Ledger, Period, Scheme, Score, SelfAssessment
from scoring.scheme.conditions import Conditional
from scoring.scheme.model import AnyComponent
from scoring.score import UnitResult
from scoring.wording.numbers import BLANK
from scoring.wording.results import ENTRY_STATUS, ITEM_STATUS
from scoring.wording.scores import NOT_COUNTED

UNIT, GROUP, FIRST_SCORE = 1, 2, 3
"""The first columns; those of the parts follow."""

Settings = dict[tuple[Setting, str], Live]
"""The cells of the scheme's numbers, by what they are and the component's title."""
DetailNames = LedgerNames | ItemNames | ScoreNames


@dataclass(frozen=True)
class Part:
    """A component's column, the columns of its periods before it, and where it comes from. ``own`` is
    the column of its score: for a part that adds and may stay out, one before that of what entered.
    ``base`` is the column of the sum of its own parts that a part that adds is compared with."""

    key: str
    component: AnyComponent
    names: DetailNames | None
    periods: tuple[int, ...]
    base: int | None
    own: int
    column: int


@dataclass(frozen=True)
class Columns:
    """Where the columns of 汇总 are; ``base`` as with a part. A scheme without grades has no ``grade``,
    and always the column that tells who is ranked."""

    parts: tuple[Part, ...]
    base: int | None
    composite: int
    grade: int | None
    ranked: int | None
    rank: int
    remark: int


def columns_of(scheme: Scheme, details: Mapping[str, DetailNames]) -> Columns:
    parts, column = [], FIRST_SCORE
    for key, component in scheme.every(parts_first=True):
        count = len(component.periods) if isinstance(component, SelfAssessment) else 0
        periods = tuple(range(column, column + count))
        column += count
        base = column if _has_bound(scheme, key) else None
        own = column if base is None else column + 1
        column = own + 1 if _may_stay_out(scheme, key) else own
        parts.append(Part(key, component, details.get(key), periods, base, own, column))
        column += 1
    base = column if _has_bound(scheme, "") else None
    at = column if base is None else column + 1
    grade = at + 1 if scheme.grades else None
    after = at + 1 if grade is None else grade + 1
    ranked = after if grade is None or may_be_unranked(scheme) else None
    rank = after if ranked is None else ranked + 1
    return Columns(tuple(parts), base, at, grade, ranked, rank, rank + 1)


def _has_bound(scheme: Scheme, whole: str) -> bool:
    """Whether what enters a sum depends on what the other parts come to."""
    return any(part.enters is not None for part in _wholes(scheme).get(whole, {}).values())


def _may_stay_out(scheme: Scheme, key: str) -> bool:
    """Whether a part adds only where the rest reaches a bound, or where no gate is closed."""
    component = dict(scheme.every())[key]
    beside = next(parts for parts in _wholes(scheme).values() if key in parts)
    gated = any(part.gate_by is not None for part in beside.values())
    asked = any(key in one.without or one.stops for one in scheme.conditions)
    return component.adds and (component.enters is not None or gated or asked)


def _wholes(scheme: Scheme) -> dict[str, Mapping[str, AnyComponent]]:
    """What is summed up: the components (``""``), and the parts of every combined one."""
    combined = {key: c.parts for key, c in scheme.every() if isinstance(c, Combined)}
    return {"": scheme.components, **combined}


@dataclass(frozen=True)
class Values:
    """What a unit's row shows, for formulas that look at its cells."""

    unit: UnitResult
    periods: Mapping[tuple[str, str, str], Amount | None]
    deducted: Mapping[tuple[str, str], Amount]

    def score(self, key: str) -> Fraction | None:
        return self.unit.score_of(key)

    def period(self, key: str, period: str) -> Fraction | None:
        score = self.periods.get((key, self.unit.unit, period))
        return None if score is None else Fraction(score) / SCALE


BEFORE_ADDITIONS = "加减前"
"""The label under which the rules put down what a part that adds is compared with."""


@dataclass(frozen=True)
class _Summed:
    """A sum of parts, which of them entered, and what decided that."""

    score: Live
    entered: Mapping[str, Live]
    base: Live | None


class Formulas:
    """The formulas of one row of 汇总: the rules of scoring over the cells that it looks at. ``scheme``
    is as the unit's group sees it, ``settings`` the cells of its numbers."""

    def __init__(
        self,
        scheme: Scheme,
        settings: Settings,
        rules: RuleNames,
        gaps: GapNames,
        row: int,
        values: Values,
    ) -> None:
        self.scheme = scheme
        self._rules = rules
        self._gaps = gaps
        self._row = row + 1
        self._values = values
        self._group = values.unit.group
        self._settings = settings
        self._a = CellArithmetic(settings=self._settings, absent=BLANK)
        self._unit = criterion(self._cell(UNIT), values.unit.unit)

    def _cell(self, column: int) -> str:
        return f"${xl_col_to_name(column)}{self._row}"

    def _score(self, part: Part) -> Live:
        """The cell of a component's score."""
        score = self._values.score(part.key)
        return Live(self._cell(part.own), BLANK if score is None else score)

    def ledger(self, key: str, names: LedgerNames, ledger: Ledger) -> Live:
        """What is left of the preset points."""
        unit = self._values.unit.unit
        cost = Fraction(self._values.deducted.get((key, unit), 0)) / SCALE
        sums = Live(f"SUMIFS({names.deduction},{names.unit},{self._unit})", cost, sure=True)
        left = rules_of_ledgers.points_left(self._a, ledger, sums)
        score = rules_of_ledgers.ledger_score(self._a, ledger, left)
        return rounded_part(self._a, ledger, score)

    def period(self, key: str, names: ItemNames, component: SelfAssessment, period: Period) -> Live:
        """The verified points of a period, with what does not apply made up for."""
        return self._by_block(names, lambda own: self._period(key, own, component, period))

    def _by_block(self, names: ItemNames, formula: Callable[[ItemNames], Live]) -> Live:
        """A formula over the rows of the unit alone while all rows stand in the blocks of their units, else
        over all rows: so it costs little, and stays right when rows are sorted, added or renamed."""
        whole, block = formula(names), names.blocks.get(self._values.unit.unit)
        if block is None:
            return whole
        return when(Live(f'{names.in_place}="{IN_PLACE}"', True, 0), formula(block), whole)

    def _period(
        self, key: str, names: ItemNames, component: SelfAssessment, period: Period
    ) -> Live:
        missing = self.scheme.missing_for(key)
        chosen = f"{names.unit},{self._unit},{names.period},{quote(period.name)}"
        found = self._values.period(key, period.name)
        sums = [
            Live(f"SUMIFS({column},{chosen})", found or Fraction(0), sure=True)
            for column in (names.counted, names.applicable)
        ]
        whole = forms.form_points(self._a, component, *sums)
        lacking = Live(f'COUNTIFS({names.counted},"{BLANK}",{chosen})>0', found is None, 0)
        return forms.period_score(self._a, missing, whole, lacking)

    def mean(self, part: Part, names: ItemNames, component: SelfAssessment) -> Live:
        """The mean of the periods."""
        missing = self.scheme.missing_for(part.key)
        cells = []
        for column, period in zip(part.periods, component.periods, strict=True):
            found = self._values.period(part.key, period.name)
            cells.append(Live(self._cell(column), BLANK if found is None else found))
        # Only whole periods without a form are left out; anything else missing is a gap.
        lacks = self._values.score(part.key) is None

        def lacking(own: ItemNames) -> Live:
            chosen = f'{own.unit},{self._unit},{own.counted},"{BLANK}"'
            return Live(f'COUNTIFS({chosen},{own.status},"<>{ITEM_STATUS[NO_FORM]}")>0', lacks, 0)

        other = self._by_block(names, lacking)
        mean = forms.period_mean(self._a, component, missing, cells, other)
        return rounded_part(self._a, component, mean)

    def plain(self, key: str, names: ScoreNames, component: Score) -> Live:
        """The score that was handed in."""
        text = f"INDEX({names.score},MATCH({self._unit},{names.unit},0))"
        score = self._values.score(key)
        found = Live(text, BLANK if score is None else score)
        if self.scheme.missing_for(key) == Missing.ZERO:
            return self._a.or_zero(found)
        return rounded_part(self._a, component, found) if component.rounding else found

    def composite(self, at: Columns) -> Live:
        """The published composite."""
        return self._summed("", at).score

    def _cells(self, at: Columns) -> dict[str, Live]:
        own = dict(self.scheme.every())
        return {part.key: self._score(part) for part in at.parts if part.key in own}

    def _counts(self, at: Columns) -> dict[tuple[str, str], Live]:
        """How often the rules counted that conditions look at: counted over the ledger's rows, but for
        a yearly minimum, which has no rows that count."""
        names = {part.key: part.names for part in at.parts}
        out = {}
        for key, code in watched(self.scheme):
            count, ledger = self._values.unit.counted.get((key, code), 0), names.get(key)
            found = self._a.count(count)
            rules = getattr(self.scheme.leaves().get(key), "rules", ())
            by_rows = any(rule.code == code and rule.minimum is None for rule in rules)
            if isinstance(ledger, LedgerNames) and by_rows:
                # EXACT: in a criterion 2.1 would also be 2.10.
                rows = (
                    f"SUMPRODUCT(EXACT({ledger.unit},{self._cell(UNIT)})"
                    f"*EXACT({ledger.rule},{quote(code)})"
                    f"*EXACT({ledger.status},{quote(ENTRY_STATUS[COUNTED])}))"
                )
                found = Live(rows, Fraction(count), sure=True)
            out[key, code] = found
        return out

    def combined(self, key: str, component: Combined, at: Columns) -> Live:
        """The score of a combined component."""
        return rounded_part(self._a, component, self._summed(key, at).score)

    def base(self, whole: str, at: Columns) -> Live | None:
        """What a part that adds is compared with, of the composite (``""``) or of a combined component:
        the sum of the other parts as it is published; None for a group that has no part that adds."""
        return self._summed(whole, at).base

    def counted(self, part: Part, at: Columns) -> Live:
        """The score of a part that adds where it entered, else 未计入; from the cell of its score."""
        whole = next(k for k, parts in _wholes(self.scheme).items() if part.key in parts)
        a, score = self._a, self._score(part)
        left_out = a.every(
            a.is_there(score),
            a.no(self._summed(whole, at).entered[part.key]),
            compare(score, "<>", constant(0)),
        )
        return a.when(left_out, quoted(NOT_COUNTED), score)

    def _summed(self, whole: str, at: Columns) -> _Summed:
        """The sum of the components (``""``), or of the parts of a combined one. Where it has a column
        for what the bound of a part that adds is compared with, its formula looks there."""
        combined = next((part for part in at.parts if part.key == whole), None)
        column = at.base if combined is None else combined.base
        bases: list[Live] = []

        def put(label: str, live: Live) -> Live:
            if label != BEFORE_ADDITIONS or column is None:
                return live
            bases.append(live)
            return Live(self._cell(column), live.value)

        a = CellArithmetic(put, self._settings, BLANK)
        cells, counts = self._cells(at), self._counts(at)
        if combined is None:
            score, found, _ = composite(a, self.scheme, self._group, cells, counts)
        else:
            score, found = combined_score(a, self.scheme, self._group, combined.key, cells, counts)
        return _Summed(score, found.entered, bases[0] if bases else None)

    def _limits(self, at: Columns) -> list[tuple[Conditional, Live]]:
        """The conditions that limit grades or ranks, and whether they hold by the cells of the row."""
        count = self._values.unit.composite
        shown: Value = BLANK
        if count is not None:
            shown = Fraction(count, 10**self.scheme.rounding.decimals)
        cell = Live(self._cell(at.composite), shown)
        return [
            (c, limit_holds(self._a, c, self._cells(at), self._counts(at), cell))
            for c in conditions_of(self.scheme, self._group)
            if c.limits
        ]

    def grade(self, at: Columns) -> str:
        """The grade by the bounds and by what limits it; none where a gap forbids it."""
        score = self._cell(at.composite)
        *upper, lowest = self.scheme.grade_names()
        limits = [
            (best_open(self.scheme, self._group, [c.grade]), holds)
            for c, holds in self._limits(at)
            if c.grade is not None
        ]
        text = quote(lowest)
        for position, name in reversed(list(enumerate(upper))):
            reached = f"{score}>={self._rules.lower[name]}"
            closed = self._a.some(*(holds for best, holds in limits if best > position))
            if closed != NO_CONDITION:
                reached = f"AND({reached},NOT({closed.text}))"
            text = f"IF({reached},{quote(name)},{text})"
        return f'=IF({self._undecided(score)},"{BLANK}",{text})'

    def _undecided(self, score: str) -> str:
        """Whether a gap forbids a place."""
        blocked = f'COUNTIFS({self._gaps.unit},{self._unit},{self._gaps.blocking},"{YES}")>0'
        return f"OR(NOT(ISNUMBER({score})),{blocked})"

    def ranked(self, at: Columns) -> str:
        """Whether the unit takes part in the ranking."""
        out = self._a.some(
            *(h for c, h in self._limits(at) if not takes_part(self.scheme, self._group, c))
        )
        takes_part_text = quote(YES)
        if at.grade is None:
            undecided = self._undecided(self._cell(at.composite))
            takes_part_text = f"IF({undecided},{quote(BLANK)},{takes_part_text})"
        return f"=IF({out.text},{quote(NO)},{takes_part_text})"

    def rank(self, at: Columns, names: SummaryNames) -> str:
        """One more than the units of the group whose place is decided and whose composite is higher."""
        score, outside, wanted = self._cell(at.composite), [], []
        if at.grade is not None and names.grade is not None:
            outside.append(f'{self._cell(at.grade)}="{BLANK}"')
            wanted.append(f'{names.grade},"<>{BLANK}"')
        if at.ranked is not None and names.ranked is not None:
            outside.append(f'{self._cell(at.ranked)}<>"{YES}"')
            wanted.append(f'{names.ranked},"{YES}"')
        none = outside[0] if len(outside) == 1 else f"OR({','.join(outside)})"
        others = ",".join(wanted)
        higher = (
            f'COUNTIFS({names.group},{self._cell(GROUP)},{others},{names.composite},">"&{score})+1'
        )
        return f'=IF({none},"{BLANK}",{higher})'


def criterion(cell: str, name: str) -> str:
    """What COUNTIFS and its like look for to find the ``name`` in ``cell``, whatever signs it has."""
    for wildcard in "~*?":
        if wildcard in name:
            cell = f'SUBSTITUTE({cell},"{wildcard}","~{wildcard}")'
    return cell


def settings_of(scheme: Scheme, rules: RuleNames) -> Settings:
    """The cells of the sheet of rules that hold a number of the scheme, the same for all groups."""
    out: Settings = {}
    for key, component in scheme.every():
        numbers: dict[Setting, tuple[Mapping[str, str], object]] = {
            "weight": (rules.weight, component.weight),
        }
        if isinstance(component, Ledger):
            numbers |= {
                "start": (rules.start, component.start_by),
                "floor": (rules.floor, component.floor_by),
            }
        elif not isinstance(component, Combined):
            numbers["full"] = (rules.full, component.full_by)
        for what, (names, value) in numbers.items():
            if key in names and isinstance(value, int):
                cell = Live(names[key], Fraction(value, SCALE), sure=True)
                out[what, component.title] = cell
    return out


def quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
