"""YAML that people write: read with the place of every value, checked against a pydantic model.

Numbers with a decimal point and dates stay text until the model reads them, so that no binary
float ever comes from a file. Used for schemes (config/*.yaml) and for assessment.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, RootModel, ValidationError

from scoring.decoding import DecodingError, decode, showable
from scoring.limits import YAML_BYTES, YAML_PROBLEMS
from scoring.problems import Place, Problem, nearest
from scoring.yaml_nodes import Items, Node, Scalar, YamlFaultError, compose
from scoring.yaml_syntax import syntax_problem, wide_colon, wide_colon_problem

Path_ = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)


@dataclass
class Source:
    """A YAML text as data, with the line and column (from 1) of every value by its path."""

    file: str
    data: Any = None
    places: dict[Path_, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    blanks: list[Path_] = field(default_factory=list)
    """The paths of keys after which nothing stands."""
    empty: bool = False
    untold: int = 0
    """Faults beyond those in ``problems``."""

    def place(self, path: Path_) -> Place:
        """The place of the value at ``path``, or of the nearest one that holds it."""
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.places.get(path, (1, 1))
        return Place(self.file, row=line, column=str(column))

    def cut(self) -> None:
        """Keep the first YAML_PROBLEMS problems, and one that says how many there are beside."""
        more = self.untold + max(len(self.problems) - YAML_PROBLEMS, 0)
        if more:
            del self.problems[YAML_PROBLEMS:]
            about = f"另有{more}处"
            self.problems.append(Problem("yaml-more", Place(self.file), about=about))
            self.untold = 0


def read_yaml_file(path: Path, shown_as: str | None = None) -> Source:
    """Read the YAML file ``path``, which its problems call ``shown_as`` (None: by its name). What
    cannot be opened, is too large or is no text is in ``problems``."""
    file = shown_as or showable(path.name)
    try:
        with path.open("rb") as handle:
            # One byte more than may be there says enough of a file of any size.
            content = handle.read(YAML_BYTES + 1)
            size = max(len(content), path.stat().st_size)
    except OSError as error:
        denied = isinstance(error, PermissionError)
        found = "没有读取权限，或正被其他程序占用" if denied else "读取失败"
        mend = "确认文件没有损坏，并且可以用记事本打开"
        return Source(file, problems=[Problem("file-unreadable", Place(file), found, mend=mend)])
    if size > YAML_BYTES:
        return Source(file, problems=[_too_large(size, file)])
    return read_yaml_bytes(content, file)


def read_yaml_bytes(content: bytes, file: str) -> Source:
    """Read the bytes of a YAML file: UTF-8, UTF-16 with BOM or GB18030, nothing replaced."""
    if len(content) > YAML_BYTES:
        return Source(file, problems=[_too_large(len(content), file)])
    try:
        text = decode(content)
    except DecodingError as error:
        column = None if error.column is None else str(error.column)
        place = Place(file, row=error.line, column=column)
        return Source(file, problems=[Problem("yaml-encoding", place, about=error.found)])
    return read_yaml(text, file)


def _too_large(size: int, file: str) -> Problem:
    found, most = f"{-(-size // 1024)}KB", f"不超过{YAML_BYTES // 1024}KB"
    return Problem("yaml-limit", Place(file), found, most, "删去不属于本文件的内容")


def read_yaml(text: str, file: str) -> Source:
    """Read ``text``; faults of syntax and keys written twice are in ``problems``."""
    source = Source(file)
    try:
        node = compose(text, file)
    except YamlFaultError as fault:
        source.problems.append(fault.problem)
        return source
    except yaml.MarkedYAMLError as error:
        source.problems.append(syntax_problem(error, text, file))
        return source
    except yaml.YAMLError:
        source.problems.append(Problem("yaml-syntax", Place(file, row=1, column="1")))
        return source
    source.empty = node is None
    if isinstance(node, Scalar) and (at := wide_colon(text.splitlines())):
        # Every colon is a full-width one: the whole text is one scalar.
        source.problems.append(wide_colon_problem(at, text, file))
        return source
    source.data = {} if node is None else _value(node, (), source)
    if isinstance(node, Scalar) and node.value is None:
        place = Place(file, row=node.at[0], column=str(node.at[1]))
        source.problems.append(Problem("yaml-value", place, node.text, _MAPPING))
    return source


def refuse_blanks(source: Source) -> None:
    """Make problems of an empty file and of keys after which nothing stands, for files in which
    nothing may be left open."""
    if source.empty and not source.problems:
        place = Place(source.file, row=1, column="1")
        source.problems.append(Problem("yaml-missing", place, expected="空文件", mend="写进内容"))
    for path in source.blanks:
        if re.search("[:：]", str(path[-1])):
            continue  # a key that swallowed its value (from:80) is told of as a key
        told = f"“{path[-1]}”后面没有写内容"
        source.problems.append(
            Problem(
                "yaml-missing", source.place(path), expected=told, mend="补写内容，或删去这一行"
            )
        )


def _value(node: Node, path: Path_, source: Source) -> Any:
    source.places.setdefault(path, node.at)
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Items):
        return [_value(child, (*path, i), source) for i, child in enumerate(node.items)]
    out: dict[str, Any] = {}
    again: list[tuple[str, tuple[int, int]]] = []
    for name, child in node.pairs:
        key = name.text
        if key in out:
            again.append((key, name.at))
        else:
            source.places[(*path, key)] = name.at
        out[key] = _value(child, (*path, key), source)
        if isinstance(child, Scalar) and child.blank:
            source.blanks.append((*path, key))
    if again:
        source.problems += _duplicate_keys(again, out, path, source)
    return out


def _duplicate_keys(
    again: list[tuple[str, tuple[int, int]]], keys: Iterable[str], path: Path_, source: Source
) -> Iterator[Problem]:
    """Keys that stand in one mapping twice. Where a whole item of a list seems to begin anew, its
    dash is missing: that is one fault, not as many as the item has lines."""
    key, (line, column) = again[0]
    in_list = bool(path) and isinstance(path[-1], int)
    if in_list and key == next(iter(keys)):
        place = Place(source.file, row=line, column=str(column))
        mend = f"可能漏了“- ”：这里如是列表的下一项，写成“- {key}: …”，否则删去其中一处"
        yield Problem("yaml-duplicate-key", place, key, mend=mend)
        return
    for key, (line, column) in again:
        place = Place(source.file, row=line, column=str(column))
        first = source.places[(*path, key)][0]
        yield Problem("yaml-duplicate-key", place, key, mend=f"删去其中一处（第一处在第{first}行）")


@dataclass(frozen=True)
class Fault:
    """Something in a model that does not make sense: the path of the value and why. ``found`` is
    what stands there, where it is not the value itself (a key); ``first`` the path of what was
    there before it."""

    path: Path_
    expected: str
    found: str | None = None
    first: Path_ | None = None

    def under(self, *path: str | int) -> Fault:
        """The fault as it is seen from what holds it at ``path``."""
        first = None if self.first is None else (*path, *self.first)
        return replace(self, path=(*path, *self.path), first=first)


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


CHINESE_WORDS: Mapping[str, str] = {
    "都不列入": "exclude", "都列入": "include", "四舍六入": "half_even", "五成双": "half_even",
    "四舍五入": "half_up", "逾期": "overdue", "属实": "verified", "核实": "verified",
    "通报": "notified", "登记": "notified", "不少于": "minimum", "少一": "minimum",
    "扣分": "deduct", "加分": "bonus", "工作日": "working", "自然日": "calendar", "日历": "calendar",
    "后": "after", "前": "before", "其余": "reweight", "折算": "rescale", "不出": "refuse",
    "零": "zero", "0": "zero", "满分": "full", "只列": "listed", "不计": "listed",
    "计入": "charged", "去掉": "trimmed", "平均": "mean", "一个": "one", "台账": "ledger",
    "自我考核": "self_assessment", "考核表": "self_assessment", "指标": "self_assessment",
    "合成": "combined", "打分": "score", "得分": "score", "评估": "score",
}  # fmt: skip
"""Words of a scheme by what an author may write in their place; the first that fits."""

SHORT_FORMS: Mapping[str, str] = {
    "quota": "{{share: {0}}}（不超过{0}%），或 {{count: {0}}}（前{0}名）",
    "enters": "{{above: {0}}}（高于{0}分），或 {{from: {0}}}（{0}分以上）",
    "repeat": "{{factor: {0}}}",
    "late": "{{each_day: {0}}}",
    "rounding": "{{decimals: {0}}}",
    "deadline": "{{count: {0}, days: working}}（{0}个工作日），或 {{count: {0}}}（{0}日）",
}
"""How a part is written of which an author gave only the number."""


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
    meant = next((w for said, w in CHINESE_WORDS.items() if said in found and w in known), None)
    if meant is not None:
        return f"{'、'.join(known)}之一，“{found}”写作“{meant}”"
    near = nearest(found, known) if found else ()
    return "、".join(known) + (f"，最相近的是“{near[0]}”" if near else "")


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
            origin = getattr(kind, "__origin__", None)
            is_container = origin in (list, tuple, dict)
            if is_container and rest:
                # A number is a step into a list, a name one into a mapping.
                if isinstance(rest[0], int) == (origin is not dict):
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
        faults = list(_flat(error, ()))
        for path, fault in _worth_telling(source, faults[:YAML_PROBLEMS]):
            source.problems.extend(_problems(model, source, path, fault))
        source.untold += max(len(faults) - YAML_PROBLEMS, 0)
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
            found = _look(source.data, full) if fault.found is None else fault.found
            expected = fault.expected
            if fault.first is not None:
                line = source.place((*path, *fault.first)).row
                expected += f"（第{line}行已有）"
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
            expected = _written_out(path, found, error) or _range(source, path, error)
            found = found or _shown(_data_at(source, path))
            yield Problem(
                "yaml-value", source.place(path), found, expected or _expected(error, found)
            )


def _written_out(path: Path_, found: str, error: Mapping[str, Any]) -> str:
    """A part of which only the number was given, written out."""
    form = SHORT_FORMS.get(str(path[-1])) if path else None
    number = re.match(r"\d+(?:\.\d+)?", found)
    if form is None or number is None or str(error["type"]) not in _CONTAINERS:
        return ""
    return form.format(number[0])


def _range(source: Source, path: Path_, error: Mapping[str, Any]) -> str:
    """A range that was written as a list."""
    value = _data_at(source, path)
    is_pair = isinstance(value, list) and len(value) == 2 and _is_number_error(error)
    return f"一个数；一个范围写 {{from: {value[0]}, to: {value[1]}}}" if is_pair else ""


def _is_number_error(error: Mapping[str, Any]) -> bool:
    inner = (error.get("ctx") or {}).get("error")
    return str(inner).startswith("十进制数")


def _shown(value: Any) -> str:
    """A list of plain values as it was written; nothing for others."""
    plain = isinstance(value, list) and all(isinstance(v, str | int) for v in value)
    return f"[{', '.join(map(str, value))}]" if plain else ""


def _unknown_key(model: type[BaseModel], source: Source, path: Path_) -> Problem:
    key = str(path[-1])
    known = _known_keys(model, path[:-1], source.data)
    word, colon, content = re.sub("[:：]", ":", key).partition(":")
    if key.strip() != key and key.strip() in known:
        return Problem("yaml-unknown-key", source.place(path), key, f"“{key.strip()}”",
                       "缩进请用半角空格，不要用全角空格")  # fmt: skip
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
