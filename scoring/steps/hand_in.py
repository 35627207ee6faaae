"""A 考核表 filled in elsewhere than in its workbook: asked for item by item, checked, previewed, handed in.

For a front that takes a unit's answers one by one. What it gets is what ``check`` and ``preview``
say of the same form as a workbook, and the workbook is what it hands in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from scoring.enums import Scoring
from scoring.inquiry.preview import FormGiven, Preview, preview
from scoring.intake import Assessment
from scoring.intake.cells import CellError, read_points
from scoring.intake.edit import Value
from scoring.intake.form_columns import CLAIMED_COUNTS
from scoring.intake.form_edit import Put, edit_form
from scoring.intake.forms import items_header, read_forms
from scoring.intake.grids import Grid, read_content
from scoring.intake.header_edit import put_submitted
from scoring.intake.hints import with_hints
from scoring.intake.one_form import open_form, read_one_form
from scoring.lookup.periods import self_assessments
from scoring.lookup.units import Unit
from scoring.points import SCALE, format_points
from scoring.problems import Place, Problem, errors
from scoring.scheme import Leaf, SelfAssessment
from scoring.tables import ItemRow
from scoring.verification.merge import exact
from scoring.wording.preview import area_text, conclusions, known_rows, lack_text, share
from scoring.writing import file_names

Answers = Mapping[str, Mapping[str, str]]
"""What a unit says: by 指标编号, then by column of the 考核表, as it was typed."""

SCORE: Final = "自评分"
NOTE: Final = "自评说明"
EVIDENCE: Final = "证明材料"
_HEAD = ("指标编号", "分值", SCORE)
_FIRST = 2
"""Rows above the first item in the grid that answers are read from."""


class NoFormError(LookupError):
    """The unit has no form of that part and period."""


@dataclass(frozen=True)
class Question:
    """An item of a form: what a unit is asked. ``columns`` are those that it fills in, counts instead of
    自评分 where the item is scored by them; ``options`` the words of an item scored by grades."""

    code: str
    title: str
    area: str
    criteria: str
    full: str
    verifier: str
    columns: tuple[str, ...]
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class FormKey:
    """Which form: part of the scheme, unit, period, and when it is due."""

    component: str
    title: str
    unit: Unit
    period: str
    due: date


@dataclass(frozen=True)
class Checked:
    """Answers as they were read: what they would give, and what is wrong with them. ``by_item`` are the
    problems of single items, ``problems`` those of the form as a whole."""

    preview: Preview
    by_item: Mapping[str, tuple[Problem, ...]]
    problems: tuple[Problem, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether the form can be handed in: nothing is wrong, and every item has a self-score."""
        wrong = errors(self.problems) or any(errors(p) for p in self.by_item.values())
        return not wrong and not any(lack.score for lack in self.preview.lacks)


@dataclass(frozen=True)
class Standing:
    """What a preview says in Chinese: its sentences, areas (name, points, share of the full ones in
    percent), what it rests on (part, score, weight, source), and what is lacking by 指标编号."""

    sentences: tuple[str, ...]
    areas: tuple[tuple[str, str, int], ...]
    known: tuple[tuple[str, ...], ...]
    lacks: Mapping[str, str]


@dataclass(frozen=True)
class HandedIn:
    """The form's file with the answers: its path in the folder and its content; where there are
    ``problems`` the content must not be used."""

    file: str
    content: bytes
    problems: tuple[Problem, ...] = field(default=())


def own_forms(assessment: Assessment, unit: str) -> list[FormKey]:
    """The forms that a unit, named in full or short, hands in during the year. Raises ``UnitError``.

    >>> from scoring import load_assessment, own_forms
    >>> assessment = load_assessment("sample_data/2024")
    >>> [(form.period, str(form.due)) for form in own_forms(assessment, "临溪县")]
    [('上半年', '2024-07-15'), ('下半年', '2025-01-15')]
    """
    chosen = assessment.units.pick(unit)
    view = assessment.scheme.views()[chosen.group]
    year = assessment.settings.year
    return [
        FormKey(key, part.title, chosen, period.name, period.due.on(year))
        for key, part in self_assessments(view).items() for period in part.periods
        if _leaves(assessment, key, chosen)
    ]  # fmt: skip


def form_key(assessment: Assessment, unit: str, component: str, period: str) -> FormKey:
    """One of ``own_forms``, by the part's key in the scheme and the period. Raises NoFormError.

    >>> from scoring import form_key, load_assessment
    >>> form_key(load_assessment("sample_data/2024"), "临溪县", "self_assessment", "上半年").title
    '自我考核'
    """
    for key in own_forms(assessment, unit):
        if (key.component, key.period) == (component, period):
            return key
    raise NoFormError(f"{unit} {period}")


