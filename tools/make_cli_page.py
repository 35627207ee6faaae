"""Writes docs/cli.md, the reference of all commands, from their help texts.

Run it after a change in ``scoring/cli/commands/``: ``python tools/make_cli_page.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from scoring.cli.app import app

PAGE = Path(__file__).resolve().parent.parent / "docs" / "cli.md"
INTRO = """# Commands

What `--help` shows for every command of `kaohe`, in Chinese as the users see it. Made by
`python tools/make_cli_page.py`; a test compares it with the program. What the commands are for and
how they follow each other in a year is in the manual, [使用手册](使用手册.md).
"""


def commands(
    command: click.Command, parent: click.Context | None = None
) -> Iterator[click.Context]:
    """The context of ``command`` and of every command under it, in the order of the help."""
    name = command.name if parent else "kaohe"
    context = command.make_context(name, [], parent, resilient_parsing=True)
    yield context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None and not found.hidden:
                yield from commands(found, context)


def page() -> str:
    """The page's text: one section a command."""
    sections = [
        f"## {context.command_path}\n\n```text\n{context.get_help().strip()}\n```\n"
        for context in commands(app)
    ]
    return "\n".join([INTRO, *sections])


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
