"""The records of an old workbook (.xls) before xlrd reads them: what is damaged, what is too large,
what xlrd does not tell. Source: [MS-XLS] 2.4.

xlrd stops at records that it dislikes and that nobody asked for (comments, links, names, pictures):
here they are blanked out. It does not tell formulas that were never computed, nor cells that stand
twice: here they are found.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_BOF, _EOF, _FILEPASS = 0x809, 0x0A, 0x2F
_NUMBER, _LABEL, _BOOLERR, _RK, _RSTRING, _LABELSST = 0x203, 0x204, 0x205, 0x27E, 0xD6, 0xFD
_MULRK, _FORMULA, _RECALC, _OWNER = 0xBD, (0x06, 0x206, 0x406), 0x1C1, 0x5C
_ONE_CELL: Final = frozenset({_NUMBER, _LABEL, _BOOLERR, _RK, _RSTRING, _LABELSST, *_FORMULA})
# Beside cells: what continues a record, sheets, code page, start of days, formats, styles, fonts, strings, sizes, rows,
# what follows a formula, merged ranges, the window's options.
_KEPT: Final = _ONE_CELL | {
    _BOF, _EOF, _FILEPASS, _MULRK, 0x3C, 0x85, 0x42, 0x22, 0x1E, 0x41E, 0xE0, 0x31, 0xFC, 0x200,
    0x208, 0x207, 0x4BC, 0x221, 0x236, 0xE5, 0x23E,
}  # fmt: skip
_NO_RECORD: Final = 0x0FFF
_CHART: Final = 0x20


class DamagedError(ValueError):
    """The records do not add up."""


@dataclass
class SheetScan:
    """What the records of one sheet say: its cells as row and column (from 0), those that stand twice,
    those of formulas that were never computed."""

    cells: set[tuple[int, int]] = field(default_factory=set)
    twice: set[tuple[int, int]] = field(default_factory=set)
    uncomputed: set[tuple[int, int]] = field(default_factory=set)


@dataclass
class Scan:
    """The stream with the records that are not needed blanked out, and its sheets by position."""

    stream: bytes
    encrypted: bool
    sheets: dict[int, SheetScan]


def scan(stream: bytes) -> Scan:
    """Look at every record of a workbook's stream. Raises DamagedError."""
    out = bytearray(stream)
    sheets: dict[int, SheetScan] = {}
    results: list[tuple[SheetScan, tuple[int, int], bytes, int]] = []
    open_parts: list[SheetScan | None] = []
    owner, recalculated = b"", False
    for at, code, data in _records(stream):
        if code == _FILEPASS:
            return Scan(stream, True, sheets)
        if code not in _KEPT:
            struct.pack_into("<H", out, at, _NO_RECORD)
        if code == _BOF:
            chart = len(data) >= 4 and struct.unpack_from("<H", data, 2)[0] == _CHART
            part = None if chart else SheetScan()
            open_parts.append(part)
            if part is not None:
                sheets[at] = part
        elif code == _EOF and open_parts:
            open_parts.pop()
        elif code == _OWNER:
            owner = data
        recalculated = recalculated or code == _RECALC
        sheet = open_parts[-1] if open_parts else None
        if sheet is None:
            continue
        for cell in _cells(code, data):
            (sheet.twice if cell in sheet.cells else sheet.cells).add(cell)
        if code in _FORMULA:
            row, column, _, result, flags = struct.unpack_from("<HHH8sH", data)
            results.append((sheet, (row, column), result, flags))
    if open_parts:
        raise DamagedError
    # xlwt never computes: it puts empty texts, and names no user.
    never = not recalculated and owner.startswith(b"None ")
    for sheet, cell, result, flags in results:
        empty = result == b"\x03\0\0\0\0\0\xff\xff"
        zero = result == bytes(8)
        # Apache POI asks for a computation of what it put there; a zero may be its placeholder.
        if (never and empty) or (flags & 2 and (empty or zero)):
            sheet.uncomputed.add(cell)
    return Scan(bytes(out), False, sheets)


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Position, code and data of the records, up to what belongs to no part."""
    at = depth = 0
    while at + 4 <= len(stream):
        code, length = struct.unpack_from("<HH", stream, at)
        if depth == 0 and code != _BOF:
            break
        data = stream[at + 4 : at + 4 + length]
        if len(data) < length:
            raise DamagedError
        depth += (code == _BOF) - (code == _EOF)
        yield at, code, data
        at += 4 + length
    if depth or not at:
        raise DamagedError


def _cells(code: int, data: bytes) -> Iterator[tuple[int, int]]:
    if code in _ONE_CELL:
        if len(data) < (20 if code in _FORMULA else 6):
            raise DamagedError
        yield struct.unpack_from("<HH", data)
        if code == _LABELSST and (len(data) < 10 or struct.unpack_from("<i", data, 6)[0] < 0):
            raise DamagedError
    elif code == _MULRK:
        if len(data) < 6:
            raise DamagedError
        row, first = struct.unpack_from("<HH", data)
        (last,) = struct.unpack_from("<H", data, len(data) - 2)
        if last < first or len(data) != 6 + 6 * (last - first + 1):
            raise DamagedError
        for column in range(first, last + 1):
            yield row, column
