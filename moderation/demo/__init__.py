"""Invented comments for trying the dashboard and for measuring it."""
