"""Rows entered, verified and revoked; rectifications reported, confirmed and refused.

What stands in the ledger is written by the library's own steps, as ``kaohe ledger`` does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Final

from django.db import IntegrityError, transaction

import scoring
from scoring.portal import clock
from scoring.portal.assessments.folder import FrozenError, LogText, beside, save, sha_of
from scoring.portal.assessments.models import Assessment
from scoring.portal.assessments.state import load
from scoring.portal.evidence.attachments import FOLDER
from scoring.portal.ledger.models import Decision, Proof, Report
from scoring.portal.log.chain import By, Facts, write
from scoring.portal.steps import FROZEN, MOVED, RefusedError, journal, run

Value = str | Decimal | date | None
"""What a cell can hold."""

SIMILAR: Final = "entry-similar"
_ATTEMPTS: Final = 5


class SimilarError(Exception):
    """A new row speaks of what another one may speak of already; ``said`` names that one."""

    def __init__(self, said: Sequence[str]) -> None:
        super().__init__("；".join(said))
        self.said = tuple(said)


@dataclass(frozen=True)
class Upload:
    """A file that came in: its checked name and its content."""

    name: str
    content: bytes


def _log_text(what: str, reason: str = "") -> Callable[[scoring.Recorded], LogText]:
    """What the log says of a step."""

    def log_text(made: scoring.Recorded) -> LogText:
        before: Facts = {s.entry: dict(s.before) for s in made.steps if s.before is not None}
        after: Facts = {s.entry: dict(s.after) for s in made.steps}
        about = "、".join(step.entry for step in made.steps)
        return LogText(what, about, before or None, after, reason)

    return log_text


def add(
    assessment: Assessment,
    by: By,
    values: Mapping[str, Value],
    provider: str,
    *,
    similar_is_fine: bool,
) -> str:
    """Enter a row into the provider's ledger; gives its 台账编号. Raises RefusedError with what
    ``kaohe check`` would say of the row, and SimilarError where it may be another row's problem and that
    is not said to be fine."""

    def step(folder: Path) -> scoring.Recorded:
        made = scoring.add_entry(folder, values, journal(by), provider=provider)
        alike = [_other_row(assessment, p) for p in made.problems if p.kind == SIMILAR]
        if alike and not made.refused and not similar_is_fine:
            raise SimilarError(alike)
        return made

    made = run(assessment, by, step, _log_text("登记台账"))
    return made.steps[0].entry


def _other_row(assessment: Assessment, alike: scoring.Problem) -> str:
    """The row that a new one may repeat: the problem names its cell, a page its number and what it says."""
    for row in load(assessment).assessment.tables.entries:
        at = alike.place._replace(
            file=row.file or "", sheet=row.sheet, row=row.row, column=None, header=None
        )
        if str(at) == alike.expected:
            said = f"{row.entry} {row.unit}，{row.found}发现：{row.description}"
            return f"{said}（{row.provider}）" if row.provider else said
    return alike.message()


def verify(assessment: Assessment, by: By, row: scoring.RowState, result: str, reason: str) -> bool:
    """Put down whether a row is true (属实, 不属实, 待核实); False where it said so already."""

    def step(folder: Path) -> scoring.Recorded:
        return scoring.verify_entries(
            folder, [row.entry], result, journal(by, reason), overwrite=True
        )

    made = run(assessment, by, step, _log_text("核实台账", reason))
    return bool(made.steps)


def revoke(
    assessment: Assessment, by: By, row: scoring.RowState, reason: str, *, back: bool = False
) -> None:
    """Revoke a row today, with a reason; ``back``: take a revocation back."""

    def step(folder: Path) -> scoring.Recorded:
        day = None if back else clock.today()
        return scoring.revoke_entries(folder, [row.entry], day, journal(by, reason), overwrite=back)

    what = "取消撤销台账" if back else "撤销台账"
    run(assessment, by, step, _log_text(what, reason))


# Rectification


def report(
    assessment: Assessment,
    by: By,
    row: scoring.RowState,
    day: date,
    note: str,
    files: Sequence[Upload],
) -> Report:
    """Put down that a unit rectified a row, with its files, which go into the folder. Raises
    RefusedError."""
    if day > clock.today():
        raise RefusedError("整改完成日期还没有到。")
    if day < row.found:
        raise RefusedError(f"整改完成日期早于发现日期{row.found}。")
    if row.rectified is not None:
        raise RefusedError("台账中已有整改完成日期。")
    if row.days_left is None:
        raise RefusedError("这一条不需要上报整改。")
    for _ in range(_ATTEMPTS):
        place = _place_of(row)
        before = beside(assessment, place)
        placed = _placed(before, place, files)
        made: list[Report] = []

        def also(placed: Mapping[str, Upload] = placed, made: list[Report] = made) -> None:
            made.append(_keep(assessment, by, row, day, note, placed))

        about = f"{row.unit} {row.entry}"
        log_text = LogText("存入整改材料", about, after={"文件": list(placed)})
        contents: dict[str, bytes | None] = {way: file.content for way, file in placed.items()}
        try:
            if save(assessment, by, before, contents, log_text, also=also):
                return made[0]
        except FrozenError:
            raise RefusedError(FROZEN) from None
        except IntegrityError:
            raise RefusedError("这一条已经上报过，正在等待确认。") from None
    raise RefusedError(MOVED)


def _place_of(row: scoring.RowState) -> str:
    """Where the files of its reports lie: below 证明材料 of the unit."""
    unit, entry = (part.replace("/", "∕").replace("\\", "∕") for part in (row.unit, row.entry))
    return f"{FOLDER}/{unit}/整改/台账{entry}"


def _placed(taken: Mapping[str, str], place: str, files: Sequence[Upload]) -> dict[str, Upload]:
    """Where each file goes in the folder ``place``, under names that begin with no indicator's number."""
    found: dict[str, Upload] = {}
    for file in files:
        path = PurePosixPath(file.name)
        for number in range(1, 1000):
            more = "" if number == 1 else f"（{number}）"
            way = f"{place}/整改-{path.stem}{more}{path.suffix}"
            if way not in taken and way not in found:
                found[way] = file
                break
    return found


