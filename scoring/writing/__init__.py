"""Files appear whole or not at all, several at once, whatever happens to the machine meanwhile.

``writing`` holds a folder against other runs; its writer replaces files all or none. A run that was
killed half-way is completed, or taken back, by the next one on that folder (``settle``).
"""

from scoring.writing.journal import (
    ChangedError,
    JournalError,
    Writer,
    replace_all,
    settle,
    write_all,
    writing,
)
from scoring.writing.lock import FolderBusyError
from scoring.writing.names import file_names
from scoring.writing.new_folder import new_folder
from scoring.writing.open_files import FileInUseError

__all__ = [
    "ChangedError",
    "FileInUseError",
    "FolderBusyError",
    "JournalError",
    "Writer",
    "file_names",
    "new_folder",
    "replace_all",
    "settle",
    "write_all",
    "writing",
]
