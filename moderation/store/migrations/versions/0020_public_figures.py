"""Whether a site shows its figures, in a column that the version before this one does not read."""

from alembic import op
from sqlalchemy import Boolean, Column, true

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add the column; every site shows them, as before."""
    op.add_column("sites", Column("shows_figures", Boolean, nullable=False, server_default=true()))
