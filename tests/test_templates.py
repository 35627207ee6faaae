"""The office's own templates: used from 模板, and every fault of theirs is named, none is printed."""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import shutil
import zipfile
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from docx import Document
from docxtpl import DocxTemplate
from lxml import etree

from scoring.cli.app import app
from scoring.intake import templates
from scoring.intake.templates import TEMPLATES_FOLDER, TemplateFile
from scoring.publish import TemplateFaultError
from scoring.publish.circular.content import Circular, compose
from scoring.publish.circular.docx import TEMPLATE, render_docx
from scoring.publish.circular.html import render_html
from scoring.publish.office_templates import template_problems
from tests.conftest import ROOT
from tests.folders import write_folder
from tests.synthetic import FULL, year

SHIPPED = ROOT / "templates"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OWN = f"{TEMPLATES_FOLDER}/通报.docx"

Edit = Callable[[Any], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound folder: two counties and a bureau."""
    given = {"上半年": 90, "下半年": 90, "第三方": 90}
    units = {"甲县": given, "乙县": given, "财政局": {**given, "类别": "部门"}}
    return write_folder(tmp_path / "2024", units)


@pytest.fixture(scope="module")
def circular() -> Circular:
    return compose(*year(FULL))


def run(*arguments: object) -> Result:
    outcome = CliRunner().invoke(app, [str(a) for a in arguments], standalone_mode=False)
    assert outcome.exception is None, outcome.exception
    return outcome


def problems_of(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("check", folder, "--json").stdout)["problems"]
    return found


# ---------------------------------------------------------------- templates made by script


def template(*edits: Edit, name: str = "通报.docx") -> bytes:
    """The program's template after changes, as Word would save it."""
    document = Document(str(SHIPPED / name))
    for edit in edits:
        edit(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def text_of(paragraph: Any) -> str:
    return "".join(t.text or "" for t in paragraph.iter(f"{W}t"))


def find(document: Any, text: str) -> Any:
    return next(p for p in document.element.body.iter(f"{W}p") if text_of(p) == text)


def write(paragraph: Any, text: str) -> None:
    first, *others = paragraph.iter(f"{W}t")
    first.text = text
    for t in others:
        t.text = ""


def put(old: str, new: str) -> Edit:
    """The paragraph that says ``old`` says ``new``."""
    return lambda document: write(find(document, old), new)


def drop(text: str) -> Edit:
    def edit(document: Any) -> None:
        paragraph = find(document, text)
        paragraph.getparent().remove(paragraph)

    return edit


def after(text: str, *lines: str) -> Edit:
    def edit(document: Any) -> None:
        at = find(document, text)
        for line in reversed(lines):
            new = deepcopy(at)
            write(new, line)
            at.addnext(new)

    return edit


def in_every(old: str, new: str) -> Edit:
    """Every text that says ``old`` says ``new``; a text box stands twice in a file."""

    def edit(document: Any) -> None:
        hits = [t for t in document.element.body.iter(f"{W}t") if old in (t.text or "")]
        assert hits
        for t in hits:
            t.text = t.text.replace(old, new)

    return edit


def split(text: str, at: int) -> Edit:
    """The tag stands in two runs with a spelling mark between, as Word leaves it after an edit."""

    def edit(document: Any) -> None:
        run_ = next(find(document, text).iter(f"{W}r"))
        second = deepcopy(run_)
        next(run_.iter(f"{W}t")).text, next(second.iter(f"{W}t")).text = text[:at], text[at:]
        run_.addnext(second)
        run_.addnext(etree.fromstring(f'<w:proofErr {NS} w:type="spellStart"/>'))

    return edit


def repacked(content: bytes, parts: Mapping[str, bytes | None]) -> bytes:
    """The docx with some parts replaced, added or (None) taken out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            if part is not None:
                new.writestr(name, part)
    return out.getvalue()


def part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
IF_STYLE = "{%p if paragraph.style == 'subheading' %}"

VARIANTS: dict[str, tuple[bytes, str, str, str]] = {
    "smart": (
        template(put(IF_STYLE, "{%p if paragraph.style == ‘subheading’ %}")),
        "template-tag", "{%p if paragraph.style == ‘subheading’ %}", f"“{IF_STYLE}”",
    ),
    "endfor": (
        template(drop("{%p endfor %}")),
        "template-tag", "{%p for text in opening %}", "后面有对应的 {%p endfor %}",
    ),
    "fullwidth": (
        template(put("{{ title }}", "｛｛ title ｝｝")), "template-tag", "｛｛ title ｝｝", "“{{ title }}”",
    ),
    "name": (
        template(put("{{ letterhead }}", "{{ lettrhead }}")),
        "template-name", "{{ lettrhead }}", "“{{ letterhead }}”",
    ),
    "doc": (OLE, "template-unreadable", "旧格式的文件（.doc 或 .wps），只是改了扩展名", "Word 文档（.docx）"),
}  # fmt: skip
"""What an office did in Word: the file, and the kind of problem with what stands there and what is
expected."""


def keep(folder: Path, content: bytes, name: str = "通报.docx") -> None:
    (folder / TEMPLATES_FOLDER).mkdir(exist_ok=True)
    (folder / TEMPLATES_FOLDER / name).write_bytes(content)


def words(content: bytes) -> str:
    root = etree.fromstring(part(content, "word/document.xml"))
    return "\n".join(text_of(p) for p in root.iter(f"{W}p"))


# ---------------------------------------------------------------- a year's run with own templates


def test_a_template_in_the_folder_is_used_hashed_and_named(folder: Path) -> None:
    keep(folder, template(after("{{ recipients }}", "本件公开发布。")))
    page = (SHIPPED / "通报.html.j2").read_text("utf-8").replace("<h1>", "<p>公开</p><h1>")
    keep(folder, page.encode(), "通报.html.j2")
    keep(
        folder,
        "抓落实\n请{工作}各单位抓好{下一年度}年工作。".encode("gb18030"),
        "下一步工作要求.txt",
    )
    assert problems_of(folder) == []
    assert run("grade", folder).return_value == 0
    results = folder / "结果"
    said = words((results / "通报.docx").read_bytes())
    assert "本件公开发布。" in said
    assert "请政府信息公开工作各单位抓好2025年工作。" in said
    assert "抓好问题整改" not in said
    assert "<p>公开</p>" in (results / "通报.html").read_text("utf-8")
    book = openpyxl.load_workbook(results / "考核结果.xlsx")
    sources = {row[1]: row[2] for row in book["原始文件"].iter_rows(values_only=True)}
    content = (folder / OWN).read_bytes()
    assert sources[OWN] == hashlib.sha256(content).hexdigest()
    notes = [str(row[0]) for row in book["数据说明"].iter_rows(values_only=True)]
    assert any(n.startswith("本文件夹自己的模板：") and OWN in n for n in notes)


def test_a_tag_in_two_runs_is_a_tag(folder: Path) -> None:
    assert run("grade", folder, "--out", folder / "结果").return_value == 0
    plain = words((folder / "结果" / "通报.docx").read_bytes())
    keep(folder, template(split("{{ title }}", 5), split(IF_STYLE, 20), split("{{ number }}", 1)))
    assert run("grade", folder).return_value == 0
    assert words((folder / "结果" / "通报.docx").read_bytes()) == plain
    assert "关于2024年度政府信息公开工作" in plain


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_broken_template_is_named_and_nothing_is_written(variant: str, folder: Path) -> None:
    content, kind, found, expected = VARIANTS[variant]
    assert run("grade", folder).return_value == 0
    before = {p.name: p.read_bytes() for p in (folder / "结果").iterdir()}
    keep(folder, content)
    (problem,) = problems_of(folder)
    assert (problem["kind"], problem["file"], problem["found"]) == (kind, OWN, found)
    assert problem["expected"].startswith(expected)
    for options in ((), ("--provisional",)):
        outcome = run("grade", folder, *options)
        assert outcome.return_value == 1
        assert OWN in outcome.stderr
        assert found in outcome.stderr
        assert "没有写入文件" in outcome.stderr
    assert {p.name: p.read_bytes() for p in (folder / "结果").iterdir()} == before
    assert not (folder / "暂定结果").exists()
    as_json = run("grade", folder, "--json")
    assert [p["kind"] for p in json.loads(as_json.stdout)["problems"]] == [kind]


def test_a_fault_in_the_program_s_template_is_named_by_path(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(SHIPPED, tmp_path / "templates")
    (tmp_path / "templates" / "通报.docx").write_bytes(VARIANTS["name"][0])
    monkeypatch.setattr(templates, "resource", lambda kind: tmp_path / kind)
    outcome = run("grade", folder)
    assert outcome.return_value == 1
    assert str(tmp_path / "templates" / "通报.docx") in outcome.stderr
    assert "{{ lettrhead }}" in outcome.stderr
    assert not (folder / "结果").exists()
    assert (
        json.loads(run("grade", folder, "--json").stdout)["problems"][0]["kind"] == "template-name"
    )


def test_the_programs_own_templates_have_no_fault() -> None:
    own = {name: templates.shipped_template(name) for name in templates.template_names()}
    assert template_problems(own) == []


@pytest.mark.parametrize("name", templates.template_names())
def test_a_fault_in_any_template_is_found(name: str) -> None:
    """A template that no document has registered would be filled in unchecked."""
    broken = templates.TemplateFile(name, "{{ 没有这个名称 {".encode())
    assert template_problems({name: broken}) != []


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("通报.doc", "template-unreadable", "“通报.docx”或“通报.html.j2”"),
        ("反馈单.wps", "template-unreadable", "“反馈单.docx”"),
        ("通报模板.docx", "file-unknown", "“通报.docx”"),
        ("~$通报.docx", "file-locked", ""),
    ],
)
def test_other_files_beside_the_templates(
    name: str, kind: str, expected: str, folder: Path
) -> None:
    keep(folder, b"x", name)
    keep(folder, b"x", "Thumbs.db")
    (problem,) = problems_of(folder)
    assert (problem["kind"], problem["file"]) == (kind, f"{TEMPLATES_FOLDER}/{name}")
    assert problem["expected"] == expected
    for options in ((), ("--provisional",)):
        refused = kind.startswith("template")
        assert run("grade", folder, *options).return_value == (1 if refused else 0)


def test_an_english_name_of_the_folder_is_corrected(folder: Path) -> None:
    (folder / "templates").mkdir()
    (problem,) = problems_of(folder)
    assert (problem["kind"], problem["expected"]) == ("file-unknown", f"“{TEMPLATES_FOLDER}”")


def test_a_link_that_leads_nowhere_is_no_template(folder: Path) -> None:
    keep(folder, b"")
    (folder / OWN).unlink()
    (folder / OWN).symlink_to(folder / "无此文件.docx")
    assert [(p["kind"], p["file"]) for p in problems_of(folder)] == [("template-unreadable", OWN)]


# ---------------------------------------------------------------- what a tag may say


def faults(content: bytes, circular: Circular, name: str = OWN) -> list[tuple[str, str, str]]:
    """Kind, what stands there and what is expected, of a template that cannot be used."""
    with pytest.raises(TemplateFaultError) as caught:
        render_docx(circular, TemplateFile(name, content))
    for problem in caught.value.problems:
        assert problem.place.file == name
        assert problem.expected, problem
    return [(p.kind, p.found, p.expected) for p in caught.value.problems]


@pytest.mark.parametrize(
    "tag",
    [
        "{{ cycler.__init__.__globals__.os.popen('touch %s').read() }}",
        "{{ title.__class__.__mro__[1].__subclasses__() }}",
        "{{ title['__class__'] }}",
        "{{ self._TemplateReference__context }}",
        "{{ title|attr('__class__') }}",
        "{{ title|map(attribute='__class__') }}",
        "{{ title.upper() }}",
        "{% include '/etc/passwd' %}",
        "{% for i in range(1000000000) %}{{ i }}{% endfor %}",
        "{{ 'a' * 1000000000 }}",
        "{{ [title] * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ 99999999999 * 99999999999 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ title ~ title }}",
        "{{ title|join(title) }}",
        "{{ title|center(1000000000) }}",
        "{{ lipsum(n=1000000) }}",
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{% for a in sections %}" * 6 + "x" + "{% endfor %}" * 6,
        "{% if title %}" * 13 + "{% endif %}" * 13,
        "{{ " + "(" * 200 + "title" + ")" * 200 + " }}",
        "{{ " + "-" * 600 + "1 }}",
    ],
)
def test_nothing_runs_and_nothing_grows(tag: str, circular: Circular, tmp_path: Path) -> None:
    made = tmp_path / "made"
    tag = tag.replace("%s", str(made))
    found = faults(template(put("{{ title }}", tag)), circular)
    assert {kind for kind, _, _ in found} <= {"template-forbidden", "template-name", "template-tag"}
    assert found[0][1] in tag
    assert not made.exists()


@pytest.mark.parametrize(
    ("written", "kind", "found", "expected"),
    [
        ("{{ titel }}", "template-name", "{{ titel }}", "“{{ title }}”"),
        ("{{ annex.titel }}", "template-name", "{{ annex.titel }}", "“{{ annex.title }}”"),
        ("{{ title|uper }}", "template-name", "{{ title|uper }}", "“{{ title|upper }}”"),
        ("{{ title is definde }}", "template-name", "{{ title is definde }}", "“{{ title is defined }}”"),
        ("{{ 标题 }}", "template-name", "{{ 标题 }}", "letterhead、number、title"),
        ("{{ title.text }}", "template-forbidden", "{{ title.text }}", "去掉“.text”"),
        ("{{ opening }}", "template-forbidden", "{{ opening }}", "用 for 逐项写出"),
        ("{{ annex }}", "template-forbidden", "{{ annex }}", "它的一项，如 .title"),
        ("{% for c in title %}{{ c }}{% endfor %}", "template-forbidden", "{% for c in title %}", "in 后面是列表"),
        ("{％ if title ％}有{％ endif ％}", "template-tag", "{％ if title ％}", "“{% if title %}”"),
        ("{{ ｔｉｔｌｅ }}", "template-tag", "{{ ｔｉｔｌｅ }}", "“{{ title }}”"),
        ("{{ number|default（'无'） }}", "template-tag", "{{ number|default（'无'） }}", "“{{ number|default('无') }}”"),
        ("{% if number == “甲” %}有{% endif %}", "template-tag", "{% if number == “甲” %}", '“{% if number == "甲" %}”'),
        ("{{ tit\u200ble }}", "template-tag", "{{ tit\u200ble }}", "“{{ title }}”，现有看不见的字符"),
        ("{ { title } }", "template-tag", "{ { title } }", "“{{ title }}”，花括号之间不空格"),
        ("{ title }", "template-tag", "{ title }", "“{{ title }}”"),
        ("｛title｝", "template-tag", "｛title｝", "“{{ title }}”"),
        ("{{ title }", "template-tag", "{{ title }", "成对的花括号"),
        ("标题 title }}", "template-tag", "标题 title }}", "成对的花括号"),
        ("{{ title } 和 {{ number }}", "template-tag", "{{ title } 和 {{ number }}", "成对的花括号"),
        ("{{ ti tle }}", "template-tag", "{{ ti tle }}", "形如 {{ title }} 的写法"),
        ("{{}}", "template-tag", "{{}}", "形如 {{ title }} 的写法"),
        ("{% for a on opening %}{% endfor %}", "template-tag", "{% for a on opening %}", "形如 {% for 名称 in 列表 %}"),
        ("{% for a in opening %}{% end for %}", "template-tag", "{% end for %}", "“{% endfor %}”"),
        ("{% fro a in opening %}", "template-tag", "{% fro a in opening %}", "“{% for a in opening %}”"),
        ("{% if number == '“甲”' %}有{% endif %}", "template-forbidden", "{% if number == '“甲”' %}", "标签里的文字不含中文引号"),
        ("{% if title %}有", "template-tag", "{% if title %}", "后面有对应的 {% endif %}"),
        ("有{% endif %}", "template-tag", "{% endif %}", "前面有对应的 {% if … %}"),
        ("有{% else %}", "template-tag", "{% else %}", "前面有对应的 {% if … %}"),
        ("{% p if title %}", "template-tag", "{% p if title %}", "“{%p if title %}”，百分号后不空格"),
        ("{%r if title %}", "template-forbidden", "{%r if title %}", "“{% if title %}”"),
        ("{%p if 5 % 2 %}", "template-forbidden", "{%p if 5 % 2 %}", "{%p 中不用百分号计算"),
        ("{% raw %}", "template-forbidden", "{% raw %}", "for、if、with"),
        ("{{ 1 / 0 }}", "template-tag", "{{ 1 / 0 }}", "与所填内容相符的写法"),
        ("{% if provisional %}{{ lettrhead }}{% endif %}", "template-name", "{{ lettrhead }}", "“{{ letterhead }}”"),
    ],
)  # fmt: skip
def test_a_tag_that_is_written_wrong_says_what_to_write(
    written: str, kind: str, found: str, expected: str, circular: Circular
) -> None:
    got = faults(template(put("{{ title }}", written)), circular)
    assert (kind, found) in [(k, f) for k, f, _ in got]
    assert next(e for k, f, e in got if f == found).startswith(expected)


@pytest.mark.parametrize(
    "written",
    [
        "{{title}}", "{{ title　}}", "{{ title|upper }}", "{{ number|default('无') }}", "{# 备注 #}题",
        "{{ opening|join('、') }}", "{{ opening|length }}", "{{ sections[0].heading }}", "{{ 1 + 1 }}",
        "{%- if title -%}有{%- endif -%}", "{% if mark is defined and not mark %}有{% endif %}",
        "{% with a = annex %}{{ a.title }}{% endwith %}", "{% set a = title %}{{ a }}",
        "{% for s in sections %}{{ loop.index }}{{ s.heading }}{% endfor %}",
        "{% if number == '甲（乙）' %}有{% else %}无{% endif %}", "集合{甲、乙}",
    ],
)  # fmt: skip
def test_what_a_tag_may_say(written: str, circular: Circular) -> None:
    content = render_docx(circular, TemplateFile(OWN, template(put("{{ title }}", written))))
    assert not re.search(r"\{\{|%\}", words(content))


def test_all_faults_are_told_in_one_pass_each_once(circular: Circular) -> None:
    content = template(
        put("{{ title }}", "｛｛ titel ｝｝"),
        put("{{ number }}", "{{ nummer }}"),
        put("{{ date }}", "{{ date"),
        in_every("{{ printed_by }}", "{{ printed_bi }}"),
    )
    found = [(k, f) for k, f, _ in faults(content, circular)]
    assert sorted(found) == [
        ("template-name", "{{ nummer }}"),
        ("template-name", "{{ printed_bi }}"),
        ("template-name", "｛｛ titel ｝｝"),
        ("template-tag", "{{ date"),
        ("template-tag", "｛｛ titel ｝｝"),
    ]


def test_the_message_says_where_the_tag_stands(circular: Circular) -> None:
    with pytest.raises(TemplateFaultError) as caught:
        render_docx(
            circular,
            TemplateFile(
                OWN, template(put("附件：{{ attachment_note }}", "附件：{{ attachement_note }}"))
            ),
        )
    (problem,) = caught.value.problems
    assert problem.message() == (
        "[错误] 标签中的名称不认识：正文中“附件：{{ attachement_note }}”；"
        "现为“{{ attachement_note }}”；应为“{{ attachment_note }}”。"
        "改法：打开模板，改正名称；标签能用的名称见使用手册。"
    )


# ---------------------------------------------------------------- where a tag may stand


@pytest.mark.parametrize(
    ("edit", "found", "expected"),
    [
        (after("{{ recipients }}", "{%p if title %}好{%p endif %}"), "{%p if title %}", "标签单独成段，否则同在一起的“好{%p endif %}”会丢失"),
        (put("{%p for text in opening %}", "根据{%p for text in opening %}"), "{%p for text in opening %}", "标签单独成段，否则同在一起的“根据”"),
        (put("{%tc endfor %}", "{%tc endfor %}合计"), "{%tc endfor %}", "标签单独成一格"),
        (put("{%tr endfor %}", "{%tr endfor %}合计"), "{%tr endfor %}", "标签单独成一行"),
        (after("{{ recipients }}", "{%tr if title %}", "{%tr endif %}"), "{%tr if title %}", "放在表格中；不在表格中的写“{%p if title %}”"),
        (after("{{ recipients }}", "{%p if title %}", "好", "{% endif %}"), "{% endif %}", "“{%p endif %}”，与“{%p if title %}”一致"),
        (drop("{%tc endfor %}"), "{%tc for column in table.columns %}", "后面有对应的 {%tc endfor %}"),
        (lambda d: d.sections[0].header.paragraphs[0].add_run("{{ titel }}"), "{{ titel }}", "“{{ title }}”"),
        (lambda d: d.sections[0].footer.add_paragraph("｛｛title｝｝"), "｛｛title｝｝", "“{{title}}”"),
        (in_every("{{ printed_on }}", "{{ printed_no }}"), "{{ printed_no }}", "“{{ printed_on }}”"),
    ],
)  # fmt: skip
def test_a_tag_in_the_wrong_place(
    edit: Edit, found: str, expected: str, circular: Circular
) -> None:
    got = faults(template(edit), circular)
    assert any(f == found and e.startswith(expected) for _, f, e in got), got


def test_tags_in_comments_and_in_deleted_text_are_not_filled_in(circular: Circular) -> None:
    document = Document(str(SHIPPED / "通报.docx"))
    document.add_comment(document.paragraphs[0].runs, "这里填{{ letterhead }}", "甲", "甲")
    out = io.BytesIO()
    document.save(out)
    ((kind, found, expected),) = faults(out.getvalue(), circular)
    assert (kind, found) == ("template-tag", "{{ letterhead }}")
    assert expected.startswith("标签只写在正文、页眉")

    body = part(template(), "word/document.xml").decode()
    deleted = body.replace(
        "{{ title }}", "</w:t></w:r><w:del><w:r><w:delText>{{ titel }}</w:delText></w:r></w:del>"
        "<w:r><w:t>{{ title }}", 1,
    )  # fmt: skip
    content = repacked(template(), {"word/document.xml": deleted.encode()})
    assert faults(content, circular) == [("template-tag", "{{ titel }}", "接受修订以后的文字")]


def test_a_tag_that_only_fails_with_the_values_is_named(circular: Circular) -> None:
    body = part(template(), "word/document.xml").decode()
    for tag in ("{{ title.__class__ }}", "{{ nothing }}", "{% for %}"):
        described = re.sub(r'(<wp:docPr [^>]*?)descr="[^"]*"', r"\1", body)
        described = described.replace("<wp:docPr ", f'<wp:docPr descr="{tag}" ')
        content = repacked(template(), {"word/document.xml": described.encode()})
        ((kind, found, _),) = faults(content, circular)
        assert kind in ("template-forbidden", "template-tag")
        assert found == tag


@pytest.mark.parametrize(
    ("made", "kind"),
    [("{{ x }}", "template-tag"), ("｛%x", "template-tag"), ("</w:t>", "template-unreadable")],
)
def test_what_comes_out_of_the_library_is_looked_at_again(
    made: str, kind: str, circular: Circular, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tags that were left, and XML that no longer fits together, whatever they came from."""
    plain = DocxTemplate.resolve_listing
    monkeypatch.setattr(
        DocxTemplate,
        "resolve_listing",
        lambda self, xml: plain(self, xml).replace("各县区人民政府", made),
    )
    assert [k for k, _, _ in faults(template(), circular)] == [kind]


def test_braces_in_the_values_are_printed(circular: Circular) -> None:
    given = replace(circular, issuer="{{ title }}办公室", opening=("网页显示“{% if %}”｛｛x｝｝",))
    said = words(render_docx(given))
    assert "{{ title }}办公室" in said
    assert "网页显示“{% if %}”｛｛x｝｝" in said


def test_a_document_of_ones_own_is_followed(circular: Circular) -> None:
    """No style, no section, no table of ours: only what the office wrote."""
    document = Document()
    document.add_paragraph("{{ title }}")
    for line in ("{%p for s in sections %}", "{{ s.heading }}", "{%p endfor %}"):
        document.add_paragraph(line)
    table = document.add_table(1, 1)
    table.cell(0, 0).paragraphs[0].text = "{%p if copies %}"
    table.cell(0, 0).add_paragraph("{%p endif %}")
    body = document.element.body
    body.remove(body.sectPr)
    for grid in body.iter(f"{W}tblGrid"):
        grid.getparent().remove(grid)
    out = io.BytesIO()
    document.save(out)
    content = render_docx(circular, TemplateFile(OWN, out.getvalue()))
    assert "二、考核结果" in words(content)
    root = etree.fromstring(part(content, "word/document.xml"))
    assert all(cell[-1].tag == f"{W}p" for cell in root.iter(f"{W}tc"))


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("word/document.xml", r"<w:pgSz[^>]*/>|<w:pgMar[^>]*/>"),
        ("word/document.xml", r"<w:tblGrid>.*?</w:tblGrid>|<w:tcPr>.*?</w:tcPr>"),
        ("word/styles.xml", r"<w:name [^>]*/>"),
        ("word/styles.xml", r'(?<=<w:sz w:val=)"\d+"|(?<=w:line=)"\d+"'),
    ],
)
def test_what_other_programs_leave_out_is_not_needed(
    name: str, pattern: str, circular: Circular
) -> None:
    plain = part(template(), name).decode()
    edited = re.sub(pattern, lambda found: '"大"' if found[0].startswith('"') else "", plain)
    assert edited != plain
    content = repacked(template(), {name: edited.encode()})
    assert "二、考核结果" in words(render_docx(circular, TemplateFile(OWN, content)))


