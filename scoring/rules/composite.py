"""综合考核: parts to one number, rounded once, and the conditions between them.

In the order of an 办法: leave out what does not count, weigh (or add up) the parts, let a gate close,
add what enters, round, let a condition set the composite. Source: 四（四） of the scheme of Heze, and
the wordings in docs/写考核办法.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, assert_never

from scoring.enums import Comparison, Missing, Said
from scoring.rules.arithmetic import Arithmetic, C, N
from scoring.scheme.conditions import (
    CompositeScore,
    Conditional,
    Occurred,
    PartScore,
    RestScore,
)
from scoring.scheme.forms import HUNDRED
from scoring.scheme.model import Combined, Component, Scheme, by_points
from scoring.scheme.parts import Rounding

Counts = Mapping[tuple[str, str], N]
"""How often a rule counted, by (component, rule)."""


class Sum(NamedTuple, Generic[N, C]):
    """The sum of some parts before its rounding, absent while something is missing that must not
    be; ``closed``: for every gate by its condition's name whether it is the one that closed; ``entered``: for every
    part that adds whether it was added; ``left_out``: for every part that a condition may leave
    out whether it did."""

    number: N
    closed: Mapping[str, C]
    entered: Mapping[str, C]
    left_out: Mapping[str, C]


class Tree(NamedTuple, Generic[N, C]):
    """All scores of a unit by component key, the published composite, and how the sums of the
    composite (``""``) and of the combined components came about. ``holds``: for every condition of
    the scheme by its name whether it took effect; of several that would set the composite or close a
    gate only the first one did."""

    scores: Mapping[str, N]
    composite: N
    sums: Mapping[str, Sum[N, C]]
    holds: Mapping[str, C]


class _Seen(NamedTuple, Generic[N]):
    """What conditions look at: the scores of the parts, how often rules counted, the sum of a whole's
    parts that do not add, the composite."""

    scores: Mapping[str, N]
    counts: Counts[N]
    rest: N | None = None
    composite: N | None = None


def tree(
    a: Arithmetic[N, C],
    scheme: Scheme,
    group: str,
    leaves: Mapping[str, N],
    counts: Counts[N] | None = None,
    known: Mapping[str, N] | None = None,
    *,
    conditions: Sequence[Conditional] | None = None,
) -> Tree[N, C]:
    """From the scores of the components that are read from tables, as they enter the sum above them,
    to the published composite. ``counts`` has the rules that conditions look at (``watched``);
    ``known`` combined components are not computed again. ``conditions`` are those of the group
    (``conditions_of``), for a caller that has them."""
    scores = {**leaves, **(known or {})}
    sums: dict[str, Sum[N, C]] = {}
    if conditions is None:
        conditions = conditions_of(scheme, group)
    counts = counts or {}

    def walk(components: Mapping[str, Component]) -> None:
        for key, component in components.items():
            if key in scores or not isinstance(component, Combined):
                continue
            walk(component.parts)
            score, sums[key] = combined_score(
                a, scheme, group, key, scores, counts, conditions=conditions
            )
            scores[key] = a.put(component.title, rounded_part(a, component, score))

    walk(scheme.components)
    published, sums[""], holds = composite(a, scheme, group, scores, counts, conditions=conditions)
    closed = {name: closed for found in sums.values() for name, closed in found.closed.items()}
    return Tree(scores, a.put("综合成绩", published), sums, {**closed, **holds})


def conditions_of(scheme: Scheme, group: str) -> list[Conditional]:
    """The conditions that hold for the units of a group."""
    return [c for c in scheme.conditionals() if not c.groups or group in c.groups]


def watched(scheme: Scheme) -> list[tuple[str, str]]:
    """The (component, rule) whose occurrence some condition looks at."""
    return occurrences(scheme.every_conditional())


def occurrences(conditions: Iterable[Conditional]) -> list[tuple[str, str]]:
    """The (component, rule) whose occurrence some of the conditions look at."""
    found = (c.when for c in conditions)
    return list(dict.fromkeys((w.component, w.rule) for w in found if isinstance(w, Occurred)))


def rounded_part(a: Arithmetic[N, C], component: Component, score: N) -> N:
    """A part's score, rounded first where the scheme says so."""
    return score if component.rounding is None else a.rounded(score, component.rounding)


