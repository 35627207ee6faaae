"""A description as an annex to a notice, in Word: GB/T 9704—2012 as far as an annex goes."""

from __future__ import annotations

import io
from typing import Any

from scoring.publish.files import UNDATED, stable_zip
from scoring.wording.document import Description, Paragraph, Table
from scoring.wording.official import title_lines

_LINE = 28.95
"""Points of a line: 22 lines in 225 mm."""
_BODY, _TITLE, _CELL, _NUMBER = 16, 22, 12, 14
SONG, FANG, KAI, HEI, PLAIN = "方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"


def render_docx(description: Description) -> bytes:
    """The annex: the same description gives the same bytes."""
    from docx import Document

    document = Document()
    _page(document)
    _write(document.add_paragraph(), "附件", HEI)
    _write(document.add_paragraph(), "", FANG)
    for line in title_lines(description.title):
        _write(document.add_paragraph(), line, SONG, size=_TITLE, centred=True)
    _write(document.add_paragraph(), "", FANG)
    for section in description.sections:
        heading = document.add_paragraph()
        _write(heading, section.title, HEI, inset=True)
        heading.paragraph_format.keep_with_next = True
        for block in section.body:
            if isinstance(block, Paragraph):
                paragraph = document.add_paragraph()
                first_level = block.heading and block.text.startswith("（")
                _write(paragraph, block.text, KAI if first_level else FANG, inset=True)
                paragraph.paragraph_format.keep_with_next = block.heading
            else:
                _table(document, block)
    core = document.core_properties
    core.title, core.author, core.comments = description.title, "", ""
    core.created = core.modified = UNDATED
    out = io.BytesIO()
    document.save(out)
    return stable_zip(out.getvalue())


def _page(document: Any) -> None:
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(35 - 7 - 5)
    normal = document.styles["Normal"]
    _font(normal, FANG, _BODY)
    normal.paragraph_format.space_after = Pt(0)
    document.settings.odd_and_even_pages_header_footer = True
    _number(section.footer, right=True)
    _number(section.even_page_footer, right=False)


def _number(footer: Any, *, right: bool) -> None:
    """— 1 —, one character in from the outer edge."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    side = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.alignment = side
    if right:
        paragraph.paragraph_format.right_indent = Pt(_NUMBER)
    else:
        paragraph.paragraph_format.left_indent = Pt(_NUMBER)
    for text in ("— ", None, " —"):
        run = paragraph.add_run(text or "")
        _font(run, PLAIN, _NUMBER)
        if text is None:
            _field(run, "PAGE")


def _field(run: Any, code: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind in ("begin", None, "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = code
        run._r.append(element)


def _font(target: Any, name: str, size: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    target.font.name, target.font.size = name, Pt(size)
    target.font.color.rgb = RGBColor(0, 0, 0)
    fonts = target.element.get_or_add_rPr().get_or_add_rFonts()
    for key in ("w:eastAsia", "w:cs", "w:hAnsi", "w:ascii"):
        fonts.set(qn(key), name)


def _write(
    paragraph: Any,
    text: str,
    font: str,
    *,
    size: float = _BODY,
    centred: bool = False,
    inset: bool = False,
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.shared import Pt

    run = paragraph.add_run(text)
    _font(run, font, size)
    looks = paragraph.paragraph_format
    looks.space_before = looks.space_after = Pt(0)
    looks.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    looks.line_spacing = Pt(_LINE if size != _TITLE else 35)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if inset:
        looks.first_line_indent = Pt(2 * size)


def _table(document: Any, table: Table) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_LINE_SPACING
    from docx.oxml import OxmlElement
    from docx.shared import Mm, Pt

    widths = _widths(table)
    grid = document.add_table(rows=0, cols=len(table.head))
    grid.style = document.styles["Table Grid"]
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    for number, cells in enumerate((table.head, *table.rows)):
        row = grid.add_row()
        if number == 0:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, text, width in zip(row.cells, cells, widths, strict=True):
            cell.width = Mm(width)
            paragraph = cell.paragraphs[0]
            _write(paragraph, text, HEI if number == 0 else FANG, size=_CELL)
            paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
            paragraph.paragraph_format.line_spacing = Pt(18)
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Mm(width)


def _widths(table: Table) -> list[float]:
    """Millimetres a column, by its longest text within bounds; 156 together."""
    longest = [
        min(max(len(row[i]) for row in (table.head, *table.rows)), 16) + 2
        for i in range(len(table.head))
    ]
    return [156 * size / sum(longest) for size in longest]
