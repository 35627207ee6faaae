"""A step of the library as a change of an assessment: done whole, or refused with what stands in the way."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TypeVar

import scoring
from scoring.portal import clock
from scoring.portal.assessments.corrections import FROZEN, FrozenError
from scoring.portal.assessments.folder import LogText, MovedError, change
from scoring.portal.assessments.models import Assessment
from scoring.portal.log.chain import By

__all__ = ["FROZEN", "MOVED", "Made", "RefusedError", "journal", "run"]

MOVED = "别人刚刚改动了同一内容，没有保存。请刷新页面后再试。"
_OPTION = re.compile(r"[，。]?(请用|要改的，核对后加) --[^；]*")

_TURN = threading.Lock()


class RefusedError(ValueError):
    """What was asked for is not done, and nothing was changed; ``said`` is why, in Chinese."""

    def __init__(self, *said: str) -> None:
        super().__init__("；".join(said))
        self.said = said


class Made(Protocol):
    """What a step of the library gives: done, or refused for its problems."""

    @property
    def refused(self) -> bool: ...

    @property
    def problems(self) -> tuple[scoring.Problem, ...]: ...


M = TypeVar("M", bound=Made)


def in_a_page(problem: scoring.Problem) -> str:
    """What a problem says, without the cell of a workbook that whoever uses a browser does not see.

    >>> from scoring.problems import Place, Problem
    >>> in_a_page(Problem("date-order", Place("督查组.xlsx", "台账", 6, "F", "整改期限"), "2025-03-01"))
    '[错误] “整改期限” 日期先后矛盾：现为“2025-03-01”。改法：核对两个日期。'
    """
    place = problem.place._replace(sheet=None, row=None, column=None)
    return replace(problem, place=place).message()


def journal(by: By, reason: str = "") -> scoring.By:
    """Who does it, when and why, as the library's journal has it."""
    return scoring.By(by.who, clock.now(), reason)


def run(
    assessment: Assessment,
    by: By,
    step: Callable[[Path], M],
    log_text: Callable[[M], LogText],
    *,
    also: Callable[[M], None] = lambda made: None,
) -> M:
    """Let a step of the library change the assessment (``assessments.folder.change``). Raises
    RefusedError where the step refuses, the year is frozen, or others kept changing it."""

    def work(folder: Path) -> M:
        try:
            made = step(folder)
        except scoring.RecordError as error:
            said = [in_a_page(problem) for problem in error.problems]
            # What to write on the command line says nothing to whoever uses a browser.
            raise RefusedError(*said, f"{_OPTION.sub('', str(error))}。") from None
        if made.refused:
            raise RefusedError(*(in_a_page(problem) for problem in made.problems))
        return made

    try:
        # Each rests on the whole folder: one after the other, none is made again for another one.
        with _TURN:
            return change(assessment, by, work, log_text, also=also)
    except FrozenError as error:
        raise RefusedError(str(error)) from None
    except MovedError:
        raise RefusedError(MOVED) from None
