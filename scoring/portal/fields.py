"""Fields of the portal's forms: text that a workbook can hold, days as browsers send them."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms


def clean_text(text: str) -> str:
    """The text with one kind of line break; raises ValidationError for characters that no cell can hold."""
    text = text.replace("\r\n", "\n").strip()
    if any(unicodedata.category(c) in ("Cs", "Cc") and c not in "\n\t" for c in text):
        raise forms.ValidationError("有不能用的字符。")
    return text


class Text(forms.CharField):
    """One line of text."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 200)
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        return clean_text(super().clean(value))


class Lines(Text):
    """Several lines of text."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 2000)
        super().__init__(**options)


class Day(forms.DateField):
    """A day, chosen in the browser's calendar."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **options)


def faults(form: forms.BaseForm) -> list[str]:
    """What is wrong with a form, each with the field's label: for a page that shows no form again."""
    found = []
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        found += [f"{label}：{error}" if label else str(error) for error in errors]
    return found
