"""The tags of a template as the office wrote them, and what is wrong with them.

A template is looked at as a list of tags with their places, whatever it was read from: so a
message names the tag that stands there, and every fault is found in one pass. What a tag may say
is a small part of Jinja's language: names, their fields, conditions and loops over what is given.
Calls and whatever makes texts grow are left out, so that no template runs anything or never ends.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from jinja2 import TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from scoring.problems import Place, Problem, nearest

_WITHIN = r"(?:(?![{｛][{｛%％]).)*?"
TAG = re.compile(
    rf"[{{｛][#＃].*?[#＃][}}｝]|[{{｛][{{｛]{_WITHIN}[}}｝][}}｝]|[{{｛][%％]{_WITHIN}[%％][}}｝]",
    re.DOTALL,
)
"""A tag in a text file, also one with full-width characters; a torn one ends where the next begins."""

WORD_TAG = re.compile(TAG.pattern.replace("][", r"]\s*["))
"""A tag in a paragraph of a Word file, where nothing else has two braces with spaces between."""

OPENING = ("for", "if", "with")
CLOSING = tuple(f"end{word}" for word in OPENING)
MIDDLE = ("else", "elif")
WORDS = (*OPENING, *MIDDLE, *CLOSING, "set")

FILTERS = (
    "abs", "count", "d", "default", "e", "escape", "first", "float", "int", "join", "last",
    "length", "lower", "round", "string", "trim", "upper",
)  # fmt: skip
"""Filters that make no text longer than what they are given."""

LONGEST, DEEPEST = 500, 12
"""Characters of a tag, and blocks within each other, that a template may have."""

_QUOTES = dict.fromkeys("‘’‛‚＇′｀`´", "'") | dict.fromkeys("“”„‟＂″「」『』〝〞", '"')
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|‘[^’]*’|“[^”]*”")
_SPACES = {"\u00a0": " ", "\u3000": " "}


@dataclass(frozen=True)
class Tag:
    """A tag: its text as it stands; its place, and in words where it stands in a Word file;
    ``shape`` is what encloses it, which must be the same at the end of a block as at its start."""

    text: str
    place: Place
    about: str = ""
    shape: tuple[str, ...] = ()
    word_file: bool = False

    @cached_property
    def proper(self) -> str:
        """The text with half-width characters."""
        return straight(self.text)

    @property
    def is_comment(self) -> bool:
        return self.proper.startswith("{#")

    @property
    def is_statement(self) -> bool:
        return self.proper.startswith("{%")

    @cached_property
    def prefix(self) -> str:
        """``p``, ``tr`` or ``tc`` where docxtpl takes out the paragraph, row or cell of the tag."""
        found = re.match(r"\{[{%#](tr|tc|p|r)\s", self.proper) if self.word_file else None
        return found[1] if found else ""

    @cached_property
    def code(self) -> str:
        """What stands between the braces, on one line."""
        inner = self.proper[2 + len(self.prefix) : -2]
        return " ".join(inner.strip("+-").split())

    @cached_property
    def word(self) -> str:
        """The first word of a statement: for, endif …; empty for other tags."""
        found = re.match(r"\w*", self.code)
        return found[0] if found and self.is_statement else ""

    @property
    def source(self) -> str:
        """The tag for Jinja, on one line; empty for a comment."""
        if self.is_comment:
            return ""
        return f"{{% {self.code} %}}" if self.is_statement else f"{{{{ {self.code} }}}}"

    def fault(self, kind: str, expected: str = "") -> Problem:
        return Problem(kind, self.place, self.text, expected, about=self.about)


def straight(text: str) -> str:
    """A tag as it should be typed: half-width, with straight quotes; what is quoted stays.

    >>> straight("｛｛ title ｝｝"), straight("{%p if a == ‘优秀（良）’ %}")
    ('{{ title }}', "{%p if a == '优秀（良）' %}")
    """
    parts, at = [], 0
    text = _INVISIBLE.sub("", text)
    for quoted in _QUOTED.finditer(text):
        first, last = (_QUOTES.get(quoted[0][i], quoted[0][i]) for i in (0, -1))
        parts += [_half(text[at : quoted.start()]), first, quoted[0][1:-1], last]
        at = quoted.end()
    text = "".join(parts) + _half(text[at:])
    text = re.sub(r"\{\s*([{%#])", r"{\1", text)
    return re.sub(r"([}%#])\s*\}", r"\1}", text)


def _half(text: str) -> str:
    return unicodedata.normalize("NFKC", "".join(_QUOTES.get(c, _SPACES.get(c, c)) for c in text))


def tag_problems(
    tags: Sequence[Tag], environment: ImmutableSandboxedEnvironment
) -> tuple[list[Problem], list[str] | None]:
    """What is wrong with how the tags of one part of a template are written, each by itself and as
    blocks; and the tags as lines for Jinja, one a tag, None where they cannot be parsed."""
    problems, lines = [], []
    sound = True
    for tag in tags:
        width, writing = _typed(tag), _written(tag, environment)
        problems += [fault for fault in (width, None if width else writing) if fault]
        lines.append("" if writing else tag.source)
        sound = sound and not (writing and tag.is_statement)
    wrong = _blocks(tags)
    return [*problems, *wrong], lines if sound and not wrong else None


def _typed(tag: Tag) -> Problem | None:
    """Characters that Word or an input method put in the place of those of a tag."""
    if tag.is_comment or _plain(tag.proper) == _plain(tag.text):
        return None
    return tag.fault("template-tag", f"“{tag.proper}”，{_why(tag.text)}")


def _written(tag: Tag, environment: ImmutableSandboxedEnvironment) -> Problem | None:
    """The first fault in how the tag is written."""
    if tag.is_comment:
        return None
    if len(tag.text) > LONGEST:
        return tag.fault("template-forbidden", f"一个标签最多{LONGEST}个字符")
    if tag.word_file and re.search("[‘’“”]", tag.proper):  # docxtpl would make them straight
        return tag.fault("template-forbidden", "标签里的文字不含中文引号")
    if re.search(r"[{}]", tag.code):
        return tag.fault("template-tag", "成对的花括号，每个标签各自写完整")
    if tag.prefix == "r":
        return tag.fault("template-forbidden", f"“{tag.proper[:2]} {tag.code} {tag.proper[-2:]}”")
    if tag.prefix and "%" in tag.code:
        return tag.fault("template-forbidden", f"{{%{tag.prefix} 中不用百分号计算")
    if tag.is_statement and tag.word not in WORDS:
        return _unknown_word(tag)
    return _syntax(tag, environment)


def _syntax(tag: Tag, environment: ImmutableSandboxedEnvironment) -> Problem | None:
    before, after = "", ""
    if tag.word in OPENING:
        after = f"{{% end{tag.word} %}}"
    elif tag.word == "elif":
        before, after = "{% if 1 %}", "{% endif %}"
    elif tag.word in (*CLOSING, "else"):
        if tag.code == tag.word:
            return None
        return tag.fault("template-tag", f"“{{%{tag.prefix} {tag.word} %}}”")
    try:
        environment.parse(before + tag.source + after)
    except TemplateSyntaxError:
        return tag.fault("template-tag", _FORMS.get(tag.word, "形如 {{ title }} 的写法"))
    except RecursionError:
        return tag.fault("template-forbidden", "简单的写法")
    return None


_FORMS = {
    "for": "形如 {% for 名称 in 列表 %} 的写法",
    "if": "形如 {% if 名称 %} 的写法",
    "elif": "形如 {% elif 名称 %} 的写法",
    "with": "形如 {% with 名称 = 名称 %} 的写法",
    "set": "形如 {% set 名称 = 名称 %} 的写法",
}


def _plain(text: str) -> str:
    """Without what makes no difference: which spaces a tag has."""
    return " ".join("".join(_SPACES.get(c, c) for c in text).split())


def _why(text: str) -> str:
    if _INVISIBLE.search(text):
        return "现有看不见的字符，请删去重新输入"
    if any(c in _QUOTES for c in text):
        return "引号用英文直引号"
    if unicodedata.normalize("NFKC", text) == text:
        return "花括号之间不空格"
    return "用英文半角字符"


def _unknown_word(tag: Tag) -> Problem:
    """A statement that begins with no known word: a slip of the pen, or something not allowed."""
    rest = tag.code[len(tag.word) :].strip()
    if tag.word in ("p", "tr", "tc", "r"):
        if not tag.word_file:
            return tag.fault("template-tag", f"“{{% {rest} %}}”，{tag.word} 只用在 Word 模板中")
        return tag.fault("template-tag", f"“{{%{tag.word} {rest} %}}”，百分号后不空格")
    if f"{tag.word}{rest}" in CLOSING:  # {% end for %}
        return tag.fault("template-tag", f"“{{%{tag.prefix} {tag.word}{rest} %}}”")
    near = nearest(tag.word, WORDS)
    if not near:
        return tag.fault("template-forbidden", "for、if、with 或 endfor、endif、endwith")
    return tag.fault("template-tag", f"“{{%{tag.prefix} {f'{near[0]} {rest}'.strip()} %}}”")


def _blocks(tags: Iterable[Tag]) -> list[Problem]:
    """Blocks without an end, ends without a start, and ends that stand elsewhere than the start."""
    problems: list[Problem] = []
    stack: list[Tag] = []
    for tag in tags:
        word = tag.word
        if word in OPENING:
            stack.append(tag)
            if len(stack) == DEEPEST + 1:
                problems.append(tag.fault("template-forbidden", f"for、if 最多套{DEEPEST}层"))
        elif word in MIDDLE:
            owners = ("if", "for") if word == "else" else ("if",)
            if stack and stack[-1].word in owners:
                problems += _misplaced(stack[-1], tag)
            else:
                problems.append(tag.fault("template-tag", "前面有对应的 {% if … %}"))
        elif word in CLOSING:
            opening = _opening(stack, tag)
            if opening is None:
                wanted = f"前面有对应的 {{%{tag.prefix} {word.removeprefix('end')} … %}}"
                problems.append(tag.fault("template-tag", wanted))
                continue
            while (last := stack.pop()) is not opening:
                problems.append(_unclosed(last))
            problems += _misplaced(opening, tag)
    return [*problems, *(_unclosed(opening) for opening in stack)]


def _opening(stack: Sequence[Tag], end: Tag) -> Tag | None:
    """The start that an end belongs to: the last open one of its kind, rather one that is written
    alike, so that a lost end in between is named."""
    open_ = [tag for tag in reversed(stack) if f"end{tag.word}" == end.word]
    alike = (tag for tag in open_ if tag.prefix == end.prefix)
    return next(alike, open_[0] if open_ else None)


def _unclosed(tag: Tag) -> Problem:
    return tag.fault("template-tag", f"后面有对应的 {{%{tag.prefix} end{tag.word} %}}")


def _misplaced(opening: Tag, tag: Tag) -> list[Problem]:
    """An end (or an else) must stand as deep in the document as its start: else what lies between
    them is no whole piece, and Word could not open the document."""
    if opening.shape == tag.shape:
        return []
    wanted = f"{{%{opening.prefix} {tag.word}"
    if opening.prefix == tag.prefix:
        return [
            tag.fault("template-tag", f"与“{opening.text}”在同一层（都在表格内，或都在表格外）")
        ]
    return [
        tag.fault(
            "template-tag", f"“{wanted}{tag.code[len(tag.word) :]} %}}”，与“{opening.text}”一致"
        )
    ]
