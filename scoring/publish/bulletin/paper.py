"""A bulletin as it goes into its Word template: what all kinds share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from scoring.intake.assessment import Assessment
from scoring.intake.settings import Fonts
from scoring.publish.word.tables import AnnexTable
from scoring.wording.numbers import PROVISIONAL, day
from scoring.wording.official import FILL, SPACE, numeral, official, title_lines


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the text under a heading of the first level, 一、, with its tables."""

    heading: str
    paragraphs: tuple[str, ...]
    tables: tuple[AnnexTable, ...] = ()


@dataclass(frozen=True)
class Paper:
    """A bulletin, element by element. ``annex`` is the tables of an annex under ``annex_title``, with
    ``notes``; without tables there is none. ``mark`` stands on every page of a provisional one."""

    title: str
    letterhead: str
    number: str
    recipients: str
    opening: tuple[str, ...]
    parts: tuple[Part, ...]
    annex_title: str
    attachment_note: str
    annex: tuple[AnnexTable, ...]
    notes: tuple[str, ...]
    issuer: str
    date: str  # 成文日期
    copies: str
    printed_by: str
    printed_on: str
    mark: str
    fonts: Fonts = field(default_factory=Fonts)


def numbered(*parts: Part | None) -> tuple[Part, ...]:
    """The parts that are there, their headings numbered."""
    there = [part for part in parts if part is not None]
    return tuple(
        Part(f"{numeral(at)}、{p.heading}", tuple(map(official, p.paragraphs)), p.tables)
        for at, p in enumerate(there, 1)
    )


def make_paper(
    assessment: Assessment,
    title: str,
    on: date,
    opening: Iterable[str],
    parts: tuple[Part, ...],
    *,
    provisional: bool = False,
    annex: tuple[str, tuple[AnnexTable, ...], tuple[str, ...]] = ("", (), ()),
) -> Paper:
    """A bulletin of the office of ``assessment``, dated ``on``. What its settings do not give stands as
    a visible blank; the number is left to be filled in, as the circular's is of another paper."""
    given, scheme = assessment.settings.circular, assessment.scheme
    issuer = given.issuer or FILL
    copies = scheme.copies if given.copies is None else given.copies
    series = re.match(r"[^〔\[（(【0-9]*", given.number or "××")
    full = title + (f"（{PROVISIONAL}稿）" if provisional else "")
    return Paper(
        title="\n".join(title_lines(full, issuer if full.startswith(issuer) else "")),
        letterhead=given.letterhead or f"{issuer}文件",
        number=f"{series[0] if series else '××'}〔{on.year}〕{SPACE * 2}号",
        recipients=official("，".join(given.recipients) or FILL).rstrip("：") + "：",
        opening=tuple(map(official, opening)),
        parts=parts,
        annex_title="\n".join(title_lines(annex[0])),
        attachment_note=annex[0],
        annex=annex[1],
        notes=tuple(f"{'　　' if at else '注：'}{n}" for at, n in enumerate(annex[2])),
        issuer=issuer,
        date=day(on),
        copies="，".join(official(name) for name in copies),
        printed_by=given.printed_by or issuer,
        printed_on=day(on),
        mark=f"{PROVISIONAL}稿，不得印发" if provisional else "",
        fonts=given.fonts,
    )
