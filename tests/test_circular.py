"""The circular: what it says, and the measures of GB/T 9704—2012 on the produced files."""

from __future__ import annotations

import io
import itertools
import os
import re
import runpy
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from scoring.publish.circular.content import Circular, compose
from scoring.publish.circular.docx import render_docx
from scoring.publish.circular.html import render_html
from scoring.scheme import Scheme
from scoring.score import Result
from scoring.wording.official import title_lines, width
from tests.synthetic import FULL, units, year

ROOT = Path(__file__).resolve().parent.parent
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
UNITS = [row["unit"] for row in units()]


def texts(circular: Circular) -> str:
    """The text of the circular without its annex, one paragraph a line."""
    lines = list(circular.opening)
    for section in circular.sections:
        lines += [section.heading, *(p.text for p in section.paragraphs)]
    return "\n".join(lines)


def section(circular: Circular, heading: str) -> list[str]:
    (found,) = [s for s in circular.sections if heading in s.heading]
    return [p.text for p in found.paragraphs]


@pytest.fixture(scope="module")
def result() -> Result:
    return year(FULL)[0]


@pytest.fixture(scope="module")
def circular() -> Circular:
    return compose(*year(FULL))


@pytest.fixture(scope="module")
def bare() -> Circular:
    return compose(*year())


@pytest.fixture(scope="module")
def provisional() -> Circular:
    return compose(*year(FULL, lacking=3))


# ---------------------------------------------------------------- what it says


def test_names_basis_units_components_weights_and_grades(circular: Circular) -> None:
    opening = "".join(circular.opening)
    assert opening.startswith("根据《菏泽市政府信息公开工作考核办法》")
    assert "14个县区、38个部门2024年度政府信息公开工作" in opening
    assert "平时考核（占30%）、自我考核（占40%）、第三方评估（占30%）" in opening
    assert (
        "优秀（90分以上）、良好（80分以上不满90分）、合格（60分以上不满80分）、不合格（不满60分）"
        in opening
    )
    assert "截至2024年12月31日" in opening


