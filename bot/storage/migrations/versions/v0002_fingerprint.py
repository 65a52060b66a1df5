"""What a message said, as a keyed hash: an edit that leaves the text as it was is ignored."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("fingerprint", sa.String(32)))


def downgrade() -> None:
    op.drop_column("messages", "fingerprint")
