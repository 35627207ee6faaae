"""What is said of a scheme as each of its groups sees it, put together: once where all say the same,
else by group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from scoring.scheme import Component, Scheme
from scoring.wording.words import together

C = TypeVar("C", bound=Component)


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
