"""YAML that people write: read with the place of every value, checked against a pydantic model.

Numbers with a decimal point and dates stay text until the model reads them, so that no binary
float ever comes from a file. Used for schemes (config/*.yaml) and for assessment.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from scoring.decoding import DecodingError, decode, showable
from scoring.limits import YAML_BYTES, YAML_PROBLEMS
from scoring.problems import Place, Problem
from scoring.yaml_files.nodes import Items, Node, Scalar, YamlFaultError, compose
from scoring.yaml_files.syntax import syntax_problem, wide_colon, wide_colon_problem

Path_ = tuple[str | int, ...]


MAPPING = "若干行“名称: 内容”，比上一行多缩进两个空格"
"""What is expected where names with their contents stand."""


def path_text(path: Path_) -> str:
    """A path as an author follows it through the file.

    >>> path_text(("components", "ledger", "rules", 0, "points"))
    'components › ledger › rules 第1项 › points'
    """
    said = ""
    for step in path:
        if isinstance(step, int):
            said += f"{' ' if said else ''}第{step + 1}项"
        else:
            said += f"{' › ' if said else ''}{step}"
    return said


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
    uncounted: int = 0
    """Faults beyond those in ``problems``."""

    def place(self, path: Path_) -> Place:
        """The place of the value at ``path``, or of the nearest one that holds it."""
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.places.get(path, (1, 1))
        return Place(self.file, row=line, column=str(column), path=path_text(path))

    def cut(self) -> None:
        """Keep the first YAML_PROBLEMS problems, and one that says how many there are beside."""
        more = self.uncounted + max(len(self.problems) - YAML_PROBLEMS, 0)
        if more:
            del self.problems[YAML_PROBLEMS:]
            about = f"另有{more}处"
            self.problems.append(Problem("yaml-more", Place(self.file), about=about))
            self.uncounted = 0


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
        fix = "确认文件没有损坏，并且可以用记事本打开"
        return Source(file, problems=[Problem("file-unreadable", Place(file), found, fix=fix)])
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
        source.problems.append(Problem("yaml-value", place, node.text, MAPPING))
    return source


def refuse_blanks(source: Source) -> None:
    """Make problems of an empty file and of keys after which nothing stands, for files in which
    nothing may be left open."""
    if source.empty and not source.problems:
        place = Place(source.file, row=1, column="1")
        source.problems.append(Problem("yaml-missing", place, expected="空文件", fix="写进内容"))
    for path in source.blanks:
        if re.search("[:：]", str(path[-1])):
            continue  # a key that swallowed its value (from:80) is said of as a key
        described = f"“{path[-1]}”后面没有写内容"
        source.problems.append(
            Problem(
                "yaml-missing", source.place(path), expected=described, fix="补写内容，或删去这一行"
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
        fix = f"可能漏了“- ”：这里如是列表的下一项，写成“- {key}: …”，否则删去其中一处"
        yield Problem("yaml-duplicate-key", place, key, fix=fix)
        return
    for key, (line, column) in again:
        place = Place(source.file, row=line, column=str(column))
        first = source.places[(*path, key)][0]
        yield Problem("yaml-duplicate-key", place, key, fix=f"删去其中一处（第一处在第{first}行）")


@dataclass(frozen=True)
class Fault:
    """Something in a model that does not make sense: the path of the value and what is expected.

    ``found`` is what stands there, where it is not the value itself (a key); ``first`` the path of what
    was there before it. ``clash`` says what contradicts what, where the value is wrong only beside
    another; ``fix`` the way out, where an example of the key does not say it.
    """

    path: Path_
    expected: str
    found: str | None = None
    first: Path_ | None = None
    clash: str = ""
    fix: str = ""

    @property
    def described(self) -> str:
        """What clashes, and what should stand there."""
        return "；".join(text for text in (self.clash, self.expected) if text)

    def under(self, *path: str | int) -> Fault:
        """The fault as it is seen from what holds it at ``path``."""
        first = None if self.first is None else (*path, *self.first)
        return replace(self, path=(*path, *self.path), first=first)


class InconsistentError(ValueError):
    """Raised by a model whose parts contradict each other, with every fault found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            "; ".join(f"{'.'.join(map(str, f.path))}: {f.described}" for f in self.faults)
        )
