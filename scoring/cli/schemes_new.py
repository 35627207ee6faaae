"""``kaohe schemes new``: a scheme to start from, from a few answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scoring.authoring.draft import cases_beside
from scoring.cli.errors import StoppedError
from scoring.cli.exit_codes import DONE
from scoring.cli.screen import answer, say
from scoring.cli.types import kind_of
from scoring.cli.write import written
from scoring.problems import clip
from scoring.scheme import Scheme

if TYPE_CHECKING:
    from scoring.authoring.starter import Answers

T = TypeVar("T")


def new(
    name: str, given: dict[str, str | None], out: Path | None, *, ask: bool, as_json: bool
) -> int:
    """Write a scheme to start from, and a first case beside it."""
    from scoring.authoring import starter
    from scoring.writing import write_all

    try:
        starter.name(name)
    except starter.AnswerError as error:
        raise click.UsageError(str(error)) from None
    path = out or Path(f"{name}.yaml")
    if not path.name:
        raise click.UsageError(f"--out 应是文件：{path}")
    beside = cases_beside(path)
    taken = [p for p in (path, beside) if kind_of(p, str(p))]
    if taken:
        raise StoppedError(f"{taken[0]} 已存在，不覆盖；请换一个名称，或用 --out 另写文件名")
    answers = _answers(starter.Answers(name), given, ask=ask)
    text = starter.scheme_yaml(answers)
    problems = _problems_of(text, path.name)
    if problems:
        lines = "".join(f"\n  {message}" for message in problems)
        raise StoppedError(f"这样写出的办法不成立，没有写入文件：{lines}")
    files = {path.name: text, beside.name: starter.cases_yaml(answers)}
    contents = {key: value.encode("utf-8") for key, value in files.items()}
    written(path.parent, lambda: write_all(path.parent, contents, "kaohe schemes new"))
    if as_json:
        answer({"files": [str(path), str(beside)]})
        return DONE
    say(f"已写入 {path} 和用例 {beside}")
    say(f"下一步：对照办法改写，再运行 kaohe schemes check {path}")
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
    from scoring.scheme.load import scheme_words
    from scoring.yaml_files.source import read_yaml
    from scoring.yaml_files.validate import validate

    source = read_yaml(text, file)
    validate(Scheme, source, scheme_words)
    lines = text.splitlines()
    return [
        f"{problem.message()}（{clip(lines[(problem.place.row or 1) - 1])}）"
        for problem in source.problems
    ]
