"""Which units are read closely: cell by cell, with all their rows, by the ordinary readers.

It is whatever a message could be about, or could hang on: units with a row that is not plain, with a
number or an item that stands twice, with a form of which a part is missing, with problems that may be
the same; those that an appeal or a file of another format names. Every other unit is complete and plain,
so that its rows can neither cause nor explain a message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scoring.engines.model import PLACE, Engine, Frame
from scoring.enums import Assessors
from scoring.intake.bulk import lists
from scoring.intake.bulk.item_rows import FORM_BLOCK, blocks_of
from scoring.intake.bulk.ledger_rows import NUMBER_DIGEST
from scoring.intake.bulk.parts import PartRows, names_in
from scoring.intake.bulk.recurring import recurring
from scoring.intake.bulk.rows import GROUP, HOME
from scoring.intake.bulk.similar import similar_homes
from scoring.intake.cells import ErrorCell, is_blank, shown
from scoring.intake.grids import SourceFile
from scoring.intake.lost_forms import LostForms
from scoring.limits import NEAR_LOOKUPS
from scoring.lookup.rules import split_units
from scoring.lookup.text import fold
from scoring.lookup.units import Unit, UnitList
from scoring.scheme import Ledger, Score, SelfAssessment

TEXT: Final = pa.large_string()
WHOLE: Final = pa.int64()
_COUNT: Final = "count"


@dataclass
class _Found:
    """The graded units that are read closely, by place and by name, and what numbers of tables are looked
    up. ``listed`` gives the unit list, which most runs do not need."""

    listed: Callable[[], UnitList]
    homes: set[int] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    _unknown: dict[str, Unit | None] = field(default_factory=dict)

    @cached_property
    def units(self) -> UnitList:
        return self.listed()

    def add(self, unit: Unit | None) -> None:
        if unit is not None:
            self.names.add(unit.parent or unit.name)

    def named(self, text: str) -> None:
        """The unit, or the units, that a text names or may be meant for."""
        found = self.units.find(text)
        if found is not None:
            self.add(found)
            return
        for part in split_units(text):
            self.add(self.units.find(part))
        key = fold(text)
        if key not in self._unknown and len(self._unknown) < NEAR_LOOKUPS:
            self._unknown[key] = self.units.meant(text)
        self.add(self._unknown.get(key))

    def in_cells(self, values: Iterable[Any]) -> None:
        """The units and the numbers that stand in the cells of a file."""
        for value in values:
            if is_blank(value) or isinstance(value, ErrorCell):
                continue
            text = shown(value)
            if len(text) > 500:
                continue
            self.numbers.add(fold(text))
            self.add(self.units.find(text))
            for part in split_units(text):
                self.add(self.units.find(part))


def close_units(
    engine: Engine,
    units: lists.UnitColumns,
    listed: Callable[[], UnitList],
    parts: Sequence[PartRows],
    forms: Mapping[str, pa.Table],
    others: Sequence[SourceFile],
    exempt: Iterable[tuple[str, str]],
) -> set[str]:
    """The graded units that are read closely. ``listed`` gives the unit list, ``forms`` are those of each
    part (``forms_of``), ``others`` the files that are read cell by cell anyway, ``exempt`` the items that
    assessment.yaml leaves out of units' forms. Raises DamagedFileError."""
    found = _Found(listed)
    for source in others:
        found.in_cells(names_in(source))
        found.add(LostForms(found.units, ()).owner(source.file))
    found.names.update(unit for unit, _ in exempt)
    for rows in parts:
        for row in rows.odd:
            if row.home is not None:
                found.homes.add(row.home)
            elif row.said_unit is not None:
                found.named(row.said_unit)
            if row.said_number is not None:
                found.numbers.add(fold(row.said_number))
        _context(engine, rows, found)
        if isinstance(rows.part, Ledger):
            _twice_in_ledger(engine, rows, found)
            found.homes |= similar_homes(engine, rows, rows.part)
        elif isinstance(rows.part, SelfAssessment):
            _torn(units, rows, rows.part, forms[rows.key], found)
        else:
            _scores(engine, units, rows, rows.part, found)
    # The groups of a part are derived from its units.
    groups = units.graded[GROUP]
    found.homes.update(pc.index(groups, group).as_py() for group in units.groups)
    named = pc.is_in(units.graded[lists.UNIT], pa.array(sorted(found.names), TEXT))
    found.homes.update(np.flatnonzero(named.to_numpy()).tolist())
    return set(units.units(found.homes))


