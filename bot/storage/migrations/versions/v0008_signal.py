"""What Signal hands over only once, what was set to disappear, and what a reaction is about."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("messages") as table:
        table.add_column(
            sa.Column("fleeting", sa.Boolean, nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("rates", sa.String(200), nullable=False, server_default=""))
    with op.batch_alter_table("notices") as table:
        table.add_column(sa.Column("sent_id", sa.String(200), nullable=False, server_default=""))
        table.add_column(sa.Column("rates", sa.String(200), nullable=False, server_default=""))
    op.create_index("messages_by_reply", "messages", ["chat", "sent_id"])
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("account", sa.String(200), nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raw", sa.Text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("inbox")
    op.drop_index("messages_by_reply", "messages")
    with op.batch_alter_table("notices") as table:
        table.drop_column("rates")
        table.drop_column("sent_id")
    with op.batch_alter_table("messages") as table:
        table.drop_column("rates")
        table.drop_column("fleeting")
