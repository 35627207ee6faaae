"""地区汇总 in words: headings, rows of its tables, and what is said beside them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from scoring.points import format_decimals
from scoring.regions.model import Figures, RankedUnit, Region, RegionRow, Rollup, RuleKey
from scoring.wording.numbers import BLANK, PROVISIONAL, day
from scoring.wording.official import half_up, numeral
from scoring.wording.scheme import rule_of

EVERYWHERE = "全部"


def region_name(region: Region) -> str:
    """The name of a region within the one that it lies in.

    >>> region_name(("甲省", "乙市")), region_name(())
    ('乙市', '全部')
    """
    return region[-1] if region else EVERYWHERE


def region_path(region: Region) -> str:
    """A region as people write it: 甲省/乙市."""
    return "/".join(region) or EVERYWHERE


def regions_title(found: Rollup) -> str:
    """某省2024年度政府信息公开工作考核结果地区汇总."""
    top = found.rows[0].region
    where = region_name(top) if top else ""
    mark = "" if found.final else f"（{PROVISIONAL}）"
    return f"{where}{found.year}年度{found.scheme.subject}考核结果地区汇总{mark}"


def mean_of(figures: Figures, decimals: int) -> str:
    """The mean composite with the decimals of the scheme, 四舍五入, or —."""
    mean = figures.mean
    return BLANK if mean is None else count_text(mean, decimals)


def count_text(count: Fraction | int | None, decimals: int) -> str:
    """A count of ``10**-decimals`` points as a score, or —."""
    if count is None:
        return BLANK
    return format_decimals(half_up(Fraction(count)), decimals, pad=True)


def figures_head(found: Rollup) -> list[str]:
    """The columns that ``figures_row`` fills."""
    return ["单位数", "参加排名", "缺项未定", "不参加排名", "平均成绩", "同级名次", "最高", "最低",
            *found.scheme.grade_names()]  # fmt: skip


def figures_row(found: Rollup, figures: Figures) -> list[str]:
    decimals = found.scheme.rounding.decimals
    return [
        str(figures.units), str(figures.ranked), str(figures.undecided), str(figures.kept_out),
        mean_of(figures, decimals), str(figures.rank or BLANK),
        count_text(figures.highest, decimals), count_text(figures.lowest, decimals),
        *(str(figures.grades.get(name, 0)) for name in found.scheme.grade_names()),
    ]  # fmt: skip


def rules_of(found: Rollup) -> list[RuleKey]:
    """The rules that counted anywhere, most rows first."""
    counted = found.rows[0].counted
    return sorted(counted, key=lambda key: -counted[key])


def rule_title(found: Rollup, key: RuleKey) -> str:
    component, code = key
    return f"{code} {rule_of(found.scheme, component, code).title}"


def level_titles(found: Rollup) -> list[str]:
    """What the ranks of a unit are called: among all, then in its region of every level.

    A level has a name of its own only in the data (省, 市, 县), so it goes by its number."""
    top = len(found.rows[0].region)
    return ["总排名", *(f"{numeral(n)}级地区内排名" for n in range(1, found.depth - top + 1))]


def unit_head(found: Rollup) -> list[str]:
    grades = ["等次"] if found.scheme.grades else []
    return ["地区", "单位", "类别", "综合成绩", *grades, *level_titles(found), "计入问题"]


def unit_rows(found: Rollup) -> Iterator[list[str]]:
    """The units' rows under ``unit_head``."""
    levels = len(level_titles(found))
    return (_unit_row(found, one, levels) for one in found.units)


def _unit_row(found: Rollup, one: RankedUnit, levels: int) -> list[str]:
    unit = one.unit
    ranks = [str(rank or BLANK) for rank in one.ranks]
    grades = [unit.grade or BLANK] if found.scheme.grades else []
    score = BLANK if unit.unranked else count_text(unit.composite, found.scheme.rounding.decimals)
    return [
        region_path(unit.region), unit.unit, unit.group, score, *grades,
        *ranks, *[""] * (levels - len(ranks)), str(sum(unit.counted.values())),
    ]  # fmt: skip


def notes(found: Rollup) -> list[str]:
    """How the figures come about, and what must be known of them."""
    days = "、".join(day(one) for one in found.days)
    return list(_notes(found, days))


def _notes(found: Rollup, days: str) -> Iterator[str]:
    yield f"依据《{found.scheme.title}》，截至{days}。"
    if len(found.days) > 1:
        yield "各地区的截至日期不同，比较时请注意。"
    if len(found.folders) > 1:
        yield f"由{len(found.folders)}个考核文件夹汇总；等次由各考核分别评定。"
    yield (
        "平均成绩是参加排名的单位已公布的综合成绩的平均，四舍五入；"
        "同级名次按未经舍入的平均成绩在同一上级地区内排列；单位按类别分别排名，成绩相同的并列。"
    )
    if any(row.whole.undecided for row in found.rows):
        yield "有缺项的单位不计入平均成绩，不参加排名。"
    if any(row.whole.kept_out for row in found.rows):
        yield "被一票否决等不参加排名的单位不计入平均成绩。"
    if not found.final:
        yield f"结果是{PROVISIONAL}的，不作为正式结果。"


def indented(row: RegionRow, top: int) -> str:
    """A region's name moved in by its level, so that the tree can be read down a column."""
    return "　" * (len(row.region) - top) + region_name(row.region)
