"""``kaohe grade --engine``: which engine is used, and that it is there."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from scoring.cli.screen import say
from scoring.engines import EngineName, is_installed
from scoring.limits import BULK_ROWS
from scoring.steps.engine_choice import engine_for


def chosen(
    folder: Path, asked: str, master: str | None, *, only_tables: bool = True
) -> EngineName | None:
    """The engine for the folder, None where it is graded one unit after the other; ``only_tables``: then
    there are no workbooks, which is said. One that is asked for and not installed is wrong usage, and so is a
    cluster without Spark."""
    if master is not None and asked != "spark":
        raise click.UsageError("--master 只和 --engine spark 一起用", click.get_current_context())
    tables = "，只写单位成绩表" if only_tables else ""
    if asked == "rules":
        return None
    if asked == "auto":
        choice = engine_for(folder)
        if choice.engine is not None:
            say(
                f"parquet、csv 文件共 {choice.rows} 行，达到 {BULK_ROWS} 行，用 {choice.engine} 计算"
                + (f"{tables}（要逐单位计算、生成全部文件，加 --engine rules）" if tables else "")
                + "。",
                err=True,
            )
        return choice.engine
    engine = cast("EngineName", asked)
    if not is_installed(engine):
        extra = "spark" if engine == "spark" else "fast"
        raise click.UsageError(
            f"没有安装 {'pyspark' if engine == 'spark' else engine}，请 pip install 'kaohe[{extra}]'",
            click.get_current_context(),
        )
    say(f"按 --engine 的要求，用 {engine} 计算{tables}。", err=True)
    return engine
