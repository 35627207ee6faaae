"""汇总: every unit's components, composite, grade and rank, as formulas over the other sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from scoring.points import SCALE, Amount, cell_number
from scoring.publish.results.live import live_grades, live_ledger, live_period, live_ranks
from scoring.publish.results.notes import NO, YES
from scoring.publish.results.report import (
    GapNames,
    ItemNames,
    LedgerNames,
    Report,
    RuleNames,
    ScoreNames,
    SummaryNames,
)
from scoring.publish.results.summary_formulas import (
    GROUP,
    UNIT,
    Columns,
    DetailNames,
    Formulas,
    Part,
    Values,
    columns_of,
    quote,
    settings_of,
)
from scoring.publish.sheets.sheet import Formula, Sheet
from scoring.publish.sheets.style import GRADE_FILLS, column_width, grade_look
from scoring.rules.cells import Live
from scoring.scheme import Combined, Ledger, Scheme, Score, SelfAssessment
from scoring.scheme.forms import HUNDRED
from scoring.scheme.model import by_points, walk
from scoring.score import Gap, Result, UnitResult
from scoring.wording.numbers import BLANK, UNIT_OF_MEASURE
from scoring.wording.results import gaps_by_kind, gaps_text
from scoring.wording.scheme import by_group_text, worth_text
from scoring.wording.scores import felt_gaps, kept_out_text

_WEIGHTS, _HEADER = 2, 3
_BASE = "其余部分\n合计"


def write_summary(
    report: Report, name: str, rules: RuleNames, details: Mapping[str, DetailNames], gaps: GapNames
) -> SummaryNames:
    """The sheet of results, one row a unit in print order."""
    result = report.result
    scheme, units = result.scheme, result.units
    at = columns_of(scheme, details)
    sheet = report.open(name, at.remark + 1, "考核结果", UNIT_OF_MEASURE)
    remarks = [_remark(unit, scheme) for unit in units]
    _head(sheet, at, scheme, rules, units, remarks)
    first, last = _HEADER + 1, _HEADER + max(len(units), 1)
    names = SummaryNames(
        sheet.define("汇总_类别", (first, last), GROUP),
        sheet.define("汇总_综合成绩", (first, last), at.composite),
        None if at.grade is None else sheet.define("汇总_等次", (first, last), at.grade),
        None if at.ranked is None else sheet.define("汇总_参加排名", (first, last), at.ranked),
    )
    periods = {(p.component, p.unit, p.period): p.score for p in result.periods}
    views, settings = scheme.views(), settings_of(scheme, rules)
    deducted: dict[tuple[str, str], Amount] = {}
    for entry in result.entries:
        spot = entry.component, entry.charged_unit
        deducted[spot] = deducted.get(spot, 0) + entry.deduction
    previous = units[0].group if units else ""
    sheet.fit_rows(first, {UNIT: [unit.unit for unit in units], at.remark: remarks})
    for row, (unit, remark) in enumerate(zip(units, remarks, strict=True), first):
        opens, previous = unit.group != previous, unit.group
        values = Values(unit, periods, deducted)
        formulas = Formulas(views[unit.group], settings, rules, gaps, row, values)
        _Row(sheet, row, unit, opens, result).write(at, scheme, formulas, names, periods)
        sheet.column(row, at.remark, [remark], sheet.styles("text", opens=opens))
    _colour_grades(sheet, at, scheme, first, last)
    sheet.ws.autofilter(_HEADER, 0, last, at.remark)
    sheet.freeze(_HEADER, UNIT + 1)
    sheet.fit(_HEADER, last + 1)
    return names


def _weight(part: Part, scheme: Scheme, rules: RuleNames) -> str | Formula:
    """A component's weight: a reference where it is one number, else in words."""
    weight = part.component.weight
    if isinstance(weight, int):
        return Formula(f"={rules.weight[part.key]}", weight / SCALE)
    return worth_text(scheme, part.key)


