"""Workbooks of other programs, written as raw XML."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from tests.handmade.sheets import Cell, Page, Writer, letter

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_DOCUMENT: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_DOCUMENT: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"


def raw(
    *, prefix: str = "", strict: bool = False, backslash: bool = False, inline: bool = True,
    program: str = "Microsoft Excel",
) -> Writer:  # fmt: skip
    """Writes XML as other programs do: with a prefix, in the strict namespace, with backslashes in
    the names of the parts, texts in the cells or apart. Formulas have their results."""

    def write(path: Path, pages: Sequence[Page]) -> None:
        made = _Raw(prefix, _STRICT if strict else _MAIN, _STRICT_DOCUMENT if strict else _DOCUMENT,
                    inline=inline)  # fmt: skip
        parts = made.parts(pages, program)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                info = zipfile.ZipInfo("x", (2024, 7, 1, 8, 0, 0))
                # ZipInfo itself would turn the backslashes round.
                info.filename = name.replace("/", "\\") if backslash else name
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, content)

    return write


class _Raw:
    def __init__(self, prefix: str, main: str, document: str, *, inline: bool) -> None:
        self.p = f"{prefix}:" if prefix else ""
        self.xmlns = f"xmlns:{prefix}" if prefix else "xmlns"
        self.main, self.document, self.inline = main, document, inline
        self.strings: dict[str, int] = {}
        self.codes: dict[str, int] = {"General": 0}
        self.chain: list[str] = []

    def parts(self, pages: Sequence[Page], program: str) -> dict[str, str]:
        sheets = {f"xl/worksheets/sheet{i}.xml": self.sheet(p, i) for i, p in enumerate(pages, 1)}
        kinds = {
            f"rId{i}": ("worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(pages) + 1)
        }
        kinds["rIdS"] = ("styles", "styles.xml")
        kinds["rIdT"] = ("sharedStrings", "sharedStrings.xml")
        if self.chain:
            kinds["rIdC"] = ("calcChain", "calcChain.xml")
        out = {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
            "_rels/.rels": self._relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
            "docProps/app.xml": f'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>{program}</Application></Properties>',
            "xl/workbook.xml": self._workbook(pages),
            "xl/_rels/workbook.xml.rels": self._relations(kinds),
            "xl/styles.xml": self._styles(),
            "xl/sharedStrings.xml": self._shared(),
            **sheets,
        }  # fmt: skip
        if self.chain:
            cells = "".join(f'<{self.p}c r="{at}" i="1"/>' for at in self.chain)
            out["xl/calcChain.xml"] = (
                f'<{self.p}calcChain {self.xmlns}="{self.main}">{cells}</{self.p}calcChain>'
            )
        return {
            name: f'<?xml version="1.0" encoding="UTF-8"?>\n{text}' for name, text in out.items()
        }

    def _relations(self, kinds: dict[str, tuple[str, str]]) -> str:
        inner = "".join(
            f'<Relationship Id="{key}" Type="{self.document}/{kind}" Target="{target}"/>'
            for key, (kind, target) in kinds.items()
        )
        return f'<Relationships xmlns="{_PACKAGE}">{inner}</Relationships>'

    def _workbook(self, pages: Sequence[Page]) -> str:
        p = self.p
        sheets = "".join(
            f'<{p}sheet name={quoteattr(page.name)} sheetId="{i}" state="{page.state}" r:id="rId{i}"/>'
            for i, page in enumerate(pages, 1)
        )
        return f'<{p}workbook {self.xmlns}="{self.main}" xmlns:r="{self.document}"><{p}sheets>{sheets}</{p}sheets></{p}workbook>'

    def _styles(self) -> str:
        p = self.p
        formats = "".join(
            f'<{p}numFmt numFmtId="{163 + i}" formatCode={quoteattr(code)}/>'
            for code, i in self.codes.items() if i
        )  # fmt: skip
        styles = "".join(f'<{p}xf numFmtId="{163 + i if i else 0}"/>' for i in self.codes.values())
        return f'<{p}styleSheet {self.xmlns}="{self.main}"><{p}numFmts>{formats}</{p}numFmts><{p}cellXfs>{styles}</{p}cellXfs></{p}styleSheet>'

    def _shared(self) -> str:
        p = self.p
        items = "".join(
            f'<{p}si><{p}t xml:space="preserve">{escape(text)}</{p}t></{p}si>'
            for text in self.strings
        )
        return f'<{p}sst {self.xmlns}="{self.main}">{items}</{p}sst>'

    def sheet(self, page: Page, number: int) -> str:
        p = self.p
        rows: dict[int, list[str]] = {}
        for r, c, cell in page.cells():
            rows.setdefault(r, []).append(self._cell(f"{letter(c)}{r}", cell))
            if cell.formula is not None and number == 1:
                self.chain.append(f"{letter(c)}{r}")
        data = "\n".join(
            f'<{p}row r="{r}"{" hidden=" + chr(34) + "1" + chr(34) if r in page.hidden_rows else ""}>{"".join(cells)}</{p}row>'
            for r, cells in rows.items()
        )  # fmt: skip
        merges = "".join(
            f'<{p}mergeCell ref="{letter(left)}{top}:{letter(right)}{bottom}"/>'
            for top, left, bottom, right in page.merges
        )
        merged = f"<{p}mergeCells>{merges}</{p}mergeCells>" if merges else ""
        filtered = f'<{p}autoFilter ref="{page.filter}"/>' if page.filter else ""
        return f'<{p}worksheet {self.xmlns}="{self.main}"><{p}sheetData>\n{data}\n</{p}sheetData>{filtered}{merged}</{p}worksheet>'

    def _cell(self, at: str, cell: Cell) -> str:
        p = self.p
        style = self.codes.setdefault(cell.code, len(self.codes))
        value = cell.value
        formula = "" if cell.formula is None else f"<{p}f>{escape(cell.formula.lstrip('='))}</{p}f>"
        if isinstance(value, str):
            if formula:
                return f'<{p}c r="{at}" s="{style}" t="str">{formula}<{p}v>{escape(value)}</{p}v></{p}c>'
            if self.inline:
                return f'<{p}c r="{at}" s="{style}" t="inlineStr"><{p}is><{p}t xml:space="preserve">{escape(value)}</{p}t></{p}is></{p}c>'
            index = self.strings.setdefault(value, len(self.strings))
            return f'<{p}c r="{at}" s="{style}" t="s"><{p}v>{index}</{p}v></{p}c>'
        if isinstance(value, date):
            start = datetime(1899, 12, 30)
            value = (datetime(value.year, value.month, value.day) - start).days
        return f'<{p}c r="{at}" s="{style}">{formula}<{p}v>{value}</{p}v></{p}c>'
