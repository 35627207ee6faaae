"""What a command that was called in this process ended with, as the program itself leaves."""

from __future__ import annotations

from click.testing import Result

from scoring.cli.errors import NotWrittenError, StoppedError


def ended(outcome: Result) -> Result:
    """``outcome`` with the exit code and the sentence of an ending that a command raised."""
    if isinstance(outcome.exception, StoppedError | NotWrittenError):
        stopped = outcome.exception
        outcome.exception, outcome.return_value = None, stopped.exit_code
        outcome.stderr_bytes += stopped.message.encode()
    return outcome
