"""A csv file with some fields changed: its encoding, line ends and other fields stay as they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from scoring.intake.edit.model import Edit, UnfitError, Value
from scoring.intake.grids.records import DelimiterError, Record, split_records
from scoring.intake.grids.text import TextError, decode

_STARTS: Final = ("=", "+", "-", "@")
_HARMLESS: Final = re.compile(r".|[+-]?\d+(\.\d+)?%?", re.ASCII)


def edit_csv(content: bytes, edits: Sequence[Edit]) -> bytes:
    """``content`` with the fields of ``edits`` changed; a short record is filled up with delimiters.

    The records are those of ``grids.records``, as the file is read. Raises UnfitError where the
    file, or the record of an edit, is not read either, and where the encoding lacks a character.
    """
    if not edits:
        return content
    try:
        source = decode(content)
        delimiter, records = split_records(source.text)
    except (TextError, DelimiterError) as error:
        raise UnfitError(edits[0], str(error)) from None
    for edit in edits:
        record = records[edit.row]
        if record.refused:
            raise UnfitError(edit, "这一行的双引号没有配对，先改正")
        fields = record.fields
        fields.extend("" for _ in range(edit.column + 1 - len(fields)))
        quoted = fields[edit.column].startswith('"')
        fields[edit.column] = _written(edit.value, delimiter, quoted=quoted)
    return source.encode("".join(r.mark + delimiter.join(r.fields) + r.end for r in records))


def put_record(content: bytes, at: int) -> bytes:
    """``content`` with a record of empty fields as its record ``at`` (from 0), not the first."""
    source = decode(content)
    delimiter, records = split_records(source.text)
    before = records[at - 1]
    width = max(len(record.fields) for record in records[:at])
    record = Record([""] * width, before.end)
    if not before.end:
        # The file's last line without an end: it gets one, and the new line is the last.
        before.end = next((r.end for r in records if r.end), "\r\n")
    records.insert(at, record)
    return source.encode("".join(r.mark + delimiter.join(r.fields) + r.end for r in records))


def _written(value: Value, delimiter: str, *, quoted: bool) -> str:
    text = "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)
    if isinstance(value, str) and value.startswith(_STARTS) and not _HARMLESS.fullmatch(value):
        # Spreadsheet programs compute what begins so; behind a blank, which no reading of ours keeps, they do not.
        text = f" {text}"
    if quoted or any(sign in text for sign in (delimiter, '"', "\r", "\n")):
        return '"' + text.replace('"', '""') + '"'
    return text
