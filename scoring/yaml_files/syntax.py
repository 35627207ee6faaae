"""What is wrong with a text that is no YAML, where, and what to write instead, in plain Chinese."""

from __future__ import annotations

import re

import yaml

from scoring.problems import Place, Problem, clip

_LONGEST = 500
"""Characters of a line that are looked at for what may be wrong: a hint needs no more."""
_WIDE_COLON = re.compile(r"\s*(?:- )?[A-Za-z_][\w-]*(?=\s*：)")


def wide_colon(lines: list[str]) -> tuple[int, int] | None:
    """The line and column of the first key that is followed by a full-width colon."""
    for number, line in enumerate(lines, 1):
        match = _WIDE_COLON.match(line)
        if match:
            return number, line.index("：") + 1
    return None


def wide_colon_problem(at: tuple[int, int], text: str, file: str) -> Problem:
    found = text.splitlines()[at[0] - 1].strip()
    place = Place(file, row=at[0], column=str(at[1]))
    return Problem("yaml-syntax", place, found, fix="冒号请用半角“:”，后面空一格")


def syntax_problem(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    """Where the fault is, which may lie before the place where the reader stumbled."""
    mark = error.problem_mark or error.context_mark
    started = ("while scanning a simple key", "while scanning a quoted", "while parsing a flow")
    if (error.context or "").startswith(started):
        # The line without its colon, or where the quote or bracket opens, not what follows.
        mark = error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = [line_[:_LONGEST] for line_ in text.splitlines()]
    colon = wide_colon(lines[:line])
    if colon is not None and not any(between.strip() for between in lines[colon[0] : line - 1]):
        # The reader took that line for the beginning of the one where it stumbled.
        return wide_colon_problem(colon, text, file)
    open_quote = _open_quote(lines[:line])
    if open_quote is not None:
        line, column = open_quote
    found = lines[line - 1].strip() if line <= len(lines) else ""
    if open_quote is None and (wide := _wide_indent(lines[: line + 1])) is not None:
        line, column = wide, 1
        found = lines[line - 1].strip()
    hint = "引号要成对" if open_quote else _syntax_hint(lines, line if found else 0)
    place = Place(file, row=line, column=str(column))
    return Problem("yaml-syntax", place, found, fix=hint)


def _open_quote(lines: list[str]) -> tuple[int, int] | None:
    """The line and column of the first quote that its line does not close."""
    for number, line in enumerate(lines, 1):
        plain = re.sub(r"(^|\s)#.*", "", line)
        if plain.count('"') % 2:
            return number, plain.index('"') + 1
    return None


def _wide_indent(lines: list[str]) -> int | None:
    """The last line that is indented by full-width spaces."""
    found = [i for i, line in enumerate(lines, 1) if re.match(r"[ ]*[\u3000\xa0]+\S", line)]
    return found[-1] if found else None


_TOO_NEAR = re.compile(r"^\s*(- )?\s*\{?\w+:[^\s]")
_NEEDS_QUOTES = re.compile(r":\s+[\[{*&!@%`|>].*[^\]}]\s*$|:\s+[@%`*&!]")
_NO_COLON = re.compile(r"\s*(- )?([A-Za-z_]+)(?:\s+([^:]+))?")
_NO_SPACE = re.compile(r"\s*-(\w.*)")


def _syntax_hint(lines: list[str], number: int) -> str:
    """What to write instead of line ``number`` (from 1; 0: not known)."""
    line = lines[number - 1] if number else ""
    plain = re.sub(r"(^|\s)#.*", "", line).rstrip()
    if re.match(r"[ ]*[\u3000\xa0]", line):
        return "缩进请用半角空格，不要用全角空格"
    if "\t" in line:
        indent = line[: len(line) - len(line.lstrip())]
        return "缩进请用空格，不要用制表符" if "\t" in indent else "把制表符（Tab）改为空格，或删去"
    if line.startswith("%"):
        return "删去以“%”开头的这一行"
    if any(before.strip() == "..." for before in lines[: max(number - 1, 0)]):
        return "删去上面只写“...”的一行"
    if plain.lstrip().startswith(":"):
        return "“:”前面写名称"
    if match := _NO_SPACE.fullmatch(plain):
        return f"“-”后面空一格：“- {clip(match[1])}”"
    if _TOO_NEAR.match(line):
        return "冒号“:”后面空一格"
    if "，" in line and re.search(r"[\[{]", line):
        return "逗号请用半角“,”，后面空一格"
    if re.search(r"^[^:\"]*：", line):
        return "冒号请用半角“:”，后面空一格"
    if match := _NO_COLON.fullmatch(plain):
        content = f" {clip(match[3])}" if match[3] else ""
        return f"写成“{match[1] or ''}{match[2]}:{content}”（名称后面写冒号）"
    if line.count(": ") > 1 and "{" not in line:
        return "内容中有冒号的，整个内容加双引号"
    if re.search(r"[\[{]", line) and line.count("[") + line.count("{") != line.count(
        "]"
    ) + line.count("}"):
        return "括号要成对"
    if _NEEDS_QUOTES.search(line):
        return "内容以符号开头的，整个内容加双引号"
    return _indent_hint(lines, number) or (
        "检查该处及上一行的缩进（用空格，同一层对齐）、冒号、引号和括号"
    )


def _indent_hint(lines: list[str], number: int) -> str:
    """The indents that the line may have, where it has none of them."""
    if not number:
        return ""
    own = _indent(lines[number - 1])
    open_: list[int] = []
    for line in lines[: number - 1]:
        if not line.strip() or line.strip().startswith("#"):
            continue
        here = [_indent(line)]
        if line.lstrip().startswith("- "):
            here.append(here[0] + 2)
        open_ = [indent for indent in open_ if indent < here[0]] + here
    if own in open_ or not open_:
        return ""
    near = min(open_, key=lambda indent: (abs(indent - own), -indent))
    return f"缩进改为{near}个空格，与同一层的各行对齐（现为{own}个）"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
