"""更正: a final result that follows an earlier one, with the circular that says what changed and why."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from scoring.intake import Assessment
from scoring.intake.cells import shown
from scoring.intake.grids import read_file
from scoring.lookup.text import fold
from scoring.monitoring.comparison import Comparison, Moved, compare_sides, side_of
from scoring.papers import CORRECTION
from scoring.points import cell_number
from scoring.publish import render
from scoring.publish.circular.correction import compose_correction
from scoring.publish.circular.docx import TEMPLATE, render_docx
from scoring.publish.manifest import MANIFEST, read_manifest
from scoring.scheme import Ledger, SelfAssessment
from scoring.score import EntryResult, ItemResult, Result
from scoring.score.appeals import AppealState, Standing, appeal_states
from scoring.steps.grade import NotFinalError, write_papers
from scoring.steps.year import RESULTS, YearError, read_results_json
from scoring.wording.results import ENTRY_STATUS, entry_reason, given_text
from scoring.wording.scheme import rule_of
from scoring.wording.scores import amount_text, score_text

BOOK = "考核结果.xlsx"
(CORRECTION_NAME,) = CORRECTION.names


def compare_with_earlier(result: Result, earlier: Path) -> Comparison:
    """``result`` beside the final result in the folder ``earlier``. Raises YearError where that is
    none of the same year and scheme, was edited, or says the same.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from scoring import (
    ...     compare_with_earlier, load_assessment, publish_results, score_assessment, what_if,
    ... )
    >>> assessment = load_assessment("sample_data/2024")
    >>> result = score_assessment(assessment)
    >>> after = what_if(assessment, revoked=["BGS2024039"]).after
    >>> with tempfile.TemporaryDirectory() as out:
    ...     _ = publish_results(result, assessment, out)
    ...     [m.new.unit for m in compare_with_earlier(after, Path(out)).both if m.changed][0]
    '临溪县人民政府'
    """
    old = read_results_json(earlier)
    if not old.final:
        raise YearError(f"{earlier} 中是暂定结果，没有公布，不用更正")
    if (old.scheme, old.year) != (result.scheme.name, result.year):
        raise YearError(
            f"{earlier} 是{old.year}年度《{old.title}》的结果，不是同一年度、同一办法的"
        )
    at = earlier / MANIFEST
    manifest = read_manifest(at.read_bytes() if at.is_file() else None)
    written = (manifest or {"outputs": {}})["outputs"].get(RESULTS)
    if written is not None and written != _hash(earlier / RESULTS):
        raise YearError(f"{earlier / RESULTS} 写出以后有改动，不能据以更正：请用 kaohe audit 核对")
    found = compare_sides(old, side_of(result))
    if not found.changed:
        raise YearError(f"与 {earlier} 的结果相同，没有要更正的")
    return found


def refuse_result(out: Path) -> None:
    """Raise YearError where the folder ``out`` holds a result: a correction replaces none."""
    if (out / RESULTS).exists():
        raise YearError(f"{out} 中已有结果，更正不覆盖原有文件：请用 --out 另写一个文件夹")


def publish_correction(
    result: Result, assessment: Assessment, found: Comparison, earlier: Path, out: Path
) -> list[Path]:
    """Write the five files of the corrected ``result`` and 更正通报.docx into the folder ``out``, all or
    none; the papers in ``earlier`` stay as they are. ``found`` is of ``compare_with_earlier``. Raises
    NotFinalError, YearError where ``out`` holds a result already, and what ``write_papers`` raises.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from scoring import compare_with_earlier, load_assessment, publish_correction
    >>> from scoring import publish_results, score_assessment, what_if
    >>> assessment = load_assessment("sample_data/schemes/keshi")
    >>> with tempfile.TemporaryDirectory() as home:
    ...     earlier, out = Path(home, "结果"), Path(home, "更正结果")
    ...     _ = publish_results(score_assessment(assessment), assessment, earlier)
    ...     after = what_if(assessment, revoked=["KS-11"]).after
    ...     found = compare_with_earlier(after, earlier)
    ...     [p.name for p in publish_correction(after, assessment, found, earlier, out) if "更正" in p.name]
    ['更正通报.docx']
    """
    if not result.final:
        raise NotFinalError([])
    refuse_result(out)
    circular = compose_correction(
        result, assessment, found, _reasons(found, result, assessment, earlier)
    )
    own = assessment.templates.get(TEMPLATE.name)
    papers = {**render(result, assessment), CORRECTION_NAME: render_docx(circular, own)}
    options = {"grade": {"corrects": _hash(earlier / RESULTS)}}
    return write_papers(result, assessment, out, papers, "kaohe grade", options)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# Why


def _reasons(
    found: Comparison, result: Result, assessment: Assessment, earlier: Path
) -> dict[str, list[str]]:
    """By unit the sentences on what of it is another thing than in the earlier 考核结果.xlsx; a part
    whose change is not found there has none."""
    states = appeal_states(assessment.appeals, assessment.tables, result.known)
    granted = [state for state in states if state.standing is Standing.GRANTED]
    entries, items = _old_rows(earlier / BOOK)
    files = {fold(entry.place.file) for entry in result.entries}
    out: dict[str, list[str]] = {}
    for moved in found.both:
        unit = moved.new.unit
        said = [
            *_of_entries(result, unit, entries, granted, files),
            *_of_items(result, unit, items, granted),
            *_of_scores(result, moved),
        ]
        if said:
            out[unit] = said
    return out


Row = Mapping[str, str]


def _old_rows(book: Path) -> tuple[list[Row], list[Row]]:
    """The ledger rows and the items of an earlier 考核结果.xlsx, by column; none where it is not there."""
    if not book.is_file():
        return [], []
    entries: list[Row] = []
    items: list[Row] = []
    for grid in read_file(book, book.name).grids:
        for wanted, rows in (
            ({"台账编号", "计入单位"}, entries),
            ({"指标编号", "核查得分", "期次"}, items),
        ):
            rows += _table(grid.cells, wanted)
    return entries, items


def _table(cells: Sequence[Sequence[Any]], wanted: set[str]) -> Iterator[Row]:
    """The rows under the header that has all ``wanted`` columns."""
    head: list[str] | None = None
    for row in cells:
        texts = [fold(shown(value)) if value is not None else "" for value in row]
        if head is None:
            head = texts if wanted <= set(texts) else None
        else:
            yield dict(zip(head, texts, strict=False))


def _of_entries(
    result: Result,
    unit: str,
    old: Sequence[Row],
    granted: Sequence[AppealState],
    files: Collection[str],
) -> Iterator[str]:
    if not old and not any(e.charged_unit == unit for e in result.entries):
        return
    after = [e for e in result.entries if e.charged_unit == unit]
    before = _pairs(after, [row for row in old if row["计入单位"] == fold(unit)], files)
    for entry in after:
        was = before.pop(_key(entry), None)
        cost = _cost(result, entry)
        if was is None:
            if old and entry.deduction:
                yield f"补记台账编号{entry.entry}，{cost}"
            continue
        if was.get("处理结果") == fold(ENTRY_STATUS[entry.status]) and _same(was, entry):
            continue
        appeal = _appeal(granted, entry=entry)
        rule = rule_of(result.scheme, entry.component, entry.rule)
        why = entry_reason(entry, rule, result.as_of)
        yield f"{appeal}台账编号{entry.entry}原{was.get('处理结果') or '计入'}，现{cost}（{why}）"
    for row in before.values():
        yield f"台账编号{row['台账编号']}不再列入台账"


Key = tuple[str, str]
"""The file of a row, and its 台账编号: two providers may have used one number for two problems."""


def _key(entry: EntryResult) -> Key:
    return fold(entry.place.file), fold(entry.entry)


def _pairs(
    entries: Sequence[EntryResult], old: Sequence[Row], files: Collection[str]
) -> dict[Key, Row]:
    """The earlier rows by the keys that they have now. A workbook may have another name by now: of one
    that is not among the ``files``, a row is known by its number alone."""
    now = {_key(entry) for entry in entries}
    by_number = {number: file for file, number in now}
    found: dict[Key, Row] = {}
    moved: list[Row] = []
    for row in old:
        file, number = row.get("来源文件", ""), row["台账编号"]
        if (file, number) in now or file in files or number not in by_number:
            found[file, number] = row
        else:
            moved.append(row)
    for row in moved:
        number = row["台账编号"]
        found.setdefault((by_number[number], number), row)
    return found


def _same(was: Row, entry: EntryResult) -> bool:
    given = was.get("扣分", was.get("扣分或加分", ""))
    return given == fold(shown(cell_number(entry.deduction)))


def _cost(result: Result, entry: EntryResult) -> str:
    return f"扣{amount_text(entry.deduction, result.scheme)}分" if entry.deduction else "不扣分"


def _of_items(
    result: Result, unit: str, old: Sequence[Row], granted: Sequence[AppealState]
) -> Iterator[str]:
    titles = sum(isinstance(c, SelfAssessment) for c in result.scheme.leaves().values())
    if titles != 1:
        return  # two forms may have the same codes: which row is whose is not said in the sheet
    before = {(r["期次"], r["指标编号"]): r for r in old if r["单位"] == fold(unit)}
    for item in result.items:
        was = before.get((fold(item.period), fold(item.indicator)))
        if item.unit != unit or was is None:
            continue
        now = given_text(item, verified=True)
        then = was.get("核查得分", "")
        if then == fold(
            shown(None if item.verified_score is None else cell_number(item.verified_score))
        ):
            continue
        appeal = _appeal(granted, item=item)
        note = f"（{item.verified_note.rstrip('。')}）" if item.verified_note else ""
        yield f"{appeal}{item.period}指标{item.indicator}核查得分由{then or '—'}分更正为{now}分{note}"


def _is(state: AppealState, item: ItemResult) -> bool:
    row = state.row
    return (row.unit, row.period, row.indicator) == (item.unit, item.period, item.indicator)


def _appeal(
    granted: Sequence[AppealState],
    *,
    entry: EntryResult | None = None,
    item: ItemResult | None = None,
) -> str:
    """How a reason begins that comes of an appeal against the row."""
    found = next(
        (
            state for state in granted
            if (item is not None and _is(state, item))
            or (entry is not None and state.row.entry == entry.entry)
        ),
        None,
    )  # fmt: skip
    return f"申诉{found.row.number}经审查予以支持，" if found else ""


def _of_scores(result: Result, moved: Moved) -> Iterator[str]:
    """Scores that were handed in whole: what differs is the part itself."""
    for key, part in result.scheme.components.items():
        before, after = moved.old.components.get(key), moved.new.components.get(key)
        if before != after and not isinstance(part, Ledger | SelfAssessment):
            old, new = (score_text(score, result.scheme) for score in (before, after))
            yield f"{part.title}得分由{old}分更正为{new}分"
