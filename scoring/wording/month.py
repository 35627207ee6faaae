"""What 月排名 says in its workbook and on its page: title, notes, how scores and ranks changed."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.intake.assessment import Assessment
from scoring.monitoring.monthly import Monthly, Standing, mean
from scoring.points import format_decimals
from scoring.score import Result
from scoring.wording.bulletin import days_text, moved_text, window_name
from scoring.wording.numbers import BLANK, day, units_text
from scoring.wording.official import half_up, official


def title_parts(found: Monthly, assessment: Assessment) -> tuple[str, ...]:
    """示例市2024年6月 政府信息公开工作 平时考核 月排名: a title by its phrases."""
    region, subject = assessment.settings.region or "", assessment.scheme.subject
    return (f"{region}{window_name(found.window)}", subject, "平时考核", "月排名")


def title(found: Monthly, assessment: Assessment) -> str:
    """The title in full."""
    return "".join(title_parts(found, assessment))


def score(count: int | None, result: Result) -> str:
    """A published score with the scheme's decimals, or a dash."""
    return (
        BLANK
        if count is None
        else format_decimals(count, result.scheme.rounding.decimals, pad=True)
    )


def change(unit: Standing, result: Result) -> str:
    """How the score changed since a month ago: +1.50, −3.00, 0.00; a dash where there was none."""
    if len(unit.scores) < 2 or unit.score is None or unit.scores[-2] is None:
        return BLANK
    by = unit.score - unit.scores[-2]
    sign = "+" if by > 0 else "−" if by < 0 else ""
    return sign + score(abs(by), result)


def summary(found: Monthly, result: Result) -> list[str]:
    """What the month came to, a sentence a group."""
    texts = []
    for group, units in found.groups:
        there = [u.score for u in units if u.score is not None]
        text = f"{units_text(len(units), group)}"
        if not there:
            texts.append(official(f"{text}，因台账有缺项暂无成绩。"))
            continue
        average = mean(there)
        assert average is not None
        text += (
            f"，平均{score(half_up(average), result)}分，最高{score(max(there), result)}分，"
            f"最低{score(min(there), result)}分"
        )
        new, closed, overdue = (
            sum(getattr(u.tally, name) for u in units)
            for name in ("new", "closed", "still_overdue")
        )
        text += f"；本月新增问题{new}个，办结{closed}个，月末逾期未办结{overdue}个"
        risen = [u for u in units if u.up is not None and u.up > 0]
        fallen = [u for u in units if u.up is not None and u.up < 0]
        if risen or fallen:
            text += f"；名次上升{len(risen)}个单位，下降{len(fallen)}个单位"
        elif len(found.windows) > 1:
            text += "；名次没有变化"
        texts.append(official(text + "。"))
    return texts


def notes(found: Monthly, result: Result) -> list[str]:
    """How the numbers are to be read."""
    titles = "、".join(c.title for c in result.scheme.leaves().values())
    texts = [
        f"成绩为{titles}截至{day(result.as_of)}的得分，从年初起累计，在各类别内排名，得分相同的名次并列。",
        "各月成绩为月末的得分（本月为截至日期的得分），按当时已知的整改、核实和撤销计算，以后不再变动。",
    ]
    if any(unit.gaps for _, units in found.groups for unit in units):
        texts.append("标“—”或“*”的单位，台账中有待核实或未写整改期限的问题，成绩和名次未定。")
    return [official(text) for text in texts]


def course(unit: Standing, months: Sequence[str], result: Result) -> str:
    """The scores of the months in words, for those who cannot see the picture."""
    said = "，".join(f"{m}{score(s, result)}" for m, s in zip(months, unit.scores, strict=True))
    return f"{unit.unit}：{said}；名次{moved_text(unit.up)}"


def under(found: Monthly, result: Result) -> str:
    """The line under the title."""
    return f"{days_text(found.window)}；截至{day(result.as_of)}"
