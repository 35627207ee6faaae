"""``kaohe simulate``: the same arguments give the same bytes; what is made without mistakes has none; and of
what is planted all is reported, at its place, and nothing else."""

from __future__ import annotations

import csv
import errno
import itertools
import json
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring import check_assessment, load_assessment, score_assessment
from scoring.enums import Counts
from scoring.limits import NEAR_LOOKUPS
from scoring.problems import CATALOGUE
from scoring.publish import results_json
from scoring.scheme import Ledger, Scheme, SelfAssessment, load_scheme, shipped
from scoring.simulate.assessment import tables
from scoring.simulate.columns import CHUNK, as_table
from scoring.simulate.draws import Draws
from scoring.simulate.ledgers import deadlines
from scoring.simulate.mistakes import READ, plant
from scoring.simulate.names import Country
from scoring.simulate.units import make_units
from scoring.steps import simulate_files
from scoring.steps.simulate import Size, TooLargeError, simulate
from scoring.steps.simulate_files import Format
from scoring.workdays import PROGRAM
from scoring.writing import FolderBusyError
from scoring.writing import new_folder as whole_folder
from scoring.writing.lock import locked
from tests.conftest import ROOT
from tests.killing import KILLED, run_until
from tests.program import kaohe, process
from tests.random_schemes import Draw, Maker, Spec
from tests.test_writing import contents
from tests.thorough import examples

FORMATS: tuple[Format, ...] = ("parquet", "csv", "xlsx")
SCHEMES = tuple(shipped())


def scheme_of(name: str) -> Scheme:
    scheme, problems = load_scheme(shipped()[name], year=2024)
    assert scheme is not None, problems
    return scheme


def rows_for(scheme: Scheme, units: int) -> int:
    """Ledger rows enough that every rule has some; none for a scheme without a ledger."""
    ledgers = [c for c in scheme.leaves().values() if isinstance(c, Ledger)]
    yearly = any(rule.counts == Counts.MINIMUM for c in ledgers for rule in c.rules)
    return units * (40 if yearly else 12) if ledgers else 0


def made(
    folder: Path, name: str, kind: Format = "csv", *, units: int = 14, mess: int = 0, seed: int = 1
) -> Path:
    scheme = scheme_of(name)
    simulate(scheme, Size(units, rows_for(scheme, units), seed, mess), folder, kind)
    return folder


