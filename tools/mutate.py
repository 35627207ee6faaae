"""Which small changes of the rules the tests would not notice.

    python tools/mutate.py                     # every module of scoring/rules
    python tools/mutate.py forms ledger        # some of them
    python tools/mutate.py forms:55 forms:60   # these lines only

Every comparison, sign, number, condition and call of a kind is changed, one at a time, in a process of
its own that has imported and collected everything already; then the quick tests of the rules run there,
on years that are the same every time, to the first that fails. What no test noticed is printed: place, before, after. Not for Windows.
"""

from __future__ import annotations

import ast
import copy
import os
import resource
import sys
import types
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import Phase, settings

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "scoring" / "rules"
_RULES = (
    "tests/test_algebra.py", "tests/test_rule_edges.py", "tests/test_conditions.py",
    "tests/test_readings.py", "scoring/rules/exact.py",
)  # fmt: skip
_COLUMNS = ("tests/test_columns.py", "tests/test_rule_edges.py", "tests/test_readings.py")
_OTHER_READINGS = ("spark", "duckdb", "pandas")
TESTS = {
    "composite": (("tests/test_cells.py", *_RULES), _OTHER_READINGS),
    "cells": (("tests/test_cells.py", "scoring/rules/cells.py"), ()),
    **dict.fromkeys(
        ("columns", "column_numbers", "column_rows"),
        (_COLUMNS, ("rules", "cells", *_OTHER_READINGS)),
    ),
}
"""By module the files with quick tests that can notice a change in it, and the readings of
``test_readings`` that are left out."""
OTHERWISE = (_RULES, _OTHER_READINGS)
_SLOW = ("office", "tmp_path", "browser")
"""Fixtures of tests that write files or start programs: too slow to be asked of every change."""
SECONDS, MEMORY = 120, 8 * 2**30
"""Of the processor, in bytes. A change may make a loop endless: then it was noticed."""

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}  # fmt: skip
_CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
    ast.Pow: ast.Mult,
}  # fmt: skip
_CALLED = {
    "min": "max", "max": "min", "any": "all", "all": "any", "least": "most", "most": "least",
    "above": "reaches", "reaches": "above", "below": "above", "every": "some", "some": "every",
    "bisect_left": "bisect_right", "bisect_right": "bisect_left",
}  # fmt: skip
_FIXED = ("annotation", "returns", "decorator_list", "defaults", "kw_defaults")


@dataclass(frozen=True)
class Change:
    """One change: the line, before and after, and the whole changed module."""

    line: int
    before: str
    after: str
    tree: ast.Module


