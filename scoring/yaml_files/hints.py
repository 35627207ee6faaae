"""How what was written in a YAML file is shown, and how it should have been written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from scoring.problems import nearest
from scoring.yaml_files.shapes import at
from scoring.yaml_files.source import Path_
from scoring.yaml_files.vocabulary import Vocabulary

_WITH_UNIT = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*([%％]|[\u4e00-\u9fff]{1,4})")
_COMMA_NUMBER = re.compile(r"(\d+)[,，](\d+)")
_SPAN = re.compile(r"(\d+(?:\.\d+)?)(?:分)?\s*[-—–~～至到]+\s*(\d+(?:\.\d+)?)(?:分)?")
_HALF_WIDTH = {ord("０") + i: ord("0") + i for i in range(10)} | {ord("．"): ord(".")}
LIKE = 0.65
"""How much of a word must agree with a known one for a slip of the pen."""


def one_of(words: str, found: str, vocabulary: Vocabulary) -> str:
    known = [word.strip().strip("'") for word in words.split(",")]
    meant = next(
        (w for said, w in vocabulary.chinese_words.items() if said in found and w in known), None
    )
    if found == "0" and "zero" in known:
        meant = "zero"
    if meant is not None:
        return f"{'、'.join(known)}之一，“{found}”写作“{meant}”"
    near = nearest(found, known, least=LIKE) if found else ()
    return "、".join(known) + (f"，最相近的是“{near[0]}”" if near else "")


def number_hint(found: str) -> str:
    """How a number that was written as a document writes it should be written here."""
    if match := _SPAN.fullmatch(found):
        return f"一个数；一个范围写 {{from: {match[1]}, to: {match[2]}}}"
    if match := _COMMA_NUMBER.fullmatch(found):
        return f"十进制数，小数点用“.”，如 {match[1]}.{match[2]}"
    plain = found.translate(_HALF_WIDTH)
    if match := _WITH_UNIT.fullmatch(plain):
        return f"十进制数“{match[1]}”（不写“{match[2]}”）"
    if plain != found:
        return f"十进制数，用半角数字“{plain}”"
    return ""


def written_out(path: Path_, found: str, vocabulary: Vocabulary) -> str:
    """A part of which only the number was given, written out."""
    form = vocabulary.short_forms.get(str(path[-1])) if path else None
    number = re.match(r"\d+(?:\.\d+)?", found)
    if form is None or number is None:
        return ""
    return form.format(number[0])


def range_hint(value: Any) -> str:
    """A range that was written as a list where a number is expected."""
    is_pair = isinstance(value, list) and len(value) == 2
    return f"一个数；一个范围写 {{from: {value[0]}, to: {value[1]}}}" if is_pair else ""


def flow(value: Any) -> str:
    """A list or a mapping as it may be written on one line; nothing for a plain value."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {flow(v) or _plain(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(v) or _plain(v) for v in value) + "]"
    return ""


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def look(data: Any, path: Path_) -> str:
    """A plain value as it was written; nothing for lists and mappings."""
    value = at(data, path)
    return "" if isinstance(value, dict | list) else _plain(value)
