"""Whether papers still belong together: with each other, with the files that they came from, and with
the grades that follow from these today. For the command line, for notebooks and for any other front."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, Final

from scoring.intake import Assessment
from scoring.intake.cells import shown
from scoring.intake.discover import SETTINGS_FILE
from scoring.intake.folder import inspect_folder
from scoring.intake.grids import Grid, column_letter, read_content
from scoring.monitoring import WindowKind
from scoring.monitoring.warnings import Watch
from scoring.papers import (
    ALL_PAPERS,
    BULLETIN,
    DASHBOARD,
    FEEDBACK,
    GRADE,
    SENSITIVITY,
    WARNINGS,
    papers_of,
)
from scoring.points import SCALE, PointsError, parse_points
from scoring.publish import render
from scoring.publish.manifest import MANIFEST, Manifest, options_of, read_manifest
from scoring.publish.paper_text import SUFFIXES, PaperError, TextChange, text_changes
from scoring.publish.results.results_json import results_json
from scoring.score import Result
from scoring.sensitivity import analyse
from scoring.steps.bulletin import bulletin_faults, make_bulletin
from scoring.steps.dashboard import make_dashboard
from scoring.steps.grade import (
    make_feedback,
    make_sensitivity,
    score_assessment,
)
from scoring.steps.warn import make_warnings, watch_assessment
from scoring.version import version_number

RESULTS = "results.json"


class State(Enum):
    """What became of a file since its manifest was written."""

    SAME = "没有改动"
    SAVED = "重新保存过，内容没有改动"
    CHANGED = "有改动"
    MISSING = "不在了"
    NEW = "新增"


class NoManifestError(ValueError):
    """The folder holds no manifest of papers."""


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell of a paper that is another one than the program wrote: sheet, cell, both contents."""

    sheet: str
    cell: str
    written: str
    found: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of the manifest. ``cells`` are what differs in a workbook, ``texts`` in a .docx or
    .html; None where the files that it came from are not at hand unchanged, or where the paper is of
    another kind or cannot be read. A paper whose text is as written counts as saved again: its looks
    are not compared."""

    file: str
    state: State
    cells: tuple[CellChange, ...] | None = None
    texts: tuple[TextChange, ...] | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """What results.json says of a unit, and what follows from the files today; None: nothing."""

    unit: str
    what: str
    published: str | None
    now: str | None


@dataclass(frozen=True)
class Audit:
    """``inputs`` are the files that are not as they were read, ``papers`` all of the manifest;
    ``differences`` is None where the grades could not be computed again: without the files, or with
    errors in them (``refused`` of them), or where the folder holds no results.json."""

    manifest: Manifest
    inputs: tuple[tuple[str, State], ...]
    papers: tuple[Paper, ...]
    differences: tuple[Difference, ...] | None
    units: int
    folder: Path | None
    refused: int = 0

    @property
    def agrees(self) -> bool:
        """Whether nothing was changed, and the grades, if they could be computed, are the same."""
        sound = all(paper.state in (State.SAME, State.SAVED) for paper in self.papers)
        return sound and not (self.inputs or self.differences or self.refused)

    @property
    def other_version(self) -> str | None:
        """The version of the program that wrote the papers, where it was another one."""
        version = str(self.manifest.get("version", ""))
        return None if version == version_number() else version


def audit(out: str | Path, folder: str | Path | None = None) -> Audit:
    """Check the papers in ``out`` against their manifest, and against the assessment in ``folder``: by
    default the one that ``out`` lies in. Nothing is written. Raises NoManifestError, OSError.

    >>> import tempfile
    >>> from scoring import audit, load_assessment, publish_results, score_assessment
    >>> assessment = load_assessment("sample_data/2024")
    >>> with tempfile.TemporaryDirectory() as out:
    ...     _ = publish_results(score_assessment(assessment), assessment, out)
    ...     _ = Path(out, "通报.html").write_text("改过")
    ...     found = audit(out, "sample_data/2024")
    >>> found.agrees, found.differences, [p.file for p in found.papers if p.state is not State.SAME]
    (False, (), ['通报.html'])
    """
    out, folder = Path(out), None if folder is None else Path(folder)
    at = out / MANIFEST
    manifest = read_manifest(at.read_bytes() if at.is_file() else None)
    if manifest is None:
        raise NoManifestError(f"{out} 中没有完好的 {MANIFEST}，不能核对")
    if folder is None and (out.parent / SETTINGS_FILE).is_file():
        folder = out.parent
    now = {name: _content(out / name) for name in manifest["outputs"]}
    if folder is None:
        papers = tuple(_paper(name, now[name], manifest, {}) for name in now)
        return Audit(manifest, (), papers, None, 0, None)
    found = inspect_folder(folder)
    assessment = found.assessment if found.sound else None
    inputs = tuple(_inputs(folder, assessment, manifest))
    if assessment is None:
        papers = tuple(_paper(name, now[name], manifest, {}) for name in now)
        return Audit(manifest, inputs, papers, None, 0, folder, refused=len(found.problems))
    known = manifest.get("known")
    result = score_assessment(
        assessment, date.fromisoformat(manifest["as_of"]),
        known=None if known is None else date.fromisoformat(known),
        final=manifest["final"],
    )  # fmt: skip
    edited = {name for name, content in now.items() if _is_edited(name, content, manifest)}
    again = {} if inputs else _again(edited, result, assessment, manifest)
    papers = tuple(_paper(name, now[name], manifest, again) for name in now)
    published = _units(now.get(RESULTS))
    differences = None
    titles = {key: part.title for key, part in assessment.scheme.components.items()}
    if published is not None:
        differences = tuple(
            _differences(published, _units(results_json(result).encode()) or {}, titles)
        )
    return Audit(manifest, inputs, papers, differences, len(published or ()), folder)


def _again(
    edited: Set[str], result: Result, assessment: Assessment, manifest: Manifest
) -> dict[str, bytes]:
    """The papers made again, by name, of every command that made one of the ``edited``."""
    made_by = {papers_of(name) or GRADE for name in edited}
    again: dict[str, bytes] = {}
    for papers in ALL_PAPERS:
        if papers in made_by:
            again |= MAKERS[papers.command](result, assessment, manifest)
    return again


def _watched(result: Result, assessment: Assessment) -> Watch:
    return watch_assessment(assessment, result.as_of, result.known)


def _sensitivity_again(
    result: Result, assessment: Assessment, manifest: Manifest
) -> dict[str, bytes]:
    options = _sensitivity_options(manifest)
    return {} if options is None else make_sensitivity(analyse(result, *options), assessment)


def _bulletin_again(result: Result, assessment: Assessment, manifest: Manifest) -> dict[str, bytes]:
    """The bulletin of the manifest; none where it, edited by hand, does not say which one it is."""
    said = options_of(manifest).get(BULLETIN.command, {})
    try:
        kind = WindowKind(said["period"])
        bulletin = make_bulletin(
            assessment, kind, result.as_of, result.known,
            provisional=bool(bulletin_faults(assessment, kind, result.as_of)),
        )  # fmt: skip
    except (KeyError, ValueError):
        return {}
    return dict(bulletin.files)


MAKERS: Final[Mapping[str, Callable[[Result, Assessment, Manifest], dict[str, bytes]]]] = {
    GRADE.command: lambda result, assessment, _: render(result, assessment),
    FEEDBACK.command: lambda result, assessment, _: make_feedback(result, assessment),
    SENSITIVITY.command: _sensitivity_again,
    BULLETIN.command: _bulletin_again,
    WARNINGS.command: lambda result, assessment, _: make_warnings(
        _watched(result, assessment), assessment
    ),
    DASHBOARD.command: lambda result, assessment, _: make_dashboard(
        _watched(result, assessment), assessment
    ),
}
"""By command of ``scoring.papers``: how its papers are made again."""


def _sensitivity_options(manifest: Manifest) -> tuple[int, int] | None:
    """How far weights and scores were moved, in ten-thousandths; None where the manifest, of an
    earlier program or edited by hand, does not say that."""
    said = options_of(manifest).get("sensitivity", {})
    try:
        weights, error = (parse_points(said[name]) for name in ("weights", "error"))
    except (KeyError, PointsError):
        return None
    most = 100 * SCALE
    return (weights, error) if 0 <= weights <= most and 0 <= error <= most else None


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _is_edited(name: str, content: bytes | None, manifest: Manifest) -> bool:
    return content is not None and hashlib.sha256(content).hexdigest() != manifest["outputs"][name]


def _inputs(
    folder: Path, assessment: Assessment | None, manifest: Manifest
) -> Iterator[tuple[str, State]]:
    """The files that are not as they were, by name; new ones only where all could be read."""
    known: Mapping[str, str] = manifest["inputs"]
    read = {f.file: f.sha256 for f in assessment.files} if assessment else {}
    scheme = manifest["scheme"].get("file")
    for file in sorted(known.keys() | read.keys()):
        if file not in known:
            yield file, State.NEW
            continue
        now = read.get(file)
        if now is None and file != scheme:
            content = _content(folder / file)
            now = None if content is None else hashlib.sha256(content).hexdigest()
            if now is None or assessment is not None:
                yield file, State.MISSING
                continue
        if now is not None and now != known[file]:
            yield file, State.CHANGED
        elif now is None and assessment is not None:
            yield file, State.MISSING


def _paper(
    name: str, content: bytes | None, manifest: Manifest, again: Mapping[str, bytes]
) -> Paper:
    if content is None:
        return Paper(name, State.MISSING)
    if not _is_edited(name, content, manifest):
        return Paper(name, State.SAME)
    written, suffix = again.get(name), Path(name).suffix
    if written is not None and suffix in SUFFIXES:
        try:
            texts = tuple(text_changes(written, content, suffix))
        except PaperError:
            return Paper(name, State.CHANGED)
        # A word processor writes a document anew in its own way; a page is text, and is not.
        saved = suffix != ".html" or content.split() == written.split()
        return Paper(name, State.SAVED if saved and not texts else State.CHANGED, texts=texts)
    if written is None or suffix != ".xlsx":
        return Paper(name, State.CHANGED)
    cells = tuple(_cell_changes(written, content))
    return Paper(name, State.CHANGED if cells else State.SAVED, cells)


def _cell_changes(written: bytes, found: bytes) -> Iterator[CellChange]:
    """The cells that differ, sheet by sheet: what they show, and their formulas."""
    before, after = _sheets(written), _sheets(found)
    for sheet in before.keys() | after.keys():
        if sheet not in after or sheet not in before:
            gone = sheet not in after
            yield CellChange(sheet, "", "有此表" if gone else "", "" if gone else "有此表")
    for sheet in (name for name in before if name in after):
        old, new = _cells(before[sheet]), _cells(after[sheet])
        for row, column in sorted(old.keys() | new.keys()):
            one, other = old.get((row, column), ""), new.get((row, column), "")
            if one != other:
                yield CellChange(sheet, f"{column_letter(column)}{row + 1}", one, other)


def _sheets(content: bytes) -> dict[str, Grid]:
    return {grid.sheet or "": grid for grid in read_content(content, "", ".xlsx").grids}


def _cells(grid: Grid) -> dict[tuple[int, int], str]:
    """What every cell holds: its value, behind it the formula that gave it."""
    first = grid.first_row - 1
    cells = {
        (first + row, column): shown(value)
        for row, line in enumerate(grid.cells)
        for column, value in enumerate(line)
        if value is not None and shown(value)
    }
    for (row, column), formula in grid.formulas.items():
        at = (row, column)
        plain = formula.replace("_xlfn.", "").replace("_xlws.", "").replace(" ", "")
        cells[at] = f"{cells.get(at, '')}（{plain}）"
    return cells


def _units(content: bytes | None) -> dict[str, dict[str, object]] | None:
    try:
        return {unit["unit"]: unit for unit in json.loads(content or b"")["units"]}
    except (ValueError, KeyError, TypeError):
        return None


_TOLD = {"composite": "综合成绩", "grade": "等次", "rank": "排名", "group": "类别"}


def _differences(
    published: Mapping[str, Mapping[str, Any]],
    now: Mapping[str, Mapping[str, Any]],
    titles: Mapping[str, str],
) -> Iterator[Difference]:
    for unit in dict.fromkeys([*published, *now]):
        one, other = published.get(unit), now.get(unit)
        if one is None or other is None:
            yield Difference(unit, "单位", "有" if one else None, "有" if other else None)
            continue
        for key, what in _TOLD.items():
            if one.get(key) != other.get(key):
                yield Difference(unit, what, _text(one.get(key)), _text(other.get(key)))
        parts, others = one.get("components") or {}, other.get("components") or {}
        for key in dict.fromkeys([*parts, *others]):
            if parts.get(key) != others.get(key):
                yield Difference(
                    unit, titles.get(key, key), _text(parts.get(key)), _text(others.get(key))
                )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
