"""What is said of evidence, on every paper and screen alike."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.evidence.folder import EvidenceFile
from scoring.evidence.model import WEIGHT_NAMES, CheckedFile, CheckedTable, Figure, Finding
from scoring.evidence.timeliness import Limit, Share, Timeliness


def counted(found: CheckedTable | CheckedFile) -> str:
    """矛盾1处，可疑2处; that nothing was found."""
    said = [f"{name}{n}处" for w, name in WEIGHT_NAMES.items() if (n := found.count(w))]
    return "，".join(said) if said else "没有发现矛盾"


def table_line(table: CheckedTable) -> str:
    """Which table it is, and what became of it."""
    whose = "，".join(filter(None, (table.unit, f"{table.year}年" if table.year else "")))
    read = sum(figure.value is not None for figure in table.figures.values())
    return (
        f"{table.form}{f'（{whose}）' if whose else ''}：读入{read}个数，"
        f"核对{table.rules}条规则，{counted(table)}"
    )


def deciding(finding: Finding) -> tuple[Figure, ...]:
    """The cells of a finding that a reader has to look at: all where they are few, else the first and
    those that are not 0."""
    first, *others = finding.cells
    if len(others) < _FEW:
        return finding.cells
    return (first, *(f for f in others if f.value != 0))


_FEW = 3


_PLACES = 8


def places(cells: Sequence[Figure]) -> str:
    """Where the numbers stand and what stands there."""
    said = [f"{f.spot.within_file() or '表中没有'}“{f.label}”{f.shown()}" for f in cells[:_PLACES]]
    more = f"等{len(cells)}格" if len(cells) > _PLACES else ""
    return "；".join(said) + more


def percent(share: Share) -> str:
    """The share in time with one decimal, rounded half up, never 100% where one item is late.

    >>> percent(Share(None, None, 3, 1)), percent(Share(None, None, 10_000, 1))
    ('66.7%', '99.9%')
    """
    if not share.items:
        return "—"
    thousandths = (share.in_time * 2000 + share.items) // (2 * share.items)
    if share.late:
        thousandths = min(thousandths, 999)
    return f"{thousandths // 10}.{thousandths % 10}%"


def rule_line(found: Timeliness, limit: Limit) -> str:
    """The limit and how it is counted, with its source."""
    source = f"（{limit.source}）" if found.days == limit.days else "（本次指定的期限）"
    return f"期限：{found.days}个工作日{source}。计算：{limit.counting}"


def remark(file: EvidenceFile) -> str:
    """What a verifier reads of a file of evidence."""
    said = []
    if file.statistics:
        forms = "、".join(dict.fromkeys(table.form for table in file.statistics.tables))
        said.append(f"{forms}：{counted(file.statistics)}")
    if file.timeliness:
        total = file.timeliness.total
        wrong = f"，另有{file.timeliness.refused}行有错误未计" if file.timeliness.refused else ""
        said.append(
            f"公开时效：{total.items}条中{total.late}条超过{file.timeliness.days}个工作日{wrong}"
        )
    if file.remark:
        said.append(file.remark)
    return "；".join(said)


def item_remark(files: Sequence[EvidenceFile]) -> str:
    """What a verifier reads of the evidence of one item."""
    said = [f"{len(files)}个文件"]
    for weight, name in WEIGHT_NAMES.items():
        number = sum(file.count(weight) for file in files)
        said += [f"{name}{number}处"] if number else []
    late = sum(len(file.timeliness.late) for file in files if file.timeliness)
    said += [f"超期公开{late}条"] if late else []
    return "，".join(said)
