"""What came back against what stands in the folder: what changes, and what may not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from scoring.enums import Scoring
from scoring.intake.form_columns import COUNT_FIELDS, VERIFIED_COUNTS
from scoring.intake.returned import (
    NOT_APPLICABLE,
    NOTE,
    SCORE,
    VERIFIER,
    Returned,
)
from scoring.points import PLACES, SCALE
from scoring.problems import Place, Problem
from scoring.verification.judge import (
    finding_text,
    is_below,
    is_sane,
    is_verified,
    option_name,
    result_text,
)
from scoring.verification.model import Counts, Finding, Item, Key


@dataclass(frozen=True, slots=True)
class Change:
    """A cell of the folder that is to change: of which item, in which column, from what to what.
    ``source`` is where the verifier wrote it; ``aside`` marks a cell that is only filled in where
    that is possible (核查单位)."""

    item: Item
    column: str
    value: Decimal | str | None
    old: str
    new: str
    source: Place
    aside: bool = False


@dataclass
class Plan:
    """What a merge would do: the changes, what is wrong, how many rows said nothing new, and how
    many items of the sheets are still not verified."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0
    unverified: int = 0


def plan(
    items: Iterable[Item],
    forms: set[tuple[str, str, str]],
    exempt: set[tuple[str, str, str]],
    rows: Sequence[Returned],
    *,
    override: bool = False,
) -> Plan:
    """Compare ``rows`` with the ``items`` of the folder. ``forms`` holds component, unit, period
    of what came in; ``exempt`` component, unit, indicator of what does not apply. ``override``
    lets a row win over a finding that came into the folder after its sheet was made."""
    known = {item.key: item for item in items}
    out = Plan()
    by_key: dict[Key, list[Returned]] = {}
    for row in rows:
        by_key.setdefault((row.component, row.unit, row.period, row.leaf.code), []).append(row)
    for key, some in by_key.items():
        item = known.get(key)
        said = [row for row in some if _says(row)]
        if item is None or item.refused or (key[0], key[1], key[3]) in exempt:
            out.problems += [_homeless(row, item, key, forms, exempt) for row in said[:1]]
            continue
        _one(out, item, said, override=override)
        changed = {c.column for c in out.changes if c.item is item} if said else set()
        out.unchanged += not changed
        after = {SCORE, *VERIFIED_COUNTS[item.leaf.scoring]} & changed
        out.unverified += not after and not is_verified(item.leaf, item.finding)
    return out


def _says(row: Returned) -> bool:
    """Whether anybody wrote into the row since its sheet was made."""
    return bool(row.fields) and row.made != finding_text(row.leaf, _stated(row, Finding()))


def _stated(row: Returned, base: Finding) -> Finding:
    """The finding after the row: what it leaves blank stays as it was."""
    score = row.fields.get(SCORE)
    given = {
        name: row.fields.get(column)
        for name, column in (
            ("done", "核查完成数"), ("of", "核查应完成数"), ("faults", "核查问题数")
        )
    }  # fmt: skip
    counts = replace(base.counts, **{k: v for k, v in given.items() if isinstance(v, int)})
    if isinstance(score, int):
        counts = replace(counts, score=score)
    applies = isinstance(score, int) or any(v is not None for v in given.values())
    not_applicable = score == NOT_APPLICABLE or (base.not_applicable and not applies)
    return Finding(counts, not_applicable, str(row.fields.get(NOTE, base.note)))


def _homeless(
    row: Returned,
    item: Item | None,
    key: Key,
    forms: set[tuple[str, str, str]],
    exempt: set[tuple[str, str, str]],
) -> Problem:
    """Why a row finds no item to go to."""
    what = f"{row.unit} {row.period} 指标{row.leaf.code}"
    place = row.places[next(iter(row.fields))]
    if (key[0], key[1], key[3]) in exempt:
        return Problem("indicator-not-applicable", place, row.leaf.code, unit=row.unit)
    if item is not None:
        return Problem("verification-refused", place, what, f"{item.place}已改正", unit=row.unit)
    kind = "verification-no-item" if key[:3] in forms else "verification-no-form"
    return Problem(kind, place, what, unit=row.unit)


def _one(out: Plan, item: Item, rows: Sequence[Returned], *, override: bool) -> None:
    """The changes of one item, from all rows that speak of it."""
    problems = [p for row in rows for p in _faults(item, row)]
    base = item.finding
    results = [r for r in rows if _result(_stated(r, base)) != _result(base)]
    notes = [r for r in rows if NOTE in r.fields and _flat(r.fields[NOTE]) != _flat(base.note)]
    problems += _conflicts(item, results, lambda r: _result(_stated(r, base)), _result_column)
    problems += _conflicts(item, notes, lambda r: _flat(r.fields[NOTE]), lambda r: NOTE)
    now = finding_text(item.leaf, base)
    for row in rows if not (override or problems) else ():
        if row.made not in (None, now) and (row in results or row in notes):
            column = _result_column(row) if row in results else NOTE
            problems.append(
                Problem("verification-stale", row.places[column], _described(row, column),
                        f"考核表现在的“{now}”（{item.place}），制表时是“{row.made}”", unit=item.unit)
            )  # fmt: skip
    if not problems and (results or notes):
        note = str(notes[0].fields[NOTE]) if notes else base.note
        after = replace(_stated(results[0], base) if results else base, note=note)
        if is_below(item.leaf, item.claim, after) and not after.note:
            where = (results or notes)[0].places[NOTE]
            expected = f"低于自评（{_claim_text(item)}）的理由"
            problems.append(
                Problem("verification-unexplained", where, "", expected, unit=item.unit)
            )
        else:
            out.changes += _changes(item, results[:1], notes[:1], after)
    out.problems += problems


