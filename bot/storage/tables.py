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
    false,
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
    # The writer set it to disappear: what it says is kept no longer than it takes to answer.
    Column("fleeting", Boolean, nullable=False, server_default=false()),
    # The questions that a rating of the reply is about, where it is known by the reply's id only.
    Column("rates", String(200), nullable=False, server_default=""),
    Index("messages_by_message", "chat", "message_id"),
    Index("messages_by_reply", "chat", "sent_id"),
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
    # The matter it was put to, once somebody gathered it; null for what never was open.
    Column("gap", Integer),
    Index("questions_by_message", "message"),
    Index("questions_by_gap", "gap"),
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

inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    # As in messages: a keyed hash of channel, account and update key.
    Column("uid", String(32), nullable=False, unique=True),
    Column("channel", String(40), nullable=False),
    Column("account", String(200), nullable=False),
    Column("received", Moment, nullable=False),
    # What a messenger hands over only once, as it came, until it was handled: for moments.
    Column("raw", Text, nullable=False),
)

gaps = Table(
    "gaps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("posting", String(40)),
    # The topic that was recognised; null where questions came together by their likeness.
    Column("topic", String(200)),
    # Why it is open: unstated, unanswered, or disliked (a thumb down on an answer).
    Column("kind", String(20), nullable=False),
    # The telling words of the oldest question, where likeness decides; else empty.
    Column("key", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    # Counts what moderators did to it: who acts on what changed meanwhile is told so.
    Column("version", Integer, nullable=False),
    # The gap that this one was merged into by hand.
    Column("merged", Integer),
    Index("gaps_by_matter", "posting", "topic"),
    Index("gaps_by_state", "state"),
)

acts = Table(
    "acts",
    metadata,
    # What moderators did: added to, never changed but for how far it is carried out.
    Column("id", Integer, primary_key=True),
    Column("gap", Integer),
    Column("kind", String(20), nullable=False),
    Column("moderator", String(200), nullable=False),
    Column("at", Moment, nullable=False),
    # What was decided, and what an undo needs, as JSON.
    Column("details", Text, nullable=False),
    # How far it is carried out.
    Column("step", String(20), nullable=False),
    # The act that this one took back.
    Column("undoes", Integer),
    Index("acts_by_gap", "gap"),
    Index("acts_by_time", "at"),
    Index("acts_by_step", "step"),
)

waits = Table(
    "waits",
    metadata,
    # Who asked to be told when there is an answer: the only rows that keep a real address for long.
    Column("question", ForeignKey("questions.uid"), primary_key=True),
    Column("chat", String(32), nullable=False),
    Column("person", String(32), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("posting", String(40)),
    Column("language", String(20), nullable=False),
    # The sender's address, as JSON.
    Column("address", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    # The notice that is on its way to end it; null while there is nothing to tell.
    Column("notice", String(32)),
    Index("waits_by_notice", "notice"),
    Index("waits_by_person", "person"),
    Index("waits_by_chat", "chat"),
    Index("waits_by_end", "until"),
)

notices = Table(
    "notices",
    metadata,
    # The outbox of what is said without being asked just now. Its uid is made from what it is
    # about and whom it is for, so that the same notice cannot be put there twice.
    Column("uid", String(32), primary_key=True),
    # answer, once, expired, closed
    Column("kind", String(20), nullable=False),
    # The act that led to it; null for what time led to.
    Column("act", Integer),
    Column("question", String(32)),
    Column("chat", String(32)),
    Column("person", String(32)),
    Column("channel", String(40), nullable=False),
    # When it was put there, and from when on it may be sent.
    Column("since", Moment, nullable=False),
    Column("due", Moment, nullable=False),
    # waiting, sending, sent, failed, dropped
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("done", Moment),
    # The reply with its address, as JSON like that of messages; null once it is done.
    Column("owed", Text),
    Index("notices_due", "channel", "state", "due"),
    Index("notices_by_act", "act"),
    Index("notices_by_person", "person"),
)

blocked = Table(
    "blocked",
    metadata,
    # People whose messages are not read any more, by pseudonym.
    Column("person", String(32), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("moderator", String(200), nullable=False),
)
