"""汇总: every unit's components, composite, grade and rank, as formulas over the other sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from xlsxwriter.utility import xl_col_to_name

from scoring.points import SCALE, Amount, cell_number
from scoring.publish.annex_table import NOT_COUNTED
from scoring.publish.scores import felt_gaps, kept_out, kept_out_text
from scoring.publish.words import (
    BLANK,
    ENTRY_STATUS,
    by_group_text,
    gaps_by_kind,
    gaps_text,
    rule_of,
    weight_text,
)
from scoring.publish.workbook.live import (
    live_grades,
    live_ledger,
    live_period,
    may_be_unranked,
)
from scoring.publish.workbook.notes import NO, YES
from scoring.publish.workbook.report import (
    UNIT_OF_MEASURE,
    GapNames,
    ItemNames,
    LedgerNames,
    Report,
    RuleNames,
    ScoreNames,
    SummaryNames,
)
from scoring.publish.workbook.self_assessment import ITEM_STATUS
from scoring.publish.workbook.sheet import Formula, Sheet
from scoring.publish.workbook.style import GRADE_FILLS, column_width, grade_look
from scoring.rules import forms
from scoring.rules import ledger as rules_of_ledgers
from scoring.rules.arithmetic import Setting
from scoring.rules.cells import NO as NO_CONDITION
from scoring.rules.cells import CellArithmetic, Live, Value
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
from scoring.scheme.forms import HUNDRED
from scoring.scheme.model import AnyComponent, by_points, walk
from scoring.score import Gap, UnitResult

_WEIGHTS, _HEADER = 2, 3
_UNIT, _GROUP, _FIRST_SCORE = 1, 2, 3

Settings = dict[tuple[Setting, str], Live]
DetailNames = LedgerNames | ItemNames | ScoreNames


@dataclass(frozen=True)
class _Part:
    """A component's column, the columns of its periods before it, and where it comes from."""

    key: str
    component: AnyComponent
    names: DetailNames | None
    periods: tuple[int, ...]
    column: int


@dataclass(frozen=True)
class _Columns:
    """Where the columns of 汇总 are."""

    parts: tuple[_Part, ...]
    composite: int
    grade: int
    ranked: int | None
    rank: int
    remark: int


def _columns(scheme: Scheme, details: Mapping[str, DetailNames]) -> _Columns:
    parts, column = [], _FIRST_SCORE
    for key, component in scheme.every(parts_first=True):
        count = len(component.periods) if isinstance(component, SelfAssessment) else 0
        periods = tuple(range(column, column + count))
        parts.append(_Part(key, component, details.get(key), periods, column + count))
        column += count + 1
    if not may_be_unranked(scheme):
        return _Columns(tuple(parts), column, column + 1, None, column + 2, column + 3)
    return _Columns(tuple(parts), column, column + 1, column + 2, column + 3, column + 4)


