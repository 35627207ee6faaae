"""The half-finished sample year 2025 of the same city, from rows that are planned one by one."""
