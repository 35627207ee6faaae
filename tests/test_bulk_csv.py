"""csv files over an engine: copied in parts, judged as the reader of ordinary csv files judges them."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scoring.authoring.draft import shipped_schemes
from scoring.engines import EngineName
from scoring.intake import Inspection
from scoring.intake.bulk import delimited
from scoring.intake.bulk.delimited import UnusualFileError, beginning_of, copy_as_parquet
from scoring.intake.cells import is_blank
from scoring.intake.grids import SourceFile, read_content, read_file
from scoring.scheme import Ledger
from scoring.steps.bulk import grade_bulk
from scoring.steps.engine_choice import engine_for
from scoring.steps.simulate import Size, simulate
from tests.test_engines import FAST, agree, scheme_of

SCHEMES = sorted(shipped_schemes())
LEDGER = "平时考核台账/市政府办公室.csv"
BOM = b"\xef\xbb\xbf"


def simulated(folder: Path, scheme: str = "heze", units: int = 12, mess: int = 0) -> Path:
    made = scheme_of(scheme)
    rows = 5 * units if any(isinstance(p, Ledger) for p in made.leaves().values()) else 0
    simulate(made, Size(units, rows, 7, mess), folder, "csv")
    return folder


@pytest.mark.parametrize("mess", [0, 20_000])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme(scheme: str, mess: int, tmp_path: Path) -> None:
    """On the engines in turn."""
    folder = simulated(tmp_path / "2024", scheme, 40, mess)
    engine = FAST[(SCHEMES.index(scheme) + bool(mess)) % len(FAST)]
    got, problems = agree(folder, engine)
    assert bool(problems) == bool(mess)
    if not mess:
        assert got.final
        assert len(got.closely.units) <= 4


@pytest.mark.parametrize("engine", ["pandas", *FAST])
def test_every_engine(engine: EngineName, tmp_path: Path) -> None:
    agree(simulated(tmp_path / "2024", mess=20_000), engine)


# Ways to write one and the same ledger


Rows = list[list[str]]
Writing = Callable[[Rows], bytes]


def written(rows: Rows, delimiter: str = ",", end: str = "\r\n", **more: int) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end, **more).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def _several_lines(rows: Rows) -> bytes:
    at = rows[0].index("问题描述")
    for row in rows[3:20:4]:
        row[at] = f"{row[at]}\n栏目没有更新"
    return written(rows, end="\n").encode()


def _digits_as_text(rows: Rows) -> bytes:
    lines = [",".join([f'="{row[0]}"', *row[1:]]) for row in rows[1:]]
    return "\r\n".join([",".join(rows[0]), *lines]).encode()


def _ragged(rows: Rows) -> bytes:
    """Rows without the blanks at their end, and with more of them."""
    lines = [",".join(row).rstrip(",") + ",,,,,,"[: at % 3] for at, row in enumerate(rows)]
    return "\n".join(lines).encode()


def _blank_lines(rows: Rows) -> bytes:
    text = written(rows).splitlines(keepends=True)
    return BOM + "".join([*text[:4], "\r\n", " , ,\r\n", *text[4:], "\r\n", "\r\n"]).encode()


def _quotes_in_words(rows: Rows) -> bytes:
    at = rows[0].index("问题描述")
    rows[5][at] = '没有"双公示"栏目'
    rows[6][at] = "=说明"
    rows[7][at] = "甲, 乙"
    return written(rows).encode()


def _unquoted(rows: Rows) -> bytes:
    at = rows[0].index("问题描述")
    rows[5][at] = '没有"双公示"栏目'
    return "\n".join(",".join(row) for row in rows).encode("gb18030")


def _total(rows: Rows) -> bytes:
    return written([*rows, ["合计", "", "", "60"], ["注：以上为全年"]]).encode()


WRITINGS: dict[str, Writing] = {
    "UTF-8": lambda rows: written(rows).encode(),
    "GB18030": lambda rows: written(rows).encode("gb18030"),
    "semicolons": lambda rows: written(rows, ";").encode("utf-8-sig"),
    "tabs": lambda rows: written(rows, "\t", "\n").encode(),
    "lines that end with CR": lambda rows: written(rows, end="\r").encode(),
    "no end of the last line": lambda rows: written(rows).rstrip().encode(),
    "everything in quotes": lambda rows: written(rows, quoting=csv.QUOTE_ALL).encode(),
    "cells of several lines": _several_lines,
    "codes as formulas": _digits_as_text,
    "ragged rows": _ragged,
    "blank lines": _blank_lines,
    "quotes within words": _unquoted,
    "total and note": _total,
    "columns without a name": lambda rows: written([[*row, "", ""] for row in rows]).encode(),
}  # fmt: skip
"""What is copied."""

OTHERS: dict[str, Writing] = {
    "title above the header": lambda rows: written([["平时考核台账"], *rows]).encode(),
    "quote without its other half": lambda rows: written(rows).replace(",2.1,", ',"2.1,', 1).encode(),
    "two encodings": lambda rows: written(rows[:9]).encode() + written(rows[9:]).encode("gb18030"),
    "formula": _quotes_in_words,
    "UTF-16": lambda rows: written(rows).encode("utf-16"),
    "beside the table": lambda rows: written([*rows[:9], [*rows[9], "见附件"], *rows[10:]]).encode(),
    "bar": lambda rows: written(rows, "|").encode(),
    "delimiter is said": lambda rows: b"sep=,\n" + written(rows).encode(),
}  # fmt: skip
"""What is read by the ordinary reader as a whole."""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulated(tmp_path_factory.mktemp("sound") / "2024")


@pytest.fixture
def read_by_cells(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files of the parts' tables that are read cell by cell."""
    found: list[str] = []

    def read(path: Path, file: str) -> SourceFile:
        found.append(file)
        return read_file(path, file)

    monkeypatch.setattr("scoring.intake.bulk.sources.read_file", read)
    return found


