"""One connection with a thread of its own: pieces of work go over whole, not by the statement.

Going over to a thread and back costs more than most statements. What stays out: what is done there.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy.engine import Connection, Engine

Result = TypeVar("Result")


class Clerk:
    """Does one piece of work after the other, each in a transaction of its own.

    Args:
        engine: makes the one connection, which may be used in any thread.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="clerk")
        self._connection: Connection | None = None
        self._closed = False

    async def do(self, work: Callable[[Connection], Result]) -> Result:
        """Do *work*: whole or not at all, and durable once this returns.

        It is carried out even where the caller is cancelled meanwhile.

        Raises:
            SQLAlchemyError: the database cannot be used; also whatever *work* raises.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._do, work)

    def _do(self, work: Callable[[Connection], Result]) -> Result:
        if self._connection is None or self._connection.closed:
            self._connection = self.engine.connect()
        try:
            with self._connection.begin():
                return work(self._connection)
        except BaseException:
            # The next one begins with a fresh connection, whatever became of this one.
            connection, self._connection = self._connection, None
            connection.close()
            raise

    async def close(self) -> None:
        """Finish what is under way, and close the connection; closing twice does no harm."""
        if self._closed:
            return
        self._closed = True
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown(wait=True)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self.engine.dispose()
