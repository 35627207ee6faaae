"""Who takes part in a year beside the units: providers of the ledgers, verifiers, assessors."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scoring.intake import Assessment
from scoring.scheme import Ledger, Score, SelfAssessment


@dataclass(frozen=True)
class Parties:
    """The names of those who provide ledgers, verify items and hand in scores, each in the scheme's order."""

    providers: tuple[str, ...]
    verifiers: tuple[str, ...]
    assessors: tuple[str, ...]


def parties(assessment: Assessment) -> Parties:
    """Who takes part in a year, as the scheme and its tables name them; of a score that nobody's name
    stands beside yet, the title of its part.

    >>> from scoring import load_assessment, parties
    >>> found = parties(load_assessment("sample_data/2024"))
    >>> found.providers, found.assessors
    (('市政府办公室', '督查组', '市政府新闻办', '市公安局'), ('衡知公共治理评估中心',))
    """
    providers: list[str] = []
    verifiers: list[str] = []
    assessors: list[str] = []
    for key, part in assessment.scheme.leaves().items():
        if isinstance(part, Ledger):
            providers += [rule.provider for rule in part.rules if rule.provider]
        elif isinstance(part, SelfAssessment):
            verifiers += [name for leaf in part.items() for name in _each(leaf.verifier)]
        elif isinstance(part, Score):
            assessors += assessors_of(assessment, key)
    verifiers += [name for row in assessment.tables.items for name in _each(row.verifier or "")]
    return Parties(*(tuple(dict.fromkeys(n)) for n in (providers, verifiers, assessors)))


def assessors_of(assessment: Assessment, component: str) -> list[str]:
    """Who scores a part; the title of the part where nobody's name stands in its table yet."""
    rows = [row for row in assessment.tables.scores if row.component == component]
    named = dict.fromkeys(row.assessor for row in rows if row.assessor)
    return list(named) or [assessment.scheme.leaves()[component].title]


def _each(names: str) -> list[str]:
    """An item may have several verifiers: 市司法局、市政府办公室."""
    return [name for name in (part.strip() for part in re.split("[、，,；;]", names)) if name]
