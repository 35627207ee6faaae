"""Writes docs/数据问题.md, the manual's page of problems, from the catalogue.

Run it after a change of ``scoring.problems.CATALOGUE``: ``python tools/make_problem_page.py``.
"""

from __future__ import annotations

from pathlib import Path

from scoring.problems import CATALOGUE

PAGE = Path(__file__).resolve().parent.parent / "docs" / "数据问题.md"
INTRO = """# 数据问题一览

程序读取考核文件夹时，凡读不懂、对不上、缺少的，都逐条列出：在哪个文件、哪张工作表、哪一行、哪个单元格，现在是什么，应当是什么，怎样改。
**错误**和**缺项**不改正，不出正式结果；**提醒**不影响计算。本页由程序的问题目录生成。
"""


def page() -> str:
    """The page's text: one table a level."""
    parts = [INTRO]
    for level in dict.fromkeys(kind.level for kind in CATALOGUE.values()):
        rows = [
            f"| {kind.title} | {kind.severity.value} | {kind.fix} | `{kind.code}` |"
            for kind in CATALOGUE.values()
            if kind.level == level
        ]
        parts.append(
            f"## {level}\n\n| 问题 | 性质 | 怎样改 | 代码 |\n|---|---|---|---|\n"
            + "\n".join(rows)
            + "\n"
        )
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
