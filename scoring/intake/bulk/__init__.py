"""Assessments of many units: parquet files typed by expressions over whole columns.

A row whose every cell is in its plain form is typed by the dataframe library and never becomes a Python
object. Whatever is not plain is read by the readers of an ordinary assessment, together with all other
rows of its unit, so that every message and place is the same.
"""
