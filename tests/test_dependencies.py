"""What the program imports is what its installation brings: no module of the tests' extras."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest

pytestmark = pytest.mark.fast

ROOT = Path(__file__).parents[1]


def test_every_imported_module_comes_with_the_installation() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {_name(line) for line in project["dependencies"]}
    extras = project["optional-dependencies"]
    optional = {_name(r) for e in extras.keys() - {"test", "dev"} for r in extras[e]}
    distributions = packages_distributions()
    used: dict[str, str] = {}
    for path in sorted((ROOT / "scoring").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for module in _modules(node):
                used.setdefault(module.partition(".")[0], path.name)
    # What a declared package itself needs always comes with it.
    needed = {_name(r) for d in declared for r in requires(d) or [] if "extra ==" not in r}
    foreign = used.keys() - sys.stdlib_module_names - {"scoring"}
    assert "pandas" in foreign
    brought = {m: {_name(d) for d in distributions.get(m, [])} for m in foreign}
    assert {m: used[m] for m in foreign if not brought[m] & (declared | needed | optional)} == {}
    # And nothing is installed that no module imports.
    assert declared - set().union(*brought.values()) == set()


def test_lower_bounds_are_the_versions_that_are_tried() -> None:
    """.ci/run grades the sample year with the versions of tests/lowest.txt."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    bounds = {_name(r): r.partition(">=")[2].partition(",")[0] for r in project["dependencies"]}
    lines = (ROOT / "tests" / "lowest.txt").read_text("utf-8").split()
    assert bounds == {_name(line): line.partition("==")[2] for line in lines}


def test_every_dependency_is_explained() -> None:
    """docs/dependencies.md has a row for each package of pyproject.toml, and for no other."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    named = {_name(r) for group in groups for r in group} - {"kaohe"}
    rows = [
        line.split("|")[1]
        for line in (ROOT / "docs" / "dependencies.md").read_text("utf-8").splitlines()
        if line.startswith("| `")
    ]
    explained = {_name(name) for row in rows for name in re.findall(r"`([^`]+)`", row)}
    assert explained == named


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module]
    return []


def _name(requirement: str) -> str:
    """A distribution's name without its bounds, as package indexes compare names."""
    for end, character in enumerate(requirement):
        if not (character.isalnum() or character in "-_."):
            requirement = requirement[:end]
            break
    return requirement.lower().replace("_", "-").replace(".", "-")
