"""Csv files: no line vanishes, whatever stands in it; what is read is what the file shows."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import assume, given
from hypothesis import strategies as st

from scoring.cli.app import app
from scoring.intake import load_assessment
from scoring.intake.cells import ErrorCell, is_blank
from scoring.intake.edit import Edit, UnfitError, edit_file
from scoring.intake.grids import SourceFile, read_content, read_file
from scoring.intake.grids.delimited import _MOST_FAULTS
from scoring.intake.table import Column, TableReader, find_header
from tests.folders import records, write_folder

FULL = {"上半年": 90, "下半年": 90, "第三方": 90}
HEADER = "台账编号,单位,扣分项,问题描述,发现日期,整改期限,整改完成日期,核实结果"
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]


def read(text: str | bytes, encoding: str = "utf-8") -> SourceFile:
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return read_content(content, "表.csv", ".csv")


def cells(text: str | bytes, encoding: str = "utf-8") -> list[list[Any]]:
    source = read(text, encoding)
    assert source.problems == [], [str(p) for p in source.problems]
    return source.grids[0].cells


def faults(text: str | bytes) -> list[tuple[str, int | None, str | None, str]]:
    return [(p.kind, p.place.row, p.place.column, p.found) for p in read(text).problems]


def ledger_folder(folder: Path, lines: str | bytes, encoding: str = "utf-8") -> Path:
    write_folder(folder, {"甲县": FULL, "乙县": FULL})
    (folder / "平时考核台账" / "台账.xlsx").unlink()
    content = lines if isinstance(lines, bytes) else lines.encode(encoding)
    (folder / "平时考核台账" / "公安.csv").write_bytes(content)
    return folder


def test_stray_quotes_do_not_swallow_the_rows_after_them(tmp_path: Path) -> None:
    lines = [
        HEADER,
        'G01,甲县,1,"双公示"栏目缺失,2024-03-01,,,',
        'G02,乙县,1,"一网通办链接失效,2024-03-02,,,',
        "G03,乙县,1,附件打不开,2024-03-03,,,",
        "G04,乙县,1,目录空白,2024-03-04,,,",
        'G05,甲县,1,"双随机专栏未更新,2024-03-05,,,',
    ]
    folder = ledger_folder(tmp_path / "2024", "\n".join(lines) + "\n")
    outcome = CliRunner().invoke(app, ["check", str(folder)], standalone_mode=False)
    assert outcome.return_value == 1
    for line, text in ((3, "一网通办链接失效"), (6, "双随机专栏未更新")):
        assert f"第{line}行 D{line}单元格 双引号没有配对" in outcome.output
        assert text in outcome.output
    assessment, _ = load_assessment(folder)
    assert assessment is not None
    report = next(r for r in assessment.reports if r.table == "平时考核台账")
    assert (report.rows, report.read, report.refused) == (5, 3, 2)
    # With the two quotes fixed every row costs its points.
    mended = "\n".join(lines).replace('"一网', "一网").replace('"双随机', "双随机")
    assessment, problems = load_assessment(ledger_folder(tmp_path / "2", mended))
    assert problems == []
    assert assessment is not None
    assert sorted(row["entry"] for row in records(assessment.tables.entries)) == [
        "G01", "G02", "G03", "G04", "G05",
    ]  # fmt: skip
    assert cells(mended)[1][3] == '"双公示"栏目缺失'


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_ledger_is_read_in_every_encoding_and_delimiter(
    encoding: str, delimiter: str, tmp_path: Path
) -> None:
    lines = [HEADER, "G1,甲县,1,一、目录；二、指南,2024-03-01,,,", "G2,乙县,1,“公示”,2024-03-02,,,"]
    text = "\r\n".join(lines).replace(",", delimiter) + "\r\n"
    assessment, problems = load_assessment(ledger_folder(tmp_path / "2024", text, encoding))
    assert problems == []
    assert assessment is not None
    assert [(row["unit"], row["description"]) for row in records(assessment.tables.entries)] == [
        ("甲县", "一、目录；二、指南"), ("乙县", "“公示”"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"甲,乙"', "甲,乙"), ('"他说""好"""', '他说"好"'), ('""', ""), ('一网"通办"', '一网"通办"'),
        ('"双公示"栏目', '"双公示"栏目'), ("双公示\"", '双公示"'), ('5"屏', '5"屏'), ('="001"', "001"),
        ('"=""001"""', "001"), ("'001", "'001"), ("=A1+1", ErrorCell("=A1+1", "formula-uncomputed")),
        ("=1.5", ErrorCell("=1.5", "formula-uncomputed")), ("=====", "====="), (" 甲 ", " 甲 "), ("一\x0b二\x0c三\x85四\u2028五", "一\x0b二\x0c三\x85四\u2028五"),
        ('"一\n二"', "一\n二"), ('"一\r\n\r\n三"', "一\r\n\r\n三"), ("甲" * 200_000, "甲" * 200_000),
    ],
)  # fmt: skip
def test_a_field_says_what_stands_there(written: str, meant: Any) -> None:
    got = cells(f"单位,说明,得分\n甲县,{written},90\n乙县,无,80\n")
    assert [row[1] for row in got] == ["说明", meant, "无"]
    assert [row[2] for row in got] == ["得分", "90", "80"]


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_line_break_in_a_cell_keeps_the_line_numbers(at: int) -> None:
    """Excel writes them so, in headers too."""
    header, row = ["单位", "说明", "得分"], ["甲县", "好", "90"]
    header[at], row[at] = f'"{header[at][0]}\n{header[at][1:]}"', f'"{row[at]}\n注\n"'
    text = "\n".join(["2024年", ",".join(header), ",".join(row), "乙县,无,80", ""])
    source = read(text)
    grid = source.grids[0]
    assert source.problems == []
    assert [len(r) for r in grid.cells] == [1, 3, 3, 3]
    assert grid.cells[1][at] == header[at].strip('"')
    assert [grid.row_number(i) for i in range(4)] == [1, 2, 4, 7]
    assert [grid.index_of(n) for n in (1, 2, 4, 7)] == [0, 1, 2, 3]
    assert [grid.lines(i) for i in range(4)] == [1, 2, 3, 1]