def questions(assessment: Assessment, form: FormKey) -> list[Question]:
    """What is asked in a form, in its order, without what does not apply to the unit.

    >>> from scoring import form_key, load_assessment, questions
    >>> assessment = load_assessment("sample_data/2024")
    >>> form = form_key(assessment, "临溪县", "self_assessment", "上半年")
    >>> first, *_ = questions(assessment, form)
    >>> first.code, first.title, first.full, first.columns
    ('1.1', '制度机制建设', '10', ('自评分', '自评说明', '证明材料'))
    """
    return [
        Question(
            code=leaf.code,
            title=leaf.title,
            area=leaf.area,
            criteria=leaf.indicator.criteria,
            full=format_points(leaf.full),
            verifier=leaf.verifier,
            columns=_columns(leaf),
            options=tuple(leaf.indicator.options or ()),
        )
        for leaf in _leaves(assessment, form.component, form.unit)
    ]


def answers_of(assessment: Assessment, form: FormKey) -> dict[str, dict[str, str]]:
    """The answers that the unit's file in the folder holds; empty where none came in.

    >>> from scoring import answers_of, form_key, load_assessment
    >>> assessment = load_assessment("sample_data/2024")
    >>> answers_of(assessment, form_key(assessment, "临溪县", "self_assessment", "上半年"))["1.1"]["自评分"]
    '9'
    """
    mine = [
        row for row in assessment.tables.items
        if (row.component, row.unit, row.period) == (form.component, form.unit.name, form.period)
    ]  # fmt: skip
    return _as_answers(assessment, form, mine)


def answers_in(
    assessment: Assessment, form: FormKey, path: str | Path
) -> tuple[dict[str, dict[str, str]], list[Problem]]:
    """The answers in the workbook of a 考核表 at ``path``, and every problem of it; none where it is another
    unit's or another period's, which is a problem too.

    >>> from scoring import answers_in, form_key, load_assessment
    >>> assessment = load_assessment("sample_data/2024")
    >>> form = form_key(assessment, "临溪县", "self_assessment", "上半年")
    >>> path = "sample_data/2024/自我考核/上半年/临溪县人民政府2024年上半年自我考核表.xlsx"
    >>> answers, problems = answers_in(assessment, form, path)
    >>> answers["1.1"]["自评分"], problems
    ('9', [])
    """
    sheets = open_form(Path(path))
    if errors(sheets.problems):
        return {}, list(sheets.problems)
    exempt = frozenset((row.unit, row.indicator) for row in assessment.tables.exemptions)
    year = assessment.settings.year
    read, problems = read_one_form(sheets, assessment.scheme, assessment.units, year, exempt)
    if read is None:
        return {}, problems
    if (read.component, read.unit.name, read.period) != (
        form.component, form.unit.name, form.period,
    ):  # fmt: skip
        expected = f"“{form.unit.name}”“{form.period}”的考核表"
        found = f"{read.unit.name} {read.period}"
        return {}, [Problem("form-place", Place(sheets.file), found, expected)]
    return _as_answers(assessment, form, read.items), problems


def _as_answers(
    assessment: Assessment, form: FormKey, items: Iterable[ItemRow]
) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    leaves = {leaf.code: leaf for leaf in _leaves(assessment, form.component, form.unit)}
    for row in items:
        leaf = leaves.get(row.indicator)
        if leaf is None:
            continue
        counts = {"完成数": row.self_done, "应完成数": row.self_of, "问题数": row.self_faults}
        cells = {
            name: "" if counts[name] is None else str(counts[name])
            for name in CLAIMED_COUNTS[leaf.scoring]
        }
        if not cells and row.self_score is not None:
            cells[SCORE] = _score_text(leaf, row.self_score)
        found[row.indicator] = {**cells, NOTE: row.self_note or "", EVIDENCE: row.evidence or ""}
    return found


def blank_form(assessment: Assessment, form: FormKey) -> tuple[str, bytes]:
    """The name and the content of the blank 考核表, as ``make_forms`` makes it.

    >>> from scoring import blank_form, form_key, load_assessment
    >>> assessment = load_assessment("sample_data/2024")
    >>> blank_form(assessment, form_key(assessment, "临溪县", "self_assessment", "上半年"))[0]
    '临溪县人民政府考核表.xlsx'
    """
    from scoring.publish.forms import make_forms

    blanks = make_forms(assessment, form.period, units=[form.unit.name], component=form.component)
    ((_, content),) = blanks.files.items()
    names = [unit.name for unit in assessment.units.graded()]
    return f"{file_names(names)[form.unit.name]}考核表.xlsx", content


