"""``/metrics`` for Prometheus: numbers only. Persons, texts, postings and topics stay out.

Every label has a fixed set of values, so that the series do not grow with what people write.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from functools import lru_cache

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.message import Incoming
from bot.errors import BotError, TryLater
from bot.ports import Channel
from bot.service import Service

_log = logging.getLogger(__name__)

_SERIES = 64
"""More than there are of any kind."""

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class _Timer:
    """Observes how long its body took, whatever became of it."""

    __slots__ = ("_began", "_series")

    def __init__(self, series: Histogram) -> None:
        self._series = series

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._series.observe(time.perf_counter() - self._began)


class Metrics:
    """What is counted: a `bot.ports.Watch`, and the page that shows it."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        self._updates = Counter(
            "faqbot_updates",
            "Updates by what became of an attempt to handle them",
            ("channel", "outcome"),
            registry=registry,
        )
        self._decisions = Counter(
            "faqbot_decisions", "Questions by decision", ("decision",), registry=registry
        )
        self._stages = Histogram(
            "faqbot_stage_seconds",
            "Time per stage of handling an update",
            ("stage",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._sends = Counter(
            "faqbot_sends",
            "Replies by what became of sending them",
            ("channel", "outcome"),
            registry=registry,
        )
        self._queue = Gauge(
            "faqbot_queue", "Updates known and not yet taken", ("channel",), registry=registry
        )
        self._gaps = Gauge(
            "faqbot_open_gaps", "Questions that wait for the moderators", registry=registry
        )
        self._count_gaps: Callable[[], Awaitable[int]] | None = None
        # Looking a label up costs more than counting.
        self._stage = lru_cache(_SERIES)(self._stages.labels)
        self._decision = lru_cache(_SERIES)(self._decisions.labels)
        self._send = lru_cache(_SERIES)(self._sends.labels)
        self._update = lru_cache(_SERIES)(self._updates.labels)

    def stage(self, name: str) -> AbstractContextManager[None]:
        """See `bot.ports.Watch.stage`."""
        return _Timer(self._stage(name))

    def decided(self, decision: str) -> None:
        """See `bot.ports.Watch.decided`."""
        self._decision(decision).inc()

    def sent(self, channel: str, outcome: str) -> None:
        """See `bot.ports.Watch.sent`."""
        self._send(channel, outcome).inc()

    def handled(self, channel: str, outcome: str) -> None:
        """An attempt at an update ended: ``handled``, ``owed``, ``failed``, or it is ``given_up``.

        A reply that could not go out now is ``owed``. A chat in which nobody is reached any more
        is ``gone``.
        """
        self._update(channel, outcome).inc()

    def watch_queue(self, channel: str, waiting: Callable[[], int]) -> None:
        """Show how many updates wait on a channel."""
        self._queue.labels(channel).set_function(waiting)

    def watch_gaps(self, count: Callable[[], Awaitable[int]]) -> None:
        """Show how many questions are open."""
        self._count_gaps = count

    def route(self) -> Route:
        """Where it is shown."""
        return Route("/metrics", self._show, methods=["GET"])

    async def _show(self, request: Request) -> Response:  # noqa: ARG002 - the shape of a route
        if self._count_gaps is not None:
            try:
                self._gaps.set(await self._count_gaps())
            except BotError as error:
                _log.warning("the open questions could not be counted: %s", error)
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)


class Counted:
    """A service whose updates are counted: what a channel is given instead of the service."""

    def __init__(self, service: Service, metrics: Metrics) -> None:
        self._service = service
        self._metrics = metrics

    async def receive(self, incoming: Incoming, channel: Channel) -> None:
        """See `bot.service.Service.receive`."""
        try:
            await self._service.receive(incoming, channel)
        except TryLater:
            self._metrics.handled(channel.name, "owed")
            raise
        except BaseException:
            self._metrics.handled(channel.name, "failed")
            raise
        self._metrics.handled(channel.name, "handled")