def changed(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of a node."""
    new = copy.copy(node)
    if isinstance(new, ast.Compare) and len(new.ops) == 1 and type(new.ops[0]) in _COMPARED:
        new.ops = [_COMPARED[type(new.ops[0])]()]
        yield new
    elif isinstance(new, ast.BinOp) and type(new.op) in _CALCULATED:
        new.op = _CALCULATED[type(new.op)]()
        yield new
    elif isinstance(new, ast.BoolOp):
        new.op = ast.Or() if isinstance(new.op, ast.And) else ast.And()
        yield new
    elif isinstance(new, ast.UnaryOp) and isinstance(new.op, ast.Not | ast.Invert | ast.USub):
        yield new.operand
    elif isinstance(new, ast.Constant) and type(new.value) in (int, bool):
        new.value = (not new.value) if isinstance(new.value, bool) else new.value + 1
        yield new
    elif isinstance(new, ast.IfExp):
        new.body, new.orelse = new.orelse, new.body
        yield new
    elif isinstance(new, ast.If):
        new.test = ast.UnaryOp(ast.Not(), new.test)
        yield new
    elif isinstance(new, ast.Call):
        name = new.func
        if isinstance(name, ast.Name) and name.id in _CALLED:
            new.func = ast.Name(_CALLED[name.id], ast.Load())
            yield new
        elif isinstance(name, ast.Attribute) and name.attr in _CALLED:
            new.func = ast.Attribute(name.value, _CALLED[name.attr], ast.Load())
            yield new


def changes(source: str) -> Iterator[Change]:
    """Every change inside the functions of a module."""
    tree = ast.parse(source)
    inside = [f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef)]
    nested = {id(n) for f in inside for n in ast.walk(f) if n is not f and n in inside}
    for function in (f for f in inside if id(f) not in nested):
        for parent in _computed(function):
            for field, value in ast.iter_fields(parent):
                if field in _FIXED:
                    continue
                if isinstance(parent, ast.keyword) and parent.arg == "strict":
                    continue  # what is zipped has one length
                for i, node in enumerate(value if isinstance(value, list) else [value]):
                    for new in changed(node) if isinstance(node, ast.AST) else ():
                        for part in ast.walk(new):
                            ast.copy_location(part, node) if not hasattr(part, "lineno") else None
                        _put(parent, field, value, i, new)
                        whole = copy.deepcopy(tree)
                        _put(parent, field, value, i, node)
                        shown = [ast.unparse(n).splitlines()[0] for n in (node, new)]
                        yield Change(
                            getattr(node, "lineno", 0), *shown, ast.fix_missing_locations(whole)
                        )


def _computed(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all inside it, but annotations and defaults, which are no part of a function's code."""
    yield node
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if field not in _FIXED and isinstance(child, ast.AST):
                yield from _computed(child)


def _put(parent: ast.AST, field: str, value: object, i: int, node: ast.AST) -> None:
    if isinstance(value, list):
        value[i] = node
    else:
        setattr(parent, field, node)


def apply(module: types.ModuleType, tree: ast.Module) -> None:
    """Give the functions of an imported module, wherever they are known, the code of ``tree``."""
    code = compile(tree, str(module.__file__), "exec")
    made: dict[str, types.CodeType] = {}
    todo = [code]
    while todo:
        for constant in todo.pop().co_consts:
            if isinstance(constant, types.CodeType):
                made.setdefault(constant.co_qualname, constant)
                if "<locals>" not in constant.co_qualname:
                    todo.append(constant)
    holders = [module, *(v for v in vars(module).values() if isinstance(v, type))]
    for holder in holders:
        for value in list(vars(holder).values()):  # looking at an alias of types adds to it
            function = getattr(value, "fget", value)
            if isinstance(function, types.FunctionType) and function.__module__ == module.__name__:
                function.__code__ = made.get(function.__qualname__, function.__code__)


class Changing:
    """In the place of pytest's own loop: every test that was collected, in a process of its own for each
    change; first those that noticed most changes so far."""

    def __init__(self, name: str, lines: set[int], left_out: tuple[str, ...]) -> None:
        self.name, self.lines, self.left_out = name, lines, left_out
        self.module = import_module(f"scoring.rules.{name}")
        self.count = self.left = 0

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = [
            item for item in items
            if not {*_SLOW} & {*item.fixturenames}
            and not item.nodeid.endswith(tuple(f"[{name}]" for name in self.left_out))
        ]  # fmt: skip

    def pytest_runtestloop(self, session: Any) -> bool:
        source = (RULES / f"{self.name}.py").read_text("utf-8")
        items = list(session.items)
        if failed := self.failing(items, ast.parse(source)):
            session.shouldfail = f"{self.name}: {failed} fails with its own code put in again"
            return True
        noticed: Counter[str] = Counter()
        for change in changes(source):
            if self.lines and change.line not in self.lines:
                continue
            self.count += 1
            failed = self.failing(items, change.tree)
            if failed:
                noticed[failed] += 1
                items.sort(key=lambda item: -noticed[item.nodeid])
            else:
                self.left += 1
                print(f"{self.name}.py:{change.line}: {change.before}  ->  {change.after}")
            sys.stdout.flush()
        print(f"{self.name}.py: {self.count} changes, {self.left} not noticed", flush=True)
        return True

    def failing(self, items: list[Any], tree: ast.Module) -> str:
        """The first test that fails with the change; nothing if none does."""
        reading, writing = os.pipe()
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            out = os.open(os.devnull, os.O_WRONLY)
            os.dup2(out, 1)
            os.dup2(out, 2)
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            try:
                apply(self.module, tree)
                for item, following in zip(items, [*items[1:], None], strict=True):
                    os.write(writing, f"{item.nodeid}\n".encode())
                    reports = runtestprotocol(item, log=False, nextitem=following)
                    if any(report.failed for report in reports):
                        os._exit(1)
            except BaseException:
                os._exit(1)
            os._exit(0)
        os.close(writing)
        with open(reading, encoding="utf-8") as pipe:
            asked = pipe.read().splitlines()
        _, status = os.waitpid(child, 0)
        return (asked[-1] if asked else "the change itself") if status else ""


def main() -> int:
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("EXAMPLES", "0.1")
    settings.register_profile(
        "mutate", derandomize=True, database=None, phases=(Phase.explicit, Phase.generate)
    )
    settings.load_profile("mutate")
    wanted: dict[str, set[int]] = {}
    for argument in sys.argv[1:] or sorted(p.stem for p in RULES.glob("[a-z]*.py")):
        name, _, line = argument.partition(":")
        wanted.setdefault(name, set()).update({int(line)} if line else ())
    left = 0
    for name, lines in wanted.items():
        files, left_out = TESTS.get(name, OTHERWISE)
        changing = Changing(name, lines, left_out)
        arguments = ["-q", "-s", "-p", "no:cacheprovider", "--no-header", "-W", "ignore"]
        pytest.main([*arguments, "-o", "addopts=--doctest-modules", *files], [changing])
        if not changing.count:
            sys.exit(f"{name}: nothing was changed")
        left += changing.left
    return int(left > 0)


if __name__ == "__main__":
    sys.exit(main())
