"""Make ``templates/督办单.docx``: the Word template of the note that urges a unit, in the looks of the
circular.

    python tools/make_supervision_template.py [folder]

The sentences stand in the template, so that the office may change them in Word.
"""

from __future__ import annotations

from official_paper import (
    BLANK_KEPT,
    SMALLER,
    TITLE,
    document_bytes,
    each,
    paragraph,
    signed,
    table_of,
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
            "根据《{{ scheme }}》，截至{{ as_of }}，你单位有需要督办的事项（{{ counts }}）。"
            "请逐项明确责任人，按期办结，并将办理结果书面报告。",
        ),
        *when("problems.rows", paragraph(heading, "{{ headings.problems }}")),
        *table_of("problems"),
        *when("forms.rows", paragraph(heading, "{{ headings.forms }}")),
        *table_of("forms"),
        *when("attention", paragraph(heading, "{{ headings.attention }}")),
        *each("item", "attention", paragraph(text, "{{ item }}")),
        BLANK_KEPT,
        *signed(),
    ]


def make() -> dict[str, bytes]:
    """The template by the name of its file."""
    return {"督办单.docx": document_bytes(body(), "督办单模板", SMALLER)}


if __name__ == "__main__":
    write(make())
