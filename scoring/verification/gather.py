"""A period's forms as one list for the verifiers."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from scoring.intake import Assessment
from scoring.lookup.periods import self_assessments
from scoring.lookup.text import fold
from scoring.problems import Place, Problem, in_order
from scoring.scheme import Leaf, SelfAssessment
from scoring.tables import FormRow, ItemRow
from scoring.verification.model import Arrival, Counts, Finding, Gathered, Item, Submission


def items_of(assessment: Assessment) -> list[Item]:
    """Every item of every form that came in for a graded unit, in the order of the files."""
    groups = {unit.name: unit.group for unit in assessment.units.graded()}
    components = self_assessments(assessment.scheme)
    leaves = {
        (key, group): {leaf.code: leaf for leaf in component.items(group)}
        for key, component in components.items()
        for group in dict.fromkeys(groups.values())
    }
    return [
        _item(assessment, row, leaf)
        for row in assessment.tables.items
        if (row.component in components and row.unit in groups)
        and (leaf := leaves[row.component, groups[row.unit]].get(row.indicator))
    ]


def exemptions(assessment: Assessment) -> set[tuple[str, str, str]]:
    """Component, unit and indicator of what assessment.yaml says does not apply."""
    return {(r.component, r.unit, r.indicator) for r in assessment.tables.exemptions}


def gather(assessment: Assessment, period: str) -> Gathered:
    """What is to be verified of ``period``, sorted by 责任单位, then by item in the scheme's
    order, then by unit in the list's order. What nobody is named for comes last."""
    components = {
        key: component
        for key, component in self_assessments(assessment.scheme).items()
        if any(p.name == period for p in component.periods)
    }
    here = [
        item
        for item in items_of(assessment)
        if item.component in components and item.period == period
    ]
    exempt = exemptions(assessment)
    items = [i for i in here if not i.refused and (i.component, i.unit, i.leaf.code) not in exempt]
    forms = [f for f in assessment.tables.forms if f.period == period]
    submissions = [
        s for key in components for s in _submissions(assessment, key, components[key], period, forms, here)
    ]  # fmt: skip
    problems = [
        problem
        for component in components.values()
        for problem in assessment.problems
        if _concerns(problem.place, component, period)
    ]
    problems += _lacking(assessment, components, here, submissions, exempt)
    return Gathered(
        period,
        components,
        tuple(_sorted(assessment, components, items)),
        tuple(submissions),
        tuple(in_order(problems, assessment.sheets)),
    )


def _item(assessment: Assessment, row: ItemRow, leaf: Leaf) -> Item:
    named = row.verifier
    unit = assessment.units.find(named) if named else None
    verified = row.verified_score
    assert not isinstance(verified, Fraction)  # files hold no fractions of a ten-thousandth
    return Item(
        component=row.component,
        unit=row.unit,
        period=row.period,
        leaf=leaf,
        claim=Counts(row.self_score, row.self_done, row.self_of, row.self_faults),
        claim_note=row.self_note or "",
        evidence=row.evidence or "",
        finding=Finding(
            Counts(verified, row.done, row.of, row.faults),
            bool(row.not_applicable),
            row.verified_note or "",
        ),
        verifier=unit.name if unit else named,
        refused=bool(row.refused),
        place=Place(row.file or "", row.sheet, row.row),
    )


def _sorted(
    assessment: Assessment, components: dict[str, SelfAssessment], items: Iterable[Item]
) -> list[Item]:
    """In the order of the sheet. The responsible ones follow each other as the scheme's items do;
    one name in two spellings (spaces, full width) is one."""
    order = {
        (key, leaf.code): (c, i)
        for c, (key, component) in enumerate(components.items())
        for i, leaf in enumerate(component.items())
    }
    position = {unit.name: unit.position for unit in assessment.units.graded()}
    by_item = sorted(items, key=lambda i: (order[i.component, i.leaf.code], position[i.unit]))
    ranks: dict[str, int] = {}
    for item in by_item:
        if item.responsible:
            ranks.setdefault(fold(item.responsible), len(ranks))
    return sorted(by_item, key=lambda i: ranks.get(fold(i.responsible), len(ranks)))


def _submissions(
    assessment: Assessment,
    key: str,
    component: SelfAssessment,
    period: str,
    forms: list[FormRow],
    items: list[Item],
) -> Iterable[Submission]:
    due = next(p.due for p in component.periods if p.name == period).on(assessment.settings.year)
    came = {f.unit: f for f in forms if f.component == key}
    read = {i.unit for i in items if i.component == key and not i.refused}
    for unit in assessment.units.graded():
        form = came.get(unit.name)
        arrival: Arrival
        if form is None:
            arrival = Arrival.MISSING
        elif unit.name not in read:
            arrival = Arrival.UNREAD
        elif form.submitted is None:
            arrival = Arrival.UNDATED
        else:
            arrival = Arrival.LATE if form.days_late else Arrival.IN_TIME
        yield Submission(
            key, unit.name, unit.group, due,
            form.submitted if form else None, form.days_late if form else None,
            arrival, form.file if form else None,
        )  # fmt: skip


def _concerns(place: Place, component: SelfAssessment, period: str) -> bool:
    """Whether a problem stands in a file of the component that may hold forms of the period."""
    top, *rest = place.file.split("/")
    if top.rsplit(".", 1)[0] != component.table and top != component.table:
        return False
    others = {fold(p.name) for p in component.periods if p.name != period}
    return not any(fold(part) in others for part in rest)


def _lacking(
    assessment: Assessment,
    components: dict[str, SelfAssessment],
    items: list[Item],
    submissions: list[Submission],
    exempt: set[tuple[str, str, str]],
) -> Iterable[Problem]:
    """The items that a form which came in does not have."""
    there = {(i.component, i.unit, i.leaf.code) for i in items}
    for form in submissions:
        if form.arrival == Arrival.MISSING or form.file is None:
            continue
        for leaf in components[form.component].items(form.group):
            spot = (form.component, form.unit, leaf.code)
            if spot not in there and spot not in exempt:
                what = f"{form.unit} 指标{leaf.code}"
                yield Problem("gap-item", Place(form.file), unit=form.unit, about=what)
