"""考核办法 as data."""

from scoring.scheme.load import find_scheme, load_scheme, shipped
from scoring.scheme.model import (
    Area,
    Combined,
    Component,
    Grade,
    Indicator,
    Leaf,
    Ledger,
    Period,
    Rounding,
    Rule,
    Scheme,
    Score,
    SelfAssessment,
)

__all__ = [
    "Area",
    "Combined",
    "Component",
    "Grade",
    "Indicator",
    "Leaf",
    "Ledger",
    "Period",
    "Rounding",
    "Rule",
    "Scheme",
    "Score",
    "SelfAssessment",
    "find_scheme",
    "load_scheme",
    "shipped",
]
