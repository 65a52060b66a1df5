"""Echo bots to compare with, each as its own process, as their own documentation has them.

python telegram_echoes.py ptb-httpx|ptb-aiohttp|aiogram API_URL TOKEN polling|PORT
"""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# In place of this folder, whose telegram.py would hide the library.
sys.path[0] = str(Path(__file__).resolve().parents[1])

_POOL = 8  # httpx becomes slower with more connections, and with more that wait for one


async def _ptb(kind: str, api: str, token: str, how: str, stop: asyncio.Event) -> None:
    from telegram import Update
    from telegram.ext import Application, ContextTypes, MessageHandler, filters

    async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message and update.message.text:
            await update.message.reply_text(update.message.text)

    builder = (
        Application.builder()
        .token(token)
        .base_url(f"{api}/bot")
        .concurrent_updates(_POOL if kind == "ptb-httpx" else 256)
    )
    if kind == "ptb-aiohttp":
        from bot.channels.telegram.request import AiohttpRequest

        builder = builder.request(AiohttpRequest(80)).get_updates_request(AiohttpRequest(2))
    else:
        builder = builder.connection_pool_size(_POOL).pool_timeout(120)
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    async with application:
        await application.start()
        if how == "polling":
            assert application.updater is not None
            await application.updater.start_polling(allowed_updates=["message"])
            await stop.wait()
            await application.updater.stop()
        else:
            await _starlette(application, Update, int(how), stop)
        await application.stop()


async def _starlette(application: Any, update: Any, port: int, stop: asyncio.Event) -> None:
    """python-telegram-bot's example for a web server of one's own: 200 once it is queued."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    async def take(request: Request) -> Response:
        raw = await request.json()
        await application.update_queue.put(update.de_json(raw, application.bot))
        return Response()

    class Server(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    routes = [Route("/telegram", take, methods=["POST"])]
    config = uvicorn.Config(
        Starlette(routes=routes), port=port, log_level="error", access_log=False, lifespan="off"
    )
    server = Server(config)
    serving = asyncio.create_task(server.serve())
    await stop.wait()
    server.should_exit = True
    await serving


async def _aiogram(api: str, token: str, how: str, stop: asyncio.Event) -> None:
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message
    from aiogram.webhook.aiohttp_server import SimpleRequestHandler
    from aiohttp import web

    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(message.text or "")

    if how == "polling":
        polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False))
        await stop.wait()
        await dispatcher.stop_polling()
        await polling
    else:
        app = web.Application()
        SimpleRequestHandler(dispatcher, bot).register(app, path="/telegram")
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", int(how)).start()
        await stop.wait()
        await runner.cleanup()
    await bot.session.close()


async def _main(kind: str, api: str, token: str, how: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    if kind == "aiogram":
        await _aiogram(api, token, how, stop)
    else:
        await _ptb(kind, api, token, how, stop)


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
