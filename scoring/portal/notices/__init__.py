"""Notices: who has something new in his inbox is told once, by mail or through the office's SMS gateway."""
