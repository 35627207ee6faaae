"""What every part of a scheme is made of: exact points and weights, due dates, groups.

Points are exact integers of ten-thousandths (``scoring.points``); weights are ten-thousandths of
a percent. No binary float is ever accepted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic.json_schema import WithJsonSchema

from scoring.enums import Method
from scoring.points import MAX_POINTS, PointsError, format_points, parse_points
from scoring.problems import nearest
from scoring.yaml_files.source import Fault, Path_

__all__ = [
    "Code", "DiffersByGroupError", "Due", "DueDate", "Fault", "NotNegative", "Part", "Path_", "Points",
    "Positive", "Rounding", "Share", "Text", "Times", "Weight", "duplicates", "group_faults", "in_group", "plain",
]  # fmt: skip


def _points(value: Any) -> int:
    if isinstance(value, bool | float) or not isinstance(value, str | int | Decimal):
        raise ValueError("十进制数，如 1.5")
    try:
        return parse_points(value)
    except PointsError as error:
        what = "最多4位小数的数" if error.reason == "number-decimals" else "十进制数，如 1.5"
        raise ValueError(what) from None


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


_DECIMALS = r"(\.[0-9]{1,4}0*)?"
_SIGNED = rf"^[+-]?[0-9]+{_DECIMALS}$"
_NOT_NEGATIVE = rf"^[+]?[0-9]+{_DECIMALS}$"
_POSITIVE = rf"^[+]?(?=[0.]*[1-9])[0-9]+{_DECIMALS}$"
_PERCENT = rf"^[+]?(?=[0.]*[1-9])(0*[0-9]{{1,2}}{_DECIMALS}|0*100(\.0+)?)$"
_NOT_ONE = rf"^(?![+]?0*1(\.0+)?$)[+]?[0-9]+{_DECIMALS}$"


def _number_schema(pattern: str, description: str, **bounds: Any) -> dict[str, object]:
    """The JSON schema of an exact number: as a number within ``bounds`` or as text of ``pattern``; or
    such numbers by the year or day from which they hold (scheme/years.py). That a number has at
    most four decimals is in the pattern only: editors compute with binary fractions."""
    plain = {
        "anyOf": [
            {"type": "number", "maximum": MAX_POINTS, **bounds},
            {"type": "string", "pattern": pattern},
        ]
    }
    dated = {
        "type": "object",
        "patternProperties": {r"^[0-9]{4}(-[0-9]{2}-[0-9]{2})?$": plain},
        "additionalProperties": False,
        "minProperties": 1,
    }
    return {"anyOf": [*plain["anyOf"], dated], "description": description}


def _exact(pattern: str, description: str, **bounds: Any) -> Any:
    """What a field of exact numbers is annotated with. The model takes any number; that one is out of
    bounds is said by the ``faults`` of the part it stands in, with the reason."""
    return (
        BeforeValidator(_points),
        PlainSerializer(format_points, return_type=str),
        WithJsonSchema(_number_schema(pattern, description, **bounds)),
    )


Points = Annotated[int, *_exact(_SIGNED, "分，最多4位小数", minimum=-MAX_POINTS)]
"""A number of points, as ten-thousandths of a point."""

Positive = Annotated[int, *_exact(_POSITIVE, "分，大于0，最多4位小数", exclusiveMinimum=0)]
"""A number of points greater than 0, as ten-thousandths of a point."""

NotNegative = Annotated[int, *_exact(_NOT_NEGATIVE, "分，0以上，最多4位小数", minimum=0)]
"""A number of points that is 0 or more, as ten-thousandths of a point."""

Times = Annotated[
    int, *_exact(_NOT_ONE, "倍数，0以上、不等于1，最多4位小数", minimum=0, **{"not": {"const": 1}})
]
"""How many times as much, as ten-thousandths."""

Share = Annotated[int, *_exact(_POSITIVE, "百分之几，大于0", exclusiveMinimum=0)]
"""As a weight; below a level that is capped it may be more than 100."""

Weight = Annotated[
    int, *_exact(_PERCENT, "百分之几，大于0，不大于100", exclusiveMinimum=0, maximum=100)
]
"""A weight in percent, as ten-thousandths of a percent."""

Code = Annotated[
    str,
    BeforeValidator(_text),
    Field(min_length=1),
    WithJsonSchema({"type": ["string", "number"], "minLength": 1}),
]
Text = Annotated[str, BeforeValidator(_text), Field(min_length=1)]


class Part(BaseModel):
    """A part of a scheme: unknown keys are refused, nothing changes after reading. What reads a part is
    built when it is first needed: a scheme's parts are built once, with the scheme."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