def answers(folder: Path) -> list[dict[str, str]]:
    with open(folder / "答案.csv", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def is_reported(folder: Path, listed: Path) -> None:
    """What ``check --problems`` lists is what the answers say must be reported, place by place."""
    done = kaohe("check", folder, "--problems", listed)
    assert done.returncode == 1
    with open(listed, encoding="utf-8-sig", newline="") as file:
        found = Counter(
            (row["文件"], row["工作表"], row["行"], row["列名"], row["问题"]) for row in csv.DictReader(file)
        )  # fmt: skip
    planted = Counter(
        (row["文件"], row["工作表"], row["行"], row["列"], row["问题"])
        for row in answers(folder)
        if row["问题代码"]
    )
    assert found == planted


# Without mistakes


@pytest.mark.parametrize("name", SCHEMES)
def test_without_mistakes_every_format_gives_one_final_result(name: str, tmp_path: Path) -> None:
    results = []
    for kind in FORMATS:
        folder = made(tmp_path / kind, name, kind)
        assert check_assessment(folder) == []
        result = score_assessment(load_assessment(folder))
        assert result.final
        results.append(results_json(result))
    assert len(set(results)) == 1
    units = json.loads(results[0])["units"]
    assert len(units) == 14
    assert len({unit["composite"] for unit in units}) > 7


def test_no_unit_is_so_bad_that_its_scores_are_negative(tmp_path: Path) -> None:
    """With this seed one lacks more than all: -0.5."""
    assert check_assessment(made(tmp_path / "练习", "heze", units=25, seed=12)) == []


def test_grades_are_spread_as_in_a_real_year(tmp_path: Path) -> None:
    """Of a whole province each grade is given, and none to nearly everybody."""
    folder = made(tmp_path / "一省", "heze", "parquet", units=400)
    units = json.loads(results_json(score_assessment(load_assessment(folder))))["units"]
    grades = Counter(unit["grade"] for unit in units)
    assert set(grades) == {"优秀", "良好", "合格", "不合格"}
    assert max(grades.values()) < 280


def test_a_grade_can_be_published(tmp_path: Path) -> None:
    folder = made(tmp_path / "练习", "jiafen", "xlsx")
    assert kaohe("grade", folder).returncode == 0
    assert (folder / "结果" / "通报.docx").is_file()


def test_a_row_says_what_the_contract_says(tmp_path: Path) -> None:
    folder = made(tmp_path / "练习", "heze", "parquet")
    units = pq.read_table(folder / "考核对象.parquet").to_pylist()
    assert list(units[0]) == ["单位名称", "类别", "简称", "所属单位", "地区"]
    graded = [unit for unit in units if unit["所属单位"] is None]
    assert {unit["类别"] for unit in graded} == {"县区", "部门"}
    assert all(unit["地区"].count("/") == (2 if unit["类别"] == "县区" else 1) for unit in graded)
    assert {unit["所属单位"] for unit in units} - {None} <= {unit["单位名称"] for unit in graded}
    assert sorted(path.stem for path in (folder / "平时考核台账").iterdir()) == [
        "市公安局", "市政府办公室", "市政府新闻办", "督查组"
    ]  # fmt: skip
    assert sorted(path.name for path in (folder / "自我考核").iterdir()) == ["上半年", "下半年"]
    said = yaml.safe_load((folder / "assessment.yaml").read_text("utf-8"))
    assert said == {"scheme": "heze", "year": 2024, "region": "示例"}
    assert "示例" in (folder / "assessment.yaml").read_text("utf-8").splitlines()[0]


def test_parquet_has_days_and_exact_scores(tmp_path: Path) -> None:
    folder = made(tmp_path / "练习", "heze", "parquet")
    ledger = pq.read_table(folder / "平时考核台账" / "督查组.parquet").schema
    assert {ledger.field(name).type for name in ("发现日期", "整改期限", "撤销日期")} == {
        pa.date32()
    }
    scores = pq.read_table(folder / "第三方评估.parquet")["得分"]
    assert scores.type == pa.decimal128(11, 4)
    rows = (folder.parent / "文字" / "第三方评估.csv", made(folder.parent / "文字", "heze"))[0]
    with open(rows, encoding="utf-8-sig", newline="") as file:
        written = [Decimal(row["得分"]) for row in csv.DictReader(file)]
    assert scores.to_pylist() == written


def test_csv_opens_in_excel(tmp_path: Path) -> None:
    content = (made(tmp_path / "练习", "heze") / "第三方评估.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == 15


# Counts and sizes


def test_ledger_rows_are_as_many_as_asked_for_and_numbered_once(tmp_path: Path) -> None:
    """Over several files of one provider, and over the edges of chunks."""
    rows = 6 * CHUNK + 1
    size = Size(60, rows, 7)
    ledger = [t for t in tables(scheme_of("heze"), size) if t.path.startswith("平时考核台账/")]
    assert sum(table.rows for table in ledger) == rows
    numbers, days = set(), []
    for table in ledger:
        for number in range(table.chunks):
            chunk = as_table(table, table.make(number), typed=True)
            numbers.update(chunk["台账编号"].to_pylist())
            days.append(chunk["发现日期"].to_pylist())
    assert len(numbers) == rows
    assert all(a <= b for some in days for a, b in itertools.pairwise(some))


def test_every_unit_has_every_item_in_every_period(tmp_path: Path) -> None:
    scheme = scheme_of("fenlei")
    for table in tables(scheme, Size(31, 0, 3)):
        part = next(c for c in scheme.leaves().values() if isinstance(c, SelfAssessment))
        if not table.path.startswith(f"{part.table}/"):
            continue
        rows = [
            r
            for n in range(table.chunks)
            for r in as_table(table, table.make(n), typed=True).to_pylist()
        ]
        keys = Counter((row["单位"], row["指标编号"]) for row in rows)
        assert set(keys.values()) == {1}
        assert (
            len(keys)
            == table.rows
            == 16 * len(part.items("A类县区")) + 15 * len(part.items("B类部门"))
        )


def test_a_large_table_is_several_files_of_which_each_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "一省"
    done = simulate(scheme_of("keshi"), Size(50, 2 * CHUNK + 2, 1), folder)
    files = sorted(p.name for p in (folder / "科室考核台账").iterdir())
    assert files == ["办公室-001.parquet", "办公室-002.parquet", "监察室.parquet"]
    assert done.rows["科室考核台账"] == 2 * CHUNK + 2
    found = pa.concat_tables(pq.read_table(p) for p in (folder / "科室考核台账").iterdir())
    assert len(found) == 2 * CHUNK + 2
    # The other files are smaller, and take as long as this one.
    for name in files[1:]:
        (folder / "科室考核台账" / name).unlink()
    assert not any(problem.kind == "file-too-large" for problem in check_assessment(folder))


def test_no_simulated_item_has_less_than_nothing() -> None:
    """In 3,000 units one lacks more than all of an item's points, if nothing holds it at 0."""
    least = []
    for table in tables(scheme_of("heze"), Size(3000, 0, 1)):
        if table.path.startswith("自我考核/"):
            for number in range(table.chunks):
                columns = as_table(table, table.make(number), typed=True)
                least += [pc.min(columns[name]).as_py() for name in ("自评分", "核查得分")]
    assert min(least) == 0


def test_most_units_have_few_problems_and_some_have_many() -> None:
    found: Counter[int] = Counter()
    for table in tables(scheme_of("heze"), Size(1000, 20_000, 1)):
        if table.path.startswith("平时考核台账/"):
            found.update(table.make(0).unit.tolist())
    counts = sorted(found.values())
    assert counts[len(counts) // 2] < 15
    assert counts[-1] > 100


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        before = "import resource, sys; from scoring.cli import main; sys.argv = sys.argv[1:]\ntry: main()\n"
        after = "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        done = subprocess.run(
            [sys.executable, "-c", before + after, "kaohe", "simulate", "--units", "100", "--rows", str(rows),
             "--scheme", "keshi", "--seed", "1", "--out", str(tmp_path / str(rows)), "--format", "csv"],
            capture_output=True, encoding="utf-8", cwd=ROOT, check=True,
        )  # fmt: skip
        return int(done.stdout.split()[-1]) // 1024

    assert peak(1_500_000) < peak(100_000) + 60


@pytest.mark.parametrize("scale", [1, 40])
def test_names_are_unique(scale: int) -> None:
    groups = dict.fromkeys(
        ("县区", "市直部门", "村", "社区", "科室", "二级机构", "开发区", "乡镇", "学校"),
        1500 * scale,
    )
    country = Country(5, groups)
    names: list[str] = []
    for group, count in groups.items():
        parts = [country.names(group, 0, 1000), country.names(group, 1000, count - 1000)]
        for part in parts:
            names += part.full.to_pylist()
            names += [short for short in part.short.to_pylist() if short]
    assert len(names) == len(set(names))


def test_names_are_unique_in_a_nation() -> None:
    units = make_units(scheme_of("heze"), 700_000, 1)
    assert len(units.names.unique()) == len(units.names) > 700_000


# The same bytes


def test_the_same_arguments_give_the_same_bytes_anywhere(tmp_path: Path) -> None:
    places = (
        {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"},
    )
    for kind in FORMATS:
        found = []
        for number, environment in enumerate(places):
            out = tmp_path / f"{kind}{number}"
            done = process(
                "simulate", "--units", "9", "--rows", "90", "--scheme", "heze", "--seed", "4",
                "--mess", "0.2", "--format", kind, "--out", str(out), **environment,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            found.append(contents(out))
        assert found[0] == found[1]


def test_another_seed_gives_other_units_and_other_data(tmp_path: Path) -> None:
    one, other = (contents(made(tmp_path / str(seed), "heze", seed=seed)) for seed in (1, 2))
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] == other[name]] == ["assessment.yaml"]


def test_a_chunk_is_the_same_whatever_was_made_before_it() -> None:
    size = Size(30, 3 * CHUNK, 9)
    table = next(t for t in tables(scheme_of("heze"), size) if t.path.endswith("市公安局"))
    again = next(t for t in tables(scheme_of("heze"), size) if t.path.endswith("市公安局"))
    table.make(0)
    assert as_table(table, table.make(0), typed=True) == as_table(again, again.make(0), typed=True)


def test_the_numbers_that_are_drawn_are_fixed() -> None:
    """Whatever version of numpy draws them."""
    assert Draws(1, 2, 3).below(1000, 6).tolist() == [616, 388, 27, 170, 450, 574]


def test_a_computed_deadline_is_the_calendars() -> None:
    scheme = scheme_of("fangtan")
    ledger = next(c for c in scheme.leaves().values() if isinstance(c, Ledger))
    for rule in ledger.rules:
        if rule.deadline is None:
            continue
        count = rule.deadline.count if rule.deadline.direction == "after" else -rule.deadline.count
        day = PROGRAM.shift(date(2024, 9, 28), count, rule.deadline.days)
        found = deadlines(rule.deadline)
        assert len(found) == 366
        assert int(found[271]) == (day - date(1970, 1, 1)).days


# With mistakes


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", SCHEMES)
def test_planted_mistakes_are_reported_and_nothing_else(
    name: str, kind: Format, tmp_path: Path
) -> None:
    folder = made(tmp_path / "练习", name, kind, units=20, mess=300_000, seed=3)
    is_reported(folder, tmp_path / "问题清单.csv")


def test_where_every_row_has_a_mistake_all_are_reported(tmp_path: Path) -> None:
    folder = made(tmp_path / "练习", "heze", units=20, mess=1_000_000)
    is_reported(folder, tmp_path / "问题清单.csv")


def test_beyond_200_misspelt_names_each_is_still_one_fault(tmp_path: Path) -> None:
    """Of so many the nearest name is not looked up; an item of a misspelt unit is not missing too."""
    folder = made(tmp_path / "练习", "heze", units=300, mess=400_000)
    wrong = {row["现为"] for row in answers(folder) if row["问题代码"] == "unit-unknown"}
    assert len(wrong) > NEAR_LOOKUPS
    is_reported(folder, tmp_path / "问题清单.csv")


@pytest.mark.parametrize("name", SCHEMES)
def test_with_the_answers_put_in_no_mistake_is_left(name: str, tmp_path: Path) -> None:
    """Only those that must be reported: what is read all the same changes no score."""
    right = made(tmp_path / "对", name)
    wrong = made(tmp_path / "错", name, mess=400_000)
    by_file: dict[str, list[dict[str, str]]] = {}
    for answer in answers(wrong):
        by_file.setdefault(answer["文件"], []).append(answer)
    assert any(not answer["问题代码"] for answer in answers(wrong))
    for file, some in by_file.items():
        with open(wrong / file, encoding="utf-8-sig", newline="") as source:
            rows = list(csv.reader(source))
        for answer in some:
            at = int(answer["行"]) - 1, rows[0].index(answer["列"])
            assert rows[at[0]][at[1]] == answer["现为"]
            if answer["问题代码"]:
                rows[at[0]][at[1]] = answer["原为"]
        with open(wrong / file, "w", encoding="utf-8-sig", newline="") as target:
            csv.writer(target).writerows(rows)
    assert check_assessment(wrong) == []
    one, other = (results_json(score_assessment(load_assessment(f))) for f in (right, wrong))
    assert one == other


def test_every_kind_of_mistake_is_planted() -> None:
    """Those that offices make, over the shipped schemes."""
    found = set()
    for name in SCHEMES:
        scheme = scheme_of(name)
        for table in tables(scheme, Size(50, 5 * rows_for(scheme, 50), 1)):
            planted = plant(table, table.make(0), 0, 600_000, 1, book=False)
            found |= {one.code for one in planted}
    assert found - {READ} <= CATALOGUE.keys()
    assert found == {
        READ, "date-order", "date-unreadable", "deadline-mismatch", "entry-duplicate", "form-place",
        "found-outside-year", "gap-deadline", "gap-score", "gap-verification", "gap-verified",
        "indicator-duplicate", "indicator-unknown", "number-decimals", "number-range", "number-unreadable", "period-unknown",
        "points-mismatch", "revoked-undated", "rule-unknown", "self-score-missing", "unit-unknown",
        "value-missing", "value-unknown",
    }  # fmt: skip


def test_the_share_of_rows_with_a_mistake_is_what_was_asked_for(tmp_path: Path) -> None:
    folder = made(tmp_path / "练习", "heze", units=200, mess=50_000)
    rows = 200 * 12 + 200 * 24 * 2 + 200
    assert rows * 0.04 < len(answers(folder)) < rows * 0.06


def test_the_answers_disturb_nothing_and_are_a_workbook_too(tmp_path: Path) -> None:
    """Were they taken for data, or named as unused, there would be a reminder."""
    folder = made(tmp_path / "练习", "keshi", "xlsx", mess=200_000)
    listed = [problem.place.file for problem in check_assessment(folder)]
    assert not [file for file in listed if file.startswith("答案")]
    book = openpyxl.load_workbook(folder / "答案.xlsx")
    rows = [
        ["" if v is None else str(v) for v in row]
        for row in book.active.iter_rows(values_only=True)
    ]
    assert rows[1:] == [list(answer.values()) for answer in answers(folder)]


def test_without_mistakes_there_are_no_answers(tmp_path: Path) -> None:
    assert not list(made(tmp_path / "练习", "keshi").glob("答案*"))


# Any scheme


@st.composite
def specs(draw: Draw) -> Spec:
    return Maker(draw).scheme()


def own(folder: Path, spec: Spec) -> tuple[Scheme, Path]:
    path = folder / "ziding.yaml"
    path.write_text(yaml.safe_dump(spec, allow_unicode=True, sort_keys=False), "utf-8")
    scheme, problems = load_scheme(path)
    assert scheme is not None, problems
    return scheme, path


@given(specs())
@settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # fmt: skip
def test_an_assessment_under_any_scheme(tmp_path: Path, spec: Spec) -> None:
    """It is sound without mistakes; those that are planted are reported."""
    place = tmp_path / "一次"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    scheme, path = own(place, spec)
    rows = rows_for(scheme, 6)
    simulate(scheme, Size(6, rows, 1), place / "对", "csv", scheme_file=path)
    assert check_assessment(place / "对") == []
    simulate(scheme, Size(6, rows, 1, 150_000), place / "错", "csv", scheme_file=path)
    if any(answer["问题代码"] for answer in answers(place / "错")):
        is_reported_with(place)


def is_reported_with(place: Path) -> None:
    found = check_assessment(place / "错")
    told = Counter((p.place.file, p.place.row, p.place.header, p.kind) for p in found)
    planted = Counter(
        (row["文件"], int(row["行"]), row["列"], row["问题代码"])
        for row in answers(place / "错")
        if row["问题代码"]
    )
    assert told == planted


# The command line


def arguments(out: Path, **changed: Any) -> list[Any]:
    given = {"units": 5, "rows": 40, "scheme": "heze", "seed": 1, "out": out, **changed}
    return ["simulate", *(part for k, v in given.items() for part in (f"--{k}", str(v)))]


def test_the_command_says_what_it_made(tmp_path: Path) -> None:
    done = kaohe(*arguments(tmp_path / "练习", mess="0.3", format="csv"))
    assert done.returncode == 0
    assert "平时考核台账 40 行" in done.stdout
    planted = answers(tmp_path / "练习")
    wrong = sum(bool(answer["问题代码"]) for answer in planted)
    assert f"埋下错误 {len(planted)} 处：kaohe check 应指出 {wrong} 处" in done.stdout
    document = json.loads(kaohe(*arguments(tmp_path / "再来", mess="0.3"), "--json").stdout)
    assert document["rows"]["自我考核"] == 5 * 24 * 2
    assert document["reported"] == wrong


def test_a_scheme_of_ones_own_is_copied_beside_the_data(tmp_path: Path) -> None:
    path = Path(shutil.copy(shipped()["jidu"], tmp_path / "benxian.yaml"))
    assert kaohe(*arguments(tmp_path / "练习", scheme=path, rows=0)).returncode == 0
    assert (tmp_path / "练习" / "办法.yaml").read_bytes() == path.read_bytes()
    assert check_assessment(tmp_path / "练习") == []
    path.write_text(path.read_text("utf-8").replace("weight: 60", "weight: 61"), "utf-8")
    done = kaohe(*arguments(tmp_path / "再来", scheme=path, rows=0))
    assert done.returncode == 1
    assert "各部分权重合计100" in done.stderr
    assert not (tmp_path / "再来").exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"units": 0}, "--units 应是1到5000000的整数：0"),
        ({"rows": "1.5"}, "--rows 应是0到1000000000的整数：1.5"),
        ({"mess": "1.1"}, "--mess 应是0到1的小数，如 0.05：1.1"),
        ({"mess": "5%"}, "--mess 应是0到1的小数"),
        ({"format": "xls"}, "--format 后面可写parquet、csv、xlsx：xls"),
        ({"scheme": "hezi"}, "找不到考核办法：hezi"),
        ({"scheme": "fenlei"}, "办法 fenlei 没有台账，--rows 写 0"),
        ({"rows": 1_048_576, "format": "xlsx"}, "“平时考核台账”共1048576行，而一张工作表最多1048576行"),
        ({"units": 22_000, "format": "xlsx"}, "“自我考核”共1056000行"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_wrong_usage(
    changed: dict[str, Any], said: str, tmp_path: Path
) -> None:
    done = kaohe(*arguments(tmp_path / "练习", **changed))
    assert done.returncode == 2
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_missing_option_is_named() -> None:
    assert "缺少 --units 个数" in kaohe("simulate").stderr


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "2024"
    folder.mkdir()
    assert kaohe(*arguments(folder)).returncode == 0
    before = contents(folder)
    done = kaohe(*arguments(folder, seed=2))
    assert done.returncode == 2
    assert "已有文件，没有覆盖" in done.stderr
    assert contents(folder) == before
    file = tmp_path / "file"
    file.write_text("x")
    assert kaohe(*arguments(file)).returncode == 2
    assert kaohe(*arguments(file / "below")).returncode == 3


# Whole or not at all


def test_a_run_that_is_stopped_leaves_all_or_nothing(tmp_path: Path) -> None:
    scheme, size = scheme_of("heze"), Size(4, 20, 1, 200_000)
    simulate(scheme, size, tmp_path / "whole", "csv")
    whole = contents(tmp_path / "whole")
    for step in itertools.count(0, 5):
        folder = tmp_path / str(step) / "练习"
        code = run_until(lambda folder=folder: simulate(scheme, size, folder, "csv"), step)
        if folder.exists():
            assert contents(folder) == whole
        else:
            assert code == KILLED
            simulate(scheme, size, folder, "csv")
            assert contents(folder) == whole
        if code == 0:
            assert list(folder.parent.iterdir()) == [folder]
            break


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(simulate_files, "_sync", full)
    done = kaohe(*arguments(tmp_path / "练习", format="csv"))
    assert done.returncode == 3
    assert "磁盘空间不足" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_two_runs_do_not_make_one_folder(tmp_path: Path) -> None:
    beside = tmp_path / ".kaohe_练习"
    beside.mkdir()
    with (
        locked(beside, "kaohe simulate"),
        pytest.raises(FolderBusyError),
        whole_folder(tmp_path / "练习", wait=0),
    ):
        pass
    assert not (tmp_path / "练习").exists()


def test_too_large_for_workbooks_is_said_before_writing(tmp_path: Path) -> None:
    with pytest.raises(TooLargeError, match="--format parquet"):
        simulate(scheme_of("keshi"), Size(10, 1_048_576, 1), tmp_path / "练习", "xlsx")
    assert list(tmp_path.iterdir()) == []
