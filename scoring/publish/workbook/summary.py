"""汇总: every unit's components, composite, grade and rank, as formulas over the other sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name

from scoring.points import PLACES, SCALE, format_points
from scoring.publish.annex_table import NOT_COUNTED
from scoring.publish.scores import felt_gaps, kept_out, kept_out_text
from scoring.publish.words import BLANK, gaps_by_kind, gaps_text, rule_of, weight_text
from scoring.publish.workbook import rounding
from scoring.publish.workbook.live import (
    live_combined,
    live_composite,
    live_grades,
    live_ledger,
    live_mean,
    live_period,
    walk,
)
from scoring.publish.workbook.notes import YES
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
from scoring.scheme import Combined, Ledger, Scheme, SelfAssessment
from scoring.scheme.model import AnyComponent
from scoring.score import Gap, UnitResult
from scoring.score.self_assessment import HUNDRED, NO_FORM

_WEIGHTS, _HEADER = 2, 3
_UNIT, _GROUP, _FIRST_SCORE = 1, 2, 3

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
    rank: int
    remark: int


def _columns(scheme: Scheme, details: Mapping[str, DetailNames]) -> _Columns:
    parts, column = [], _FIRST_SCORE
    for key, component, _ in walk(scheme.components):
        count = len(component.periods) if isinstance(component, SelfAssessment) else 0
        periods = tuple(range(column, column + count))
        parts.append(_Part(key, component, details.get(key), periods, column + count))
        column += count + 1
    return _Columns(tuple(parts), column, column + 1, column + 2, column + 3)


class Formulas:
    """The formulas of one row of 汇总."""

    def __init__(
        self, scheme: Scheme, rules: RuleNames, gaps: GapNames, row: int, unit: str
    ) -> None:
        self._scheme = scheme
        self._rules = rules
        self._gaps = gaps
        self._row = row + 1
        self._unit = self._cell(_UNIT)
        for wildcard in "~*?":
            if wildcard in unit:
                self._unit = f'SUBSTITUTE({self._unit},"{wildcard}","~{wildcard}")'

    def _cell(self, column: int) -> str:
        return f"${xl_col_to_name(column)}{self._row}"

    def ledger(self, key: str, names: LedgerNames, ledger: Ledger) -> str:
        """What is left of the preset points, on the scale of 100."""
        cost = f"SUMIFS({names.deduction},{names.unit},{self._unit})"
        left = f"{self._rules.start[key]}-{cost}"
        floor = self._rules.floor.get(key)
        left = f"MAX({floor},{left})" if floor else left
        if ledger.scale == HUNDRED:
            return f"={left}"
        return f"={left if floor else f'({left})'}*100/{self._rules.full[key]}"

    def period(self, key: str, names: ItemNames, component: SelfAssessment, period: str) -> str:
        """The verified points of a period, rescaled where items do not apply."""
        chosen = f"{names.unit},{self._unit},{names.period},{_quoted(period)}"
        counted = f"SUMIFS({names.counted},{chosen})"
        applicable = f"SUMIFS({names.applicable},{chosen})"
        full = self._rules.full[key]
        if component.not_applicable == "rescale":
            score = rounding.half_up(f"{counted}*{full}/{applicable}", PLACES)
        else:
            score = f"{counted}+{full}-{applicable}"
        missing = f"{applicable}=0"
        if self._scheme.missing_for(key) != "zero":
            missing = f'OR({missing},COUNTIFS({names.counted},"{BLANK}",{chosen})>0)'
        return f'=IF({missing},"{BLANK}",{score})'

    def mean(self, part: _Part, names: ItemNames, component: SelfAssessment) -> str:
        """The mean of the periods, on the scale of 100."""
        cells = f"{self._cell(part.periods[0])}:{self._cell(part.periods[-1])}"
        count = len(part.periods)
        if component.scale == HUNDRED:
            total = f"SUM({cells})"
        else:
            full = self._rules.full[part.key]
            total = "(" + "+".join(
                rounding.on_hundred(f"N({self._cell(period)})", full) for period in part.periods
            ) + ")"  # fmt: skip
        whole = f"{total}/{count}"
        if self._scheme.missing_for(part.key) != "reweight":
            return f'=IF(COUNT({cells})<{count},"{BLANK}",{whole})'
        # Only whole periods without a form are left out; anything else missing is a gap.
        other = (
            f'COUNTIFS({names.unit},{self._unit},{names.counted},"{BLANK}",'
            f'{names.status},"<>{ITEM_STATUS[NO_FORM]}")>0'
        )
        part_of = rounding.half_up(f"{total}/COUNT({cells})", PLACES)
        return (
            f'=IF(OR(COUNT({cells})=0,{other}),"{BLANK}",'
            f"IF(COUNT({cells})={count},{whole},{part_of}))"
        )

    def plain(self, key: str, names: ScoreNames) -> str:
        """The score that was handed in."""
        found = f"INDEX({names.score},MATCH({self._unit},{names.unit},0))"
        return f"=N({found})" if self._scheme.missing_for(key) == "zero" else f"={found}"

    def composite(self, parts: Sequence[_Part]) -> str:
        """The weighted sum, rounded once."""
        decimals = self._scheme.rounding.decimals
        weighed = [(self._cell(p.column), self._rules.weight[p.key]) for p in parts]
        optional = [self._scheme.missing_for(p.key) == "reweight" for p in parts]
        needed = [cell for (cell, _), may in zip(weighed, optional, strict=True) if not may]
        checks = [f"COUNT({','.join(needed)})<{len(needed)}"] if needed else []
        if not any(optional):
            total = "+".join(f"{cell}*{weight}" for cell, weight in weighed)
            score = rounding.composite(total, None, decimals)
        else:
            total = "+".join(f"N({cell})*{weight}" for cell, weight in weighed)
            weights = "+".join(f"ISNUMBER({cell})*{weight}" for cell, weight in weighed)
            score = rounding.composite(total, weights, decimals)
            checks += [] if needed else [f"COUNT({','.join(cell for cell, _ in weighed)})=0"]
        return f'=IF({checks[0]},"{BLANK}",{score})'

    def combined(self, component: Combined, at: _Columns) -> str:
        """The weighed sum of the parts of a combined component."""
        columns = {part.key: part.column for part in at.parts}
        cells = {key: self._cell(columns[key]) for key in component.parts}
        total = "+".join(f"{cell}*{self._rules.weight[key]}" for key, cell in cells.items())
        return f'=IF(COUNT({",".join(cells.values())})<{len(cells)},"{BLANK}",({total})/100)'

    def grade(self, at: _Columns) -> str:
        """The grade by the bounds; none where a gap forbids it."""
        score = self._cell(at.composite)
        *upper, lowest = self._scheme.grade_names()
        text = _quoted(lowest)
        for name in reversed(upper):
            text = f"IF({score}>={self._rules.lower[name]},{_quoted(name)},{text})"
        blocked = f'COUNTIFS({self._gaps.unit},{self._unit},{self._gaps.blocking},"{YES}")>0'
        return f'=IF(OR(NOT(ISNUMBER({score})),{blocked}),"{BLANK}",{text})'

    def rank(self, at: _Columns, names: SummaryNames) -> str:
        """One more than the units of the group with a grade and a higher composite."""
        score, grade = self._cell(at.composite), self._cell(at.grade)
        higher = (
            f"COUNTIFS({names.group},{self._cell(_GROUP)},"
            f'{names.grade},"<>{BLANK}",{names.composite},">"&{score})+1'
        )
        return f'=IF({grade}="{BLANK}","{BLANK}",{higher})'


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
    )
    periods = {(p.component, p.unit, p.period): p.score for p in result.periods}
    previous = units[0].group if units else ""
    sheet.fit_rows(first, {_UNIT: [unit.unit for unit in units], at.remark: remarks})
    for row, (unit, remark) in enumerate(zip(units, remarks, strict=True), first):
        opens, previous = unit.group != previous, unit.group
        formulas = Formulas(scheme, rules, gaps, row, unit.unit)
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
    weights: list[str | Formula | None] = [None, "权重（%）", None]
    for part in at.parts:
        component = part.component
        if isinstance(component, SelfAssessment):
            full = "" if component.full == HUNDRED else f"，满分{format_points(component.full)}"
            titles += [f"{component.title}\n（{p.name}{full}）" for p in component.periods]
            weights += [None] * len(part.periods)
            widths += [12] * len(part.periods)
        titles.append(component.title)
        weights.append(_weight(part, rules))
        widths.append(12)
    titles += ["综合成绩", "等次", "排名", "备注"]
    widths += [12, 10, 8, column_width((text for text in remarks if text), 16, 44)]
    weights += [None] * 4
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
        periods: Mapping[tuple[str, str, str], int | None],
    ) -> None:
        unit, gaps = self._unit, felt_gaps(self._unit, scheme)
        outside = kept_out(unit, scheme)
        self._put(0, self._row - _HEADER, "count")
        self._put(_UNIT, unit.unit, "text")
        self._put(_GROUP, unit.group, "centre")
        for part in at.parts:
            component = part.component
            inner = {key for key, *_ in walk({part.key: component})}
            own = [gap for gap in gaps if gap.component in inner]
            exact = unit.score_of(part.key)
            value = BLANK if exact is None else float(exact)
            text: str | None = None
            if isinstance(component, SelfAssessment) and isinstance(part.names, ItemNames):
                for column, period in zip(part.periods, component.periods, strict=True):
                    score = periods.get((part.key, unit.unit, period.name))
                    missing = any(gap.period in (None, period.name) for gap in own)
                    shown = BLANK if score is None else score / SCALE
                    live = live_period(component)
                    sums = formulas.period(part.key, part.names, component, period.name)
                    self._put(column, Formula(sums, shown) if live else shown, "composite", missing)
                if live_mean(component):
                    text = formulas.mean(part, part.names, component)
            elif isinstance(component, Ledger) and isinstance(part.names, LedgerNames):
                sums = formulas.ledger(part.key, part.names, component)
                text = sums if live_ledger(component) else None
            elif isinstance(component, Combined) and live_combined(component, scheme):
                text = formulas.combined(component, at)
            elif isinstance(part.names, ScoreNames) and component.rounding is None:
                text = formulas.plain(part.key, part.names)
            shown_score = value if text is None else Formula(text, value)
            if part.key in outside:
                shown_score = NOT_COUNTED
            self._put(part.column, shown_score, "composite", bool(own))
        count = unit.composite
        composite = BLANK if count is None else count / 10**scheme.rounding.decimals
        marked = bool(gaps)
        tops = [part for part in at.parts if part.key in scheme.components]
        total = (
            Formula(formulas.composite(tops), composite) if live_composite(scheme) else composite
        )
        self._put(at.composite, total, "composite", marked)
        grade = unit.grade or BLANK
        by_bounds = Formula(formulas.grade(at), grade) if live_grades(scheme) else grade
        self._put(at.grade, by_bounds, "centre", marked)
        self._put(at.rank, Formula(formulas.rank(at, names), unit.rank or BLANK), "centre", marked)


def _remark(unit: UnitResult, scheme: Scheme) -> str | None:
    """What did not count and why, and the gaps of a unit; those of a kind in one part are counted
    together."""

    def kind(gap: Gap) -> tuple[str, str, str]:
        return gap.component, gap.period or "", gap.kind

    alike = gaps_by_kind(sorted(felt_gaps(unit, scheme), key=kind))
    phrases = kept_out_text(unit, scheme) + [gaps_text(gaps, scheme) for gaps in alike]
    for key, code in unit.vetoes:
        rule = rule_of(scheme, key, code)
        phrases.append(f"{rule.title}：一票否决，等次最高为{rule.veto}")
    if not phrases and unit.composite is None:
        return "没有可以计分的内容"
    return "；".join(phrases) or None


def _colour_grades(sheet: Sheet, at: _Columns, scheme: Scheme, first: int, last: int) -> None:
    names = scheme.grade_names()
    for position, name in enumerate(names):
        fill = grade_look(GRADE_FILLS, position, len(names))
        sheet.colour((first, last), at.grade, _quoted(name), fill)