def combined_score(
    a: Arithmetic[N, C],
    scheme: Scheme,
    group: str,
    key: str,
    scores: Mapping[str, N],
    counts: Counts[N],
    *,
    conditions: Sequence[Conditional] | None = None,
) -> tuple[N, Sum[N, C]]:
    """The score of the combined component ``key``, before its own rounding, and how it came about.
    ``scores`` has those of its parts and of what conditions look at."""
    component = dict(scheme.every())[key]
    assert isinstance(component, Combined)
    if conditions is None:
        conditions = conditions_of(scheme, group)
    whole = _Whole(a, scheme, group, key, component.parts, conditions)
    found = whole.sum(_Seen(scores, counts), component.rounding or scheme.rounding)
    score = on_own_scale(a, component, found.number)
    if (component.missing or scheme.missing) == Missing.ZERO:
        score = a.or_zero(score)
    return score, found


def on_own_scale(a: Arithmetic[N, C], component: Combined, number: N) -> N:
    """A sum of parts as it enters the sum above it: out of 100 where that weighs it, out of the
    component's own full points where that adds up points, as it is where it is added."""
    out_of = component.parts_out_of
    to = HUNDRED if component.weight is not None else out_of if component.adds else component.out_of
    if to == out_of:
        return number
    scaled = number * a.points(to) / a.points(out_of)
    return a.when(a.is_there(number), scaled, a.absent)


def composite(
    a: Arithmetic[N, C],
    scheme: Scheme,
    group: str,
    scores: Mapping[str, N],
    counts: Counts[N],
    *,
    conditions: Sequence[Conditional] | None = None,
) -> tuple[N, Sum[N, C], Mapping[str, C]]:
    """The published composite of a unit of ``group`` from the scores of its parts, how it came about,
    and which conditions took effect (``Tree.holds``)."""
    if conditions is None:
        conditions = conditions_of(scheme, group)
    whole = _Whole(a, scheme, group, "", scheme.components, conditions)
    found = whole.sum(_Seen(scores, counts), scheme.rounding)
    composed = a.rounded(found.number, scheme.rounding)
    fixing = [c for c in conditions if c.fixes]
    if fixing:
        composed = a.put("定分以前", composed)
    # Of those that set the composite or close a gate the first in their order decides.
    holds: dict[str, C] = {}
    for c in conditions:
        if c.fixes:
            now = holds_now(a, c, _Seen(scores, counts, composite=composed))
        elif c.name in found.closed:
            now = found.closed[c.name]
        else:
            continue
        first = a.every(now, *(a.no(earlier) for earlier in holds.values()))
        holds[c.name] = a.put_condition(c.name, first) if c.fixes else first
    published = composed
    for c in reversed(fixing):
        published = a.when(holds[c.name], a.points(c.score or 0), published)
    for c in conditions:
        if c.name in holds or c.closes or isinstance(c.when, RestScore):
            continue
        # What limits a grade or a rank looks at the published number; so can its reader.
        now = holds_now(a, c, _Seen(scores, counts, composite=published))
        holds[c.name] = a.put_condition(c.name, now) if c.limits else now
    return published, found, holds


def limit_holds(
    a: Arithmetic[N, C],
    condition: Conditional,
    scores: Mapping[str, N],
    counts: Counts[N],
    published: N,
) -> C:
    """Whether a condition that limits a grade or a rank holds beside a published composite."""
    return holds_now(a, condition, _Seen(scores, counts, composite=published))