@pytest.mark.parametrize("group", ["县区", "部门"])
def test_group_means_are_exact_and_rounded_half_up(
    circular: Circular, result: Result, group: str
) -> None:
    counts = [Decimal(u.composite or 0) / 100 for u in result.in_group(group)]
    mean = (sum(counts) / len(counts)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    (line,) = [t for t in section(circular, "总体情况") if t.startswith(group)]
    most, least = max(counts), min(counts)
    assert f"综合考核平均成绩{mean}分，最高{most:.2f}分，最低{least:.2f}分" in line


def test_every_unit_stands_once_under_its_grade(circular: Circular, result: Result) -> None:
    grade = ""
    listed: list[tuple[str, str, str]] = []
    for text in section(circular, "考核结果"):
        if heading := re.fullmatch(r"（.）(.+)（\d+个）", text):
            grade = heading[1]
        elif row := re.fullmatch(r"(.+)（(\d+)个）：(.+)。", text):
            names = row[3].split("、")
            assert len(names) == int(row[2])
            listed += [(grade, row[1], name) for name in names]
    grades = [g.name for g in result.scheme.grades]
    expected = [
        (u.grade, u.group, u.unit) for grade in grades for u in result.units if u.grade == grade
    ]
    assert listed == expected
    assert len(listed) == 52


def test_problems_are_counted_by_rule_most_first(circular: Circular, result: Result) -> None:
    counted = [e for e in result.entries if e.status == "counted"]
    lines = section(circular, "存在问题")
    assert any(
        f"共{len(counted)}个，涉及{len({e.charged_unit for e in counted})}个单位" in t
        for t in lines
    )
    found = [re.match(r"\d\.(.+?)：(\d+)个，涉及(\d+)个单位。", t) for t in lines]
    rows = [(m[1], int(m[2]), int(m[3])) for m in found if m]
    assert [count for _, count, _ in rows] == sorted((c for _, c, _ in rows), reverse=True)
    ledger: Any = result.scheme.components["ledger"]
    for rule in ledger.rules:
        own = [e for e in counted if e.rule == rule.code]
        if own:
            assert (rule.title, len(own), len({e.charged_unit for e in own})) in rows


def test_weakest_areas_have_the_lowest_shares(circular: Circular, result: Result) -> None:
    got: Counter[str] = Counter()
    full: Counter[str] = Counter()
    for item in result.items:
        got[item.area] += item.verified_score or 0
        full[item.area] += item.points
    weakest = sorted(full, key=lambda area: Fraction(got[area], full[area]))[:3]
    named = [m[1] for t in section(circular, "存在问题") if (m := re.match(r"\d\.(.+)：得分率", t))]
    assert sorted(named) == sorted(weakest)
    assert "、".join(named) in "".join(section(circular, "工作要求"))


def two_decimals(value: Fraction | None) -> str:
    assert value is not None
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def test_annex_holds_every_unit_in_order_with_its_decimals(
    circular: Circular, result: Result
) -> None:
    rows = [row for table in circular.annex.tables for row in table.rows]
    assert [row[1] for row in rows] == [unit.unit for unit in result.units]
    assert [table.caption for table in circular.annex.tables] == ["县区（14个）", "部门（38个）"]
    for row, unit in zip(rows, result.units, strict=True):
        assert list(row[2:5]) == [two_decimals(value) for value in unit.components.values()]
        assert row[5] == result.composite_text(unit)
        assert re.fullmatch(r"\d+\.\d{2}", row[5])
        assert (row[0], row[6]) == (str(unit.rank), unit.grade)


def test_given_facts_stand_where_they_belong(circular: Circular) -> None:
    assert circular.title == "示例市人民政府办公室关于2024年度政府信息公开工作考核情况的通报"
    assert circular.letterhead == "示例市人民政府办公室文件"
    assert circular.number == "示政办字〔2025〕6号"
    assert circular.recipients == "各县区人民政府，市政府各部门、各直属单位："
    assert (circular.issuer, circular.date) == ("示例市人民政府办公室", "2025年2月20日")
    assert (circular.printed_by, circular.printed_on) == ("示例市人民政府办公室", "2025年2月20日")
    assert circular.copies[0] == "市委办公室"
    assert not circular.provisional
    assert "暂定" not in texts(circular) + circular.title + circular.mark


def test_what_is_not_given_is_a_visible_blank(bare: Circular) -> None:
    assert bare.title == "关于2024年度政府信息公开工作考核情况的通报"
    assert bare.letterhead == "××××文件"
    assert re.fullmatch(r"×+〔2025〕\s+号", bare.number)
    assert bare.recipients == "××××："
    assert bare.issuer == bare.printed_by == "××××"
    assert re.fullmatch(r"2025年\s月\s日", bare.date)
    assert bare.printed_on == bare.date
    assert bare.copies == ("市委组织部",)


def test_the_office_may_write_its_own_text() -> None:
    own = {
        "title": "关于2024年度\n公开工作的通报",
        "opening": "第一段。\n\n第二段,有逗号。",
        "overview": "总体补充。",
        "problems": "问题补充。",
        "requirements": [{"title": "按月调度", "text": "每月一次。\n不得遗漏。"}],
        "copies": [],
        "date": "2026-01-05",
    }
    circular = compose(*year(own))
    assert circular.title_lines == ("关于2024年度", "公开工作的通报")
    assert circular.opening == ("第一段。", "第二段，有逗号。")
    assert section(circular, "总体情况")[-1] == "总体补充。"
    assert section(circular, "存在问题")[-1] == "问题补充。"
    assert section(circular, "工作要求") == ["（一）按月调度", "每月一次。", "不得遗漏。"]
    assert circular.copies == ()
    assert "〔2026〕" in circular.number


def test_a_section_without_text_is_left_out() -> None:
    circular = compose(*year({"requirements": []}))
    assert [s.heading for s in circular.sections] == [
        "一、总体情况",
        "二、考核结果",
        "三、存在问题",
    ]


def test_default_requirements_are_filled_in(circular: Circular) -> None:
    text = "".join(section(circular, "工作要求"))
    assert "政府信息公开工作" in text
    assert "2025年度" in text
    assert not re.search(r"[{}#]", text)


def test_provisional_is_marked_and_grades_are_not_final(provisional: Circular) -> None:
    assert provisional.provisional
    assert provisional.title.endswith("考核情况的通报（暂定稿）")
    assert provisional.title_lines[-1].endswith("（暂定稿）")
    assert "不得印发" in provisional.opening[0]
    assert "有3个单位的成绩存在缺项，共3处" in provisional.opening[0]
    headings = [t for t in section(provisional, "考核结果") if re.match(r"（.）", t)]
    assert all("暂定" in heading or "未定" in heading for heading in headings)
    assert "因缺项未定等次（3个）" in headings[-1]
    for table in provisional.annex.tables:
        assert {"暂定\n排名", "暂定\n综合成绩", "暂定\n等次"} <= {c.title for c in table.columns}
    lacking = [row for table in provisional.annex.tables for row in table.rows if row[1] in
               {f"{name}*" for name in UNITS[:3]}]  # fmt: skip
    assert len(lacking) == 3
    assert all((row[0], row[-2], row[-1]) == ("—", "—", "—") for row in lacking)
    assert any("缺项" in note for note in provisional.annex.notes)


BUREAU: dict[str, Any] = {
    "name": "bureau",
    "title": "示例局政务公开考核细则",
    "subject": "政务公开工作",
    "source": "示例局",
    "groups": ["科室", "下属单位"],
    "clause": "第三条",
    "components": {
        "daily": {
            "kind": "ledger", "title": "日常工作", "table": "日常台账", "weight": 100,
            "clause": "第三条", "start": 100,
            "rules": [{"code": "a", "title": "少报信息", "points": "0.5", "counts": "notified",
                       "clause": "第四条"}],
        }
    },
    "grades": [{"name": "先进", "from": 95}, {"name": "达标", "from": -100_000}],
    "rounding": {"decimals": 1},
}  # fmt: skip


def test_another_scheme_uses_its_own_words() -> None:
    graded = [
        {"unit": f"第{n}科", "group": "科室", "position": n, "parent": None} for n in range(1, 9)
    ]
    circular = compose(*year(scheme=Scheme.model_validate(BUREAU), graded=graded))
    everything = texts(circular) + repr(circular)
    assert circular.title == "关于2024年度政务公开工作考核情况的通报"
    assert "根据《示例局政务公开考核细则》，对8个科室2024年度政务公开工作进行了考核" in everything
    assert "综合考核成绩按日常工作成绩确定。" in everything
    assert "占100%" not in everything
    assert "先进（95分以上）、达标（不满95分）" in everything
    assert [table.caption for table in circular.annex.tables] == ["科室（8个）"]
    assert [c.title for c in circular.annex.tables[0].columns][2] == "日常工作\n（100%）"
    assert all(re.fullmatch(r"\d+\.\d", row[3]) for row in circular.annex.tables[0].rows)
    assert circular.copies == ()
    for foreign in ("菏泽", "县区", "自我考核", "优秀", "信息公开工作", "下属单位"):
        assert foreign not in everything
    assert "抄送" not in render_html(circular)
    assert "抄送" not in document_text(render_docx(circular))


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("示例市人民政府办公室关于2024年度政府信息公开工作考核情况的通报", "示例市人民政府办公室"),
        ("示例市人民政府办公室关于2024年度政府信息公开工作考核情况的通报（暂定稿）", "示例市人民政府办公室"),
        ("示例市政务公开工作领导小组办公室关于2024年度全市政府信息公开和政务公开工作综合考核情况的通报",
         "示例市政务公开工作领导小组办公室"),
        ("关于2024年度政府信息公开工作考核情况的通报", ""),
        ("中共示例市委办公室、示例市人民政府办公室关于2024年度政府信息公开工作考核情况的通报",
         "中共示例市委办公室、示例市人民政府办公室"),
        ("中共示例市委办公室、示例市人民政府办公室、示例市政务服务局关于2024年度政府信息公开工作考核情况的通报",
         "中共示例市委办公室、示例市人民政府办公室、示例市政务服务局"),
    ],
)  # fmt: skip
def test_titles_break_where_a_phrase_ends(title: str, head: str) -> None:
    lines = title_lines(title, head)
    assert "".join(lines) == title
    widths = [width(line) for line in lines]
    assert max(widths) <= 20
    middle = widths[1:-1]
    assert all(w >= min(widths[0], widths[-1]) for w in middle), "沙漏形"
    for left, right in itertools.pairwise(lines):
        assert left.endswith(("关于", "年度", "工作", "、", "》")) or right.startswith(
            ("关于", "考核", "《", "（")
        )


