"""预估: where a unit would stand with the form that it is about to hand in.

The form's self-scores stand in for verified ones; everything else is what the assessment knows by
now, or an assumption that is named. The engine scores it like any year; nothing is final.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import NamedTuple, assert_never

from scoring.enums import Assessors, NotApplicable, Scoring, Word
from scoring.inquiry.distance import Band, Needed, full_of, grade_bands, least, marks_of
from scoring.inquiry.explanation import AreaPart
from scoring.inquiry.improvements import Shift, improvements, threats
from scoring.inquiry.trials import Outcome, Trials
from scoring.points import Amount
from scoring.problems import Problem
from scoring.rules.exact import divided
from scoring.rules.forms import NOT_APPLICABLE, area_worth, verified_or_own
from scoring.rules.ledger import PENDING, UNDATED
from scoring.scheme import Component, Leaf, Ledger, Scheme, Score, SelfAssessment
from scoring.scheme.components import AnyComponent, with_leaves
from scoring.scheme.forms import HUNDRED
from scoring.scheme.parts import plain
from scoring.score import EntryResult, ItemResult, PeriodResult, Result, UnitResult, score
from scoring.score.synthetic import Unreached, spread
from scoring.tables import FormRow, ItemRow, ScoreRow, Tables, Verified, where


class Source(Word):
    """Where a number comes from: this form's self-scores; verified or self-scores of another period;
    the ``same`` as this form; the ledger as it stands, or its preset points where there is none; what
    the office ``noted`` in the form; a score that was ``handed_in`` or ``assumed``; ``nothing`` for
    what adds and is not known yet; or ``unknown``."""

    FORM = "form"
    VERIFIED = "verified"
    SELF = "self"
    SAME = "same"
    LEDGER = "ledger"
    START = "start"
    NOTED = "noted"
    HANDED_IN = "handed_in"
    ASSUMED = "assumed"
    NOTHING = "nothing"
    UNKNOWN = "unknown"


class Known(NamedTuple):
    """What a preview rests on for one component (and period): its score on the scale of 100, where
    it is known, and where it comes from."""

    key: str
    title: str
    period: str | None
    value: Fraction | None
    source: Source
    weight: int | None


class Lack(NamedTuple):
    """An item of the form that is not complete: without a score, or without evidence."""

    item: ItemResult
    score: bool
    evidence: bool


class Preview(NamedTuple):
    """Where a unit would stand. ``period_score`` is the form's own score in ten-thousandths out of
    ``full``; ``outcome`` is None where a score is still unknown; ``bands`` go through all scores of
    ``scores``, the ``open_scores`` where some are (all taken to be equally good); ``quota``: grades also depend on the
    others' scores, which nobody knows yet."""

    scheme: Scheme
    unit: str
    group: str
    year: int
    as_of: date
    component: str
    period: str
    due: date
    result: Result
    areas: tuple[AreaPart, ...]
    items: tuple[ItemResult, ...]
    lacks: tuple[Lack, ...]
    period_score: Amount | None
    full: int
    known: tuple[Known, ...]
    outcome: Outcome | None
    scores: tuple[str, ...]
    open_scores: tuple[str, ...]
    bands: tuple[Band, ...]
    needed: Needed | None
    improvements: tuple[Shift, ...]
    threats: tuple[Shift, ...]
    undecided: tuple[EntryResult, ...]
    quota: bool
    problems: tuple[Problem, ...]


class FormGiven(NamedTuple):
    """The form that a preview is asked for: of which component, unit and period, and its rows."""

    component: str
    unit: str
    group: str
    period: str
    form: FormRow
    items: tuple[ItemRow, ...]


