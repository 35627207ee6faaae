"""YAML that people write: read with the place of every value, checked against a pydantic model.

Numbers with a decimal point and dates stay text until the model reads them, so that no binary
float ever comes from a file. Used for schemes (config/*.yaml) and for assessment.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, RootModel, ValidationError

from scoring.problems import Place, Problem, nearest

Path_ = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)


class _Loader(yaml.SafeLoader):
    """Plain YAML: only true/false, null and whole numbers are more than text."""


_Loader.yaml_implicit_resolvers = {}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|)$"), ["~", "n", ""])
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"-?(?:0|[1-9][0-9]*)$"), list("-0123456789")
)


@dataclass
class Source:
    """A YAML text as data, with the line and column (from 1) of every value by its path."""

    file: str
    data: Any = None
    places: dict[Path_, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: Path_) -> Place:
        """The place of the value at ``path``, or of the nearest one that holds it."""
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.places.get(path, (1, 1))
        return Place(self.file, row=line, column=str(column))


def read_yaml(text: str, file: str) -> Source:
    """Read ``text``; faults of syntax and keys written twice are in ``problems``."""
    source = Source(file)
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        source.problems.append(_syntax_problem(error, text, file))
        return source
    except yaml.YAMLError:
        source.problems.append(Problem("yaml-syntax", Place(file, row=1, column="1")))
        return source
    if isinstance(node, yaml.ScalarNode) and (at := _wide_colon(text.splitlines())):
        # Every colon is a full-width one: the whole text is one scalar.
        source.problems.append(_wide_colon_problem(at, text, file))
        return source
    source.data = {} if node is None else _value(node, (), source)
    return source


_WIDE_COLON = re.compile(r"\s*(?:- )?[A-Za-z_][\w-]*(?=\s*：)")


def _wide_colon(lines: list[str]) -> tuple[int, int] | None:
    """The line and column of the first key that is followed by a full-width colon."""
    for number, line in enumerate(lines, 1):
        match = _WIDE_COLON.match(line)
        if match:
            return number, line.index("：") + 1
    return None


def _wide_colon_problem(at: tuple[int, int], text: str, file: str) -> Problem:
    found = text.splitlines()[at[0] - 1].strip()
    place = Place(file, row=at[0], column=str(at[1]))
    return Problem("yaml-syntax", place, found, mend="冒号请用半角“:”，后面空一格")


def _syntax_problem(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    """Where the fault is, which may lie before the place where the reader stumbled."""
    mark = error.problem_mark or error.context_mark
    started = ("while scanning a simple key", "while scanning a quoted", "while parsing a flow")
    if (error.context or "").startswith(started):
        # The line without its colon, or where the quote or bracket opens, not what follows.
        mark = error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.splitlines()
    wide = _wide_colon(lines[:line])
    if wide is not None and not any(between.strip() for between in lines[wide[0] : line - 1]):
        # The reader took that line for the beginning of the one where it stumbled.
        return _wide_colon_problem(wide, text, file)
    open_quote = _open_quote(lines[:line])
    if open_quote is not None:
        line, column = open_quote
    found = lines[line - 1].strip() if line <= len(lines) else ""
    hint = "引号要成对" if open_quote else _syntax_hint(lines[line - 1] if found else "")
    place = Place(file, row=line, column=str(column))
    return Problem("yaml-syntax", place, found, mend=hint)


def _open_quote(lines: list[str]) -> tuple[int, int] | None:
    """The line and column of the first quote that its line does not close."""
    for number, line in enumerate(lines, 1):
        plain = re.sub(r"(^|\s)#.*", "", line)
        if plain.count('"') % 2:
            return number, plain.index('"') + 1
    return None


_TOO_NEAR = re.compile(r"^\s*(- )?\s*\{?\w+:[^\s]")
_NEEDS_QUOTES = re.compile(r":\s+[\[{*&!@%`|>].*[^\]}]\s*$|:\s+[@%`*&!]")


def _syntax_hint(line: str) -> str:
    if "\t" in line:
        return "缩进请用空格，不要用制表符"
    if _TOO_NEAR.match(line):
        return "冒号“:”后面空一格"
    if "，" in line and re.search(r"[\[{]", line):
        return "逗号请用半角“,”，后面空一格"
    if re.search(r"^[^:\"]*：", line):
        return "冒号请用半角“:”，后面空一格"
    if line.count(": ") > 1 and "{" not in line:
        return "内容中有冒号的，整个内容加双引号"
    if re.search(r"[\[{]", line) and line.count("[") + line.count("{") != line.count(
        "]"
    ) + line.count("}"):
        return "括号要成对"
    if _NEEDS_QUOTES.search(line):
        return "内容以符号开头的，整个内容加双引号"
    return "检查该处及上一行的缩进（用空格，同一层对齐）、冒号、引号和括号"


def _value(node: yaml.Node, path: Path_, source: Source) -> Any:
    source.places.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
    if isinstance(node, yaml.MappingNode):
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            at = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if key in out:
                place = Place(source.file, row=at[0], column=str(at[1]))
                source.problems.append(Problem("yaml-duplicate-key", place, key))
            source.places[(*path, key)] = at
            out[key] = _value(value_node, (*path, key), source)
        return out
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*path, i), source) for i, child in enumerate(node.value)]
    text = str(node.value)
    if node.tag.endswith(":int"):
        return int(text)
    if node.tag.endswith(":bool"):
        return text == "true"
    if node.tag.endswith(":null"):
        return None
    return text


@dataclass(frozen=True)
class Fault:
    """Something in a model that does not make sense: the path of the value and why."""

    path: Path_
    expected: str


class InconsistentError(ValueError):
    """Raised by a model whose parts contradict each other, with every fault found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            "; ".join(f"{'.'.join(map(str, f.path))}: {f.expected}" for f in self.faults)
        )


