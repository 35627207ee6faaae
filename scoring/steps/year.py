"""年度衔接: next year's folder, and two results side by side."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from scoring.enums import Method
from scoring.intake import Assessment, load_assessment
from scoring.intake.discover import BLANKS_FOLDER, SETTINGS_FILE
from scoring.intake.folder import UNITS_TABLE
from scoring.intake.templates import TEMPLATES_FOLDER
from scoring.lookup.units import UnitList
from scoring.monitoring.comparison import Comparison, Side, Standing, compare_sides, side_of
from scoring.problems import Place, Problem
from scoring.publish.comparison.html import TEMPLATE, comparison_html
from scoring.publish.comparison.workbook import comparison_workbook
from scoring.publish.forms import make_forms, make_ledger_books
from scoring.scheme import Ledger, Scheme, SelfAssessment, find_scheme
from scoring.steps.grade import score_assessment
from scoring.wording import comparison as wording
from scoring.writing import file_names, new_folder

RESULTS = "results.json"
COMPARISON_NAMES = ("比较.xlsx", "比较.html")


class YearError(ValueError):
    """What was asked for cannot be done; the message says why, ``problems`` what is wrong in a folder."""

    def __init__(self, message: str, problems: list[Problem] | None = None) -> None:
        super().__init__(message)
        self.problems = problems or []


# Two results


@dataclass(frozen=True, slots=True)
class ResultSource:
    """A result and what is known of its units' names; ``units`` is None for a bare results.json."""

    side: Side
    units: UnitList | None = None
    assessment: Assessment | None = None


def read_result(folder: str | Path, as_of: date | None = None) -> ResultSource:
    """The result in ``folder``: its results.json, else that of the assessment in it, scored as of its
    own day, or as of ``as_of`` where that comes first (a year that has not ended). Raises YearError, and
    ``scoring.intake.settings.DayError`` for a day before the assessment's year.

    >>> from datetime import date
    >>> from scoring import read_result
    >>> side = read_result("sample_data/2024", date(2025, 9, 12)).side
    >>> side.year, side.final, len(side.units), str(side.as_of)
    (2024, True, 52, '2024-12-31')
    >>> str(read_result("sample_data/2025", date(2025, 9, 12)).side.as_of)
    '2025-09-12'
    """
    folder = Path(folder)
    if (folder / RESULTS).is_file():
        return ResultSource(read_results_json(folder))
    if not (folder / SETTINGS_FILE).is_file():
        raise YearError(
            f"{folder} 中没有 {RESULTS}，也没有 {SETTINGS_FILE}：应是结果文件夹或考核文件夹"
        )
    assessment, problems = load_assessment(folder)
    if assessment is None:
        raise YearError(f"{folder} 有错误，不能计算", problems)
    own = assessment.settings.as_of_day()
    return result_source(assessment, own if as_of is None else min(as_of, own))


def result_source(assessment: Assessment, as_of: date) -> ResultSource:
    """The assessment as a side of a comparison, scored as of a day. Raises
    ``scoring.intake.settings.DayError`` for a day before its year.

    >>> from datetime import date
    >>> from scoring import load_assessment, result_source
    >>> side = result_source(load_assessment("sample_data/2025"), date(2025, 9, 12)).side
    >>> side.year, side.final, str(side.as_of)
    (2025, False, '2025-09-12')
    """
    return ResultSource(side_of(score_assessment(assessment, as_of)), assessment.units, assessment)


def read_results_json(folder: Path) -> Side:
    """The results.json in ``folder`` as a side of a comparison. Raises YearError where it is none."""
    path = folder / RESULTS
    try:
        found = json.loads(path.read_text("utf-8"))
        units = tuple(map(_standing, found["units"]))
        name, year = str(found["scheme"]), int(found["year"])
        known = found.get("known")
        as_of = date.fromisoformat(found["as_of"])
        until = None if known is None else date.fromisoformat(known)
        final = found["final"] is True
        texts = [str(unit["composite"]) for unit in found["units"] if unit["composite"]]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError,
            RecursionError):  # fmt: skip
        raise YearError(f"{path} 读不出来：应是 kaohe grade 写的 {RESULTS}，没有改动过") from None
    scheme = _scheme_of(name, folder, year)
    keys = list(dict.fromkeys(key for unit in units for key in unit.components))
    titles = {key: part.title for key, part in scheme.components.items()} if scheme else {}
    decimals = max((len(text.partition(".")[2]) for text in texts), default=2)
    return Side(
        scheme=name, title=scheme.title if scheme else name, year=year, as_of=as_of, known=until,
        final=final, parts={key: titles.get(key, key) for key in keys},
        grades=tuple(scheme.grade_names()) if scheme else (), decimals=decimals,
        method=scheme.rounding.method if scheme else Method.HALF_UP, units=units,
    )  # fmt: skip


