"""``kaohe schemes``: the schemes that come with the program, and the work of writing one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scoring.authoring import phrases
from scoring.authoring.draft import (
    Draft,
    cases_beside,
    every_problem,
    find_draft,
    read_draft,
    shipped_schemes,
)
from scoring.cli import DATA_ERRORS, DONE
from scoring.cli.report import show_problems
from scoring.problems import clip
from scoring.scheme import Component, Scheme, json_schema

if TYPE_CHECKING:
    from scoring.authoring.starter import Answers

T = TypeVar("T")


def run(*, schema: bool) -> int:
    """List the shipped schemes, or print the JSON schema of a scheme's file."""
    if schema:
        click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))
        return DONE
    problems = []
    for name, path in shipped_schemes().items():
        draft = read_draft(path)
        problems += draft.problems
        scheme = draft.scheme
        if scheme:
            click.echo(f"{name}  {scheme.title}")
            click.echo(f"    出处：{scheme.source}")
            parts = "、".join(f"{c.title}{_weight(c)}" for c in scheme.components.values())
            click.echo(f"    成绩：{parts}")
            click.echo(f"    等次：{'、'.join(scheme.grade_names())}")
            click.echo(f"    文件：{path}")
    show_problems(problems)
    return DATA_ERRORS if problems else DONE


def _weight(component: Component) -> str:
    if component.adds:
        return "（加减分）"
    if isinstance(component.weight, dict):
        return f"（{phrases.weight(component.weight)}）"
    return phrases.weight(component.weight)


def _draft(name: str, year: int | None = None) -> Draft:
    path = find_draft(name)
    if path is None:
        known = "、".join(shipped_schemes())
        raise click.UsageError(f"找不到考核办法：{name}（应是 YAML 文件，或随程序提供的 {known}）")
    return read_draft(path, year)


def _sound(name: str, year: int | None = None) -> tuple[Draft, Scheme] | None:
    """The scheme with the numbers of ``year``, or None after its problems were shown."""
    draft = _draft(name, year)
    if draft.scheme is None:
        show_problems(draft.problems)
        click.echo(f"\n{draft.path.name} 有错误，先按上面的改法改正", err=True)
        return None
    return draft, draft.scheme


def show(name: str, docx: Path | None, year: int | None) -> int:
    """The scheme in plain words, on the screen or as a Word file."""
    from scoring.authoring.telling import tell_draft
    from scoring.authoring.text import telling_text

    found = _sound(name, year)
    if found is None:
        return DATA_ERRORS
    if docx is None:
        click.echo(telling_text(tell_draft(found[0])))
        return DONE
    telling = tell_draft(found[0], data=False)
    from scoring.authoring.annex_docx import render_docx
    from scoring.cli.write import written
    from scoring.writing import write_all

    if (
        written(docx.parent, lambda: write_all(docx.parent, {docx.name: render_docx(telling)}))
        is None
    ):
        return DATA_ERRORS
    click.echo(f"已写入 {docx}")
    return DONE


def check(name: str) -> int:
    """What is wrong with the scheme, and what is legal but odd."""
    from scoring.authoring.review import review

    draft = _draft(name)
    problems = every_problem(draft)
    if draft.scheme is None or problems:
        show_problems(problems)
        click.echo(f"\n错误 {len(problems)} 条，按上面的改法改正后再查")
        return DATA_ERRORS
    remarks = review(draft)
    if remarks:
        click.echo(draft.path.name)
    for place, text in remarks:
        click.echo(f"  [提醒] {place.within_file()} {text}。")
    click.echo(f"“{draft.scheme.title}”没有错误，提醒 {len(remarks)} 条")
    if draft.versions:
        years = "、".join(str(year) for year in draft.versions)
        click.echo(f"有按年度写的数，{years}年度起的都查过；提醒按最近的数")
    beside = cases_beside(draft.path)
    if beside.exists():
        click.echo(f"用例在 {beside.name}，核对用例：kaohe schemes test {name}")
    else:
        click.echo(f"还没有用例，可以写在 {beside.name}")
    return DONE


def diff(old: str, new: str, year: int | None) -> int:
    """What changed from one scheme to another, in words: in ``year``, or year by year."""
    from scoring.authoring.changes import changes, changes_by_year

    before, after = _sound(old, year), _sound(new, year)
    if before is None or after is None:
        return DATA_ERRORS
    if year is not None:
        found = [change.sentence() for change in changes(before[1], after[1])]
    else:
        found = [change.sentence() for change in changes_by_year(before[0], after[0])]
    if not found:
        which = f"{year}年度" if year is not None else ""
        click.echo(f"两个办法{which}的内容没有不同")
        return DONE
    for number, sentence in enumerate(found, 1):
        click.echo(f"{number}. {sentence}")
    click.echo(f"共 {len(found)} 处不同")
    return DONE


def try_(name: str, group: str | None, year: int | None) -> int:
    """What every rule does, on made-up units."""
    from scoring.authoring.text import columns
    from scoring.authoring.trial import YEAR, groups_to_try, try_out

    found = _sound(name, year)
    if found is None:
        return DATA_ERRORS
    draft, scheme = found
    if group is not None and group not in scheme.groups:
        raise click.UsageError(f"没有类别 {group}（应是{'、'.join(scheme.groups)}之一）")
    numbers = year or (draft.versions[-1] if draft.versions else None)
    which = f"，按{numbers}年度{'' if year else '起'}的数" if numbers else ""
    click.echo(f"{scheme.title}：试算（假设的单位，{YEAR}年{which}）")
    for one in [group] if group else groups_to_try(scheme):
        trial = try_out(scheme, one)
        click.echo(f"\n{one}")
        rows = [
            (row.varied, *row.scores, row.composite, row.grade, row.difference)
            for row in trial.rows
        ]
        for line in columns(trial.head, rows):
            click.echo(f"  {line}")
        if trial.quotas:
            names = "、".join(trial.quotas)
            click.echo(f"  注：{names}有名额，而表中各行不是真的单位，所以：")
            click.echo("      写了下限的等次，只看下限，不看名额；")
            click.echo(f"      只有名额的等次，按本类别就是表中这{len(trial.rows)}个单位算名额。")
    return DONE