_MAPPING = "若干行“名称: 内容”，比上一行多缩进两个空格"
_LIST = "列表，每项一行，以“- ”开头"
_DAY = "日期，如 2024-12-31"
_WHOLE = "整数"
_FLAG = "true（是）或 false（否）"
_EXPECTED: Mapping[str, str] = {
    "string_type": "文字（像数字、true、null 的加双引号）",
    "string_pattern_mismatch": "小写英文字母、数字、“-”“_”组成的代号，如 heze",
    "string_too_short": "不为空的文字",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "bool_type": _FLAG,
    "bool_parsing": _FLAG,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _MAPPING,
    "mapping_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "date_parsing": _DAY,
    "date_type": _DAY,
}
_OTHERWISE = "规定的写法"
_CONTAINERS = frozenset(kind for kind, text in _EXPECTED.items() if text in (_MAPPING, _LIST))

_WITH_UNIT = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*([%％]|[\u4e00-\u9fff]{1,4})")
_COMMA_NUMBER = re.compile(r"(\d+)[,，](\d+)")
_SPAN = re.compile(r"(\d+(?:\.\d+)?)(?:分)?\s*[-—–~～至到]+\s*(\d+(?:\.\d+)?)(?:分)?")

CHINESE_KEYS: Mapping[str, str] = {
    "权重": "weight", "分值": "points", "名称": "title", "标题": "title", "编号": "code",
    "等次": "grades", "类别": "groups", "考核对象": "groups", "满分": "full", "期次": "periods",
    "指标": "indicators", "上限": "cap", "依据": "clause", "条款": "clause", "扣分项": "rules",
    "下限": "from", "预置分": "start", "期限": "due", "原文": "text", "提供单位": "provider",
    "出处": "source", "舍入": "rounding", "缺项": "missing", "名额": "quota",
}  # fmt: skip
"""Keys of a scheme by the word that an author may write in their place."""