def _homes(engine: Engine, rows: Frame) -> list[int]:
    """The graded units of rows."""
    found = engine.table(rows.select(HOME).unique())
    return [home for home in found[HOME].to_pylist() if home is not None]


def _at(engine: Engine, rows: Frame, places: Sequence[int]) -> list[int]:
    """The graded units of the rows at some places."""
    asked = engine.frame(pa.table({PLACE: pa.array(places, WHOLE)}))
    return _homes(engine, rows.join(asked, on=PLACE, how="inner"))


def _context(engine: Engine, rows: PartRows, found: _Found) -> None:
    """The last rows of files in which a row may be no row of data: what stands below them is a note."""
    odd = {row.place for row in rows.odd}
    last = []
    for file in dict.fromkeys(row.file for row in rows.odd if row.bare):
        start, end = rows.placing.bounds_of(file)
        last += [next((at for at in range(end - 1, start - 1, -1) if at not in odd), -1)]
    if last:
        found.homes.update(_at(engine, rows.plain, last))


# 台账


def _twice_in_ledger(engine: Engine, rows: PartRows, found: _Found) -> None:
    """Numbers that stand twice, or beside rows that are read cell by cell; problems that recur on a day."""
    twice = recurring(engine, rows.plain, NUMBER_DIGEST, rows.placing.rows)
    found.homes.update(_homes_with(engine, rows.plain, NUMBER_DIGEST, twice))
    if found.numbers:
        texts = pa.table({"entry": pa.array(sorted(found.numbers), TEXT)})
        asked = engine.digested(engine.frame(texts), "entry", NUMBER_DIGEST)
        of_numbers = rows.plain.join(asked.select(NUMBER_DIGEST), on=NUMBER_DIGEST, how="inner")
        found.homes.update(_homes(engine, of_numbers))
    assert isinstance(rows.part, Ledger)
    if any(rule.repeat for rule in rows.part.rules):
        again = rows.plain.filter(~nw.col("same_problem").is_null())
        counted = again.group_by(HOME, "rule", "same_problem", "found").agg(
            nw.col(PLACE).len().alias(_COUNT)
        )
        found.homes.update(_homes(engine, counted.filter(nw.col(_COUNT) > 1)))


def _homes_with(engine: Engine, rows: Frame, key: str, values: pa.Array) -> list[int]:
    """The graded units of the rows whose ``key`` is one of some values."""
    if not len(values):
        return []
    asked = engine.frame(pa.table({key: values}))
    return _homes(engine, rows.join(asked, on=key, how="inner"))


# 考核表

FORMS: Final = ("unit", "period", "days_late")


