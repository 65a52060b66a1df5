"""The way back to who asked: gaps, what moderators did, who waits, what is to be told, blocks."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("questions", sa.Column("gap", sa.Integer))
    op.create_index("questions_by_gap", "questions", ["gap"])
    op.create_table(
        "gaps",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("posting", sa.String(40)),
        sa.Column("topic", sa.String(200)),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("changed", _MOMENT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("merged", sa.Integer),
    )
    op.create_index("gaps_by_matter", "gaps", ["posting", "topic"])
    op.create_index("gaps_by_state", "gaps", ["state"])
    op.create_table(
        "acts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("gap", sa.Integer),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("moderator", sa.String(200), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("undoes", sa.Integer),
    )
    op.create_index("acts_by_gap", "acts", ["gap"])
    op.create_index("acts_by_time", "acts", ["at"])
    op.create_index("acts_by_step", "acts", ["step"])
    op.create_table(
        "waits",
        sa.Column("question", sa.String(32), sa.ForeignKey("questions.uid"), primary_key=True),
        sa.Column("chat", sa.String(32), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("posting", sa.String(40)),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
    )
    op.create_index("waits_by_person", "waits", ["person"])
    op.create_index("waits_by_chat", "waits", ["chat"])
    op.create_index("waits_by_end", "waits", ["until"])
    op.create_table(
        "notices",
        sa.Column("uid", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("act", sa.Integer),
        sa.Column("question", sa.String(32)),
        sa.Column("chat", sa.String(32)),
        sa.Column("person", sa.String(32)),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("due", _MOMENT, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("done", _MOMENT),
        sa.Column("owed", sa.Text),
    )
    op.create_index("notices_due", "notices", ["channel", "state", "due"])
    op.create_index("notices_by_act", "notices", ["act"])
    op.create_index("notices_by_person", "notices", ["person"])
    op.create_table(
        "blocked",
        sa.Column("person", sa.String(32), primary_key=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("moderator", sa.String(200), nullable=False),
    )


def downgrade() -> None:
    for name in ("blocked", "notices", "waits", "acts", "gaps"):
        op.drop_table(name)
    op.drop_index("questions_by_gap", "questions")
    with op.batch_alter_table("questions") as table:
        table.drop_column("gap")