def _claim_text(item: Item) -> str:
    """What the unit claims; the points where it gave no counts."""
    own = result_text(item.leaf, Finding(item.claim))
    return own if item.claim.score is None else option_name(item.leaf, item.claim.score)


def _faults(item: Item, row: Returned) -> Iterable[Problem]:
    """What is wrong with a row by itself."""
    after = _stated(row, item.finding)
    given = [c for c in VERIFIED_COUNTS[row.leaf.scoring] if c in row.fields]
    if row.fields.get(SCORE) == NOT_APPLICABLE and after.counts != item.finding.counts:
        yield Problem("verification-way", row.places[given[0]], str(row.fields[given[0]]),
                      "空白（核查得分已填不适用），或清空核查得分", unit=row.unit)  # fmt: skip
    elif given and not is_sane(row.leaf, after.counts):
        found = "、".join(f"{name}{row.fields.get(name, '空白')}" for name in VERIFIED_COUNTS[row.leaf.scoring])  # fmt: skip
        yield Problem("verification-incomplete", row.places[given[0]], found, unit=row.unit)


def _result(finding: Finding) -> tuple[bool, Counts | None]:
    """What two findings must have in common to be the same, reasons apart."""
    return finding.not_applicable, None if finding.not_applicable else finding.counts


def _flat(text: object) -> str:
    return " ".join(str(text).split())


def _result_column(row: Returned) -> str:
    columns = (SCORE, *VERIFIED_COUNTS[row.leaf.scoring])
    return next((c for c in columns if c in row.fields), SCORE)


def _described(row: Returned, column: str) -> str:
    if column == NOTE:
        return str(row.fields[NOTE])
    return result_text(row.leaf, _stated(row, Finding()))


def _conflicts(
    item: Item,
    rows: Sequence[Returned],
    value: Callable[[Returned], object],
    column: Callable[[Returned], str],
) -> list[Problem]:
    """Every row that says something else than the first one."""
    out = []
    for row in rows[1:]:
        first = rows[0]
        if value(row) != value(first):
            at, other = column(row), column(first)
            expected = f"与“{_described(first, other)}”一致，见{first.places[other]}"
            out.append(
                Problem("verification-conflict", row.places[at], _described(row, at), expected, unit=item.unit)
            )  # fmt: skip
    return out


def _changes(
    item: Item, results: Sequence[Returned], notes: Sequence[Returned], after: Finding
) -> Iterable[Change]:
    leaf, base = item.leaf, item.finding
    for row in results:
        for column, value in _cells(item, after).items():
            yield Change(item, column, value, result_text(leaf, base), result_text(leaf, after),
                         row.places.get(column) or row.places[SCORE])  # fmt: skip
        responsible = row.verifier or leaf.verifier
        if item.verifier is None and responsible:
            yield Change(
                item, VERIFIER, responsible, "", responsible, row.places[SCORE], aside=True
            )
    for row in notes:
        yield Change(item, NOTE, after.note, base.note, after.note, row.places[NOTE])


def _cells(item: Item, after: Finding) -> Mapping[str, Decimal | str | None]:
    """The cells that must change for the item's result to be ``after``."""
    leaf, base = item.leaf, item.finding
    if after.not_applicable:
        return {SCORE: NOT_APPLICABLE}
    cells: dict[str, Decimal | str | None] = {}
    if VERIFIED_COUNTS[leaf.scoring]:
        for column in VERIFIED_COUNTS[leaf.scoring]:
            number = getattr(after.counts, COUNT_FIELDS[column])
            if number != getattr(base.counts, COUNT_FIELDS[column]):
                cells[column] = Decimal(number)
        if base.not_applicable:
            cells[SCORE] = None
    elif leaf.scoring == Scoring.OPTIONS:
        cells[SCORE] = option_name(leaf, after.counts.score)
    else:
        cells[SCORE] = exact(after.counts.score or 0)
    return cells


def exact(points: int) -> Decimal:
    """Points as the decimal number that a cell holds, without trailing zeros.

    >>> str(exact(85_000)), str(exact(100_000))
    ('8.5', '10')
    """
    whole = Decimal(points).scaleb(-PLACES)
    return Decimal(points // SCALE) if points % SCALE == 0 else whole.normalize()
