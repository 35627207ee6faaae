"""缺项 as problems: each with its cell, what stands there, and whom it is about.

Scoring knows of a gap only the row; intake knows where the columns of each sheet are. Gaps that
have one cause, as a sheet without the column or an assessor whose rows are not there, are one
problem; a gap that comes of an error of reading is that error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from scoring.intake.discover import SETTINGS_FILE
from scoring.intake.form_columns import VERIFIED_COUNTS
from scoring.problems import Place, Problem, errors, in_order, nearest
from scoring.reporting.appeals import appeal_problems
from scoring.score import EntryResult, Gap, ItemResult, Result

if TYPE_CHECKING:
    from scoring.intake import Assessment
    from scoring.intake.table import SheetHeader

_COLUMNS: Mapping[str, str] = {
    "gap-deadline": "整改期限", "gap-verification": "核实结果", "gap-score": "得分",
}  # fmt: skip
_PENDING = "待核实"
_UNREAD = frozenset({
    "file-unreadable", "file-type", "file-encoding", "file-empty", "file-password",
    "file-too-large", "csv-delimiter", "csv-quote", "header-missing",
    "column-missing", "column-duplicate",
})  # fmt: skip
"""Problems for which a whole table was not read."""
_OF_A_TABLE = frozenset({"gap-score", "gap-assessor", "gap-trimmed"})
"""Gaps that come of a table of scores as a whole: where it could not be read they are no news."""
_TWICE = frozenset({"form-duplicate", "indicator-duplicate", "score-duplicate"})
"""Errors of what came in twice: nobody knows which of the two holds."""
_SOME = 3

_Sheet = tuple[str, str | None]
"""A sheet's file and name, which is None for csv and parquet."""


class NotFinalError(ValueError):
    """A result that is not final was to be published as if it were; ``problems`` say why."""

    def __init__(self, problems: list[Problem]) -> None:
        wrong = len(errors(problems))
        why = f"有{wrong}处错误或缺项" if wrong else "截至日期、资料截止日未到，或只要求暂定结果"
        super().__init__(f"不是正式结果：{why}")
        self.problems = problems


def all_problems(result: Result, assessment: Assessment) -> list[Problem]:
    """Whatever stands against a final result: the problems of reading, the gaps, and the appeals that
    were granted and not carried out; and a reminder of each open appeal.

    Whoever checks, grades or publishes asks here. Every blocking gap is one error in the list:
    its own, or the one of reading that it comes from. So where the list holds no error, a result
    that was asked to be final on a day on which it can be is final. ``check_assessment`` asks for it
    from a folder.

    >>> from scoring import all_problems, load_assessment, score_assessment
    >>> assessment = load_assessment("sample_data/2024")
    >>> all_problems(score_assessment(assessment), assessment)
    []
    """
    problems = list(assessment.problems)
    appeals = appeal_problems(assessment, result.known)
    return [*problems, *gap_problems(result, problems, assessment), *appeals]


def gap_problems(
    result: Result, problems: Iterable[Problem] = (), assessment: Assessment | None = None
) -> list[Problem]:
    """The gaps that stop a final run, as problems with their places.

    A gap is not named again where one of the ``problems`` of reading says what to fix: a refused
    row, a missing table, a table of scores that could not be read. ``assessment`` tells the cells.

    >>> from datetime import date
    >>> from scoring import gap_problems, load_assessment, score_assessment
    >>> result = score_assessment(load_assessment("sample_data/2024"), date(2024, 6, 30))
    >>> gap_problems(result)
    []
    """
    headers = assessment.headers if assessment else {}
    absent = any(gap.kind == "gap-assessor" for gap in result.gaps)
    given = _given(assessment if absent else None)
    cells = _Cells(result, headers, given, _exempt(assessment))
    faults = _Faults(errors(problems), headers)
    leaves = result.scheme.leaves()
    found: list[Problem] = []
    together: dict[tuple[object, ...], list[Gap]] = {}
    for gap in result.gaps:
        if not gap.blocking or faults.explain(gap, leaves[gap.component].table):
            continue
        shared = cells.shared(gap)
        if shared is None:
            found.append(cells.problem(gap))
        else:
            together.setdefault((gap.kind, gap.component, *shared), []).append(gap)
    misspelt = cells.misspelt(together.values())
    found += [cells.one_for_all(gaps) for gaps in together.values() if gaps not in misspelt]
    return in_order(found)