def _expected(error: Mapping[str, Any], found: str = "") -> str:
    ctx = error.get("ctx") or {}
    kind = str(error["type"])
    if kind in {"literal_error", "enum"}:
        return _one_of(str(ctx["expected"]).replace(" or ", ", "), found)
    if kind == "union_tag_invalid":
        return _one_of(str(ctx["expected_tags"]), found)
    if kind in {"greater_than_equal", "greater_than", "less_than_equal", "less_than"}:
        words = {"ge": "不小于", "gt": "大于", "le": "不大于", "lt": "小于"}
        return "、".join(f"{words[k]}{v}" for k, v in ctx.items() if k in words) + "的整数"
    if kind == "too_short":
        return f"至少{ctx.get('min_length')}项"
    text = str(ctx["error"]) if kind == "value_error" and ctx.get("error") else ""
    text = text or _EXPECTED.get(kind, _OTHERWISE)
    is_number = text.startswith(("十进制数", "最多4位小数", _WHOLE))
    return (_number_hint(found) if is_number else "") or text


def _one_of(words: str, found: str) -> str:
    known = [word.strip().strip("'") for word in words.split(",")]
    near = nearest(found, known) if found else ()
    meant = f"，最相近的是“{near[0]}”" if near else ""
    return "、".join(known) + meant


def _number_hint(found: str) -> str:
    """How a number that was written as a document writes it should be written here."""
    if match := _SPAN.fullmatch(found):
        return f"一个数；一个范围写 {{from: {match[1]}, to: {match[2]}}}"
    if match := _COMMA_NUMBER.fullmatch(found):
        return f"十进制数，小数点用“.”，如 {match[1]}.{match[2]}"
    plain = found.translate(_HALF_WIDTH)
    if match := _WITH_UNIT.fullmatch(plain):
        return f"十进制数“{match[1]}”（不写“{match[2]}”）"
    if plain != found:
        return f"十进制数，用半角数字“{plain}”"
    return ""


_HALF_WIDTH = {ord("０") + i: ord("0") + i for i in range(10)} | {ord("．"): ord(".")}


def _known_keys(model: type[BaseModel], path: Path_, data: Any) -> list[str]:
    """The keys that the (sub)model at ``path`` takes, gathered over unions; of the members of a
    union by kind, the one that ``data`` names."""
    names: set[str] = set()
    todo: list[tuple[Any, Path_, Any]] = [(model, path, data)]
    while todo:
        kind, rest, value = todo.pop()
        if isinstance(kind, type) and issubclass(kind, RootModel):
            todo.append((kind.model_fields["root"].annotation, rest, value))
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            fields = {info.alias or name: info for name, info in kind.model_fields.items()}
            if "kind" in fields and not _is_kind(fields["kind"].annotation, value):
                continue
            if not rest:
                names |= set(fields)
            elif rest[0] in fields:
                inner = value.get(rest[0]) if isinstance(value, Mapping) else None
                todo.append((fields[str(rest[0])].annotation, rest[1:], inner))
            continue
        for arg in getattr(kind, "__args__", ()):
            is_container = getattr(kind, "__origin__", None) in (list, tuple, dict)
            if is_container and rest:
                todo.append((arg, rest[1:], _child(value, rest[0])))
            else:
                todo.append((arg, rest, value))
    return sorted(names)


def _is_kind(annotation: Any, value: Any) -> bool:
    given = value.get("kind") if isinstance(value, Mapping) else None
    return given is None or given in getattr(annotation, "__args__", (given,))


def _child(value: Any, step: str | int) -> Any:
    try:
        return value[step]
    except (KeyError, IndexError, TypeError):
        return None


def validate(model: type[M], source: Source) -> M | None:
    """``source`` as a ``model``, or None with the reasons appended to ``source.problems``."""
    if source.data is None:
        return None
    try:
        valid = model.model_validate(source.data)
        return None if source.problems else valid
    except ValidationError as error:
        for path, fault in _worth_telling(source, list(_flat(error, ()))):
            source.problems.extend(_problems(model, source, path, fault))
        return None