def preview(
    given: FormGiven,
    tables: Tables,
    scheme: Scheme,
    year: int,
    as_of: date,
    *,
    known: date | None = None,
    assumed: int | None = None,
    noted: Mapping[tuple[str, str], Amount] | None = None,
    problems: tuple[Problem, ...] = (),
    advice: bool = True,
) -> Preview:
    """Preview ``given`` among what ``tables`` know of its unit, as of a day and by what was ``known``
    then (see ``scoring.score.score``).

    ``assumed`` is the score to assume for every weighed score that is not there yet, in
    ten-thousandths on the scale of the first; ``noted`` is what the office noted in the form, by
    component and what it is of: scores of ledgers (on the scale of 100), of other periods, and
    of what is handed in whole, on their own scales. Without ``advice`` there are no ``improvements`` and
    ``threats``, which take most of the time. Raises KeyError where the unit is in none of them.
    """
    scheme, quota = without_quotas(scheme.seen_from(given.group))
    found = _gather(given, tables, scheme, year, as_of, known, assumed, noted or {})
    result = score(found.tables, found.scheme, year, as_of, known=known, final=False)
    trials = Trials(found.tables, found.scheme, year, as_of, known)
    standing = _standing(given, found, trials, result)
    form = _of_form(given, found.scheme, year, result)
    return Preview(
        scheme=found.scheme,
        unit=given.unit,
        group=given.group,
        year=year,
        as_of=as_of,
        component=given.component,
        period=given.period,
        due=form.due,
        result=result,
        areas=form.areas,
        items=form.items,
        lacks=form.lacks,
        period_score=form.score,
        full=form.full,
        known=tuple(_rests_on(result, found.scheme, given, found.sources)),
        outcome=standing.outcome,
        scores=standing.scores,
        open_scores=tuple(found.open_scores),
        bands=standing.bands,
        needed=standing.needed,
        improvements=_improvements(given, trials, result) if advice else (),
        threats=tuple(threats(trials, result, result.units)[given.unit]) if advice else (),
        undecided=found.undecided,
        quota=quota,
        problems=problems,
    )


class _Gathered(NamedTuple):
    """What is known of a unit, complete enough to be scored; ``sources`` say where each number is from."""

    scheme: Scheme
    tables: Tables
    sources: dict[tuple[str, str | None], Source]
    open_scores: list[str]
    known_scores: list[str]
    undecided: tuple[EntryResult, ...]


def _gather(
    given: FormGiven,
    tables: Tables,
    scheme: Scheme,
    year: int,
    as_of: date,
    known: date | None,
    assumed: int | None,
    noted: Mapping[tuple[str, str], Amount],
) -> _Gathered:
    weighed = scheme.weighed_scores()
    scheme, noted_here = _with_noted(scheme, {key: n for (key, _), n in noted.items()})
    mine = _of_unit(tables, given.unit)
    sources: dict[tuple[str, str | None], Source] = {}
    noted_periods = {at: n for at, n in noted.items() if at != (given.component, given.period)}
    mine = _with_noted_periods(mine, given, scheme, noted_periods, sources)
    mine = _with_form(mine, given, scheme, sources)
    mine, undecided = _without_undecided(mine, scheme, year, as_of, known)
    scores = _complete(mine.scores, scheme)
    for key in weighed:
        points = next((n for (k, _), n in noted.items() if k == key), None)
        if (
            points is not None
            and assumed is None
            and not any(row.component == key for row in scores)
        ):
            component = scheme.leaves()[key]
            assert isinstance(component, Score)
            scores += _marks(component, key, given.unit, points)
            sources[key, None] = Source.NOTED
    scores += [_score_row(key, given.unit, n) for key, n in noted_here.items()]
    open_scores, known_scores = _scores(scores, given.unit, scheme, weighed, assumed, sources)
    mine = replace(mine, scores=tuple(scores))
    sources.update({(key, None): Source.NOTED for key in noted_here})
    for key, component in scheme.leaves().items():
        if isinstance(component, Ledger):
            there = any(row.component == key for row in tables.entries)
            sources[key, None] = Source.LEDGER if there else Source.START
    return _Gathered(scheme, mine, sources, open_scores, known_scores, undecided)


class _Standing(NamedTuple):
    """Where the unit would stand: its outcome, the grades by the score that bands go through, and
    what the next one takes."""

    outcome: Outcome | None
    scores: tuple[str, ...]
    bands: tuple[Band, ...]
    needed: Needed | None


def _standing(given: FormGiven, found: _Gathered, trials: Trials, result: Result) -> _Standing:
    unit = result.units[0]
    through, grades = found.open_scores or found.known_scores, found.scheme.grades_in(given.group)
    bands = grade_bands(trials, unit.unit, unit.group, through) if through and grades else []
    settled = not found.open_scores and unit.composite is not None and not unit.gaps
    outcome = Outcome(unit.composite, unit.grade, None) if settled else None
    better = _better(found.scheme, unit) if settled else None
    needed = Needed(through[0], better, least(bands, better)) if better and through else None
    return _Standing(outcome, tuple(through), tuple(bands), needed)


