"""``kaohe grade`` for many units: read and scored by a dataframe library, written as tables.

The rules, the messages and the grades are those of an ordinary run; what differs is that no unit
becomes a Python object unless something is wrong with its rows, and that no workbook is written.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scoring.engines import EngineName, open_engine
from scoring.engines.model import DamagedFileError, Frame
from scoring.intake import Assessment, Inspection
from scoring.intake.bulk.parts import groups_with
from scoring.intake.bulk.read import (
    Bulk,
    TooManyCloseRowsError,
    TooManyOddRowsError,
    open_bulk,
)
from scoring.intake.bulk.sources import hash_of
from scoring.limits import BULK_GAPS
from scoring.papers import BULK, GRADE, check_listed
from scoring.points import PLACES
from scoring.problems import Problem, errors
from scoring.publish.manifest import account_of, sources_of
from scoring.regions.model import Region, Run
from scoring.reporting.appeals import open_appeals
from scoring.reporting.gaps import NotFinalError, all_problems
from scoring.scheme import Ledger, Scheme, SelfAssessment
from scoring.score import GroupFigures, Result, Whole, score
from scoring.score.appeals import appeal_states, unfulfilled
from scoring.score.frames import Frames, ManyUnits, place_frames
from scoring.score.frames.tables import arrow_of
from scoring.score.unit import course
from scoring.steps.detail_tables import write_details
from scoring.steps.grade import FinalPapersError, holds_final
from scoring.steps.region_papers import RegionError, figures_of, part_of, region_papers, units_in
from scoring.steps.region_run import RegionTallies, run_of_many, tallies_of
from scoring.steps.regions import region_of
from scoring.tables import Tables
from scoring.wording.numbers import iso
from scoring.writing import writing

__all__ = [
    "BulkResult",
    "RegionError",
    "TooManyCloseRowsError",
    "TooManyOddRowsError",
    "grade_bulk",
    "publish_bulk",
]

PARQUET, CSV, ABOUT = BULK.names
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class BulkResult:
    """The grades of many units.

    ``units`` is an Arrow table in print order, with the columns of ``Result.to_frame``: scores are
    decimals rounded half up to four places, ``composite`` has the scheme's, ``gaps`` names the parts in which something is missing. ``closely``
    is the result of the units that were read closely, from ``assessment``, which has only these;
    ``problems`` is everything that stands against a final result as far as it is listed, ``more_gaps`` how
    many units with something missing are not listed one by one. ``regions`` are those whose papers were
    asked for, with their units; ``figures`` what all units of each group come to, where some were; ``details`` are 扣分明细.parquet and 逐项得分.parquet where they were asked for.
    """

    scheme: Scheme
    year: int
    as_of: date
    known: date | None
    final: bool
    engine: EngineName
    units: pa.Table
    problems: tuple[Problem, ...]
    more_gaps: int
    closely: Result
    assessment: Assessment
    regions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    figures: Mapping[str, GroupFigures] = field(default_factory=dict)
    details: Mapping[str, Path] = field(default_factory=dict)
    by_region: tuple[pa.Table, RegionTallies] | None = None

    def run(self, base: Region = (), folder: str = "") -> Run:
        """The run as it is rolled up by region, where that was asked for."""
        assert self.by_region is not None
        graded, tallies = self.by_region
        return run_of_many(
            self.closely, graded, tallies, final=self.final, base=base, folder=folder
        )

    def part(self, region: str) -> tuple[Result, Assessment]:
        """The result and the assessment of a region whose papers were asked for."""
        whole = Whole("".join(region_of(region)), self.figures)
        return part_of(
            self.closely, self.assessment, self.units, whole, self.regions[region], final=self.final
        )

    def grades(self) -> dict[str, dict[str, int]]:
        """By group how many units have each grade; under "" those without one."""
        out: dict[str, dict[str, int]] = {}
        for group in self.scheme.groups:
            own = self.units.filter(pc.equal(self.units["group"], group))
            counted = pc.value_counts(own["grade"].combine_chunks()).to_pylist()
            found = {each["values"] or "": each["counts"] for each in counted}
            names = [grade.name for grade in self.scheme.grades_in(group)]
            out[group] = {name: found.get(name, 0) for name in (*names, "")}
        return out


def grade_bulk(
    folder: str | Path,
    engine: EngineName,
    as_of: date | None = None,
    *,
    known: date | None = None,
    final: bool = True,
    master: str | None = None,
    workbooks: Sequence[str] = (),
    details: Path | None = None,
    with_regions: bool = False,
) -> BulkResult | Inspection:
    """Grade the assessment in ``folder`` with ``engine``, whose library must be installed; ``master`` is
    the address of a Spark cluster. ``as_of``, ``known`` and ``final`` as in ``score_assessment``.
    ``workbooks`` are regions (甲省/乙市) whose units are read closely, so that their papers can be written.
    ``details`` is a folder for 扣分明细.parquet and 逐项得分.parquet, which are written unless a final result was asked for
    and there is none; ``publish_bulk`` copies them. ``with_regions``: with what ``BulkResult.run`` needs.

    Gives what is wrong where nothing can be computed: settings, scheme or unit list have errors, or a
    whole file of a table cannot be read. Raises TooManyOddRowsError, TooManyCloseRowsError,
    ``scoring.engines.EngineError``, RegionError for a region that is not there or too large, and DayError where a day lies before the assessment's year.
    """
    with open_engine(engine, master) as opened:
        damaged: list[Path] = []
        while True:
            try:
                found = open_bulk(Path(folder), opened, damaged)
                if isinstance(found, Inspection):
                    return found
                found.opened.settings.check_days(as_of, known)
                return _graded(
                    found, engine, as_of, known, final=final, workbooks=workbooks, details=details,
                    with_regions=with_regions,
                )  # fmt: skip
            except DamagedFileError as error:
                # Once more without it: everything else that is wrong is said in one pass.
                if error.path in damaged:
                    raise
                damaged.append(error.path)


def _graded(
    bulk: Bulk,
    engine: EngineName,
    as_of: date | None,
    known: date | None,
    *,
    final: bool,
    workbooks: Sequence[str],
    details: Path | None,
    with_regions: bool,
) -> BulkResult | Inspection:
    settings, scheme = bulk.opened.settings, bulk.opened.scheme
    regions = units_in(bulk.units.graded, workbooks)
    day = as_of or settings.as_of_day()
    until = settings.known_day(day, known)
    run = course(scheme, settings.year, day, until)
    years = ManyUnits(place_frames(bulk.frames), run)
    wanted_units = [name for names in regions.values() for name in names]
    inspection = bulk.read_closely([*years.lacking()[:BULK_GAPS], *wanted_units])
    assessment = inspection.assessment
    if assessment is None or not inspection.sound or _unread(inspection.problems, scheme):
        return replace(inspection, sound=False)
    lost = _lost_tables(bulk, assessment.tables)
    if lost:
        years = ManyUnits(_with_refused(bulk, lost), run)
    closed = day >= settings.as_of_day() and (until is None or until >= day)
    appeals = appeal_states(assessment.appeals, assessment.tables, until)
    wanted = final and closed and not assessment.errors() and not unfulfilled(appeals)
    closely = score(
        assessment.tables, scheme, settings.year, day, known=until, final=wanted
    )  # fmt: skip
    table = arrow_of(years.graded(assessment.tables))
    open_ones = pc.sum(pc.not_equal(table["blocking"], "")).as_py() or 0
    explained = {*lost, *_missing_tables(inspection.problems, scheme)}
    incomplete = table.filter(pc.not_equal(table["gaps"], ""))
    lacking = [
        row["unit"]
        for row in incomplete.select(["unit", "gaps"]).to_pylist()
        if not set(row["gaps"].split()) <= explained
    ]
    is_final = wanted and not open_ones
    papers = {}
    if details is not None and (is_final or not final):
        papers = write_details(bulk, run, closely, details)
    return BulkResult(
        scheme=scheme, year=settings.year, as_of=day, known=until, final=is_final,
        engine=engine, units=_in_print_order(scheme, table),
        problems=tuple(all_problems(closely, assessment)),
        more_gaps=sum(name not in bulk.close for name in lacking),
        closely=closely, assessment=assessment, regions=regions,
        figures=figures_of(table, years.stands, list(scheme.components)) if regions else {},
        details=papers,
        by_region=(table, tallies_of(bulk, years, closely)) if with_regions else None,
    )  # fmt: skip


def _unread(problems: Sequence[Problem], scheme: Scheme) -> bool:
    """Whether a whole file of the forms cannot be read: whose form is in it, nobody knows."""
    tables = {part.table for part in scheme.leaves().values() if isinstance(part, SelfAssessment)}
    return any(
        problem.place.row is None
        and problem.kind != "table-missing"
        and problem.place.file.split("/")[0].split(".")[0] in tables
        for problem in errors(problems)
    )


def _missing_tables(problems: Sequence[Problem], scheme: Scheme) -> list[str]:
    """The parts without a table: one problem says it of all units."""
    files = {problem.place.file for problem in problems if problem.kind == "table-missing"}
    return [key for key, part in scheme.leaves().items() if part.table in files]


def _lost_tables(bulk: Bulk, tables: Tables) -> list[str]:
    """The parts of which a whole file could not be read, so that it may concern any unit."""
    files = {key: part.table for key, part in bulk.opened.scheme.leaves().items()}
    ledgers = {row.component for row in tables.refused if row.row is None and row.unit is not None}
    scores = {
        row.component for row in tables.scores if row.refused and row.file == files[row.component]
    }
    return sorted(ledgers | scores)


def _with_refused(bulk: Bulk, keys: Sequence[str]) -> Frames:
    """The frames, with a refused row of each unit in the parts of which a whole file could not be read."""
    refused: dict[str, list[tuple[str, int]]] = {"refused": [], "scores": []}
    leaves = bulk.opened.scheme.leaves()
    for key in keys:
        table = "refused" if isinstance(leaves[key], Ledger) else "scores"
        groups = groups_with(bulk.opened, bulk.units, key)
        own = pc.is_in(bulk.units.graded["group"], pa.array(groups, pa.large_string()))
        refused[table] += [(key, place) for place in np.flatnonzero(own.to_numpy()).tolist()]
    frames: dict[str, Frame] = dict(bulk.frames)
    native = place_frames(frames)
    for name, rows in refused.items():
        if not rows:
            continue
        columns = {
            "component": pa.array([key for key, _ in rows], pa.large_string()),
            "unit": pa.array([place for _, place in rows], pa.int64()),
        }
        if name == "scores":
            columns["refused"] = pa.array([True] * len(rows))
        made = place_frames({**frames, name: bulk.engine.frame(pa.table(columns))})
        native = replace(native, **{name: _stacked(getattr(native, name), getattr(made, name))})
    return native


def _stacked(one: Frame, other: Frame) -> Frame:
    import narwhals as nw

    return nw.concat([one, other])


def _in_print_order(scheme: Scheme, table: pa.Table) -> pa.Table:
    """The columns of ``Result.to_frame`` in the order in which results are printed."""
    decimals = scheme.rounding.decimals
    order = pc.index_in(table["group"], value_set=pa.array(list(scheme.groups), pa.large_string()))
    table = table.append_column("order", order).sort_by(
        [("order", "ascending"), ("rank", "ascending"), ("position", "ascending")]
    )
    return pa.table({
        "unit": table["unit"],
        "group": table["group"],
        **{f"score_{key}": _decimal(table[f"score_{key}"], PLACES) for key, _ in scheme.every()},
        "composite": _decimal(table["composite"], decimals),
        "grade": table["grade"],
        "rank": table["rank"],
        "gaps": table["gaps"],
    })  # fmt: skip


def _decimal(counts: Any, decimals: int) -> Any:
    """Counts of ``10**-decimals`` points as decimals."""
    one = pa.scalar(Decimal(1).scaleb(-decimals), pa.decimal128(decimals + 1, decimals))
    return pc.multiply(counts.cast(pa.decimal128(19, 0)), one).cast(pa.decimal128(18, decimals))


def publish_bulk(
    result: BulkResult,
    out: str | Path,
    *,
    provisional: bool = False,
    with_open_appeals: bool = False,
) -> list[Path]:
    """Write 单位成绩.parquet, 单位成绩.csv and 结果说明.json into the folder ``out``, and into folders in it the papers
    of the regions that were asked for, all or none; gives their paths. The conditions are those of ``publish_results``, and so are the errors."""
    if not result.final and not provisional:
        raise NotFinalError(list(result.problems))
    waiting = open_appeals(result.assessment, result.known)
    if result.final and waiting and not with_open_appeals:
        raise NotFinalError(waiting)
    target = Path(out)
    contents: dict[str, bytes | Path] = {PARQUET: _parquet(result.units), CSV: _csv(result.units)}
    check_listed("grade", contents)
    check_listed("grade", result.details)
    parts: dict[str, bytes | Path] = dict(result.details)
    for region in result.regions:
        parts |= region_papers(*result.part(region), region)
    contents[ABOUT] = about_bulk(result, {**contents, **parts}).encode()
    contents |= parts
    with writing(target, "kaohe grade") as writer:
        if not result.final and holds_final(target):
            raise FinalPapersError(f"{target} 中已有正式结果，不能用暂定结果覆盖")
        papers = {target / name: content for name, content in contents.items()}
        return writer.replace(papers, result.assessment.sources())


def holds_other_papers(folder: Path) -> bool:
    """Whether the papers of an ordinary result lie in ``folder``."""
    return any((folder / name).is_file() for name in GRADE.names)


def _parquet(units: pa.Table) -> bytes:
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(units, out, compression="zstd")
    return out.getvalue()


def _csv(units: pa.Table) -> bytes:
    from pyarrow import csv

    texts = [
        column.cast(pa.string()) if pa.types.is_decimal(column.type) else column
        for column in units.columns
    ]
    out = io.BytesIO()
    csv.write_csv(
        pa.table(texts, names=units.column_names), out, csv.WriteOptions(eol="\r\n")
    )  # fmt: skip
    return _BOM + out.getvalue()


def about_bulk(result: BulkResult, contents: Mapping[str, bytes | Path] | None = None) -> str:
    """结果说明.json: what the grades came from and what is wrong with it, as JSON text; ``contents`` are
    the files beside it."""
    import hashlib

    assessment = result.assessment
    gaps = [p for p in result.problems if p.kind.startswith("gap-")]
    document = {
        **sources_of(assessment),
        "year": result.year,
        "as_of": result.as_of.isoformat(),
        "known": iso(result.known),
        "final": result.final,
        "engine": result.engine,
        "units": len(result.units),
        "read_closely": len(result.closely.units),
        "grades": {
            group: {name or "未定": count for name, count in found.items()}
            for group, found in result.grades().items()
        },
        "gaps": [problem.message() for problem in gaps[:BULK_GAPS]],
        "more_gaps": result.more_gaps + max(0, len(gaps) - BULK_GAPS),
        **account_of(assessment),
        "outputs": {
            name: hashlib.sha256(content).hexdigest()
            if isinstance(content, bytes)
            else hash_of(content)
            for name, content in (contents or {}).items()
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