def _head(
    sheet: Sheet,
    at: Columns,
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
        before = [] if part.base is None else [_BASE]
        before += [f"{component.title}\n（得分）"] if part.own != part.column else []
        titles += before
        weights += [None] * len(before)
        widths += [12] * len(before)
        titles.append(component.title)
        weights.append(_weight(part, scheme, rules))
        widths.append(12)
    ranked = [] if at.ranked is None else ["参加排名"]
    base = [] if at.base is None else [_BASE]
    graded = [] if at.grade is None else ["等次"]
    titles += [*base, "综合成绩", *graded, *ranked, "排名", "备注"]
    widths += [
        *(12 for _ in base),
        12,
        *(10 for _ in graded),
        *(10 for _ in ranked),
        8,
        column_width((text for text in remarks if text), 16, 44),
    ]
    weights += [None] * (3 + len(base) + len(graded) + len(ranked))
    sheet.widths(widths)
    sheet.header(_HEADER, titles)
    style = sheet.styles("centre", strong=True)
    for column, weight in enumerate(weights):
        sheet.column(_WEIGHTS, column, [weight], style)
    sheet.fit_rows(_WEIGHTS, {column: [weight] for column, weight in enumerate(weights)})


class _Row:
    """One unit's row; numbers that rest on a gap are marked."""

    def __init__(
        self, sheet: Sheet, row: int, unit: UnitResult, opens: bool, result: Result
    ) -> None:
        self._sheet, self._result = sheet, result
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

    def _put_live(self, column: int, live: Live | None, marked: bool) -> None:
        if live is None:
            self._put(column, BLANK, "composite", marked)
            return
        value = float(live.value) if isinstance(live.value, Fraction) else str(live.value)
        self._put(column, Formula(f"={live.text}", value), "composite", marked)

    def write(
        self,
        at: Columns,
        scheme: Scheme,
        formulas: Formulas,
        names: SummaryNames,
        periods: Mapping[tuple[str, str, str], Amount | None],
    ) -> None:
        unit, gaps = self._unit, felt_gaps(self._unit, scheme)
        self._put(0, self._row - _HEADER, "count")
        self._put(UNIT, unit.unit, "text")
        self._put(GROUP, unit.group, "centre")
        own_parts = dict(formulas.scheme.every())
        for part in at.parts:
            if part.key not in own_parts:
                # The group does not have this part.
                for column in range(min((*part.periods, part.base or part.own)), part.column + 1):
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
            if part.base is not None:
                self._put_live(part.base, formulas.base(part.key, at), bool(own))
            self._put(part.own, shown_score, "composite", bool(own))
            if part.own != part.column:
                self._put_live(part.column, formulas.counted(part, at), bool(own))
        if at.base is not None:
            self._put_live(at.base, formulas.base("", at), bool(gaps))
        count = unit.composite
        shown_total = BLANK if count is None else count / 10**scheme.rounding.decimals
        marked = bool(gaps)
        total = Formula(f"={formulas.composite(at).text}", shown_total)
        self._put(at.composite, total, "composite", marked)
        if at.grade is not None:
            grade = unit.grade or BLANK
            by_bounds = Formula(formulas.grade(at), grade) if live_grades(scheme) else grade
            self._put(at.grade, by_bounds, "centre", marked)
        if at.ranked is not None:
            open_ = BLANK if at.grade is None and not unit.decided else YES
            takes_part_text = Formula(formulas.ranked(at), NO if unit.unranked else open_)
            self._put(at.ranked, takes_part_text, "centre", marked)
        rank: int | str | Formula = unit.rank or BLANK
        if live_ranks(self._result):
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


def _colour_grades(sheet: Sheet, at: Columns, scheme: Scheme, first: int, last: int) -> None:
    if at.grade is None:
        return
    names = scheme.grade_names()
    for position, name in enumerate(names):
        fill = grade_look(GRADE_FILLS, position, len(names))
        sheet.colour((first, last), at.grade, quote(name), fill)