@dataclass(frozen=True)
class _Values:
    """What a unit's row shows, for formulas that look at its cells."""

    unit: UnitResult
    periods: Mapping[tuple[str, str, str], Amount | None]
    deducted: Mapping[tuple[str, str], Amount]

    def score(self, key: str) -> Fraction | None:
        return self.unit.score_of(key)

    def period(self, key: str, period: str) -> Fraction | None:
        score = self.periods.get((key, self.unit.unit, period))
        return None if score is None else Fraction(score) / SCALE


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
        values: _Values,
    ) -> None:
        self.scheme = scheme
        self._rules = rules
        self._gaps = gaps
        self._row = row + 1
        self._values = values
        self._group = values.unit.group
        self._a = CellArithmetic(settings=settings, absent=BLANK)
        self._unit = self._cell(_UNIT)
        for wildcard in "~*?":
            if wildcard in values.unit.unit:
                self._unit = f'SUBSTITUTE({self._unit},"{wildcard}","~{wildcard}")'

    def _cell(self, column: int) -> str:
        return f"${xl_col_to_name(column)}{self._row}"

    def _score(self, part: _Part) -> Live:
        """The cell of a component's score. What may be added but was not (未计入) is there, as a text."""
        score, cell = self._values.score(part.key), self._cell(part.column)
        found = Live(cell, BLANK if score is None else score)
        if not part.component.adds:
            return found
        there = Live(f'{cell}<>"{BLANK}"', score is not None, 0)
        return replace(found, guarded=(there, self._a.or_zero(found)))

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
        missing = self.scheme.missing_for(key)
        chosen = f"{names.unit},{self._unit},{names.period},{_quoted(period.name)}"
        found = self._values.period(key, period.name)
        sums = [
            Live(f"SUMIFS({column},{chosen})", found or Fraction(0), sure=True)
            for column in (names.counted, names.applicable)
        ]
        whole = forms.form_points(self._a, component, *sums)
        lacking = Live(f'COUNTIFS({names.counted},"{BLANK}",{chosen})>0', found is None, 0)
        return forms.period_score(self._a, missing, whole, lacking)

    def mean(self, part: _Part, names: ItemNames, component: SelfAssessment) -> Live:
        """The mean of the periods."""
        missing = self.scheme.missing_for(part.key)
        cells = []
        for column, period in zip(part.periods, component.periods, strict=True):
            found = self._values.period(part.key, period.name)
            cells.append(Live(self._cell(column), BLANK if found is None else found))
        # Only whole periods without a form are left out; anything else missing is a gap.
        other = Live(
            f'COUNTIFS({names.unit},{self._unit},{names.counted},"{BLANK}",'
            f'{names.status},"<>{ITEM_STATUS[NO_FORM]}")>0',
            self._values.score(part.key) is None,
            0,
        )
        mean = forms.period_mean(self._a, component, missing, cells, other)
        return rounded_part(self._a, component, mean)

    def plain(self, key: str, names: ScoreNames, component: Score) -> Live:
        """The score that was handed in."""
        text = f"INDEX({names.score},MATCH({self._unit},{names.unit},0))"
        score = self._values.score(key)
        found = Live(text, BLANK if score is None else score)
        if self.scheme.missing_for(key) == "zero":
            return self._a.or_zero(found)
        return rounded_part(self._a, component, found) if component.rounding else found

    def _cells(self, at: _Columns) -> dict[str, Live]:
        own = dict(self.scheme.every())
        return {part.key: self._score(part) for part in at.parts if part.key in own}

    def _counts(self, at: _Columns) -> dict[tuple[str, str], Live]:
        """How often the rules counted that conditions look at: counted over the ledger's rows, but for
        a yearly minimum, which has no rows that count."""
        names = {part.key: part.names for part in at.parts}
        out = {}
        for key, code in watched(self.scheme):
            count, ledger = self._values.unit.counted.get((key, code), 0), names[key]
            found = self._a.count(count)
            if isinstance(ledger, LedgerNames) and rule_of(self.scheme, key, code).minimum is None:
                # EXACT: in a criterion 2.1 would also be 2.10.
                rows = (
                    f"SUMPRODUCT(EXACT({ledger.unit},{self._cell(_UNIT)})"
                    f"*EXACT({ledger.rule},{_quoted(code)})"
                    f"*EXACT({ledger.status},{_quoted(ENTRY_STATUS[COUNTED])}))"
                )
                found = Live(rows, Fraction(count), sure=True)
            out[key, code] = found
        return out

    def composite(self, at: _Columns) -> Live:
        """The published composite."""
        published, _, _ = composite(
            self._a, self.scheme, self._group, self._cells(at), self._counts(at)
        )
        return published

    def combined(self, key: str, component: Combined, at: _Columns) -> Live:
        """The score of a combined component."""
        score, _ = combined_score(
            self._a, self.scheme, self._group, key, self._cells(at), self._counts(at)
        )
        return rounded_part(self._a, component, score)

    def _limits(self, at: _Columns) -> list[tuple[Conditional, Live]]:
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

    def grade(self, at: _Columns) -> str:
        """The grade by the bounds and by what limits it; none where a gap forbids it."""
        score = self._cell(at.composite)
        *upper, lowest = self.scheme.grade_names()
        limits = [
            (best_open(self.scheme, self._group, [c.grade]), holds)
            for c, holds in self._limits(at)
            if c.grade is not None
        ]
        text = _quoted(lowest)
        for position, name in reversed(list(enumerate(upper))):
            reached = f"{score}>={self._rules.lower[name]}"
            closed = self._a.some(*(holds for best, holds in limits if best > position))
            if closed != NO_CONDITION:
                reached = f"AND({reached},NOT({closed.text}))"
            text = f"IF({reached},{_quoted(name)},{text})"
        blocked = f'COUNTIFS({self._gaps.unit},{self._unit},{self._gaps.blocking},"{YES}")>0'
        return f'=IF(OR(NOT(ISNUMBER({score})),{blocked}),"{BLANK}",{text})'

    def ranked(self, at: _Columns) -> str:
        """Whether the unit takes part in the ranking."""
        out = self._a.some(
            *(h for c, h in self._limits(at) if not takes_part(self.scheme, self._group, c))
        )
        return f"=IF({out.text},{_quoted(NO)},{_quoted(YES)})"

    def rank(self, at: _Columns, names: SummaryNames) -> str:
        """One more than the units of the group with a grade and a higher composite."""
        score, grade = self._cell(at.composite), self._cell(at.grade)
        none, others = f'{grade}="{BLANK}"', f'{names.grade},"<>{BLANK}"'
        if at.ranked is not None and names.ranked is not None:
            none = f'OR({none},{self._cell(at.ranked)}="{NO}")'
            others += f',{names.ranked},"{YES}"'
        higher = (
            f'COUNTIFS({names.group},{self._cell(_GROUP)},{others},{names.composite},">"&{score})+1'
        )
        return f'=IF({none},"{BLANK}",{higher})'