def test_a_long_issuer_has_a_line_of_its_own() -> None:
    issuer = "中共示例市委办公室、示例市人民政府办公室"
    title = f"{issuer}关于2024年度政府信息公开工作考核情况的通报"
    assert title_lines(title, issuer) == (
        issuer, "关于2024年度政府信息公开工作", "考核情况的通报",
    )  # fmt: skip


def test_importing_the_circular_loads_no_renderer() -> None:
    code = (
        "import sys, scoring.publish.circular.content, scoring.publish.circular.docx, "
        "scoring.publish.circular.html\n"
        "print([m for m in ('docx', 'docxtpl', 'jinja2') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stderr


# ---------------------------------------------------------------- docx


def part(content: bytes, name: str) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return ET.fromstring(archive.read(name))


def document_text(content: bytes) -> str:
    return "\n".join(
        "".join(t.text or "" for t in p.iter(f"{W}t"))
        for p in part(content, "word/document.xml").iter(f"{W}p")
    )


def value(element: ET.Element | None, name: str = "val") -> str:
    assert element is not None
    return element.get(f"{W}{name}", "")


def style(content: bytes, name: str) -> ET.Element:
    (found,) = [
        s for s in part(content, "word/styles.xml").iter(f"{W}style")
        if value(s.find(f"{W}name")) == name
    ]  # fmt: skip
    return found


@pytest.fixture(scope="module")
def docx(circular: Circular) -> bytes:
    return render_docx(circular)


def test_page_margins_and_grid(docx: bytes) -> None:
    page = part(docx, "word/document.xml").find(f".//{W}sectPr")
    assert page is not None
    size, margins, grid = (page.find(f"{W}{name}") for name in ("pgSz", "pgMar", "docGrid"))
    assert (value(size, "w"), value(size, "h")) == ("11906", "16838")
    mm = {
        side: round(int(value(margins, side)) / 1440 * 25.4)
        for side in ("top", "bottom", "left", "right")
    }
    assert mm == {"top": 37, "bottom": 35, "left": 28, "right": 26}
    pitch = int(value(grid, "linePitch"))
    assert value(grid, "type") == "linesAndChars"
    height = 16838 - int(value(margins, "top")) - int(value(margins, "bottom"))
    assert height // pitch == 22
    character = 16 * 20 + int(value(grid, "charSpace")) * 20 / 4096
    across = 11906 - int(value(margins, "left")) - int(value(margins, "right"))
    assert int(across / character) == 28


@pytest.mark.parametrize(
    ("name", "font", "points", "align"),
    [
        ("公文发文字号", "仿宋_GB2312", 16, "center"),
        ("公文标题", "方正小标宋简体", 22, "center"),
        ("公文主送机关", "仿宋_GB2312", 16, "both"),
        ("公文正文", "仿宋_GB2312", 16, "both"),
        ("公文一级标题", "黑体", 16, "both"),
        ("公文二级标题", "楷体_GB2312", 16, "both"),
        ("公文附件标识", "黑体", 16, "left"),
        ("公文附件标题", "方正小标宋简体", 22, "center"),
        ("公文抄送机关", "仿宋_GB2312", 14, "both"),
        ("公文印发机关", "仿宋_GB2312", 14, "left"),
        ("公文单页码", "宋体", 14, "right"),
        ("公文双页码", "宋体", 14, "left"),
    ],
)
def test_fonts_and_sizes(docx: bytes, name: str, font: str, points: int, align: str) -> None:
    found = style(docx, name)
    fonts = found.find(f".//{W}rFonts")
    assert [value(fonts, role) for role in ("eastAsia", "ascii", "hAnsi")] == [font] * 3
    assert int(value(found.find(f"{W}rPr/{W}sz"))) == 2 * points
    assert value(found.find(f"{W}pPr/{W}jc")) == align


def test_indents_and_lines(docx: bytes) -> None:
    def indent(name: str, side: str) -> str:
        return value(style(docx, name).find(f"{W}pPr/{W}ind"), f"{side}Chars")

    for name in ("公文正文", "公文一级标题", "公文二级标题"):
        assert indent(name, "firstLine") == "200"
        spacing = style(docx, name).find(f"{W}pPr/{W}spacing")
        assert (value(spacing, "line"), value(spacing, "lineRule")) == ("579", "exact")
    assert indent("公文成文日期", "right") == "400"
    assert (indent("公文附件说明", "left"), indent("公文附件说明", "hanging")) == ("500", "300")
    assert indent("公文单页码", "right") == indent("公文双页码", "left") == "100"
    assert value(style(docx, "公文附件标识").find(f"{W}pPr/{W}pageBreakBefore")) == ""


def test_letterhead_is_red_and_the_line_under_the_number_too(docx: bytes) -> None:
    head = style(docx, "公文发文机关标志")
    assert value(head.find(f"{W}rPr/{W}color")) == "FF0000"
    assert int(value(head.find(f"{W}rPr/{W}sz"))) / 2 * 12 <= 442  # 12 characters on 156 mm
    line = style(docx, "公文发文字号").find(f"{W}pPr/{W}pBdr/{W}bottom")
    assert value(line, "color") == "FF0000"


def paragraphs_of(content: bytes) -> list[tuple[str, str]]:
    """The paragraphs of the body with the names of their styles."""
    names = {
        value(s, "styleId"): value(s.find(f"{W}name"))
        for s in part(content, "word/styles.xml").iter(f"{W}style")
    }
    body = part(content, "word/document.xml").find(f"{W}body")
    assert body is not None
    found = []
    for p in body.findall(f"{W}p"):
        mark = p.find(f"{W}pPr/{W}pStyle")
        found.append((names[value(mark)] if mark is not None else "Normal",
                      "".join(t.text or "" for t in p.findall(f"{W}r/{W}t"))))  # fmt: skip
    return found


def blank_lines(content: bytes, above: str) -> int:
    """How many blank lines stand over the first paragraph of a style."""
    rows = paragraphs_of(content)
    at = [name for name, _ in rows].index(above)
    count = 0
    while rows[at - 1 - count][1] == "" and rows[at - 1 - count][0] == "Normal":
        count += 1
    return count


def test_blank_lines_between_the_elements(docx: bytes) -> None:
    assert blank_lines(docx, "公文标题") == 2
    assert blank_lines(docx, "公文主送机关") == 1
    assert blank_lines(docx, "公文附件说明") == 1
    assert blank_lines(docx, "公文附件标题") == 1  # 附件 on the first line, the title on the third


def test_signature_is_centred_on_the_date(docx: bytes) -> None:
    indent = style(docx, "公文署名").find(f"{W}pPr/{W}ind")
    centre = (int(value(indent, "left")) + 8844) / 2
    character = 8844 / 28
    date = 8844 - 4 * character - float(width("2025年2月20日")) * character / 2
    assert centre == pytest.approx(date, abs=10)


def test_page_numbers_odd_right_even_left(docx: bytes) -> None:
    assert part(docx, "word/settings.xml").find(f"{W}evenAndOddHeaders") is not None
    rels = part(docx, "word/_rels/document.xml.rels")
    targets = {r.get("Id"): r.get("Target", "") for r in rels}
    key = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    for reference in part(docx, "word/document.xml").iter(f"{W}footerReference"):
        footer = part(docx, "word/" + targets[reference.get(key, "")])
        odd = value(reference, "type") == "default"
        assert value(footer.find(f".//{W}pStyle")) == (
            "CircularPageOdd" if odd else "CircularPageEven"
        )
        assert "".join(t.text or "" for t in footer.iter(f"{W}t")) == "— 1 —"
        assert [i.text for i in footer.iter(f"{W}instrText")] == [" PAGE "]


def test_annex_tables_repeat_their_head_and_never_split_a_row(docx: bytes) -> None:
    body = part(docx, "word/document.xml").find(f"{W}body")
    assert body is not None
    tables = body.findall(f"{W}tbl")
    assert [len(t.findall(f"{W}tr")) for t in tables] == [15, 39]
    for table in tables:
        rows = table.findall(f"{W}tr")
        assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == (
            [True] + [False] * (len(rows) - 1)
        )
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        grid = [int(value(c, "w")) for c in table.iter(f"{W}gridCol")]
        assert sum(grid) == pytest.approx(8844, abs=1)
        assert [int(value(c, "w")) for c in rows[1].iter(f"{W}tcW")] == grid


@pytest.mark.parametrize(("longest", "points"), [(9, 12), (11, 11.5), (14, 10.5), (18, 10.5)])
def test_names_of_usual_length_stand_on_one_line_of_the_annex(
    circular: Circular, longest: int, points: float
) -> None:
    """Longer names of units make the characters of the tables smaller; the longest are broken."""
    tables = []
    for table in circular.annex.tables:
        name = next(i for i, column in enumerate(table.columns) if column.left)
        rows = [
            tuple("某" * longest if i == name else text for i, text in enumerate(row))
            for row in table.rows
        ]
        tables.append(replace(table, rows=tuple(rows)))
    content = render_docx(replace(circular, annex=replace(circular.annex, tables=tuple(tables))))
    styles = part(content, "word/styles.xml")
    for found in ("CircularTableText", "CircularTableHead"):
        style = styles.find(f".//{W}style[@{W}styleId='{found}']")
        assert style is not None
        assert int(value(style.find(f"{W}rPr/{W}sz"))) == 2 * points
    body = part(content, "word/document.xml").find(f"{W}body")
    assert body is not None
    for written in body.findall(f"{W}tbl"):
        grid = [int(value(c, "w")) for c in written.iter(f"{W}gridCol")]
        # What the edges of a cell take is 114.
        assert grid[1] - 114 >= min(longest, 14) * 20 * points


def test_end_block_lines(docx: bytes) -> None:
    box = part(docx, "word/document.xml").find(f".//{WP}anchor")
    assert box is not None
    where = box.find(f"{WP}positionV")
    assert where is not None
    assert where.get("relativeFrom") == "margin"
    assert where.findtext(f"{WP}align") == "bottom"
    borders = box.find(f".//{W}tblBorders")
    assert borders is not None
    # Eighths of a point: 1 pt is 0.35 mm, 0.75 pt is 0.26 mm.
    assert {b.tag.removeprefix(W): value(b, "sz") for b in borders} == {
        "top": "8", "bottom": "8", "insideH": "6"
    }  # fmt: skip


def test_fonts_of_the_settings_take_the_place_of_the_usual_ones() -> None:
    chosen = {"fonts": {"title": "华文中宋", "body": "仿宋", "page_number": "Times New Roman"}}
    circular = compose(*year(FULL | chosen))
    content = render_docx(circular)
    assert value(style(content, "公文正文").find(f".//{W}rFonts"), "eastAsia") == "仿宋"
    assert value(style(content, "公文标题").find(f".//{W}rFonts"), "eastAsia") == "华文中宋"
    assert value(style(content, "公文单页码").find(f".//{W}rFonts"), "ascii") == "Times New Roman"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [n for n in archive.namelist() if re.match(r"word/[a-z0-9]+\.xml", n)]
        everything = b"".join(archive.read(name) for name in names)
    for usual in ("方正小标宋简体", "仿宋_GB2312", "宋体"):
        assert f'"{usual}"'.encode() not in everything
    assert '"华文中宋"' in render_html(circular)


def test_every_page_of_a_provisional_circular_is_marked(provisional: Circular, docx: bytes) -> None:
    def headers(content: bytes) -> list[str]:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [n for n in archive.namelist() if n.startswith("word/header")]
        return ["".join(t.text or "" for t in part(content, n).iter(f"{W}t")) for n in names]

    assert headers(render_docx(provisional)) == ["暂定稿，不得印发"] * 2
    assert headers(docx) == [""] * 2
    assert "暂定稿，不得印发" in render_html(provisional)


def test_text_is_never_taken_for_markup() -> None:
    name = "甲&乙<丙>{{ 丁 }}"
    graded = [{"unit": name, "group": "县区", "position": 0, "parent": None}]
    circular = compose(*year(FULL | {"issuer": name}, graded=graded))
    assert document_text(render_docx(circular)).count(name) >= 3
    assert "<丙>" not in render_html(circular)


def test_same_circular_same_bytes(docx: bytes, circular: Circular, tmp_path: Path) -> None:
    assert render_docx(circular) == docx
    code = (
        "import sys, hashlib; from tests.synthetic import FULL, year\n"
        "from scoring.publish.circular.content import compose\n"
        "from scoring.publish.circular.docx import render_docx\n"
        "from scoring.publish.circular.html import render_html\n"
        "c = compose(*year(FULL))\n"
        "print(hashlib.sha256(render_docx(c) + render_html(c).encode()).hexdigest())"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(hashes) == 1
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        core = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r">(\d{4})-\d\d-\d\dT", core)) == {"1980"}


