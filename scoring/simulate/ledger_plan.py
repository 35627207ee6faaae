"""How many rows each rule of the ledgers has in a simulated assessment, how many of them count, and whom they
may concern."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.enums import Counts
from scoring.points import SCALE
from scoring.scheme import Ledger, Rule, Scheme
from scoring.scheme.model import Range
from scoring.simulate.columns import groups_with
from scoring.simulate.draws import Draws, Whole
from scoring.simulate.units import Units

MILLION: Final = 1_000_000
_LOSS: Final = 8 * SCALE
"""What the rows of a ledger cost a middling unit in all, in ten-thousandths of a point."""
_MOST_COUNTED: Final = 5
"""Rows of one rule that count for a middling unit, however few points they cost."""
_VETOES: Final = 5_000
"""Vetoes in a million units."""


@dataclass(frozen=True)
class Pool:
    """The units that a rule may concern, each with the sum of the loads up to it."""

    units: Whole
    sums: Whole

    def draw(self, draws: Draws, count: int) -> Whole:
        """The units of ``count`` rows."""
        at = np.searchsorted(self.sums, draws.below(int(self.sums[-1]), count), side="right")
        return self.units[at]


@dataclass(frozen=True)
class Plan:
    """How many rows a rule has, and how many of a million of them count for a middling unit."""

    rule: Rule
    rows: int
    counted: int
    pool: Pool


def plans_of(
    scheme: Scheme, ledgers: list[tuple[str, Ledger]], units: Units, rows: int
) -> dict[str, list[Plan]]:
    """The rows by rule: as many events as a yearly minimum asks for, as many problems that cost points at
    once as a unit can bear, and all others, most of which are put right in time."""
    rules = [
        (key, rule, pool)
        for key, ledger in ledgers
        for groups in [groups_with(scheme, key)]
        for rule in ledger.rules
        if (pool := _pool(rule, groups, units)) is not None
    ]
    deducting = sum(rule.counts != Counts.MINIMUM for _, rule, _ in rules)
    wanted = [_wanted(rule, len(pool.units), deducting) for _, rule, pool in rules]
    given = _share_out(rows, [rule for _, rule, _ in rules], wanted)
    out: dict[str, list[Plan]] = {key: [] for key, _ in ledgers}
    for (key, rule, pool), count, want in zip(rules, given, wanted, strict=True):
        counted = min(want * MILLION // max(count, 1), MILLION * 3 // 5)
        out[key].append(Plan(rule, count, counted, pool))
    return out


def _wanted(rule: Rule, units: int, rules: int) -> int:
    """How many rows of a rule should count, of one of ``rules``."""
    if rule.counts == Counts.MINIMUM:
        said = rule.minimum_by
        most = max(said.values()) if isinstance(said, Mapping) else said or 0
        return units * most * 11 // 10
    if rule.veto is not None:
        return units * _VETOES // MILLION
    points = max(_points(rule), SCALE // 10)
    return min(units * _LOSS // (points * rules), units * _MOST_COUNTED)


def _points(rule: Rule) -> int:
    """The most that a row of the rule costs or wins."""
    said = rule.points_by
    every = list(said.values()) if isinstance(said, Mapping) else [said]
    return max(points.high if isinstance(points, Range) else points for points in every)


def _share_out(rows: int, rules: list[Rule], wanted: list[int]) -> list[int]:
    """``rows`` shared out among rules, so that they add up: each rule has its own as far as it has a
    limit; the others share what is left evenly."""
    limited = {Counts.MINIMUM: rows * 7 // 10, Counts.NOTIFIED: rows // max(len(rules), 1)}
    given = [
        min(want, limited[rule.counts]) if rule.counts in limited else 0
        for rule, want in zip(rules, wanted, strict=True)
    ]
    usual = [i for i, rule in enumerate(rules) if rule.counts not in limited and rule.veto is None]
    usual = usual or [i for i, rule in enumerate(rules) if rule.counts not in limited]
    usual = usual or list(range(len(rules)))
    vetoes = [i for i, rule in enumerate(rules) if rule.veto is not None and i not in usual]
    for i in vetoes:
        given[i] = min(wanted[i] * 2, rows // (10 * len(rules)))
    each, more = divmod(rows - sum(given), len(usual))
    for number, i in enumerate(usual):
        given[i] += each + (number < more)
    return given


def _pool(rule: Rule, groups: tuple[str, ...], units: Units) -> Pool | None:
    """The units of the ``groups`` for which the rule holds; None where there are none."""
    groups = tuple(group for group in groups if rule.applies_to(group))
    spans = [np.arange(first, end, dtype=np.int64) for first, end in units.of(groups or ("",))]
    numbers_ = np.concatenate([np.zeros(0, dtype=np.int64), *spans])
    if not len(numbers_):
        return None
    # Events that everybody must hold are spread evenly.
    loads = np.ones_like(numbers_) if rule.counts == Counts.MINIMUM else units.load[numbers_]
    return Pool(numbers_, np.cumsum(loads))