def holds_now(a: Arithmetic[N, C], condition: Conditional, seen: _Seen[N]) -> C:
    """Whether a condition holds, by itself; never for a score that is not there."""
    match condition.when:
        case Occurred(component, rule, times):
            return a.reaches(seen.counts[component, rule], a.count(times))
        case PartScore(part, comparison, bound):
            # A part that the group does not have is nothing to look at.
            number = seen.scores.get(part, a.absent)
        case CompositeScore(comparison, bound):
            assert seen.composite is not None
            number = seen.composite
        case RestScore(_, comparison, bound):
            assert seen.rest is not None
            number = seen.rest
        case _ as when:
            assert_never(when)
    return _compared(a, comparison, number, a.points(bound))


def _compared(a: Arithmetic[N, C], comparison: Comparison, number: N, bound: N) -> C:
    match comparison:
        case Comparison.BELOW:
            return a.below(number, bound)
        case Comparison.ABOVE:
            return a.above(number, bound)
        case Comparison.FROM:
            return a.reaches(number, bound)
        case Comparison.UP_TO:
            return a.every(a.is_there(number), a.no(a.above(number, bound)))
        case _ as way:
            assert_never(way)


def looked_at(condition: Conditional) -> str:
    """The part that a gate looks at."""
    assert isinstance(condition.when, PartScore)
    return condition.when.part


class _Whole(NamedTuple, Generic[N, C]):
    """The composite (``key`` empty) or a combined component, with its parts and its conditions."""

    a: Arithmetic[N, C]
    scheme: Scheme
    group: str
    key: str
    parts: Mapping[str, Component]
    conditions: Sequence[Conditional]

    @property
    def gates(self) -> list[Conditional]:
        """The gates of this whole, in the order in which they are looked at."""
        return [
            c for c in self.conditions if c.closes and c.whole == self.key
            and looked_at(c) in self.parts
        ]  # fmt: skip

    def sum(self, seen: _Seen[N], rounding: Rounding) -> Sum[N, C]:
        """The sum of the parts. ``rounding`` is how it is published, which tells whether a part enters."""
        a, left_out = self.a, self._left_out(seen)
        scores = {key: seen.scores[key] for key in self.parts}
        for key, out in left_out.items():
            scores[key] = a.when(out, a.points(0), scores[key])
        base = a.put("加权", self._weighed(scores))
        closed, base = self._gated(seen, base)
        adding = {key: part for key, part in self.parts.items() if part.adds}
        if not adding:
            return Sum(base, closed, {}, left_out)
        published = a.put("加减前", a.rounded(base, rounding))
        is_open = a.no(a.some(*closed.values())) if closed else a.every()
        number, entered, needed = [base], {}, []
        for key in adding:
            there = a.is_there(scores[key])
            rest: _Seen[N] = _Seen(seen.scores, seen.counts, rest=published)
            kept_out = [
                holds_now(a, c, rest)
                for c in self.conditions
                if isinstance(c.when, RestScore) and key in c.without
            ]
            kept_out += [left_out[key]] if key in left_out else []
            reached = [a.is_there(published), a.no(a.some(*kept_out))] if kept_out else []
            enters = a.every(is_open, there, *reached)
            entered[key] = enters
            number.append(a.when(enters, a.or_zero(scores[key]), a.points(0)))
            if self.scheme.missing_of(self.parts[key]) != Missing.REWEIGHT:
                needed.append(there)
        complete = a.is_there(base)
        if needed:
            open_and_lacking = a.every(is_open, a.no(a.every(*needed)))
            complete = a.every(complete, a.no(open_and_lacking))
        added = a.when(complete, a.total(number), a.absent)
        return Sum(a.put("加减后", added), closed, entered, left_out)

    def _left_out(self, seen: _Seen[N]) -> dict[str, C]:
        """Of every part that a condition may leave out, whether it does."""
        out: dict[str, C] = {}
        for key in self.parts:
            found = [
                holds_now(self.a, c, seen)
                for c in self.conditions
                if key in c.without and not isinstance(c.when, RestScore)
            ]
            if found:
                title = self.parts[key].title
                out[key] = self.a.put_condition(f"{title}不计分", self.a.some(*found))
        return out

    def _weighed(self, scores: Mapping[str, N]) -> N:
        """The weighed mean, or the sum of points, of the parts that do not add; of those that are there
        where the scheme leaves out what is missing."""
        a, group = self.a, self.group
        parts = {key: part for key, part in self.parts.items() if not part.adds}
        by_weight = not by_points(parts)
        whole = a.points(sum(worth_of(part, group) for part in parts.values()))
        optional = {
            k for k, part in parts.items() if self.scheme.missing_of(part) == Missing.REWEIGHT
        }
        there = {key: a.is_there(scores[key]) for key in parts}
        needed = [there[key] for key in parts if key not in optional]
        shares = [
            _share(a, part, group, a.or_zero(scores[key]) if key in optional else scores[key])
            for key, part in parts.items()
        ]
        number = a.total(shares)
        if optional:
            present = a.total(
                [
                    a.when(there[k], a.points(worth_of(p, group)), a.points(0))
                    for k, p in parts.items()
                ]
            )
            needed.append(a.above(present, a.points(0)))
            number = number / present if by_weight else number * whole / present
        elif by_weight:
            number = number / whole
        return a.when(a.every(*needed), number, a.absent)

    def _gated(self, seen: _Seen[N], base: N) -> tuple[dict[str, C], N]:
        """Where a gate closes nothing else is read: only the share of the part that it looks at stays, and
        what else is missing does not matter. Of several gates the first in their order closes."""
        a = self.a
        closed: dict[str, C] = {}
        alone: dict[str, N] = {}
        whole = sum(worth_of(part, self.group) for part in self.parts.values())
        for c in self.gates:
            key = looked_at(c)
            part = self.parts[key]
            label = f"{part.title}低于门槛" if c.said == Said.GATE else c.name
            now = a.put_condition(label, holds_now(a, c, seen))
            closed[c.name] = a.every(now, *(a.no(before) for before in closed.values()))
            own = _share(a, part, self.group, seen.scores[key])
            alone[c.name] = own / a.points(whole) if part.weight is not None else own
        for name in reversed(closed):
            base = a.when(closed[name], alone[name], base)
        return closed, base