def test_a_problem_below_a_line_break_names_the_file_line(tmp_path: Path) -> None:
    text = HEADER + '\nG1,甲县,1,"一\n二",2024-03-01,,,\n\nG2,丙县,1,三,2024-03-01,,,\n'
    assessment, problems = load_assessment(ledger_folder(tmp_path / "2024", text))
    assert [(p.kind, p.place.row, p.place.column) for p in problems] == [("unit-unknown", 5, "B")]
    assert assessment is not None
    report = next(r for r in assessment.reports if r.table == "平时考核台账")
    # Lines are counted, as many as the file has below its header.
    assert (report.rows, report.read, report.blank, report.refused) == (4, 2, 1, 1)


def test_a_comma_and_a_line_break_in_one_cell_are_read() -> None:
    text = '单位,期次,编号,说明,得分\n甲县,上半年,1.1,"说明,“一”\n二",9\n乙县,上半年,1.1,好,9\n'
    assert cells(text)[1] == ["甲县", "上半年", "1.1", "说明,“一”\n二", "9"]


@pytest.mark.parametrize(
    ("lines", "refused", "read_lines"),
    [
        # The quote is closed lines later, but a line between could be a record.
        (["a,b,c", '1,"x,2', "3,y,4", '5,z",6', "7,w,8"], [2], [1, 3, 4, 5]),
        # Each of the two lines could be a record by itself.
        (["a,b,c", '1,"x,2', '5,z",6', "7,w,8"], [2], [1, 3, 4]),
        # A row that lacks its last cells may be a row as well: with the one before it, it is refused.
        (["a,b,c,d,e", "1,2,3,4,5", '1,"x', "3,y,4", '5,z",6,,', "7,w,8,9,9"], [3], [1, 2, 5, 6]),
        # The last line may be a row that lacks its last cell, as others do.
        (["a,b,c,d", "1,2,3", "4,5,6", '1,"x', 'y",2,3', "7,8,9"], [4], [1, 2, 3, 5, 6]),
        # Never closed.
        (["a,b,c", '1,x,"2', "3,y,4"], [2], [1, 3]),
        # A missing quote moves the cells of its row.
        (["a,b,c", '1,"x,y" z,2', "3,y,4"], [2], [1, 3]),
        (["a,b,c", '1,x,y",2', "3,y,4"], [2], [1, 3]),
    ],
)
def test_an_unclosed_quote_refuses_its_own_line_only(
    lines: list[str], refused: list[int], read_lines: list[int]
) -> None:
    source = read("\n".join(lines))
    assert [(p.kind, p.place.row) for p in source.problems] == [("csv-quote", n) for n in refused]
    grid = source.grids[0]
    whole = [grid.row_number(i) for i in range(len(grid.cells)) if i not in grid.refused]
    assert whole == read_lines
    for number in read_lines:
        assert grid.cells[grid.index_of(number)] == lines[number - 1].split(",")


