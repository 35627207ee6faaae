"""``kaohe compare``: two results side by side, on the screen and as papers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scoring.cli.clock import today
from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.read import refuse
from scoring.cli.screen import answer, put, say
from scoring.cli.write import out_folder, written
from scoring.intake.settings import DayError
from scoring.monitoring.comparison import Comparison, Side, Standing
from scoring.steps.year import (
    ResultSource,
    YearError,
    compare_results,
    comparison_papers,
    read_result,
    result_source,
)
from scoring.wording.comparison import (
    comparison_title,
    group_head,
    group_rows,
    notes,
    unit_head,
    unit_rows,
)
from scoring.wording.numbers import points
from scoring.wording.plain_text import columns
from scoring.writing import write_all


def run(old: Path, new: Path, out: Path | None, as_of: date | None, *, as_json: bool) -> int:
    try:
        before, after = _sources(old, new, as_of)
    except DayError as error:
        raise click.UsageError(str(error), click.get_current_context()) from None
    except YearError as error:
        if error.problems:
            refuse(error.problems, "不能对照", as_json=as_json)
            return DATA_ERRORS
        raise click.UsageError(str(error), click.get_current_context()) from None
    found = compare_results(before, after)
    paths: list[Path] = []
    if out is not None:
        target = _target(out, ((old, before), (new, after)))
        papers = comparison_papers(found, after.assessment)
        made = written(target, lambda: write_all(target, papers, "kaohe compare"))
        if made is None:
            return DATA_ERRORS
        paths = made
    if as_json:
        answer(_json(found))
        return DONE
    _show(found)
    for path in paths:
        say(f"  {path}")
    return DONE


def _sources(old: Path, new: Path, as_of: date | None) -> tuple[ResultSource, ResultSource]:
    """Both results; a folder whose year has not ended counts to ``as_of``, or to today."""
    before, after = (read_result(folder, as_of or today()) for folder in (old, new))
    if as_of is None and before.side.year == after.side.year:
        # Before and after a correction: as of the day of what was published.
        if before.assessment is None and after.assessment is not None:
            after = result_source(after.assessment, before.side.as_of)
        elif after.assessment is None and before.assessment is not None:
            before = result_source(before.assessment, after.side.as_of)
    return before, after


def _target(out: Path, sources: tuple[tuple[Path, ResultSource], ...]) -> Path:
    for folder, source in sources:
        if source.assessment is not None:
            out = out_folder(folder, source.assessment, out, "")
    return out


def _show(found: Comparison) -> None:
    put(f"\n{comparison_title(found)}\n")
    for note in notes(found):
        put(f"  {note}")
    put("")
    for line in columns(_flat(group_head(found)), [tuple(row) for row in group_rows(found)]):
        put(f"  {line}")
    for group in found.groups:
        put(f"\n{group.group}：")
        rows = [tuple(row) for row in unit_rows(found, group.group)]
        for line in columns(_flat(unit_head(found)), rows):
            put(f"  {line}")


def _flat(head: list[str]) -> tuple[str, ...]:
    """Headings on one line."""
    return tuple(text.replace("\n", "") for text in head)


def _json(found: Comparison) -> dict[str, object]:
    def one(of: Standing) -> dict[str, object]:
        return {
            "unit": of.unit,
            "group": of.group,
            "components": {key: points(value) for key, value in of.components.items()},
            "composite": None if of.composite is None else points(of.composite),
            "grade": of.grade,
            "rank": of.rank,
        }

    def side(of: Side) -> dict[str, object]:
        known = of.known.isoformat() if of.known else None
        return {
            "scheme": of.scheme, "year": of.year, "as_of": of.as_of.isoformat(), "known": known,
            "final": of.final,
        }  # fmt: skip

    return {
        "old": side(found.old),
        "new": side(found.new),
        "notes": notes(found),
        "units": [
            {
                "before": one(m.old),
                "after": one(m.new),
                "rank_up": m.rank,
                "grade_up": m.grade,
            }
            for m in found.both
        ],
        "added": [one(unit) for unit in found.added],
        "gone": [one(unit) for unit in found.gone],
    }