class _OfForm(NamedTuple):
    """What the form itself comes to: ``score`` in ten-thousandths out of ``full``."""

    due: date
    areas: tuple[AreaPart, ...]
    items: tuple[ItemResult, ...]
    lacks: tuple[Lack, ...]
    score: Amount | None
    full: int


def _of_form(given: FormGiven, scheme: Scheme, year: int, result: Result) -> _OfForm:
    component = scheme.leaves()[given.component]
    assert isinstance(component, SelfAssessment)
    period = next(p for p in component.periods if p.name == given.period)
    items = tuple(i for i in result.items if _is_of(given, i))
    return _OfForm(
        due=period.due.on(year),
        areas=_areas(items, component, given.group),
        items=items,
        lacks=_lacks(items, given),
        score=next(p.score for p in result.periods if _is_of(given, p)),
        full=component.full,
    )


def _improvements(given: FormGiven, trials: Trials, result: Result) -> tuple[Shift, ...]:
    """What would lift the unit, of the items of this form."""
    return tuple(
        shift
        for shift in improvements(trials, result, result.units)[given.unit]
        if shift.items and _is_of(given, shift.items[0]) and (shift.gain or 0) > 0
    )


def _is_of(given: FormGiven, found: ItemResult | PeriodResult) -> bool:
    """Whether an item or a period's score is that of the form."""
    return (found.component, found.period) == (given.component, given.period)


def without_quotas(scheme: Scheme) -> tuple[Scheme, bool]:
    """A group's scheme with grades by lower bound alone, and whether it had quotas: those depend on scores
    that nobody knows yet."""
    grades = plain(scheme.grades)
    if not any(grade.quota for grade in grades):
        return scheme, False
    kept = [g for g in grades[:-1] if g.lower is not None]
    bounded = (*(g.model_copy(update={"quota": None}) for g in kept), grades[-1])
    return scheme.model_copy(update={"grades": bounded}), True


def _with_noted(scheme: Scheme, noted: Mapping[str, Amount]) -> tuple[Scheme, dict[str, Amount]]:
    """The scheme with every ledger whose score is noted as a score that is handed in whole."""
    there: dict[str, Amount] = {}

    def change(key: str, component: AnyComponent) -> AnyComponent:
        if not isinstance(component, Ledger) or key not in noted:
            return component
        there[key] = noted[key]
        shared = {name: getattr(component, name) for name in (*Component.model_fields, "table")}
        return Score.model_construct(
            **{
                **shared,
                "kind": "score",
                "full_by": HUNDRED,
                "assessors": Assessors.ONE,
                "rounding": None,
            }
        )

    return scheme.model_copy(update={"components": with_leaves(scheme.components, change)}), there


def _of_unit(tables: Tables, unit: str) -> Tables:
    """The rows of one graded unit and its subordinate departments."""
    names = {row.unit for row in tables.units if unit in (row.unit, row.parent)}
    if unit not in names:
        raise KeyError(unit)
    return where(tables, lambda row: row.unit in names)


def _with_noted_periods(
    tables: Tables,
    given: FormGiven,
    scheme: Scheme,
    noted: Mapping[tuple[str, str], Amount],
    sources: dict[tuple[str, str | None], Source],
) -> Tables:
    """Other periods whose score the office noted, as forms that come to that score."""
    forms, items = list(tables.forms), list(tables.items)
    for key, component in scheme.leaves().items():
        for period in component.periods if isinstance(component, SelfAssessment) else ():
            points = noted.get((key, period.name))
            there = any(_at(row) == (key, period.name) for row in forms)
            if points is None or there:
                continue
            assert isinstance(component, SelfAssessment)
            out = {row.indicator for row in tables.exemptions if row.component == key}
            found = _coming_to(component, given.group, points, out)
            if found is None:
                continue
            forms.append(FormRow(key, given.unit, period.name, days_late=0))
            items += [
                value.into(ItemRow(key, given.unit, period.name, code))
                for code, value in found.items()
            ]
            sources[key, period.name] = Source.NOTED
    return replace(tables, forms=tuple(forms), items=tuple(items))


