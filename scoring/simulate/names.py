"""Places and offices that do not exist, with names that could be theirs."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scoring.simulate.columns import words
from scoring.simulate.draws import Draws, Whole

# Signs that hardly any place is called by: no real office should find itself in a simulated table.
_FIRST: Final = "岫霁溟泠杳黛绮琇璟珩珞翎翊砚笙箫弦鹭鸢槿棣荻萱菡蘅葭霭屿汐漪澈霖霓曦晗煦皓晏璎"
_SECOND: Final = "山川溪泉源岭峰原城阳宁安平昌丰泰康和州江河湖林田台桥湾洲塘坪谷津浦渚"
_PAIRS: Final = [first + second for first in _FIRST for second in _SECOND]
_PRIME: Final = 7919
"""Prime to the number of names in each list: a step of so many comes by all of them."""

PROVINCES: Final = 31
_CITIES: Final = 13
"""Cities of a province, as long as there are few."""
_COUNTIES: Final = 12
"""Counties of a city, as long as there are cities enough."""
_VILLAGES: Final = 20
_COUNTY: Final = ("县", "县", "区", "县", "区", "市")

BUREAUS: Final = (
    ("财政局", None), ("教育局", None), ("公安局", None), ("民政局", None), ("司法局", None),
    ("发展和改革委员会", "发改委"), ("人力资源和社会保障局", "人社局"), ("自然资源和规划局", "自然资源局"),
    ("生态环境局", "环境局"), ("住房和城乡建设局", "住建局"), ("交通运输局", "交通局"), ("水务局", None),
    ("农业农村局", "农业局"), ("商务局", None), ("文化和旅游局", "文旅局"), ("卫生健康委员会", "卫健委"),
    ("应急管理局", "应急局"), ("审计局", None), ("市场监督管理局", "市场监管局"), ("统计局", None),
    ("医疗保障局", "医保局"), ("行政审批服务局", "审批局"), ("城市管理局", "城管局"), ("信访局", None),
)  # fmt: skip
"""Departments of a city, and what they are called for short."""
_SECTIONS: Final = (
    "办公室", "人事科", "财务科", "法规科", "宣传科", "监察科", "规划科", "信息科", "审批科", "督查科",
)  # fmt: skip
_INSTITUTIONS: Final = ("服务中心", "信息中心", "培训中心", "监测站", "评审中心")


class Names(NamedTuple):
    """Of some units: full names, short names (blank where there is none), paths of regions."""

    full: pa.Array
    short: pa.Array
    region: pa.Array


_KINDS: Final = (
    ("社区", "community"), ("开发区", "zone"), ("园区", "zone"), ("科室", "section"), ("处室", "section"),
    ("机构", "institution"), ("部门", "department"), ("局", "department"), ("村", "village"),
    ("镇", "town"), ("乡", "town"), ("街道", "town"), ("县", "county"), ("区", "county"), ("市", "county"),
)  # fmt: skip
"""What the units of a group are, by a word of its name."""


def is_area(group: str) -> bool:
    """Whether the units of a group govern a place, and have departments of their own."""
    return _kind(group) in ("county", "zone", "town")


def _kind(group: str) -> str:
    return next((kind for word, kind in _KINDS if word in group), "other")


def _of_a_city(kind: str) -> int:
    """How many units of a kind a city has."""
    return {
        "department": len(BUREAUS),
        "section": len(BUREAUS) * len(_SECTIONS),
        "institution": len(BUREAUS) * len(_INSTITUTIONS),
        "village": _COUNTIES * _VILLAGES,
        "community": _COUNTIES * _VILLAGES,
    }.get(kind, _COUNTIES)


class Country:
    """The places of a run, drawn by its seed: cities by number, each with as many counties as asked."""

    def __init__(self, seed: int, groups: dict[str, int]) -> None:
        draws = Draws(seed, 0)
        self._shift = [int(n) for n in draws.below(len(_PAIRS), 4)]
        # Each triple of signs names one city at most: of more units each city has more.
        self._most = len(_PAIRS) * len(_FIRST)
        self._each = {
            group: max(_of_a_city(_kind(group)), -(-count // self._most))
            for group, count in groups.items()
        }
        cities = max((-(-n // self._each[g]) for g, n in groups.items() if n), default=1)
        self._per_province = max(_CITIES, -(-cities // PROVINCES))
        at = np.arange(cities, dtype=np.int64)
        self._cities = pa.array([self._city(int(i)) for i in at], pa.string())
        provinces = [f"{self._pair(int(i), 0)}省" for i in range(PROVINCES + 1)]
        self._in_province = _join(words(provinces, at // self._per_province), "/", self._cities)

    def names(self, group: str, first: int, count: int) -> Names:
        """The names of ``count`` units of a group, from its ``first`` on."""
        kind, each = _kind(group), self._each[group]
        number = np.arange(first, first + count, dtype=np.int64)
        city, slot = number // each, number % each
        at, region = words(self._cities, city), words(self._in_province, city)
        none = pa.nulls(count, pa.string())
        if kind in ("department", "section", "institution"):
            own = len(BUREAUS)
            bureau, rest = words([b for b, _ in BUREAUS], slot % own), slot // own
            if kind == "department" and not rest.any():
                short = _join(at, words([b for _, b in BUREAUS], slot))
                return Names(_join(at, bureau), short, region)
            parts = {"section": _SECTIONS, "institution": _INSTITUTIONS}.get(kind, ("分局",))
            full = _join(at, bureau, words(parts, rest % len(parts)), _nth(rest // len(parts)))
            return Names(full, none, region)
        if kind in ("village", "community"):
            county, rest = slot % _COUNTIES, slot // _COUNTIES
            place = self._county(city, county)
            ends = ("村", "村民委员会") if kind == "village" else ("社区", "居民委员会")
            short = _join(at, place, self._places(rest, county, 3), ends[0])
            return Names(_join(short, ends[1]), short, _join(region, "/", place))
        place = self._county(city, slot)
        if kind == "county":
            short = _join(at, place)
            return Names(_join(short, "人民政府"), short, _join(region, "/", place))
        bare = _join(at, self._places(slot, city, 1))
        if kind == "zone":
            short = _join(bare, "经济开发区")
            return Names(_join(short, "管理委员会"), short, region)
        if kind == "town":
            short = _join(bare, "镇")
            return Names(_join(short, "人民政府"), short, region)
        return Names(_join(bare, group), none, region)

    def _pair(self, number: int, which: int) -> str:
        return _PAIRS[(number * _PRIME + self._shift[which]) % len(_PAIRS)]

    def _city(self, number: int) -> str:
        if number < len(_PAIRS):
            return f"{self._pair(number, 2)}市"
        whole, rest = divmod(number - len(_PAIRS), len(_PAIRS))
        return f"{_FIRST[whole % len(_FIRST)]}{self._pair(rest, 2)}市"

    def _places(self, slot: Whole, city: Whole, which: int) -> pa.Array:
        at = ((slot + 5 * city) * _PRIME + self._shift[which]) % len(_PAIRS)
        more = (slot // len(_PAIRS)) % len(_FIRST)
        # More places in one city than there are pairs: a third sign tells them apart.
        third = words(["", *_FIRST], more)
        return _join(third, words(_PAIRS, at))

    def _county(self, city: Whole, slot: Whole) -> pa.Array:
        return _join(self._places(slot, city, 1), words(_COUNTY, (slot + city) % len(_COUNTY)))


def departments_of(short: pa.Array, number: Whole) -> pa.Array:
    """The names of subordinate departments, one of each of some places."""
    return _join(short, words([b for b, _ in BUREAUS], number % len(BUREAUS)))


def _nth(number: Whole) -> pa.Array:
    """Nothing for the first, 第2 for the second."""
    shown = _join("第", pa.array(number + 1).cast(pa.string()))
    return pc.if_else(pa.array(number == 0), "", shown)


def _join(*parts: pa.Array | str) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")
