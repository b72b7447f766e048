"""The schema's history, oldest first. `store/database/migrate.py` runs it; a released revision never changes."""
