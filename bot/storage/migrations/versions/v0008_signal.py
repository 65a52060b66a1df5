"""What Signal hands over only once, what was set to disappear, and what a reaction is about."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TEXTS = (("messages", "rates"), ("notices", "sent_id"), ("notices", "rates"))


def upgrade() -> None:
    # Added in place: copying the table would drop it, and the questions refer to it.
    fleeting = sa.Column("fleeting", sa.Boolean, nullable=False, server_default=sa.text("0"))
    op.add_column("messages", fleeting)
    for table, column in _TEXTS:
        added = sa.Column(column, sa.String(200), nullable=False, server_default="")
        op.add_column(table, added)
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
    for table, column in _TEXTS:
        op.drop_column(table, column)
    op.drop_column("messages", "fleeting")
