"""扣分明细 and 逐项得分 of many units: every ledger row and every item as parquet files.

The columns and values are those of ``Result.to_frame("entries")`` and ``("items")``, points as decimals of four
places, in the order of the files that they stand in. What a row says is read from its file, some hundred
thousand rows at a time, and put beside what the engine makes of it; the rows of units that were read closely are those of their result.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scoring.engines.model import PLACE, DamagedFileError, Frame
from scoring.intake.bulk.item_rows import item_rows
from scoring.intake.bulk.lists import CODE, HOME, SAID, UNIT
from scoring.intake.bulk.parts import PartRows
from scoring.intake.bulk.plain import Cells, Stored
from scoring.intake.bulk.read import Bulk
from scoring.intake.bulk.rows import ODD
from scoring.intake.bulk.sources import Parquet
from scoring.intake.cells import ErrorCell, read_text
from scoring.intake.grids.parquet import values_of
from scoring.lookup.text import tidy
from scoring.papers import DETAILS
from scoring.points import PLACES, Amount
from scoring.problems import Place
from scoring.rules import forms, ledger
from scoring.rules.exact import EXACT, exact
from scoring.scheme import Ledger, Rule, SelfAssessment
from scoring.score import EntryResult, ItemResult, Result
from scoring.score.frames import PlacedFrames, place_frames
from scoring.score.frames.ledger_rows import judged, times_of
from scoring.score.unit import Course
from scoring.tables import ItemRow

ENTRIES, ITEMS = DETAILS.names
_BATCH: Final = 250_000
"""Rows that are in memory at a time."""
_TEXT: Final = pa.large_string()
_POINTS: Final = pa.decimal128(18, PLACES)
_WHOLE: Final = pa.int64()
_DAY: Final = pa.date32()
_PLACE_OF: Final = {"file": _TEXT, "sheet": _TEXT, "row": _WHOLE}

ENTRY_COLUMNS: Final = pa.schema({
    "component": _TEXT, "entry": _TEXT, "unit": _TEXT, "charged_unit": _TEXT, "rule": _TEXT,
    "status": _TEXT, "deduction": _POINTS, "description": _TEXT, "found": _DAY, "document": _TEXT,
    "provider": _TEXT, "deadline": _DAY, "rectified": _DAY, "verification": _TEXT, "revoked": _DAY,
    "revoked_reason": _TEXT, "note": _TEXT, **_PLACE_OF,
})  # fmt: skip
ITEM_COLUMNS: Final = pa.schema({
    "component": _TEXT, "unit": _TEXT, "period": _TEXT, "area": _TEXT, "indicator": _TEXT,
    "title": _TEXT, "status": _TEXT, "points": _POINTS, "counted": _POINTS, "self_score": _POINTS,
    "verified_score": _POINTS, "self_done": _WHOLE, "self_of": _WHOLE, "self_faults": _WHOLE,
    "done": _WHOLE, "of": _WHOLE, "faults": _WHOLE, "self_note": _TEXT, "evidence": _TEXT,
    "verifier": _TEXT, "verified_note": _TEXT, **_PLACE_OF,
})  # fmt: skip

_IRREGULAR: Final = (
    r"^ | $|  |[\x09-\x0d\x1c-\x1f\x{85}\x{a0}\x{1680}\x{2000}-\x{200f}\x{2028}\x{2029}\x{202f}"
    r"\x{205f}\x{2060}\x{3000}\x{feff}]"
)
"""Where ``tidy`` may change a text."""


def write_details(bulk: Bulk, run: Course, closely: Result, folder: Path) -> dict[str, Path]:
    """Write 扣分明细.parquet and 逐项得分.parquet into ``folder``, as far as the scheme has ledgers and forms; gives
    their paths by name. ``closely`` is the result of the units that were read closely. Raises EngineError,
    DamagedFileError, OSError."""
    leaves = run.scheme.leaves().values()
    out = {}
    if any(isinstance(part, Ledger) for part in leaves):
        out[ENTRIES] = folder / ENTRIES
        ledgers = [_Entries(bulk, run, p) for p in bulk.parts if isinstance(p.part, Ledger)]
        _write(out[ENTRIES], ENTRY_COLUMNS, ledgers, closely.entries)
    if any(isinstance(part, SelfAssessment) for part in leaves):
        out[ITEMS] = folder / ITEMS
        items = [_Items(bulk, run, p) for p in bulk.parts if isinstance(p.part, SelfAssessment)]
        _write(out[ITEMS], ITEM_COLUMNS, items, closely.items)
    return out


Of = TypeVar("Of", EntryResult, ItemResult)


def _table(rows: Iterable[EntryResult | ItemResult], columns: pa.Schema) -> pa.Table:
    """Rows of a result, in the order of their file; those that stand nowhere come last."""
    ordered = sorted(rows, key=lambda row: (row.place is None, (row.place and row.place.row) or 0))
    return pa.table(
        {field.name: _column(ordered, field) for field in columns}, schema=columns
    )  # fmt: skip


def _column(rows: Sequence[EntryResult | ItemResult], field: pa.Field) -> pa.Array:
    if field.name in _PLACE_OF:
        places: list[Place | None] = [row.place for row in rows]
        return pa.array([None if p is None else getattr(p, field.name) for p in places], field.type)
    values = [getattr(row, field.name) for row in rows]
    if field.type == _POINTS:
        return pa.array(
            [None if v is None else Decimal(_rounded(v)).scaleb(-PLACES) for v in values], _POINTS
        )
    return pa.array(values, field.type)


def _rounded(amount: Amount) -> int:
    """Ten-thousandths, rounded half up."""
    return (Fraction(amount) + Fraction(1, 2)).__floor__()


def _decimals(amounts: Any) -> Any:
    """Ten-thousandths as decimals."""
    one = pa.scalar(Decimal(1).scaleb(-PLACES), pa.decimal128(PLACES + 1, PLACES))
    return pc.multiply(amounts.cast(pa.decimal128(19, 0)), one).cast(_POINTS)


class _Rows(ABC, Generic[Of]):
    """The plain rows of a part that belong to units which were not read closely."""

    columns: tuple[str, ...]
    """What is read of the files, by its names in the contract."""

    def __init__(self, bulk: Bulk, run: Course, part: PartRows) -> None:
        self.bulk, self.run, self.part = bulk, run, part
        graded = bulk.units.graded
        close = pa.array(sorted(bulk.close), _TEXT)
        self._close = pa.array(np.flatnonzero(pc.is_in(graded[UNIT], close).to_numpy()), _WHOLE)
        self._groups = list(run.groups)
        self.group_of = pc.index_in(graded["group"], value_set=pa.array(self._groups, _TEXT))
        self.judged = bulk.engine.kept(self.made())

    @abstractmethod
    def made(self) -> Frame:
        """What the engine makes of the rows, with their place and their home."""

    @abstractmethod
    def table(self, made: pa.Table, said: Callable[[str], Any]) -> dict[str, Any]:
        """The columns of the paper but those of the place, from what the engine ``made`` of some rows
        and what they said in a column of the contract."""

    def tables(self, file: Parquet) -> Iterator[tuple[int, pa.Table]]:
        """The rows of a file, some at a time, each time with the number of the last line that was looked at."""
        start, _ = self.part.placing.bounds_of(file.file)
        stored = {name: file.column(name) for name in self.columns}
        wanted = [cells.name for cells in stored.values() if not cells.empty]
        at = 0
        # Without any column no rows would be counted.
        for batch in _batches(file, wanted or file.names[:1]):
            yield self._of_batch(file, stored, batch, start, at)
            at += len(batch)

    def _of_batch(
        self, file: Parquet, stored: dict[str, Cells], batch: Any, start: int, at: int
    ) -> tuple[int, pa.Table]:
        place = nw.col(PLACE)
        first, end = start + at, start + at + len(batch)
        made = self.bulk.engine.table(self.judged.filter((place >= first) & (place < end)))
        made = made.filter(pc.invert(pc.is_in(made[HOME], value_set=self._close))).sort_by(PLACE)
        rows = made[PLACE].to_numpy() - first
        raw = pa.Table.from_batches([batch]).take(pa.array(rows))

        def said(name: str) -> Any:
            return _said(raw, stored[name])

        columns = self.table(made, said)
        numbers = _numbers(file, rows + at)
        last = int(_numbers(file, np.array([at + len(batch) - 1]))[0])
        schema = ENTRY_COLUMNS if isinstance(self.part.part, Ledger) else ITEM_COLUMNS
        known = {
            **columns, "component": _same(self.part.key, len(made)), "file": _same(file.file, len(made)),
            "sheet": pa.nulls(len(made), _TEXT), "row": pa.array(numbers, _WHOLE),
        }  # fmt: skip
        return last, pa.table([_cast(known[f.name], f.type) for f in schema], schema=schema)


def _batches(file: Parquet, columns: Sequence[str]) -> Iterator[Any]:
    """The rows of a file, some at a time. Raises DamagedFileError."""
    import pyarrow.parquet as pq

    try:
        yield from pq.ParquetFile(file.path).iter_batches(_BATCH, columns=list(columns))
    except (OSError, pa.ArrowException) as error:
        raise DamagedFileError(file.given) from error


def _cast(column: Any, kind: Any) -> Any:
    return column if column.type == kind else column.cast(kind)


def _same(text: str, count: int) -> Any:
    return pa.repeat(pa.scalar(text, _TEXT), count)


def _numbers(file: Parquet, rows: Any) -> list[int]:
    """The numbers of rows (from 0), as messages say them."""
    if file.lines is not None:
        return file.lines.starts(rows)
    numbers: list[int] = (rows + 1).tolist()
    return numbers


def _said(raw: pa.Table, cells: Cells) -> Any:
    """A column's cells as texts, as the ordinary reader reads them."""
    if cells.empty:
        return pa.nulls(len(raw), _TEXT)
    column = raw[cells.name]
    if cells.stored not in (Stored.TEXT, Stored.WHOLE):
        (values,) = values_of(raw.select([cells.name]))
        return pa.array([None if isinstance(v, ErrorCell) else read_text(v) for v in values], _TEXT)
    text = column.cast(pa.string()).cast(_TEXT).combine_chunks()
    text = pc.if_else(pc.equal(text, ""), pa.scalar(None, _TEXT), text)
    irregular = pc.fill_null(pc.match_substring_regex(text, _IRREGULAR), False)
    if not pc.any(irregular).as_py():
        return text
    tidied = [tidy(one) or None for one in text.filter(irregular).to_pylist()]
    return pc.replace_with_mask(text, irregular, pa.array(tidied, _TEXT))


