"""地区汇总: assessments of many regions, or one whose units lie in several, rolled up along the tree."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from scoring.intake.discover import SETTINGS_FILE
from scoring.intake.settings import CircularSettings, RegionSettings, settings_words
from scoring.limits import REGION_UNITS
from scoring.papers import REGIONS
from scoring.problems import Problem
from scoring.regions.model import Region, Rollup
from scoring.writing import file_names

REGION_SETTINGS: Final = "地区.yaml"
BOOK, LISTING, CIRCULAR, DATA = REGIONS.names
_YEAR = re.compile(r"20\d\d(年度?)?")


@dataclass(frozen=True, slots=True)
class Office:
    """An assessment in a folder of folders: its folder, and the region that the way to it names."""

    folder: Path
    region: Region
    name: str


def find_offices(folder: Path) -> list[Office]:
    """The assessments in a folder, in the order of their names: itself where it is one, else every folder
    below it that has an assessment.yaml. A last folder that only names the year is no region.

    >>> from pathlib import Path
    >>> [(office.name, office.region) for office in find_offices(Path("sample_data/2024"))]
    [('', ())]
    >>> [office.name for office in find_offices(Path("sample_data/schemes"))]
    ['fangtan', 'fenlei', 'jiafen', 'jidu', 'keshi']
    """
    return list(_offices(folder, folder))


def _offices(top: Path, folder: Path) -> Iterator[Office]:
    if (folder / SETTINGS_FILE).is_file():
        parts = folder.relative_to(top).parts
        region = parts[:-1] if parts and _YEAR.fullmatch(parts[-1]) else parts
        yield Office(folder, region, "/".join(parts))
        return
    with os.scandir(folder) as entries:
        below = sorted(e.name for e in entries if e.is_dir() and not e.name.startswith("."))
    for name in below:
        yield from _offices(top, folder / name)


def circular_settings(folder: Path) -> tuple[CircularSettings, list[Problem]]:
    """What 地区.yaml in ``folder`` says of the circular, and its problems; defaults where there is none."""
    from scoring.yaml_files.source import read_yaml_file
    from scoring.yaml_files.validate import validate

    path = folder / REGION_SETTINGS
    if not path.is_file():
        return CircularSettings(), []
    source = read_yaml_file(path)
    found = validate(RegionSettings, source, settings_words)
    source.cut()
    return (found or RegionSettings()).circular, source.problems


def region_of(text: str) -> Region:
    """A region as a person writes it.

    >>> region_of("甲省/乙市")
    ('甲省', '乙市')
    """
    return tuple(part for part in re.split("[/／\\\\]", text.strip()) if part)


def within(office: Office, problems: Iterable[Problem]) -> list[Problem]:
    """The problems of an assessment with its folder before the names of its files."""
    if not office.name:
        return list(problems)
    return [
        replace(p, place=p.place._replace(file=f"{office.name}/{p.place.file}")) for p in problems
    ]


def make_regions(
    found: Sequence[Rollup], given: CircularSettings | None = None
) -> dict[str, bytes]:
    """地区汇总.xlsx, 地区通报.docx and 地区汇总.json as the contents of files by name, the first two once for each scheme and
    year; 单位排名.csv where the units are too many for the workbook. ``given`` is what the circular says of its issuer. Raises TemplateFaultError where its template has faults.

    >>> from scoring import make_regions, roll_up_folder
    >>> sorted(make_regions(roll_up_folder("sample_data/2024")))
    ['地区汇总.json', '地区汇总.xlsx', '地区通报.docx']
    """
    from scoring.publish.circular.docx import render_docx
    from scoring.publish.regions.circular import compose_regions
    from scoring.publish.regions.listing import regions_json, units_csv
    from scoring.publish.regions.workbook import regions_workbook

    papers: dict[str, bytes] = {}
    for start, one in zip(_starts(found), found, strict=True):
        listing = start + LISTING
        papers[start + BOOK] = regions_workbook(one, listing)
        if len(one.units) > REGION_UNITS:
            papers[listing] = units_csv(one)
        papers[start + CIRCULAR] = render_docx(compose_regions(one, given or CircularSettings()))
    papers[DATA] = regions_json(found).encode()
    return papers


def _starts(found: Sequence[Rollup]) -> list[str]:
    """How the names of each roll-up's papers begin: where there are several, with the scheme and the year."""
    if len(found) == 1:
        return [""]
    titles: list[str] = []
    for one in found:
        title = f"{one.scheme.title.strip('《》')}{one.year}"
        # Two offices may have changed the same 办法 in different ways.
        same = sum(given.startswith(title) for given in titles)
        titles.append(f"{title}（{same + 1}）" if same else title)
    names = file_names(titles)
    return [names[title] for title in titles]
