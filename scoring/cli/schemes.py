"""``kaohe schemes``: the schemes that come with the program, and the work of writing one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from scoring.authoring.draft import (
    Draft,
    cases_beside,
    every_problem,
    find_draft,
    read_draft,
    shipped_schemes,
)
from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.report import problem_records, problems_json, show_problems
from scoring.cli.screen import answer, put, say, screen
from scoring.cli.types import kind_of
from scoring.problems import Place, Problem
from scoring.scheme import Component, Scheme

if TYPE_CHECKING:
    from scoring.authoring.cases import Outcome


def run(*, schema: str | None, as_json: bool) -> int:
    """List the shipped schemes, or print the JSON schema of the files named ``schema``."""
    if schema:
        from scoring.authoring.json_schemas import schema_text

        answer(schema_text(schema))
        return DONE
    drafts = {name: read_draft(path) for name, path in shipped_schemes().items()}
    problems = [problem for draft in drafts.values() for problem in draft.problems]
    code = DATA_ERRORS if problems else DONE
    if as_json:
        schemes = [
            {
                "name": name,
                "title": draft.scheme.title,
                "source": draft.scheme.source,
                "components": [c.title for c in draft.scheme.components.values()],
                "grades": draft.scheme.grade_names(),
                "file": str(draft.path),
            }
            for name, draft in drafts.items()
            if draft.scheme
        ]
        answer({"schemes": schemes, **problem_records(problems)})
        return code
    for name, draft in drafts.items():
        scheme = draft.scheme
        if scheme:
            put(f"{name}  {scheme.title}")
            put(f"    出处：{scheme.source}")
            parts = "、".join(
                f"{c.title}{_weight(scheme, key, c)}" for key, c in scheme.components.items()
            )
            put(f"    成绩：{parts}")
            put(f"    等次：{'、'.join(scheme.grade_names()) or '不分等次，只排名'}")
            put(f"    文件：{draft.path}")
    show_problems(problems)
    return code


def _weight(scheme: Scheme, key: str, component: Component) -> str:
    from scoring.wording.by_group import each, seen
    from scoring.wording.scheme import weight_text

    if component.adds:
        return "（加减分）"
    text = each(seen(scheme, key, component), weight_text)
    return f"（{text}）" if "：" in text else text


def _draft(name: str, year: int | None = None) -> Draft:
    kind_of(Path(name), name)
    path = find_draft(name)
    if path is None:
        known = "、".join(shipped_schemes())
        raise click.UsageError(f"找不到考核办法：{name}（应是 YAML 文件，或随程序提供的 {known}）")
    return read_draft(path, year)


def _sound(name: str, year: int | None = None, *, as_json: bool) -> tuple[Draft, Scheme] | None:
    """The scheme with the numbers of ``year``, or None after its problems were shown."""
    draft = _draft(name, year)
    if draft.scheme is None and as_json:
        answer(problems_json(draft.problems))
        return None
    if draft.scheme is None:
        show_problems(draft.problems)
        put(f"\n{draft.path.name} 有错误，先按上面的改法改正", err=True)
        return None
    return draft, draft.scheme


def show(name: str, docx: Path | None, year: int | None, *, as_json: bool) -> int:
    """The scheme in plain words, on the screen or as a Word file."""
    from scoring.authoring.description import describe_draft
    from scoring.wording.plain_text import description_text

    found = _sound(name, year, as_json=as_json)
    if found is None:
        return DATA_ERRORS
    description = describe_draft(found[0], data=docx is None)
    if docx is None:
        if as_json:
            answer(asdict(description))
        else:
            put(description_text(description))
        return DONE
    if not docx.name or kind_of(docx, str(docx)) == "folder":
        raise click.UsageError(f"--docx 应是 Word 文件（.docx），而不是文件夹：{docx}")
    from scoring.cli.write import written
    from scoring.publish.description import render_docx
    from scoring.writing import write_all

    written(docx.parent, lambda: write_all(docx.parent, {docx.name: render_docx(description)}))
    if as_json:
        answer({"files": [str(docx)]})
    else:
        say(f"已写入 {docx}")
    return DONE


def check(name: str, *, as_json: bool) -> int:
    """What is wrong with the scheme, and what is legal but odd."""
    from scoring.authoring.review import review

    draft = _draft(name)
    problems = every_problem(draft)
    if as_json:
        remarks = [] if problems else review(draft)
        records = [{"row": at.row, "column": at.column, "text": text} for at, text in remarks]
        answer({"remarks": records, "years": draft.versions, **problem_records(problems)})
        return DATA_ERRORS if draft.scheme is None or problems else DONE
    if draft.scheme is None or problems:
        show_problems(problems)
        put(f"\n错误 {len(problems)} 条，按上面的改法改正后再查")
        return DATA_ERRORS
    remarks = review(draft)
    if remarks:
        put(draft.path.name)
    for place, text in remarks:
        put(f"  [提醒] {place.within_file()} {text}。")
    put(f"“{draft.scheme.title}”没有错误，提醒 {len(remarks)} 条")
    if draft.versions:
        years = "、".join(str(year) for year in draft.versions)
        put(f"有按年度写的数，{years}年度起的都查过；提醒按最近的数")
    beside = cases_beside(draft.path)
    if beside.exists():
        put(f"用例在 {beside.name}，核对用例：kaohe schemes test {name}")
    else:
        put(f"还没有用例，可以写在 {beside.name}")
    return DONE


def diff(old: str, new: str, year: int | None, *, as_json: bool) -> int:
    """What changed from one scheme to another, in words: in ``year``, or year by year."""
    from scoring.authoring.changes import changes, changes_by_year

    before = _sound(old, year, as_json=as_json)
    after = None if before is None and as_json else _sound(new, year, as_json=as_json)
    if before is None or after is None:
        return DATA_ERRORS
    if year is not None:
        found = [change.sentence() for change in changes(before[1], after[1])]
    else:
        found = [change.sentence() for change in changes_by_year(before[0], after[0])]
    if as_json:
        answer({"changes": found})
        return DONE
    if not found:
        which = f"{year}年度" if year is not None else ""
        put(f"两个办法{which}的内容没有不同")
        return DONE
    for number, sentence in enumerate(found, 1):
        put(f"{number}. {sentence}")
    put(f"共 {len(found)} 处不同")
    return DONE


def try_(name: str, group: str | None, year: int | None, *, as_json: bool) -> int:
    """What every rule does, on synthetic units."""
    from scoring.authoring.trial import YEAR, groups_to_try, try_out
    from scoring.wording.plain_text import columns

    found = _sound(name, year, as_json=as_json)
    if found is None:
        return DATA_ERRORS
    draft, scheme = found
    if group is not None and group not in scheme.groups:
        raise click.UsageError(f"没有类别 {group}（应是{'、'.join(scheme.groups)}之一）")
    numbers = year or (draft.versions[-1] if draft.versions else None)
    which = f"，按{numbers}年度{'' if year else '起'}的数" if numbers else ""
    chosen = [group] if group else groups_to_try(scheme)
    if as_json:
        answer({"year": YEAR, "groups": [asdict(try_out(scheme, one)) for one in chosen]})
        return DONE
    put(f"{scheme.title}：试算（假设的单位，{YEAR}年{which}）")
    for one in chosen:
        trial = try_out(scheme, one)
        put(f"\n{one}")
        graded = bool(scheme.grades_in(one))
        rows = [
            (row.varied, *row.scores, row.composite, *[row.grade] * graded, row.difference)
            for row in trial.rows
        ]
        for line in columns(trial.head, rows):
            put(f"  {line}")
        if trial.quotas:
            names = "、".join(trial.quotas)
            put(f"  注：{names}有名额，而表中各行不是真的单位，所以：")
            put("      写了下限的等次，只看下限，不看名额；")
            put(f"      只有名额的等次，按本类别就是表中这{len(trial.rows)}个单位算名额。")
    return DONE


def test(names: Iterable[str], *, as_json: bool) -> int:
    """Run the cases beside the schemes."""
    chosen = list(names)
    # A shipped scheme without cases is no fault of the user's.
    tried = [_try_cases(_draft(name), asked=bool(chosen)) for name in chosen or shipped_schemes()]
    outcomes = [outcome for one in tried for outcome in one.outcomes]
    counts = {
        "passed": sum(outcome.passed for outcome in outcomes),
        "failed": sum(bool(outcome.faults) for outcome in outcomes),
        "unreadable": sum(bool(outcome.problems) for outcome in outcomes),
        "without_cases": sum(one.lacking for one in tried),
        "faulty_files": sum(one.faulty for one in tried),
    }
    if as_json:
        answer({**counts, "schemes": [one.record() for one in tried]})
    else:
        for one in tried:
            one.show()
        said = f"通过 {counts['passed']} 个，不符 {counts['failed']} 个"
        said += f"，写错 {counts['unreadable']} 个" if counts["unreadable"] else ""
        said += (
            f"；没有用例文件的办法 {counts['without_cases']} 个" if counts["without_cases"] else ""
        )
        said += f"；文件有错误的办法 {counts['faulty_files']} 个" if counts["faulty_files"] else ""
        put(said)
    return DATA_ERRORS if any(n for name, n in counts.items() if name != "passed") else DONE


def _try_cases(draft: Draft, *, asked: bool) -> _Tried:
    """The cases beside a scheme, run; ``asked``: it was named, so that it should have some."""
    from scoring.authoring.cases import run_cases

    beside = cases_beside(draft.path)
    if draft.scheme is None:
        return _Tried(draft, beside, faulty=True, problems=draft.problems)
    if not kind_of(beside, str(beside)):
        missing = [Problem("cases-missing", Place(beside.name))] if asked else []
        return _Tried(draft, beside, lacking=asked, problems=missing)
    outcomes, problems = run_cases(draft, beside)
    return _Tried(draft, beside, faulty=bool(problems), outcomes=outcomes, problems=problems)


class _Tried(NamedTuple):
    """What became of the cases of one scheme: ``lacking`` if there should be some and are none, ``faulty``
    if the scheme or the file of its cases is refused."""

    draft: Draft
    beside: Path
    lacking: bool = False
    faulty: bool = False
    outcomes: Sequence[Outcome] = ()
    problems: Sequence[Problem] = ()

    def show(self) -> None:
        put(f"{self.draft.path.name}")
        if not self.outcomes and not self.problems:
            put(f"  没有用例文件 {self.beside.name}")
        show_problems(self.problems)
        for outcome in self.outcomes:
            mark = "通过" if outcome.passed else "写错" if outcome.problems else "不符"
            if outcome.passed and screen().quiet:
                continue
            put(f"  {mark}  {outcome.situation}")
            if not outcome.passed:
                put(f"        {self.beside.name} {outcome.place.within_file()}")
            for fault in outcome.faults:
                put(f"        {fault}")
            for problem in outcome.problems:
                put(f"        {problem.message()}")

    def record(self) -> dict[str, object]:
        return {
            "file": str(self.draft.path),
            "cases": [
                {
                    "situation": outcome.situation,
                    "row": outcome.place.row,
                    "passed": outcome.passed,
                    "faults": outcome.faults,
                    "problems": [problem.message() for problem in outcome.problems],
                }
                for outcome in self.outcomes
            ],
            **problem_records(self.problems),
        }
