"""Reactions, edits and deletions find their messages; what came in outlives a crash."""

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.core.chat import Chat, Question, Settlement
from bot.core.message import Message, Reply, Sender
from bot.storage.gaps import Gaps
from bot.storage.inbox import Inbox
from bot.storage.outbox import Outbox
from bot.storage.store import SqlStore
from bot.storage.traces import Traces
from bot.storage.waiting import Waiting, put
from tests.storage.samples import bytes_on_disk

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
ADA = Sender("signal", "+33612345678", "ada", "ada")
BERT = replace(ADA, chat="bert", person="bert")
SAID = "a very telling question"


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with await SqlStore.open(f"sqlite:///{tmp_path}/log.db", key=b"k" * 32) as one:
        yield one


@pytest.fixture
def traces(store: SqlStore) -> Traces:
    return Traces(store.database, store.pseudonyms)


def message(at: str = "1", sender: Sender = ADA, **more: object) -> Message:
    plain = Message(f"{sender.person}:{at}", sender, SAID, NOW, message_id=at)
    return replace(plain, **more)  # type: ignore[arg-type]


def asked(uid: str = "q1", text: str = SAID, **more: object) -> Question:
    plain = Question(uid, 0, text, "nurse", "en", "answer")
    return replace(plain, **more)  # type: ignore[arg-type]


async def texts(store: SqlStore) -> list[str]:
    return [one.text for one in await store.open_questions(everything=True)]


async def test_a_reply_leads_to_its_question_and_its_rating(
    store: SqlStore, traces: Traces
) -> None:
    await store.keep(message(), Reply("39 h", rates="q1"), Chat(), [asked()])
    await store.sent(message(), "1001")

    assert await traces.rated(ADA, "1001") == ("q1", 0)
    rated = Settlement("q1", rating=-1)
    await store.keep(message("2"), None, Chat(), settlements=[rated])
    assert await traces.rated(ADA, "1001") == ("q1", -1)


async def test_what_was_sent_to_somebody_else_answers_nothing(
    store: SqlStore, traces: Traces
) -> None:
    await store.keep(message(), Reply("39 h", rates="q1"), Chat(), [asked()])
    await store.sent(message(), "1001")

    for sender, sent_id in ((BERT, "1001"), (ADA, "1002"), (ADA, "")):
        assert await traces.rated(sender, sent_id) == ("", 0)


async def test_what_was_forgotten_cannot_be_rated(store: SqlStore, traces: Traces) -> None:
    await store.keep(message(), Reply("39 h", rates="q1"), Chat(), [asked()])
    await store.sent(message(), "1001")

    await store.forget(ADA)

    assert await traces.rated(ADA, "1001") == ("", 0)


async def test_an_edit_of_an_edit_leads_to_the_first_message(
    store: SqlStore, traces: Traces
) -> None:
    await store.keep(message("1"), None, Chat())
    await store.keep(message("2", message_id="1", edited=True), None, Chat())

    assert await traces.origin(ADA, "ada:2") == "1"
    assert await traces.origin(ADA, "ada:1") == "1"
    assert await traces.origin(ADA, "ada:3") == ""


async def test_a_deleted_message_leaves_no_text(
    store: SqlStore, traces: Traces, tmp_path: Path
) -> None:
    await store.keep(message(), Reply("owed"), Chat(waiting=SAID), [asked()])
    await store.keep(message("2", text="other"), None, Chat(), [asked("q2", "other")])

    assert await traces.erase(ADA, "1", NOW) == 1

    assert sorted(await texts(store)) == ["", "other"]
    assert await store.debts("signal", NOW + dt.timedelta(days=1)) == []
    await store.tidy(NOW)
    assert SAID.encode() not in bytes_on_disk(tmp_path)


async def test_no_gap_goes_by_the_words_of_a_deleted_message_any_more(
    store: SqlStore, traces: Traces, tmp_path: Path
) -> None:
    await store.keep(message(), None, Chat(), [asked(decision="unanswered", open=True)])
    await Gaps(store.database).gather(NOW)

    await traces.erase(ADA, "1", NOW)

    await store.tidy(NOW)
    assert b"telling" not in bytes_on_disk(tmp_path)


async def test_no_notice_tells_of_a_deleted_message(
    store: SqlStore, traces: Traces, tmp_path: Path
) -> None:
    waiting = Waiting(store.database, store.pseudonyms)
    for place, said in (("1", "other"), ("2", SAID)):
        question = asked(f"q{place}", said, decision="unanswered", open=True)
        await store.keep(message(place), None, Chat(), [question])
        await waiting.add(question.uid, ADA, "en", NOW, NOW + dt.timedelta(days=9))
    async with store.database.transaction() as connection:
        say = lambda waiters: Reply(", ".join(one.text for one in waiters))  # noqa: E731
        assert await put(connection, 1, ["q1", "q2"], say, due=NOW, now=NOW) == 1

    await traces.erase(ADA, "2", NOW)

    assert await Outbox(store.database).due("signal", None, NOW) == []
    await store.tidy(NOW)
    assert SAID.encode() not in bytes_on_disk(tmp_path)