def test_every_template_is_what_its_tool_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    made: dict[str, bytes] = {}
    for tool in (ROOT / "tools").glob("make_*_template*.py"):
        made |= runpy.run_path(str(tool))["make"]()
    kept = {path.name: path.read_bytes() for path in (ROOT / "templates").glob("*.docx")}
    assert made.keys() == kept.keys()
    for name in made:
        new, old = (zipfile.ZipFile(io.BytesIO(content[name])) for content in (made, kept))
        assert new.namelist() == old.namelist()
        for part in new.namelist():
            assert new.read(part) == old.read(part), f"{name} {part}"


def test_a_changed_template_is_followed(circular: Circular, tmp_path: Path) -> None:
    from docx import Document

    document = Document(str(ROOT / "templates" / "通报.docx"))
    for paragraph in document.paragraphs:
        if paragraph.text.startswith("附件：") or paragraph.style.name == "公文发文机关标志":
            paragraph._p.getparent().remove(paragraph._p)
    added = document.paragraphs[0].insert_paragraph_before("本件公开发布")
    added.insert_paragraph_before("密级")
    document.paragraphs[0]._p.addnext(document.add_table(1, 2)._tbl)
    path = tmp_path / "改.docx"
    document.save(str(path))
    text = document_text(render_docx(circular, path))
    assert "本件公开发布" in text
    assert "附件：" not in text
    assert all(unit in text for unit in UNITS)


