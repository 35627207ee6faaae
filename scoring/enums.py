"""The closed sets of words that a scheme is written in.

Each is an enum, so that a branch over one that forgets a word fails the type check
(``assert_never``). In a file and in results a member is its word.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Word(StrEnum):
    """A word of a closed set. A model that has one as a field takes the words of the set, and its JSON
    schema lists them where they stand."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        # As pydantic reads an enum, but for a name of its own in the JSON schema.
        from pydantic_core.core_schema import enum_schema

        return enum_schema(cls, list(cls), sub_type="str")


class Counts(Word):
    """When a row of a rule counts."""

    NOTIFIED = "notified"
    VERIFIED = "verified"
    OVERDUE = "overdue"
    MINIMUM = "minimum"


class Effect(Word):
    """Whether a rule costs points or wins some."""

    DEDUCT = "deduct"
    BONUS = "bonus"


class Subordinates(Word):
    """What becomes of a row against a subordinate department."""

    CHARGED = "charged"
    LISTED = "listed"


class Days(Word):
    """工作日 or 自然日."""

    WORKING = "working"
    CALENDAR = "calendar"


class Direction(Word):
    """On which side of its event a deadline lies."""

    AFTER = "after"
    BEFORE = "before"


class Missing(Word):
    """What a missing part counts as."""

    REFUSE = "refuse"
    ZERO = "zero"
    REWEIGHT = "reweight"


class NotApplicable(Word):
    """What becomes of the points of an item that does not apply."""

    RESCALE = "rescale"
    FULL = "full"


class Assessors(Word):
    """How many give a score, and what is made of theirs."""

    ONE = "one"
    MEAN = "mean"
    TRIMMED = "trimmed"


class Scoring(Word):
    """How an indicator is scored: by points, one of its options, a fraction, or so much off each fault."""

    POINTS = "points"
    OPTIONS = "options"
    FRACTION = "fraction"
    EACH = "each"


class Method(Word):
    """四舍五入, 四舍六入五成双."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"


class Ties(Word):
    """What becomes of equal scores at the end of a quota."""

    INCLUDE = "include"
    EXCLUDE = "exclude"


class Ranks(Word):
    """Which rank follows equal ones: 1-1-3 or 1-1-2."""

    SKIP = "skip"
    NEXT = "next"


class Vetoed(Word):
    """Whether a unit that can only have the lowest grade takes part in the ranking."""

    UNRANKED = "unranked"
    RANKED = "ranked"


class Comparison(Word):
    """低于, 高于, 以上（含本数）, 不高于."""

    BELOW = "below"
    ABOVE = "above"
    FROM = "from"
    UP_TO = "up_to"


class Said(Word):
    """The form in which a scheme wrote a condition."""

    GATE = "gate"
    ENTERS = "enters"
    VETO = "veto"
    CONDITION = "condition"