async def test_no_gap_goes_by_the_words_of_what_disappears(store: SqlStore, tmp_path: Path) -> None:
    question = asked(decision="unanswered", open=True)
    await store.keep(message(fleeting=True), None, Chat(), [question])
    await Gaps(store.database).gather(NOW)
    settled = Settlement("q1", open=False)
    await store.keep(message("2"), None, Chat(), settlements=[settled])

    await store.tidy(NOW)

    assert b"telling" not in bytes_on_disk(tmp_path)


async def test_nobody_deletes_what_another_person_wrote(store: SqlStore, traces: Traces) -> None:
    group = replace(ADA, chat="group.x")
    await store.keep(message(sender=group), None, Chat(), [asked()])

    assert await traces.erase(replace(group, person="bert"), "1", NOW) == 0

    assert await texts(store) == [SAID]


@pytest.mark.parametrize(("topic", "open_after"), [("salary", True), (None, False)])
async def test_what_is_deleted_stays_open_only_where_its_topic_is_known(
    store: SqlStore,
    traces: Traces,
    topic: str | None,
    open_after: bool,  # noqa: FBT001 - a case
) -> None:
    await store.keep(message(), None, Chat(), [asked(decision="unstated", topic=topic, open=True)])

    await traces.erase(ADA, "1", NOW)

    (one,) = await store.open_questions(everything=True)
    assert (one.text, one.open) == ("", open_after)


async def test_what_waited_for_a_posting_goes_with_the_deleted_message(
    store: SqlStore, traces: Traces
) -> None:
    await store.keep(message(), None, Chat(waiting=SAID, greeted=True))

    await traces.erase(ADA, "1", NOW)

    assert await store.chat(ADA) == Chat(greeted=True)


async def test_what_disappears_goes_once_it_is_answered(store: SqlStore) -> None:
    fleeting = message(fleeting=True)
    questions = [
        asked("open", "open", decision="unanswered", open=True),
        asked("offered", "offered", decision="clarify", position=1),
        asked("closed", "closed", position=2),
    ]
    await store.keep(fleeting, None, Chat(), questions)
    await store.keep(message("2"), None, Chat(), [asked("kept", "kept")])

    await store.tidy(NOW)

    assert sorted(await texts(store)) == ["", "kept", "offered", "open"]
    settled = Settlement("open", open=False)
    await store.keep(message("3"), None, Chat(), settlements=[settled])
    await store.tidy(NOW)
    assert sorted(await texts(store)) == ["", "", "kept", "offered"]


async def test_what_came_in_is_there_until_it_was_handled(store: SqlStore, tmp_path: Path) -> None:
    inbox = Inbox(store.database, store.pseudonyms, "signal", "+33612345678")
    other = Inbox(store.database, store.pseudonyms, "signal", "+33600000000")

    await inbox.turn([("a", "1"), ("b", "2"), ("a", "again")], [], NOW)
    await inbox.turn([("c", SAID)], ["b", "unknown"], NOW)

    assert await inbox.left() == ["1", SAID]
    assert await other.left() == []
    await inbox.turn([], ["a", "c"], NOW)
    assert await inbox.left() == []
    await store.tidy(NOW)
    assert SAID.encode() not in bytes_on_disk(tmp_path)


@pytest.mark.parametrize(("hours", "left"), [(24, 1), (24.01, 0)])
async def test_what_nobody_handles_goes_after_a_day(
    store: SqlStore, hours: float, left: int
) -> None:
    inbox = Inbox(store.database, store.pseudonyms, "signal", "+33612345678")
    await inbox.turn([("a", "1")], [], NOW)

    await store.tidy(NOW + dt.timedelta(hours=hours))

    assert len(await inbox.left()) == left


async def test_what_lay_there_for_days_is_kept_where_its_account_is_served_again(
    store: SqlStore,
) -> None:
    served, other = (
        Inbox(store.database, store.pseudonyms, "signal", account) for account in ("+1", "+2")
    )
    for inbox in (served, other):
        await inbox.turn([("a", "1")], [], NOW)
    later = NOW + dt.timedelta(days=3)

    await served.renew(later)
    await store.tidy(later)

    assert (await served.left(), await other.left()) == (["1"], [])
