"""What the documents say is what the program does."""

from __future__ import annotations

import re
import runpy

import pytest

from scoring.cli.app import app
from tests.conftest import ROOT

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("page", "tool"), [("数据问题.md", "make_problem_page.py"), ("cli.md", "make_cli_page.py")]
)
def test_a_page_made_by_a_tool_is_up_to_date(page: str, tool: str) -> None:
    made = runpy.run_path(str(ROOT / "tools" / tool))["page"]()
    same = (ROOT / "docs" / page).read_text("utf-8") == made
    assert same, f"docs/{page} is not what the program says now: make docs"


def test_every_command_is_documented() -> None:
    """In the manual, in the README, and with its help in full in the reference."""
    pages = {p: (ROOT / p).read_text("utf-8") for p in ("docs/使用手册.md", "README.md")}
    missing = [
        f"{page}: kaohe {name}"
        for name in app.offered
        for page, text in pages.items()
        if not re.search(rf"kaohe {name}\b", text)
    ]
    assert missing == []


def test_every_command_and_option_has_a_help_text() -> None:
    commands = runpy.run_path(str(ROOT / "tools" / "make_cli_page.py"))["commands"]
    silent = []
    for context in commands(app):
        command, path = context.command, context.command_path
        silent += [path] * (not command.help or not command.epilog)
        for parameter in command.params:
            said = getattr(parameter, "help", None) or getattr(parameter, "about", None)
            silent += [] if said else [f"{path} {parameter.name}"]
    assert silent == []


@pytest.mark.parametrize(
    "page",
    [
        *("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "benchmarks/README.md"),
        *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
    ],
)
def test_links_and_pictures_lead_somewhere(page: str) -> None:
    here = (ROOT / page).parent
    targets = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", (ROOT / page).read_text("utf-8"))
    assert [target for target in targets if not (here / target).exists()] == []


def test_names_of_files_in_the_contributors_pages_exist() -> None:
    """What CONTRIBUTING, the architecture, the decisions and the glossary name in backticks."""
    pages = ("CONTRIBUTING.md", "docs/architecture.md", "docs/decisions.md", "docs/glossary.md")
    named = re.compile(r"`((?:scoring|tools|tests|config|templates|docs)/[^`*…<\s]+)`")
    missing = [
        f"{page}: {name}"
        for page in pages
        for name in named.findall((ROOT / page).read_text("utf-8"))
        if not (ROOT / name).exists()
    ]
    assert missing == []


def test_the_glossary_names_what_is_there() -> None:
    """A class in backticks stands in one of the files that its row names."""
    missing = []
    for line in (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines():
        if not line.startswith("| ") or line.count("|") != 4:
            continue
        _, _, code, where, _ = line.split("|")
        places = [ROOT / name for name in re.findall(r"`([^`]+)`", where)]
        files = [f for p in places for f in ([p] if p.is_file() else p.rglob("*.py"))]
        text = "".join(f.read_text("utf-8") for f in files)
        missing += [
            f"{name}: not in {where.strip()}"
            for name in re.findall(r"`([A-Z][a-z]\w+)`", code)
            if not re.search(rf"^(class {name}\b|{name}( =|: ))", text, re.MULTILINE)
        ]
    assert missing == []


ENGLISH = [
    *("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "benchmarks/README.md"),
    *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("[a-z]*.md"))),
]
HOUSE_WORDS = (
    r"let be|mend(s|ed)?|reckon(s|ed)?|dearer|firmness|levers?|made[ -]up|tell(s|ing)? back"
)


@pytest.mark.parametrize("page", ENGLISH)
def test_pages_are_in_plain_technical_english(page: str) -> None:
    """Words of our own that a stranger does not understand; names of code in backticks may stand."""
    text = re.sub(r"`[^`\n]*`", "", (ROOT / page).read_text("utf-8"))
    assert [found[0] for found in re.finditer(rf"\b({HOUSE_WORDS})\b", text)] == []
