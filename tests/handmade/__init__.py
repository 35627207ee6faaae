"""What the year of hand-made files is made of; ``tests/handmade/year.py`` puts it together."""
