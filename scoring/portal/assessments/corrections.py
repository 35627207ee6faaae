"""What may change of a frozen year: what an open correction is about, by the office, and nothing else.

What was published stays: the folders of the papers that units have seen are never written again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import scoring
from scoring.portal.accounts.models import Account
from scoring.portal.assessments.models import Assessment, Correction, CorrectionStep

PROVISIONAL, FINAL, FEEDBACK = "暂定结果", "结果", "反馈"
"""The folders of papers, as the command line has them."""
CORRECTED: Final = "更正结果"
"""The folder of the first correction's papers, as ``kaohe grade --corrects`` has it."""
UNDER_WAY: Final = (CorrectionStep.OPEN, CorrectionStep.PROPOSED, CorrectionStep.APPROVED)
RULES: Final = (".yaml", ".yml")
"""How the files of the settings and of a scheme end."""
FROZEN: Final = "本年度已定稿，不能再改。"

Inputs = Mapping[str, Collection[Any]]
"""By unit what the files say of it, without where it stands in them."""


class FrozenError(Exception):
    """The year is frozen, or its correction is not about what was to change; the message says so, in
    Chinese."""

    def __init__(self, said: str = FROZEN) -> None:
        super().__init__(said)


def papers_folder(number: int) -> str:
    """Where the papers of a correction lie in the year's folder."""
    return CORRECTED if number == 1 else f"第{number}次更正"


def under_way(assessment: Assessment) -> Correction | None:
    """The correction that is neither published nor dropped yet."""
    return Correction.objects.filter(assessment=assessment, step__in=UNDER_WAY).first()


def published(assessment: Assessment) -> list[Correction]:
    """The corrections that everybody may see, in order."""
    found = Correction.objects.filter(assessment=assessment, step=CorrectionStep.PUBLISHED)
    return list(found.order_by("number"))


def open_to(account: Account, assessment: Assessment) -> Correction | None:
    """The correction by which the account may change the frozen year."""
    if not assessment.frozen or not account.is_office:
        return None
    found = under_way(assessment)
    return found if found is not None and found.step == CorrectionStep.OPEN else None


def may_change(account: Account, assessment: Assessment, unit: str = "") -> bool:
    """Whether the account may change anything of the year, or of the ``unit``, as far as the year is
    concerned."""
    if not assessment.frozen:
        return True
    found = open_to(account, assessment)
    return found is not None and (not unit or unit in found.units)


def shown_files(account: Account, assessment: Assessment) -> dict[str, str] | None:
    """The files that the account sees instead of the year's own: while a correction is on its way, those of
    what was published before, for everybody but the office."""
    if not assessment.frozen or account.is_office:
        return None
    found = under_way(assessment)
    return None if found is None else found.files


# What a change may touch


def check_files(
    assessment: Assessment, number: int | None, ways: Iterable[str]
) -> Correction | None:
    """Raise FrozenError unless the files ``ways`` of the year may change now, within the correction of this
    ``number`` where it is frozen; gives that correction. To be asked in the transaction of the change."""
    if not assessment.frozen:
        return None
    found = under_way(assessment)
    if found is None or found.number != number or found.step != CorrectionStep.OPEN:
        raise FrozenError
    if any("/" not in way and way.endswith(RULES) for way in ways):
        raise FrozenError("定稿以后不能再改考核办法和设置。")
    seen = (FINAL, FEEDBACK, *(papers_folder(n) for n in range(1, found.number)))
    if any(way.split("/")[0] in seen for way in ways):
        raise FrozenError("已公布的文件不能改动。")
    return found


def inputs(folder: Path) -> Inputs:
    """What the files of the folder say, by graded unit; blank: what is of no unit, and faults."""
    try:
        read = scoring.load_assessment(folder, provisional=True)
    except scoring.AssessmentError as error:
        return {"": [problem.message() for problem in error.problems]}
    tables = read.tables
    above = {row.unit: row.parent or row.unit for row in tables.units}
    found: dict[str, list[Any]] = defaultdict(list)
    found[""] += tables.units
    for rows in (
        tables.entries, tables.forms, tables.items, tables.scores, tables.refused,
        tables.exemptions, read.appeals,
    ):  # fmt: skip
        for row in rows:
            own = row._asdict()
            for place in ("file", "sheet", "row", "sequence"):
                own.pop(place, None)
            unit = str(own["unit"])
            found[above.get(unit, unit)].append((type(row).__name__, sorted(own.items())))
    return {unit: sorted(map(repr, some)) for unit, some in found.items()}


def check_units(correction: Correction, before: Inputs, after: Inputs) -> None:
    """Raise FrozenError where anything of a unit changed that the correction is not about."""
    changed = [
        unit for unit in sorted({*before, *after})
        if unit not in correction.units and before.get(unit) != after.get(unit)
    ]  # fmt: skip
    if changed:
        raise outside(correction, [unit or "考核对象等公共内容" for unit in changed])


def outside(correction: Correction, others: Iterable[str]) -> FrozenError:
    """The error of a change that is about others than the correction."""
    own = "、".join(correction.units)
    return FrozenError(f"{correction}只涉及{own}；这一改动还涉及{'、'.join(others)}，没有保存。")