# ---------------------------------------------------------------- html


@pytest.fixture(scope="module")
def html(circular: Circular) -> str:
    return render_html(circular)


def test_html_is_well_formed_and_needs_no_other_file(html: str) -> None:
    page = ET.fromstring(html.removeprefix("<!DOCTYPE html>"))
    assert page.get("lang") == "zh-CN"
    assert not re.search(r"https?:|<script|<link|<img|@import|url\(|src=", html)
    assert (
        page.findtext("head/title")
        == "示例市人民政府办公室关于2024年度政府信息公开工作考核情况的通报"
    )
    assert "".join(page.find(".//h1").itertext()) == page.findtext("head/title")  # type: ignore[union-attr]


def test_html_says_what_the_docx_says(html: str, docx: bytes, circular: Circular) -> None:
    page = ET.fromstring(html.removeprefix("<!DOCTYPE html>"))
    words = "".join(page.find("body").itertext())  # type: ignore[union-attr]
    written = document_text(docx)
    for text in (*UNITS, *texts(circular).splitlines(), circular.number, circular.recipients):
        assert text in words
        assert text in written
    cells = [e.text for e in page.iter() if e.tag in ("td", "th")]
    for table in circular.annex.tables:
        for row in table.rows:
            assert all(text in cells for text in row)


