"""Which papers each command writes: their names, and the folder of the assessment in which they lie.

This is the one list of them. Intake passes over what stands here, ``write_papers`` writes nothing
else, the manifest names the command that makes an outdated paper again, and ``kaohe audit`` makes an
edited one again to show what was changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Papers:
    """What ``kaohe COMMAND`` writes. A name is that of a file, or how it ends where one is written
    for every unit; ``folder`` is where they go unless ``--out`` says otherwise."""

    command: str
    folder: str
    names: tuple[str, ...]


GRADE: Final = Papers(
    "grade",
    "结果",
    ("考核结果.xlsx", "通报.docx", "通报.html", "通报附表.xlsx", "results.json"),
)
SENSITIVITY: Final = Papers("sensitivity", "结果", ("稳健性分析.xlsx", "稳健性分析.html"))
FEEDBACK: Final = Papers("feedback", "反馈", ("反馈总览.xlsx", "反馈单.docx"))
BULLETIN: Final = Papers(
    "bulletin",
    "日常通报",
    ("日办结.docx", "周通报.docx", "月排名.xlsx", "月排名.html", "季小结.docx", "半年总结.docx"),
)
"""Each bulletin stands in a folder of its own in ``folder``, named as it is."""
WARNINGS: Final = Papers("warnings", "预警", ("预警.xlsx", "预警.ics", "督办单.docx"))
DASHBOARD: Final = Papers("dashboard", "看板", ("看板.html",))
CORRECTION: Final = Papers("grade", "更正结果", ("更正通报.docx",))
"""What ``kaohe grade --corrects`` writes beside the papers of a result."""

REGIONS: Final = Papers(
    "regions", "地区汇总", ("地区汇总.xlsx", "单位排名.csv", "地区通报.docx", "地区汇总.json")
)
"""Of many assessments: no manifest ties them to one, and no audit makes them again."""

BULK: Final = Papers("grade", "结果", ("单位成绩.parquet", "单位成绩.csv", "结果说明.json"))
"""What ``kaohe grade --engine`` writes for many units."""

DETAILS: Final = Papers("grade", "结果", ("扣分明细.parquet", "逐项得分.parquet"))
"""What ``kaohe grade --engine --details`` writes beside them."""

ALL_PAPERS: Final = (
    GRADE,
    SENSITIVITY,
    FEEDBACK,
    BULLETIN,
    WARNINGS,
    DASHBOARD,
    CORRECTION,
    BULK,
    DETAILS,
)

LEDGER_JOURNAL: Final = "日志.jsonl"
"""The journal of ``kaohe ledger`` in the assessment folder: who changed which row, when and why."""

ANSWERS: Final = "答案"
"""The list of the mistakes in an assessment of ``kaohe simulate``, in its folder; intake passes over it."""


def papers_of(name: str) -> Papers | None:
    """The row of the list to which a file of this name belongs.

    >>> found = papers_of("甲县反馈单.docx")
    >>> found.command
    'feedback'
    """
    found = [(len(end), p) for p in ALL_PAPERS for end in p.names if name.endswith(end)]
    # 周通报.docx ends as 通报.docx does: the longer name says more.
    return max(found, key=lambda one: one[0])[1] if found else None


def check_listed(command: str, names: Iterable[str]) -> None:
    """Raises ValueError where a command is about to write a paper that is not listed as its own."""
    for name in names:
        listed = papers_of(name)
        if listed is None or listed.command != command:
            raise ValueError(
                f"{name}: not among the papers of kaohe {command} in scoring/papers.py"
            )
