"""Submitting a comment, whichever door it came through, and where the browser goes afterwards."""
