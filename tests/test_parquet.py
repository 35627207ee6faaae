"""Parquet files: exact values, odd types, damage."""

from __future__ import annotations

import io
import math
import struct
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.intake import load_assessment
from scoring.intake.cells import ErrorCell, read_date, read_points
from scoring.intake.edit import Edit, UnfitError, edit_file
from scoring.intake.grids import SourceFile, read_content
from tests.folders import write_folder
from tests.thorough import examples

pytestmark = pytest.mark.fast


def content_of(*columns: tuple[str, Any], **options: Any) -> bytes:
    names = [name for name, _ in columns]
    arrays = [v if isinstance(v, pa.Array | pa.ChunkedArray) else pa.array(v) for _, v in columns]
    out = io.BytesIO()
    pq.write_table(pa.table(arrays, names=names), out, **options)
    return out.getvalue()


def read(content: bytes) -> SourceFile:
    return read_content(content, "表.parquet", ".parquet")


def column(values: Any, kind: Any = None) -> list[Any]:
    array = values if isinstance(values, pa.Array) else pa.array(values, kind)
    source = read(content_of(("单位", array)))
    assert source.problems == [], [str(p) for p in source.problems]
    assert source.grids[0].cells[0] == ["单位"]
    return [row[0] for row in source.grids[0].cells[1:]]


def test_decimals_and_integers_are_exact() -> None:
    exact = [Decimal("90.50"), Decimal("0.00"), Decimal("-0.01"), None]
    assert column(exact, pa.decimal128(5, 2)) == ["90.50", "0.00", "-0.01", None]
    assert column([Decimal("0.000000000000000001")], pa.decimal128(20, 18)) == [
        "0.000000000000000001"
    ]
    assert column([Decimal("12345678901234567890123456.7890")], pa.decimal256(50, 4)) == [
        "12345678901234567890123456.7890"
    ]
    assert column([2**63 - 1, -(2**63)]) == [2**63 - 1, -(2**63)]
    assert column([2**64 - 1], pa.uint64()) == [2**64 - 1]
    assert read_points(column([Decimal("85.3000")], pa.decimal128(38, 18))[0]) == 853_000


def test_short_floats_are_the_numbers_that_they_show() -> None:
    for kind in (pa.float32(), pa.float16()):
        import numpy as np

        array = pa.array(
            np.array([85.3, 0, 100], np.float32 if kind == pa.float32() else np.float16)
        )
        assert column(array) == [85.3, 0.0, 100.0]
    assert column([85.3, 88.0001]) == [85.3, 88.0001]


def test_a_number_with_a_binary_tail_is_judged_as_in_csv(tmp_path: Path) -> None:
    """A workbook would show 3.85; a csv file says what the number is."""
    said = []
    for name, content in (
        ("第三方评估.parquet", content_of(("单位", ["甲县"]), ("得分", [math.nextafter(3.85, 0)]))),
        ("第三方评估.csv", "单位,得分\n甲县,3.8499999999999996\n".encode()),
    ):
        folder = write_folder(tmp_path / name / "2024", {"甲县": {"上半年": 90, "下半年": 90}})
        (folder / "第三方评估.xlsx").unlink()
        (folder / name).write_bytes(content)
        _, problems = load_assessment(folder)
        said += [(p.kind, p.found, p.expected) for p in problems if p.place.file == name]
    assert said == [("number-decimals", "3.8499999999999996", "0到100的数字")] * 2


def test_what_is_no_number_is_no_score() -> None:
    got = column(pa.array([float("nan"), float("inf"), None]))
    assert got == [ErrorCell("nan"), ErrorCell("inf"), None]


def test_days_and_moments() -> None:
    assert column([date(2024, 3, 5)]) == [date(2024, 3, 5)]
    assert column([datetime(2024, 3, 5, 9)], pa.timestamp("ns")) == [datetime(2024, 3, 5, 9)]
    nanoseconds = pa.array([1_709_596_800_000_000_001], pa.int64()).cast(pa.timestamp("ns"))
    assert column(nanoseconds) == [datetime(2024, 3, 5)]
    china = pa.timestamp("us", "Asia/Shanghai")
    assert column([datetime(2024, 3, 5, tzinfo=timezone(timedelta(hours=8)))], china) == [
        datetime(2024, 3, 5)
    ]
    same, other = column(
        [datetime(2024, 3, 5, 3, tzinfo=UTC), datetime(2024, 3, 5, 16, tzinfo=UTC)],
        pa.timestamp("ms", "UTC"),
    )
    assert read_date(same) == date(2024, 3, 5)
    assert isinstance(other, ErrorCell)
    assert "2024-03-05 16:00" in other.shown
    assert "2024-03-06 00:00" in other.shown
    # No calendar has these days; the others of the column are read.
    far = pa.array([4 * 10**17, 1_709_596_800_000_000], pa.int64()).cast(pa.timestamp("us"))
    wrong, right = column(far)
    assert isinstance(wrong, ErrorCell)
    assert right == datetime(2024, 3, 5)
    assert column([time(9, 30)]) == ["09:30:00"]


def test_texts_in_every_form() -> None:
    for kind in (pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary()):
        assert column(["甲县", None, ""], kind) == ["甲县", None, ""]
    words = pa.array(["甲县", None, "乙县", "甲县"]).dictionary_encode()
    assert column(words) == ["甲县", None, "乙县", "甲县"]
    assert column(pd.Categorical(["甲县", "乙县"])) == ["甲县", "乙县"]
    assert isinstance(column([b"\xff\xfe"], pa.binary())[0], ErrorCell)
    assert column([True, False]) == [True, False]
    assert column([None, None], pa.null()) == [None, None]


