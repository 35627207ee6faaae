"""A scheme's file as its author works on it: a shipped one by name, any other by its path."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from scoring.problems import Problem
from scoring.scheme import Scheme, shipped
from scoring.scheme.load import scheme_of
from scoring.scheme.years import versions
from scoring.yaml_files.source import Source, read_yaml_file

CASES = ".cases.yaml"


class Draft(NamedTuple):
    """What was read of a scheme's file; ``scheme`` is None where it is refused. ``year`` is whose
    numbers hold (None: the latest), ``versions`` the years from which they change."""

    path: Path
    scheme: Scheme | None
    problems: list[Problem]
    source: Source
    year: int | None
    versions: tuple[int, ...]

    def in_year(self, year: int) -> Scheme | None:
        """The scheme with the numbers of ``year``; None where they do not make a sound one."""
        if not self.versions:
            return self.scheme
        return scheme_of(self.source, year)[0]


def shipped_schemes() -> dict[str, Path]:
    """The schemes that come with the program, without the cases beside them."""
    return {name: path for name, path in shipped().items() if not path.name.endswith(CASES)}


def cases_beside(scheme: Path) -> Path:
    """The file of the cases of the scheme in ``scheme``."""
    return scheme.with_name(scheme.stem + CASES)


def find_draft(name: str) -> Path | None:
    """The file that ``name`` means: a path, or a shipped scheme's name."""
    path = Path(name)
    if path.is_file():
        return path
    return shipped_schemes().get(name.removesuffix(".yaml"))


def read_draft(path: Path, year: int | None = None) -> Draft:
    """The scheme with the numbers of ``year``, the latest ones where it is None."""
    source = read_yaml_file(path)
    scheme, problems = scheme_of(source, year)
    return Draft(path, scheme, problems, source, year, versions(source.data))


def every_problem(draft: Draft) -> list[Problem]:
    """The problems of every version of the scheme's numbers; those of an earlier one say so."""
    out = list(draft.problems)
    for year in draft.versions[:-1]:
        for problem in scheme_of(draft.source, year)[1]:
            if problem not in out:
                described = f"{problem.expected}（按{year}年度的数）" if problem.expected else ""
                out.append(replace(problem, expected=described))
    return out
