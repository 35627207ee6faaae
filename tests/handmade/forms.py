"""36 forms by many hands: every one another header block, table, way to write numbers, and foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.folders import POINTS
from tests.handmade import data
from tests.handmade.raw import raw
from tests.handmade.sheets import Cell, Document, Page, Writer, excel, letter, old_excel, stamped
from tests.handmade.ways import (
    AREAS,
    BLOCKS,
    CODES,
    FEET,
    ITEMS,
    LAYOUTS,
    NUMBERS,
    Who,
    beside,
    head,
    plain,
)  # fmt: skip


@dataclass(frozen=True)
class Hand:
    """How a clerk fills in a form."""

    block: int
    layout: int
    numbers: int
    codes: int
    foot: int
    captions: int
    beside: int
    numbered: bool = False
    formulas: bool = False
    styled: bool = False


def _row(
    who: Who, hand: Hand, keys: Sequence[str | None], code: str, count: int, at: int
) -> list[Any]:
    own, found = data.self_scores(who.unit, who.period), data.verified(who.unit, who.period)
    write = NUMBERS[hand.numbers]
    area = AREAS[int(code[0]) - 1]
    values: dict[str | None, Any] = {
        "code": CODES[hand.codes](code), "item": ITEMS[code], "area": area, "count": count,
        "points": plain(Fraction(POINTS[code])), "standard": f"{ITEMS[code]}达到要求的得满分；\n每缺一项扣0.5分。",
        "said": "已完成；\n材料见附件", "evidence": f"《关于{ITEMS[code]}的通知》（示政办〔2024〕{count}号）",
        "verifier": "市政府办公室", "why": "材料不全" if own.get(code) != found.get(code) else None,
        "office": "办公室" if count % 2 else "政务公开科", "link": f"http://www.example.gov.cn/{code}",
        "other": "已核" if count == 3 else None,
    }  # fmt: skip
    for key, scores in (("own", own), ("verified", found)):
        score = scores.get(code)
        if score is None:
            values[key] = "不适用" if key == "verified" or count % 2 else None
        elif hand.formulas:
            top = POINTS[code]
            cell = f"{letter(keys.index('points') + 1)}{at}"
            values[key] = Cell(plain(score), "0.00", f"={cell}-{plain(top - score)}")
        else:
            values[key] = write(score)
    return [values.get(key) for key in keys]


def form(who: Who, hand: Hand, name: str = "Sheet1") -> Page:
    """The page of a form."""
    layout = LAYOUTS[hand.layout]
    keys = [key for _, key in layout]
    page = Page(name, styled_to=1000 if hand.styled else 0)
    BLOCKS[hand.block](page, who, len(keys))
    first = len(page.rows) + 1
    head(page, layout)
    page.title_rows = f"{first}:{len(page.rows)}"
    width = len(keys)
    if hand.numbered:
        page.add(*[str(c) if n % 2 else c for n, c in enumerate(range(1, width + 1))])
    count = 0
    top = len(page.rows) + 1
    for number, area in enumerate(AREAS, 1):
        codes = [
            c for c in POINTS
            if c[0] == str(number) and (c not in data.EXEMPT.get(who.unit, "") or hand.foot % 2)
        ]  # fmt: skip
        total = sum(POINTS[c] for c in codes)
        _caption(page, hand, number, area, total, width, keys)
        begin = len(page.rows) + 1
        for code in codes:
            count += 1
            row = page.add(*_row(who, hand, keys, code, count, len(page.rows) + 1))
            _mark(page, keys, code, row)
        if "area" in keys and hand.captions != 3:
            at = keys.index("area")
            for r in range(begin + 1, len(page.rows) + 1):
                page.rows[r - 1][at] = None
            page.merge(begin, at + 1, len(page.rows), at + 1)
        if hand.captions == 2:
            _sum(page, hand, keys, "小计", begin, codes, who)
        if hand.captions == 1 and number == 3:
            # The header stands again on the next printed page.
            head(page, layout)
    every = [c for c in POINTS if c in data.verified(who.unit, who.period)]
    _sum(page, hand, keys, ("合计", "合　　计", "总分", "合计得分")[hand.captions], top, every, who)
    FEET[hand.foot](page, width)
    return page


def _mark(page: Page, keys: Sequence[str | None], code: str, row: int) -> None:
    if code == "6.3":
        page.marks["name"] = (row, keys.index("code") + 1)
    elif code == "3.2":
        page.marks["shown"] = (row, keys.index("verified") + 1)
        page.marks["beside"] = (row, (keys.index(None) if None in keys else len(keys)) + 1)


def _caption(
    page: Page,
    hand: Hand,
    number: int,
    area: str,
    total: int,
    width: int,
    keys: Sequence[str | None],
) -> None:
    numeral = "一二三四五六"[number - 1]
    if hand.captions == 0:
        page.across(f"{numeral}、{area}（{total}分）", width)
    elif hand.captions == 1:
        page.add(f"（{numeral}）{area}")
    elif hand.captions == 3:
        # With the area's points in the column of points.
        cells: list[Any] = [f"{numeral}、{area}"] + [None] * (width - 1)
        cells[keys.index("points")] = total
        page.add(*cells)


def _sum(
    page: Page,
    hand: Hand,
    keys: Sequence[str | None],
    label: str,
    top: int,
    codes: Sequence[str],
    who: Who,
) -> None:
    cells: list[Any] = [label] + [None] * (len(keys) - 1)
    bottom = len(page.rows)
    sums = {
        "points": sum((Fraction(POINTS[c]) for c in codes), Fraction(0)),
        "own": sum(
            (data.self_scores(who.unit, who.period).get(c, Fraction(0)) for c in codes), Fraction(0)
        ),
        "verified": sum(
            (data.verified(who.unit, who.period).get(c, Fraction(0)) for c in codes), Fraction(0)
        ),
    }
    for key, value in sums.items():
        at = keys.index(key)
        span = f"{letter(at + 1)}{top}:{letter(at + 1)}{bottom}"
        formula = f"=SUM({span})" if hand.formulas else None
        cells[at] = Cell(plain(value), "0.00", formula)
    page.add(*cells)


def _hand(n: int, shift: int) -> Hand:
    # Periods that have no common factor bring every way together with every other.
    return Hand(
        block=(n + shift) % 9, layout=(n * 3 + n // 9 + shift // 2) % 7, numbers=(n + shift // 3) % 11,
        codes=(n * 2 + n // 5) % 5, foot=(n * 4 + n // 11 + shift // 5) % 11,
        captions=(n + n // 4 + shift) % 4, beside=(n * 5 + n // 6) % 6, numbered=n % 5 == 2,
        formulas=n % 8 == 5, styled=n % 6 == 0,
    )  # fmt: skip


def _writer(n: int, hand: Hand) -> tuple[Writer, str]:
    if hand.formulas:
        return raw(prefix="x" if n % 2 else "", inline=n % 3 == 0), "xlsx"
    if hand.styled:
        return excel, "xlsx"
    return [
        (excel, "xlsx"), (stamped, "xlsx"), (old_excel, "xls"), (raw(prefix="ns0"), "xlsx"),
        (raw(strict=True, inline=False, program="WPS 表格"), "xlsx"), (stamped, "xlsx"),
        (raw(backslash=True, inline=False), "xlsx"),
    ][n % 7]  # fmt: skip


_LONG = ("澄湖区人民政府", "示例市教育局")
"""Two units that sent one long table for the second half-year."""
_SHARED = ("雁汀县人民政府", "石桥县人民政府")
"""Two units whose forms for the first half-year stand in one file."""


def documents(shift: int = 0) -> list[Document]:
    """All forms, as files; another ``shift`` brings other ways together."""
    out = []
    together = []
    for n, (unit, period) in enumerate((u, p) for u in data.UNITS for p in data.PERIODS):
        who, hand = Who(unit, period, n), _hand(n, shift)
        if unit in _LONG and period == "下半年":
            continue
        if unit in _SHARED and period == "上半年":
            together.append(form(who, hand, unit[:3]))
            continue
        writer, suffix = _writer(n, hand)
        name = (
            f"{unit}2024年{period}考核表", f"附件2：{who.written}自评表（盖章版）", f"{n:02d} {who.written}-最终版 (1)",
            f"{period}考核表—{who.written}",
        )[n % 4]  # fmt: skip
        inside = "部门/" if data.GROUPS[unit] == "部门" and period == "下半年" else ""
        page = form(who, hand, ("Sheet1", "考核表", f"{period}", "自评 表")[n % 4])
        pages = [page, *beside(hand.beside)]
        if hand.beside == 4:
            # The explanation stands in front.
            pages = [pages[1], page, *pages[2:]]
        out.append(Document(f"自我考核/{period}/{inside}{name}.{suffix}", pages, writer))
    out.append(Document("自我考核/上半年/两县报送.xlsx", together, excel))
    out.append(Document("自我考核/下半年/两家补报汇总.xlsx", [_long_table()], excel))
    return out


def _long_table() -> Page:
    page = Page("汇总")
    page.across("2024年下半年自我考核补报汇总表", 10)
    page.add("制表单位：市政府办公室", None, None, None, None, None, "单位：分")
    page.add(
        "序号",
        "被考核单位",
        "考核期次",
        "指标编号",
        "指标名称",
        "分值",
        "自评得分",
        "自评说明",
        "核查得分",
        "核查说明",
    )
    count = 0
    for unit in _LONG:
        first = len(page.rows) + 1
        own, found = data.self_scores(unit, "下半年"), data.verified(unit, "下半年")
        for code in found:
            count += 1
            here = len(page.rows) + 1 == first
            row = page.add(
                count, unit if here else None, "2024年下半年" if here else None, code, ITEMS[code], POINTS[code],
                plain(own[code]), "见附件\n第3页", plain(found[code]), None,
            )  # fmt: skip
            page.marks |= {"name": (row, 4), "shown": (row, 9), "beside": (row, 11)}
        page.merge(first, 2, len(page.rows), 2)
        page.merge(first, 3, len(page.rows), 3)
        page.add(None, "小计", None, None, None, sum(POINTS[c] for c in found),
                 plain(sum(own.values(), Fraction(0))), None, plain(sum(found.values(), Fraction(0))))  # fmt: skip
    page.add("制表人：刘一　　　审核人：陈二　　　2025年1月14日")
    return page
