"""看板: the board of a day as one page."""
