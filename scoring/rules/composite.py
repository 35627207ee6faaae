"""综合考核: parts to one number, rounded once.

In the order of an 办法: weigh (or add up) the parts, let a gate close, add what enters. Source:
四（四） of the scheme of Heze, and the wordings in docs/写考核办法.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

from scoring.rules.arithmetic import Arithmetic, C, N
from scoring.scheme.forms import HUNDRED
from scoring.scheme.model import Combined, Component, Scheme, by_points
from scoring.scheme.parts import Rounding


@dataclass(frozen=True)
class Sum(Generic[N, C]):
    """The sum of some parts before its rounding, absent while something is missing that must not
    be; ``shut``: for every part with a gate whether it is the one that closed; ``entered``: for every
    part that adds whether it was added; ``base``: what was compared to tell that."""

    number: N
    shut: Mapping[str, C]
    entered: Mapping[str, C]


def rounded_part(a: Arithmetic[N, C], component: Component, score: N) -> N:
    """A part's score, rounded first where the scheme says so."""
    return score if component.rounding is None else a.rounded(score, component.rounding)


def combined_score(
    a: Arithmetic[N, C], scheme: Scheme, group: str, component: Combined, parts: Mapping[str, N]
) -> tuple[N, Sum[N, C]]:
    """The score of a component made of components, before its own rounding, and how it came about."""
    rounding = component.rounding or scheme.rounding
    found = sum_of_parts(a, scheme, group, component, parts, rounding)
    score = on_own_scale(a, component, found.number)
    if (component.missing or scheme.missing) == "zero":
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
    a: Arithmetic[N, C], scheme: Scheme, group: str, parts: Mapping[str, N]
) -> tuple[N, Sum[N, C]]:
    """The published composite of a unit of ``group`` from its components' scores, and how it came
    about."""
    found = sum_of_parts(a, scheme, group, scheme, parts, scheme.rounding)
    return a.rounded(found.number, scheme.rounding), found


@dataclass(frozen=True)
class Tree(Generic[N, C]):
    """All scores of a unit by component key, the published composite, and how the sums of the
    composite (``""``) and of the combined components came about."""

    scores: Mapping[str, N]
    composite: N
    sums: Mapping[str, Sum[N, C]]


def tree(
    a: Arithmetic[N, C],
    scheme: Scheme,
    group: str,
    leaves: Mapping[str, N],
    known: Mapping[str, N] | None = None,
) -> Tree[N, C]:
    """From the scores of the components that are read from tables, as they enter the sum above them,
    to the published composite. ``known`` combined components are not computed again."""
    scores = {**leaves, **(known or {})}
    sums: dict[str, Sum[N, C]] = {}

    def walk(components: Mapping[str, Component]) -> None:
        for key, component in components.items():
            if key in scores or not isinstance(component, Combined):
                continue
            walk(component.parts)
            parts = {k: scores[k] for k in component.parts}
            score, sums[key] = combined_score(a, scheme, group, component, parts)
            scores[key] = a.put(component.title, rounded_part(a, component, score))

    walk(scheme.components)
    tops = {key: scores[key] for key in scheme.components}
    published, sums[""] = composite(a, scheme, group, tops)
    return Tree(scores, a.put("综合成绩", published), sums)


def sum_of_parts(
    a: Arithmetic[N, C],
    scheme: Scheme,
    group: str,
    whole: Scheme | Combined,
    scores: Mapping[str, N],
    rounding: Rounding,
) -> Sum[N, C]:
    """The sum of the components of a scheme, or of the parts of a combined one, with its gates and
    additions. ``rounding`` is how the sum is published, which tells whether a part enters."""
    components = whole.parts if isinstance(whole, Combined) else whole.components
    base = a.put("加权", _weighed(a, scheme, group, components, scores))
    shut, base = _gates(a, group, components, whole.gates, scores, base)
    adding = {key: part for key, part in components.items() if part.adds}
    if not adding:
        return Sum(base, shut, {})
    published = a.put("加减前", a.rounded(base, rounding))
    is_open = a.no(a.some(*shut.values())) if shut else a.every()
    number, entered, needed = [base], {}, []
    for key, part in adding.items():
        there = a.is_there(scores[key])
        enters = a.every(is_open, there, *_reached(a, part, published))
        entered[key] = enters
        number.append(a.when(enters, a.or_zero(scores[key]), a.points(0)))
        if scheme.missing_for(key) != "reweight":
            needed.append(there)
    complete = a.is_there(base)
    if needed:
        open_and_lacking = a.every(is_open, a.no(a.every(*needed)))
        complete = a.every(complete, a.no(open_and_lacking))
    added = a.when(complete, a.total(number), a.absent)
    return Sum(a.put("加减后", added), shut, entered)


def _reached(a: Arithmetic[N, C], part: Component, published: N) -> list[C]:
    """Whether the rest, as it is published, reaches what a part needs to enter."""
    if part.enters is None:
        return []
    if part.enters.above is not None:
        return [a.above(published, a.points(part.enters.above))]
    assert part.enters.least is not None
    return [a.reaches(published, a.points(part.enters.least))]


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


def _weighed(
    a: Arithmetic[N, C],
    scheme: Scheme,
    group: str,
    components: Mapping[str, Component],
    scores: Mapping[str, N],
) -> N:
    """The weighed mean, or the sum of points, of the parts that do not add; of those that are there
    where the scheme leaves out what is missing."""
    parts = {key: part for key, part in components.items() if not part.adds}
    by_weight = not by_points(parts)
    whole = a.points(sum(worth_of(part, group) for part in parts.values()))
    optional = {key for key in parts if scheme.missing_for(key) == "reweight"}
    there = {key: a.is_there(scores[key]) for key in parts}
    needed = [there[key] for key in parts if key not in optional]
    shares = [
        _share(a, part, group, a.or_zero(scores[key]) if key in optional else scores[key])
        for key, part in parts.items()
    ]
    number = a.total(shares)
    if optional:
        present = a.total(
            [a.when(there[k], a.points(worth_of(p, group)), a.points(0)) for k, p in parts.items()]
        )
        needed.append(a.above(present, a.points(0)))
        number = number / present if by_weight else number * whole / present
    elif by_weight:
        number = number / whole
    return a.when(a.every(*needed), number, a.absent)


def _gates(
    a: Arithmetic[N, C],
    group: str,
    components: Mapping[str, Component],
    order: Sequence[str],
    scores: Mapping[str, N],
    base: N,
) -> tuple[dict[str, C], N]:
    """Where a part lies under its gate nothing else is read: only its own share stays, and what else
    is missing does not matter. Of several gates the first in the scheme's ``order`` closes."""
    shut: dict[str, C] = {}
    alone: dict[str, N] = {}
    whole = sum(worth_of(part, group) for part in components.values())
    for key in order or components:
        part = components[key]
        if part.gate is None:
            continue
        under = a.put_condition(f"{part.title}低于门槛", a.below(scores[key], a.points(part.gate)))
        shut[key] = a.every(under, *(a.no(before) for before in shut.values()))
        own = _share(a, part, group, scores[key])
        alone[key] = own / a.points(whole) if part.weight is not None else own
    for key in reversed(shut):
        base = a.when(shut[key], alone[key], base)
    return shut, base
