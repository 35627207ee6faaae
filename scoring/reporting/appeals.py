"""申诉 as problems: one that is granted and not carried out, one that is still open."""

from __future__ import annotations

from datetime import date

from scoring.intake import Assessment
from scoring.problems import Place, Problem
from scoring.score.appeals import AppealState, appeal_states, undecided, unfulfilled


def appeal_problems(assessment: Assessment, known: date | None) -> list[Problem]:
    """What the appeals that were known on the day ``known`` (None: all) leave to be done: an error
    where one was granted and nothing followed, at the cell to be filled in; a reminder of each open
    one."""
    states = appeal_states(assessment.appeals, assessment.tables, known)
    found = [_unfulfilled(state, assessment) for state in unfulfilled(states)]
    return [*found, *(_open(state, assessment, "appeal-open") for state in undecided(states))]


def open_appeals(assessment: Assessment, known: date | None) -> list[Problem]:
    """The open appeals as errors: why a final result is not to be published yet."""
    states = appeal_states(assessment.appeals, assessment.tables, known)
    return [_open(state, assessment, "appeal-undecided") for state in undecided(states)]


def _unfulfilled(state: AppealState, assessment: Assessment) -> Problem:
    row = state.row
    about = f"申诉{row.number}（{row.unit}）"
    if state.entry is not None:
        entry = state.entry
        place = _cell(assessment, Place(entry.file or "", entry.sheet, entry.row), "撤销日期")
        late = f"{entry.revoked:%Y-%m-%d}" if entry.revoked else ""
        fix = f"在{entry.entry}这一行填写撤销日期和撤销理由（写明申诉{row.number}）"
        expected = "资料截止日以前的日期" if late else "撤销的日期"
        return _problem("appeal-unfulfilled", place, state, about, late, expected, fix)
    item = state.item
    fix = (
        f"把{row.period}指标{row.indicator}的核查得分改为申诉后的得分，并在核查说明写明申诉{row.number}；"
        "得分不变的，也在核查说明写明理由和申诉编号"
    )
    if item is None:
        place = Place(row.file or "", row.sheet, row.row)
        return _problem("appeal-unfulfilled", place, state, about, "", "", fix)
    place = _cell(assessment, Place(item.file or "", item.sheet, item.row), "核查说明")
    expected = f"写有申诉编号{row.number}的核查说明"
    return _problem(
        "appeal-unfulfilled", place, state, about, item.verified_note or "", expected, fix
    )


def _open(state: AppealState, assessment: Assessment, kind: str) -> Problem:
    row = state.row
    place = _cell(assessment, Place(row.file or "", row.sheet, row.row), "结果")
    about = f"申诉{row.number}（{row.unit}，涉及{target_text(state)}，{row.made:%Y-%m-%d}提出）"
    return _problem(kind, place, state, about, "", "支持、不支持")


def target_text(state: AppealState) -> str:
    """What an appeal is about: 台账编号DC-07, or 上半年指标2.3."""
    row = state.row
    return f"台账编号{row.entry}" if row.entry is not None else f"{row.period}指标{row.indicator}"


def _problem(
    kind: str, place: Place, state: AppealState, about: str, found: str, expected: str,
    fix: str = "",
) -> Problem:  # fmt: skip
    return Problem(
        kind, place, found, expected, fix,
        unit=state.charged, component=state.row.component, about=about,
    )  # fmt: skip


def _cell(assessment: Assessment, row: Place, column: str) -> Place:
    """The cell of ``column`` in a row, where the sheet has that column."""
    header = assessment.headers.get((row.file, row.sheet))
    letter = header.letters.get(column) if header else None
    return row._replace(column=letter, header=column) if letter else row
