"""Mutation fuzzing of what is read: workbooks inside their parts, csv, YAML, whole folders.

Every input follows from a seed and a number. A difference between two readings is a finding, not
only a traceback, a call of more than 5 seconds or 600 MB, or a grade that nobody can account for:

- ``keep.py``: other spellings of the same workbook; what is read must stay exactly as it was
- ``damage.py``: damage, after which all is read as before, or refused; and other content, which must be
  read as openpyxl reads it, cell by cell (``reading.py`` lists the justified differences)
- ``texts.py``: csv against the file's own lines and Python's csv module, YAML against PyYAML
- ``assessments.py``: a mutated file in an assessment; where it is graded, the tables are those of the
  sound folder, or those that a second reading of the file gives

``tests/test_fuzz.py`` tries 10,000 inputs. More of them, each finding with its input saved::

    python -m tests.fuzz --seconds 600 --seed 7 --save findings

``--only workbook:1234`` tries one input again.
"""
