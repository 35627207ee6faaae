"""Make the Word templates of the bulletins: 日办结, 周通报, 季小结, 半年总结, in the looks of the circular.

    python tools/make_bulletin_templates.py [folder]

日办结 stays in the house and has neither letterhead nor 版记; the others go out (GB/T 9704—2012). The
office may change each in Word; what varies is a tag in braces that ``scoring.publish.bulletin.docx``
fills in. Running this again gives the same bytes, and gives up what was changed by hand.
"""

from __future__ import annotations

import sys
from pathlib import Path

from make_circular_template import (
    BLANK,
    BLANK_KEPT,
    KEEP,
    ROOT,
    document_bytes,
    end_block,
    paragraph,
    table,
    tag,
)
from make_feedback_template import ROW, SMALLER

HEAD = [
    paragraph("CircularLetterhead", "{{ letterhead }}"),
    BLANK,
    BLANK,
    paragraph("CircularNumber", "{{ number }}"),
    BLANK,
    BLANK,
]
PARTS = [
    tag("for text in opening"),
    paragraph("CircularBody", "{{ text }}"),
    tag("endfor"),
    tag("for part in parts"),
    paragraph("CircularHeading1", "{{ part.heading }}"),
    tag("for text in part.paragraphs"),
    paragraph("CircularBody", "{{ text }}"),
    tag("endfor"),
    tag("for table in part.tables"),
    tag("if table.caption"),
    paragraph("CircularTableTitle", "{{ table.caption }}"),
    tag("endif"),
    table(ROW),
    tag("endfor"),
    tag("endfor"),
]
SIGNED = [
    BLANK_KEPT,
    BLANK_KEPT,
    paragraph("CircularIssuer", "{{ issuer }}"),
    paragraph("CircularDate", "{{ date }}"),
]
ANNEX = [
    tag("if annex"),
    paragraph("CircularAnnexMark", "附件"),
    BLANK_KEPT,
    paragraph("CircularAnnexTitle", "{{ annex_title }}"),
    BLANK_KEPT,
    tag("for table in annex"),
    paragraph("CircularTableTitle", "{{ table.caption }}"),
    table(ROW),
    tag("endfor"),
    tag("for note in notes"),
    paragraph("CircularTableNote", "{{ note }}"),
    tag("endfor"),
    tag("endif"),
]
ATTACHED = [
    tag("if annex"),
    BLANK_KEPT,
    paragraph("CircularAttachment", "附件：{{ attachment_note }}"),
    tag("endif"),
]


def title() -> list[str]:
    return [paragraph("CircularTitle", "{{ title }}"), BLANK]


def going_out(*, annex: bool) -> list[str]:
    """A bulletin in the official format, with an annex or without."""
    to = paragraph("CircularRecipients", "{{ recipients }}")
    attached, tables = (ATTACHED, ANNEX) if annex else ([], [])
    # 版记 stands on no page of its own: the signature goes with it.
    signed = [*SIGNED[:-1], paragraph("CircularDate", "{{ date }}", extra=KEEP)]
    return [*HEAD, *title(), to, *PARTS, *attached, *signed, *tables, end_block()]


def bodies() -> dict[str, list[str]]:
    """By name of the template what it holds."""
    return {
        "日办结": [*title(), *PARTS, *SIGNED],
        "周通报": going_out(annex=False),
        "季小结": going_out(annex=True),
        "半年总结": going_out(annex=True),
    }


def make(name: str) -> bytes:
    """One of the templates as the bytes of a docx."""
    return document_bytes(bodies()[name], f"{name}模板", SMALLER)


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "templates"
    for name in bodies():
        (folder / f"{name}.docx").write_bytes(make(name))
        print(folder / f"{name}.docx")
