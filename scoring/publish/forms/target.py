"""The least score with which a part that is handed in reaches a grade, searched for by live formulas.

The composite is a staircase of that score (roundings, gates, conditions), so it is not solved for
but searched: the first row tries the full points, each further row halves the range that is left,
in hundredths of a point. The last row's upper end reaches the grade, one hundredth less does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

from scoring.points import SCALE, format_points
from scoring.publish.forms.formulas import Put, composite, depends, given_score, limited, limits
from scoring.publish.sheets.fill_in import Page
from scoring.rules import cells as live
from scoring.rules.cells import NO, Live, compare, constant, quoted, when
from scoring.scheme import Grade, Scheme, Score
from scoring.wording.numbers import BLANK

DECIMALS = 2
_FIRST = 7
_STEP = SCALE // 10**DECIMALS


@dataclass(frozen=True)
class Target:
    """What score ``key`` takes for ``grade``: ``known`` says whether it can be said,
    ``reachable`` whether the full points do, ``least`` is the score. ``after`` is the row below
    the search."""

    key: str
    component: Score
    grade: Grade
    known: Live
    reachable: Live
    least: Live
    after: int

    def shown(self) -> Live:
        """The score, or why there is none."""
        return when(
            self.known, when(self.reachable, self.least, quoted("满分也达不到")), quoted(BLANK)
        )

    def sentence(self) -> Live:
        """要达到优秀, 第三方评估至少96.50分."""
        start = f"要达到{self.grade.name}，{self.component.title}"
        least = live.joined(
            quoted(f"{start}至少要得"), live.as_text(self.least, DECIMALS),
            quoted(f"分（满分{format_points(self.component.full)}分）"),
        )  # fmt: skip
        return when(
            self.known, when(self.reachable, least, quoted(f"{start}得满分也达不到")), quoted(BLANK)
        )


def _along(page: Page, row: int) -> Put:
    """Writes formulas into the cells of a row, one after another."""
    columns = count(_FIRST)
    return lambda _label, formula: page.put(row, next(columns), formula, "loose")


def least_score(
    page: Page, row: int, scheme: Scheme, group: str, leaves: Mapping[str, Live],
    counts: Mapping[tuple[str, str], int], inner: Mapping[str, Live], key: str,
    component: Score, grade: Grade,
) -> Target:  # fmt: skip
    """Write the search on ``page`` from ``row`` on; ``inner`` are the cells of combined parts."""
    every = dict(scheme.every())
    known = {k: cell for k, cell in inner.items() if not depends(every[k], k, key)}
    bound = constant(grade.lower or 0)
    position = scheme.grades_in(group).index(grade)
    whole = component.full // _STEP
    page.put(row, _FIRST, f"{grade.name} {component.title}", "loose")
    low, high = Live("-1", Fraction(-1)), Live(str(whole), Fraction(whole))
    tried, can, reachable = high, Live("", None), Live("", None)
    steps = (whole + 1).bit_length() + 1
    for step in range(steps):
        row += 1
        put = _along(page, row)
        x = put("试", tried / constant(100 * SCALE))
        value = put("得分", given_score(component, x))
        tree = composite(scheme, group, {**leaves, key: value}, counts, put, known)
        found, closed = tree.composite, limited(limits(scheme, group, tree), position)
        open_and_high = live.both(live.negated(closed), compare(found, ">=", bound))
        if closed == NO:
            open_and_high = compare(found, ">=", bound)
        reached = put("达到", when(live.is_number(found), open_and_high, NO))
        if step == 0:
            can, reachable = live.is_number(found), reached
        else:
            low, high = (
                put("下", when(reached, low, tried)),
                put("上", when(reached, tried, high)),
            )
        middle = Live(
            f"INT(({low.text}+{high.text})/2)",
            Fraction((live.number(low) + live.number(high)) // 2),
        )
        # Once the range is one hundredth wide its upper end is tried again, and stays.
        narrow = compare(high - low, "<=", Live("1", Fraction(1)))
        tried = put("次", when(narrow, high, middle))
    return Target(key, component, grade, can, reachable, high / constant(100 * SCALE), row + 2)
