"""The moderators' group, whatever the messenger: what is written there, and what is tapped.

Every act carries the number of the update that asked for it, so that an update that comes again
does nothing twice. Rights are asked for at each action.

What stays out: the messenger (`bot.moderation.telegram`), words (`cards`), what is asked step by
step (`talk`), and the cards (`board`).
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.core.gap import Done, Moderator, Role, Verb
from bot.core.markup import escape
from bot.core.message import Reply
from bot.errors import AlreadyDecided, NotPossible, Refused
from bot.moderation.board import Board
from bot.moderation.cards import Cards, fingerprint
from bot.moderation.ground import Draft, Ground, Said, Tapped
from bot.moderation.talk import Talk

_LISTED = 10
_MOST_ACTS = 500
_LONGEST_NUMBER = 15


@dataclass
class Group:
    """One moderators' group."""

    ground: Ground

    @cached_property
    def talk(self) -> Talk:
        """What is asked step by step."""
        return Talk(self.ground)

    @cached_property
    def board(self) -> Board:
        """The cards."""
        return Board(self.ground)

    async def round(self, chat: str) -> None:
        """What is to be done from time to time."""
        await self.talk.go_on()
        await self.board.round(chat)

    async def said(self, said: Said) -> None:
        """Somebody wrote in the group. What is not for the bot is left alone."""
        try:
            if said.text.startswith("/"):
                await self._command(said)
            elif said.reply_to:
                await self.talk.replied(said)
        except (NotPossible, AlreadyDecided, Refused) as error:
            await self.ground.send(said, self.ground.trouble(error, said.person))

    async def tapped(self, tapped: Tapped) -> None:
        """Somebody tapped a button in the group."""
        action, *rest = tapped.data.split("|")[1:]
        try:
            await self._act(action, rest, tapped)
        except (NotPossible, AlreadyDecided, Refused) as error:
            await self.ground.send(tapped, self.ground.trouble(error, tapped.person))

    async def _command(self, said: Said) -> None:
        command, _, rest = said.text[1:].partition(" ")
        command, cards = command.casefold(), self.ground.cards(self.ground.language(said.person))
        if command.startswith("gap_") and isinstance(gap := _number(command[4:]), int):
            await self.ground.moderator(said.chat, said.person, Role.VIEWER)
            await self._show_again(said, gap)
            return
        if command not in ("open", "stats", "find", "block", "help", "start"):
            return
        await self.ground.moderator(said.chat, said.person, Role.VIEWER)
        match command:
            case "open":
                await self.ground.send(said, cards.open(await self.ground.desk.gaps(count=_LISTED)))
            case "stats":
                await self.ground.send(said, cards.stats(await self.ground.desk.stats()))
            case "find":
                await self._find(said, rest, cards)
            case "block":
                await self._block(said, cards)
            case _:
                await self.ground.send(said, cards.say("help"))

    async def _find(self, said: Said, words: str, cards: Cards) -> None:
        if not words.strip():
            await self.ground.send(said, cards.say("find_what"))
            return
        found = await self.ground.desk.find(words, count=_LISTED)
        reply = Reply(cards.listed(found)) if found else cards.say("found_none")
        await self.ground.send(said, reply)

    async def _block(self, said: Said, cards: Cards) -> None:
        """In reply to a card: whom of those who asked; else who is blocked."""
        gap = await self.ground.kept.gap_at(said.chat, said.reply_to) if said.reply_to else None
        if gap is not None:
            await self.ground.send(said, cards.whom(await self.ground.desk.gap(gap)))
            return
        acts = await self.ground.desk.acts(count=_MOST_ACTS)
        blocking = [act for act in acts if act.verb is Verb.BLOCK and act.undone is None]
        await self.ground.send(said, cards.blocked(blocking[:_LISTED]))

    async def _show_again(self, said: Said, gap: int) -> None:
        """Show a gap's card below what was written; it becomes the one that is kept up to date."""
        detail = await self.ground.desk.gap(gap)
        card = self.ground.cards(self.ground.manner.language).card(detail)
        message = await self.ground.speaker.send(said.chat, said.thread, card)
        await self.ground.kept.put(
            gap, (said.chat, message, fingerprint(card)), self.ground.clock()
        )

    async def _act(self, action: str, rest: Sequence[str], tapped: Tapped) -> None:
        moderator = await self.ground.moderator(tapped.chat, tapped.person, Role.MODERATOR)
        cards, key = self.ground.cards(moderator.language), f"telegram {tapped.key}"
        match action, *map(_number, rest):
            case "a", int(gap), int(version):
                draft: Draft = {"stage": "text", "gap": gap, "version": version}
                await self.talk.ask(tapped, "", draft, cards.prompt(gap))
            case "t", int(gap), int(version):
                await self.talk.choose_topic(tapped, gap, version, cards)
            case "i", int(gap), int(version):
                await self.ground.desk.ignore(gap, version, moderator, key=key)
                await self.ground.show(tapped.chat, gap)
            case "o", int(gap), int(version):
                await self.ground.desk.reopen(gap, version, moderator, key=key)
                await self.ground.show(tapped.chat, gap)
            case "e", int(gap), int(_):
                summary = (await self.ground.desk.gap(gap)).summary
                await self.ground.send(tapped, cards.erase(summary))
            case "E", int(gap), int(version):
                done = await self.ground.desk.erase(gap, version, moderator, key=key)
                await self._report(tapped, done, cards)
            case "b", int(gap):
                await self.ground.send(tapped, cards.whom(await self.ground.desk.gap(gap)))
            case "B", _:
                await self._report(
                    tapped, await self.ground.desk.block(rest[0], moderator, key=key), cards
                )
            case "u", int(act):
                await self._undo(tapped, act, moderator, key)
            case _:
                await self.talk.step(action, rest, tapped, moderator)

    async def _undo(self, tapped: Tapped, act: int, moderator: Moderator, key: str) -> None:
        undone = await self.ground.desk.undo(act, moderator, key=key)
        cards = self.ground.cards(moderator.language)
        undoing = cards.say("undone", name=escape(moderator.name)).text
        reply = Reply(f"{cards.did(undone.of)}\n{undoing}")
        if undone.told:
            reply = _and(reply, cards.say("undone_told", told=undone.told).text)
        on_card = await self.ground.kept.gap_at(tapped.chat, tapped.message) is not None
        await self.ground.send(
            tapped, reply if on_card else dataclasses.replace(reply, edits=tapped.message)
        )
        await self.ground.refresh(tapped.chat, undone.of.gap)

    async def _report(self, tapped: Tapped, done: Done, cards: Cards) -> None:
        """Say what was done in place of the question whether to."""
        reply = Reply(cards.did(done.act), cards.undo_row(done.act), edits=tapped.message)
        await self.ground.send(tapped, reply)
        await self.ground.refresh(tapped.chat, done.act.gap)


def _number(text: str) -> int | str:
    """The number that *text* is, if the log can hold it; else *text*: anything can be forged."""
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_NUMBER else text


def _and(reply: Reply, text: str) -> Reply:
    return dataclasses.replace(reply, text=f"{reply.text}\n{text}")
