"""A csv file with some fields changed: its encoding, line ends and other fields stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from scoring.intake.edit.model import Edit, Value

_BOM = b"\xef\xbb\xbf"
_SPECIAL = frozenset(',"\r\n')


@dataclass
class _Record:
    """One record: its fields as they stand in the file, quotes included, and its line end."""

    fields: list[str] = field(default_factory=list)
    end: str = ""


def edit_csv(content: bytes, edits: Sequence[Edit]) -> bytes:
    """``content`` with the fields of ``edits`` changed; a short record is filled up with commas."""
    start = _BOM if content.startswith(_BOM) else b""
    body = content[len(start) :]
    try:
        text, encoding = body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text, encoding = body.decode("gb18030"), "gb18030"
    records = _split(text)
    for edit in edits:
        fields = records[edit.row].fields
        fields.extend("" for _ in range(edit.column + 1 - len(fields)))
        quoted = fields[edit.column].startswith('"')
        fields[edit.column] = _written(edit.value, quoted=quoted)
    return start + "".join(",".join(r.fields) + r.end for r in records).encode(encoding)


def _written(value: Value, *, quoted: bool) -> str:
    text = "" if value is None else f"{value:f}" if not isinstance(value, str) else value
    if quoted or _SPECIAL & set(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def _split(text: str) -> list[_Record]:
    """The records as the csv reader counts them: a blank line is a record without fields, and a
    quote within a field that did not begin with one is a character like any other."""
    records: list[_Record] = []
    record, start, at, quoted = _Record(), 0, 0, False
    while at < len(text):
        sign = text[at]
        if quoted:
            if sign == '"' and text[at + 1 : at + 2] == '"':
                at += 1
            elif sign == '"':
                quoted = False
        elif sign == '"' and at == start:
            quoted = True
        elif sign == ",":
            record.fields.append(text[start:at])
            start = at + 1
        elif sign in "\r\n":
            end = text[at : at + 2] if text[at : at + 2] == "\r\n" else sign
            if record.fields or at > start:
                record.fields.append(text[start:at])
            record.end = end
            records.append(record)
            at += len(end) - 1
            record, start = _Record(), at + 1
        at += 1
    if record.fields or start < len(text):
        record.fields.append(text[start:])
        records.append(record)
    return records