def _kinds(*columns: Any) -> tuple[Any, Any]:
    """Which of some kinds each row is, by several columns of integers that are not negative, nothing among them;
    and by kind the number of the first such row."""
    import pandas as pd

    frame = pd.DataFrame({
        at: pc.fill_null(column.cast(_WHOLE), -1).to_numpy() for at, column in enumerate(columns)
    })  # fmt: skip
    kind = frame.groupby(list(frame.columns), sort=False).ngroup().to_numpy()
    return kind, np.unique(kind, return_index=True)[1]


def _write(path: Path, columns: pa.Schema, parts: Sequence[_Rows[Of]], close: Sequence[Of]) -> None:
    """All rows, file by file: those of the ``parts``, and those of units that were read closely."""
    import pyarrow.parquet as pq

    plain: dict[str, tuple[_Rows[Of], Parquet]] = {
        file.file: (part, file) for part in parts for file in part.part.placing.files
    }
    own: dict[str, list[Of]] = {}
    for row in close:
        own.setdefault(row.place.file if row.place else "", []).append(row)
    with pq.ParquetWriter(path, columns, compression="zstd") as writer:
        for name in sorted({*plain, *own}):
            read = _table(own.get(name, ()), columns)
            tables = plain[name][0].tables(plain[name][1]) if name in plain else iter(())
            done = 0
            for last, table in tables:
                # The rows of both stand in the order of the file.
                until = int(pc.sum(pc.less_equal(read["row"], last)).as_py() or 0)
                both = pa.concat_tables([table, read.slice(done, until - done)])
                done = until
                order = np.argsort(both["row"].to_numpy(), kind="stable")
                writer.write_table(both.take(pa.array(order)))
            writer.write_table(read.slice(done))


