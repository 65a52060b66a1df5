"""The review page: ways in, sessions, and an index of the words in questions.

The index holds no texts of its own. Triggers keep it, so that whatever changes or deletes a
question changes the index with it; see `bot.storage.wordindex` for what a deletion needs besides.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_ADD = """
    INSERT INTO indexed (question) VALUES (new.uid);
    INSERT INTO question_words (rowid, text)
        SELECT id, new.text FROM indexed WHERE question = new.uid;
"""
_TAKE_OUT = """
    INSERT INTO question_words (question_words, rowid, text)
        SELECT 'delete', id, old.text FROM indexed WHERE question = old.uid;
"""
FILL = (
    "INSERT INTO indexed (question) SELECT uid FROM questions ORDER BY received, uid",
    """INSERT INTO question_words (rowid, text) SELECT indexed.id, questions.text
        FROM questions JOIN indexed ON indexed.question = questions.uid""",
)
"""What stands in the log already; a test does it again."""

_TRIGGERS = (
    f"CREATE TRIGGER questions_added AFTER INSERT ON questions BEGIN {_ADD} END",
    f"""CREATE TRIGGER questions_changed AFTER UPDATE OF text ON questions
        WHEN new.text <> old.text BEGIN
            {_TAKE_OUT}
            INSERT INTO question_words (rowid, text)
                SELECT id, new.text FROM indexed WHERE question = new.uid;
        END""",  # noqa: S608 - constants
    f"""CREATE TRIGGER questions_deleted AFTER DELETE ON questions BEGIN
            {_TAKE_OUT}
            DELETE FROM indexed WHERE question = old.uid;
        END""",  # noqa: S608 - constants
)


def upgrade() -> None:
    op.create_table(
        "invitations",
        sa.Column("token", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("used", _MOMENT),
    )
    op.create_index("invitations_by_time", "invitations", ["created"])
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("token", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("seen", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("ended", _MOMENT),
    )
    op.create_table(
        "indexed",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("question", sa.String(32), nullable=False, unique=True),
    )
    op.create_index(
        "questions_counted",
        "questions",
        [
            "received",
            "posting",
            "decision",
            "topic",
            "entry",
            "language",
            "rating",
            "superseded",
            "person",
        ],
    )
    op.execute(
        "CREATE VIRTUAL TABLE question_words USING fts5("
        "text, content='', tokenize='unicode61 remove_diacritics 2', prefix='3')"
    )
    for statement in (*FILL, *_TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    for name in ("questions_added", "questions_changed", "questions_deleted"):
        op.execute(f"DROP TRIGGER {name}")
    op.execute("DROP TABLE question_words")
    op.drop_index("questions_counted", "questions")
    for name in ("indexed", "sessions", "invitations"):
        op.drop_table(name)
