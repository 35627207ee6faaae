"""Previewing a form: find what it belongs to, read it, ask what it would give.

``preview_form`` is what the command line and any other front call; a unit may have nothing but
the form, the office has the folder too.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from scoring.inquiry.preview import FormGiven, Preview, preview
from scoring.intake.discover import SETTINGS_FILE
from scoring.intake.one_form import (
    FormSheets,
    OneForm,
    open_form,
    own_scheme,
    own_unit,
    own_year,
    read_one_form,
)
from scoring.lookup.units import UnitList
from scoring.points import Amount
from scoring.problems import Place, Problem, errors
from scoring.scheme import Scheme, SelfAssessment, find_scheme, shipped
from scoring.tables import ExemptionRow, Tables

if TYPE_CHECKING:
    pass

_HOW_FAR_UP = 4
"""A form lies in 自我考核/上半年 of its folder, or a level or two deeper."""


class PreviewError(ValueError):
    """Something without which there is no preview; the message says what to give."""


@dataclass(frozen=True)
class Around:
    """What is known around a form: its scheme, year and units, and the tables of its assessment."""

    scheme: Scheme
    year: int
    as_of: date
    known: date | None
    units: UnitList
    tables: Tables
    exempt: frozenset[tuple[str, str]] = frozenset()
    noted: Mapping[tuple[str, str], Amount] | None = None
    alone: bool = False


def preview_form(
    form: str | Path,
    *,
    folder: str | Path | None = None,
    scheme: str | None = None,
    third_party: int | None = None,
    as_of: date | None = None,
    known: date | None = None,
) -> tuple[Preview | None, list[Problem]]:
    """Preview the 考核表 in the file ``form``, and every problem of it.

    ``folder`` is the assessment folder; without it the one that the form lies in, if any, else
    what the form says of itself, or the ``scheme`` that is named. ``third_party`` is assumed for
    scores that are not handed in yet, in ten-thousandths; ``as_of`` is the day of the ledger, by
    default the assessment's own, ``known`` the last day of which a revocation counts, as in
    ``scoring.steps.grade.score_assessment``. The preview is None where the form cannot be read as one of a
    known unit and period. Raises PreviewError where it is not known what the form belongs to.

    >>> from scoring import preview_form
    >>> form = "sample_data/2024/自我考核/上半年/临溪县人民政府2024年上半年自我考核表.xlsx"
    >>> found, problems = preview_form(form)
    >>> found.unit, found.outcome.grade, problems
    ('临溪县人民政府', '优秀', [])
    """
    form = Path(form)
    sheets = open_form(form)
    if errors(sheets.problems):
        return None, list(sheets.problems)
    home = home_of(form) if folder is None else Path(folder)
    around = _from_folder(home, as_of, known) if home else _from_form(sheets, scheme, as_of)
    read, problems = read_one_form(sheets, around.scheme, around.units, around.year, around.exempt)
    if read is None:
        return None, problems
    tables = around.tables
    if around.alone and own_scheme(sheets):
        tables = _leave_out(tables, read, around.scheme)
    given = FormGiven(
        read.component, read.unit.name, read.unit.group, read.period, read.form, read.items
    )
    return (
        preview(
            given, tables, around.scheme, around.year, around.as_of,
            known=around.known, assumed=third_party, noted=around.noted, problems=tuple(problems),
        ),
        problems,
    )  # fmt: skip


def _leave_out(tables: Tables, read: OneForm, scheme: Scheme) -> Tables:
    """A form of ours lists what applies to its unit: the office left out what does not."""
    component = scheme.leaves()[read.component]
    assert isinstance(component, SelfAssessment)
    listed = {item.indicator for item in read.items}
    left_out = (
        ExemptionRow(read.component, read.unit.name, leaf.code)
        for leaf in component.items(read.unit.group)
        if leaf.code not in listed
    )
    return replace(tables, exemptions=(*tables.exemptions, *left_out))


def home_of(form: Path) -> Path | None:
    """The assessment folder that the form lies in, if any."""
    parents = list(Path(os.path.realpath(form)).parents)[:_HOW_FAR_UP]
    return next((p for p in parents if os.path.isfile(p / SETTINGS_FILE)), None)


def _from_folder(folder: Path, as_of: date | None, known: date | None) -> Around:
    # A form by itself needs no reader of folders.
    from scoring.intake import load_assessment

    assessment, problems = load_assessment(folder)
    if assessment is None:
        first = next(iter(errors(problems)), None)
        why = f"：{first.place.file} {first.message()}" if first else ""
        raise PreviewError(f"考核文件夹读不出来，请先用 kaohe check 检查{why}")
    settings = assessment.settings
    return Around(
        scheme=assessment.scheme,
        year=settings.year,
        as_of=as_of or settings.as_of_day(),
        known=settings.known_day(as_of, known),
        units=assessment.units,
        tables=assessment.tables,
        exempt=_exempt(assessment.tables),
    )


def _exempt(tables: Tables) -> frozenset[tuple[str, str]]:
    return frozenset((row.unit, row.indicator) for row in tables.exemptions)


def _from_form(sheets: FormSheets, named: str | None, as_of: date | None) -> Around:
    """What the form says of itself."""
    name = named or own_scheme(sheets)
    year = own_year(sheets)
    if name is None:
        raise PreviewError(
            "考核表没有注明所用的办法，请加 --folder 考核文件夹，或 --scheme 办法"
            f"（随程序提供的有{'、'.join(shipped())}）"
        )
    if year is None:
        raise PreviewError("考核表没有写明考核年度，请在表格上方填写“考核年度”")
    scheme, faults, _ = find_scheme(name, Path.cwd(), Place(sheets.file), year)
    if scheme is None:
        why = faults[0].message() if faults else ""
        raise PreviewError(
            f"找不到考核表所用的办法“{name}”，请加 --folder 考核文件夹，或 --scheme 办法文件。{why}"
        )
    units = own_unit(sheets, scheme)
    if not units.units and len(scheme.groups) > 1 and sheets.labels.get("单位"):
        raise PreviewError("考核表没有注明单位的类别，请加 --folder 考核文件夹")
    return Around(
        scheme,
        year,
        as_of or date(year, 12, 31),
        None,
        units,
        Tables(units=units.rows()),
        noted=sheets.noted,
        alone=True,
    )