def check_answers(
    assessment: Assessment, form: FormKey, answers: Answers, day: date, submitted: date
) -> Checked:
    """What the answers would give as of ``day``, handed in on the day ``submitted``, and what is wrong with
    them: the preview (without its advice) and the problems of a workbook that says the same.

    >>> from datetime import date
    >>> from scoring import answers_of, check_answers, form_key, load_assessment
    >>> assessment = load_assessment("sample_data/2024")
    >>> form = form_key(assessment, "临溪县", "self_assessment", "上半年")
    >>> answers = {**answers_of(assessment, form), "1.1": {"自评分": "11"}}
    >>> found = check_answers(assessment, form, answers, date(2024, 12, 31), date(2024, 7, 12))
    >>> found.sound, [problem.message() for problem in found.by_item["1.1"]]
    (False, ['[错误] 数字超出范围：现为“11”；应为0到10的数字。改法：填写范围内的数字。'])
    """
    part = _part(assessment, form)
    leaves = _leaves(assessment, form.component, form.unit)
    grid = _grid(assessment, form, leaves, answers, submitted)
    exempt = frozenset((row.unit, row.indicator) for row in assessment.tables.exemptions)
    year = assessment.settings.year
    rows = read_forms([([grid], None)], form.component, part, assessment.units, year, exempt)
    codes = {grid.row_number(_FIRST + i): leaf.code for i, leaf in enumerate(leaves)}
    by_item: dict[str, list[Problem]] = {}
    whole: list[Problem] = []
    for problem in with_hints(rows.problems, year):
        code = codes.get(problem.place.row or 0)
        # The grid is nobody's file: its rows say nothing to whoever answers.
        problem = replace(problem, place=Place(part.table))
        (whole if code is None else by_item.setdefault(code, [])).append(problem)
    handed = [row for row in rows.forms if row.period == form.period]
    given = FormGiven(
        form.component, form.unit.name, form.unit.group, form.period,
        handed[0]._replace(file=None, sheet=None, row=None), tuple(rows.items),
    )  # fmt: skip
    found = preview(
        given, assessment.tables, assessment.scheme, year, day,
        known=assessment.settings.known_day(day, None), advice=False,
    )  # fmt: skip
    return Checked(found, {code: tuple(some) for code, some in by_item.items()}, tuple(whole))


def standing(found: Preview) -> Standing:
    """What a preview says, in Chinese and for a screen: see ``Standing``.

    >>> from scoring import preview_form, standing
    >>> form = "sample_data/2024/自我考核/上半年/临溪县人民政府2024年上半年自我考核表.xlsx"
    >>> found, _ = preview_form(form)
    >>> standing(found).areas[0]
    ('基础建设', '8.5/10', 85)
    """
    return Standing(
        sentences=tuple(conclusions(found, "")),
        areas=tuple(
            (area.area, area_text(area), min(100, int(share(area) * 100))) for area in found.areas
        ),
        known=tuple(map(tuple, known_rows(found))),
        lacks={lack.item.indicator: lack_text(lack) for lack in found.lacks},
    )


def hand_in(assessment: Assessment, form: FormKey, answers: Answers, submitted: date) -> HandedIn:
    """The form's file with the answers and 报送日期: the one that lies in the folder with the cells that
    changed, or where none came in a new 考核表. The answers must be sound (``check_answers``).

    >>> from datetime import date
    >>> from scoring import answers_of, form_key, hand_in, load_assessment
    >>> assessment = load_assessment("sample_data/2024")
    >>> form = form_key(assessment, "临溪县", "self_assessment", "上半年")
    >>> made = hand_in(assessment, form, answers_of(assessment, form), date(2024, 7, 12))
    >>> made.file, made.problems
    ('自我考核/上半年/临溪县人民政府2024年上半年自我考核表.xlsx', ())
    """
    part = _part(assessment, form)
    file, content, sheet, rows = _file(assessment, form)
    suffix = "." + file.rsplit(".", 1)[-1]
    grid = next(g for g in read_content(content, file, suffix).grids if g.sheet == sheet)
    header = items_header(grid, part)
    assert header is not None
    rows = rows or _rows(grid, header.columns["指标编号"], header.last + 1)
    before = answers_of(assessment, form)
    puts = [
        Put(sheet, rows[leaf.code], leaf.code, name, _value(leaf, name, now))
        for leaf in _leaves(assessment, form.component, form.unit) if leaf.code in rows
        for name in _columns(leaf)
        if (now := _cell(answers, leaf.code, name)) != _cell(before, leaf.code, name)
    ]  # fmt: skip
    problems: tuple[Problem, ...] = ()
    if puts:
        edited = edit_form(file, content, part, puts)
        content, problems = edited.content, tuple(edited.problems)
    if not problems:
        content, found = put_submitted(file, content, sheet, header.row, submitted)
        problems = tuple(found)
    return HandedIn(file, content, problems)


