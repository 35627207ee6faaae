"""Which statistics tables a file holds, read figure by figure and checked by the rules of their form."""

from __future__ import annotations

from pathlib import Path

from scoring.evidence.model import CheckedFile
from scoring.evidence.reading_2017 import tables_of_2017
from scoring.evidence.reading_requests import tables_of_requests
from scoring.evidence.reading_reviews import tables_of_reviews
from scoring.evidence.sources import Source, read_source


def check_file(path: Path, file: str) -> CheckedFile:
    """The tables of a file, checked; without any where it holds none that is known."""
    return check_source(read_source(path, file))


def check_source(source: Source) -> CheckedFile:
    """The tables of an opened file, checked."""
    found = CheckedFile(source.file, source.sha256, problems=list(source.problems))
    for sheet in source.sheets:
        found.tables += [
            *tables_of_2017(sheet),
            *tables_of_requests(sheet),
            *tables_of_reviews(sheet),
        ]
    return found
