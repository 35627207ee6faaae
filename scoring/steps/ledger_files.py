"""Which workbook of the folder a row of the ledger goes to, or stands in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from scoring.intake import Assessment
from scoring.intake.ledger_edit import LedgerSheet, ledger_sheets
from scoring.lookup.rules import RuleFinder
from scoring.lookup.text import fold
from scoring.problems import Problem, nearest
from scoring.scheme import Ledger


class RecordError(ValueError):
    """What was asked for cannot be done as it was said: the message says what to write instead,
    ``problems`` what else is wrong with the row."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


@dataclass(frozen=True)
class LedgerFile:
    """A file of a ledger: its path in the folder, its content, its sheets, and the providers that its
    rows name."""

    component: str
    ledger: Ledger
    file: str
    content: bytes
    sheets: tuple[LedgerSheet, ...]
    providers: frozenset[str]

    def is_called(self, name: str) -> bool:
        """Whether ``name`` is the file's path, its name, or that without its suffix."""
        path = PurePosixPath(self.file)
        return name in (self.file, path.name, path.stem)

    def belongs_to(self, provider: str) -> bool:
        """Whether its rows name the provider, or its own name does."""
        asked = fold(provider)
        return asked in self.providers or asked in fold(PurePosixPath(self.file).stem)


def ledger_files(assessment: Assessment, folder: Path) -> list[LedgerFile]:
    """The files of all ledgers of the assessment, in order."""
    found = []
    for key, ledger in assessment.scheme.leaves().items():
        if not isinstance(ledger, Ledger):
            continue
        mine = [r.file for r in assessment.reports if r.table == ledger.table]
        for file in dict.fromkeys(mine):
            content = (folder / file).read_bytes()
            sheets = tuple(ledger_sheets(file, content, ledger))
            named = {
                fold(text)
                for sheet in sheets
                for text in (sheet.text(row, "提供单位") for row in sheet.rows)
                if text
            }
            found.append(LedgerFile(key, ledger, file, content, sheets, frozenset(named)))
    return found


def component_for(assessment: Assessment, rule: str, provider: str) -> str:
    """The ledger that has the rule; of several the one with the provider. Raises RecordError."""
    ledgers = {k: c for k, c in assessment.scheme.leaves().items() if isinstance(c, Ledger)}
    if not ledgers:
        raise RecordError(f"“{assessment.scheme.title}”没有台账")
    with_rule = [k for k, c in ledgers.items() if RuleFinder(c).find(rule) is not None]
    if len(with_rule) > 1 and provider:
        mine = [
            k for k in with_rule if any(r.provider == provider for r in ledgers[k].rules)
        ]  # fmt: skip
        with_rule = mine or with_rule
    if len(with_rule) > 1:
        both = "、".join(ledgers[k].title for k in with_rule)
        raise RecordError(f"“{rule}”在{both}中都有，请写扣分项的名称")
    # A rule that is not known is a fault of the row, said with the others.
    return with_rule[0] if with_rule else next(iter(ledgers))


def file_for(
    files: Iterable[LedgerFile], ledger: Ledger, asked: str, usual: str
) -> LedgerFile | None:
    """The file of ``ledger`` for a row: that of the provider who was ``asked`` for (or the file of that
    name), else of the ``usual`` one of its rule; None where that one has no file yet. Raises
    RecordError with the choices where it cannot be said."""
    mine = [f for f in files if f.ledger is ledger]
    provider = asked or usual
    found = [f for f in mine if asked and f.is_called(asked)] or [
        f for f in mine if provider and f.belongs_to(provider)
    ]
    if not found:
        # A workbook of nobody's, or of several, may be meant for all.
        shared = [f for f in mine if not _is_anothers(f, ledger)]
        known = {rule.provider for rule in ledger.rules}
        if asked and asked not in known:
            raise RecordError(f"没有“{asked}”的台账。{_choices(mine, ledger, asked)}")
        if not shared and provider in known:
            return None
        found = shared if len(mine) == 1 else []
        if not found and provider in known and provider:
            if not shared:
                return None
            found = shared
    if len(found) == 1:
        return found[0]
    whose = f"“{provider}”" if provider else "这个扣分项"
    raise RecordError(f"看不出{whose}登记在哪一份台账。{_choices(found or mine, ledger, '')}")


