"""The moderators' desk: what closed a question, split gaps, cards in the group, drafts, facts."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("questions", sa.Column("act", sa.Integer))
    op.drop_index("questions_by_gap", "questions")
    op.create_index(
        "questions_by_gap",
        "questions",
        ["gap", "received", "superseded", "open", "closed", "language", "person", "act"],
        sqlite_where=sa.text("gap IS NOT NULL"),
        postgresql_where=sa.text("gap IS NOT NULL"),
    )
    op.create_index(
        "questions_by_act",
        "questions",
        ["act"],
        sqlite_where=sa.text("act IS NOT NULL"),
        postgresql_where=sa.text("act IS NOT NULL"),
    )
    op.create_index(
        "questions_to_gather",
        "questions",
        ["received"],
        sqlite_where=sa.text("open IS 1 AND (gap IS NULL OR act IS NOT NULL)"),
        postgresql_where=sa.text("open AND (gap IS NULL OR act IS NOT NULL)"),
    )
    op.add_column("gaps", sa.Column("origin", sa.Integer))
    op.add_column("acts", sa.Column("key", sa.String(64)))
    op.create_index("acts_by_key", "acts", ["key"], unique=True)
    op.create_index("acts_by_undoing", "acts", ["undoes"])
    op.create_table(
        "cards",
        sa.Column("gap", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("chat", sa.String(40), nullable=False),
        sa.Column("message", sa.String(40), nullable=False),
        sa.Column("shown", sa.String(32), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_index("cards_by_message", "cards", ["chat", "message"])
    op.create_index("cards_by_time", "cards", ["at"])
    op.create_table(
        "drafts",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("updated", _MOMENT, nullable=False),
    )
    op.create_table(
        "facts",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("updated", _MOMENT, nullable=False),
    )


def downgrade() -> None:
    for name in ("facts", "drafts", "cards"):
        op.drop_table(name)
    op.drop_index("acts_by_undoing", "acts")
    op.drop_index("acts_by_key", "acts")
    with op.batch_alter_table("acts") as table:
        table.drop_column("key")
    with op.batch_alter_table("gaps") as table:
        table.drop_column("origin")
    for index in ("questions_to_gather", "questions_by_act", "questions_by_gap"):
        op.drop_index(index, "questions")
    with op.batch_alter_table("questions") as table:
        table.drop_column("act")
    op.create_index("questions_by_gap", "questions", ["gap"])
