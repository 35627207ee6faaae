"""What a user may give on the command line, checked with Chinese messages."""

from __future__ import annotations

import os
import re
import stat
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from scoring.refusals import why

if TYPE_CHECKING:
    from scoring.monitoring import WindowKind

    _PathType = click.ParamType[Path]
    _DateType = click.ParamType[date]
    _CellType = click.ParamType[date | str]
    _IntType = click.ParamType[int]
    _TextType = click.ParamType[str]
    _PeriodType = click.ParamType[WindowKind]
else:
    # click can be subscripted from 8.4 on only; nothing else here needs a version so new.
    _PathType = _DateType = _CellType = _IntType = _TextType = _PeriodType = click.ParamType


class _Fault(click.BadParameter):
    """A parameter that does not fit; the message stands alone."""

    def format_message(self) -> str:
        return self.message


Kind = Literal["folder", "file", ""]


def kind_of(path: Path, given: str, param: Any = None, ctx: Any = None) -> Kind:
    """What ``path`` is; empty where there is nothing. Where the system does not say (no rights, a
    name that is too long), that is wrong usage."""
    try:
        mode = os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        raise _Fault(f"打不开 {given}：{why(error)}", ctx, param) from None
    return "folder" if stat.S_ISDIR(mode) else "file"


class FolderType(_PathType):
    """An assessment folder that exists."""

    name = "folder"

    def convert(self, value: Any, param: Any, ctx: Any) -> Path:
        path = Path(value)
        kind = kind_of(path, value, param, ctx)
        if not kind:
            raise _Fault(f"找不到文件夹：{value}", ctx, param)
        if kind != "folder":
            raise _Fault(f"应是考核文件夹，而不是文件：{value}", ctx, param)
        return path


class FormType(_PathType):
    """A file of a form that exists."""

    name = "form"

    def convert(self, value: Any, param: Any, ctx: Any) -> Path:
        from scoring.intake.grids import SUFFIXES

        path = Path(value)
        kind = kind_of(path, value, param, ctx)
        if kind != "file":
            what = "应是一份考核表，而不是文件夹" if kind else "找不到文件"
            raise _Fault(f"{what}：{value}", ctx, param)
        if path.suffix.lower() not in SUFFIXES:
            raise _Fault(f"考核表应是{'、'.join(SUFFIXES)}文件：{value}", ctx, param)
        return path


class DayType(_DateType):
    """A day as YYYY-MM-DD."""

    name = "day"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        if isinstance(value, date):
            return value
        from scoring.intake.cells import CellError, read_date

        try:
            day = read_date(str(value))
        except CellError:
            day = None
        if day is None:
            raise _Fault(f"日期应写成 2024-12-31 的样子：{value}", ctx, param)
        return day


class CellDayType(_CellType):
    """A day for a cell of a table. What is none stays as it was written: the check of the row names it,
    with whatever else is wrong there."""

    name = "day"

    def convert(self, value: Any, param: Any, ctx: Any) -> date | str:
        try:
            return DayType().convert(value, param, ctx)
        except _Fault:
            return str(value)


class YearType(_IntType):
    """An assessment's year, as 2024."""

    name = "year"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        text = str(value).removesuffix("年度").removesuffix("年")
        if not (text.isascii() and text.isdigit() and len(text) == 4):
            raise _Fault(f"年度应写成 2024 的样子：{value}", ctx, param)
        return int(text)


class PeriodType(_PeriodType):
    """How long a bulletin's window is, as an English or a Chinese word."""

    name = "period"

    def convert(self, value: Any, param: Any, ctx: Any) -> WindowKind:
        from scoring.monitoring import WindowKind
        from scoring.wording.bulletin import PERIODS

        said = str(value).strip()
        for kind in WindowKind:
            if said in (kind, PERIODS[kind]):
                return kind
        known = "、".join(f"{kind}（{PERIODS[kind]}）" for kind in WindowKind)
        raise _Fault(f"--period 后面可写{known}：{value}", ctx, param)


class ChoiceType(_TextType):
    """One of some words."""

    name = "choice"

    def __init__(self, *known: str) -> None:
        self.known = known

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        if value not in self.known:
            name = param.opts[-1] if param is not None else ""
            raise _Fault(f"{name} 后面可写{'、'.join(self.known)}：{value}", ctx, param)
        return str(value)


class WholeType(_IntType):
    """A whole number within bounds, both of them included."""

    name = "whole"

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        text = str(value)
        digits = text.isascii() and text.isdigit() and len(text) <= len(str(self.most))
        if not digits or not self.least <= int(text) <= self.most:
            name = param.opts[-1] if param is not None else ""
            raise _Fault(f"{name} 应是{self.least}到{self.most}的整数：{value}", ctx, param)
        return int(text)


class ShareType(_IntType):
    """A share from 0 to 1, in millionths."""

    name = "share"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        text = str(value)
        if not re.fullmatch(r"0?\.[0-9]{1,6}|[01](\.0{1,6})?", text, re.ASCII):
            name = param.opts[-1] if param is not None else ""
            raise _Fault(f"{name} 应是0到1的小数，如 0.05：{value}", ctx, param)
        whole, _, part = text.partition(".")
        return int(whole or "0") * 1_000_000 + int(part.ljust(6, "0"))


class PlaceType(_PathType):
    """Where something is to be written or read: any path, there or not."""

    name = "place"

    def convert(self, value: Any, param: Any, ctx: Any) -> Path:
        if not str(value).strip():
            raise _Fault("没有写明文件或文件夹（写的是空白）", ctx, param)
        return Path(value)
