"""A file of forms in which nothing is wrong, remembered as it was read: for a server, which reads a year again after
each form that comes in. What is wrong in a file depends on the others; such a file is always read anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from scoring.intake.items import Reading
from scoring.intake.table import FileReport, SheetHeader
from scoring.problems import Place
from scoring.tables import FormRow, ItemRow


@dataclass(frozen=True)
class SoundForm:
    """What the reading of one form added."""

    place: Place
    row: FormRow
    items: tuple[ItemRow, ...]
    places: Mapping[tuple[str, str, str], Place]
    reports: tuple[FileReport, ...]
    headers: Mapping[tuple[str, str | None], SheetHeader]

    def add_to(self, reading: Reading) -> bool:
        """Add it to a reading; False, and nothing added, where the form or an item of it came in already."""
        form = (self.row.unit, self.row.period)
        if form in reading.form_places or self.places.keys() & reading.item_places.keys():
            return False
        reading.form_places[form] = self.place
        reading.item_places |= self.places
        reading.out.forms.append(self.row)
        reading.out.items.extend(self.items)
        reading.out.reports.extend(replace(r, no_data=list(r.no_data)) for r in self.reports)
        reading.out.headers |= self.headers
        return True


@dataclass(frozen=True)
class FormMemory:
    """What is remembered, by file. ``context`` is everything beside a file on which its reading depends."""

    context: object = None
    by_file: Mapping[str, dict[object, Any]] = field(default_factory=dict)

    def recall(self, reading: Reading, file: str, period: str | None) -> bool:
        """Add a remembered form to ``reading``; False where it has to be read."""
        known = self.by_file.get(file, {}).get((self.context, reading.key, period))
        return isinstance(known, SoundForm) and known.add_to(reading)

    @contextmanager
    def watch(self, reading: Reading, file: str, period: str | None) -> Iterator[None]:
        """Remember what the block reads of a file, if it is one form and nothing is wrong with it."""
        out = reading.out
        before = (len(out.forms), len(out.items), len(out.reports), len(reading.item_places))
        faults = (len(out.problems), reading.lost.count(), len(reading.contested))
        yield
        memory = self.by_file.get(file)
        if memory is None or faults != (
            len(out.problems), reading.lost.count(), len(reading.contested),
        ):  # fmt: skip
            return
        forms, items = out.forms[before[0] :], tuple(out.items[before[1] :])
        if len(forms) != 1:
            return
        (row,) = forms
        places = dict(list(reading.item_places.items())[before[3] :])
        headers = {at: header for at, header in out.headers.items() if at[0] == file}
        memory[self.context, reading.key, period] = SoundForm(
            reading.form_places[row.unit, row.period], row, items, places,
            tuple(out.reports[before[2] :]), headers,
        )  # fmt: skip
