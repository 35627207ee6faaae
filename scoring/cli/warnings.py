"""``kaohe warnings``: what is overdue, due or late, as a table, a workbook, a calendar and 督办单."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from scoring.cli.day import day_of, remind_of_errors, wrong_rows
from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.read import not_over_final, read, refuse, template_errors
from scoring.cli.screen import answer, put, say
from scoring.cli.write import out_folder, written
from scoring.intake import Assessment
from scoring.monitoring.warnings import EarlyWarning, Watch
from scoring.papers import WARNINGS
from scoring.publish.sheets.style import text_width
from scoring.steps.grade import template_problems, write_papers
from scoring.steps.warn import last_day, make_warnings, watch_assessment
from scoring.wording.numbers import iso
from scoring.wording.warnings import (
    KINDS,
    LEVELS,
    counts_text,
    entries_text,
    matter,
    notes,
    remedy,
    time_text,
    unit_text,
)

_CANNOT = "不能预警"


def run(
    folder: Path,
    out: Path | None,
    as_of: date | None,
    known: date | None,
    *,
    as_json: bool,
) -> int:
    assessment, problems = read(folder)
    if assessment is None:
        refuse(problems, _CANNOT, as_json=as_json)
        return DATA_ERRORS
    day = day_of(assessment, as_of, known, last_day(assessment))
    faults = template_errors(template_problems(assessment.templates))
    if out is not None and faults:
        refuse(faults, _CANNOT, as_json=as_json)
        return DATA_ERRORS
    found = watch_assessment(assessment, day, known)
    paths: list[Path] = []
    if out is not None:
        target = out_folder(folder, assessment, out, WARNINGS.folder)
        not_over_final(target, found.result)
        made = written(target, lambda: _write(found, assessment, target), as_json=as_json)
        if made is None:
            return DATA_ERRORS
        paths = made
    wrong = wrong_rows(problems)
    if as_json:
        answer(_document(found, paths, wrong))
        return DONE
    _show(found, wrong)
    if paths:
        say(f"\n预警文件 {len(paths) - 1} 个，在 {out}")
    return DONE


def _write(found: Watch, assessment: Assessment, target: Path) -> list[Path]:
    contents = make_warnings(found, assessment)
    return write_papers(found.result, assessment, target, contents, "kaohe warnings")


def _show(found: Watch, wrong: int) -> None:
    put(f"预警（截至 {found.day}）：{counts_text(found)}")
    rows = [_row(w) for w in found.warnings]
    if rows:
        put()
    widths = [max(text_width(row[i]) for row in rows) for i in range(len(rows[0]))] if rows else []
    for warning, row in zip(found.warnings, rows, strict=True):
        cells = [text + " " * (widths[i] - text_width(text)) for i, text in enumerate(row)]
        put("  ".join(cells).rstrip())
        place = f"（{warning.place}）" if warning.place else ""
        put(f"    {matter(warning)}{place}")
        put(f"    怎样消除：{remedy(warning, found.result.scheme)}")
    for text in notes(found):
        say(text, err=True)
    remind_of_errors(wrong)


def _row(warning: EarlyWarning) -> tuple[str, ...]:
    return (
        LEVELS[warning.level],
        KINDS[warning.kind],
        unit_text(warning),
        entries_text(warning) if len(warning.rows) == 1 else "",
        str(warning.day),
        time_text(warning),
    )


def _document(found: Watch, paths: list[Path], wrong: int) -> dict[str, Any]:
    return {
        "as_of": found.day.isoformat(),
        "known": iso(found.result.known),
        "errors": wrong,
        "warnings": [warning_record(w, found) for w in found.warnings],
        "files": [str(path) for path in paths],
    }


def warning_record(warning: EarlyWarning, found: Watch) -> dict[str, Any]:
    """A warning for programs."""
    place = warning.place
    return {
        "level": str(warning.level),
        "kind": str(warning.kind),
        "unit": warning.unit or None,
        "entries": [row.entry for row in warning.rows],
        "file": place.file if place else None,
        "sheet": place.sheet if place else None,
        "row": place.row if place else None,
        "day": warning.day.isoformat(),
        "count": warning.count,
        "what": matter(warning),
        "remedy": remedy(warning, found.result.scheme),
        "clause": warning.clause or None,
    }
