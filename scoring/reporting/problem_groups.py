"""Problems for a person: what has one cause and one remedy is one line, with the first places.

A clerk who gave forty units a wrong 类别 made one mistake. Problems stay values, each with its cell;
here they are only put together for showing, in the fewest lines from which somebody can act.
"""

from __future__ import annotations

import posixpath
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scoring.limits import NEAR_LOOKUPS
from scoring.problems import CATALOGUE, Problem, SheetOrder, clip, errors, in_order
from scoring.reporting.gap_groups import (
    FIRST,
    FormsHeld,
    Line,
    first_of,
    forms_held,
    group_gaps,
    grouped,
    is_of_units,
)
from scoring.score import Result

if TYPE_CHECKING:
    from scoring.intake import Assessment

FILES_APART = 3
"""The same fault in so many files of a table is one line a file; in more of them it is one in all."""
LINES_APART = 20
"""Faults of one kind that differ are one line each up to this number; more are one line together."""
_FOUND_LENGTH = 20
_OF_A_COLUMN = frozenset({"column-unnamed"})
"""Faults that are one for a whole column, whatever stands in its cells."""
_OF_A_FILE = frozenset({"formula-uncomputed", "self-score-missing"})
"""Faults that are one for a whole file, whatever is expected in its cells: the program that wrote it
computed no formula; nobody assessed himself."""


@dataclass(frozen=True)
class Context:
    """What is known beside the problems: the order of the sheets in their workbooks, and the forms
    that came in."""

    sheets: SheetOrder = field(default_factory=dict)
    forms: FormsHeld = field(default_factory=FormsHeld)


def context_of(assessment: Assessment, result: Result | None = None) -> Context:
    """The context of the problems of ``assessment``; with its ``result`` also that of its gaps."""
    return Context(assessment.sheets, forms_held(result) if result else FormsHeld())


@dataclass(frozen=True, slots=True)
class Group:
    """Problems that are one line, under the file or folder ``heading``. ``is_complete``: the line
    names every one of them."""

    heading: str
    message: str
    problems: tuple[Problem, ...]
    is_complete: bool

    @property
    def count(self) -> int:
        """How many faults they are."""
        return sum(problem.count for problem in self.problems)

    @property
    def label(self) -> str:
        """错误, 缺项 or 提醒."""
        return self.problems[0].label


def group_problems(problems: Iterable[Problem], context: Context | None = None) -> list[Group]:
    """The problems as lines to be read, those of one heading together: files with errors first.

    >>> from scoring.problems import Place
    >>> rows = range(3, 43)
    >>> places = [Place("考核对象.xlsx", "Sheet1", row, "B", "类别") for row in rows]
    >>> [line] = group_problems([Problem("group-unknown", at, "县", "县区、部门") for at in places])
    >>> line.message
    '[错误] 工作表“Sheet1” “类别” 类别不在考核办法中：现为“县”，共40处（B3、B4、B5 等）；应为县区、部门。改法：改为考核办法规定的类别。'
    """
    context = context or Context()
    found = in_order(problems, context.sheets)
    lines = group_gaps([p for p in found if is_of_units(p, context.forms)], context.forms)
    lines += _generic([p for p in found if not is_of_units(p, context.forms)])
    position = {id(problem): i for i, problem in enumerate(found)}
    lines.sort(key=lambda line: position[id(line.problems[0])])
    wrong = {line.heading for line in lines if errors(line.problems[:1])}
    headings = {line.heading: line.heading not in wrong for line in lines}
    return [
        Group(line.heading, line.message, tuple(line.problems), line.is_complete)
        for line in sorted(lines, key=lambda line: (headings[line.heading], line.heading))
    ]


def _generic(problems: Sequence[Problem]) -> list[Line]:
    """The same fault in a file is one line, and in many files one line for all of them. Where a kind
    still has too many lines, or more problems than were kept, it is one a file, or one in all."""
    by_file = grouped(problems, lambda p: (p.place.file, _fault(p)))
    anywhere: list[list[Problem]] = []
    for same in grouped(by_file, lambda some: _fault(some[0])):
        anywhere += same if len(same) <= FILES_APART else [_joined(same)]
    lines: list[list[Problem]] = []
    for of_kind in grouped(anywhere, lambda some: (some[0].kind, _table(some[0]))):
        cut = any(p.count > 1 for some in of_kind for p in some)
        if cut or len(of_kind) > LINES_APART:
            of_kind = [_joined(s) for s in grouped(of_kind, lambda some: some[0].place.file)]
        if len(of_kind) > LINES_APART:
            of_kind = [_joined(of_kind)]
        lines += of_kind
    return [_line(some) for some in lines]


def _joined(lists: Iterable[list[Problem]]) -> list[Problem]:
    return [problem for some in lists for problem in some]


