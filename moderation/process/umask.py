"""The file permissions of everything that Rejoinder writes."""

import os

PRIVATE_UMASK = 0o077


def keep_files_private() -> None:
    """Make what this process and its children write, the database above all, readable by its owner only."""
    os.umask(PRIVATE_UMASK)