class _Entries(_Rows[EntryResult]):
    """Ledger rows."""

    columns = ("台账编号", "单位", "问题描述", "来源文号", "提供单位", "撤销理由", "备注")

    def made(self) -> Frame:
        part = self.part.part
        assert isinstance(part, Ledger)
        key = nw.lit(self.part.key, nw.String).alias("component")
        names = ("rule", "found", "points", "same_problem", "event", "deadline", "rectified",
                 "verification", "revoked")  # fmt: skip
        entries = self.part.plain.select(
            PLACE, key, nw.col(HOME).alias("unit"), "parent", *names,
            nw.lit(False).alias("repeated"), nw.lit(0, nw.Int64).alias("sequence"),
        )  # fmt: skip
        frames: PlacedFrames = replace(place_frames(self.bulk.frames), entries=entries)
        rows = judged(frames, self.part.key, part, self.run.days)
        again = nw.lit(0, nw.Int64)
        if any(rule.repeat for rule in part.rules):
            times = times_of(nw.col("status") == ledger.COUNTED)
            rows = rows.with_columns(times=times)
            again = (
                nw.when(~nw.col("same_problem").is_null()).then(nw.col("times")).otherwise(again)
            )
        return rows.select(
            PLACE, nw.col("unit").alias(HOME), "rule", "status", "points", again.alias("times"),
            "found", "deadline", "rectified", "verification", "revoked",
        )  # fmt: skip

    def table(self, made: pa.Table, said: Callable[[str], Any]) -> dict[str, Any]:
        units = self.bulk.units
        named = pc.index_in(said("单位"), value_set=units.names[SAID].combine_chunks())
        return {
            "entry": said("台账编号"),
            "unit": units.names[UNIT].combine_chunks().take(named),
            "charged_unit": units.graded[UNIT].combine_chunks().take(made[HOME]),
            **{n: made[n] for n in ("rule", "status", "found", "deadline", "rectified",
                                    "verification", "revoked")},
            "deduction": self._costs(made),
            "description": said("问题描述"), "document": said("来源文号"), "provider": said("提供单位"),
            "revoked_reason": said("撤销理由"), "note": said("备注"),
        }  # fmt: skip

    def _costs(self, made: pa.Table) -> Any:
        """What every row costs, by the rules."""
        rules = made["rule"].unique()
        numbers = pc.index_in(made["rule"], value_set=rules)
        group = self.group_of.take(made[HOME])
        counted = pc.equal(made["status"], ledger.COUNTED)
        times = pc.if_else(counted, made["times"], -1)
        kind, firsts = _kinds(numbers, group, made["points"], times)
        costs = []
        for at in firsts.tolist():
            own = self.run.groups[self._groups[group[at].as_py()]].leaves[self.part.key]
            assert isinstance(own, Ledger)
            rule = next(r for r in own.rules if r.code == rules[numbers[at].as_py()].as_py())
            count = times[at].as_py()
            cost = None if count < 0 else _cost(rule, made["points"][at].as_py(), count)
            costs.append(0 if cost is None else _rounded(cost))
        return _decimals(pa.array(costs, _WHOLE).take(pa.array(kind)))


