"""A log of each older version, with something in it, is brought up to this one whole."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event

from bot.core.search import Wanted
from bot.storage.migration import REVISIONS
from bot.storage.search import Search
from tests.storage.samples import ANNA, bytes_on_disk, opened

MESSAGE = """
    INSERT INTO messages (uid, channel, account, chat, person, tap, message_id, sent_id, edited,
        superseded, received, state, reason)
    VALUES ('m1', 'telegram', 'bot', 'c1', 'p1', 0, '1', '2', 0, 0,
        '2026-03-01 12:00:00.000000', 'sent', '')
"""
QUESTION = """
    INSERT INTO questions (uid, message, position, received, channel, chat, person, posting,
        language, text, decision, confidence, ranking, options, open, rating, superseded, ms)
    VALUES ('q1', 'm1', 0, '2026-03-01 12:00:00.000000', 'telegram', 'c1', 'p1', 'nord', 'fr',
        'Y a-t-il une crèche ?', 'unanswered', 0.5, '[]', '[]', 1, 0, 0, 1.0)
"""


def as_of(file: Path, revision: str) -> None:
    """A log as the version with *revision* left it."""
    from alembic import command  # noqa: PLC0415 - slow, and needed here only
    from alembic.config import Config  # noqa: PLC0415

    from bot.storage import migration  # noqa: PLC0415

    engine = create_engine(f"sqlite:///{file}")
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA foreign_keys=ON"))
    config = Config()
    scripts = Path(migration.__file__).with_name("migrations")
    config.set_main_option("script_location", str(scripts))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(MESSAGE)
        connection.execute(QUESTION)
        connection.commit()


@pytest.mark.parametrize("revision", REVISIONS)
async def test_a_log_of_each_version_is_brought_up_with_what_is_in_it(
    tmp_path: Path, revision: str
) -> None:
    as_of(tmp_path / "log.db", revision)

    async with await opened(tmp_path) as store:
        found = await Search(store.database).find(Wanted(words="creche"))
        [asked] = await store.open_questions()

    assert [hit.question.text for hit in found.hits] == ["Y a-t-il une crèche ?"]
    assert asked.uid == "q1"


async def test_after_it_deleted_words_are_gone_from_the_index_too(tmp_path: Path) -> None:
    as_of(tmp_path / "log.db", REVISIONS[0])

    async with await opened(tmp_path) as store:
        async with store.database.transaction() as connection:
            await connection.exec_driver_sql("UPDATE questions SET text = '' WHERE uid = 'q1'")
        await store.forget(ANNA)
        found = await Search(store.database).find(Wanted(words="creche"))

    assert found.hits == ()
    assert b"creche" not in bytes_on_disk(tmp_path)
