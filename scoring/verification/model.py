"""What is verified: items with the unit's claim and the verifier's finding, and what came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scoring.enums import Word
from scoring.evidence.folder import Evidence
from scoring.problems import Place, Problem
from scoring.scheme import Leaf, SelfAssessment

Key = tuple[str, str, str, str]
"""Component, unit, period, indicator."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What an item is scored by, of one side: points, 完成数 of 应完成数, or a number of faults."""

    score: int | None = None
    done: int | None = None
    of: int | None = None
    faults: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a verifier found: counts or 不适用, and why."""

    counts: Counts = Counts()
    not_applicable: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a form that came in. ``verifier`` is what the form's 核查单位 says; ``refused``
    marks a row that could not be read, of which nothing else is known."""

    component: str
    unit: str
    period: str
    leaf: Leaf
    claim: Counts
    claim_note: str
    evidence: str
    finding: Finding
    verifier: str | None
    refused: bool
    place: Place

    @property
    def key(self) -> Key:
        return (self.component, self.unit, self.period, self.leaf.code)

    @property
    def responsible(self) -> str:
        """责任单位: whom the form names, else the scheme; empty where neither does."""
        return self.verifier or self.leaf.verifier


class Arrival(Word):
    """Whether and when a form came in."""

    IN_TIME = "in time"
    LATE = "late"
    UNDATED = "undated"
    UNREAD = "unread"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Submission:
    """报送情况 of one graded unit: when its form was due, whether and when it came in."""

    component: str
    unit: str
    group: str
    due: date
    submitted: date | None
    days_late: int | None
    arrival: Arrival
    file: str | None


@dataclass(frozen=True)
class Gathered:
    """Everything of a period that is to be verified: the items that could be read, in the order
    of the sheet; who handed in; the problems of the forms, which are in no item; and the files of
    evidence, None where the office keeps none in the folder."""

    period: str
    components: dict[str, SelfAssessment]
    items: tuple[Item, ...]
    submissions: tuple[Submission, ...]
    problems: tuple[Problem, ...]
    evidence: Evidence | None = None
