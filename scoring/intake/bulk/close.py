"""Which units are read closely: cell by cell, with all their rows, by the ordinary readers.

It is whatever a message could be about, or could hang on: units with a row that is not plain, with a
number or an item that stands twice, with a form of which a part is missing, with problems that may be
the same; those that an appeal or a file of another format names. Every other unit is complete and plain,
so that its rows can neither cause nor explain a message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import narwhals as nw
import pyarrow as pa

from scoring.engines.model import FILE, ROW, Engine, Frame
from scoring.enums import Assessors, Subordinates
from scoring.intake.bulk import lists
from scoring.intake.bulk.parts import PartRows, names_in
from scoring.intake.bulk.rows import GROUP, HOME
from scoring.intake.cells import ErrorCell, is_blank, shown
from scoring.intake.grids import SourceFile
from scoring.intake.lost_forms import LostForms
from scoring.intake.similar import SimilarEntries
from scoring.limits import BULK_ODD_ROWS, NEAR_LOOKUPS
from scoring.lookup.rules import split_units
from scoring.lookup.text import fold, tidy
from scoring.lookup.units import Unit, UnitList
from scoring.problems import Place
from scoring.scheme import Ledger, Score, SelfAssessment
from scoring.tables import EntryRow

TEXT: Final = pa.large_string()
_COUNT: Final = "count"


@dataclass
class _Found:
    """The graded units that are read closely, and what names of tables are looked up."""

    units: UnitList
    homes: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    _unknown: dict[str, Unit | None] = field(default_factory=dict)

    def add(self, unit: Unit | None) -> None:
        if unit is not None:
            self.homes.add(unit.parent or unit.name)

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
    units: UnitList,
    parts: Sequence[PartRows],
    others: Iterable[SourceFile],
    exempt: Iterable[tuple[str, str]],
) -> set[str]:
    """The graded units that are read closely. ``others`` are the files that are read cell by cell anyway,
    ``exempt`` the items that assessment.yaml leaves out of units' forms."""
    found = _Found(units)
    lost = LostForms(units, ())
    for source in others:
        found.in_cells(names_in(source))
        found.add(lost.owner(source.file))
    found.homes.update(unit for unit, _ in exempt)
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
            _similar(engine, rows, rows.part, found)
        elif isinstance(rows.part, SelfAssessment):
            _torn(engine, rows, rows.part, found)
        else:
            _scores(engine, rows, rows.part, found)
    # The groups of a part are derived from its units.
    for group in dict.fromkeys(unit.group for unit in units.graded()):
        found.add(next(unit for unit in units.graded() if unit.group == group))
    return found.homes & {unit.name for unit in units.graded()}


def _homes(engine: Engine, rows: Frame) -> list[str]:
    """The graded units of rows."""
    found = engine.table(rows.select(HOME).unique())
    return [home for home in found[HOME].to_pylist() if home is not None]


def _texts(engine: Engine, name: str, values: Iterable[str]) -> Frame:
    return engine.frame(pa.table({name: pa.array(sorted(set(values)), TEXT)}))


def _repeated(rows: Frame, *by: str) -> Frame:
    """What stands in some columns of several rows."""
    counted = rows.group_by(*by).agg(nw.col(ROW).len().alias(_COUNT))
    return counted.filter(nw.col(_COUNT) > 1).select(*by)


def _context(engine: Engine, rows: PartRows, found: _Found) -> None:
    """The last rows of files in which a row may be no row of data: what stands below them is a note."""
    bare = {row.file for row in rows.odd if row.bare}
    paths = [str(file.path) for file in rows.files if file.file in bare]
    if not paths:
        return
    here = rows.plain.filter(nw.col(FILE).is_in(paths))
    last = here.group_by(FILE).agg(nw.col(ROW).max())
    found.homes.update(_homes(engine, here.join(last, on=[FILE, ROW], how="inner")))


# 台账


