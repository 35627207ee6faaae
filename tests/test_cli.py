"""The command line as a user calls it: exit codes, files, messages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from scoring.cli.app import app
from scoring.intake.discover import OUTPUTS
from tests.conftest import ROOT, SAMPLE
from tests.folders import write_folder, write_sheet
from tests.program import kaohe, process

pytestmark = pytest.mark.fast

FULL = {"上半年": 90, "下半年": 90, "第三方": 90}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "2024", {"甲县": FULL, "乙县": FULL})


def test_grading_the_sample_gives_what_the_plan_says(tmp_path: Path) -> None:
    done = process("grade", str(SAMPLE), "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(OUTPUTS)
    result = json.loads((tmp_path / "results.json").read_text("utf-8"))
    plan = json.loads((ROOT / "tests/data/sample_2024_expected.json").read_text("utf-8"))
    assert (result["scheme"], result["year"], result["as_of"], result["final"]) == (
        "heze", 2024, "2024-12-31", True,
    )  # fmt: skip
    got = {u["unit"]: u for u in result["units"]}
    assert len(got) == 52
    for unit in plan["units"]:
        mine = got[unit["unit"]]
        assert mine["components"] == {
            k: unit[k] for k in ("ledger", "self_assessment", "third_party")
        }
        for key in ("group", "composite", "grade", "rank"):
            assert mine[key] == unit[key], unit["unit"]
    assert [u["unit"] for u in result["units"]] == [u["unit"] for u in plan["units"]]
    for said in (
        "县区",
        "部门",
        "191 条",
        "140 条",
        "51 条",
        "东篱区人民政府 92.96",
        str(tmp_path),
    ):
        assert said in done.stdout


def test_results_lie_in_the_folder_and_are_not_read_back(folder: Path) -> None:
    assert kaohe("grade", str(folder)).returncode == 0
    assert sorted(p.name for p in (folder / "结果").iterdir()) == sorted(OUTPUTS)
    again = kaohe("grade", str(folder))
    assert (again.returncode, again.stderr) == (0, "")


def test_two_lines_of_settings_are_enough(folder: Path) -> None:
    assert (folder / "assessment.yaml").read_text("utf-8").split("\n") == [
        "scheme: heze",
        "year: 2024",
        "",
    ]
    assert process("grade", str(folder)).returncode == 0


def test_errors_are_listed_and_nothing_is_written(folder: Path, tmp_path: Path) -> None:
    write_sheet(folder / "第三方评估.xlsx", [["单位", "得分"], ["甲县", 190], ["乙具", 90]])
    done = kaohe("grade", str(folder), "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    assert not (tmp_path / "out").exists()
    assert "第2行 B2单元格 “得分” 数字超出范围：现为“190”；应为0到100的数字" in done.stderr
    assert "第3行 A3单元格 “单位” 单位不在考核对象表中：现为“乙具”" in done.stderr
    assert "不能出正式结果" in done.stderr


def test_every_gap_stops_a_final_run_and_is_named(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": {"上半年": 90}, "乙县": FULL})
    done = kaohe("grade", str(folder))
    assert done.returncode == 1
    assert "[缺项] 没有报送考核表：甲县" in done.stderr
    assert "没有得分：甲县" in done.stderr
    assert "缺项 2 条" in done.stderr


def test_a_provisional_run_writes_and_marks(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "2024", {"甲县": {"上半年": 90}, "乙县": FULL})
    done = kaohe("grade", str(folder), "--provisional", "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["final"] is False
    by_name = {u["unit"]: u for u in result["units"]}
    assert by_name["甲县"]["grade"] is None
    assert by_name["甲县"]["components"]["self_assessment"] is None
    assert len(by_name["甲县"]["gaps"]) == 2
    assert by_name["乙县"]["grade"] == "优秀"
    assert (folder / "暂定结果" / "考核结果.xlsx").exists()
    assert not (folder / "结果").exists()


def test_printed_json_is_the_file(folder: Path) -> None:
    done = process("grade", str(folder), "--json")
    assert done.stdout == (folder / "结果" / "results.json").read_text("utf-8")


def test_check_writes_nothing(folder: Path) -> None:
    before = sorted(p for p in folder.rglob("*"))
    done = kaohe("check", str(folder))
    assert done.returncode == 0
    assert "可以计算正式结果" in done.stdout
    assert sorted(p for p in folder.rglob("*")) == before


def test_a_file_open_in_excel_is_named_and_nothing_is_replaced(folder: Path) -> None:
    kaohe("grade", str(folder))
    old = (folder / "结果" / "results.json").read_bytes()
    (folder / "结果" / "~$考核结果.xlsx").write_bytes(b"")
    write_sheet(folder / "第三方评估.xlsx", [["单位", "得分"], ["甲县", 80], ["乙县", 90]])
    done = kaohe("grade", str(folder))
    assert done.returncode == 3
    assert "考核结果.xlsx 正在 Excel 或 WPS 中打开，请关闭；如已没有人打开" in done.stderr
    assert (folder / "结果" / "results.json").read_bytes() == old


def test_a_past_day_can_be_computed_again_from_the_same_files(folder: Path) -> None:
    done = kaohe("grade", str(folder), "--as-of", "2024-06-30", "--provisional", "--json")
    result = json.loads(done.stdout)
    assert (result["as_of"], result["final"]) == ("2024-06-30", False)
    assert not (folder / "结果").exists()


def test_a_day_before_the_year_is_closed_gives_no_final_result(folder: Path) -> None:
    assert kaohe("grade", str(folder)).returncode == 0
    before = (folder / "结果" / "results.json").read_bytes()
    done = kaohe("grade", str(folder), "--as-of", "2024-06-30")
    assert done.returncode == 2
    assert "早于本年度的截至日期 2024-12-31，只能出暂定结果：请加上 --provisional" in done.stderr
    assert (folder / "结果" / "results.json").read_bytes() == before
    assert "可以计算暂定结果" in kaohe("check", str(folder), "--as-of", "2024-06-30").stdout
    assert kaohe("grade", str(folder), "--as-of", "2025-01-31").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("grade",), "缺少 文件夹"),
        (("grade", "没有这个文件夹"), "找不到文件夹：没有这个文件夹"),
        (("grade", "README.md"), "应是考核文件夹，而不是文件"),
        (("grade", "sample_data/2024", "--as-of", "去年"), "日期应写成"),
        (("grade", "sample_data/2024", "--as-of", "2023-12-31"), "早于考核年度"),
        (("grade", "sample_data/2024", "多余"), "多余的参数：多余"),
        (("grad",), "没有命令 grad，是否要用 grade"),
        (("grade", "--provisonal"), "没有选项 --provisonal，是否要用 --provisional"),
    ],
)
def test_wrong_usage_is_said_in_chinese(
    arguments: tuple[str, ...], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    done = kaohe(*arguments)
    assert done.returncode == 2
    assert says in done.stderr


def test_help_is_chinese_with_an_example_for_every_command() -> None:
    main = kaohe("--help").stdout
    for command in ("grade", "check", "schemes"):
        assert f"  {command} " in main
        page = kaohe(command, "--help").stdout
        assert "示例：\n  kaohe " + command in page
        for english in ("Usage", "Options", "Show this message", "Commands"):
            assert english not in page + main


def test_the_version_is_the_package_s() -> None:
    assert process("--version").stdout.startswith("kaohe ")


def test_schemes_are_listed_and_described() -> None:
    assert "菏泽市政府信息公开工作考核办法" in kaohe("schemes").stdout
    assert json.loads(kaohe("schemes", "--schema").stdout)["title"] == "考核办法"


def test_help_does_not_pay_for_what_it_does_not_use() -> None:
    """pandas, openpyxl, pydantic and the like are imported only by the commands that need them."""
    code = "import sys; from scoring.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\nprint([m for m in ('pandas','openpyxl','pydantic','narwhals','docx','yaml','pyarrow') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", cwd=ROOT, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_no_option_can_refuse_in_english() -> None:
    """The types of click that check something say it in English; those of ``scoring.cli.types`` do not."""
    commands = [app]
    while commands:
        command = commands.pop()
        commands += getattr(command, "commands", {}).values()
        for parameter in command.params:
            kind = parameter.type
            plain = isinstance(kind, click.types.StringParamType | click.types.BoolParamType)
            path = type(kind) is click.Path and not (kind.exists or kind.writable)
            assert plain or path or type(kind).__module__ == "scoring.cli.types", parameter.opts
