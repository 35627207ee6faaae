"""Which papers there are in the folder, and which of them a unit gets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from scoring.portal.assessments.models import Assessment, SourceFile
from scoring.portal.results.grading import FEEDBACK, FINAL, FOR_UNITS, PROVISIONAL, is_published

FOLDERS: Final = (FINAL, FEEDBACK, PROVISIONAL)


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
    if folder not in FOLDERS or row is None or row.content is None:
        return None
    return bytes(row.content.data)


def unit_papers(assessment: Assessment, unit: str) -> list[str]:
    """The names of the papers that a unit gets once the result is published: what all get, and its own
    feedback; none before."""
    if not is_published(assessment):
        return []
    own = f"{unit.replace('/', '∕')}反馈单.docx"
    there = {paper.name for paper in papers(assessment) if paper.folder in (FINAL, FEEDBACK)}
    return [name for name in (*FOR_UNITS, own) if name in there]
