"""``kaohe whatif``: the ranking before and after some changes; the folder stays as it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.read import checked_day, read, refuse
from scoring.cli.screen import answer, put, say
from scoring.inquiry.change_parser import ChangeError
from scoring.inquiry.whatif import Moved, WhatIf
from scoring.problems import mistakes
from scoring.score import Result, UnitResult
from scoring.steps.grade import what_if
from scoring.wording.numbers import BLANK, PROVISIONAL, iso, points
from scoring.wording.plain_text import columns
from scoring.wording.results import change_text


def run(
    folder: Path,
    revoked: tuple[str, ...],
    rectified: tuple[str, ...],
    settings: tuple[str, ...],
    appeals: tuple[str, ...],
    as_of: date | None,
    known: date | None = None,
    *,
    as_json: bool,
) -> int:
    if not (revoked or rectified or settings or appeals):
        raise click.UsageError(
            "请写明要改什么：--revoke 台账编号、--rectify 台账编号=日期、--set 单位:什么=值 或 --appeal 申诉编号",
            click.get_current_context(),
        )
    days = dict(_rectified(text) for text in rectified)
    assessment, problems = read(folder)
    if assessment is None:
        refuse(problems, "不能试算", as_json=as_json)
        return DATA_ERRORS
    checked_day(assessment, as_of, known)
    try:
        found = what_if(
            assessment, revoked=revoked, rectified=days, settings=settings, appeals=appeals,
            as_of=as_of, known=known,
        )  # fmt: skip
    except ChangeError as error:
        raise click.UsageError(str(error), click.get_current_context()) from None
    if as_json:
        answer(_json(found))
        return DONE
    _show(found)
    wrong = mistakes(problems)
    if wrong:
        say(f"提醒：考核文件夹中有{len(wrong)}处错误尚未改正（用 kaohe check 查看）。", err=True)
    return DONE


def _rectified(text: str) -> tuple[str, date]:
    from scoring.intake.cells import CellError, read_date

    number, sign, said = text.partition("=")
    try:
        day = read_date(said)
    except CellError:
        day = None
    if not sign or day is None:
        raise click.UsageError(
            f"--rectify 应写成 台账编号=日期，如 DC-07=2024-05-20：{text}",
            click.get_current_context(),
        )
    return number, day


def _show(found: WhatIf) -> None:
    mark = "" if found.before.final else f"（{PROVISIONAL}）"
    put(f"试算{mark}，截至 {found.before.as_of}。没有改动考核文件夹。\n")
    for change in found.changes:
        put(f"  {change_text(change, found.before.scheme)}")
    graded = bool(found.before.scheme.grades)
    if not found.moved:
        places = "、等次和排名" if graded else "和排名"
        put(f"\n各单位的成绩{places}都不变。")
        return
    for group in found.before.scheme.groups:
        moved = [m for m in found.moved if m.after.group == group]
        if moved:
            put(f"\n{group}{len(found.after.in_group(group))}个单位中{len(moved)}个有变化：")
            head = ("单位", "变动的部分", "综合成绩", *(("等次",) if graded else ()), "排名")
            for line in columns(head, [_row(found, m) for m in moved]):
                put(f"  {line}")
    if not graded:
        return
    changed = [m for m in found.moved if m.before.grade != m.after.grade]
    names = "、".join(f"{m.after.unit}由{m.before.grade or BLANK}变为{m.after.grade or BLANK}"
                     for m in changed)  # fmt: skip
    put(f"\n等次变动：{names}。" if changed else "\n没有单位的等次变动。")


def _row(found: WhatIf, moved: Moved) -> tuple[str, ...]:
    before, after = moved.before, moved.after
    scheme = found.before.scheme
    titles = scheme.components
    grades = (_arrow(before.grade or BLANK, after.grade or BLANK),) if scheme.grades else ()
    parts = "，".join(
        f"{titles[key].title}{points(value)}→{points(after.components[key])}"
        for key, value in before.components.items()
        if value != after.components[key]
    )
    return (
        after.unit,
        parts or BLANK,
        _arrow(_composite(found.before, before), _composite(found.after, after)),
        *grades,
        _arrow(str(before.rank or BLANK), str(after.rank or BLANK)),
    )


def _arrow(before: str, after: str) -> str:
    return before if before == after else f"{before}→{after}"


def _composite(result: Result, unit: UnitResult) -> str:
    return result.composite_text(unit) or BLANK


def _json(found: WhatIf) -> dict[str, object]:
    def unit(result: Result, of: UnitResult) -> dict[str, object]:
        return {
            "components": {key: points(value) for key, value in of.components.items()},
            "composite": result.composite_text(of),
            "grade": of.grade,
            "rank": of.rank,
        }

    return {
        "scheme": found.before.scheme.name,
        "year": found.before.year,
        "as_of": found.before.as_of.isoformat(),
        "known": iso(found.before.known),
        "final": found.before.final,
        "changes": [change_text(change, found.before.scheme) for change in found.changes],
        "moved": [
            {
                "unit": m.after.unit,
                "group": m.after.group,
                "before": unit(found.before, m.before),
                "after": unit(found.after, m.after),
            }
            for m in found.moved
        ],
    }
