"""From the folder to its papers, and from papers to a published result: each step once."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from django.db import transaction

import scoring
from scoring.portal import clock
from scoring.portal.accounts.models import Account
from scoring.portal.assessments.corrections import FEEDBACK, FINAL, PROVISIONAL
from scoring.portal.assessments.folder import Files, LogText, change, files_of
from scoring.portal.assessments.models import Assessment
from scoring.portal.log.chain import By, Facts, write
from scoring.portal.results.models import FinalResult, Step

FOR_UNITS: Final = ("通报.docx", "通报.html", "通报附表.xlsx")
"""Papers that every unit gets once they are published."""


class GradingError(Exception):
    """A step that is not possible now; the message says why, in Chinese. ``problems`` stand in the way."""

    def __init__(self, said: str, problems: list[str] | None = None) -> None:
        super().__init__(said)
        self.problems = problems or []


def final_result(assessment: Assessment) -> FinalResult | None:
    """The year's final result, if one was proposed."""
    return FinalResult.objects.filter(assessment=assessment).first()


def state_of(files: Files) -> str:
    """A hash over all files of a folder."""
    text = "\n".join(f"{sha} {way}" for way, sha in sorted(files.items()))
    return hashlib.sha256(text.encode()).hexdigest()


def make_provisional(assessment: Assessment, by: By) -> None:
    """The papers of ``kaohe grade --provisional`` as of today, into 暂定结果. Raises GradingError, and what
    ``change`` raises."""
    if final_result(assessment) is not None:
        raise GradingError("正式结果已提请审定，不再出暂定结果。")

    def work(folder: Path) -> None:
        read = read_folder(folder)
        day = min(clock.today(), read.settings.as_of_day())
        result = scoring.score_assessment(read, day, final=False)
        _published(result, read, folder / PROVISIONAL, provisional=True)

    change(assessment, by, work, lambda _: LogText("生成暂定结果", assessment.folder))


def propose(assessment: Assessment, account: Account, by: By) -> None:
    """The final papers and the feedback of every unit, as ``kaohe grade`` and ``kaohe feedback`` write them,
    laid before a second person. Raises GradingError with all that stands against a final result."""
    if final_result(assessment) is not None:
        raise GradingError("已有一份正式结果在审定或已审定。")

    def work(folder: Path) -> None:
        read = read_folder(folder)
        last = read.settings.as_of_day()
        if clock.today() <= last:
            raise GradingError(
                f"本年度到{last.year}年{last.month}月{last.day}日才结束，现在只能出暂定结果。"
            )
        result = scoring.score_assessment(read)
        _published(result, read, folder / FINAL, provisional=False)
        scoring.publish_feedback(result, read, folder / FEEDBACK)

    def also(_: None) -> None:
        FinalResult.objects.create(
            assessment=assessment, state="", proposed_by=account, proposed_at=clock.now()
        )

    change(assessment, by, work, lambda _: LogText("提请审定", assessment.folder), also=also)
    FinalResult.objects.filter(assessment=assessment).update(state=state_of(files_of(assessment)))


def read_folder(folder: Path) -> scoring.Assessment:
    """The folder as the library reads it; raises GradingError."""
    try:
        return scoring.load_assessment(folder, provisional=True)
    except scoring.AssessmentError as error:
        raise GradingError("考核文件夹有错误。", said_of(error.problems)) from error


def refused_for(result: scoring.Result, read: scoring.Assessment) -> GradingError:
    """The error of a result that cannot be final: with all that stands against it."""
    return GradingError("还不能出正式结果：", said_of(scoring.all_problems(result, read)))


def _published(
    result: scoring.Result, read: scoring.Assessment, out: Path, *, provisional: bool
) -> None:
    try:
        scoring.publish_results(result, read, out, provisional=provisional)
    except scoring.NotFinalError as error:
        raise GradingError("还不能出正式结果：", said_of(error.problems)) from error
    except scoring.TemplateFaultError as error:
        raise GradingError("模板有错误：", said_of(error.problems)) from error


def said_of(problems: list[scoring.Problem]) -> list[str]:
    """Problems as a page lists them."""
    return [f"{problem.place.file} {problem.message()}" for problem in problems]


@transaction.atomic
def withdraw(assessment: Assessment, by: By, reason: str) -> None:
    """Take a proposal back, with the reason; its papers stay until the next ones. Raises GradingError."""
    found = _held(assessment, Step.PROPOSED, "没有待审定的结果。")
    if not reason.strip():
        raise GradingError("请写明撤回的理由。")
    found.delete()
    write(by, "撤回提请", about=assessment.folder, year=assessment.year, reason=reason.strip())


@transaction.atomic
def approve(assessment: Assessment, account: Account, by: By) -> None:
    """A second person approves what was proposed; from then on nothing of the year changes. Raises
    GradingError for the same person, or where a file changed meanwhile."""
    held = Assessment.objects.select_for_update().get(pk=assessment.pk)
    found = _held(held, Step.PROPOSED, "没有待审定的结果。")
    if found.proposed_by.pk == account.pk:
        raise GradingError("提请人不能自己审定，请由另一位同志审定。")
    if state_of(files_of(held)) != found.state:
        raise GradingError("提请以后资料又有改动，请撤回后重新提请。")
    found.step, found.approved_by, found.approved_at = Step.APPROVED, account, clock.now()
    found.save()
    held.frozen = True
    held.save()
    after: Facts = {"文件": found.state, "提请人": found.proposed_by.name}
    write(by, "审定", about=held.folder, year=held.year, after=after)


@transaction.atomic
def publish(assessment: Assessment, by: By) -> None:
    """Show the approved result to the units: circular, annex, and to each its own feedback. Raises
    GradingError."""
    found = _held(assessment, Step.APPROVED, "结果还没有审定，或已经公布。")
    found.step, found.published_at = Step.PUBLISHED, clock.now()
    found.save()
    write(by, "公布", about=assessment.folder, year=assessment.year)


def _held(assessment: Assessment, step: Step, otherwise: str) -> FinalResult:
    found = FinalResult.objects.select_for_update().filter(assessment=assessment, step=step).first()
    if found is None:
        raise GradingError(otherwise)
    return found


def is_published(assessment: Assessment) -> bool:
    """Whether the units may see the year's result."""
    found = final_result(assessment)
    return found is not None and found.step == Step.PUBLISHED
