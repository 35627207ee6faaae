"""What would lift a unit, or lower it, in a phrase."""

from __future__ import annotations

from scoring.inquiry.improvements import Kind, Shift
from scoring.score import Result
from scoring.wording.scheme import rule_of
from scoring.wording.scores import amount_text


def shift_text(result: Result, shift: Shift) -> str:
    """What would be otherwise, in a phrase."""
    if shift.kind == Kind.RULE:
        entry = shift.entries[0]
        rule = rule_of(result.scheme, entry.component, entry.rule)
        cost = amount_text(sum(e.deduction for e in shift.entries), result.scheme)
        return f"扣分项{rule.code}“{rule.title}”{len(shift.entries)}件共扣{cost}分"
    if shift.entries:
        entry = shift.entries[0]
        return f"撤销{entry.entry}（扣分项{entry.rule}，扣{amount_text(entry.deduction, result.scheme)}分）"
    first = shift.items[0]
    lost = "、".join(
        f"{i.period}失{amount_text(i.points - (i.counted or 0), result.scheme)}分"
        for i in shift.items
    )
    return f"{first.indicator}{first.title}得满分（{lost}）"
