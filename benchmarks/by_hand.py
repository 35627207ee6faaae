"""The least that the work can cost: Heze's composite, grade and rank as one hand-written query over the parquet
files of ``kaohe simulate --scheme heze``, nothing validated, nothing explained.

    python benchmarks/by_hand.py polars FOLDER OUT.parquet
    python benchmarks/by_hand.py duckdb FOLDER OUT.parquet

It knows the numbers of one scheme and the plain form of files without mistakes; that is what it is for: to
measure beside it (``benchmarks/scale.py``), which also compares its results with the program's.
"""

from __future__ import annotations

import sys
from pathlib import Path

AS_OF = "2024-12-31"


def files(folder: Path, table: str) -> list[str]:
    """The files of a table: one, several side by side, or a folder of them."""
    own = folder / table
    found = [*own.rglob("*.parquet"), *folder.glob(f"{table}*.parquet")]
    return sorted(map(str, found))


def polars(folder: Path, out: Path) -> None:
    import polars as pl

    units = pl.scan_parquet(files(folder, "考核对象"))
    as_of = pl.lit(AS_OF).str.to_date()
    overdue = (pl.col("整改期限") <= as_of) & (
        pl.col("整改完成日期").is_null()
        | (pl.col("整改完成日期") > pl.col("整改期限"))
        | (pl.col("整改完成日期") > as_of)
    )
    counts = (
        pl.when(pl.col("扣分项") == "1")
        .then(True)
        .when(pl.col("扣分项").is_in(["2.2", "4"]))
        .then(pl.col("核实结果").eq_missing(pl.lit("属实")))
        .otherwise(overdue)
    )
    home = units.select(单位="单位名称", 上级="所属单位")
    lost = (
        pl.scan_parquet(files(folder, "平时考核台账"))
        .filter(
            counts & pl.col("撤销日期").is_null() & pl.col("核实结果").ne_missing(pl.lit("不属实"))
        )
        .group_by("单位", 直接=pl.col("扣分项") != "1")
        .len()
        .join(home, on="单位")
        # Only rule 1 charges a county with its departments.
        .filter(pl.col("上级").is_null() | ~pl.col("直接"))
        .group_by(单位=pl.coalesce("上级", "单位"))
        .agg(pl.col("len").sum())
    )
    forms = (
        pl.scan_parquet(files(folder, "自我考核"))
        .group_by("单位")
        .agg(forms=pl.col("核查得分").sum())
    )
    given = pl.scan_parquet(files(folder, "第三方评估"))
    ledger = (1_000_000 - 15_000 * pl.col("len").fill_null(0).cast(pl.Int64)).clip(0)
    # 0.3·L + 0.4·(S1+S2)/2 + 0.3·T in hundred-thousandths of a point.
    total = (
        3 * ledger
        + 2 * (pl.col("forms") * 10_000).cast(pl.Int64)
        + 3 * (pl.col("得分") * 10_000).cast(pl.Int64)
    )
    composite = ((total + 500) // 1000).alias("composite")
    (
        units.filter(pl.col("所属单位").is_null())
        .select(unit="单位名称", group="类别")
        .join(lost, left_on="unit", right_on="单位", how="left")
        .join(forms, left_on="unit", right_on="单位", how="left")
        .join(given.select("单位", "得分"), left_on="unit", right_on="单位", how="left")
        .select("unit", "group", composite)
        .with_columns(
            grade=pl.when(pl.col("composite") >= 9000).then(pl.lit("优秀"))
            .when(pl.col("composite") >= 8000).then(pl.lit("良好"))
            .when(pl.col("composite") >= 6000).then(pl.lit("合格")).otherwise(pl.lit("不合格")),
            rank=pl.col("composite").rank("min", descending=True).over("group"),
        )
        .collect(engine="streaming")
        .write_parquet(out)
    )  # fmt: skip


SQL = """
copy (
  with units as (select * from read_parquet({units})),
  lost as (
    select coalesce(u.所属单位, u.单位名称) as unit, sum(n) as n from (
      select 单位, 扣分项 <> '1' as own, count(*) as n
      from read_parquet({ledger})
      where 撤销日期 is null and 核实结果 is distinct from '不属实' and case
        when 扣分项 = '1' then true
        when 扣分项 in ('2.2', '4') then 核实结果 is not distinct from '属实'
        else 整改期限 <= date '{as_of}' and (整改完成日期 is null or 整改完成日期 > 整改期限
             or 整改完成日期 > date '{as_of}') end
      group by all) e
    join units u on u.单位名称 = e.单位
    where u.所属单位 is null or not e.own group by all),
  forms as (select 单位 as unit, sum(核查得分) as forms from read_parquet({forms}) group by all),
  scored as (
    select u.单位名称 as unit, u.类别 as "group",
      (3 * greatest(1000000 - 15000 * coalesce(n, 0), 0) + 2 * cast(forms * 10000 as bigint)
       + 3 * cast(得分 * 10000 as bigint) + 500) // 1000 as composite
    from units u left join lost on lost.unit = u.单位名称 left join forms on forms.unit = u.单位名称
    left join read_parquet({given}) g on g.单位 = u.单位名称 where u.所属单位 is null)
  select *, case when composite >= 9000 then '优秀' when composite >= 8000 then '良好'
    when composite >= 6000 then '合格' else '不合格' end as grade,
    rank() over (partition by "group" order by composite desc) as rank
  from scored
) to '{out}' (format parquet)
"""


def duckdb(folder: Path, out: Path) -> None:
    import duckdb

    duckdb.sql(
        SQL.format(
            units=files(folder, "考核对象"), ledger=files(folder, "平时考核台账"),
            forms=files(folder, "自我考核"), given=files(folder, "第三方评估"), as_of=AS_OF, out=out,
        )
    )  # fmt: skip


if __name__ == "__main__":
    {"polars": polars, "duckdb": duckdb}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
