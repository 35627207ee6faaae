"""What the year of hand-made files is made of; ``tests/handmade_year.py`` puts it together."""
