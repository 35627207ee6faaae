"""缺项 of many units as few lines: who did not hand in, what was not verified and by whom."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from scoring.problems import CATALOGUE, Problem
from scoring.rules.forms import NO_FORM, SCORED, UNVERIFIED
from scoring.scheme import SelfAssessment
from scoring.score import ItemResult, Result

FIRST = 3
"""Places that a line names; up to two more are named too instead of 等."""
FIRST_UNITS = 10
"""Units that a line names: somebody has to ring them up."""

T = TypeVar("T")


class Line(NamedTuple):
    """A line to be read, under the file or folder ``heading``."""

    heading: str
    message: str
    problems: list[Problem]
    is_complete: bool


@dataclass(frozen=True)
class FormsHeld:
    """Of the forms of a scored assessment: the items by place; how many of the form of a component,
    period and unit are to be verified; how many units there are, by the folder of a period; how many
    forms came in, and their folder, by component and period; who verifies an indicator."""

    items: Mapping[tuple[str, str | None, int | None], ItemResult] = field(default_factory=dict)
    to_verify: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)
    forms: Mapping[tuple[str, str], int] = field(default_factory=dict)
    folders: Mapping[tuple[str, str], str] = field(default_factory=dict)
    verifiers: Mapping[tuple[str, str], str] = field(default_factory=dict)


def forms_held(result: Result) -> FormsHeld:
    """The forms of a result, as far as grouping asks for them."""
    items: dict[tuple[str, str | None, int | None], ItemResult] = {}
    to_verify: dict[tuple[str, str, str], int] = {}
    units: dict[tuple[str, str], set[str]] = {}
    came: dict[tuple[str, str], set[str]] = {}
    for item in result.items:
        at = (item.component, item.period)
        units.setdefault(at, set()).add(item.unit)
        if item.status != NO_FORM:
            came.setdefault(at, set()).add(item.unit)
        if item.status in (SCORED, UNVERIFIED):
            to_verify[*at, item.unit] = to_verify.get((*at, item.unit), 0) + 1
        if item.place is not None:
            items[item.place.file, item.place.sheet, item.place.row] = item
    leaves = result.scheme.leaves()
    folders = {at: f"{leaves[at[0]].table}/{at[1]}" for at in units}
    verifiers = {
        (key, leaf.code): leaf.verifier
        for key, component in leaves.items()
        if isinstance(component, SelfAssessment)
        for group in result.scheme.groups
        for leaf in component.items(group)
        if leaf.verifier
    }
    return FormsHeld(
        items, to_verify, {folders[at]: len(names) for at, names in units.items()},
        {at: len(names) for at, names in came.items()}, folders, verifiers,
    )  # fmt: skip


def is_of_units(problem: Problem, forms: FormsHeld) -> bool:
    """Whether a problem is a gap that is said by units, not by cells."""
    if problem.kind == "gap-verified":
        return _item(problem, forms) is not None
    return problem.kind in ("gap-form", "gap-score", "gap-item") and problem.unit is not None


def group_gaps(gaps: Sequence[Problem], forms: FormsHeld) -> list[Line]:
    """The gaps of units as lines: the units that lack a form or a score; the forms that nobody
    verified, what is left of others by who verifies it; the items that forms lack."""
    lines: list[Line] = []
    for some in grouped(gaps, lambda p: (p.kind, p.component, _period(p, forms))):
        match some[0].kind:
            case "gap-verified":
                lines += _unverified(some, forms)
            case "gap-item":
                clusters = _fewest(some, lambda p: p.about.replace(p.unit or "", ""), _unit)
                lines += [_line(p.place.file, c) for c in clusters for p in c[:1]]
            case _:
                lines.append(_absent(some, forms))
    return lines


def _period(problem: Problem, forms: FormsHeld) -> Hashable:
    item = _item(problem, forms)
    return item.period if item else problem.place.file


def _item(problem: Problem, forms: FormsHeld) -> ItemResult | None:
    at = problem.place
    return forms.items.get((at.file, at.sheet, at.row))


def _unit(problem: Problem) -> Hashable:
    return problem.unit


def _absent(gaps: list[Problem], forms: FormsHeld) -> Line:
    """The units that have no form, or no score."""
    heading = gaps[0].place.file
    units = list(dict.fromkeys(p.unit or "" for p in gaps))
    if len(units) == 1:
        return _line(heading, gaps)
    if len(units) == forms.units.get(heading):
        said = f"全部{len(units)}个单位均未报送"
    else:
        said = f"共{len(units)}个单位（{first_of(units, FIRST_UNITS)}）"
    return Line(heading, _message(gaps, said), gaps, is_complete=len(units) <= FIRST_UNITS + 2)


def _unverified(gaps: list[Problem], forms: FormsHeld) -> list[Line]:
    """Items that nobody verified, of one component and period: whole forms in one line, of the
    others what each verifier has still to do, or what each form still lacks."""
    item = _item(gaps[0], forms)
    assert item is not None
    at = (item.component, item.period)
    by_unit = {some[0].unit or "": some for some in grouped(gaps, _unit)}
    whole = {u: some for u, some in by_unit.items() if len(some) == forms.to_verify.get((*at, u))}
    lines = []
    if whole:
        number = len(whole)
        items = [p for some in whole.values() for p in some]
        if number == forms.forms.get(at) and number > 1:
            said = f"{number}份考核表均未核查"
        else:
            said = f"{number}份考核表未核查（{first_of(list(whole))}）"
        files = {p.place.file for p in items}
        heading = files.pop() if len(files) == 1 else forms.folders[at]
        message = _message(items, f"{item.period}{said}，共{len(items)}项")
        lines.append(Line(heading, message, items, is_complete=False))
    rest = [p for u, some in by_unit.items() if u not in whole for p in some]
    clusters = _fewest(rest, lambda p: _verifier(p, forms), _unit)
    for some in clusters:
        files = {p.place.file for p in some}
        who = {_verifier(p, forms) for p in some}
        by = f"{who.pop()}核查的，" if len(who) == 1 and "" not in who else ""
        heading = files.pop() if len(files) == 1 else forms.folders[at]
        lines.append(_line(heading, some, f"{item.period}{by}"))
    return lines


def _verifier(problem: Problem, forms: FormsHeld) -> str:
    """Who is to verify the item: whom the form names, else whom the scheme names."""
    item = _item(problem, forms)
    assert item is not None
    return item.verifier or forms.verifiers.get((item.component, item.indicator), "")


def _line(heading: str, gaps: list[Problem], before: str = "") -> Line:
    """One gap by itself; several with the first of them."""
    if len(gaps) == 1:
        return Line(gaps[0].place.file, gaps[0].message(), gaps, is_complete=True)
    some = first_of([p.about for p in gaps])
    message = _message(gaps, f"{before}共{len(gaps)}项（{some}）")
    return Line(heading, message, gaps, is_complete=not some.endswith("等"))


def _message(gaps: Sequence[Problem], said: str) -> str:
    kind = CATALOGUE[gaps[0].kind]
    fixes = {p.fix or kind.fix for p in gaps}
    fix = fixes.pop() if len(fixes) == 1 else kind.fix
    return f"[{gaps[0].label}] {kind.title}：{said}。改法：{fix}。"


def _fewest(gaps: Sequence[Problem], *keys: Callable[[Problem], Hashable]) -> list[list[Problem]]:
    """The gaps put together by the key that gives the fewest lines."""
    return min((grouped(gaps, key) for key in keys), key=len)


def grouped(values: Iterable[T], key: Callable[[T], Hashable]) -> list[list[T]]:
    """The values with the same key together, in the order of their first."""
    out: dict[Hashable, list[T]] = {}
    for value in values:
        out.setdefault(key(value), []).append(value)
    return list(out.values())


def first_of(names: Sequence[str], most: int = FIRST, of: int | None = None) -> str:
    """The first names, and 等 where there are more; ``of`` says how many there are in all.

    >>> first_of(["B3", "B4", "B5", "B6", "B7"]), first_of(["B3", "B4", "B5", "B6", "B7", "B8"])
    ('B3、B4、B5、B6、B7', 'B3、B4、B5 等')
    """
    number = len(names) if of is None else of
    if number <= most + 2 and number == len(names):
        return "、".join(names)
    shown = "、".join(names[:most])
    return f"{shown} 等" if shown else ""
