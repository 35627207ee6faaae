"""证明材料: statistics tables and lists of published items read and checked; the files of a folder."""
