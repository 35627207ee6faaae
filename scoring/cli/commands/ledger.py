"""``kaohe ledger``: options and help."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from scoring.cli.help import Argument
from scoring.cli.program import FOLDER, JSON, KNOWN, OFFICE, app
from scoring.cli.types import CellDayType, DayType

Option = Callable[[Any], Any]


@app.group(
    section=OFFICE,
    short_help="台账登记：新问题、整改、核实、撤销，和按单位、期限列表",
    help="登记平时考核台账：新增一行（add），填整改完成日期（rectify）、核实结果（verify）、撤销（revoke），\n"
    "按条件列表（list）。直接写进提供单位的台账，其余内容和格式不动；写之前照 kaohe check 检查，\n"
    "有错误的不写。每次登记在考核文件夹的“日志.jsonl”中记一行。",
    epilog="kaohe ledger add 2024 --unit 临溪县 --rule 2.1 --description 机构职能栏目3个月没有更新 "
    "--found 2024-03-05 --deadline 2024-03-20\n"
    "kaohe ledger rectify 2024 BGS2024102 --date 2024-03-18\nkaohe ledger list 2024 --overdue",
)
def ledger() -> None:
    pass


PROVIDER = click.option(
    "--provider",
    default="",
    metavar="单位或文件",
    help="提供单位，或台账的文件名；不写则按扣分项的提供单位、台账编号找",
)
BY = click.option(
    "--by", "who", default="", metavar="姓名", help="经办人，记入日志；默认为系统用户名"
)
DRY_RUN = click.option("--dry-run", is_flag=True, help="只看不写：检查并列出要写什么")
NUMBERS = click.argument(
    "numbers",
    nargs=-1,
    required=True,
    metavar="台账编号…",
    cls=Argument,
    about="台账编号，可以几个",
)
REPLACE = click.option("--replace", "overwrite", is_flag=True, help="已填有别的内容的，改掉")


def _why(said: str) -> Option:
    return click.option("--reason", default="", metavar="文字", help=said)


WHY = _why("为什么登记或改动，记入日志")


@ledger.command(
    "add",
    short_help="登记一个新问题",
    help="在提供单位的台账最后一行的下面登记一个问题，自动编号。扣分项的期限由事件推算的，写 --event，\n"
    "整改期限由程序推算填入。提供单位还没有台账的，先生成一份空白台账。\n"
    "与已登记的问题相近的，提醒核对，不合并。",
    epilog="kaohe ledger add 2024 --unit 临溪县 --rule 2.1 --description 机构职能栏目3个月没有更新 "
    "--found 2024-03-05 --deadline 2024-03-20\n"
    "kaohe ledger add 2024 --unit 财政局 --rule 3 --description 预算公开缺表 --found 2024-05-06 "
    "--deadline 2024-05-31 --document 示政督字〔2024〕9号 --by 王某",
)
@FOLDER
@click.option("--unit", metavar="单位", help="单位的全称或简称；几个单位共有的用顿号隔开")
@click.option("--rule", metavar="扣分项", help="扣分项的编号或名称")
@click.option("--description", metavar="文字", help="问题描述")
@click.option("--found", type=CellDayType(), metavar="年-月-日", help="发现日期")
@click.option("--deadline", type=CellDayType(), metavar="年-月-日", help="整改期限")
@click.option("--event", type=CellDayType(), metavar="年-月-日", help="推算期限的事件日期")
@click.option("--document", metavar="文号", help="来源文号")
@click.option("--points", metavar="分", help="分值，办法规定范围的扣分项才填")
@click.option("--same", metavar="名称", help="同一问题，再次发生加倍或者减少的扣分项才填")
@click.option("--result", metavar="结果", help="核实结果：属实、不属实、待核实")
@click.option("--note", metavar="文字", help="备注")
@click.option("--number", metavar="编号", help="台账编号；不写则接着编")
@PROVIDER
@click.option("--sheet", default="", metavar="工作表", help="台账有几张工作表时，登记在哪一张")
@BY
@WHY
@DRY_RUN
@JSON
def ledger_add(
    folder: Path,
    provider: str,
    sheet: str,
    who: str,
    reason: str,
    dry_run: bool,
    as_json: bool,
    **values: object,
) -> int:
    from scoring.cli.ledger import add

    return add(folder, values, provider, sheet, who, reason, dry_run=dry_run, as_json=as_json)


def _day_of(what: str) -> Option:
    return click.option(
        "--date", "day", type=DayType(), metavar="年-月-日", help=f"{what}；默认今天"
    )


CLEAR = click.option("--clear", is_flag=True, help="填错了的，清空（与 --replace 一起用）")


def _fills(own: Option, why: Option = WHY) -> Option:
    """What the commands take that fill cells of rows in; ``own`` is what they are filled with."""

    def decorate(command: Any) -> Any:
        for option in (JSON, DRY_RUN, why, BY, PROVIDER, REPLACE, CLEAR, own, NUMBERS, FOLDER):
            command = option(command)
        return command

    return decorate


@ledger.command(
    "rectify",
    short_help="填整改完成日期",
    help="按台账编号填整改完成日期，可以一次几个，要么全部写入，要么一格不动。已填有别的日期的不改，\n"
    "要改的加 --replace。",
    epilog="kaohe ledger rectify 2024 BGS2024102 --date 2024-03-18\n"
    "kaohe ledger rectify 2024 DC-02 DC-12 --date 2024-06-20 --by 王某",
)
@_fills(_day_of("整改完成日期"))
def ledger_rectify(folder: Path, numbers: tuple[str, ...], **how: Any) -> int:
    from scoring.cli.ledger import rectify

    return rectify(folder, numbers, **how)


@ledger.command(
    "verify",
    short_help="填核实结果",
    help="按台账编号填核实结果：属实、不属实、待核实。待核实的可以直接改填；已核实的不改，要改的加 --replace。",
    epilog="kaohe ledger verify 2024 BGS2024101 --result 属实",
)
@_fills(click.option("--result", metavar="结果", help="属实、不属实、待核实"))
def ledger_verify(folder: Path, numbers: tuple[str, ...], **how: Any) -> int:
    from scoring.cli.ledger import verify

    return verify(folder, numbers, **how)


@ledger.command(
    "revoke",
    short_help="撤销：填撤销日期和撤销理由，不删行",
    help="按台账编号撤销：填撤销日期和撤销理由，行留在台账中，不扣分。取消撤销用 --clear --replace。",
    epilog="kaohe ledger revoke 2024 BGS2024039 --reason 申诉成立，栏目已按期更新 --date 2024-12-02",
)
@_fills(_day_of("撤销日期"), _why("撤销理由，必填"))
def ledger_revoke(folder: Path, numbers: tuple[str, ...], **how: Any) -> int:
    from scoring.cli.ledger import revoke

    return revoke(folder, numbers, **how)


@ledger.command(
    "list",
    short_help="按单位、提供单位、期限列出台账",
    help="列出台账中截至某日已发现的问题和整改情况。有错误没有读入的行不列，用 kaohe check 查看。",
    epilog="kaohe ledger list 2024 --unit 临溪县\nkaohe ledger list 2024 --overdue --as-of 2024-06-30\n"
    "kaohe ledger list 2024 --provider 督查组 --open --json",
)
@FOLDER
@click.option("--unit", "units", multiple=True, metavar="单位", help="只列这个单位的，可以几个")
@click.option("--provider", default="", metavar="提供单位", help="只列这个提供单位的")
@click.option("--open", "is_open", is_flag=True, help="只列没有办结的：待整改、待核实、缺期限")
@click.option("--overdue", is_flag=True, help="只列逾期没有整改的")
@click.option(
    "--as-of",
    type=DayType(),
    metavar="年-月-日",
    help="截至日期；不写则为今天，不晚于本年度的截至日期",
)
@KNOWN
@JSON
def ledger_list(
    folder: Path,
    units: tuple[str, ...],
    provider: str,
    is_open: bool,
    overdue: bool,
    as_of: date | None,
    known: date | None,
    as_json: bool,
) -> int:
    from scoring.cli.ledger import list_

    return list_(
        folder, units, provider, as_of, known, is_open=is_open, overdue=overdue, as_json=as_json
    )
