"""``kaohe sensitivity``: how robust the ranking of a graded year is."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import click

from scoring.cli.errors import StoppedError
from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.read import not_over_final, read, refuse, score_for
from scoring.cli.report import summary
from scoring.cli.screen import answer, put, say, screen
from scoring.cli.write import out_folder, written
from scoring.intake.discover import PROVISIONAL_FOLDER
from scoring.papers import SENSITIVITY
from scoring.points import SCALE, PointsError, format_fraction, format_points, parse_points
from scoring.problems import errors
from scoring.reporting.problem_groups import context_of, group_problems
from scoring.sensitivity import Robustness, Span, Swap, UnitRobustness, analyse
from scoring.steps.grade import ROBUSTNESS_BOOK, all_problems, make_sensitivity, write_papers
from scoring.wording.numbers import BLANK, PROVISIONAL, iso
from scoring.wording.results import heading
from scoring.wording.sensitivity import (
    cases,
    composite_text,
    grades_text,
    how_tried,
    interval,
    move_text,
    rank_text,
    ranks_text,
    score_titles,
    upwards,
)
from scoring.wording.sensitivity import summary as conclusions

NEAREST = 10


def run(
    folder: Path,
    weights: str,
    error: str,
    out: Path | None,
    as_of: date | None,
    known: date | None = None,
    *,
    as_json: bool,
) -> int:
    width, off = _points("--weights", weights), _points("--error", error)
    assessment, problems = read(folder)
    if assessment is None:
        refuse(problems, "不能分析", as_json=as_json)
        return DATA_ERRORS
    result = score_for(assessment, as_of, known, final=True)
    if all(unit.composite is None for unit in result.units):
        raise StoppedError("没有单位有综合成绩，不能分析。没有写入文件。")
    robustness = analyse(result, width, off)
    if not robustness.groups:
        raise StoppedError("没有单位参加排名，不能分析。没有写入文件。")
    usual = SENSITIVITY.folder if result.final else PROVISIONAL_FOLDER
    target = out_folder(folder, assessment, out, usual)
    not_over_final(target, result)
    options = {"sensitivity": {"weights": format_points(width), "error": format_points(off)}}
    paths = written(
        target,
        lambda: write_papers(
            result, assessment, target, make_sensitivity(robustness, assessment),
            "kaohe sensitivity", options,
        ),
        as_json=as_json,
    )  # fmt: skip
    if paths is None:
        return DATA_ERRORS
    if as_json:
        answer(sensitivity_json(robustness))
        return DONE
    if not result.final:
        faults = all_problems(result, assessment)
        lines = group_problems(faults, context_of(assessment, result))
        why = f"（{summary(lines)}，用 kaohe check 查看）" if errors(faults) else ""
        say(f"还不能出正式结果{why}，以下按{PROVISIONAL}结果分析。", err=True)
    if not screen().quiet:
        _show(robustness, heading(result, assessment, "考核稳健性分析"), paths)
    return DONE


def _points(option: str, text: str) -> int:
    """A number of points from 0 to 100, as ten-thousandths."""
    try:
        value = parse_points(text)
    except PointsError:
        value = -1
    if not 0 <= value <= 100 * SCALE:
        raise click.UsageError(
            f"{option} 应是0到100之间的数，最多4位小数，如 5：{text}", click.get_current_context()
        )
    return value


def _show(robustness: Robustness, title: str, paths: Iterable[Path]) -> None:
    """The tables on the screen, and what they come to."""
    from rich.console import Console
    from rich.table import Table

    result = robustness.result
    console = Console(width=None if sys.stdout.isatty() else 160)
    mark = "" if result.final else f"（{PROVISIONAL}）"
    put(f"\n{title}{mark}，截至 {result.as_of}\n")
    table = Table(show_edge=False, pad_edge=False)
    table.add_column("类别")
    table.add_column("排名", justify="right")
    table.add_column("单位")
    table.add_column("成绩", justify="right")
    graded = bool(result.scheme.grades)
    if graded:
        table.add_column("等次")
    first, *others = cases(robustness)
    table.add_column(f"{first.title}\n成绩")
    table.add_column("\n名次")
    for case in others:
        table.add_column(case.title.replace("（", "\n（"))
    if graded:
        table.add_column("\n可能等次")
        table.add_column("距上\n一等次", justify="right")
    for unit in robustness.units:
        span = first.of(unit)
        rise = composite_text(robustness, unit.rise[1]) if unit.rise else BLANK
        table.add_row(
            unit.group,
            rank_text(unit),
            unit.unit,
            composite_text(robustness, unit.composite),
            *((unit.grade or BLANK,) if graded else ()),
            interval(composite_text(robustness, span.low), composite_text(robustness, span.high)),
            *(ranks_text(case.of(unit)) for case in (first, *others)),
            *((grades_text(unit.both), rise) if graded else ()),
        )
    console.print(table)
    _show_swaps(robustness, console)
    put("")
    for text in conclusions(robustness):
        put(text)
    if robustness.moved:
        put(how_tried(robustness))
    put("结果文件：")
    for path in paths:
        put(f"  {path}")


def _show_swaps(robustness: Robustness, console: Any) -> None:
    from rich.table import Table

    if not robustness.swaps:
        put("\n在设定的幅度内，没有可能互换名次的单位。")
        return
    more = len(robustness.swaps) - NEAREST
    put(
        f"\n可能互换名次的单位，由近及远{f'（列出前{NEAREST}对，另有{more}对见{ROBUSTNESS_BOOK}）' if more > 0 else ''}：\n"
    )
    table = Table(show_edge=False, pad_edge=False)
    moved = ("权重最少变动", "怎样变动") if robustness.moved else ()
    for name in ("类别", "靠前的单位", "靠后的单位", *moved):
        table.add_column(name)
    if robustness.scores:
        table.add_column(f"{score_titles(robustness)}最小误差")
    for swap in robustness.swaps[:NEAREST]:
        none = "并列" if swap.tied else BLANK
        cells = [
            swap.group,
            swap.ahead,
            swap.behind,
        ]
        if robustness.moved:
            cells.append(none if swap.move is None else f"{upwards(swap.move.amount)}个百分点")
            cells.append(move_text(robustness, swap.move) if swap.move else "")
        if robustness.scores:
            cells.append(none if swap.error is None else f"{upwards(swap.error)}分")
        table.add_row(*cells)
    console.print(table)


def sensitivity_json(robustness: Robustness) -> str:
    """The analysis for programs: scores and shifts are exact strings, ranks are numbers."""
    result = robustness.result
    document = {
        "scheme": result.scheme.name,
        "year": result.year,
        "as_of": result.as_of.isoformat(),
        "known": iso(result.known),
        "final": result.final,
        "weights": format_points(robustness.weights),
        "error": format_points(robustness.error),
        "scores": list(robustness.scores),
        "summary": conclusions(robustness),
        "units": [_unit(robustness, unit) for unit in robustness.units],
        "swaps": [_swap(swap) for swap in robustness.swaps],
        "left_out": list(robustness.left_out),
        "unranked": list(robustness.unranked),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _unit(robustness: Robustness, unit: UnitRobustness) -> dict[str, object]:
    def span(value: Span) -> dict[str, object]:
        return {
            "composite": [
                composite_text(robustness, value.low),
                composite_text(robustness, value.high),
            ],
            "rank": [value.best, value.worst],
            "grade": [value.grades[0], value.grades[-1]] if value.grades else None,
        }

    def points(value: int | None) -> str | None:
        return None if value is None else composite_text(robustness, value)

    return {
        "unit": unit.unit,
        "group": unit.group,
        "composite": composite_text(robustness, unit.composite),
        "rank": unit.rank,
        "settled": unit.settled,
        "grade": unit.grade,
        "weights": span(unit.weights),
        "error_alone": span(unit.alone),
        "error_against": span(unit.against),
        "both": span(unit.both),
        "next_grade": unit.rise[0] if unit.rise else None,
        "to_next_grade": points(unit.rise[1] if unit.rise else None),
        "above_own_grade": points(unit.margin),
    }


def _swap(swap: Swap) -> dict[str, object]:
    return {
        "group": swap.group,
        "ahead": swap.ahead,
        "behind": swap.behind,
        "gap": format_fraction(swap.gap),
        "tied": swap.tied,
        "shift": format_points(swap.move.amount) if swap.move else None,
        "from": [swap.move.taken] if swap.move else [],
        "to": [swap.move.given] if swap.move else [],
        "error": None if swap.error is None else format_points(swap.error),
    }