def _coming_to(
    component: SelfAssessment, group: str, points: Amount, out: set[str]
) -> dict[str, Verified] | None:
    """Items that come to a period's score of ``points`` where the items ``out`` do not apply; None
    where there are none."""
    worth = sum(leaf.points for leaf in component.items(group) if leaf.code not in out)
    if not out or component.not_applicable == NotApplicable.FULL:
        raw = points - (component.full - worth if out else 0)
        found = spread(component, group, raw, out) if raw >= 0 else Unreached(raw)
    else:
        # What was rescaled up came from so many points out of those that apply.
        found = spread(component, group, divided(points * worth, component.full), out)
    return None if isinstance(found, Unreached) else found


# The forms of the unit: this one, and the other periods


def _with_form(
    tables: Tables, given: FormGiven, scheme: Scheme, sources: dict[tuple[str, str | None], Source]
) -> Tables:
    """This form in the place of what was handed in, self-scores as if they were verified; other
    periods by what is known of them, else the same as this one."""
    forms: list[FormRow] = []
    items: list[ItemRow] = []
    for key, component in scheme.leaves().items():
        if not isinstance(component, SelfAssessment):
            continue
        for period in component.periods:
            at = (key, period.name)
            form: FormRow | None
            source: Source
            if at == (given.component, given.period):
                form, found = given.form, given.items
                source = Source.VERIFIED if _all_verified(found) else Source.FORM
            else:
                form = next((row for row in tables.forms if _at(row) == at), None)
                found = tuple(row for row in tables.items if _at(row) == at)
                source = Source.VERIFIED if _all_verified(found) else Source.SELF
                if form is None and key == given.component:
                    form = given.form._replace(days_late=0)
                    found, source = given.items, Source.SAME
            if form is None:
                sources[at] = Source.UNKNOWN
                continue
            sources.setdefault(at, source)
            forms.append(form._replace(component=key, unit=given.unit, period=period.name))
            leaves = {leaf.code: leaf for leaf in component.items(given.group)}
            by_code = {row.indicator: row for row in found}
            for code, leaf in leaves.items():
                blank = ItemRow(key, given.unit, period.name, code)
                item = _as_verified(by_code.get(code, blank), leaf)
                items.append(item._replace(component=key, unit=given.unit, period=period.name))
    return replace(tables, forms=tuple(forms), items=tuple(items))


def _at(row: FormRow | ItemRow) -> tuple[str, str]:
    return row.component, row.period


def _all_verified(items: Sequence[ItemRow]) -> bool:
    return bool(items) and all(
        row.not_applicable or any(n is not None for n in (row.verified_score, row.of, row.faults))
        for row in items
    )


