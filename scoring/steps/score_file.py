"""A workbook of scores that an assessor hands in, read as ``check`` reads the one in the folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from scoring.enums import Assessors
from scoring.intake import Assessment
from scoring.intake.grids import SUFFIXES, read_content
from scoring.intake.scores import columns_for, read_scores
from scoring.intake.table import TableReader, find_header
from scoring.intake.units import of_part
from scoring.lookup.text import fold
from scoring.points import format_points
from scoring.problems import Place, Problem, errors, in_order
from scoring.scheme import Score
from scoring.steps.parties import assessors_of
from scoring.steps.scores import NoScoresError


@dataclass(frozen=True)
class ScoresRead:
    """What a workbook says: by unit the score and the note as text, for ``record_scores``. Where there are
    ``problems``, with their cells, nothing of it may be used."""

    given: Mapping[str, tuple[str, str]]
    problems: tuple[Problem, ...] = ()


def scores_in_file(
    assessment: Assessment, component: str, assessor: str, name: str, content: bytes
) -> ScoresRead:
    """The scores in a workbook of an assessor, called ``name``; rows without a score are left out. A row
    that names another assessor is a problem. Raises NoScoresError.

    >>> from pathlib import Path
    >>> from scoring import load_assessment, scores_in_file
    >>> assessment = load_assessment("sample_data/2024")
    >>> content = Path("sample_data/2024/第三方评估.xlsx").read_bytes()
    >>> assessor = "衡知公共治理评估中心"
    >>> found = scores_in_file(assessment, "third_party", assessor, "评估.xlsx", content)
    >>> len(found.given), found.given["临溪县人民政府"][0], found.problems
    (52, '87.75', ())
    """
    part = assessment.scheme.leaves().get(component)
    if not isinstance(part, Score) or assessor not in assessors_of(assessment, component):
        raise NoScoresError(f"{assessor} {component}")
    suffix = PurePath(name).suffix.lower()
    if suffix not in SUFFIXES:
        kinds = "、".join(SUFFIXES)
        return ScoresRead({}, (Problem("file-type", Place(name), suffix, kinds),))
    source = read_content(content, name, suffix)
    columns = columns_for(part)
    readers = [
        TableReader(grid, header, columns, part.table)
        for grid in source.grids if (header := find_header(grid, columns)) is not None
    ]  # fmt: skip
    problems = list(source.problems)
    if not readers and not problems:
        wanted = "、".join(f"“{column.name}”" for column in columns if column.required)
        problems.append(Problem("header-missing", Place(name), expected=f"含{wanted}的表头"))
    units = of_part(assessment.units, assessment.scheme.views(), component)
    usable = [reader for reader in readers if reader.usable]
    rows = read_scores(usable, component, part, units, unread=False)
    problems += [problem for reader in readers for problem in reader.problems]
    given: dict[str, tuple[str, str]] = {}
    for row in rows:
        if row.row is None or row.refused:
            continue
        if row.assessor is not None and fold(row.assessor) != fold(assessor):
            column = "评估机构" if part.assessors == Assessors.ONE else "评委"
            place = Place(name, row.sheet, row.row, None, column)
            problems.append(Problem("value-unknown", place, row.assessor, assessor, unit=row.unit))
        elif isinstance(row.score, int):
            given[row.unit] = (format_points(row.score), row.note or "")
    return ScoresRead(given, tuple(in_order(errors(problems))))
