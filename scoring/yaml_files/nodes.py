"""A YAML text as a tree with the line of every value, within limits.

Built from the parser's events, without recursion, so that depth and aliases are counted before
anything is made of them. What a careless reader would drop or change without a word (a second
document, a merge key, a tag, an anchor that nobody uses) is an error at its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from yaml.error import YAMLError
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError
from yaml.tokens import DirectiveToken

from scoring.limits import YAML_DEPTH, YAML_DIGITS, YAML_NODES
from scoring.problems import Place, Problem

CParser: Any
try:
    from yaml._yaml import CParser
except ImportError:  # PyYAML was built without it
    CParser = None

At = tuple[int, int]
"""A line and a column, from 1."""


class YamlFaultError(Exception):
    """What makes a YAML text unreadable as a whole."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message())
        self.problem = problem


@dataclass(slots=True)
class Scalar:
    """A single value: the text as written, and what it means (text, whole number, flag, None).
    ``blank`` says that nothing stands there."""

    at: At
    text: str
    value: Any
    plain: bool
    blank: bool


@dataclass(slots=True)
class Items:
    """A list."""

    at: At
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Pairs:
    """A mapping, its names in the order of the text, twice where they stand there twice."""

    at: At
    pairs: list[tuple[Scalar, Node]] = field(default_factory=list)


Node = Scalar | Items | Pairs


class _Events(Reader, Scanner, Parser):
    """PyYAML's parser without the steps that follow it, in which anything could be built."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def scan_directive(self) -> DirectiveToken:
        mark = self.get_mark()
        token = super().scan_directive()
        if token.name != "YAML":
            raise ScannerError(None, None, "found a directive", mark)
        return token


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being read: its size and depth so far, with aliases followed."""

    node: Items | Pairs
    anchor: str | None
    size: int = 1
    depth: int = 1
    key: Scalar | None = None


_FLAGS = {"true": True, "false": False}
_NULLS = {"", "~", "null"}
_INT = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"[-+]?[0-9]*\.?[0-9]*(?:[eE][-+]?[0-9]+)?")
_STR, _CORE = "tag:yaml.org,2002:str", "tag:yaml.org,2002:"

_UNSEEN: Final = (
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffd\ufffe\uffff\ud800-\udfff]"
)
"""Characters that nobody sees or writes: controls, separators that only some programs take for
line ends, marks without width, what a program puts in the place of a broken byte."""


def _unseen_in(text: str) -> re.Match[str] | None:
    """The first character that nobody sees. A text that can be printed, the marks in the place of broken
    bytes aside, has none: then the pattern, which takes 4 ms to compile, is not needed."""
    if text.replace("\n", "").isprintable() and "\ufffc" not in text and "\ufffd" not in text:
        return None
    return re.search(_UNSEEN, text)


def compose(text: str, file: str) -> Node | None:
    """The tree of ``text`` (None where it holds nothing). Raises YamlFaultError, and
    yaml.MarkedYAMLError for a text that is no YAML."""
    seen = _unseen_in(text)
    if seen is not None:
        raise YamlFaultError(_unseen(text, seen.start(), file))
    quick = quick_events(text)
    if quick is not None:
        return _Composer(file, text.splitlines()).compose(iter(quick))
    events = _Events(text)
    try:
        return _Composer(file, text.splitlines()).compose(_each(events))
    except (ValueError, OverflowError):
        # An escape or a version with a number that is none (\U00110000).
        at = Place(file, row=events.line + 1, column=str(events.column + 1))
        raise YamlFaultError(
            Problem("yaml-syntax", at, fix="改正或删去该处以“\\”或“%”开头的写法")
        ) from None


_ODD = re.compile(r"[\t?&*!|>\\`]|(?<=\S)#|^(?:%|---|\.\.\.)", re.MULTILINE)
"""What the two parsers of PyYAML read differently, or may: the quick one is not asked then."""


