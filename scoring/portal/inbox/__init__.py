"""What concerns an account: what it must do by when, and what was decided about it. Nothing is stored: it
follows from the folder and from what was reported."""