def _standing(unit: dict[str, Any]) -> Standing:
    parts = {
        str(key): None if value is None else Fraction(value)
        for key, value in unit["components"].items()
    }
    composite, grade, rank = unit["composite"], unit["grade"], unit["rank"]
    return Standing(
        str(unit["unit"]), str(unit["group"]), parts,
        None if composite is None else Fraction(str(composite)),
        None if grade is None else str(grade), None if rank is None else int(rank),
    )  # fmt: skip


def _scheme_of(name: str, folder: Path, year: int) -> Scheme | None:
    """The scheme of a results.json: a shipped one, or the one of the assessment that it lies in."""
    for home in (folder, folder.parent):
        if (home / SETTINGS_FILE).is_file():
            assessment, _ = load_assessment(home)
            if assessment is not None and assessment.scheme.name == name:
                return assessment.scheme
    return find_scheme(name, folder, Place(RESULTS), year)[0]


def compare_results(old: ResultSource, new: ResultSource) -> Comparison:
    """The two results side by side. A unit that goes by another name is the same one where the unit
    list of the new result has the old name among its short names, or the other way round.

    >>> from scoring import compare_results, read_result
    >>> found = compare_results(read_result("sample_data/2024"), read_result("sample_data/2025"))
    >>> moved = next(m for m in found.both if m.new.unit == "临溪县人民政府")
    >>> str(moved.old.components["ledger"]), str(moved.new.components["ledger"])
    ('197/2', '100')
    """
    return compare_sides(old.side, new.side, dict(_renamed(old, new)))


def _renamed(old: ResultSource, new: ResultSource) -> Iterator[tuple[str, str]]:
    before = {unit.unit for unit in old.side.units}
    after = {unit.unit for unit in new.side.units}
    gone, added = before - after, after - before
    for unit in (u.unit for u in old.side.units if u.unit in gone):
        found = new.units.find(unit) if new.units else None
        if found is not None and found.name in added:
            yield unit, found.name
            added.discard(found.name)
    for name in (u.unit for u in new.side.units if u.unit in added):
        known = old.units.find(name) if old.units else None
        if known is not None and known.name in gone:
            yield known.name, name


def comparison_papers(found: Comparison, assessment: Assessment | None = None) -> dict[str, bytes]:
    """比较.xlsx and 比较.html, as contents by name; ``assessment`` may have a template of its own.

    >>> from scoring import compare_results, comparison_papers, read_result
    >>> new = read_result("sample_data/2025")
    >>> papers = comparison_papers(compare_results(read_result("sample_data/2024"), new), new.assessment)
    >>> sorted(papers)
    ['比较.html', '比较.xlsx']
    """
    own = assessment.templates.get(TEMPLATE.name) if assessment else None
    book, page = COMPARISON_NAMES
    return {book: comparison_workbook(found), page: comparison_html(found, own).encode()}


@dataclass(frozen=True, slots=True)
class ComparisonTable:
    """A comparison as a screen shows it: a title, what must be known first, the columns, and by group its
    units' rows; the head and rows of the groups beside each other. Columns may have names of two lines."""

    title: str
    notes: list[str]
    head: list[str]
    groups: list[tuple[str, list[list[str]]]]
    group_head: list[str]
    group_rows: list[list[str]]


def comparison_table(found: Comparison, *, only_changed: bool = False) -> ComparisonTable:
    """``found`` in the words of every paper; ``only_changed``: without units of which nothing changed.

    >>> from scoring import compare_results, comparison_table, read_result
    >>> found = compare_results(read_result("sample_data/2024"), read_result("sample_data/2025"))
    >>> table = comparison_table(found)
    >>> table.title, table.head[-1], [group for group, _ in table.groups]
    ('2024年度与2025年度考核结果对照', '等次变化', ['县区', '部门'])
    """
    if only_changed:
        found = replace(found, both=tuple(moved for moved in found.both if moved.changed))
    return ComparisonTable(
        wording.comparison_title(found),
        wording.notes(found),
        wording.unit_head(found),
        [(group.group, rows) for group in found.groups if (rows := wording.unit_rows(found, group.group))],
        wording.group_head(found),
        wording.group_rows(found),
    )  # fmt: skip


# Next year's folder


_THERE = "{} 已经存在，不会改动；请换一个名字，或先移走"


