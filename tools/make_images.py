"""Make ``docs/images/``: pages of the sample year's papers, bulletins and a filled form, for README and
manual.

    python tools/make_images.py

Needs LibreOffice, poppler-utils and Pillow. Fonts of the official format that this machine lacks
are shown in Noto CJK.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import openpyxl
from PIL import Image, ImageChops, ImageOps

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scoring import (  # noqa: E402
    make_bulletin,
    make_feedback,
    make_forms,
    preview_form,
    publish_results,
    score_assessment,
    verification_sheet,
)
from scoring.intake import Assessment, load_assessment  # noqa: E402
from scoring.monitoring import WindowKind  # noqa: E402
from scoring.points import SCALE  # noqa: E402
from scoring.publish.preview.html import preview_html  # noqa: E402
from scoring.steps.dashboard import make_dashboard  # noqa: E402
from scoring.steps.warn import make_warnings, watch_assessment  # noqa: E402

IMAGES = ROOT / "docs" / "images"
WORKBOOK, CIRCULAR, SHEET, FORM = "考核结果.xlsx", "通报.docx", "核查表.xlsx", "考核表.xlsx"
NOTE, NOTE_UNIT = "反馈单.docx", "临溪县人民政府"
FORM_UNIT, FORM_PERIOD, ASSUMED = "临溪县人民政府", "上半年", 80
WEEK, BOARD, MONTH = "周通报.docx", "看板.html", "月排名.html"
WARNINGS, URGED, URGED_UNIT = "预警.xlsx", "督办单.docx", "示例市供销合作社联合社"
MORNING, MONTH_END = date(2024, 6, 28), date(2024, 6, 30)
LARGEST = 200_000
RESOLUTION = 220
SERIF, SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"
STAND_INS = {
    "宋体": SERIF,
    "仿宋_GB2312": SERIF,
    "楷体_GB2312": SERIF,
    "方正小标宋简体": SERIF,
    "黑体": SANS,
}


@dataclass(frozen=True)
class Picture:
    """A page of a document: the first that holds ``text``. ``part`` is the share of it that is
    kept, from the left and from the top; a ``sheet`` loses its margins, a page of paper does not."""

    name: str
    document: str
    text: str
    width: int
    part: tuple[float, float] = (1, 1)
    sheet: bool = True


PICTURES = (
    Picture("汇总", WORKBOOK, "考核结果", 900),
    Picture("台账", WORKBOOK, "平时考核台账", 1200, (1, 0.5)),
    Picture("等次分布", WORKBOOK, "等次分布", 800),
    Picture("核查表", SHEET, "核查表", 1200, (1, 0.55)),
    Picture("通报", CIRCULAR, "", 700, sheet=False),
    Picture("通报附件", CIRCULAR, "附件\n", 700, sheet=False),
    Picture("考核表", FORM, "填写说明", 1200),
    Picture("预估", FORM, "预估综合成绩和等次", 900),
    Picture("反馈单", NOTE, "", 700, sheet=False),
    Picture("周通报", WEEK, "各单位情况", 600, (1, 0.9), sheet=False),
    Picture("预警", WARNINGS, "考核预警", 1200, (0.803, 0.44)),
    Picture("督办单", URGED, "", 600, (1, 0.75), sheet=False),
)


@dataclass(frozen=True)
class Screen:
    """A page in a browser whose window has the ``size``, shown ``width`` wide."""

    name: str
    page: str
    size: tuple[int, int]
    width: int


SCREENS = (
    Screen("预估网页", "预估.html", (860, 1400), 700),
    Screen("看板", BOARD, (1200, 860), 900),
    Screen("月排名", MONTH, (900, 900), 700),
)


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        assessment, _ = load_assessment(ROOT / "sample_data" / "2024")
        assert assessment is not None
        result = score_assessment(assessment)
        publish_results(result, assessment, folder)
        notes = make_feedback(result, assessment, [NOTE_UNIT])
        (folder / NOTE).write_bytes(notes[f"{NOTE_UNIT}反馈单.docx"])
        verification_sheet(assessment, "上半年", folder / SHEET)
        _half_filled(folder / SHEET)
        _fill_form(assessment, folder / FORM)
        _write_bulletins(assessment, folder)
        _write_preview(folder)
        _to_pdf(folder)
        IMAGES.mkdir(exist_ok=True)
        for picture in PICTURES:
            _save(_draw(picture, folder), picture.name)
        for screen in SCREENS:
            _save(_shot(screen, folder), screen.name)


def _save(image: Image.Image, name: str) -> None:
    path = IMAGES / f"{name}.png"
    image.save(path, optimize=True)
    size = path.stat().st_size
    assert size < LARGEST, f"{path.name}: {size} bytes"
    print(f"{path.relative_to(ROOT)}  {size // 1000} kB")


def _write_bulletins(assessment: Assessment, folder: Path) -> None:
    """The papers of a morning and of the end of a month."""
    for kind in (WindowKind.WEEK, WindowKind.MONTH):
        for name, content in make_bulletin(assessment, kind, MONTH_END).files.items():
            end = next((end for end in (WEEK, MONTH) if name.endswith(end)), name)
            (folder / end).write_bytes(content)
    found = watch_assessment(assessment, MORNING)
    papers = make_warnings(found, assessment) | make_dashboard(found, assessment)
    (folder / WARNINGS).write_bytes(papers[WARNINGS])
    (folder / URGED).write_bytes(papers[f"{URGED_UNIT}{URGED}"])
    (folder / BOARD).write_bytes(papers[BOARD])


def _write_preview(folder: Path) -> None:
    form = next((ROOT / "sample_data" / "2024" / "自我考核" / "下半年").glob("沙渚县*.xlsx"))
    found, _ = preview_form(form)
    assert found is not None
    (folder / "预估.html").write_text(preview_html(found), "utf-8")


def _shot(screen: Screen, folder: Path) -> Image.Image:
    """A page as Chromium shows it."""
    shot = folder / f"{screen.name}网页.png"
    width, height = screen.size
    subprocess.run(
        [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            "--disable-background-networking", f"--user-data-dir={folder / 'browser'}",
            f"--screenshot={shot}", f"--window-size={width},{height}",
            (folder / screen.page).as_uri(),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    size = (screen.width, round(height * screen.width / width))
    image = Image.open(shot).convert("RGB").resize(size, Image.Resampling.LANCZOS)
    # As many colours as a page's marks in red, yellow and green need.
    return image.quantize(96, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)


def _half_filled(path: Path) -> None:
    """The 核查表 as a verifier has it before him: some items done, one without its reason."""
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    at = {cell.value: cell.column for cell in page[3]}
    for row in range(7, page.max_row + 1):
        page.cell(row, at["核查得分"]).value = 6.5 if row == 7 else None
        page.cell(row, at["核查说明"]).value = None
    book.save(path)


def _fill_form(assessment: Assessment, path: Path) -> None:
    """A form with the unit's own scores of the sample; evidence lacks for one item, and the third
    party's score is an assumed one."""
    (content,) = make_forms(assessment, FORM_PERIOD, units=[FORM_UNIT]).files.values()
    book = openpyxl.load_workbook(io.BytesIO(content))
    items = {
        row.indicator: row for row in assessment.tables.items
        if (row.unit, row.period) == (FORM_UNIT, FORM_PERIOD)
    }  # fmt: skip
    sheet = book["考核表"]
    header = next(line for line in sheet.iter_rows() if line[0].value == "指标编号")
    at = {cell.value: cell.column for cell in header}
    for line in sheet.iter_rows(min_row=header[0].row + 1):
        item = items.get(line[0].value)
        if item is None:
            continue
        row = line[0].row
        sheet.cell(row, at["自评分"]).value = (item.self_score or 0) / SCALE
        sheet.cell(row, at["自评说明"]).value = _short(item.self_note)
        if item.indicator != "2.3":
            sheet.cell(row, at["证明材料"]).value = _short(item.evidence) or "政府网站公开目录"
    estimate = book["预估"]
    for (cell,) in estimate.iter_rows(min_col=8, max_col=8):
        if cell.value == "third_party":
            estimate.cell(cell.row, 3).value = ASSUMED
    book.save(path)


