"""``kaohe preview``: where a unit would stand with the form that it is about to hand in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.report import problem_records, save_problems, show_problems, summary
from scoring.cli.screen import answer, put, say
from scoring.inquiry.preview import Preview
from scoring.points import PointsError, parse_points
from scoring.problems import Problem, errors
from scoring.publish.preview.text import preview_text
from scoring.steps.preview import PreviewError, home_of, preview_form


def run(
    form: Path,
    folder: Path | None,
    scheme: str | None,
    third_party: str | None,
    as_of: date | None,
    known: date | None,
    out: Path | None,
    *,
    as_json: bool,
) -> int:
    assumed = _points(third_party)
    try:
        found, problems = preview_form(
            form, folder=folder, scheme=scheme, third_party=assumed, as_of=as_of, known=known
        )
    except PreviewError as error:
        raise click.UsageError(str(error), click.get_current_context()) from None
    wrong = errors(problems)
    if as_json:
        return _as_json(form, folder, out, found, problems)
    groups = show_problems(problems)
    if found is None:
        put(f"\n不能预估：{summary(groups)}。没有写入文件。", err=True)
        return DATA_ERRORS
    put(preview_text(found))
    if wrong:
        said = "有错误的指标没有计分，改正后再预估一次。" if found.items else ""
        put(f"\n考核表有错误 {len(wrong)} 条。{said}没有写入文件。", err=True)
        return DATA_ERRORS
    if out is None:
        return DONE
    paths = _page(form, folder, out, found)
    if paths is None:
        return DATA_ERRORS
    say(f"\n网页文件：{paths[0]}")
    return DONE


def _as_json(
    form: Path,
    folder: Path | None,
    out: Path | None,
    found: Preview | None,
    problems: list[Problem],
) -> int:
    """The preview (null where there is none) and the problems of the form."""
    from scoring.publish.preview.json import preview_record

    save_problems(problems)
    wrong = bool(errors(problems))
    paths: list[Path] | None = []
    if found is not None and out is not None and not wrong:
        paths = _page(form, folder, out, found, as_json=True)
    if paths is None:
        return DATA_ERRORS
    answer(
        {
            "preview": None if found is None else preview_record(found),
            "files": [str(path) for path in paths],
            **problem_records(problems),
        }
    )
    return DATA_ERRORS if wrong else DONE


def _page(
    form: Path, folder: Path | None, out: Path, found: Preview, *, as_json: bool = False
) -> list[Path] | None:
    """Write the preview as a page; None where the template has faults, which were shown."""
    from scoring.cli.write import written
    from scoring.intake.templates import read_templates
    from scoring.publish.preview.html import TEMPLATE, preview_html
    from scoring.writing import file_names, write_all

    title = f"{found.unit}{found.period}"
    name = f"{file_names([title])[title]}预估.html"
    home = folder or home_of(form)
    own = read_templates(home)[0].get(TEMPLATE.name) if home else None
    return written(
        out,
        lambda: write_all(out, {name: preview_html(found, own).encode()}, "kaohe preview"),
        as_json=as_json,
    )


def _points(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        points = parse_points(text)
    except PointsError:
        points = -1
    if points < 0:
        raise click.UsageError(
            f"--third-party 应为0以上的数字，最多4位小数：{text}", click.get_current_context()
        )
    return points
