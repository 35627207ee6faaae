"""Rows of a table that hold no data: totals, signatures, notes, captions, repeated headers.

Below the last row that says what it is about, structure decides: what stands there is listed as no
data. Above it a row is passed over only where it certainly is none. No row with an identity is ever
passed over, whatever its first cell says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final, Literal

from scoring.intake.cells import is_blank, shown
from scoring.intake.grids import Grid
from scoring.intake.header import Column, Header, folded

NoData = Literal["blank", "total", "note", "header"]

_TOTAL = re.compile(
    r"(?:.{0,16}(?:合计|小计|总计|共计)|总分|总得分|累计|(?:最高|最低|平均|总平均|中位)(?:分|数|值|得分|成绩)?"
    r"|均分|均值|中位数|标准差|方差|极差|[优良合不及格秀好]{2,3}率|总评)(?:\(.*\))?:?"
)
_AMOUNT = re.compile(r"共?\d+(?:\.\d+)?(?:[个件条项家分次].{0,4})?")
_DAY = re.compile(r"\d{2,4}[-./年]\d{1,2}[-./月](?:\d{1,2}[日号]?)?|\d{1,2}月\d{1,2}[日号]|年月日")
_WHO = (
    r"(?:填表|填报|制表|制单|审核|审批|复核|复审|核查|核对|校对|联系|经办|承办|报送|上报|报出|分管|主管|"
    r"主要|单位|部门|机构|评估|监督|统计|签发|批准|负责|法定|代表|记录|录入)"
)
_LABEL = re.compile(
    rf"(?:{_WHO})*(?:人|者|员|单位|电话|手机|方式|日期|时间|负责人|领导|机构|部门|意见|签名|签字|签章|盖章|公章|传真|邮箱)"
    r"(?:\((?:签字|签名|签章|盖章|公章|章)+\))?"
)
_SIGNED = re.compile(
    r".*(?:\((?:[^()]{0,6})(?:签字|签名|签章|盖章|公章|章)\)|签字|签章|盖章)[:：]?.{0,12}"
)
_NAMED = re.compile(r"([^:\d]{1,14}):(.*)", re.DOTALL)
_REMARK = re.compile(r"(?:备?注|说明|填表说明|填报说明|附注|注意)(?:\d?[:、.]|$).*", re.DOTALL)
_NOTHING = re.compile(
    r"[(—\-]*(?:以下|此处|本页|下面)?(?:空白|无内容|无正文|无数据|到此为止|完|结束)[)—\-]*"
    r"|[(—\-]*(?:本|该|当|上|第?[一二三四1-4]|\d{1,2})(?:年|月|季度?|周|期|单位|表|次|页|旬|日)"
    r"(?:度|份)?(?:内|间)?(?:暂|均)?(?:无|没有|未发现).{0,12}[)。]?|无|/|—+|-+"
)
_CODE = re.compile(r"[A-Za-z0-9.\-_()\u00b2\u00b3\u00b9\u2070-\u2099\u2460-\u2473]{1,20}")
_SENTENCE = re.compile("[。；！？]")
IGNORED_HEADERS: Final = frozenset({"序号", "编号", "行号", "no", "no.", "序"})
"""Columns that count rows; they say nothing."""
_LONGEST_LABEL: Final = 16
_RANGE = re.compile(r"([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)")


class RowKinds:
    """Tells data from no data for the rows of one table."""

    def __init__(
        self,
        grid: Grid,
        header: Header,
        columns: Mapping[str, Column],
        known: Callable[[str], object] | None = None,
    ) -> None:
        """``known`` says whether a word is one of those that the table is about: a unit, a group
        (部门 is a label elsewhere)."""
        self.grid = grid
        self._known = known
        self.header = header
        self._said = [
            (column, header.columns[column.name])
            for column in columns.values()
            if column.name in header.columns
            and (column.required or column.identity or column.decides)
        ]
        self._required = [i for column, i in self._said if column.required]
        # Where a required column is missing nobody can tell what a row is about.
        self._whole = all(c.name in header.columns for c in columns.values() if c.required)
        counting = {i for name, i in header.others.items() if name.lower() in IGNORED_HEADERS}
        self._counting = counting - set(header.columns.values())
        self._headers = [
            [folded(v) for v in grid.cells[row]] for row in range(header.row, header.last + 1)
        ]
        key = min(self._required, default=0)
        self._firsts = {next((text for text in row if text), "") for row in self._headers} | {
            row[key] for row in self._headers if key < len(row)
        }
        self._end = self._last_identity()

    def of(self, index: int, cells: Sequence[Any]) -> NoData | None:
        """What the row ``index`` (from 0) is, where it holds no data; None for a row of data."""
        if not cells or self._is_blank(cells):
            return "blank"
        if self._certainly_data(cells):
            return None
        if self._repeats_header(cells):
            return "header"
        if self.has_identity(index, cells):
            return None
        filled = [i for i, v in enumerate(cells) if not is_blank(v)]
        if self._is_total(index, cells, filled):
            return "total"
        if index > self._end or self._is_caption(index, filled):
            return "note"
        aside = self._aside(cells, filled)
        if all(i in aside or _is_remark(folded(cells[i])) for i in filled):
            return "note"
        return None

    def _is_blank(self, cells: Sequence[Any]) -> bool:
        """Whether nothing stands in the row, but perhaps its number."""
        return all(
            v is None or is_blank(v) or (i in self._counting and folded(v).isdecimal())
            for i, v in enumerate(cells)
        )

    def _certainly_data(self, cells: Sequence[Any]) -> bool:
        """Every required column is filled, and the first of them is no label."""
        width = len(cells)
        if not self._required or any(i >= width or cells[i] in (None, "") for i in self._required):
            return False
        first = folded(cells[min(self._required)])
        return not (_total(first) or _is_aside(first)) and first not in self._firsts

    def _repeats_header(self, cells: Sequence[Any]) -> bool:
        first = next((folded(v) for v in cells if not is_blank(v)), "")
        if first not in self._firsts:
            return False
        texts = [folded(v) for v in cells]
        return any(_trimmed(texts) == _trimmed(row) for row in self._headers)

    def _last_identity(self) -> int:
        for index in range(len(self.grid.cells) - 1, self.header.last, -1):
            cells = self.grid.cells[index]
            if cells and (self._certainly_data(cells) or self.has_identity(index, cells)):
                return index
        return self.header.last

    def has_identity(self, index: int, cells: Sequence[Any]) -> bool:
        """Whether the row says what it is about: two of the columns that say so are filled, labels
        and amounts apart, or one that is enough by itself."""
        if not self._whole:
            return True
        filled = [i for i, v in enumerate(cells) if not is_blank(v)]
        aside = self._aside(cells, filled)
        total = self._is_total(index, cells, filled)
        count = 0
        for column, i in self._said:
            if i >= len(cells) or i in aside or is_blank(cells[i]):
                continue
            value = cells[i]
            text = folded(value)
            if not text or _total(text) or (total and not _names_something(value, text)):
                continue
            if column.identity in ("name", "sole") and _AMOUNT.fullmatch(text):
                continue
            if not (column.required or column.identity or _could_decide(column, value, text)):
                continue
            if self._is_enough(column, index, i, text):
                return True
            count += 1
        return count >= 2

    def _is_enough(self, column: Column, index: int, i: int, text: str) -> bool:
        """Whether this cell alone says what the row is about: a code, or a name on its own."""
        if column.identity == "code":
            return bool(_CODE.fullmatch(text)) and not text.isalpha() and not _DAY.fullmatch(text)
        if column.identity == "name" and self._known is not None and self._known(text):
            return True
        alone = column.identity == "sole" and self.grid.merged.width(index, i) == 1
        return alone and len(text) <= 40 and not _SENTENCE.search(text) and ":" not in text

    def _aside(self, cells: Sequence[Any], filled: Sequence[int]) -> set[int]:
        """The cells that are labels with what stands behind them, lone days, and words for nothing."""
        out: set[int] = set()
        days = {i for column, i in self._said if "日期" in column.name or "时间" in column.name}
        leads = True
        for at, i in enumerate(filled):
            if not isinstance(cells[i], str):
                continue
            text = folded(cells[i])
            if self._known is not None and self._known(text):
                leads = False
                continue
            # A row that begins with such is made of labels: no name of a unit ends with a colon.
            label = leads and len(text) <= _LONGEST_LABEL and text.endswith(":")
            if label or _is_aside(text) or (i not in days and _DAY.fullmatch(text)):
                out.add(i)
                if at + 1 < len(filled) and (label or _wants_value(text)):
                    out.add(filled[at + 1])
            leads = leads and i in out
        return out

    def _is_total(self, index: int, cells: Sequence[Any], filled: Sequence[int]) -> bool:
        """Whether a word for a total stands in the row, or a formula over the rows above it."""
        if any(isinstance(cells[i], str) and _total(folded(cells[i])) for i in filled):
            return True
        return any(
            self._sums_rows(index, self.grid.formulas[index, i])
            for i in filled
            if (index, i) in self.grid.formulas
        )

    def _sums_rows(self, index: int, formula: str) -> bool:
        for _, top, _, bottom in _RANGE.findall(formula):
            if self.header.last < int(top) - 1 < int(bottom) - 1 <= index:
                return int(bottom) > int(top) and int(bottom) - 1 < index
        return False

    def _is_caption(self, index: int, filled: Sequence[int]) -> bool:
        """Whether the row is one cell over several columns, as 一、基础建设 over a part of a form."""
        tops = {self.grid.merged.top_left(index, i) or (index, i) for i in filled}
        return len(tops) == 1 and self.grid.merged.width(index, filled[0]) > 1


def _could_decide(column: Column, value: Any, text: str) -> bool:
    """Whether a cell holds what can change a score: a day, a finding."""
    if column.decides == "day":
        return isinstance(value, date) or bool(_DAY.fullmatch(text))
    return column.decides == "finding" and "属实" in text


def _trimmed(texts: Sequence[str]) -> list[str]:
    out = list(texts)
    while out and not out[-1]:
        out.pop()
    return out


@lru_cache(maxsize=16_384)
def _total(text: str) -> bool:
    return bool(_TOTAL.fullmatch(text))


@lru_cache(maxsize=16_384)
def _is_aside(text: str) -> bool:
    """Whether a text is a label (填表人: 张三), a stamp's place, or a word for nothing."""
    named = _NAMED.fullmatch(text)
    return bool(
        _LABEL.fullmatch(text)
        or (named and (_LABEL.fullmatch(named[1]) or _SIGNED.fullmatch(named[1])))
        or _SIGNED.fullmatch(text)
        or _NOTHING.fullmatch(text)
        or _is_remark(text)
    )


def _is_remark(text: str) -> bool:
    return bool(_REMARK.fullmatch(text))


def _wants_value(text: str) -> bool:
    """Whether a label's value stands in the next cell."""
    named = _NAMED.fullmatch(text)
    bare = text.rstrip(":")
    return bool(_LABEL.fullmatch(bare)) and not (named and named[2])


def _names_something(value: Any, text: str) -> bool:
    """In a row of totals: whether a cell is more than an amount."""
    return isinstance(value, str) and not _AMOUNT.fullmatch(text)


def text_of(cells: Sequence[Any]) -> str:
    """What stands in a row, for a list of the rows that hold no data."""
    return " ".join(shown(v) for v in cells if not is_blank(v))
