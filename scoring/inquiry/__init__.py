"""Questions to a graded year: why this score, what if, what is missing, what a unit should know.

Every answer is computed by the rules of ``scoring.score``; nothing reads or writes a file.
"""
