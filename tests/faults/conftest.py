"""Installations to break: the same as for the end-to-end tests."""

from tests.e2e.conftest import empty_database, receiver, stack

__all__ = ["empty_database", "receiver", "stack"]
