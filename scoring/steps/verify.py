"""核查 in two steps, for the command line, for notebooks and for any other front.

``verification_sheet`` gathers a period's forms into one workbook for the verifiers;
``merge_verification`` writes what they found back into the forms, whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scoring.intake import Assessment, load_assessment
from scoring.intake.discover import VERIFICATION_FOLDER
from scoring.intake.folder import Progress
from scoring.intake.form_edit import Put, edit_form
from scoring.intake.grids import Grid, SourceFile, read_file, read_named
from scoring.intake.returned import MADE, NOTE, PART, SCORE, read_returned
from scoring.problems import Place, Problem, errors, in_order
from scoring.steps.evidence import evidence_of
from scoring.verification.gather import exemptions, gather, items_of
from scoring.verification.merge import Change, Plan, plan
from scoring.verification.model import Gathered
from scoring.writing import FileInUseError, file_names, replace_all, writing

__all__ = [
    "FileInUseError", "ItemFinding", "Merge", "gather", "merge_verification", "verification_sheet",
    "verify_items",
]  # fmt: skip


@dataclass(frozen=True)
class Merge:
    """What a merge did, or why it did nothing: ``changes`` with the cell of the folder that each
    went to, the problems of the 核查表 and of the forms that stand in the way, and the counts of
    items that said nothing new and that are still not verified."""

    changes: tuple[tuple[Change, Place], ...] = ()
    problems: tuple[Problem, ...] = ()
    unchanged: int = 0
    unverified: int = 0
    files: tuple[str, ...] = ()
    contents: dict[Path, bytes] = field(default_factory=dict, repr=False)
    by_finding: Mapping[int, tuple[Problem, ...]] = field(default_factory=dict)
    """Of ``verify_items``: which problems are those of which finding, counted from 0."""

    @property
    def refused(self) -> bool:
        """Whether nothing may be written."""
        return bool(errors(self.problems))


def sheet_path(folder: Path, period: str) -> Path:
    """Where the 核查表 of a period is put where nothing else is asked for."""
    return folder / VERIFICATION_FOLDER / f"{file_names([period])[period]}核查表.xlsx"


def verification_sheet(assessment: Assessment, period: str, path: str | Path) -> Gathered:
    """Write the 核查表 of ``period`` to ``path`` (.xlsx) and give what stands in it. Where no form has
    come in that could be verified it has no items, and nothing is written.

    Raises ValueError where the scheme has no such period, FileInUseError where the file is open.

    >>> import tempfile
    >>> from scoring import load_assessment, verification_sheet
    >>> assessment = load_assessment("sample_data/2024")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sheet = verification_sheet(assessment, "上半年", Path(folder, "核查表.xlsx"))
    >>> len(sheet.items), str(sheet.submissions[0].arrival)
    (1246, 'in time')
    """
    from scoring.publish.verification.book import verification_book

    gathered = gather(assessment, period)
    if not gathered.components:
        raise ValueError(f"考核办法中没有“{period}”这一期")
    if not gathered.items:
        return gathered
    gathered = replace(gathered, evidence=evidence_of(assessment))
    content = verification_book(gathered, assessment)
    replace_all({Path(path): content}, "kaohe verification sheet")
    return gathered


def unmerged(assessment: Assessment, path: Path) -> int:
    """How many cells of a 核查表 at ``path`` say something that is not in the folder yet; what
    cannot be read counts as well."""
    if not path.is_file():
        return 0
    made, problems = _plan(assessment, [read_file(path, path.name)], override=True)
    return len(made.changes) + len(errors(problems))


def merge_verification(
    folder: str | Path,
    workbooks: Sequence[str | Path],
    *,
    dry_run: bool = False,
    override: bool = False,
    progress: Progress | None = None,
) -> Merge:
    """Write the findings of ``workbooks`` into the forms of the assessment in ``folder``.

    Everything is checked first. Where anything is wrong, or with ``dry_run``, nothing is written.
    ``override`` lets the workbooks win over findings that came into the forms after the sheets
    were made. Raises FileInUseError where a form is open in another program, FolderBusyError where
    another run writes in the folder, ChangedError where a form was changed meanwhile; then, too,
    nothing is written.

    >>> import shutil, tempfile
    >>> from scoring import load_assessment, merge_verification, verification_sheet
    >>> with tempfile.TemporaryDirectory() as scratch:
    ...     folder = Path(shutil.copytree("sample_data/2024", Path(scratch, "2024")))
    ...     assessment = load_assessment(folder)
    ...     sheet = verification_sheet(assessment, "上半年", Path(scratch, "核查表.xlsx"))
    ...     merge = merge_verification(folder, [Path(scratch, "核查表.xlsx")])
    >>> merge.refused, merge.changes, merge.unchanged
    (False, (), 1246)
    """
    folder, books = Path(folder), [Path(workbook) for workbook in workbooks]
    if dry_run:
        return _merge(folder, books, override, progress)[0]
    # From reading to writing no other run may change the forms.
    with writing(folder, "kaohe verification merge") as writer:
        merge, read = _merge(folder, books, override, progress)
        if not merge.refused:
            writer.replace(merge.contents, {path: read[path] for path in merge.contents})
        return merge


@dataclass(frozen=True)
class ItemFinding:
    """What a verifier found for one item: ``cells`` by column of the 核查表 (核查得分 or counts, 核查说明), as it
    was typed; ``made`` is what the item said when it was looked at (``ItemToVerify.made``), ``verifier``
    who found it."""

    component: str
    unit: str
    period: str
    indicator: str
    cells: Mapping[str, str]
    made: str = ""
    verifier: str = ""


def verify_items(folder: str | Path, findings: Sequence[ItemFinding]) -> Merge:
    """Write findings that were entered elsewhere than in a 核查表 into the forms: what
    ``merge_verification`` does with a workbook that says the same, all of them or nothing. An item that
    says something else by now than ``made`` is refused. Raises as ``merge_verification``.

    >>> import shutil, tempfile
    >>> from scoring import ItemFinding, verify_items
    >>> with tempfile.TemporaryDirectory() as scratch:
    ...     folder = Path(shutil.copytree("sample_data/2024", Path(scratch, "2024")))
    ...     low = ItemFinding("self_assessment", "临溪县人民政府", "上半年", "1.1", {"核查得分": "0"})
    ...     merge = verify_items(folder, [low])
    >>> merge.refused, [change.new for change, _ in merge.changes]
    (False, ['0'])
    """
    folder = Path(folder)
    with writing(folder, "kaohe verification merge") as writer:
        assessment, problems = load_assessment(folder)
        if assessment is None:
            return Merge(problems=tuple(problems))
        made, found = _plan(assessment, [_as_sheet(assessment, findings)], override=False)
        by_finding: dict[int, list[Problem]] = {}
        for number, problem in enumerate(found):
            if problem.place.file == _SHEET:
                # The sheet is nobody's file: its cells say nothing to whoever entered the finding.
                found[number] = plain = replace(problem, place=Place(_SHEET))
                by_finding.setdefault((problem.place.row or 0) - _FIRST, []).append(plain)
        merge = replace(
            _edit(folder, assessment, made, found),
            by_finding={number: tuple(some) for number, some in by_finding.items()},
        )
        if not merge.refused:
            read = assessment.sources()
            writer.replace(merge.contents, {path: read[path] for path in merge.contents})
        return merge


_SHEET, _FIRST = "核查", 2
"""What findings are read from: its name, and the number of its first row."""


def _as_sheet(assessment: Assessment, findings: Sequence[ItemFinding]) -> SourceFile:
    """Findings as the 核查表 that would say them."""
    parts = assessment.scheme.leaves()
    names = list(dict.fromkeys(name for one in findings for name in one.cells))
    head = [PART, "指标编号", "单位", "期次", "责任单位", MADE, SCORE, NOTE]
    head += [name for name in names if name not in head]
    rows: list[list[Any]] = [list(head)]
    for one in findings:
        said = {
            PART: parts[one.component].title, "指标编号": one.indicator, "单位": one.unit,
            "期次": one.period, "责任单位": one.verifier, MADE: one.made, **one.cells,
        }  # fmt: skip
        rows.append([said.get(name) or None for name in head])
    return SourceFile(_SHEET, "", [Grid(_SHEET, None, rows)])


def _merge(
    folder: Path, workbooks: Sequence[Path], override: bool, progress: Progress | None
) -> tuple[Merge, dict[Path, str]]:
    """The merge, and the hashes of the files of the assessment as they were read."""
    assessment, problems = load_assessment(folder, progress=progress)
    if assessment is None:
        return Merge(problems=tuple(problems)), {}
    sources = [_source(path, workbooks) for path in workbooks]
    made, found = _plan(assessment, sources, override=override)
    return _edit(folder, assessment, made, found), assessment.sources()


def _source(path: Path, all_of_them: Sequence[Path]) -> SourceFile:
    """The workbook, called by its name; by its whole path where two have the same name."""
    name = path.name if sum(p.name == path.name for p in all_of_them) == 1 else str(path)
    return read_named(path, name)


def _plan(
    assessment: Assessment, sources: Sequence[SourceFile], *, override: bool
) -> tuple[Plan, list[Problem]]:
    returned = read_returned(sources, assessment.scheme, assessment.units)
    forms = {(f.component, f.unit, f.period) for f in assessment.tables.forms}
    made = plan(
        items_of(assessment), forms, exemptions(assessment), returned.rows, override=override
    )
    return made, [*returned.problems, *made.problems]


def _edit(folder: Path, assessment: Assessment, made: Plan, found: list[Problem]) -> Merge:
    """The new contents of the files that change, with the cells; every file is tried, so that all
    that stands in the way is said at once."""
    leaves = assessment.scheme.leaves()
    by_file: dict[str, list[Change]] = {}
    for change in made.changes:
        by_file.setdefault(change.item.place.file, []).append(change)
    contents: dict[Path, bytes] = {}
    changes: list[tuple[Change, Place]] = []
    problems = list(found)
    for file, some in by_file.items():
        component = leaves[some[0].item.component]
        puts = [
            Put(c.item.place.sheet, c.item.place.row or 0, c.item.leaf.code, c.column, c.value, c.aside)
            for c in some
        ]  # fmt: skip
        edited = edit_form(file, (folder / file).read_bytes(), component, puts)  # type: ignore[arg-type]
        problems += edited.problems
        contents[folder / file] = edited.content
        changes += [(c, p) for c, p in zip(some, edited.places, strict=False) if p is not None]
    return Merge(
        tuple(changes), tuple(in_order(problems)), made.unchanged, made.unverified,
        tuple(by_file), contents,
    )  # fmt: skip
