"""What the documents say is what the program does."""

from __future__ import annotations

import re
import runpy

import pytest

from scoring.cli.app import app
from tests.conftest import ROOT

pytestmark = pytest.mark.fast


def test_the_page_of_problems_is_the_catalogue() -> None:
    page = runpy.run_path(str(ROOT / "tools" / "make_problem_page.py"))["page"]()
    assert (ROOT / "docs" / "数据问题.md").read_text("utf-8") == page


def test_the_architecture_names_every_module() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    modules = [
        p.relative_to(ROOT / "scoring").as_posix()
        for p in (ROOT / "scoring").rglob("*.py")
        if p.name not in {"__init__.py", "__main__.py"}
    ]
    missing = [
        m
        for m in modules
        if f"{m}`" not in text
        and f"{m.split('/')[0]}/{m.split('/')[1] if '/' in m else ''}/`" not in text
    ]
    assert missing == []


def test_every_command_stands_in_the_manual_and_in_the_readme() -> None:
    manual = (ROOT / "docs" / "使用手册.md").read_text("utf-8")
    readme = (ROOT / "README.md").read_text("utf-8")
    for command in app.commands:
        assert f"kaohe {command}" in manual
        assert f"kaohe {command}" in readme


def test_links_and_pictures_of_the_readme_exist() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", readme):
        assert (ROOT / target).exists(), target
