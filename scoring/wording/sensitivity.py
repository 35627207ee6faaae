"""The analysis in plain official Chinese: how robust the first places and the grades are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scoring.enums import Said
from scoring.points import SCALE, Amount, format_decimals, format_points
from scoring.rules.grading import has_quotas
from scoring.scheme.model import by_points
from scoring.sensitivity.model import GroupRobustness, Move, Robustness, Span, UnitRobustness
from scoring.sensitivity.trials import conditional
from scoring.wording.scheme import ranks_text as ranks_after

TOP = 3
NAMED = 6
"""So many units are named in a sentence; of more only the number is given."""


@dataclass(frozen=True)
class Case:
    """What was varied, and what a unit comes to then."""

    title: str
    of: Callable[[UnitRobustness], Span]


def cases(robustness: Robustness) -> list[Case]:
    """What was varied, the least first; where there was nothing to vary, the result as it is."""
    found = [Case(weights_case(robustness), lambda u: u.weights)] if robustness.moved else []
    if robustness.scores:
        error = error_case(robustness)
        found.append(Case(f"{error}（本单位）", lambda u: u.alone))
        found.append(Case(f"{error}（最不利）", lambda u: u.against))
    if robustness.moved and robustness.scores:
        found.append(Case("两者兼有（最不利）", lambda u: u.both))
    return found or [Case("不变动", lambda u: u.weights)]


def title_of(robustness: Robustness, key: str) -> str:
    """The title of a component, or of a part of a combined one."""
    return dict(robustness.result.scheme.every())[key].title


def score_titles(robustness: Robustness) -> str:
    return "、".join(title_of(robustness, key) for key in robustness.scores)


def weights_case(robustness: Robustness) -> str:
    """权重±5个百分点."""
    return f"权重±{format_points(robustness.weights)}个百分点"


def error_case(robustness: Robustness) -> str:
    """第三方评估±2分."""
    return f"{score_titles(robustness)}±{format_points(robustness.error)}分"


def move_text(robustness: Robustness, move: Move) -> str:
    """自我考核减，第三方评估加."""
    return f"{title_of(robustness, move.taken)}减，{title_of(robustness, move.given)}加"


def upwards(ten_thousandths: Amount) -> str:
    """A least amount of points or percent with two decimals: rounded up, so that it is still enough.

    >>> upwards(Fraction(100_000, 3)), upwards(5_000)
    ('3.34', '0.5')
    """
    return format_decimals(-(-Fraction(ten_thousandths) * 100 // SCALE), 2)


def composite_text(robustness: Robustness, composite: int) -> str:
    return format_decimals(composite, robustness.result.scheme.rounding.decimals, pad=True)


def interval(low: str, high: str) -> str:
    """``low—high``, or the one where they are the same.

    >>> interval("3", "5"), interval("3", "3")
    ('3—5', '3')
    """
    return low if low == high else f"{low}—{high}"


def ranks_text(span: Span) -> str:
    return interval(str(span.best), str(span.worst))


def grades_text(span: Span) -> str:
    """优秀、良好或合格, or the one where there is one; nothing in a scheme without grades."""
    if not span.grades:
        return ""
    *others, last = span.grades
    return f"{'、'.join(others)}或{last}" if others else last


def rank_text(unit: UnitRobustness) -> str:
    """The rank; marked where the result itself does not give one yet."""
    return f"{unit.rank}" if unit.settled else f"{unit.rank}*"


# 结论


def summary(robustness: Robustness) -> list[str]:
    """One paragraph a group; what was left out comes last."""
    found = [_of_group(robustness, group) for group in robustness.groups]
    if not robustness.result.final:
        left = (
            f"，{_names(robustness.left_out)}没有综合成绩，不在其中" if robustness.left_out else ""
        )
        found.append(f"本次为暂定结果，只分析有综合成绩的单位{left}。")
    return found


def _of_group(robustness: Robustness, group: GroupRobustness) -> str:
    units, graded = group.units, bool(robustness.result.scheme.grades)
    if len(units) == 1:
        return f"{group.group}：只有1个单位参加排名，没有名次可比。"
    parts = []
    if group.effects:
        moved = f"任意两个部分之间移动权重不超过{format_points(robustness.weights)}个百分点"
        parts.append(f"{moved}，{_places(units, lambda u: u.weights)}")
    if robustness.scores:
        off = f"{score_titles(robustness)}得分有±{format_points(robustness.error)}分误差"
        parts.append(f"{off}（只有本单位有误差），{_places(units, lambda u: u.alone)}")
    if not parts:
        places = "名次和等次" if graded else "名次"
        return f"{group.group}：没有可以变动的权重和得分误差，{places}不变。"
    if not graded:
        return f"{group.group}：{'；'.join(parts)}。"
    open_ = [u.unit for u in units if len(u.both.grades) > 1]
    grades = f"等次可能变化的有{_names(open_)}" if open_ else "各单位等次均不变"
    worst = "两者兼有且误差最不利时，" if group.effects else "误差最不利时，"
    return (
        f"{group.group}："
        + "；".join([*parts, (worst if robustness.scores else "") + grades])
        + "。"
    )


def _places(units: Sequence[UnitRobustness], of: Callable[[UnitRobustness], Span]) -> str:
    """前三名均不变，…; the first that may change is named."""
    kept = [of(unit).best == of(unit).worst == unit.rank for unit in units]
    if all(kept):
        return "各单位名次均不变"
    count = sum(kept)
    some = f"{len(units)}个单位中{count}个名次不变" if count else "没有名次不变的单位"
    top = [i for i, unit in enumerate(units) if unit.rank <= TOP]
    if all(kept[i] for i in top):
        return f"前三名均不变，{some}"
    first = next(i for i in top if not kept[i])
    unit, span = units[first], of(units[first])
    firm = "、".join(dict.fromkeys(str(units[i].rank) for i in top[:first]))
    if span.best == unit.rank:
        change = f"可能降至第{span.worst}名"
    elif span.worst == unit.rank:
        change = f"可能升至第{span.best}名"
    else:
        change = f"可能在第{span.best}至第{span.worst}名之间"
    return f"{f'第{firm}名不变，' if firm else ''}第{unit.rank}名{unit.unit}{change}，{some}"


def _names(units: Sequence[str]) -> str:
    if len(units) <= NAMED:
        return "、".join(units)
    return f"{'、'.join(units[:NAMED])}等{len(units)}个单位"


# 说明


def notes(robustness: Robustness) -> list[str]:
    """How it was found and how it is to be read."""
    scheme = robustness.result.scheme
    places = "定等次、排名次" if scheme.grades else "排名次"
    lines = [
        f"本分析只用于内部研判，不改变考核结果。每次试算都按办法重新计算综合成绩，舍入以后{places}；"
        "没有随机抽样，同样的数据得出同样的结果。"
    ]
    if robustness.moved:
        lines.append(how_tried(robustness))
    elif robustness.weights:
        lines.append(
            "办法没有可以在两个部分之间移动的权重（各部分按分值相加，或只有一个部分占权重），不分析权重变动。"
        )
    if robustness.scores:
        lines.append(_of_errors(robustness))
    elif robustness.error:
        lines.append("办法中没有整体报送得分的部分（直接加减的分除外），不分析得分误差。")
    if any(has_quotas(scheme, group.group) for group in robustness.groups):
        lines.append(
            "等次有名额的，只列试算中出现的等次，此外还可能有别的等次；距上一等次、高出下限只按分数计算。"
        )
    if robustness.moved or robustness.scores:
        lines.append(_of_swaps(robustness))
    lines.append(f"成绩相同的名次并列，{ranks_after(scheme.ranks)}。各类别分别排名。")
    if not robustness.result.final:
        lines.append(
            "暂定结果：有综合成绩的单位一并排列名次，尚未定排名的单位标“*”，不作为正式结果。"
        )
    if robustness.left_out:
        lines.append(f"没有综合成绩、未纳入分析的单位：{'、'.join(robustness.left_out)}。")
    if robustness.unranked:
        held = {u.unit: u.held for u in robustness.result.units}
        vetoed = all(any(c.said == Said.VETO for c in held[name]) for name in robustness.unranked)
        why = "被一票否决、" if vetoed else ""
        lines.append(f"{why}不参加排名、未纳入分析的单位：{'、'.join(robustness.unranked)}。")
    return lines


def how_tried(robustness: Robustness) -> str:
    """Which moves of weight were tried."""
    return (
        f"权重变动：每次把一个部分的权重移给另一个部分，最多{format_points(robustness.weights)}个百分点，"
        "不超过它原有的权重；从1个百分点起逐个百分点试算到最多，两次试算之间的不再细分。"
        "几个部分同时变动、组成部分内部的权重变动，不在其中。"
    )


def _of_errors(robustness: Robustness) -> str:
    most = format_points(robustness.error)
    points = by_points(robustness.result.scheme.components)
    scale = "不低于0分、不超过满分" if points else "百分制，不超出0至100分"
    tried = "逐分试算" if conditional(robustness.result.scheme) else "按最高和最低试算"
    return (
        f"得分误差：{score_titles(robustness)}得分比实际高或低，最多{most}分（{scale}），{tried}。"
        "“本单位”指只有本单位有误差；“最不利”指本单位偏高时其他单位都偏低，本单位偏低时其他单位都偏高。"
        "直接加减的分不计误差。"
    )


def _of_swaps(robustness: Robustness) -> str:
    said = "可能互换：名次相邻的两个单位，综合成绩（舍入以前）持平所需的最少变动，向上取两位小数，再多变动一点两者即互换。"
    if robustness.moved:
        said += (
            "权重一列由两端的成绩按比例精确求出；有缺项由其余部分折算、或者达到一定分数才加减分的，"
            "取试算中最少的百分点。"
        )
    if robustness.scores:
        said += "得分误差一列，指排名靠前的多计、靠后的少计各这么多分。"
    return said + "排名并列的两个单位，任何变动都可能使其分出先后。"