def _is_anothers(file: LedgerFile, ledger: Ledger) -> bool:
    """Whether the file is one provider's."""
    by_name = any(rule.provider and file.belongs_to(rule.provider) for rule in ledger.rules)
    return len(file.providers) == 1 or (not file.providers and by_name)


def _choices(files: Iterable[LedgerFile], ledger: Ledger, asked: str) -> str:
    names = [PurePosixPath(f.file).name for f in files]
    providers = [p for p in dict.fromkeys(rule.provider for rule in ledger.rules) if p]
    near = nearest(asked, [*names, *providers]) if asked else []
    guess = f"最相近的是“{near[0]}”。" if near else ""
    said = f"现有的文件：{'、'.join(names)}。" if names else ""
    new = f"办法中的提供单位：{'、'.join(providers)}。" if providers and asked else ""
    return f"{guess}{said}{new}请用 --provider 写明提供单位或文件名"


def sheet_for(file: LedgerFile, asked: str) -> LedgerSheet:
    """The sheet of a file for a new row. Raises RecordError."""
    sheets = [s for s in file.sheets if not asked or s.sheet == asked]
    if len(sheets) == 1:
        return sheets[0]
    names = "、".join(str(s.sheet) for s in file.sheets)
    if not file.sheets:
        raise RecordError(f"{file.file} 的表头读不出来，请先用 kaohe check 检查、改正")
    if not sheets:
        raise RecordError(f"{file.file} 中没有工作表“{asked}”，可以写：{names}")
    raise RecordError(f"{file.file} 有几张台账工作表，请用 --sheet 写明一张：{names}")


Found = tuple[LedgerFile, LedgerSheet, int]
"""Where a row stands: the file, the sheet, the row from 0."""


def find_rows(
    files: Sequence[LedgerFile], numbers: Iterable[str], provider: str
) -> dict[str, Found]:
    """Where the rows with these 台账编号 stand, each once; of several providers those of ``provider``.
    Raises RecordError, which says it of every number that leads to no row."""
    found: dict[str, Found] = {}
    wrong = []
    asked: dict[str, str] = {}
    for number in numbers:
        asked.setdefault(fold(number), number)
    for number in asked.values():
        try:
            found[number] = _find_row(files, number, provider)
        except RecordError as error:
            wrong.append(str(error))
    if wrong:
        raise RecordError("；\n".join(wrong))
    return found


def _find_row(files: Iterable[LedgerFile], number: str, provider: str) -> Found:
    every = [(f, s, row) for f in files for s in f.sheets for row in s.find(number)]
    found = [
        one for one in every
        if not provider or one[0].is_called(provider) or _row_of(one, provider)
    ]  # fmt: skip
    if len(found) == 1:
        return found[0]
    if not every:
        near = nearest(number, [n for f in files for s in f.sheets for n in s.numbers()])
        guess = f"，最相近的是“{near[0]}”" if near else ""
        raise RecordError(f"台账中没有编号“{number}”{guess}")
    places = "；".join(str(s.place(row)) for _, s, row in every)
    if not found:
        raise RecordError(f"“{provider}”的台账中没有编号“{number}”，它在：{places}")
    raise RecordError(
        f"编号“{number}”有{len(found)}行（{places}），请用 --provider 写明提供单位或文件名；"
        "在同一份台账中的，先改成不同的编号"
    )


def _row_of(one: Found, provider: str) -> bool:
    """Whether a row is the provider's: it says so itself, or its file is."""
    file, sheet, row = one
    said = sheet.text(row, "提供单位")
    return fold(said) == fold(provider) if said else file.belongs_to(provider)


def new_file_name(folder: Path, ledger: Ledger, name: str) -> str:
    """The path in the folder of a new workbook of a ledger. Raises RecordError where the ledger is one
    file, beside which no other is read."""
    single = [p.name for p in folder.glob(f"{ledger.table}.*")]
    if single and not (folder / ledger.table).is_dir():
        raise RecordError(f"台账是一个文件（{single[0]}），请用 --provider {single[0]} 登记在其中")
    return str(PurePosixPath(ledger.table, name))
