"""Submitting a comment from the API or a form, and where the browser goes afterwards."""