def test(names: Iterable[str]) -> int:
    """Run the cases beside the schemes."""
    from scoring.authoring.cases import run_cases

    chosen = list(names)
    drafts = [_draft(name) for name in chosen or shipped_schemes()]
    passed = failed = 0
    for draft in drafts:
        beside = cases_beside(draft.path)
        click.echo(f"{draft.path.name}")
        if draft.scheme is None:
            show_problems(draft.problems)
            failed += 1
            continue
        if not beside.exists():
            click.echo(f"  没有用例文件 {beside.name}")
            failed += bool(chosen)
            continue
        outcomes, problems = run_cases(draft, beside)
        show_problems(problems)
        failed += bool(problems)
        for outcome in outcomes:
            mark = "通过" if outcome.passed else "不符"
            click.echo(f"  {mark}  {outcome.situation}")
            if not outcome.passed:
                click.echo(f"        {beside.name} {outcome.place.within_file()}")
            for fault in outcome.faults:
                click.echo(f"        {fault}")
            for problem in outcome.problems:
                click.echo(f"        {problem.message()}")
            passed += outcome.passed
            failed += not outcome.passed
    click.echo(f"通过 {passed} 个，不符 {failed} 个")
    return DATA_ERRORS if failed else DONE


def new(name: str, given: dict[str, str | None], out: Path | None, *, ask: bool) -> int:
    """Write a scheme to start from, and a first case beside it."""
    from scoring.authoring import starter
    from scoring.cli.write import written
    from scoring.writing import write_all

    try:
        starter.name(name)
    except starter.AnswerError as error:
        raise click.UsageError(str(error)) from None
    path = out or Path(f"{name}.yaml")
    beside = cases_beside(path)
    taken = [p for p in (path, beside) if p.exists()]
    if taken:
        click.echo(f"{taken[0]} 已存在，不覆盖；请换一个名称，或用 --out 另写文件名", err=True)
        return DATA_ERRORS
    answers = _answers(starter.Answers(name), given, ask=ask)
    text = starter.scheme_yaml(answers)
    problems = _problems_of(text, path.name)
    if problems:
        click.echo("这样写出的办法不成立，没有写入文件：", err=True)
        for message in problems:
            click.echo(f"  {message}", err=True)
        return DATA_ERRORS
    files = {path.name: text, beside.name: starter.cases_yaml(answers)}
    contents = {key: value.encode("utf-8") for key, value in files.items()}
    if written(path.parent, lambda: write_all(path.parent, contents, "kaohe schemes new")) is None:
        return DATA_ERRORS
    click.echo(f"已写入 {path} 和用例 {beside}")
    click.echo(f"下一步：对照办法改写，再运行 kaohe schemes check {path}")
    return DONE


def _answers(default: Answers, given: dict[str, str | None], *, ask: bool) -> Answers:
    """The answers from the options, from the questions, or as most offices start."""
    from scoring.authoring import starter

    questions: list[tuple[str, str, str, Callable[[str], Any]]] = [
        ("title", "办法名称", default.title, str),
        ("subject", "考核什么", default.subject, str),
        ("groups", "考核对象的类别，用、隔开", "、".join(default.groups), starter.words),
        ("weights", "平时考核、自我考核、第三方评估的权重", "、".join(default.weights),
         starter.weights),
        ("periods", "自我考核的期次和报送期限", _pairs(default.periods),
         lambda text: starter.pairs(text, "上半年=7月15日")),
        ("points", "平时考核一个问题扣几分", default.points, str),
        ("grades", "等次和下限，从高到低", _pairs(default.grades),
         lambda text: starter.pairs(text, "优秀=90、合格=60、不合格=0")),
    ]  # fmt: skip
    values = {}
    for key, question, usual, read in questions:
        text = given.get(key)
        if text is None and ask:
            values[key] = _ask(question, usual, read)
            continue
        try:
            values[key] = read(text if text is not None else usual)
        except starter.AnswerError as error:
            raise click.UsageError(f"--{key}：{error}") from None
    return replace(default, **values)


def _pairs(values: Iterable[tuple[str, str]]) -> str:
    return "、".join(f"{name}={value}" for name, value in values)


def _ask(question: str, usual: str, read: Callable[[str], T]) -> T:
    from scoring.authoring.starter import AnswerError

    while True:
        text = click.prompt(
            f"{question}（直接回车为 {usual}）", usual, show_default=False, prompt_suffix="："
        )
        try:
            return read(str(text).strip())
        except AnswerError as error:
            click.echo(f"  {error}")


def _problems_of(text: str, file: str) -> list[str]:
    from scoring.yaml_source import read_yaml, validate

    source = read_yaml(text, file)
    validate(Scheme, source)
    lines = text.splitlines()
    return [
        f"{problem.message()}（{clip(lines[(problem.place.row or 1) - 1])}）"
        for problem in source.problems
    ]
