"""The knowledge as it is now, with the engine that was made for it.

What stays out: when to look for changes (`watching`), and what HR is told about them.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.core.chat import Chat
from bot.core.decision import Understanding
from bot.core.posting import KnowledgeBase, Posting
from bot.core.topic import Topic
from bot.errors import BotError, KnowledgeError, Problem
from bot.knowledge.changes import Changes, PostingChange, compare
from bot.knowledge.folder import Folder
from bot.knowledge.mind import Load, Mind
from bot.knowledge.yamltext import shown

_log = logging.getLogger(__name__)

_TRIED_AGAIN = "it is tried again"

Hear = Callable[[Changes], Awaitable[None]]


@dataclass(frozen=True)
class Learnt(KnowledgeBase):
    """A knowledge with the mind that was made for it, so that nothing can mix them up."""

    mind: Mind | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, base: KnowledgeBase, mind: Mind) -> "Learnt":
        """*base* together with its *mind*."""
        return cls(base.postings, base.topics, mind)


@dataclass(frozen=True)
class State:
    """What belongs together: a knowledge, the mind made for it, and what is to be mended in it."""

    base: Learnt
    mind: Mind
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep something from being used."""
        return tuple(problem for problem in self.problems if not problem.warning)


@dataclass
class Live:
    """A folder of knowledge that can be read again while questions are answered.

    Whoever took `current` goes on with it, and with the mind that was made for it, whatever is
    read meanwhile. All of it belongs to one event loop; reading and learning happen in a thread.
    """

    folder: Folder
    load: Load
    state: State
    _hearers: list[Hear] = field(default_factory=list)
    _reading: "asyncio.Task[Changes] | None" = None
    _next: "asyncio.Task[Changes] | None" = None
    _unlearnt: bool = False
    _telling: set["asyncio.Task[None]"] = field(default_factory=set)

    @classmethod
    def open(cls, path: Path, topics: Mapping[str, Topic], load: Load) -> "Live":
        """Read the folder (or file) *path* for the first time; ``state.errors`` was left out.

        Raises:
            KnowledgeError: nothing can be used.
            BotError: *load* could not make a mind.
        """
        folder = Folder(path, topics)
        base, problems = found = folder.read()
        if not base.postings:
            raise KnowledgeError(*found.errors)
        mind = load(base)
        return cls(folder, load, State(Learnt.of(base, mind), mind, problems))

    def current(self) -> KnowledgeBase:
        """The knowledge as it is now: the last good version of every file."""
        return self.state.base

    def understand(
        self, knowledge: KnowledgeBase, posting: Posting, text: str, chat: Chat
    ) -> Understanding:
        """What is asked in *text*, by the mind that was made for *knowledge*."""
        return self._mind(knowledge).understand(knowledge, posting, text, chat)

    def explain(self, knowledge: KnowledgeBase, posting: Posting, text: str) -> list[str]:
        """Why *text* is understood as it is, by the mind that was made for *knowledge*."""
        return self._mind(knowledge).explain(knowledge, posting, text)

    @property
    def behind(self) -> bool:
        """Whether what is on the disk could not be taken yet, so that it has to be tried again."""
        return self._unlearnt or self.folder.unsettled

    def subscribe(self, hear: Hear) -> None:
        """Have *hear* told of all changes from now on, each time in a task of its own."""
        self._hearers.append(hear)

    async def refresh(self) -> Changes:
        """Read what changed on the disk, learn it, and use it from then on.

        What was written before the call is in use when it returns. Calls that come while one is
        under way share the next one. Never raises for what is in the files: see `Changes.problems`.

        Returns:
            What is not as it was before, empty where nothing changed.
        """
        if self._next is None:
            self._next = asyncio.create_task(self._in_turn(self._reading))
        # A caller that goes away takes nothing from the others.
        return await asyncio.shield(self._next)

    async def _in_turn(self, before: "asyncio.Task[Changes] | None") -> Changes:
        if before is not None:
            await asyncio.wait([before])
        self._reading, self._next = self._next, None
        changes = await self._refresh()
        if changes:
            self._tell(changes)
        return changes

    async def _refresh(self) -> Changes:
        before = self.state
        found = await asyncio.to_thread(self.folder.read)
        errors = found.errors
        postings: tuple[PostingChange, ...] = ()
        try:
            if _differ(found.base, before.base):
                mind = await asyncio.to_thread(self.load, found.base)
                postings = compare(before.base, found.base)
                self.state = State(Learnt.of(found.base, mind), mind, found.problems)
            else:
                self.state = replace(before, problems=found.problems)
            self._unlearnt = False
        except BotError as error:
            _log.exception("what changed could not be learnt; the last state stays in use")
            where, what = shown(self.folder.path), f"what changed could not be learnt ({error})"
            errors = (*errors, Problem(where, 0, what, _TRIED_AGAIN))
            self.state = replace(before, problems=(*found.problems, errors[-1]))
            self._unlearnt = True
        new = tuple(error for error in errors if error not in before.problems)
        return Changes(postings, new, self._mended(before))

    def _mended(self, before: State) -> tuple[str, ...]:
        """The files that had an error, have none any more, and are still there."""
        still = {error.file for error in self.state.errors}
        were = dict.fromkeys(error.file for error in before.errors)
        return tuple(file for file in were if file not in still and file in self.folder.files)

    def _tell(self, changes: Changes) -> None:
        for hear in self._hearers:
            task = asyncio.create_task(self._told(hear, changes))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    async def _told(self, hear: Hear, changes: Changes) -> None:
        try:
            await hear(changes)
        except Exception:  # noqa: BLE001 - what hears it may be anything; the traceback is logged
            _log.exception("the changes of the knowledge could not be told")

    def _mind(self, knowledge: KnowledgeBase) -> Mind:
        own = knowledge.mind if isinstance(knowledge, Learnt) else None
        return own or self.state.mind


def _differ(one: KnowledgeBase, other: KnowledgeBase) -> bool:
    """Whether any posting was built anew, or is not there in both."""
    postings = other.postings
    return one.postings.keys() != postings.keys() or any(
        posting is not postings[key] for key, posting in one.postings.items()
    )