def _twice_in_ledger(engine: Engine, rows: PartRows, found: _Found) -> None:
    """Numbers that stand twice, or beside rows that are read cell by cell; problems that recur on a day."""
    twice = _repeated(rows.plain, "entry")
    found.homes.update(_homes(engine, rows.plain.join(twice, on="entry", how="inner")))
    if found.numbers:
        asked = _texts(engine, "entry", found.numbers)
        found.homes.update(_homes(engine, rows.plain.join(asked, on="entry", how="inner")))
    assert isinstance(rows.part, Ledger)
    if any(rule.repeat for rule in rows.part.rules):
        recurring = rows.plain.filter(~nw.col("same_problem").is_null())
        same_day = _repeated(recurring, HOME, "rule", "same_problem", "found")
        found.homes.update(_homes(engine, same_day))


def _similar(engine: Engine, rows: PartRows, ledger: Ledger, found: _Found) -> None:
    """Units with two rows of which one reminds of the other."""
    listed = {rule.code for rule in ledger.rules if rule.subordinates == Subordinates.LISTED}
    counting = rows.plain.filter(
        nw.col("revoked").is_null()
        & nw.col("same_problem").is_null()
        & ~(nw.col("verification") == "false").fill_null(False)
    )
    by_day = [HOME, "rule", "found"]
    near = [(by_day, _repeated(counting, *by_day))]
    providers = engine.table(counting.select("rule", "provider").unique())
    several = _several_providers(zip(
        providers["rule"].to_pylist(), providers["provider"].to_pylist(), strict=True
    ))  # fmt: skip
    if several or len(rows.files) > 1:
        name = (
            nw.when(nw.col("provider").is_null()).then(nw.col(FILE)).otherwise(nw.col("provider"))
        )
        named = counting.filter(nw.col("rule").is_in(several)).with_columns(name.alias("whose"))
        of_rule = named.group_by(HOME, "rule").agg(
            nw.col("whose").min().alias("first"), nw.col("whose").max().alias("last")
        )
        mixed = of_rule.filter(nw.col("first") != nw.col("last")).select(HOME, "rule")
        if several:
            near.append(([HOME, "rule"], mixed))
    fields = (FILE, ROW, HOME, "unit", "rule", "found", "provider", "description")
    candidates: dict[tuple[str, int], tuple[Any, ...]] = {}
    for by, which in near:
        some = counting.join(which, on=by, how="inner").select(*fields).head(BULK_ODD_ROWS)
        table = engine.table(some)
        for row in zip(*(table[name].to_pylist() for name in fields), strict=True):
            candidates[row[0], row[1]] = row
    order = {str(file.path): (at, file.file) for at, file in enumerate(rows.files)}
    similar = SimilarEntries()
    for file, number, home, unit, rule, day, provider, description in sorted(
        candidates.values(), key=lambda row: (order[row[0]][0], row[1])
    ):
        if rule in listed and unit != home:
            continue
        said = None if provider is None else tidy(provider)
        shown_file = order[file][1]
        entry = EntryRow(
            rows.key, "", unit, rule, day, description=tidy(description), provider=said,
            file=shown_file,
        )  # fmt: skip
        if similar.find(entry, [home], Place(shown_file, None, number + 1)) is not None:
            found.homes.add(home)


def _several_providers(pairs: Iterator[tuple[str, str | None]]) -> list[str]:
    """The rules of which several providers, or files without one, may have rows."""
    by_rule: dict[str, set[str | None]] = {}
    for rule, provider in pairs:
        by_rule.setdefault(rule, set()).add(provider)
    return sorted(rule for rule, names in by_rule.items() if len(names) > 1 or None in names)


# 考核表


