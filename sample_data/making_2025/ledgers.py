"""The ledgers of the four providers as far as they have come, from ``ledger.csv``."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from making_2024.entries import Entry
from making_2024.ledger_files import LEDGER_FILES, LedgerFile, ledger_table, write_ledger_xlsx
from making_2024.plan import BY_KEY

HERE = Path(__file__).resolve().parent
STARTS = ("BGS2025", "DC-2025-", "新闻〔2025〕", "WA-2025-")
"""How the numbers of each provider's rows begin, in the order of ``LEDGER_FILES``."""


def ledger_files() -> Iterator[tuple[str, LedgerFile]]:
    """Give each provider's way of keeping its ledger, this year all of them as workbooks."""
    for start, last_year in zip(STARTS, LEDGER_FILES, strict=True):
        book = replace(
            last_year,
            file=last_year.file.replace("2024", "2025").replace(".csv", ".xlsx"),
            title=last_year.title.replace("2024", "2025"),
            note=last_year.note.replace("2024", "2025").replace("2025年1月20日", "2025年9月12日"),
            blank_after=(),
        )
        if book.provider == "市公安局":
            book = replace(book, header_row=3)
        yield start, book


def read_rows() -> list[Entry]:
    """Read the planned rows."""
    text = (HERE / "ledger.csv").read_text(encoding="utf-8")
    return [_entry(*row) for row in list(csv.reader(text.splitlines()))[1:]]


def _entry(
    number: str,
    unit: str,
    rule: str,
    problem: str,
    found: str,
    document: str,
    deadline: str,
    rectified: str,
    verdict: str,
    revoked: str,
    revoke_reason: str,
    remark: str,
) -> Entry:
    def day(text: str) -> date | None:
        return date.fromisoformat(text) if text else None

    return Entry(
        unit=BY_KEY[unit].name if unit in BY_KEY else unit,
        rule=rule,
        problem=problem,
        found=date.fromisoformat(found),
        document=document,
        deadline=day(deadline),
        rectified=day(rectified),
        verdict=verdict,
        revoked=day(revoked),
        revoke_reason=revoke_reason,
        remark=remark,
        number=number,
    )


def write_ledgers(folder: Path, rng: random.Random) -> None:
    """Write one workbook a provider."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = read_rows()
    for start, book in ledger_files():
        own = [entry for entry in rows if entry.number.startswith(start)]
        write_ledger_xlsx(folder / book.file, book, ledger_table(book, own, rng))
