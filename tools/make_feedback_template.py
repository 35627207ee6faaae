"""Make ``templates/反馈单.docx``: the Word template of the feedback, in the looks of the circular.

    python tools/make_feedback_template.py [folder]

The sentences stand in the template, so that the office may change them in Word.
"""

from __future__ import annotations

from official_paper import (
    BLANK_KEPT,
    KEEP,
    SMALLER,
    TITLE,
    document_bytes,
    paragraph,
    signed,
    table_of,
    tag,
    when,
    write,
)


def body() -> list[str]:
    text, heading = "CircularBody", "CircularHeading1"
    return [
        *TITLE,
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
        *when("lowered_more", paragraph("CircularTableNote", "{{ lowered_more }}")),
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
        *when(
            "appeals.rows",
            paragraph(heading, "六、申诉办理情况"),
            paragraph(text, "你单位提出的申诉办理如下：", extra=KEEP),
        ),
        *table_of("appeals"),
        BLANK_KEPT,
        *signed(),
    ]


def make() -> dict[str, bytes]:
    """The template by the name of its file."""
    return {"反馈单.docx": document_bytes(body(), "反馈单模板", SMALLER)}


if __name__ == "__main__":
    write(make())
