"""更正: a published result corrected, by the same steps as the first one, with a reason for it.

The papers are those of ``kaohe grade --corrects`` and ``kaohe feedback``; what was published before stays
as it was.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from django.db import transaction

import scoring
from scoring.portal import clock
from scoring.portal.accounts.models import Account
from scoring.portal.assessments.corrections import (
    FEEDBACK,
    FINAL,
    papers_folder,
    published,
    under_way,
)
from scoring.portal.assessments.folder import LogText, change, contents_of, files_of, save
from scoring.portal.assessments.models import Assessment, Correction, CorrectionStep
from scoring.portal.assessments.state import load
from scoring.portal.ledger.models import Decision, Report
from scoring.portal.log.chain import By, Facts, write
from scoring.portal.results.grading import (
    GradingError,
    is_published,
    read_folder,
    refused_for,
    said_of,
    state_of,
)

LONGEST_REASON = 500


def corrected_folder(assessment: Assessment) -> str:
    """The folder of what is published by now: what the next correction corrects."""
    before = published(assessment)
    return papers_folder(before[-1].number) if before else FINAL


@transaction.atomic
def open_correction(
    assessment: Assessment, account: Account, by: By, units: Sequence[str], reason: str
) -> Correction:
    """Open a correction for ``units``, graded ones by their full names, with a reason. Raises GradingError."""
    held = Assessment.objects.select_for_update().get(pk=assessment.pk)
    if not is_published(held):
        raise GradingError("结果还没有公布，不用更正。")
    if under_way(held) is not None:
        raise GradingError("已有一次更正在办理，请先办完。")
    reason = reason.strip()
    if not reason:
        raise GradingError("请写明更正的理由。")
    if len(reason) > LONGEST_REASON:
        raise GradingError(f"理由最多{LONGEST_REASON}字。")
    known = [unit.name for unit in load(held).assessment.units.graded()]
    if not units or not set(units) <= set(known):
        raise GradingError("请选择更正涉及的单位。")
    found = Correction.objects.create(
        assessment=held, number=len(published(held)) + 1, reason=reason,
        units=[unit for unit in known if unit in set(units)], files=files_of(held),
        opened_by=account, opened_at=clock.now(),
    )  # fmt: skip
    after: Facts = {"单位": found.units, "文件": state_of(found.files)}
    write(replace(by, correction=found.number), "开始更正", about=held.folder, year=held.year,
          after=after, reason=reason)  # fmt: skip
    return found


def comparison(assessment: Assessment) -> scoring.Comparison | None:
    """What a correction that is open changes by now beside what is published; None where it is nothing yet,
    or nothing can be computed."""
    try:
        loaded = load(assessment)
        result = scoring.score_assessment(loaded.assessment)
        return scoring.compare_with_earlier(result, loaded.folder / corrected_folder(assessment))
    except (scoring.AssessmentError, scoring.YearError):
        return None


def propose_correction(assessment: Assessment, account: Account, by: By) -> None:
    """The corrected papers, laid before a second person. Raises GradingError, and what ``change`` raises."""
    found = _held(assessment, CorrectionStep.OPEN, "没有在办理的更正。")
    within = replace(by, correction=found.number)

    def work(folder: Path) -> None:
        read = read_folder(folder)
        result = scoring.score_assessment(read)
        if not result.final or any(one.standing == "open" for one in scoring.appeal_list(read)):
            raise refused_for(result, read)
        earlier, out = folder / corrected_folder(assessment), folder / papers_folder(found.number)
        try:
            moved = scoring.compare_with_earlier(result, earlier)
            scoring.publish_correction(result, read, moved, earlier, out)
            scoring.publish_feedback(result, read, out / FEEDBACK)
        except scoring.YearError as error:
            # Its paths are those of a copy that nobody sees.
            raise GradingError(f"{str(error).replace(f'{folder}{os.sep}', '')}。") from error
        except scoring.TemplateFaultError as error:
            raise GradingError("模板有错误：", said_of(error.problems)) from error

    def also(_: None) -> None:
        held = _held(assessment, CorrectionStep.OPEN, "没有在办理的更正。")
        held.step = CorrectionStep.PROPOSED
        held.proposed_by, held.proposed_at = account, clock.now()
        held.save()

    change(
        assessment, within, work, lambda _: LogText("提请审定更正", assessment.folder), also=also
    )
    Correction.objects.filter(pk=found.pk).update(state=state_of(files_of(assessment)))


@transaction.atomic
def withdraw_correction(assessment: Assessment, by: By, reason: str) -> None:
    """Take a proposal back, with the reason: the correction is open again, its papers are gone. Raises
    GradingError."""
    _lock(assessment)
    found = _held(assessment, CorrectionStep.PROPOSED, "没有待审定的更正。")
    if not reason.strip():
        raise GradingError("请写明撤回的理由。")
    found.step, found.state = CorrectionStep.OPEN, ""
    found.proposed_by, found.proposed_at = None, None
    found.save()
    before = files_of(assessment)
    inside = f"{papers_folder(found.number)}/"
    gone = [way for way in before if way.startswith(inside)]
    log_text = LogText("撤回提请更正", assessment.folder, reason=reason.strip())
    save(assessment, replace(by, correction=found.number), before, {}, log_text, gone=gone)


@transaction.atomic
def drop_correction(assessment: Assessment, by: By, reason: str) -> None:
    """Give an open correction up, with the reason: every file is again what it was before. Raises
    GradingError."""
    _lock(assessment)
    found = _held(assessment, CorrectionStep.OPEN, "没有在办理的更正，或已提请审定（请先撤回）。")
    if not reason.strip():
        raise GradingError("请写明放弃的理由。")
    before = files_of(assessment)
    back = {way: sha for way, sha in found.files.items() if before.get(way) != sha}
    log_text = LogText("放弃更正", assessment.folder, reason=reason.strip())
    within = replace(by, correction=found.number)
    gone = before.keys() - found.files.keys()
    if back or gone:
        save(assessment, within, before, dict(contents_of(assessment, back)), log_text, gone=gone)
    else:
        write(
            within,
            log_text.what,
            about=log_text.about,
            year=assessment.year,
            reason=log_text.reason,
        )
    # What was decided of units' reports within it is in no file.
    Report.objects.filter(assessment=assessment, decided_at__gte=found.opened_at).update(
        decision=Decision.OPEN, reason="", decided_at=None, decided_by=""
    )
    found.step, found.dropped_at = CorrectionStep.DROPPED, clock.now()
    found.save()


@transaction.atomic
def approve_correction(assessment: Assessment, account: Account, by: By) -> None:
    """A second person approves the corrected papers; nothing changes from then on. Raises GradingError for
    the same person, or where a file changed meanwhile."""
    _lock(assessment)
    found = _held(assessment, CorrectionStep.PROPOSED, "没有待审定的更正。")
    if found.proposed_by is None or found.proposed_by.pk == account.pk:
        raise GradingError("提请人不能自己审定，请由另一位同志审定。")
    if state_of(files_of(assessment)) != found.state:
        raise GradingError("提请以后资料又有改动，请撤回后重新提请。")
    found.step, found.approved_by, found.approved_at = (
        CorrectionStep.APPROVED, account, clock.now(),
    )  # fmt: skip
    found.save()
    after: Facts = {"文件": found.state, "提请人": found.proposed_by.name}
    write(replace(by, correction=found.number), "审定更正", about=assessment.folder,
          year=assessment.year, after=after)  # fmt: skip


@transaction.atomic
def publish_the_correction(assessment: Assessment, by: By) -> None:
    """Show the approved correction to the units, beside what they saw before. Raises GradingError."""
    _lock(assessment)
    found = _held(assessment, CorrectionStep.APPROVED, "更正还没有审定，或已经公布。")
    found.step, found.published_at = CorrectionStep.PUBLISHED, clock.now()
    found.save()
    write(
        replace(by, correction=found.number),
        "公布更正",
        about=assessment.folder,
        year=assessment.year,
    )


def _lock(assessment: Assessment) -> None:
    """Hold the year until the transaction ends: no file of it changes meanwhile."""
    Assessment.objects.select_for_update().get(pk=assessment.pk)


def _held(assessment: Assessment, step: CorrectionStep, otherwise: str) -> Correction:
    found = Correction.objects.filter(assessment=assessment, step=step).first()
    if found is None:
        raise GradingError(otherwise)
    return found