class _Faults:
    """The errors of reading, and which gaps come of them; the cost of a question does not grow with
    the number of errors."""

    def __init__(self, found: Iterable[Problem], headers: Mapping[_Sheet, SheetHeader]) -> None:
        self._lacking: set[str] = set()
        self._unread: set[str] = set()
        self._whole: set[_Sheet] = set()
        """Sheets (None: all of the file) with an error in or above the header, or in no row."""
        self._first: dict[_Sheet, int] = {}
        """Where no header is known: the first row with an error; it is one of all rows below."""
        self._rows: set[tuple[str, str | None, int]] = set()
        self._misnamed: set[tuple[str, str | None, str]] = set()
        self._twice: set[tuple[str | None, str | None, str | None]] = set()
        """Component, unit, and the code of what came in twice; None: the unit's whole score."""
        self._of_tables: dict[tuple[str, bool], bool] = {}
        for problem in found:
            place = problem.place
            sheet = (place.file, place.sheet)
            if problem.kind == "table-missing":
                self._lacking.add(place.file)
            if problem.kind in _UNREAD:
                self._unread.add(place.file)
            if problem.kind == "column-misnamed":
                self._misnamed.add((*sheet, problem.expected))
            if problem.kind in _TWICE:
                code = problem.found if problem.kind == "indicator-duplicate" else None
                self._twice.add((problem.component, problem.unit, code))
            header = headers.get(sheet)
            if place.row is None or (header is not None and place.row <= header.last):
                self._whole.add(sheet)
                continue
            self._rows.add((*sheet, place.row))
            if header is None:
                self._first[sheet] = min(place.row, self._first.get(sheet, place.row))

    def explain(self, gap: Gap, table: str) -> bool:
        """Whether an error says already what the gap comes of."""
        if table in self._lacking:
            return True
        if gap.kind in _OF_A_TABLE:
            return self._somewhere(table, unread=True)
        place = gap.place
        if gap.kind != "gap-refused":
            column = f"“{_COLUMNS.get(gap.kind, '核查得分')}”"
            return place is not None and (place.file, place.sheet, column) in self._misnamed
        if any((gap.component, gap.unit, code) in self._twice for code in {None, gap.indicator}):
            return True
        if place is None or place.row is None:
            return self._somewhere(table, unread=False)
        return any(
            (place.file, sheet) in self._whole
            or (place.file, sheet, place.row) in self._rows
            or self._first.get((place.file, sheet), place.row + 1) <= place.row
            for sheet in {None, place.sheet}
        )

    def _somewhere(self, table: str, *, unread: bool) -> bool:
        """Whether a file of the table could not be read, or else has an error of a whole sheet."""
        if (table, unread) not in self._of_tables:
            files = set(self._unread)
            if not unread:
                files.update(file for file, _ in self._whole)
            self._of_tables[table, unread] = any(_of_table(file, table) for file in files)
        return self._of_tables[table, unread]


def _to_fill_in(item: ItemResult | None) -> tuple[str, ...]:
    """The columns that the verifier fills in for an item."""
    return (VERIFIED_COUNTS[item.scoring] if item else ()) or ("核查得分",)


