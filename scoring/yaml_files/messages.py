"""What pydantic finds wrong with a YAML file, as problems that an author can act on: the place with its
path, what stands there, what is expected, and a line to write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from scoring.limits import YAML_PROBLEMS
from scoring.problems import Problem, nearest
from scoring.yaml_files.hints import LIKE, flow, look, number_hint, one_of, range_hint, written_out
from scoring.yaml_files.shapes import all_models, at, keys_of, list_models_at, models_at
from scoring.yaml_files.source import MAPPING, Fault, InconsistentError, Path_, Source
from scoring.yaml_files.vocabulary import Vocabulary

Error = Mapping[str, Any]

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
    "dict_type": MAPPING,
    "mapping_type": MAPPING,
    "model_type": MAPPING,
    "model_attributes_type": MAPPING,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "date_parsing": _DAY,
    "date_type": _DAY,
}
_OTHERWISE = "规定的写法"
_CONTAINERS = frozenset(kind for kind, text in _EXPECTED.items() if text in (MAPPING, _LIST))
_MISSING = frozenset({"missing", "union_tag_not_found"})

_SHORT = 8
"""As many keys that may stand there are listed beside where a misplaced one belongs."""
_FEW = 3
"""As many lacking keys of one mapping are said one by one, more in one message."""
_TOTAL_ONE = re.compile(r"权重合计100，现合计1$")


def problems_of(
    model: type[BaseModel], source: Source, error: ValidationError, words: Vocabulary
) -> list[Problem]:
    """The problems of what ``error`` found in ``source``, in ``words``; those beyond the limit are counted in
    ``source.uncounted``."""
    faults = list(_flat(error, ()))
    source.uncounted += max(len(faults) - YAML_PROBLEMS, 0)
    placed = [(_path_in(source, loc), fault) for loc, fault in faults[:YAML_PROBLEMS]]
    return list(_Describer(model, source, words).describe(_worth_reporting(source, placed)))


def _flat(error: ValidationError, base: Path_) -> Iterable[tuple[Path_, dict[str, Any]]]:
    """The errors with their places, those of a model that was read inside a validator as well."""
    for fault in error.errors(include_url=False):
        inner = (fault.get("ctx") or {}).get("error")
        loc = (*base, *fault["loc"])
        if isinstance(inner, ValidationError):
            yield from _flat(inner, loc)
        else:
            yield loc, {**fault, "loc": loc}


def _path_in(source: Source, loc: Iterable[str | int]) -> Path_:
    """pydantic's location without the names of union members, which are not in the file."""
    path: Path_ = ()
    for step in loc:
        if (*path, step) in source.places:
            path = (*path, step)
    return path


Placed = tuple[Path_, dict[str, Any]]


def _worth_reporting(source: Source, placed: list[Placed]) -> list[Placed]:
    """The faults without those of the members of a union that were not meant: a list or a mapping
    is not asked for where another fault says what is wrong with what was written."""
    out: list[Placed] = []
    for i, (path, fault) in enumerate(placed):
        others = [p for j, (p, f) in enumerate(placed) if j != i and p[: len(path)] == path
                  and (f["type"] not in _CONTAINERS or len(p) > len(path))]  # fmt: skip
        if fault["type"] in _CONTAINERS and others:
            continue
        is_container = isinstance(at(source.data, path), dict | list)
        inside = [p for p, _ in placed if len(p) > len(path) and p[: len(path)] == path]
        if fault["type"] in {"value_error", "too_short"} and is_container and inside:
            continue
        if fault["type"] in _CONTAINERS and any(
            p == path and f["type"] in _CONTAINERS for p, f in out
        ):
            continue
        out.append((path, fault))
    return out


