"""``kaohe schemes`` and its commands: options and help."""

from __future__ import annotations

from pathlib import Path

import click

from scoring.cli.help import Argument
from scoring.cli.program import AUTHOR, JSON, app
from scoring.cli.types import ChoiceType, PlaceType, YearType

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
    type=ChoiceType("scheme", "assessment", "cases"),
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
