"""A task that is stopped in the middle of its transaction keeps nobody else from writing."""

import asyncio
import random
from pathlib import Path

from sqlalchemy import text

from bot.storage.database import Database, connect

_TIMES = 150
_LONGEST = 0.006


async def _writes(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(text("delete from t where a = 5"))
        await connection.execute(text("insert into t values (:a)"), [{"a": a} for a in range(40)])


async def test_cancelled_transactions_let_the_log_go(tmp_path: Path) -> None:
    database = await connect(tmp_path / "log.db")
    async with database.transaction() as connection:
        await connection.exec_driver_sql("create table t (a)")
    moments = random.Random(0)  # noqa: S311 - moments, no secrets

    for _ in range(_TIMES):
        task = asyncio.create_task(_writes(database))
        await asyncio.sleep(moments.uniform(0, _LONGEST))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(5):
            await database.write(lambda here: here.exec_driver_sql("insert into t values (-1)"))

    async with database.transaction() as connection:
        whole = await connection.exec_driver_sql("select count(*) from t where a = -1")
        parts = await connection.exec_driver_sql(
            "select count(*) % 39 from t where a not in (-1, 5)"
        )
        assert (whole.scalar(), parts.scalar()) == (_TIMES, 0)
    await database.close()
