"""One finding against one claim: what is lacking, what needs a reason."""

from __future__ import annotations

from fractions import Fraction
from typing import assert_never

from scoring.enums import Scoring
from scoring.points import format_points
from scoring.rules import forms
from scoring.rules.exact import EXACT, exact
from scoring.scheme import Leaf
from scoring.verification.model import Counts, Finding

OVER = "超过分值"
UNREADABLE = "应为规定的得分或不适用"
UNFIT = "完成数应不大于应完成数，应完成数应大于0"
UNEXPLAINED = "低于自评，请写核查说明"
FINE = ""
UNVERIFIED = "未核查"
NOT_APPLICABLE = "不适用"


def lacking(way: Scoring) -> str:
    """What a finding lacks where it does not say what the item is worth."""
    match way:
        case Scoring.POINTS | Scoring.OPTIONS:
            return "缺核查得分"
        case Scoring.FRACTION:
            return "缺核查完成数、核查应完成数"
        case Scoring.EACH:
            return "缺核查问题数"
        case _ as other:
            assert_never(other)


def worth(leaf: Leaf, counts: Counts) -> Fraction | None:
    """What the counts are worth on the item's scale (ten-thousandths); None where they do not say."""
    found = forms.item_score(
        EXACT, leaf, exact(counts.score), exact(counts.done), exact(counts.of),
        exact(counts.faults),
    ).value  # fmt: skip
    return None if found is None else Fraction(found)


def claimed(leaf: Leaf, claim: Counts) -> Fraction | None:
    """What the unit gave itself: by its own counts, else by its 自评分."""
    own = worth(leaf, claim)
    return Fraction(claim.score) if own is None and claim.score is not None else own


def lacks_evidence(leaf: Leaf, claim: Counts, said: str) -> bool:
    """Whether the unit gave itself points without a word of evidence."""
    return not said.strip() and (claimed(leaf, claim) or 0) > 0


def is_verified(leaf: Leaf, finding: Finding) -> bool:
    """Whether the finding settles the item."""
    return finding.not_applicable or worth(leaf, finding.counts) is not None


def is_below(leaf: Leaf, claim: Counts, finding: Finding) -> bool:
    """Whether the unit gets less than it gave itself, which needs a reason."""
    own, given = claimed(leaf, claim), worth(leaf, finding.counts)
    if finding.not_applicable or own is None or given is None:
        return False
    return given < own


def is_sane(leaf: Leaf, counts: Counts) -> bool:
    """Whether counts of a fraction are there both or not at all, and fit each other."""
    if leaf.scoring != Scoring.FRACTION or (counts.done is None and counts.of is None):
        return True
    return counts.done is not None and bool(counts.of) and counts.done <= (counts.of or 0)


def hint(leaf: Leaf, claim: Counts, finding: Finding) -> str:
    """What the verifier still has to do about the item, as the sheet's live column says it."""
    counts = finding.counts
    if finding.not_applicable:
        return FINE
    if leaf.scoring == Scoring.FRACTION and (counts.done is None or counts.of is None):
        return lacking(Scoring.FRACTION)
    if not is_sane(leaf, counts):
        return UNFIT
    given = worth(leaf, counts)
    if given is None:
        return lacking(leaf.scoring)
    if leaf.scoring == Scoring.POINTS and not 0 <= given <= leaf.most:
        return OVER
    return UNEXPLAINED if is_below(leaf, claim, finding) and not finding.note else FINE


def option_name(leaf: Leaf, score: int | None) -> str:
    """The option that gives ``score`` points, the first of equals; the number where none does."""
    if score is None:
        return ""
    options = leaf.indicator.options or {}
    return next((name for name, points in options.items() if points == score), format_points(score))


def counts_text(leaf: Leaf, counts: Counts) -> str:
    """Counts in a word: 9.5, 良, 45/50, 2; empty for none."""
    match leaf.scoring:
        case Scoring.FRACTION:
            if counts.done is None and counts.of is None:
                return ""
            return "/".join("" if n is None else str(n) for n in (counts.done, counts.of))
        case Scoring.EACH:
            return "" if counts.faults is None else str(counts.faults)
        case Scoring.OPTIONS:
            return option_name(leaf, counts.score)
        case Scoring.POINTS:
            return "" if counts.score is None else format_points(counts.score)
        case _ as way:
            assert_never(way)


def result_text(leaf: Leaf, finding: Finding) -> str:
    """The finding without its reason: 9.5, 良, 45/50, 不适用, 未核查."""
    given = counts_text(leaf, finding.counts)
    if finding.not_applicable:
        return f"{NOT_APPLICABLE} {given}".strip()
    return given or UNVERIFIED


def finding_text(leaf: Leaf, finding: Finding) -> str:
    """The whole finding on one line, by which a row that nobody touched is known again."""
    note = " ".join(finding.note.split())
    return result_text(leaf, finding) + (f"；{note}" if note else "")
