"""A Bot API server on loopback that behaves like Telegram's where it matters.

Unconfirmed updates come again, at most 100 of them; a higher offset confirms; a second poller ends
the first one; a webhook is called again until it answers 200. Each request is checked against the
specification, and against what Telegram refuses besides (lengths, entities out of the text).
"""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from tests.channels.telegram.botapi import Specification

TOKEN = "123456789:AAFakeTokenOfTheFakeServer_0123456789"  # noqa: S105 - of no real bot
BOT = {"id": 123456789, "is_bot": True, "first_name": "Assistant", "username": "assistant_bot"}
CHAT = 1001
_SHOWN = 100
_RIGHTS = (
    *("can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members"),
    *("can_promote_members", "can_change_info", "can_invite_users", "can_post_stories"),
    *("can_edit_stories", "can_delete_stories"),
)


@dataclass
class Fault:
    """How the next calls of a method go wrong."""

    method: str
    status: int = 500
    body: str | None = None
    description: str = "Internal Server Error"
    retry_after: int | None = None
    migrate_to: int | None = None
    reset: bool = False
    slow: float = 0.0
    skip: int = 0
    """So many calls go well before."""
    times: int = 1
    chat: int | None = None
    before: bool = True
    """Whether it goes wrong before it is carried out, or after."""


@dataclass
class Sent:
    chat: int
    text: str
    message_id: int
    params: Mapping[str, str]
    at: float = field(default_factory=time.monotonic)


