"""The forms of the ledger's pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

import scoring
from scoring.portal.fields import Day, Lines, Text

EVENT, POINTS, SAME = "事件日期", "分值", "同一问题"


class EntryForm(forms.Form):
    """A new row. Fields are named as the columns of 平时考核台账; what it says is judged by the library."""

    def __init__(self, choices: scoring.EntryChoices, data: Any = None) -> None:
        super().__init__(data)
        units = [
            ("", "请选择"),
            *((group, [(n, n) for n in names]) for group, names in choices.units),
        ]
        rules = [(rule.code, _named(rule)) for rule in choices.rules]
        if len(rules) != 1:
            rules = [("", "请选择"), *rules]
        fields: dict[str, forms.Field] = {
            "单位": forms.ChoiceField(choices=units),
            "扣分项": forms.ChoiceField(choices=rules),
            "问题描述": Lines(max_length=1000),
            "发现日期": Day(),
            "来源文号": Text(required=False),
            "整改期限": Day(required=False),
            "核实结果": forms.ChoiceField(
                choices=[("", "—"), *((r, r) for r in choices.results)], required=False
            ),
            "台账编号": Text(
                required=False,
                help_text=f"不填的自动编号，下一个是{choices.number}"
                if choices.number
                else "不填的自动编号",
            ),
            "备注": Lines(required=False),
        }
        if EVENT in choices.columns:
            fields[EVENT] = Day(
                required=False, help_text="期限由事件推算的扣分项填写，整改期限自动算出"
            )
        if POINTS in choices.columns:
            fields[POINTS] = forms.DecimalField(required=False, max_digits=12, decimal_places=4)
        if SAME in choices.columns:
            fields[SAME] = Text(required=False, help_text="同一问题再次发生的，填相同的文字")
        for name, field in fields.items():
            field.label = name
            self.fields[name] = field

    def values(self) -> dict[str, Any]:
        """What was entered, by column; blank ones left out."""
        return {
            name: value if not isinstance(value, Decimal) else value.normalize()
            for name, value in self.cleaned_data.items() if value not in (None, "")
        }  # fmt: skip


def _named(rule: scoring.RuleChoice) -> str:
    return f"{rule.label}（须填{'、'.join(rule.wants)}）" if rule.wants else rule.label


class ReasonForm(forms.Form):
    """A reason that others will read."""

    reason = Lines(label="理由", max_length=500)


class VerifyForm(forms.Form):
    """Whether a row is true, and why."""

    result = forms.ChoiceField(
        label="核实结果",
        choices=[("", "请选择"), *((word, word) for word in ("属实", "不属实", "待核实"))],
    )
    reason = Lines(label="理由", max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("result") == "不属实" and not said.get("reason"):
            self.add_error("reason", "不属实的请写明理由。")
        return said


class ReportForm(forms.Form):
    """That a row was rectified: when, and how."""

    day = Day(label="整改完成日期")
    note = Lines(label="整改情况", max_length=1000)