def test_a_line_of_many_cells_is_no_text_of_a_cell() -> None:
    """Rows that lack their last cells stand between two quotes that fit by chance."""
    rows = [
        "a,b,c,d,e,f,g,h",
        "1,2,3,4,5,6,7,8",
        '1,2,3,"x',
        "1,2,3,4,5",
        'z",d,,,',
        "8,7,6,5,4,3,2,1",
    ]
    source = read("\n".join(rows))
    assert [(p.kind, p.place.row, p.about) for p in source.problems] == [
        ("csv-quote", 3, "连同第4、5行，可能是同一格的内容")
    ]
    assert source.grids[0].cells[5] == rows[5].split(",")


def test_a_message_names_the_lines_of_an_open_cell() -> None:
    source = read('a,b,c,d,e\n1,2,3,4,5\n1,"x\n3,y,4\n5,z",6,,\n7,w,8,9,9\n')
    assert source.grids[0].refused == {2, 3}
    assert [p.about for p in source.problems] == ["连同第4行，可能是同一格的内容"]


def test_a_unit_with_a_refused_line_is_not_asked_for_its_score(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": FULL, "乙县": FULL})
    (folder / "第三方评估.xlsx").unlink()
    (folder / "第三方评估.csv").write_text('单位,得分,备注\n甲县,"90,好\n乙县,80,\n', "utf-8")
    outcome = CliRunner().invoke(app, ["check", str(folder), "--json"], standalone_mode=False)
    found = json.loads(outcome.stdout)["problems"]
    assert [(p["kind"], p["row"], p["column"]) for p in found] == [("csv-quote", 2, "B")]


def test_many_faulty_lines_are_one_message() -> None:
    text = "单位,得分\n" + '"甲,9\n' * 5000 + "乙县,9\n" * 6000
    found = read(text).problems
    assert [(p.kind, p.place.row) for p in found] == [("csv-quote", 2)]
    assert "共5000行，行号2、3、4、" in found[0].message()
    few = read("单位,得分\n" + '"甲,9\n' * _MOST_FAULTS + "乙县,9\n" * 40).problems
    assert len(few) == _MOST_FAULTS


def test_quotes_in_every_line_take_no_long_time() -> None:
    """Each line opens a quote that the next one closes: no line may look at all after it."""
    source = read('a,b\n"x","y\n' + 'b","c\n' * 100_000)
    assert source.problems
    assert len(source.problems) == 1


@pytest.mark.parametrize(
    ("content", "found", "line"),
    [
        ("单位,得分\n甲县,90\n".encode() + "乙县,80\n".encode("gb18030"), "前面是 UTF-8 编码，从这一行起有 GB18030 编码", 3),
        ("单位,得分\n甲县,90\n".encode("gb18030") + "乙县,80\n".encode(), "前面是 GB18030 编码，从这一行起有 UTF-8 编码", 3),
        ("单位,得分\n甲县,90\n乙".encode() + b"\xff\xff,80\n", "这一行不是完好的 UTF-8 文字", 3),
        ("单位,得分\n甲县,90\n乙".encode("gb18030") + b"\xcf,80\n", "这一行不是完好的 UTF-8 或 GB18030 文字", 3),
        (b"\xef\xbb\xbf" + "单位,得分\n甲".encode() + b"\xb2,80\n", "这一行不是完好的 UTF-8 文字", 2),
        ("单位,得分\n甲县,90\n".encode("utf-16")[:-1], "这一行不是完好的 UTF-16 文字", 2),
        ("单位,得分\n甲县,90\n".encode("utf-16") + "乙县,80\n".encode()[:9], "这一行不是完好的 UTF-16 文字", 3),
    ],
)  # fmt: skip
def test_a_broken_encoding_is_named_with_its_line(content: bytes, found: str, line: int) -> None:
    source = read(content)
    assert [(p.kind, p.place.row, p.found) for p in source.problems] == [
        ("file-encoding", line, found)
    ]
    assert source.grids == []


def test_zero_bytes_are_a_damaged_file() -> None:
    for text in ("单位,得分\n甲县,9\0\0\0\0", "单位,\0得分\n甲县,9\n"):
        assert [kind for kind, *_ in faults(text)] == ["file-unreadable"]
        assert "空字节" in faults(text)[0][3]


def test_two_exports_pasted_together_with_their_marks_are_read() -> None:
    part = '\ufeff"单位",得分\n甲县,90\n'
    assert cells(part + part) == [["单位", "得分"], ["甲县", "90"]] * 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_lines_end_in_every_way(end: str) -> None:
    got = [row for row in cells(f"单位,得分{end}甲县,90{end}{end},{end}乙县,80") if row]
    assert got == [["单位", "得分"], ["甲县", "90"], ["", ""], ["乙县", "80"]]


def test_a_first_line_may_name_the_delimiter() -> None:
    assert cells("sep=;\n单位;得分,分\n甲县;9,5\n乙县;8,5")[1:] == [
        ["单位", "得分,分"], ["甲县", "9,5"], ["乙县", "8,5"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("单位;得分\n甲县;9,5\n乙县;8,5\n", ";"),  # commas in numbers
        ("单位,得分\n甲县;乙县,9\n丙县;丁县,8\n", ","),  # several units in a cell
        ("单位\t说明\n甲县\t一,二\n乙县\t三,四\n", "\t"),
        ("2024年，台账\n单位,得分\n甲县,9\n", ","),
        ("单位,得分,备注\n甲县\n乙县,9\n", ","),  # uneven
        ('单位,说明\n甲县,"a;b;c"\n乙县,"a;b;c"', ","),
    ],
)
def test_the_delimiter_is_that_of_the_header_row(text: str, delimiter: str) -> None:
    header = next(line for line in text.splitlines() if line.startswith("单位"))
    assert header.split(delimiter) in cells(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("单位|得分\n甲县|9\n", "竖线"), ("单位，得分\n甲县，9\n", "全角逗号"),
        ("单位;名称,得分\n甲县;甲,9\n", "逗号还是分号"),
    ],
)  # fmt: skip
def test_an_unclear_delimiter_is_named(text: str, words: str) -> None:
    found = read(text).problems
    assert [p.kind for p in found] == ["csv-delimiter"]
    assert words in found[0].message()


