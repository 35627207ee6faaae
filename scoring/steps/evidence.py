"""证明材料: statistics tables and lists of published items checked, and what was found written down.

What the commands ``statistics`` and ``timeliness`` call, and any other front.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from scoring.evidence.folder import Evidence, Known, read_evidence
from scoring.evidence.model import CheckedFile
from scoring.evidence.statistics import check_file
from scoring.evidence.timeliness import Timeliness, standard_limit, timeliness
from scoring.intake.assessment import Assessment
from scoring.intake.discover import EVIDENCE_FOLDER
from scoring.intake.grids import read_named
from scoring.lookup.periods import period_names, self_assessments
from scoring.problems import Place, Problem
from scoring.workdays import PROGRAM, Calendar
from scoring.writing import write_all

STATISTICS_BOOK: Final = "核对结果.xlsx"
TIMELINESS_BOOK: Final = "公开时效.xlsx"


def check_statistics(paths: Sequence[str | Path]) -> list[CheckedFile]:
    """The statistics tables in each of the files, checked by the rules of their forms. A file in which
    none is recognised has a problem of kind header-missing.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from scoring import check_statistics
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "统计表.txt")
    ...     _ = path.write_text("统计指标|单位|统计数|(一)收到申请数|件|3|1.当面申请数|件|1|", "utf-8")
    ...     (checked,) = check_statistics([path])
    >>> checked.tables[0].form, checked.tables[0].figures["三.一"].value
    ('政府信息公开情况统计表', 30000)
    """
    places = [Path(path) for path in paths]
    names = [path.name for path in places]
    found = []
    for path in places:
        name = path.name if names.count(path.name) == 1 else str(path)
        checked = check_file(path, name)
        if not checked.tables and not checked.problems:
            expected = "含“统计指标”“统计数”的统计表，或年度报告的申请情况表、复议诉讼情况表"
            checked.problems.append(Problem("header-missing", Place(name), "", expected, _FORM))
        found.append(checked)
    return found


_FORM: Final = "核对文件；表格是图片或 PDF 的，向填报单位要 Word 或 Excel 的原表"


def check_timeliness(
    path: str | Path, days: int | None = None, calendar: Calendar = PROGRAM
) -> Timeliness:
    """The published items of a workbook or csv file against ``days`` working days; None stands for
    those of the 条例. ``calendar`` may be an assessment's, which knows its 节假日.

    >>> from scoring import check_timeliness
    >>> list_of = "sample_data/2025/证明材料/临溪县/上半年/2.1 目录和指南/公开信息清单.xlsx"
    >>> [(item.title, item.used) for item in check_timeliness(list_of).late]
    [('2024年度农村低保审核确认情况', 21), ('农村供水工程维修养护资金分配表', 22)]
    """
    path = Path(path)
    source = read_named(path, path.name)
    return timeliness(source, standard_limit().days if days is None else days, calendar)


def write_statistics(files: Sequence[CheckedFile], out: str | Path) -> list[Path]:
    """核对结果.xlsx in the folder ``out``. Raises what ``scoring.writing`` raises."""
    from scoring.publish.evidence.statistics_book import statistics_book

    return write_all(Path(out), {STATISTICS_BOOK: statistics_book(files)}, "kaohe statistics")


def write_timeliness(found: Timeliness, out: str | Path) -> list[Path]:
    """公开时效.xlsx in the folder ``out``. Raises what ``scoring.writing`` raises."""
    from scoring.publish.evidence.timeliness_book import timeliness_book

    return write_all(Path(out), {TIMELINESS_BOOK: timeliness_book(found)}, "kaohe timeliness")


def evidence_of(assessment: Assessment) -> Evidence | None:
    """The files of evidence in the assessment's folder, by the items that they are for; None where there
    is none.

    >>> from scoring import evidence_of, load_assessment
    >>> found = evidence_of(load_assessment("sample_data/2025"))
    >>> len(found.of("临溪县人民政府", "上半年", "2.1"))
    1
    """
    roots = [way for way in assessment.ignored if way.rsplit("/", 1)[-1] == EVIDENCE_FOLDER]
    if assessment.path is None or not roots:
        return None
    parts = self_assessments(assessment.scheme)
    units = assessment.units

    def unit(name: str) -> str | None:
        found = units.find(name)
        return found.name if found is not None and found.parent is None else None

    codes = dict.fromkeys(leaf.code for part in parts.values() for leaf in part.items())
    named = {
        (row.unit, row.period, row.indicator): row.evidence
        for row in assessment.tables.items
        if row.evidence
    }
    periods = period_names(parts.values())
    known = Known(unit, periods, tuple(codes), named, assessment.calendar)
    found = read_evidence(assessment.path, roots, known)
    return found if found.files else None
