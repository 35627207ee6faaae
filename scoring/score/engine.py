"""From tables and a scheme to results: the order in which an 办法 computes a year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar

import narwhals as nw
import pyarrow as pa

from scoring.points import SCALE
from scoring.problems import Place
from scoring.scheme import Combined, Ledger, Scheme, Score, SelfAssessment
from scoring.score.composite import Decisions, Part, combined, composites, rounded
from scoring.score.grading import NONE, best_open, grade_and_rank
from scoring.score.ledger import ledger_gaps, ledger_scores, vetoes
from scoring.score.plain import UNREADABLE, plain_gaps, plain_scores
from scoring.score.result import (
    EntryResult,
    Gap,
    ItemResult,
    PeriodResult,
    Result,
    RuleResult,
    ScoreResult,
    UnitResult,
)
from scoring.score.self_assessment import self_assessment_gaps, self_assessment_scores
from scoring.tables import Frame, Tables, make_frame, records

_GAP = {
    name: pa.large_string()
    for name in (
        "unit",
        "component",
        "kind",
        "period",
        "indicator",
        "entry",
        "assessor",
        "file",
        "sheet",
    )
} | {"row": pa.int64(), "blocking": pa.bool_()}

NOTHING_APPLIES = "gap-nothing"
NO_COMPOSITE = "gap-composite"

R = TypeVar("R")
AnyComponent = Ledger | SelfAssessment | Score | Combined


@dataclass
class Frames:
    """Every frame of a scoring run, lazy where the backend is, by component key; ``decisions``
    of the composite under an empty key."""

    units: Frame
    gaps: Frame
    entries: dict[str, Frame] = field(default_factory=dict)
    rules: dict[str, Frame] = field(default_factory=dict)
    items: dict[str, Frame] = field(default_factory=dict)
    periods: dict[str, Frame] = field(default_factory=dict)
    scores: dict[str, Frame] = field(default_factory=dict)
    vetoes: dict[str, Frame] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    decisions: dict[str, Decisions] = field(default_factory=dict)


def score_frames(
    tables: Tables, scheme: Scheme, year: int, as_of: date, known: date | None = None
) -> Frames:
    """The whole computation as dataframe expressions.

    ``tables`` holds what the assessment's files say, ``as_of`` is the day as of which ledger rows
    are judged, ``known`` (资料截止日) the last day of which a revocation is known, None for no
    limit. Nothing is read, printed or rounded but as the scheme says.
    """
    gaps: list[Frame] = [make_frame((), _GAP, tables.backend)]
    graded = tables.units.filter(nw.col("parent").is_null())
    frames = Frames(units=graded, gaps=gaps[0])
    best: list[Frame] = []
    unread: list[Frame] = []

    def part_of(key: str, component: AnyComponent) -> Part:
        if isinstance(component, Combined):
            inner = {k: part_of(k, c) for k, c in component.parts.items()}
            part, frames.decisions[key] = combined(graded, component, inner, scheme, unread)
        elif isinstance(component, Ledger):
            part = _ledger(tables, key, component, (year, as_of, known), frames, gaps)
            if any(rule.veto for rule in component.rules):
                frames.vetoes[key] = vetoes(frames.rules[key], component)
                best.append(
                    best_open(frames.vetoes[key], graded, component, scheme, tables.backend)
                )
        elif isinstance(component, SelfAssessment):
            part = _self_assessment(tables, key, component, scheme, frames, gaps)
        else:
            part = _plain(tables, key, component, scheme, frames, gaps)
        frames.parts[key] = rounded(part, component.rounding)
        return frames.parts[key]

    tops = {key: part_of(key, component) for key, component in scheme.components.items()}
    units, frames.decisions[""] = composites(graded, tops, scheme, unread)
    frames.gaps = nw.concat([g.select(*_GAP) for g in gaps], how="vertical")
    if unread:
        frames.gaps = _let_pass(frames.gaps, unread)
    blocked = (
        frames.gaps.filter(nw.col("blocking"))
        .group_by("unit")
        .agg(gap_count=nw.len())
        .select("unit", blocked=nw.col("unit"))
    )
    units = units.join(blocked, on="unit", how="left").with_columns(
        settled=nw.col("blocked").is_null()
    )
    frames.units = grade_and_rank(units, _worst(best), scheme)
    return frames


def _let_pass(gaps: Frame, unread: list[Frame]) -> Frame:
    """Gaps in what a gate keeps from being read stop nothing."""
    keys = ["unit", "component"]
    closed = nw.concat(unread, how="vertical").group_by(*keys).agg(times=nw.len())
    return (
        gaps.join(closed, on=keys, how="left")
        .with_columns(blocking=nw.col("blocking") & nw.col("times").is_null())
        .drop("times")
    )


def _worst(best: list[Frame]) -> Frame | None:
    """unit and best: of several vetoes the hardest holds."""
    if not best:
        return None
    return nw.concat(best, how="vertical").group_by("unit").agg(nw.col("best").max())


def _ledger(
    tables: Tables,
    key: str,
    component: Ledger,
    when: tuple[int, date, date | None],
    frames: Frames,
    gaps: list[Frame],
) -> Part:
    ledger = ledger_scores(tables, key, component, *when)
    frames.entries[key], frames.rules[key] = ledger.entries, ledger.rules
    # A row that cannot be decided never counts as nothing, whatever else may be left out.
    gaps.append(_as_gaps(ledger_gaps(ledger.entries), key, gaps[0], blocking=True))
    gaps.append(_as_gaps(_refused(tables, key), key, gaps[0], blocking=True))
    return Part(ledger.scores.select("unit", "numerator"), ledger.denominator)


def _self_assessment(
    tables: Tables,
    key: str,
    component: SelfAssessment,
    scheme: Scheme,
    frames: Frames,
    gaps: list[Frame],
) -> Part:
    missing = scheme.missing_for(key)
    forms = self_assessment_scores(tables, key, component, missing, scheme.groups)
    frames.items[key], frames.periods[key] = forms.items, forms.periods
    found = self_assessment_gaps(forms.items)
    found = _as_gaps(found, key, gaps[0], blocking=missing == "refuse")
    if missing == "reweight":
        found = found.with_columns(blocking=nw.col("kind") != "gap-form")
    gaps.append(found)
    # A period in which nothing applies has no score; only a scheme that reweights goes without.
    nothing = forms.periods.filter(nw.col("applicable") == 0)
    nothing = nothing.select("unit", "period", kind=nw.lit(NOTHING_APPLIES))
    gaps.append(_as_gaps(nothing, key, gaps[0], blocking=missing != "reweight"))
    return Part(forms.scores, forms.denominator)


def _plain(
    tables: Tables,
    key: str,
    component: Score,
    scheme: Scheme,
    frames: Frames,
    gaps: list[Frame],
) -> Part:
    missing = scheme.missing_for(key)
    frame = plain_scores(tables, key, component, missing)
    frames.scores[key] = frame
    for found in plain_gaps(tables, key, component, frame, missing):
        gaps.append(_as_gaps(found, key, gaps[0]))
    return Part(frame.select("unit", numerator=nw.col("score")), 1)


def _refused(tables: Tables, key: str) -> Frame:
    """Refused ledger rows as gaps of the graded unit that they concern, where it is known."""
    rows = tables.refused.filter((nw.col("component") == key) & ~nw.col("unit").is_null())
    rows = rows.join(tables.units.select("unit", "parent"), on="unit", how="left")
    unit = nw.when(nw.col("parent").is_null()).then(nw.col("unit")).otherwise(nw.col("parent"))
    return rows.select(unit.alias("unit"), "file", "sheet", "row", kind=nw.lit(UNREADABLE))


def _as_gaps(frame: Frame, key: str, empty: Frame, *, blocking: bool | None = None) -> Frame:
    """Gaps with every column; those that the frame lacks are null, of the type in ``empty``.
    ``blocking`` is None where the frame says it itself."""
    have = {*frame.collect_schema().names(), "component", "blocking"}
    absent = [name for name in _GAP if name not in have]
    if absent:
        frame = frame.join(empty.select("unit", *absent), on="unit", how="left")
    if blocking is not None:
        frame = frame.with_columns(blocking=nw.lit(blocking))
    return frame.with_columns(component=nw.lit(key))


def score(
    tables: Tables,
    scheme: Scheme,
    year: int,
    as_of: date,
    *,
    known: date | None = None,
    final: bool = True,
) -> Result:
    """Score an assessment: the same input gives the same result, in the same order.

    ``as_of`` and ``known`` as in ``score_frames``. ``final`` says what the run was asked to be; a
    result with blocking gaps is never final, and a unit without a composite always has one.
    """
    frames = score_frames(tables, scheme, year, as_of, known)
    units = records(frames.units)
    order = {row["unit"]: row["position"] for row in units}
    found = [_gap(row) for row in records(frames.gaps)]
    gaps = sorted(
        [*found, *_without_composite(units, found, scheme)],
        key=lambda g: (order.get(g.unit, -1), list(scheme.leaves()).index(g.component),
                       g.kind, g.period or "", g.indicator or "", g.assessor or "", str(g.place)),
    )  # fmt: skip
    inner = {
        (row["unit"], key): row["numerator"]
        for key, part in frames.parts.items()
        if key not in scheme.components
        for row in records(part.frame)
    }
    vetoed: dict[str, list[tuple[str, str]]] = {}
    for key, frame in frames.vetoes.items():
        for row in records(frame):
            vetoed.setdefault(row["unit"], []).append((key, row["rule"]))
    denominators = {key: part.denominator for key, part in frames.parts.items()}
    decided = _decided(frames)
    gaps_of: dict[str, list[Gap]] = {}
    for gap in gaps:
        gaps_of.setdefault(gap.unit, []).append(gap)
    results = [
        _unit(
            row, scheme, denominators, gaps_of.get(row["unit"], ()), inner, sorted(vetoed.get(row["unit"], ())),
            decided[row["unit"]],
        )
        for row in units
    ]  # fmt: skip
    group_order = {group: i for i, group in enumerate(scheme.groups)}
    results.sort(key=lambda u: (group_order[u.group], u.rank is None, u.rank or 0, order[u.unit]))
    listed = {row["unit"]: row["position"] for row in records(tables.units)}
    entries = [
        _make(EntryResult, row, key)
        for key, frame in frames.entries.items()
        for row in records(frame)
    ]
    items = [
        (row["position"], row["period_position"], row["item_position"], _make(ItemResult, row, key))
        for key, frame in frames.items.items()
        for row in records(frame)
    ]
    periods = [
        (order[row["unit"]], row["period_position"], _make(PeriodResult, row, key))
        for key, frame in frames.periods.items()
        for row in records(frame)
    ]
    scores = [
        _make(ScoreResult, row, key)
        for key, frame in frames.scores.items()
        for row in records(frame)
    ]
    rules = [
        _make(RuleResult, row, key) for key, frame in frames.rules.items() for row in records(frame)
    ]
    return Result(
        scheme=scheme,
        year=year,
        as_of=as_of,
        known=known,
        final=final and not any(gap.blocking for gap in gaps),
        units=tuple(results),
        entries=tuple(
            sorted(
                entries,
                key=lambda e: (
                    e.place.file,
                    e.place.sheet or "",
                    e.place.row or 0,
                    listed[e.unit] or 0,
                ),
            )
        ),
        items=tuple(row[-1] for row in sorted(items, key=lambda r: r[:3])),
        periods=tuple(row[-1] for row in sorted(periods, key=lambda r: r[:2])),
        scores=tuple(sorted(scores, key=lambda s: order[s.unit])),
        rules=tuple(sorted(rules, key=lambda r: (order[r.unit], r.rule))),
        gaps=tuple(gaps),
    )


def _without_composite(
    units: Iterable[dict[str, Any]], gaps: Iterable[Gap], scheme: Scheme
) -> Iterator[Gap]:
    """A gap for every unit that has no composite though no other gap is in the way: every part of
    it was left out."""
    blocked = {gap.unit for gap in gaps if gap.blocking}
    first = next(iter(scheme.leaves()))
    for row in units:
        if row["composite"] is None and row["unit"] not in blocked:
            yield Gap(row["unit"], first, NO_COMPOSITE, blocking=True)


@dataclass
class _Decided:
    """What was decided of one unit."""

    exact: Fraction | None = None
    shut: dict[str, str] = field(default_factory=dict)
    entered: set[str] = field(default_factory=set)


def _decided(frames: Frames) -> dict[str, _Decided]:
    out: dict[str, _Decided] = {}
    for key, decisions in frames.decisions.items():
        for row in records(decisions.frame):
            unit = out.setdefault(row["unit"], _Decided())
            if row["shut"]:
                unit.shut[key] = row["shut"]
            unit.entered.update(name for name in decisions.adding if row[f"in_{name}"])
            if not key and row["complete"]:
                unit.exact = Fraction(row["number"], row["weights"] * decisions.common * SCALE)
    return out


def _unit(
    row: dict[str, Any],
    scheme: Scheme,
    denominators: dict[str, int],
    gaps: Iterable[Gap],
    inner: dict[tuple[str, str], int | None],
    vetoed: list[tuple[str, str]],
    decided: _Decided,
) -> UnitResult:
    def exact(key: str, number: int | None) -> Fraction | None:
        return None if number is None else Fraction(number, denominators[key] * SCALE)

    unit, group = row["unit"], row["group"]
    grade = None if row["grade"] == NONE else scheme.grades_in(group)[row["grade"]].name
    return UnitResult(
        unit=unit,
        group=group,
        components={key: exact(key, row[key]) for key in scheme.components},
        parts={key: exact(key, number) for (name, key), number in inner.items() if name == unit},
        composite=row["composite"],
        grade=grade,
        rank=row["rank"],
        gaps=tuple(gaps),
        vetoes=tuple(vetoed),
        exact=decided.exact,
        shut=decided.shut,
        entered=frozenset(decided.entered),
    )


def _place(row: dict[str, Any]) -> Place | None:
    return None if row.get("file") is None else Place(row["file"], row["sheet"], row["row"])


def _gap(row: dict[str, Any]) -> Gap:
    values: dict[str, Any] = {name: row.get(name) for name in _field_names(Gap)}
    return Gap(**{**values, "place": _place(row)})


def _make(kind: type[R], row: dict[str, Any], key: str) -> R:
    """A result value from a frame's row by the names of its fields."""
    make: Any = kind
    values: dict[str, Any] = {name: row.get(name) for name in _field_names(make)}
    if "place" in values:
        values["place"] = _place(row)
    return make(**{**values, "component": key})  # type: ignore[no-any-return]


@cache
def _field_names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind))
