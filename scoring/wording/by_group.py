"""What is said of a scheme as each of its groups sees it, put together: once where all say the same,
else by group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from scoring.scheme import Component, Scheme
from scoring.scheme.model import AnyComponent

C = TypeVar("C", bound=Component)


def together(said: Mapping[str, str], between: str | None = None) -> str:
    """One text of each group's own: 每个问题扣1分; where they differ 县区：每个问题扣1分，部门：每个问题扣2分. A
    group of which nothing is said has an empty text. ``between`` by default as the texts want it."""
    groups: dict[str, list[str]] = {}
    for group, text in said.items():
        groups.setdefault(text, []).append(group)
    if len(groups) == 1:
        return next(iter(groups))
    if between is None:
        between = "；" if any("，" in text for text in groups) else "，"
    return between.join(f"{'、'.join(own)}：{text or '无'}" for text, own in groups.items())


def said_by_group(scheme: Scheme, say: Callable[[Scheme], str | None]) -> str:
    """What is said of a scheme as each group sees it: once where all say the same, else by group. A
    group of which nothing is to be said (None) is left out."""
    said = {group: say(own) for group, own in scheme.views().items()}
    return together({group: text for group, text in said.items() if text is not None}, "；")


def of_component(say: Callable[[AnyComponent], str], key: str) -> Callable[[Scheme], str | None]:
    """What is said of a component, for ``said_by_group``; nothing for a group that lacks it."""

    def of_view(own: Scheme) -> str | None:
        component = dict(own.every()).get(key)
        return None if component is None else say(component)

    return of_view


def facts_together(said: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Named texts of each group, put together name by name; what nobody says is left out."""
    names = dict.fromkeys(name for own in said.values() for name in own)
    found = {n: together({g: own.get(n, "") for g, own in said.items()}) for n in names}
    return {name: text for name, text in found.items() if text}


def seen(scheme: Scheme, key: str, component: C) -> dict[str, C]:
    """A component as the groups see it that have it."""
    found = {group: dict(own.every()).get(key) for group, own in scheme.views().items()}
    return {group: own for group, own in found.items() if isinstance(own, type(component))}


def each(views: Mapping[str, C], say: Callable[[C], str]) -> str:
    """What is said of a component, put together."""
    return together({group: say(own) for group, own in views.items()})
