"""A csv file's text as records: what is read and what is written agree on them.

Every line is looked at by itself first, so that no stray quote can swallow the lines after it. A
field that begins with a quote is quoted only where the quote is closed before a delimiter or the
line's end; a record over several lines is taken for one only where nothing else is possible.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from scoring.intake.grids.text import LINE_END
from scoring.limits import CELL_LINES

DELIMITERS: Final = {",": "逗号", "\t": "制表符", ";": "分号"}
_OTHERS: Final = {"|": "竖线“|”", "，": "全角逗号“，”", "、": "顿号“、”", "；": "全角分号“；”"}
_SAYS_DELIMITER = re.compile(r'"?sep=([^\w\s"]|\t)"?[,;\t]*', re.IGNORECASE)
_BOM: Final = "\ufeff"
_SAMPLE: Final = 1000
"""How many lines are looked at to find the delimiter."""


class DelimiterError(ValueError):
    """It cannot be said what separates the columns; the message says what stands there."""


@dataclass(slots=True)
class Fault:
    """A quote without its other half: the field (from 0), the text from there."""

    column: int
    text: str


@dataclass(slots=True)
class Record:
    """One record: its fields as they stand in the file, quotes included, and its line end.

    ``refused`` records are one line whose only field is its whole text; ``fault`` says why, or is
    None where the fault of a line before covers it.
    """

    fields: list[str] = field(default_factory=list)
    end: str = ""
    lines: int = 1
    mark: str = ""
    """A byte order mark in front: of a file that another was pasted after."""
    refused: bool = False
    fault: Fault | None = None


def split_records(text: str) -> tuple[str, list[Record]]:
    """The delimiter and the records of a file; a blank line is a record without fields.

    Raises DelimiterError.

    >>> split_records('a,b\\n"1,2",3')[1][1].fields
    ['"1,2"', '3']
    """
    texts, ends = _lines(text)
    marks = [""] * len(texts)
    if _BOM in text:
        bare = [line.lstrip(_BOM) for line in texts]
        marks = [line[: len(line) - len(rest)] for line, rest in zip(texts, bare, strict=True)]
        texts = bare
    delimiter = _delimiter(texts)
    # Where no quote is wrong every line is a record: this is what nearly all files are.
    records = []
    for line, end, mark in zip(texts, ends, marks, strict=True):
        fields = _sound_fields(line, delimiter)
        if fields is None:
            return delimiter, _Splitter(texts, ends, marks, delimiter).records()
        records.append(Record(fields if line else [], end, 1, mark))
    return delimiter, records


def split_part(text: str, delimiter: str, width: int) -> list[Record]:
    """Some whole lines of a file as its records, where most of its records have ``width`` fields and none
    has more.

    >>> [record.lines for record in split_part('1,"a\\nb",3\\n4,5,6\\n', ",", 3)]
    [2, 1]
    """
    texts, ends = _lines(text)
    bare = [line.lstrip(_BOM) for line in texts]
    marks = [line[: len(line) - len(rest)] for line, rest in zip(texts, bare, strict=True)]
    return _Splitter(bare, ends, marks, delimiter, frozenset({width})).records()


def delimiter_of(text: str, *, whole: bool) -> str | None:
    """The delimiter of a file that begins with ``text``, or is that as a ``whole``; None where its beginning
    is too short to tell. Raises DelimiterError.

    >>> delimiter_of("a;b\\n1;2\\n", whole=True), delimiter_of("a;b\\n1;2\\n", whole=False)
    (';', None)
    """
    lines = LINE_END.split(text, 2 * _SAMPLE)[: 2 * _SAMPLE]
    if len(lines) < 2 * _SAMPLE and not whole:
        return None
    return _delimiter([line.lstrip(_BOM) for line in lines])


def fields_of(line: str, delimiter: str) -> list[str] | None:
    """The fields of a line as they stand in it; None where a quote in it is out of place.

    >>> fields_of('a,"1,2"', ","), fields_of('a,1"', ",")
    (['a', '"1,2"'], None)
    """
    return _sound_fields(line, delimiter)


def value_of(raw: str) -> str:
    """What a field says: without its quotes where it is quoted, else as it stands.

    >>> value_of('"a ""b"" c"'), value_of('"双公示"栏目')
    ('a "b" c', '"双公示"栏目')
    """
    if raw[:1] != '"':
        return raw
    if raw[-1] == '"' and raw.count('"') == 2:
        return raw[1:-1]
    inner = raw[1:-1].replace('""', "")
    return raw[1:-1].replace('""', '"') if raw[1:].endswith('"') and '"' not in inner else raw


def _lines(text: str) -> tuple[list[str], list[str]]:
    """The lines, and how each ends."""
    parts = re.split(f"({LINE_END.pattern})", text)
    if not parts[-1]:
        parts.pop()
    else:
        parts.append("")
    return parts[::2], parts[1::2]


# The delimiter


def _delimiter(lines: Sequence[str]) -> str:
    """What separates the columns, or the comma where nothing does. Raises DelimiterError."""
    filled = [line for line in lines[: _SAMPLE * 2] if line.strip()][:_SAMPLE]
    said = _SAYS_DELIMITER.fullmatch(filled[0]) if filled else None
    if said:
        return said[1]
    present = [sign for sign in (*DELIMITERS, *_OTHERS) if any(sign in line for line in filled)]
    usual = {sign: _usual_line(filled, sign) for sign in present}

    def others_in(sign: str, those: Iterable[str]) -> bool:
        """Whether some of ``those`` separate fields in the first line that has ``sign`` as usual."""
        line = usual[sign] or ""
        return any(len(_split(line, other).fields) > 1 for other in those if other != sign)

    readable = [sign for sign in DELIMITERS if sign in present]
    regular = [s for s in usual if usual[s] and (s in DELIMITERS or not others_in(s, readable))]
    if not regular:
        return _first_found(filled)
    # Of several signs the delimiter is the one that stands alone in its header row.
    alone = [sign for sign in regular if not others_in(sign, regular)]
    if len(alone) == 1 and alone[0] in DELIMITERS:
        return alone[0]
    named = [(DELIMITERS | _OTHERS)[sign] for sign in alone or regular]
    if len(named) == 1:
        raise DelimiterError(f"各列用{named[0]}分隔")
    raise DelimiterError(f"分不清各列用{'还是'.join(named)}分隔")


def _usual_line(lines: Sequence[str], sign: str) -> str | None:
    """The first line of more than half of the lines, or of the records as quotes join the lines,
    that all have as many fields, at least two, if ``sign`` separates them; None where no such are."""
    by_line = [(line, len(_split(line, sign).fields)) for line in lines]
    reader = csv.reader(lines, delimiter=sign)
    by_record = []
    begin = 0
    try:
        for fields in reader:
            by_record.append(("\n".join(lines[begin : reader.line_num]), len(fields)))
            begin = reader.line_num
    except csv.Error:
        by_record = []
    for counted in (by_line, by_record):
        if counted:
            count, times = Counter(width for _, width in counted).most_common(1)[0]
            if count > 1 and times * 2 > len(counted):
                return next(line for line, width in counted if width == count)
    return None


def _first_found(lines: Sequence[str]) -> str:
    """The delimiter of an uneven file: the only one in the first line that has any."""
    for line in lines:
        found = [sign for sign in DELIMITERS if sign in line]
        if len(found) > 1:
            names = "还是".join(DELIMITERS[sign] for sign in found)
            raise DelimiterError(f"分不清各列用{names}分隔")
        if found:
            return found[0]
    return ","


# One line


@dataclass(slots=True)
class _Fields:
    """The fields of one line. ``open_at`` is where the field begins whose quote is not closed; it is
    the last field. ``doubtful`` is the first field (from 0) of which a quote may be missing, and
    ``last_doubtful`` the last one."""

    fields: list[str]
    open_at: int | None = None
    doubtful: int | None = None
    last_doubtful: int | None = None


@lru_cache(maxsize=16)
def _sound_field(delimiter: str) -> re.Pattern[str]:
    """A field that is quoted in order or has no quote, with the delimiter in front of it."""
    sign = re.escape(delimiter)
    return re.compile(rf'(?:^|{sign})("[^"]*(?:""[^"]*)*"|[^"{sign}]*)')


def _sound_fields(line: str, delimiter: str) -> list[str] | None:
    """The fields of a line in which every quote has its place; None for another."""
    first = line.find('"')
    if first < 0:
        return line.split(delimiter)
    if (first and line[first - 1] != delimiter) or line.count('"') % 2:
        return None
    fields: list[str] = _sound_field(delimiter).findall(line)
    return fields if sum(map(len, fields)) + len(fields) - 1 == len(line) else None


def _split(line: str, delimiter: str, at: int = 0) -> _Fields:
    fields = _sound_fields(line[at:] if at else line, delimiter)
    if fields is not None:
        return _Fields(fields)
    out = _Fields([])
    while True:
        if line.startswith('"', at):
            close = _closing(line, at + 1)
            if close is None:
                out.fields.append(line[at:])
                out.open_at = at
                return out
            if line[close + 1 : close + 2] in ("", delimiter):
                out.fields.append(line[at : close + 1])
                at = close + 2
                if at > len(line):
                    return out
                continue
            _doubt(out)
        end = line.find(delimiter, at)
        raw = line[at:] if end < 0 else line[at:end]
        if raw.count('"') % 2:
            _doubt(out)
        out.fields.append(raw)
        if end < 0:
            return out
        at = end + 1


def _doubt(out: _Fields) -> None:
    out.last_doubtful = len(out.fields)
    if out.doubtful is None:
        out.doubtful = out.last_doubtful


def _closing(line: str, at: int) -> int | None:
    """Where the quote stands that closes a field, from ``at``; two quotes are one in the field."""
    while True:
        quote = line.find('"', at)
        if quote < 0:
            return None
        if line[quote + 1 : quote + 2] != '"':
            return quote
        at = quote + 2


# The records


@dataclass(slots=True)
class _Joined:
    """A record over several lines, as its quotes say. ``inside`` is the most fields that a piece of
    a line between the quotes would make by itself."""

    record: Record
    inside: int


class _Splitter:
    """``lines`` without their ``ends`` and the ``marks`` in front of them."""

    def __init__(
        self,
        lines: list[str],
        ends: list[str],
        marks: list[str],
        delimiter: str,
        widths: frozenset[int] | None = None,
    ) -> None:
        self.lines, self.ends, self.marks = lines, ends, marks
        self.delimiter = delimiter
        self.split = [_split(line, delimiter) for line in lines]
        # Quotes in every line could make each record reach far down: what is tried in all is bounded.
        self.left = 2 * len(lines) + 10 * CELL_LINES
        self.joined: dict[int, _Joined | None] = {}
        self.widths = self._widths() if widths is None else widths

    def records(self) -> list[Record]:
        out: list[Record] = []
        until = 0
        for at in range(len(self.lines)):
            if at < until:
                continue
            joined = self._joined(at)
            if joined is None:
                out.append(self._record(at))
            elif self._is_certain(at, joined):
                out.append(joined.record)
                until = at + joined.record.lines
            else:
                out.append(self._record(at))
                if len(joined.record.fields) in self.widths:
                    until = at + joined.record.lines
                    out += [self._beside(later) for later in range(at + 1, until)]
        return out

    def _widths(self) -> frozenset[int]:
        """How many fields a record may have: as many as most have (at least two), or as a longer line
        without a doubtful quote has, such as the header; nothing where no line has two."""
        singles, joint, until = Counter[int](), Counter[int](), 0
        for at, fields in enumerate(self.split):
            if fields.open_at is None and fields.doubtful is None:
                singles[len(fields.fields)] += 1
            elif at >= until and (joined := self._joined(at)) is not None:
                joint[len(joined.record.fields)] += 1
                until = at + joined.record.lines
        counts = singles + joint
        del counts[0], counts[1]
        if not counts:
            return frozenset()
        usual = max(counts, key=lambda width: (counts[width], width))
        return frozenset({usual, *(width for width in singles if width > usual)})

    def _record(self, at: int) -> Record:
        """The line as a record by itself, or refused with its fault."""
        split = self.split[at]
        if not self.lines[at]:
            return Record([], self.ends[at], 1, self.marks[at])
        count = len(split.fields)
        if split.open_at is not None:
            return self._refused(at, Fault(count - 1, split.fields[-1]))
        if split.doubtful is None or count == 1 or count in self.widths:
            return Record(split.fields, self.ends[at], 1, self.marks[at])
        said = self.delimiter.join(split.fields[split.doubtful :])
        return self._refused(at, Fault(split.doubtful, said))

    def _refused(self, at: int, fault: Fault | None) -> Record:
        return Record([self.lines[at]], self.ends[at], 1, self.marks[at], True, fault)

    def _beside(self, at: int) -> Record:
        """A line that may belong to a refused record before it: read where it can be a record by
        itself; else the fault of that record is its own."""
        if self._may_be_record(at) or not self.lines[at]:
            return self._record(at)
        return self._refused(at, None)

    def _may_be_record(self, at: int) -> bool:
        as_it_stands = self.lines[at].count(self.delimiter) + 1
        return not self.widths.isdisjoint((len(self.split[at].fields), as_it_stands))

    def _joined(self, at: int) -> _Joined | None:
        if at not in self.joined:
            self.joined[at] = None if self.split[at].open_at is None else self._join(at)
        return self.joined[at]

    def _join(self, at: int) -> _Joined | None:
        """The record that begins in line ``at`` with an open quote, as far as its quotes say; None
        where they are not closed in order."""
        split = self.split[at]
        out = _Joined(Record(split.fields[:-1], mark=self.marks[at]), 0)
        pieces = self._begin(out, split.fields[-1], self.ends[at])
        for later in range(at + 1, min(at + CELL_LINES, len(self.lines))):
            self.left -= 1
            if self.left < 0:
                return None
            line, end = self.lines[later], self.ends[later]
            close = _closing(line, 0)
            piece = line if close is None else line[: close + 1]
            out.inside = max(out.inside, piece.count(self.delimiter) + 1)
            pieces += [self.marks[later], piece]
            if close is None:
                pieces.append(end)
                continue
            out.record.fields.append("".join(pieces))
            if close + 1 < len(line):
                if line[close + 1] != self.delimiter:
                    return None
                fields, is_open, doubtful = self._behind(later, close)
                out.record.fields += fields
                if is_open:
                    pieces = self._begin(out, out.record.fields.pop(), end)
                    continue
                if doubtful:
                    return None
            out.record.lines, out.record.end = later - at + 1, end
            return out
        return None

    def _behind(self, at: int, close: int) -> tuple[list[str], bool, bool]:
        """The fields of line ``at`` behind the quote that closes its first one; whether the last of
        them is open, and whether a quote in one is doubtful."""
        known = self.split[at]
        if len(known.fields[0]) == close + 1:
            # The line by itself has its fields at the same places.
            doubtful = known.last_doubtful is not None and known.last_doubtful > 0
            return known.fields[1:], known.open_at is not None, doubtful
        rest = _split(self.lines[at], self.delimiter, close + 2)
        return rest.fields, rest.open_at is not None, rest.doubtful is not None

    def _begin(self, out: _Joined, piece: str, end: str) -> list[str]:
        """The pieces of an open field, of which the first is ``piece``."""
        out.inside = max(out.inside, piece.count(self.delimiter) + 1)
        return [piece, end]

    def _is_certain(self, at: int, joined: _Joined) -> bool:
        """Whether the lines can only be one record: it has as many fields as the others, and no line
        after its first, nor what stands between its quotes, could be a record by itself."""
        if len(joined.record.fields) not in self.widths:
            return False
        if joined.inside >= max(2, (min(self.widths) + 1) // 2):
            return False
        # Where the first line holds but the beginning of the first field, the last holds the rest.
        last = at + joined.record.lines - (1 if len(self.split[at].fields) == 1 else 0)
        return not any(map(self._may_be_record, range(at + 1, last)))
