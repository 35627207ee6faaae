"""Reading an assessment for somebody who works in Python: the assessment, or one error that says all.

The command line and the steps ask ``scoring.intake`` instead, which gives what could be read and the
problems side by side.
"""

from __future__ import annotations

from datetime import date
from html import escape
from pathlib import Path

from scoring.intake import Assessment, inspect_folder
from scoring.intake.settings import DayError
from scoring.problems import Problem, errors, mistakes
from scoring.publish.office_templates import template_problems
from scoring.regions.model import Rollup
from scoring.regions.rollup import roll_up, run_of
from scoring.reporting.gaps import all_problems
from scoring.reporting.problem_groups import Group, group_problems
from scoring.steps.grade import score_assessment
from scoring.steps.regions import find_offices

_MOST_LINES = 40


class AssessmentError(ValueError):
    """The folder of an assessment has errors. ``problems`` are all problems of all its files; as text the
    error lists them with file, sheet, row and cell, what stands there and what to write.

    >>> from scoring import AssessmentError, load_assessment
    >>> try:
    ...     load_assessment("sample_data")
    ... except AssessmentError as error:
    ...     print([problem.kind for problem in error.problems][0])
    assessment-missing
    """

    def __init__(self, folder: str | Path, problems: list[Problem]) -> None:
        super().__init__(str(folder), problems)
        self.folder = str(folder)
        self.problems = problems

    def __str__(self) -> str:
        groups, rest = self._shown()
        lines = [self._heading()]
        heading = None
        for group in groups:
            if group.heading != heading:
                heading = group.heading
                lines.append(heading)
            lines.append(f"  {group.message}")
        return "\n".join([*lines, *rest])

    def _repr_html_(self) -> str:
        groups, rest = self._shown()
        rows = "".join(
            f"<tr><td>{escape(group.heading)}</td><td>{escape(group.message)}</td></tr>"
            for group in groups
        )
        more = "".join(f"<p>{escape(line)}</p>" for line in rest)
        return f"<p>{escape(self._heading())}</p><table>{rows}</table>{more}"

    def _heading(self) -> str:
        wrong = sum(problem.count for problem in errors(self.problems))
        return f"考核文件夹“{self.folder}”有{wrong}处错误："

    def _shown(self) -> tuple[list[Group], list[str]]:
        """The lines that are shown, and how many there are beside."""
        groups = group_problems(self.problems)
        more = len(groups) - _MOST_LINES
        rest = [f"另有{more}条，全部在 problems 中。"] if more > 0 else []
        return groups[:_MOST_LINES], rest


def load_assessment(folder: str | Path, *, provisional: bool = False) -> Assessment:
    """Read the assessment in ``folder``, a path.

    Raises AssessmentError with every problem of every file where one of them is an error. With
    ``provisional`` (暂定) an assessment whose errors leave something to compute is given all the same,
    its errors in ``Assessment.problems``: what comes of it is never final. Gaps, as a form that is
    not there, are no errors of reading: they show in the result (``check_assessment`` lists them).

    >>> from scoring import load_assessment
    >>> load_assessment("sample_data/2024")
    <Assessment 2024：heze，52个考核对象，台账191行，考核表104份，指标2492项，得分52个；错误0处，提醒0处>
    """
    found = inspect_folder(Path(folder))
    assessment = found.assessment if found.sound else None
    if assessment is None or (mistakes(found.problems) and not provisional):
        raise AssessmentError(folder, list(found.problems))
    return assessment


def check_assessment(
    folder: str | Path, as_of: date | None = None, *, known: date | None = None
) -> list[Problem]:
    """Every problem of the assessment in ``folder``: those of its files, and, as far as they can be
    said, the gaps that stand against a final result as of a day. Raises for none of them.

    ``as_of`` and ``known`` are days as in ``score_assessment``; raises DayError where one lies before
    the assessment's year. Where the list holds no error, a final result can be published.

    >>> from scoring import check_assessment
    >>> check_assessment("sample_data/2024")
    []
    >>> print(check_assessment("sample_data")[0].message())
    [错误] 缺少 assessment.yaml。改法：在考核文件夹中新建 assessment.yaml，至少写两行：scheme: heze 和 year: 2024。
    """
    found = inspect_folder(Path(folder))
    if found.assessment is None:
        return list(found.problems)
    assessment = found.assessment
    result = score_assessment(assessment, as_of, known=known)
    return [*all_problems(result, assessment), *template_problems(assessment.templates)]


def roll_up_folder(folder: str | Path, under: tuple[str, ...] = ()) -> list[Rollup]:
    """地区汇总: the figures of the regions in ``folder``, an assessment whose units have a 地区 or a folder
    of assessments (甲省/乙市/2024), for each scheme and year; each assessment as of its own day.

    ``under`` takes only the units of that region, a path from the largest down. Raises AssessmentError where an assessment has errors.

    >>> from scoring import roll_up_folder
    >>> for found in roll_up_folder("sample_data/schemes")[:2]:
    ...     print(found.scheme.name, [(row.region, row.whole.units) for row in found.rows])
    fangtan [((), 5), (('fangtan',), 5)]
    fenlei [((), 5), (('fenlei',), 5)]
    """
    runs = []
    for office in find_offices(Path(folder)):
        assessment = load_assessment(office.folder)
        result = score_assessment(assessment)
        runs.append(run_of(result, assessment.units, office.region, office.name))
    return roll_up(runs, under)


__all__ = [
    "AssessmentError",
    "DayError",
    "check_assessment",
    "load_assessment",
    "roll_up_folder",
]
