"""Make the Word templates of the bulletins: 日办结, 周通报, 季小结, 半年总结.

    python tools/make_bulletin_templates.py [folder]

日办结 stays in the house and has neither letterhead nor 版记; the others go out.
"""

from __future__ import annotations

from official_paper import (
    ATTACHMENT,
    BLANK_KEPT,
    KEEP,
    LETTERHEAD,
    LOWER_ROW,
    SMALLER,
    TITLE,
    annex,
    document_bytes,
    each,
    end_block,
    paragraph,
    signed,
    table,
    texts,
    when,
    write,
)

PARTS = [
    *texts("opening"),
    *each(
        "part",
        "parts",
        paragraph("CircularHeading1", "{{ part.heading }}"),
        *texts("part.paragraphs"),
        *each(
            "table",
            "part.tables",
            *when("table.caption", paragraph("CircularTableTitle", "{{ table.caption }}")),
            table(LOWER_ROW),
        ),
    ),
]
SPACE = [BLANK_KEPT, BLANK_KEPT]

ANNEX_ROW = 280
"""The least height of the annex's rows: with some fifty units its notes stand under the tables, and not on a
page of their own."""


def going_out(*, attached: bool) -> list[str]:
    """A bulletin in the official format, with an annex or without."""
    note = when("annex", *ATTACHMENT) if attached else []
    tables = when("annex", *annex("annex_title", "annex", "notes", ANNEX_ROW)) if attached else []
    to = paragraph("CircularRecipients", "{{ recipients }}")
    # 版记 stands on no page of its own: the signature goes with it.
    end = [*SPACE, *signed(KEEP), *tables, end_block()]
    return [*LETTERHEAD, *TITLE, to, *PARTS, *note, *end]


def make() -> dict[str, bytes]:
    """The templates by the names of their files."""
    bodies = {
        "日办结": [*TITLE, *PARTS, *SPACE, *signed()],
        "周通报": going_out(attached=False),
        "季小结": going_out(attached=True),
        "半年总结": going_out(attached=True),
    }
    return {
        f"{name}.docx": document_bytes(body, f"{name}模板", SMALLER)
        for name, body in bodies.items()
    }


if __name__ == "__main__":
    write(make())
