"""Asking of a graded year: why this score, what if, what is missing, what to tell a unit.

Everything here is found with the one engine of ``scoring.score``; nothing reads or writes a file.
"""
