"""Caches of a web process: sites and rendered threads."""