def test_html_tables_are_accessible(html: str) -> None:
    page = ET.fromstring(html.removeprefix("<!DOCTYPE html>"))
    tables = list(page.iter("table"))
    assert [t.findtext("caption") for t in tables] == ["县区（14个）", "部门（38个）"]
    for table in tables:
        assert {th.get("scope") for th in table.iter("th")} == {"col", "row"}
        assert len(table.findall("tbody/tr/th")) == len(table.findall("tbody/tr"))


def test_html_blanks_and_provisional(bare: Circular, provisional: Circular) -> None:
    assert "××××文件" in render_html(bare)
    assert "（暂定稿）" in render_html(provisional)


# ---------------------------------------------------------------- as LibreOffice lays it out

PT = 72 / 25.4
TEXT = {"left": 28 * PT, "right": 184 * PT, "top": 37 * PT, "bottom": 262 * PT}
XHTML = "{http://www.w3.org/1999/xhtml}"
Office = Callable[[Path, str], Path]


class Word:
    """A word on a page, with its box in points."""

    def __init__(self, element: ET.Element) -> None:
        self.text = element.text or ""
        self.left, self.top, self.right, self.bottom = (
            float(element.get(name, "nan")) for name in ("xMin", "yMin", "xMax", "yMax")
        )


def pages(pdf: Path) -> list[list[Word]]:
    run = subprocess.run(
        ["pdftotext", "-bbox-layout", str(pdf), "-"], check=True, capture_output=True
    )
    root = ET.fromstring(run.stdout)
    return [
        [Word(word) for word in page.iter(f"{XHTML}word")] for page in root.iter(f"{XHTML}page")
    ]


