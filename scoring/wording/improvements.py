"""What would lift a unit, or lower it, in a phrase."""

from __future__ import annotations

from scoring.inquiry.levers import Kind, Lever
from scoring.score import Result
from scoring.wording.scheme import rule_of
from scoring.wording.scores import amount_text


def lever_text(result: Result, lever: Lever) -> str:
    """What would be otherwise, in a phrase."""
    if lever.kind == Kind.RULE:
        entry = lever.entries[0]
        rule = rule_of(result.scheme, entry.component, entry.rule)
        cost = amount_text(sum(e.deduction for e in lever.entries), result.scheme)
        return f"扣分项{rule.code}“{rule.title}”{len(lever.entries)}件共扣{cost}分"
    if lever.entries:
        entry = lever.entries[0]
        return f"撤销{entry.entry}（扣分项{entry.rule}，扣{amount_text(entry.deduction, result.scheme)}分）"
    first = lever.items[0]
    lost = "、".join(
        f"{i.period}失{amount_text(i.points - (i.counted or 0), result.scheme)}分"
        for i in lever.items
    )
    return f"{first.indicator}{first.title}得满分（{lost}）"