def _as_verified(row: ItemRow, leaf: Leaf) -> ItemRow:
    """The item as if it had been verified as the unit scored it; what is not filled in gets
    nothing. What was verified already stays."""
    row = row._replace(refused=False)
    if row.not_applicable:
        return row
    found = verified_or_own(row)
    match leaf.scoring:
        case Scoring.FRACTION:
            known = found.done is not None and bool(found.of) and found.done <= (found.of or 0)
            done, of = (found.done, found.of) if known else (0, 1)
            return row._replace(done=done, of=of)
        case Scoring.EACH:
            all_of_them = -(-leaf.full // (leaf.indicator.each or 1))
            return row._replace(faults=all_of_them if found.faults is None else found.faults)
        case Scoring.POINTS | Scoring.OPTIONS:
            return row._replace(verified_score=found.verified_score or 0)
        case _ as way:
            assert_never(way)


def _own(way: Scoring) -> str:
    """The field in which a unit scores itself."""
    match way:
        case Scoring.FRACTION:
            return "self_of"
        case Scoring.EACH:
            return "self_faults"
        case Scoring.POINTS | Scoring.OPTIONS:
            return "self_score"
        case _ as other:
            assert_never(other)


def _lacks(items: tuple[ItemResult, ...], given: FormGiven) -> tuple[Lack, ...]:
    by_code = {row.indicator: row for row in given.items}
    out = []
    for item in items:
        blank = ItemRow(item.component, item.unit, item.period, item.indicator)
        row = by_code.get(item.indicator, blank)
        if item.status == NOT_APPLICABLE:
            continue
        counts = {Scoring.FRACTION: row.self_of, Scoring.EACH: row.self_faults}
        unscored = counts.get(item.scoring) is None and row.self_score is None
        claims = not unscored and (item.counted or 0) > 0
        lack = Lack(item, unscored, bool(claims and not row.evidence))
        if lack.score or lack.evidence:
            out.append(lack)
    return tuple(out)


def _areas(
    items: tuple[ItemResult, ...], component: SelfAssessment, group: str
) -> tuple[AreaPart, ...]:
    tops = {area.area: area for area in component.areas(group)}
    out = []
    for name in dict.fromkeys(item.area for item in items):
        inside = [i for i in items if i.area == name and i.status != NOT_APPLICABLE]
        cap = area_worth(tops[name], component) if tops[name].overrun else None
        worth, got = sum(i.points for i in inside), sum(i.counted or 0 for i in inside)
        out.append(AreaPart(name, worth if cap is None else cap, got, cap))
    return tuple(out)


# The other components


def _without_undecided(
    tables: Tables, scheme: Scheme, year: int, as_of: date, known: date | None
) -> tuple[Tables, tuple[EntryResult, ...]]:
    """The tables without the ledger rows that cannot be decided yet, and these."""
    entries = score(tables, scheme, year, as_of, known=known, final=False).entries
    undecided = tuple(e for e in entries if e.status in (PENDING, UNDATED))
    spots = {(e.component, e.entry, e.unit) for e in undecided}
    decided = tuple(
        row for row in tables.entries if (row.component, row.entry, row.unit) not in spots
    )
    return replace(tables, entries=decided, refused=()), undecided


def _complete(scores: Sequence[ScoreRow], scheme: Scheme) -> list[ScoreRow]:
    """The scores of the components of which nothing lacks. A score of which an assessor's part is
    not there yet is not known: nobody takes the mean of the others."""
    marks: dict[str, list[Amount | None]] = {}
    for row in scores:
        marks.setdefault(row.component, []).append(row.score)
    leaves = scheme.leaves()
    whole = {
        key
        for key, given in marks.items()
        if None not in given
        and isinstance(component := leaves[key], Score)
        and len(given) >= marks_of(component)
    }
    return [row for row in scores if row.component in whole]


def _score_row(key: str, unit: str, points: Amount) -> ScoreRow:
    return ScoreRow(key, unit, points, refused=False)


def _marks(component: Score, key: str, unit: str, points: Amount) -> list[ScoreRow]:
    """As many equal marks as make a score."""
    one = _score_row(key, unit, points)
    return [one._replace(assessor=f"假定{n}") for n in range(marks_of(component))]


def _scores(
    scores: list[ScoreRow],
    unit: str,
    scheme: Scheme,
    weighed: list[str],
    assumed: int | None,
    sources: dict[tuple[str, str | None], Source],
) -> tuple[list[str], list[str]]:
    """Put in what is assumed. The weighed scores that stay open, and those that are known."""
    there = {row.component for row in scores}
    lacking = [key for key in weighed if key not in there]
    for key, component in scheme.leaves().items():
        if not isinstance(component, Score):
            continue
        sources.setdefault((key, None), Source.HANDED_IN if key in there else Source.UNKNOWN)
        if key not in there and key not in weighed:
            scores += _marks(component, key, unit, 0)
            sources[key, None] = Source.NOTHING
        elif key not in there and assumed is not None:
            points = assumed * component.full // full_of(scheme, lacking[0])
            scores += _marks(component, key, unit, points)
            sources[key, None] = Source.ASSUMED
    if assumed is not None:
        return [], weighed
    return lacking, [key for key in weighed if key in there]


def _rests_on(
    result: Result, scheme: Scheme, given: FormGiven, sources: dict[tuple[str, str | None], Source]
) -> list[Known]:
    unit = result.units[0]
    out = []
    for key, component in scheme.leaves().items():
        weight = None if component.weight is None else component.weight_in(given.group)
        if not isinstance(component, SelfAssessment):
            source = sources[key, None]
            value = None if source == Source.UNKNOWN else unit.score_of(key)
            out.append(Known(key, component.title, None, value, source, weight))
            continue
        scores = {p.period: p.score for p in result.periods if p.component == key}
        for period in component.periods:
            points = scores.get(period.name)
            value = None if points is None else Fraction(points) * 100 / component.scale
            source = sources[key, period.name]
            value = None if source == Source.UNKNOWN else value
            out.append(Known(key, component.title, period.name, value, source, weight))
    return out


def _better(scheme: Scheme, unit: UnitResult) -> str | None:
    """The next grade up; None for the best one."""
    names = [grade.name for grade in scheme.grades_in(unit.group)]
    if unit.grade is None:
        return None
    position = names.index(unit.grade)
    return names[position - 1] if position else None
