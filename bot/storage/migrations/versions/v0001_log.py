"""The log: messages, the questions in them, and the chats' memory."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "messages",
        sa.Column("uid", sa.String(32), primary_key=True),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("account", sa.String(200), nullable=False),
        sa.Column("chat", sa.String(32)),
        sa.Column("person", sa.String(32)),
        sa.Column("tap", sa.Boolean, nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("sent_id", sa.String(200), nullable=False),
        sa.Column("edited", sa.Boolean, nullable=False),
        sa.Column("superseded", sa.Boolean, nullable=False),
        sa.Column("received", _moment(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("owed", sa.Text),
    )
    op.create_index("messages_by_message", "messages", ["chat", "message_id"])
    op.create_index("messages_by_person", "messages", ["person"])
    op.create_index("messages_by_time", "messages", ["received"])
    op.create_index(
        "messages_owed",
        "messages",
        ["channel", "received"],
        sqlite_where=sa.text("owed IS NOT NULL"),
        postgresql_where=sa.text("owed IS NOT NULL"),
    )
    op.create_table(
        "questions",
        sa.Column("uid", sa.String(32), primary_key=True),
        sa.Column("message", sa.String(32), sa.ForeignKey("messages.uid"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("received", _moment(), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("chat", sa.String(32)),
        sa.Column("person", sa.String(32)),
        sa.Column("posting", sa.String(40)),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("decision", sa.String(20), nullable=False),
        sa.Column("topic", sa.String(200)),
        sa.Column("entry", sa.String(200)),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("ranking", sa.Text, nullable=False),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("opened", _moment()),
        sa.Column("closed", _moment()),
        sa.Column("rating", sa.Integer, nullable=False),
        sa.Column("superseded", sa.Boolean, nullable=False),
        sa.Column("ms", sa.Float, nullable=False),
    )
    op.create_index("questions_by_message", "questions", ["message"])
    op.create_index("questions_by_person", "questions", ["person"])
    op.create_index("questions_by_time", "questions", ["received"])
    op.create_index(
        "questions_open",
        "questions",
        ["posting", "received"],
        sqlite_where=sa.text("open IS 1"),
        postgresql_where=sa.text("open IS true"),
    )
    op.create_table(
        "chats",
        sa.Column("chat", sa.String(32), primary_key=True),
        sa.Column("memory", sa.Text, nullable=False),
        sa.Column("updated", _moment(), nullable=False),
    )
    op.create_index("chats_by_time", "chats", ["updated"])


def downgrade() -> None:
    op.drop_table("chats")
    op.drop_table("questions")
    op.drop_table("messages")
