"""缺项 as problems: each with its cell, what stands there, and whom it is about.

Scoring knows of a gap only the row; intake knows where the columns of each sheet are. Where a
sheet has no such column at all, its gaps are one problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scoring.intake import Assessment
from scoring.intake.table import SheetHeader
from scoring.problems import Place, Problem, in_order
from scoring.score import EntryResult, Gap, ItemResult, Result

_COLUMNS: Mapping[str, str] = {
    "gap-deadline": "整改期限", "gap-verification": "核实结果", "gap-score": "得分",
}  # fmt: skip
_VERIFIED_COLUMNS: Mapping[str, str] = {"fraction": "核查完成数", "each": "核查问题数"}
"""What a verifier fills in by the item's way of scoring; else 核查得分."""
_PENDING = "待核实"
_UNREAD = frozenset({
    "file-unreadable", "file-type", "file-encoding", "file-empty", "file-password",
    "file-too-large", "csv-delimiter", "csv-quote", "header-missing",
    "column-missing", "column-duplicate",
})  # fmt: skip
"""Problems for which a whole table was not read, or for which it is not known which of its rows."""


def gap_problems(
    result: Result, problems: Iterable[Problem] = (), assessment: Assessment | None = None
) -> list[Problem]:
    """The gaps that stop a final run, as problems with their places.

    A gap is not named again where one of the ``problems`` of reading says what to mend: a refused
    row, a missing table, a table of scores that could not be read. ``assessment`` tells the cells.
    """
    known = list(problems)
    lacking = {p.place.file for p in known if p.kind == "table-missing"}
    unread = {p.place.file for p in known if p.kind in _UNREAD}
    leaves = result.scheme.leaves()
    cells = _Cells(result, assessment.headers if assessment else {})
    single: list[Problem] = []
    lacking_column: dict[tuple[str, str | None, str], list[Gap]] = {}
    for gap in result.gaps:
        table = leaves[gap.component].table
        if not gap.blocking or gap.kind == "gap-refused" or table in lacking:
            continue
        if gap.kind == "gap-score" and any(_belongs(file, table) for file in unread):
            continue
        column = cells.missing_column(gap)
        if column is not None and gap.place is not None:
            at = (gap.place.file, gap.place.sheet, column)
            lacking_column.setdefault(at, []).append(gap)
        else:
            single.append(cells.problem(gap))
    for (file, sheet, column), gaps in lacking_column.items():
        single.append(cells.one_for_all(file, sheet, column, gaps))
    return in_order(single)


def _belongs(file: str, table: str) -> bool:
    return file.startswith((f"{table}.", f"{table}/"))


_TO_FILL_IN = {"fraction": "核查完成数和核查应完成数", "each": "核查问题数"}
"""What the verifier fills in for an item, by its way of scoring."""


class _Cells:
    """Finds the cell of a gap, and what stands in it."""

    def __init__(
        self, result: Result, headers: Mapping[tuple[str, str | None], SheetHeader]
    ) -> None:
        self.result = result
        self.headers = headers
        self.items: dict[tuple[str, str, str | None, str | None], ItemResult] = {
            (i.component, i.unit, i.period, i.indicator): i for i in result.items
        }
        self.entries: dict[Place, EntryResult] = {e.place: e for e in result.entries}

    def column(self, gap: Gap) -> str | None:
        """The name of the column that is to be filled in."""
        if gap.kind != "gap-verified":
            return _COLUMNS.get(gap.kind)
        item = self.items.get((gap.component, gap.unit, gap.period, gap.indicator))
        return _VERIFIED_COLUMNS.get(item.scoring if item else "", "核查得分")

    def header(self, gap: Gap) -> SheetHeader | None:
        return self.headers.get((gap.place.file, gap.place.sheet)) if gap.place else None

    def missing_column(self, gap: Gap) -> str | None:
        """The column that is to be filled in, where the sheet has none of that name."""
        column, header = self.column(gap), self.header(gap)
        return column if header and column and column not in header.letters else None

    def problem(self, gap: Gap) -> Problem:
        component = self.result.scheme.leaves()[gap.component]
        place = gap.place or Place("/".join(filter(None, (component.table, gap.period))))
        column, header = self.column(gap), self.header(gap)
        if gap.place is not None and column is not None and header is not None:
            place = Place(place.file, place.sheet, place.row, header.letters[column], column)
        entry = self.entries.get(gap.place) if gap.place else None
        pending = gap.kind == "gap-verification" and entry and entry.verification == "pending"
        mend = ""
        if gap.kind == "gap-verified":
            item = self.items.get((gap.component, gap.unit, gap.period, gap.indicator))
            what = _TO_FILL_IN.get(item.scoring if item else "", "核查得分")
            mend = f"由责任单位核查后填写{what}"
        return Problem(
            gap.kind, place, _PENDING if pending else "", mend=mend,
            unit=gap.unit, component=gap.component, about=" ".join(_about(gap)),
        )  # fmt: skip

    def one_for_all(self, file: str, sheet: str | None, column: str, gaps: list[Gap]) -> Problem:
        """One problem for all gaps of a sheet that lacks the column."""
        header = self.headers[file, sheet]
        meant = header.misnamed.get(column)
        mend = f"补上“{column}”列并填写"
        if meant is not None:
            mend = f"如果{meant.column}{meant.row}单元格的“{meant.header}”就是“{column}”列，请改正列名；否则{mend}"
        units = dict.fromkeys(gap.unit for gap in gaps)
        whose = next(iter(units)) if len(units) == 1 else f"{len(units)}个单位"
        entries = [gap.entry for gap in gaps if gap.entry]
        some = "、".join(entries[:3]) + ("等" if len(entries) > 3 else "")
        about = f"本表没有“{column}”列，{whose}共{len(gaps)}行" + (
            f"（台账编号{some}）" if some else ""
        )
        return Problem(
            gaps[0].kind, Place(file, sheet, header.row), mend=mend, about=about,
            unit=whose if len(units) == 1 else None, component=gaps[0].component,
        )  # fmt: skip


def _about(gap: Gap) -> Iterable[str]:
    yield gap.unit
    if gap.indicator:
        yield f"指标{gap.indicator}"
    if gap.entry:
        yield f"台账编号{gap.entry}"