def quick_events(text: str) -> list[Event] | None:
    """The events of an everyday text by the parser in C, which takes a tenth of the time; None where
    there is none, and for a text that is unusual or broken: the other one says what is wrong."""
    if CParser is None or _ODD.search(text):
        return None
    parser = CParser(text)
    events: list[Event] = []
    try:
        while parser.check_event():
            event: Event = parser.get_event()
            if isinstance(event, ScalarEvent) and not event.value and not event.style:
                return None  # the two differ in where nothing stands
            events.append(event)
    except (YAMLError, ValueError):
        return None
    finally:
        parser.dispose()
    return events


def _each(events: _Events) -> Iterator[Event]:
    while events.check_event():
        event: Event = events.get_event()  # type: ignore[no-untyped-call]
        yield event


def _unseen(text: str, index: int, file: str) -> Problem:
    lines = re.split(r"\r\n|\r|\n", text[:index])
    place = Place(file, row=len(lines), column=str(len(lines[-1]) + 1))
    others = len(re.findall(_UNSEEN, text)) - 1
    more = f"（此后还有{others}处）" if others else ""
    return Problem("yaml-character", place, f"U+{ord(text[index]):04X}{more}")


class _Composer:
    """Puts a tree together from events."""

    def __init__(self, file: str, lines: list[str]) -> None:
        self._file = file
        self._lines = lines
        self._open: list[_Open] = []
        self._root: Node | None = None
        self._count = 0
        self._anchors: dict[str, tuple[Node, int, int]] = {}
        self._anchored: dict[str, At] = {}
        self._used: set[str] = set()

    def compose(self, events: Iterator[Event]) -> Node | None:
        for event in events:
            if isinstance(event, NodeEvent):
                self._node(event)
            elif isinstance(event, CollectionEndEvent):
                self._close()
            elif isinstance(event, DocumentStartEvent):
                self._end_document()
        self._end_document()
        return self._root

    def _end_document(self) -> None:
        """Anchors hold within their document. One that nobody uses is a text that begins with &."""
        for name, at in self._anchored.items():
            if name not in self._used:
                fix = f"内容以“&”开头的，整个内容加双引号；否则删去“&{name}”"
                raise self._fault("yaml-unsupported", at, "没有用到的锚点", f"&{name}", fix)
        self._anchors, self._anchored, self._used = {}, {}, set()

    def _node(self, event: NodeEvent) -> None:
        assert event.start_mark is not None
        at = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, AliasEvent):
            node, size, depth = self._alias(str(event.anchor), at)
            self._add(node, size, depth, at, str(event.anchor))
            return
        self._check_tag(event, at)
        anchor = self._anchor(event, at)
        if isinstance(event, CollectionStartEvent):
            is_mapping = isinstance(event, MappingStartEvent)
            self._grow(1, 1, at)
            self._open.append(_Open(Pairs(at) if is_mapping else Items(at), anchor))
            return
        assert isinstance(event, ScalarEvent)
        scalar = self._scalar(event, at)
        if anchor is not None:
            self._anchors[anchor] = (scalar, 1, 0)
        self._add(scalar, 1, 0, at)

    def _anchor(self, event: NodeEvent, at: At) -> str | None:
        if event.anchor is None:
            return None
        name = str(event.anchor)
        if name in self._anchored:
            found = f"第{self._anchored[name][0]}行已有"
            raise self._fault("yaml-unsupported", at, f"同名的锚点（{found}）", f"&{name}",
                              "换一个名称，别名“*”也相应改名")  # fmt: skip
        self._anchored[name] = at
        return name

    def _alias(self, name: str, at: At) -> tuple[Node, int, int]:
        self._used.add(name)
        if name in self._anchors:
            return self._anchors[name]
        if name in self._anchored:
            raise self._fault("yaml-unsupported", at, "别名指向它自己所在的内容，没有尽头",
                              f"*{name}", "删去这个别名，把内容写出来")  # fmt: skip
        raise self._fault("yaml-unsupported", at, "没有这个名称的锚点", f"*{name}",
                          "内容以“*”开头的，整个内容加双引号；否则把内容写出来")  # fmt: skip

    def _check_tag(self, event: NodeEvent, at: At) -> None:
        tag = getattr(event, "tag", None)
        if tag is None or (tag == _STR and isinstance(event, ScalarEvent)):
            return
        shown = f"!!{tag.removeprefix(_CORE)}" if tag.startswith(_CORE) else tag
        fix = "内容以“!”开头的，整个内容加双引号；否则删去这个标签"
        raise self._fault("yaml-unsupported", at, "类型标签", shown, fix)

    def _scalar(self, event: ScalarEvent, at: At) -> Scalar:
        text = str(event.value)
        # Only between double quotes there are escapes, of which compose() did not see what they mean.
        seen = _unseen_in(text) if event.style == '"' else None
        if seen is not None:
            raise self._fault("yaml-character", at, "", f"U+{ord(seen[0]):04X}", "删去这个转义写法")
        digits = sum("0" <= char <= "9" for char in text) if len(text) > YAML_DIGITS else 0
        if digits > YAML_DIGITS and _NUMBER.fullmatch(text):
            raise self._fault("yaml-limit", at, f"一个数有{digits}位", text, "核对这个数",
                              f"不超过{YAML_DIGITS}位的数")  # fmt: skip
        plain = not event.style
        value: Any = text
        if plain and event.tag is None:
            if text in _NULLS:
                value = None
            elif text in _FLAGS:
                value = _FLAGS[text]
            elif _INT.fullmatch(text):
                value = int(text)
        return Scalar(at, text, value, plain, plain and text == "")

    def _grow(self, size: int, depth: int, at: At, alias: str | None = None) -> None:
        """Count what is about to be added, before it is."""
        self._count += size
        if self._count > YAML_NODES:
            about = f"“*{alias}”等别名展开后内容太多" if alias else "内容太多"
            fix = "删去层层引用的别名" if alias else "分成几个文件，或删去多余的内容"
            raise self._fault("yaml-limit", at, about, "", fix, f"不超过{YAML_NODES}项")
        if len(self._open) + depth > YAML_DEPTH:
            raise self._fault("yaml-limit", at, "列表和映射嵌套太深", "", "减少嵌套的层数",
                              f"不超过{YAML_DEPTH}层")  # fmt: skip

    def _add(self, node: Node, size: int, depth: int, at: At, alias: str | None = None) -> None:
        """Put a finished node where it belongs."""
        if isinstance(node, Scalar) or alias is not None:
            self._grow(size, depth, at, alias)
        if not self._open:
            self._add_root(node)
            return
        top = self._open[-1]
        top.size += size
        top.depth = max(top.depth, depth + 1)
        if isinstance(top.node, Items):
            top.node.items.append(node)
        elif top.key is not None:
            top.node.pairs.append((top.key, node))
            top.key = None
        else:
            top.key = self._key(node, at)

    def _key(self, node: Node, at: At) -> Scalar:
        if not isinstance(node, Scalar):
            raise self._fault("yaml-unsupported", at, "列表或映射作名称", "",
                              "“:”前面只写一个名称；内容以“[”“{”开头的，整个内容加双引号")  # fmt: skip
        if node.plain and node.text == "<<":
            raise self._fault("yaml-unsupported", at, "合并写法", "<<", "把要合并的各项逐行写出来")
        return Scalar(at, node.text, node.value, node.plain, node.blank)

    def _add_root(self, node: Node) -> None:
        if isinstance(node, Scalar) and node.blank:
            return  # a document without content
        if self._root is not None:
            raise self._fault("yaml-unsupported", node.at, "同一文件中有两份内容（以“---”隔开）", "",
                              "只保留一份，删去“---”和另一份")  # fmt: skip
        self._root = node

    def _close(self) -> None:
        done = self._open.pop()
        if done.anchor is not None:
            self._anchors[done.anchor] = (done.node, done.size, done.depth)
        self._add(done.node, done.size, done.depth, done.node.at)

    def _fault(
        self, kind: str, at: At, about: str, found: str, fix: str, expected: str = ""
    ) -> YamlFaultError:
        place = Place(self._file, row=at[0], column=str(at[1]))
        if not found and at[0] <= len(self._lines):
            found = self._lines[at[0] - 1][:200].strip()
        return YamlFaultError(Problem(kind, place, found, expected, fix, about=about))
