"""A preview on the screen, as a page and for programs."""
