"""核查表 that came back from the verifiers: what stands in them, item by item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from scoring.intake.cells import is_blank, says_not_applicable, shown
from scoring.intake.form_columns import COUNT_COLUMNS, VERIFIED_COUNTS
from scoring.intake.grids import SourceFile
from scoring.intake.items import read_score
from scoring.intake.table import Column, Row, TableReader, find_header
from scoring.intake.units import resolve
from scoring.lookup.periods import period_in, period_names, self_assessments
from scoring.lookup.text import fold, tidy
from scoring.lookup.units import Unit, UnitList
from scoring.problems import Place, Problem, suggestion
from scoring.scheme import Leaf, Scheme, SelfAssessment

SCORE, NOTE, VERIFIER = "核查得分", "核查说明", "核查单位"
PART, HINT, MADE, SOURCE = "组成部分", "核查提示", "制表时核查情况", "来源文件"
FILES = "材料核对"
UNNAMED: Final = "（未指定）"
NOT_APPLICABLE: Final = "不适用"

COLUMNS = (
    Column("责任单位", (VERIFIER,)),
    Column(PART, ("考核部分",)),
    Column("指标编号", ("编号", "指标序号"), required=True, spread=False),
    Column("一级指标", ("考核内容",)),
    Column("二级指标", ("指标", "考核指标", "指标名称")),
    Column("评分标准", ("计分标准", "考核标准")),
    Column("单位", ("单位名称", "被考核单位"), required=True),
    Column("期次", ("考核期次",), required=True),
    Column("分值", ("标准分", "满分"), spread=False),
    Column("自评分", ("自评得分", "自我评分"), spread=False),
    Column("自评说明", ("自评情况",)),
    Column("证明材料", ("佐证材料",)),
    Column(FILES),
    Column(SCORE, ("核查分", "核实得分"), required=True, spread=False),
    Column(NOTE, ("扣分理由", "核查情况"), spread=False),
    Column(HINT),
    Column(SOURCE),
    Column(MADE),
    *(column for columns in COUNT_COLUMNS.values() for column in columns),
)

Field = int | str
"""What a verifier wrote: points (ten-thousandths), a count, 不适用 or a text."""


@dataclass(frozen=True)
class Returned:
    """One row of a 核查表 that came back. ``fields`` holds what is not blank, by column, ``places``
    where it stands; ``made`` is what the row said when the sheet was made, if it says that."""

    component: str
    unit: str
    period: str
    leaf: Leaf
    fields: Mapping[str, Field]
    places: Mapping[str, Place]
    verifier: str | None
    made: str | None


@dataclass
class ReturnedRows:
    """Everything that came back, and what could not be read of it."""

    rows: list[Returned] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_returned(sources: Iterable[SourceFile], scheme: Scheme, units: UnitList) -> ReturnedRows:
    """The rows of every sheet that has the header of a 核查表; other sheets are left alone. A file
    without any such sheet is a problem."""
    out = ReturnedRows()
    parts = self_assessments(scheme)
    for source in sources:
        out.problems += source.problems
        found = False
        for grid in source.grids:
            header = find_header(grid, COLUMNS)
            if header is None or not {"指标编号", SCORE} & header.columns.keys():
                continue
            found = True
            reader = TableReader(grid, header, COLUMNS, "核查表")
            if reader.usable:
                for row in reader.rows():
                    item = _row(row, parts, units)
                    if item is not None and row.ok:
                        out.rows.append(item)
            out.problems += reader.problems
        if not found and not source.problems:
            names = "、".join(f"“{c.name}”" for c in COLUMNS if c.required)
            out.problems.append(
                Problem("header-missing", Place(source.file), expected=f"含{names}的表头")
            )
    return out


def _row(row: Row, parts: Mapping[str, SelfAssessment], units: UnitList) -> Returned | None:
    unit = resolve(units, row, "单位")
    row.unit = unit.name if unit else None
    text = row.text("期次", required=True)
    code = row.text("指标编号", required=True)
    known = _components(row, parts)
    if text and known and not any(period_in(c, text) for c in known.values()):
        names = period_names(known.values())
        row.add("period-unknown", "期次", text, "、".join(names))
        known = {}
    if unit is None or text is None or code is None or not known:
        return None
    if unit.parent is not None:
        row.add("unit-not-graded", "单位", unit.name)
        return None
    meant = [
        (key, component, period, leaf)
        for key, component in known.items()
        for period in [period_in(component, text)]
        for leaf in component.items(unit.group)
        if period is not None and fold(leaf.code) == fold(code)
    ]
    if not meant:
        codes = dict.fromkeys(leaf.code for c in known.values() for leaf in c.items(unit.group))
        row.add("indicator-unknown", "指标编号", code, suggestion("办法中的指标编号", code, codes))
        return None
    if len(meant) > 1:
        titles = "、".join(component.title for _, component, _, _ in meant)
        row.add("component-unknown", PART if row.value(PART) else "指标编号", expected=titles)
        return None
    key, component, period, leaf = meant[0]
    return _returned(row, key, component, unit, str(period), leaf)


def _components(row: Row, parts: Mapping[str, SelfAssessment]) -> dict[str, SelfAssessment]:
    """The components that the row may speak of: the one that it names, or all of them."""
    title = row.text(PART)
    if title is None:
        return dict(parts)
    named = {k: c for k, c in parts.items() if fold(title) in (fold(c.title), fold(c.table))}
    if not named:
        row.add("component-unknown", PART, title, "、".join(c.title for c in parts.values()))
    return named


def _returned(
    row: Row, key: str, component: SelfAssessment, unit: Unit, period: str, leaf: Leaf
) -> Returned:
    row.component = key
    fields: dict[str, Field | None] = {}
    if says_not_applicable(row.value(SCORE)):
        fields[SCORE] = NOT_APPLICABLE
    elif VERIFIED_COUNTS[leaf.scoring]:
        if not is_blank(row.value(SCORE)):
            counts = "、".join(VERIFIED_COUNTS[leaf.scoring])
            row.add("verification-way", SCORE, expected=f"空白或不适用，核查结果填在{counts}")
    else:
        fields[SCORE] = read_score(row, SCORE, leaf, component.step)
    for name in VERIFIED_COUNTS[leaf.scoring]:
        fields[name] = row.count(name)
    fields[NOTE] = _note(row)
    verifier = row.text("责任单位")
    return Returned(
        component=key,
        unit=unit.name,
        period=period,
        leaf=leaf,
        fields={name: value for name, value in fields.items() if value is not None},
        places={name: row.place(name) for name in (SCORE, *fields)},
        verifier=None if verifier is None or fold(verifier) == fold(UNNAMED) else verifier,
        made=row.text(MADE),
    )


def _note(row: Row) -> str | None:
    """The reason, its lines kept apart."""
    if row.text(NOTE) is None:
        return None
    lines = [tidy(line) for line in shown(row.value(NOTE)).splitlines()]
    return "\n".join(line for line in lines if line)
