"""Mutated csv and YAML files: how they are made, and what must hold of their reading.

Csv: every character of a file stands in a cell of its own line, in a separator or a quote, or its
line is refused; and where Python's csv module, told to be strict, reads as many records, the cells
are the same. The bytes are decoded a second time by trying the encodings in turn.

YAML: where the text is read, PyYAML's BaseLoader reads the same names and texts. The program knows
fewer words for flags and numbers than YAML 1.1 and refuses what it does not know (merge keys, tags,
names that stand twice).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import yaml

from scoring.intake.cells import ErrorCell
from scoring.intake.grids import read_content
from scoring.problems import errors
from scoring.yaml_files.source import read_yaml_bytes
from tests.conftest import ROOT
from tests.folders import LEDGER_HEADER
from tests.fuzz.limits import limited

_LEDGER: Final = [
    LEDGER_HEADER,
    ["B01", "甲县", "1", "公示栏目空白，未整改", "2024-03-05", "〔2024〕1号", "", "", "", "", "", "", ""],
    ["B02", "乙县", "2.1", "“双公示”更新不及时", "2024年4月6日", "", "督查组", "2024-05-01", "2024-04-30", "", "", "", "备注"],
    [""] * 13,
    ["B03", "乙县", "2.2", "举报,经查\n属实", "20240607", "0", "TRUE", "", "", "属实", "", "", "-1.5"],
    ["B04", "甲县", "3", '链接"打不开"', "2024/6/7", "", "", "2024-07-01", "", "", "", "", ""],
]  # fmt: skip
_SCORES: Final = [["单位", "得分"], ["甲县", "88.5"], ["乙县", "90"], ["丙县", "79.99"]]
CSV_PIECES: Final = (
    '"', '""', '"""', ",", "\t", ";", "，", "\n", "\r", "\r\n", "\n\n", "=", '="01"', "\ufeff", "\0", "\x1a", " ",
    "\u2028", "\x85", "'", "|", "sep=;\n", "甲", "ÿ", "9", "-", "\ud7ff", "😀",
)  # fmt: skip
_ENCODINGS: Final = (
    "utf-8",
    "utf-8-sig",
    "gb18030",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "big5",
    "latin-1",
)


def csv_bytes(rng: Random) -> bytes:
    """A mutated csv file."""
    out = io.StringIO()
    writer = csv.writer(
        out,
        delimiter=rng.choice(",,,\t;"),
        quoting=rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
        lineterminator=rng.choice(["\n", "\r\n", "\r\n", "\r"]),
    )
    writer.writerows(rng.choice([_LEDGER, _LEDGER, _SCORES]))
    text = mutated(rng, out.getvalue(), CSV_PIECES)
    return encoded(rng, text)


def mutated(rng: Random, text: str, pieces: tuple[str, ...]) -> str:
    """The text with some pieces put in, dropped, repeated, moved."""
    for _ in range(rng.choice([0, 1, 1, 1, 2, 3, 8])):
        at, size = rng.randrange(len(text) + 1), rng.choice([1, 1, 2, 6, 30])
        what = rng.choice(["insert", "insert", "drop", "repeat", "move", "replace", "line", "cut"])
        if what == "insert":
            text = text[:at] + rng.choice(pieces) + text[at:]
        elif what == "drop":
            text = text[:at] + text[at + size :]
        elif what == "repeat":
            text = text[:at] + text[at : at + size] + text[at:]
        elif what == "move":
            piece, text = text[at : at + size], text[:at] + text[at + size :]
            to = rng.randrange(len(text) + 1)
            text = text[:to] + piece + text[to:]
        elif what == "replace":
            text = text[:at] + rng.choice(pieces) + text[at + 1 :]
        elif what == "line":
            text = _other_lines(rng, text)
        elif rng.random() < 0.3:
            text = text[:at]
    return text


def _other_lines(rng: Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    if lines:
        at, to = rng.randrange(len(lines)), rng.randrange(len(lines))
        if rng.random() < 0.5:
            lines.insert(to, lines[at])
        else:
            lines[at], lines[to] = lines[to], lines[at]
    return "".join(lines)


def encoded(rng: Random, text: str) -> bytes:
    """The text in some encoding, at times with bytes changed or cut off."""
    encoding = rng.choice(_ENCODINGS) if rng.random() < 0.3 else "utf-8"
    content = bytearray(
        text.encode(encoding, errors="surrogatepass" if "utf" in encoding else "ignore")
    )
    if rng.random() < 0.15 and content:
        for _ in range(rng.choice([1, 1, 3])):
            content[rng.randrange(len(content))] = rng.randrange(256)
    if rng.random() < 0.1 and content:
        del content[rng.randrange(len(content)) :]
    return bytes(content)


_MARKED: Final = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"),
                  (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))  # fmt: skip


def decoded(content: bytes) -> Iterator[str]:
    """The texts that the bytes may be."""
    marked = [encoding for mark, encoding in _MARKED if content.startswith(mark)][:1]
    pairs = ("utf-16-le", "utf-16-be") if b"\0" in content else ()
    for encoding in marked or ("utf-8", "gb18030", *pairs):
        try:
            yield content.decode(encoding)
        except UnicodeDecodeError:
            continue


