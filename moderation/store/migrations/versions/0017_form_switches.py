"""The switches of a site's form, in a column that the version before this one does not read."""

from alembic import op
from sqlalchemy import Column, text
from sqlalchemy.types import JSON

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the column; every switch is off."""
    op.add_column("sites", Column("form", JSON, nullable=False, server_default=text("'{}'")))