def test_what_is_not_one_value_is_an_error_cell() -> None:
    for values in ([["甲县"]], [{"a": 1}]):
        got = column(values)
        assert isinstance(got[0], ErrorCell)
        assert "不是一个值" in got[0].shown


def test_one_text_in_many_rows_is_held_once() -> None:
    """A few bytes may say that one long text stands in a million rows."""
    rows = read(content_of(("单位", ["甲" * 2_000] * 500))).grids[0].cells
    assert rows[1][0] == "甲" * 2_000
    assert all(row[0] is rows[1][0] for row in rows[1:])


def test_two_columns_of_one_name_are_told(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": {"上半年": 90, "下半年": 90}})
    (folder / "第三方评估.xlsx").unlink()
    content = content_of(("单位", ["甲县"]), ("得分", [90]), ("得分", [80]))
    (folder / "第三方评估.parquet").write_bytes(content)
    _, problems = load_assessment(folder)
    assert ("column-duplicate", "C") in [(p.kind, p.place.column) for p in problems]


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.dictionary(pa.int32(), pa.string()), pa.float64(), pa.float32()]
)
def test_a_value_is_written_into_a_column_of_its_type(kind: Any) -> None:
    was = ["1.5", "2"] if pa.types.is_string(kind) or pa.types.is_dictionary(kind) else [1.5, 2.0]
    content = content_of(("单位", ["甲县", "乙县"]), ("得分", pa.array(was).cast(kind)))
    after = edit_file("表.parquet", content, {None: [Edit(2, 1, Decimal("85.3"))]})
    cells = read(after).grids[0].cells
    assert [read_points(row[1]) for row in cells[1:]] == [15_000, 853_000]
    assert pq.read_schema(io.BytesIO(after)) == pq.read_schema(io.BytesIO(content))


def test_a_value_that_a_column_cannot_hold_is_refused() -> None:
    content = content_of(("得分", pa.array([1], pa.int64())))
    for value in (Decimal("1.5"), "不适用"):
        with pytest.raises(UnfitError):
            edit_file("表.parquet", content, {None: [Edit(1, 0, value)]})


SAMPLE = content_of(
    ("单位", ["甲县", "乙县"] * 20), ("得分", [90.5, 80.0] * 20),
    ("日期", [date(2024, 3, 5), None] * 20), write_page_checksum=True,
)  # fmt: skip


@pytest.mark.parametrize(
    "content", [b"PAR1", SAMPLE[:200], SAMPLE[100:], b"PAR1" + b"\xff" * 100 + b"PAR1", b"x" * 50]
)
def test_a_damaged_file_is_named(content: bytes) -> None:
    assert [p.kind for p in read(content).problems] == ["file-unreadable"]


def test_a_flipped_byte_under_a_check_sum_changes_no_value() -> None:
    content = bytearray(
        content_of(
            ("单位", ["甲县"]),
            ("得分", [90.5]),
            compression="NONE",
            use_dictionary=False,
            write_statistics=False,
            write_page_checksum=True,
        )
    )
    assert content.count(struct.pack("<d", 90.5)) == 1
    at = content.index(struct.pack("<d", 90.5))
    content[at + 6] ^= 1
    assert [p.kind for p in read(bytes(content)).problems] == ["file-unreadable"]


@settings(max_examples=examples(300), deadline=None)
@given(st.integers(4, len(SAMPLE) - 5), st.integers(1, 255))
def test_damage_is_a_problem_never_a_crash(at: int, change: int) -> None:
    content = bytearray(SAMPLE)
    content[at] ^= change
    source = read(bytes(content))
    assert source.grids or source.problems
    assert {p.kind for p in source.problems} <= {"file-unreadable", "file-too-large", "file-empty"}


def test_an_encrypted_file_is_named() -> None:
    import pyarrow.parquet.encryption as pe

    class Keys(pe.KmsClient):
        def wrap_key(self, key_bytes: bytes, master_key_identifier: str) -> bytes:
            return key_bytes

        def unwrap_key(self, wrapped_key: bytes, master_key_identifier: str) -> bytes:
            return wrapped_key

    factory = pe.CryptoFactory(lambda _: Keys())
    for plain in (False, True):
        config = pe.EncryptionConfiguration(
            footer_key="a",
            column_keys={"b": ["单位"]},
            plaintext_footer=plain,
            double_wrapping=False,
        )
        out = io.BytesIO()
        table = pa.table({"单位": ["甲县"], "得分": [1.0]})
        properties = factory.file_encryption_properties(pe.KmsConnectionConfig(), config)
        with pq.ParquetWriter(out, table.schema, encryption_properties=properties) as writer:
            writer.write_table(table)
        assert [p.kind for p in read(out.getvalue()).problems] == ["file-password"]


def test_limits_are_told_with_their_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    import scoring.intake.grids.parquet as module

    for name, most, found in (
        ("CELLS", 100, "120个单元格"),
        ("COLUMNS", 2, "3列"),
        ("UNPACKED_BYTES", 10, "字节"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, most)
            problems = read(SAMPLE).problems
            assert [p.kind for p in problems] == ["file-too-large"]
            assert found in problems[0].message()
            assert f"不超过{most}" in problems[0].message()


def test_a_table_without_rows_or_columns() -> None:
    assert read(content_of(("单位", pa.array([], pa.string())))).grids[0].cells == [["单位"]]
    assert [p.kind for p in read(content_of()).problems] == ["file-empty"]
