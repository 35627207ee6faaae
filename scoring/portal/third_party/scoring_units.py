"""Scores of an assessor, put into his workbook of the folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import scoring
from scoring.portal.assessments.corrections import outside, under_way
from scoring.portal.assessments.folder import LogText, MovedError, save
from scoring.portal.assessments.models import Assessment
from scoring.portal.assessments.state import load
from scoring.portal.log.chain import By, Facts

_ATTEMPTS: Final = 5
LONGEST: Final = 500
Given = Mapping[str, tuple[str, str]]
"""By unit its score and note, as they were typed."""


class ScoreError(Exception):
    """Nothing was saved; ``by_unit`` says what is wrong with which score, in Chinese."""

    def __init__(self, said: str, by_unit: Mapping[str, str] | None = None) -> None:
        super().__init__(said)
        self.by_unit = by_unit or {}


def _check_correction(assessment: Assessment, by: By, units: Iterable[str]) -> None:
    """Raise FrozenError where scores of other units than its own would change within a correction."""
    found = None if by.correction is None else under_way(assessment)
    others = [] if found is None else [unit for unit in units if unit not in found.units]
    if found is not None and others:
        raise outside(found, others)


def record(assessment: Assessment, component: str, assessor: str, given: Given, by: By) -> int:
    """Put scores into the assessor's file, all of them or none; gives how many changed. Raises ScoreError,
    FrozenError, MovedError, ``scoring.NoScoresError``."""
    if any(len(note) > LONGEST for _, note in given.values()):
        raise ScoreError(f"备注最多{LONGEST}字。")
    for _ in range(_ATTEMPTS):
        loaded = load(assessment)
        lines = scoring.score_lines(loaded.assessment, component, assessor)
        before = {line.unit: (line.score, line.note) for line in lines}
        if given.keys() - before.keys():
            raise ScoreError("没有这个单位，请刷新页面。")
        changed = {unit: said for unit, said in given.items() if said != before[unit]}
        if not changed:
            return 0
        _check_correction(assessment, by, changed)
        made = scoring.record_scores(loaded.assessment, component, assessor, changed)
        if not made.sound:
            by_unit = {
                unit: "；".join(problem.message() for problem in problems)
                for unit, problems in made.by_unit.items()
            }
            said = "；".join(problem.message() for problem in made.problems)
            raise ScoreError(said or "有填错的，没有保存，请改正标出的各行。", by_unit)
        was: Facts = {unit: list(before[unit]) for unit in changed}
        now: Facts = {unit: list(said) for unit, said in changed.items()}
        log_text = LogText("填写评估得分", f"{assessor} {component}", before=was, after=now)
        if save(assessment, by, loaded.files, {made.file: made.content}, log_text):
            return len(changed)
    raise MovedError
