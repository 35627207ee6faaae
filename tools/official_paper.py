"""An official paper by GB/T 9704—2012 as a Word template: its looks, its parts, and the file.

The ``make_…_template.py`` beside it make the templates of it. The office may then change each in
Word: every look is a paragraph style (样式 “公文…”), every variable text a tag in braces that the
``docx`` module of its package in ``scoring.publish`` fills in. Making a template again gives the same
bytes, and gives up what was changed by hand.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scoring.intake.settings import Fonts  # noqa: E402
from scoring.publish.files import stable_zip  # noqa: E402

TOP, LEFT, BOTTOM, RIGHT = 37, 28, 35, 26
"""Margins in mm: 天头, 订口, and what they leave of A4 beside a 版心 of 156 × 225 mm."""

LINES, CHARACTERS = 22, 28
TEXT_WIDTH = 8844
"""156 mm in twentieths of a point, in which Word counts."""

PITCH = 579
"""One of 22 lines, in twentieths of a point, rounded down: 225 mm hold no 23rd."""

EM, SMALL = 16, 14
"""3号 and 4号 in points."""

CHARACTER = TEXT_WIDTH // CHARACTERS
"""One of 28 characters, in twentieths of a point: a little less than 3号."""

CHAR_SPACE = (TEXT_WIDTH * 4096 // CHARACTERS - EM * 20 * 4096) // 20
"""What the grid takes from every character, in 4096ths of a point."""

TIGHTER = -6
"""What every character of 3号 gives up, in twentieths of a point, so that 28 stand on 156 mm; full
lines are then spread to the edges. In Word the grid alone would do, but LibreOffice gives two cells
of a grid to a character that is wider than one, and measures it a little wider than it prints it."""

RED = "FF0000"
THICK, THIN = 8, 6
"""0.35 mm and 0.25 mm as Word counts lines, in eighths of a point."""


@dataclass(frozen=True)
class Look:
    """A paragraph style. Indents are in characters of 3号 (or of the style's own size)."""

    id: str
    name: str
    font: str
    size: float = EM
    align: str = "both"
    first: int = 0
    left: int = 0
    hanging: int = 0
    right: int = 0
    line: int = PITCH
    paragraph: str = ""
    run: str = ""
    outline: int | None = None
    border: str = ""

    def xml(self, names: Fonts) -> str:
        font = getattr(names, self.font)
        unit = CHARACTER if self.size == EM else int(self.size * 20)
        indent = "".join(
            f' w:{name}Chars="{count * 100}" w:{name}="{count * unit}"'
            for name, count in (
                ("left", self.left),
                ("right", self.right),
                ("hanging", self.hanging),
                ("firstLine", self.first),
            )
            if count
        )
        spacing = "" if self.size == EM else '<w:spacing w:val="0"/>'
        return (
            f'<w:style {nsdecls("w")} w:type="paragraph" w:customStyle="1" w:styleId="{self.id}">'
            f'<w:name w:val="{self.name}"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>'
            f"{self.paragraph}{self.border}"
            f'<w:spacing w:before="0" w:after="0" w:line="{self.line}" w:lineRule="exact"/>'
            + (f"<w:ind{indent}/>" if indent else "")
            + f'<w:jc w:val="{self.align}"/>'
            + (f'<w:outlineLvl w:val="{self.outline}"/>' if self.outline is not None else "")
            + f"</w:pPr><w:rPr>{fonts(font)}{self.run}{spacing}"
            f'<w:sz w:val="{int(self.size * 2)}"/><w:szCs w:val="{int(self.size * 2)}"/>'
            "</w:rPr></w:style>"
        )


def fonts(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def rule(side: str, eighths: int, color: str = "000000", space: int = 0) -> str:
    return f'<w:{side} w:val="single" w:sz="{eighths}" w:space="{space}" w:color="{color}"/>'


def borders(*sides: str) -> str:
    return f"<w:pBdr>{''.join(sides)}</w:pBdr>"


KEEP = "<w:keepNext/>"
RED_RUN = f'<w:color w:val="{RED}"/>'

LOOKS = (
    Look("CircularLetterhead", "公文发文机关标志", "title", 48, "center", line=1200, run=RED_RUN,
         paragraph=KEEP),
    # The red line stands 4 mm under the number (7 pt under its line), as wide as the text.
    Look("CircularNumber", "公文发文字号", "body", align="center",
         border=borders(rule("bottom", 12, RED, 7))),
    Look("CircularTitle", "公文标题", "title", 22, "center", outline=0, paragraph=KEEP),
    Look("CircularRecipients", "公文主送机关", "body"),
    Look("CircularBody", "公文正文", "body", first=2),
    Look("CircularHeading1", "公文一级标题", "heading", first=2, paragraph=KEEP, outline=1),
    Look("CircularHeading2", "公文二级标题", "subheading", first=2, paragraph=KEEP, outline=2),
    Look("CircularAttachment", "公文附件说明", "body", left=5, hanging=3, paragraph=KEEP),
    Look("CircularIssuer", "公文署名", "body", align="center", paragraph=KEEP),
    Look("CircularDate", "公文成文日期", "body", align="right", right=4),
    Look("CircularAnnexMark", "公文附件标识", "heading", paragraph=KEEP + "<w:pageBreakBefore/>",
         align="left"),
    Look("CircularAnnexTitle", "公文附件标题", "title", 22, "center", paragraph=KEEP, outline=0),
    Look("CircularTableTitle", "公文附表名称", "subheading", align="center", paragraph=KEEP),
    Look("CircularTableHead", "公文附表表头", "heading", 12, "center", line=340,
         paragraph=KEEP),
    Look("CircularTableText", "公文附表文字", "body", 12, "center", line=340),
    Look("CircularTableNote", "公文附表说明", "body", 12, line=400, left=2, hanging=2,
         paragraph=KEEP),
    Look("CircularEndSpace", "公文版记位置", "body"),
    # 抄送: one character in on both sides, later lines under the first name.
    Look("CircularCopies", "公文抄送机关", "body", SMALL, line=500, left=4, hanging=3, right=1),
    Look("CircularPrinted", "公文印发机关", "body", SMALL, line=500, left=1, right=1, align="left"),
    Look("CircularEnd", "公文版记末行", "body", 1, line=20),
    Look("CircularPageOdd", "公文单页码", "page_number", SMALL, "right", right=1, line=280),
    Look("CircularPageEven", "公文双页码", "page_number", SMALL, "left", left=1, line=280),
    Look("CircularDraftMark", "公文稿别", "heading", SMALL, "right", line=400, run=RED_RUN),
)  # fmt: skip


_SMALL: dict[str, dict[str, Any]] = {
    "CircularTableHead": {},
    "CircularTableText": {},
    # Codes one after the other are one word to a word processor: spread, it would look torn.
    "CircularTableNote": {"align": "left", "left": 0, "hanging": 0},
}
SMALLER = tuple(
    replace(look, size=10.5, line=300, **_SMALL[look.id]) if look.id in _SMALL else look
    for look in LOOKS
)
"""The looks with tables of 五号."""


def style_sheet(names: Fonts) -> str:
    return (
        f"<w:styles {nsdecls('w')}><w:docDefaults><w:rPrDefault><w:rPr>{fonts(names.body)}"
        f'<w:kern w:val="0"/><w:sz w:val="{EM * 2}"/><w:szCs w:val="{EM * 2}"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        '<w:qFormat/><w:pPr><w:widowControl w:val="0"/>'
        # Word's own default, said aloud: LibreOffice reads it the other way round and so keeps the
        # marks at the end of a line within it. (It loses some that hang.)
        '<w:overflowPunct w:val="1"/>'
        '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/><w:snapToGrid w:val="0"/>'
        f'<w:spacing w:before="0" w:after="0" w:line="{PITCH}" w:lineRule="exact"/>'
        '<w:jc w:val="both"/></w:pPr>'
        # The character grid counts from the size of this very style.
        f'<w:rPr><w:snapToGrid w:val="0"/><w:spacing w:val="{TIGHTER}"/><w:sz w:val="{EM * 2}"/>'
        f'<w:szCs w:val="{EM * 2}"/></w:rPr></w:style>'
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/>'
        '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
        "</w:styles>"
    )


SETTINGS = (
    f"<w:settings {nsdecls('w')}>"
    '<w:zoom w:percent="100"/><w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/>'
    '<w:defaultTabStop w:val="632"/><w:evenAndOddHeaders/>'
    f'<w:drawingGridVerticalSpacing w:val="{PITCH}"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/>'
    "<w:compat><w:useFELayout/>"
    '<w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
)


def paragraph(style: str, text: str = "", *, extra: str = "") -> str:
    """A paragraph of one run; ``\\t`` is a tab."""
    runs = "<w:tab/>".join(
        f'<w:t xml:space="preserve">{part}</w:t>' if part else "" for part in text.split("\t")
    )
    body = f"<w:r>{runs}</w:r>" if text else ""
    return f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>{body}</w:p>'


def tag(text: str) -> str:
    """A paragraph that holds a Jinja statement and vanishes."""
    return paragraph("Normal", f"{{%p {text} %}}")


BLANK = paragraph("Normal")
BLANK_KEPT = paragraph("Normal", extra=KEEP)


def cell(style: str, text: str, properties: str = "") -> str:
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="1000" w:type="dxa"/>{properties}<w:vAlign w:val="center"/>'
        f"</w:tcPr>{paragraph(style, text)}</w:tc>"
    )


def cell_margins(side: int) -> str:
    sides = "".join(
        f'<w:{name} w:w="{size}" w:type="dxa"/>'
        for name, size in (("top", 0), ("left", side), ("bottom", 0), ("right", side))
    )
    return f"<w:tblCellMar>{sides}</w:tblCellMar>"


def statement_row(text: str) -> str:
    return f"<w:tr>{cell('CircularTableText', f'{{%tr {text} %}}')}</w:tr>"


ROW, LOWER_ROW = 440, 340
"""The least height of a row, in twentieths of a point: of the circular, and of tables of 五号, so that a
year of a unit stands on two or three pages."""


def table(row_height: int) -> str:
    """One table of the annex: its header row is repeated, no row is split across pages."""
    lines = "".join(
        rule(side, 4) for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    height = f'<w:trHeight w:val="{row_height}" w:hRule="atLeast"/>'
    head = (
        f'<w:tr><w:trPr><w:cantSplit/>{height}<w:tblHeader/><w:jc w:val="center"/></w:trPr>'
        + cell("CircularTableHead", "{%tc for column in table.columns %}")
        + cell("CircularTableHead", "{{ column.title }}")
        + cell("CircularTableHead", "{%tc endfor %}")
        + "</w:tr>"
    )
    row = (
        f'<w:tr><w:trPr><w:cantSplit/>{height}<w:jc w:val="center"/></w:trPr>'
        + cell("CircularTableText", "{%tc for text in row %}")
        + cell("CircularTableText", "{{ text }}")
        + cell("CircularTableText", "{%tc endfor %}")
        + "</w:tr>"
    )
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblBorders>{lines}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"{cell_margins(57)}</w:tblPr><w:tblGrid>" + '<w:gridCol w:w="1000"/>' * 3 + "</w:tblGrid>"
        + head + statement_row("for row in table.rows") + row + statement_row("endfor")
        + "</w:tbl>"
    )  # fmt: skip


def wide_row(content: str) -> str:
    return (
        f'<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="{TEXT_WIDTH}" '
        f'w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{content}</w:tc></w:tr>'
    )


def end_block() -> str:
    """版记: a box without lines that stands on the foot of the page of its anchor. The anchor is as
    high as the box, so that nothing ever stands under it."""
    width, height = Mm(156), Pt(80)
    printed_tab = f'<w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH - SMALL * 20}"/></w:tabs>'
    lines = rule("top", THICK) + rule("bottom", THICK) + rule("insideH", THIN)
    inner = (
        f'<w:tbl><w:tblPr><w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/><w:tblInd w:w="0" w:type="dxa"/>'
        f'<w:tblBorders>{lines}</w:tblBorders><w:tblLayout w:type="fixed"/>{cell_margins(0)}'
        f'</w:tblPr><w:tblGrid><w:gridCol w:w="{TEXT_WIDTH}"/></w:tblGrid>'
        + wide_row(paragraph("CircularCopies", "{%tr if copies %}"))
        + wide_row(paragraph("CircularCopies", "抄送：{{ copies }}。"))
        + wide_row(paragraph("CircularCopies", "{%tr endif %}"))
        + wide_row(
            paragraph(
                "CircularPrinted", "{{ printed_by }}\t{{ printed_on }}印发", extra=printed_tab
            )
        )
        + f"</w:tbl>{paragraph('CircularEnd')}"
    )
    spaces = nsdecls("w", "wp", "a") + (
        ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    )
    size = f'cx="{width}" cy="{height}"'
    return (
        f'<w:p {spaces}><w:pPr><w:pStyle w:val="CircularEndSpace"/></w:pPr><w:r>'
        '<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" '
        'behindDoc="0" locked="0" layoutInCell="0" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        '<wp:positionH relativeFrom="margin"><wp:align>left</wp:align></wp:positionH>'
        '<wp:positionV relativeFrom="margin"><wp:align>bottom</wp:align></wp:positionV>'
        f'<wp:extent {size}/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
        '<wp:docPr id="1" name="版记" descr="版记"/><wp:cNvGraphicFramePr/>'
        "<a:graphic><a:graphicData "
        'uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
        '<wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/>'
        "<a:ln><a:noFill/></a:ln></wps:spPr>"
        f"<wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx>"
        '<wps:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="b"><a:noAutofit/></wps:bodyPr>'
        "</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
        "</mc:AlternateContent></w:r></w:p>"
    )


def when(condition: str, *content: str) -> list[str]:
    """What stands there only where ``condition`` holds."""
    return [tag(f"if {condition}"), *content, tag("endif")]


def each(item: str, values: str, *content: str) -> list[str]:
    """``content`` once for every ``item`` of ``values``."""
    return [tag(f"for {item} in {values}"), *content, tag("endfor")]


def texts(values: str) -> list[str]:
    """Paragraphs of the body."""
    return each("text", values, paragraph("CircularBody", "{{ text }}"))


def table_of(name: str) -> list[str]:
    """A table that vanishes where it has no rows."""
    return when(f"{name}.rows", tag(f"with table = {name}"), table(LOWER_ROW), tag("endwith"))


LETTERHEAD = [
    paragraph("CircularLetterhead", "{{ letterhead }}"),
    BLANK,
    BLANK,
    paragraph("CircularNumber", "{{ number }}"),
    BLANK,
    BLANK,
]
TITLE = [paragraph("CircularTitle", "{{ title }}"), BLANK]
ATTACHMENT = [BLANK_KEPT, paragraph("CircularAttachment", "附件：{{ attachment_note }}")]


def signed(extra: str = "") -> list[str]:
    """Who issues the paper, and its day."""
    return [
        paragraph("CircularIssuer", "{{ issuer }}"),
        paragraph("CircularDate", "{{ date }}", extra=extra),
    ]


def annex(title: str, tables: str, notes: str, row_height: int) -> list[str]:
    """A page with tables and notes, whose tags have these names."""
    return [
        paragraph("CircularAnnexMark", "附件"),
        BLANK_KEPT,
        paragraph("CircularAnnexTitle", f"{{{{ {title} }}}}"),
        BLANK_KEPT,
        *each(
            "table",
            tables,
            paragraph("CircularTableTitle", "{{ table.caption }}"),
            table(row_height),
        ),
        *each("note", notes, paragraph("CircularTableNote", "{{ note }}")),
    ]


def page_number(style: str) -> str:
    def field(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    return (
        f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">— </w:t></w:r>{field("begin")}'
        f'<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>{field("separate")}'
        f"<w:r><w:t>1</w:t></w:r>{field('end')}"
        '<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p>'
    )


def fill(part: Any, *paragraphs: str) -> None:
    """Replace what stands in a header or footer."""
    part.is_linked_to_previous = False
    element = part._element
    for child in list(element):
        element.remove(child)
    for xml in paragraphs:
        element.append(parse_xml(xml))


def replace_children(element: Any, xml: str) -> None:
    new = parse_xml(xml)
    for child in list(element):
        element.remove(child)
    for child in list(new):
        element.append(child)


def drop_unused_parts(document: Any) -> None:
    """Leave out what the default document of python-docx holds and this one does not need."""
    unused = (
        "customXml", "stylesWithEffects", "numbering", "thumbnail", "webSettings", "fontTable",
        "extended-properties",
    )  # fmt: skip
    for source in (document.part, document.part.package):
        for key, relation in list(source.rels.items()):
            if any(name in relation.reltype or name in relation.target_ref for name in unused):
                del source.rels[key]


def document_bytes(content: list[str], title: str, looks: tuple[Look, ...] = LOOKS) -> bytes:
    """A template in these looks that holds ``content``, paragraphs and tables as XML."""
    names = Fonts()
    document = Document()
    drop_unused_parts(document)
    replace_children(document.styles.element, style_sheet(names))
    for look in looks:
        document.styles.element.append(parse_xml(look.xml(names)))
    replace_children(document.settings.element, SETTINGS)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance, section.footer_distance = Mm(20), Mm(FOOTER)
    grid = section._sectPr.find(qn("w:docGrid"))
    for name, value in (("type", "linesAndChars"), ("linePitch", PITCH), ("charSpace", CHAR_SPACE)):
        grid.set(qn(f"w:{name}"), str(value))
    mark = paragraph("CircularDraftMark", "{{ mark }}")
    fill(section.header, mark)
    fill(section.even_page_header, mark)
    fill(section.footer, page_number("CircularPageOdd"))
    fill(section.even_page_footer, page_number("CircularPageEven"))
    inside = document.element.body
    for xml in content:
        inside.insert(len(inside) - 1, parse_xml(xml))
    core = document.core_properties
    core.author = core.comments = core.last_modified_by = ""
    core.title, core.language = title, "zh-CN"
    core.created = core.modified = datetime(1980, 1, 1)  # noqa: DTZ001
    out = io.BytesIO()
    document.save(out)
    return stable_zip(out.getvalue())


FOOTER = 25.2
"""From the foot of the page to the foot of the page number, in mm: its dashes then stand 7 mm
under the 版心."""


def write(made: Mapping[str, bytes]) -> None:
    """Write templates into the folder of the command line, or else where the program finds them."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "templates"
    for name, content in made.items():
        (folder / name).write_bytes(content)
        print(folder / name)
