"""Command-line help and usage errors in Chinese, on top of click.

click does the parsing; only what a user reads is written here.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click
from rich.cells import cell_len

from scoring.cli.errors import pipe_watched
from scoring.cli.screen import screen


def _columns(rows: list[tuple[str, str]]) -> str:
    width = max(cell_len(left) for left, _ in rows) + 2
    lines = []
    for left, right in rows:
        first, *more = right.split("\n")
        lines.append(f"  {left}{' ' * (width - cell_len(left))}{first}")
        lines += [" " * (width + 2) + line for line in more]
    return "\n".join(lines)


class _Chinese:
    """The help page of a command: what it does, how it is called, an example."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option: click.Option | None = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "显示本帮助"
        return option

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        command: click.Command = ctx.command
        parts = [(command.help or "").strip(), f"用法：\n  {self._usage(ctx)}"]
        arguments = [
            (p.make_metavar(ctx), getattr(p, "about", ""))
            for p in command.get_params(ctx)
            if isinstance(p, click.Argument)
        ]
        if arguments:
            parts.append("参数：\n" + _columns(arguments))
        if isinstance(command, click.Group):
            parts += self._command_sections(ctx, command)
        options = [r for p in command.get_params(ctx) if isinstance(p, click.Option)
                   for r in [_option_row(p, ctx)]]  # fmt: skip
        parts.append("选项：\n" + _columns(options))
        if command.epilog:
            parts.append("示例：\n" + "\n".join(f"  {x}" for x in command.epilog.split("\n")))
        formatter.write("\n\n".join(part for part in parts if part) + "\n")

    def _usage(self, ctx: click.Context) -> str:
        words = [ctx.command_path]
        words += [
            p.make_metavar(ctx)
            for p in ctx.command.get_params(ctx)
            if isinstance(p, click.Argument)
        ]
        words.append("[选项]")
        if isinstance(ctx.command, click.Group):
            words.append("命令 …")
        return " ".join(words)

    def _command_sections(self, ctx: click.Context, group: click.Group) -> list[str]:
        sections: dict[str, list[tuple[str, str]]] = {}
        for name in group.list_commands(ctx):
            command = group.get_command(ctx, name)
            if command is None or command.hidden:
                continue
            section = getattr(command, "section", "命令")
            sections.setdefault(section, []).append((name, command.get_short_help_str(200)))
        return [f"{title}：\n{_columns(rows)}" for title, rows in sections.items()]


def _option_row(option: click.Option, ctx: click.Context) -> tuple[str, str]:
    # Short names first: releases of click give them in another order.
    names = ", ".join(sorted((*option.opts, *option.secondary_opts), key=len))
    if not option.is_flag and not option.count:
        names += f" {option.make_metavar(ctx)}"
    return names, option.help or ""


def _loudness(ctx: click.Context, option: click.Parameter, given: bool) -> None:
    """Callback of ``-q`` and ``-v``, which stand at the program or at a command."""
    shown = screen()
    if given:
        setattr(shown, str(option.name), True)
    if shown.quiet and shown.verbose:
        raise click.UsageError("-q 和 -v 只用一个", ctx)


def _with_common(params: list[click.Parameter] | None) -> list[click.Parameter]:
    """The parameters of a command and those that every command has."""
    return [
        *(params or ()),
        click.Option(
            ["-q", "--quiet"], is_flag=True, expose_value=False, callback=_loudness,
            help="只显示错误和所要的结果",
        ),
        click.Option(
            ["-v", "--verbose"], is_flag=True, expose_value=False, callback=_loudness,
            help="另外逐个列出读了哪些文件、各有几行",
        ),
    ]  # fmt: skip


_HELP_NAMES = ["-h", "--help"]


class Command(_Chinese, click.Command):
    """A command; ``section`` is the heading under which the main help lists it."""

    def __init__(self, *args: Any, section: str = "命令", **kwargs: Any) -> None:
        kwargs["context_settings"] = {"allow_extra_args": True, "help_option_names": _HELP_NAMES}
        kwargs["params"] = _with_common(kwargs.get("params"))
        super().__init__(*args, **kwargs)
        self.section = section

    def invoke(self, ctx: click.Context) -> Any:
        if ctx.args:
            raise click.UsageError(f"多余的参数：{' '.join(ctx.args)}", ctx)
        return super().invoke(ctx)


class Group(_Chinese, click.Group):
    """A group of commands, listed in the order in which they are defined."""

    command_class = Command

    def __init__(self, *args: Any, section: str = "命令", **kwargs: Any) -> None:
        kwargs["context_settings"] = {"help_option_names": _HELP_NAMES}
        kwargs["params"] = _with_common(kwargs.get("params"))
        super().__init__(*args, **kwargs)
        self.section = section

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with pipe_watched():  # help is shown while the arguments are read
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        with pipe_watched():
            return super().invoke(ctx)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            from difflib import get_close_matches

            # click names what was meant by an error of its own from 8.4 on only.
            meant = get_close_matches(name, self.list_commands(ctx))
            near = f"，是否要用 {'、'.join(meant)}" if meant else ""
            raise click.UsageError(f"没有命令 {name}{near}", ctx)
        return super().resolve_command(ctx, args)


class Program(Group):
    """The program itself: a folder in the place of a command is checked, so that one can be dropped
    on the program.

    ``offered`` are its commands, each a module of ``scoring.cli.commands`` that enters it when it is
    imported, which is when it is asked for.
    """

    offered: Sequence[str] = ()

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.offered)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.offered:
            import_module(f"scoring.cli.commands.{cmd_name}")
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            if os.path.isdir(args[0]):
                return super().resolve_command(ctx, ["check", *args])
            if os.path.dirname(args[0]):
                raise click.UsageError(f"没有这个文件夹，也没有这个命令：{args[0]}", ctx)
        return super().resolve_command(ctx, args)


Group.group_class = Group


class Argument(click.Argument):
    """An argument with a word on what it is."""

    def __init__(self, *args: Any, about: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about


def usage_message(error: click.UsageError) -> str:
    """A usage error in one Chinese sentence."""
    from click import exceptions as e

    match error:
        case e.NoArgsIsHelpError() | e.UsageError(message="Missing command."):
            ctx = error.ctx
            names = ctx.command.list_commands(ctx) if ctx and isinstance(ctx.command, Group) else ()
            return f"缺少 命令，应为{'、'.join(names)}"
        case e.NoSuchOption():
            near = f"，是否要用 {'、'.join(error.possibilities)}" if error.possibilities else ""
            return f"没有选项 {error.option_name}{near}"
        case e.MissingParameter():
            ctx = error.ctx
            name = error.param.make_metavar(ctx) if error.param and ctx else "参数"
            if isinstance(error.param, click.Option):
                name = f"{error.param.opts[-1]} {name}"
            return f"缺少 {name}"
        case e.BadOptionUsage():
            return f"选项 {error.option_name} 的写法不对"
    return error.format_message() if type(error) is e.BadParameter else error.message
