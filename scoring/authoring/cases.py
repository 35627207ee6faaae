"""用例: situations of a scheme with the result that the office expects, in ``NAME.cases.yaml``
beside it. The format is described in docs/写考核办法.md."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from scoring.authoring.case_model import Case, CaseList, case_words
from scoring.authoring.draft import Draft, cases_beside
from scoring.authoring.situation import UnknownWord, build, component_names
from scoring.points import format_decimals, format_fraction
from scoring.problems import Place, Problem
from scoring.scheme import Scheme
from scoring.score import Result, UnitResult
from scoring.score.unit import GroupCourse, group_courses
from scoring.yaml_files.source import Fault, Path_, Source, read_yaml_file
from scoring.yaml_files.validate import validate

__all__ = ["Case", "CaseList", "Outcome", "cases_beside", "read_cases", "run_case", "run_cases"]


class Outcome(NamedTuple):
    """What became of a case: ``faults`` are the numbers that were not as expected."""

    situation: str
    place: Place
    faults: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.faults and not self.problems


def read_cases(path: Path) -> tuple[tuple[Case, ...], Source]:
    """The cases of a file; what is wrong with it is in the source's problems."""
    source = read_yaml_file(path)
    found = validate(CaseList, source, case_words)
    source.cut()
    return (found.root if found else ()), source


def run_cases(draft: Draft, path: Path) -> tuple[list[Outcome], list[Problem]]:
    """Every case of the file run against the scheme with the numbers of the case's year; the
    problems are of the file as a whole."""
    cases, source = read_cases(path)
    schemes = {year: draft.in_year(year) for year in dict.fromkeys(case.year for case in cases)}
    groups = {year: group_courses(scheme) for year, scheme in schemes.items() if scheme}
    outcomes = []
    for i, case in enumerate(cases):
        scheme = schemes[case.year]
        outcomes.append(
            _without_numbers(draft, case, i, source)
            if scheme is None
            else run_case(scheme, case, i, source, groups[case.year])
        )
    return outcomes, source.problems


def _without_numbers(draft: Draft, case: Case, position: int, source: Source) -> Outcome:
    """A case of a year for which the scheme's numbers do not hold."""
    since = f"{draft.versions[0]}年度起" if draft.versions else "办法适用"
    expected = f"{since}的年度（办法的数按年度写，{case.year}年度没有适用的数，或前后矛盾）"
    place = source.place((position, "年度"))
    problem = Problem("yaml-value", place, str(case.year), expected)
    return Outcome(case.situation, source.place((position,)), problems=(problem,))


def run_case(
    scheme: Scheme, case: Case, position: int, source: Source, groups: Mapping[str, GroupCourse]
) -> Outcome:
    """One case: put together, scored, compared. ``groups`` is what each group has of the scheme
    (``group_courses``)."""
    place = source.place((position,))
    synthetic, faults = build(scheme, case, groups)
    names = component_names(scheme, everywhere=True)
    faults += _unknown(scheme, case, names, groups)
    if faults:
        problems = [_problem(source, position, fault) for fault in faults]
        return Outcome(case.situation, place, problems=tuple(problems))
    result = synthetic.score(scheme, case.as_of, groups)
    units = {unit.unit: unit for unit in result.units}
    wrong = [
        f"{name} {word}：应为{_shown(wanted)}，实为{_shown(found)}"
        for name, expected in case.expected.items()
        for word, wanted in expected.items()
        for found in [_found(result, units[name], word, names)]
        if not _equal(wanted, found)
    ]
    return Outcome(case.situation, place, faults=tuple(wrong))


def _problem(source: Source, position: int, fault: Fault) -> Problem:
    path: Path_ = (position, *fault.path)
    if isinstance(fault, UnknownWord):
        return Problem("yaml-unknown-key", source.place(path), str(path[-1]), fault.expected)
    value: Any = source.data
    for step in path:
        value = value[step] if step in value or isinstance(step, int) else ""
    found = "" if isinstance(value, Mapping | list) or value is None else str(value)
    return Problem("yaml-value", source.place(path), found, fault.expected)


def _unknown(
    scheme: Scheme, case: Case, names: Mapping[str, str], groups: Mapping[str, GroupCourse]
) -> list[Fault]:
    """What 结果 names that there is not."""
    faults: list[Fault] = []
    graded = [name for name, unit in case.units.items() if not unit.get("所属单位")]
    own = {group: dict(course.scheme.every()) for group, course in groups.items()}
    for name, expected in case.expected.items():
        if name not in graded:
            faults.append(UnknownWord(("结果", name), f"考核的单位（{'、'.join(graded)}）"))
        for word, wanted in expected.items():
            path: Path_ = ("结果", name, word)
            if word not in RESULTS and word not in names:
                titles = [c.title for _, c in scheme.every()]
                faults.append(UnknownWord(path, "、".join([*titles, *RESULTS])))
            elif word in names and names[word] not in own.get(
                _group_of(scheme, case, name), names.values()
            ):
                group = _group_of(scheme, case, name)
                faults.append(
                    UnknownWord(
                        path,
                        f"{group}有的部分（{'、'.join(c.title for c in own[group].values())}）",
                    )
                )
            elif (word == "综合" or word in names) and not _readable(wanted):
                faults.append(Fault(path, "一个数，如 92.45；没有成绩的写 null"))
            elif word in {"排名", "缺项"} and not isinstance(wanted, int | None):
                faults.append(Fault(path, "整数；没有排名的写 null"))
    return faults


def _group_of(scheme: Scheme, case: Case, name: str) -> str:
    """The group of a unit of a case, as the case says."""
    return str(case.units.get(name, {}).get("类别") or scheme.groups[0])


RESULTS = ("综合", "等次", "排名", "缺项")
"""What a case may expect of a unit beside its components."""


def _readable(wanted: object) -> bool:
    try:
        return wanted is None or Fraction(str(wanted)) is not None
    except (ValueError, ZeroDivisionError):
        return False


def _found(result: Result, unit: UnitResult, word: str, names: Mapping[str, str]) -> object:
    if word == "综合":
        if unit.composite is None:
            return None
        return Fraction(unit.composite, 10**result.scheme.rounding.decimals)
    if word == "等次":
        return unit.grade
    if word == "排名":
        return unit.rank
    if word == "缺项":
        return len(unit.gaps)
    key = names[word]
    return unit.components[key] if key in unit.components else unit.parts[key]


def _equal(wanted: object, found: object) -> bool:
    if isinstance(found, Fraction):
        return wanted is not None and Fraction(str(wanted)) == found
    return wanted == found


def _shown(value: object) -> str:
    if value is None:
        return "（无）"
    if isinstance(value, Fraction):
        text = format_fraction(value)
        return f"{text}（约{format_decimals(round(value * 10000), 4)}）" if "/" in text else text
    return str(value)