# The form's place in the folder


def _file(assessment: Assessment, form: FormKey) -> tuple[str, bytes, str | None, dict[str, int]]:
    """The file that the form is in, its content, its sheet and the number of each indicator's row; a new
    one, of which the rows are still to be found, where none came in."""
    from scoring.publish.forms.book import SHEET

    for row in assessment.tables.forms:
        if (row.component, row.unit, row.period) == (form.component, form.unit.name, form.period):
            assert assessment.path is not None
            assert row.file is not None
            at = {
                item.indicator: item.row for item in assessment.tables.items
                if (item.component, item.unit, item.period) == (row.component, row.unit, row.period)
                and item.row is not None
            }  # fmt: skip
            return row.file, (assessment.path / row.file).read_bytes(), row.sheet, at
    name, content = blank_form(assessment, form)
    table = _part(assessment, form).table
    return f"{table}/{form.period}/{name}", content, SHEET, {}


def _rows(grid: Grid, column: int, first: int) -> dict[str, int]:
    """By 指标编号 the number of its row."""
    from scoring.intake.cells import shown

    found: dict[str, int] = {}
    for index in range(first, len(grid.cells)):
        code = shown(grid.value(index, column)).strip()
        if code:
            found.setdefault(code, grid.row_number(index))
    return found


# What a unit is asked


def _part(assessment: Assessment, form: FormKey) -> SelfAssessment:
    part = assessment.scheme.leaves()[form.component]
    assert isinstance(part, SelfAssessment)
    return part


def _leaves(assessment: Assessment, component: str, unit: Unit) -> list[Leaf]:
    part = assessment.scheme.leaves()[component]
    assert isinstance(part, SelfAssessment)
    out = {
        row.indicator for row in assessment.tables.exemptions
        if (row.component, row.unit) == (component, unit.name)
    }  # fmt: skip
    return [leaf for leaf in part.items(unit.group) if leaf.code not in out]


def _columns(leaf: Leaf) -> tuple[str, ...]:
    return (*(CLAIMED_COUNTS[leaf.scoring] or (SCORE,)), NOTE, EVIDENCE)


def _cell(answers: Answers, code: str, name: str) -> str:
    return str(answers.get(code, {}).get(name) or "").strip()


def _score_text(leaf: Leaf, points: int) -> str:
    for name, worth in (leaf.indicator.options or {}).items():
        if worth == points:
            return name
    return format_points(points)


def _value(leaf: Leaf, name: str, text: str) -> Value:
    """A cell's content from what was typed."""
    if not text:
        return None
    if name in CLAIMED_COUNTS[leaf.scoring]:
        return Decimal(text)
    if name == SCORE and leaf.scoring == Scoring.POINTS:
        try:
            points = read_points(text)
        except CellError:
            return text
        return text if points is None else exact(points)
    return text


def _grid(
    assessment: Assessment, form: FormKey, leaves: list[Leaf], answers: Answers, submitted: date
) -> Grid:
    """The answers as the cells of a form."""
    counts = dict.fromkeys(name for leaf in leaves for name in CLAIMED_COUNTS[leaf.scoring])
    head = [*_HEAD, *counts, NOTE, EVIDENCE]
    block: list[Any] = [
        "单位", form.unit.name, "考核年度", assessment.settings.year, "期次", form.period,
        "报送日期", submitted,
    ]  # fmt: skip
    cells: list[list[Any]] = [block, list(head)]
    for leaf in leaves:
        known: dict[str, Any] = {"指标编号": leaf.code, "分值": Decimal(leaf.full) / SCALE}
        for name in _columns(leaf):
            known[name] = _cell(answers, leaf.code, name) or None
        cells.append([known.get(name) for name in head])
    return Grid(_part(assessment, form).table, None, cells)


__all__ = [
    "Answers", "Checked", "FormKey", "HandedIn", "NoFormError", "Question", "Standing", "answers_in", "answers_of", "blank_form",
    "check_answers", "form_key", "hand_in", "own_forms", "questions", "standing",
]  # fmt: skip
