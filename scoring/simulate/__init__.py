"""Assessments of offices that do not exist, of any size: the columns of their tables, made in chunks,
and mistakes planted in them. Nothing here is read by the rest of the program, and nothing writes a file.
"""