def _short(text: str | None) -> str | None:
    """What fits into the two lines of a row."""
    return text if text is None or len(text) <= 22 else text[:21] + "…"


def _to_pdf(folder: Path) -> None:
    aliases = "".join(
        f"<alias binding='same'><family>{wanted}</family><accept><family>{instead}</family>"
        "</accept></alias>"
        for wanted, instead in STAND_INS.items()
    )
    fonts = folder / "fonts.conf"
    fonts.write_text(
        f"<fontconfig><include>/etc/fonts/fonts.conf</include>{aliases}</fontconfig>", "utf-8"
    )
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", folder]
    subprocess.run(
        [*command, *(folder / name for name in sorted({p.document for p in PICTURES}))],
        check=True,
        capture_output=True,
        env=os.environ | {"FONTCONFIG_FILE": str(fonts)},
    )


def _draw(picture: Picture, folder: Path) -> Image.Image:
    pdf = (folder / picture.document).with_suffix(".pdf")
    text = subprocess.run(["pdftotext", pdf, "-"], check=True, capture_output=True, text=True)
    pages = text.stdout.split("\f")
    page = str(1 + next(n for n, words in enumerate(pages) if picture.text in words))
    target = folder / picture.name
    subprocess.run(
        ["pdftoppm", "-png", "-singlefile", "-r", str(RESOLUTION), "-f", page, pdf, target],
        check=True,
    )
    image = Image.open(target.with_suffix(".png")).convert("RGB")
    if picture.sheet:
        image = image.crop(_filled(image, 20))
    width, height = (int(s * p) for s, p in zip(image.size, picture.part, strict=True))
    image = image.crop((0, 0, width, height))
    size = (picture.width, round(height * picture.width / width))
    image = image.resize(size, Image.Resampling.LANCZOS)
    if not picture.sheet:
        image = ImageOps.expand(image, 1, "#BFBFBF")
    return image.quantize(255, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)


def _filled(image: Image.Image, margin: int) -> tuple[int, int, int, int]:
    """The box of the page that is not white, with a margin."""
    box = ImageChops.invert(image.convert("L")).getbbox()
    assert box, "an empty page"
    left, top, right, bottom = box
    return left - margin, top - margin, right + margin, bottom + margin


if __name__ == "__main__":
    main()
