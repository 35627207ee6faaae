"""Every command and every paper of schemes without grades, and of schemes whose values differ by group."""

from __future__ import annotations

import copy
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from scoring.cli.app import app
from tests.conftest import Office
from tests.folders import write_table
from tests.small_years import ADDED, UNGRADED, WEIGHTED, ledger_rows, small_year, write_form
from tests.test_workbook import assert_same_values, emptied, opened


def kaohe(*args: object, code: int = 0) -> str:
    done: Result = CliRunner().invoke(app, [str(a) for a in args])
    assert done.exit_code == code, done.output
    return done.output


def every_command(folder: Path, scheme: dict[str, Any]) -> str:
    """Run whatever an office, a unit and an author run; gives what stood on the screen."""
    own = folder / f"{scheme['name']}.yaml"
    said = [kaohe("check", folder), kaohe("grade", folder), kaohe("audit", folder / "结果")]
    for unit in ("甲县", "乙县", "丁局"):
        said += [kaohe("explain", folder, unit), kaohe("explain", folder, unit, "--json")]
    said += [
        kaohe("feedback", folder),
        kaohe("sensitivity", folder),
        kaohe("sensitivity", folder, "--json"),
        kaohe("whatif", folder, "--revoke", "1"),
        kaohe("whatif", folder, "--revoke", "3", "--json"),
        kaohe("forms", folder, "--ledger"),
        kaohe("forms", folder, "--period", "上半年"),
    ]
    for unit in ("甲县", "丁局"):
        form = folder / "考核表" / "下半年" / f"{unit}.xlsx"
        said.append(kaohe("preview", form, "--folder", folder, "--out", folder / "预估"))
        said.append(kaohe("preview", form, "--folder", folder, "--json"))
    said.append(kaohe("verification", "sheet", folder, "--period", "上半年"))
    sheet = folder / "核查" / "上半年核查表.xlsx"
    said.append(kaohe("verification", "merge", folder, sheet))
    assert own.is_file()
    return "\n".join(said)


def words_of(path: Path) -> str:
    """All text of a file."""
    if path.suffix not in (".xlsx", ".docx"):
        return path.read_text("utf-8")
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(n).decode("utf-8") for n in archive.namelist() if n.endswith(".xml")]
    return "\n".join(re.sub(r"<[^>]+>", "", part) for part in parts)


def page_text(page: str) -> str:
    """What a page says, without its marks and the line breaks in its cells."""
    return re.sub(r"<[^>]+>|\n", "", page)


def results(folder: Path) -> dict[str, tuple[str, str | None, int | None]]:
    units = json.loads((folder / "结果" / "results.json").read_text("utf-8"))["units"]
    return {u["unit"]: (u["composite"], u["grade"], u["rank"]) for u in units}


