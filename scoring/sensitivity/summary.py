"""The analysis in plain official Chinese: how firm the first places and the grades are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from scoring.points import SCALE, format_decimals, format_points
from scoring.sensitivity.model import Firmness, GroupFirmness, Move, Span, UnitFirmness

TOP = 3
NAMED = 6
"""So many units are named in a sentence; of more only the number is told."""

Places = Callable[[UnitFirmness], tuple[int, int]]


def title_of(firmness: Firmness, key: str) -> str:
    """The title of a component, or of a part of a combined one."""
    scheme = firmness.result.scheme
    component = scheme.components.get(key) or scheme.leaves()[key]
    return component.title


def score_titles(firmness: Firmness) -> str:
    return "、".join(title_of(firmness, key) for key in firmness.scores)


def weights_case(firmness: Firmness) -> str:
    """权重±5个百分点."""
    return f"权重±{format_points(firmness.weights)}个百分点"


def error_case(firmness: Firmness) -> str:
    """第三方评估±2分."""
    return f"{score_titles(firmness)}±{format_points(firmness.error)}分"


def move_text(firmness: Firmness, move: Move) -> str:
    """自我考核减、第三方评估加."""
    taken = "、".join(title_of(firmness, key) for key in move.taken)
    given = "、".join(title_of(firmness, key) for key in move.given)
    return f"{taken}减，{given}加"


def upwards(value: Fraction, decimals: int = 2) -> str:
    """A least amount with few decimals: rounded up, so that it is still enough.

    >>> upwards(Fraction(10, 3)), upwards(Fraction(1, 2))
    ('3.34', '0.5')
    """
    return format_decimals(-(-(value * 10**decimals) // 1), decimals)


def composite_text(firmness: Firmness, composite: int) -> str:
    return format_decimals(composite, firmness.result.scheme.rounding.decimals, pad=True)


def interval(low: str, high: str) -> str:
    """``low—high``, or the one where they are the same.

    >>> interval("3", "5"), interval("3", "3")
    ('3—5', '3')
    """
    return low if low == high else f"{low}—{high}"


def ranks_text(span: Span) -> str:
    return interval(str(span.best), str(span.worst))


def grades_text(span: Span) -> str:
    """优秀或良好, or the one where they are the same."""
    if span.best_grade == span.worst_grade:
        return span.best_grade
    return f"{span.best_grade}或{span.worst_grade}"


def summary(firmness: Firmness) -> list[str]:
    """One paragraph a group; what was left out comes last."""
    found = [_of_group(firmness, group) for group in firmness.groups]
    if not firmness.result.final:
        left = f"，{_names(firmness.left_out)}没有综合成绩，不在其中" if firmness.left_out else ""
        found.append(f"本次为暂定结果，只分析有综合成绩的单位{left}。")
    return found


def _of_group(firmness: Firmness, group: GroupFirmness) -> str:
    units = group.units
    if len(units) == 1:
        return f"{group.group}：只有1个单位有综合成绩，没有名次可比。"
    parts = []
    if firmness.weights and len(group.weights) > 1:
        kept = _firm(units, lambda u: _ranks(u.weights))
        parts.append(
            f"各部分权重在±{format_points(firmness.weights)}个百分点内变动，"
            + _places(units, lambda u: _ranks(u.weights), kept)
        )
    if firmness.scores:
        alone = _firm(units, lambda u: _ranks(u.alone))
        parts.append(
            f"{score_titles(firmness)}得分有±{format_points(firmness.error)}分误差"
            f"（只有本单位有误差），" + _places(units, lambda u: _ranks(u.alone), alone)
        )
    if not parts:
        return f"{group.group}：没有可以变动的权重和得分误差，名次和等次不变。"
    open_ = [u.unit for u in units if u.both.best_grade != u.both.worst_grade]
    grades = f"等次可能变化的有{_names(open_)}" if open_ else "各单位等次均不变"
    both = "两者兼有且误差最不利时，" if len(parts) > 1 else ""
    return f"{group.group}：" + "；".join([*parts, both + grades]) + "。"


def _ranks(span: Span) -> tuple[int, int]:
    return span.best, span.worst


def _firm(units: Sequence[UnitFirmness], places: Places) -> list[bool]:
    return [places(unit) == (unit.rank, unit.rank) for unit in units]


def _places(units: Sequence[UnitFirmness], places: Places, kept: Sequence[bool]) -> str:
    """前三名均不变，…; the first that may change is named."""
    if all(kept):
        return "各单位名次均不变"
    count = sum(kept)
    some = f"{len(units)}个单位中{count}个名次不变" if count else "没有名次一定不变的单位"
    top = [i for i, unit in enumerate(units) if unit.rank <= TOP]
    if all(kept[i] for i in top):
        return f"前三名均不变，{some}"
    first = next(i for i in top if not kept[i])
    unit, (best, worst) = units[first], places(units[first])
    before = (
        f"第{'、'.join(dict.fromkeys(str(units[i].rank) for i in top[:first]))}名不变，"
        if first
        else ""
    )
    if best == unit.rank:
        move = f"可能降至第{worst}名"
    elif worst == unit.rank:
        move = f"可能升至第{best}名"
    else:
        move = f"可能在第{best}至第{worst}名之间"
    return f"{before}第{unit.rank}名{unit.unit}{move}，{some}"


def _names(units: Sequence[str]) -> str:
    if len(units) <= NAMED:
        return "、".join(units)
    return f"{'、'.join(units[:NAMED])}等{len(units)}个单位"


def notes(firmness: Firmness) -> list[str]:
    """How it was computed and how it is to be read."""
    result = firmness.result
    lines = [
        "本分析只用于内部研判，不改变考核结果。全部按精确数计算，没有随机抽样，同样的数据得出同样的结果；"
        "综合成绩按办法舍入以后再排名次。",
    ]
    if firmness.weights:
        lines.append(
            f"权重变动：把一个部分的权重移给另一个部分，最多{format_points(firmness.weights)}个百分点，"
            "或者几个部分同时变动，每个都不超过这一幅度，合计仍为100%。权重不低于0。组成部分内部的权重不变动。"
        )
        lines.append(how_sure(firmness))
    if firmness.scores:
        lines.append(
            f"得分误差：{score_titles(firmness)}得分比实际高或低，最多{format_points(firmness.error)}分"
            "（百分制），不超出0至100分。“本单位”指只有本单位有误差；“最不利”指本单位偏高时其他单位都偏低，"
            "本单位偏低时其他单位都偏高。直接加减的分不计误差。"
        )
    elif firmness.error:
        lines.append("办法中没有整体报送得分并占权重的部分，不分析得分误差。")
    if any(_by_quota(firmness, group.group) for group in firmness.groups):
        lines.append(
            "等次有名额的，权重变动时的等次按移动途中的每一点判断，兼有误差时按每次移动的两端判断，"
            "不是所有的变动，此外还可能有别的等次；距上一等次、高出下限只按分数计算。"
        )
    lines += [
        "可能互换：两个单位的综合成绩（舍入以前）持平所需的最小变动，按一次方程精确求解，向上取两位小数；"
        "再多变动一点，两者即互换。得分误差一列，指排名靠前的多计、靠后的少计各这么多分。"
        "排名并列的两个单位，任何变动都可能使其分出先后。",
        "成绩相同的名次并列，其后顺延。各类别分别排名。",
    ]
    if not result.final:
        lines.append(
            "暂定结果：有综合成绩的单位一并排列名次，尚未定排名的单位标“*”，不作为正式结果。"
        )
    if firmness.left_out:
        lines.append(f"没有综合成绩、未纳入分析的单位：{'、'.join(firmness.left_out)}。")
    return lines


def how_sure(firmness: Firmness) -> str:
    """What the intervals of ranks hold for, and what they do not say."""
    if any(not group.whole for group in firmness.groups):
        return "组成部分较多，权重变动只计入两个部分之间的移动；几个部分同时变动的，名次可能超出表中区间。"
    both = "，得分误差在幅度内任意组合，" if firmness.scores else "，"
    return (
        f"名次区间是上限：权重在幅度内任意变动{both}名次都不会超出。"
        "区间由每两个单位逐一比较得出，能超过本单位的各单位不一定能同时超过，所以两端的名次不一定都会出现。"
    )


def _by_quota(firmness: Firmness, group: str) -> bool:
    return any(grade.quota for grade in firmness.result.scheme.grades_in(group))


def rank_text(unit: UnitFirmness) -> str:
    """The rank; marked where the result itself does not give one yet."""
    return f"{unit.rank}" if unit.settled else f"{unit.rank}*"


def ties_first(firmness: Firmness) -> tuple[int, int]:
    """How many pairs share a rank, and how many more may change places."""
    tied = sum(swap.tied for swap in firmness.swaps)
    return tied, len(firmness.swaps) - tied


def percent(weight: int) -> str:
    return f"{format_points(weight)}%"


def points_text(ten_thousandths: int) -> str:
    """An error in points, rounded up to two decimals."""
    return upwards(Fraction(ten_thousandths, SCALE))
