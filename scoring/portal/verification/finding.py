"""Findings read from a page, and written into the forms by the library, as ``kaohe verification merge`` does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django import forms

import scoring
from scoring.portal import clock
from scoring.portal.assessments.folder import LogText
from scoring.portal.assessments.models import Assessment
from scoring.portal.fields import clean_text
from scoring.portal.log.chain import By, Facts
from scoring.portal.steps import RefusedError, run
from scoring.portal.verification.models import Opinion

NOTE: Final = "核查说明"
MADE: Final = "made"
LONGEST: Final = 1000
_UNVERIFIED: Final = "未核查"
NOBODY: Final = "未指定责任单位"
"""Stands for a verifier where neither the form nor the scheme names one: the office verifies those items."""


@dataclass(frozen=True)
class Typed:
    """What was typed for one item, by column, and what it said when the page was made."""

    item: scoring.ItemToVerify
    cells: Mapping[str, str]
    made: str


@dataclass
class NotKeptError(Exception):
    """Nothing was kept: what is wrong, by item (``key``) and in general, in Chinese."""

    by_item: dict[str, list[str]] = field(default_factory=dict)
    general: list[str] = field(default_factory=list)


def items_of(read: scoring.Assessment, period: str, verifier: str) -> list[scoring.ItemToVerify]:
    """The items of a period that fall to a verifier; to NOBODY those without one."""
    if verifier == NOBODY:
        return [item for item in scoring.items_to_verify(read, period) if not item.verifiers]
    return scoring.items_to_verify(read, period, verifier)


def verifiers_of(read: scoring.Assessment, periods: Iterable[str]) -> list[str]:
    """Whoever verifies in a year, NOBODY last where an item of one of the periods falls to nobody."""
    orphans = any(items_of(read, period, NOBODY) for period in periods)
    return [*scoring.parties(read).verifiers, *([NOBODY] if orphans else [])]


def key(item: scoring.ItemToVerify) -> str:
    """What an item's fields are called by in a page."""
    return f"{item.component}|{item.unit}|{item.code}"


def read(items: Iterable[scoring.ItemToVerify], fields: Mapping[str, str]) -> list[Typed]:
    """What a page sent, item by item; items that it does not speak of are left out. Raises
    NotKeptError for a text that cannot be kept."""
    found, wrong = [], NotKeptError()
    for item in items:
        at = key(item)
        if f"{at}|{MADE}" not in fields:
            continue
        cells = {}
        for name in (*item.columns, NOTE):
            text = fields.get(f"{at}|{name}", "")
            try:
                cells[name] = clean_text(text)
            except forms.ValidationError as error:
                wrong.by_item.setdefault(at, []).append(f"{name}{error.messages[0]}")
            if len(text) > LONGEST:
                wrong.by_item.setdefault(at, []).append(f"{name}最多{LONGEST}字。")
        found.append(Typed(item, cells, fields[f"{at}|{MADE}"]))
    if wrong.by_item:
        raise wrong
    return found


def touched(typed: Typed) -> bool:
    """Whether the page says something else of the item than when it was made."""
    note = " ".join(typed.cells[NOTE].split())
    return "；".join(filter(None, (_result(typed), note))) != typed.made


def _result(typed: Typed) -> str:
    """What was typed, as the 核查表 says a finding in a word: 9.5, 45/50, 不适用, 未核查."""
    *counted, score = typed.item.columns
    given = [typed.cells[name] for name in counted]
    said = "/".join(given) if any(given) else ""
    if typed.cells[score] and (counted or not said):
        said = f"{typed.cells[score]} {said}".strip()
    return said or _UNVERIFIED


def keep(assessment: Assessment, by: By, verifier: str, period: str, said: Sequence[Typed]) -> int:
    """Write what was typed into the forms, all of it or nothing; gives how many items changed. Raises
    NotKeptError."""
    findings = [
        scoring.ItemFinding(
            one.item.component, one.item.unit, period, one.item.code, one.cells, one.made,
            "" if verifier == NOBODY else verifier,
        )
        for one in said
    ]  # fmt: skip

    def step(folder: Path) -> scoring.Merge:
        merge = scoring.verify_items(folder, findings)
        if merge.refused:
            raise _not_kept(merge, said)
        return merge

    def log_text(merge: scoring.Merge) -> LogText:
        at = [
            (f"{c.item.unit} {c.item.leaf.code} {c.column}", c)
            for c, _ in merge.changes if not c.aside
        ]  # fmt: skip
        before: Facts = {name: c.old for name, c in at}
        after: Facts = {name: c.new for name, c in at}
        return LogText("核查", f"{verifier} {period}", before, after)

    changed: set[str] = set()

    def also(merge: scoring.Merge) -> None:
        changed.clear()
        changed.update(
            f"{c.item.component}|{c.item.unit}|{c.item.leaf.code}" for c, _ in merge.changes
        )
        for one in (one for one in said if key(one.item) in changed):
            _remember(assessment, by, verifier, period, one)

    try:
        run(assessment, by, step, log_text, also=also)
    except RefusedError as error:
        raise NotKeptError(general=list(error.said)) from None
    return len(changed)


def _not_kept(merge: scoring.Merge, said: Sequence[Typed]) -> NotKeptError:
    by_item = {
        key(said[number].item): [problem.message() for problem in some]
        for number, some in merge.by_finding.items()
    }
    known = {problem for some in merge.by_finding.values() for problem in some}
    rest = [problem.message() for problem in merge.problems if problem not in known]
    return NotKeptError(by_item, rest)


def _remember(assessment: Assessment, by: By, verifier: str, period: str, one: Typed) -> None:
    text = "；".join(filter(None, (_result(one), one.cells[NOTE])))
    Opinion.objects.update_or_create(
        assessment=assessment, component=one.item.component, unit=one.item.unit, period=period,
        indicator=one.item.code, verifier=verifier,
        defaults={"text": text, "said_at": clock.now(), "said_by": by.who},
    )  # fmt: skip