def _settings(scheme: Scheme, rules: RuleNames) -> Settings:
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


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def write_summary(
    report: Report, name: str, rules: RuleNames, details: Mapping[str, DetailNames], gaps: GapNames
) -> SummaryNames:
    """The sheet of results, one row a unit in print order."""
    result = report.result
    scheme, units = result.scheme, result.units
    at = _columns(scheme, details)
    sheet = report.open(name, at.remark + 1, "考核结果", UNIT_OF_MEASURE)
    remarks = [_remark(unit, scheme) for unit in units]
    _head(sheet, at, scheme, rules, units, remarks)
    first, last = _HEADER + 1, _HEADER + max(len(units), 1)
    names = SummaryNames(
        sheet.define("汇总_类别", (first, last), _GROUP),
        sheet.define("汇总_综合成绩", (first, last), at.composite),
        sheet.define("汇总_等次", (first, last), at.grade),
        None if at.ranked is None else sheet.define("汇总_参加排名", (first, last), at.ranked),
    )
    periods = {(p.component, p.unit, p.period): p.score for p in result.periods}
    views, settings = scheme.views(), _settings(scheme, rules)
    deducted: dict[tuple[str, str], Amount] = {}
    for entry in result.entries:
        spot = entry.component, entry.charged_unit
        deducted[spot] = deducted.get(spot, 0) + entry.deduction
    previous = units[0].group if units else ""
    sheet.fit_rows(first, {_UNIT: [unit.unit for unit in units], at.remark: remarks})
    for row, (unit, remark) in enumerate(zip(units, remarks, strict=True), first):
        opens, previous = unit.group != previous, unit.group
        values = _Values(unit, periods, deducted)
        formulas = Formulas(views[unit.group], settings, rules, gaps, row, values)
        _Row(sheet, row, unit, opens).write(at, scheme, formulas, names, periods)
        sheet.column(row, at.remark, [remark], sheet.styles("text", opens=opens))
    _colour_grades(sheet, at, scheme, first, last)
    sheet.ws.autofilter(_HEADER, 0, last, at.remark)
    sheet.freeze(_HEADER, _UNIT + 1)
    sheet.fit(_HEADER, last + 1)
    return names


def _weight(part: _Part, rules: RuleNames) -> str | Formula:
    """A component's weight: a reference where it is one number, else in words."""
    weight = part.component.weight
    if isinstance(weight, int):
        return Formula(f"={rules.weight[part.key]}", weight / SCALE)
    return weight_text(part.component)


def _head(
    sheet: Sheet,
    at: _Columns,
    scheme: Scheme,
    rules: RuleNames,
    units: Sequence[UnitResult],
    remarks: Sequence[str | None],
) -> None:
    titles = ["序号", "单位", "类别"]
    widths: list[float] = [6, column_width((unit.unit for unit in units), 20, 36), 10]
    weights: list[str | Formula | None] = [
        None,
        "分值" if by_points(scheme.components) else "权重（%）",
        None,
    ]
    for part in at.parts:
        component = part.component
        if isinstance(component, SelfAssessment):
            full = (
                "" if component.full_by == HUNDRED else f"，满分{by_group_text(component.full_by)}"
            )
            titles += [f"{component.title}\n（{p.name}{full}）" for p in component.periods]
            weights += [None] * len(part.periods)
            widths += [12] * len(part.periods)
        titles.append(component.title)
        weights.append(_weight(part, rules))
        widths.append(12)
    ranked = [] if at.ranked is None else ["参加排名"]
    titles += ["综合成绩", "等次", *ranked, "排名", "备注"]
    widths += [
        12,
        10,
        *(10 for _ in ranked),
        8,
        column_width((text for text in remarks if text), 16, 44),
    ]
    weights += [None] * (4 + len(ranked))
    sheet.widths(widths)
    sheet.header(_HEADER, titles)
    style = sheet.styles("centre", strong=True)
    for column, weight in enumerate(weights):
        sheet.column(_WEIGHTS, column, [weight], style)
    sheet.fit_rows(_WEIGHTS, {column: [weight] for column, weight in enumerate(weights)})