class _Cells:
    """Finds the cell of a gap, and what stands in it."""

    def __init__(
        self,
        result: Result,
        headers: Mapping[_Sheet, SheetHeader],
        given: Mapping[tuple[str, str | None], set[str]],
        exempt: set[str],
    ) -> None:
        self.result = result
        self.headers = headers
        self.given = given
        self.exempt = exempt
        self.items: dict[tuple[str, str, str | None, str | None], ItemResult] = {
            (i.component, i.unit, i.period, i.indicator): i for i in result.items
        }
        self.entries: dict[Place, EntryResult] = {e.place: e for e in result.entries}

    def column(self, gap: Gap) -> str | None:
        """The name of the column that is to be filled in."""
        if gap.kind != "gap-verified":
            return _COLUMNS.get(gap.kind)
        item = self.items.get((gap.component, gap.unit, gap.period, gap.indicator))
        return _to_fill_in(item)[0]

    def header(self, gap: Gap) -> SheetHeader | None:
        return self.headers.get((gap.place.file, gap.place.sheet)) if gap.place else None

    def missing_column(self, gap: Gap) -> str | None:
        """The column that is to be filled in, where the sheet has none of that name."""
        column, header = self.column(gap), self.header(gap)
        return column if header and column and column not in header.letters else None

    def shared(self, gap: Gap) -> tuple[object, ...] | None:
        """What makes gaps one problem: the column that their sheet lacks, the assessor whose rows
        are not there, the unit to which nothing applies; None for a gap that stands for itself."""
        column = self.missing_column(gap)
        if column is not None and gap.place is not None:
            return gap.place.file, gap.place.sheet, column
        match gap.kind:
            case "gap-assessor":
                return (gap.assessor,)
            case "gap-nothing":
                return (gap.unit,)
            case "gap-trimmed":
                return ()
        return None

    def problem(self, gap: Gap) -> Problem:
        component = self.result.scheme.leaves()[gap.component]
        place = gap.place or Place("/".join(filter(None, (component.table, gap.period))))
        column, header = self.column(gap), self.header(gap)
        if (
            place.row is not None
            and column is not None
            and header is not None
            and column in header.letters
        ):
            place = Place(place.file, place.sheet, place.row, header.letters[column], column)
        entry = self.entries.get(gap.place) if gap.place else None
        pending = gap.kind == "gap-verification" and entry and entry.verification == "pending"
        fix = ""
        if gap.kind == "gap-verified":
            item = self.items.get((gap.component, gap.unit, gap.period, gap.indicator))
            what = "和".join(_to_fill_in(item))
            fix = f"由责任单位核查后填写{what}"
        return Problem(
            gap.kind, place, _PENDING if pending else "", fix=fix,
            unit=gap.unit, component=gap.component, about=" ".join(_about(gap)),
        )  # fmt: skip

    def one_for_all(self, gaps: list[Gap]) -> Problem:
        """One problem for gaps that have the same cause (see ``shared``)."""
        gap = gaps[0]
        units = list(dict.fromkeys(g.unit for g in gaps))
        table = self.result.scheme.leaves()[gap.component].table
        place, fix = gap.place or Place(table), ""
        if gap.kind == "gap-assessor":
            about = f"评委{gap.assessor}没有给{_some(units, '个单位')}打分"
            fix = self._other_spelling(gap, len(units))
        elif gap.kind == "gap-trimmed":
            about = _some(units, "个单位")
            files = (Place(*at) for at in self.headers if _of_table(at[0], table))
            place = next(files, place)
        elif gap.kind == "gap-nothing":
            about = f"{gap.unit}（{'、'.join(g.period or '' for g in gaps)}）"
            place = self._not_applicable(gap)
        else:
            return self._column_lacks(gaps, units)
        return Problem(
            gap.kind, place, fix=fix, about=about, component=gap.component,
            unit=units[0] if len(units) == 1 else None,
        )  # fmt: skip

    def _meant(self, gap: Gap, lacking: int) -> str | None:
        """The assessor who may be meant by one of whom ``lacking`` rows, most of his, are not
        there: one of a similar name who gave more scores."""
        own = len(self.given.get((gap.component, gap.assessor), ()))
        others = {n: units for (key, n), units in self.given.items() if key == gap.component and n}
        near = nearest(gap.assessor or "", [name for name in others if name != gap.assessor])
        return near[0] if near and own < min(lacking, len(others[near[0]])) else None

    def _other_spelling(self, gap: Gap, lacking: int) -> str:
        meant = self._meant(gap, lacking)
        if meant is None:
            return ""
        return f"如果“{gap.assessor}”就是“{meant}”，请改为同一写法；否则补上这名评委的打分"

    def misspelt(self, shared: Iterable[list[Gap]]) -> list[list[Gap]]:
        """Of gaps that are one problem those which another one explains: the scores that an assessor
        did not give came in under another spelling of the name."""
        of = {(g[0].component, g[0].assessor): g for g in shared if g[0].kind == "gap-assessor"}
        explained = []
        for (component, name), gaps in of.items():
            meant = of.get((component, self._meant(gaps[0], len({g.unit for g in gaps}))))
            if meant and {g.unit for g in meant} <= self.given.get((component, name), set()):
                explained.append(meant)
        return explained

    def _not_applicable(self, gap: Gap) -> Place:
        """Where it is said that items do not apply: assessment.yaml, if it names the unit, else the
        form."""
        settings = Place(SETTINGS_FILE)
        if gap.unit in self.exempt:
            return settings
        return next(
            (
                Place(item.place.file, item.place.sheet)
                for item in self.result.items
                if (item.component, item.unit, item.period) == (gap.component, gap.unit, gap.period)
                and item.place is not None
            ),
            settings,
        )

    def _column_lacks(self, gaps: list[Gap], units: list[str]) -> Problem:
        """One problem for all gaps of a sheet that lacks the column to be filled in."""
        first, column, header = gaps[0], self.column(gaps[0]), self.header(gaps[0])
        assert first.place is not None
        assert column is not None
        assert header is not None
        meant = header.misnamed.get(column)
        fix = f"补上“{column}”列并填写"
        if meant is not None:
            fix = f"如果{meant.column}{meant.row}单元格的“{meant.header}”就是“{column}”列，请改正列名；否则{fix}"
        whose = units[0] if len(units) == 1 else f"{len(units)}个单位"
        entries = [gap.entry for gap in gaps if gap.entry]
        some = "、".join(entries[:_SOME]) + ("等" if len(entries) > _SOME else "")
        about = f"本表没有“{column}”列，{whose}共{len(gaps)}行" + (
            f"（台账编号{some}）" if some else ""
        )
        return Problem(
            first.kind, Place(first.place.file, first.place.sheet, header.row), fix=fix,
            about=about, unit=units[0] if len(units) == 1 else None, component=first.component,
        )  # fmt: skip


