"""The forms' lines: the planned sums spread over the items, with words and evidence."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from .plan import PERIODS, Item, Unit, items_of
from .words import Writer


@dataclass(frozen=True)
class Line:
    """One filled line of a form."""

    item: Item
    own: Fraction
    verified: Fraction | None  # None: not verified yet
    comment: str
    evidence: str
    verifier: str
    reason: str


STEP = Fraction(1, 2)
QUARTER = Fraction(1, 4)


def spread(total: Fraction, items: Sequence[Item], rng: random.Random) -> dict[str, Fraction]:
    """Distribute a verified sum over the items, mostly in steps of a half."""
    lost = {item.code: Fraction(0) for item in items}
    loss = sum(item.points for item in items) - total
    odd = loss % STEP
    if odd:
        lost[rng.choice([i for i in items if i.points >= 4]).code] += odd
    for _ in range(int((loss - odd) / STEP)):
        free = [i for i in items if lost[i.code] + STEP <= Fraction(7, 10) * i.points]
        lost[rng.choices(free, [i.points for i in free])[0].code] += STEP
    if rng.random() < 0.3:  # some verifiers give quarters
        more, less = rng.sample([i for i in items if i.points >= 3 and lost[i.code] >= STEP], 2)
        lost[more.code] += QUARTER
        lost[less.code] -= QUARTER
    return {item.code: item.points - lost[item.code] for item in items}


def own_score(item: Item, verified: Fraction, rng: random.Random) -> Fraction:
    """Say what the unit gave itself: what the verifiers left, or somewhat more."""
    if verified == item.points or rng.random() < 0.45:
        return verified
    upward = Fraction(math.ceil(verified / STEP)) * STEP
    return min(Fraction(item.points), upward + rng.choice((STEP, STEP, 2 * STEP)))


def calls_itself(unit: Unit) -> str:
    """Give the way the unit speaks of itself."""
    endings = {
        "县人民政府": "我县",
        "区人民政府": "我区",
        "开发区管理委员会": "我区",
        "委员会": "我委",
        "办公室": "我办",
        "中心": "我中心",
        "联合社": "我社",
    }
    return next((own for end, own in endings.items() if unit.name.endswith(end)), "我局")


def make_form(unit: Unit, period: str, writer: Writer) -> list[Line]:
    """Fill a unit's form for a half-year so that its verified sum is the planned one."""
    rng = writer.rng
    total = Fraction(unit.first if period == PERIODS[0] else unit.second)
    items = items_of(unit)
    scores = spread(total, items, rng)
    report = (
        f"1月{rng.randint(18, 31)}日公布{writer.year - 1}年度政府信息公开工作年度报告。"
        if period == PERIODS[0]
        else f"已完成{writer.year}年度报告数据采集，初稿报审。"
    )
    month = rng.randint(2, 6) if period == PERIODS[0] else rng.randint(7, 12)
    say = partial(
        writer.fill,
        unit=unit.name,
        month=month,
        org=calls_itself(unit),
        short=unit.key,
        period=period,
        report=report,
    )
    lines = []
    for item in items:
        phrases = writer.book["items"][item.code]
        verified = scores[item.code]
        own = own_score(item, verified, rng)

        weak = own < item.points or rng.random() < 0.1
        comment = say(rng.choice(phrases["weak" if weak else "good"]))
        reason = ""
        if verified < own:
            reason = say(rng.choice(phrases["reasons"]))
        elif rng.random() < 0.2:
            reason = "材料齐全" if verified == item.points else "同意自评"
        lines.append(
            Line(
                item=item,
                own=own,
                verified=verified,
                comment=comment,
                evidence=say(rng.choice(phrases["evidence"])),
                verifier="市政府办公室" if unit.key in phrases["verifier"] else phrases["verifier"],
                reason=reason,
            )
        )
    return lines
