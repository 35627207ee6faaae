"""The words: sentences of the phrase book with their slots filled."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

from .plan import GRADED, HERE, YEAR


class Deck:
    """Sentences dealt in shuffled order, so that none repeats before all were used."""

    def __init__(self, cards: Sequence[str], rng: random.Random) -> None:
        self._cards = list(cards)
        self._rng = rng
        self._left: list[str] = []

    def deal(self) -> str:
        """Take the next sentence."""
        if not self._left:
            self._left = self._cards[:]
            self._rng.shuffle(self._left)
        return self._left.pop()


@dataclass
class Writer:
    """Finds the words: sentences of the phrase book with their slots filled."""

    rng: random.Random
    book: dict
    year: int = YEAR
    decks: dict[str, Deck] = field(default_factory=dict)

    def topic(self, unit: str, kind: str) -> str:
        """Pick a column, document or event (columns, docs, hots) that suits the unit."""
        graded = next((u for u in GRADED if u.name == unit), None)
        key = graded.key if graded else unit
        if key in self.book["topics"]:
            return self.rng.choice(self.book["topics"][key][kind])
        place = {"市经开区": "市经济开发区", "市高新区": "市高新区"}.get(key, key)
        return self.rng.choice(self.book["county_topics"][kind]).replace("{place}", place)

    def fill(self, sentence: str, unit: str, month: int, **more: str) -> str:
        """Fill the slots of a sentence."""
        rng = self.rng
        slots = {
            "col": self.topic(unit, "columns"),
            "doc": self.topic(unit, "docs"),
            "hot": self.topic(unit, "hots"),
            "n": rng.randint(2, 9),
            "n2": rng.randint(1, 2),
            "k": rng.randint(12, 160),
            "d": rng.randint(16, 110),
            "wd": rng.randint(8, 28),
            "wd2": rng.randint(1, 4),
            "h": rng.randint(26, 96),
            "h2": rng.randint(3, 20),
            "m": month,
            "q": (month + 2) // 3,
        }
        return sentence.format(**(slots | more))

    def problem(self, rule: str, unit: str, found: date) -> str:
        """Describe a problem found under the rule."""
        deck = self.decks.setdefault(rule, Deck(self.book["problems"][rule], self.rng))
        return self.fill(deck.deal(), unit, found.month)

    def remark(self, kind: str) -> str:
        """Choose a remark."""
        return self.rng.choice(self.book["remarks"][kind])


def read_phrases(year: int = YEAR) -> dict[str, Any]:
    """Read the phrase book, the years in it as many later as ``year`` is."""
    text = (HERE / "phrases.yaml").read_text(encoding="utf-8")
    moved = re.sub(r"20\d\d(?=年)", lambda found: str(int(found[0]) + year - YEAR), text)
    return yaml.safe_load(moved)
