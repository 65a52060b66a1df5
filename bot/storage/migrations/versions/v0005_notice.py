"""Which notice ends a wait, and since when a notice is to be told."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("waits", sa.Column("notice", sa.String(32)))
    op.create_index("waits_by_notice", "waits", ["notice"])
    # Nothing has written notices before this step: the table is empty.
    with op.batch_alter_table("notices") as table:
        table.add_column(sa.Column("since", sa.DateTime(timezone=True), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("notices") as table:
        table.drop_column("since")
    op.drop_index("waits_by_notice", "waits")
    with op.batch_alter_table("waits") as table:
        table.drop_column("notice")
