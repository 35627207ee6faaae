"""通报.html: the circular as one self-contained page, from ``templates/通报.html.j2``."""

from __future__ import annotations

import re
from pathlib import Path

from scoring.publish.circular import Circular
from scoring.resources import resource

TEMPLATE = "通报.html.j2"


def render_html(circular: Circular, template: Path | None = None) -> str:
    """The circular as a page that needs no other file: to read on a screen or a phone, to print."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    source = (template or resource("templates") / TEMPLATE).read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    # Within <style> nothing is escaped: a font's name keeps only what a name may hold.
    fonts = {
        role: Markup('"{}"').format(re.sub(r"[^\w \-]", "", name))
        for role, name in circular.fonts.model_dump().items()
    }
    return environment.from_string(source).render(circular=circular, fonts=fonts)
