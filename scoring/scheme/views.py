"""A scheme as it is seen from one group: every value that may differ by group is that group's own.

Rules, points, caps, bounds, weights and whole parts may differ by group, or be absent for one. Whatever
computes or shows something of a unit does so from its group's view; then no rule asks for groups.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

from scoring.scheme.components import AnyComponent, Combined, Component, Ledger
from scoring.scheme.ledger import Rule
from scoring.scheme.parts import Fault, Part, Path_, group_faults

P = TypeVar("P", bound=Part)
BY_GROUP = "_by"
"""How the names of fields end that may be given by group; in a file they go by their alias."""
_OTHERS = ("weight", "indicators", "grades")
"""Fields that may be given by group under their own name."""


def by_group(part: Part) -> dict[str, object]:
    """What of a part may differ by group, by the field's name."""
    return {name: getattr(part, name) for name in _names_by_group(type(part))}


@cache
def _names_by_group(kind: type[Part]) -> tuple[str, ...]:
    return tuple(n for n in kind.model_fields if n.endswith(BY_GROUP) or n in _OTHERS)


def _own(part: P, group: str, **more: object) -> P:
    """A part with the group's own values. One that does not hold for the group keeps some value."""
    values = {
        name: value.get(group, next(iter(value.values()), None))
        for name, value in by_group(part).items()
        if isinstance(value, Mapping)
    }
    return part.model_copy(update={**values, **more}) if values or more else part


def components_in(
    components: Mapping[str, AnyComponent], group: str, *, every_rule: bool = False
) -> dict[str, AnyComponent]:
    """The components that a group has, as it sees them. ``every_rule``: also the rules that do not hold
    for it, so that each stays at its place."""
    out: dict[str, AnyComponent] = {}
    for key, component in components.items():
        if not component.applies_to(group):
            continue
        more: dict[str, object] = {}
        if isinstance(component, Ledger):
            rules = (r for r in component.rules if every_rule or r.applies_to(group))
            more["rules"] = tuple(_own(rule, group) for rule in rules)
            more["categories"] = tuple(_own(c, group) for c in component.categories)
        elif isinstance(component, Combined):
            more["parts"] = components_in(component.parts, group, every_rule=every_rule)
        out[key] = _own(component, group, **more)
    return out


def view(scheme: P, components: Mapping[str, AnyComponent], group: str, **how: bool) -> P:
    """The scheme as a group sees it."""
    return _own(scheme, group, components=components_in(components, group, **how))


def unlike(scheme: Part, components: Mapping[str, AnyComponent]) -> bool:
    """Whether anything differs by group."""
    return any(_differs(part) for part in (scheme, *components.values()))


def _differs(part: Part) -> bool:
    by_values = any(isinstance(value, Mapping) for value in by_group(part).values())
    alone = isinstance(part, Component | Rule) and bool(part.groups)
    return by_values or alone or any(_differs(inner) for _, inner in _inside(part))


def _inside(part: Part) -> list[tuple[Path_, Part]]:
    """What is in a part and may differ by group: rules and their categories, parts of a combined one."""
    if isinstance(part, Ledger):
        rules = [(("rules", i), rule) for i, rule in enumerate(part.rules)]
        return [*rules, *((("categories", i), c) for i, c in enumerate(part.categories))]
    if isinstance(part, Combined):
        return [(("parts", key), inner) for key, inner in part.parts.items()]
    return []


def named_faults(part: Part, groups: tuple[str, ...], path: Path_ = ()) -> Iterator[Fault]:
    """Values given by group that lack one of ``groups``, or name another; groups that a part or a rule
    is said to hold for and that the scheme does not know. Of a part and of all that is in it."""
    holds = groups
    if isinstance(part, Component | Rule):
        for i, name in enumerate(part.groups):
            if name not in groups:
                yield Fault(
                    (*path, "groups", i),
                    f"groups 中的类别（{'、'.join(groups)}）",
                    name,
                    clash="办法（或它所在的部分）没有这个类别",
                    fix="改为有的类别，或删去",
                )
            elif name in part.groups[:i]:
                first = (*path, "groups", part.groups.index(name))
                yield Fault(
                    (*path, "groups", i), "不重复的类别", name, first,
                    clash="同样的内容写了两处", fix="删去其中一处",
                )  # fmt: skip
        holds = tuple(g for g in groups if part.applies_to(g))
    for name, value in by_group(part).items():
        yield from group_faults(value, holds, (*path, _said(part, name)))
    if isinstance(part, Ledger):
        bare = [group for group in holds if not any(rule.applies_to(group) for rule in part.rules)]
        if bare:
            yield Fault(
                (*path, "rules"),
                f"至少有一项适用于{'、'.join(bare)}",
                clash=f"没有一项适用于{'、'.join(bare)}",
                fix=f"补写一项；{'、'.join(bare)}没有本部分的，在本部分写明有它的类别，如 groups: [{groups[0]}]",
            )
    for at, inner in _inside(part):
        yield from named_faults(inner, holds, (*path, *at))


def _said(part: Part, name: str) -> str:
    """A field's name in a file."""
    return type(part).model_fields[name].alias or name


def complete(part: Part, group: str) -> bool:
    """Whether a group has all values of a part and of what is in it that are given by group."""
    if isinstance(part, Component | Rule) and not part.applies_to(group):
        return True
    given = by_group(part).values()
    own = all(group in value for value in given if isinstance(value, Mapping))
    return own and all(complete(inner, group) for _, inner in _inside(part))


def where_said(scheme: Part, fault: Fault, group: str) -> Fault:
    """A fault of a group's view, at the group's own value where it differs by group."""
    path = _path_in(scheme, fault.path, group)
    first = None if fault.first is None else _path_in(scheme, fault.first, group)
    return replace(fault, path=path, first=first)


def _path_in(scheme: Part, path: Path_, group: str) -> Path_:
    at: Any = scheme
    out: list[str | int] = []
    for step in path:
        out.append(step)
        if isinstance(at, Part):
            fields = {_said(at, name): name for name in type(at).model_fields}
            name = fields.get(str(step), "")
            at = getattr(at, name, None)
            if (name.endswith(BY_GROUP) or name in _OTHERS) and isinstance(at, Mapping):
                out.append(group)
                at = at.get(group)
        elif isinstance(at, Mapping):
            at = at.get(step)
        elif isinstance(at, tuple) and isinstance(step, int) and step < len(at):
            at = at[step]
        else:
            at = None
    return tuple(out)


def merged(faults: Mapping[str, list[Fault]]) -> Iterator[Fault]:
    """The faults of every group's view, each once; one that not all groups have names those that do."""
    seen: dict[tuple[Path_, str], tuple[Fault, list[str]]] = {}
    for group, found in faults.items():
        for fault in found:
            seen.setdefault((fault.path, fault.described), (fault, []))[1].append(group)
    for fault, groups in seen.values():
        if len(groups) == len(faults) or groups[0] in fault.path:
            yield fault
        else:
            whose = "、".join(dict.fromkeys(groups))
            if fault.expected:
                yield replace(fault, expected=f"{whose}：{fault.expected}")
            else:
                yield replace(fault, clash=f"{whose}：{fault.clash}")
