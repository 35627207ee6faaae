"""Appeals filed and answered; what follows from one that is granted is written in the same change."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import scoring
from scoring.portal import clock
from scoring.portal.assessments.folder import LogText
from scoring.portal.assessments.models import Assessment
from scoring.portal.log.chain import By, Facts
from scoring.portal.steps import RefusedError, journal, run

NOTE: Final = "核查说明"


def targets(
    read: scoring.Assessment, result: scoring.Result, unit: str
) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a unit can appeal against, by group, as (key, text): its ledger rows that are not revoked, its
    items that were verified."""
    rows = [
        (f"台账|{row.entry}", f"{row.entry} {row.description[:40]}")
        for row in scoring.ledger_list(read, result, units=[unit])
        if row.revoked is None and row.verification != "false"
    ]
    found = [("平时考核台账", rows)]
    for form in scoring.own_forms(read, unit):
        items = [
            (
                f"{item.component}|{item.period}|{item.code}",
                f"{item.code} {item.title}（自评{item.claim}，核查{item.made.split('；')[0]}）",
            )
            for item in scoring.items_to_verify(read, form.period)
            if (item.unit, item.component) == (unit, form.component) and item.is_verified
        ]
        found.append((f"{form.title}{form.period}", items))
    return [(group, some) for group, some in found if some]


def file(assessment: Assessment, by: By, unit: str, about: str, reason: str) -> str:
    """File an appeal against one of ``targets``; gives its number. Raises RefusedError."""
    kind, *rest = about.split("|")

    def step(folder: Path) -> scoring.Recorded:
        if kind == "台账":
            return scoring.file_appeal(folder, unit, reason, journal(by), entry="|".join(rest))
        period, indicator = rest
        item = (kind, period, indicator)
        return scoring.file_appeal(folder, unit, reason, journal(by), item=item)

    def log_text(made: scoring.Recorded) -> LogText:
        (only,) = made.steps
        return LogText("提出申诉", f"{unit} {only.entry}", after=dict(only.after), reason=reason)

    return run(assessment, by, step, log_text).steps[0].entry


def answer(
    assessment: Assessment,
    by: By,
    state: scoring.AppealState,
    said: str,
    *,
    granted: bool,
    carry_out: bool = False,
    cells: Mapping[str, str] | None = None,
    made: str = "",
) -> None:
    """Answer an appeal. Of one that is granted, with ``carry_out``, the ledger row is revoked, or the item
    verified anew with ``cells`` (it said ``made`` when it was looked at), in the same change. Raises
    RefusedError."""
    row = state.row
    follows: dict[str, Facts] = {}

    def step(folder: Path) -> scoring.Recorded:
        follows.clear()
        done = scoring.answer_appeal(folder, row.number, granted, said, journal(by, said))
        if granted and carry_out and not done.refused:
            if row.entry is not None:
                _revoke(folder, by, state, said, follows)
            else:
                _verify(folder, state, said, cells or {}, made, follows)
        return done

    def log_text(done: scoring.Recorded) -> LogText:
        (only,) = done.steps
        after: Facts = {**only.after, **follows}
        before: Facts = dict(only.before or {})
        return LogText("答复申诉", f"{row.unit} {row.number}", before, after, said)

    run(assessment, by, step, log_text)


def _revoke(
    folder: Path, by: By, state: scoring.AppealState, said: str, follows: dict[str, Facts]
) -> None:
    entry = state.row.entry
    assert entry is not None
    reason = f"申诉{state.row.number}：{said}"
    made = scoring.revoke_entries(folder, [entry], clock.today(), journal(by, reason))
    if made.refused:
        raise RefusedError(*(problem.message() for problem in made.problems))
    for one in made.steps:
        follows[entry] = dict(one.after)


def _verify(
    folder: Path,
    state: scoring.AppealState,
    said: str,
    cells: Mapping[str, str],
    made: str,
    follows: dict[str, Facts],
) -> None:
    row, item = state.row, state.item
    assert row.period is not None
    assert row.indicator is not None
    before = (item.verified_note or "") if item else ""
    note = "；".join(filter(None, (before, f"经申诉{row.number}复核：{said}")))
    finding = scoring.ItemFinding(
        row.component, row.unit, row.period, row.indicator, {**cells, NOTE: note}, made
    )
    merge = scoring.verify_items(folder, [finding])
    if merge.refused:
        raise RefusedError(*(problem.message() for problem in merge.problems))
    follows |= {f"{row.period} {row.indicator} {c.column}": c.new for c, _ in merge.changes}
