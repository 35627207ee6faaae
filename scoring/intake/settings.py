"""assessment.yaml: the year's run of a scheme. Two lines are enough; the rest has defaults.

What is not given is not invented: it stands as a visible blank in the circular.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic.json_schema import WithJsonSchema

from scoring.intake.cells import CellError, read_date
from scoring.scheme.model import Code, Text
from scoring.yaml_files.vocabulary import Vocabulary


def _day(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return read_date(value)
        except CellError:
            raise ValueError("日期，如 2024-12-31") from None
    if isinstance(value, date):
        return value
    raise ValueError("日期，如 2024-12-31")


_DAY_PATTERN = (
    r"^[ ]*([0-9]{4}[ ]*[-./年][ ]*(0?[1-9]|1[0-2])[ ]*[-./月][ ]*(0?[1-9]|[12][0-9]|3[01])[ ]*[日号]?"
    r"|[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01]))[ ]*$"
)
Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "pattern": _DAY_PATTERN, "description": "如 2024-12-31"}),
]


MOST = 366
"""A number of days or problems that no year exceeds."""


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fonts(_Settings):
    """Fonts of the circular (GB/T 9704—2012), by the names they have on office machines."""

    title: Text = "方正小标宋简体"
    body: Text = "仿宋_GB2312"
    heading: Text = "黑体"
    subheading: Text = "楷体_GB2312"
    page_number: Text = "宋体"


class Requirement(_Settings):
    """One of 下一步工作要求: a heading and its paragraph."""

    title: Text
    text: Text


class CircularSettings(_Settings):
    """What stands in the circular of this year; every field may be left out."""

    issuer: str | None = Field(None, description="发文机关署名，如 示例市人民政府办公室")
    letterhead: str | None = Field(None, description="发文机关标志，如 示例市人民政府办公室文件")
    number: str | None = Field(None, description="发文字号，如 示政办字〔2025〕6号")
    title: str | None = Field(None, description="标题；不写则按办法和年度生成")
    date: Day | None = Field(None, description="成文日期")
    recipients: tuple[Text, ...] = Field((), description="主送机关")
    copies: tuple[Text, ...] | None = Field(None, description="抄送机关；不写则按办法的规定")
    printed_by: str | None = Field(None, description="印发机关；不写则同发文机关署名")
    printed_on: Day | None = Field(None, description="印发日期；不写则同成文日期")
    opening: str | None = Field(None, description="开头一段；不写则按办法生成")
    overview: str | None = Field(None, description="总体情况的补充文字")
    problems: str | None = Field(None, description="存在问题的补充文字")
    requirements: tuple[Requirement, ...] | None = Field(None, description="下一步工作要求")
    fonts: Fonts = Fonts()


class _Levels(_Settings):
    """From which number on a warning is red, yellow or blue; a level without one is not given."""

    red: Annotated[int, Field(ge=0, le=MOST)] | None = Field(None, description="红色")
    yellow: Annotated[int, Field(ge=0, le=MOST)] | None = Field(None, description="黄色")
    blue: Annotated[int, Field(ge=0, le=MOST)] | None = Field(None, description="蓝色")

    def given(self) -> list[int]:
        return [n for n in (self.red, self.yellow, self.blue) if n is not None]


class Within(_Levels):
    """So many working days are left, or fewer: the redder, the fewer."""

    @model_validator(mode="after")
    def _in_order(self) -> Within:
        if self.given() != sorted(set(self.given())):
            raise ValueError("红色的天数最少、蓝色的最多，各不相同，如 {yellow: 3, blue: 10}")
        return self


class AtLeast(_Levels):
    """So many, or more: the redder, the more."""

    @model_validator(mode="after")
    def _in_order(self) -> AtLeast:
        if self.given() != sorted(set(self.given()), reverse=True):
            raise ValueError("红色的数最大、蓝色的最小，各不相同，如 {red: 5, yellow: 1}")
        return self


class WarningSettings(_Settings):
    """预警: what is warned of, and how urgently. What is not given goes by ``config/defaults``;
    a kind with no level at all (``{}``) is not warned of."""

    deadline: Within | None = Field(None, description="整改期限临近：还有几个工作日以内（当天为0）")
    overdue: AtLeast | None = Field(None, description="逾期未整改：逾期几个工作日以上（刚过期为0）")
    grade: AtLeast | None = Field(None, description="等次可能下降：下降几等以上")
    repeated: AtLeast | None = Field(
        None, description="同类问题多次发生：同一单位同一扣分项几件以上"
    )
    form_due: Within | None = Field(
        None, description="考核表报送期限临近：还有几个工作日以内（当天为0）"
    )
    form_late: AtLeast | None = Field(
        None, description="考核表逾期未报：逾期几个工作日以上（刚过期为0）"
    )
    unverified: AtLeast | None = Field(
        None, description="考核表尚未核查完：报送期限过后几个工作日以上（刚过期为0）"
    )
    appeal: AtLeast | None = Field(
        None, description="申诉尚未决定：提出后几个工作日以上（提出当天、次日为0）"
    )
    timetable: Within | None = Field(
        None, description="办法时间安排的日期临近：还有几个工作日以内（当天为0）"
    )
    timetable_past: AtLeast | None = Field(
        None, description="办法时间安排的日期已过：过了几个工作日以上（刚过期为0）"
    )


class DayError(ValueError):
    """A day that was asked for lies before the assessment's year; the message says which."""


