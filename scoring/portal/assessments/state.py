"""An assessment as the library reads it, kept until a file of its folder changes."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final

from django.conf import settings

import scoring
from scoring.portal import clock
from scoring.portal.assessments.folder import (
    Files,
    evidence_folders,
    put_tables,
    tables_in,
    tables_of,
)
from scoring.portal.assessments.models import Assessment

_KEPT: Final = 4
_COMMIT_SECONDS: Final = 20
"""Longer than it takes from a form's moment to the end of its transaction, in which it is written down."""


@dataclass
class Loaded:
    """The folder of one version on the disk, without evidence, its ``files``, what the library read of it, and
    results by day.

    The folder stays as long as anybody holds this.
    """

    assessment: scoring.Assessment
    folder: Path
    files: Files
    scratch: tempfile.TemporaryDirectory[str]
    current_at: float
    """When it was last known to be how the folder stands, as ``time.monotonic`` counts."""

    results: dict[date, scoring.Result] = field(default_factory=dict)
    boards: dict[date, scoring.DayBoard] = field(default_factory=dict)

    def result(self, day: date) -> scoring.Result:
        """How things stand on a day: provisional (暂定), whatever is lacking."""
        found = self.results.get(day)
        if found is None:
            year = self.assessment.settings
            # Once the year is over its last day counts; before it began there is nothing to see.
            at = max(min(day, year.as_of_day()), date(year.year, 1, 1))
            found = self.results[day] = scoring.score_assessment(self.assessment, at, final=False)
        return found

    def watch(self, today: date) -> scoring.Watch:
        """What ``kaohe warnings`` finds today."""
        return scoring.watch_assessment(self.assessment, scoring.watch_day(self.assessment, today))

    def board(self, today: date) -> scoring.DayBoard:
        """The day in words and numbers."""
        found = self.boards.get(today)
        if found is None:
            made = scoring.day_board(self.watch(today), self.assessment)
            found = self.boards[today] = made
        return found


_Key = tuple[str, frozenset[tuple[str, str]], frozenset[str]]
_loaded: OrderedDict[_Key, Loaded] = OrderedDict()
_lock = threading.Lock()
_reading = threading.Lock()


def load(assessment: Assessment) -> Loaded:
    """The assessment as it stands now. Raises ``scoring.AssessmentError`` where its files have faults that
    leave nothing to compute."""
    files = tables_of(assessment) if assessment.shown is None else tables_in(assessment.shown)
    # By contents, not by number: a restored database may count from an earlier one again.
    # The folders of evidence count too: the papers name them.
    key = (assessment.folder, frozenset(files.items()), frozenset(evidence_folders(assessment)))
    if (known := _known(key)) is not None:
        return known
    # One reads; whoever comes meanwhile gets the same.
    with _reading:
        if (known := _known(key)) is not None:
            return known
        found = _read(assessment, files)
        with _lock:
            _loaded[key] = found
            while len(_loaded) > _KEPT:
                _loaded.popitem(last=False)
        return found


def _known(key: _Key) -> Loaded | None:
    with _lock:
        found = _loaded.get(key)
        if found is not None:
            found.current_at = time.monotonic()
            _loaded.move_to_end(key)
        return found


def load_lately(assessment: Assessment, since: datetime | None) -> Loaded:
    """As ``load``, but where the folder changed in the last seconds (``settings.READING_LAG``) perhaps as it
    stood before; never as it stood before ``since``.

    For what a unit does with its own form, ``since`` being its own last hand-in or the office's return: in
    the hours before a deadline others hand in all the time, and nobody's answer has to wait until
    their forms are read.
    """
    if assessment.frozen:
        # Of a correction that is under way nobody sees anything, and nobody is in a hurry.
        return load(assessment)
    age: float = settings.READING_LAG
    if since is not None:
        age = min(age, (clock.now() - since).total_seconds() - _COMMIT_SECONDS)
    least = time.monotonic() - age
    with _lock:
        lately = [
            found for (folder, _, _), found in _loaded.items()
            if folder == assessment.folder
            and found.assessment.settings.year == assessment.year
            and found.current_at > least
        ]  # fmt: skip
    return max(lately, key=lambda found: found.current_at) if lately else load(assessment)


def _read(assessment: Assessment, files: Files) -> Loaded:
    begun = time.monotonic()
    scratch = tempfile.TemporaryDirectory(prefix="kaohe-portal-")
    folder = Path(scratch.name, assessment.folder)
    folder.mkdir()
    earlier = _earlier(assessment)
    there = earlier.files if earlier else {}
    same = {way for way, sha in files.items() if sha and there.get(way) == sha}
    if earlier is not None:
        _link(earlier.folder, folder, same)
    put_tables(assessment, folder, {way: sha for way, sha in files.items() if way not in same})
    read = scoring.load_assessment(folder, provisional=True)
    return Loaded(read, folder, files, scratch, begun)


def _earlier(assessment: Assessment) -> Loaded | None:
    """The last reading of the same folder: of hundreds of files one has changed since, as a rule."""
    with _lock:
        some = [found for (folder, _, _), found in _loaded.items() if folder == assessment.folder]
    return some[-1] if some else None


def _link(earlier: Path, folder: Path, ways: Iterable[str]) -> None:
    """Files that lie in an earlier reading's folder already; nobody writes into either."""
    for way in ways:
        path = folder / way
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(earlier / way, path)
        except OSError:
            shutil.copyfile(earlier / way, path)


def forget() -> None:
    """Drop everything that is kept."""
    with _lock:
        _loaded.clear()
