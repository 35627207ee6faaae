"""The commands and their options. What a command does is imported only when it runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from scoring.cli.help import Argument, Program
from scoring.cli.types import DayType, FolderType, FormType, PlaceType, SchemaType, YearType

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
    "只写考核文件夹、不写命令的，检查这个文件夹。\n"
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


@app.command(
    section=OFFICE,
    short_help="计算年度考核结果，生成考核结果、通报和附表",
    help="读取考核文件夹，计算综合考核成绩、等次和排名，生成五个文件：\n"
    "考核结果.xlsx、通报.docx、通报.html、通报附表.xlsx、results.json，和供 kaohe audit 核对的 manifest.json。\n"
    "数据有错误或缺项时逐条列出，不生成文件。",
    epilog="kaohe grade 2024\nkaohe grade 2024 --out 结果 --as-of 2024-12-31\nkaohe grade 2024 --provisional",
)
@FOLDER
@click.option(
    "--out",
    type=PlaceType(),
    metavar="文件夹",
    help="结果放在哪里；默认为考核文件夹中的“结果”",
)
@AS_OF
@KNOWN
@click.option(
    "--provisional", is_flag=True, help="暂定：有缺项也计算，凡涉及缺项的都标明，不作为正式结果"
)
@PROBLEMS
@JSON
def grade(
    folder: Path,
    out: Path | None,
    as_of: date | None,
    known: date | None,
    provisional: bool,
    as_json: bool,
) -> int:
    from scoring.cli.grade import run

    return run(folder, out, as_of, known, provisional=provisional, as_json=as_json)


@app.command(
    section=OFFICE,
    short_help="检查考核文件夹中的全部数据，不写文件",
    help="读取并核对考核文件夹中的全部文件，列出所有错误、缺项和提醒，同一个毛病合成一条。\n"
    "除了 --problems 要的问题清单，不写任何文件。",
    epilog="kaohe check 2024\nkaohe check 2024 --as-of 2024-06-30\nkaohe check 2024 --problems 问题清单.xlsx",
)
@FOLDER
@AS_OF
@KNOWN
@PROBLEMS
@JSON
def check(folder: Path, as_of: date | None, known: date | None, as_json: bool) -> int:
    from scoring.cli.check import run

    return run(folder, as_of, known, as_json=as_json)


@app.command(
    section=OFFICE,
    short_help="发放空白考核表（--period）和空白台账（--ledger）",
    help="给每个单位生成一份空白考核表：表头填好，不适用的指标不列，自动小计、提示缺什么，\n"
    "“预估”表随填随算综合成绩和等次。加 --ledger 则给各提供单位生成空白台账。",
    epilog="kaohe forms 2024 --period 上半年\nkaohe forms 2024 --period 上半年 --unit 临溪县 --unit 市财政局\n"
    "kaohe forms 2024 --ledger",
)
@FOLDER
@click.option("--period", metavar="期次", help="发哪一期的考核表，如 上半年")
@click.option(
    "--unit",
    "units",
    multiple=True,
    metavar="单位",
    help="只发给这个单位，可以写几次；不写则发给全部单位",
)
@click.option("--component", metavar="部分", help="办法有几个自我考核部分时，只发这一部分的")
@click.option("--ledger", is_flag=True, help="发空白台账，每个提供单位一份")
@click.option(
    "--out",
    type=PlaceType(),
    metavar="文件夹",
    help="放在哪里；默认为考核文件夹中的“空白表”",
)
@click.option(
    "--as-of",
    type=DayType(),
    metavar="年-月-日",
    help="预估中的台账得分算到哪一天；不写则到今天，最晚到考核的截至日期",
)
@KNOWN
@JSON
def forms(
    folder: Path,
    period: str | None,
    units: tuple[str, ...],
    component: str | None,
    ledger: bool,
    out: Path | None,
    as_of: date | None,
    known: date | None,
    as_json: bool,
) -> int:
    from scoring.cli.forms import run

    return run(folder, period, units, component, out, as_of, known, ledger=ledger, as_json=as_json)


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
WHY = click.option("--reason", default="", metavar="文字", help="为什么登记或改动，记入日志")


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
@click.option("--found", type=DayType(), metavar="年-月-日", help="发现日期")
@click.option("--deadline", type=DayType(), metavar="年-月-日", help="整改期限")
@click.option("--event", type=DayType(), metavar="年-月-日", help="推算期限的事件日期")
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


def _day_of(what: str) -> Callable[[Any], Any]:
    return click.option(
        "--date", "day", type=DayType(), metavar="年-月-日", help=f"{what}；默认今天"
    )


CLEAR = click.option("--clear", is_flag=True, help="填错了的，清空（与 --replace 一起用）")


@ledger.command(
    "rectify",
    short_help="填整改完成日期",
    help="按台账编号填整改完成日期，可以一次几个，要么全部写入，要么一格不动。已填有别的日期的不改，\n"
    "要改的加 --replace。",
    epilog="kaohe ledger rectify 2024 BGS2024102 --date 2024-03-18\n"
    "kaohe ledger rectify 2024 DC-36 DC-37 --date 2024-06-20 --by 王某",
)
@FOLDER
@NUMBERS
@_day_of("整改完成日期")
@CLEAR
@REPLACE
@PROVIDER
@BY
@WHY
@DRY_RUN
@JSON
def ledger_rectify(folder: Path, numbers: tuple[str, ...], **how: Any) -> int:
    from scoring.cli.ledger import rectify

    return rectify(folder, numbers, **how)


@ledger.command(
    "verify",
    short_help="填核实结果",
    help="按台账编号填核实结果：属实、不属实、待核实。待核实的可以直接改填；已核实的不改，要改的加 --replace。",
    epilog="kaohe ledger verify 2024 BGS2024101 --result 属实",
)
@FOLDER
@NUMBERS
@click.option("--result", metavar="结果", help="属实、不属实、待核实")
@CLEAR
@REPLACE
@PROVIDER
@BY
@WHY
@DRY_RUN
@JSON
def ledger_verify(folder: Path, numbers: tuple[str, ...], **how: Any) -> int:
    from scoring.cli.ledger import verify

    return verify(folder, numbers, **how)


@ledger.command(
    "revoke",
    short_help="撤销：填撤销日期和撤销理由，不删行",
    help="按台账编号撤销：填撤销日期和撤销理由，行留在台账中，不扣分。取消撤销用 --clear --replace。",
    epilog="kaohe ledger revoke 2024 BGS2024039 --reason 申诉成立，栏目已按期更新 --date 2024-12-02",
)
@FOLDER
@NUMBERS
@_day_of("撤销日期")
@CLEAR
@REPLACE
@PROVIDER
@BY
@click.option("--reason", default="", metavar="文字", help="撤销理由，必填")
@DRY_RUN
@JSON
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


@app.command(
    section=OFFICE,
    short_help="分析名次稳不稳：权重、得分稍有变动，名次和等次会不会变",
    help="分析名次的稳健性：权重在两个部分之间移动几个百分点、第三方评估得分差几分，各单位的成绩、名次和\n"
    "等次可能在什么范围，名次相邻的哪些单位可能互换。写出稳健性分析.xlsx 和稳健性分析.html，不改变考核结果。",
    epilog="kaohe sensitivity 2024\nkaohe sensitivity 2024 --weights 3 --error 1.5 --out 分析",
)
@FOLDER
@click.option(
    "--weights", default="5", metavar="百分点", help="两个部分之间最多移动几个百分点的权重；默认5"
)
@click.option(
    "--error", default="2", metavar="分", help="整体报送的得分（如第三方评估）最多差几分；默认2"
)
@click.option(
    "--out",
    type=PlaceType(),
    metavar="文件夹",
    help="结果放在哪里；默认为考核文件夹中的“结果”（暂定的为“暂定结果”）",
)
@AS_OF
@KNOWN
@JSON
def sensitivity(
    folder: Path,
    weights: str,
    error: str,
    out: Path | None,
    as_of: date | None,
    known: date | None,
    as_json: bool,
) -> int:
    from scoring.cli.sensitivity import run

    return run(folder, weights, error, out, as_of, known, as_json=as_json)


@app.group(
    section=OFFICE,
    short_help="核查：把考核表汇成一张核查表发出去，把核查结果写回来",
    help="核查各单位的考核表：制表（sheet）汇成一张核查表，交责任单位逐项填写；\n"
    "汇总（merge）把填好的核查表写回考核文件夹，要么全部写入，要么一格不动。",
    epilog="kaohe verification sheet 2024 --period 上半年\n"
    "kaohe verification merge 2024 2024/核查/上半年核查表.xlsx",
)
def verification() -> None:
    pass


@verification.command(
    "sheet",
    short_help="制表：把一期的考核表汇成一张核查表",
    help="把一期已报送的考核表汇成一张核查表，按责任单位、指标、单位排列，核查得分和核查说明留空待填；\n"
    "同时列出按期、迟报、未报送的单位，以及因数据问题没有列入的考核表。不改动考核表。",
    epilog="kaohe verification sheet 2024 --period 上半年\n"
    "kaohe verification sheet 2024 --period 下半年 --out 下半年核查表.xlsx",
)
@FOLDER
@click.option("--period", metavar="期次", required=True, help="哪一期，如 上半年")
@click.option(
    "--out",
    type=PlaceType(),
    metavar="文件",
    help="写到哪个文件；默认为考核文件夹中的“核查/期次核查表.xlsx”",
)
@PROBLEMS
@JSON
def verification_sheet(folder: Path, period: str, out: Path | None, as_json: bool) -> int:
    from scoring.cli.verification import sheet

    return sheet(folder, period, out, as_json=as_json)


@verification.command(
    "merge",
    short_help="汇总：把填好的核查表写回考核表",
    help="把一个或几个填好的核查表写回考核文件夹中的考核表，列出改了哪些单元格。\n"
    "有任何错误（超过分值、低于自评而没有说明、两家结果不一致等）时逐条列出，一格也不写。",
    epilog="kaohe verification merge 2024 2024/核查/上半年核查表.xlsx\n"
    "kaohe verification merge 2024 财政局核查表.xlsx 审计局核查表.xlsx --dry-run",
)
@FOLDER
@click.argument(
    "workbooks",
    nargs=-1,
    required=True,
    type=PlaceType(),
    metavar="核查表…",
    cls=Argument,
    about="填好的核查表，可以几个",
)
@click.option("--dry-run", is_flag=True, help="只看要改什么，不写文件")
@click.option("--replace", is_flag=True, help="制表以后考核表中的核查结果又有改动的，以核查表为准")
@PROBLEMS
@JSON
def verification_merge(
    folder: Path, workbooks: tuple[Path, ...], dry_run: bool, replace: bool, as_json: bool
) -> int:
    from scoring.cli.verification import merge

    return merge(folder, workbooks, dry_run=dry_run, override=replace, as_json=as_json)


@app.command(
    section=OFFICE,
    short_help="如果……会怎样：撤销一个问题、改一个得分，排名和等次怎样变",
    help="试算申诉成立等情形：撤销台账问题、改得分，列出排名、等次有变化的单位。不改动考核文件夹。",
    epilog="kaohe whatif 2024 --revoke BGS2024039\n"
    'kaohe whatif 2024 --set "临溪县:第三方=91" --set "财政局:上半年:2.3=4.5"\n'
    "kaohe whatif 2024 --rectify DC-08=2024-05-20",
)
@FOLDER
@click.option(
    "--revoke", "revoked", multiple=True, metavar="编号", help="撤销这个台账编号，可以几个"
)
@click.option(
    "--rectify",
    "rectified",
    multiple=True,
    metavar="编号=日期",
    help="这个台账编号在该日完成整改，可以几个",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="单位:什么=值",
    help="改一个得分，可以几个：甲县:第三方=91、甲县:上半年:2.3=4（核查得分）",
)
@AS_OF
@KNOWN
@JSON
def whatif(
    folder: Path,
    revoked: tuple[str, ...],
    rectified: tuple[str, ...],
    settings: tuple[str, ...],
    as_of: date | None,
    known: date | None,
    as_json: bool,
) -> int:
    from scoring.cli.whatif import run

    return run(folder, revoked, rectified, settings, as_of, known, as_json=as_json)


@app.command(
    section=OFFICE,
    short_help="给每个单位生成反馈单，另有一份总览",
    help="给每个单位生成一份反馈单（Word，一至两页）：成绩与本类别平均、最高的对照，逐件扣分和依据，核查低于\n"
    "自评的指标，影响最大的几项，还没有整改的问题；另有一份反馈总览.xlsx。文字可在模板中修改。\n"
    "数据有错误或缺项时逐条列出，不生成文件。",
    epilog="kaohe feedback 2024\nkaohe feedback 2024 --out 反馈单 --unit 临溪县 --unit 财政局",
)
@FOLDER
@click.option(
    "--unit", "units", multiple=True, metavar="单位", help="只做这个单位的，可以几个；不写则全部"
)
@click.option(
    "--out",
    type=PlaceType(),
    metavar="文件夹",
    help="放在哪里；默认为考核文件夹中的“反馈”",
)
@AS_OF
@KNOWN
@click.option("--provisional", is_flag=True, help="暂定：有缺项也生成，标明暂定")
@JSON
def feedback(
    folder: Path,
    units: tuple[str, ...],
    out: Path | None,
    as_of: date | None,
    known: date | None,
    provisional: bool,
    as_json: bool,
) -> int:
    from scoring.cli.feedback import run

    return run(folder, units, out, as_of, known, provisional=provisional, as_json=as_json)


@app.command(
    section=OFFICE,
    short_help="核对结果文件是否被改动、是否仍与资料相符",
    help="核对一个文件夹中的结果文件：计算所用的资料后来有没有改动，结果文件有没有被手工改过（工作簿逐格\n"
    "列出），成绩、等次和排名是否仍与资料相符。只读不写；一致时退出码为0，不一致时为1。",
    epilog="kaohe audit 2024/结果\nkaohe audit 备份/结果 --folder 2024 --json",
)
@click.argument(
    "out",
    metavar="结果文件夹",
    type=click.Path(path_type=Path),
    cls=Argument,
    about="要核对的结果文件夹，如 2024/结果",
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    metavar="文件夹",
    help="考核文件夹；默认为结果文件夹所在的文件夹",
)
@JSON
def audit(out: Path, folder: Path | None, as_json: bool) -> int:
    from scoring.cli.audit import run

    return run(out, folder, as_json=as_json)


@app.command(
    section=UNIT,
    short_help="预估：填好的考核表会得多少分、评什么等次，还差什么",
    help="读一份填好（还没有报送）的考核表：有没有填错，按自评分预估综合成绩和等次，第三方评估得分在什么\n"
    "范围是什么等次，升一等还差多少，哪些指标失分最多，哪些台账问题还没有整改。不改动任何文件。",
    epilog="kaohe preview 考核表.xlsx\nkaohe preview 考核表.xlsx --third-party 88 --out 预估\n"
    "kaohe preview 考核表.xlsx --folder 2024",
)
@click.argument(
    "form", type=FormType(), metavar="考核表", cls=Argument, about="填好的考核表（.xlsx、.csv）"
)
@click.option(
    "--folder",
    type=FolderType(),
    metavar="文件夹",
    help="考核文件夹；不写则看考核表在不在考核文件夹中，不在则按考核表自己注明的",
)
@click.option("--scheme", metavar="办法", help="没有考核文件夹、考核表也没有注明时，按哪个办法")
@click.option("--third-party", metavar="分", help="假定第三方评估得多少分")
@click.option("--out", type=PlaceType(), metavar="文件夹", help="另写成一个网页，放在这里")
@AS_OF
@KNOWN
@PROBLEMS
@JSON
def preview(
    form: Path,
    folder: Path | None,
    scheme: str | None,
    third_party: str | None,
    out: Path | None,
    as_of: date | None,
    known: date | None,
    as_json: bool,
) -> int:
    from scoring.cli.preview import run

    return run(form, folder, scheme, third_party, as_of, known, out, as_json=as_json)


@app.command(
    section=UNIT,
    short_help="为什么是这个分数：从综合成绩到每一条、每一行、每一项",
    help="说明一个单位的成绩：综合成绩怎样得来，每一分出自哪个条款、哪份文件的哪一行，哪些问题没有计入、\n"
    "为什么，离上一等、下一等还差多少，什么能提高多少。",
    epilog="kaohe explain 2024 临溪县\nkaohe explain 2024 财政 --period 上半年\n"
    "kaohe explain 2024 临溪县 --json",
)
@FOLDER
@click.argument("unit", metavar="单位", cls=Argument, about="单位的全称、简称，或只有它有的几个字")
@click.option("--period", metavar="期次", help="自我考核只列这一期，如 上半年")
@AS_OF
@KNOWN
@JSON
def explain(
    folder: Path,
    unit: str,
    period: str | None,
    as_of: date | None,
    known: date | None,
    as_json: bool,
) -> int:
    from scoring.cli.explain import run

    return run(folder, unit, period, as_of, known, as_json=as_json)


SCHEME = click.argument(
    "name", metavar="办法", cls=Argument, about="办法的 YAML 文件，或随程序提供的办法名称，如 heze"
)

YEAR = click.option(
    "--year",
    type=YearType(),
    metavar="年度",
    help="按哪个年度的数；默认为最近的数（办法中的数可以按年度写）",
)


@app.group(
    section=AUTHOR,
    invoke_without_command=True,
    short_help="考核办法：列出、新写、检查、说明、比较、试算、核对用例",
    help="列出随程序提供的考核办法；新写、检查、说明、比较、试算考核办法，核对用例。\n"
    "办法是 YAML 文件，写法见《写考核办法》。",
    epilog="kaohe schemes\nkaohe schemes new shili\nkaohe schemes check shili.yaml\n"
    "kaohe schemes --schema > scheme.schema.json",
)
@click.option(
    "--schema",
    is_flag=False,
    flag_value="scheme",
    type=SchemaType(),
    metavar="[文件]",
    help="输出 JSON Schema，供编辑器补全和检查：scheme 办法（不写即是），\n"
    "assessment 即 assessment.yaml，cases 用例",
)
@JSON
@click.pass_context
def schemes(ctx: click.Context, schema: str | None, as_json: bool) -> int:
    if ctx.invoked_subcommand is not None:
        if schema or as_json:
            option = "--schema" if schema else "--json"
            raise click.UsageError(f"{option} 不写在命令 {ctx.invoked_subcommand} 之前", ctx)
        return 0
    from scoring.cli.schemes import run

    return run(schema=schema, as_json=as_json)


@schemes.command(
    "new",
    short_help="新写一个办法：问几个问题，写出带说明的 YAML",
    help="问几个问题（或用选项回答），写出一个可以通过检查、带说明的办法文件和第一个用例。\n"
    "已有同名文件时不覆盖。",
    epilog="kaohe schemes new shili\nkaohe schemes new shili --yes --title 示例市政务公开考核办法\n"
    "kaohe schemes new shili --groups 县区、部门 --weights 30、40、30 "
    "--grades 优秀=90、合格=60、不合格=0 --yes",
)
@click.argument("name", metavar="代号", cls=Argument, about="办法的英文代号，也是文件名，如 shili")
@click.option("--title", metavar="名称", help="办法名称")
@click.option("--subject", metavar="内容", help="考核的是什么，如 政府信息公开工作")
@click.option("--groups", metavar="类别", help="考核对象的类别，如 县区、部门")
@click.option(
    "--weights", metavar="权重", help="平时考核、自我考核、第三方评估的权重，如 30、40、30"
)
@click.option(
    "--periods", metavar="期次", help="自我考核的期次，如 上半年=7月15日、下半年=次年1月15日"
)
@click.option("--points", metavar="分", help="平时考核一个问题扣几分，如 1.5")
@click.option("--grades", metavar="等次", help="等次和下限，如 优秀=90、合格=60、不合格=0")
@click.option("--out", type=PlaceType(), metavar="文件", help="写到哪里；默认为 代号.yaml")
@click.option("--yes", is_flag=True, help="不提问，没有写的选项用常见的写法")
@JSON
def schemes_new(name: str, out: Path | None, yes: bool, as_json: bool, **given: str | None) -> int:
    from scoring.cli.schemes_new import new

    if as_json and not yes:
        raise click.UsageError("--json 和 --yes 一起用", click.get_current_context())
    return new(name, given, out, ask=not yes, as_json=as_json)


@schemes.command(
    "check",
    short_help="检查办法有没有写错，提醒可疑之处",
    help="检查办法文件：写错的指出第几行第几列、应写什么；合规而可疑的（如怎样也扣不了分的扣分项、\n"
    "没有单位能达到的等次）列为提醒。",
    epilog="kaohe schemes check shili.yaml",
)
@SCHEME
@JSON
def schemes_check(name: str, as_json: bool) -> int:
    from scoring.cli.schemes import check as run

    return run(name, as_json=as_json)


@schemes.command(
    "show",
    short_help="把办法用文字逐条说一遍，看是不是原意",
    help="把办法用通顺的文字逐条说一遍，供起草人核对；也可写成 Word，作为通知的附件。",
    epilog="kaohe schemes show heze\nkaohe schemes show shili.yaml --docx 附件.docx\n"
    "kaohe schemes show shili.yaml --year 2023",
)
@SCHEME
@click.option("--docx", type=PlaceType(), metavar="文件", help="写成 Word 文件")
@YEAR
@JSON
def schemes_show(name: str, docx: Path | None, year: int | None, as_json: bool) -> int:
    from scoring.cli.schemes import show

    return show(name, docx, year, as_json=as_json)


@schemes.command(
    "diff",
    short_help="用文字说明两个办法有什么不同",
    help="用文字说明新办法比旧办法改了什么：增加、删去、改动的扣分项、分值、权重、等次、期次、指标。",
    epilog="kaohe schemes diff shili-2023.yaml shili-2024.yaml",
)
@click.argument("old", metavar="旧办法", cls=Argument, about="旧办法的文件或名称")
@click.argument("new", metavar="新办法", cls=Argument, about="新办法的文件或名称")
@click.option(
    "--year",
    type=YearType(),
    metavar="年度",
    help="只比较这个年度的数；不写则逐年比较",
)
@JSON
def schemes_diff(old: str, new: str, year: int | None, as_json: bool) -> int:
    from scoring.cli.schemes import diff

    return diff(old, new, year, as_json=as_json)


@schemes.command(
    "try",
    short_help="试算：每次只变动一处，看每一条起什么作用",
    help="用假设的单位试算：先是没有问题的，再每次只变动一处（一个问题、到上限、得一半、缺一部分……），\n"
    "列出成绩、等次和相差多少。",
    epilog="kaohe schemes try heze\nkaohe schemes try shili.yaml --group 部门",
)
@SCHEME
@click.option("--group", metavar="类别", help="只试算这一类别")
@YEAR
@JSON
def schemes_try(name: str, group: str | None, year: int | None, as_json: bool) -> int:
    from scoring.cli.schemes import try_

    return try_(name, group, year, as_json=as_json)


@schemes.command(
    "test",
    short_help="核对用例：给定情形，结果是否如所料",
    help="核对办法旁边的用例文件（办法的文件名加 .cases.yaml）；不写办法则核对随程序提供的全部办法。",
    epilog="kaohe schemes test\nkaohe schemes test shili.yaml",
)
@click.argument(
    "names", nargs=-1, metavar="[办法…]", cls=Argument, about="办法的文件或名称，可以几个"
)
@JSON
def schemes_test(names: tuple[str, ...], as_json: bool) -> int:
    from scoring.cli.schemes import test

    return test(names, as_json=as_json)
