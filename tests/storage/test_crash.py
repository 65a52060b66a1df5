"""Several processes on one database, and one that is killed in the middle."""

import asyncio
import signal
import sqlite3
from pathlib import Path

import pytest

from bot.core.chat import Chat
from tests.storage.samples import REPLY, message, opened, output, program, question

WRITER = """
import asyncio, sys
from pathlib import Path
from bot.core.chat import Chat
from tests.storage.samples import REPLY, message, opened, question

async def main(folder, name, count, promises=None):
    out = open(promises, "w") if promises else sys.stdout
    async with await opened(Path(folder)) as store:
        async def one(number):
            update = message(f"{name}-{number}")
            await store.keep(update, REPLY, Chat("nord"), [question(update)])
            print(update.key, flush=True, file=out)
        for first in range(0, count, 20):
            await asyncio.gather(*(one(n) for n in range(first, first + 20)))

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), *sys.argv[4:]))
"""


async def test_two_processes_that_start_at_once_make_one_database(tmp_path: Path) -> None:
    writers = [program(WRITER, tmp_path, name, 200) for name in ("a", "b", "c")]

    for writer in writers:
        output(writer)

    async with await opened(tmp_path) as store:
        assert len(await store.open_questions()) == 600


async def test_two_processes_that_handle_the_same_updates_log_them_once(tmp_path: Path) -> None:
    writers = [program(WRITER, tmp_path, "same", 200) for _ in range(2)]

    for writer in writers:
        output(writer)

    async with await opened(tmp_path) as store:
        assert len(await store.open_questions()) == 200


@pytest.mark.parametrize("pause", [0.0, 0.05, 0.11, 0.23, 0.4])
async def test_what_was_kept_outlives_a_kill(tmp_path: Path, pause: float) -> None:
    promises = tmp_path / "promises"
    promises.touch()
    writer = program(WRITER, tmp_path, "w", 100_000, promises)
    while not promises.stat().st_size:
        assert writer.poll() is None
        await asyncio.sleep(0.01)
    await asyncio.sleep(pause)
    writer.send_signal(signal.SIGKILL)
    writer.communicate(timeout=60)
    whole, _, _cut_off_by_the_kill = promises.read_text().rpartition("\n")
    promised = whole.splitlines()

    async with await opened(tmp_path) as store:
        kept = await asyncio.gather(*(store.find(message(key)) for key in promised))
        asked = {one.uid for one in await store.open_questions()}
        await store.keep(message("after"), REPLY, Chat())

    assert [key for key, row in zip(promised, kept, strict=True) if row is None] == []
    assert {question(message(key)).uid for key in promised} <= asked
    with sqlite3.connect(tmp_path / "log.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