def lines(page: list[Word]) -> list[str]:
    """The text lines within the 版心, top to bottom."""
    rows: dict[int, list[Word]] = {}
    for word in page:
        middle = (word.top + word.bottom) / 2
        if TEXT["top"] < middle < TEXT["bottom"]:
            row = next((y for y in rows if abs(y - middle) < 6), round(middle))
            rows.setdefault(row, []).append(word)
    return ["".join(w.text for w in sorted(rows[y], key=lambda w: w.left)) for y in sorted(rows)]


def dark_rows(pdf: Path, page: int, left: float, right: float, share: float) -> list[float]:
    """Where (mm from the top) more than ``share`` of the pixels from left to right mm are dark."""
    dots = 300
    run = subprocess.run(
        ["pdftoppm", "-r", str(dots), "-f", str(page), "-l", str(page), "-gray", str(pdf)],
        check=True, capture_output=True,
    )  # fmt: skip
    _, size, _, pixels = run.stdout.split(b"\n", 3)
    across, down = map(int, size.split())
    first, last = (round(x / 25.4 * dots) for x in (left, right))
    found = []
    for y in range(down):
        row = pixels[y * across + first : y * across + last]
        if sum(p < 150 for p in row) >= share * len(row):
            found.append(y / dots * 25.4)
    return found


