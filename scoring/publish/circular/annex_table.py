"""附件 of the circular: the table of results. The Word file, the page and 通报附表.xlsx show these texts."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.enums import Ranks
from scoring.intake.assessment import Assessment
from scoring.publish.word.tables import AnnexTable, Column
from scoring.scheme import Component, Scheme
from scoring.scheme.conditions import Conditional
from scoring.scheme.model import by_points, leaf_keys
from scoring.score import Result, UnitResult
from scoring.wording.conditions import as_written, then_text, unranked_text, when_text
from scoring.wording.numbers import BLANK, PROVISIONAL
from scoring.wording.official import official, title_lines
from scoring.wording.results import heading, whole_text
from scoring.wording.scheme import method_text, missing_text, places_text, share_text
from scoring.wording.scores import NOT_COUNTED, felt_gaps, kept_out, score_text

MARK = "*"


@dataclass(frozen=True, slots=True)
class Annex:
    """附件: the table of results, one table a group, with notes under the last one."""

    title: str
    title_lines: tuple[str, ...]
    tables: tuple[AnnexTable, ...]
    notes: tuple[str, ...]


def compose_annex(result: Result, assessment: Assessment) -> Annex:
    """The annex of a result: one table for each group that has units."""
    title = official(heading(result, assessment, "考核结果"))
    title += "" if result.final else f"（{PROVISIONAL}）"
    groups = [group for group in result.scheme.groups if result.in_group(group)]
    tables = tuple(group_table(result, group) for group in groups)
    return Annex(title, title_lines(title), tables, _notes(result))


def group_table(result: Result, group: str) -> AnnexTable:
    """The table of one group."""
    units, scheme = result.in_group(group), result.scheme.seen_from(group)
    provisional = "" if result.final else f"{PROVISIONAL}\n"
    columns = (
        Column(f"{provisional}排名"),
        Column("单位", left=True),
        *(Column(official(_part(c, group))) for c in scheme.components.values()),
        Column(f"{provisional}综合成绩"),
        *([Column(f"{provisional}等次")] if scheme.grades else []),
    )
    rows = tuple(_row(result, scheme, unit) for unit in units)
    return AnnexTable(f"{group}（{len(units)}个）", columns, rows)


def _part(component: Component, group: str) -> str:
    """A component with its weight in a group."""
    return f"{component.title}\n（{share_text(component, group)}）"


def _row(result: Result, scheme: Scheme, unit: UnitResult) -> tuple[str, ...]:
    """A unit's row under its group's ``scheme``; its name and every number that rests on a gap bear a
    mark."""
    lacking = {gap.component for gap in felt_gaps(unit, scheme)}
    outside = kept_out(unit, scheme)
    return (
        BLANK if unit.rank is None else str(unit.rank),
        official(unit.unit) + MARK * bool(lacking),
        *(
            BLANK
            if unit.unranked
            else NOT_COUNTED
            if key in outside
            else _marked(
                score_text(unit.components[key], scheme), lacking & set(leaf_keys(key, part))
            )
            for key, part in scheme.components.items()
        ),
        BLANK if unit.unranked else _marked(result.composite_text(unit) or BLANK, lacking),
        *([unit.grade or BLANK] if scheme.grades else []),
    )


def _next_rank(scheme: Scheme) -> str:
    """What follows equal ranks, where it is not what is usual."""
    return "，其后排名接着排" if scheme.ranks == Ranks.NEXT else ""


def _marked(number: str, lacking: set[str]) -> str:
    return number + MARK if lacking and number != BLANK else number


def _notes(result: Result) -> tuple[str, ...]:
    scheme = result.scheme
    decimals, way = scheme.rounding.decimals, method_text(scheme.rounding.method)
    kept = f"保留{decimals}位小数" if decimals else "取整数"
    how = "相加得出" if by_points(scheme.components) else "按权重计算"
    notes = [
        f"各部分成绩{way}{kept}列出；综合成绩由未经舍入的各部分成绩{how}，{way}{kept}。",
        f"{places_text(scheme)}按综合成绩确定，成绩相同的排名并列{_next_rank(scheme)}。",
    ]
    if result.whole is not None:
        notes.append(f"{whole_text(result.whole, scheme)}。")
    lacking = {gap.component for unit in result.units for gap in felt_gaps(unit, scheme)}
    if lacking:
        ways = dict.fromkeys(
            missing_text(scheme.missing_for(key)) for key in scheme.leaves() if key in lacking
        )
        notes.append(
            f"标{MARK}的单位成绩有缺项，标{MARK}的数字涉及缺项。按考核办法，{'；'.join(ways)}。"
        )
    notes += _not_counted(result)
    for unit in result.units:
        if unit.unranked:
            graded = f"定为{unit.grade}，" if unit.grade is not None else ""
            notes.append(
                f"{unit.unit}因{unranked_text(unit, scheme)}，{graded}不列成绩，不参加排名。"
            )
    return tuple(official(note) for note in notes)


def _changes(c: Conditional, unit: UnitResult) -> bool:
    """Whether a reader needs a condition to find the unit's numbers and its grade again."""
    limits = c.grade is not None and c.grade == unit.grade
    return c.fixes or bool(c.without) or (c.closes and not c.whole) or limits


def _not_counted(result: Result) -> list[str]:
    """What the words of a cell mean, where one has them; a closed gate with its units."""
    scheme, notes = result.scheme, []
    if any(set(kept_out(unit, scheme)) & set(scheme.components) for unit in result.units):
        notes.append(f"“{NOT_COUNTED}”指有加减分，但未达到计入综合成绩的条件。")
    described: dict[str, list[str]] = {}
    for unit in result.units:
        own = scheme.seen_from(unit.group)
        for halves in as_written(() if unit.unranked else unit.held):
            then = [then_text(c, own) for c in halves if _changes(c, unit)]
            if then:
                text = f"{when_text(halves[0].when, own)}的，{'，'.join(then)}"
                described.setdefault(text, []).append(unit.unit)
    return [*notes, *(f"{text}：{'、'.join(units)}。" for text, units in described.items())]
