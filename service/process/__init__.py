"""Processes and how they start: the supervisor, the web server, preflight and health checks."""