def check_csv(content: bytes) -> list[str]:
    """What is wrong with the reading of a csv file."""
    source = limited(read_content, content, "表.csv", ".csv")
    if not source.grids:
        return [] if errors(source.problems) else [f"nothing read, nothing said: {source.problems}"]
    grid = source.grids[0]
    if grid.refused and not errors(source.problems):
        return ["rows refused without a word"]
    found: list[str] = []
    for text in decoded(content):
        lines = _lines(text)
        ends = len(lines) - (0 if lines and lines[-1] else 1)
        if grid.row_number(len(grid.cells)) != ends + 1:
            found = [f"{ends} lines, read {grid.row_number(len(grid.cells)) - 1}"]
            continue
        found = [
            f"line {grid.row_number(index)}: {cells}, the file: {said!r}"
            for index, cells in enumerate(grid.cells)
            if index not in grid.refused
            and _bare("".join(map(_described, cells))) != _bare(
                said := "".join(lines[grid.row_number(index) - 1 : grid.row_number(index + 1) - 1])
            )
        ]  # fmt: skip
        if not found:
            return [] if errors(source.problems) else _of_module(text, grid.cells)
    return found


def _lines(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


def _bare(text: str) -> str:
    """The text without what separates, quotes or says that it is a text."""
    return re.sub('[,\t;"=\r\n\x1a\ufeff]', "", text)


def _described(value: Any) -> str:
    return value.shown.removesuffix("（公式尚未计算）") if isinstance(value, ErrorCell) else value


def _of_module(text: str, cells: list[list[Any]]) -> list[str]:
    """Compared with the csv module, where it finds the text strictly in order."""
    if re.search("[=\x1a\ufeff]", text):
        return []
    even = []
    for delimiter in ",\t;":
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
        except csv.Error:
            continue
        widths = {len(row) for row in rows if row}
        if len(widths) == 1 and widths != {1}:
            even.append(rows)
    # Where lines of one field count, csv calls a blank line a record without fields, as here.
    if len(even) != 1 or even[0] == cells:
        return []
    return [f"the csv module reads {even[0]}, the program {cells}"]


# YAML

_SETTINGS: Final = (
    "scheme: heze\nyear: 2024\nas_of: 2024-12-31\nregion: 示例市\n"
    "not_applicable:\n  甲县: ['3.1', \"3.2\"]\n  乙县:\n  - '5.4'\n"
    "circular:\n  issuer: 示例市人民政府办公室\n  number: 示政办字〔2025〕6号   # 文号\n  date: 2025-02-20\n"
    "  recipients: [各县区人民政府, 市政府各部门]\n  opening: |\n    第一段。\n    第二段：a: b\n"
)
YAML_PIECES: Final = (
    ":", ": ", "：", "-", "- ", "\n", "\n  ", " ", "\t", "#", " #", "'", '"', "[", "]", "{", "}", ",", "&a ", "*a", "!",
    "!!int ", "|", ">", "?", "%", "@", "`", "<<: *a", "---\n", "...\n", "~", "null", "yes", "1_0", "0x1f", "1e3",
    "\\", "\x00", "\x85", "\u2028", "\ufeff", "9" * 5000, "[" * 60, "2024", ".5", "年", "😀", "\r", "\x07", "1:30",
)  # fmt: skip


def yaml_bytes(rng: Random) -> bytes:
    """A mutated YAML file."""
    names = ("keshi", "jidu", "fangtan")
    text = _SETTINGS if rng.random() < 0.8 else _scheme(rng.choice(names))
    return encoded(rng, mutated(rng, text, YAML_PIECES))


def _scheme(name: str) -> str:
    return (ROOT / "config" / f"{name}.yaml").read_text("utf-8")


def check_yaml(content: bytes) -> list[str]:
    """What is wrong with the reading of a YAML file."""
    source = limited(read_yaml_bytes, content, "assessment.yaml")
    if errors(source.problems):
        return []
    found: list[str] = []
    for text in decoded(content):
        try:
            other = yaml.load(text.lstrip("\ufeff"), Loader=yaml.BaseLoader)
        except (yaml.YAMLError, ValueError) as error:
            found = [f"read, but PyYAML says {error}"]
            continue
        if _agrees(source.data, other):
            return []
        found = [f"{source.data!r}, PyYAML {other!r}"]
    return found


_WORDS: Final[dict[Any, tuple[str, ...]]] = {
    True: ("true",),
    False: ("false",),
    None: ("", "~", "null"),
}


def _agrees(ours: Any, other: Any) -> bool:
    if isinstance(ours, dict):
        if other in ("", None):
            return not ours
        return (
            isinstance(other, dict)
            and len(ours) == len(other)
            and all(
                _agrees(a, b) and _agrees(ours[a], other[b])
                for a, b in zip(ours, other, strict=True)
            )
        )
    if isinstance(ours, list):
        return (
            isinstance(other, list) and len(ours) == len(other) and all(map(_agrees, ours, other))
        )
    if ours is None or isinstance(ours, bool):
        return other in _WORDS[ours]
    return isinstance(other, str) and str(ours) == other


@dataclass(frozen=True)
class TextKind:
    """A kind of text files: how one is made, how it is checked."""

    make: Callable[[Random], bytes]
    check: Callable[[bytes], list[str]]


CSV: Final = TextKind(csv_bytes, check_csv)
YAML: Final = TextKind(yaml_bytes, check_yaml)