def _fault(problem: Problem) -> Hashable:
    """What is the same of one fault wherever it stands. Gaps of cells are the same whomever they are
    about; of a sheet (in its header's row) where they only differ in whose sheet it is."""
    at, about = problem.place, problem.about
    if CATALOGUE[problem.kind].level == "缺项":
        about = "" if at.column else about.replace(problem.unit or "\n", "")
    if problem.kind in _OF_A_FILE:
        return problem.kind, _table(problem), problem.fix, problem.count > 1
    found: Hashable = problem.found
    if problem.kind in _OF_A_COLUMN:
        found = at.column if at.header is None else ""
    return (problem.kind, _table(problem), at.header, found, problem.expected,
            problem.fix, about, problem.count > 1)  # fmt: skip


def _table(problem: Problem) -> str:
    """The table of a file: what its folder, or itself, is called."""
    top, *rest = problem.place.file.split("/")
    return top if rest else posixpath.splitext(top)[0]


# A line of several problems


def _line(problems: list[Problem]) -> Line:
    first, kind = problems[0], CATALOGUE[problems[0].kind]
    if len(problems) == 1 and first.count == 1:
        return Line(first.place.file, first.message(), problems, is_complete=True)
    singles = [p for p in problems if p.count == 1]
    files = list(dict.fromkeys(p.place.file for p in problems))
    base = posixpath.commonpath(files)
    founds = list(dict.fromkeys(p.found for p in singles if p.found))
    if first.kind in _OF_A_FILE:
        founds = founds[: len(founds) == 1]
    said = []
    if first.about and len({p.about for p in singles}) == 1:
        said.append(clip(first.about))
    now = f"现为“{clip(founds[0])}”，" if len(founds) == 1 else ""
    number, is_complete = _number(problems, files, base, founds)
    said.append(now + number)
    if first.kind == "unit-unknown" and len(founds) > NEAR_LOOKUPS:
        said.append(f"不认识的名称超过{NEAR_LOOKUPS}个，可能用错了考核对象表，或放错了文件")
    if first.expected and len({p.expected for p in singles}) == 1:
        said.append(f"{kind.wants}{first.expected}")
    fixes = {p.fix or kind.fix for p in singles}
    fix = fixes.pop() if len(fixes) == 1 else kind.fix
    where = _common_place(singles, files)
    message = f"[{first.label}] {where}{kind.title}：{'；'.join(said)}。改法：{fix}。"
    return Line(base or _table(first), message, problems, is_complete)


def _number(
    problems: Sequence[Problem], files: Sequence[str], base: str, founds: Sequence[str]
) -> tuple[str, bool]:
    """How many there are and the first of them, as 共40处（B3、B4、B5 等）; and whether these are all.
    Files are named from the folder ``base``."""
    count = sum(p.count for p in problems)
    kind = problems[0].kind
    numbers = [f"{count}处"] if count > len(files) or len(files) == 1 else []
    numbers += [f"{len(files)}个文件"] if len(files) > 1 else []
    singles = [p for p in problems if p.count == 1]
    least = "" if len(singles) == len(problems) else "以上"
    numbers += (
        [f"{len(founds)}种{least}写法"] if len(founds) > 1 and kind not in _OF_A_COLUMN else []
    )
    sheets = {p.place.sheet for p in singles}
    shown = singles
    if len(founds) > 1 and count > FIRST + 2:
        # Of each of the things that stand there the first.
        shown = list({p.found: p for p in reversed(singles)}.values())[::-1]
    elif kind in _OF_A_FILE and len(files) > 1:
        shown = list({p.place.file: p for p in reversed(singles)}.values())[::-1]
    varied = len({p.about for p in singles}) > 1
    labels = [
        _label(
            p,
            base=base if len(files) > 1 else None,
            sheet=len(files) == 1 and len(sheets) > 1,
            found=len(founds) > 1,
            about=varied,
        )
        for p in shown[: FIRST + 2]
    ]
    some = first_of([label for label in labels if label], of=count)
    text = f"共{'、'.join(numbers)}" + (f"（{some}）" if some else "")
    return text, len(labels) == count


def _label(problem: Problem, *, base: str | None, sheet: bool, found: bool, about: bool) -> str:
    """One place in short: B3, 第3行, “一月”B3, 甲县.xlsx B3, and what stands there or whose it is."""
    at = problem.place
    cell = f"{at.column}{at.row}" if at.column and at.row is not None else ""
    cell = cell or (f"第{at.row}行" if at.row is not None else "")
    if at.sheet is None and at.column is not None and at.column.isdigit():
        cell = f"第{at.row}行第{at.column}列"
    if sheet:
        cell = f"“{at.sheet}”{cell}"
    if base is not None:
        cell = f"{posixpath.relpath(at.file, base or '.')} {cell}".rstrip()
    if found:
        cell += f"“{clip(problem.found, _FOUND_LENGTH)}”"
    return f"{cell} {clip(problem.about)}".strip() if about else cell


def _common_place(problems: Sequence[Problem], files: Sequence[str]) -> str:
    """The sheet and the column that all of them have."""
    sheets = {p.place.sheet for p in problems}
    headers = {p.place.header for p in problems}
    sheet = next(iter(sheets)) if len(sheets) == 1 and len(files) == 1 else None
    header = next(iter(headers)) if len(headers) == 1 else None
    parts = [f"工作表“{sheet}” " if sheet else "", f"“{header}” " if header else ""]
    return "".join(parts)
