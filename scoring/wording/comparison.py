"""比较 in words: headings, rows of its tables, and what is said above them."""

from __future__ import annotations

from fractions import Fraction

from scoring.monitoring.comparison import Comparison, Moved, Side, Standing
from scoring.points import format_score
from scoring.wording.bulletin import moved_text
from scoring.wording.numbers import BLANK, PROVISIONAL, day


def side_title(side: Side) -> str:
    """2024年度, and 暂定 where it is."""
    return f"{side.year}年度" + ("" if side.final else f"（{PROVISIONAL}）")


def labels(found: Comparison) -> tuple[str, str]:
    """What the two results are called in the tables: 2024年 and 2025年, or 原 and 现."""
    if found.same_year:
        return "原", "现"
    return f"{found.old.year}年", f"{found.new.year}年"


def comparison_title(found: Comparison) -> str:
    if found.same_year:
        return f"{found.new.year}年度考核结果前后对照"
    return f"{found.old.year}年度与{found.new.year}年度考核结果对照"


def amount(value: Fraction | None, side: Side) -> str:
    """Points with the decimals of a result's scheme, rounded as it rounds, or —."""
    return BLANK if value is None else format_score(value, side.decimals, side.method)


def change(value: Fraction | None, decimals: int = 2) -> str:
    """How a published score changed: +0.45, -1.20, 0 or —. With the decimals of the finer one nothing
    is left to round."""
    if value is None:
        return BLANK
    text = format_score(value, decimals)
    return f"+{text}" if value > 0 else text if value else "0"


def grade_change(moved: Moved) -> str:
    before, after = moved.old.grade, moved.new.grade
    if before is None or after is None:
        return BLANK
    if before == after:
        return "不变"
    said = f"{before}→{after}"
    if not moved.grade:
        return said
    return f"{said}（{'上升' if moved.grade > 0 else '下降'}）"


def notes(found: Comparison) -> list[str]:
    """What must be known of the two results before their numbers are put beside each other."""
    old, new = found.old, found.new
    out = [
        "；".join(
            f"{name}：{side_title(side)}，《{side.title}》，截至{day(side.as_of)}"
            + (f"，资料截止{day(side.known)}" if side.known not in (None, side.as_of) else "")
            for name, side in zip(labels(found), (old, new), strict=True)
        )
    ]
    if (old.scheme, old.title) != (new.scheme, new.title):
        out.append(f"两次采用的考核办法不同（《{old.title}》《{new.title}》），成绩不能直接相比。")
    elif old.parts != new.parts:
        out.append("两次的考核部分不同，只对照两次都有的部分。")
    out += [
        f"{side_title(side)}的结果是暂定的，不作为正式结果。"
        for side in (old, new)
        if not side.final
    ]
    if _ends(old) != _ends(new) and not found.same_year:
        until = "、".join(f"{side.year}年度计到{day(side.as_of)}" for side in (old, new))
        out.append(f"两个年度所计的时间长短不同（{until}），成绩不能直接相比。")
    renamed = [f"{m.old.unit}→{m.new.unit}" for m in found.both if m.renamed]
    if renamed:
        out.append(f"更名的单位：{'、'.join(renamed)}。")
    if found.added:
        out.append(f"新增的单位：{'、'.join(u.unit for u in found.added)}。")
    if found.gone:
        out.append(f"不再考核的单位：{'、'.join(u.unit for u in found.gone)}。")
    return out


def _ends(side: Side) -> tuple[int, int, int]:
    """The day until which a result counts, seen from its year."""
    return side.as_of.year - side.year, side.as_of.month, side.as_of.day


def unit_head(found: Comparison) -> list[str]:
    """The columns of the table of units; ``unit_rows`` gives its rows."""
    a, b = labels(found)
    parts = [title for key in found.parts for title in _part_head(found.new.parts[key], a, b)]
    grades = [f"等次\n{a}", f"等次\n{b}"] if found.new.grades or found.old.grades else []
    tail = ["等次变化"] if grades else []
    return [
        "单位", *parts, f"综合成绩\n{a}", f"综合成绩\n{b}", "综合成绩\n增减",
        *grades, f"排名\n{a}", f"排名\n{b}", "排名变化", *tail,
    ]  # fmt: skip


def _part_head(title: str, before: str, after: str) -> tuple[str, str]:
    return f"{title}\n{before}", f"{title}\n{after}"


def unit_rows(found: Comparison, group: str) -> list[list[str]]:
    """The units of a group, in the order of the new result; then those that are gone."""
    rows = [_row(found, m) for m in found.both if m.new.group == group]
    width = len(unit_head(found))
    rows += [
        _alone(found, f"{unit.unit}（新增）", width, unit, new=True)
        for unit in found.added
        if unit.group == group
    ]
    rows += [
        _alone(found, f"{unit.unit}（不再考核）", width, unit, new=False)
        for unit in found.gone
        if unit.group == group
    ]
    return rows


def _row(found: Comparison, moved: Moved) -> list[str]:
    old, new = moved.old, moved.new
    both = ((old, found.old), (new, found.new))
    name = new.unit + (f"（原{old.unit}）" if moved.renamed else "")
    parts = [amount(of.components.get(key), side) for key in found.parts for of, side in both]
    graded = bool(found.new.grades or found.old.grades)
    return [
        name, *parts,
        *(amount(of.composite, side) for of, side in both),
        change(moved.composite, max(found.new.decimals, found.old.decimals)),
        *([old.grade or BLANK, new.grade or BLANK] if graded else []),
        str(old.rank or BLANK), str(new.rank or BLANK), moved_text(moved.rank),
        *([grade_change(moved)] if graded else []),
    ]  # fmt: skip


def _alone(found: Comparison, name: str, width: int, unit: Standing, *, new: bool) -> list[str]:
    """A unit that only one result has."""
    side = found.new if new else found.old
    cells = dict.fromkeys(range(width), BLANK) | {0: name}
    at = 1
    for key in found.parts:
        cells[at + new] = amount(unit.components.get(key), side)
        at += 2
    cells[at + new] = amount(unit.composite, side)
    at += 3
    if found.new.grades or found.old.grades:
        cells[at + new] = unit.grade or BLANK
        at += 2
    cells[at + new] = str(unit.rank or BLANK)
    return [cells[i] for i in range(width)]


def group_head(found: Comparison) -> list[str]:
    a, b = labels(found)
    names = [name for name, _, _ in found.groups[0].grades] if found.groups else []
    return [
        "类别", f"单位数\n{a}", f"单位数\n{b}", f"平均成绩\n{a}", f"平均成绩\n{b}",
        *(f"{name}\n{side}" for name in names for side in (a, b)),
        *(["等次上升", "等次下降"] if names else []),
    ]  # fmt: skip


def group_rows(found: Comparison) -> list[list[str]]:
    rows = []
    for group in found.groups:
        counts = [str(n) for _, before, after in group.grades for n in (before, after)]
        rows.append(
            [
                group.group, str(group.counts[0]), str(group.counts[1]),
                amount(group.means[0], found.old), amount(group.means[1], found.new),
                *counts, *([str(group.up), str(group.down)] if group.grades else []),
            ]
        )  # fmt: skip
    return rows
