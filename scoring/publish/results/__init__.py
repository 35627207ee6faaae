"""考核结果.xlsx: one module a sheet; totals are live formulas that carry the engine's values."""