def _keep(
    assessment: Assessment,
    by: By,
    row: scoring.RowState,
    day: date,
    note: str,
    placed: Mapping[str, Upload],
) -> Report:
    kept = Report.objects.create(
        assessment=assessment, component=row.component, entry=row.entry, unit=row.unit,
        provider=row.provider, day=day, note=note, reported_at=clock.now(), reported_by=by.who,
    )  # fmt: skip
    Proof.objects.bulk_create(
        Proof(report=kept, path=way, name=file.name, size=len(file.content), sha256=sha_of(file.content))
        for way, file in placed.items()
    )  # fmt: skip
    after: Facts = {"整改完成日期": day.isoformat(), "说明": note, "材料": list(placed)}
    write(by, "上报整改", about=f"{row.unit} {row.entry}", year=assessment.year, after=after)
    return kept


def confirm(assessment: Assessment, by: By, found: Report) -> None:
    """Confirm a report: 整改完成日期 is written into the ledger. Raises RefusedError."""

    def step(folder: Path) -> scoring.Recorded:
        return scoring.rectify_entries(folder, [found.entry], found.day, journal(by))

    def also(made: scoring.Recorded) -> None:
        _decide(found, by, Decision.CONFIRMED, "")
        if not made.steps:
            # The ledger said it already: no file changes, and the log says so here.
            write(by, "确认整改", about=_about(found), year=assessment.year)

    run(assessment, by, step, _log_text("确认整改"), also=also)


@transaction.atomic
def refuse(assessment: Assessment, by: By, found: Report, reason: str) -> None:
    """Refuse a report, with the reason; the unit may report again. Raises RefusedError."""
    if Assessment.objects.select_for_update().get(pk=assessment.pk).frozen:
        raise RefusedError(FROZEN)
    _decide(found, by, Decision.REFUSED, reason)
    write(by, "整改未通过", about=_about(found), year=assessment.year, reason=reason)


def _about(found: Report) -> str:
    return f"{found.unit} {found.entry}"


def _decide(found: Report, by: By, decision: Decision, reason: str) -> None:
    held = Report.objects.select_for_update().get(pk=found.pk)
    if held.decision != Decision.OPEN:
        raise RefusedError("这份整改情况已经处理过了。")
    held.decision, held.reason = decision, reason
    held.decided_at, held.decided_by = clock.now(), by.who
    held.save()
