"""季小结, 半年总结: problems of a quarter or a half by rule and group beside those before, repeat offenders,
how fast and how timely problems were rectified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scoring.monitoring.counts import Tally, median, tally
from scoring.monitoring.state import RowState, ledger_state
from scoring.monitoring.windows import Window
from scoring.scheme import Rule
from scoring.score import Result


@dataclass(frozen=True)
class Speed:
    """Of the problems rectified in a window the median of days from finding to rectification; of those
    with a deadline in the window, and past, how many were rectified in time."""

    median: Fraction | None
    rectified: int
    in_time: int
    fell_due: int

    @property
    def share(self) -> Fraction | None:
        """The share rectified in time; None where nothing fell due."""
        return Fraction(self.in_time, self.fell_due) if self.fell_due else None


@dataclass(frozen=True)
class Repeat:
    """A unit with the same kind of problem found twice or more in the year so far, this window's among
    them."""

    unit: str
    rule: Rule
    here: int
    so_far: int


@dataclass(frozen=True)
class Review:
    """``windows``: those of the year up to this one, the last as far as the day. The numbers of new
    problems of a rule or group stand by window."""

    windows: tuple[Window, ...]
    tally: Tally
    rules: tuple[tuple[Rule, tuple[int, ...]], ...]
    groups: tuple[tuple[str, tuple[int, ...]], ...]
    speed: tuple[Speed, ...]
    repeats: tuple[Repeat, ...]

    @property
    def window(self) -> Window:
        """The window that is reviewed."""
        return self.windows[-1]


def review(result: Result, windows: Sequence[Window], order: Sequence[str]) -> Review:
    """The last of ``windows`` beside those before it, all as known on the result's day; ``order`` is that
    of the unit list."""
    rows = [row for row in ledger_state(result) if row.is_problem]
    rules: dict[tuple[str, str], Rule] = {}
    for key, leaf in result.scheme.leaves().items():
        rules |= {(key, rule.code): rule for rule in getattr(leaf, "rules", ())}
    return Review(
        windows=tuple(windows),
        tally=tally(rows, windows[-1]),
        rules=tuple(
            (rule, _new([r for r in rows if (r.component, r.rule.code) == key], windows))
            for key, rule in rules.items()
            if any((r.component, r.rule.code) == key for r in rows)
        ),
        groups=tuple(
            (group, _new([r for r in rows if r.group == group], windows))
            for group in result.scheme.groups
            if result.in_group(group)
        ),
        speed=tuple(_speed(rows, window) for window in windows),
        repeats=_repeats(rows, windows[-1], order),
    )


def _new(rows: Sequence[RowState], windows: Iterable[Window]) -> tuple[int, ...]:
    return tuple(sum(row.found in window for row in rows) for window in windows)


def _speed(rows: Iterable[RowState], window: Window) -> Speed:
    rows = list(rows)
    closed = [r for r in rows if r.rectified in window]
    days = [d for r in closed if (d := r.days_to_rectify) is not None]
    decided = [r.in_time for r in rows if r.deadline in window and r.in_time is not None]
    return Speed(median(days), len(closed), sum(decided), len(decided))


def _repeats(rows: Iterable[RowState], window: Window, order: Sequence[str]) -> tuple[Repeat, ...]:
    so_far: Counter[tuple[str, str, str]] = Counter()
    here: Counter[tuple[str, str, str]] = Counter()
    rules: dict[tuple[str, str, str], Rule] = {}
    for row in rows:
        key = (row.unit, row.component, row.rule.code)
        rules[key] = row.rule
        so_far[key] += 1
        here[key] += row.found in window
    place = {name: at for at, name in enumerate(order)}
    found = [
        Repeat(key[0], rules[key], here[key], count)
        for key, count in so_far.items()
        if count > 1 and here[key]
    ]
    found.sort(key=lambda r: (-r.so_far, -r.here, place[r.unit], r.rule.code))
    return tuple(found)
