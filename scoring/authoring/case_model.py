"""用例 as they are written: a situation, its ledger rows and the result that is expected. The format is
described in docs/写考核办法.md."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import ConfigDict, Field, RootModel
from pydantic.json_schema import WithJsonSchema

from scoring.scheme.parts import Part, Text
from scoring.yaml_files.vocabulary import Vocabulary

VERIFICATION = {"属实": "true", "不属实": "false", "待核实": "pending"}

Day = Annotated[
    date,
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
            "description": "如 2024-12-31",
        }
    ),
]
Found = Annotated[Text, WithJsonSchema({"enum": list(VERIFICATION)})]


class Row(Part):
    """A ledger row. A column that the rule's deadline names (``event``) may stand beside these."""

    model_config = ConfigDict(extra="allow", frozen=True)

    unit: Text | None = Field(None, alias="单位", description="不写则为唯一的单位")
    rule: Text = Field(alias="扣分项", description="编号或名称")
    found: Day = Field(alias="发现日期")
    points: Any = Field(None, alias="分值")
    same_problem: Text | None = Field(None, alias="同一问题")
    deadline: Day | None = Field(None, alias="整改期限")
    rectified: Day | None = Field(None, alias="整改完成日期")
    verification: Found | None = Field(None, alias="核实结果")
    revoked: Day | None = Field(None, alias="撤销日期")
    component: Text | None = Field(None, alias="部", description="有几本台账时，属于哪一部分")
    times: int = Field(1, ge=1, alias="次数", description="同样的行有几行")


class Case(Part):
    """用例: a situation and its result."""

    situation: Text = Field(alias="情形")
    as_of: Day | None = Field(None, alias="截至")
    year: int = Field(2024, alias="年度")
    units: dict[Text, dict[Text, Any]] = Field(alias="单位", min_length=1)
    ledger: tuple[Row, ...] = Field((), alias="台账")
    expected: dict[Text, dict[Text, Any]] = Field(alias="结果", min_length=1)


class CaseList(RootModel[Any]):
    """A file of cases."""

    root: tuple[Case, ...]


def case_words() -> Vocabulary:
    """The words in which a faulty file of cases is explained."""
    from scoring.scheme.vocabulary import SCHEME

    return SCHEME.extended(
        meanings={
            "情形": "一句话，说明是什么情形",
            "单位": "各单位的成绩",
            "结果": "各单位应得的结果",
            "扣分项": "编号或名称",
            "发现日期": "日期",
        },
        examples={
            "情形": "情形: 两个问题扣3分",
            "单位": "单位: {甲县: {上半年: 100, 第三方评估: 100}}",
            "台账": '台账: [{扣分项: "1", 发现日期: 2024-03-05}]',
            "结果": '结果: {甲县: {综合: "99.10"}}',
            "扣分项": '扣分项: "1"',
            "发现日期": "发现日期: 2024-03-05",
            "年度": "年度: 2024",
            "截至": "截至: 2024-06-30",
            "次数": "次数: 2",
        },
        places={"Case": "用例", "Row": "用例“台账”的一行"},
    )
