"""预估.html: a preview as one self-contained page, its pictures as inline SVG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from scoring.inquiry.distance import full_of
from scoring.inquiry.preview import Preview
from scoring.intake.templates import TemplateFile
from scoring.points import format_points
from scoring.publish.sheets.style import GRADE_COLOURS, grade_look
from scoring.publish.svg import number
from scoring.publish.templates.office import OfficeTemplate
from scoring.wording import preview as say
from scoring.wording.official import title_parts
from scoring.wording.scores import amount_text

WIDTH = 760
"""The width of the picture of the grades, in its coordinates."""


@dataclass(frozen=True)
class Bar:
    """An area's bar: ``share`` is its length in percent of the full points."""

    name: str
    text: str
    share: str


@dataclass(frozen=True)
class Stripe:
    """A band of scores in the picture of the grades."""

    grade: str
    text: str
    x: str
    width: str
    centre: str
    colour: str
    dark: bool


@dataclass(frozen=True)
class Scale:
    """The picture of the grades over all scores: stripes, ticks, and the score that is known."""

    name: str
    stripes: tuple[Stripe, ...]
    ticks: tuple[tuple[str, str], ...]
    mark: tuple[str, str] | None


@dataclass(frozen=True)
class Page:
    """What the template is filled with."""

    title: str
    title_parts: tuple[str, ...]
    basis: str
    problems: tuple[str, ...]
    conclusions: tuple[str, ...]
    known: tuple[tuple[str, ...], ...]
    period: str
    scored_by: str
    bars: tuple[Bar, ...]
    scale: Scale | None
    lacks: tuple[str, ...]
    improvements: tuple[tuple[str, ...], ...]
    threats: tuple[tuple[str, ...], ...]
    undecided: tuple[str, ...]


@dataclass(frozen=True)
class PageTags:
    """What the tags of the template may name."""

    page: Page
    size: Mapping[str, int]


TEMPLATE = OfficeTemplate("预估.html.j2", PageTags)


def preview_html(preview: Preview, template: Path | TemplateFile | None = None) -> str:
    """The preview as a page that needs no other file. Raises TemplateFaultError where the template
    has faults."""
    from scoring.publish.templates.text import render_text

    context = {"page": _page(preview), "size": {"width": WIDTH}}
    return render_text(TEMPLATE, template, context)


def _page(preview: Preview) -> Page:
    return Page(
        title=say.title(preview),
        title_parts=title_parts(say.title(preview)),
        basis=say.basis(preview),
        problems=tuple(problem.message() for problem in preview.problems),
        conclusions=tuple(say.conclusions(preview)),
        known=tuple(say.known_rows(preview)),
        period=preview.period,
        scored_by=say.scored_by(preview),
        bars=_bars(preview),
        scale=_scale(preview),
        lacks=tuple(say.lack_text(lack) for lack in preview.lacks),
        improvements=tuple(say.improvement_rows(preview)),
        threats=tuple(say.threat_rows(preview)),
        undecided=tuple(say.undecided_texts(preview)),
    )


def _bars(preview: Preview) -> tuple[Bar, ...]:
    return tuple(
        Bar(area.area, say.area_text(area), number(say.share(area) * 100)) for area in preview.areas
    )


def _scale(preview: Preview) -> Scale | None:
    if not preview.bands:
        return None
    first = next(k for k in preview.known if k.key == preview.scores[0])
    full = full_of(preview.scheme, first.key)
    names = [grade.name for grade in preview.scheme.grades_in(preview.group)]

    def at(points: int) -> Fraction:
        return Fraction(points * WIDTH, full)

    stripes = []
    for band in preview.bands:
        # A stripe reaches to where the next better one begins.
        end = at(band.high if band.high == full else band.high + 100)
        place = names.index(band.grade) if band.grade in names else len(names) - 1
        stripes.append(
            Stripe(
                grade=band.grade or "未定",
                text=say.band_text(band),
                x=number(at(band.low)),
                width=number(end - at(band.low)),
                centre=number((at(band.low) + end) / 2),
                colour=grade_look(GRADE_COLOURS, place, len(names)),
                dark=place in (0, len(names) - 1),
            )
        )
    ticks = tuple((number(at(full * n // 10)), format_points(full * n // 10)) for n in range(11))
    value = first.value
    mark = None
    if value is not None and not preview.open_scores:
        mark = (number(value * WIDTH / 100), amount_text(value, preview.scheme))
    return Scale(say.score_names(preview), tuple(stripes), ticks, mark)
