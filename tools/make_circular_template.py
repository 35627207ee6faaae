"""Make ``templates/通报.docx``: the Word template of the circular.

python tools/make_circular_template.py [folder]
"""

from __future__ import annotations

from official_paper import (
    ATTACHMENT,
    BLANK_KEPT,
    LETTERHEAD,
    ROW,
    TITLE,
    annex,
    document_bytes,
    each,
    end_block,
    paragraph,
    signed,
    tag,
    texts,
    write,
)


def body() -> list[str]:
    return [
        *LETTERHEAD,
        *TITLE,
        paragraph("CircularRecipients", "{{ recipients }}"),
        *texts("opening"),
        *each(
            "section",
            "sections",
            paragraph("CircularHeading1", "{{ section.heading }}"),
            *each(
                "paragraph",
                "section.paragraphs",
                tag("if paragraph.style == 'subheading'"),
                paragraph("CircularHeading2", "{{ paragraph.text }}"),
                tag("else"),
                paragraph("CircularBody", "{{ paragraph.text }}"),
                tag("endif"),
            ),
        ),
        *ATTACHMENT,
        BLANK_KEPT,
        BLANK_KEPT,
        *signed(),
        *annex("annex.title", "annex.tables", "annex.notes", ROW),
        end_block(),
    ]


def make() -> dict[str, bytes]:
    """The template by the name of its file."""
    return {"通报.docx": document_bytes(body(), "通报模板")}


if __name__ == "__main__":
    write(make())
