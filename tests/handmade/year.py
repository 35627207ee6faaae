"""A year of hand-made files: twelve counties and six departments, every file in another hand.

``python -m tests.handmade.year FOLDER`` writes the assessment folder and says what it comes to.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from copy import deepcopy
from functools import cache
from pathlib import Path

from tests.folders import write_settings
from tests.handmade import data, forms, ledgers, lists
from tests.handmade.sheets import Document


def documents() -> list[Document]:
    """Every file of the folder but assessment.yaml, which the caller may change."""
    return deepcopy(_documents())


@cache
def _documents() -> list[Document]:
    return [lists.units(), *ledgers.documents(), *forms.documents(), lists.third_party()]


def write_year(folder: Path, files: Iterable[Document] | None = None) -> Path:
    """Write the assessment folder, with ``files`` instead of the year's own where they are given."""
    exempt = {unit: [code] for unit, code in data.EXEMPT.items()}
    write_settings(folder, year=data.YEAR, not_applicable=exempt)
    for document in documents() if files is None else files:
        document.write(folder)
    return folder


if __name__ == "__main__":
    write_year(Path(sys.argv[1]))
    for unit, result in data.expected().items():
        print(unit, float(result.composite), result.grade, result.rank)