class _Describer:
    """Puts the faults of one file into words."""

    def __init__(self, model: type[BaseModel], source: Source, words: Vocabulary) -> None:
        self.model, self.source, self.words = model, source, words

    def describe(self, placed: Sequence[Placed]) -> Iterator[Problem]:
        dashes = {path: items for path, _ in placed for path, items in self._without_dash(path)}
        for path, items in dashes.items():
            yield self._dash(path, items)
        placed = [(p, f) for p, f in placed if not any(p[: len(d)] == d for d in dashes)]
        meant = {(p[:-1], self._meant(p)) for p, f in placed if f["type"] == "extra_forbidden"}
        lacking: dict[Path_, list[str]] = {}
        for path, fault in placed:
            if fault["type"] in _MISSING and (path, _lacks(fault)) not in meant:
                lacking.setdefault(path, []).append(_lacks(fault))
        for path, fault in placed:
            if fault["type"] not in _MISSING:
                yield from self._problems(path, fault)
            elif path in lacking:
                yield from self._missing(path, list(dict.fromkeys(lacking.pop(path))))

    def _models(self, path: Path_) -> list[type[BaseModel]]:
        return models_at(self.model, path, self.source.data)

    def _owner(self, path: Path_) -> tuple[type[BaseModel] | None, str]:
        """The model and the key that the value at ``path`` belongs to; an item of a list belongs to
        the list's key."""
        while path and isinstance(path[-1], int):
            path = path[:-1]
        key = str(path[-1]) if path else ""
        owners = [model for model in self._models(path[:-1]) if key in keys_of(model)]
        return (owners[0] if owners else None), key

    def _like(self, path: Path_) -> str:
        """What to do with a value: to write it as in an example."""
        # What an author names himself (a part, a group, a level of marks) is like what holds it.
        while path and not self.words.example(*self._owner(path)):
            path = path[:-1]
        shown = self.words.example(*self._owner(path)) if path else ""
        return f"照“{shown}”的样子写" if shown else ""

    # A list whose dashes are missing

    def _without_dash(self, path: Path_) -> Iterator[tuple[Path_, list[type[BaseModel]]]]:
        """Where on the way to ``path`` the one item of a list stands without its dash."""
        for length in range(1, len(path) + 1):
            value = at(self.source.data, path[:length])
            if not isinstance(value, Mapping) or len(value) < 2:
                continue
            items = list_models_at(self.model, path[:length], self.source.data)
            known = {key for item in items for key in keys_of(item)}
            if (
                items
                and not self._models(path[:length])
                and len(known & set(value)) * 2 > len(value)
            ):
                yield path[:length], items
                return

    def _dash(self, path: Path_, items: list[type[BaseModel]]) -> Problem:
        first = next(iter(at(self.source.data, path)))
        return Problem(
            "yaml-value", self.source.place(path), flow(at(self.source.data, path)), _LIST,
            self._like(path) or f"第一行前加“- ”：“- {first}: …”，其余各行与它对齐",
        )  # fmt: skip

    # What is missing

    def _missing(self, path: Path_, names: list[str]) -> Iterator[Problem]:
        place = self.source.place(path)
        models = self._models(path)
        said = []
        for name in names:
            owner = next((model for model in models if name in keys_of(model)), None)
            means = self.words.meaning(owner, name)
            shown = self.words.example(owner, name)
            about = f"（{means}）" if means else ""
            said.append((f"“{name}”一项{about}", f"，如 {shown}" if shown else ""))
        if len(said) > _FEW:
            yield Problem("yaml-missing", place, expected="、".join(each for each, _ in said))
            return
        for each, shown in said:
            yield Problem("yaml-missing", place, expected=f"{each}{shown}")

    # What is there and wrong

    def _problems(self, path: Path_, error: Error) -> Iterator[Problem]:
        inner = (error.get("ctx") or {}).get("error")
        if isinstance(inner, InconsistentError):
            yield from (self._inconsistent(path, fault) for fault in inner.faults)
        elif error["type"] == "extra_forbidden":
            yield self._unknown_key(path)
        elif (
            path
            and error["type"] in _CONTAINERS
            and self._holders(str(path[-1]))
            and not (self._owner(path)[0])
        ):
            yield self._misplaced(path, self._holders(str(path[-1])))
        else:
            yield self._value(path, error)

    def _inconsistent(self, base: Path_, fault: Fault) -> Problem:
        full = (*base, *fault.path)
        found = look(self.source.data, full) if fault.found is None else fault.found
        expected = fault.expected
        if fault.first is not None:
            line = self.source.place((*base, *fault.first)).row
            expected += f"（第{line}行已有）"
        if _TOTAL_ONE.search(expected):
            expected += "（30%写作30，不写0.3）"
        kind = "scheme-inconsistent" if fault.clash else "yaml-value"
        fix = fault.fix or self._like(full)
        return Problem(kind, self.source.place(full), found, expected, fix, about=fault.clash)

    def _value(self, path: Path_, error: Error) -> Problem:
        if error["type"] == "union_tag_invalid":
            path = (*path, "kind")
        place, value = self.source.place(path), at(self.source.data, path)
        if path and path in self.source.places and value is None:
            return Problem("yaml-missing", place, about=f"“{path[-1]}”后面没有写内容",
                           fix=self._like(path) or "补写内容，或删去这一行")  # fmt: skip
        found = look(self.source.data, path)
        expected = ""
        if error["type"] in _CONTAINERS:
            expected = written_out(path, found, self.words)
        elif str((error.get("ctx") or {}).get("error")).startswith("十进制数"):
            expected = range_hint(value)
        shown = found or flow(value)
        expected = expected or self._expected(path, error, found)
        return Problem("yaml-value", place, shown, expected, self._like(path))

    def _expected(self, path: Path_, error: Error, found: str) -> str:
        ctx = error.get("ctx") or {}
        kind = str(error["type"])
        if kind in {"literal_error", "enum"}:
            words = str(ctx["expected"]).replace(" or ", ", ")
            return one_of(words, found, self.words) + self._words(path)
        if kind == "union_tag_invalid":
            return one_of(str(ctx["expected_tags"]), found, self.words) + self._words(path)
        if kind in {"greater_than_equal", "greater_than", "less_than_equal", "less_than"}:
            words_of = {"ge": "不小于", "gt": "大于", "le": "不大于", "lt": "小于"}
            return (
                "、".join(f"{words_of[k]}{v}" for k, v in ctx.items() if k in words_of) + "的整数"
            )
        if kind == "too_short":
            return f"至少{ctx.get('min_length')}项"
        text = str(ctx["error"]) if kind == "value_error" and ctx.get("error") else ""
        text = text or _EXPECTED.get(kind, _OTHERWISE)
        is_number = text.startswith(("十进制数", "最多4位小数", _WHOLE))
        return (number_hint(found) if is_number else "") or text

    def _words(self, path: Path_) -> str:
        """What the words mean that may stand there."""
        owner, key = self._owner(path)
        said = self.words.described_words(owner, key)
        return f"（{said}）" if said else ""

    # Keys that do not belong where they stand

    def _holders(self, key: str) -> list[type[BaseModel]]:
        """The models that take a key, wherever they stand."""
        return [model for model in all_models(self.model) if key in keys_of(model)]

    def _known(self, path: Path_) -> list[str]:
        return sorted({key for model in self._models(path[:-1]) for key in keys_of(model)})

    def _meant(self, path: Path_) -> str:
        """The key that an unknown one was meant for, where it is a slip of the pen."""
        key, known = str(path[-1]), self._known(path)
        if key.strip() in known:
            return key.strip()
        for others in (self.words.chinese_keys, self.words.former_keys):
            if others.get(key) in known:
                return others[key]
        if self._holders(key):
            return ""
        # Of two Chinese characters one that is right is half of it.
        near = nearest(key, known, least=LIKE if key.isascii() else 0.5)
        return near[0] if near else ""

    def _unknown_key(self, path: Path_) -> Problem:
        key, known = str(path[-1]), self._known(path)
        place = self.source.place(path)
        word, colon, content = re.sub("[:：]", ":", key).partition(":")
        if key.strip() != key and key.strip() in known:
            return Problem("yaml-unknown-key", place, key, f"“{key.strip()}”",
                           "缩进请用半角空格，不要用全角空格")  # fmt: skip
        if colon and word.strip() in known:
            expected = f"“{word.strip()}: {content.strip()}”（冒号用半角“:”，后面空一格）"
            return Problem("yaml-unknown-key", place, key, expected)
        meant = self._meant(path)
        if meant:
            owner = next((m for m in self._models(path[:-1]) if meant in keys_of(m)), None)
            shown = self.words.example(owner, meant)
            fix = f"照“{shown}”的样子写" if shown else ""
            return Problem("yaml-unknown-key", place, key, f"“{meant}”", fix)
        if holders := self._holders(key):
            return self._misplaced(path, holders)
        fix = "改为这里能写的一项，或删去"
        return Problem("yaml-unknown-key", place, key, "、".join(known), fix)

    def _misplaced(self, path: Path_, holders: list[type[BaseModel]]) -> Problem:
        """A key that is known, but not there: where it belongs."""
        key, known = str(path[-1]), self._known(path)
        where = self.words.places_of(holders) or self._holder_keys(key)
        shown = self.words.example(holders[0], key)
        near = nearest(key, known, least=0.8)
        here = f"；如是想写“{near[0]}”，改过来" if near else ""
        like = f"（{shown}）" if shown else ""
        few = 0 < len(known) <= _SHORT
        allowed = f"，这里能写的有{'、'.join(known)}" if few else ""
        return Problem(
            "yaml-misplaced-key", self.source.place(path), key, f"写在{where}中{allowed}",
            f"移到那里{like}，或删去{here}",
        )  # fmt: skip

    def _holder_keys(self, key: str) -> str:
        """The keys under which a key stands, for files whose parts have no names of their own."""
        found = []
        for model in all_models(self.model):
            for name in keys_of(model):
                info = next(i for n, i in model.model_fields.items() if (i.alias or n) == name)
                if any(key in keys_of(m) for m in _models_of(info.annotation)):
                    found.append(f"“{name}:”")
        return "、".join(dict.fromkeys(found)) or "文件最外层"


def _models_of(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for arg in getattr(annotation, "__args__", ()) for model in _models_of(arg)]


def _lacks(fault: Error) -> str:
    """The key that is missing."""
    return str(fault["loc"][-1]) if fault["type"] == "missing" else "kind"
