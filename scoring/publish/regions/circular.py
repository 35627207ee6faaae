"""地区通报: the circular of a larger region on those in it, in the looks of the circular of a city."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scoring.intake.settings import CircularSettings
from scoring.publish.circular.annex_table import Annex
from scoring.publish.circular.content import Circular, Paragraph, Section
from scoring.publish.word.tables import AnnexTable, Column
from scoring.regions.model import Figures, RegionRow, Rollup, RuleKey
from scoring.wording.numbers import BLANK, PROVISIONAL, day, units_text
from scoring.wording.official import (
    FILL,
    SPACE,
    document_number,
    numeral,
    official,
    paragraphs,
    title_lines,
)
from scoring.wording.regions import count_text, mean_of, notes, region_name, rule_title, rules_of

_MOST_RULES = 5
_MOST_REGIONS = 3


def compose_regions(found: Rollup, given: CircularSettings) -> Circular:
    """The circular of a roll-up. What the settings do not give stands as a visible blank to fill in."""
    issuer = given.issuer or FILL
    year = given.date.year if given.date else found.year + 1
    when = day(given.date) or f"{year}年{SPACE}月{SPACE}日"
    title = _title(found, given)
    copies = found.scheme.copies if given.copies is None else given.copies
    annex_title = official(f"{_where(found)}{found.year}年度{found.scheme.subject}各地区考核结果")
    parts = (
        ("总体情况", [*_overview(found), *_texts(given.overview)]),
        ("各地区情况", list(_regions(found))),
        ("存在问题", [*_problems(found), *_texts(given.problems)]),
        ("下一步工作要求", list(_requirements(given))),
    )
    filled = [part for part in parts if part[1]]
    return Circular(
        letterhead=given.letterhead or f"{issuer}文件",
        number=document_number(given.number or f"××〔{year}〕{SPACE * 2}号"),
        title=title,
        title_lines=title_lines(title, given.issuer or ""),
        recipients=official("，".join(given.recipients) or FILL).rstrip("：") + "：",
        opening=paragraphs(given.opening) or (_opening(found),),
        sections=tuple(
            Section(f"{numeral(number)}、{heading}", tuple(texts))
            for number, (heading, texts) in enumerate(filled, 1)
        ),
        annex=Annex(annex_title, title_lines(annex_title), tuple(_tables(found)), tuple(notes(found))),
        issuer=issuer,
        date=when,
        copies=tuple(official(name) for name in copies),
        printed_by=given.printed_by or issuer,
        printed_on=day(given.printed_on) or when,
        provisional=not found.final,
        fonts=given.fonts,
    )  # fmt: skip


def _where(found: Rollup) -> str:
    top = found.rows[0].region
    return region_name(top) if top else ""


def _title(found: Rollup, given: CircularSettings) -> str:
    draft = "" if found.final else f"（{PROVISIONAL}稿）"
    about = f"关于{_where(found)}{found.year}年度{found.scheme.subject}考核情况的通报"
    return official((given.issuer or "") + about) + draft


def _texts(text: str | None) -> list[Paragraph]:
    return [Paragraph(line) for line in paragraphs(text)]


def _opening(found: Rollup) -> str:
    basis = (
        found.scheme.title if found.scheme.title.startswith("《") else f"《{found.scheme.title}》"
    )
    whole, below = found.rows[0].whole, found.below(found.rows[0].region)
    inside = f"{len(below)}个地区的" if below else ""
    return official(
        f"根据{basis}，对{inside}{whole.units}个单位{found.year}年度{found.scheme.subject}进行了考核。"
        "现将考核情况通报如下。"
    )


def _overview(found: Rollup) -> Iterator[Paragraph]:
    row = found.rows[0]
    yield Paragraph(official(f"共考核{row.whole.units}个单位。{_said(found, row.whole)}"))
    for group in found.scheme.groups:
        if len(row.groups) > 1 and group in row.groups:
            figures = row.groups[group]
            text = f"{units_text(figures.units, group)}，{_said(found, figures)}"
            yield Paragraph(official(text))


def _said(found: Rollup, figures: Figures) -> str:
    """The mean, the extremes and the grades of some units, in sentences."""
    decimals = found.scheme.rounding.decimals
    out = f"{figures.ranked}个单位参加排名，" if figures.ranked < figures.units else ""
    if figures.ranked:
        out += f"综合考核平均成绩{mean_of(figures, decimals)}分"
        if figures.ranked > 1:
            out += (
                f"，最高{count_text(figures.highest, decimals)}分，"
                f"最低{count_text(figures.lowest, decimals)}分"
            )
        out += "。"
    graded = [
        f"{name}{figures.grades[name]}个"
        for name in found.scheme.grade_names()
        if figures.grades.get(name)
    ]
    out += f"考核等次为{'、'.join(graded)}。" if graded else ""
    out += f"{figures.undecided}个单位因缺项未定。" if figures.undecided else ""
    return out


def _regions(found: Rollup) -> Iterator[Paragraph]:
    """The regions directly below the top, best mean first."""
    below = found.below(found.rows[0].region)
    below.sort(key=lambda row: row.whole.rank or len(below) + 1)
    for number, row in enumerate(below, 1):
        heading = f"（{numeral(number)}）{region_name(row.region)}（{row.whole.units}个单位）"
        yield Paragraph(official(heading), "subheading")
        place = f"平均成绩居第{row.whole.rank}位。" if row.whole.rank else ""
        yield Paragraph(official(f"{place}{_said(found, row.whole)}{_entries(row)}"))


def _entries(row: RegionRow) -> str:
    if not row.entries:
        return "台账没有问题。"
    return f"台账登记问题{row.entries}个，计入考核{row.problems}个。"


def _problems(found: Rollup) -> Iterator[Paragraph]:
    row, rules = found.rows[0], rules_of(found)
    yield Paragraph(official(_entries(row)))
    for number, key in enumerate(rules[:_MOST_RULES], 1):
        where = _where_most(found, key)
        text = f"{number}.{rule_title(found, key).partition(' ')[2]}：{row.counted[key]}个{where}。"
        yield Paragraph(official(text))


def _where_most(found: Rollup, key: RuleKey) -> str:
    """The regions with the most problems of a rule, at most three, with their numbers."""
    below = sorted(found.below(found.rows[0].region), key=lambda row: -row.counted.get(key, 0))
    some = [
        f"{region_name(row.region)}{row.counted[key]}个"
        for row in below[:_MOST_REGIONS]
        if row.counted.get(key)
    ]
    return f"，其中{'、'.join(some)}" if some else ""


def _requirements(given: CircularSettings) -> Iterator[Paragraph]:
    for number, one in enumerate(given.requirements or (), 1):
        yield Paragraph(official(f"（{numeral(number)}）{one.title}"), "subheading")
        yield from _texts(one.text)


def _tables(found: Rollup) -> Iterator[AnnexTable]:
    """A table of all units and one a group: the regions directly below the top, best mean first."""
    below = found.below(found.rows[0].region) or [found.rows[0]]
    groups = [group for group in found.scheme.groups if group in found.rows[0].groups]
    yield _table(found, "各地区", [(row, row.whole) for row in below])
    for group in groups if len(groups) > 1 else ():
        rows = [(row, row.groups[group]) for row in below if group in row.groups]
        yield _table(found, group, rows)


def _table(found: Rollup, name: str, rows: Sequence[tuple[RegionRow, Figures]]) -> AnnexTable:
    decimals, grades = found.scheme.rounding.decimals, found.scheme.grade_names()
    ordered = sorted(rows, key=lambda pair: pair[1].rank or len(rows) + 1)
    columns = (
        Column("名次"), Column("地区", left=True), Column("单位数"), Column("平均成绩"),
        Column("最高"), Column("最低"), *(Column(grade) for grade in grades),
    )  # fmt: skip
    return AnnexTable(
        f"{name}（{len(rows)}个地区）",
        columns,
        tuple(
            (
                str(figures.rank or BLANK), official(region_name(row.region)), str(figures.units),
                mean_of(figures, decimals), count_text(figures.highest, decimals),
                count_text(figures.lowest, decimals),
                *(str(figures.grades.get(grade, 0)) for grade in grades),
            )
            for row, figures in ordered
        ),
    )  # fmt: skip
