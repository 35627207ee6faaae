"""The program's version; the package takes it from here."""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.1.0"


def version_number() -> str:
    return VERSION


def version_text() -> str:
    return f"kaohe {version_number()}"
