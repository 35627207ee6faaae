"""What a front shows a verifier, item by item: the claim with its reason and evidence, and the finding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scoring.intake import Assessment
from scoring.intake.form_columns import COUNT_FIELDS, VERIFIED_COUNTS
from scoring.intake.returned import SCORE
from scoring.points import format_points
from scoring.verification.gather import gather
from scoring.verification.judge import (
    NOT_APPLICABLE,
    counts_text,
    finding_text,
    hint,
    is_verified,
    option_name,
)
from scoring.verification.model import Finding, Item


@dataclass(frozen=True)
class ItemToVerify:
    """An item of a form that came in. ``claim`` is the unit's self-score (or its counts); ``columns`` are
    those that the verifier fills in beside 核查说明 (of an item that is counted, 核查得分 takes 不适用 alone),
    ``cells`` what stands in them; ``hint`` is what is still to be done about it, blank for nothing;
    ``verifiers`` are those to whom it falls; ``made`` goes back with the finding (``ItemFinding.made``)."""

    component: str
    unit: str
    period: str
    code: str
    title: str
    area: str
    criteria: str
    full: str
    claim: str
    claim_note: str
    evidence: str
    columns: tuple[str, ...]
    options: tuple[str, ...]
    cells: Mapping[str, str]
    note: str
    is_verified: bool
    hint: str
    verifiers: tuple[str, ...]
    made: str


def items_to_verify(assessment: Assessment, period: str, verifier: str = "") -> list[ItemToVerify]:
    """The items of the forms of a period that came in, in the order of the 核查表; those that do not apply
    or could not be read are left out. Of a ``verifier``, by full or short name, those that fall to it.

    >>> from scoring import items_to_verify, load_assessment
    >>> items = items_to_verify(load_assessment("sample_data/2024"), "上半年")
    >>> first = items[0]
    >>> len(items), first.code, first.columns, first.hint
    (1246, '1.1', ('核查得分',), '')
    """
    found = [_shown(assessment, item) for item in gather(assessment, period).items]
    if not verifier:
        return found
    name = _full(assessment, verifier)
    return [item for item in found if name in item.verifiers]


def _shown(assessment: Assessment, item: Item) -> ItemToVerify:
    leaf, finding = item.leaf, item.finding
    counted = VERIFIED_COUNTS[leaf.scoring]
    claim = counts_text(leaf, item.claim)
    if not claim and item.claim.score is not None:
        claim = option_name(leaf, item.claim.score)
    return ItemToVerify(
        component=item.component,
        unit=item.unit,
        period=item.period,
        code=leaf.code,
        title=leaf.title,
        area=leaf.area,
        criteria=leaf.indicator.criteria,
        full=format_points(leaf.full),
        claim=claim,
        claim_note=item.claim_note,
        evidence=item.evidence,
        columns=(*counted, SCORE),
        options=tuple(leaf.indicator.options or ()),
        cells=_cells(item, counted),
        note=finding.note,
        is_verified=is_verified(leaf, finding),
        hint=hint(leaf, item.claim, finding),
        verifiers=_each(assessment, item.responsible),
        made=finding_text(leaf, finding),
    )


def _cells(item: Item, counted: tuple[str, ...]) -> dict[str, str]:
    finding: Finding = item.finding
    numbers = {name: getattr(finding.counts, COUNT_FIELDS[name]) for name in counted}
    cells = {name: "" if number is None else str(number) for name, number in numbers.items()}
    if finding.not_applicable:
        return {**cells, SCORE: NOT_APPLICABLE}
    return cells if counted else {SCORE: counts_text(item.leaf, finding.counts)}


def _each(assessment: Assessment, names: str) -> tuple[str, ...]:
    """An item may fall to several: 市司法局、市政府办公室."""
    parts = (part.strip() for part in re.split("[、，,；;]", names))
    return tuple(dict.fromkeys(_full(assessment, part) for part in parts if part))


def _full(assessment: Assessment, name: str) -> str:
    """A unit's full name; any other verifier's as it is written."""
    unit = assessment.units.find(name)
    return unit.name if unit else name
