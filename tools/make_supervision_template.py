"""Make ``templates/督办单.docx``: the Word template of the note that urges a unit, in the looks of the
circular.

    python tools/make_supervision_template.py [file]

The sentences stand in the template, so that the office may change them in Word; what varies is a
tag in braces that ``scoring.publish.warnings.docx`` fills in.
"""

from __future__ import annotations

import sys
from pathlib import Path

from make_circular_template import BLANK, BLANK_KEPT, ROOT, document_bytes, paragraph, tag
from make_feedback_template import SMALLER, table_of


def body() -> list[str]:
    text, heading = "CircularBody", "CircularHeading1"
    return [
        paragraph("CircularTitle", "{{ title }}"),
        BLANK,
        paragraph("CircularRecipients", "{{ unit }}："),
        paragraph(
            text,
            "根据《{{ scheme }}》，截至{{ as_of }}，你单位有需要督办的事项（{{ counts }}）。"
            "请逐项明确责任人，按期办结，并将办理结果书面报告。",
        ),
        tag("if problems.rows"),
        paragraph(heading, "{{ headings.problems }}"),
        tag("endif"),
        *table_of("problems"),
        tag("if forms.rows"),
        paragraph(heading, "{{ headings.forms }}"),
        tag("endif"),
        *table_of("forms"),
        tag("if attention"),
        paragraph(heading, "{{ headings.attention }}"),
        tag("endif"),
        tag("for item in attention"),
        paragraph(text, "{{ item }}"),
        tag("endfor"),
        BLANK_KEPT,
        paragraph("CircularIssuer", "{{ issuer }}"),
        paragraph("CircularDate", "{{ date }}"),
    ]


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "templates" / "督办单.docx"
    target.write_bytes(document_bytes(body(), "督办单模板", SMALLER))
    print(target)
