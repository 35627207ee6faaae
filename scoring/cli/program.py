"""The program itself: its sections, the options that several commands have, and the group that the
modules of ``commands`` enter with ``@app.command``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from scoring.cli.help import Argument, Program
from scoring.cli.types import ChoiceType, DayType, FolderType, PlaceType

F = TypeVar("F", bound=Callable[..., Any])

OFFICE = "市政府办公室"
UNIT = "被考核单位"
AUTHOR = "办法制定"


def _problem_list(ctx: click.Context, option: click.Parameter, path: Path | None) -> None:
    from scoring.cli.report import wanted_list

    wanted_list(ctx, option, path)


FOLDER = click.argument(
    "folder",
    type=FolderType(),
    metavar="文件夹",
    cls=Argument,
    about="考核文件夹，内有 assessment.yaml",
)
AS_OF = click.option(
    "--as-of",
    type=DayType(),
    metavar="年-月-日",
    help="截至日期；不写则按 assessment.yaml，默认12月31日",
)
TODAY = click.option(
    "--as-of",
    type=DayType(),
    metavar="年-月-日",
    help="看哪一天；不写则为今天，本年度的事已完的，为最后一天",
)


def engine_option(about: str) -> Callable[[F], F]:
    """``--engine``; ``about`` says what each choice means to the command."""
    return click.option(
        "--engine",
        type=ChoiceType("auto", "rules", "polars", "duckdb", "pandas", "spark"),
        default="auto",
        metavar="引擎",
        help=about,
    )


MASTER = click.option(
    "--master", metavar="地址", help="Spark 集群的地址，如 spark://主机:7077；不写则只用本机"
)
KNOWN = click.option(
    "--known",
    type=DayType(),
    metavar="年-月-日",
    help="资料截止日：此日以后作出的撤销不计；不写则按 assessment.yaml，默认不限\n"
    "（截至日期早于本年度截至日期的，默认为截至日期）",
)
PROBLEMS = click.option(
    "--problems",
    type=PlaceType(),
    metavar="文件",
    callback=_problem_list,
    expose_value=False,
    help="把全部问题逐条写成问题清单（.xlsx 或 .csv）",
)
JSON = click.option("--json", "as_json", is_flag=True, help="结果以 JSON 写到屏幕，供程序读取")


@click.group(
    cls=Program,
    help="kaohe：政府信息公开工作考核。从台账、考核表和评估成绩到考核结果与通报。\n"
    "只写考核文件夹、不写命令的，检查这个文件夹；与命令同名的，写 ./文件夹。\n"
    "退出码：0 完成；1 数据有错误或缺项；2 用法错误；3 写不了文件；4 程序内部错误。",
    epilog="kaohe grade 2024\nkaohe check 2024\nkaohe 2024",
    invoke_without_command=True,
)
@click.option("--version", is_flag=True, help="显示版本号")
@click.pass_context
def app(ctx: click.Context, version: bool) -> None:
    if version:
        from scoring.version import version_text

        click.echo(version_text())
    elif ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
