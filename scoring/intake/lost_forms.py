"""Forms and items that came in and were refused: they are not called missing too.

One fault is one message: a form with a wrong year, in a wrong folder or in a broken file is said as
that, and its unit is not asked for it again. Whose it is may only be guessed, by its file's name or by
a name that is nearly right; so it gives refused items, which make a gap, and never a score.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from scoring.lookup.text import fold
from scoring.lookup.units import Unit, UnitList
from scoring.problems import Place

Spot = tuple[str, str, str]
"""Unit, period, indicator."""


@dataclass
class LostForms:
    """What was refused of one component's forms; ``periods`` are its periods' names in order."""

    units: UnitList
    periods: Sequence[str]
    _forms: dict[tuple[str, str], Place] = field(default_factory=dict)
    _undated: list[tuple[Unit, Place]] = field(default_factory=list)
    _tables: list[tuple[str | None, Place]] = field(default_factory=list)
    _perhaps_tables: list[Place] = field(default_factory=list)
    _rows: dict[Spot, Place] = field(default_factory=dict)
    _nameless: dict[tuple[str, str], list[Place]] = field(default_factory=dict)
    _nameless_rows: list[Place] = field(default_factory=list)

    def count(self) -> int:
        """How much was refused so far."""
        places = sum(map(len, self._nameless.values()))
        some = (
            self._forms,
            self._undated,
            self._tables,
            self._perhaps_tables,
            self._rows,
            self._nameless_rows,
        )
        return places + sum(map(len, some))

    def owner(self, file: str, name: str = "") -> Unit | None:
        """The unit whose form a refused file most likely is: by the name that it states, else by the
        file's name, else by the known name that is most like the stated one."""
        named = self.units.find(name) if name else None
        if named is None:
            stem = fold(PurePosixPath(file).stem)
            known = [n for n in self.units.by_name if len(n) > 1 and n in stem]
            named = self.units.by_name[max(known, key=len)] if known else None
        return named or (self.units.meant(name) if name else None)

    def file(self, file: str, folder_period: str | None) -> None:
        """A file that could not be opened. In a period's folder it is one unit's form, whose name may
        say which; elsewhere it may be a table of all."""
        owner = self.owner(file)
        if owner is not None:
            self.form(owner, (folder_period,), Place(file))
        elif folder_period is None:
            self.perhaps_table(Place(file))

    def form(self, unit: Unit | None, periods: Iterable[str | None], place: Place) -> None:
        """A form of the unit that may be of any of the periods, as far as they are known."""
        if unit is None or unit.parent is not None:
            return
        known = [period for period in periods if period is not None]
        for period in known:
            self._forms.setdefault((unit.name, period), place)
        if not known:
            self._undated.append((unit, place))

    def table(self, folder_period: str | None, place: Place) -> None:
        """A long table, which may be about every unit."""
        self._tables.append((folder_period, place))

    def perhaps_table(self, place: Place) -> None:
        """What may be such a table, if no form was read at all."""
        self._perhaps_tables.append(place)

    def row(
        self, unit: Unit | None, name: str, code: str, periods: Iterable[str | None], place: Place
    ) -> None:
        """A row of a long table of which the unit or the period is not known."""
        meant = unit or (self.units.meant(name) if name else None)
        if meant is not None and meant.parent is None:
            for period in [p for p in periods if p is not None] or self.periods:
                self._rows.setdefault((meant.name, period, code), place)

    def nameless_item(self, unit: Unit, period: str, place: Place) -> None:
        """A row of a form whose indicator is not known."""
        self._nameless.setdefault((unit.name, period), []).append(place)

    def nameless_row(self, place: Place) -> None:
        """A row of a long table of which nothing is known, as a line with a stray quote."""
        self._nameless_rows.append(place)

    def settle(
        self,
        forms: Container[tuple[str, str]],
        items: Container[Spot],
        codes: Callable[[str], Sequence[str]],
    ) -> Iterator[tuple[Spot, Place]]:
        """The items that are refused, not missing: of none of ``items``, which were read. ``forms``
        came in; ``codes`` gives the indicators that a unit has to fill in."""
        done: set[Spot] = set()

        def refuse(spot: Spot, place: Place) -> Iterator[tuple[Spot, Place]]:
            if spot not in items and spot not in done:
                done.add(spot)
                yield spot, place

        for (unit, period), place in self._whole_forms(forms).items():
            if (unit, period) not in forms:
                for code in codes(unit):
                    yield from refuse((unit, period, code), place)
        for spot, place in self._rows.items():
            if spot[2] in codes(spot[0]):
                yield from refuse(spot, place)
        for (unit, period), places in self._nameless.items():
            spots = [(unit, period, code) for code in codes(unit)]
            left = [spot for spot in spots if spot not in items and spot not in done]
            # Rows without a name are the items that are missing, unless more of these are.
            if len(left) <= len(places):
                for spot, place in zip(left, places, strict=False):
                    yield from refuse(spot, place)
        if self._nameless_rows:
            spots = [
                (unit.name, period, code)
                for unit in self.units.graded()
                for period in self.periods
                for code in codes(unit.name)
            ]
            left = [spot for spot in spots if spot not in items and spot not in done]
            rows = self._nameless_rows
            if len(left) <= len(rows):
                for spot, place in zip(left, rows, strict=False):
                    yield from refuse(spot, place)

    def _whole_forms(self, came: Container[tuple[str, str]]) -> dict[tuple[str, str], Place]:
        """The refused forms by unit and period. One that does not say its period is taken for the
        first that is missing."""
        forms = dict(self._forms)
        graded = self.units.graded()
        tables = list(self._tables)
        if not any((u.name, p) in came for u in graded for p in self.periods):
            tables += [(None, place) for place in self._perhaps_tables]
        for folder_period, place in tables:
            for unit in graded:
                for period in self.periods if folder_period is None else [folder_period]:
                    forms.setdefault((unit.name, period), place)
        for unit, place in self._undated:
            spots = [(unit.name, period) for period in self.periods]
            missing = [spot for spot in spots if spot not in came and spot not in forms]
            if missing:
                forms[missing[0]] = place
        return forms
