"""The names in a template's tags, against what the program gives for them.

The types of the values say which fields there are, also in a branch that this year does not take:
a misspelt name is found by ``check``, not on the day when the circular first needs it.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel

from scoring.publish.templates.tags import FILTERS

Scope = Mapping[str, Any]
"""Names with the types of their values; ``Any`` where nothing is known of them."""

_LOOP = (
    "index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0",
    "previtem", "nextitem",
)  # fmt: skip

_HARMLESS = (
    nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.Tuple,
    nodes.List, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Neg,
    nodes.Pos, nodes.Slice,
)  # fmt: skip
"""Expressions that may stand in a tag; numbers only are computed with, see the environment."""

MOST_LOOPS = 5
"""Loops within each other: the circular has three (tables, rows, cells)."""


@dataclass(frozen=True, slots=True)
class Loop:
    """The type of ``loop`` within a loop."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with the tag in this ``line`` of the source: an unknown ``name`` with the
    ``known`` ones, or, without a name, something that may not stand in a template."""

    line: int
    name: str = ""
    known: tuple[str, ...] = ()
    expected: str = ""


class Names:
    """Walks a parsed template: ``findings`` are its faults, ``used`` the names it takes from what
    is given, with their first field (``annex``, ``annex.tables``)."""

    def __init__(self, environment: ImmutableSandboxedEnvironment, given: Scope) -> None:
        self.given = given
        self.tests = environment.tests
        self.findings: list[Finding] = []
        self.used: set[str] = set()

    def walk(self, template: nodes.Template) -> None:
        self._body(template.body, dict(self.given), 0)

    def _body(self, body: Sequence[nodes.Node], scope: dict[str, Any], depth: int) -> None:
        for node in body:
            self._statement(node, scope, depth)

    def _statement(self, node: nodes.Node, scope: dict[str, Any], depth: int) -> None:
        if isinstance(node, nodes.Output):
            for child in node.nodes:
                if not isinstance(child, nodes.TemplateData):
                    self._shown(child, self._type(child, scope))
        elif isinstance(node, nodes.For):
            self._for(node, scope, depth + 1)
        elif isinstance(node, nodes.If):
            self._type(node.test, scope)
            self._body(node.body, dict(scope), depth)
            self._body(node.elif_, scope, depth)
            self._body(node.else_, dict(scope), depth)
        elif isinstance(node, nodes.With):
            inner = dict(scope)
            for target, value in zip(node.targets, node.values, strict=True):
                self._bind(target, self._type(value, scope), inner)
            self._body(node.body, inner, depth)
        elif isinstance(node, nodes.Assign):
            self._bind(node.target, self._type(node.node, scope), scope)
        else:
            self.findings.append(Finding(node.lineno))

    def _for(self, node: nodes.For, scope: dict[str, Any], depth: int) -> None:
        over = self._type(node.iter, scope)
        if depth > MOST_LOOPS:
            self.findings.append(Finding(node.lineno, expected=f"最多{MOST_LOOPS}层循环"))
        if over in (str, int, bool) or node.recursive:
            self.findings.append(Finding(node.lineno, expected="in 后面是列表"))
        inner = {**scope, "loop": Loop()}
        self._bind(node.target, _element(over), inner)
        if node.test is not None:
            self._type(node.test, inner)
        self._body(node.body, inner, depth)
        self._body(node.else_, dict(scope), depth)

    def _bind(self, target: nodes.Node, kind: Any, scope: dict[str, Any]) -> None:
        for name in target.find_all(nodes.Name):
            scope[name.name] = Any
        if isinstance(target, nodes.Name):
            scope[target.name] = kind
        elif not isinstance(target, nodes.Tuple):
            self.findings.append(Finding(target.lineno))

    def _shown(self, node: nodes.Node, kind: Any) -> None:
        """What is printed must be a text or a number: a list would print as a program writes it."""
        if isinstance(kind, Loop) or is_dataclass(kind) or typing.get_origin(kind) is tuple:
            known = tuple(_fields(kind) or ())
            said = f"它的一项，如 .{known[0]}" if known else "用 for 逐项写出"
            self.findings.append(Finding(node.lineno, expected=said))

    def _type(self, node: nodes.Node, scope: Scope) -> Any:
        """The type of an expression's value, ``Any`` where it is not known."""
        if isinstance(node, nodes.Name):
            return self._name(node, scope)
        if isinstance(node, nodes.Const):
            return type(node.value)
        if isinstance(node, nodes.Getattr):
            return self._field(node, node.attr, self._type(node.node, scope))
        if isinstance(node, nodes.Getitem):
            kind = self._type(node.node, scope)
            if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
                return self._field(node, node.arg.value, kind)
            self._type(node.arg, scope)
            return _element(kind)
        if isinstance(node, nodes.Filter):
            return self._filter(node, scope)
        if isinstance(node, nodes.Test) and node.name not in self.tests:
            self.findings.append(Finding(node.lineno, node.name, tuple(self.tests)))
        if not isinstance(node, (*_HARMLESS, nodes.Test)):
            self.findings.append(Finding(node.lineno))
            return Any
        self._inside(node, scope)
        return Any

    def _inside(self, node: nodes.Node, scope: Scope) -> None:
        for child in node.iter_child_nodes():
            if isinstance(child, nodes.Expr):
                self._type(child, scope)
            else:
                self._inside(child, scope)

    def _filter(self, node: nodes.Filter, scope: Scope) -> Any:
        kind = Any if node.node is None else self._type(node.node, scope)
        if node.name not in FILTERS:
            self.findings.append(Finding(node.lineno, node.name, FILTERS))
        constant = all(isinstance(value, nodes.Const) for value in node.args)
        # A text joined by a text would square its length.
        if node.name == "join" and not (constant and typing.get_origin(kind) is tuple):
            self.findings.append(Finding(node.lineno, expected='列表|join("、")'))
        if node.kwargs or node.dyn_args or node.dyn_kwargs:
            self.findings.append(Finding(node.lineno))
        for value in node.args:
            self._type(value, scope)
        return _element(kind) if node.name in ("first", "last") else Any

    def _name(self, node: nodes.Name, scope: Scope) -> Any:
        if node.name not in scope:
            known = tuple(name for name in scope if name != "loop")
            self.findings.append(Finding(node.lineno, node.name, known))
            return Any
        self.used.add(node.name)
        return scope[node.name]

    def _field(self, node: nodes.Getattr | nodes.Getitem, name: str, kind: Any) -> Any:
        known = _fields(kind)
        if name.startswith("_"):
            self.findings.append(Finding(node.lineno))
            return Any
        if known is None:
            return Any
        owner = node.node
        if isinstance(owner, nodes.Name):
            self.used.add(f"{owner.name}.{name}")
        if not known:
            self.findings.append(
                Finding(node.lineno, expected=f"去掉“.{name}”，它是一段文字或列表")
            )
            return Any
        if name not in known:
            said = f"{owner.name}." if isinstance(owner, nodes.Name) else ""
            whole = tuple(f"{said}{field}" for field in known)
            self.findings.append(Finding(node.lineno, f"{said}{name}", whole))
            return Any
        return known[name]


