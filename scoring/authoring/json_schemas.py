"""The JSON schemas of the YAML files that people write, for editors that complete and check them.

They are as strict as the program about keys, words, numbers and ranges. What depends on other
values of the file (weights that add up to 100, codes that are used twice) only the program says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from scoring.authoring.cases import CaseList
from scoring.intake.settings import Settings
from scoring.scheme import Scheme


def scheme_schema() -> dict[str, object]:
    """Of a scheme (办法). Nothing may be left open there: a key without a value is refused."""
    model = Scheme.model_json_schema(by_alias=True)
    table = model["$defs"]["SelfAssessment"]["properties"]
    table["indicators"] = _of_one_kind(table["indicators"])
    schema = _schema_of(model, "考核办法")
    return {key: _without_null(value) for key, value in schema.items()}


def assessment_schema() -> dict[str, object]:
    """Of assessment.yaml."""
    return _schema_of(Settings.model_json_schema(by_alias=True), "考核年度的设置 assessment.yaml")


def cases_schema() -> dict[str, object]:
    """Of a file of cases (用例)."""
    return _schema_of(CaseList.model_json_schema(by_alias=True), "考核办法的用例")


JSON_SCHEMAS: Final[Mapping[str, Callable[[], dict[str, object]]]] = {
    "scheme": scheme_schema,
    "assessment": assessment_schema,
    "cases": cases_schema,
}
"""By the name under which ``config/NAME.schema.json`` and ``kaohe schemes --schema NAME`` give it."""


def schema_text(name: str) -> str:
    """The text of ``config/NAME.schema.json``."""
    return json.dumps(JSON_SCHEMAS[name](), ensure_ascii=False, indent=2) + "\n"


def _schema_of(schema: dict[str, object], title: str) -> dict[str, object]:
    return {
        **schema,
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
    }


def _of_one_kind(value: Any) -> Any:
    """``value`` with lists of which all items are of one kind: 一级指标 or single indicators, not both."""
    if isinstance(value, list):
        return [_of_one_kind(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") == "array" and "oneOf" in value["items"]:
        rest = {key: each for key, each in value.items() if key != "items"}
        return {**rest, "anyOf": [{"items": kind} for kind in value["items"]["oneOf"]]}
    return {key: _of_one_kind(each) for key, each in value.items()}


def _without_null(value: Any) -> Any:
    """``value`` without the alternative that there is nothing, and without defaults that are nothing."""
    if isinstance(value, list):
        return [_without_null(each) for each in value if each != {"type": "null"}]
    if not isinstance(value, dict):
        return value
    out = {
        key: _without_null(each)
        for key, each in value.items()
        if not (key == "default" and each is None)
    }
    if len(out.get("anyOf", ())) == 1:
        [only] = out.pop("anyOf")
        out = {**only, **out}
    return out
