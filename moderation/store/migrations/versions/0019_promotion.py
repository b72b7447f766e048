"""Which line the decisions of a site prove to be the better one, and with which shipped model that was proven."""

from alembic import op
from sqlalchemy import Column, Text, text

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("site_learning", Column("line", Text, nullable=False, server_default=text("'shipped'")))
    op.add_column("automations", Column("model", Text, nullable=False, server_default=text("''")))
    # What was proven so far was proven with another model than this version's.
    op.execute("UPDATE automations SET model = 'earlier' WHERE site_id IN (SELECT site_id FROM proofs)")
    op.add_column("trials", Column("model", Text, nullable=False, server_default=text("''")))
