"""What the sample must grade to, by this folder's own exact arithmetic.

Written from the rules of the scheme and not from the engine, so that it can serve as a second
opinion on it; nothing here imports the engine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from .decimals import exact, half_up, two_places
from .entries import Entry
from .plan import (
    AS_OF,
    COUNTY,
    DEPARTMENT,
    GRADED,
    GRADES,
    PARENT,
    POINTS_A_PROBLEM,
    RULE_CODES,
    RULES,
    WEIGHTS,
    YEAR,
    Unit,
    items_of,
)


def full_points(unit: Unit) -> int:
    """Add up the points of the items on the unit's form."""
    return sum(item.points for item in items_of(unit))


def period_score(unit: Unit, verified_sum: str) -> Fraction:
    """Rescale a form's verified sum to 100 points where items were left out."""
    return Fraction(verified_sum) * 100 / full_points(unit)


@dataclass(frozen=True)
class Score:
    """The scores of one unit, exact; published is the composite with 2 decimals."""

    unit: Unit
    ledger: Fraction
    self_assessment: Fraction
    third_party: Fraction

    @property
    def composite(self) -> Fraction:
        """The weighted sum, not rounded."""
        return (
            WEIGHTS["ledger"] * self.ledger
            + WEIGHTS["self"] * self.self_assessment
            + WEIGHTS["third"] * self.third_party
        )

    @property
    def published(self) -> Fraction:
        """The composite as printed; grade and rank come from it."""
        return half_up(self.composite, 2)

    @property
    def grade(self) -> str:
        """The grade; its lower bound belongs to it."""
        return next(name for name, bound in GRADES if self.published >= bound)


def score(unit: Unit, counted: int) -> Score:
    """Score one unit from the number of its counted rows and the planned sums."""
    return Score(
        unit=unit,
        ledger=max(Fraction(0), 100 - POINTS_A_PROBLEM * counted),
        self_assessment=(period_score(unit, unit.first) + period_score(unit, unit.second)) / 2,
        third_party=Fraction(unit.third),
    )


def ranked(scores: Sequence[Score]) -> list[tuple[int, Score]]:
    """Rank one group: equal scores share a rank, the next is skipped, unit-list order kept."""
    in_order = sorted(scores, key=lambda s: -s.published)
    return [(1 + sum(t.published > s.published for t in scores), s) for s in in_order]


def judge(entry: Entry) -> tuple[str | None, str]:
    """Say which unit the row is charged to in the final run (or None), and why."""
    rule = RULES[entry.rule]
    if entry.revoked and entry.revoked <= AS_OF:
        return None, "撤销"
    if entry.verdict == "不属实":
        return None, "不属实"
    owner = entry.unit
    if owner in PARENT:
        if not rule.charges_parent:
            return None, "所属部门的问题，该项不计入县区"
        owner = PARENT[owner]
    if rule.counts_when == "notified":
        return owner, "扣分"
    if rule.counts_when == "verified":
        assert entry.verdict == "属实", entry
        return owner, "扣分"
    assert entry.deadline is not None, entry
    if entry.deadline > AS_OF:
        return None, "未到期"
    if entry.rectified and entry.rectified <= entry.deadline:
        return None, "按期整改"
    return owner, "扣分"


def expected(entries: Sequence[Entry]) -> dict:
    """Compute what the sample must grade to, from its rows and the planned sums."""
    verdicts = [judge(entry) for entry in entries]
    charged = Counter(unit for unit, _ in verdicts if unit)
    scores = [score(unit, charged[unit.name]) for unit in GRADED]
    check_plan(entries, charged, scores)
    units = []
    for group in (COUNTY, DEPARTMENT):
        for rank, s in ranked([s for s in scores if s.unit.group == group]):
            units.append(
                {
                    "unit": s.unit.name,
                    "group": group,
                    "ledger": exact(s.ledger),
                    "self_assessment": exact(s.self_assessment),
                    "third_party": exact(s.third_party),
                    "composite": two_places(s.published),
                    "grade": s.grade,
                    "rank": rank,
                }
            )
    reasons = Counter(reason for unit, reason in verdicts if unit is None)
    return {
        "scheme": "heze",
        "year": YEAR,
        "as_of": AS_OF.isoformat(),
        "units": units,
        "ledger_rows": {
            "total": len(entries),
            "counted": sum(charged.values()),
            "not_counted": dict(sorted(reasons.items())),
        },
    }


def check_plan(entries: Sequence[Entry], charged: Counter, scores: Sequence[Score]) -> None:
    """Assert that the sample holds what it is there to show."""
    for s in scores:
        assert charged[s.unit.name] == sum(s.unit.counted), s.unit.name
    by_key = {s.unit.key: s for s in scores}
    assert by_key["市交通运输局"].composite == 90
    assert by_key["市交通运输局"].grade == "优秀"
    assert by_key["临溪县"].composite == Fraction("89.995")
    assert by_key["临溪县"].grade == "优秀"
    assert by_key["市城管局"].composite == 60
    assert by_key["市城管局"].grade == "合格"
    assert by_key["市医保局"].published == Fraction("89.99")
    assert by_key["市医保局"].grade == "良好"
    exact_tie = by_key["市民政局"], by_key["市审计局"]
    assert exact_tie[0].composite == exact_tie[1].composite
    for first, second in (("市农业农村局", "市商务局"), ("云陂县", "柏川县")):
        tied = by_key[first], by_key[second]
        assert tied[0].published == tied[1].published
        assert tied[0].composite != tied[1].composite
    for group in (COUNTY, DEPARTMENT):
        assert {s.grade for s in scores if s.unit.group == group} == {g for g, _ in GRADES}
    assert Counter(unit.group for unit in GRADED) == {COUNTY: 11, DEPARTMENT: 41}
    check_entries(entries)


def check_entries(entries: Sequence[Entry]) -> None:
    """Assert that the rows are sound, and that every kind of row occurs."""
    for e in entries:
        assert e.found.year == YEAR, e
        assert e.deadline is None or e.deadline >= e.found, e
        assert e.rectified is None or e.rectified >= e.found, e
        assert e.revoked is None or e.found <= e.revoked <= AS_OF, e
        assert (e.revoked is None) == (e.revoke_reason == ""), e
    for rule in RULE_CODES:
        assert any(judge(e)[0] for e in entries if e.rule == rule), rule
    assert len({e.number for e in entries}) == len({e.problem for e in entries}) == len(entries)
    charged = [e for e in entries if judge(e)[0]]
    overdue = [e for e in charged if RULES[e.rule].counts_when == "overdue" and e.deadline]
    assert any(e.rectified is None for e in overdue)
    assert any(e.rectified and e.rectified > AS_OF for e in overdue)
    assert any(e.rectified and e.rectified == e.deadline + timedelta(1) for e in overdue)
    assert any(e.deadline == AS_OF for e in overdue)
    assert any(e.rectified == e.deadline for e in entries if e.deadline)
