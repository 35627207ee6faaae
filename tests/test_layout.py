"""The packages: who may import whom, and what each is for. ``tools/draw_imports.py`` states the order."""

from __future__ import annotations

import ast
import re
import runpy
from typing import Any

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def drawing() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "tools" / "draw_imports.py"))


def test_imports_follow_the_data_flow(drawing: dict[str, Any]) -> None:
    run = drawing["imports"](types=False)
    assert drawing["faults"](drawing["imports"](), drawing["ORDER"], run) == []


def test_the_picture_of_the_imports_is_today_s(drawing: dict[str, Any]) -> None:
    """After a new arrow between packages: ``make docs``."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert drawing["with_picture"](page, drawing["picture"](drawing["imports"]())) == page


ORDER = {"scoring": (("scheme",), ("rules", "intake"), ("publish",))}
SOUND = {
    "scoring.scheme.model": set[str](),
    "scoring.rules": {"scoring.scheme.model"},
    "scoring.intake": {"scoring.scheme.model"},
    "scoring.publish.book": {"scoring.rules"},
    "scoring.publish.page": {"scoring.publish.book"},
}


@pytest.mark.parametrize(
    ("module", "imported", "fault"),
    [
        ("scoring.scheme.model", "scoring.rules", "rules does not come before scheme"),
        ("scoring.rules", "scoring.intake", "intake does not come before rules"),
        ("scoring.publish.book", "scoring.publish.page", "imports in a circle"),
        ("scoring.sounds.horn", "scoring.rules", "scoring.sounds has no place"),
    ],
)
def test_an_import_against_the_order_is_a_fault(
    drawing: dict[str, Any], module: str, imported: str, fault: str
) -> None:
    assert drawing["faults"](SOUND, ORDER) == []
    wrong = {**SOUND, module: {*SOUND.get(module, ()), imported}}
    assert any(fault in line for line in drawing["faults"](wrong, ORDER))


def test_every_package_says_what_it_is_for() -> None:
    """In one sentence at the top of its ``__init__.py``."""
    silent = [
        path.parent.relative_to(ROOT).as_posix()
        for path in (ROOT / "scoring").rglob("__init__.py")
        if not (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").strip()
    ]
    assert silent == []


LONGEST_NAME = 60


def test_names_of_tests_are_short() -> None:
    """A name says the behaviour; what it takes more to say stands in the docstring."""
    names = [
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)", path.read_text("utf-8"))
    ]
    assert len(names) > 1000
    assert [name for name in names if len(name) > LONGEST_NAME] == []
