"""The tables. A change here needs a migration beside it; a test compares the two."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from bot.storage.moment import Moment

metadata = MetaData()

messages = Table(
    "messages",
    metadata,
    # A keyed hash of channel, account and update key: unique by these three, and nobody's address
    # can be read from it (a Signal update has no key without the writer's number in it).
    Column("uid", String(32), primary_key=True),
    Column("channel", String(40), nullable=False),
    Column("account", String(200), nullable=False),
    # Pseudonyms; null once forgotten.
    Column("chat", String(32)),
    Column("person", String(32)),
    Column("tap", Boolean, nullable=False),
    # The messenger's ids of what came in and of what was replied, to find the reply to an edit.
    Column("message_id", String(200), nullable=False),
    Column("sent_id", String(200), nullable=False),
    Column("edited", Boolean, nullable=False),
    Column("superseded", Boolean, nullable=False),
    Column("received", Moment, nullable=False),
    Column("state", String(10), nullable=False),
    Column("reason", String(200), nullable=False),
    # The reply with its address, as JSON, for as long as it is owed.
    Column("owed", Text),
    # A keyed hash of the text, to see whether an edit left it as it was; null once forgotten.
    Column("fingerprint", String(32)),
    Index("messages_by_message", "chat", "message_id"),
    Index("messages_by_person", "person"),
    Index("messages_by_time", "received"),
)
Index(
    "messages_owed",
    messages.c.channel,
    messages.c.received,
    sqlite_where=messages.c.owed.is_not(None),
    postgresql_where=messages.c.owed.is_not(None),
)

questions = Table(
    "questions",
    metadata,
    Column("uid", String(32), primary_key=True),
    Column("message", ForeignKey("messages.uid"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("received", Moment, nullable=False),
    Column("channel", String(40), nullable=False),
    Column("chat", String(32)),
    Column("person", String(32)),
    Column("posting", String(40)),
    Column("language", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("decision", String(20), nullable=False),
    Column("topic", String(200)),
    Column("entry", String(200)),
    Column("confidence", Float, nullable=False),
    Column("ranking", Text, nullable=False),
    Column("options", Text, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("opened", Moment),
    Column("closed", Moment),
    Column("rating", Integer, nullable=False),
    Column("superseded", Boolean, nullable=False),
    Column("ms", Float, nullable=False),
    Index("questions_by_message", "message"),
    Index("questions_by_person", "person"),
    Index("questions_by_time", "received"),
)
Index(
    "questions_open",
    questions.c.posting,
    questions.c.received,
    sqlite_where=questions.c.open.is_(True),
    postgresql_where=questions.c.open.is_(True),
)

chats = Table(
    "chats",
    metadata,
    Column("chat", String(32), primary_key=True),
    Column("memory", Text, nullable=False),
    Column("updated", Moment, nullable=False),
    Index("chats_by_time", "updated"),
)

aside = Table(
    "aside",
    metadata,
    # As in messages: a keyed hash of channel, account and update key.
    Column("uid", String(32), primary_key=True),
    Column("channel", String(40), nullable=False),
    Column("received", Moment, nullable=False),
    Column("reason", String(200), nullable=False),
    # The update as it came, with whatever address is in it; null after a day.
    Column("raw", Text),
)
