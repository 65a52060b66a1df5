"""Questions of the log: the rows in which they stand, and the values that others see."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, literal, select
from sqlalchemy.engine import Row

from bot.core.chat import LoggedQuestion
from bot.ports import State
from bot.storage.codec import read_options, read_ranking
from bot.storage.tables import messages, questions


def logged(source: FromClause = questions) -> Select[Any]:
    """Rows for `question_of`; *source* is the table of questions, joined with others if need be."""
    replied: ColumnElement[bool] = messages.c.state == literal(State.SENT.value)
    joined = source.join(messages, messages.c.uid == questions.c.message)
    return select(questions, replied.label("replied")).select_from(joined)


def question_of(row: Row[Any]) -> LoggedQuestion:
    """The question in a row of `logged`."""
    return LoggedQuestion(
        uid=row.uid,
        received=row.received,
        channel=row.channel,
        person=row.person or "",
        posting=row.posting,
        language=row.language,
        text=row.text,
        decision=row.decision,
        topic=row.topic,
        entry=row.entry,
        confidence=row.confidence,
        ranking=read_ranking(row.ranking),
        options=read_options(row.options),
        open=row.open,
        rating=row.rating,
        ms=row.ms,
        replied=row.replied,
    )
