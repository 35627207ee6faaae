"""How a run ends: every outcome has its exit code and its sentence, none a traceback."""

from __future__ import annotations

import contextlib
import os
import sys

import click

from scoring.cli.errors import ClosedPipeError, pipe_watched
from scoring.cli.exit_codes import (
    CLOSED_PIPE,
    DATA_ERRORS,
    DONE,
    INTERNAL_ERROR,
    INTERRUPTED,
    NOT_WRITTEN,
    WRONG_USAGE,
)
from scoring.cli.screen import Screen, answer, clean
from scoring.refusals import REFUSALS, TooManyRowsError, why


def run(arguments: list[str] | None) -> int:
    """Run the command line and give its exit code."""
    screen = Screen()
    given = sys.argv[1:] if arguments is None else arguments
    as_json = "--json" in given
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A console that lacks a character must not stop a run.
            stream.reconfigure(errors="replace")
    try:
        with pipe_watched():
            code, said = _outcome(arguments, screen)
            if said:
                click.echo(clean(str(said["text"])), err=True)
            if as_json and said and not screen.answered:
                said["error"] = said.pop("text")
                answer({**said, "exit_code": code})
            if sys.stdout is not None:
                sys.stdout.flush()
    except ClosedPipeError:
        code = CLOSED_PIPE
    except OSError as error:
        # Standard output is a file on a full disk, or the like.
        code = NOT_WRITTEN
        with contextlib.suppress(OSError):
            click.echo(f"屏幕输出没有写完：{why(error)}", err=True)
    if code in {CLOSED_PIPE, NOT_WRITTEN}:
        _forget_output()
    return code


def _check_text(argument: str) -> None:
    """Half a character, or none, cannot be part of the name of a file."""
    try:
        os.fsencode(argument)
    except UnicodeError:
        raise click.UsageError(f"参数中有不能用的字符：{argument}") from None
    if "\0" in argument:
        raise click.UsageError(f"参数中有不能用的字符：{argument}")


def _outcome(arguments: list[str] | None, screen: Screen) -> tuple[int, dict[str, object]]:
    """The exit code, and under ``text`` the sentence that is still to be said, if any."""
    try:
        from scoring.cli.app import app

        for argument in sys.argv[1:] if arguments is None else arguments:
            _check_text(argument)
        code = app.main(arguments, prog_name="kaohe", standalone_mode=False, obj=screen)
        return code or DONE, {}
    except click.UsageError as error:
        from scoring.cli.help import usage_message

        where = error.ctx.command_path if error.ctx else "kaohe"
        text = f"用法错误：{usage_message(error)}\n帮助请看：{where} --help"
        text += _folder_of_that_name(sys.argv[1:] if arguments is None else arguments, where)
        return WRONG_USAGE, {"text": text}
    except click.ClickException as error:
        return error.exit_code, {"text": error.format_message()}
    except TooManyRowsError as error:
        return DATA_ERRORS, {"text": str(error)}
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED, {"text": "已中止，没有写入文件"}
    except ClosedPipeError:
        raise
    except Exception as error:
        if (refused := _refusal(error)) is not None:
            return NOT_WRITTEN, {"text": refused}
        from scoring.cli.crash import write_report

        return INTERNAL_ERROR, write_report(error)


def _folder_of_that_name(arguments: list[str], where: str) -> str:
    """Where nothing but the name of a command was written, and there is a folder of that name: how
    to have it checked."""
    words = [argument for argument in arguments if not argument.startswith("-")]
    if words == where.split()[1:2] and os.path.isdir(words[0]):
        return f"\n这里有名为“{words[0]}”的文件夹，与命令同名：要检查它，请写 kaohe {os.path.join('.', words[0])}"
    return ""


def _refusal(error: Exception) -> str | None:
    """What the system refused, of an error that a command did not foresee; None for a fault of the
    program."""
    if not isinstance(error, OSError) or error.errno not in REFUSALS:
        return None
    named = error.filename
    if not isinstance(named, str | bytes):
        return f"读写文件时出错：{why(error)}"
    return f"无法读写 {os.fsdecode(named)}：{why(error)}"


def _forget_output() -> None:
    """What is still in the buffers goes nowhere, so that the interpreter's own end is silent."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            try:
                stream.flush()
            except OSError:
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())
                os.close(nowhere)
