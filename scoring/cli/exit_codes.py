"""How a command ends, as a shell sees it."""

from __future__ import annotations

from typing import Final

DONE: Final = 0
DATA_ERRORS: Final = 1
"""Errors or gaps in the data, each is listed; nothing was written."""
WRONG_USAGE: Final = 2
NOT_WRITTEN: Final = 3
"""The system refused to write (or to read) a file; nothing was changed."""
INTERNAL_ERROR: Final = 4
"""A fault of the program; a report of it lies where the message says."""
INTERRUPTED: Final = 130
CLOSED_PIPE: Final = 141
"""As a shell calls it when the reader of a pipe goes away (128 + SIGPIPE); no error."""