def rewrite(folder: Path, write: Writing) -> None:
    """Write the ledger in another way, with an unknown unit in its third last row."""
    path = folder / LEDGER
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    rows[-3][rows[0].index("单位")] = "无名县人民政府"
    path.write_bytes(write(rows))


@pytest.mark.parametrize("part", [1 << 24, 700])
@pytest.mark.parametrize("way", WRITINGS)
def test_ways_to_write_a_file(
    way: str, part: int, sound: Path, tmp_path: Path, read_by_cells: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Whole, and in parts of a few lines."""
    monkeypatch.setattr(delimited, "_PART", part)
    folder = shutil.copytree(sound, tmp_path / "2024")
    rewrite(folder, WRITINGS[way])
    got, problems = agree(folder, FAST[list(WRITINGS).index(way) % len(FAST)])
    assert "unit-unknown" in {p.kind for p in problems}
    assert len(got.closely.units) < 8
    assert not read_by_cells


@pytest.mark.parametrize("way", OTHERS)
def test_what_only_the_ordinary_reader_reads(
    way: str, sound: Path, tmp_path: Path, read_by_cells: list[str]
) -> None:
    folder = shutil.copytree(sound, tmp_path / "2024")
    rewrite(folder, OTHERS[way])
    agree(folder, "polars")
    assert read_by_cells == [LEDGER]


def test_a_large_file_that_is_not_copied_says_why(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(sound, tmp_path / "2024")
    rewrite(folder, OTHERS["formula"])
    size = (folder / "考核对象.csv").stat().st_size
    assert (folder / LEDGER).stat().st_size > size
    monkeypatch.setattr("scoring.intake.grids.delimited.TEXT_BYTES", size)
    got = grade_bulk(folder, "polars", final=False)
    assert not isinstance(got, Inspection)
    (large,) = (p for p in got.problems if p.kind == "file-too-large")
    assert "第7行有没有结果的公式" in large.message()


def test_a_large_folder_of_csv_takes_an_engine(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = engine_for(sound).rows
    assert engine_for(sound).engine is None
    assert rows > 500
    monkeypatch.setattr("scoring.steps.engine_choice.BULK_ROWS", rows)
    assert engine_for(sound).engine == "polars"


# Any text


def ordinary(content: bytes) -> list[tuple[int, list[str]]] | None:
    """The rows below the first line as the ordinary reader gives them, with their numbers; None where it
    refuses one."""
    source = read_content(content, "x.csv", ".csv")
    if source.problems and {p.kind for p in source.problems} != {"file-empty"}:
        return None
    (grid,) = source.grids
    return [
        (grid.row_number(at), list(grid.cells[at])) for at in range(1, len(grid.cells))
    ]  # fmt: skip


def stripped(cells: list[str | None]) -> list[str]:
    texts = ["" if cell is None else cell for cell in cells]
    while texts and texts[-1] == "":
        texts.pop()
    return texts


LINES = st.lists(st.text('ab,"\n\r= ；甲', max_size=12), max_size=12).map("\n".join)
SOUND_LINES = st.lists(
    st.sampled_from(['a,b', '"a",b', '"a\nb",c', 'a,"b""c"', '="1",b', ",", "", 'a,b"', "a", "a,b,"]),
    max_size=14,
).map("\n".join)  # fmt: skip


@given(st.one_of(SOUND_LINES, LINES), st.sampled_from([7, 30, 1 << 24]))
@example('"a\nb",c\n"d\n\ne",f\n', 7)
@example('a,b\n"c,d\n', 7)
def test_a_copy_has_the_rows_of_the_ordinary_reader(
    tmp_path_factory: pytest.TempPathFactory, text: str, part: int
) -> None:
    """Or there is no copy."""
    folder = tmp_path_factory.mktemp("copy")
    path, target = folder / "x.csv", folder / "x.parquet"
    content = ("单位,得分\n" + text).encode()
    path.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "_PART", part)
        try:
            lines = copy_as_parquet(path, beginning_of(path), target)
        except UnusualFileError:
            return
    table = pq.read_table(target)
    assert table.column_names == ["单位", "得分"]
    want = ordinary(content)
    assert want is not None
    import numpy as np

    starts = lines.starts(np.arange(len(table)))
    rows = list(zip(*table.to_pydict().values(), strict=True))
    got = [(at, stripped(list(row))) for at, row in zip(starts, rows, strict=True)]
    assert got == [(at, stripped(list(row))) for at, row in want]
    assert all(is_blank(c) for _, row in want for c in row[2:])