def _torn(engine: Engine, rows: PartRows, component: SelfAssessment, found: _Found) -> None:
    """Units with a form that came in and in which an item is missing or stands twice, or that says of
    itself that it came in on two days."""
    groups = dict.fromkeys(unit.group for unit in rows.units.graded())
    items = lists.items_of(component, groups)
    whole: dict[tuple[str, int], list[int]] = {}
    for item in items:
        whole.setdefault((item.group, item.number // lists.BITS), []).append(
            item.number % lists.BITS
        )
    want = engine.frame(
        pa.table(
            {
                GROUP: pa.array([group for group, _ in whole], TEXT),
                lists.BLOCK: pa.array([block for _, block in whole], pa.int64()),
                "items": pa.array([len(bits) for bits in whole.values()], pa.int64()),
                "bits": pa.array(
                    [sum(1 << b for b in bits) for bits in whole.values()], pa.int64()
                ),
            }
        )
    )
    undated = nw.when(nw.col("submitted").is_null()).then(nw.lit(1, nw.Int64)).otherwise(
        nw.lit(0, nw.Int64)
    )  # fmt: skip
    forms = (
        rows.plain.with_columns(undated.alias("undated"))
        .group_by(HOME, GROUP, "period", lists.BLOCK)
        .agg(
            nw.col(lists.BIT).sum().alias("sum"), nw.col(ROW).len().alias(_COUNT),
            nw.col("submitted").min().alias("first day"), nw.col("submitted").max().alias("last day"),
            nw.col("undated").sum().alias("undated"),
        )
        .join(want, on=[GROUP, lists.BLOCK], how="left")
    )  # fmt: skip
    # So many different bits give this sum only if each of them is there once.
    whole_form = (nw.col("sum") == nw.col("bits")) & (nw.col(_COUNT) == nw.col("items"))
    one_day = (nw.col("first day") == nw.col("last day")) & (nw.col("undated") == 0)
    dated = one_day | (nw.col("undated") == nw.col(_COUNT))
    torn = ~whole_form.fill_null(False) | ~dated.fill_null(False)
    found.homes.update(_homes(engine, forms.filter(torn)))


# 得分


def _scores(engine: Engine, rows: PartRows, component: Score, found: _Found) -> None:
    """Units with a score that stands twice or that lacks, where a faulty row may be theirs; with several
    assessors those that not all assessors of their group scored."""
    several = component.assessors != Assessors.ONE
    by = [HOME, "assessor"] if several else [HOME]
    found.homes.update(_homes(engine, _repeated(rows.plain, *by)))
    if rows.odd:
        given = set(_homes(engine, rows.plain))
        lacking = [u.name for u in rows.units.graded() if u.name not in given]
        # If more units lack a score than rows are faulty, none of the rows is taken for theirs.
        found.homes.update(lacking[: len(rows.odd) + 1])
    if several:
        _panels(engine, rows, found)


def _panels(engine: Engine, rows: PartRows, found: _Found) -> None:
    pairs = rows.plain.group_by(GROUP, "assessor", FILE).agg(nw.col(ROW).min())
    table = engine.table(pairs)
    order = {str(file.path): at for at, file in enumerate(rows.files)}
    first: dict[tuple[str, str], tuple[int, str, int]] = {}
    for group, name, file, row in zip(
        *(table[c].to_pylist() for c in (GROUP, "assessor", FILE, ROW)), strict=True
    ):
        at = (order[file], file, row)
        first[group, name] = min(first.get((group, name), at), at)
    # The first row of each assessor says where a panel is first described.
    firsts = engine.frame(
        pa.table(
            {
                FILE: pa.array([file for _, file, _ in first.values()], TEXT),
                ROW: pa.array([row for _, _, row in first.values()], pa.int64()),
            }
        )
    )
    found.homes.update(_homes(engine, rows.plain.join(firsts, on=[FILE, ROW], how="inner")))
    sizes: dict[str, int] = {}
    for group, _ in first:
        sizes[group] = sizes.get(group, 0) + 1
    want = engine.frame(
        pa.table(
            {
                GROUP: pa.array(list(sizes), TEXT),
                "panel": pa.array(list(sizes.values()), pa.int64()),
            }
        )
    )
    counted = rows.plain.group_by(HOME, GROUP).agg(nw.col(ROW).len().alias(_COUNT))
    lacking = counted.join(want, on=GROUP, how="inner").filter(nw.col(_COUNT) != nw.col("panel"))
    found.homes.update(_homes(engine, lacking))
