"""平时考核台账 at size: units with two rows of which one reminds of the other.

Only rows of one graded unit and rule are looked at that share a day, or that two providers have within a
few days of each other: no others remind of each other, whatever they say (``scoring.intake.similar``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from scoring.engines.model import PLACE, Engine, Frame
from scoring.enums import Subordinates
from scoring.intake.bulk.ledger_rows import DAYS, SAME_DAY
from scoring.intake.bulk.parts import PartRows
from scoring.intake.bulk.placing import Placing
from scoring.intake.bulk.recurring import recurring, shared_out
from scoring.intake.bulk.rows import HOME, PARENT
from scoring.intake.bulk.sources import texts_at
from scoring.intake.similar import NEAR_DAYS, SimilarEntries, may_be_alike
from scoring.limits import BULK_SIMILAR_ROWS
from scoring.lookup.text import tidy
from scoring.problems import Place
from scoring.scheme import Ledger
from scoring.tables import EntryRow

Integers = np.ndarray[Any, Any]


def similar_homes(engine: Engine, rows: PartRows, ledger: Ledger) -> set[int]:
    """The graded units, by place, of which two rows may be one problem. Raises DamagedFileError."""
    counting = rows.plain.filter(~nw.col(SAME_DAY).is_null())
    places = np.union1d(
        _on_one_day(engine, counting, rows.placing), _of_two_providers(engine, counting, rows)
    )
    places = places[:BULK_SIMILAR_ROWS]
    if not len(places):
        return set()
    asked = engine.frame(pa.table({PLACE: places}))
    names = (PLACE, SAME_DAY, "found", "provider", PARENT)
    near = counting.join(asked, on=PLACE, how="inner").select(*names)
    return _compared(rows, ledger, engine.table(near).sort_by(PLACE))


def _on_one_day(engine: Engine, counting: Frame, placing: Placing) -> Integers:
    """The places of rows that share graded unit, rule and day with another."""
    keys = recurring(engine, counting, SAME_DAY, placing.rows)
    if not len(keys):
        return np.array([], dtype=np.int64)
    asked = engine.frame(pa.table({SAME_DAY: keys}))
    found = engine.table(counting.join(asked, on=SAME_DAY, how="inner").select(PLACE))
    places: Integers = found[PLACE].to_numpy()
    return places


def _of_two_providers(engine: Engine, counting: Frame, rows: PartRows) -> Integers:
    """The places of rows to which others of the same graded unit and rule are near in time, some of another provider.
    Who does not say his name is known by his file."""
    known = engine.table(counting.select("rule", "provider").unique())
    by_rule: dict[str, set[str | None]] = {}
    for rule, provider in zip(*(known[c].to_pylist() for c in ("rule", "provider")), strict=True):
        by_rule.setdefault(rule, set()).add(provider)
    files = len(rows.placing.files)
    several = [r for r, whose in by_rule.items() if len(whose) > 1 or (None in whose and files > 1)]
    if not several:
        return np.array([], dtype=np.int64)
    of_rules = counting.filter(nw.col("rule").is_in(sorted(several)))
    out = []
    for here in shared_out(of_rules, HOME, rows.placing.rows):
        table = engine.table(here.select(PLACE, SAME_DAY, "provider"))
        if not len(table):
            continue
        places, days = table[PLACE].to_numpy(), table[SAME_DAY].to_numpy()
        names = table["provider"].combine_chunks().dictionary_encode()
        named = names.is_valid().to_numpy(zero_copy_only=False)
        by_name = names.indices.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        by_file = len(names.dictionary) + rows.placing.file_of(places)
        whose = np.where(named, by_name, by_file)
        order = np.lexsort((places, days))
        run = _runs(days[order])
        starts = np.flatnonzero(np.diff(run, prepend=-1))
        least, most = (f.reduceat(whose[order], starts) for f in (np.minimum, np.maximum))
        out.append(places[order][(least != most)[run]])
    return np.concatenate(out) if out else np.array([], dtype=np.int64)


def _runs(same_day: Integers) -> Integers:
    """The number of the run in which each row is, of rows in order: those of one graded unit and rule between which never lie
    more than a few days."""
    of_rule, day = same_day // DAYS, same_day % DAYS
    begins = (np.diff(of_rule, prepend=-1) != 0) | (np.diff(day, prepend=-DAYS) > NEAR_DAYS)
    number: Integers = np.cumsum(begins) - 1
    return number


def _compared(rows: PartRows, ledger: Ledger, near: pa.Table) -> set[int]:
    """The graded units of rows, in the order of their places, that remind of an earlier one."""
    rules = ledger.rules
    keys = near[SAME_DAY].to_numpy()
    order = np.argsort(keys, kind="stable")
    run = np.empty(len(keys), dtype=np.int64)
    run[order] = _runs(keys[order])
    columns = [near[c].to_pylist() for c in (PLACE, "found", "provider", PARENT)]
    at = dict(zip(columns[0], range(len(near)), strict=True))
    said = _descriptions(rows.placing, near[PLACE].to_numpy())
    texts: dict[int, list[str]] = {}
    for place, (_, text) in said.items():
        texts.setdefault(int(run[at[place]]), []).append(text)
    alike = {number for number, own in texts.items() if may_be_alike(own)}
    homes = set()
    similar = SimilarEntries()
    for place, (file, text) in said.items():
        row = at[place]
        if int(run[row]) not in alike:
            continue
        home, number = divmod(int(keys[row]) // DAYS, len(rules))
        _, found, provider, parent = (column[row] for column in columns)
        rule = rules[number]
        if rule.subordinates == Subordinates.LISTED and parent is not None:
            continue
        entry = EntryRow(
            rows.key, "", str(home), rule.code, found, description=text, file=file,
            provider=None if provider is None else tidy(provider),
        )  # fmt: skip
        start, _ = rows.placing.bounds_of(file)
        if similar.find(entry, [str(home)], Place(file, None, place - start + 1)) is not None:
            homes.add(home)
    return homes


def _descriptions(placing: Placing, places: Integers) -> Mapping[int, tuple[str, str]]:
    """File and 问题描述 of the rows at some places, in the order in which rows are read."""
    out = {}
    for file, numbers in placing.rows_of(places):
        start, _ = placing.bounds_of(file.file)
        texts = texts_at(file, numbers, ("问题描述",))
        for number, (text,) in zip(numbers.tolist(), texts, strict=True):
            out[start + number] = (file.file, tidy(text or ""))
    return out
