"""通报.html: the circular as one self-contained page, from ``templates/通报.html.j2``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from scoring.intake.settings import Fonts
from scoring.intake.templates import TemplateFile
from scoring.publish.circular.content import Circular
from scoring.publish.templates.office import OfficeTemplate
from scoring.wording.official import title_parts


@dataclass(frozen=True)
class PageTags:
    """What the tags of the template may name; ``…_parts``: by line of a title the phrases between which a
    narrow screen may break it."""

    circular: Circular
    fonts: Fonts
    title_parts: tuple[tuple[str, ...], ...]
    annex_title_parts: tuple[tuple[str, ...], ...]


TEMPLATE = OfficeTemplate(
    "通报.html.j2", PageTags, ("circular.sections", "circular.annex"), "写出考核结果"
)


def render_html(circular: Circular, template: Path | TemplateFile | None = None) -> str:
    """The circular as a page that needs no other file: to read on a screen or a phone, to print.
    Raises TemplateFaultError where the template has faults."""
    from markupsafe import Markup

    from scoring.publish.templates.text import render_text

    # Within <style> nothing is escaped: a font's name keeps only what a name may hold.
    fonts = {
        role: Markup('"{}"').format(re.sub(r"[^\w \-]", "", name))
        for role, name in circular.fonts.model_dump().items()
    }
    parts = {
        "title_parts": tuple(map(title_parts, circular.title_lines)),
        "annex_title_parts": tuple(map(title_parts, circular.annex.title_lines)),
    }
    return render_text(TEMPLATE, template, {"circular": circular, "fonts": fonts, **parts})
