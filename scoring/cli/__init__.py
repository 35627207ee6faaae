"""The command ``kaohe``: thin shells around the functions of the package."""

from __future__ import annotations

import logging
import sys


class _Screen(logging.Handler):
    """What the package reports of files that it put in order, on standard error."""

    def emit(self, record: logging.LogRecord) -> None:
        print(f"提醒：{record.getMessage()}", file=sys.stderr)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line with ``arguments`` (by default those of the process) and leave with one
    of the codes of ``exit_codes``."""
    from scoring.cli.ending import run

    logging.getLogger("kaohe").addHandler(_Screen())
    sys.exit(run(arguments))
