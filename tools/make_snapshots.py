"""Writes tests/snapshots/: what readers read, as text, so that a review sees in a diff what changed.

    python tools/make_snapshots.py

The circular of the sample year, the explanation of one unit, and the description of every shipped
scheme. ``tests/test_snapshots.py`` compares them with what the program writes now.
"""

from __future__ import annotations

import re
from pathlib import Path

from scoring import explain, score_assessment
from scoring.authoring.description import describe_draft
from scoring.authoring.draft import read_draft
from scoring.intake import load_assessment
from scoring.publish import render
from scoring.publish.explanation.text import explanation_description
from scoring.publish.paper_text import pieces
from scoring.scheme import shipped
from scoring.wording.plain_text import description_text

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "snapshots"
UNIT = "临溪县人民政府"


def snapshots() -> dict[str, str]:
    """The text of every snapshot, by the name of its file."""
    assessment, problems = load_assessment(ROOT / "sample_data" / "2024")
    if assessment is None:
        raise ValueError("\n".join(f"{p.place}: {p.message()}" for p in problems))
    papers = render(score_assessment(assessment), assessment)
    reason = explanation_description(explain(assessment, UNIT))
    found = {
        "通报.txt": document_text(papers["通报.docx"]),
        f"{UNIT}成绩说明.txt": description_text(reason) + "\n",
    }
    for name, path in shipped().items():
        found[f"办法_{name}.txt"] = description_text(describe_draft(read_draft(path))) + "\n"
    return found


def document_text(content: bytes) -> str:
    """The text of a Word document, a paragraph or a row of a table a line."""
    lines: list[tuple[str, str]] = []
    for piece in pieces(content, ".docx"):
        cell = re.fullmatch(r"(.*表\d+第\d+行)第\d+格", piece.place)
        row = cell[1] if cell else piece.place
        if cell and lines and lines[-1][0] == row:
            lines[-1] = row, f"{lines[-1][1]} | {piece.text}"
        else:
            lines.append((row, piece.text))
    return "".join(f"{text}\n" for _, text in lines)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    texts = snapshots()
    for old in FOLDER.glob("*.txt"):
        if old.name not in texts:
            old.unlink()
    for name, text in texts.items():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