class Settings(_Settings):
    """assessment.yaml."""

    scheme: Text = Field(description="考核办法的名称，或本文件夹内办法文件的路径")
    year: Annotated[int, Field(ge=2000, le=2099, description="考核年度")]
    as_of: Day | None = Field(None, description="截至日期；不写则为考核年度12月31日")
    known: Day | None = Field(
        None, description="资料截止日：此日以后作出的撤销不计；不写则不限，文件中的都计"
    )
    region: str | None = Field(None, description="地区，如 示例市")
    not_applicable: dict[str, tuple[Code, ...]] = Field(
        default_factory=dict, description="不适用的指标：单位名称到指标编号"
    )
    circular: CircularSettings = CircularSettings()
    warnings: WarningSettings = Field(
        WarningSettings(), description="预警：哪些情况预警，红、黄、蓝从几天、几件起"
    )

    def as_of_day(self) -> date:
        """The day as of which a run without ``--as-of`` is computed."""
        return self.as_of or date(self.year, 12, 31)

    def check_days(self, as_of: date | None, known: date | None = None) -> None:
        """Raise DayError where a day that was asked for lies before the year; None is none."""
        for what, given in (("截至日期", as_of), ("资料截止日", known)):
            if given is not None and given.year < self.year:
                raise DayError(f"{what} {given} 早于考核年度 {self.year} 年")

    def known_day(self, as_of: date | None = None, known: date | None = None) -> date | None:
        """资料截止日: the last day of which what the office decided counts in a run as of ``as_of``;
        None for no limit. ``known`` is the day that was asked for, if any; else the year's own run
        goes by ``assessment.yaml``, and the view of a past day by what was known then."""
        if known is not None:
            return known
        return as_of if as_of is not None and as_of < self.as_of_day() else self.known


def sound_settings(data: Any) -> Settings | None:
    """Of the ``data`` of an assessment.yaml with errors what has none; None where it does not tell
    its scheme and year. Nothing may be computed with it, but the other files can be checked."""
    if not isinstance(data, dict):
        return None
    sound = {key: data[key] for key in ("scheme", "year") if key in data}
    try:
        settings = Settings.model_validate(sound)
    except ValidationError:
        return None
    for key in data:
        if key not in Settings.model_fields:
            continue
        try:
            settings = Settings.model_validate({**sound, key: data[key]})
        except ValidationError:
            continue
        sound[key] = data[key]
    return settings


def settings_words() -> Vocabulary:
    """The words in which a faulty assessment.yaml is explained."""
    from scoring.scheme.vocabulary import SCHEME

    return SCHEME.extended(
        meanings={
            "scheme": "考核办法",
            "year": "考核年度",
            "red": "红色",
            "yellow": "黄色",
            "blue": "蓝色",
        },
        examples={
            "scheme": "scheme: heze",
            "year": "year: 2024",
            "as_of": "as_of: 2024-12-31",
            "known": "known: 2025-01-31",
            "region": "region: 示例市",
            "circular": "circular: {issuer: 示例市人民政府办公室}",
            "requirements": "requirements: [{title: 加强整改, text: 各单位要限期整改。}]",
            "warnings": "warnings: {deadline: {yellow: 3, blue: 10}}",
            "WarningSettings.deadline": "deadline: {yellow: 3, blue: 10}",
            "WarningSettings.overdue": "overdue: {red: 5, yellow: 0}",
            "red": "red: 5",
            "yellow": "yellow: 3",
            "blue": "blue: 10",
            "recipients": "recipients: [各县区人民政府]",
        },
    )


class RegionSettings(_Settings):
    """地区.yaml in a folder of assessments: the circular of the region that they lie in. May be missing."""

    circular: CircularSettings = CircularSettings()
