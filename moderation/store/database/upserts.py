"""INSERT with ON CONFLICT, which has its own dialect for each database."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

UPSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
"""By dialect name."""
