"""Filters of templates: a cell of a mapping, a file's size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(mapping: Mapping[str, Any], key: str) -> Any:
    """What stands in ``mapping`` under ``key``; blank where nothing does."""
    return mapping.get(key, "")


@register.filter
def size(count: int) -> str:
    """A number of bytes as an office reads it.

    >>> size(900), size(2_500_000)
    ('1 KB', '2.4 MB')
    """
    return (
        f"{max(1, round(count / 1024))} KB" if count < 1024 * 1024 else f"{count / 1024**2:.1f} MB"
    )
