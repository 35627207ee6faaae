"""考核对象 in columns: a unit list of parquet files in which nothing is odd.

A list with any odd row is read by the ordinary reader, whole: a name that stands twice or a parent that is not
there may concern every other row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scoring.intake.bulk.lists import (
    GROUP,
    HOME,
    PARENT,
    POSITION,
    REGION,
    SAID,
    TEXT,
    UNIT,
    WHOLE,
    UnitColumns,
    begins_data,
)
from scoring.intake.bulk.plain import CODE, PATH, Stored
from scoring.intake.bulk.sources import Parquet, Placing, recognised_by
from scoring.intake.discover import shown_path
from scoring.intake.folder import UNITS_TABLE, OpenedFolder
from scoring.intake.grids import Grid
from scoring.intake.header import Column, Header, find_header
from scoring.intake.units import COLUMNS
from scoring.limits import NAME_LENGTH

_SUSPECT: Final = (
    "合计|小计|总计|共计|总得|总成|总分|总评|折合|累计|最高|最低|平均|中位|均分|均值|方差|标准差|极差|率|签|章|页|空白|结束"
    "|无|未发现|没有|到此|^(?:备?注|说明|填表|附|注意|以上|本表|此表)|[人者员位话机式期间导构门见名字真箱长)完/-]$"
)
"""What every word has that is no name of a unit (``intake.labels``), and some names, too."""


@dataclass(frozen=True)
class PlainList:
    """A unit list without an odd row: its columns, and for every row the place of its graded unit."""

    columns: UnitColumns
    placing: Placing
    homes: Any

    def rows_of(self, places: Collection[int]) -> dict[str, Any]:
        """The numbers of the rows of some graded units, which ``places`` name, and of their departments, by file."""
        wanted = np.flatnonzero(np.isin(self.homes, list(places)))
        return {file.file: rows for file, rows in self.placing.rows_of(wanted)}


def plain_list(opened: OpenedFolder) -> PlainList | None:
    """The unit list of the folder, if nothing in it is odd."""
    files = _files(opened)
    if not files:
        return None
    placing = Placing(files, {})
    rows = _texts(files)
    return None if rows is None else _listed(rows, placing, opened.scheme.groups_by_name())


def _files(opened: OpenedFolder) -> list[Parquet] | None:
    """The files of the list, None where one of them is read cell by cell."""
    out = []
    for path in opened.found.tables[UNITS_TABLE]:
        if path.suffix.lower() != ".parquet":
            return None
        file = recognised_by(
            path, shown_path(path.relative_to(opened.folder)), UNITS_TABLE, _header
        )
        if file is None:
            return None
        out.append(file)
    return out


def _header(grid: Grid) -> tuple[Header, tuple[Column, ...]] | None:
    found = find_header(grid, COLUMNS)
    return None if found is None else (found, COLUMNS)


_NAMES: Final = tuple(column.name for column in COLUMNS)


def _texts(files: Sequence[Parquet]) -> pa.Table | None:
    """The columns of the list by their names in the contract, a blank cell as nothing; None where one is not
    stored as text, or is damaged."""
    import pyarrow.parquet as pq

    tables = []
    for file in files:
        columns = {}
        stored = {name: file.column(name) for name in _NAMES}
        if any(not cells.empty and cells.stored is not Stored.TEXT for cells in stored.values()):
            return None
        try:
            wanted = [cells.name for cells in stored.values() if not cells.empty]
            table = pq.read_table(file.path, columns=wanted, partitioning=None)
        except Exception:
            # What Arrow raises for a broken file is not only its own. The ordinary reader says it.
            return None
        for name, cells in stored.items():
            if cells.empty:
                columns[name] = pa.nulls(len(table), TEXT)
            else:
                text = table[cells.name].cast(TEXT)
                columns[name] = pc.if_else(pc.equal(text, ""), pa.scalar(None, TEXT), text)
        tables.append(pa.table(columns))
    return pa.concat_tables(tables).combine_chunks()


def _listed(rows: pa.Table, placing: Placing, groups: Mapping[str, str]) -> PlainList | None:
    """The list, if every row is plain and the names tell the units apart."""
    name, short, parent = rows["单位名称"], rows["简称"], rows["所属单位"]
    graded = pc.is_null(parent)
    plain = [
        _matches(name, CODE, blank=False),
        _matches(short, CODE),
        _matches(parent, CODE),
        _matches(rows["地区"], PATH),
        pc.or_(graded, _matches(rows["类别"], CODE)),
        pc.or_(pc.invert(graded), pc.is_in(rows["类别"], pa.array(list(groups), TEXT))),
    ]
    if not len(rows) or not all(pc.all(column).as_py() for column in plain):
        return None
    given = pc.and_(pc.is_valid(short), pc.not_equal(short, name)).fill_null(False)
    number = pa.array(np.arange(len(rows)))
    said = pa.chunked_array([*name.chunks, *short.filter(given).chunks], TEXT)
    unit = np.concatenate([number, number.filter(given.combine_chunks())])
    if pc.count_distinct(said).as_py() < len(said) or not _begin_data(said):
        return None
    places = np.cumsum(graded.to_numpy()) - 1
    over = pc.index_in(parent, value_set=said.combine_chunks()).to_numpy()
    of_department = ~graded.to_numpy()
    if np.isnan(over[of_department]).any():
        return None
    above = np.arange(len(rows))
    above[of_department] = unit[over[of_department].astype(np.int64)]
    if not graded.to_numpy()[above].all():
        return None
    homes = places[above]
    known = rows.filter(graded)
    group = known["类别"].combine_chunks()
    of_name = pa.array(list(groups), TEXT)
    meant = pa.array(list(groups.values()), TEXT).take(pc.index_in(group, value_set=of_name))
    home = homes[unit]
    return PlainList(
        UnitColumns(
            pa.table({
                UNIT: known["单位名称"], GROUP: meant, POSITION: number.filter(graded.combine_chunks()),
                REGION: pc.fill_null(known["地区"], ""),
            }),
            pa.table({
                SAID: said, HOME: pa.array(home, WHOLE),
                PARENT: pa.array(home, WHOLE, mask=~of_department[unit]),
                GROUP: meant.take(pa.array(home)), UNIT: name.take(pa.array(unit)),
            }),
        ), placing, homes,
    )  # fmt: skip


def _matches(column: Any, pattern: str, *, blank: bool = True) -> Any:
    """Where a text is what the pattern says and no longer than a name; where it is ``blank``, too, if that may be."""
    fits = pc.and_(
        pc.match_substring_regex(column, pattern),
        pc.less_equal(pc.utf8_length(column), NAME_LENGTH),
    )
    # To the pattern a line break at the end is no part of the text.
    fits = pc.and_not(fits, pc.match_substring(column, "\n"))
    return pc.fill_null(fits, blank)


def _begin_data(names: Any) -> bool:
    """Whether rows that begin with the names are rows of data whatever else they hold."""
    return all(map(begins_data, suspect(names)))


def suspect(names: Any) -> list[str]:
    """Those of some texts, an Arrow column or a list, that may be words beside a table; of them every such word."""
    texts = pa.array(names, TEXT) if isinstance(names, list) else names
    found: list[str] = texts.filter(pc.match_substring_regex(texts, _SUSPECT)).to_pylist()
    return found
