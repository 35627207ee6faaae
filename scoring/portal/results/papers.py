"""Which papers there are in the folder, and which of them a unit gets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from scoring.portal.assessments.corrections import (
    FEEDBACK,
    FINAL,
    PROVISIONAL,
    papers_folder,
    published,
    under_way,
)
from scoring.portal.assessments.models import Assessment, Correction, SourceFile
from scoring.portal.results.grading import FOR_UNITS, is_published

FOLDERS: Final = (FINAL, FEEDBACK, PROVISIONAL)
CORRECTED_FOR_UNITS: Final = ("更正通报.docx", "通报附表.xlsx")
"""Papers of a correction that every unit gets once it is published."""


@dataclass(frozen=True)
class Paper:
    """A paper in a folder of papers."""

    folder: str
    name: str
    size: int


def papers(assessment: Assessment) -> list[Paper]:
    """All papers in the folder, the final ones first."""
    found = []
    for folder in FOLDERS:
        rows = SourceFile.objects.filter(
            assessment=assessment,
            evidence="",
            path__startswith=f"{folder}/",
            content__isnull=False,
        ).values_list("path", "content__size")
        found += [Paper(folder, PurePosixPath(path).name, size) for path, size in rows]
    return found


def content_of(assessment: Assessment, folder: str, name: str) -> bytes | None:
    """A paper; None where there is none of that name."""
    row = (
        SourceFile.objects.filter(assessment=assessment, path=f"{folder}/{name}")
        .select_related("content")
        .first()
    )
    if row is None or row.content is None or folder not in _folders(assessment):
        return None
    return bytes(row.content.data)


def correction_papers(correction: Correction) -> list[Paper]:
    """All papers of a correction, its notes to units last."""
    folder = papers_folder(correction.number)
    rows = SourceFile.objects.filter(
        assessment=correction.assessment, path__startswith=f"{folder}/", content__isnull=False
    ).values_list("path", "content__size")
    found = [Paper(*_place(path), size) for path, size in rows]
    return sorted(found, key=lambda paper: (len(paper.folder), paper.name))


def _place(path: str) -> tuple[str, str]:
    pure = PurePosixPath(path)
    return str(pure.parent), pure.name


def _folders(assessment: Assessment) -> set[str]:
    """The folders whose papers may be opened: of a correction that is on its way by the office alone."""
    now = under_way(assessment) if assessment.shown is None else None
    numbers = [one.number for one in (*published(assessment), now) if one]
    corrected = {papers_folder(number) for number in numbers}
    return {*FOLDERS, *corrected, *(f"{folder}/{FEEDBACK}" for folder in corrected)}


def unit_corrections(assessment: Assessment, unit: str) -> list[tuple[Correction, list[str]]]:
    """The published corrections in order, each with the names of the papers that a unit gets of it."""
    own = f"{unit.replace('/', '∕')}反馈单.docx"
    found = []
    for correction in published(assessment):
        there = {paper.name for paper in correction_papers(correction)}
        found.append((correction, [name for name in (*CORRECTED_FOR_UNITS, own) if name in there]))
    return found


def unit_papers(assessment: Assessment, unit: str) -> list[str]:
    """The names of the papers that a unit gets once the result is published: what all get, and its own
    feedback; none before."""
    if not is_published(assessment):
        return []
    own = f"{unit.replace('/', '∕')}反馈单.docx"
    there = {paper.name for paper in papers(assessment) if paper.folder in (FINAL, FEEDBACK)}
    return [name for name in (*FOR_UNITS, own) if name in there]
