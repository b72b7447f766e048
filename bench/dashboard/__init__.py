"""The dashboard: how fast its pages are made, and how many keys a moderator presses."""
