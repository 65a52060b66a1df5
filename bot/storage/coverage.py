"""Counting the log by topic. What a posting has on it, and showing the two, stay out."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import false, func, select

from bot.knowledge.coverage import Tally
from bot.storage.database import Database
from bot.storage.moment import in_utc
from bot.storage.tables import questions


@dataclass(frozen=True)
class Asked:
    """What was asked, by topic. Raises StoreError if the database cannot be used.

    What an edit superseded does not count; what was forgotten still does.
    """

    database: Database

    async def tallies(
        self, posting: str | None = None, since: dt.datetime | None = None
    ) -> list[Tally]:
        """The questions that were understood, counted by posting, topic, language and decision.

        Args:
            posting: only those asked for it.
            since: only those received then or later.
        """
        matter = func.coalesce(questions.c.topic, questions.c.entry)
        by = (questions.c.posting, matter, questions.c.language, questions.c.decision)
        query = (
            select(*by, func.count())
            .where(questions.c.superseded.is_(false()), matter.is_not(None))
            .group_by(*by)
            .order_by(*by)
        )
        if posting is not None:
            query = query.where(questions.c.posting == posting)
        if since is not None:
            query = query.where(questions.c.received >= in_utc(since))
        rows = map(tuple, await self.database.rows(query))
        return [Tally(where, what, code, word, count) for where, what, code, word, count in rows]