def test_a_template_without_the_results_is_refused(circular: Circular) -> None:
    document = Document()
    document.add_paragraph("关于考核情况的通报")
    for line in ("", "{{ title }}"):
        document.add_paragraph(line)
        out = io.BytesIO()
        document.save(out)
        ((kind, _, expected),) = faults(out.getvalue(), circular)
        assert kind == "template-empty"
        assert "sections" in expected


# ---------------------------------------------------------------- files that are no template


def workbook() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def torn() -> bytes:
    content = bytearray(repacked(template(), {}))
    at = content.index(b"<w:body")
    content[at : at + 200] = bytes(200)
    return bytes(content)


DOCUMENT = part(template(), "word/document.xml")
TYPES = part(template(), "[Content_Types].xml")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "空文件"),
        (bytes(2000), "空文件"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "加了密码的文件"),
        (b"\xef\xbb\xbf<html><body>{{ title }}</body></html>", "网页文件，只是改了扩展名"),
        (b'<?xml version="1.0"?><w:wordDocument xmlns:w="x"/>', "XML 文件，只是改了扩展名"),
        (rb"{\rtf1 {{ title }}}", "RTF 文件，只是改了扩展名"),
        (b"%PDF-1.4", "PDF 文件，只是改了扩展名"),
        ("通报".encode(), "不是 Word 的文件"),
        (template()[:3000], "不完整的文件"),
        (workbook(), "Excel 文件，只是改了扩展名"),
        (torn(), "损坏的文件，其中的 word/document.xml 读不出来"),
        (repacked(template(), {"word/document.xml": None}), "没有正文（word/document.xml）的压缩文件"),
        (repacked(template(), {"word/document.xml": DOCUMENT[:-30]}), "损坏的文件，其中的 word/document.xml 格式有错"),
        (repacked(template(), {"word/header1.xml": b"<w:hdr>"}), "损坏的文件，其中的 word/header1.xml 格式有错"),
        (repacked(template(), {"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "b">]>' + DOCUMENT.split(b"?>", 1)[1]}), "不合规格的文件，其中的 word/document.xml 有文档类型定义"),
        (repacked(template(), {"word/_rels/document.xml.rels": None, "_rels/.rels": None}), "不合规格的 Word 文件"),
        (repacked(template(), {"[Content_Types].xml": TYPES.replace(b"document.main+xml", b"template.main+xml")}), "带宏的文档或 Word 模板（.docm、.dotx），只是改了扩展名"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_file_that_is_no_word_document_says_what_it_is(
    content: bytes, found: str, circular: Circular
) -> None:
    assert faults(content, circular) == [("template-unreadable", found, "Word 文档（.docx）")]


def test_a_file_that_unpacks_without_end_is_not_unpacked(circular: Circular) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(101_000_000))
    ((kind, found, _),) = faults(out.getvalue(), circular)
    assert (kind, found) == ("template-unreadable", "解开后超过100兆字节的文件")


# ---------------------------------------------------------------- pages, texts, feedback, previews


@pytest.mark.parametrize(
    ("old", "new", "kind", "found"),
    [
        ("circular.mark }}", "circular.marke }}", "template-name", "{{ circular.marke }}"),
        ("section.heading", "section.headng", "template-name", "{{ section.headng }}"),
        ("fonts.body", "fonts.bodi", "template-name", "{{ fonts.bodi }}"),
        ("{{ circular.number }}", "｛｛ circular.number ｝｝", "template-tag", "｛｛ circular.number ｝｝"),
        ("{{ circular.number }}", "{{ circular.number", "template-tag", '<p class="number">{{ circular.number</p>'),
        ('"subheading"', "“subheading”", "template-tag", "{%- if paragraph.style == “subheading” %}"),
        ("{{ circular.number }}", "{{ circular.__class__ }}", "template-forbidden", "{{ circular.__class__ }}"),
        ("{{ circular.number }}", "{{ circular.number + 1 }}", "template-forbidden", '<p class="number">{{ circular.number + 1 }}</p>'),
    ],
)  # fmt: skip
def test_a_page_says_which_line(
    old: str, new: str, kind: str, found: str, circular: Circular
) -> None:
    text = (SHIPPED / "通报.html.j2").read_text("utf-8")
    row = next(n for n, line in enumerate(text.splitlines(), 1) if old in line)
    with pytest.raises(TemplateFaultError) as caught:
        render_html(circular, TemplateFile("模板/通报.html.j2", text.replace(old, new, 1).encode()))
    (problem,) = caught.value.problems
    assert (problem.kind, problem.found, problem.place.row) == (kind, found, row)


def test_a_page_in_other_encodings_is_read_or_refused(circular: Circular) -> None:
    text = (SHIPPED / "通报.html.j2").read_text("utf-8")
    plain = render_html(circular)
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        file = TemplateFile("通报.html.j2", text.replace("\n", "\r\n").encode(encoding))
        assert render_html(circular, file) == plain
    with pytest.raises(TemplateFaultError) as caught:
        render_html(circular, TemplateFile("通报.html.j2", b"\xff\x00\x81"))
    assert [p.kind for p in caught.value.problems] == ["template-unreadable"]


@pytest.mark.parametrize(
    ("text", "kind", "row", "expected"),
    [
        ("甲\n做好{弱项内容}。", "template-name", 2, "{薄弱内容}"),
        ("甲\n做好｛工作｝。", "template-tag", 2, "“{工作}”，用英文半角花括号"),
        ("甲\n做好{工作。", "template-tag", 2, "成对的花括号，如 {工作}"),
        ("# 只有说明\n\n", "template-empty", None, "小标题和正文"),
    ],
)
def test_words_in_the_default_requirements(
    text: str, kind: str, row: int | None, expected: str, folder: Path
) -> None:
    keep(folder, text.encode(), "下一步工作要求.txt")
    (problem,) = problems_of(folder)
    assert (problem["kind"], problem["row"]) == (kind, row)
    assert expected in problem["expected"]
    assert run("grade", folder).return_value == 1


def test_feedback_uses_the_office_s_template_or_names_faults(folder: Path) -> None:
    keep(
        folder,
        template(put("你单位{{ result }}。", "结论：{{ result }}"), name="反馈单.docx"),
        "反馈单.docx",
    )
    assert run("feedback", folder).return_value == 0
    assert "结论：综合考核成绩" in words((folder / "反馈" / "甲县反馈单.docx").read_bytes())
    shutil.rmtree(folder / "反馈")
    keep(
        folder,
        template(put("你单位{{ result }}。", "{{ results }}"), name="反馈单.docx"),
        "反馈单.docx",
    )
    assert [p["found"] for p in problems_of(folder)] == ["{{ results }}"]
    for options in ((), ("--provisional",)):
        outcome = run("feedback", folder, *options)
        assert outcome.return_value == 1
        assert f"{TEMPLATES_FOLDER}/反馈单.docx" in outcome.stderr
        assert "“{{ result }}”" in outcome.stderr
    assert not (folder / "反馈").exists()


def test_preview_and_sensitivity_use_the_office_s_templates(folder: Path) -> None:
    for name in ("预估.html.j2", "稳健性.html.j2"):
        text = (SHIPPED / name).read_text("utf-8")
        keep(
            folder,
            text.replace("</h1>", "（本办）</h1>").encode(),
            name,
        )
    out = folder.parent / "页"
    form = folder / "自我考核" / "上半年" / "甲县.xlsx"
    assert run("preview", form, "--out", out).return_value == 0
    assert "（本办）</h1>" in next(out.iterdir()).read_text("utf-8")
    assert run("sensitivity", folder, "--out", out).return_value == 0
    assert "（本办）</h1>" in (out / "稳健性分析.html").read_text("utf-8")
    shutil.rmtree(out)
    for name in ("预估.html.j2", "稳健性.html.j2"):
        keep(folder, b"<h1>{{ page.titel }}</h1>", name)
    for command in (("preview", form), ("sensitivity", folder)):
        outcome = run(*command, "--out", out)
        assert outcome.return_value == 1
        assert "{{ page.titel }}" in outcome.stderr
        assert "“{{ page.title }}”" in outcome.stderr
    assert not out.exists()


# ---------------------------------------------------------------- any edit at all


def test_anything_in_a_template_gives_a_document_or_a_message(
    circular: Circular,
) -> None:
    """Characters of tags lost, doubled, made full-width, swapped between paragraphs: the document
    has no tag left, or the template is refused with a message; nothing else."""
    dice = random.Random(20240731)
    refused: list[str] = []
    for _ in range(120):
        document = Document(str(SHIPPED / "通报.docx"))
        tagged = [t for t in document.element.body.iter(f"{W}t") if "{" in (t.text or "")]
        for t in dice.sample(tagged, dice.choice((1, 1, 2))):
            at = dice.randrange(len(t.text))
            what = dice.choice(("", t.text[at] * 2, "｛", "％", "’", " ", "}", "{%", "p", "\u3000"))
            t.text = t.text[:at] + what + t.text[at + 1 :]
        out = io.BytesIO()
        document.save(out)
        try:
            said = words(render_docx(circular, TemplateFile(OWN, out.getvalue())))
        except TemplateFaultError as error:
            refused += [problem.place.file for problem in error.problems[:1]]
        else:
            assert not re.search(r"\{\{|\}\}|\{%|%\}|｛｛|｝｝", said)
    assert set(refused) == {OWN}
    assert 60 < len(refused) < 120


def test_the_template_says_what_it_may_name() -> None:
    """The manual's table of names is the one that is checked."""
    manual = (ROOT / "docs" / "使用手册.md").read_text("utf-8")
    for field in fields(TEMPLATE.context):
        assert f"`{field.name}`" in manual, field.name