def scope_of(context: type) -> dict[str, Any]:
    """The names of a dataclass that is the context of a template, with their types."""
    return dict(_fields(context) or {})


def _fields(kind: Any) -> dict[str, Any] | None:
    """The fields of a value of that type; None where any may be there."""
    if isinstance(kind, Loop):
        return dict.fromkeys(_LOOP, Any)
    if kind in (str, int, bool, float) or typing.get_origin(kind) is tuple:
        return {}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return dict.fromkeys(kind.model_fields, Any)
    if not (isinstance(kind, type) and is_dataclass(kind)):
        return None
    hints = typing.get_type_hints(kind)
    known = {field.name: _bare(hints[field.name]) for field in fields(kind)}
    return {**known, **dict(_properties(kind))}


def _properties(kind: type) -> Iterator[tuple[str, Any]]:
    for name, value in vars(kind).items():
        if isinstance(value, property) and value.fget and not name.startswith("_"):
            yield name, _bare(typing.get_type_hints(value.fget).get("return", Any))


def _element(kind: Any) -> Any:
    """The type of the elements of a list of that type."""
    arguments = typing.get_args(kind)
    if typing.get_origin(kind) is tuple and len(arguments) == 2 and arguments[1] is ...:
        return _bare(arguments[0])
    return Any


def _bare(kind: Any) -> Any:
    """Without the None of an optional value."""
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        rest = [one for one in typing.get_args(kind) if one is not type(None)]
        return rest[0] if len(rest) == 1 else Any
    return kind
