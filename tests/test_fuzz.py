"""10,000 mutated inputs, a share of them every day; ``python -m tests.fuzz`` tries more (see ``tests/fuzz/__init__.py``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from scoring.intake.grids import read_content
from tests.folders import write_sheet
from tests.fuzz import assessments, reading, texts, workbooks
from tests.fuzz.book import SOUND
from tests.fuzz.run import SHARES, Run, kinds
from tests.thorough import examples

INPUTS = examples(10_000)
PARTS = 8
"""The inputs are divided, so that several processors can share them."""


def plan() -> dict[str, int]:
    """How many inputs of each kind there are."""
    every = kinds()
    chosen = [next(every) for _ in range(INPUTS)]
    return {kind: chosen.count(kind) for kind in SHARES}


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    with Run(seed=7) as made:
        yield made


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("kind", SHARES)
def test_every_mutated_input_is_read_as_it_stands_or_refused(
    kind: str, part: int, run: Run
) -> None:
    numbers = range(part, plan()[kind], PARTS)
    findings = [found for number in numbers if (found := run.one(kind, number)) is not None]
    assert findings == [], "\n\n".join(map(str, findings[:5]))


def test_the_plan_has_as_many_inputs_as_are_asked_for() -> None:
    assert sum(plan().values()) == INPUTS
    assert all(plan().values())


def test_every_mutation_is_tried_and_most_are_compared() -> None:
    made = [workbooks.make(Random(f"7:workbook:{number}")) for number in range(1500)]
    assert workbooks.unused(name for one in made for name in one.what) == []
    read = [one for one in made if one.rule == "read"]
    both = [
        one
        for one in read[:200]
        if read_content(one.content, "表.xlsx", ".xlsx").grids
        and reading.by_openpyxl(one.plain) is not None
    ]
    assert len(both) > 100


def test_the_same_seed_makes_the_same_inputs() -> None:
    for make in (workbooks.make, texts.csv_bytes, texts.yaml_bytes):
        assert make(Random("1")) == make(Random("1")) != make(Random("2"))


# The comparisons themselves


@pytest.mark.parametrize("lost", [None, "别的", 7.0])
@pytest.mark.parametrize("base", range(len(SOUND)))
def test_a_cell_that_is_read_in_another_way_is_found(base: int, lost: object) -> None:
    content = SOUND[base]()
    sheets = reading.by_openpyxl(content)
    source = read_content(content, "表.xlsx", ".xlsx")
    assert sheets is not None
    assert list(reading.differences(source, sheets)) == []
    source.grids[0].cells[2][1] = lost
    (found,) = reading.differences(source, sheets)
    assert "!B3: " in found


def test_a_percentage_that_is_read_as_a_number_is_found() -> None:
    content = SOUND[0]()
    sheets = reading.by_openpyxl(content)
    source = read_content(content, "表.xlsx", ".xlsx")
    assert sheets is not None
    source.grids[1].cells[2][1] = 0.9
    (found,) = reading.differences(source, sheets)
    assert "shows something else" in found


def test_another_content_and_a_needless_refusal_are_found() -> None:
    """A workbook that is checked against another one, and one that cannot be read."""
    first, second = SOUND[0](), SOUND[2]()
    kept = workbooks.Made(first, b"", (), "kept", first)
    assert workbooks.check(kept) == []
    assert workbooks.check(replace(kept, base=second)) != []
    assert workbooks.check(replace(kept, content=first[:-40])) == []
    assert workbooks.check(replace(kept, content=first[:-40], rule="same")) != []


def test_a_lost_field_and_a_lost_line_of_a_csv_file_are_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = "单位,得分\n甲县,90\n乙县,80\n".encode()
    assert texts.check_csv(content) == []
    for shorter in (
        "单位,得分\n甲县,90\n",
        "单位,得分\n甲县,90\n乙县\n",
        "单位,得分\n甲县9,0\n乙县,80\n",
    ):
        other = read_content(shorter.encode(), "表.csv", ".csv")
        monkeypatch.setattr(texts, "read_content", lambda *_, other=other: other)
        assert texts.check_csv(content) != []


def test_another_value_in_a_yaml_file_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"scheme: heze\nyear: 2024\n"
    assert texts.check_yaml(content) == []
    other = texts.read_yaml_bytes(b"scheme: heze\nyear: 2025\n", "assessment.yaml")
    monkeypatch.setattr(texts, "read_yaml_bytes", lambda *_: other)
    assert texts.check_yaml(content) != []


def test_a_grade_that_changes_in_silence_is_found() -> None:
    with assessments.folder() as where:
        file = "第三方评估.xlsx"
        sound = (where.path / file).read_bytes()
        kept = assessments.Change(file, sound, None, "kept", ())
        assert where.check(kept, whole=False) == []
        rows = [["单位", "得分"], ["甲县", 95], ["乙局", 85.25]]
        changed = write_sheet(where.path.parent / "other.xlsx", rows).read_bytes()
        assert where.check(replace(kept, content=changed), whole=False) != []
        # The second reading has the old score.
        two = replace(kept, content=changed, again=(file, sound), rule="read")
        assert where.check(two, whole=False) != []
        # A second reading of the same score is no finding, with the command line too.
        assert where.check(replace(two, again=(file, changed)), whole=True) == []
