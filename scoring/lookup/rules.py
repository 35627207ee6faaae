"""The names in a ledger's row: of its rule, and of the units that it is about."""

from __future__ import annotations

import re

from scoring.lookup.near_names import NearNames
from scoring.lookup.text import fold
from scoring.scheme import Ledger, Rule

_CODE_AND_TITLE = re.compile(r"([0-9.]+)[、.,:\-—]?(.+)")
_BETWEEN_UNITS = re.compile("[、，,；;]")


class RuleFinder:
    """Finds a rule by its code, its title, or both written together. ``computes``: whether a rule's
    deadline is computed from an event."""

    def __init__(self, ledger: Ledger) -> None:
        self.rules = ledger.rules
        self.computes = any(rule.deadline for rule in ledger.rules)
        self._by_name: dict[str, Rule] = {}
        for rule in ledger.rules:
            for name in (rule.text, rule.title, rule.code):
                if name:
                    self._by_name[fold(name)] = rule
        self._titles = NearNames(rule.title for rule in self.rules)
        self._all = "办法中的扣分项：" + "、".join(f"“{r.code} {r.title}”" for r in self.rules)

    def find(self, text: str) -> Rule | None:
        name = fold(text)
        # A number column that went through another program may say 1.0 for 1.
        for known in (name, name.removesuffix(".0")):
            if known in self._by_name:
                return self._by_name[known]
        match = _CODE_AND_TITLE.fullmatch(name)
        if match:
            rule = self._by_name.get(match[1].rstrip("."))
            if rule is not None and rule is self._by_name.get(match[2]):
                return rule
        return None

    def names(self) -> list[str]:
        return [n for rule in self.rules for n in (rule.code, rule.title)]

    def expected(self, text: str) -> str:
        """What an unknown ``text`` should have been: the rule whose title is nearest, else all. A code
        is never like another code."""
        near = self._titles.nearest(text)
        if near:
            meant = next(rule for rule in self.rules if rule.title == near)
            return f"办法中的扣分项，最相近的是“{meant.code} {meant.title}”"
        return self._all


def split_units(name: str) -> list[str]:
    """The names in a cell for several units (甲县、乙县)."""
    return [part.strip() for part in _BETWEEN_UNITS.split(name) if part.strip()]
