"""Word templates: their tags paragraph by paragraph, and filling them in.

docxtpl fills in a document as a text of XML, with regular expressions: a paragraph with {%p … %} is
taken out whole, with whatever else stands in it, and XML that no longer fits together is repaired by
leaving things out. So what would be lost is looked for beforehand, and what is made is parsed
strictly.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from lxml import etree

from scoring.intake.templates import TemplateFile
from scoring.problems import Place, Problem, clip
from scoring.publish.files import UNDATED, stable_zip
from scoring.publish.templates.jinja import (
    ENVIRONMENT,
    FAILURES,
    compiled,
    failure,
    line_of,
    tag_faults,
)
from scoring.publish.templates.names import scope_of
from scoring.publish.templates.office import OfficeTemplate, TemplateFaultError
from scoring.publish.templates.tags import TAG, WORD_TAG, Tag, straight
from scoring.publish.templates.word_file import AGAIN, word_file_fault

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_FILLED = {
    f"{_MAIN}document.main+xml": "正文",
    f"{_MAIN}header+xml": "页眉",
    f"{_MAIN}footer+xml": "页脚",
    f"{_MAIN}footnotes+xml": "脚注",
}
"""The parts whose tags are filled in, as a clerk calls them."""
_OTHERS = {"comments": "批注", "endnotes": "尾注", "diagrams": "图形", "charts": "图表"}

_LOOSE = re.compile(r"[{｛]\s*[{｛%％]|[}｝%％]\s*[}｝]|[{｛]\s*([^\W\d]\w*)[\w.]*\s*[}｝]")
"""What is left of a tag that is none: a torn brace, single braces around a name."""

_LEFT = re.compile(r"\{\{|\}\}|\{%|%\}|｛｛|｝｝|｛[%％]|\{％|[%％]｝|％\}")

_TAKEN_OUT = {"p": "单独成段", "tr": "单独成一行", "tc": "单独成一格"}


@lru_cache(maxsize=32)
def docx_faults(template: OfficeTemplate, given: TemplateFile) -> tuple[Problem, ...]:
    """Everything that is wrong with a Word template; found once, however many documents it makes."""
    return tuple(dict.fromkeys(_faults(template, given)))


def _faults(template: OfficeTemplate, given: TemplateFile) -> list[Problem]:
    fault = word_file_fault(given.content)
    if fault:
        return [_not_word(given, *fault)]
    try:
        parts = list(_Document(given).parts())
    except (*FAILURES, etree.LxmlError):
        return [_not_word(given, "不合规格的 Word 文件", AGAIN)]
    problems: list[Problem] = []
    tags: list[list[Tag]] = []
    known = set(scope_of(template.context))
    for label, filled, root in parts:
        found: list[Tag] = []
        for paragraph in _paragraphs(label, root):
            if not filled:
                problems += paragraph.unfilled(given.file)
                continue
            problems += paragraph.loose(given.file, known)
            found += paragraph.tags(given.file)
            problems += paragraph.lost(given.file)
        tags.append(found)
        problems += _revised(label, root, given.file)
    return [*problems, *tag_faults(template, tags, given.file)]


def _not_word(given: TemplateFile, what: str, fix: str) -> Problem:
    return Problem("template-unreadable", Place(given.file), what, "Word 文档（.docx）", fix)


# Where the tags stand


class _Paragraph:
    """A paragraph with its own texts, without those of text boxes in it."""

    def __init__(self, label: str, before: str, texts: list[Any]) -> None:
        self.label, self.before, self.texts = label, before, texts
        self.text = "".join(t.text or "" for t in texts)

    def tags(self, file: str) -> list[Tag]:
        place, about = Place(file), self._about()
        tags = []
        for found in WORD_TAG.finditer(self.text):
            tag = Tag(found[0], place, about, word_file=True)
            element = self._element(found.start(), tag.prefix)
            shape = () if element is None else _shape(element)
            tags.append(Tag(found[0], place, about, shape, word_file=True))
        return tags

    def loose(self, file: str, known: set[str]) -> Iterator[Problem]:
        """Braces that belong to no tag."""
        rest = WORD_TAG.sub(lambda found: " " * len(found[0]), self.text)
        for found in _LOOSE.finditer(rest):
            expected = "成对的花括号，如 {{ title }}"
            if found[1]:
                name = straight(found[0]).strip("{} ")
                if name.split(".")[0] not in known:
                    continue
                expected = f"“{{{{ {name} }}}}”"
            said = found[0] if found[1] else self.text.strip()
            yield Problem("template-tag", Place(file), said, expected, about=self._about())

    def lost(self, file: str) -> Iterator[Problem]:
        """Tags of whole paragraphs, rows and cells that do not stand alone in them, or in none."""
        for found in WORD_TAG.finditer(self.text):
            tag = Tag(found[0], Place(file), self._about(), word_file=True)
            if tag.prefix not in _TAKEN_OUT:
                continue
            element = self._element(found.start(), tag.prefix)
            if element is None:
                yield tag.fault("template-tag", f"放在表格中；不在表格中的写“{{%p {tag.code} %}}”")
                continue
            said = "".join(t.text or "" for t in element.iter(f"{_W}t")).strip()
            picture = next(element.iter(f"{_W}drawing", f"{_W}pict", f"{_W}object"), None)
            if said != found[0] or picture is not None:
                rest = said.replace(found[0], "", 1).strip() or (
                    "图片" if said == found[0] else said
                )
                expected = f"标签{_TAKEN_OUT[tag.prefix]}，否则同在一起的“{clip(rest, 20)}”会丢失"
                yield tag.fault("template-tag", expected)

    def unfilled(self, file: str) -> Iterator[Problem]:
        found = WORD_TAG.search(self.text)
        if found:
            expected = "标签只写在正文、页眉、页脚、脚注中"
            yield Problem("template-tag", Place(file), found[0], expected, about=self._about())

    def _element(self, at: int, prefix: str) -> Any:
        """What the tag at that place of the text stands for: its text, or the paragraph, row or
        cell around it; None where there is none."""
        for t in self.texts:
            at -= len(t.text or "")
            if at < 0:
                return next(t.iterancestors(f"{_W}{prefix}"), None) if prefix else t
        return None

    def _about(self) -> str:
        """Where it stands, as one finds it in Word."""
        text = self.text.strip()
        if WORD_TAG.fullmatch(text):
            return (
                f"{self.label}中“{clip(self.before, 24)}”的下一段"
                if self.before
                else f"{self.label}开头"
            )
        return f"{self.label}中“{clip(text, 40)}”"


def _paragraphs(label: str, root: Any) -> Iterator[_Paragraph]:
    texts: dict[Any, list[Any]] = {}
    for t in root.iter("{*}t"):
        paragraph = next(t.iterancestors("{*}p"), None)
        texts.setdefault(root if paragraph is None else paragraph, []).append(t)
    before = ""
    for own in texts.values():
        paragraph = _Paragraph(label, before, own)
        yield paragraph
        before = paragraph.text.strip() or before


def _shape(element: Any) -> tuple[str, ...]:
    return tuple(etree.QName(above).localname for above in element.iterancestors())


def _revised(label: str, root: Any, file: str) -> Iterator[Problem]:
    """Tags in deleted text that Word still keeps: docxtpl would fill them in."""
    for deleted in root.iter(f"{_W}delText"):
        if re.search(r"[{}｛｝%]", deleted.text or ""):
            expected, fix = "接受修订以后的文字", "在 Word 的“审阅”中接受全部修订，再保存"
            yield Problem("template-tag", Place(file), deleted.text, expected, fix, about=label)
            return


# Filling it in

_MOST_PATCHED = 64
_PATCHED: dict[str, str] = {}
"""Parts of templates as docxtpl prepares them, which takes it a fifth of the time of a document."""


class _Document(DocxTemplate):  # type: ignore[misc]
    """A template in docxtpl, with what it makes checked; ``source`` is the file."""

    def __init__(self, source: TemplateFile) -> None:
        super().__init__(io.BytesIO(source.content))
        self.source = source
        self.init_docx()
        for table in self.docx.element.body.iter(f"{_W}tbl"):
            if table.find(f"{_W}tblGrid") is None:
                at = 0 if table.find(f"{_W}tblPr") is None else 1
                table.insert(at, table.makeelement(f"{_W}tblGrid"))

    def parts(self) -> Iterator[tuple[str, bool, Any]]:
        """The parts that hold text: what a clerk calls them, whether they are filled in, the XML."""
        for part in self.docx.part.package.iter_parts():
            label = _FILLED.get(part.content_type, "")
            name = str(part.partname)
            other = next((word for key, word in _OTHERS.items() if key in name), "其他部分")
            if label or (name.endswith(".xml") and name.startswith("/word/")):
                yield label or other, bool(label), etree.fromstring(part.blob)

    def patch_xml(self, src_xml: str) -> str:
        """The text of a part with its tags as Jinja reads them; it is the same for every document that
        a template makes."""
        if src_xml not in _PATCHED:
            if len(_PATCHED) >= _MOST_PATCHED:
                _PATCHED.clear()
            _PATCHED[src_xml] = super().patch_xml(src_xml)
        return _PATCHED[src_xml]

    def render_xml_part(self, src_xml: str, part: Any, context: Any, jinja_env: Any = None) -> str:
        """The part filled in; a fault names the tag, which is on a line of its own for that."""
        tags: list[str] = []

        def marked(found: re.Match[str]) -> str:
            if found[0].startswith("{#"):
                return ""
            tags.append(found[0])
            return re.sub(r"^(..[-+]?)", r"\1\n", found[0])

        text = TAG.sub(marked, src_xml.replace("\n", " "))
        try:
            filled: str = self.resolve_listing(compiled(text).render(context))
            etree.fromstring(filled.encode())
        except etree.XMLSyntaxError:
            raise TemplateFaultError(
                [_not_word(self.source, "填入后不成文档的模板", AGAIN)]
            ) from None
        except FAILURES as error:
            line = getattr(error, "lineno", None) or line_of(error)
            said = tags[line - 2] if line and 1 < line < len(tags) + 2 else ""
            label = _FILLED.get(part.content_type, "") if said else ""
            tag = Tag(said, Place(self.source.file), label)
            raise TemplateFaultError([failure(error, tag)]) from None
        return filled

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        """The properties of the file are set, not filled in."""


class FilledDocument:
    """A Word template filled in: ``document`` may still be fitted, ``content`` is the file.

    Raises TemplateFaultError where the template is faulty; nothing is made of it then."""

    def __init__(
        self,
        template: OfficeTemplate,
        given: Path | TemplateFile | None,
        context: Mapping[str, Any],
    ) -> None:
        self.source = template.source(given)
        problems = docx_faults(template, self.source)
        if problems:
            raise TemplateFaultError(problems)
        self.context = context
        try:
            filled = _Document(self.source)
            filled.render(context, ENVIRONMENT, autoescape=True)
        except TemplateFaultError:
            raise
        except (*FAILURES, etree.LxmlError):
            raise TemplateFaultError(
                [_not_word(self.source, "不合规格的 Word 文件", AGAIN)]
            ) from None
        self.document = filled.docx

    def content(self, title: str, author: str) -> bytes:
        """The document's bytes, ``title`` and ``author`` in its properties: the same context gives the
        same ones."""
        core = self.document.core_properties
        # Word allows 255 characters.
        core.title, core.author = title[:255], author[:255]
        core.created = core.modified = UNDATED
        for cell in self.document.element.body.iter(f"{_W}tc"):
            # Word opens no cell that does not end with a paragraph.
            if len(cell) == 0 or cell[-1].tag != f"{_W}p":
                cell.append(cell.makeelement(f"{_W}p"))
        out = io.BytesIO()
        self.document.save(out)
        content = stable_zip(out.getvalue())
        problems = list(_left(content, _braced(self.context), self.source.file))
        if problems:
            raise TemplateFaultError(problems)
        return content


def _left(content: bytes, values: list[str], file: str) -> Iterator[Problem]:
    """Braces of tags in the finished document, beside those of the ``values`` themselves."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if not (name.startswith("word/") and name.endswith(".xml")):
                continue
            for paragraph in _paragraphs("", etree.fromstring(archive.read(name))):
                text = paragraph.text
                for value in values:
                    text = text.replace(value, "")
                if _LEFT.search(text):
                    expected = "已由程序填写的文字"
                    yield Problem("template-tag", Place(file), clip(text), expected)


def _braced(value: Any) -> list[str]:
    """The texts among the values that hold braces of tags, as a document joins their lines."""
    if isinstance(value, str):
        return [value.replace("\n", "")] if _LEFT.search(value) else []
    if is_dataclass(value):
        return [text for f in fields(value) for text in _braced(getattr(value, f.name))]
    if isinstance(value, Mapping):
        return [text for one in value.values() for text in _braced(one)]
    if isinstance(value, tuple | list):
        return [text for one in value for text in _braced(one)]
    return []
