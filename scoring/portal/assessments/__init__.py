"""Assessments: each year's folder, file by file, and the one way to change it."""
