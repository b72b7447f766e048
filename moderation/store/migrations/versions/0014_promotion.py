"""Which line the decisions of a site prove to be the better one."""

from alembic import op
from sqlalchemy import Column, Text, text

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the column."""
    op.add_column("site_learning", Column("line", Text, nullable=False, server_default=text("'shipped'")))