def _of_table(file: str, table: str) -> bool:
    return file == table or file.startswith((f"{table}.", f"{table}/"))


def _given(assessment: Assessment | None) -> dict[tuple[str, str | None], set[str]]:
    """The units to which each assessor of each component gave a score."""
    given: dict[tuple[str, str | None], set[str]] = {}
    for row in assessment.tables.scores if assessment else ():
        if row.score is not None:
            given.setdefault((row.component, row.assessor), set()).add(row.unit)
    return given


def _exempt(assessment: Assessment | None) -> set[str]:
    """The units that assessment.yaml names under not_applicable."""
    if assessment is None:
        return set()
    found = map(assessment.units.find, assessment.settings.not_applicable)
    return {unit.name for unit in found if unit is not None}


def _some(names: list[str], what: str) -> str:
    """The first of the names, and how many there are.

    >>> _some(["甲县", "乙县", "丙县", "丁县"], "个单位")
    '甲县、乙县、丙县等4个单位'
    """
    return "、".join(names[:_SOME]) + (f"等{len(names)}{what}" if len(names) > _SOME else "")


def _about(gap: Gap) -> Iterable[str]:
    yield gap.unit
    if gap.assessor:
        yield f"评委{gap.assessor}"
    if gap.indicator:
        yield f"指标{gap.indicator}"
    if gap.entry:
        yield f"台账编号{gap.entry}"
