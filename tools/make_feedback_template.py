"""Make ``templates/反馈单.docx``: the Word template of the feedback, in the looks of the circular.

    python tools/make_feedback_template.py [file]

The sentences stand in the template, so that the office may change them in Word; what varies is a
tag in braces that ``scoring.publish.feedback.docx`` fills in.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from make_circular_template import (
    BLANK,
    BLANK_KEPT,
    KEEP,
    LOOKS,
    ROOT,
    document_bytes,
    paragraph,
    table,
    tag,
)

ROW = 340
"""The least height of a row, in twentieths of a point: the tables are of 五号, so that a year of a
unit stands on two or three pages."""

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


def table_of(name: str) -> list[str]:
    """A table that vanishes where it has no rows."""
    return [
        tag(f"if {name}.rows"),
        tag(f"with table = {name}"),
        table(ROW),
        tag("endwith"),
        tag("endif"),
    ]


def body() -> list[str]:
    text, heading = "CircularBody", "CircularHeading1"
    return [
        paragraph("CircularTitle", "{{ title }}"),
        BLANK,
        paragraph("CircularRecipients", "{{ unit }}："),
        paragraph(
            text,
            "根据《{{ scheme }}》，现将你单位{{ year }}年度考核结果反馈如下，请对照整改。",
        ),
        paragraph(heading, "一、考核成绩"),
        paragraph(text, "你单位{{ result }}。", extra=KEEP),
        *table_of("scores"),
        paragraph(heading, "二、扣分事项"),
        paragraph(text, "{{ deductions_text }}", extra=KEEP),
        *table_of("deductions"),
        paragraph(heading, "三、核减事项"),
        paragraph(text, "{{ lowered_text }}", extra=KEEP),
        *table_of("lowered"),
        tag("if lowered_more"),
        paragraph("CircularTableNote", "{{ lowered_more }}"),
        tag("endif"),
        paragraph(heading, "四、提升重点"),
        paragraph(text, "{{ advice_text }}", extra=KEEP),
        *table_of("advice"),
        paragraph(heading, "五、待整改问题"),
        tag("if todo.rows"),
        paragraph(text, "截至{{ as_of }}尚未完成整改，请抓紧整改：", extra=KEEP),
        tag("else"),
        paragraph(text, "没有待整改的问题。"),
        tag("endif"),
        *table_of("todo"),
        tag("if appeals.rows"),
        paragraph(heading, "六、申诉办理情况"),
        paragraph(text, "你单位提出的申诉办理如下：", extra=KEEP),
        tag("endif"),
        *table_of("appeals"),
        BLANK_KEPT,
        paragraph("CircularIssuer", "{{ issuer }}"),
        paragraph("CircularDate", "{{ date }}"),
    ]


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "templates" / "反馈单.docx"
    target.write_bytes(document_bytes(body(), "反馈单模板", SMALLER))
    print(target)
