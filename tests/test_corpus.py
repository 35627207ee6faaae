"""Every input of ``tests/corpus``: exactly the expected problems at their places, the scores that were
worked out by hand where it is sound, no results where it is not; no traceback, no long time."""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scoring.cli.app import app
from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.intake import load_assessment
from scoring.problems import CATALOGUE, Severity
from scoring.scheme import Scheme
from scoring.score import Result, score
from scoring.steps.grade import score_assessment
from scoring.tables import ROWS, Tables
from tests.corpus.base import BASES
from tests.corpus.inputs import INPUTS
from tests.corpus.model import Input
from tests.folders import records

SECONDS = 10
"""Twice what is promised: beside other work a second of the processor does less."""


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folders = {name: tmp_path_factory.mktemp(name) / "2024" for name in BASES}
    for name, write in BASES.items():
        write(folders[name])
    return folders


@pytest.fixture(scope="module")
def sound(bases: Mapping[str, Path]) -> dict[str, dict[str, str]]:
    """The composites of the folders before anything is changed."""
    return {name: composites(graded(folder)) for name, folder in bases.items()}


def graded(folder: Path) -> Result:
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    return score_assessment(assessment)


def run(*arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the JSON of a command; a traceback fails."""
    start = time.process_time()
    outcome = CliRunner().invoke(app, arguments, standalone_mode=False)
    assert outcome.exception is None, repr(outcome.exception)
    assert time.process_time() - start < SECONDS
    return outcome.return_value or DONE, json.loads(outcome.stdout)


def lines(problems: list[dict[str, Any]]) -> list[str]:
    """Kind, file and cell of every problem."""
    return sorted(
        f"{p['kind']} {p['file']} {p['column'] or ''}{p['row'] or ''}".strip() for p in problems
    )


def is_error(line: str) -> bool:
    return CATALOGUE[line.split()[0]].severity is Severity.ERROR


@pytest.fixture(autouse=True)
def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scoring is pure and takes most of the time, and most inputs lead to equal tables."""
    _SCORED.clear()
    monkeypatch.setattr("scoring.steps.grade.score", score_once)


_RESULTS: dict[str, Result] = {}
_SCORED: list[Result] = []
"""What was scored in a test, in order."""


def score_once(tables: Tables, scheme: Scheme, *arguments: Any, **more: Any) -> Result:
    rows = [records(getattr(tables, name)) for name in ROWS]
    key = repr((rows, scheme, arguments, more))
    if key not in _RESULTS:
        _RESULTS[key] = score(tables, scheme, *arguments, **more)
    _SCORED.append(_RESULTS[key])
    return _RESULTS[key]


def composites(result: Result) -> dict[str, str]:
    assert result.final
    return {unit.unit: result.composite_text(unit) for unit in result.units}


@pytest.mark.parametrize("one", INPUTS, ids=lambda one: f"{one.kind}-{one.name}")
def test_input(
    one: Input, bases: Mapping[str, Path], sound: Mapping[str, Mapping[str, str]], tmp_path: Path
) -> None:
    folder = tmp_path / "2024"
    shutil.copytree(bases[one.base], folder)
    one.change(folder)
    wrong = any(map(is_error, one.expected))
    if wrong:
        # The same list as that of check, and nothing is written.
        code, found = run("grade", str(folder), "--json", "--out", str(tmp_path / "out"))
        assert not (tmp_path / "out").exists()
    else:
        code, found = run("check", str(folder), "--json")
    assert lines(found.get("problems", [])) == one.expected
    assert code == (DATA_ERRORS if wrong else DONE)
    if not wrong:
        # Of the year that check has just read.
        assert composites(_SCORED[-1]) == sound[one.base] | dict(one.scores)


def test_the_corpus_is_large_and_no_input_stands_in_it_twice() -> None:
    assert len(INPUTS) >= 150
    twice = [name for name, n in Counter((i.kind, i.name) for i in INPUTS).items() if n > 1]
    assert twice == []