def forms_of(engine: Engine, rows: PartRows, component: SelfAssessment) -> pa.Table:
    """What the plain rows of long tables come to, by blocks of the forms: ``unit`` (a place), ``period``,
    ``days_late``; how many rows there are, the sum of their bits, and their days. A block of which rows say two days is
    read closely."""
    undated = nw.when(nw.col("submitted").is_null()).then(nw.lit(1, nw.Int64)).otherwise(
        nw.lit(0, nw.Int64)
    )  # fmt: skip
    found = engine.table(
        rows.plain.with_columns(undated.alias("undated"))
        .group_by(FORM_BLOCK)
        .agg(
            nw.col(lists.BIT).sum().alias("sum"), nw.col(PLACE).len().alias(_COUNT),
            nw.col("submitted").min().alias("first day"), nw.col("submitted").max().alias("last day"),
            nw.col("undated").sum().alias("undated"), nw.col("days_late").max(),
        )
        .select(
            FORM_BLOCK, "first day", "last day",
            *(nw.col(name).cast(nw.Int64) for name in ("sum", _COUNT, "undated", "days_late")),
        )
    )  # fmt: skip
    key = found[FORM_BLOCK].to_numpy()
    blocks, periods = blocks_of(component, rows.groups), len(component.periods)
    names = pa.array([period.name for period in component.periods], TEXT)
    return pa.table({
        "unit": pa.array(key // (blocks * periods)),
        "period": names.take(pa.array(key // blocks % periods)),
        "block": pa.array(key % blocks),
        **{name: found[name] for name in found.column_names},
    })  # fmt: skip


def _torn(
    units: lists.UnitColumns, rows: PartRows, component: SelfAssessment, forms: pa.Table,
    found: _Found,
) -> None:  # fmt: skip
    """Units with a form that came in and in which an item is missing or stands twice, or that says of
    itself that it came in on two days."""
    numbers = {group: number for number, group in enumerate(rows.groups)}
    blocks = blocks_of(component, rows.groups)
    bits = np.zeros((len(numbers), blocks), dtype=np.int64)
    items = np.zeros_like(bits)
    for item in lists.items_of(component, rows.groups):
        at = numbers[item.group], item.number // lists.BITS
        bits[at] += 1 << item.number % lists.BITS
        items[at] += 1
    homes, block = forms["unit"].to_numpy(), forms["block"].to_numpy()
    group_of = pc.index_in(units.graded[GROUP], value_set=pa.array(rows.groups, TEXT))
    of_form = group_of.to_numpy()[homes].astype(np.int64)
    # So many different bits give this sum only if each of them is there once.
    count = forms[_COUNT].to_numpy()
    whole = (forms["sum"].to_numpy() == bits[of_form, block]) & (count == items[of_form, block])
    undated = forms["undated"].to_numpy()
    one_day = pc.equal(forms["first day"], forms["last day"]).fill_null(False).to_numpy()
    dated = (one_day & (undated == 0)) | (undated == count)
    found.homes.update(homes[~(whole & dated)].tolist())
    if blocks > 1:
        # A block of which no row is there has none to say so.
        forms_of_unit = forms.group_by(["unit", "period"]).aggregate([("block", "count")])
        there = forms_of_unit["block_count"].to_numpy()
        at = forms_of_unit["unit"].to_numpy()
        wanted = np.count_nonzero(items, axis=1)[group_of.to_numpy()[at].astype(np.int64)]
        found.homes.update(at[there != wanted].tolist())


# 得分


def _scores(
    engine: Engine, units: lists.UnitColumns, rows: PartRows, component: Score, found: _Found
) -> None:
    """Units with a score that stands twice or that lacks, where a faulty row may be theirs; with several
    assessors those that not all assessors of their group scored."""
    several = component.assessors != Assessors.ONE
    by = [HOME, "assessor"] if several else [HOME]
    counted = rows.plain.group_by(*by).agg(nw.col(PLACE).len().alias(_COUNT))
    found.homes.update(_homes(engine, counted.filter(nw.col(_COUNT) > 1)))
    if rows.odd:
        given = np.zeros(len(units.graded), dtype=bool)
        given[_homes(engine, rows.plain)] = True
        of_part = pc.is_in(units.graded[GROUP], pa.array(rows.groups, TEXT)).to_numpy()
        lacking = np.flatnonzero(of_part & ~given)
        # If more units lack a score than rows are faulty, none of the rows is taken for theirs.
        found.homes.update(lacking[: len(rows.odd) + 1].tolist())
    if several:
        _panels(engine, rows, found)


def _panels(engine: Engine, rows: PartRows, found: _Found) -> None:
    """Units that not all assessors scored, and the first row of each assessor in every file, which may say where a
    panel is first described."""
    firsts: list[int] = []
    names: set[tuple[str, str]] = set()
    for file in rows.placing.files:
        start, end = rows.placing.bounds_of(file.file)
        here = rows.plain.filter((nw.col(PLACE) >= start) & (nw.col(PLACE) < end))
        first = here.group_by(GROUP, "assessor").agg(nw.col(PLACE).min())
        table = engine.table(first)
        for group, name, place in zip(
            *(table[c].to_pylist() for c in (GROUP, "assessor", PLACE)), strict=True
        ):
            if (group, name) not in names:
                names.add((group, name))
                firsts.append(place)
    found.homes.update(_at(engine, rows.plain, firsts))
    sizes: dict[str, int] = {}
    for group, _ in names:
        sizes[group] = sizes.get(group, 0) + 1
    want = engine.frame(
        pa.table({
            GROUP: pa.array(list(sizes), TEXT), "panel": pa.array(list(sizes.values()), WHOLE),
        })
    )  # fmt: skip
    counted = rows.plain.group_by(HOME, GROUP).agg(nw.col(PLACE).len().alias(_COUNT))
    lacking = counted.join(want, on=GROUP, how="inner").filter(nw.col(_COUNT) != nw.col("panel"))
    found.homes.update(_homes(engine, lacking))
