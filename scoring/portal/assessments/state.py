"""An assessment as the library reads it, kept until a file of its folder changes."""

from __future__ import annotations

import tempfile
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import scoring
from scoring.portal.assessments.folder import Files, evidence_folders, put_tables, tables_of
from scoring.portal.assessments.models import Assessment

_KEPT: Final = 4


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
    results: dict[date, scoring.Result] = field(default_factory=dict)

    def result(self, day: date) -> scoring.Result:
        """How things stand on a day: provisional (暂定), whatever is lacking."""
        found = self.results.get(day)
        if found is None:
            settings = self.assessment.settings
            # Once the year is over its last day counts; before it began there is nothing to see.
            at = max(min(day, settings.as_of_day()), date(settings.year, 1, 1))
            found = self.results[day] = scoring.score_assessment(self.assessment, at, final=False)
        return found


_Key = tuple[str, frozenset[tuple[str, str]], frozenset[str]]
_loaded: OrderedDict[_Key, Loaded] = OrderedDict()
_lock = threading.Lock()


def load(assessment: Assessment) -> Loaded:
    """The assessment as it stands now. Raises ``scoring.AssessmentError`` where its files have faults that
    leave nothing to compute."""
    files = tables_of(assessment)
    # By contents, not by number: a restored database may count from an earlier one again.
    # The folders of evidence count too: the papers name them.
    key = (assessment.folder, frozenset(files.items()), frozenset(evidence_folders(assessment)))
    # One reads; whoever comes meanwhile gets the same.
    with _lock:
        found = _loaded.get(key)
        if found is None:
            found = _loaded[key] = _read(assessment, files)
            while len(_loaded) > _KEPT:
                _loaded.popitem(last=False)
        _loaded.move_to_end(key)
        return found


def _read(assessment: Assessment, files: Files) -> Loaded:
    scratch = tempfile.TemporaryDirectory(prefix="kaohe-portal-")
    folder = Path(scratch.name, assessment.folder)
    folder.mkdir()
    put_tables(assessment, folder, files)
    return Loaded(scoring.load_assessment(folder, provisional=True), folder, files, scratch)


def forget() -> None:
    """Drop everything that is kept."""
    with _lock:
        _loaded.clear()
