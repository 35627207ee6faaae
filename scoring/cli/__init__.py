"""The command ``kaohe``: thin shells around the functions of the package."""

from __future__ import annotations

import logging
import sys
from typing import Final

DONE: Final = 0
DATA_ERRORS: Final = 1
WRONG_USAGE: Final = 2


class _Screen(logging.Handler):
    """What the package reports of files that it put in order, on standard error."""

    def emit(self, record: logging.LogRecord) -> None:
        print(f"提醒：{record.getMessage()}", file=sys.stderr)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code: 0 done, 1 errors in the data (nothing
    written), 2 wrong usage."""
    import gc

    import click

    from scoring.cli.app import app
    from scoring.cli.help import usage_message

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A console that lacks a character must not stop a run.
            stream.reconfigure(errors="replace")
    logging.getLogger("kaohe").addHandler(_Screen())
    # A run is short and keeps what it makes: looking for cycles would only cost time.
    gc.disable()
    try:
        code = app.main(arguments, prog_name="kaohe", standalone_mode=False)
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "kaohe"
        click.echo(f"用法错误：{usage_message(error)}\n帮助请看：{where} --help", err=True)
        code = WRONG_USAGE
    except click.ClickException as error:
        click.echo(error.format_message(), err=True)
        code = DATA_ERRORS
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中止，没有写入文件", err=True)
        code = 130
    sys.exit(code or DONE)