@pytest.fixture(scope="module")
def ungraded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A year of ranks only, in which two counties are level; its folder and all that was said."""
    folder = small_year(tmp_path_factory.mktemp("ungraded") / "2024", UNGRADED)
    scores = {"甲县": 98, "乙县": 97, "丙县": 87, "丁局": 97, "戊局": 98}
    write_table(folder / "网站.xlsx", [{"单位": u, "得分": n} for u, n in scores.items()])
    return folder, every_command(folder, UNGRADED)


def test_a_scheme_without_grades_ranks(ungraded: tuple[Path, str]) -> None:
    folder, said = ungraded
    assert results(folder) == {
        "乙县": ("97.40", None, 1),
        "丙县": ("97.40", None, 1),
        "甲县": ("96.80", None, 2),
        "丁局": ("96.00", None, 1),
        "戊局": ("95.20", None, 2),
    }
    assert "县区3个单位中排名第2。" in said
    page = page_text((folder / "结果" / "通报.html").read_text("utf-8"))
    assert "第1名（并列）乙县、丙县；第2名甲县。" in page
    sheets = openpyxl.load_workbook(folder / "结果" / "考核结果.xlsx", data_only=True)
    assert "成绩统计" in sheets.sheetnames
    rows = [[cell.value for cell in row] for row in sheets["汇总"].iter_rows()]
    head = next(row for row in rows if "综合成绩" in row)
    at = [head.index(name) for name in ("单位", "综合成绩", "参加排名", "排名")]
    shown = [[row[i] for i in at] for row in rows if row[1] in ("乙县", "甲县")]
    assert shown == [["乙县", 97.4, "是", 1], ["甲县", 96.8, "是", 2]]


def test_nothing_speaks_of_grades_where_there_are_none(ungraded: tuple[Path, str]) -> None:
    folder, said = ungraded
    made = [
        p for name in ("结果", "反馈", "空白表", "核查", "预估") for p in (folder / name).rglob("*")
    ]
    texts = {p.name: words_of(p) for p in made if p.is_file()} | {"屏幕": said}
    assert {"通报.docx", "通报附表.xlsx", "反馈总览.xlsx", "稳健性分析.html", "甲县.xlsx"} <= set(
        texts
    )
    for name, text in texts.items():
        # 考核办法 has a line 等次: 本办法不分等次，只排名.
        assert "等次" not in re.sub("等次\\s*本办法不分等次|不分等次", "", text), name


def test_a_veto_in_a_scheme_without_grades_takes_the_rank(tmp_path: Path) -> None:
    scheme = copy.deepcopy(UNGRADED)
    veto = {
        "code": "9",
        "title": "失泄密",
        "points": 0,
        "counts": "notified",
        "veto": "不合格",
        "clause": "六",
    }
    scheme["components"]["ledger"]["rules"].append(veto)
    folder = small_year(tmp_path / "2024", scheme)
    row = {
        "台账编号": "1",
        "单位": "乙县",
        "扣分项": "9",
        "问题描述": "问",
        "发现日期": "2024-03-05",
    }
    write_table(folder / "台账.xlsx", [row])
    kaohe("grade", folder)
    kaohe("feedback", folder)
    said = kaohe("explain", folder, "乙县")
    assert "失泄密：一票否决，不参加排名（六）。" in said
    assert results(folder)["乙县"] == ("97.40", None, None)
    page = page_text((folder / "结果" / "通报.html").read_text("utf-8"))
    assert "乙县因失泄密被一票否决，不列成绩，不参加排名。" in page
    assert "不参加排名：乙县" in page
    for text in (said, words_of(folder / "反馈" / "乙县反馈单.docx"), page):
        assert "等次" not in text.replace("不分等次", "")


@pytest.mark.office
def test_the_live_ranks_of_a_scheme_without_grades(office: Office, tmp_path: Path) -> None:
    """One form is not verified: that unit has no rank, the others have theirs."""
    folder = small_year(tmp_path / "2024", {**UNGRADED, "ranks": "skip"})
    (folder / "考核表" / "下半年" / "丙县.xlsx").unlink()
    kaohe("grade", folder, "--provisional")
    path = folder / "暂定结果" / "考核结果.xlsx"
    content = path.read_bytes()
    assert_same_values(content, office(emptied(content, tmp_path / "same.xlsx"), "xlsx"))
    ranks = {row[1].value: row[-2].value for row in opened(path, values=True)["汇总"].iter_rows()}
    assert (ranks["乙县"], ranks["甲县"], ranks["丙县"]) == (1, 2, "—")


@pytest.mark.parametrize(("scheme", "expected"), [
    (WEIGHTED, {
        # 丙县 (50-1.5)/50 and 28/30; 甲县 45/50; 乙县 42.5/50 (4 rows at 2, at most 6) and 27/30
        "丙县": ("99.17", "优秀", 1), "甲县": ("94.47", "优秀", 2), "乙县": ("91.00", "优秀", 3),
        # 丁局 97, 53/60; 戊局 95.5, 52/60
        "丁局": ("93.80", "好", 1), "戊局": ("92.20", "好", 2)}),
    (ADDED, {
        "丙县": ("128.50", "优秀", 1), "甲县": ("120.00", "优秀", 2), "乙县": ("116.50", "合格", 3),
        "丁局": ("92.00", "优秀", 1), "戊局": ("89.50", "合格", 2)}),
])  # fmt: skip
def test_every_paper_has_the_numbers_of_the_units_own_group(
    scheme: dict[str, Any], expected: dict[str, Any], tmp_path: Path
) -> None:
    folder = small_year(tmp_path / "2024", scheme)
    said = every_command(folder, scheme)
    assert results(folder) == expected
    whole = {
        "甲县": "预置50分－扣分",
        "丁局": "预置100分－扣分" if scheme is WEIGHTED else "预置40分－扣分",
    }
    assert all(text in said for text in whole.values())
    notes = openpyxl.load_workbook(folder / "空白表" / "台账" / "市公开办.xlsx").worksheets[0]
    note = next(c.comment.text for row in notes.iter_rows(max_row=4) for c in row
                if c.comment and c.value == "扣分项*")  # fmt: skip
    assert "1 通报问题：扣县区2分、部门1.5分" in note
    assert "全年不少于县区3次、部门2次" in note
    table = page_text((folder / "结果" / "通报.html").read_text("utf-8"))
    assert "网站（县区占20%）" in table or "网站（县区30分）" in table
    annex = openpyxl.load_workbook(folder / "结果" / "通报附表.xlsx").active
    shares = {str(c.value) for row in annex.iter_rows() for c in row if "网站" in str(c.value)}
    assert shares == {"网站\n（20%）" if scheme is WEIGHTED else "网站\n（30分）"}
    rules = words_of(folder / "结果" / "考核结果.xlsx")
    assert "自我考核低于30分的，其余部分不计分（只适用于县区）" in rules or "低于15分" in rules


@pytest.mark.office
@pytest.mark.parametrize("scheme", [WEIGHTED, ADDED], ids=["weighted", "added"])
def test_live_numbers_by_group(scheme: dict[str, Any], office: Office, tmp_path: Path) -> None:
    folder = small_year(tmp_path / "2024", scheme)
    kaohe("grade", folder)
    path = folder / "结果" / "考核结果.xlsx"
    content = path.read_bytes()
    assert_same_values(content, office(emptied(content, tmp_path / "same.xlsx"), "xlsx"))


def counties_only() -> dict[str, Any]:
    """Of all parts departments have the common ledger alone."""
    scheme: dict[str, Any] = copy.deepcopy(UNGRADED)
    parts = scheme["components"]
    parts["ledger"]["weight"] = {"县区": 30, "部门": 100}
    parts["own"] = {**copy.deepcopy(parts["ledger"]), "title": "县区台账", "table": "县区台账",
                    "weight": {"县区": 10}, "groups": ["县区"]}  # fmt: skip
    for key, weight in (("form", 40), ("site", 20)):
        parts[key] |= {"weight": {"县区": weight}, "groups": ["县区"]}
    return scheme


def test_rows_under_a_part_that_their_group_lacks_are_refused(tmp_path: Path) -> None:
    """In a ledger, a form, a long table of items and scores: each with its cell, once."""
    scheme = counties_only()
    folder = small_year(tmp_path / "2024", scheme)
    row = {
        "台账编号": "X1",
        "单位": "丁局",
        "扣分项": "1",
        "问题描述": "问",
        "发现日期": "2024-03-05",
    }
    write_table(folder / "县区台账.xlsx", [{**row, "单位": "甲县", "台账编号": "X0"}, row])
    for period in ("上半年", "下半年"):
        (folder / "考核表" / period / "戊局.xlsx").unlink()
    (folder / "考核表" / "上半年" / "丁局.xlsx").unlink()
    write_form(folder / "考核表" / "下半年" / "丁局.xlsx", scheme, "丁局", "下半年", 1)
    item = {"期次": "上半年", "指标编号": "1.1", "自评分": 30, "核查得分": 30}
    write_table(folder / "考核表" / "长表.xlsx", [{"单位": "戊局", **item}])
    scores = {"甲县": 90, "乙县": 90, "丙县": 90, "丁局": 90}
    write_table(folder / "网站.xlsx", [{"单位": u, "得分": n} for u, n in scores.items()])
    found = json.loads(kaohe("check", folder, "--json"))["problems"]
    places = [(p["kind"], p["file"], f"{p['column']}{p['row']}", p["found"]) for p in found]
    assert sorted(places) == [
        ("part-group", "县区台账.xlsx", "B3", "丁局"),
        ("part-group", "网站.xlsx", "A5", "丁局"),
        ("part-group", "考核表/下半年/丁局.xlsx", "B2", "丁局"),
        ("part-group", "考核表/长表.xlsx", "A2", "戊局"),
    ]


def test_a_row_without_the_points_of_a_range_is_refused(tmp_path: Path) -> None:
    """Rule 2 takes 1 to 3 points off a county; the row of 甲县 does not say how many."""
    folder = small_year(tmp_path / "2024", WEIGHTED)
    rows = [row | {"扣分": None} for row in ledger_rows(WEIGHTED)]
    write_table(folder / "台账.xlsx", rows)
    done = CliRunner().invoke(app, ["check", str(folder), "--json"], standalone_mode=False)
    assert done.return_value == 1
    (found,) = json.loads(done.stdout)["problems"]
    assert (found["kind"], found["file"], found["row"]) == ("value-missing", "台账.xlsx", 3)
    assert "1到3的数字" in json.dumps(found, ensure_ascii=False)


@pytest.mark.parametrize("unit", ["甲县", "丁局"])
@pytest.mark.parametrize("scheme", [WEIGHTED, ADDED], ids=lambda scheme: scheme["name"])
def test_an_unknown_units_form_is_not_held_to_a_groups_points(
    scheme: dict[str, Any], unit: str, tmp_path: Path
) -> None:
    """Full points, which in the other group are too many: its name is the one fault."""
    folder = small_year(tmp_path / "2024", scheme)
    path = folder / "考核表" / "上半年" / f"{unit}.xlsx"
    book = openpyxl.load_workbook(path)
    cells = [c for row in book.active.iter_rows(max_row=3) for c in row if c.value == unit]
    cells[0].value = "某某公司"
    book.save(path)
    found = json.loads(kaohe("check", folder, "--json"))["problems"]
    assert [p["kind"] for p in found] == ["unit-unknown"]
