"""Recording in the ledger: rows added, rectified, verified and revoked in the providers' workbooks.

Each step reads the folder, makes the new workbook in memory, checks the folder as it would be, and
only then writes workbook and journal (日志.jsonl) together, under the folder's lock. For the command
line, for notebooks and for any other front: who and when are arguments.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TypedDict, Unpack

from scoring.enums import Counts
from scoring.intake import Assessment, inspect_folder
from scoring.intake.edit import Value
from scoring.lookup.text import fold
from scoring.papers import LEDGER_JOURNAL
from scoring.problems import Place, Problem, errors, in_order
from scoring.scheme import Ledger
from scoring.steps.ledger_changes import EVENT, Act, Change, Step, added, filled
from scoring.steps.ledger_files import RecordError
from scoring.tables import EntryRow
from scoring.wording.results import VERIFICATION
from scoring.writing import Writer, writing

__all__ = [
    "EVENT", "Act", "By", "RecordError", "Recorded", "Step", "add_entry", "rectify_entries",
    "revoke_entries", "verify_entries",
]  # fmt: skip

RESULTS = tuple(VERIFICATION.values())


@dataclass(frozen=True)
class By:
    """Who does it, when, and why; as the journal has it."""

    who: str
    when: datetime
    reason: str = ""


@dataclass(frozen=True)
class Recorded:
    """What was recorded, or why nothing was: ``problems`` are those that the change would bring into
    the folder, ``unchanged`` the numbers of rows that said it already, ``new_file`` a workbook that was
    made for it."""

    steps: tuple[Step, ...] = ()
    problems: tuple[Problem, ...] = ()
    unchanged: tuple[str, ...] = ()
    new_file: str = ""

    @property
    def refused(self) -> bool:
        """Whether nothing may be written."""
        return bool(errors(self.problems))


def add_entry(
    folder: str | Path,
    values: Mapping[str, Value],
    by: By,
    *,
    provider: str = "",
    sheet: str = "",
    dry_run: bool = False,
) -> Recorded:
    """Add a row of ``values``, by column of 平时考核台账, under the last row of a provider's workbook.

    ``provider`` is a 提供单位 or the name of a file; by default the rule's. A provider without a
    workbook gets the one that ``make_ledger_books`` makes. 台账编号, where it is not given, goes on
    from the workbook's last; 整改期限 is computed where the rule says from which day (``EVENT``).
    Raises RecordError where it cannot be said where the row belongs, and what ``Writer.replace``
    raises; nothing was written then, nor where the result is ``refused``, nor with ``dry_run``.

    >>> from datetime import date, datetime
    >>> from scoring import By, add_entry
    >>> row = {"单位": "临溪县", "扣分项": "2.1", "问题描述": "栏目没有更新", "发现日期": date(2025, 9, 11),
    ...        "整改期限": date(2025, 9, 25)}
    >>> by = By("王某", datetime(2025, 9, 12, 9, 0))
    >>> (step,) = add_entry("sample_data/2025", row, by, dry_run=True).steps
    >>> step.entry, str(step.place.row)
    ('BGS2025033', '36')
    """
    folder = Path(folder)

    def change(assessment: Assessment) -> Change:
        return added(assessment, folder, values, provider, sheet)

    return record_change(folder, "kaohe ledger add", change, by, dry_run=dry_run)


class How(TypedDict, total=False):
    """How cells are filled in. ``provider``: a 提供单位 or the name of a file, where two workbooks have
    the number. ``overwrite``: change also a cell that says something else already. ``dry_run``: write
    nothing."""

    provider: str
    overwrite: bool
    dry_run: bool


def rectify_entries(
    folder: str | Path, numbers: Sequence[str], day: date | None, by: By, **how: Unpack[How]
) -> Recorded:
    """Fill in 整改完成日期 of the rows with these 台账编号, all of them or none; None empties it. A cell that
    says something else already is changed only with ``overwrite``; 待核实 is no result, and is
    replaced. A day after that of ``by`` is refused. Raises as ``add_entry``.

    >>> from datetime import date, datetime
    >>> from scoring import By, rectify_entries
    >>> by = By("王某", datetime(2025, 9, 12, 9, 0))
    >>> day = date(2025, 9, 12)
    >>> (step,) = rectify_entries("sample_data/2025", ["DC-2025-13"], day, by, dry_run=True).steps
    >>> step.before, step.after
    ({'整改完成日期': ''}, {'整改完成日期': '2025-09-12'})
    """
    return _fill(Path(folder), Act.RECTIFY, numbers, {"整改完成日期": day}, by, **how)


def verify_entries(
    folder: str | Path, numbers: Sequence[str], result: str | None, by: By, **how: Unpack[How]
) -> Recorded:
    """Fill in 核实结果 (属实, 不属实, 待核实) of the rows; None empties it. As ``rectify_entries``.

    >>> from datetime import datetime
    >>> from scoring import By, verify_entries
    >>> by = By("王某", datetime(2025, 9, 12, 9, 0))
    >>> (step,) = verify_entries("sample_data/2025", ["BGS2025031"], "属实", by, dry_run=True).steps
    >>> step.before, step.after
    ({'核实结果': '待核实'}, {'核实结果': '属实'})
    """
    if result is not None and result not in RESULTS:
        raise RecordError(f"核实结果应为{'、'.join(RESULTS)}：{result}")
    return _fill(Path(folder), Act.VERIFY, numbers, {"核实结果": result}, by, **how)


def revoke_entries(
    folder: str | Path, numbers: Sequence[str], day: date | None, by: By, **how: Unpack[How]
) -> Recorded:
    """Fill in 撤销日期 and 撤销理由 (the reason of ``by``) of the rows; None for the day takes a
    revocation back. As ``rectify_entries``; a ``by`` without a reason is refused.

    >>> from datetime import date, datetime
    >>> from scoring import By, revoke_entries
    >>> by = By("王某", datetime(2025, 9, 12, 9, 0), "与WA-2025-010是同一问题")
    >>> day = date(2025, 9, 12)
    >>> (step,) = revoke_entries("sample_data/2025", ["BGS2025027"], day, by, dry_run=True).steps
    >>> step.after
    {'撤销日期': '2025-09-12', '撤销理由': '与WA-2025-010是同一问题'}
    """
    if not by.reason:
        raise RecordError("撤销（或取消撤销）要写明理由")
    values: dict[str, Value] = {"撤销日期": day, "撤销理由": by.reason if day else None}
    return _fill(Path(folder), Act.REVOKE, numbers, values, by, **how)


def _fill(
    folder: Path,
    act: Act,
    numbers: Sequence[str],
    values: Mapping[str, Value],
    by: By,
    *,
    provider: str = "",
    overwrite: bool = False,
    dry_run: bool = False,
) -> Recorded:
    """Fill cells of rows in, all of them or none; see ``rectify_entries``."""
    for name, value in values.items():
        if isinstance(value, date) and value > by.when.date():
            raise RecordError(f"{name} {value} 还没有到")

    def change(assessment: Assessment) -> Change:
        return filled(assessment, folder, act, numbers, values, provider, overwrite=overwrite)

    return record_change(folder, f"kaohe ledger {act}", change, by, dry_run=dry_run)


# A step as a whole


def record_change(
    folder: Path, doing: str, change: Callable[[Assessment], Change], by: By, *, dry_run: bool
) -> Recorded:
    """Make a change of tables in memory, check the folder as it would be, and write it with its lines of
    the journal; see ``add_entry``."""
    with _held(folder, doing, dry_run=dry_run) as writer:
        found = inspect_folder(folder)
        if found.assessment is None or not found.sound:
            return Recorded(problems=found.problems)
        made = change(found.assessment)
        out = Recorded(
            tuple(made.steps), tuple(in_order(made.problems)), tuple(made.unchanged), made.new_file
        )
        if out.refused or not made.contents:
            return out
        after = inspect_folder(folder, instead=made.contents)
        problems = _new_problems(found.problems, after.problems)
        if after.assessment is not None:
            problems += _lost(found.assessment, after.assessment, made.steps)
            problems += _without_deadline(after.assessment, made.steps)
        out = replace(out, problems=tuple(in_order(problems)))
        if writer is not None and not out.refused:
            _write(writer, folder, found.assessment, made, by)
        return out


@contextmanager
def _held(folder: Path, doing: str, *, dry_run: bool) -> Iterator[Writer | None]:
    if dry_run:
        yield None
        return
    # From reading to writing no other run may change the ledgers.
    with writing(folder, doing) as writer:
        yield writer


def _new_problems(before: Iterable[Problem], after: Iterable[Problem]) -> list[Problem]:
    """The problems that the folder did not have."""
    return list((Counter(after) - Counter(before)).elements())


def _lost(before: Assessment, after: Assessment, steps: Iterable[Step]) -> list[Problem]:
    """Rows that a change made in vain: nothing but the rows that were meant may read otherwise."""
    meant = {fold(step.entry) for step in steps}

    def others(assessment: Assessment) -> Counter[EntryRow]:
        rows = assessment.tables.entries
        return Counter(
            row._replace(sequence=0, row=None) for row in rows if fold(row.entry) not in meant
        )

    changed = (others(before) - others(after)) + (others(after) - others(before))
    return [
        Problem("cell-unwritable", Place(row.file or "", row.sheet), row.entry) for row in changed
    ]


def _without_deadline(assessment: Assessment, steps: Iterable[Step]) -> list[Problem]:
    """A new row that its rule cannot judge without a deadline."""
    added = {(fold(s.entry), s.place.file): s.place for s in steps if s.act is Act.ADD}
    rules = {
        (key, rule.code): rule
        for key, leaf in assessment.scheme.leaves().items() if isinstance(leaf, Ledger)
        for rule in leaf.rules
    }  # fmt: skip
    found = {}
    for row in assessment.tables.entries:
        place = added.get((fold(row.entry), row.file or ""))
        overdue = rules[row.component, row.rule].counts == Counts.OVERDUE
        if place is not None and overdue and row.deadline is None and row.event is None:
            header = assessment.headers.get((place.file, place.sheet))
            letter = header.letters.get("整改期限") if header else None
            at = place._replace(column=letter, header="整改期限" if letter else None)
            found[row.entry] = Problem("gap-deadline", at, unit=row.unit)
    return list(found.values())


def _write(writer: Writer, folder: Path, assessment: Assessment, made: Change, by: By) -> None:
    journal = folder / LEDGER_JOURNAL
    old = journal.read_bytes() if journal.is_file() else b""
    read = assessment.sources()
    known = {folder / file: read[folder / file] for file in made.contents if folder / file in read}
    if old:
        known[journal] = hashlib.sha256(old).hexdigest()
        if not old.endswith(b"\n"):
            old += b"\n"
    lines = "".join(_journal_line(step, by) for step in made.steps)
    contents = {folder / file: content for file, content in made.contents.items()}
    writer.replace({**contents, journal: old + lines.encode()}, known)


def _journal_line(step: Step, by: By) -> str:
    record = {
        "when": by.when.isoformat(timespec="seconds"),
        "who": by.who,
        "what": step.act,
        "entry": step.entry,
        "before": None if step.before is None else _cells(step.before),
        "after": _cells(step.after),
        "reason": by.reason,
        "file": step.place.file,
        "place": step.place.within_file(),
    }
    return json.dumps(record, ensure_ascii=False) + "\n"


def _cells(cells: Mapping[str, str]) -> dict[str, str | None]:
    """The cells of a row; None for one that is empty."""
    return {name: text or None for name, text in cells.items()}
