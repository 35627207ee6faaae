"""综合考核: components to one number per unit, rounded once.

In the order of an 办法: round a component where the scheme says so, weigh, let a gate close,
add what adds if it enters. Source: 四（四） of the scheme of Heze, and the wordings in
docs/写考核办法.md. A composite is one exact fraction of integers until its rounding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from math import gcd

import narwhals as nw

from scoring.points import PLACES
from scoring.scheme import Combined, Component, Rounding, Scheme
from scoring.scheme.fineness import LARGEST, MOST, common_and_whole
from scoring.score.arithmetic import div_half_up, div_round
from scoring.tables import Frame


@dataclass(frozen=True)
class Part:
    """A component's scores: ``frame`` holds unit and ``numerator`` (ten-thousandths of a point)
    over the common ``denominator``."""

    frame: Frame
    denominator: int


def rounded(part: Part, rounding: Rounding | None) -> Part:
    """The part with its scores rounded first, where the scheme says so."""
    if rounding is None:
        return part
    step = 10 ** (PLACES - rounding.decimals)
    number = div_round(nw.col("numerator"), part.denominator * step, rounding) * step
    return Part(part.frame.select("unit", numerator=number), 1)


@dataclass(frozen=True)
class _Weighed:
    """Columns of the weighed sum: ``number`` over ``common`` · ``weights``; ``complete`` where no
    part is missing that must not be."""

    frame: Frame
    number: nw.Expr
    weights: nw.Expr
    complete: nw.Expr
    common: int
    whole: int
    unit_share: int


def _weigh(
    units: Frame,
    components: Mapping[str, Component],
    parts: Mapping[str, Part],
    scheme: Scheme,
) -> _Weighed:
    """Join the parts to the units and weigh those that have a weight."""
    frame = units
    for key, part in parts.items():
        frame = frame.join(
            part.frame.select("unit", nw.col("numerator").alias(key)), on="unit", how="left"
        )
    shares = {
        key: {group: component.weight_in(group) for group in scheme.groups}
        for key, component in components.items()
        if not component.adds
    }
    every = [weight for by_group in shares.values() for weight in by_group.values()]
    unit_share = gcd(*every)
    denominators = {key: part.denominator for key, part in parts.items()}
    common, whole = common_and_whole(components, denominators, scheme.groups)
    assert MOST * common * whole <= LARGEST, "refused when the scheme is read"
    number, weights, complete = nw.lit(0, nw.Int64), nw.lit(0, nw.Int64), nw.lit(True)
    for key, by_group in shares.items():
        weight = _by_group({g: w // unit_share for g, w in by_group.items()})
        present = ~nw.col(key).is_null()
        factor = common // parts[key].denominator
        number = number + (nw.col(key) * weight * factor).fill_null(0)
        weights = weights + nw.when(present).then(weight).otherwise(nw.lit(0, nw.Int64))
        if scheme.missing_for(key) != "reweight":
            complete = complete & present
    complete = complete & (weights > 0)
    return _Weighed(frame, number, weights, complete, common, whole, unit_share)


def _by_group(values: Mapping[str, int]) -> nw.Expr:
    """A number that may differ by group."""
    if len(set(values.values())) == 1:
        return nw.lit(next(iter(values.values())), nw.Int64)

    def choose(rest: nw.Expr, item: tuple[str, int]) -> nw.Expr:
        return nw.when(nw.col("group") == item[0]).then(nw.lit(item[1], nw.Int64)).otherwise(rest)

    return reduce(choose, values.items(), nw.lit(0, nw.Int64))


@dataclass(frozen=True)
class Decisions:
    """What was decided while a sum was made. ``frame`` holds unit, ``shut`` (the key of the gate
    that closed, or empty), ``in_<key>`` for every part that adds (whether it entered) and
    ``number`` over ``weights`` · ``common``, the sum before its rounding, which holds where it is
    ``complete``: no part is missing that must not be."""

    frame: Frame
    common: int
    adding: tuple[str, ...]


def combined(
    units: Frame,
    component: Combined,
    parts: Mapping[str, Part],
    scheme: Scheme,
    unread: list[Frame],
) -> tuple[Part, Decisions]:
    """A component made of components, on the scale of 100. Its mean is exact where every part is
    there; over fewer parts (reweight) it is rounded half up to ten-thousandths. For ``unread`` see
    ``composites``."""
    rounding = component.rounding or scheme.rounding
    frame, weighed = _sum(units, component.parts, parts, scheme, rounding, unread)
    number, weights = nw.col("_number"), nw.col("_weights")
    exact = weighed.common * weighed.whole
    fewer = div_half_up(number, weights * weighed.common) * exact
    value = nw.when(weights == weighed.whole).then(number).otherwise(fewer)
    decided = _decisions(frame, weighed, component.parts)
    frame = frame.select("unit", numerator=nw.when(nw.col("_complete")).then(value))
    if (component.missing or scheme.missing) == "zero":
        frame = frame.with_columns(nw.col("numerator").fill_null(0))
    return Part(frame, exact), decided


def _decisions(frame: Frame, weighed: _Weighed, components: Mapping[str, Component]) -> Decisions:
    adding = tuple(key for key, component in components.items() if component.adds)
    return Decisions(
        frame.select(
            "unit",
            nw.col("_shut").alias("shut"),
            *(f"in_{key}" for key in adding),
            number=nw.col("_number"),
            weights=nw.col("_weights"),
            complete=nw.col("_complete"),
        ),
        weighed.common,
        adding,
    )


def composites(
    units: Frame, parts: Mapping[str, Part], scheme: Scheme, unread: list[Frame]
) -> tuple[Frame, Decisions]:
    """Graded units with ``<key>`` numerators, and ``composite`` as a count of
    ``10**-decimals`` points, null where a part is missing that must not be.

    To ``unread`` are added frames of unit and component: the tables that a gate keeps from being
    read.
    """
    frame, weighed = _sum(units, scheme.components, parts, scheme, scheme.rounding, unread)
    step = 10 ** (PLACES - scheme.rounding.decimals)
    composite = div_round(
        nw.col("_number"), nw.col("_weights") * (weighed.common * step), scheme.rounding
    )
    decided = _decisions(frame, weighed, scheme.components)
    done = frame.with_columns(composite=nw.when(nw.col("_complete")).then(composite)).drop(
        "_number", "_weights", "_complete", "_shut", *(f"in_{key}" for key in decided.adding)
    )
    return done, decided


def _sum(
    units: Frame,
    components: Mapping[str, Component],
    parts: Mapping[str, Part],
    scheme: Scheme,
    rounding: Rounding,
    unread: list[Frame],
) -> tuple[Frame, _Weighed]:
    """Weigh, let gates close, add what enters: ``_number`` over ``common`` · ``_weights``, and
    whether it is ``_complete``; ``_shut`` is the key of the gate that closed, or empty.
    ``rounding`` is how the sum is published."""
    sums = _weigh(units, components, parts, scheme)
    frame = sums.frame.with_columns(
        _number=sums.number, _weights=sums.weights, _complete=sums.complete
    )
    safe = nw.when(nw.col("_complete")).then(nw.col("_weights")).otherwise(nw.lit(1, nw.Int64))
    frame = frame.with_columns(_weights=safe, _shut=nw.lit(""))
    frame = _close_gates(frame, sums, components, parts, scheme)
    unread += _kept_out(frame, components)
    return _add(frame, sums.common, components, parts, scheme, rounding), sums


def _close_gates(
    frame: Frame,
    weighed: _Weighed,
    components: Mapping[str, Component],
    parts: Mapping[str, Part],
    scheme: Scheme,
) -> Frame:
    """Where a component lies under its gate, nothing else is read, a later gate neither: only its
    own share stays, and what else is missing does not matter."""
    for key, component in components.items():
        if component.gate is None:
            continue
        part = parts[key]
        under = (nw.col(key) < component.gate * part.denominator).fill_null(False)
        shares = {g: component.weight_in(g) // weighed.unit_share for g in scheme.groups}
        alone = nw.col(key) * _by_group(shares) * (weighed.common // part.denominator)
        whole = nw.lit(weighed.whole, nw.Int64)
        closes = nw.col("_closes")
        frame = (
            frame.with_columns(_closes=under & (nw.col("_shut") == ""))
            .with_columns(
                _number=nw.when(closes).then(alone).otherwise(nw.col("_number")),
                _weights=nw.when(closes).then(whole).otherwise(nw.col("_weights")),
                _complete=nw.col("_complete") | closes,
                _shut=nw.when(closes).then(nw.lit(key)).otherwise(nw.col("_shut")),
            )
            .drop("_closes")
        )
    return frame


def _kept_out(frame: Frame, components: Mapping[str, Component]) -> Iterator[Frame]:
    """unit and component: what is not read because the gate of another component closed."""
    for key, component in components.items():
        if component.gate is None:
            continue
        shut = frame.filter(nw.col("_shut") == key)
        for other in components:
            if other != key:
                for table in _tables_of(other, components[other]):
                    yield shut.select("unit", component=nw.lit(table))


def _tables_of(key: str, component: Component) -> list[str]:
    if not isinstance(component, Combined):
        return [key]
    return [table for k, part in component.parts.items() for table in _tables_of(k, part)]


def _add(
    frame: Frame,
    common: int,
    components: Mapping[str, Component],
    parts: Mapping[str, Part],
    scheme: Scheme,
    rounding: Rounding,
) -> Frame:
    """Add the parts that add. Whether one enters is told by the sum of the weighed parts, rounded
    as it would be published, so that a reader can tell too."""
    step = 10 ** (PLACES - rounding.decimals)
    base = div_round(nw.col("_number"), nw.col("_weights") * (common * step), rounding) * step
    adding = {key: c for key, c in components.items() if c.adds}
    if not adding:
        return frame
    frame = frame.with_columns(_base=base)
    for key, component in adding.items():
        present, is_open = ~nw.col(key).is_null(), nw.col("_shut") == ""
        enters = is_open
        if component.enters is not None and component.enters.above is not None:
            enters = enters & (nw.col("_base") > component.enters.above)
        if component.enters is not None and component.enters.least is not None:
            enters = enters & (nw.col("_base") >= component.enters.least)
        extra = nw.col(key) * nw.col("_weights") * (common // parts[key].denominator)
        frame = frame.with_columns((enters & present).alias(f"in_{key}"))
        frame = frame.with_columns(
            _number=nw.when(nw.col(f"in_{key}"))
            .then(nw.col("_number") + extra)
            .otherwise(nw.col("_number"))
        )
        if scheme.missing_for(key) != "reweight":
            frame = frame.with_columns(_complete=nw.col("_complete") & (present | ~is_open))
    return frame.drop("_base")
