"""Backups: one file that holds a whole database, written while it is used, and put back all or nothing."""
