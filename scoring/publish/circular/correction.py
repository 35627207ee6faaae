"""更正通报: what a published result said wrong and what it says now, in the looks of the circular.

It is composed of the comparison of both results and of the reasons that are found in their papers.
What is not known (its own number and day) stands as a visible blank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from scoring.intake.assessment import Assessment
from scoring.monitoring.comparison import Comparison, Moved
from scoring.publish.circular.annex_table import Annex
from scoring.publish.circular.content import Circular, Paragraph, Section, compose
from scoring.publish.word.tables import AnnexTable, Column
from scoring.score import Result
from scoring.wording.comparison import amount
from scoring.wording.numbers import BLANK, day
from scoring.wording.official import FILL, SPACE, document_number, numeral, official, title_lines


def compose_correction(
    result: Result,
    assessment: Assessment,
    found: Comparison,
    reasons: Mapping[str, Sequence[str]],
) -> Circular:
    """The circular that corrects an earlier one. ``found`` compares both results; ``reasons`` are the
    sentences by unit on why its own scores changed."""
    base, given = compose(result, assessment), assessment.settings.circular
    about = f"关于更正{result.year}年度{result.scheme.subject}考核结果的通报"
    title = official((given.issuer or "") + about)
    year = given.date.year if given.date else result.year + 1
    annex_title = f"{result.year}年度{result.scheme.subject}考核结果更正表"
    own = [m for m in found.both if _own(m)]
    moved = [m for m in found.both if m.changed and not _own(m)]
    sections = [
        ("更正内容", [_what(m, found) for m in own] + _units(found)),
        ("更正原因", [_why(m, reasons) for m in own]),
        ("其他单位", _others(moved, found)),
    ]
    filled = [section for section in sections if section[1]]
    last = "原通报与本通报不一致的，以本通报为准；更正后的考核结果见附件。"
    return replace(
        base,
        number=document_number(f"××〔{year}〕{SPACE * 2}号"),
        title=title,
        title_lines=title_lines(title, given.issuer or ""),
        opening=(_opening(assessment, base),),
        sections=tuple(
            Section(
                f"{numeral(number)}、{heading}",
                tuple(Paragraph(text) for text in (*texts, *([last] if number == len(filled) else []))),
            )
            for number, (heading, texts) in enumerate(filled, 1)
        ),
        annex=Annex(
            annex_title, title_lines(annex_title, ""), _tables(found),
            ("综合成绩由未经取舍的各部分成绩计算得出。",),
        ),
        date=f"{year}年{SPACE}月{SPACE}日",
        printed_on=f"{year}年{SPACE}月{SPACE}日",
    )  # fmt: skip


def _own(moved: Moved) -> bool:
    """Whether scores or grade of the unit itself changed, and not only its rank."""
    return moved.old._replace(unit="", rank=None) != moved.new._replace(unit="", rank=None)


def _opening(assessment: Assessment, base: Circular) -> str:
    given = assessment.settings.circular
    number = f"（{given.number}）" if given.number else f"（{FILL}）"
    when = day(given.date) or FILL
    return f"{when}印发的《{base.title}》{number}公布的考核结果，经复核有误，现更正如下。"


def _what(moved: Moved, found: Comparison) -> str:
    old, new = moved.old, moved.new
    said = []
    if old.composite != new.composite:
        before, after = (
            amount(of.composite, side) for of, side in ((old, found.old), (new, found.new))
        )
        said.append(f"综合考核成绩由{before}分更正为{after}分")
    if old.grade != new.grade:
        said.append(f"等次由{old.grade or FILL}更正为{new.grade or FILL}")
    if old.rank != new.rank:
        said.append(f"排名由{_rank(old.rank)}更正为{_rank(new.rank)}")
    if not said:
        said.append("部分考核成绩更正，综合考核成绩、等次和排名不变")
    return f"{new.unit}：{'，'.join(said)}。"


def _rank(rank: int | None) -> str:
    return f"第{rank}名" if rank is not None else "不参加排名"


def _units(found: Comparison) -> list[str]:
    added = [f"{unit.unit}列入考核对象。" for unit in found.added]
    return added + [f"{unit.unit}不再列入考核对象。" for unit in found.gone]


def _why(moved: Moved, reasons: Mapping[str, Sequence[str]]) -> str:
    said = reasons.get(moved.new.unit) or (FILL,)
    return f"{moved.new.unit}：{'；'.join(said)}。"


def _others(moved: Sequence[Moved], found: Comparison) -> list[str]:
    if not moved:
        return ["其他单位的成绩、等次和排名不变。"]
    some = "，".join(f"{m.new.unit}由{_rank(m.old.rank)}变为{_rank(m.new.rank)}" for m in moved)
    return [f"成绩不变，排名随之变动的：{some}。", "其余单位的成绩、等次和排名不变。"]


def _tables(found: Comparison) -> tuple[AnnexTable, ...]:
    graded = bool(found.new.grades or found.old.grades)
    tables = []
    for group in found.groups:
        rows = [_row(m, found, graded=graded) for m in found.both
                if m.new.group == group.group and m.changed]  # fmt: skip
        columns = (
            Column("单位", left=True), Column("原成绩"), Column("现成绩"),
            *((Column("原等次"), Column("现等次")) if graded else ()),
            Column("原排名"), Column("现排名"),
        )  # fmt: skip
        if rows:
            tables.append(AnnexTable(group.group, columns, tuple(rows)))
    return tuple(tables)


def _row(moved: Moved, found: Comparison, *, graded: bool) -> tuple[str, ...]:
    old, new = moved.old, moved.new
    return (
        new.unit,
        amount(old.composite, found.old), amount(new.composite, found.new),
        *((old.grade or BLANK, new.grade or BLANK) if graded else ()),
        str(old.rank or BLANK), str(new.rank or BLANK),
    )  # fmt: skip
