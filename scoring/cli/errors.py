"""Why a command stops: the data, a file that was not written, a reader of the output that went away."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator

import click

from scoring.cli.exit_codes import DATA_ERRORS, NOT_WRITTEN


class StoppedError(click.ClickException):
    """The data do not allow what was asked for; the message says why."""

    exit_code = DATA_ERRORS


class NotWrittenError(click.ClickException):
    """Something could not be written; the message says what, and why."""

    exit_code = NOT_WRITTEN


class ClosedPipeError(Exception):
    """Whoever read the output has gone away (``| head``)."""


@contextlib.contextmanager
def pipe_watched() -> Iterator[None]:
    """Writing to a pipe that nobody reads any more raises ClosedPipeError."""
    try:
        yield
    except OSError as error:
        if not is_closed_pipe(error):
            raise
        raise ClosedPipeError from None


def is_closed_pipe(error: OSError) -> bool:
    """Whether ``error`` says that the reader of a pipe is gone; Windows calls it an invalid argument,
    and so it calls other things, too: there the output itself is asked."""
    if isinstance(error, BrokenPipeError):
        return True
    if os.name != "nt" or error.errno != errno.EINVAL or sys.stdout is None:
        return False
    try:
        sys.stdout.flush()
    except OSError:
        return True
    return False