class _Row:
    """One unit's row; numbers that rest on a gap are marked."""

    def __init__(self, sheet: Sheet, row: int, unit: UnitResult, opens: bool) -> None:
        self._sheet = sheet
        self._row = row
        self._unit = unit
        self._opens = opens

    def _put(
        self,
        column: int,
        value: str | float | Formula | None,
        style: str,
        marked: bool = False,
    ) -> None:
        chosen = self._sheet.styles(style, marked=marked, opens=self._opens)
        self._sheet.column(self._row, column, [value], chosen)

    def write(
        self,
        at: _Columns,
        scheme: Scheme,
        formulas: Formulas,
        names: SummaryNames,
        periods: Mapping[tuple[str, str, str], Amount | None],
    ) -> None:
        unit, gaps = self._unit, felt_gaps(self._unit, scheme)
        outside = kept_out(unit, scheme)
        self._put(0, self._row - _HEADER, "count")
        self._put(_UNIT, unit.unit, "text")
        self._put(_GROUP, unit.group, "centre")
        own_parts = dict(formulas.scheme.every())
        for part in at.parts:
            if part.key not in own_parts:
                # The group does not have this part.
                for column in (*part.periods, part.column):
                    self._put(column, BLANK, "composite")
                continue
            component = own_parts[part.key]
            inner = {path[-1] for path, _ in walk({part.key: component})}
            own = [gap for gap in gaps if gap.component in inner]
            exact = unit.score_of(part.key)
            value = BLANK if exact is None else float(exact)
            live: Live | None = None
            if isinstance(component, SelfAssessment) and isinstance(part.names, ItemNames):
                for column, period in zip(part.periods, component.periods, strict=True):
                    score = periods.get((part.key, unit.unit, period.name))
                    missing = any(gap.period in (None, period.name) for gap in own)
                    shown = BLANK if score is None else cell_number(score)
                    cell: float | str | Formula = shown
                    if live_period(component):
                        sums = formulas.period(part.key, part.names, component, period)
                        cell = Formula(f"={sums.text}", shown)
                    self._put(column, cell, "composite", missing)
                live = formulas.mean(part, part.names, component)
            elif isinstance(component, Ledger) and isinstance(part.names, LedgerNames):
                if live_ledger(component):
                    live = formulas.ledger(part.key, part.names, component)
            elif isinstance(component, Combined):
                live = formulas.combined(part.key, component, at)
            elif isinstance(component, Score) and isinstance(part.names, ScoreNames):
                live = formulas.plain(part.key, part.names, component)
            shown_score = value if live is None else Formula(f"={live.text}", value)
            if part.key in outside:
                shown_score = NOT_COUNTED
            self._put(part.column, shown_score, "composite", bool(own))
        count = unit.composite
        shown_total = BLANK if count is None else count / 10**scheme.rounding.decimals
        marked = bool(gaps)
        total = Formula(f"={formulas.composite(at).text}", shown_total)
        self._put(at.composite, total, "composite", marked)
        grade = unit.grade or BLANK
        by_bounds = Formula(formulas.grade(at), grade) if live_grades(scheme) else grade
        self._put(at.grade, by_bounds, "centre", marked)
        if at.ranked is not None:
            takes_part_text = Formula(formulas.ranked(at), NO if unit.unranked else YES)
            self._put(at.ranked, takes_part_text, "centre", marked)
        rank: int | str | Formula = unit.rank or BLANK
        if scheme.ranks == "skip":
            rank = Formula(formulas.rank(at, names), unit.rank or BLANK)
        self._put(at.rank, rank, "centre", marked)


def _remark(unit: UnitResult, scheme: Scheme) -> str | None:
    """What did not count and why, and the gaps of a unit; those of a kind in one part are counted
    together."""

    def kind(gap: Gap) -> tuple[str, str, str]:
        return gap.component, gap.period or "", gap.kind

    alike = gaps_by_kind(sorted(felt_gaps(unit, scheme), key=kind))
    phrases = kept_out_text(unit, scheme) + [gaps_text(gaps, scheme) for gaps in alike]
    if not phrases and unit.composite is None:
        return "没有可以计分的内容"
    return "；".join(phrases) or None


def _colour_grades(sheet: Sheet, at: _Columns, scheme: Scheme, first: int, last: int) -> None:
    names = scheme.grade_names()
    for position, name in enumerate(names):
        fill = grade_look(GRADE_FILLS, position, len(names))
        sheet.colour((first, last), at.grade, _quoted(name), fill)
