"""The schema's history, oldest first. Run by `moderation/store/migrate.py`; a released revision is never changed."""
