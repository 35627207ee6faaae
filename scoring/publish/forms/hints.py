"""填报提示: what is still to be done about a row, as a live formula."""

from __future__ import annotations

from scoring.enums import Scoring
from scoring.points import PLACES, format_points
from scoring.rules import cells as live
from scoring.rules.cells import NOTHING, Live, compare, constant, quoted, when
from scoring.scheme import Leaf, SelfAssessment
from scoring.scheme.parts import Points

NO_EVIDENCE = "缺证明材料"


def hint(
    leaf: Leaf, component: SelfAssessment, own: Live, counts: tuple[Live, ...], evidence: Live
) -> Live:
    """The first thing that a row lacks or that is wrong in it; nothing where it is complete."""
    scored = live.is_number(own)
    proof = when(live.both(live.is_empty(evidence), _wins(leaf, own)), quoted(NO_EVIDENCE), NOTHING)
    if leaf.scoring == Scoring.FRACTION:
        done, of = counts
        return _first(
            [
                (live.either(live.is_empty(done), live.is_empty(of)), "缺完成数或应完成数"),
                (live.negated(live.both(live.is_number(done), live.is_number(of))), "件数应为数字"),
                (live.both(live.is_number(of), compare(of, "<=", constant(0))), "应完成数应大于0"),
                (compare(done, ">", of), "完成数大于应完成数"),
                (live.negated(scored), "件数应为整数"),
            ],
            proof,
        )
    if leaf.scoring == Scoring.EACH:
        (faults,) = counts
        return _first(
            [
                (live.is_empty(faults), "缺问题数"),
                (live.negated(scored), "问题数应为不小于0的整数"),
            ],
            proof,
        )
    options = leaf.indicator.options
    if options:
        known = live.either(*(compare(_trimmed(own), "=", quoted(name)) for name in options))
        wrong = f"应填{'、'.join(options)}"
        return _first([(live.is_empty(own), "缺自评分"), (live.negated(known), wrong)], proof)
    return _first(
        [
            (live.is_empty(own), "缺自评分"),
            (live.negated(scored), "自评分应为数字"),
            (compare(own, ">", constant(leaf.full)), "超过分值"),
            (compare(own, "<", constant(0)), "自评分小于0"),
            (_off_step(own, component.step), _step_text(component.step)),
        ],
        proof,
    )


def _first(faults: list[tuple[Live, str]], otherwise: Live) -> Live:
    for condition, text in reversed(faults):
        otherwise = when(condition, quoted(text), otherwise)
    return otherwise


def _trimmed(cell: Live) -> Live:
    return Live(f"TRIM({cell.text})", cell.value or "")


def _wins(leaf: Leaf, own: Live) -> Live:
    """Whether the row claims any points: only those want evidence."""
    options = leaf.indicator.options
    if options is None:
        return when(live.is_number(own), compare(own, ">", constant(0)), Live("FALSE", False))
    nothing = [name for name, points in options.items() if points == 0]
    if not nothing:
        return live.negated(live.is_empty(own))
    return live.both(*(compare(_trimmed(own), "<>", quoted(name)) for name in nothing))


def _off_step(own: Live, step: Points | None) -> Live:
    """Whether a score is no multiple of the step, or has more decimals than can be distinguished."""
    if step is None:
        return Live(f"ROUND({own.text},{PLACES})<>{own.text}", False, 0)
    parts = f"ROUND({own.text}/{format_points(step)},8)"
    return Live(f"{parts}<>INT({parts})", False, 0)


def _step_text(step: Points | None) -> str:
    return f"最多{PLACES}位小数" if step is None else f"不是{format_points(step)}的整数倍"
