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
    and_,
    false,
    or_,
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
    # What a moderator did that closed it; null while it is open, and where a person's tap did.
    Column("act", Integer),
    Index("questions_by_message", "message"),
    Index("questions_by_person", "person"),
    Index("questions_by_time", "received"),
    # Everything that the insights count, so that they need not read the texts.
    Index(
        "questions_counted",
        "received",
        "posting",
        "decision",
        "topic",
        "entry",
        "language",
        "rating",
        "superseded",
        "person",
    ),
)
Index(
    "questions_open",
    questions.c.posting,
    questions.c.received,
    sqlite_where=questions.c.open.is_(True),
    postgresql_where=questions.c.open.is_(True),
)
# Holds all that lists of gaps count, so that no row has to be read for it.
Index(
    "questions_by_gap",
    questions.c.gap,
    questions.c.received,
    questions.c.superseded,
    questions.c.open,
    questions.c.closed,
    questions.c.language,
    questions.c.person,
    questions.c.act,
    sqlite_where=questions.c.gap.is_not(None),
    postgresql_where=questions.c.gap.is_not(None),
)
Index(
    "questions_by_act",
    questions.c.act,
    sqlite_where=questions.c.act.is_not(None),
    postgresql_where=questions.c.act.is_not(None),
)
_to_gather = and_(
    questions.c.open.is_(True),
    or_(questions.c.gap.is_(None), questions.c.act.is_not(None)),
)
Index(
    "questions_to_gather",
    questions.c.received,
    sqlite_where=_to_gather,
    postgresql_where=_to_gather,
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
    # The gap that this one was split from by hand.
    Column("origin", Integer),
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
    # Names the update or the form that asked for it, so that it is not done twice.
    Column("key", String(64)),
    Index("acts_by_key", "key", unique=True),
    Index("acts_by_undoing", "undoes"),
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
    # What a rating of it is about, where it is known by the messenger's id only.
    Column("sent_id", String(200), nullable=False, server_default=""),
    Column("rates", String(200), nullable=False, server_default=""),
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

invitations = Table(
    "invitations",
    metadata,
    # A hash of what stands in the link: who reads the database cannot come in with it.
    Column("token", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    # Who it is on a messenger, to look again whether the role still stands; else empty.
    Column("subject", String(200), nullable=False),
    Column("created", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("used", Moment),
    Index("invitations_by_time", "created"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Integer, primary_key=True),
    # A hash of the cookie.
    Column("token", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    Column("subject", String(200), nullable=False),
    # The browser, in a word or two.
    Column("agent", String(200), nullable=False),
    Column("created", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    # When it was ended by hand, before its time.
    Column("ended", Moment),
)

indexed = Table(
    "indexed",
    metadata,
    # The numbers under which questions stand in the index of words (`question_words`, an FTS5
    # table without texts of its own). Triggers keep both; see the migration that made them.
    Column("id", Integer, primary_key=True),
    Column("question", String(32), nullable=False, unique=True),
)

cards = Table(
    "cards",
    metadata,
    # What the moderators' group shows of a gap, and where.
    Column("gap", Integer, primary_key=True, autoincrement=False),
    Column("chat", String(40), nullable=False),
    Column("message", String(40), nullable=False),
    # A hash of what it shows, to edit it only when that changed.
    Column("shown", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    Index("cards_by_message", "chat", "message"),
    Index("cards_by_time", "at"),
)

drafts = Table(
    "drafts",
    metadata,
    # What a moderator began in the group and has not finished, as JSON; gone after a day.
    Column("name", String(100), primary_key=True),
    Column("value", Text, nullable=False),
    Column("updated", Moment, nullable=False),
)

facts = Table(
    "facts",
    metadata,
    # What was learned about the outside: which group is the moderators', its topics.
    Column("name", String(100), primary_key=True),
    Column("value", Text, nullable=False),
    Column("updated", Moment, nullable=False),
)