T = TypeVar("T")


def in_group(value: T | Mapping[str, T], group: str) -> T:
    """A value that may differ by group, for one of them."""
    return value[group] if isinstance(value, Mapping) else value


class DiffersByGroupError(ValueError):
    """A value that differs by group was asked of a scheme that is not seen from one of them."""


def plain(value: T | Mapping[str, T]) -> T:
    """A value that may be given by group, in a scheme as it is seen from one group
    (``Scheme.seen_from``), or where all groups have the same."""
    if isinstance(value, Mapping):
        raise DiffersByGroupError("、".join(value))
    return value


def group_faults(value: object, groups: Iterable[str], path: Path_) -> Iterator[Fault]:
    """A value given by group must be given for each of the scheme's groups and no other."""
    if not isinstance(value, Mapping):
        return
    wanted = list(groups)
    lacking = [name for name in wanted if name not in value]
    for name in value:
        if name in wanted:
            continue
        near = nearest(name, lacking)
        if near:
            lacking.remove(near[0])
        meant = f"“{near[0]}”" if near else f"办法中的类别（{'、'.join(wanted)}）"
        yield Fault(
            (*path, name),
            meant,
            found=name,
            clash=f"写了“{name}”，办法的 groups 中只有{'、'.join(wanted)}",
            fix=f"改为 groups 中的类别（{'、'.join(wanted)}），或删去",
        )
    if lacking:
        yield Fault(
            path,
            f"每个类别都有的一项，现缺{'、'.join(lacking)}",
            clash="按类别分别写的，漏了类别",
            fix=f"补写“{lacking[0]}: …”；各类别相同的，只写一个，不分类别",
        )


def duplicates(values: Iterable[tuple[Path_, str]], what: str) -> Iterator[Fault]:
    """Those of ``values`` that another has before them; ``what`` names them (扣分项编号)."""
    seen: dict[str, Path_] = {}
    for path, value in values:
        if value in seen:
            yield Fault(
                path,
                f"不重复的{what}",
                found=value,
                first=seen[value],
                clash="同样的内容写了两处",
                fix="改成不同的，或删去其中一处",
            )
        seen.setdefault(value, path)


_DUE = re.compile(r"(次年)?(\d{1,2})月(\d{1,2})日")


class Due(BaseModel):
    """A due date as the 办法 writes it (7月15日, 次年1月15日), relative to the assessment's year."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    next_year: bool
    month: int
    day: int

    def on(self, year: int) -> date:
        """The due date of the assessment of ``year``.

        >>> Due(next_year=True, month=1, day=15).on(2024)
        datetime.date(2025, 1, 15)
        """
        return date(year + self.next_year, self.month, self.day)

    def __str__(self) -> str:
        return f"{'次年' if self.next_year else ''}{self.month}月{self.day}日"


def _due(value: Any) -> Any:
    if isinstance(value, Due):
        return value
    match = _DUE.fullmatch(str(value).strip())
    if not match:
        raise ValueError("“7月15日”或“次年1月15日”的写法")
    due = Due(next_year=bool(match[1]), month=int(match[2]), day=int(match[3]))
    try:
        due.on(2023)
    except ValueError:
        raise ValueError("每年日历上都有的日期，如“7月15日”") from None
    return due


_DUE_PATTERN = (
    "^(次年)?((0?[13578]|1[02])月(0?[1-9]|[12][0-9]|3[01])日"
    "|(0?[469]|11)月(0?[1-9]|[12][0-9]|30)日|0?2月(0?[1-9]|1[0-9]|2[0-8])日)$"
)
DueDate = Annotated[
    Due,
    BeforeValidator(_due),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _DUE_PATTERN}),
]


class Rounding(Part):
    """A rounding to ``decimals``: 四舍五入, or 四舍六入五成双 (GB/T 8170)."""

    decimals: int = Field(2, ge=0, le=4, description="小数位数")
    method: Method = Field(
        Method.HALF_UP, description="half_up 四舍五入；half_even 四舍六入五成双（GB/T 8170）"
    )