def test_limits_are_told_with_their_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    import scoring.intake.grids.delimited as module

    for name, most, text, found in (
        ("TEXT_BYTES", 10, "单位,得分\n", "14字节"),
        ("CELLS", 3, "单位,得分\n甲县,9\n", "4个单元格"),
        ("COLUMNS", 3, "单位,得分\n甲,,,,\n", "5列"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, most)
            problems = read(text).problems
            assert [(p.kind, p.found) for p in problems] == [("file-too-large", found)]
            assert str(most) in problems[0].message()


# Any table


_SIGNS = st.sampled_from('甲乙丙县市财政局双公示0123456789,,\t;""\'=-. （）“”。、：|')
_TEXT = st.text(_SIGNS, max_size=8).filter(lambda text: not text.startswith("="))


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(2, 6))
    header = [f"列{i}" for i in range(width)]
    return [header, *draw(st.lists(st.lists(_TEXT, min_size=width, max_size=width), max_size=8))]


def written(table: list[list[str]], **how: Any) -> str:
    out = io.StringIO()
    csv.writer(out, **how).writerows(table)
    return out.getvalue()


@given(
    tables(),
    st.sampled_from([",", "\t", ";"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(ENCODINGS),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_the_csv_module_writes_is_read_back(
    table: list[list[str]], delimiter: str, quoting: Any, encoding: str, end: str
) -> None:
    text = written(table, delimiter=delimiter, quoting=quoting, lineterminator=end)
    assert cells(text, encoding) == table


@given(tables(), st.data())
def test_cells_of_several_lines_are_never_misread(
    table: list[list[str]], data: st.DataObject
) -> None:
    """A line break is put into some cells: a record is read as it was written, or an error stands."""
    breaks = st.sampled_from(["\n", "\r\n", "\n\n"])
    for row in table[1:]:
        for column in range(len(row)):
            if data.draw(st.integers(0, 3)) == 0:
                at = data.draw(st.integers(0, len(row[column])))
                row[column] = row[column][:at] + data.draw(breaks) + row[column][at:]
    source = read(written(table, lineterminator="\n"))
    if source.problems:
        assert {p.kind for p in source.problems} <= {"csv-quote", "csv-delimiter"}
    else:
        assert source.grids[0].cells == table


@given(tables(), st.data())
def test_plain_cells_of_several_lines_are_read(table: list[list[str]], data: st.DataObject) -> None:
    """Without delimiters and quotes in them nothing else is possible."""
    clean = str.maketrans("", "", ',"')
    kept = [[text.translate(clean).lstrip("=") for text in row] for row in table]
    assume(len(kept) > 2)
    for row in kept[2:]:
        row[data.draw(st.integers(0, len(row) - 1))] += data.draw(
            st.sampled_from(["\n二", "\n\n三\n"])
        )
    assert cells(written(kept, lineterminator="\n")) == kept


COLUMNS = (Column("列0", required=True), Column("列1", required=True))


@given(tables(), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.data())
def test_every_line_of_a_damaged_file_is_accounted_for(
    table: list[list[str]], quoting: Any, data: st.DataObject
) -> None:
    text = written([[v.replace("\t", "") for v in row] for row in table], quoting=quoting)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        if data.draw(st.booleans()):
            text = (
                text[:at] + data.draw(st.sampled_from(['"', ",", "\n", '""', "\r\n"])) + text[at:]
            )
        else:
            text = text[:at] + text[at + 1 :]
    source = read(text)
    if not source.grids:
        assert source.problems
        return
    grid = source.grids[0]
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").count("\n") + 1
    assert sum(grid.lines(i) for i in range(len(grid.cells))) == (lines if text else 0)
    assert bool(grid.refused) <= bool(source.problems)
    # No refused line hides a line that has the width of a record and no quote.
    plain = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    width = len(table[0])
    covered = {
        grid.row_number(i) + extra
        for i in range(len(grid.cells))
        for extra in range(1, grid.lines(i))
    } | {grid.row_number(i) for i in grid.refused}
    most = sum('"' not in line and line.count(",") + 1 == width for line in plain)
    if most * 2 > len(plain):
        for number in covered:
            line = plain[number - 1]
            assert '"' in line or line.count(",") + 1 != width, (number, text)
    header = find_header(grid, COLUMNS)
    if header is not None:
        reader = TableReader(grid, header, COLUMNS, "表")
        if reader.usable:
            for row in reader.rows():
                row.text("列0", required=True)
            below = sum(grid.lines(i) for i in range(header.last + 1, len(grid.cells)))
            assert reader.report.rows == below
            assert reader.report.adds_up()


# Writing


@given(tables(), st.sampled_from([",", "\t", ";"]), st.sampled_from(ENCODINGS), st.data())
def test_a_written_cell_is_read_and_nothing_else_changes(
    table: list[list[str]], delimiter: str, encoding: str, data: st.DataObject
) -> None:
    assume(len(table) > 1)
    text = written(table, delimiter=delimiter) + "\r\n"
    content = text.encode(encoding)
    before = read(content).grids[0].cells
    row = data.draw(st.integers(1, len(table) - 1))
    column = data.draw(st.integers(0, len(table[0])))
    value = data.draw(_TEXT)
    after = read(edit_file("表.csv", content, {None: [Edit(row, column, value)]})).grids[0].cells
    want = [list(r) for r in before]
    want[row].extend([""] * (column + 1 - len(want[row])))
    want[row][column] = value
    # What a spreadsheet program would compute stands behind a blank.
    if len(value) > 1 and value[0] in "=+-@":
        after[row][column] = after[row][column].removeprefix(" ")
    assert after == want


def test_a_refused_row_is_kept_when_another_is_changed() -> None:
    content = '单位,得分\r\n甲县,"9\r\n乙县,8\r\n丙县,7\r\n'.encode("gb18030")
    changed = edit_file("表.csv", content, {None: [Edit(2, 1, "6")]})
    assert changed.decode("gb18030") == '单位,得分\r\n甲县,"9\r\n乙县,6\r\n丙县,7\r\n'
    with pytest.raises(UnfitError):
        edit_file("表.csv", content, {None: [Edit(1, 1, "6")]})


def test_a_file_on_disk_is_read_as_its_content(tmp_path: Path) -> None:
    path = tmp_path / "表.CSV"
    path.write_bytes("单位;得分\r\n甲县;9".encode("utf-16"))
    assert read_file(path, "表.CSV").grids[0].cells == [["单位", "得分"], ["甲县", "9"]]
    assert is_blank(read("单位,得分\n甲县,9\n\x1a").grids[0].cells[2][0])