def _flat(
    error: ValidationError, base: tuple[str | int, ...]
) -> Iterable[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """The errors with their places, those of a model that was read inside a validator as well."""
    for fault in error.errors(include_url=False):
        inner = (fault.get("ctx") or {}).get("error")
        loc = (*base, *fault["loc"])
        if isinstance(inner, ValidationError):
            yield from _flat(inner, loc)
        else:
            yield loc, {**fault, "loc": loc}


def _worth_telling(
    source: Source, faults: list[tuple[tuple[str | int, ...], dict[str, Any]]]
) -> list[tuple[Path_, dict[str, Any]]]:
    """The faults without those of the members of a union that were not meant: a list or a mapping
    is not asked for where another fault says what is wrong with what was written."""
    placed = [(_path_in(source, loc), fault) for loc, fault in faults]
    out: list[tuple[Path_, dict[str, Any]]] = []
    for i, (path, fault) in enumerate(placed):
        others = [p for j, (p, f) in enumerate(placed) if j != i and p[: len(path)] == path
                  and (f["type"] not in _CONTAINERS or len(p) > len(path))]  # fmt: skip
        if fault["type"] in _CONTAINERS and others:
            continue
        value = _data_at(source, path)
        is_container = isinstance(value, dict | list)
        inside = [p for p, _ in placed if len(p) > len(path) and p[: len(path)] == path]
        if fault["type"] == "value_error" and is_container and inside:
            continue
        if fault["type"] in _CONTAINERS and any(
            p == path and f["type"] in _CONTAINERS for p, f in out
        ):
            continue
        out.append((path, fault))
    return out


def _data_at(source: Source, path: Path_) -> Any:
    data = source.data
    for step in path:
        data = _child(data, step)
    return data


_TOTAL_ONE = re.compile(r"权重合计100，现合计1$")


def _problems(
    model: type[BaseModel], source: Source, path: Path_, error: dict[str, Any]
) -> Iterable[Problem]:
    inner = (error.get("ctx") or {}).get("error")
    if isinstance(inner, InconsistentError):
        for fault in inner.faults:
            full = (*path, *fault.path)
            found = _look(source.data, full)
            expected = fault.expected
            if _TOTAL_ONE.search(expected):
                expected += "（30%写作30，不写0.3）"
            yield Problem("scheme-inconsistent", source.place(full), found, expected)
        return
    kind = str(error["type"])
    if kind == "missing" or kind == "union_tag_not_found":
        name = str(error["loc"][-1]) if kind == "missing" else "kind"
        yield Problem("yaml-missing", source.place(path), expected=f"“{name}”一项")
    elif kind == "extra_forbidden":
        yield _unknown_key(model, source, path)
    else:
        if kind == "union_tag_invalid":
            path = (*path, "kind")
        found = _look(source.data, path)
        if path and path in source.places and _data_at(source, path) is None:
            yield Problem("yaml-missing", source.place(path), about=f"“{path[-1]}”后面没有写内容")
        else:
            yield Problem("yaml-value", source.place(path), found, _expected(error, found))


def _unknown_key(model: type[BaseModel], source: Source, path: Path_) -> Problem:
    key = str(path[-1])
    known = _known_keys(model, path[:-1], source.data)
    word, colon, content = re.sub("[:：]", ":", key).partition(":")
    if colon and word.strip() in known:
        expected = f"“{word.strip()}: {content.strip()}”（冒号用半角“:”，后面空一格）"
    elif CHINESE_KEYS.get(key) in known:
        expected = f"“{CHINESE_KEYS[key]}”"
    else:
        near = nearest(key, known)
        expected = f"“{near[0]}”" if near else "、".join(known)
    return Problem("yaml-unknown-key", source.place(path), key, expected)


def _path_in(source: Source, loc: Iterable[str | int]) -> Path_:
    """pydantic's location without the names of union members, which are not in the file."""
    path: Path_ = ()
    for step in loc:
        if (*path, step) in source.places:
            path = (*path, step)
    return path


def _look(data: Any, path: Path_) -> str:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return ""
    if isinstance(data, bool):
        return str(data).lower()
    return "" if isinstance(data, dict | list) or data is None else str(data)