@pytest.fixture(scope="module")
def pdf(docx: bytes, office: Office, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("circular") / "通报.docx"
    path.write_bytes(docx)
    return office(path, "pdf")


@pytest.mark.office
def test_full_pages_hold_22_lines_of_28_characters(office: Office, tmp_path: Path) -> None:
    circular = compose(*year(FULL | {"overview": "公开" * 1500}))
    path = tmp_path / "长文.docx"
    path.write_bytes(render_docx(circular))
    laid_out = [lines(page) for page in pages(office(path, "pdf"))]
    full = [page for page in laid_out if all(set(line) <= {"公", "开"} for line in page)]
    assert len(full) >= 3
    assert {len(page) for page in full} == {22}
    assert {len(line) for page in full for line in page} == {28}


@pytest.mark.office
def test_no_text_stands_outside_the_type_area(pdf: Path) -> None:
    for number, page in enumerate(pages(pdf), 1):
        for word in page:
            if word.top < TEXT["bottom"]:
                assert word.left >= TEXT["left"] - 3, (number, word.text)
                assert word.right <= TEXT["right"] + 3, (number, word.text)


@pytest.mark.office
def test_nothing_is_lost_on_the_way_to_paper(pdf: Path, circular: Circular) -> None:
    printed = "".join("".join(lines(page)) for page in pages(pdf))
    for text in texts(circular).splitlines():
        assert re.sub(r"\s", "", text) in printed


@pytest.mark.office
def test_page_numbers_stand_7_mm_below_and_one_character_in(pdf: Path) -> None:
    found = pages(pdf)
    for number, page in enumerate(found, 1):
        under = [word for word in page if word.top > TEXT["bottom"]]
        assert "".join(word.text for word in under) == f"—{number}—"
        left, right = min(w.left for w in under), max(w.right for w in under)
        if number % 2:
            assert right == pytest.approx(TEXT["right"] - 14, abs=3)
        else:
            assert left == pytest.approx(TEXT["left"] + 14, abs=3)
    dash = max((w for w in found[0] if w.text == "—"), key=lambda w: w.left)
    rows = dark_rows(pdf, 1, dash.left / PT + 1, dash.right / PT - 1, 0.9)
    rows = [y for y in rows if y > 262]
    assert rows
    assert sum(rows) / len(rows) == pytest.approx(262 + 7, abs=1)


@pytest.mark.office
def test_first_page_carries_head_and_text(pdf: Path) -> None:
    first = "".join(lines(pages(pdf)[0]))
    assert first.startswith("示例市人民政府办公室文件示政办字〔2025〕6号")
    assert "各县区人民政府，市政府各部门、各直属单位：根据《" in first


@pytest.mark.office
def test_annex_starts_on_a_new_page_and_heads_repeat(pdf: Path) -> None:
    laid_out = [lines(page) for page in pages(pdf)]
    (start,) = [i for i, page in enumerate(laid_out) if page[0] == "附件"]
    assert laid_out[start][1] == "2024年度政府信息公开工作考核结果"
    assert laid_out[start - 1][-1] == "2025年2月20日"
    assert laid_out[start - 1][-2] == "示例市人民政府办公室"
    annex = laid_out[start:]
    assert len(annex) >= 3
    assert all(any("综合成绩" in line for line in page) for page in annex)


@pytest.mark.office
def test_third_line_of_the_annex_holds_its_title(pdf: Path) -> None:
    page = next(page for page in pages(pdf) if lines(page)[0] == "附件")
    mark = next(word for word in page if word.text == "附件")
    title = next(word for word in page if "考核结果" in word.text)
    step = 225 * PT / 22
    assert (title.bottom + title.top - mark.bottom - mark.top) / 2 == pytest.approx(2 * step, abs=3)


@pytest.mark.office
@pytest.mark.parametrize("count", [20, 36, 37, 52])
def test_end_block_stands_at_the_foot_of_the_last_page(
    office: Office, tmp_path: Path, count: int
) -> None:
    circular = compose(*year(FULL, graded=units()[:count]))
    path = tmp_path / "通报.docx"
    path.write_bytes(render_docx(circular))
    made = office(path, "pdf")
    found = pages(made)
    assert not any("印发" in "".join(lines(page)) for page in found[:-1])
    last = [line for line in lines(found[-1]) if line]
    assert last[-3].startswith("抄送：")
    assert last[-1] == "示例市人民政府办公室2025年2月20日印发"
    rules = dark_rows(made, len(found), 29, 183, 0.98)
    assert rules[-1] == pytest.approx(262, abs=0.6)
    top = max(y for y in rules if y < rules[-1] - 20)
    notes = [w for w in found[-1] if "排名并列" in w.text or w.text.startswith("注：")]
    assert notes
    assert max(word.bottom for word in notes) / PT < top
