"""账号.xlsx: the one-time passwords that the office hands out."""

from __future__ import annotations

import io
from collections.abc import Iterable

import xlsxwriter


def accounts_sheet(handed: Iterable[tuple[str, str, str, str]]) -> bytes:
    """A workbook of accounts: role, whom each stands for, name, one-time password, to be cut into strips."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet("账号")
        head = book.add_format({"bold": True, "bottom": 1, "align": "center"})
        text = book.add_format({"bottom": 4, "num_format": "@"})
        page.set_column(0, 0, 24)
        page.set_column(1, 2, 34)
        page.set_column(3, 3, 20)
        page.write_row(0, 0, ("角色", "代表", "用户名", "一次性密码"), head)
        for row, cells in enumerate(handed, 1):
            for column, cell in enumerate(cells):
                page.write_string(row, column, cell, text)
        page.repeat_rows(0)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_footer("&C首次登录须修改密码。请分别交给各单位，不要整表转发。")
        page.freeze_panes(1, 0)
    return out.getvalue()