def worth_of(component: Component, group: str) -> int:
    """What a part counts beside the others: its weight in ten-thousandths of a percent, or its full
    points in ten-thousandths where points are added up."""
    if component.adds:
        return 0
    return component.weight_in(group) if component.weight is not None else component.out_of


def contribution(a: Arithmetic[N, C], component: Component, group: str, score: N) -> N:
    """What a part gives the sum above it, where every part is there."""
    own = _share(a, component, group, score)
    return own if component.weight is None else own / a.points(HUNDRED)


def _share(a: Arithmetic[N, C], component: Component, group: str, score: N) -> N:
    """A part's score times its weight, or as it is where points are added up."""
    if component.weight is None:
        return score
    return score * a.setting("weight", component.title, component.weight_in(group))


def more_is_better(scheme: Scheme, group: str) -> bool:
    """Whether a higher score never makes a grade worse: no condition punishes one that is reached, as a
    ceiling of the composite does not."""
    for c in conditions_of(scheme, group):
        when = c.when
        if not isinstance(when, PartScore | CompositeScore) or when.comparison == Comparison.BELOW:
            continue
        if c.score is None or c.score < when.bound:
            return False
    return True


def took_effect(scheme: Scheme, group: str, holds: Iterable[str]) -> list[Conditional]:
    """The conditions of a group among the names of those that hold, in the order in which they are
    looked at."""
    return named(conditions_of(scheme, group), holds)


def named(conditions: Iterable[Conditional], holds: Iterable[str]) -> list[Conditional]:
    """Those of some conditions that have one of the names, in their order."""
    names = set(holds)
    return [c for c in conditions if c.name in names]