@dataclass
class FakeApi:
    spec: Specification | None = None
    token: str = TOKEN
    queue: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    edited: list[Sent] = field(default_factory=list)
    marked: list[Sent] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    confirmed: list[int] = field(default_factory=list)
    delivered: Counter[int] = field(default_factory=Counter)
    webhook: dict[str, str] = field(default_factory=dict)
    webhook_target: str = ""
    webhook_answers: list[int] = field(default_factory=list)
    retry_webhook_after: float = 0.05
    url: str = ""
    language: str = "fr"
    members: dict[int, str] = field(default_factory=dict)
    """Who is in every group, and as what."""
    _next_update: int = 500
    _next_message: int = 9000
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _poller: asyncio.Task[Any] | None = None
    _runner: web.AppRunner | None = None
    _posting: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _client: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self._client = aiohttp.ClientSession()

    async def stop(self) -> None:
        for task in self._posting.values():
            task.cancel()
        await asyncio.gather(*self._posting.values(), return_exceptions=True)
        if self._client is not None:
            await self._client.close()
        if self._runner is not None:
            await self._runner.cleanup()

    # What happens on Telegram's side

    def inject(self, **content: Any) -> int:
        """An update arrives; returns its number."""
        number = self._next_update
        self._next_update += 1
        self.queue.append({"update_id": number, **content})
        self._news.set()
        self._call_webhook()
        return number

    def says(self, text: str, chat: int = CHAT, **more: Any) -> int:
        """Somebody writes in a private chat; returns the update's number."""
        return self.inject(message=self.message(text, chat, **more))

    def message(self, text: str | None, chat: int = CHAT, **more: Any) -> dict[str, Any]:
        self._next_message += 1
        message = {
            "message_id": self._next_message,
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private", "first_name": "Ada"},
            "from": {
                "id": chat,
                "is_bot": False,
                "first_name": "Ada",
                "language_code": self.language,
            },
        }
        if text is not None:
            message["text"] = text
        return {**message, **more}

    def taps(self, data: str, chat: int = CHAT, below: "Sent | None" = None) -> int:
        """Somebody taps a button, *below* a message of the bot's; returns the update's number."""
        shown = self.message(below.text if below else "Which one?", chat)
        shown["from"] = BOT
        if below is not None:
            shown["message_id"] = below.message_id
            shown["reply_markup"] = json.loads(below.params["reply_markup"])
        query = {
            "id": str(random.getrandbits(60)),
            "from": {"id": abs(chat), "is_bot": False, "first_name": "Ada"}
            | {"language_code": self.language},
            "chat_instance": "1",
            "message": shown,
            "data": data,
        }
        return self.inject(callback_query=query)

    def shown(self, message: int) -> "Sent":
        """A message as it stands in its chat now."""
        return next(one for one in reversed(self.sent + self.edited) if one.message_id == message)

    def fails(self, method: str, **how: Any) -> None:
        self.faults.append(Fault(method, **how))

    def called(self, method: str) -> list[dict[str, str]]:
        return [params for name, params in self.calls if name == method]

    def texts(self, chat: int | None = None) -> list[str]:
        return [each.text for each in self.sent if chat in (None, each.chat)]

    # What a bot sees

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _error(401, "Unauthorized")
        method = request.match_info["method"]
        params = await self._params(request)
        self.calls.append((method, params))
        if self.spec is not None:
            self.complaints += (wrong := self.spec.complaints(method, params))
            if wrong:
                return _error(400, f"Bad Request: {wrong[0]}")
        fault = self._fault(method, params)
        if fault is not None and fault.before:
            return await self._go_wrong(fault, request)
        handler = getattr(self, f"_do_{method.lower()}", None)
        answer: web.StreamResponse = _ok(result=True) if handler is None else await handler(params)
        if fault is not None:
            return await self._go_wrong(fault, request)
        return answer

    async def _params(self, request: web.Request) -> dict[str, str]:
        """The parameters as a form has them, however they came."""
        if request.content_type == "application/json":
            given = (await request.json()).items()
            return {key: v if isinstance(v, str) else json.dumps(v) for key, v in given}
        params = {}
        for key, value in (await request.post()).items():
            params[key] = str(value)
            if isinstance(value, web.FileField):
                self.files.append((value.filename, value.file.read()))
                params[key] = value.filename
        return params

    def _fault(self, method: str, params: Mapping[str, str]) -> Fault | None:
        for fault in self.faults:
            here = fault.chat is None or params.get("chat_id") == str(fault.chat)
            if fault.method == method and fault.times > 0 and here:
                if fault.skip > 0:
                    fault.skip -= 1
                    return None
                fault.times -= 1
                return fault
        return None

    async def _go_wrong(self, fault: Fault, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(fault.slow)
        if fault.reset:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if fault.body is not None:
            return web.Response(status=fault.status, text=fault.body, content_type="text/html")
        parameters = {}
        if fault.retry_after is not None:
            parameters["retry_after"] = fault.retry_after
        if fault.migrate_to is not None:
            parameters["migrate_to_chat_id"] = fault.migrate_to
        return _error(fault.status, fault.description, parameters)

    async def _do_getme(self, params: Mapping[str, str]) -> web.Response:
        return _ok(
            {**BOT, "can_join_groups": True, "can_read_all_group_messages": False}
            | {"supports_inline_queries": False}
        )

    async def _do_getchatmember(self, params: Mapping[str, str]) -> web.Response:
        number = int(params["user_id"])
        status = self.members.get(number, "left")
        user = {"id": number, "is_bot": False, "first_name": "Ada"}
        rights = dict.fromkeys(_RIGHTS, False) | {"can_be_edited": False, "is_anonymous": False}
        more: dict[str, object] = {}
        if status in ("creator", "administrator"):
            more |= rights
        if status == "kicked":
            more["until_date"] = 0
        return _ok({"status": status, "user": user, **more})

    async def _do_createforumtopic(self, params: Mapping[str, str]) -> web.Response:
        self._next_message += 1
        topic = {"message_thread_id": self._next_message, "name": params["name"]}
        return _ok({**topic, "icon_color": 7322096})

    async def _do_getupdates(self, params: Mapping[str, str]) -> web.Response:
        if self.webhook:
            return _error(409, "Conflict: can't use getUpdates method while webhook is active")
        if self._poller is not None:
            self._poller.cancel("409")
        mine = self._poller = asyncio.ensure_future(self._fetch(params))
        try:
            return _ok(await mine)
        except asyncio.CancelledError:
            if self._poller is mine:
                raise
            return _error(409, "Conflict: terminated by other getUpdates request")
        finally:
            mine.cancel()
            if self._poller is mine:
                self._poller = None

    async def _fetch(self, params: Mapping[str, str]) -> list[dict[str, Any]]:
        self._confirm(int(params.get("offset", 0)))
        until = time.monotonic() + int(params.get("timeout", 0))
        limit = min(int(params.get("limit", _SHOWN)), _SHOWN)
        while not self.queue and (left := until - time.monotonic()) > 0:
            self._news.clear()
            try:
                async with asyncio.timeout(left):
                    await self._news.wait()
            except TimeoutError:
                break
        shown = self.queue[:limit]
        self.delivered.update(update["update_id"] for update in shown)
        return shown

    def _confirm(self, offset: int) -> None:
        self.confirmed += [u["update_id"] for u in self.queue if u["update_id"] < offset]
        self.queue = [u for u in self.queue if u["update_id"] >= offset]

    async def _do_setwebhook(self, params: Mapping[str, str]) -> web.Response:
        if not params["url"].startswith("https://"):
            return _error(400, "Bad Request: bad webhook: An HTTPS URL must be provided")
        self.webhook = dict(params)
        self._call_webhook()
        return _ok(result=True)

    async def _do_deletewebhook(self, params: Mapping[str, str]) -> web.Response:
        self.webhook = {}
        return _ok(result=True)

    async def _do_sendmessage(self, params: Mapping[str, str]) -> web.Response:
        if wrong := _refused(params):
            self.complaints.append(wrong)
            return _error(400, f"Bad Request: {wrong}")
        self._next_message += 1
        chat = int(params["chat_id"])
        self.sent.append(Sent(chat, params["text"], self._next_message, params))
        return _ok(self._shown(chat, self._next_message, params["text"]))

    async def _do_senddocument(self, params: Mapping[str, str]) -> web.Response:
        self._next_message += 1
        chat = int(params["chat_id"])
        self.sent.append(Sent(chat, params.get("caption", ""), self._next_message, params))
        return _ok(self._shown(chat, self._next_message, params.get("caption", "")))

    async def _do_editmessagereplymarkup(self, params: Mapping[str, str]) -> web.Response:
        chat, number = int(params["chat_id"]), int(params["message_id"])
        earlier = next((each for each in self.sent if each.message_id == number), None)
        if earlier is None:
            return _error(400, "Bad Request: message to edit not found")
        self.marked.append(Sent(chat, earlier.text, number, params))
        return _ok(self._shown(chat, number, earlier.text))

    async def _do_editmessagetext(self, params: Mapping[str, str]) -> web.Response:
        if wrong := _refused(params):
            self.complaints.append(wrong)
            return _error(400, f"Bad Request: {wrong}")
        chat, number = int(params["chat_id"]), int(params["message_id"])
        if not any(each.message_id == number for each in self.sent):
            return _error(400, "Bad Request: message to edit not found")
        self.edited.append(Sent(chat, params["text"], number, params))
        return _ok(self._shown(chat, number, params["text"]))

    def _shown(self, chat: int, number: int, text: str) -> dict[str, Any]:
        shown = self.message(text, chat)
        return {**shown, "message_id": number, "from": BOT}

    # Webhook

    def _call_webhook(self) -> None:
        if not self.webhook:
            return
        for update in self.queue:
            if update["update_id"] not in self._posting:
                task = asyncio.ensure_future(self._deliver(update))
                self._posting[update["update_id"]] = task

    async def _deliver(self, update: dict[str, Any]) -> None:
        assert self._client is not None
        while self.webhook:
            self.delivered[update["update_id"]] += 1
            target = self.webhook_target or self.webhook["url"]
            headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
            try:
                async with self._client.post(target, json=update, headers=headers) as answer:
                    self.webhook_answers.append(answer.status)
                    if answer.status == 200:
                        break
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(self.retry_webhook_after)
        else:
            return
        self.confirmed.append(update["update_id"])
        self.queue.remove(update)


def _refused(params: Mapping[str, str]) -> str:
    """What Telegram refuses in a text, whatever the specification says."""
    length = len(params["text"].encode("utf-16-le")) // 2
    if length > 4096 or not params["text"].strip():
        return "message text is empty or too long"
    for entity in json.loads(params.get("entities", "[]")):
        if entity["offset"] < 0 or entity["offset"] + entity["length"] > length:
            return "entity beyond the end of the text"
    for row in json.loads(params.get("reply_markup", "{}")).get("inline_keyboard", []):
        for button in row:
            if not 1 <= len(button["callback_data"].encode()) <= 64:
                return "BUTTON_DATA_INVALID"
    return ""


def _ok(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _error(status: int, description: str, parameters: Any = None) -> web.Response:
    body = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return web.json_response(body, status=status)