def new_year(old: str | Path, new: str | Path, year: int | None = None) -> tuple[Path, list[str]]:
    """Make the folder ``new`` for the year after that of the assessment in ``old`` (or for ``year``):
    unit list, scheme, templates, settings with what is the same every year, blank ledgers, and blank
    forms in 空白表. Gives the folder and what the office has to look at. The folder appears whole or
    not at all. Raises YearError.

    >>> import tempfile
    >>> from scoring import new_year
    >>> with tempfile.TemporaryDirectory() as home:
    ...     made, to_look_at = new_year("sample_data/schemes/keshi", f"{home}/2025")
    ...     sorted(path.name for path in made.iterdir())
    ['assessment.yaml', '科室考核台账', '考核对象.xlsx']
    """
    old, new = Path(old), Path(new)
    if new.exists():
        raise YearError(_THERE.format(new))
    if not new.parent.is_dir():
        raise YearError(f"{new.parent} 不是文件夹，不能在其中新建 {new.name}")
    before, problems = load_assessment(old)
    if before is None:
        raise YearError(f"{old} 有错误，不能据以新建", problems)
    wanted = year or _year_of(new.name) or before.settings.year + 1
    try:
        with new_folder(new, "kaohe year new") as scratch:
            _copy(before, old, scratch)
            _settings(before, scratch, wanted)
            assessment, problems = load_assessment(scratch)
            if assessment is None:
                raise YearError(f"{wanted}年度不能用{old}的设置和办法", problems)
            _blanks(assessment, scratch, wanted)
    except FileExistsError:
        raise YearError(_THERE.format(new)) from None
    return new, _to_look_at(before, wanted)


def _year_of(name: str) -> int | None:
    found = re.search(r"20\d\d", name)
    return int(found[0]) if found else None


def _copy(before: Assessment, old: Path, to: Path) -> None:
    """Unit list, own scheme and templates, as they stand."""
    for file in before.files:
        top = file.file.split("/")[0]
        if Path(top).stem == UNITS_TABLE or top in (UNITS_TABLE, TEMPLATES_FOLDER):
            (to / file.file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(old / file.file, to / file.file)
    scheme = old / before.settings.scheme
    inside = ".." not in Path(before.settings.scheme).parts
    if scheme.is_file() and inside and not Path(before.settings.scheme).is_absolute():
        target = to / before.settings.scheme
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(scheme, target)


_HEAD = """# {year}年度考核，由{before}年度的设置新建：下面是每年相同的内容。
# 每年不同的（发文字号、成文日期、标题、印发日期，开头、总体情况、存在问题和工作要求的文字）没有带过来，请在 circular 中填写。
"""
_EXAMPLE = (
    "# 示例：办法中的指标和分值是示例，印发前应换成{year}年度印发的考核指标体系和计分标准。\n"
)
_SAME_EVERY_YEAR = ("issuer", "letterhead", "recipients", "copies", "printed_by", "fonts")


def _settings(before: Assessment, to: Path, year: int) -> None:
    """assessment.yaml of the new year: what stands in the old one and is the same every year."""
    import yaml

    said = before.settings.model_dump(mode="json", exclude_unset=True)
    circular = said.get("circular") or {}
    kept: dict[str, Any] = {"scheme": said["scheme"], "year": year}
    for key in ("region", "not_applicable"):
        if said.get(key):
            kept[key] = said[key]
    same = {key: circular[key] for key in _SAME_EVERY_YEAR if circular.get(key)}
    if same:
        kept["circular"] = same
    head = _HEAD.format(year=year, before=before.settings.year)
    if is_example(before.scheme):
        head += _EXAMPLE.format(year=year)
    text = head + yaml.safe_dump(kept, allow_unicode=True, sort_keys=False)
    (to / SETTINGS_FILE).write_text(text, "utf-8")


def is_example(scheme: Scheme) -> bool:
    """Whether the items of a form are only an example."""
    return any(isinstance(c, SelfAssessment) and c.example for c in scheme.leaves().values())


def _blanks(assessment: Assessment, to: Path, year: int) -> None:
    leaves = assessment.scheme.leaves().values()
    tables = [c.table for c in leaves if isinstance(c, Ledger)]
    if tables:
        home = to / (tables[0] if len(tables) == 1 else f"{BLANKS_FOLDER}/台账")
        _write(home, make_ledger_books(assessment).files)
    periods = {p.name: None for c in leaves if isinstance(c, SelfAssessment) for p in c.periods}
    names = file_names(periods)
    for period in periods:
        blanks = make_forms(assessment, period, as_of=date(year, 1, 1))
        _write(to / BLANKS_FOLDER / names[period], blanks.files)


def _write(folder: Path, files: dict[str, bytes]) -> None:
    if files:
        folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _to_look_at(before: Assessment, year: int) -> list[str]:
    said = [
        "核对考核对象：撤并、更名、新增的单位（更名的，把旧名写入简称，便于与上年对照）",
        f"填写 {SETTINGS_FILE} 中每年不同的内容（发文字号、日期等）",
    ]
    if before.settings.not_applicable:
        said.append(f"核对 {SETTINGS_FILE} 中 not_applicable（不适用的指标）是否仍然适用")
    if is_example(before.scheme):
        said.append(f"指标和分值是示例，请换成{year}年度印发的考核指标体系和计分标准")
    return said
