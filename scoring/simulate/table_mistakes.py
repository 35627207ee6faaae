"""Which mistakes are planted in a ledger, in a long table of self-assessments, in a table of scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scoring.enums import Assessors, Counts, Scoring, Subordinates
from scoring.points import SCALE, format_points
from scoring.scheme import Leaf, Ledger, Period, Rule, Score, SelfAssessment
from scoring.scheme.model import Range
from scoring.scheme.parts import in_group
from scoring.simulate.columns import YEAR
from scoring.simulate.mistakes import (
    READ,
    Mistake,
    Row,
    Spoilt,
    as_above,
    as_percent,
    beyond,
    binary_tail,
    left_blank,
    misspelt,
    no_day,
    one_of,
    other_day,
    short_name,
    spaces,
    stranger,
    wide_digits,
    with_unit,
)
from scoring.simulate.units import Units


def ledger_mistakes(
    ledger: Ledger, units: Units, rules: Sequence[Rule], *, gaps: bool
) -> tuple[Mistake, ...]:
    """The mistakes in a ledger; ``rules`` are those of its provider, by number. ``gaps``: what is missing stops a
    final run; elsewhere it is no mistake to leave a cell blank."""

    def is_charged(row: Row) -> bool:
        """Whether the row may cost something: no department's that is only listed, not revoked."""
        listed = rules[row.about].subordinates == Subordinates.LISTED
        alone = listed and units.parent[row.unit] >= 0
        return not alone and not row.text("撤销日期")

    def no_deadline(row: Row) -> Spoilt | None:
        given = row.text("整改期限") and is_charged(row)
        return Spoilt("整改期限", "", "gap-deadline") if given else None

    def pending(row: Row) -> Spoilt | None:
        if rules[row.about].counts != Counts.VERIFIED or not is_charged(row):
            return None
        return Spoilt("核实结果", ("待核实", "")[row.number % 2], "gap-verification")

    def done_before(row: Row) -> Spoilt | None:
        computed = rules[row.about].deadline is not None
        found = np.datetime64(row.text("发现日期"), "D")
        if computed or not row.text("整改完成日期"):
            return None
        return Spoilt("整改完成日期", str(found - (1 + row.number % 20)), "date-order")

    def other_year(row: Row) -> Spoilt:
        day = row.text("发现日期")
        return Spoilt("发现日期", f"{YEAR - 1}{day[4:-2]}28", "found-outside-year")

    def title(row: Row) -> Spoilt:
        return Spoilt("扣分项", rules[row.about].title, READ)

    def other_deadline(row: Row) -> Spoilt | None:
        spec = rules[row.about].deadline
        if spec is None or not row.text(spec.event):
            return None
        # More than any holiday can move it.
        wrong = np.datetime64(row.text(spec.event), "D") + 200 + row.number % 50
        return Spoilt("整改期限", str(wrong), "deadline-mismatch")

    def own_points(row: Row) -> int | None:
        rule = rules[row.about]
        group = units.groups[units.group[row.unit]]
        said = in_group(rule.points_by, group) if rule.applies_to(group) else 0
        return said.high if isinstance(said, Range) else None

    found = [
        misspelt("单位"), stranger("单位"), left_blank("单位", "value-missing"), no_day("发现日期"),
        no_day("整改期限"), other_year, done_before, as_above("台账编号", "entry-duplicate"),
        one_of("扣分项", ("9.9", "其他", "第九项"), "rule-unknown"), other_deadline,
        one_of("核实结果", ("基本属实", "已整改", "是"), "value-unknown"),
        left_blank("撤销日期", "revoked-undated"), left_blank("问题描述", "value-missing"),
        short_name("单位", units), spaces("单位"), wide_digits("发现日期"), other_day("发现日期"), title,
        spaces("扣分项"), other_day("整改完成日期"),
    ]  # fmt: skip
    if gaps:
        found += [no_deadline, pending]
    if any(rule.ranged for rule in rules):
        found += [beyond("分值", own_points), with_unit("分值", lambda row: True)]
    return tuple(found)


def form_mistakes(
    component: SelfAssessment, units: Units, period: Period, leaves: Sequence[Leaf], *, gaps: bool
) -> tuple[Mistake, ...]:
    """The mistakes in a long table; ``leaves`` are its items, by number; ``gaps`` as in ``ledger_mistakes``."""

    def is_points(row: Row) -> bool:
        return leaves[row.about].scoring is Scoring.POINTS

    def most(row: Row) -> int | None:
        return leaves[row.about].most if is_points(row) else None

    def full(row: Row) -> int | None:
        return leaves[row.about].full if is_points(row) else None

    def unverified(row: Row) -> Spoilt | None:
        return Spoilt("核查得分", "", "gap-verified") if row.text("核查得分") else None

    def unclaimed(row: Row) -> Spoilt | None:
        return Spoilt("自评分", "", "self-score-missing") if row.text("自评分") else None

    def no_option(row: Row) -> Spoilt | None:
        by_words = leaves[row.about].scoring is Scoring.OPTIONS
        return Spoilt("核查得分", "优良", "value-unknown") if by_words else None

    def too_many(row: Row) -> Spoilt | None:
        of = row.text("核查应完成数")
        return Spoilt("核查完成数", str(int(of) + 1), "number-range") if of else None

    def half(row: Row) -> Spoilt | None:
        number = row.text("核查问题数")
        return Spoilt("核查问题数", f"{number}.5", "number-unreadable") if number else None

    def points(row: Row) -> Spoilt:
        leaf = leaves[row.about]
        return Spoilt("分值", format_points(max(leaf.points, leaf.full) + SCALE), "points-mismatch")

    found = [
        one_of("期次", ("第九期",), "period-unknown"), unclaimed, points,
        one_of("指标编号", ("9.99", "Z-1"), "indicator-unknown"), no_option, too_many, half,
        as_above("指标编号", "indicator-duplicate", "单位", "期次"),
        beyond("核查得分", most), beyond("自评分", most), binary_tail("核查得分", is_points),
        as_percent("核查得分", full), no_day("报送日期"),
        misspelt("单位"), short_name("单位", units), spaces("单位"), with_unit("核查得分", is_points),
        wide_digits("自评分"), wide_digits("指标编号"), other_day("报送日期"), spaces("指标编号"),
    ]  # fmt: skip
    others = [other.name for other in component.periods if other.name != period.name]
    if gaps:
        found.append(unverified)
    if others:
        found.append(one_of("期次", others, "form-place"))
    if component.late is not None:
        found.append(left_blank("报送日期", "value-missing"))
    return tuple(found)


def score_mistakes(component: Score, units: Units, *, gaps: bool) -> tuple[Mistake, ...]:
    """The mistakes in a table of scores; ``gaps`` as in ``ledger_mistakes``."""

    def full(row: Row) -> int | None:
        return in_group(component.full_by, units.groups[units.group[row.unit]])

    def always(row: Row) -> bool:
        return True

    found = [
        misspelt("单位"), beyond("得分", full), binary_tail("得分", always), as_percent("得分", full),
        one_of("得分", ("缺考", "良好", "待定"), "number-unreadable"),
        short_name("单位", units), spaces("单位"), with_unit("得分", always), wide_digits("得分"),
    ]  # fmt: skip
    if gaps and component.assessors == Assessors.ONE:
        found.append(left_blank("得分", "gap-score"))
    return tuple(found)
