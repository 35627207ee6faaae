"""下一步工作要求.txt: the default text of the circular's last section, with words in braces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from scoring.intake.templates import TemplateFile, shipped_template
from scoring.problems import Place, Problem, nearest
from scoring.publish.templates.office import TemplateFaultError

REQUIREMENTS = "下一步工作要求.txt"

WORDS = ("{工作}", "{年度}", "{下一年度}", "{问题}", "{薄弱内容}")
"""What the program fills in. An item with a word for which the year has nothing is left out."""

_BRACED = re.compile(r"[{｛][^{}｛｝\n]*[}｝]|[{}｛｝]")


def default_requirements(
    own: TemplateFile | None, values: Mapping[str, str | None]
) -> list[tuple[str, str]]:
    """The titles and texts of the office's ``own`` file, or of the program's, with the ``values`` of
    the words in braces; an item that needs a word which has no value (None) is left out. Raises TemplateFaultError where the file has faults."""
    source = own or shipped_template(REQUIREMENTS)
    problems = requirement_faults(source)
    if problems:
        raise TemplateFaultError(problems)
    text = source.text() or ""
    blocks = []
    for block in _blocks(text):
        if any(values[word] is None for word in WORDS if word in "".join(block)):
            continue
        title, body = block
        for word in WORDS:
            said = values[word] or ""
            title, body = title.replace(word, said), body.replace(word, said)
        blocks.append((title, body))
    return blocks


def requirement_faults(source: TemplateFile) -> list[Problem]:
    """Everything that is wrong with the file: words that the program does not know would be printed
    as they stand."""
    text = source.text()
    place = Place(source.file)
    if text is None:
        return [Problem("template-unreadable", place, expected="UTF-8 编码的文本文件")]
    if not _blocks(text):
        return [Problem("template-empty", place, expected="小标题和正文")]
    return list(_unknown(text, source.file))


def _unknown(text: str, file: str) -> Iterator[Problem]:
    for row, line in enumerate(text.splitlines(), 1):
        for found in () if line.startswith("#") else _BRACED.finditer(line):
            if found[0] in WORDS:
                continue
            place, word = Place(file, row=row), unicodedata.normalize("NFKC", found[0])
            if len(found[0]) == 1:
                said = line.strip()
                yield Problem("template-tag", place, said, f"成对的花括号，如 {WORDS[0]}")
            elif word in WORDS:
                yield Problem("template-tag", place, found[0], f"“{word}”，用英文半角花括号")
            else:
                near = nearest(word, WORDS)
                yield Problem("template-name", place, found[0], "、".join(near or WORDS))


def _blocks(text: str) -> list[tuple[str, str]]:
    lines = [line.strip() for line in text.splitlines() if not line.startswith("#")]
    blocks = [block.strip() for block in "\n".join(lines).split("\n\n") if block.strip()]
    return [(title, body) for title, _, body in (block.partition("\n") for block in blocks)]