def _cost(rule: Rule, points: int | None, times: int) -> Amount | None:
    """What a row that counted costs, the ``times``-th of its problem (0: of none)."""
    start = rule.repeat.start if rule.repeat is not None else 0
    return ledger.entry_cost(EXACT, rule, exact(points), 0 < start <= times).value


class _Items(_Rows[ItemResult]):
    """Items of forms."""

    columns = ("自评说明", "证明材料", "核查单位", "核查说明")

    def made(self) -> Frame:
        part, bulk = self.part.part, self.bulk
        assert isinstance(part, SelfAssessment)
        year = bulk.opened.settings.year
        rows = item_rows(
            bulk.engine, self.part.placing, part, bulk.units, self.part.groups, year, with_own=True
        )
        return rows.filter(~nw.col(ODD)).select(
            PLACE, HOME, "period", CODE, "verified_score", "done", "of", "faults", "not_applicable",
            "self_score", "self_done", "self_of", "self_faults",
        )  # fmt: skip

    def table(self, made: pa.Table, said: Callable[[str], Any]) -> dict[str, Any]:
        group, codes = self.group_of.take(made[HOME]), made[CODE].unique()
        number = pc.index_in(made[CODE], value_set=codes)
        counts = ("verified_score", "done", "of", "faults")
        kind, firsts = _kinds(group, number, made["not_applicable"], *(made[n] for n in counts))
        found: list[tuple[str, str, str, int, int | None]] = []
        for at in firsts.tolist():
            items = self.run.groups[self._groups[group[at].as_py()]].items[self.part.key]
            code = codes[number[at].as_py()].as_py()
            leaf = next(leaf for leaf in items if leaf.code == code)
            row = ItemRow(
                self.part.key, "", "", code, **{n: made[n][at].as_py() for n in counts},
                not_applicable=bool(made["not_applicable"][at].as_py()),
            )  # fmt: skip
            score = forms.item_score(
                EXACT,
                leaf,
                exact(row.verified_score),
                exact(row.done),
                exact(row.of),
                exact(row.faults),
            )
            points = forms.item_points(EXACT, leaf, score).value
            status = forms.item_status(row, exempt=False, form_came=True, found=points is not None)
            found.append(
                (
                    leaf.area,
                    leaf.title,
                    status,
                    leaf.points,
                    None if points is None else _rounded(points),
                )
            )
        columns = list(zip(*found, strict=True)) or [()] * 5
        which = pa.array(kind)
        of_kind = dict(zip(("area", "title", "status"), columns, strict=False))
        worth, counted = columns[3:]
        return {
            "unit": self.bulk.units.graded[UNIT].combine_chunks().take(made[HOME]),
            "period": made["period"], "indicator": made[CODE],
            **{name: pa.array(v, _TEXT).take(which) for name, v in of_kind.items()},
            "points": _decimals(pa.array(worth, _WHOLE).take(which)),
            "counted": _decimals(pa.array(counted, _WHOLE).take(which)),
            **{name: _decimals(made[name]) for name in ("self_score", "verified_score")},
            **{name: made[name] for name in ("self_done", "self_of", "self_faults", "done", "of", "faults")},
            "self_note": said("自评说明"), "evidence": said("证明材料"), "verifier": said("核查单位"),
            "verified_note": said("核查说明"),
        }  # fmt: skip
